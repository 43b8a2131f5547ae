"""Runs of `summarize` over real mailboxes with a scripted model: order, resuming, and what is kept."""

import os
from pathlib import Path

import pytest

from agent.commands import digest
from agent.commands.summarizing import Run, duration
from agent.model import Request
from agent.prompts import load
from agent.scripted import ScriptedModel
from agent.store import open_store
from agent.tasks.records import SummaryRecord
from agent.tasks.summarize import Options
from tests.commands.inbox import APPROVE, BUDGET, reading, run, says, to_ada, write_inbox

DIGEST = """\
  Needs you
    2  Katrin Vogel      “Bitte gib das Budget für das Projekt in Oslo bis
                         Donnerstag um zwölf Uhr frei.”
    5  Bob Jones         Approve the budget for the Oslo project before Thursday
                         noon.

  To know
    1  陈思远            (no text) Scan 7
    3  Dan Wu            “Signed, attached.”
    6  Carol Nilsen      The review with the board moved to Tuesday.

  Newsletters and notices
    4  Shop              Sale"""


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return write_inbox(tmp_path)


def text(done: Run) -> str:
    return digest.text(list(done.records.values()), 80)


def kinds(done: Run) -> dict[int, tuple[str, bool]]:
    """The kind of each row, and whether it was there already."""
    return {record.number: (record.kind, record.cached) for record in done.records.values()}


def never(request: Request) -> str:
    raise AssertionError("the model was asked")


class NotLoaded:
    """A model whose weights are not read yet: knowing its name costs nothing, anything else would read them."""

    name, fingerprint, languages = "scripted", "scripted", frozenset({"en"})

    def __getattr__(self, name: str) -> None:
        raise AssertionError(f"the weights were loaded for {name}")


def budgets(count: int) -> list[bytes]:
    """So many requests, all different, oldest first."""
    return [
        to_ada(number, "Bob Jones <bob@example.com>", f"Budget {number}", BUDGET.replace("third", f"{number}th"))
        for number in range(1, count + 1)
    ]


def test_the_digest_is_the_model_lines_the_quotes_and_the_subjects_of_bulk_mail_in_the_order_of_the_listing(inbox):
    done = run(inbox)
    assert text(done) == DIGEST
    assert (done.total, done.done, done.calls, done.asked, done.written) == (6, 6, 2, 2, 2)


def test_every_message_has_a_rule_line_before_the_model_is_asked(inbox):
    lines: list[str] = []
    with reading(inbox) as (session, chosen):

        def script(request: Request) -> str:
            lines.append(text(going))
            return says(request)

        going = Run(
            chosen,
            ScriptedModel(script),
            Options(load("summarize")),
            frozenset({"ada@example.org"}),
            session.store,
            by_thread=False,
            skip_bulk=True,
            width=80,
        )
        going.go(lambda record: None)
    quoted = DIGEST.replace(
        "Approve the budget for the Oslo project before Thursday\n                         noon.",
        "“Please approve the budget for the Oslo project before\n                         Thursday noon.”",
    )
    assert lines[0] == quoted.replace(
        "The review with the board moved to Tuesday.",
        "“The review with the board moved to Tuesday because the\n"
        "                         chairman is still travelling in the north of the\n"
        "                         country.”",
    )
    assert lines[1].count(APPROVE.split(" before")[0]) == 1
    assert text(going) == DIGEST


def test_each_record_is_emitted_once_when_it_is_final_and_before_the_next_request(inbox):
    emitted: list[SummaryRecord] = []
    counts: list[int] = []

    def script(request: Request) -> str:
        counts.append(len(emitted))
        return says(request)

    done = run(inbox, script, emit=emitted.append)
    assert [(record.number, record.kind) for record in emitted] == [
        (4, "bulk"),
        (1, "empty"),
        (2, "quoted"),
        (3, "short"),
        (5, "written"),
        (6, "written"),
    ]
    assert counts == [4, 5]
    assert sorted(emitted, key=lambda record: record.number) == list(done.records.values())


def test_bulk_mail_is_read_by_the_model_only_when_it_is_named(inbox):
    fed: list[str] = []

    def script(request: Request) -> str:
        fed.append(request.turns[-1].segments[0].raw)
        return says(request)

    run(inbox, script)
    assert not any("half the price" in each for each in fed)
    done = run(inbox, script, "4")
    assert "half the price" in fed[-1]
    assert kinds(done) == {4: ("quoted", False)}


def test_by_thread_there_is_a_line_per_conversation_under_the_number_of_its_newest_message(inbox):
    fed: list[str] = []

    def script(request: Request) -> str:
        fed.append(request.turns[-1].segments[0].raw)
        return says(request)

    done = run(inbox, script, by_thread=True)
    assert [(record.number, len(record.messages)) for record in done.records.values()] == [
        (1, 1),
        (2, 1),
        (3, 2),
        (4, 1),
        (6, 1),
    ]
    assert "    3  Dan Wu            (2 messages) “Signed, attached.”\n" in text(done)
    assert fed[0].startswith("Bob Jones:\n\nHi Ada,")
    assert fed[0].endswith("Dan Wu:\n\nSigned, attached.\n")


