"""From a message to a meeting, on this computer: `make demo-invite`, or `python examples/demo_invite.py`.

Eve proposes a time in examples/inbox.mbox. Ada invites her, moves the meeting and cancels it. Each mail is shown to her
as it will leave, and goes after her yes, over TLS and with a login, to a real SMTP server on loopback.
It delivers into Eve's mailbox, and khal, a calendar program that is not ours, puts what came into her calendar. What
Ada types is typed by this script; everything else is what the programs print.
"""

import email
import mailbox
import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

from at_terminal import played, say
from mail_server import CERTIFICATE, PASSWORD, USER, mail_server, missing

EVE = "eve.adler@skarvika.example"
# Commands of Ada's, and what her yes to the sending of each brings into Eve's calendar.
STEPS = (
    "llama-agent invite inbox.mbox 10",
    "khal list",
    'llama-agent meetings move v1 --when "2026-11-30 10:00"',
    "khal list",
    "llama-agent meetings cancel v1",
    "khal list",
    "llama-agent meetings list inbox.mbox",
    "llama-agent egress list",
    "llama-agent egress verify",
)
SETTINGS = """me = ["ada@example.org"]

[smtp]
host = "127.0.0.1"
port = {port}
sender = "Ada Lindqvist <ada@example.org>"
user = "{user}"
password_env = "DEMO_PASSWORD"

[calendar]
folder = "~/calendar"
"""
KHAL = """[calendars]
[[eve]]
path = {home}/eve
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %a %d %b %Y
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %a %d %b %Y %H:%M
local_timezone = Europe/Oslo
default_timezone = Europe/Oslo
[default]
default_calendar = eve
[sqlite]
path = {home}/khal.db
"""
_YES = {b"[N]o: ": b"y\n", b"[y/N] ": b"y\n", b"or q -- ": b"\n"}


def main() -> int:
    """Play every step; return the exit code of the first that fails, else 0."""
    if lacking := missing():
        raise SystemExit(lacking)
    with tempfile.TemporaryDirectory() as home, mail_server(Path(home) / "post") as port:
        config = Path(home) / "llama-agent" / "config.toml"
        config.parent.mkdir(mode=0o700)
        config.write_text(SETTINGS.format(port=port, user=USER))
        say(f"An SMTP server with TLS and a login listens at 127.0.0.1:{port}. Ada's settings:\n\n")
        say("".join(f"    {line}".rstrip() + "\n" for line in config.read_text().splitlines()))
        ada = {"LLAMA_AGENT_HOME": str(config.parent), "HOME": home, "DEMO_PASSWORD": PASSWORD, "TZ": "Europe/Berlin"}
        ada["SSL_CERT_FILE"] = str(CERTIFICATE)
        for step in STEPS:
            say(f"\n$ {step}\n")
            code = opened(Path(home)) if step == "khal list" else played(shlex.split(step), ada, _YES)
            if code:
                return code
    return 0


def opened(home: Path) -> int:
    """Have khal take what came for Eve into her calendar, and list it; return khal's exit code."""
    config = home / "khal.conf"
    config.write_text(KHAL.format(home=home))
    (home / "eve").mkdir(exist_ok=True)
    post = mailbox.Maildir(home / "post" / EVE)
    for key in sorted(post.keys()):
        parts = email.message_from_bytes(post.get_bytes(key)).walk()
        invitation = next(part for part in parts if part.get_content_type() == "text/calendar")
        (home / "came.ics").write_bytes(invitation.get_payload(decode=True))
        post.remove(key)
        khal(home, "import", "--batch", "-a", "eve", str(home / "came.ics"))
    line = "  {start-end-time-style} {title}, {status}from {organizer}"
    return khal(home, "list", "--format", line, "--day-format", "Eve's calendar, {date-long}:", "2026-11-24", "14d")


def khal(home: Path, *words: str) -> int:
    """Run khal with Eve's calendar and show what it prints."""
    program = Path(sys.executable).with_name("khal")
    surroundings = os.environ | {"HOME": str(home), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [program, "-c", home / "khal.conf", *words], env=surroundings, stdout=subprocess.PIPE, text=True
    )
    say(done.stdout)
    return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
