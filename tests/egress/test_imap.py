"""A copy of what was sent, put into a folder on an IMAP server: Dovecot, a real one, and ones that are none."""

import re
from pathlib import Path

import pytest

from agent.egress.connecting import Broken
from agent.egress.imap import append
from agent.endpoints import Imap
from agent.outbox import Outbox
from tests.dovecot import PASSWORD, dovecot, installed
from tests.egress.a_core import entries, opened
from tests.egress.mails import configure, invitation
from tests.egress.smtp_server import CERTIFICATE, aiosmtpd, scripted

pytestmark = [pytest.mark.loopback, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]


@pytest.fixture(autouse=True)
def _believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def account(port: int, **more: object) -> Imap:
    return Imap.model_validate({"host": "127.0.0.1", "port": port, "user": "ada"} | more)


def lying_in(maildir: Path, folder: str) -> list[Path]:
    return sorted((maildir / folder / "cur").iterdir())


@installed
def test_the_copy_lies_in_the_folder_as_read_and_the_ledger_has_both_sendings() -> None:
    with dovecot() as (port, maildir), aiosmtpd("none") as (smtp, _):
        table = f'[imap]\nhost = "127.0.0.1"\nport = {port}\nuser = "ada"\npassword_command = ["echo", "{PASSWORD}"]'
        configure(smtp, 'sent = "imap"', table)
        draft = invitation()
        with opened("outbox", "send", "d1", "--sha256", draft.digest) as door:
            assert door.mail(1).notes == ()
        (copy,) = lying_in(maildir, ".Sent")
        assert re.search(r":2,[A-Z]*S[A-Z]*\Z", copy.name)
        assert copy.read_bytes().replace(b"\r\n", b"\n") == draft.data.replace(b"\r\n", b"\n")
    assert [(entry.intent["sink"]["kind"], entry.outcome) for entry in entries()] == [("smtp", "ok"), ("imap", "ok")]


@installed
def test_what_dovecot_refuses_is_one_sentence() -> None:
    with dovecot() as (port, _):
        with pytest.raises(Broken) as caught:
            append(account(port), "wrong", b"Subject: x\r\n\r\n")
        assert caught.value.message == f"127.0.0.1:{port} refused the login: no copy was kept there."
        with pytest.raises(Broken) as caught:
            append(account(port, folder='No "such" folder'), PASSWORD, b"Subject: x\r\n\r\n")
        assert caught.value.message == (f'127.0.0.1:{port} did not take the copy: is there a folder No "such" folder?')


def test_without_a_table_the_mail_is_sent_and_the_lack_is_said() -> None:
    with aiosmtpd("none") as (port, _):
        configure(port, 'sent = "imap"')
        draft = invitation()
        with opened("outbox", "send", "d1", "--sha256", draft.digest) as door:
            mailed = door.mail(1)
    assert mailed.notes == ('sent = "imap" needs a table [imap] in the settings: no copy was kept.',)
    assert Outbox().get(1).state == "sent"


@pytest.mark.parametrize(
    ("greeting", "said"),
    [
        (b"* BYE no\r\n", "did not greet as an IMAP server does"),
        (b"SSH-2.0-x\r\n", "did not greet as an IMAP server does"),
        (None, "did not greet as an IMAP server does"),
    ],
)
def test_what_is_no_imap_server_is_one_sentence(greeting: bytes | None, said: str) -> None:
    with scripted({}, greeting) as (port, _), pytest.raises(Broken) as caught:
        append(account(port, security="none"), "secret", b"Subject: x\r\n\r\n")
    assert caught.value.message == f"127.0.0.1:{port} {said}: no copy was kept there."
