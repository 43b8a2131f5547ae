"""One mail to one server: these bytes, each recipient's answer, and whether anybody knows that it left."""

import socket
import time
from collections.abc import Mapping

import pytest

from agent.egress.connecting import Broken, Cancelled
from agent.egress.smtp import send
from agent.endpoints import Smtp
from tests.egress.smtp_server import CERTIFICATE, PASSWORD, USER, Step, aiosmtpd, scripted

pytestmark = pytest.mark.loopback

MAIL = b"From: ada@example.org\r\nTo: eve@skarvika.example\r\nSubject: dots\r\n\r\n.\r\n..two\r\n.three\r\nend\r\n"
EVE, BOB = "eve@skarvika.example", "bob@example.org"


@pytest.fixture(autouse=True)
def _believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))


def account(port: int, security: str = "none", **more: object) -> Smtp:
    values = {"host": "127.0.0.1", "port": port, "security": security, "sender": "Ada <ada@example.org>", "seconds": 2}
    return Smtp.model_validate(values | more)


def never() -> bool:
    return False


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_these_very_bytes_arrive_over_tls_after_a_login(security: str) -> None:
    with aiosmtpd(security) as (port, taken):
        refused = send(account(port, security, user=USER), PASSWORD, [EVE, BOB], MAIL, never)
    assert refused == {}
    assert taken.mails == [("ada@example.org", [EVE, BOB], MAIL)]


def test_plain_text_goes_to_this_computer_only() -> None:
    with aiosmtpd("none") as (port, taken):
        assert send(account(port), None, [EVE], MAIL, never) == {}
    assert [mail for _, _, mail in taken.mails] == [MAIL]


def test_nobody_is_told_the_name_of_this_computer() -> None:
    with scripted({}) as (port, taken):
        send(account(port), None, [EVE], MAIL, never)
    assert taken.said[0] == b"ehlo [127.0.0.1]"
    assert socket.gethostname().encode() not in b" ".join(taken.said)


def test_who_is_refused_is_said_and_the_others_have_it() -> None:
    with aiosmtpd("none", {BOB: "550 no such user", "full@example.org": "452 later"}) as (port, taken):
        refused = send(account(port), None, [EVE, BOB, "full@example.org"], MAIL, never)
    assert refused == {
        BOB: "550: there is no such mailbox, or it takes no mail from you",
        "full@example.org": "452: the server has no room: try again later",
    }
    assert taken.mails == [("ada@example.org", [EVE], MAIL)]


def test_a_certificate_nobody_vouches_for_ends_it_before_a_word_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    for security in ("tls", "starttls"):
        with aiosmtpd(security) as (port, taken), pytest.raises(Broken) as caught:
            send(account(port, security, user=USER), PASSWORD, [EVE], MAIL, never)
        assert caught.value.message == (
            f"127.0.0.1:{port} has a certificate that cannot be verified: nothing was sent."
        )
        assert (caught.value.unsure, taken.mails) == (False, [])


def test_a_wrong_password_is_one_sentence_without_the_password() -> None:
    with aiosmtpd("tls") as (port, taken), pytest.raises(Broken) as caught:
        send(account(port, "tls", user=USER), "wrong", [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} refused the login (535): nothing was sent."
    assert taken.mails == []


def test_a_server_without_starttls_is_not_logged_in_to() -> None:
    with scripted({}) as (port, taken), pytest.raises(Broken) as caught:
        send(account(port, "starttls"), PASSWORD, [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} does not offer STARTTLS: nothing was sent."
    assert taken.said == [b"ehlo [127.0.0.1]"]


def hang(connection: socket.socket) -> None:
    """Say nothing for longer than anybody waits."""
    connection.settimeout(10)
    while connection.recv(1024):
        pass


def talk(connection: socket.socket) -> None:
    """Answer with lines that do not end."""
    for _ in range(100_000):
        connection.sendall(b"250-more\r\n")


SURE: list[tuple[str, Mapping[bytes, Step], Step, str]] = [
    ("silent at once", {}, hang, "did not answer in time"),
    ("gone at once", {}, None, "broke off"),
    ("another service", {}, b"SSH-2.0-x\r\n", "did not greet as a mail server does"),
    ("no service", {}, b"554 no\r\n", "did not greet as a mail server does (554)"),
    ("talks without end", {b"EHLO": talk, b"HELO": talk}, b"220 x\r\n", "broke off"),
    ("refuses the sender", {b"MAIL": b"550 no\r\n"}, b"220 x\r\n", "refused the sender (550)"),
    ("hangs at a recipient", {b"RCPT": hang}, b"220 x\r\n", "did not answer in time"),
    ("refuses before the mail", {b"DATA": b"451 later\r\n"}, b"220 x\r\n", "refused the mail (451)"),
    ("gone before the mail", {b"DATA": None}, b"220 x\r\n", "broke off"),
    ("refuses the mail", {b".": b"554 spam\r\n"}, b"220 x\r\n", "refused the mail (554)"),
]


@pytest.mark.parametrize(("script", "greeting", "said"), [case[1:] for case in SURE], ids=[case[0] for case in SURE])
def test_what_fails_before_the_servers_word_was_certainly_not_sent(
    script: Mapping[bytes, Step], greeting: Step, said: str
) -> None:
    with scripted(script, greeting) as (port, _), pytest.raises(Broken) as caught:
        send(account(port, seconds=1), None, [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} {said}: nothing was sent."
    assert not caught.value.unsure


def test_a_server_that_refuses_everybody_has_nothing() -> None:
    with scripted({b"RCPT": b"550 no\r\n"}) as (port, taken), pytest.raises(Broken) as caught:
        send(account(port), None, [EVE], MAIL, never)
    assert caught.value.message == (
        f"127.0.0.1:{port} refused everybody it was for: {EVE} (550: there is no such mailbox, or it takes no mail "
        "from you). Nothing was sent."
    )
    assert b"DATA" not in [line.upper() for line in taken.said]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (None, "broke off"),
        (hang, "did not answer in time"),
        (b"hello\r\n", "answered in a way that cannot be read"),
        (b"354 more\r\n", "answered in a way that cannot be read"),
    ],
    ids=["drops", "hangs", "babbles", "asks for more"],
)
def test_after_the_last_dot_only_the_answer_can_tell(step: Step, said: str) -> None:
    with scripted({b".": step}) as (port, taken), pytest.raises(Broken) as caught:
        send(account(port, seconds=1), None, [EVE], MAIL, never)
    assert caught.value.message == (
        f"127.0.0.1:{port} {said} after it had the whole mail: nobody knows whether it arrived."
    )
    assert caught.value.unsure
    assert len(taken.mails) == 1


def test_a_server_that_hangs_up_instead_of_saying_goodbye_has_the_mail() -> None:
    with scripted({b"QUIT": None}) as (port, taken):
        assert send(account(port), None, [EVE], MAIL, never) == {}
    assert len(taken.mails) == 1


def test_nothing_is_sent_once_nobody_waits_any_more() -> None:
    with scripted({}) as (port, taken), pytest.raises(Cancelled) as caught:
        send(account(port), None, [EVE], MAIL, lambda: True)
    assert (caught.value.unsure, taken.mails) == (False, [])


def test_a_port_where_nobody_listens_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(Broken) as caught:
        send(account(port), None, [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} refused the connection: nothing was sent."
    assert time.monotonic() - began < 2
