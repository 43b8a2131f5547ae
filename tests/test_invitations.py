"""From a mailbox to a meeting and back, by the real program, two people, a real mail server and a real delivery."""

import json
import mailbox
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.outbox import Outbox
from tests import dovecot
from tests.calendar.calendars import khal_list
from tests.egress.smtp_server import Taken, aiosmtpd

pytestmark = [pytest.mark.loopback, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]

INBOX = Path(__file__).parent.parent / "examples" / "inbox.mbox"
Deliver = Callable[[bytes, str], Path]


@dataclass(frozen=True)
class Person:
    """Somebody with a home of their own who types commands, without a terminal."""

    home: Path
    address: str

    def types(self, *words: str, code: int = 0) -> str:
        """Run a command; return what it printed on stdout."""
        done = subprocess.run(
            [sys.executable, "-m", "agent", *words],
            env=os.environ | {"LLAMA_AGENT_HOME": str(self.home), "HOME": str(self.home), "TZ": "Europe/Berlin"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
        return done.stdout

    def sends(self, draft: int) -> str:
        """Send a draft as a script does, by its hash."""
        return self.types("outbox", "send", f"d{draft}", "--sha256", Outbox(self.home / "outbox").get(draft).digest)

    @property
    def calendar(self) -> Path:
        return self.home / "calendar"


@pytest.fixture
def server() -> Iterator[tuple[int, Taken]]:
    with aiosmtpd("none") as running:
        yield running


def person(folder: Path, port: int, address: str) -> Person:
    """Make a home with settings that send through this port."""
    home = folder / address
    home.mkdir(mode=0o700)
    (home / "config.toml").write_text(
        f'me = ["{address}"]\n[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n'
        f'sender = "{address}"\n[calendar]\nfolder = "{home}/calendar"\n'
    )
    return Person(home, address)


@pytest.fixture
def deliver(tmp_path: Path) -> Iterator[Callable[[str], Deliver]]:
    """Give a function that gives one which delivers mail to somebody: by Dovecot where it is, else into a Maildir."""
    with ExitStack() as stack:

        def by_dovecot(name: str) -> Deliver:
            folder, _ = stack.enter_context(dovecot.installation())
            return lambda mail, sender: dovecot.deliver(folder, mail, sender)

        def written(name: str) -> Deliver:
            maildir = mailbox.Maildir(tmp_path / f"mail-{name}")

            def put(mail: bytes, sender: str) -> Path:
                maildir.add(mail)
                return tmp_path / f"mail-{name}"

            return put

        yield by_dovecot if dovecot.IS_INSTALLED else written


def test_an_invitation_is_accepted_moved_and_cancelled_in_two_homes(
    server: tuple[int, Taken], deliver: Callable[[str], Deliver], tmp_path: Path
) -> None:
    port, taken = server
    ada, eve = (person(tmp_path, port, address) for address in ("ada@example.org", "eve.adler@skarvika.example"))
    to_ada, to_eve = deliver("ada"), deliver("eve")

    ada.types("invite", str(INBOX), "10", "--when", "2099-11-27 14:00", "--for", "90m", "--title", "Review", code=7)
    assert ada.sends(1) == "sent to 1 person  v1  (e1)\n"
    ((sender, people, mail),) = taken.mails
    assert (sender, people) == (ada.address, [eve.address])

    eves = to_eve(mail, sender)
    eve.types("rsvp", str(eves), "1", "yes", code=7)
    assert eve.sends(1) == "sent to 1 person  (e1)\n"
    assert khal_list(eve.calendar, "2099-11-27") == ["2099-11-27 14:00|2099-11-27 15:30|Review|"]
    (_, (sender, people, mail)) = taken.mails
    assert (sender, people) == (eve.address, [ada.address])

    adas = to_ada(mail, sender)
    (meeting,) = json.loads(ada.types("meetings", "list", str(adas), "--json"))["meetings"]
    assert meeting["people"] == [
        {"address": eve.address, "name": "Eve Adler", "answer": "ACCEPTED", "believed": "claimed", "sequence": 0}
    ]

    ada.types("meetings", "move", "v1", "--when", "2099-11-30 10:00", code=7)
    assert ada.sends(2) == "sent to 1 person  v1  (e3)\n"
    assert khal_list(ada.calendar, "2099-11-27") == ["2099-11-30 10:00|2099-11-30 11:30|Review|"]
    assert "Eve Adler: accepted (before it was moved), as a mail in their name says" in ada.types(
        "meetings", "show", "1"
    )

    ada.types("meetings", "cancel", "v1", code=7)
    assert ada.sends(3) == "sent to 1 person  v1  (e5)\n"
    assert json.loads(ada.types("meetings", "list", "--json"))["meetings"][0]["standing"] == "cancelled"
    ada.types("meetings", "move", "v1", "--when", "2099-12-01 10:00", code=3)

    eves = to_eve(taken.mails[-1][2], ada.address)
    eve.types("rsvp", str(eves), "1", "yes", code=3)