def test_a_second_run_prints_the_same_and_loads_no_model(inbox):
    first = run(inbox)
    again = run(inbox, model=NotLoaded())
    assert text(again) == text(first) == DIGEST
    assert (again.calls, again.asked, again.written) == (0, 0, 0)
    assert kinds(again) == {
        1: ("empty", False),
        2: ("quoted", True),
        3: ("short", False),
        4: ("bulk", False),
        5: ("written", True),
        6: ("written", True),
    }


@pytest.mark.parametrize("change", [{"style": "bullets"}, {"level": "facts"}])
def test_what_was_kept_for_another_way_of_summarising_is_not_used(inbox, change):
    run(inbox)
    assert run(inbox, **change).calls == 2


def test_without_the_store_nothing_is_used_or_kept(inbox):
    run(inbox)
    assert run(inbox, keep=False).calls == 2
    store = open_store()
    before = store.traces()
    store.close()
    assert run(inbox, keep=False, style="bullets").calls == 2
    store = open_store()
    assert store.traces() == before
    store.close()


def test_ctrl_c_keeps_what_is_done_and_the_next_run_goes_on_there(tmp_path):
    inbox = write_inbox(tmp_path, budgets(4))
    asked: list[Request] = []

    def script(request: Request) -> str:
        if len(asked) == 2:
            raise KeyboardInterrupt
        asked.append(request)
        return APPROVE

    emitted: list[SummaryRecord] = []
    stopped = run(inbox, script, emit=emitted.append)
    assert stopped.interrupted
    assert (stopped.total, stopped.done, stopped.calls) == (4, 2, 2)
    assert [record.number for record in emitted] == [1, 2]
    assert {number: kind for number, (kind, _) in kinds(stopped).items()} == {
        1: "written",
        2: "written",
        3: "quoted",
        4: "quoted",
    }
    again = run(inbox)
    assert not again.interrupted
    assert (again.calls, again.done) == (2, 4)
    assert kinds(again) == {
        1: ("written", True),
        2: ("written", True),
        3: ("written", False),
        4: ("written", False),
    }


def test_a_run_killed_without_a_word_keeps_what_was_emitted(tmp_path):
    inbox = write_inbox(tmp_path, budgets(3))
    emitted: list[SummaryRecord] = []

    def script(request: Request) -> str:
        if emitted:
            os._exit(9)
        return APPROVE

    child = os.fork()
    if child == 0:
        run(inbox, script, emit=emitted.append)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert run(inbox).calls == 2


def test_more_messages_than_one_batch_are_all_summarised_under_their_own_numbers(tmp_path):
    notes = [to_ada(at, "Bob <bob@example.com>", "Note", f"Note number {at}.\n") for at in range(70)]
    done = run(write_inbox(tmp_path, notes), never, *map(str, range(1, 71)))
    assert (done.total, done.done) == (70, 70)
    assert [(each.number, each.claims[0].text) for each in done.records.values()] == [
        (number, f"Note number {70 - number}.") for number in range(1, 71)
    ]


def test_more_messages_than_one_batch_are_one_run_of_the_model(tmp_path):
    runs: list[None] = []

    class Counting(ScriptedModel):
        def run(self, requests):
            runs.append(None)
            return super().run(requests)

    done = run(write_inbox(tmp_path, budgets(70)), says, *map(str, range(1, 71)), model=Counting(says, parallel=4))
    assert (done.total, done.done, done.calls, len(runs)) == (70, 70, 70, 1)
    assert {kind for kind, _ in kinds(done).values()} == {"written"}


def test_ctrl_c_while_the_model_is_loaded_leaves_the_first_lines(inbox):
    class Loading(NotLoaded):
        def __getattr__(self, name: str) -> None:
            raise KeyboardInterrupt

    stopped = run(inbox, model=Loading())
    assert (stopped.interrupted, stopped.calls, stopped.done) == (True, 0, 4)
    assert [record.number for record in stopped.records.values()] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "1 s"), (38.4, "38 s"), (89, "89 s"), (90, "2 min"), (4200, "70 min"), (5400, "2 h"), (10800, "3 h")],
)
def test_a_length_of_time_is_said_as_a_person_would(seconds, said):
    assert duration(seconds) == said


def test_the_mailbox_is_as_it_was(inbox):
    before = (inbox.read_bytes(), inbox.stat().st_mtime_ns, sorted(inbox.parent.iterdir()))
    run(inbox)
    run(inbox, by_thread=True)
    assert (inbox.read_bytes(), inbox.stat().st_mtime_ns, sorted(inbox.parent.iterdir())) == before


def test_every_receipt_is_words_of_the_message_it_names(inbox):
    with reading(inbox) as (_, chosen):
        bodies = {head.id: chosen.mailbox.read(head).body.text.raw for head in chosen.chosen.heads}
    for by_thread in (False, True):
        for record in run(inbox, by_thread=by_thread).records.values():
            for receipt in (receipt for claim in record.claims for receipt in claim.receipts):
                assert bodies[receipt.message][receipt.start : receipt.end] == receipt.text
                assert receipt.message in record.messages
            assert bool(record.claims) == (record.kind != "empty")
            assert all(claim.receipts for claim in record.claims)
