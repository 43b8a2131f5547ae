"""One mail to one server: these bytes, each recipient's answer, and whether anybody knows that it left."""

import base64
import itertools
import smtplib
import socket
import time
from collections.abc import Mapping

import pytest

from agent.egress import smtp
from agent.egress.connecting import Broken, Cancelled
from agent.egress.smtp import send
from agent.endpoints import Smtp
from tests.egress.smtp_server import CERTIFICATE, PASSWORD, USER, Step, aiosmtpd, scripted, tls

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


def test_plain_text_goes_to_this_computer_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with aiosmtpd("none") as (port, taken):
        assert send(account(port), None, [EVE], MAIL, never) == {}
        assert [mail for _, _, mail in taken.mails] == [MAIL]
        monkeypatch.setattr(smtp, "is_loopback", lambda connection: False)  # as where localhost is another computer
        with pytest.raises(Broken) as caught:
            send(account(port), None, [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} is not this computer, and is not encrypted: nothing was sent."
    assert len(taken.mails) == 1


def test_a_last_line_without_an_end_is_ended() -> None:
    with aiosmtpd("none") as (port, taken):
        assert send(account(port), None, [EVE], MAIL.removesuffix(b"\r\n"), never) == {}
    assert [mail for _, _, mail in taken.mails] == [MAIL]


def test_nobody_is_told_the_name_of_this_computer() -> None:
    with scripted({}) as (port, taken):
        send(account(port), None, [EVE], MAIL, never)
    assert taken.said[0] == b"ehlo [127.0.0.1]"
    assert socket.gethostname().encode() not in b" ".join(taken.said)


def test_the_login_is_the_address_where_no_user_is_named() -> None:
    script = {b"EHLO": b"250-x\r\n250 AUTH PLAIN\r\n", b"AUTH": b"235 ok\r\n"}
    with scripted(script) as (port, taken):
        send(account(port), PASSWORD, [EVE], MAIL, never)
    assert taken.said[1] == b"AUTH PLAIN " + base64.b64encode(b"\0ada@example.org\0" + PASSWORD.encode())


def test_who_is_to_be_forwarded_to_is_not_refused() -> None:
    with scripted({b"RCPT": b"251 will forward\r\n"}) as (port, taken):
        assert send(account(port), None, [EVE], MAIL, never) == {}
    assert len(taken.mails) == 1


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


def said_base64(text: str) -> bytes:
    return base64.b64encode(text.encode())


def test_a_password_may_have_letters_that_are_not_ascii() -> None:
    script = {b"EHLO": b"250-x\r\n250 AUTH LOGIN PLAIN\r\n", b"AUTH": b"235 ok\r\n"}
    with scripted(script) as (port, taken):
        send(account(port, user="ada"), "pässwörd", [EVE], MAIL, never)
    assert taken.said[1] == b"AUTH PLAIN " + said_base64("\0ada\0pässwörd")
    assert len(taken.mails) == 1


def test_a_login_is_by_the_older_way_where_there_is_no_other() -> None:
    user, password = said_base64("ada"), said_base64("pässwörd")
    script: dict[bytes, Step] = {b"EHLO": b"250-x\r\n250 AUTH LOGIN\r\n", b"AUTH": b"334 x\r\n"}
    script |= {user[:4].upper(): b"334 x\r\n", password[:4].upper(): b"235 ok\r\n"}
    with scripted(script) as (port, taken):
        send(account(port, user="ada"), "pässwörd", [EVE], MAIL, never)
    assert taken.said[1:4] == [b"AUTH LOGIN", user, password]
    script[user[:4].upper()] = b"535 no\r\n"
    with scripted(script) as (port, taken), pytest.raises(Broken, match=r"refused the login \(535\): nothing was sent"):
        send(account(port, user="ada"), "pässwörd", [EVE], MAIL, never)
    assert password not in taken.said


@pytest.mark.parametrize("offered", [b"250 x\r\n", b"250-x\r\n250 AUTH CRAM-MD5 XOAUTH2\r\n"])
def test_a_server_that_takes_no_login_we_know_hears_no_password(offered: bytes) -> None:
    with scripted({b"EHLO": offered}) as (port, taken), pytest.raises(Broken) as caught:
        send(account(port, user="ada"), PASSWORD, [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} takes no login that we know: nothing was sent."
    assert taken.said == [b"ehlo [127.0.0.1]"]


def injecting(connection: socket.socket) -> None:
    """Agree to STARTTLS, and add an answer in plain text, as somebody in between could; then speak TLS."""
    connection.sendall(b"220 go on\r\n250 SIZE 1\r\n")
    with tls().wrap_socket(connection, server_side=True) as inside, inside.makefile("rb") as lines:
        for line in lines:
            inside.sendall({b"ehlo": b"250 x\r\n", b"mail": b"550 no\r\n"}[line[:4].lower()])


def test_what_came_before_the_encryption_is_no_answer_to_what_is_said_within_it() -> None:
    script = {b"EHLO": b"250-x\r\n250 STARTTLS\r\n", b"STAR": injecting}
    with scripted(script) as (port, _), pytest.raises(Broken) as caught:
        send(account(port, "starttls"), None, [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} refused the sender (550): nothing was sent."


def drip(connection: socket.socket) -> None:
    """Never be silent, and never say a whole line."""
    while True:
        connection.sendall(b"2")
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("script", "greeting"), [({}, drip), ({b"RCPT": drip}, b"220 x\r\n")], ids=["at once", "later"]
)
def test_a_server_that_is_never_silent_holds_us_no_longer_than_all_of_it_may_take(
    script: Mapping[bytes, Step], greeting: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "_WHOLE", 0.4)
    with scripted(script, greeting) as (port, _), pytest.raises(Broken) as caught:
        send(account(port), None, [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} did not answer in time: nothing was sent."
    assert not caught.value.unsure


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
    ("says too many lines", {}, b"220-x\r\n" * 200 + b"220 x\r\n", "broke off"),
    ("says too long a line", {}, b"220 " + b"x" * 9000 + b"\r\n", "broke off"),
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


def test_a_last_dot_that_may_have_left_is_not_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = smtplib.SMTP.send

    def send_some(self: smtplib.SMTP, data: bytes | str) -> None:
        whole(self, data)
        if data == b".\r\n":
            raise ConnectionResetError

    monkeypatch.setattr(smtplib.SMTP, "send", send_some)
    with scripted({}) as (port, _), pytest.raises(Broken, match="broke off after it had the whole mail") as caught:
        send(account(port), None, [EVE], MAIL, never)
    assert caught.value.unsure


def test_a_server_that_hangs_up_instead_of_saying_goodbye_has_the_mail() -> None:
    with scripted({b"QUIT": None}) as (port, taken):
        assert send(account(port), None, [EVE], MAIL, never) == {}
    assert len(taken.mails) == 1


@pytest.mark.parametrize(
    "step", range(5), ids=["before the login", "before Eve", "before Bob", "before the mail", "before its last dot"]
)
def test_nothing_is_sent_once_nobody_waits_any_more(step: int) -> None:
    asked = itertools.count()
    script = {b"EHLO": b"250-x\r\n250 AUTH PLAIN\r\n", b"AUTH": b"235 ok\r\n"}
    with scripted(script) as (port, taken), pytest.raises(Cancelled) as caught:
        send(account(port), PASSWORD, [EVE, BOB], MAIL, lambda: next(asked) == step)
    assert (caught.value.unsure, taken.mails) == (False, [])


def test_a_port_where_nobody_listens_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    began = time.monotonic()
    with pytest.raises(Broken) as caught:
        send(account(port), None, [EVE], MAIL, never)
    assert caught.value.message == f"127.0.0.1:{port} refused the connection: nothing was sent."
    assert time.monotonic() - began < 2
