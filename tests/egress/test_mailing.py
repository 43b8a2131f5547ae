"""A draft on its way out: what is shown is what is sent is what is written down, once, and to nobody unnoticed."""

import email
import email.policy
import hashlib
import os
import re
import signal
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from agent.egress import sent, smtp
from agent.egress.door import Mailed
from agent.egress.ledger import Ledger
from agent.egress.verify import verify
from agent.errors import AgentError, ConsentError, InputError, NetworkError, NoTerminalError, UsageError
from agent.mail.mailbox import open_mailbox
from agent.mail.threads import group
from agent.outbox import Outbox, Recipient
from agent.paths import config_file
from tests.egress.a_core import SECONDS, at_terminal, entries, opened, until
from tests.egress.mails import EVE, MALLORY, answer, configure, event, invitation
from tests.egress.smtp_server import CERTIFICATE, PASSWORD, USER, aiosmtpd, scripted
from tests.messages import message

# The process is forked from one that has threads: the servers'. It shares nothing with them.
pytestmark = [pytest.mark.loopback, pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")]

SEND = ("outbox", "send", "d1", "--sha256")
ASKS = """
door = open_door({typed!r})
lock()
try:
    mailed = door.mail({number})
    say([mailed.answer, mailed.entry, mailed.refused, mailed.notes])
except AgentError as error:
    say([type(error).__name__, error.message])
"""


def asked(answers: list[str], folder: Path, *typed: str, number: int = 1) -> tuple[list[object], str]:
    """Have a draft sent before a person who types these answers; return what came of it, and the screen."""
    told, screen = at_terminal(ASKS.format(typed=typed or ("outbox", "send", "d1"), number=number), answers, folder)
    assert len(told) == 1
    return told[0], screen


def approved(digest: str) -> Mailed:
    """Send draft 1 as a script does, with its hash."""
    with opened(*SEND, digest) as door:
        return door.mail(1)


def test_a_yes_sends_the_bytes_on_the_screen_and_the_ledger_has_their_hash(tmp_path: Path) -> None:
    with aiosmtpd("none") as (port, taken):
        configure(port)
        draft = invitation()
        told, screen = asked(["y\n"], tmp_path)
    assert told == ["sent", 1, [], []]
    assert taken.mails == [("ada@example.org", [EVE.address], draft.data)]
    assert f"\nsha256  {draft.digest}\n" in screen
    assert screen.startswith("to       eve@skarvika.example  sender of 10  (Eve Adler)\n")
    assert "\nread from  “Friday, 14:00”\n" in screen
    assert "\nwhen       Fri 27 Nov 2099, 14:00-15:30 Europe/Berlin, 13:00 UTC (in " in screen
    assert "Send to 1 person?  [y]es [e]dit [s]ave [N]o: y\n" in screen
    (entry,), (kept,) = entries(), Outbox().drafts()
    assert (kept.state, kept.data) == ("sent", draft.data)
    assert entry.intent["sink"] == {
        "kind": "smtp",
        "host": f"127.0.0.1:{port}",
        "model": "",
        "here": True,
        "people": 1,
    }
    assert entry.intent["body_sha256"] == hashlib.sha256(draft.data).hexdigest()
    assert entry.intent["approval"] == {"by": "user:tty", "sha256": draft.digest}
    assert entry.outcome == "ok"
    assert verify(Ledger()).problem == ""
    assert EVE.address.encode() not in Ledger().read()


def test_a_reply_is_shown_to_its_last_line_and_arrives_as_these_bytes(tmp_path: Path) -> None:
    text = "Sounds good.\n\n.\nFrom here on: Grüße, \u00a0Ada\n" + "".join(f"line {number}\n" for number in range(99))
    with aiosmtpd("none") as (port, taken):
        configure(port)
        draft = answer(text)
        told, screen = asked(["y\n"], tmp_path)
    assert told == ["sent", 1, [], []]
    assert taken.mails == [("ada@example.org", [EVE.address], draft.data)]
    said = email.message_from_bytes(taken.mails[0][2], policy=email.policy.default).get_content()
    assert said.startswith(text.replace("\n", "\r\n"))
    assert said.endswith("Eve Adler wrote:\r\n> Shall we meet?\r\n")
    assert screen.startswith(
        "to       eve@skarvika.example  sender of 10  (Eve Adler)\n"
        f"from     Ada <ada@example.org>\nthrough  127.0.0.1:{port}\nsubject  Re: Budget\n\n"
        "The text, from first to last:\n\n  | Sounds good.\n  | \n  | .\n  | From here on: Grüße, \\u{a0}Ada\n"
    )
    assert "  | > Shall we meet?\n\nbytes   " in screen
    assert "Send to 1 person?  [y]es [e]dit [s]ave [N]o: y\n" in screen
    (entry,), (kept,) = entries(), Outbox().drafts()
    assert (kept.state, kept.data) == ("sent", draft.data)
    assert entry.intent["body_sha256"] == hashlib.sha256(draft.data).hexdigest()


def test_a_reply_that_arrived_is_in_the_thread_of_what_it_answers(tmp_path: Path) -> None:
    with aiosmtpd("none") as (port, taken):
        configure(port)
        assert approved(answer().digest) == Mailed("sent", 1)
    (tmp_path / "sent.eml").write_bytes(taken.mails[0][2])
    (found,) = open_mailbox(tmp_path / "sent.eml").heads()
    (thread,) = group([message("Shall we meet?\n").head, found])
    assert [head.subject.raw for head in thread.heads] == ["Budget", "Re: Budget"]


def test_a_reply_to_somebody_new_needs_their_domain_typed(tmp_path: Path) -> None:
    configure(9)
    answer("Sounds good.", MALLORY)
    told, screen = asked(["y\n"], tmp_path)
    assert told[0] == "ConsentError"  # type: ignore[index]
    assert "to       mallory@evil.example  NEW: on Cc of 10  (Eve Adler)\n" in screen


@pytest.mark.parametrize("typed", ["n\n", "\n", "yep\n", "yes please\n", "Y E S\n"])
def test_anything_but_a_yes_keeps_the_draft(typed: str, tmp_path: Path) -> None:
    with aiosmtpd("none") as (port, taken):
        configure(port)
        draft = invitation()
        told, _ = asked([typed], tmp_path)
    assert told == ["ConsentError", "nothing was sent; d1 is kept as a draft."]
    assert (taken.mails, entries(), Outbox().drafts()) == ([], [], [draft])


@pytest.mark.parametrize(("typed", "answer"), [("e\n", "edit"), ("EDIT\n", "edit"), ("s\n", "save")])
def test_the_user_may_want_something_else_first(typed: str, answer: str, tmp_path: Path) -> None:
    configure(9)
    draft = invitation()
    told, _ = asked([typed], tmp_path)
    assert told == [answer, 0, [], []]
    assert (entries(), Outbox().drafts()) == ([], [draft])


def test_somebody_new_needs_their_domain_typed(tmp_path: Path) -> None:
    with aiosmtpd("none") as (port, taken):
        configure(port)
        invitation(EVE, MALLORY)
        told, screen = asked(["y\n"], tmp_path)
        assert told == [
            "ConsentError",
            "a y is not enough for somebody new: evil.example was not typed. Nothing was sent, d1 is kept as a draft.",
        ]
        assert "\nto       mallory@evil.example  NEW: on Cc of 10  (Eve Adler)\n" in screen
        assert taken.mails == []
        (tmp_path / "said").unlink()
        told, _ = asked(["evil.example\n"], tmp_path)
    assert told == ["sent", 1, [], []]
    assert taken.mails[0][1] == [EVE.address, MALLORY.address]


@pytest.mark.parametrize(
    ("typed", "settings"),
    [
        (("invite", "x", "--to", "mallory@evil.example"), ""),
        (("invite", "x", "--to=MALLORY@evil.example"), ""),
        ((), '[contacts]\nm = "Mallory <mallory@evil.example>"\n'),
        ((), 'me = ["mallory@evil.example"]\n'),
    ],
)
def test_who_was_typed_or_is_known_is_not_new(typed: tuple[str, ...], settings: str, tmp_path: Path) -> None:
    with aiosmtpd("none") as (port, _):
        configure(port)
        before = config_file().read_text()
        config_file().write_text(settings + before if settings.startswith("me") else before + settings)
        invitation(MALLORY)
        told, screen = asked(["y\n"], tmp_path, *typed)
    assert told == ["sent", 1, [], []]
    assert "NEW" not in screen


@pytest.mark.parametrize(
    "how", ["sender of 10, typed by you", "sender of x", "sender of ١", "Reply-To of 10", "in your contacts", ""]
)
def test_what_the_core_says_of_somebody_counts_where_it_says_that_they_wrote_and_no_more(
    how: str, tmp_path: Path
) -> None:
    configure(9)
    invitation(replace(MALLORY, how=how))
    _, screen = asked(["n\n"], tmp_path)
    assert f"  NEW: {how or 'nobody you know'}  (Eve Adler)\n" in screen


def test_a_damaged_draft_keeps_no_other_from_being_sent() -> None:
    with aiosmtpd("none") as (port, taken):
        configure(port)
        digest = invitation().digest
        invitation()
        (Outbox().folder / "d2.draft").write_bytes(b"half a dra")
        assert approved(digest) == Mailed("sent", 1)
    assert len(taken.mails) == 1


def test_who_was_written_to_before_is_known_but_not_who_was_refused(tmp_path: Path) -> None:
    bob = Recipient("bob@example.org", "Bob", "on To of 10")
    with aiosmtpd("none", {bob.address: "550 no"}) as (port, _):
        configure(port)
        mailed = approved(invitation(MALLORY, bob).digest)
    assert mailed.refused == ((bob.address, "550: there is no such mailbox, or it takes no mail from you"),)
    invitation(MALLORY, bob)
    _, screen = asked(["n\n"], tmp_path, "outbox", "send", "d2", number=2)
    assert "\nto       bob@example.org       NEW: on To of 10  (Bob)\n" in screen
    assert "to       mallory@evil.example  you wrote to them before  (Eve Adler)\n" in screen


def test_without_a_terminal_the_draft_is_kept_and_its_hash_is_told() -> None:
    configure(9)
    draft = invitation()
    with opened("invite", "x") as door, pytest.raises(NoTerminalError) as caught:
        door.mail(1)
    assert caught.value.message == (
        "this needs your yes, and there is no terminal to ask on: nothing was sent, d1 is kept."
    )
    assert caught.value.hints[1] == (f"llama-agent outbox send d1 --sha256 {draft.digest}", "sends just these bytes")
    assert Outbox().drafts() == [draft]


def test_a_script_sends_by_the_hash_and_only_what_has_it() -> None:
    with aiosmtpd("none") as (port, taken):
        configure(port)
        draft = invitation()
        assert approved(draft.digest) == Mailed("sent", 1)
        assert [each.intent["approval"] for each in entries()] == [{"by": "command", "sha256": draft.digest}]
        with pytest.raises(ConsentError, match="d1 was sent already: it is not sent twice"):
            approved(draft.digest)
    assert len(taken.mails) == 1


@pytest.mark.parametrize("typed", [("invite", "x", "--sha256"), ("outbox", "show", "--sha256")])
def test_a_hash_is_an_approval_for_outbox_send_alone(typed: tuple[str, ...]) -> None:
    configure(9)
    digest = invitation().digest
    with opened(*typed, digest) as door, pytest.raises(NoTerminalError):
        door.mail(1)


def test_what_was_changed_after_the_hash_was_told_is_asked_about() -> None:
    configure(9)
    draft = invitation()
    Outbox().replace(replace(draft, data=draft.data.replace(b"Invitation: Review", b"Invitation: REVIEW")))
    with pytest.raises(NoTerminalError):
        approved(draft.digest)


def test_the_login_is_with_the_password_a_program_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    with aiosmtpd("tls") as (port, taken):
        configure(port, f'user = "{USER}"', f'password_command = ["echo", "{PASSWORD}"]', security="tls")
        approved(invitation().digest)
    assert len(taken.mails) == 1


def test_a_password_that_is_not_there_leaves_the_draft(monkeypatch: pytest.MonkeyPatch) -> None:
    configure(9, 'password_env = "NOT_THERE"')
    draft = invitation()
    with pytest.raises(UsageError, match="the variable NOT_THERE gives no password: nothing was sent"):
        approved(draft.digest)
    assert (Outbox().drafts(), entries()) == ([draft], [])


def test_what_a_server_refuses_is_a_draft_again() -> None:
    with scripted({b".": b"554 spam\r\n"}) as (port, _):
        configure(port)
        draft = invitation()
        with pytest.raises(NetworkError) as caught:
            approved(draft.digest)
    assert caught.value.message == f"127.0.0.1:{port} refused the mail (554): nothing was sent."
    assert Outbox().drafts() == [draft]
    assert [each.outcome for each in entries()] == ["failed"]


def test_what_may_have_arrived_is_not_sent_again_without_a_word(tmp_path: Path) -> None:
    with scripted({b".": None}) as (port, taken):
        configure(port)
        draft = invitation()
        with pytest.raises(NetworkError, match="nobody knows whether it arrived"):
            approved(draft.digest)
        assert [each.state for each in Outbox().drafts()] == ["sending"]
        assert [each.outcome for each in entries()] == ["unknown outcome"]
        with pytest.raises(ConsentError, match="handed to the server before, and nobody knows"):
            approved(draft.digest)
        told, _ = asked(["y\n"], tmp_path)
    assert told == ["ConsentError", "nothing was sent; d1 is kept as a draft."]
    assert len(taken.mails) == 1
    (tmp_path / "said").unlink()
    with aiosmtpd("none") as (port, again):
        configure(port)
        told, screen = asked(["again\n"], tmp_path)
    assert "d1 was handed to the server before, and nobody knows whether it arrived." in screen
    assert told == ["sent", 3, [], []]
    assert [mail for _, _, mail in again.mails] == [draft.data]


def test_a_second_try_that_fails_does_not_make_a_draft_of_what_may_have_arrived(tmp_path: Path) -> None:
    with scripted({b".": None}) as (port, _):
        configure(port)
        digest = invitation().digest
        with pytest.raises(NetworkError, match="nobody knows whether it arrived"):
            approved(digest)
    configure(9)
    told, _ = asked(["again\n"], tmp_path)
    assert told == ["NetworkError", "127.0.0.1:9 refused the connection: nothing was sent."]
    assert [each.state for each in Outbox().drafts()] == ["sending"]
    with pytest.raises(ConsentError, match="nobody knows whether it arrived"):
        approved(digest)


def hang(connection: socket.socket) -> None:
    """Say nothing until the other end is gone."""
    connection.settimeout(SECONDS)
    while connection.recv(1024):
        pass


def test_a_process_killed_while_it_sends_leaves_what_is_not_sent_again_by_itself() -> None:
    with scripted({b".": hang}) as (port, taken):
        configure(port)
        digest = invitation().digest
        with opened(*SEND, digest) as door, ThreadPoolExecutor(1) as pool:
            mailed = pool.submit(door.mail, 1)
            until(lambda: bool(taken.mails))
            os.kill(door.pid, signal.SIGKILL)
            with pytest.raises(NetworkError, match="the process that sends has ended"):
                mailed.result()
    assert [each.state for each in Outbox().drafts()] == ["sending"]
    assert [each.result for each in entries()] == [None]
    with pytest.raises(ConsentError, match="nobody knows whether it arrived"):
        approved(digest)
    assert verify(Ledger()).problem == ""


def test_two_that_send_the_same_draft_at_the_same_moment_send_it_once(tmp_path: Path) -> None:
    go_on = threading.Event()

    def slowly(connection: socket.socket) -> None:
        go_on.wait(SECONDS)
        connection.sendall(b"250 taken\r\n")

    with scripted({b".": slowly}) as (port, taken):
        configure(port, seconds=SECONDS)
        digest = invitation().digest
        with opened(*SEND, digest) as door, ThreadPoolExecutor(1) as pool:
            first = pool.submit(door.mail, 1)
            until(lambda: bool(taken.mails))
            told, _ = asked(["again\n"], tmp_path)
            go_on.set()
            assert first.result() == Mailed("sent", 1)
    assert told == ["ConsentError", "d1 is being sent at this moment: nothing was done."]
    assert (len(taken.mails), Outbox().get(1).state) == (1, "sent")


def test_an_end_nobody_foresaw_is_never_said_to_have_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def surprise(*_: object) -> None:
        raise RuntimeError("from within")

    monkeypatch.setattr(smtp, "send", surprise)
    configure(9)
    with pytest.raises(NetworkError) as caught:
        approved(invitation().digest)
    assert caught.value.message == (
        "the sending ended in a way nobody foresaw. d1 was handed to the server before, and nobody knows whether it "
        "arrived."
    )
    assert [each.state for each in Outbox().drafts()] == ["sending"]
    assert [each.outcome for each in entries()] == ["unknown outcome"]


def test_a_copy_that_fails_as_nobody_foresaw_undoes_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sent, "keep", lambda *_: int("none"))
    with aiosmtpd("none") as (port, _):
        configure(port, f'sent = "{tmp_path}/Sent"')
        mailed = approved(invitation().digest)
    assert mailed == Mailed("sent", 1, (), ("no copy was kept: that ended in a way nobody foresaw.",))


