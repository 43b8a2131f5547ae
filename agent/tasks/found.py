"""What of the mail is put to a model to answer a question from: the best sentences, with what stands around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent import sentences
from agent.grounding import receipts
from agent.mail.message import Message, Receipt
from agent.sentences import Span
from agent.tasks.excerpt import Excerpt, assembled, own_spans
from agent.tasks.retrieve import Passage, ranked
from agent.text import Untrusted

_EXCERPT = 2_000  # bytes: about 500 tokens
_WHOLE = 200_000  # characters, within what a model of 128k tokens can hold
_PASSAGES = 8
_NEIGHBOUR = 500  # characters
_CLOSE, _QUOTED = 0.65, 0.9
_QUOTES = 2


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the passages, best first, an excerpt made of the best, and the messages that is from, old to new.

    `private` counts the messages left out of it because they match cloud.never.
    """

    passages: tuple[Passage, ...]
    excerpt: Excerpt
    messages: tuple[Message, ...]
    private: int = 0

    @property
    def whole(self) -> Excerpt:
        """The whole own words of those messages, the least relevant left out where that would be too much."""
        kept, room = [], _WHOLE
        for message in dict.fromkeys(passage.message.id for passage in self.passages):
            found = next((each for each in self.messages if each.id == message), None)
            if found is None or len(found.body.text) > room:
                continue
            room -= len(found.body.text)
            kept.append(found)
        return _named(kept)

    @property
    def quotes(self) -> tuple[Receipt, ...]:
        """The best sentence, and the next one where that is nearly as good.

        Where neither holds the date or amount that is asked for, also the best of the same message that does.
        """
        best = self.passages[0]
        close = [each for each in self.passages[:_QUOTES] if each.score >= _QUOTED * best.score]
        if best.holds is not None and not any(each.holds for each in close):
            close += [each for each in self.passages if each.holds and each.message.id == best.message.id][:1]
        return tuple(receipt for each in close for receipt in receipts(each.message, [(each.start, each.end)]))

    def rests_on(self, found: Sequence[Receipt]) -> bool:
        """Say whether one of these receipts is from a sentence that speaks of what was asked."""
        enough = _CLOSE * self.passages[0].score
        return any(
            receipt.message == each.message.id and receipt.start < each.end and each.start < receipt.end
            for receipt in found
            for each in self.passages
            if each.score >= enough
        )


def find(question: Untrusted, messages: Sequence[Message]) -> Found | None:
    """Return what these messages, newest first, say on the question; None where its words are not there."""
    passages = ranked(question, messages)
    return _found(passages) if passages else None


def without(found: Found, is_private: Callable[[Message], bool]) -> Found | None:
    """Return what was found in messages that are not private; None where nothing is left."""
    private = {
        message.id
        for message in {each.message.id: each.message for each in found.passages}.values()
        if is_private(message)
    }
    if not private:
        return found
    left = [each for each in found.passages if each.message.id not in private]
    return _found(left, len(private)) if left else None


def _found(passages: Sequence[Passage], private: int = 0) -> Found:
    """Put the best passages together, each with its neighbours, as long as there is room."""
    spans: dict[str, list[Span]] = {}
    messages: dict[str, Message] = {}
    room = _EXCERPT
    for passage in passages[:_PASSAGES]:
        message = passage.message
        for span in _around(passage):
            size = len(message.body.text.raw[span[0] : span[1]].encode("utf-8", "replace"))
            known = spans.get(message.id, [])
            if span in known:
                continue
            if size > room and (spans or size > _EXCERPT * 2):
                continue
            room -= size
            messages[message.id] = message
            spans.setdefault(message.id, []).append(span)
    in_order = sorted(messages.values(), key=_age)
    parts = [(message, _joined(message, spans[message.id])) for message in in_order]
    return Found(tuple(passages), assembled(parts, named=True), tuple(in_order), private)


def _around(passage: Passage) -> list[Span]:
    """Return the passage, the sentence after it and the one before it."""
    text = passage.message.body.text.raw
    all_of_it = [span for zone in own_spans(passage.message) for span in sentences.split(text, *zone)]
    at = next((at for at, span in enumerate(all_of_it) if span[0] <= passage.start < span[1]), None)
    if at is None:
        return [(passage.start, passage.end)]
    beside = [*all_of_it[at + 1 : at + 2], *all_of_it[max(0, at - 1) : at]]
    return [(passage.start, passage.end), *(span for span in beside if _is_read(text[span[0] : span[1]]))]


def _is_read(sentence: str) -> bool:
    """Say whether a sentence is neither a greeting or a name, nor too long to stand beside another."""
    return len(sentence) <= _NEIGHBOUR and (len(sentence.split()) > 2 or not sentence.isascii())


def _joined(message: Message, spans: Sequence[Span]) -> list[Span]:
    """Return the spans in the order of the text, those with nothing but white space between them as one."""
    text = message.body.text.raw
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _named(messages: Sequence[Message]) -> Excerpt:
    in_order = sorted(messages, key=_age)
    return assembled([(message, own_spans(message)) for message in in_order], named=True)


def _age(message: Message) -> float:
    return message.head.date.timestamp() if message.head.date else float("-inf")
