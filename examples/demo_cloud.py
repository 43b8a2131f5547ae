"""The whole round of the boundary, on this computer: `make demo-cloud`, or `python examples/demo_cloud.py`.

A real OpenAI-compatible server listens on loopback and stands in for a large model elsewhere (stand_in.py). A person
at a terminal names it in the settings, says once that it may be offered anything at all, asks about the mailbox here,
reads what would leave, says yes to exactly those bytes, and looks the sending up in the ledger. The person's answers
are typed by this script after the prompts they answer; everything else is what the program prints.
"""

import shlex
import tempfile
from pathlib import Path

from at_terminal import played, say
from stand_in import ALIAS, missing, stand_in

STEPS = (
    "llama-agent cloud status",
    'llama-agent route "Which month sold best?" --image chart.png',
    "llama-agent cloud enable",
    'llama-agent ask "What did Eve Adler ask Ada to confirm?" inbox.mbox --cloud',
    "llama-agent egress list",
    "llama-agent egress verify",
    "llama-agent cloud disable",
)
SETTINGS = """me = ["ada@example.org"]

[cloud]
url = "{url}"
model = "{model}"
"""
_ANSWERS = {b"[y/N] ": b"y\n", b"or q -- ": b"\n"}


def main() -> int:
    """Play every step; return the exit code of the first that fails, else 0."""
    if lacking := missing():
        raise SystemExit(lacking)
    with tempfile.TemporaryDirectory() as home, stand_in() as url:
        config = Path(home) / "llama-agent" / "config.toml"
        config.parent.mkdir(mode=0o700)
        config.write_text(SETTINGS.format(url=url, model=ALIAS))
        say(f"An OpenAI-compatible server with the starter model listens at {url}. The settings:\n\n")
        say("".join(f"    {line}".rstrip() + "\n" for line in config.read_text().splitlines()))
        for step in STEPS:
            say(f"\n$ {step}\n")
            code = played(shlex.split(step), {"LLAMA_AGENT_HOME": str(config.parent), "HOME": home}, _ANSWERS)
            if code:
                return code
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
