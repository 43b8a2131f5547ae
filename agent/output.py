"""The only file that prints: results to stdout, everything else to stderr, all of it sanitised."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.errors import InputError
from agent.text import Screened, Untrusted, screen, screen_line


@dataclass(frozen=True, slots=True)
class Voice:
    """How the user wants to be spoken to: -q, -v and --plain."""

    quiet: bool = False
    verbose: bool = False
    plain: bool = False


voice: ContextVar[Voice] = ContextVar("voice", default=Voice())  # noqa: B039 - Voice is frozen


def result(text: str) -> None:
    """Print a piece of the result, as text, to stdout; what its encoding does not have becomes a question mark."""
    _write(screen(text) + "\n")


class Writing:
    """A piece of the result that is written to stdout as it comes, in lines of `width` cells at most."""

    def __init__(self, width: int) -> None:
        from agent.columns import Flow

        self._screened, self._flow = Screened(), Flow(width)

    @property
    def begun(self) -> bool:
        """Whether a line is begun that is not over."""
        return self._flow.begun

    def more(self, text: Untrusted | str) -> None:
        """Write some more of it."""
        _write(self._flow.more(self._screened.more(text)))
        sys.stdout.flush()

    def end(self) -> None:
        """Write the rest; what is written next begins a line."""
        _write(self._flow.end())
        sys.stdout.flush()


def _write(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def json_text(value: Any, *, indent: int | None = None) -> str:
    """Return a JSON value and a line end, in printable ASCII only: no text in it can reach a terminal raw."""
    return json.dumps(value, ensure_ascii=True, indent=indent).replace("\x7f", "\\u007f") + "\n"


def record(value: Any, *, indent: int | None = None) -> None:
    """Print a JSON value to stdout and flush it."""
    sys.stdout.write(json_text(value, indent=indent))
    sys.stdout.flush()


def raw(data: bytes) -> None:
    """Write bytes to stdout exactly; a terminal gets them as text, sanitised."""
    if sys.stdout.isatty():
        result(data.decode("utf-8", "replace"))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Print one line for the person, to stderr; silent under -q."""
    if not voice.get().quiet:
        sys.stderr.write(screen_line(text) + "\n")
        sys.stderr.flush()


def problem(message: str, hints: tuple[tuple[str, str], ...] = ()) -> None:
    """Print an error and the commands to run next, to stderr, also under -q."""
    lines = [f"error: {screen_line(message)}"]
    width = max((len(command) for command, _ in hints), default=0)
    lines += [f"  {screen_line(command):{width}}  {screen_line(why)}".rstrip() for command, why in hints]
    sys.stderr.write("\n".join(lines) + "\n")
    sys.stderr.flush()


def live() -> bool:
    """Return whether lines may be redrawn on stderr: it is a capable terminal, and neither -q nor --plain was given."""
    capable = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
    return capable and not voice.get().quiet and not voice.get().plain


def shown() -> bool:
    """Return whether the result goes to a terminal, where a person sees it come."""
    return sys.stdout.isatty()


@contextmanager
def redrawn() -> Iterator[Callable[[str], None]]:
    """Give a function that shows a text on stderr in place of the last one; the text is gone at the end.

    Does nothing where stderr cannot be redrawn.
    """
    if not live():
        yield lambda text: None
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    with Live(console=Console(stderr=True), refresh_per_second=8, transient=True) as display:
        yield lambda text: display.update(Text(screen(text)))


@contextmanager
def waiting(line: Callable[[], str]) -> Iterator[None]:
    """Show on stderr, while something runs, what `line` says at the time: one line, gone at the end.

    Does nothing where stderr cannot be redrawn.
    """
    if not live():
        yield
        return
    from rich.console import Console
    from rich.live import Live
    from rich.text import Text

    from agent.columns import cut

    console = Console(stderr=True)

    def now() -> Text:  # the terminal itself writes ^C at the end of the line, which must not begin another one
        return Text(cut(screen_line(line()), max(1, console.width - 3)))

    with Live(console=console, get_renderable=now, refresh_per_second=4, transient=True):
        yield


def prompt(text: str) -> None:
    """Ask for a line, on stderr: what is typed follows it."""
    sys.stderr.write(screen_line(text) + " ")
    sys.stderr.flush()


def ask(question: str) -> bool | None:
    """Ask a yes/no question on the controlling terminal, never stdin; None where there is no terminal."""
    try:
        with open("/dev/tty", "r+b", buffering=0) as terminal:
            terminal.write(f"{screen(question)} [y/N] ".encode())
            answer = terminal.readline(100)
    except OSError:
        return None
    return answer.strip().lower() in (b"y", b"yes")


def ask_text(question: str, default: str) -> str | None:
    """Ask for a line of text on the controlling terminal; an empty one is the default, None is no terminal.

    What was typed before the question is thrown away: it answered something else.
    """
    import termios

    try:
        with open("/dev/tty", "r+b", buffering=0) as terminal:
            termios.tcflush(terminal, termios.TCIFLUSH)
            terminal.write(f"{screen_line(question)} [{screen_line(default)}]: ".encode())
            answer = terminal.readline(4096)
    except OSError:
        return None
    return answer.decode("utf-8", "replace").strip() or default


def ask_lines(question: str) -> list[str] | None:
    """Ask for lines of text on the controlling terminal, up to one that is only a dot; None is no terminal.

    What was typed before the question is thrown away, what is pasted after it is not. The end of the input ends it too.
    """
    import termios

    lines: list[str] = []
    try:
        with open("/dev/tty", "r+b", buffering=0) as terminal:
            termios.tcflush(terminal, termios.TCIFLUSH)
            terminal.write(f"{screen_line(question)}\n".encode())
            while (answer := terminal.readline(4096)) and answer.strip() != b".":
                lines.append(answer.decode("utf-8", "replace").rstrip("\r\n"))
    except OSError:
        return None
    return lines


def can_ask() -> bool:
    """Return whether there is a terminal a question can be asked on."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError:
        return False
    return True


def save(path: Path, data: bytes) -> None:
    """Write a new file 0600 for `-o FILE`, whole or not at all; an existing one is never overwritten (InputError)."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    except FileExistsError:
        raise _there(path) from None
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}.") from None


def may_save(path: Path) -> None:
    """Raise the InputError `save` would, before the work is done that it would waste."""
    if os.path.lexists(path):
        raise _there(path)
    if not path.parent.is_dir():
        raise InputError(f"cannot write {path}: {path.parent} is not a folder.")
    if not os.access(path.parent, os.W_OK):
        raise InputError(f"cannot write {path}: {path.parent} cannot be written to.")


def _there(path: Path) -> InputError:
    return InputError(f"{path} is already there and is not overwritten.")
