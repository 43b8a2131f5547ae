"""Names of people, places and firms by their shape in a text: nobody told us of them.

A capital letter is a hint, the list of common words the counter-hint. Made to miss little in English and in what
European names look like. Linear in the text.
"""

import re

from agent.router.redact.common import HARMLESS, common_words, family_names, first_names, is_common, listed, places
from agent.router.redact.runs import Run, runs
from agent.router.redact.spans import Span
from agent.router.redact.words import Word, words

_HONORIFIC = listed(
    "mr mrs ms miss mx dr prof professor sir madam madame mme mlle herr frau senor senora sr sra signor signora "
    "don dona rabbi father sister brother pastor reverend rev uncle aunt auntie grandma grandpa capt captain lt "
    "sgt col engr eng hon judge justice senator president chancellor prince princess queen king lord lady dame"
)
_FIRM = listed(
    "inc incorporated ltd limited llc llp plc gmbh ag sa sas sarl srl spa bv nv corp corporation co company kg "
    "holdings group bank university college institute foundation hospital clinic school academy church trust "
    "associates partners solutions technologies technology systems industries enterprises software labs "
    "laboratories ventures consulting capital insurance airlines airways motors pharmaceuticals pharma media "
    "studios records press publishing orchestra society association council ministry agency museum hotel "
    "restaurant cafe dynamics logistics federation union club stores foods farms international"
)
_FIRM_FIRST = listed("university bank ministry institute church museum college hospital department")
_PLACE_BEFORE = listed("in from to near visit visited visiting around leaving across outside")
_FIRM_BEFORE = listed("at for with by joined joining")
_PLACE_WORD = listed(
    "street river lake mountain mount valley bridge county province island islands city town village beach bay "
    "park square district region airport station coast republic kingdom avenue road"
)
_DATES = listed(
    "january february march april may june july august september october november december monday tuesday "
    "wednesday thursday friday saturday sunday christmas easter"
)
_LEGAL = listed("inc ltd limited llc llp plc gmbh corp corporation")
_THEN_NUMBER = re.compile(r"[ \t]+(\d{1,6})\b(?![.,:/-]\d|[ \t]*%|(?:st|nd|rd|th)\b)")
_NUMBER_FIRST = re.compile(r"(?<![\w.,:/$€£-])\d{1,6}[ \t]+\Z")
_REFERENCE = re.compile(r"(?<![\w-])[\w-]{5,}")
_NUMBERED = re.compile(r"[A-Z]{2,6}[-#]\d{3,}")
_LONG = 7


def find(text: str) -> list[Span]:
    """Return what looks like a name, a place, a firm or a reference; spans may overlap."""
    found = [wider for each in runs(text) for span in _run(each) for wider in _with_number(text, span)]
    found += [
        Span(word.start, word.end, "PLACE")
        for word in words(text)
        if len(word.raw) > 3 and not word.capital and word.folded in places() and not is_common(word.folded)
    ]
    return found + [Span(*each.span(), "ID") for each in _REFERENCE.finditer(text) if _refers(each[0])]


def _refers(word: str) -> bool:
    """Return whether `word` is a reference: letters and a number, or a long mix of letters and digits."""
    if _NUMBERED.fullmatch(word):
        return True
    digits = sum(map(str.isdigit, word))
    return len(word) >= _LONG and digits > 1 and any(map(str.isalpha, word))


def _with_number(text: str, span: Span) -> list[Span]:
    """Return `span` with a number that follows it: the street of a house, the town of a postcode; one before a firm."""
    if span.kind == "ORG" and (number := _NUMBER_FIRST.search(text, max(0, span.start - 8), span.start)):
        return [Span(number.start(), span.end, span.kind)]
    follows = _THEN_NUMBER.match(text, span.end)
    if not follows or words(text[span.start : span.end])[0].folded in first_names():
        return [span]
    leads = _NUMBER_FIRST.search(text, max(0, span.start - 8), span.start)
    return [Span(leads.start() if leads else span.start, follows.end(), "ADDRESS")]