def broken(error: type[AgentError], sentence: str) -> None:
    """Assert that draft 1 is not sent and why; nothing is written down, and nobody is asked."""
    with opened("outbox", "send", "d1") as door, pytest.raises(error) as caught:
        door.mail(1)
    assert caught.value.message == sentence
    assert entries() == []


def test_bytes_that_are_no_right_invitation_are_not_even_shown() -> None:
    configure(9)
    draft = invitation()
    Outbox().replace(replace(draft, recipients=(MALLORY,)))
    broken(InputError, "d1 is not sent: the mail names other people than those it is sent to.")
    Outbox().replace(replace(draft, data=draft.data.replace(b"To: ", b"Bcc: x@evil.example\r\nTo: ")))
    broken(InputError, "d1 is not sent: the mail has other headers than those it should have.")
    Outbox().replace(replace(draft, data=b"hello"))
    broken(InputError, "d1 is not sent: the mail has other headers than those it should have.")


def test_bytes_that_are_no_right_reply_are_not_even_shown() -> None:
    configure(9)
    draft = answer()
    Outbox().replace(replace(draft, recipients=(MALLORY,)))
    broken(InputError, "d1 is not sent: the mail names other people than those it is sent to.")
    Outbox().replace(replace(draft, data=draft.data.replace(b"To: ", b"Bcc: x@evil.example\r\nTo: ")))
    broken(InputError, "d1 is not sent: the mail has other headers than those it should have.")
    Outbox().replace(replace(draft, data=draft.data.replace(b"Sounds", b"=53ounds")))
    broken(InputError, "d1 is not sent: it holds more than what is shown of it, or another version wrote it.")
    Outbox().replace(replace(draft, data=invitation().data))
    broken(InputError, "d1 is not sent: the mail has other headers than those it should have.")
    for kept in (replace(draft, meeting=1), replace(draft, uid="u1@example.org")):
        Outbox().replace(kept)
        broken(InputError, "d1 is not sent: it is kept as a meeting's, and no meeting is in it.")
    Outbox().replace(replace(draft, what="invitation"))
    broken(InputError, "d1 is not sent: the mail has other headers than those it should have.")


