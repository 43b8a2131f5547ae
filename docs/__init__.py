"""What is generated for a newcomer: the man page, and the README's transcripts and table of peers.

`python -m docs` makes all of it again.
"""
