"""`python -m docs` writes the man page, the README's transcripts and its table of peers again.

With `--record` also the transcripts a model speaks in.

Run it from the top of a checkout after a change that shows; tests/test_docs.py fails until it was run.
"""

import sys

from docs import manpage, peers, transcripts


def main() -> None:
    """Write what changed, and name it on stderr."""
    readme = peers.filled(transcripts.current(record="--record" in sys.argv[1:]))
    fresh = {manpage.FILE: manpage.page(), transcripts.README: readme}
    for file, text in fresh.items():
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            sys.stderr.write(f"wrote {file}\n")


if __name__ == "__main__":
    main()
