"""The search index of a mailbox: what it finds, what it holds, and what becomes of it when things go wrong."""

import dataclasses
import hashlib
import os
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.disk import locked
from agent.errors import AgentError, InputError
from agent.grounding.keywords import telling
from agent.mail import index_file
from agent.mail.body import make_body
from agent.mail.index_file import DamagedIndexError
from agent.mail.mailbox import open_mailbox
from agent.mail.message import Head, Message
from agent.mail.search_index import Changed, Hit, Index, build, estimate, open_index
from tests.kit.case import NAMES, load
from tests.mail import builders
from tests.mail.builders import mbox, tree
from tests.mail.builders_memory import MemoryMailbox, head, message

BATCH = 500  # messages of one transaction


class Box(MemoryMailbox):
    """A mailbox that is a list, whose texts are read as those of mail are."""

    def read(self, head: Head) -> Message:
        return dataclasses.replace(super().read(head), body=make_body(self.texts.get(head.where, ""), None))


def mailbox(*texts: str, subject: str = "") -> Box:
    """Messages 1, 2, … with these texts."""
    kept = [head(number, subject=subject) for number in range(1, len(texts) + 1)]
    return Box(kept, {each.where: text for each, text in zip(kept, texts, strict=True)})


def built(box: Box, folder: Path) -> Index:
    return build(box, folder=folder)


def found(index: Index, query: str, limit: int = 50) -> list[str]:
    """Where the messages lay that are found, the best first."""
    return [hit.where for hit in index.search(query, limit)]


def words_in(folder: Path, *words: str) -> list[str]:
    """Which of these words stand in any file beside the index."""
    held = b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())
    return [word for word in words if word.encode() in held]


def test_any_word_of_a_question_finds_and_the_rare_one_tells_most(tmp_path):
    box = mailbox("the budget", "the budget and the crane", "the budget", "nothing of that")
    with closing(built(box, tmp_path)) as index:
        assert found(index, "what about the crane in the budget?") == ["2", "3", "1"]
        assert found(index, "the budget", limit=1) == ["3"]
        assert found(index, "zeppelin") == []
        assert found(index, "budget", limit=0) == []


def test_a_hit_says_which_message_where_it_lies_and_how_well_it_fits(tmp_path):
    box = mailbox("the crane", "the crane, the crane and other things that make it longer")
    with closing(built(box, tmp_path)) as index:
        first, second = index.search("crane")
        assert first == Hit(box.kept[1].id, first.score, "2")
        assert second == Hit(box.kept[0].id, second.score, "1")
        assert first.score > second.score > 0


def test_of_equal_messages_the_later_one_is_first(tmp_path):
    with closing(built(mailbox("the crane", "the crane", "the crane"), tmp_path)) as index:
        assert found(index, "crane") == ["3", "2", "1"]


def test_subject_people_and_attachments_weigh_more_than_text(tmp_path):
    texts = {"1": "the zeppelin flies, he says"}
    kept = [
        head(1, subject="other things"),
        head(2, subject="a zeppelin"),
        head(3, subject="other things", sender="Zeppelin <z@example.com>"),
        head(4, subject="other things", cc=["zeppelin@example.com"]),
        head(5, subject="other things"),
    ]

    class WithFile(Box):
        def read(self, head: Head) -> Message:
            attached = message(head, attached=["zeppelin.pdf"] if head.where == "5" else []).attachments
            return dataclasses.replace(super().read(head), attachments=attached)

    with closing(built(WithFile(kept, texts), tmp_path)) as index:
        assert found(index, "zeppelin")[-1] == "1"
        assert sorted(found(index, "zeppelin")) == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Die Überprüfung der Brücke", "uberprufung"),
        ("un café à Besançon", "BESANCON"),
        ("会议室的预算已经批准", "预算"),
        ("会議は三時からです", "会議はいつですか"),
        ("예산 회의", "예산"),
        ("Заседание правления", "заседание"),
        ("write to z.x@example.com", "z.x@example.com"),
        ("see drawing AB-12/7", "ab-12/7"),
        ("Bob’s crane", "bob's"),
        ("they moved the meeting", "postponed"),
    ],
)
def test_words_are_found_in_any_script_without_accents_and_by_their_meaning(tmp_path, text, query):
    with closing(built(mailbox("other words", text), tmp_path)) as index:
        assert found(index, query)[0] == "2"


