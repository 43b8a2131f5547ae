"""The only printer: what goes where, who is spoken to, and files that are whole or not there."""

import io
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from agent import output
from agent.errors import InputError

HINTS = (("llama-agent list", "shows what is there"), ("llama-agent models pull x", "downloads it"))


def spoken(**how: bool) -> output.Voice:
    return output.Voice(**how)


@pytest.fixture(autouse=True)
def _own_voice():
    token = output.voice.set(output.Voice())
    yield
    output.voice.reset(token)


def test_a_result_goes_to_stdout_and_everything_else_to_stderr(capsys: pytest.CaptureFixture[str]):
    output.result("one\ntwo")
    output.record({"a": 1})
    output.note("by the way")
    output.problem("it broke.", HINTS)
    assert capsys.readouterr() == (
        'one\ntwo\n{"a": 1}\n',
        "by the way\n"
        "error: it broke.\n"
        "  llama-agent list           shows what is there\n"
        "  llama-agent models pull x  downloads it\n",
    )


def test_quiet_leaves_the_result_and_the_error(capsys: pytest.CaptureFixture[str]):
    output.voice.set(spoken(quiet=True))
    output.result("result")
    output.note("by the way")
    output.problem("it broke.")
    assert capsys.readouterr() == ("result\n", "error: it broke.\n")


@pytest.mark.parametrize("say", [output.note, output.problem])
def test_what_is_said_is_one_line_without_what_a_terminal_could_trip_over(say, capsys: pytest.CaptureFixture[str]):
    say("a \x1b[31mfile\nnamed\u202e so\x07")
    assert capsys.readouterr().err.removeprefix("error: ") == "a [31mfile named so\n"


def test_json_is_printable_ascii():
    assert output.json_text({"é": "\x7f\x1b\u2028"}) == '{"\\u00e9": "\\u007f\\u001b\\u2028"}\n'


@pytest.mark.parametrize(("encoding", "written"), [("utf-8", "“Zoë 张”"), ("latin-1", "?Zoë ??"), ("ascii", "?Zo? ??")])
def test_what_an_encoding_does_not_have_becomes_a_question_mark(encoding: str, written: str, monkeypatch):
    kept = io.BytesIO()
    stream = io.TextIOWrapper(kept, encoding=encoding)
    monkeypatch.setattr(sys, "stdout", stream)
    output.result("“Zoë 张”")
    stream.flush()
    assert kept.getvalue().decode(encoding) == f"{written}\n"


def test_raw_bytes_go_down_a_pipe_as_they_are(capfdbinary: pytest.CaptureFixture[bytes]):
    output.result("first")
    output.raw(b"\x1b[2J\xff")
    assert capfdbinary.readouterr().out == b"first\n\x1b[2J\xff"


def test_nothing_is_redrawn_where_stderr_is_no_terminal(capsys: pytest.CaptureFixture[str]):
    with output.redrawn() as show:
        show("reading 1/2")
    assert not output.live()
    assert capsys.readouterr() == ("", "")


def test_without_a_terminal_there_is_no_answer():
    assert output.ask("Remove them?") is None


def test_a_saved_file_is_new_and_private(tmp_path: Path):
    output.save(tmp_path / "out", b"words")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600
    (tmp_path / "link").symlink_to("elsewhere")
    for taken in ("out", "link"):
        for refuse in (output.may_save, lambda path: output.save(path, b"more")):
            with pytest.raises(InputError, match=f"{taken} is already there and is not overwritten"):
                refuse(tmp_path / taken)
    assert not (tmp_path / "elsewhere").exists()
    output.may_save(tmp_path / "free")
    assert (tmp_path / "out").read_bytes() == b"words"


@pytest.mark.parametrize("path", ["nowhere/out", "file/out"])
def test_a_file_in_no_folder_is_refused_in_one_sentence(path: str, tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match=r"^cannot write .*/out: .* is not a folder\.$"):
        output.may_save(tmp_path / path)
    with pytest.raises(InputError, match=r"^cannot write .*/out: (No such file or directory|Not a directory)\.$"):
        output.save(tmp_path / path, b"")


def test_a_disk_that_fills_up_leaves_no_half_of_a_file(tmp_path: Path):
    code = (
        "import sys; from pathlib import Path; from agent import output; from agent.errors import InputError\n"
        "try: output.save(Path(sys.argv[1]), b'x' * 100_000)\n"
        "except InputError as error: print(error.message)"
    )

    def on_a_small_disk() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    out = tmp_path / "out"
    command = [sys.executable, "-c", code, str(out)]
    done = subprocess.run(command, preexec_fn=on_a_small_disk, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == (f"cannot write {out}: File too large.\n", "")
    assert not out.exists()


def test_a_result_that_comes_in_pieces_is_wrapped_and_sanitised(capsys: pytest.CaptureFixture[str]):
    writing = output.Writing(12)
    for piece in ("three wor", "ds \x1b", "[31mare", " wrapped\r", "\n", "on"):
        writing.more(piece)
    assert writing.begun
    assert capsys.readouterr().out == "three words\n[31mare\nwrapped\n"
    writing.end()
    assert not writing.begun
    assert capsys.readouterr().out == "on\n"


def test_what_runs_is_not_drawn_where_nothing_can_be_redrawn(capsys: pytest.CaptureFixture[str]):
    with output.waiting(lambda: "never asked"):
        pass
    assert capsys.readouterr() == ("", "")
