"""Text in columns, counted in terminal cells: an ideograph takes two."""

from rich.cells import cell_len, set_cell_size


def pad(text: str, width: int) -> str:
    """Return `text` filled with spaces to `width` cells; a longer one as it is."""
    return text + " " * (width - cell_len(text))


def cut(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, the last one an ellipsis where something was cut."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells, broken at spaces, within a word only where it is too long."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1] and cell_len(word) <= width:
            lines.append(word)
            continue
        for char in f" {word}" if lines[-1] else word:
            if cell_len(lines[-1] + char) > width:
                lines.append("")
            lines[-1] += char
    return lines


class Flow:
    """`wrap` for lines that come in pieces: a word is written once it is over, so no line is ever taken back."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._line = ""  # as far as it is written
        self._word = ""  # that is not over

    @property
    def begun(self) -> bool:
        """Whether something stands on the line that is written now, or waits to."""
        return bool(self._line or self._word)

    def more(self, piece: str) -> str:
        """Return what is to be written of the next piece."""
        written = ""
        for char in piece:
            if not char.isspace():
                self._word += char
                continue
            written += self._over()
            if char == "\n":
                written, self._line = written + "\n", ""
        return written

    def end(self) -> str:
        """Return the rest, with the end of its line where one is begun; what follows begins a new one."""
        written = self._over()
        written, self._line = written + "\n" if self._line else written, ""
        return written

    def _over(self) -> str:
        if not self._word:
            return ""
        before, self._word = f"{self._line} {self._word}" if self._line else self._word, ""
        lines = wrap(before, self._width)
        written = "\n".join(lines)[len(self._line) :]
        self._line = lines[-1]
        return written
