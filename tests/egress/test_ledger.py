"""The ledger: what is written, what a crash leaves, two writers at once, and every change found."""

import hashlib
import json
import multiprocessing
import os
import resource
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.disk import Disk
from agent.egress import records
from agent.egress.ledger import START, Ledger
from agent.egress.verify import Verdict, verify
from agent.errors import AgentError, UsageError
from agent.terms import Offer, Rung, Sink

BODY = b'{"model":"big","messages":[]}'
SHA = hashlib.sha256(BODY).hexdigest()
SINK = Sink("chat", "api.example.org", "big")
OFFER = Offer(
    "ask",
    Rung.EXCERPT,
    frozenset({"own words", "mail"}),
    sources=(("<a@example.org>", 120),),
    placeholders={"PERSON": 2, "EMAIL": 1},
    residual=("Kestrel", "1846"),
    why=("uncalibrated",),
)
APPROVAL = {"by": "user:tty", "sha256": SHA}


def intent(body: bytes = BODY, **more: Any) -> dict[str, Any]:
    digest = hashlib.sha256(body).hexdigest()
    return records.intent(OFFER, SINK, body_sha256=digest, body_bytes=len(body), approval=APPROVAL, **more)


def filled(folder: Path, entries: int = 3) -> Ledger:
    """A ledger in which `entries` requests left and were answered."""
    ledger = Ledger(folder)
    for number in range(entries):
        body = b'{"n":%d}' % number
        ledger.finish(ledger.intend(intent(body), body), records.result("ok", status=200, received_bytes=9))
    return ledger


def hashes(ledger: Ledger) -> list[str]:
    return [hashlib.sha256(line).hexdigest() for line in ledger.lines()]


def test_two_records_a_request_each_with_the_hash_of_the_line_before(tmp_path: Path):
    ledger = Ledger(tmp_path / "egress")
    assert ledger.intend(intent(reserved=0.0011, spent=0.21, cap=2.0), BODY) == 1
    count, head = ledger.finish(
        1, records.result("ok", status=200, received_bytes=911, received_sha256="ab", cost=0.0008, restored=9)
    )
    first, second = ledger.lines()
    assert (count, head) == (2, hashlib.sha256(second).hexdigest())
    told = [json.loads(line) for line in (first, second)]
    assert [each.pop("at")[-1] for each in told] == ["Z", "Z"]
    key = told[0]["sources"][0].pop("id")
    assert len(key) == 32
    assert "example.org>" not in first.decode()
    assert told == [
        {
            "v": 1,
            "seq": 1,
            "phase": "intent",
            "prev": START,
            "sink": {"kind": "chat", "host": "api.example.org", "model": "big", "here": False},
            "body_sha256": SHA,
            "body_bytes": 29,
            "task": "ask",
            "rung": 2,
            "labels": ["mail", "own words"],
            "sources": [{"characters": 120}],
            "placeholders": {"EMAIL": 1, "PERSON": 2},
            "residual": 2,
            "why": ["uncalibrated"],
            "approval": APPROVAL,
            "budget": {"reserved": 0.0011, "spent": 0.21, "cap": 2.0},
        },
        {
            "v": 1,
            "seq": 2,
            "phase": "result",
            "prev": hashlib.sha256(first).hexdigest(),
            "of": 1,
            "outcome": "ok",
            "status": 200,
            "received_bytes": 911,
            "received_sha256": "ab",
            "prompt_tokens": None,
            "output_tokens": None,
            "cost": 0.0008,
            "restored": 9,
            "unknown_codes": 0,
        },
    ]
    assert ledger.body(SHA) == BODY
    assert ledger.head.read_text() == f"2:{head}\n"


def test_only_its_owner_can_read_it(tmp_path: Path):
    ledger = filled(tmp_path / "egress", 1)
    ledger.intend(intent())
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [ledger.folder, *ledger.folder.rglob("*")]}
    digest = hashlib.sha256(b'{"n":0}').hexdigest()
    files = {"log.jsonl": 0o600, "head": 0o600, "key": 0o600, digest: 0o600}
    assert modes == {"egress": 0o700, "bodies": 0o700, **files}


def test_the_same_message_has_the_same_key_here_and_another_elsewhere(tmp_path: Path):
    here, elsewhere = filled(tmp_path / "a", 2), filled(tmp_path / "b", 1)
    keys = [each.intent["sources"][0]["id"] for ledger in (here, elsewhere) for each in ledger.entries()]
    assert keys[0] == keys[1] != keys[2]


def test_an_intent_without_a_result_has_an_unknown_outcome_and_costs_what_was_reserved(tmp_path: Path):
    ledger = Ledger(tmp_path)
    ledger.intend(intent(reserved=0.5))
    ledger.intend(intent(reserved=0.5))
    ledger.finish(2, records.result("ok", cost=0.1))
    ledger.finish(ledger.intend(intent(reserved=0.25)), records.result("failed"))
    entries = ledger.entries()
    assert [(each.number, each.outcome, each.cost) for each in entries] == [
        (1, "unknown outcome", 0.5),
        (2, "ok", 0.1),
        (4, "failed", 0.25),
    ]


