"""The stamp of a mailbox: another one whenever a message came, went or was written again; none where that is open."""

import io
import os
import time
from pathlib import Path

import pytest

from agent.mail.mailbox import open_mailbox
from agent.mail.stamp import stamp
from tests.mail.builders import mbox, message, write_maildir, write_zip

LONG_AGO = 1_700_000_000


def settled(*paths: Path, at: int = LONG_AGO) -> None:
    """Have these last written to at this second."""
    for path in paths:
        os.utime(path, (at, at))


def places(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.name in ("cur", "new")]


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A mailbox of one file, written long ago."""
    path = tmp_path / "in.mbox"
    path.write_bytes(mbox([message(1)]))
    settled(path)
    return path


def of(path: Path) -> str | None:
    return stamp(open_mailbox(str(path)))


def test_a_file_that_was_left_alone_keeps_its_stamp(inbox):
    before = of(inbox)
    assert before is not None
    assert len(before) == 64
    assert of(inbox) == before
    inbox.read_bytes()
    assert of(inbox) == before


def test_a_file_that_was_written_to_has_another(inbox):
    before = of(inbox)
    settled(inbox, at=LONG_AGO + 5)
    assert of(inbox) != before
    inbox.write_bytes(mbox([message(1), message(2)]))
    settled(inbox)
    assert of(inbox) != before


def test_another_file_of_the_same_size_and_time_has_another(inbox):
    before = of(inbox)
    kept = inbox.rename(inbox.with_name("old.mbox"))
    inbox.write_bytes(kept.read_bytes())
    settled(inbox)
    assert None is not of(inbox) != before


def test_what_was_written_just_now_has_none_until_it_has_settled(inbox):
    now = time.time()
    os.utime(inbox, (now, now))
    assert of(inbox) is None
    os.utime(inbox, (now - 5, now - 5))
    assert of(inbox) is not None


@pytest.mark.parametrize("what", ["arrives", "goes", "is read", "arrives in a folder"])
def test_a_maildir_has_another_when_a_message_arrives_goes_or_is_read(tmp_path, what):
    root = write_maildir(tmp_path / "mail", ".Sent")
    first = root / "new" / "1.host"
    first.write_bytes(message(1))
    settled(*places(root))
    before = of(root)
    assert before is not None
    assert of(root) == before
    match what:
        case "arrives":
            (root / "new" / "2.host").write_bytes(message(2))
        case "goes":
            first.unlink()
        case "is read":
            first.rename(root / "cur" / "1.host:2,S")
        case _:
            (root / ".Sent" / "cur" / "2.host:2,S").write_bytes(message(2))
    assert of(root) != before
    changed = [place for place in places(root) if place.stat().st_mtime > LONG_AGO]
    settled(*changed, at=LONG_AGO + 9)
    assert None is not of(root) != before


def test_takeout_and_our_own_lines_are_files_too(tmp_path):
    takeout = write_zip(tmp_path / "takeout.zip", {"Takeout/Mail/All.mbox": mbox([message(1)])})
    lines = tmp_path / "in.jsonl"
    lines.write_text('{"text": "hello"}\n')
    settled(takeout, lines)
    stamps = [of(takeout), of(lines)]
    assert None not in stamps
    assert len(set(stamps)) == 2


def test_a_folder_of_files_one_message_and_standard_input_have_none(tmp_path):
    (tmp_path / "folder").mkdir()
    one = tmp_path / "folder" / "1.eml"
    one.write_bytes(message(1))
    settled(one, one.parent)
    assert [of(one), of(one.parent)] == [None, None]
    assert stamp(open_mailbox("-", io.BytesIO(message(1)))) is None


def test_a_mailbox_that_is_gone_has_none(inbox):
    box = open_mailbox(str(inbox))
    inbox.unlink()
    assert stamp(box) is None
