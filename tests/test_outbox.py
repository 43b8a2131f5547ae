"""The outbox: a draft is never lost and never sent twice, wherever writing fails."""

import os
import stat
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent import outbox
from agent.disk import Disk, locked
from agent.errors import AgentError, ConsentError, InputError
from agent.outbox import Draft, Outbox, Outcome, Recipient, parse_handle

EVE = Recipient("eve@skarvika.example", "Eve Adler", "sender of 10")
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def a_draft(title: str = "Review", data: bytes = b"Subject: x\r\n\r\nbody\nwith lines\r\n") -> Draft:
    return Draft("invitation", title, "ada@example.org", (EVE,), data, uid="u1@example.org", meeting=1, created=NOW)


def test_a_draft_is_read_as_it_was_kept() -> None:
    kept = Outbox().add(replace(a_draft(), words="Friday 14:00", source="mabc", mailbox="/m", sequence=2))
    assert kept == replace(kept, number=1, state="draft")
    assert Outbox().drafts() == [kept]
    assert Outbox().get(1) == kept
    assert (kept.handle, len(kept.digest)) == ("d1", 64)


def test_what_is_kept_only_its_owner_can_read() -> None:
    box = Outbox()
    box.add(a_draft())
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (box.folder, *box.folder.iterdir())}
    assert modes == {"outbox": 0o700, "d1.draft": 0o600, "lock": 0o600}


def test_a_draft_is_on_the_disk_before_its_name_is_and_both_before_add_returns() -> None:
    synced: list[bool] = []
    box = Outbox(disk=Disk(fsync=lambda handle: synced.append(stat.S_ISDIR(os.fstat(handle).st_mode))))
    draft = box.add(a_draft())
    assert synced == [False, True]
    box.release(box.claim(draft))
    box.drop(1)
    assert synced == [False, True, True, True, True]


def test_what_is_more_than_a_mail_of_ours_is_neither_kept_nor_read(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Outbox()
    box.add(a_draft())
    monkeypatch.setattr(outbox, "LARGEST", 40)
    with pytest.raises(InputError, match="this is more than a mail of ours can be: it is not kept"):
        box.add(a_draft())
    with pytest.raises(AgentError, match=r"d1\.draft is damaged"):
        box.get(1)


def test_a_number_is_not_given_out_again_while_its_draft_is_there() -> None:
    box = Outbox()
    first, second = box.add(a_draft("one")), box.add(a_draft("two"))
    box.drop(first.number)
    assert [box.add(a_draft("three")).number, second.number] == [3, 2]
    assert [draft.title for draft in box.drafts()] == ["two", "three"]


def test_an_approval_is_bound_to_who_gets_it_and_to_every_byte() -> None:
    draft = a_draft()
    others = [
        replace(draft, data=draft.data + b"."),
        replace(draft, sender="eve@example.org"),
        replace(draft, recipients=(EVE, Recipient("bob@example.org"))),
        replace(draft, what="update"),
        replace(draft, sender=draft.sender + "e", recipients=(replace(EVE, address=EVE.address[1:]),)),
    ]
    assert draft.digest not in {each.digest for each in others}
    assert replace(draft, title="other", recipients=(replace(EVE, how="typed by you"),)).digest == draft.digest


def test_a_draft_goes_its_way_once() -> None:
    box = Outbox()
    draft = box.add(a_draft())
    claimed = box.claim(draft)
    assert box.get(1).state == "sending"
    done = box.finish(claimed, Outcome(NOW, 3, (("bob@example.org", "550: refused"),), '"e"'))
    assert box.drafts() == [done]
    for again in (lambda: box.claim(draft), lambda: box.release(claimed), lambda: box.replace(draft)):
        with pytest.raises(ConsentError, match="d1 is sent by now"):
            again()


def test_what_was_certainly_not_sent_is_a_draft_again() -> None:
    box = Outbox()
    draft = box.add(a_draft())
    box.release(box.claim(draft))
    assert box.drafts() == [draft]


def test_what_is_sent_by_one_process_is_not_sent_by_another_at_the_same_time() -> None:
    box, other = Outbox(), Outbox()
    claimed = box.claim(box.add(a_draft()))
    with pytest.raises(ConsentError, match="d1 is being sent at this moment"):
        other.claim(claimed)
    box.let_go(claimed)
    assert other.claim(claimed) == claimed


def test_a_process_that_ended_holds_nothing() -> None:
    draft = Outbox().add(a_draft())
    child = os.fork()
    if child == 0:
        Outbox().claim(draft)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert Outbox().claim(replace(draft, state="sending")).state == "sending"


def test_a_claim_that_fails_holds_nothing(tmp_path: Path) -> None:
    draft = Outbox(tmp_path).add(a_draft())
    with pytest.raises(Failing):
        Outbox(tmp_path, failing_at(1)).claim(draft)
    assert Outbox(tmp_path).claim(draft).state == "sending"


def test_other_contents_are_a_draft_whatever_is_said_of_them() -> None:
    draft = Outbox().add(a_draft())
    kept = Outbox().replace(replace(draft, state="sent", outcome=Outcome(NOW, 1), data=b"other"))
    assert Outbox().drafts() == [kept] == [replace(draft, data=b"other")]


def test_one_that_is_damaged_keeps_nobody_from_the_others() -> None:
    box = Outbox()
    box.add(a_draft())
    whole = box.add(a_draft())
    (box.folder / "d1.draft").write_bytes(b"x")
    (box.folder / "d3.draft").mkdir()
    assert box.drafts(damaged=False) == [whole]


def test_an_outbox_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "box").write_bytes(b"")
    with pytest.raises(AgentError) as caught:
        Outbox(tmp_path / "box").drafts()
    assert caught.value.message == f"cannot read the outbox in {tmp_path}/box: Not a directory."