@pytest.mark.parametrize(
    "address", ["Eve@skarvika.example", "<eve@skarvika.example>", "eve@skarvika.example\r\nDATA", ""]
)
def test_an_address_that_could_be_read_in_two_ways_is_not_even_shown(address: str) -> None:
    configure(9)
    Outbox().replace(replace(invitation(), recipients=(Recipient(address),)))
    broken(InputError, "d1 is not sent: somebody it goes to has no address that is surely one, or two.")


def test_what_is_kept_as_another_event_is_not_even_shown() -> None:
    configure(9)
    Outbox().replace(replace(invitation(), uid="other@example.org"))
    broken(InputError, "d1 is not sent: it is kept as another event than the one in it.")


def test_a_draft_of_another_sender_or_without_a_server_is_not_sent() -> None:
    configure(9)
    invitation()
    config_file().write_text(config_file().read_text().replace("ada@example.org", "eve@example.org"))
    broken(UsageError, "d1 is from ada@example.org, the settings send as eve@example.org: nothing was sent.")
    config_file().write_text("")
    broken(UsageError, "no server that sends mail is configured ([smtp] in the settings): nothing was sent.")
    event()
    with opened("outbox", "send", "d2") as door, pytest.raises(UsageError, match=r"no calendar on a server .*caldav"):
        door.mail(2)