def test_a_body_that_is_not_the_one_approved_is_not_written_of(tmp_path: Path):
    ledger = Ledger(tmp_path)
    with pytest.raises(AgentError, match="not those that were approved"):
        ledger.intend(intent(), b"{}")
    assert ledger.lines() == []


def test_an_empty_ledger_is_whole(tmp_path: Path):
    assert verify(Ledger(tmp_path / "none")) == Verdict(0, START)
    assert not (tmp_path / "none").exists()


def test_a_whole_ledger_is_told_so_with_its_count_and_head(tmp_path: Path):
    ledger = filled(tmp_path)
    ledger.intend(intent())
    assert verify(ledger) == Verdict(7, hashes(ledger)[-1], kept=3, not_kept=1)


CHANGES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int | None, str]] = {
    "edited": (lambda x: [*x[:2], x[2].replace(b"mail", b"none"), *x[3:]], 3, "the record was edited, or what"),
    "edited at the end": (lambda x: [*x[:5], x[5].replace(b"ok", b"OK")], 6, "the record was edited, or what the head"),
    "edited at the beginning": (lambda x: [x[0].replace(b"ask", b"act"), *x[1:]], 1, "the record was edited"),
    "taken out": (lambda x: [*x[:2], *x[3:]], 3, "record 3 is missing"),
    "taken out at the beginning": (lambda x: x[1:], 1, "record 1 is missing"),
    "taken out at the end": (lambda x: x[:5], None, "the head file says 6 records, and there are 5: the last ones"),
    "put in another order": (lambda x: [*x[:1], x[2], x[1], *x[3:]], 2, "record 3 stands in the place of record 2"),
    "there twice": (lambda x: [*x[:3], x[2], *x[3:]], 4, "record 3 is there twice"),
    "not ours": (lambda x: [*x[:3], b"hello", *x[3:]], 4, "this is no record of ours"),
    "an empty line": (lambda x: [*x[:3], b"", *x[3:]], 4, "this is no record of ours"),
    "all gone": (lambda x: [], None, "the head file says 6 records, and there are 0"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_found_where_it_is_and_nothing_more_is_written(tmp_path: Path, change: str):
    how, line, problem = CHANGES[change]
    ledger = filled(tmp_path)
    lines = how(ledger.lines())
    ledger.log.write_bytes(b"".join(each + b"\n" for each in lines))
    found = verify(ledger)
    assert (found.line, found.problem[: len(problem)]) == (line, problem)
    if change not in ("edited", "edited at the beginning") and line in (None, 6):
        with pytest.raises(AgentError, match="Nothing is sent before it is looked at"):
            ledger.intend(intent())


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_byte_that_changes_is_found(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject):
    folder = tmp_path_factory.getbasetemp() / "bytes"
    ledger = Ledger(folder) if folder.exists() else filled(folder)
    whole = ledger.log.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != whole[at]))
    try:
        ledger.log.write_bytes(whole[:at] + bytes([byte]) + whole[at + 1 :])
        found = verify(ledger)
        line = whole.count(b"\n", 0, at) + 1
        assert found.problem
        assert found.line is None or line - 1 <= found.line <= line + 1
    finally:
        ledger.log.write_bytes(whole)


@pytest.mark.parametrize("of", [1, 3, 9])
def test_a_result_of_nothing_that_was_open_is_found(tmp_path: Path, of: int):
    ledger = filled(tmp_path, 1)
    ledger.finish(of, records.result("ok"))
    assert (verify(ledger).line, verify(ledger).problem) == (
        3,
        f"a result of e{of}, which is nothing that was still open",
    )


def test_a_ledger_written_anew_is_found_by_its_pin_and_by_nothing_else(tmp_path: Path):
    old, new = filled(tmp_path / "old"), filled(tmp_path / "new")
    pins = [f"{number}:{digest}" for number, digest in enumerate(hashes(old), 1)]
    assert all(verify(old, pin).problem == "" for pin in pins)
    assert verify(old, pins[2][:10]).problem == ""
    assert verify(new).problem == ""
    found = verify(new, pins[2])
    assert (found.line, found.problem) == (3, "the record is not the one that was pinned: the ledger was written anew")
    beyond = verify(new, f"9:{'a' * 64}")
    assert beyond.problem == "the pin is of record 9, and there are 6: the last ones are missing"


@pytest.mark.parametrize("pin", ["", "42", "42:", "42:abc", "0:" + "a" * 64, "e42:" + "a" * 64, "4:" + "g" * 64])
def test_what_is_no_pin_is_said(tmp_path: Path, pin: str):
    with pytest.raises(UsageError, match="is no pin"):
        verify(Ledger(tmp_path), pin)


def test_a_body_that_was_changed_is_found_and_one_that_is_gone_is_not_kept(tmp_path: Path):
    ledger = filled(tmp_path)
    first, second = (ledger.entries()[at].intent["body_sha256"] for at in (0, 1))
    (ledger.bodies / first).unlink()
    assert ledger.body(first) is None
    assert (verify(ledger).kept, verify(ledger).not_kept) == (2, 1)
    (ledger.bodies / second).write_bytes(b'{"n":2}')
    found = verify(ledger)
    assert (found.line, found.problem) == (3, "the bytes kept of e3 are not those that were sent")
    with pytest.raises(AgentError, match="it has been changed"):
        ledger.body(second)


