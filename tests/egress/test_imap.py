"""A copy of what was sent, put into a folder on an IMAP server: Dovecot, a real one, and ones that are none."""

import base64
import re
import socket
import time
from collections.abc import Callable, Sequence
from imaplib import IMAP4_SSL
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis.strategies import text

from agent.egress import connecting, imap
from agent.egress.connecting import Broken
from agent.egress.imap import append, encoded
from agent.endpoints import Imap
from agent.outbox import Outbox
from tests.dovecot import PASSWORD, dovecot, installed
from tests.egress.a_core import entries, opened
from tests.egress.mails import configure, invitation
from tests.egress.smtp_server import CERTIFICATE, Step, aiosmtpd, scripted, tls

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


@installed
def test_a_password_with_letters_that_are_not_ascii_is_refused_like_any_other() -> None:
    with dovecot() as (port, _), pytest.raises(Broken) as caught:
        append(account(port), "pässwörd", b"Subject: x\r\n\r\n")
    assert caught.value.message == f"127.0.0.1:{port} refused the login: no copy was kept there."


@installed
def test_a_folder_may_have_a_name_in_any_language() -> None:
    name = 'Éléments "envoyés" & 已发送'
    with dovecot() as (port, maildir):
        with IMAP4_SSL("127.0.0.1", port, ssl_context=connecting.tls()) as other:
            other.login("ada", PASSWORD)
            assert other.create(encoded(name))[0] == "OK"
        append(account(port, folder=name), PASSWORD, b"Subject: x\r\n\r\n")
        (folder,) = maildir.glob(".*l*ments*")
        (copy,) = (folder / "cur").iterdir()
        assert copy.read_bytes().startswith(b"Subject: x")


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("Sent", '"Sent"'),
        ("Entwürfe", '"Entw&APw-rfe"'),
        ("Tom & Jerry", '"Tom &- Jerry"'),
        ("台北", '"&U,BTFw-"'),  # the example of RFC 3501
        ('a"b\\c', '"a\\"b\\\\c"'),
        ("x\r\nA1 LOGOUT", '"x&AA0ACg-A1 LOGOUT"'),
    ],
)
def test_a_folder_is_named_as_the_protocol_has_it(name: str, wire: str) -> None:
    assert encoded(name) == wire


@given(text())
def test_the_name_of_a_folder_is_one_word_of_printable_ascii_which_says_it_all(name: str) -> None:
    wire = encoded(name)
    assert re.fullmatch(r'"(?:[^"\\\x00-\x1f\x7f-\U0010ffff]|\\["\\])*"', wire)
    plain = re.sub(r"\\(.)", r"\1", wire[1:-1])
    assert re.sub(r"&([^-]*)-", lambda found: decoded(found[1]), plain) == name


def decoded(piece: str) -> str:
    padded = piece.replace(",", "/") + "=" * (-len(piece) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be") if piece else "&"


def tagged(*answers: bytes) -> Callable[[socket.socket], None]:
    """Give these answers to one command after the other, each under its tag; then hang up."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(b"* OK ready\r\n")
        answer_all(connection, answers)

    return serve


def answer_all(connection: socket.socket, answers: Sequence[bytes]) -> None:
    lines = connection.makefile("rb", buffering=0)
    for answer in answers:
        connection.sendall(answer.replace(b"TAG", lines.readline().split(b" ")[0]))


CAPABLE = b"* CAPABILITY IMAP4rev1\r\nTAG OK x\r\n"


@pytest.mark.parametrize(
    ("answers", "said", "unsure"),
    [
        ([CAPABLE], "broke off: no copy was kept there", False),
        ([CAPABLE, b"TAG NO x\r\n"], "refused the login: no copy was kept there", False),
        ([CAPABLE, b"TAG OK x\r\n", b"TAG BAD x\r\n"], "did not take the copy: is there a folder Sent?", False),
        ([CAPABLE, b"TAG OK x\r\n", b"+ go on\r\n"], "broke off: a copy may be there", True),
        ([CAPABLE, b"TAG OK x\r\n"], "broke off: a copy may be there", True),
    ],
)
def test_what_a_server_does_not_do_is_one_sentence(answers: list[bytes], said: str, unsure: bool) -> None:
    with scripted({}, tagged(*answers)) as (port, _), pytest.raises(Broken) as caught:
        append(account(port, security="none"), "secret", b"Subject: x\r\n\r\n")
    assert caught.value.message.removesuffix(".") == f"127.0.0.1:{port} {said}"
    assert caught.value.unsure == unsure


def test_a_server_of_ascii_alone_does_not_hear_another_password() -> None:
    with scripted({}, tagged(CAPABLE)) as (port, _), pytest.raises(Broken, match="takes no login with letters"):
        append(account(port, security="none"), "pässwörd", b"Subject: x\r\n\r\n")


def drip(connection: socket.socket) -> None:
    """Never be silent, and never say a whole line."""
    while True:
        connection.sendall(b"* ")
        time.sleep(0.05)


def flood(connection: socket.socket) -> None:
    """Say more than anybody wants to know."""
    connection.sendall(b"* OK ready\r\n")
    while True:
        connection.sendall(b"* 1 EXISTS\r\n" * 1000)


@pytest.mark.parametrize("greeting", [drip, flood])
def test_a_server_that_is_never_silent_does_not_hold_us(greeting: Step, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap, "_WHOLE", 0.5)
    with scripted({}, greeting) as (port, _), pytest.raises(Broken, match="no copy was kept there"):
        append(account(port, security="none"), "secret", b"Subject: x\r\n\r\n")


def test_what_came_before_the_encryption_is_no_answer_to_what_is_said_within_it() -> None:
    def injecting(connection: socket.socket) -> None:
        connection.sendall(b"* OK ready\r\n")
        injected = b"TAG OK go on\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n"
        answer_all(connection, [CAPABLE.replace(b"rev1", b"rev1 STARTTLS"), injected])
        with tls().wrap_socket(connection, server_side=True) as inside:
            answer_all(inside, [CAPABLE, b"TAG NO x\r\n"])

    with scripted({}, injecting) as (port, _), pytest.raises(Broken) as caught:
        append(account(port, security="starttls"), "secret", b"Subject: x\r\n\r\n")
    assert caught.value.message == f"127.0.0.1:{port} refused the login: no copy was kept there."


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