def test_what_a_crash_left_half_written_keeps_nobody_from_writing() -> None:
    box = Outbox()
    box.add(a_draft())
    (box.folder / ".d2.draft.part").write_bytes(b"half a dra")
    assert box.drafts() == [box.get(1)]
    assert box.add(a_draft()) == box.get(2)


def test_a_reader_waits_for_a_writer_and_for_no_other_reader() -> None:
    draft = Outbox().add(a_draft())
    lock = Outbox().folder / "lock"
    with ThreadPoolExecutor(1) as pool:
        with locked(lock, shared=True):
            assert pool.submit(Outbox().drafts).result(10) == [draft]
        with locked(lock):
            reading = pool.submit(Outbox().drafts)
            with pytest.raises(TimeoutError):
                reading.result(0.2)
        assert reading.result(10) == [draft]


def test_a_draft_is_there_for_its_readers_while_it_changes_its_state() -> None:
    draft, over = Outbox().add(a_draft()), threading.Event()

    def change() -> None:
        box = Outbox(disk=Disk(fsync=lambda handle: None))
        while not over.is_set():
            claimed = box.claim(draft)
            box.release(claimed)
            box.let_go(claimed)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        seen = [[each.number for each in Outbox().drafts()] for _ in range(200)]
    finally:
        over.set()
        thread.join()
    assert seen == [[1]] * 200


def test_what_was_changed_meanwhile_is_not_claimed() -> None:
    box = Outbox()
    draft = box.add(a_draft())
    box.replace(replace(draft, data=b"other"))
    with pytest.raises(ConsentError, match="d1 was changed meanwhile"):
        box.claim(draft)


def test_what_may_be_on_its_way_is_not_dropped_by_mistake() -> None:
    box = Outbox()
    box.claim(box.add(a_draft()))
    with pytest.raises(ConsentError, match="nobody knows whether it arrived"):
        box.drop(1)
    box.drop(1, force=True)
    assert box.drafts() == []


def test_a_draft_there_is_not_is_one_sentence() -> None:
    for act in (lambda: Outbox().get(7), lambda: Outbox().drop(7)):
        with pytest.raises(InputError, match="there is no draft d7"):
            act()


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:-1],
        lambda data: data + b"x",
        lambda data: data.replace(b"eve@", b"eva@").replace(b"body", b"BODY"),
        lambda data: b"{" + data,
        lambda data: b"[" * 200_000 + b"\n",
        lambda data: b'{"v": 2}\n',
        lambda data: b"null\n",
        lambda data: data.replace(b'"v":1', b'"v":2'),
        lambda data: data.replace(b'"what":"invitation",', b""),
    ],
)
def test_a_damaged_draft_is_named_and_can_be_dropped(damage: Callable[[bytes], bytes]) -> None:
    box = Outbox()
    path = box.folder / f"{box.add(a_draft()).handle}.draft"
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(AgentError) as caught:
        box.drafts()
    assert caught.value.message == f"{path} is damaged: it is no draft of ours, or not all of it."
    box.drop(1)
    assert box.drafts() == []


@pytest.mark.parametrize(("text", "number"), [("d3", 3), ("3", 3), (" D12 ", 12)])
def test_a_handle_is_a_letter_and_a_number(text: str, number: int) -> None:
    assert parse_handle(text, "d") == number


@pytest.mark.parametrize("text", ["", "d", "d0", "v3", "d3x", "d٣", "d" + "9" * 10, "-1"])
def test_what_is_no_handle_is_said(text: str) -> None:
    with pytest.raises(InputError, match="is not written like d3"):
        parse_handle(text, "d")


class Failing(Exception):
    """The power goes out."""


class Server:
    """Counts what it was sent."""

    def __init__(self) -> None:
        self.got: list[bytes] = []


