"""What is generated for a newcomer: the man page and the README's transcripts. `python -m docs` makes both again."""