def test_a_question_of_empty_words_finds_what_has_them_in_its_head(tmp_path):
    kept = [head(1, subject="What is it?"), head(2, subject="Crane")]
    with closing(built(Box(kept), tmp_path)) as index:
        assert found(index, "what is it") == ["1"]


def test_what_is_quoted_is_another_message_and_what_is_forwarded_is_of_this_one(tmp_path):
    path = tmp_path / "in.mbox"
    texts = [
        "I agree.\n\nOn Mon, 2 Nov 2026 at 10:00, Bob Jones wrote:\n> the zeppelin lands\n",
        "See below.\n\n---------- Forwarded message ---------\nFrom: Bob <bob@example.com>\n"
        "Date: Mon, 2 Nov 2026 10:00\nSubject: x\nTo: Ada <ada@example.org>\n\nthe lighthouse is lit\n",
    ]
    path.write_bytes(mbox(builders.message(number, text) for number, text in enumerate(texts, 1)))
    box = open_mailbox(str(path))
    with closing(build(box, folder=tmp_path / "index")) as index:
        ids = [each.id for each in box.heads()]
        assert [hit.message_id for hit in index.search("zeppelin")] == []
        assert [hit.message_id for hit in index.search("lighthouse")] == [ids[1]]


def test_only_some_messages_can_be_meant_also_when_others_fit_better(tmp_path):
    box = mailbox(*["crane crane crane"] * 60, "a crane among many other words")
    with closing(built(box, tmp_path)) as index:
        last = box.kept[-1].id
        assert [hit.message_id for hit in index.search("crane", 50, among={last})] == [last]
        assert index.search("crane", 50, among=()) == []


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, frozenset[str]]]:
    """An index, and the ids in it."""
    texts = ["the budget", "AND OR NOT", "near(crane)", "会议室 预算", "a-b@c.d", "subject:x", '"quoted"', "it's"]
    box = mailbox(*texts)
    with closing(built(box, tmp_path_factory.mktemp("index"))) as index:
        yield index, frozenset(each.id for each in box.kept)


SYNTAX = st.sampled_from(
    ['"', "'", "*", "^", "(", ")", ":", "-", "+", "{", "}", " AND ", " OR ", " NOT ", "NEAR(", "\0"]
)
WORDS = st.sampled_from(["budget", "crane", "预算", "subject", "text", "rowid", "a-b", "it's", "’", "'", "\ud800"])


@settings(max_examples=300)
@given(st.text() | st.lists(SYNTAX | WORDS | st.text(max_size=3)).map("".join), st.integers(-2, 60))
def test_any_text_may_be_asked_and_finds_only_what_is_in_the_index(known, query, limit):
    index, ids = known
    hits = index.search(query, limit)
    assert {hit.message_id for hit in hits} <= ids
    assert len({hit.message_id for hit in hits}) == len(hits) <= max(0, limit)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(codec=None) | st.sampled_from("-.@/&'’_\"")), min_size=1, max_size=4))
def test_whatever_a_message_says_it_is_found_by_its_own_words(tmp_path_factory, texts):
    box = mailbox(*texts)
    with closing(built(box, tmp_path_factory.mktemp("index"))) as index:
        for each in box.kept:
            body = box.read(each).body
            text = "\n".join(body.text.raw[start:end] for start, end in body.spans("own", "forward"))
            assert not telling(text) or each.where in found(index, text)


