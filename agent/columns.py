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