def test_a_draft_there_is_not_is_one_sentence() -> None:
    configure(9)
    broken(InputError, "there is no draft d1.")


@pytest.mark.parametrize("number", ["1", None, 1.0, True, -1, [1]])
def test_what_is_no_number_is_refused(number: object) -> None:
    configure(9)
    invitation()
    with opened("outbox", "send", "d1") as door, pytest.raises((NetworkError, InputError)):
        door.ask({"op": "mail", "draft": number})


def test_offline_nothing_is_sent() -> None:
    configure(9)
    digest = invitation().digest
    with opened(*SEND, digest, "--offline") as door, pytest.raises(NetworkError, match="the offline switch is on"):
        door.mail(1)


def test_a_copy_is_put_into_a_maildir_as_read(tmp_path: Path) -> None:
    maildir = tmp_path / "Sent"
    with aiosmtpd("none") as (port, _):
        configure(port, f'sent = "{maildir}"')
        draft = invitation()
        assert approved(draft.digest).notes == ()
    (copy,) = (maildir / "cur").iterdir()
    assert re.fullmatch(r"\d+\.[0-9a-f]{16}\.llama-agent:2,S", copy.name)
    assert copy.read_bytes() == draft.data.replace(b"\r\n", b"\n")
    assert sorted(path.name for path in maildir.iterdir()) == ["cur", "new", "tmp"]
    assert list((maildir / "tmp").iterdir()) == []


