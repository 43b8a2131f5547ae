"""The text and Markdown faces of summaries: what needs the reader, what is good to know, what is bulk."""

from collections.abc import Iterator, Sequence

from agent.columns import cut, pad, wrap
from agent.commands import wording
from agent.commands.reading import counted
from agent.tasks.records import SummaryRecord
from agent.text import screen_line

_NAME_WIDTH = 16
_SECTIONS = ("Needs you", "To know", "Newsletters and notices")


def text(summaries: Sequence[SummaryRecord], width: int) -> str:
    """Return the digest for a terminal `width` cells wide: a heading per section, a numbered line per summary."""
    lines: list[str] = []
    for heading, group in _sections(summaries):
        lines += ["", f"  {heading}"] if lines else [f"  {heading}"]
        for record in group:
            lines += _entry(record, width)
    warned = [str(record.number) for record in summaries if record.hidden_text and record.kind != "bulk"]
    if warned:
        lines += ["", f"  ! hidden text was left out of {', '.join(warned)}: llama-agent show {warned[0]} --hidden"]
    return "\n".join(lines)


def markdown(summaries: Sequence[SummaryRecord]) -> str:
    """Return the digest as Markdown: a section per heading, an item per summary, the quoted words in quotes."""
    lines: list[str] = []
    for heading, group in _sections(summaries):
        lines += [f"## {heading}", ""]
        for record in group:
            claims = [wording.markdown(said) for said in _said(record)]
            first = f"- **{record.number}** {wording.markdown(_who(record))}: {claims[0]}"
            lines += [first, *(f"  - {claim}" for claim in claims[1:])]
        lines.append("")
    return "\n".join(lines).rstrip()


def _sections(summaries: Sequence[SummaryRecord]) -> Iterator[tuple[str, list[SummaryRecord]]]:
    bulk = [record for record in summaries if record.kind == "bulk"]
    mine = [record for record in summaries if record.needs_me and record.kind != "bulk"]
    rest = [record for record in summaries if not record.needs_me and record.kind != "bulk"]
    for heading, group in zip(_SECTIONS, (mine, rest, bulk), strict=True):
        if group:
            yield heading, group


def _entry(record: SummaryRecord, width: int) -> list[str]:
    number = f"  {record.number:>3}  "
    margin = len(number) + _NAME_WIDTH + 2
    pieces = [piece for said in _said(record) for piece in wrap(said, max(30, width - margin))]
    first = f"{number}{pad(cut(_who(record), _NAME_WIDTH), _NAME_WIDTH)}  {pieces[0]}"
    return [first, *(" " * margin + piece for piece in pieces[1:])]


def _said(record: SummaryRecord) -> list[str]:
    """Return what is said of a message, line by line: the model's words bare, the message's own in quotes."""
    if record.kind == "bulk":
        return [screen_line(record.subject) or "(no subject)"]
    if not record.claims:
        attached = f"{counted(record.attachments, 'attachment')}, " if record.attachments else ""
        return [f"({attached}no text) {screen_line(record.subject)}".rstrip()]
    said = [_quoted(claim.text) if claim.verbatim else screen_line(claim.text) for claim in record.claims]
    if len(record.messages) > 1:
        said[0] = f"({len(record.messages)} messages) {said[0]}"
    return said


def _quoted(words: str) -> str:
    return f"“{screen_line(words)}”"


def _who(record: SummaryRecord) -> str:
    return screen_line(record.sender.name) or screen_line(record.sender.address) or "(no sender)"
