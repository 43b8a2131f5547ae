"""The loose level: a claim in the writer's own words holds when nothing that could be wrong in it is.

A claim rests on at most three sentences, not far from one another: those that share most with it. All numbers, dates
and addresses of it must stand in them, next to the words they stand with in the claim, and so must the words that turn
a meaning (approve, cancel, before, more …), the same way round; its names must stand there or in the header; who asks,
says or does something must be who wrote that sentence or stand in it; a question or a condition is not told as a fact;
and enough of the remaining words must be found, or words that mean the same.

What no rule here follows: who did what to whom, when both stand in one sentence; and what is said by none of its words
("Bob is satisfied with the offer", where the source only says how he reacted).
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from agent.asking import asks
from agent.facts import states
from agent.grounding.content import Claim, Sentence, key, of_claim, of_source
from agent.grounding.reading import MAX_CLAIM, Word, is_one_of, is_question, read, stems
from agent.grounding.synonyms import ASKING, REPORTING, UNDOING, concept
from agent.grounding.verdict import FACT, GENERIC, LONG, NAME, NOTHING, QUESTION, SPEAKER, WORD, Verdict
from agent.polarity import CLAUSE, CONDITIONAL, DISCOURSE, GUESSING, LIGHT, MODAL, NEGATING

TURN = "a word that turns the meaning is not in the words it rests on"
# More than half of a claim; at 0.42 four times as many claims about another message pass, and few more true ones.
_ENOUGH = 0.5
_LEAST = 2
_SENTENCES = 3
_APART = 8
_NAME_WEIGHT = 0.5
_AHEAD = 8
_AND = frozenset({"and", "or", "und", "oder", "et", "y", "e", "en"})
_DONE = frozenset({"are", "were", "been", "have", "had", "being"})
_NOBODY = frozenset(word for phrase in GENERIC for word in phrase.split())


def judge(claim: str, source: str, names: Collection[str], sender: str) -> Verdict:
    """Return whether one sentence tells truly what at most three sentences of the source say."""
    words = tuple(read(claim))
    if not words or len(words) > MAX_CLAIM:
        return Verdict(False, (LONG if words else NOTHING,), ())
    there = of_source(source, tuple(names), sender)
    said = of_claim(words, frozenset().union(*(each.lower for each in there)))
    chosen = _support(said, there)
    wrong = {
        FACT: _is_fact_missing(said, chosen),
        NAME: _is_name_missing(said, chosen, there, names),
        TURN: _is_turned(said, chosen),
        SPEAKER: _is_misattributed(said, chosen, there),
        QUESTION: not is_question(claim) and _is_told_as_fact(said, chosen, source),
        WORD: not _is_enough(said, chosen),
    }
    failures = tuple(reason for reason, found in wrong.items() if found)
    return Verdict(not failures, failures, tuple(sorted(each.span for each in chosen)))


def _support(said: Claim, there: tuple[Sentence, ...]) -> list[Sentence]:
    """Return at most three sentences that together have most of the claim, the best first."""
    words, facts = set(said.wanted), {place: said.words[place] for place in said.places("fact")}
    names = {part for name in said.names for part in name}
    chosen: list[Sentence] = []
    rest = list(there)
    while rest and len(chosen) < _SENTENCES:
        gains = [
            len(words & each.concepts.keys())
            + sum(map(each.holds, facts.values()))
            + _NAME_WEIGHT * len(names & (each.tokens | each.speaker))
            for each in rest
        ]
        if max(gains) < 1:
            break
        best = rest.pop(gains.index(max(gains)))
        if not chosen:
            rest = [each for each in rest if abs(each.index - best.index) <= _APART]
        chosen.append(best)
        words -= best.concepts.keys()
        names -= best.tokens
        facts = {place: word for place, word in facts.items() if not best.holds(word)}
    return chosen


def _is_stray(said: Claim, place: int, chosen: list[Sentence], *, later: int = 0) -> bool:
    """Say whether a word of the claim stands in no chosen sentence that has the words beside it.

    With `later`, it is enough that one of them follows within so many sentences ("Carol called. She is ill.").
    """
    homes = [each for each in chosen if each.holds(said.words[place])]
    beside = [each for each in said.beside(place) if any(each in one.concepts for one in chosen)]
    near = [
        any(each in one.concepts for one in chosen for home in homes if 0 <= one.index - home.index <= later)
        for each in beside
    ]
    return not homes or (bool(near) and not (any(near) if later else all(near)))


def _is_fact_missing(said: Claim, chosen: list[Sentence]) -> bool:
    told = Counter(key(said.words[place]) for place in said.places("fact"))
    stated = [fact for each in chosen for fact in each.facts]
    for place in said.places("fact"):
        word = said.words[place]
        times = sum(word.fact is not None and states(fact, word.fact) for fact in stated)
        if times < told[key(word)] or _is_stray(said, place, chosen):
            return True
    return False


def _is_name_missing(said: Claim, chosen: list[Sentence], there: tuple[Sentence, ...], names: Collection[str]) -> bool:
    known = frozenset().union(*map(stems, names), *(each.speaker | each.addressed for each in there))
    if any(
        _is_stray(said, place, chosen, later=1) for place in said.places("name") if said.words[place].stem not in known
    ):
        return True
    for name in said.names:
        if not is_one_of(" ".join(name), names) and not any(_stands(name, each) for each in there):
            return True
    # Of two people in one sentence, the claim may not change who comes first.
    for one, other in pairwise(said.names):
        both = [each for each in chosen if one[0] in each.tokens and other[0] in each.tokens]
        if one != other and both and not any(_comes_before(one[0], other[0], each.words) for each in both):
            return True
    return False


def _stands(name: tuple[str, ...], there: Sentence) -> bool:
    return name[0] in there.tokens and any(
        tuple(word.stem for word in there.words[place : place + len(name)]) == name for place in range(len(there.words))
    )


def _comes_before(one: str, other: str, words: Sequence[Word]) -> bool:
    last = max(place for place, word in enumerate(words) if word.stem == other)
    return any(word.stem == one for word in words[:last])


def _is_turned(said: Claim, chosen: list[Sentence]) -> bool:
    """Say whether a word is negated only here or only there, or a turning word was put in, or "cancelled" left out."""
    there = {
        each: frozenset().union(*(one.concepts.get(each, frozenset()) for one in chosen)) for each in said.concepts
    }
    denies = sum(word.stem in NEGATING for word in said.words)
    denied = sum(word.stem in NEGATING for each in chosen for word in each.words)
    if denies and not any(True in ways & there[each] for each, ways in said.concepts.items()):
        return True
    # One negation on each side, on the same word, is the same one, whatever else it reaches in another word order.
    if not denies == denied == 1 and any(there[each] - ways for each, ways in said.concepts.items()):
        return True
    if any(_is_stray(said, place, chosen) for place in said.places("turn")):
        return True
    return any(UNDOING & each.concepts.keys() - said.concepts.keys() for each in chosen[:1])


def _is_misattributed(said: Claim, chosen: list[Sentence], there: tuple[Sentence, ...]) -> bool:
    """Say whether someone asks, says or does in the claim what is another's in the sentence it rests on.

    To say something is the writer's of the sentence, or of whom it tells so; to do it, anybody's who stands there.
    """
    speakers = frozenset().union(*(each.speaker for each in there))
    for who, verb in _subjects(said):
        tells = concept(said.words[verb].stem) in REPORTING
        if not tells and not who & speakers:
            continue
        ahead = {
            key(said.words[at]) for at in (*said.places("word"), *said.places("turn")) if verb < at <= verb + _AHEAD
        }
        shares = [len(ahead & each.concepts.keys()) for each in chosen]
        homes = [each for each, share in zip(chosen, shares, strict=True) if share == max(shares)]
        if not any(
            who & each.speaker or _tells(who, each.words) or (not tells and who & each.tokens) for each in homes
        ):
            return True
    return False


def _subjects(said: Claim) -> Iterator[tuple[frozenset[str], int]]:
    """Yield the words of each name, or of names joined by "and", that begins a clause, and where its verb stands."""
    who: set[str] = set()
    for place, (word, follows) in enumerate(pairwise(said.words)):
        before = said.words[place - 1].stem if place else ""
        begins = place == 0 or word.link == "pause" or before in CLAUSE or before in DISCOURSE
        if said.kinds[place] == "name" and (who or begins) and word.stem not in _NOBODY:
            who.add(word.stem)
            if said.kinds[place + 1] == "name" or follows.stem in _AND:
                continue
            if follows.link != "pause" and follows.stem not in LIGHT and follows.stem != "'s":
                yield frozenset(who), place + 1
        if word.stem not in _AND:
            who = set()


def _tells(who: frozenset[str], words: Sequence[Word]) -> bool:
    return any(
        word.stem in who and any(concept(verb.stem) in REPORTING for verb in words[place + 1 : place + 4])
        for place, word in enumerate(words)
    )


def _is_told_as_fact(said: Claim, chosen: list[Sentence], source: str) -> bool:
    """Say whether the best sentence asks, guesses or has a condition, and the claim does none of it.

    A request may be told by what is wanted ("the form is due on Friday"), but not as done ("the form was signed").
    """
    stems_said = {word.stem for word in said.words}
    if not chosen or any(concept(stem) in ASKING for stem in stems_said) or stems_said & CONDITIONAL:
        return False
    best = chosen[0]
    if best.question or best.tokens & CONDITIONAL:
        return True
    guessed = best.tokens & GUESSING and not stems_said & (GUESSING | MODAL)
    done = any(one.stem in _DONE and other.stem.endswith("ed") for one, other in pairwise(said.words))
    told = any(concept(stem) in REPORTING for stem in stems_said)
    return bool(guessed and not told) or (done and asks(source[best.span[0] : best.span[1]]))


def _is_enough(said: Claim, chosen: list[Sentence]) -> bool:
    """Say whether more than the wanted share of the claim's words, facts and names is found; at least two of them."""
    found = said.wanted & frozenset().union(*(each.concepts.keys() for each in chosen))
    named = sum(any(said.words[place].stem in each.tokens for each in chosen) for place in said.places("name"))
    sure = len(said.places("fact")) + named
    return bool(found) and len(found) + sure >= _LEAST and len(found) + sure > _ENOUGH * (len(said.wanted) + sure)
