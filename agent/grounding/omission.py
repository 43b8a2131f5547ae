"""The strict level: a claim is one sentence of the source with whole phrases left out, in the same order.

Numbers and dates may be written another way, "I" may become the sender's name, and a request may be told as one
("Bob asks you to …"). None of the words that turn a meaning may be among what was left out.
"""

import re
from collections.abc import Collection

from agent.facts import states
from agent.grounding.reading import MAX_CLAIM, Word, is_one_of, is_question, read, stems
from agent.grounding.verdict import FACT, GENERIC, LONG, NAME, NOTHING, QUESTION, SPEAKER, WORD, Verdict
from agent.polarity import DISCOURSE, LEADING, LIGHT, PRONOUNS, TURNING
from agent.sentences import Span, split

_ORDER = "the words stand in another order"
_TURN = "a word that turns the meaning was left out"
_CUT = "a phrase was cut in the middle"
_STRETCH = 6
_CANDIDATES = 4
_MAX_SENTENCE = 300

_ASKS = re.compile(r"(?:asks|requests|wants|would like|needs|bittet|demande|pide|chiede|pede|vraagt)\Z")
_REQUEST = re.compile(
    r"\b(?:please|kindly|(?:can|could|would|will) you|let me know|i need you|i would like you|i(?:'d| would) like"
    r"|bitte"
    r"|kannst du|könnte(?:st du|n sie)|merci de|veuillez|pouvez-vous|peux-tu|por favor|puedes|podrías|puede usted"
    r"|per favore|potresti|puoi|poderia|pode|kun je|kunt u|graag)\b",
    re.IGNORECASE,
)
_FRAME = re.compile(
    r"(?P<who>[^\s,.;:?!]+(?: [^\s,.;:?!]+){0,3}?) (?P<verb>asks|requests|wants|would like|needs|says|writes"
    r"|states|notes|mentions"
    r"|informs|reports|bittet|sagt|schreibt|demande|dit|écrit|pide|dice|chiede|pede|diz|vraagt|zegt)"
    r"(?: (?!(?:to|that|for|if|whether|dass|darum|um|que|de|che|di|dat|om) )(?P<whom>[^\W\d_]+))?"
    r"(?: (?:to|that|for|if|whether|dass|darum|um|que|de|che|di|dat|om))?,? ",
)


def judge(claim: str, source: str, names: Collection[str], sender: str) -> Verdict:
    """Return whether one sentence is one of the source's with whole phrases left out."""
    said = read(claim)
    if not said or len(said) > MAX_CLAIM:
        return Verdict(False, (LONG if said else NOTHING,), ())
    best: Verdict | None = None
    for start, end in _nearest(claim, source):
        failures = _against(claim, said, source[start:end], names, sender)
        if not failures:
            return Verdict(True, (), ((start, end),))
        best = best or Verdict(False, failures, ((start, end),))
    return best or Verdict(False, (WORD,), ())


def _nearest(claim: str, source: str) -> list[Span]:
    """Return the few sentences that share most words with the claim, best first."""
    wanted = stems(claim)
    shared = [
        (-len(wanted & stems(source[start:end])), index, (start, end))
        for index, (start, end) in enumerate(split(source))
    ]
    return [span for common, _, span in sorted(shared)[:_CANDIDATES] if common]


def _against(claim: str, said: list[Word], sentence: str, names: Collection[str], sender: str) -> tuple[str, ...]:
    plain = _compare(claim, said, sentence, stems(sender))
    frame = _FRAME.match(claim)
    if not plain or frame is None:
        return plain
    if not is_one_of(frame["who"], [sender]) and frame["who"].casefold() not in GENERIC:
        return (*plain, SPEAKER)
    whom = frame["whom"]
    rest = claim[frame.end() :] if not whom or whom == "you" or is_one_of(whom, names) else claim[frame.start("whom") :]
    asked = bool(_ASKS.match(frame["verb"]))
    request = _REQUEST.search(sentence) if asked else None
    if asked and request is None:
        return plain
    kept = sentence[request.end() :] if request else sentence
    return _compare(rest, read(rest), kept.rstrip(" ?") if request else kept, stems(sender))


def _compare(claim: str, said: list[Word], sentence: str, sender: frozenset[str]) -> tuple[str, ...]:
    """Return why `said` is not `sentence` with whole phrases left out; nothing if it is."""
    there = read(sentence)
    if not said:
        return (NOTHING,)
    if len(there) > _MAX_SENTENCE:
        return (LONG,)
    matches = [[place for place, word in enumerate(there) if _same(word, each, sender)] for each in said]
    missing = [word for word, places in zip(said, matches, strict=True) if not places]
    if missing:
        return tuple(dict.fromkeys(FACT if word.fact else NAME if word.capital else WORD for word in missing))
    failures = _left_out(there, matches)
    if is_question(sentence) and not is_question(claim):
        failures = (*failures, QUESTION)
    return failures


def _left_out(there: list[Word], matches: list[list[int]]) -> tuple[str, ...]:
    """Return what is wrong with the best way of laying the claim along the sentence.

    A dynamic programme: for each place where claim word i can lie, the fewest faults of words 0..i.
    """
    ways: dict[int, tuple[str, ...]] = {place: _before(there, place) for place in matches[0]}
    for places in matches[1:]:
        ways = {
            place: min(
                (faults + _between(there, last, place) for last, faults in ways.items() if last < place), key=len
            )
            for place in places
            if any(last < place for last in ways)
        }
    if not ways:
        return (_ORDER,)
    ends: list[tuple[str, ...]] = [faults + _behind(there, place) for place, faults in ways.items()]
    fewest: tuple[str, ...] = min(ends, key=len)
    return tuple(dict.fromkeys(fewest))


def _before(there: list[Word], place: int) -> tuple[str, ...]:
    skipped = there[:place]
    if any(word.stem in TURNING or word.stem in LEADING for word in skipped):
        return (_TURN,)
    whole = there[place].link == "pause" or all(word.stem in DISCOURSE for word in skipped)
    return () if whole else (_CUT,)


def _between(there: list[Word], last: int, place: int) -> tuple[str, ...]:
    skipped = [word for word in there[last + 1 : place] if word.stem not in DISCOURSE]
    if not skipped:
        return ()
    if any(word.stem in TURNING or word.stem in LEADING for word in skipped):
        return (_TURN,)
    other = any(word.capital or word.stem in PRONOUNS for word in skipped)  # someone else may act from here on
    whole = there[last + 1].opens() and there[place].resumes() and there[last].stem not in LIGHT
    return () if whole and len(skipped) <= _STRETCH and not other else (_CUT,)


def _behind(there: list[Word], place: int) -> tuple[str, ...]:
    skipped = there[place + 1 :]
    if any(word.stem in TURNING for word in skipped):
        return (_TURN,)
    return () if not skipped or (skipped[0].opens() and there[place].stem not in LIGHT) else (_CUT,)


def _same(there: Word, said: Word, sender: frozenset[str]) -> bool:
    if said.fact is not None:
        return there.fact is not None and states(there.fact, said.fact)
    return there.stem == said.stem or (there.stem == "i" and said.capital and said.stem in sender)
