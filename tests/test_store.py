import multiprocessing
import sqlite3
import stat
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent import store as store_module
from agent.errors import AgentError
from agent.store import Reply, Todo, open_store

NOTHING = {"listings": 0, "summaries": 0, "runs": 0, "todos": 0, "replies": 0}
BOB = Reply("u1@example.org", "bob@example.com", "ACCEPTED", 1, "2026-11-26T10:00:00+00:00", "mabc", "/mail", "claimed")


def test_a_setting_is_kept_replaced_and_removed(store):
    store.set_setting("mailbox", "a")
    store.set_setting("mailbox", "b")
    assert store.setting("mailbox") == "b"
    store.set_setting("mailbox", None)
    assert store.setting("mailbox") is None


def test_the_store_is_private(store):
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_what_is_kept_is_there_for_the_next_process(store):
    store.set_rows("/mail", [("mabc", "0"), ("mdef", "120")])
    store.keep_summary("key", "/mail", "mabc", {"claims": []})
    started = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    store.finish_run("/mail", "summarize", started)
    store.close()
    again = open_store()
    assert again.rows("/mail") == [("mabc", "0"), ("mdef", "120")]
    assert again.summary("key") == {"claims": []}
    assert again.last_run("/mail", "summarize") == started
    again.close()


def test_summaries_of_messages_gone_from_the_mailbox_are_dropped(store):
    store.keep_summary("one", "/mail", "mabc", 1)
    store.keep_summary("two", "/mail", "mdef", 2)
    store.keep_summary("other", "/elsewhere", "mxyz", 3)
    assert store.drop_summaries("/mail", {"mdef"}) == 1
    assert [store.summary(key) for key in ("one", "two", "other")] == [None, 2, 3]


def test_a_todo_keeps_its_number_whatever_becomes_of_it(store):
    first = store.keep_todo(Todo("key", "/mail", {"what": "Approve v3"}))
    typed = store.keep_todo(Todo("other", "", {"what": "Call Eve"}))
    done = store.keep_todo(replace(first, state="done", closed_by="mdef"))
    again = store.keep_todo(Todo("key", "/mail", {"what": "Approve v3"}, "done", closed_by="mdef"))
    assert [first.handle, typed.handle, done.handle, again.handle] == ["t1", "t2", "t1", "t1"]
    assert store.todos() == [done, typed]
    assert store.todos("/mail") == [done]
    assert store.todos("") == [typed]


def test_a_todo_may_come_under_another_key_and_keeps_its_number(store):
    first = store.keep_todo(Todo("key", "/mail", {"what": "Approve v3"}))
    moved = store.keep_todo(replace(first, key="later"))
    assert (moved.number, store.todos()) == (1, [moved])


def test_the_number_of_a_forgotten_todo_is_not_given_out_again(store):
    store.keep_todo(Todo("key", "/mail", 1))
    store.forget("/mail")
    assert store.keep_todo(Todo("key", "/mail", 1)).handle == "t2"


def test_of_two_answers_the_later_one_to_the_later_revision_counts(store):
    assert store.keep_reply(BOB)
    assert store.keep_reply(replace(BOB, partstat="DECLINED", stamp="2026-11-26T11:00:00+00:00"))
    assert not store.keep_reply(replace(BOB, partstat="TENTATIVE"))
    assert not store.keep_reply(replace(BOB, partstat="TENTATIVE", sequence=0, stamp="2026-11-27T11:00:00+00:00"))
    assert store.keep_reply(replace(BOB, attendee="eve@example.com"))
    assert [(each.attendee, each.partstat) for each in store.replies(BOB.uid)] == [
        ("bob@example.com", "DECLINED"),
        ("eve@example.com", "ACCEPTED"),
    ]
    assert store.replies("another@example.org") == []


def test_an_answer_that_is_only_claimed_never_displaces_one_that_is_authenticated(store):
    store.keep_reply(replace(BOB, believed="authenticated"))
    assert not store.keep_reply(replace(BOB, partstat="DECLINED", sequence=9))
    assert store.replies(BOB.uid) == [replace(BOB, believed="authenticated")]