def test_the_longest_query_and_the_longest_word_are_only_long(tmp_path):
    box = mailbox("x" * 200_000, " ".join(f"word{number}" for number in range(20_000)))
    with closing(built(box, tmp_path)) as index:
        assert found(index, "word3 " + "word2 " * 50_000) == ["2"]
        assert found(index, "x" * 200_000) == []
        assert found(index, "word19999") == []  # beyond what of a message is indexed


def test_every_message_of_the_hostile_kit_can_be_indexed(tmp_path):
    (tmp_path / "mail").mkdir()
    for name in NAMES:
        case = load(name)
        if not case.generator and not case.stdin:
            (tmp_path / "mail" / f"{name}.mbox").write_bytes(case.data())
    indexed = 0
    for path in sorted((tmp_path / "mail").iterdir()):
        try:
            box = open_mailbox(str(path))
        except InputError:
            continue
        with closing(build(box, folder=tmp_path / "index")) as index:
            assert len(index) == len({each.id for each in box.heads()})
            indexed += len(index)
            assert {hit.message_id for hit in index.search("Ada Bob example")} <= {each.id for each in box.heads()}
    assert indexed > 100


def test_only_what_is_new_is_read_and_what_is_gone_is_dropped(tmp_path):
    box = mailbox("one crane", "two cranes", "three cranes")
    with closing(built(box, tmp_path)) as index:
        assert box.reads == ["1", "2", "3"]
        box.reads.clear()
        assert index.update(box) == Changed(0, 0)
        assert box.reads == []
        box.kept = [*box.kept[1:], head(4)]
        box.texts["4"] = "four cranes"
        assert index.update(box) == Changed(added=1, dropped=1)
        assert box.reads == ["4"]
        assert len(index) == 3
        assert sorted(found(index, "crane")) == ["2", "3", "4"]


def test_a_message_that_moved_is_found_where_it_is_now_and_is_not_read_again(tmp_path):
    box = mailbox("one crane")
    with closing(built(box, tmp_path)) as index:
        box.kept = [dataclasses.replace(box.kept[0], where="cur/7:2,S")]
        assert index.update(box) == Changed(0, 0)
        assert (found(index, "crane"), box.reads) == (["cur/7:2,S"], ["1"])


def test_a_message_written_again_is_read_again_and_its_old_words_are_gone(tmp_path):
    box = mailbox("zanzibarcanary")
    with closing(built(box, tmp_path)) as index:
        box.kept, box.texts["1"] = [head(1, size=2000)], "xylophonecanary"
        assert index.update(box) == Changed(1, 0)
        assert (found(index, "zanzibarcanary"), found(index, "xylophonecanary")) == ([], ["1"])
        assert words_in(tmp_path, "anzibarcanary", "ylophonecanary") == ["ylophonecanary"]


def test_a_message_kept_twice_is_in_the_index_once(tmp_path):
    box = mailbox("one crane", "two cranes")
    box.kept.append(dataclasses.replace(box.kept[0], where="3", size=2000))  # by way of a list, with a longer head
    with closing(built(box, tmp_path)) as index:
        assert (len(index), sorted(found(index, "crane"))) == (2, ["1", "2"])
        assert index.update(box) == Changed(0, 0)


def test_a_message_that_went_while_it_was_read_is_left_for_the_next_time(tmp_path):
    class Going(Box):
        def read(self, head: Head) -> Message:
            if head.where == "1" and not self.reads:
                self.reads.append("1")
                raise InputError("memory changed.")
            return super().read(head)

    box = Going([head(1), head(2)], {"1": "one crane", "2": "two cranes"})
    with closing(built(box, tmp_path)) as index:
        assert found(index, "crane") == ["2"]
        assert index.update(box) == Changed(1, 0)
        assert sorted(found(index, "crane")) == ["1", "2"]


