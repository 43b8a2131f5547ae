import os
from pathlib import Path

import pytest

from agent.errors import InputError
from agent.mail.mailbox import open_mailbox
from tests.mail.builders import message, tree, write_maildir


def keep(root: Path, place: str, name: str, data: bytes) -> Path:
    path = root / place / name
    path.write_bytes(data)
    return path


def test_cur_and_new_are_read_in_order_of_delivery_and_tmp_is_not(tmp_path: Path) -> None:
    root = write_maildir(tmp_path / "Maildir")
    keep(root, "cur", "1700000002.M1.host:2,S", message(2))
    keep(root, "new", "1700000001.M1.host", message(1))
    keep(root, "tmp", "1700000003.M1.host", message(3))
    keep(root, "cur", ".hidden", message(4))
    mailbox = open_mailbox(str(root))
    assert mailbox.kind == "maildir"
    assert [head.subject.raw for head in mailbox.heads()] == ["Report 1", "Report 2"]
    assert [head.subject.raw for head in mailbox.tail(1) or []] == ["Report 2"]
    assert mailbox.raw(next(mailbox.heads())) == message(1)


@pytest.mark.parametrize("separator", [":2,", ";2,", "!2,"])
def test_flags_are_read_after_each_separator(tmp_path: Path, separator: str) -> None:
    root = write_maildir(tmp_path / "Maildir")
    keep(root, "cur", f"1.a.host{separator}FS", message(1))
    keep(root, "cur", f"2.a.host{separator}", message(2))
    keep(root, "cur", f"3.a.host{separator}T", message(3))
    heads = list(open_mailbox(str(root)).heads())
    assert [(head.seen, head.flagged) for head in heads] == [(True, True), (False, False), (False, False)]
    assert [label.raw for label in heads[2].labels] == ["Deleted"]


def test_folders_are_labels_whether_dotted_or_nested(tmp_path: Path) -> None:
    root = write_maildir(tmp_path / "Maildir", ".Sent", ".Archive.2026", "Lists/dev")
    keep(root, "cur", "1.a:2,S", message(1))
    keep(root, ".Sent/cur", "2.a:2,S", message(2))
    keep(root, ".Archive.2026/new", "3.a", message(3))
    keep(root, "Lists/dev/new", "4.a", message(4))
    labels = [[label.raw for label in head.labels] for head in open_mailbox(str(root)).heads()]
    assert labels == [[], ["Sent"], ["Archive/2026"], ["Lists/dev"]]


def test_a_folder_of_maildirs_is_a_mailbox(tmp_path: Path) -> None:
    root = write_maildir(tmp_path / "Mail" / "INBOX").parent
    keep(root, "INBOX/new", "1.a", message(1))
    mailbox = open_mailbox(str(root))
    assert [label.raw for label in next(mailbox.heads()).labels] == ["INBOX"]
    assert mailbox.kind == "maildir"


def test_symbolic_links_are_passed_over(tmp_path: Path) -> None:
    root = write_maildir(tmp_path / "Maildir")
    secret = tmp_path / "secret"
    secret.write_bytes(message(7))
    (root / "cur" / "1.a:2,S").symlink_to(secret)
    (root / "loop").symlink_to(root)
    assert list(open_mailbox(str(root)).heads()) == []


@pytest.mark.parametrize("name", [b"1.a\n\x1b[2J:2,S", b"1.\xff\xfe:2,S", b"1." + b"x" * 240 + b":2,S"])
def test_odd_file_names_are_read_like_others(tmp_path: Path, name: bytes) -> None:
    root = write_maildir(tmp_path / "Maildir")
    path = os.path.join(os.fsencode(root), b"cur", name)
    with open(path, "wb") as file:
        file.write(message(1))
    mailbox = open_mailbox(str(root))
    head = next(mailbox.heads())
    assert (head.seen, mailbox.read(head).head.subject.raw) == (True, "Report 1")
    assert os.path.exists(path)


def test_a_message_whose_flags_changed_is_still_found(tmp_path: Path) -> None:
    root = write_maildir(tmp_path / "Maildir")
    path = keep(root, "new", "1.a.host", message(1))
    mailbox = open_mailbox(str(root))
    head = next(mailbox.heads())
    path.rename(root / "cur" / "1.a.host:2,S")
    now = mailbox.read(head).head
    assert (now.id, now.seen) == (head.id, True)


def test_a_message_that_is_gone_or_replaced_is_an_error(tmp_path: Path) -> None:
    root = write_maildir(tmp_path / "Maildir")
    path = keep(root, "new", "1.a.host", message(1))
    mailbox = open_mailbox(str(root))
    head = next(mailbox.heads())
    path.write_bytes(message(2))
    with pytest.raises(InputError, match="changed while it was being read"):
        mailbox.read(head)
    path.unlink()
    with pytest.raises(InputError, match="changed while it was being read"):
        mailbox.raw(head)


def test_nothing_is_written_or_created(tmp_path: Path) -> None:
    root = tmp_path / "Maildir"
    (root / "cur").mkdir(parents=True)
    (root / "new").mkdir()
    keep(root, "new", "1.a.host", message(1))
    before = tree(tmp_path)
    mailbox = open_mailbox(str(root))
    mailbox.read(next(mailbox.heads()))
    mailbox.tail(3)
    assert tree(tmp_path) == before
