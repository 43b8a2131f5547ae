import os
import socket
from pathlib import Path

import pytest

from agent.errors import InputError
from agent.mail.mailbox import open_mailbox
from tests.mail.builders import mbox, message


def refused(path: Path | str) -> tuple[str, tuple[tuple[str, str], ...]]:
    with pytest.raises(InputError) as caught:
        open_mailbox(str(path))
    return caught.value.message, caught.value.hints


def test_a_missing_file_is_named_with_what_was_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inbox.mbox").write_bytes(mbox([message(1)]))
    assert refused("inbx.mbox") == (
        "no such file: inbx.mbox. Did you mean inbox.mbox?",
        (("llama-agent summarize inbox.mbox", "reads that one"),),
    )
    assert refused("other") == ("no such file: other.", ())
    assert refused("no/where") == ("no such file: no/where.", ())
    assert refused("inbox.mbox/x") == ("no such file: inbox.mbox/x.", ())
    assert sorted(os.listdir(tmp_path)) == ["home", "inbox.mbox"]


def test_plain_text_is_refused_with_the_way_to_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my notes.txt").write_text("Buy milk.\nFrom here on, bread.\n")
    assert refused("my notes.txt") == (
        'my notes.txt is not a mailbox: plain text, no "From " line, no mail headers.',
        (("llama-agent summarize - < 'my notes.txt'", "reads it as one message"),),
    )


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x00\x01\x02\x03" * 50, "binary data."),
        (b"\x1f\x8b\x08" + b"x" * 50, "gzip-compressed data; unpack it first."),
        (b"%PDF-1.7\n" + b"x" * 50, "a PDF document."),
        (b"GGUF\x03\x00\x00\x00", "model weights."),
        (b"\xff\xfeh\x00i\x00", "UTF-16 text."),
    ],
)
def test_what_else_a_file_may_be_is_said(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert refused(path) == (f"{path} is not a mailbox: {words}", ())


@pytest.mark.parametrize("data", [b"", b"\n\r\n"])
def test_an_empty_file_is_a_mailbox_without_messages(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(data)
    mailbox = open_mailbox(str(path))
    assert (list(mailbox.heads()), mailbox.tail(10), mailbox.stores_read_state) == ([], [], False)


def test_thunderbird_files_have_no_suffix(tmp_path: Path) -> None:
    path = tmp_path / "Inbox"
    path.write_bytes(b"From - Mon Nov 02 10:00:00 2026\nX-Mozilla-Status: 0001\n" + message(1))
    mailbox = open_mailbox(str(path))
    assert (mailbox.kind, mailbox.stores_read_state, next(mailbox.heads()).seen) == ("mbox", True, True)


def test_a_byte_order_mark_and_empty_lines_may_come_first(tmp_path: Path) -> None:
    for start in (b"\xef\xbb\xbf", b"\n\r\n"):
        path = tmp_path / "inbox"
        path.write_bytes(start + mbox([message(1), message(2)]))
        mailbox = open_mailbox(str(path))
        assert [head.subject.raw for head in mailbox.heads()] == ["Report 1", "Report 2"]
        assert [head.subject.raw for head in mailbox.tail(9) or []] == ["Report 1", "Report 2"]


def test_a_folder_without_mail_is_refused_and_mailboxes_in_it_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "profile"
    folder.mkdir()
    words = f"{folder} is a folder, but not a mailbox: no cur/ and new/, no mbox file, no .eml files."
    assert refused(folder) == (words, ())
    (folder / "Inbox").write_bytes(mbox([message(1)]))
    (folder / "Inbox.msf").write_bytes(b"// index")
    assert refused(folder) == (words, ((f"llama-agent summarize {folder}/Inbox", "a mailbox in it"),))


def test_a_named_pipe_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    assert refused(path) == (
        f"{path} is not a mailbox: a named pipe.",
        ((f"llama-agent summarize - < {path}", "reads it as standard input"),),
    )


def test_a_device_is_refused() -> None:
    assert refused("/dev/null") == ("/dev/null is not a mailbox: a device.", ())


@pytest.mark.loopback
def test_a_socket_is_refused(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert refused(tmp_path / "s") == (f"{tmp_path}/s is not a mailbox: a socket.", ())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "inbox"
    path.write_bytes(mbox([message(1)]))
    path.chmod(0)
    assert refused(path) == (f"cannot read {path}: permission denied.", ())


def test_names_no_system_accepts_are_refused() -> None:
    assert refused("a\0b") == ("a file name cannot hold a NUL character.", ())
    assert refused("x" * 300) == (f"cannot read {'x' * 300}: file name too long.", ())
