"""The file of a search index: who may read it, where it lies, how it is kept, and what of it is removed."""

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from agent.errors import AgentError
from agent.mail import index_file
from agent.paths import data_dir

KEY = "/home/ada/Mail/inbox.mbox"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the index of KEY lies, in a folder that is not there yet."""
    return index_file.path_of(KEY, tmp_path / "index")


def mode(path: Path) -> str:
    return stat.filemode(path.stat().st_mode)


def test_it_lies_with_what_we_keep_under_a_name_that_says_nothing_of_the_mailbox():
    path = index_file.path_of(KEY)
    assert path.parent == index_file.index_dir() == data_dir() / "index"
    assert (len(path.stem), path.suffix, "inbox" in str(path)) == (32, ".db", False)
    assert path != index_file.path_of(KEY + "2")
    assert index_file.path_of("/mail/\udce9t\udce9.mbox").suffix == ".db"  # a name that is no UTF-8


def test_only_its_owner_may_read_it_whatever_the_umask(path):
    before = os.umask(0)
    try:
        with closing(index_file.make(path)) as db:
            db.execute("begin immediate")
            db.execute("insert into notes values ('a', 'b')")
            beside = sorted(path.parent.iterdir())
            assert [mode(each) for each in beside] == ["-rw-------", "-rw-------"]
            assert [each.suffix for each in beside] == [".db", ".db-journal"]
    finally:
        os.umask(before)
    assert mode(path.parent) == "drwx------"


def test_what_is_deleted_is_overwritten_and_the_file_becomes_smaller(path):
    with closing(index_file.make(path)) as db:
        for pragma, value in (("secure_delete", 1), ("auto_vacuum", 2), ("journal_mode", "delete"), ("temp_store", 2)):
            assert db.execute(f"pragma {pragma}").fetchone() == (value,)
        db.execute("insert into notes values ('canary', ?)", ["zanzibarcanary" * 10_000])
        grown = path.stat().st_size
        assert b"zanzibarcanary" in path.read_bytes()
        db.execute("delete from notes")
        assert b"zanzibarcanary" not in path.read_bytes()
        db.executescript("pragma incremental_vacuum")
        assert path.stat().st_size < grown / 2
    with closing(index_file.connect(path)) as db:
        assert db.execute("pragma secure_delete").fetchone() == (1,)


def test_it_holds_no_columns_of_text(path):
    with closing(index_file.make(path)) as db:
        db.execute("insert into words (rowid, subject, people, text, attachments) values (1, 'a', 'b', 'c', 'd')")
        assert db.execute("select * from words where words match 'c'").fetchall() == [(None, None, None, None)]
        assert db.execute("select name from sqlite_master where name = 'words_content'").fetchall() == []


def test_a_link_in_its_place_is_refused(path, tmp_path):
    path.parent.mkdir()
    (tmp_path / "elsewhere").write_bytes(b"kept")
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(AgentError) as caught:
        index_file.make(path)
    assert caught.value.message == f"cannot use the search index {path}: Too many levels of symbolic links."
    assert (tmp_path / "elsewhere").read_bytes() == b"kept"


def test_a_file_where_its_folder_should_be_is_one_sentence(path):
    path.parent.write_bytes(b"")
    with pytest.raises(AgentError) as caught:
        index_file.make(path)
    assert caught.value.message == f"cannot use the search index {path}: File exists."


def test_all_indexes_are_listed_and_nothing_else(tmp_path):
    assert index_file.kept(tmp_path / "index") == []
    paths = [index_file.path_of(key, tmp_path / "index") for key in "abc"]
    for each in paths:
        index_file.make(each).close()
        index_file.lock_of(each).touch()
    assert index_file.kept(tmp_path / "index") == sorted(paths)


def test_removing_one_leaves_nothing_of_it_and_all_of_the_others(tmp_path):
    folder = tmp_path / "index"
    one, other = index_file.path_of("one", folder), index_file.path_of("other", folder)
    for each in (one, other):
        index_file.make(each).close()
        index_file.lock_of(each).touch()
        each.with_name(f"{each.name}-journal").touch()
    before = set(folder.iterdir())
    index_file.remove(one)
    assert {each.name for each in before - set(folder.iterdir())} == {
        one.name,
        f"{one.name}-journal",
        index_file.lock_of(one).name,
    }
    assert len(set(folder.iterdir())) == 3
    index_file.remove(one)


def test_what_cannot_be_removed_is_one_sentence(path):
    path.mkdir(parents=True)
    with pytest.raises(AgentError) as caught:
        index_file.remove(path)
    assert caught.value.message == f"cannot use the search index {path}: Is a directory."


def test_a_mistake_of_ours_is_not_taken_for_damage(path):
    db = index_file.make(path)
    db.close()
    with pytest.raises(sqlite3.ProgrammingError), index_file.failing(path):
        db.execute("select 1")
    assert path.exists()


def test_a_file_that_another_keeps_busy_is_not_removed(path):
    with closing(index_file.make(path)) as one, closing(sqlite3.connect(path, timeout=0)) as other:
        one.execute("begin exclusive")
        with pytest.raises(AgentError) as caught, index_file.failing(path):
            other.execute("select count(*) from messages")
        assert caught.value.message == f"cannot use the search index {path}: database is locked."
    assert path.exists()


def test_a_python_without_fts5_is_told_and_removes_nothing(path):
    index_file.make(path).close()
    said = sqlite3.OperationalError("no such module: fts5")
    said.sqlite_errorcode = sqlite3.SQLITE_ERROR
    with pytest.raises(AgentError) as caught, index_file.failing(path):
        raise said
    assert caught.value.message == f"cannot use the search index {path}: no such module: fts5."
    assert path.exists()
