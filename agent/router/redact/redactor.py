"""Replaces what is personal in texts by codes, the same value by the same code in every text of a run."""

from collections.abc import Iterable

from agent.router.codes import Codes
from agent.router.redact import detect, residual, secrets
from agent.router.redact.code import CODE
from agent.router.redact.common import HARMLESS, is_common
from agent.router.redact.known import Known, Matcher, known_from_email
from agent.router.redact.spans import Span
from agent.router.redact.words import words

_ROUNDS = 8


class Redactor:
    """Replaces personal values by codes. What it meets it remembers: a name seen once is found again in any case.

    `thorough` replaces every word that may tell something as well. Not for two threads at once.
    """

    def __init__(self, codes: Codes, known: Iterable[Known] = (), *, thorough: bool = False) -> None:
        self._codes = codes
        self._matcher = Matcher(known)
        self._thorough = thorough
        self._given: set[str] = set()
        self._done: set[str] = set()  # texts in which nothing more is found, as long as nothing new is learned

    @property
    def codes(self) -> Codes:
        """The codes it gives, and their values."""
        return self._codes

    def redact(self, text: str) -> str:
        """Return `text` with every personal value replaced; what is already redacted comes back as it is.

        What somebody else wrote to look like a code is replaced by a code of its own. Raises InputError where a run has
        too many values.
        """
        text = self._guarded(text)
        for _ in range(_ROUNDS):
            if text in self._done:
                break
            # What replacing one value brings to light next to it is replaced as well.
            spans = self.spans(text)
            if not spans:
                self._done.add(text)
                break
            text = self._replaced(text, spans)
        return text

    def spans(self, text: str) -> list[Span]:
        """Return what is personal in `text`, in order and without overlap."""
        seen = detect.seen(text, thorough=self._thorough)
        found = detect.find(text, seen, self._matcher, thorough=self._thorough)
        if self._matcher.add(self._met(text, found)):
            self._done.clear()
            found = detect.find(text, seen, self._matcher, thorough=self._thorough)
        return found

    def secrets(self, text: str) -> int:
        """Return how many keys, passwords and the like stand in `text`."""
        return len(secrets.find(text))

    def residual(self, text: str) -> tuple[str, ...]:
        """Return the words of redacted `text` that may still tell something."""
        return residual.residual(text)

    def _guarded(self, text: str) -> str:
        """Return `text` with codes that are not ours hidden. One of ours in it shows that it was made here."""
        if any(found[0] in self._given for found in CODE.finditer(text)):
            return text
        guarded = self._codes.guard(text)
        if guarded != text:
            self._given.update(found[0] for found in CODE.finditer(guarded))
        return guarded

    def _replaced(self, text: str, spans: list[Span]) -> str:
        # From right to left: the offsets are those of the text before.
        for span in reversed(spans):
            value = text[span.start : span.end]
            # A code inside it stood too near to another for both to be codes: the new one stands for both values.
            code = self._codes.code(span.kind, self._codes.restore(value) if CODE.search(value) else value)
            self._given.add(code)
            text = text[: span.start] + code + text[span.end :]
        return text

    def _met(self, text: str, spans: list[Span]) -> set[Known]:
        """Return the values to look for in the rest of the text, and in the next one, because of these spans."""
        met: set[Known] = set()
        for span in spans:
            value = text[span.start : span.end]
            if span.kind == "EMAIL":
                met |= known_from_email(value)
            elif span.kind == "PERSON":
                met |= {
                    Known("PERSON", word.raw)
                    for word in words(value)
                    if len(word.raw) > 2 and word.folded not in HARMLESS and not is_common(word.folded)
                }
        return met
