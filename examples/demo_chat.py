"""A chat about mail, on this computer: `python examples/demo_chat.py`.

Ada asks about examples/inbox.mbox, has an invitation drafted, sees it as it will leave, and sends it after her yes,
over TLS and with a login, to a real SMTP server on loopback. The starter model answers; rules choose the tools for it.
What Ada types is typed by this script; everything else is what the program prints.
"""

import tempfile
from pathlib import Path

from at_terminal import played, say
from mail_server import CERTIFICATE, PASSWORD, USER, mail_server, missing

LINES = (
    "until when does Bob need budget v3 approved?",
    "/why",
    "add todo approve budget v3 by thursday",
    "invite 10 thursday at 15:00",
    "/exit",
)
SETTINGS = """me = ["ada@example.org"]

[smtp]
host = "127.0.0.1"
port = {port}
sender = "Ada Lindqvist <ada@example.org>"
user = "{user}"
password_env = "DEMO_PASSWORD"
"""
_YES = {b"[N]o: ": b"y\n", b"[y/N] ": b"y\n", b"or q -- ": b"\n"}


def main() -> int:
    """Play it; return the chat's exit code."""
    if lacking := missing():
        raise SystemExit(lacking)
    with tempfile.TemporaryDirectory() as home, mail_server(Path(home) / "post") as port:
        config = Path(home) / "llama-agent" / "config.toml"
        config.parent.mkdir(mode=0o700)
        config.write_text(SETTINGS.format(port=port, user=USER))
        ada = {"LLAMA_AGENT_HOME": str(config.parent), "HOME": home, "DEMO_PASSWORD": PASSWORD, "TZ": "Europe/Berlin"}
        ada["SSL_CERT_FILE"] = str(CERTIFICATE)
        say("\n$ llama-agent chat inbox.mbox\n")
        return played(["llama-agent", "chat", "inbox.mbox"], ada, _YES, LINES)


if __name__ == "__main__":
    raise SystemExit(main())