def test_todos_and_answers_are_forgotten_with_their_mailbox(store):
    store.keep_todo(Todo("key", "/mail", 1))
    store.keep_todo(Todo("key", "", 1))
    store.keep_reply(BOB)
    assert store.traces("/mail") == {**NOTHING, "todos": 1, "replies": 1}
    store.forget("/mail")
    assert store.traces() == {**NOTHING, "todos": 1}


def test_forgetting_one_mailbox_leaves_the_others(store):
    store.keep_summary("one", "/mail", "mabc", 1)
    store.set_rows("/mail", [("mabc", "0")])
    store.keep_summary("other", "/elsewhere", "mxyz", 3)
    assert store.traces("/mail") == {**NOTHING, "listings": 1, "summaries": 1}
    store.forget("/mail")
    assert store.traces() == {**NOTHING, "summaries": 1}


def test_forgetting_everything_takes_the_settings_and_leaves_the_models(store):
    gone, kept = ("mailbox", "pace: x", "way: x"), ("model", "models", "copy: x:F16")
    for name in gone + kept:
        store.set_setting(name, "kept")
    assert store.traces(everything=True) == {**NOTHING, "settings": 3}
    store.forget(everything=True)
    assert [store.setting(name) for name in gone + kept] == [None] * 3 + ["kept"] * 3


def test_forgotten_words_are_gone_from_the_file(store):
    store.keep_summary("one", "/mail", "mabc", "the walrus signs at noon")
    store.forget()
    store.close()
    folder = store.path.parent
    assert not any(b"walrus" in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_a_file_is_hashed_again_only_when_it_changed(store, tmp_path):
    file = tmp_path / "weights.gguf"
    file.write_bytes(b"one")
    first = store.file_sha256(file)
    assert store.file_sha256(file) == first
    file.write_bytes(b"another")
    assert store.file_sha256(file) != first


def test_an_upgrade_keeps_a_copy_and_the_data(store, monkeypatch):
    store.set_setting("mailbox", "a")
    store.close()

    def m999_colour(db):
        db.execute("alter table settings add column colour text")

    monkeypatch.setattr(store_module, "_STEPS", (*store_module._STEPS, m999_colour))
    upgraded = open_store()
    assert upgraded.setting("mailbox") == "a"
    upgraded.close()
    copy = sqlite3.connect(upgraded.path.with_name("store.before-upgrade.db"))
    assert copy.execute("select name, value from settings").fetchall() == [("mailbox", "a")]
    copy.close()


def test_an_upgrade_that_fails_changes_nothing(store, monkeypatch):
    store.close()

    def m999_half(db):
        db.execute("alter table settings add column half text")
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(store_module, "_STEPS", (*store_module._STEPS, m999_half))
    with pytest.raises(AgentError, match="disk full"):
        open_store()
    monkeypatch.undo()
    connection = sqlite3.connect(store.path)
    assert [row[1] for row in connection.execute("pragma table_info(settings)")] == ["name", "value"]
    connection.close()


def test_an_older_program_refuses_a_newer_store(store, monkeypatch):
    store.close()
    monkeypatch.setattr(store_module, "_STEPS", ())
    with pytest.raises(AgentError, match="written by a newer llama-agent"):
        open_store()


def test_a_damaged_store_is_one_sentence(store):
    store.close()
    for file in store.path.parent.iterdir():
        file.write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(AgentError, match="file is not a database"):
        open_store()


def test_of_two_processes_that_keep_at_once_neither_is_turned_away():
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_keep, args=(name,)) for name in ("a", "b")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    store = open_store()
    assert sorted(todo.key for todo in store.todos()) == sorted(
        f"{name}{number}" for name in "ab" for number in range(40)
    )
    store.close()


def _keep(name: str) -> None:
    store = open_store()
    for number in range(40):
        store.keep_todo(Todo(f"{name}{number}", "", {}))
    store.close()