def test_a_vanished_message_is_found_by_nobody_and_its_words_leave_the_file(tmp_path):
    box = mailbox(*(f"note {number} on cranes" for number in range(300)), "the zanzibarcanary of quentin@example.com")
    with closing(built(box, tmp_path)) as index:
        box.kept[-1:] = []
        assert words_in(tmp_path, "anzibarcanary", "uentin") == ["anzibarcanary", "uentin"]
        assert found(index, "zanzibarcanary") == ["301"]
        assert index.update(box) == Changed(added=0, dropped=1)
        assert found(index, "zanzibarcanary quentin") == []
        assert words_in(tmp_path, "anzibarcanary", "uentin") == []
        assert len(found(index, "cranes", limit=1000)) == 300


def test_what_the_others_say_is_still_found_when_most_are_gone(tmp_path):
    box = mailbox(*(f"crane number{number} canary{number}" for number in range(200)))
    with closing(built(box, tmp_path)) as index:
        before = index.size
        box.kept = box.kept[::20]
        assert index.update(box) == Changed(added=0, dropped=190)
        assert [found(index, f"canary{number}") for number in (0, 1, 20, 199)] == [["1"], [], ["21"], []]
        assert len(found(index, "crane", limit=1000)) == 10
        assert index.size < before


def test_the_text_of_a_message_is_nowhere_in_the_file_and_its_words_are(tmp_path):
    sentence = "The quorum wants yellow lanterns before Monday, and velvet ropes"
    box = mailbox(sentence, subject="Under the zinc roof")
    with closing(built(box, tmp_path)):
        said = sentence.split()
        pairs = [f"{one}{gap}{two}" for one, two in pairwise(said) for gap in ("", " ", "\0")]
        assert words_in(tmp_path, sentence, "yellow lantern", "zinc roof", "Under the", *pairs) == []
        assert words_in(tmp_path, "quorum", "lantern", "velvet") == ["quorum", "lantern", "velvet"]