def test_half_a_record_is_cut_off_by_the_next_which_says_so(tmp_path: Path):
    ledger = filled(tmp_path)
    before = ledger.lines()
    with open(ledger.log, "ab") as log:
        log.write(b'{"v":1,"seq":7,')
    found = verify(ledger)
    assert (found.line, found.problem[:13]) == (7, "half a record")
    assert len(ledger.entries()) == 3
    assert ledger.intend(intent()) == 7
    assert ledger.lines()[:-1] == before
    assert json.loads(ledger.lines()[-1])["recovered"] == 15
    assert (verify(ledger).problem, verify(ledger).recovered) == ("", 1)


class Crash(BaseException):
    """The process ends here."""


class Failing:
    """A disk that lets the process die, or fails, at the n-th write or fsync; that write may be half done."""

    def __init__(self, at: int, error: BaseException, part: float) -> None:
        self.left, self.error, self.part = at, error, part

    def write(self, handle: int, data: bytes) -> int:
        self._count(lambda: os.write(handle, data[: int(len(data) * self.part)]))
        return os.write(handle, data)

    def fsync(self, handle: int) -> None:
        self._count(lambda: None)
        os.fsync(handle)

    def _count(self, last: Callable[[], Any]) -> None:
        self.left -= 1
        if self.left < 0:
            last()
            raise self.error


@pytest.mark.parametrize("error", [Crash(), OSError(28, "No space left on device")], ids=["crash", "full disk"])
@pytest.mark.parametrize("part", [0.0, 0.5, 1.0])
def test_wherever_it_dies_no_intent_is_lost_whose_bytes_could_have_left(tmp_path: Path, part: float, error: Exception):
    for at in range(40):
        folder = tmp_path / f"{at}"
        sent, disk = [], Failing(at, error, part)
        ledger = Ledger(folder, Disk(disk.write, disk.fsync))
        try:
            for number in range(2):
                body = b'{"n":%d}' % number
                entry = ledger.intend(intent(body), body)
                sent.append((entry, body))
                ledger.finish(entry, records.result("ok"))
        except (Crash, AgentError):
            pass
        after = Ledger(folder)
        known = {each.number: each.intent["body_sha256"] for each in after.entries()}
        assert [known.get(entry) for entry, _ in sent] == [hashlib.sha256(body).hexdigest() for _, body in sent]
        assert [after.body(known[entry]) for entry, _ in sent] == [body for _, body in sent]
        after.finish(after.intend(intent()), records.result("ok"))
        assert verify(after).problem == ""
        if disk.left >= 0:
            break
    assert 10 < at < 39, "every write and fsync was the last one once"


def test_a_full_disk_is_a_sentence_and_nothing_may_be_sent(tmp_path: Path):
    ledger = filled(tmp_path)
    size = ledger.log.stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 100, limits[1]))
    try:
        with pytest.raises(AgentError, match=r"cannot write the ledger in .*: File too large\."):
            ledger.intend(intent())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert ledger.log.stat().st_size == size
    assert verify(ledger).problem == ""


def write_many(folder: Path, count: int) -> None:
    ledger = Ledger(folder)
    for _ in range(count):
        ledger.finish(ledger.intend(intent()), records.result("ok"))


def test_two_processes_at_once_keep_one_chain(tmp_path: Path):
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=write_many, args=(tmp_path, 20)) for _ in range(3)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    ledger = Ledger(tmp_path)
    assert [each.exitcode for each in writers] == [0, 0, 0]
    assert (verify(ledger).count, verify(ledger).problem) == (120, "")
    assert {each.outcome for each in ledger.entries()} == {"ok"}


def test_an_entry_in_a_long_ledger_takes_no_longer(tmp_path: Path):
    ledger = filled(tmp_path, 1)
    line = json.loads(ledger.lines()[-1])
    filler = json.dumps(line).encode() + b"\n"
    last = json.dumps({**line, "seq": 100_000, "prev": START}).encode()
    ledger.log.write_bytes(filler * 50_000 + last + b"\n")
    ledger.head.write_text(f"100000:{hashlib.sha256(last).hexdigest()}\n")
    began = time.perf_counter()
    assert ledger.intend(intent()) == 100_001
    assert time.perf_counter() - began < 0.5


def test_a_damaged_ledger_is_named_with_what_to_do(tmp_path: Path):
    ledger = filled(tmp_path)
    ledger.head.write_text("6:abc")
    assert verify(ledger).problem == "the head file is not ours"
    with pytest.raises(AgentError) as caught:
        ledger.intend(intent())
    assert caught.value.message == (
        f"the ledger in {tmp_path} is damaged: head is not ours. Nothing is sent before it is looked at."
    )
    assert caught.value.hints == (
        ("llama-agent egress verify", "shows where"),
        (f"mv {tmp_path} {tmp_path}.damaged", "keeps it and begins a new one"),
    )
