"""Which sentences of which messages speak of what is asked: BM25 over messages, then their sentences; no model.

A sentence is read with what stands around it: its neighbours, the subject, and who wrote it.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from agent import sentences
from agent.grounding.keywords import is_pair, terms
from agent.mail.message import Message
from agent.mail.threads import named, own_ids
from agent.tasks.excerpt import own_spans
from agent.tasks.looking import Wanted, wanted
from agent.text import Untrusted

_K1, _B = 1.2, 0.75  # Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), 3.5
_HEAD = 3  # a word of the subject counts as so many of the text
_READ = 20  # messages whose sentences are looked at
_TEXT = 50_000  # characters of a message that are looked at
_SENTENCE = 1_000  # characters of a sentence that are read and quoted
_BESIDE, _ABOVE, _WRITER, _ELSEWHERE = 0.5, 0.6, 0.7, 0.25
_NAME, _SOFT, _UNKNOWN_PAIR = 1.5, 0.4, 0.2
_MESSAGE, _KIND, _IS_QUESTION = 0.25, 0.2, -0.35
_ENOUGH = 0.34


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, `message.body.text.raw[start:end]`, and how well it answers by the words; about 0 to 1.5.

    `holds`: it holds what is asked for, a date, an amount, a request; None where nothing like that is asked for.
    """

    message: Message
    start: int
    end: int
    score: float
    holds: bool | None = None


@dataclass(frozen=True, slots=True)
class _Document:
    """A message as its terms: those of its text, its subject, its writer, and everyone in its head."""

    message: Message
    counts: Counter[str]
    length: int
    subject: frozenset[str]
    writer: frozenset[str]
    people: frozenset[str]


def ranked(question: Untrusted, messages: Sequence[Message]) -> list[Passage]:
    """Return the sentences that speak of what is asked, best first; none where the words of the question are not there.

    `messages` are newest first: of two equal sentences the newer is better.
    """
    looked = wanted(question.raw)
    documents = [_document(message) for message in messages]
    if not looked.terms or not documents:
        return []
    weights = _weights(looked, documents)
    names = frozenset(term for term in looked.terms if any(term in each.people for each in documents))
    relevance = [_bm25(document, documents, weights) for document in documents]
    best = max(relevance)
    order = sorted(range(len(documents)), key=lambda at: (-relevance[at], at))
    found: list[tuple[float, int, Passage]] = []
    for at in order[:_READ]:
        if relevance[at] > 0:
            extra = _MESSAGE * relevance[at] / best
            found += [
                (-score, at, passage) for score, passage in _passages(documents[at], looked, weights, names, extra)
            ]
    return _once(passage for _, _, passage in sorted(found, key=lambda each: each[:2]))


def _once(passages: Iterable[Passage]) -> list[Passage]:
    """Return the passages without those whose words were there before: mail comes twice.

    Where one message repeats another that it answers, the words are the other's.
    """
    first: dict[str, Passage] = {}
    for passage in passages:
        words = " ".join(passage.message.body.text.raw[passage.start : passage.end].split())
        kept = first.setdefault(words, passage)
        if own_ids(passage.message.head) & named(kept.message.head):
            first[words] = replace(passage, score=kept.score)
    return list(first.values())


def _document(message: Message) -> _Document:
    head, text = message.head, message.body.text.raw
    subject = terms(head.subject.raw)
    writer = terms(f"{head.sender.name.raw} {head.sender.address.raw.partition('@')[0]}")
    others = [f"{person.name.raw} {person.address.raw.partition('@')[0]}" for person in (*head.to, *head.cc)]
    counts = Counter(term for start, end in own_spans(message) for term in terms(text[start : min(end, start + _TEXT)]))
    length = counts.total()
    for term in (*subject, *writer):
        counts[term] += _HEAD
    people = frozenset(writer) | frozenset(terms(" ".join(others[:20])))
    return _Document(message, counts, length, frozenset(subject), frozenset(writer), people)


def _weights(looked: Wanted, documents: Sequence[_Document]) -> dict[str, float]:
    """Return how much each term tells: its inverse document frequency, more for a name, less for a word that only asks.

    A term that is nowhere weighs most, so that what is missing is missed.
    """
    weights = {}
    for term in looked.terms:
        holding = sum(term in document.counts for document in documents)
        weight = math.log(1 + (len(documents) + 2) / (holding + 1))
        if term in looked.names:
            weight *= _NAME
        elif term in looked.soft:
            weight *= _SOFT
        elif is_pair(term) and not holding:
            weight *= _UNKNOWN_PAIR
        weights[term] = weight
    return weights


def _bm25(document: _Document, documents: Sequence[_Document], weights: dict[str, float]) -> float:
    mean = sum(each.length for each in documents) / len(documents) or 1
    norm = _K1 * (1 - _B + _B * document.length / mean)
    counts = document.counts
    return sum(weight * counts[term] * (_K1 + 1) / (counts[term] + norm) for term, weight in weights.items())


def _passages(
    document: _Document, looked: Wanted, weights: dict[str, float], names: frozenset[str], extra: float
) -> Iterator[tuple[float, Passage]]:
    """Yield the sentences of a message that speak of what is asked, with their scores."""
    text = document.message.body.text.raw
    spans = [
        span
        for start, end in own_spans(document.message)
        for span in sentences.split(text, start, min(end, start + _TEXT))
    ]
    said = [frozenset(terms(text[start:end])) for start, end in spans]
    total = sum(weights.values())
    needed = looked.terms - looked.soft - names or looked.terms
    several = any(map(_says_something, said))
    for at, (start, end) in enumerate(spans):
        if several and not _says_something(said[at]):
            continue
        beside = frozenset[str]().union(*islice(said, max(0, at - 1), at + 2))
        found = {term: _found(term, said[at], beside, document) for term in weights}
        covered = sum(weight * found[term] for term, weight in weights.items()) / total
        near = any(found[term] >= _BESIDE for term in needed)
        if covered < _ENOUGH or not near:
            continue
        sentence = text[start:end]
        holds = looked.answers(sentence)
        score = covered + extra + _KIND * bool(holds)
        score += _IS_QUESTION * sentence.rstrip().endswith(("?", "？"))
        yield score, Passage(document.message, start, min(end, start + _SENTENCE), round(score, 4), holds)


def _says_something(said: frozenset[str]) -> bool:
    """Say whether a sentence is more than a greeting or a name."""
    return len(said) > 2


def _found(term: str, said: frozenset[str], beside: frozenset[str], document: _Document) -> float:
    """Return how near to a sentence a term stands, 1 for within it."""
    if term in said:
        return 1
    if term in document.writer:
        return _WRITER
    if term in document.subject:
        return _ABOVE
    return _BESIDE if term in beside else _ELSEWHERE * (term in document.counts)