def test_of_the_order_of_the_words_nothing_is_kept(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, text in ((one, "velvet ropes and yellow lanterns"), (other, "yellow ropes and velvet lanterns")):
        built(mailbox(text), folder).close()
    (first,), (second,) = one.glob("*.db"), other.glob("*.db")
    assert first.read_bytes() == second.read_bytes()


def test_of_how_often_a_word_stands_in_a_message_four_times_are_kept(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder, count in ((one, 4), (other, 40)):
        built(mailbox("crane " * count), folder).close()
    (first,), (second,) = one.glob("*.db"), other.glob("*.db")
    assert first.read_bytes() == second.read_bytes()


def test_the_mailbox_is_not_changed(tmp_path):
    root = builders.write_maildir(tmp_path / "mail")
    for number in range(20):
        (root / ("new" if number % 2 else "cur") / f"{number}.host").write_bytes(builders.message(number))
    before = tree(root)
    box = open_mailbox(str(root))
    with closing(build(box, folder=tmp_path / "index")) as index:
        index.update(box)
        assert len(index) == 20
    assert tree(root) == before


def test_it_says_its_size_and_the_days_of_its_oldest_and_newest_message(tmp_path):
    box = mailbox("one", "two")
    box.kept.append(head(3, date=None))
    with closing(built(box, tmp_path)) as index:
        assert index.span == (box.kept[0].date, box.kept[1].date)
        assert index.size == index.path.stat().st_size > 0
    with closing(built(Box([], key="/empty"), tmp_path)) as index:
        assert (len(index), index.span) == (0, (None, None))


def test_its_size_is_told_before_it_is_built_and_about_right(tmp_path):
    path = tmp_path / "in.mbox"
    texts = (" ".join(f"word{(number * 7 + at) % 900}" for at in range(120)) for number in range(400))
    path.write_bytes(mbox(builders.message(number, text + "\n") for number, text in enumerate(texts)))
    box = open_mailbox(str(path))
    with closing(build(box, folder=tmp_path / "index")) as index:
        assert 0.3 < estimate(box.heads()) / index.size < 3
    assert estimate([]) == 0


def test_how_far_it_is_is_told_by_the_batch(tmp_path):
    told: list[tuple[int, int]] = []
    box = mailbox(*["crane"] * (BATCH + 2))
    with closing(build(box, folder=tmp_path, progress=lambda seen, added: told.append((seen, added)))) as index:
        box.kept.append(head(BATCH + 3))
        index.update(box, progress=lambda seen, added: told.append((seen, added)))
    assert told[-1] == (BATCH + 3, 1)
    assert (BATCH + 2, BATCH + 2) in told


def test_an_index_that_was_built_in_pieces_is_joined_to_one(tmp_path):
    with closing(built(mailbox(*["crane"] * (BATCH + 2)), tmp_path)) as index:
        assert index._db.execute("select count(distinct segid) from words_idx").fetchone() == (1,)


def test_ctrl_c_keeps_the_batches_that_are_done_and_the_next_update_goes_on(tmp_path):
    box = mailbox(*["crane"] * (BATCH + 100))

    def interrupted() -> Iterator[Head]:
        yield from box.kept[: BATCH + 50]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(box, interrupted(), tmp_path)
    index = open_index(box.key, tmp_path)
    assert index is not None
    with closing(index):
        kept = len(index)
        assert BATCH <= kept < BATCH + 100
        assert not index.is_whole
        assert index.update(box) == Changed(added=BATCH + 100 - kept, dropped=0)
        assert index.is_whole


# Stops in the middle of the second batch, where its parent kills it.
HALF = """
import sys, time
from pathlib import Path
from agent.mail.mailbox import open_mailbox
from agent.mail.search_index import build

def slowly(heads):
    for number, head in enumerate(heads):
        if number == 700:
            print("half", flush=True)
            time.sleep(60)
        yield head

box = open_mailbox(sys.argv[1])
build(box, slowly(box.heads()), Path(sys.argv[2]))
"""


def test_a_build_that_is_killed_leaves_an_index_that_goes_on(tmp_path):
    path, folder = tmp_path / "in.mbox", tmp_path / "index"
    path.write_bytes(mbox(builders.message(number, f"crane number{number}\n") for number in range(800)))
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with subprocess.Popen([sys.executable, "-c", HALF, path, folder], stdout=subprocess.PIPE) as building:
        assert building.stdout is not None
        assert building.stdout.readline() == b"half\n"
        os.kill(building.pid, signal.SIGKILL)
    assert building.returncode == -signal.SIGKILL
    box = open_mailbox(str(path))
    index = open_index(box.key, folder)
    assert index is not None
    with closing(index):
        kept = len(index)
        assert 0 < kept <= 700
        assert (index.is_whole, index.is_current(box)) == (False, False)
        assert index.update(box) == Changed(added=800 - kept, dropped=0)
        assert [len(index.search(f"number{number}")) for number in (0, 699, 799)] == [1, 1, 1]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


AT_ONCE = """
import sys
from pathlib import Path
from agent.mail.mailbox import open_mailbox
from agent.mail.search_index import build

index = build(open_mailbox(sys.argv[1]), folder=Path(sys.argv[2]), waiting=lambda: print("waiting", flush=True))
print(len(index))
"""


def test_a_second_writer_says_that_it_waits_and_then_does_its_work(tmp_path):
    path, folder = tmp_path / "in.mbox", tmp_path / "index"
    path.write_bytes(mbox(builders.message(number) for number in range(30)))
    box = open_mailbox(str(path))
    with closing(build(box, [], folder)) as index:
        with locked(index_file.lock_of(index.path)):
            other = subprocess.Popen([sys.executable, "-c", AT_ONCE, path, folder], stdout=subprocess.PIPE)
            assert other.stdout is not None
            assert select.select([other.stdout], [], [], 30)[0], "it waits, and says nothing"
            assert other.stdout.readline() == b"waiting\n"
        assert other.communicate(timeout=60) == (b"30\n", None)
        assert len(index) == 30


def test_two_builds_at_once_make_one_whole_index(tmp_path):
    path, folder = tmp_path / "in.mbox", tmp_path / "index"
    path.write_bytes(mbox(builders.message(number, f"crane number{number}\n") for number in range(600)))
    command = [sys.executable, "-c", AT_ONCE, path, folder]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(2)]
    told = [each.communicate(timeout=60)[0].split()[-1] for each in both]
    assert told == [b"600", b"600"]
    index = open_index(open_mailbox(str(path)).key, folder)
    assert index is not None
    with closing(index):
        assert [len(index.search(f"number{number}")) for number in (0, 599)] == [1, 1]


def test_it_can_be_searched_while_another_writes_it(tmp_path):
    box = mailbox(*["crane"] * (BATCH + 1))
    seen: list[int] = []

    def look(done: int, added: int) -> None:
        index = open_index(box.key, tmp_path)
        assert index is not None
        with closing(index):
            seen.append(len(index.search("crane", limit=1000)))

    build(box, folder=tmp_path, progress=look).close()
    assert seen[0] >= 1
    assert seen[-1] == BATCH + 1


def test_where_none_was_built_there_is_none_and_nothing_is_made(tmp_path):
    assert open_index("/memory", tmp_path / "index") is None
    assert not (tmp_path / "index").exists()


def test_an_index_of_another_version_is_emptied_and_built_again(tmp_path):
    box = mailbox("one crane", "the zanzibarcanary")
    built(box, tmp_path).close()
    with closing(sqlite3.connect(index_file.path_of(box.key, tmp_path))) as db:
        db.execute("create view old as select * from messages")
        db.execute("create table newer (x)")
        db.execute("pragma user_version = 99")
    index = open_index(box.key, tmp_path)
    assert index is not None
    with closing(index):
        assert (len(index), index.is_whole, index.search("crane")) == (0, False, [])
        assert words_in(tmp_path, "anzibarcanary") == []
        assert index.update(box) == Changed(2, 0)
        assert found(index, "crane") == ["1"]
        names = [name for (name,) in index._db.execute("select name from sqlite_master where name in ('old', 'newer')")]
        assert names == []


def test_an_index_is_current_until_the_mailbox_changes(tmp_path):
    path = tmp_path / "in.mbox"
    path.write_bytes(mbox([builders.message(1)]))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    box = open_mailbox(str(path))
    with closing(build(box, folder=tmp_path / "index")) as index:
        assert index.is_current(box)
        path.write_bytes(mbox([builders.message(1), builders.message(2)]))
        os.utime(path, (1_000_000_001, 1_000_000_001))
        assert not index.is_current(box)
        assert index.update(open_mailbox(str(path))) == Changed(1, 0)
        assert index.is_current(box)
        index.update(box, list(box.heads()))  # heads somebody read before: of when they are, nothing is known
        assert not index.is_current(box)


def test_a_mailbox_that_cannot_be_stamped_is_never_known_to_be_current(tmp_path):
    box = mailbox("one crane")
    with closing(built(box, tmp_path)) as index:
        assert not index.is_current(box)


@pytest.mark.parametrize("spoil", [lambda data: b"not a database" * 400, lambda data: data[:5000]])
def test_a_damaged_index_is_one_sentence_and_is_removed_and_built_again(tmp_path, spoil):
    box = mailbox(*["one crane"] * 50)
    built(box, tmp_path).close()
    path = index_file.path_of(box.key, tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(DamagedIndexError) as caught:
        open_index(box.key, tmp_path).search("crane")
    assert caught.value.message == f"the search index {path} was damaged and is removed."
    assert open_index(box.key, tmp_path) is None
    with closing(built(box, tmp_path)) as index:
        assert len(found(index, "crane")) == 50


def test_damage_in_the_words_is_found_when_they_are_searched(tmp_path):
    box = mailbox(*(f"crane number{number}" for number in range(200)))
    built(box, tmp_path).close()
    path = index_file.path_of(box.key, tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("delete from words_data where id > 10")
    with closing(open_index(box.key, tmp_path)) as index, pytest.raises(DamagedIndexError):
        index.search("crane number7")
    assert list(tmp_path.glob("*.db")) == []


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Box, bytes]:
    """A mailbox, and the bytes of its index."""
    box, folder = mailbox(*(f"crane number{number}" for number in range(40))), tmp_path_factory.mktemp("index")
    built(box, folder).close()
    return box, index_file.path_of(box.key, folder).read_bytes()


BYTES = st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255))  # where in the file, and what is there now