FAULTS = [(Failing(), False), (Failing(), True), (OSError(5, "Input/output error"), False), (OSError(5, "x"), True)]
every_fault = pytest.mark.parametrize(("error", "done"), FAULTS, ids=["power", "power after", "disk", "disk after"])


def failing_at(number: int, error: Exception = FAULTS[0][0], done: bool = False) -> Disk:
    """Return a disk on which the n-th call of all fails, and with `done` does it all the same; of a write, half."""
    calls = 0

    def due() -> bool:
        nonlocal calls
        calls += 1
        return calls == number

    def write(handle: int, data: bytes) -> int:
        if due():
            os.write(handle, data[: len(data) // 2])
            raise error
        return os.write(handle, data)

    def faulty(call: Callable[..., None]) -> Callable[..., None]:
        def act(*arguments: object) -> None:
            fails = due()
            if not fails or done:
                call(*arguments)
            if fails:
                raise error

        return act

    return Disk(write, faulty(os.fsync), faulty(os.replace), faulty(os.unlink))


def mail_it(box: Outbox, server: Server) -> None:
    """Do as agent.egress.mailing does: claim, send, finish; what is being sent already is not sent again."""
    for draft in box.drafts():
        if draft.state == "draft":
            claimed = box.claim(draft)
            server.got.append(claimed.data)
            box.finish(claimed, Outcome(NOW, 1))


@every_fault
def test_wherever_writing_fails_no_draft_is_lost_and_none_is_sent_twice(
    error: Exception, done: bool, tmp_path: Path
) -> None:
    ended, number = False, 0
    while not ended:
        number += 1
        folder, server, added = tmp_path / str(number), Server(), []
        box = Outbox(folder, failing_at(number, error, done))
        try:
            added.append(box.add(a_draft("kept", b"first\r\n")))
            added[0] = box.replace(replace(added[0], data=b"second\r\n"))
            mail_it(box, server)
            ended = True
        except (Failing, AgentError):
            pass
        again = Outbox(folder)
        there = again.drafts()
        assert len(there) >= len(added), number
        assert {draft.data for draft in there} <= {b"first\r\n", b"second\r\n"}, number
        mail_it(again, server)
        assert len(server.got) <= 1, number
        assert all(draft.state in ("sending", "sent") for draft in again.drafts()), number
    assert number > 10


@every_fault
def test_wherever_writing_fails_what_is_dropped_is_gone_or_still_there(
    error: Exception, done: bool, tmp_path: Path
) -> None:
    for number in range(1, 4):
        folder = tmp_path / str(number)
        kept = Outbox(folder).add(a_draft())
        box = Outbox(folder, failing_at(number, error, done))
        try:
            box.drop(kept.number)
        except (Failing, AgentError):
            assert Outbox(folder).drafts() in ([], [kept])
        else:
            assert Outbox(folder).drafts() == []


@every_fault
def test_wherever_writing_fails_what_was_sent_is_never_dropped_to_what_may_be_on_its_way(
    error: Exception, done: bool, tmp_path: Path
) -> None:
    for number in range(1, 5):
        folder = tmp_path / str(number)
        box = Outbox(folder)
        claimed = box.claim(box.add(a_draft()))
        before = (folder / "d1.sending").read_bytes()
        sent = box.finish(claimed, Outcome(NOW, 1))
        (folder / "d1.sending").write_bytes(before)  # as a crash within `finish` leaves it
        with suppress(Failing, AgentError):
            Outbox(folder, failing_at(number, error, done)).drop(1)
        assert Outbox(folder).drafts() in ([], [sent]), number


@every_fault
def test_wherever_writing_fails_a_release_leaves_a_draft_or_what_nobody_sends_again(
    error: Exception, done: bool, tmp_path: Path
) -> None:
    for number in range(1, 4):
        folder = tmp_path / str(number)
        draft = Outbox(folder).add(a_draft())
        claimed = Outbox(folder).claim(draft)
        try:
            Outbox(folder, failing_at(number, error, done)).release(claimed)
        except (Failing, AgentError):
            assert Outbox(folder).drafts() in ([draft], [claimed])
        else:
            assert Outbox(folder).drafts() == [draft]


def test_a_full_disk_is_one_sentence_and_leaves_what_was_there(tmp_path: Path) -> None:
    kept = Outbox(tmp_path / "box").add(a_draft())

    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    box = Outbox(tmp_path / "box", Disk(write=full))
    for act in (lambda: box.add(a_draft()), lambda: box.replace(replace(kept, data=b"other"))):
        with pytest.raises(AgentError) as caught:
            act()
        assert caught.value.message == f"cannot write the outbox in {box.folder}: No space left on device."
    assert Outbox(tmp_path / "box").drafts() == [kept]
