import os
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.errors import InputError, UsageError
from agent.mail.handles import Named, is_piped, mailbox_path, named, paths_from, short_ids, with_prefix

NAMES = {"work": "~/Mail/work.mbox", "mabcd": "/var/mail/ada"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A current folder that holds inbox.mbox, a file called 7, and one whose name is like an id."""
    place = tmp_path / "here"
    place.mkdir()
    for name in ("inbox.mbox", "7", "mail"):
        (place / name).touch()
    monkeypatch.chdir(place)
    return place


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ([], Named(None, ())),
        (["7"], Named(None, ("7",))),
        (["./7"], Named("./7", ())),
        (["./7", "7"], Named("./7", ("7",))),
        (["inbox.mbox"], Named("inbox.mbox", ())),
        (["inbox.mbox", "3", "m7f3k"], Named("inbox.mbox", ("3", "m7f3k"))),
        (["-"], Named("-", ())),
        (["-", "1"], Named("-", ("1",))),
        (["work", "1"], Named("work", ("1",))),
        (["mabcd"], Named("mabcd", ())),
        (["mail"], Named("mail", ())),
        (["m7f3"], Named(None, ("m7f3",))),
        (["12", "m7f3"], Named(None, ("12", "m7f3"))),
    ],
)
def test_a_word_is_a_mailbox_or_a_message(words, meant):
    assert named(words, NAMES) == meant


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["inbx.mbox"], "no such file: inbx.mbox; did you mean inbox.mbox?"),
        (["./inbx.mbox"], "no such file: ./inbx.mbox; did you mean ./inbox.mbox?"),
        (["wrok"], "no such file: wrok; did you mean work?"),
        (["inbox.mbox", "nonsense"], "no such file: nonsense."),
        (["m7f"], "no such file: m7f."),
        (["m7f8"], "no such file: m7f8."),
        (["gone/inbox.mbox"], "no such file: gone/inbox.mbox."),
        (["３"], "no such file: ３."),
    ],
)
def test_anything_else_is_no_such_file(words, message):
    with pytest.raises(InputError) as caught:
        named(words, NAMES)
    assert caught.value.message == message


@pytest.mark.usefixtures("folder")
def test_a_mailbox_after_a_message_is_told_to_move():
    with pytest.raises(UsageError) as caught:
        named(["3", "inbox.mbox"], NAMES)
    assert caught.value.message == "the mailbox comes first, then the messages: move inbox.mbox to the front."


def closed_descriptor() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    os.close(writing)
    return reading


def test_stdin_is_mail_only_as_a_pipe_or_a_file(tmp_path: Path):
    reading, writing = os.pipe()
    terminal, user = os.openpty()
    file = os.open(tmp_path / "x", os.O_RDONLY | os.O_CREAT)
    null = os.open(os.devnull, os.O_RDONLY)
    try:
        assert [is_piped(each) for each in (reading, file)] == [True, True]
        assert [is_piped(each) for each in (null, terminal, user)] == [False, False, False]
    finally:
        for each in (reading, writing, terminal, user, file, null):
            os.close(each)
    assert not is_piped(closed_descriptor())


@pytest.mark.usefixtures("folder")
def test_the_mailbox_is_the_one_named_then_the_pipe_then_the_first_default(home: Path):
    reading, writing = os.pipe()
    null = os.open(os.devnull, os.O_RDONLY)
    try:
        assert mailbox_path("inbox.mbox", NAMES, "work", stdin=reading) == "inbox.mbox"
        assert mailbox_path("work", NAMES, stdin=reading) == str(home / "Mail/work.mbox")
        assert mailbox_path(None, NAMES, "work", stdin=reading) == "-"
        assert mailbox_path(None, NAMES, "work", "/used", stdin=null) == str(home / "Mail/work.mbox")
        assert mailbox_path(None, NAMES, None, "/used", stdin=null) == "/used"
        with pytest.raises(UsageError) as caught:
            mailbox_path(None, NAMES, None, None, stdin=null)
        assert caught.value.message == "no mailbox named, and none is set."
    finally:
        for each in (reading, writing, null):
            os.close(each)


def test_an_existing_path_goes_before_a_name(folder: Path):
    (folder / "work").touch()
    assert mailbox_path("work", NAMES) == "work"


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        (b"", []),
        (b"a b.eml\nc.eml\n", ["a b.eml", "c.eml"]),
        (b"a.eml\r\n\r\nc.eml", ["a.eml", "c.eml"]),
        (b"a\nb.eml\0c.eml\0", ["a\nb.eml", "c.eml"]),
        (b"\xff.eml\n", [os.fsdecode(b"\xff.eml")]),
    ],
)
def test_listed_paths_end_with_a_line_or_a_nul(tmp_path: Path, data, paths):
    assert paths_from("-", BytesIO(data)) == paths
    (tmp_path / "list").write_bytes(data)
    assert paths_from(str(tmp_path / "list"), BytesIO(b"not this")) == paths


def test_a_list_that_is_not_there_is_said(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        paths_from(str(tmp_path / "list"), BytesIO())
    assert caught.value.message == f"cannot read the list of files {tmp_path}/list: No such file or directory."


def test_short_ids_are_five_characters_or_as_many_as_it_takes():
    ids = ["maaaaaaaaaaaaaaaa", "maaaabaaaaaaaaaaa", "mbaaaaaaaaaaaaaaa"]
    assert short_ids(ids, ids) == ["maaaaa", "maaaab", "mbaaa"]
    assert short_ids(ids[2:], ["mbaaaaaaaaaaaaaab"]) == ["mbaaaaaaaaaaaaaaa"]


@settings(max_examples=100)
@given(st.lists(st.text(alphabet="ab", min_size=6, max_size=6).map(lambda text: f"m{text}"), min_size=1, max_size=12))
def test_a_short_id_means_its_message_and_a_shorter_one_does_not(ids):
    for each, short in zip(ids, short_ids(ids, ids), strict=True):
        assert with_prefix(short, ids) == each
        if len(short) > 5:
            with pytest.raises(UsageError):
                with_prefix(short[:-1], ids)
