"""What the sentences of a source, and a claim about it, speak of: concepts, negations, names, facts and speakers."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from agent.facts import Fact, states
from agent.grounding.reading import Word, is_question, read, stems
from agent.grounding.synonyms import EMPTY, REPORTING, TURNS, concept
from agent.polarity import CLAUSE, DISCOURSE, NEGATING, SPENT
from agent.sentences import Span, split

Kind = Literal["fact", "name", "turn", "word", "empty"]

_NEGATED = 4
_BESIDE = 4
_LABEL = re.compile(r"([^\n:]{1,80}):(?:\s+|\Z)")
_NO_NAME = re.compile(r"(?:ing|ed|ly|tion|ment|ness|ees?|ers|ions|ments|one|thing|body)\Z")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the source. `concepts` says for each whether it stands there negated (True), plain, or both."""

    span: Span
    index: int
    words: tuple[Word, ...]
    concepts: dict[str, frozenset[bool]]
    facts: tuple[Fact, ...]
    tokens: frozenset[str]
    lower: frozenset[str]
    speaker: frozenset[str]
    addressed: frozenset[str]
    question: bool

    def holds(self, word: Word) -> bool:
        """Whether this word of a claim stands here: a fact at least as exactly, a word by its concept."""
        if word.fact is not None:
            return any(states(fact, word.fact) for fact in self.facts)
        return word.stem in self.tokens or concept(word.stem) in self.concepts


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim: of what kind each of its words is, the concepts to be found, and its names, each as its words."""

    words: tuple[Word, ...]
    kinds: tuple[Kind, ...]
    concepts: dict[str, frozenset[bool]]
    wanted: frozenset[str]
    names: tuple[tuple[str, ...], ...]

    def places(self, kind: Kind) -> list[int]:
        """Return where the words of a kind are."""
        return [place for place, each in enumerate(self.kinds) if each == kind]

    def beside(self, place: int) -> list[str]:
        """Return the concepts of the nearest plain words on both sides of a word."""
        sides = (range(place + 1, place + 1 + _BESIDE), range(place - 1, place - 1 - _BESIDE, -1))
        nearest = (
            next((at for at in side if 0 <= at < len(self.words) and self.kinds[at] == "word"), None) for side in sides
        )
        return [concept(self.words[at].stem) for at in nearest if at is not None]


@lru_cache(maxsize=2)
def of_source(source: str, names: tuple[str, ...], sender: str) -> tuple[Sentence, ...]:
    """Return the sentences of the source, each with who speaks: the last `Name:` before it, else the sender."""
    speaker = stems(sender)
    labels = {stems(name) for name in (*names, sender)}
    sentences: list[Sentence] = []
    for start, end in split(source):
        label = _LABEL.match(source, start, end)
        body = start
        if label and stems(label[1]) in labels:
            speaker, body = stems(label[1]), label.end()
        words = tuple(read(source[body:end]))
        sentences.append(
            Sentence(
                span=(start, end),
                index=len(sentences),
                words=words,
                concepts=_concepts(words),
                facts=tuple(word.fact for word in words if word.fact),
                tokens=frozenset(word.stem for word in words),
                lower=frozenset(word.stem for word in words if not word.capital),
                speaker=speaker,
                addressed=_addressed(words),
                question=is_question(source[body:end]),
            )
        )
    return tuple(sentences)


def of_claim(words: tuple[Word, ...], common: frozenset[str]) -> Claim:
    """Return what a claim says; `common` are the words the source writes in lower case, which are no names."""
    kinds = tuple(_kind(word, first=place == 0, common=common) for place, word in enumerate(words))
    names: list[tuple[str, ...]] = []
    for place, word in enumerate(words):
        if kinds[place] == "name" and place and kinds[place - 1] == "name" and word.link == "tight":
            names[-1] = (*names[-1], word.stem)
        elif kinds[place] == "name":
            names.append((word.stem,))
    wanted = {concept(word.stem) for word, kind in zip(words, kinds, strict=True) if kind in ("word", "turn")}
    return Claim(words, kinds, _concepts(words), frozenset(wanted), tuple(names))


def key(word: Word) -> str:
    """Return what a word is compared as: its concept, or the readings of its fact."""
    return concept(word.stem) if word.fact is None else " ".join([word.stem, *sorted(word.fact.readings)])


def _kind(word: Word, *, first: bool, common: frozenset[str]) -> Kind:
    if word.fact is not None:
        return "fact"
    same = concept(word.stem)
    usual = first and (
        word.stem in common | EMPTY or same in REPORTING or same in TURNS or _NO_NAME.search(word.stem) is not None
    )
    if (word.capital and not usual) or any(map(str.isdigit, word.stem)):
        return "name"
    if same in TURNS:
        return "turn"
    return "empty" if word.stem in EMPTY or same in REPORTING else "word"


def _concepts(words: Sequence[Word]) -> dict[str, frozenset[bool]]:
    """Return what is spoken of, and whether negated: a negation reaches some words on, at most to the next clause."""
    found: dict[str, set[bool]] = {}
    reach = 0
    for place, word in enumerate(words):
        if word.link == "pause" or word.stem in CLAUSE:
            reach = 0
        if word.stem in NEGATING:
            reach = 0 if reach > 0 else _NEGATED
            continue
        reach -= 1
        if word.fact is not None or word.stem not in EMPTY or concept(word.stem) in TURNS:
            behind = place + 1 < len(words) and words[place + 1].stem in NEGATING and _ends(words, place + 1)
            found.setdefault(key(word), set()).add(reach >= 0 or behind)
        if word.stem in SPENT:
            reach = 0
    return {each: frozenset(ways) for each, ways in found.items()}


def _ends(words: Sequence[Word], place: int) -> bool:
    """Say whether a negation ends its clause, and so belongs to the word before it: "wir kommen nicht"."""
    return words[place].link != "pause" and (place + 1 == len(words) or words[place + 1].link == "pause")


def _addressed(words: Sequence[Word]) -> frozenset[str]:
    """Return whom a sentence calls by name: "Liz, could you …", "Hi Liz", "…, Liz?"."""
    found: set[str] = set()
    first = 0
    for place, word in enumerate(words):
        if not word.capital or word.link != "tight" or words[place - 1].stem in DISCOURSE:
            first = place
        after = words[place + 1] if place + 1 < len(words) else None
        if not word.capital or (after and after.link != "pause"):
            continue
        called = first == 0 or words[first - 1].stem in DISCOURSE or (after is None and words[first].link == "pause")
        if called and all(each.capital for each in words[first : place + 1]):
            found |= {each.stem for each in words[first : place + 1]}
    return frozenset(found)
