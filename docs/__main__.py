"""`python -m docs` writes the man page and the README's transcripts again; `--record` also those a model speaks in.

Run it from the top of a checkout after a change that shows; tests/test_docs.py fails until it was run.
"""

import sys

from docs import manpage, transcripts


def main() -> None:
    """Write what changed, and name it on stderr."""
    fresh = {manpage.FILE: manpage.page(), transcripts.README: transcripts.current(record="--record" in sys.argv[1:])}
    for file, text in fresh.items():
        if not file.exists() or file.read_text("utf-8") != text:
            file.write_text(text, "utf-8")
            sys.stderr.write(f"wrote {file}\n")


if __name__ == "__main__":
    main()
