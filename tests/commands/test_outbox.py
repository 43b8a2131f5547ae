"""`llama-agent outbox`: what waits, what was sent, and the one door out."""

import json
from pathlib import Path

import pytest

from agent.calendar.meeting_records import DraftList, DraftRecord
from agent.calendar.reading import read
from agent.outbox import Outbox
from tests.calendar.calendars import khal_list
from tests.commands.posts import Post, answered, configure, drafts, mailed, posting, run, typing, write


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Post:
    """Let d1 be the draft of an invitation to Eve that was not sent."""
    post = posting(monkeypatch, tmp_path)
    post.answers = ["no"]
    assert run("invite", write(tmp_path, mailed(1)), "1").exit_code == 7
    post.seen.clear()
    return post


def test_nothing_is_there_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    posting(monkeypatch, tmp_path)
    result = run("outbox", "list")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "the outbox is empty.\n")
    assert json.loads(run("outbox", "list", "--json").stdout) == {"schema_version": 1, "drafts": []}


def test_every_draft_is_listed_in_its_state(post: Post):
    post.answers = ["no", "lost"]
    run("invite", "inbox.mbox", "1", "--all", "--title", "x" * 60)
    run("invite", "inbox.mbox", "1")
    run("invite", "inbox.mbox", "1")
    assert run("outbox", "list").stdout == (
        "d1    invitation    to 1   Budget                                    draft\n"
        f"d2    invitation    to 3   {'x' * 39}…  draft\n"
        "d3    invitation    to 1   Budget                                    not known whether it arrived\n"
        "d4    invitation    to 1   Budget                                    sent\n"
    )


@pytest.mark.usefixtures("post")
def test_json_is_what_the_schema_says():
    listed, shown = (json.loads(run("outbox", *words, "--json").stdout) for words in (("list",), ("show", "d1")))
    assert DraftList.model_validate(listed).model_dump(mode="json") == listed
    assert DraftRecord.model_validate(shown).model_dump(mode="json") == shown
    assert listed["drafts"] == [shown]
    assert (shown["draft"], shown["state"], shown["sha256"]) == ("d1", "draft", Outbox().get(1).digest)
    assert shown["to"] == [{"address": "eve@skarvika.example", "name": "Eve Adler", "how": "sender of 1"}]


@pytest.mark.usefixtures("post")
def test_a_draft_is_shown_as_before_it_is_sent_or_as_its_bytes():
    shown = run("outbox", "show", "d1").stdout
    assert shown.startswith(
        "d1 invitation\nstate    draft\n\nto       eve@skarvika.example  sender of 1  (Eve Adler)\n"
        "from     Ada Lindqvist <ada@example.org>\nthrough  127.0.0.1:2525\n"
    )
    assert f"sha256  {Outbox().get(1).digest}\n" in shown
    assert run("outbox", "show", "d1", "--raw").stdout_bytes == Outbox().get(1).data


@pytest.mark.usefixtures("post")
def test_a_draft_is_shown_where_no_server_is_set_any_more():
    configure(smtp="")
    assert "through  no server yet\n" in run("outbox", "show", "1").stdout


