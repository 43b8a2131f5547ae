"""The question before bytes leave: what the user is shown is made from the final bytes, and the yes is to those.

Runs in the egress process and talks on the controlling terminal alone, never on stdin, so that neither a pipe nor the
core can answer.
"""

import hashlib
import locale
import os
import select
import termios
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from agent.egress import rendering
from agent.egress.budget import dollars
from agent.terms import Offer, Rung, Sink
from agent.text import spelled

Answer = Literal["yes", "no", "no terminal"]

_MORE = "-- more (Enter) or q -- "
_POLL_SECONDS = 0.1


def preview(offer: Offer, sink: Sink, body: bytes, *, cost: float | None = None) -> list[str]:
    """Return all there is to see before saying yes: what it is, what the program says of it, and the whole of it.

    `cost` is the most it can cost in US dollars. Raises ValueError where `body` is not canonical JSON: such bytes could
    say something else than what is shown.
    """
    value = rendering.parsed(body)
    digest = hashlib.sha256(body).hexdigest()
    return [
        *_rows(facts(sink, len(body), digest, cost=cost)),
        "",
        "What the program says of it:",
        *_rows(words(offer)),
        "",
        f"All {len(body):,} bytes, from first to last:",
        "",
        *rendering.lines(value),
    ]


def facts(sink: Sink, size: int, digest: str, *, cost: float | None = None) -> list[tuple[str, str]]:
    """Return (name, text) of what this process knows by itself."""
    return [
        ("to", f"{spelled(sink.host)}{' (on this computer)' if sink.here else ''}"),
        ("model", spelled(sink.model) or "none"),
        ("bytes", f"{size:,}"),
        ("cost", f"at most {dollars(cost)}" if cost is not None else "not known: no prices are set"),
        ("sha256", digest),
    ]


def words(offer: Offer) -> list[tuple[str, str]]:
    """Return (name, text) of what the core says of the bytes, which nobody can check but by reading them."""
    masked = ", ".join(f"{count:,} {spelled(kind)}" for kind, count in sorted(offer.placeholders.items()))
    found = [
        ("task", spelled(offer.task)),
        ("what", offer.rung.words),
        ("whose", ", ".join(map(spelled, sorted(offer.labels))) or "not said"),
        ("masked", masked or ("nothing" if offer.rung < Rung.RAW else "nothing: it goes as it is")),
        ("why", ", ".join(map(spelled, offer.why)) or "not said"),
    ]
    if offer.residual:
        found.append(("look at", f"{', '.join(map(spelled, offer.residual))}  (not masked: do they tell something?)"))
    return found


def ask(lines: Sequence[str], question: str, gone: Callable[[], bool]) -> Answer:
    """Show `lines` on the terminal, page by page to the end, then ask; only y or yes, typed after that, is a yes.

    `gone` is polled while the user thinks: once it says that nobody waits any more, the answer is no. "no terminal"
    where there is none to ask on.
    """
    typed = answer(lines, f"{question} [y/N] ", gone)
    return "no terminal" if typed is None else "yes" if typed in ("y", "yes") else "no"


def answer(lines: Sequence[str], prompt: str, gone: Callable[[], bool]) -> str | None:
    """Show `lines` as `ask` does and return what is typed after the prompt, lower-case, without spaces at its ends.

    "" where the user left before the end or nobody waits any more; None where there is no terminal to ask on.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        return _asked(terminal, lines, prompt, gone)
    except (OSError, termios.error):
        return None
    finally:
        os.close(terminal)


def folded(line: str, width: int) -> Iterator[str]:
    """Yield `line` in rows of at most `width` cells; what is continued stands under it behind a colon.

    A terminal that broke a long line by itself would begin a row with the text's words, as if they were ours.
    """
    indent = line[: len(line) - len(line.lstrip(" "))][: max(0, width - 12)]
    row, used = "", 0
    for char in line:
        cells = _cells(char)
        if used + cells > width and row.strip():
            yield row
            row, used = f"{indent}: ", len(indent) + 2
        row, used = row + char, used + cells
    yield row


def _asked(terminal: int, lines: Sequence[str], prompt: str, gone: Callable[[], bool]) -> str:
    size = os.get_terminal_size(terminal)
    width, height = size.columns or 80, max(size.lines or 24, 4)
    rows = [row for line in lines for row in folded(_fit(line), width - 1)]
    while len(rows) > height - 2:
        _show(terminal, rows[: height - 2])
        rows = rows[height - 2 :]
        if _answered(terminal, _MORE, gone) not in ("", "y", "yes"):
            return ""
    _show(terminal, rows)
    return _answered(terminal, _fit(prompt), gone) or ""


def _show(terminal: int, rows: Sequence[str]) -> None:
    _write(terminal, "".join(f"{row}\n" for row in rows))


def _answered(terminal: int, prompt: str, gone: Callable[[], bool]) -> str | None:
    """Return the line typed after the prompt was shown, stripped, lower-case; None where nobody waits or it ended.

    What was typed before is thrown away: it answered something else.
    """
    termios.tcdrain(terminal)
    termios.tcflush(terminal, termios.TCIFLUSH)
    _write(terminal, prompt)
    while not gone():
        if select.select([terminal], [], [], _POLL_SECONDS)[0]:
            typed = os.read(terminal, 4096)
            return typed.decode("utf-8", "replace").strip().lower() if typed.endswith(b"\n") else None
    _write(terminal, "\n")
    return None


def _write(terminal: int, text: str) -> None:
    rest = memoryview(text.encode("utf-8", "replace"))
    while rest:
        rest = rest[os.write(terminal, rest) :]


def _fit(line: str) -> str:
    """Return a line with no byte in it that this terminal could act on, whoever wrote it.

    Without UTF-8 the bytes of any letter could be control codes: then all but ASCII is spelled.
    """
    plain = locale.getencoding().replace("-", "").lower() == "utf8"
    if line.isprintable() and (plain or line.isascii()):
        return line
    return "".join(c if c.isprintable() and (plain or c.isascii()) else f"\\u{{{ord(c):x}}}" for c in line)


def _rows(named: Sequence[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in named)
    return [f"{name:{width}}  {text}" for name, text in named]


def _cells(char: str) -> int:
    """Return how many cells a character may take: two where terminals differ."""
    if char.isascii():
        return 1
    alphabetic = ord(char) < 0x530 and unicodedata.category(char).startswith(("L", "M"))
    return 1 if alphabetic or unicodedata.east_asian_width(char) in ("N", "Na", "H") else 2
