from datetime import UTC, datetime
from os import utime
from pathlib import Path

import pytest

from agent.errors import InputError
from agent.mail.mailbox import open_mailbox
from tests.mail.builders import SEPARATOR, mbox, message, tree


def test_one_eml_is_a_mailbox_of_one_message(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(message(1))
    mailbox = open_mailbox(str(path))
    (head,) = mailbox.heads()
    assert (mailbox.kind, mailbox.label, mailbox.key) == ("eml", str(path), str(path.resolve()))
    assert (head.subject.raw, head.size, head.seen) == ("Report 1", len(message(1)), None)
    assert mailbox.read(head).body.text.raw == "Please send the report by Friday.\n"
    assert mailbox.raw(head) == message(1)


def test_a_message_file_needs_no_suffix(tmp_path: Path) -> None:
    path = tmp_path / "1700000000.M1.host:2,S"
    path.write_bytes(b"Return-Path: <a@example.org>\n" + message(1))
    assert [head.subject.raw for head in open_mailbox(str(path)).heads()] == ["Report 1"]


def test_a_separator_line_before_a_saved_message_is_not_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(SEPARATOR + message(1, "One\n\n" + SEPARATOR.decode() + "From: a@example.org\n\nTwo\n", "Date: ?"))
    mailbox = open_mailbox(str(path))
    (head,) = mailbox.heads()
    assert (head.date, head.date_source) == (datetime(2026, 11, 2, 10, tzinfo=UTC), "separator")
    assert mailbox.raw(head).startswith(b"From: Ada")
    assert "Two" in mailbox.read(head).body.text.raw


def test_the_time_of_the_file_is_the_last_resort_for_a_date(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(message(1, "x\n", "Date: soon"))
    utime(path, (1_790_000_000, 1_790_000_000))
    (head,) = open_mailbox(str(path)).heads()
    assert (head.date, head.date_source) == (datetime.fromtimestamp(1_790_000_000, UTC), "file")


def test_a_folder_of_eml_files_is_read_to_the_bottom_in_order(tmp_path: Path) -> None:
    for number, name in enumerate(["b.eml", "a/2.EML", "a/deep/1.eml", "notes.txt", "a/x.json"]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(message(number))
    (tmp_path / "link.eml").symlink_to(tmp_path / "b.eml")
    before = tree(tmp_path)
    mailbox = open_mailbox(str(tmp_path))
    heads = list(mailbox.heads())
    assert mailbox.kind == "folder"
    assert [head.where for head in heads] == ["a/2.EML", "a/deep/1.eml", "b.eml"]
    assert [mailbox.read(head).head.subject.raw for head in heads] == ["Report 1", "Report 2", "Report 0"]
    assert mailbox.tail(2) is None
    assert tree(tmp_path) == before


def test_a_header_longer_than_the_first_read_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(b"".join(b"X-Filler-%d: %b\n" % (at, b"x" * 900) for at in range(90)) + message(5))
    assert [head.subject.raw for head in open_mailbox(str(path)).heads()] == ["Report 5"]


def test_a_file_replaced_by_another_message_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "one.eml"
    path.write_bytes(message(1))
    mailbox = open_mailbox(str(path))
    (head,) = mailbox.heads()
    path.write_bytes(message(2))
    with pytest.raises(InputError, match="changed while it was being read"):
        mailbox.read(head)
    path.unlink()
    with pytest.raises(InputError, match="changed while it was being read"):
        mailbox.raw(head)


def test_an_apple_mail_export_is_the_mbox_inside_it(tmp_path: Path) -> None:
    export = tmp_path / "Receipts.mbox"
    export.mkdir()
    (export / "mbox").write_bytes(mbox([message(1), message(2)]))
    (export / "table_of_contents").write_bytes(b"\x00\x01")
    mailbox = open_mailbox(str(export))
    assert (mailbox.kind, mailbox.label) == ("mbox", str(export))
    assert [head.subject.raw for head in mailbox.heads()] == ["Report 1", "Report 2"]