def test_a_copy_that_fails_undoes_nothing(tmp_path: Path) -> None:
    with aiosmtpd("none") as (port, taken):
        configure(port, f'sent = "{tmp_path}/no/such/Sent"')
        mailed = approved(invitation().digest)
    assert mailed.notes == (f"no copy could be kept in {tmp_path}/no/such/Sent: No such file or directory.",)
    assert (len(taken.mails), Outbox().get(1).state) == (1, "sent")


def test_a_connection_that_is_refused_is_a_draft_again() -> None:
    configure(9)
    draft = invitation()
    with opened(*SEND, draft.digest) as door:
        for _ in range(2):
            with pytest.raises(NetworkError, match=r"127\.0\.0\.1:9 refused the connection: nothing was sent"):
                door.mail(1)
    assert Outbox().drafts() == [draft]


def test_other_bytes_than_those_that_were_approved_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    claim = Outbox.claim
    monkeypatch.setattr(Outbox, "claim", lambda self, draft: replace(claim(self, draft), data=b"other"))
    with aiosmtpd("none") as (port, taken):
        configure(port)
        draft = invitation()
        with pytest.raises(NetworkError, match="other bytes than those that were approved: nothing was sent"):
            approved(draft.digest)
    assert (taken.mails, Outbox().drafts()) == ([], [draft])