def _run(run: Run) -> list[Span]:
    """Return the names in a run of capitalised words."""
    found: list[Span] = []
    at = 0
    while at < len(run.words):
        size = _place(run.words, at)
        if size == 1 and run.words[at].folded in first_names() and at + 1 < len(run.words):
            size = 0
        if size:
            found.append(_span(run.words[at : at + size], "PLACE"))
            at += size
            continue
        start = at
        at += 1
        while at < len(run.words) and not _place(run.words, at):
            at += 1
        found += _part(run, start, at)
    return found


def _place(parts: tuple[Word, ...], at: int) -> int:
    """Return how many words from `at` on are the name of a place we know, 0 if none are."""
    for size in (4, 3, 2, 1):
        name = " ".join(word.folded for word in parts[at : at + size])
        if at + size <= len(parts) and name in places() and not (size == 1 and is_common(name)):
            return size
    return 0


def _part(run: Run, start: int, end: int) -> list[Span]:
    """Return the names in words `start` to `end` of `run`, none of which is a place we know."""
    parts = list(run.words[start:end])
    opens = run.opens and start == 0
    telling = [_telling(word, strict=not run.loud and not (opens and not at)) for at, word in enumerate(parts)]
    if start == 0 and run.before in _HONORIFIC:
        return [_span(parts, "PERSON")]
    if parts[0].folded in _FIRM_FIRST and len(parts) > 2:
        return [_span(parts, "ORG")]
    firm = next((at for at, word in enumerate(parts) if at and word.folded in _FIRM), 0)
    while firm and firm + 1 < len(parts) and parts[firm + 1].folded in _FIRM:
        firm += 1
    if firm and (parts[firm].folded in _LEGAL or any(telling[:firm]) or (not run.loud and (firm > 1 or not opens))):
        first = 1 if opens and firm > 1 and not telling[0] else 0
        return [_span(parts[first : firm + 1], "ORG"), *_names(run, parts[firm + 1 :], telling[firm + 1 :], False)]
    if not any(telling) and not opens and len(parts) > 1 and start == 0 and run.before in _FIRM_BEFORE:
        return [] if {word.folded for word in parts} & (_DATES | HARMLESS) else [_span(parts, "ORG")]
    return _names(run, parts, telling, opens)


def _names(run: Run, parts: list[Word], telling: list[bool], opens: bool) -> list[Span]:
    """Return the name in `parts`: from its first telling word, or what belongs to it before, to the end at most."""
    if len(parts) > 1 and parts[0].folded in _HONORIFIC:
        return [_span(parts[1:], "PERSON")]
    weak = [_weak(word) for word in parts]
    if not any(telling):
        alone = opens and len(parts) == 1
        return [_span(parts, "PERSON")] if parts and all(weak) and not alone and not run.loud else []
    first = telling.index(True)
    while first and (weak[first - 1] or len(parts[first - 1].raw) == 1 or (not run.loud and (first > 1 or not opens))):
        first -= 1
    last = len(parts)
    if run.loud:
        last = max(at for at, yes in enumerate(telling) if yes) + 1
        while last < len(parts) and weak[last]:
            last += 1
    named = parts[first:last]
    return [_span(named, _kind(run, named))]


def _kind(run: Run, named: list[Word]) -> str:
    if any(word.folded in first_names() for word in named):
        return "PERSON"
    if any(word.folded in _PLACE_WORD for word in named[1:]):
        return "PLACE"
    if len(named) == 1 and named[0] is run.words[0]:
        if run.before in _PLACE_BEFORE:
            return "PLACE"
        if run.before in _FIRM_BEFORE:
            return "ORG"
    return "PERSON"


def _telling(word: Word, *, strict: bool) -> bool:
    """Return whether a capitalised word is no common word: a name, most likely. `strict`: an inflected one is."""
    if len(word.raw) < 2 or any(char.isdigit() for char in word.raw) or word.folded in HARMLESS:
        return False
    if word.raw.isupper() and len(word.raw) < 4:
        return False
    if word.raw[1:].lower() != word.raw[1:] and not word.raw.isupper():
        return True
    return word.folded not in common_words() if strict else not is_common(word.folded)


def _weak(word: Word) -> bool:
    """Return whether a common word is a name as well: Will, Baker."""
    return (
        is_common(word.folded)
        and word.folded not in _DATES
        and (word.folded in first_names() or word.folded in family_names())
    )


def _span(parts: list[Word] | tuple[Word, ...], kind: str) -> Span:
    return Span(parts[0].start, parts[-1].end, kind)