def test_a_draft_is_sent_and_its_meeting_is_in_the_own_calendar(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    result = run("outbox", "send", "d1")
    assert (result.exit_code, result.stdout) == (0, "sent to 1 person  v1  (e1)\n")
    assert khal_list(tmp_path / "own") == ["2026-11-27 14:00|2026-11-27 14:30|Budget|"]
    assert [each.handle for each in post.seen] == ["d1"]


def test_the_hash_says_which_bytes(post: Post):
    digest = Outbox().get(1).digest
    wrong = run("outbox", "send", "d1", "--sha256", "0" * 64)
    assert (wrong.exit_code, post.seen) == (7, [])
    assert wrong.stderr == "error: d1 has another hash: it is not what was approved. Nothing was sent.\n"
    assert run("outbox", "send", "d1", "--sha256", digest.upper()).exit_code == 0


def test_an_edited_draft_stays_in_its_thread(post: Post, monkeypatch: pytest.MonkeyPatch):
    post.answers = ["edit"]
    typing(monkeypatch, "Plan", "", "", "", "", "")
    assert run("outbox", "send", "d1").exit_code == 0
    first, second = post.seen
    assert (second.title, second.uid, second.meeting, second.source) == ("Plan", first.uid, 1, first.source)
    assert b"\r\nIn-Reply-To: <1@example.org>\r\nReferences: <1@example.org>\r\n" in second.data


@pytest.mark.parametrize("later", [("move", "v2", "--when", "fri 10:00"), ("cancel", "v2")])
def test_a_draft_that_is_older_than_what_has_left_is_not_sent(post: Post, later: tuple[str, ...]):
    run("invite", "inbox.mbox", "1")
    post.answers = ["no"]
    run("meetings", "move", "v2", "--when", "fri 9:00")
    assert run("meetings", *later).exit_code == 0
    seen = len(post.seen)
    result = run("outbox", "send", "d3")
    assert (result.exit_code, len(post.seen)) == (3, seen)
    assert result.stderr == (
        "error: d3 is older than d4, which has left: it would take v2 back.\n"
        "  llama-agent outbox drop d3    removes it\n"
        "  llama-agent meetings show v2  shows how the meeting stands\n"
    )
    assert run("outbox", "drop", "d3").exit_code == 0


def test_a_meeting_goes_on_in_the_own_calendar_where_only_one_is_taken_out_later(post: Post, tmp_path: Path):
    configure(f'[calendar]\nfolder = "{tmp_path}/own"\n')
    run("invite", "inbox.mbox", "1", "--all")
    post.answers = ["no"]
    assert run("meetings", "cancel", "v2", "--only", "joe@else.example").exit_code == 7
    result = run("outbox", "send", "d3")
    assert (result.exit_code, result.stdout) == (0, "sent to 1 person  v2  (e3)\n")
    (kept,) = (tmp_path / "own").glob("*.ics")
    (event,) = read(kept.read_bytes())
    assert (event.cancelled, [each.address.raw for each, _ in event.attendees]) == (
        False,
        ["eve@skarvika.example", "dan@example.com"],
    )
    assert run("meetings", "cancel", "v2").exit_code == 0
    assert read(kept.read_bytes())[0].cancelled


def test_of_two_changes_that_wait_the_older_may_go_first(post: Post):
    run("invite", "inbox.mbox", "1")
    post.answers = ["no", "no"]
    run("meetings", "move", "v2", "--when", "fri 9:00")
    run("meetings", "move", "v2", "--when", "fri 10:00")
    assert run("outbox", "send", "d3").exit_code == 0


def test_what_nobody_knows_the_end_of_can_be_sent_again_and_is_dropped_only_with_force(post: Post):
    post.answers = ["lost"]
    assert run("outbox", "send", "d1").exit_code == 7
    dropped = run("outbox", "drop", "d1")
    assert (dropped.exit_code, dropped.stderr) == (
        7,
        "error: d1 may be on its way: nobody knows whether it arrived.\n",
    )
    assert run("outbox", "send", "d1").exit_code == 0
    assert drafts() == [("d1", "invitation", "sent")]


@pytest.mark.usefixtures("post")
def test_a_draft_is_dropped():
    result = run("outbox", "drop", "1")
    assert (result.exit_code, result.stdout, result.stderr, drafts()) == (0, "", "d1 is removed.\n", [])


@pytest.mark.usefixtures("post")
def test_a_damaged_draft_is_named_and_can_be_dropped():
    path = Outbox().folder / "d1.draft"
    path.write_bytes(path.read_bytes()[:-5])
    for words in (("list",), ("show", "d1"), ("send", "d1")):
        result = run("outbox", *words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == (
            f"error: {path} is damaged: it is no draft of ours, or not all of it.\n"
            "  llama-agent outbox drop d1  removes it\n"
        )
    assert run("outbox", "drop", "d1").exit_code == 0


@pytest.mark.parametrize("words", [("show", "d9"), ("send", "d9"), ("drop", "d9"), ("show", "x"), ("drop", "v1")])
def test_a_draft_there_is_not_is_one_sentence(post: Post, words: tuple[str, str]):
    result = run("outbox", *words)
    assert (result.exit_code, result.stdout, post.seen) == (3, "", [])
    assert result.stderr.startswith(
        "error: there is no draft d9." if "d9" in words else f'error: "{words[1]}" is not written like d3.'
    )


def test_a_reply_is_listed_shown_edited_sent_and_dropped(post: Post, monkeypatch: pytest.MonkeyPatch):
    for _ in range(2):
        Outbox().add(answered("Sounds good."))
    assert run("outbox", "list").stdout.splitlines()[1] == (
        "d2    reply         to 1   Re: Budget                                draft"
    )
    assert run("outbox", "show", "d2").stdout.startswith(
        "d2 reply\nstate    draft\n\nto       eve@skarvika.example  sender of 1  (Eve Adler)\n"
        "from     Ada Lindqvist <ada@example.org>\nthrough  127.0.0.1:2525\nsubject  Re: Budget\n\n"
        "The text, from first to last:\n\n  | Sounds good.\n"
    )
    shown = json.loads(run("outbox", "show", "d2", "--json").stdout)
    assert DraftRecord.model_validate(shown).model_dump(mode="json") == shown
    assert (shown["what"], shown["meeting"], shown["uid"]) == ("reply", None, "")
    post.answers = ["edit"]
    monkeypatch.setattr("agent.output.ask_lines", lambda question: ["Yes, gladly."])
    typing(monkeypatch, "")
    result = run("outbox", "send", "d2")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "sent to 1 person  (e2)\n", "")
    assert b"\r\n\r\nYes, gladly.\r\n\r\nOn 23 Nov" in post.seen[-1].data
    assert run("outbox", "send", "d3", "--sha256", Outbox().get(3).digest).exit_code == 0
    assert run("outbox", "drop", "d3").exit_code == 0
    assert drafts() == [("d1", "invitation", "draft"), ("d2", "reply", "sent")]
