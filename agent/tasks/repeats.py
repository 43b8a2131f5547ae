"""What a message of a thread only repeats: paragraphs of an earlier message that it answers, left without a mark.

What is marked as a quote is no part of a message's own words (agent.mail.zones); this finds the rest, also where it was
wrapped anew. Anybody can write beforehand, or under an earlier date, what somebody else writes later. So nothing is a
repetition of a message that its writer does not name as one it follows, and the reader of this list keeps the
beginning of each repetition where it stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.mail import marks
from agent.mail.message import Message
from agent.mail.threads import named, own_ids
from agent.sentences import Span

_LEAST = 80  # characters of a paragraph, white space folded: what is shorter is said twice by chance, or as an answer
_KEY = 40  # characters by which a place is looked up
_PLACES = 4  # that are compared with a paragraph
_Place = tuple[int, int]  # the number of a message, and an offset in its words
_LINES = 1_000  # of a message: what begins with a later one is not found again


@dataclass(frozen=True, slots=True)
class _Known:
    """A message that was read: its ids, and its words, white space and marks of quoting folded into single spaces."""

    ids: frozenset[str]
    words: str

    def holds(self, paragraph: str, at: int, follows: frozenset[str]) -> bool:
        """Say whether it is one of those that are followed, and has these words from `at` on."""
        after = self.words[at + len(paragraph) : at + len(paragraph) + 1]
        return bool(self.ids & follows) and after in ("", " ") and self.words.startswith(paragraph, at)


class Repeats:
    """The messages of a thread read so far. Time and memory are linear in what is read, whatever is in it."""

    def __init__(self) -> None:
        self._known: list[_Known] = []
        self._ids: set[str] = set()
        self._places: dict[str, list[_Place]] = {}

    def find(self, message: Message, spans: Sequence[Span]) -> list[Span]:
        """Return the runs of paragraphs within `spans` that are, word by word, in a message read before that it names.

        A paragraph is one by blank lines, or one of several lines of the earlier message that begins with a line. A
        short one belongs to a run where it stands between two others of it, there as here.
        """
        text, follows = message.body.text.raw, named(message.head)
        found: list[Span] = []
        if not follows & self._ids:
            return found
        for start, end in spans:
            ends: list[_Place] = []  # where the last repetition ends in messages read before
            between: list[str] = []  # the paragraphs since then
            for first, last in _paragraphs(text, start, end):
                words = _folded(text[first:last])
                places = self._places_of(words, follows)
                if not places:
                    between.append(words)
                    continue
                if ends and (not between or self._goes_on(ends, between, places)):
                    found[-1] = (found[-1][0], last)
                else:
                    found.append((first, last))
                ends, between = [(number, at + len(words)) for number, at in places], []
        return found

    def add(self, message: Message, spans: Sequence[Span]) -> None:
        """Read a message: what comes after may repeat the text of these spans of it."""
        text, number = message.body.text.raw, len(self._known)
        lines = [line for start, end in spans for line in map(_folded, text[start:end].split("\n")) if line]
        known = _Known(own_ids(message.head), " ".join(lines))
        self._known.append(known)
        self._ids |= known.ids
        at = 0
        for line in lines[:_LINES]:
            places = self._places.setdefault(known.words[at : at + _KEY], [])
            if len(places) < _PLACES:
                places.append((number, at))
            at += len(line) + 1

    def _places_of(self, paragraph: str, follows: frozenset[str]) -> list[_Place]:
        """Return where a paragraph stands in the messages that are followed."""
        if len(paragraph) < _LEAST:
            return []
        places = self._places.get(paragraph[:_KEY], ())
        return [each for each in places if self._known[each[0]].holds(paragraph, each[1], follows)]

    def _goes_on(self, ends: Sequence[_Place], between: Sequence[str], places: Sequence[_Place]) -> bool:
        """Say whether in one message these paragraphs are all there is from one place to the other."""
        words = f" {' '.join(between)} "
        return any(
            number == other and at - end == len(words) and self._known[number].words.startswith(words, end)
            for number, end in ends
            for other, at in places
        )


def _paragraphs(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the (start, end) of each paragraph, without the line end behind it."""
    first: int | None = None
    at = start
    for line in text[start:end].split("\n"):
        if _folded(line):
            first = at if first is None else first
            last = at + len(line)
        elif first is not None:
            yield first, last
            first = None
        at += len(line) + 1
    if first is not None:
        yield first, last


def _folded(text: str) -> str:
    """Return the words of a text with one space between them, without what marks each of its lines as a quote."""
    return " ".join(word for line in text.split("\n") for word in marks.PREFIX.sub("", line, count=1).split())