@settings(max_examples=150, deadline=None)
@given(st.lists(BYTES, min_size=1, max_size=8), st.floats(0.5, 1))
def test_whatever_became_of_the_file_it_is_used_or_an_error_of_ours_is_raised(tmp_path_factory, whole, changed, length):
    box, content = whole
    spoilt = bytearray(content)
    for place, value in changed:
        spoilt[int(place * len(spoilt))] = value
    folder = tmp_path_factory.mktemp("index")
    index_file.path_of(box.key, folder).write_bytes(spoilt[: int(length * len(spoilt))])
    with suppress(AgentError), closing(open_index(box.key, folder) or built(box, folder)) as index:
        assert index.search("crane number7") is not None
        assert len(index.span) == 2
        index.update(box)


# Not as root, whom no mode of a file holds.
READ_ONLY = """
import os, sys, tempfile
from pathlib import Path
from agent.mail import index_file
from agent.errors import AgentError
from agent.mail.search_index import build, open_index
from tests.mail.test_search_index import mailbox

folder = Path(tempfile.mkdtemp())
print(folder)
box = mailbox("one crane", "two cranes")
build(box, folder=folder).close()
os.chmod(index_file.path_of(box.key, folder), 0o444)
os.chmod(index_file.lock_of(index_file.path_of(box.key, folder)), 0o444)
os.chmod(folder, 0o555)
if os.geteuid() == 0:
    os.setuid(65534)
index = open_index(box.key, folder)
print([hit.where for hit in index.search("crane")])
for does in (lambda: index.update(box), lambda: build(box, folder=folder / "new")):
    try:
        does()
    except AgentError as error:
        print(error.message)
"""


