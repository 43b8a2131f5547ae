import struct
import zipfile
from pathlib import Path

import pytest

from agent.errors import InputError
from agent.mail.mailbox import open_mailbox
from tests.mail.builders import large, mbox, message, tree, write_zip


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_every_mbox_in_a_zip_is_read_and_nothing_is_unpacked(tmp_path: Path, compression: int) -> None:
    members = {
        "Takeout/Mail/All mail.mbox": mbox([message(1, "x\n", "X-Gmail-Labels: Inbox,Unread"), message(2)]),
        "Takeout/archive_browser.html": b"<html>",
        "Takeout/Mail/Work.mbox": mbox([message(3)]),
    }
    path = write_zip(tmp_path / "takeout.zip", members, compression)
    before = tree(tmp_path)
    mailbox = open_mailbox(str(path))
    heads = list(mailbox.heads())
    assert (mailbox.kind, mailbox.stores_read_state, mailbox.tail(1)) == ("takeout", True, None)
    assert [mailbox.read(head).head.subject.raw for head in reversed(heads)] == ["Report 3", "Report 2", "Report 1"]
    assert mailbox.raw(heads[1]) == message(2)
    assert tree(tmp_path) == before


def test_messages_far_apart_are_reached_in_any_order(tmp_path: Path) -> None:
    pieces = list(large(700, 60_000))
    mailbox = open_mailbox(str(write_zip(tmp_path / "t.zip", {"a.mbox": b"".join(pieces)})))
    heads = list(mailbox.heads())
    assert len(heads) == 700
    for number in (699, 0, 350, 349, 650, 10):
        assert mailbox.raw(heads[number]) == pieces[number].partition(b"\n")[2].removesuffix(b"\n")


def refused(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        list(open_mailbox(str(path)).heads())
    return caught.value.message


def test_a_zip_that_is_no_takeout_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "photos.zip", {"a.jpg": b"x"})
    assert refused(path) == f"{path} holds no .mbox file; a Gmail Takeout has one under Mail."
    path = write_zip(tmp_path / "lzma.zip", {"a.mbox": mbox([message(1)])}, zipfile.ZIP_LZMA)
    assert refused(path) == f"{path} uses a compression other than deflate; unpack it first."


def test_an_absurd_expansion_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "bomb.zip", {"a.mbox": mbox([message(1)]) + b"\0" * 70_000_000})
    assert refused(path) == f"{path} would expand more than 200 times; that is no mailbox."


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "t.zip", {"a.mbox": b"".join(large(200, 5_000))})
    whole = path.read_bytes()
    for broken in (whole[:-30], whole[:2_000] + b"\xff" * 50 + whole[2_050:], whole[:40] + whole[90:]):
        path.write_bytes(broken)
        assert refused(path) == f"{path} is a damaged zip file; download it again."


@pytest.mark.parametrize(
    ("field", "at", "value"),
    [
        ("<H", 6, 255),  # the version needed to read it
        ("B", 46, 0xFF),  # the first byte of its name, said to be UTF-8
        ("<I", 42, 0x7FFFFFFF),  # where it begins: beyond the end
        ("<I", 42, 0xFFFFFFFF),  # where it begins: as the 64 bits say, beyond any file
    ],
)
def test_a_zip_whose_directory_lies_is_refused(field: str, at: int, value: int, tmp_path: Path) -> None:
    extra = struct.pack("<HHQ", 1, 8, 2**64 - 1)
    info = zipfile.ZipInfo("ä.mbox")
    path = tmp_path / "t.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, mbox([message(1)]))
        info.extra = extra
    data = bytearray(path.read_bytes())
    struct.pack_into(field, data, data.index(b"PK\x01\x02") + at, value)
    path.write_bytes(data)
    assert refused(path) == f"{path} is a damaged zip file; download it again."
