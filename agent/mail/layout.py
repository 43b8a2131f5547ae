"""Plain text being laid out: white space folded, lists marked, quotes prefixed, table rows on one line."""

import re
from dataclasses import dataclass, field
from itertools import pairwise

RULE = "_" * 32
_DEEPEST = 9
_SPACE = re.compile(r"[ \t\n\r\f]+")
_NBSP = "\xa0"


@dataclass(slots=True)
class _Row:
    """A table row being written: where each of its cells begins, as an index into the lines."""

    grid: bool
    cells: list[int] = field(default_factory=list)


class Layout:
    """Takes text and the shape round it in document order; `finish` returns the text."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []
        self._buffer: list[str] = []
        self._blank = False
        self._verbatim = False
        self._quote = 0
        self._lists: list[int | None] = []
        self._marker = ""
        self._grids: list[bool] = []
        self._rows: list[_Row] = []

    def text(self, text: str) -> None:
        """Add text to the current line, white space folded; no-break spaces count as ink until the line ends."""
        folded = _SPACE.sub(" ", text)
        if folded != " " or self._buffer:
            self._buffer.append(folded)

    def verbatim(self, text: str) -> None:
        """Add preformatted text: its line ends and spaces stay."""
        for number, line in enumerate(text.split("\n")):
            if number:
                self.break_line()
            if line:
                self._verbatim = True
                self._buffer.append(line)

    def break_line(self) -> None:
        """End the line as <br> does: on an empty line it leaves a blank one."""
        if self._buffer:
            self.end_line()
        else:
            self._blank = True

    def end_line(self) -> None:
        """End the line as the edge of a block does: an empty line leaves nothing."""
        if not self._buffer:
            return
        raw = "".join(self._buffer).replace(_NBSP, " ")
        line = raw.rstrip() if self._verbatim else raw.strip()
        self._buffer.clear()
        self._verbatim = False
        if not line:
            self._blank = True
            return
        self._settle_blank()
        indent = "  " * min(len(self._lists), _DEEPEST)
        if self._marker:
            indent = indent[: -len(self._marker)] + self._marker
            self._marker = ""
        self._lines.append((self._quote, indent + line))

    def paragraph(self) -> None:
        """End the line and leave a blank one before the next."""
        self.end_line()
        self._blank = True

    def rule(self) -> None:
        """Draw a line across, as Outlook does above the message it answers."""
        self.end_line()
        if self._lines and self._lines[-1][1] != RULE:
            self._settle_blank()
            self._lines.append((self._quote, RULE))

    def open_quote(self) -> None:
        """Begin a quoted message."""
        self.paragraph()
        self._quote += 1

    def close_quote(self) -> None:
        """End a quoted message."""
        self.paragraph()
        self._quote -= 1

    def open_list(self, *, numbered: bool) -> None:
        """Begin a list; inside another it is indented."""
        if self._lists:
            self.end_line()
        else:
            self.paragraph()
        self._lists.append(0 if numbered else None)

    def open_item(self) -> None:
        """Begin an item of the innermost list."""
        self.end_line()
        if not self._lists:
            return
        count = self._lists[-1]
        self._lists[-1] = None if count is None else count + 1
        self._marker = "- " if count is None else f"{count + 1}. "

    def close_item(self) -> None:
        """End an item; one without text leaves nothing."""
        self.end_line()
        self._marker = ""

    def close_list(self) -> None:
        """End the innermost list."""
        self.end_line()
        self._lists.pop()
        self._blank = self._blank or not self._lists

    def open_table(self) -> None:
        """Begin a table."""
        if self._rows:
            self.end_line()
        else:
            self.paragraph()
        self._grids.append(False)

    def close_table(self) -> None:
        """End a table."""
        self.end_line()
        self._grids.pop()
        self._blank = self._blank or not self._rows

    def open_row(self) -> None:
        """Begin a row of the innermost table."""
        self.end_line()
        self._settle_blank()
        self._rows.append(_Row(grid=bool(self._grids) and self._grids[-1]))

    def open_cell(self, *, heading: bool) -> None:
        """Begin a cell. From the first heading on a table is data, and its empty cells are kept."""
        self.end_line()
        self._blank = False
        if heading and self._grids:
            self._grids[-1] = True
        if self._rows:
            self._rows[-1].grid |= heading
            self._rows[-1].cells.append(len(self._lines))

    def close_row(self) -> None:
        """End a row: on one line where each cell is one line at most, else its cells stay below each other."""
        self.end_line()
        self._blank = False
        row = self._rows.pop()
        bounds = [*row.cells, len(self._lines)]
        if len(row.cells) < 2 or any(end - start > 1 for start, end in pairwise(bounds)):
            return
        filled = self._lines[row.cells[0] :]
        if not filled:
            return
        texts = ["".join(text for _, text in self._lines[a:b]) for a, b in pairwise(bounds)]
        self._lines[row.cells[0] :] = [(filled[0][0], " | ".join(t.strip() for t in texts if t or row.grid))]

    def finish(self) -> str:
        """Return the text, without blank lines at either end."""
        self.end_line()
        prefixed = ((">" * min(depth, _DEEPEST) + " " if depth else "") + line for depth, line in self._lines)
        return "\n".join(line.rstrip() for line in prefixed).strip("\n")

    def _settle_blank(self) -> None:
        if self._blank and self._lines and self._lines[-1][1]:
            self._lines.append((min(self._quote, self._lines[-1][0]), ""))
        self._blank = False