def test_where_nothing_can_be_written_it_is_searched_and_cannot_be_updated():
    done = subprocess.run([sys.executable, "-c", READ_ONLY], capture_output=True, text=True, timeout=60, check=False)
    folder = Path(done.stdout.partition("\n")[0])
    shutil.rmtree(folder)
    assert done.stdout.splitlines()[1:] == [
        "['2', '1']",
        f"cannot use the search index {index_file.path_of('/memory', folder)}: Permission denied.",
        f"cannot use the search index {index_file.path_of('/memory', folder / 'new')}: Permission denied.",
    ], done.stderr


FULL = """
import resource, sys
from pathlib import Path
from agent.errors import AgentError
from agent.mail.search_index import build
from tests.mail.test_search_index import mailbox

folder = Path(sys.argv[1])
build(mailbox("one crane"), folder=folder).close()
resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, resource.RLIM_INFINITY))
try:
    build(mailbox(*(f"crane {' '.join(f'w{n}x{m}' for m in range(40))}" for n in range(900))), folder=folder)
except AgentError as error:
    print(error.message)
"""


def test_a_disk_that_is_full_is_one_sentence_and_what_was_there_stays(tmp_path):
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path], capture_output=True, text=True, check=False)
    path = index_file.path_of("/memory", tmp_path)
    assert done.stdout == f"cannot use the search index {path}: disk I/O error.\n", done.stderr
    index = open_index("/memory", tmp_path)
    assert index is not None
    with closing(index):
        assert "1" in found(index, "crane", limit=1000)
