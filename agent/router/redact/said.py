"""Names by what is said in front of them or after: `my name is`, `Dear`, `Patient:`, `Regards,`, `lives in`."""

import re

from agent.router.redact.common import family_names, first_names, is_common, listed
from agent.router.redact.spans import Span
from agent.router.redact.words import Word, words

_NAME = r"[^\W\d_][\w'’-]{0,30}"
_NAMES = rf"{_NAME}(?:(?:[ \t]+|\.[ \t]?){_NAME}){{0,3}}"
_TITLE = r"(?:(?:mr|mrs|ms|dr|prof|engr|herr|frau|mme|sir|madam)\b\.?[ \t]*)?"
_INTRODUCED = re.compile(
    r"\b(?:my name is|name'?s|(?:his|her|their|maiden|full|first|last|middle|family) name (?:is|was)"
    rf"|(?:named|called) (?:him|her|it|them)|i am called|call me|name of|this is|i am|i'm)[ \t]+({_NAMES})",
    re.I,
)
_GREETED = re.compile(
    r"(?:^|[\n.!?\"“‘:(]|\b(?:re write|rewrite|paraphrase|reword))[ \t]*"
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|bonjour|hola|hallo|liebe|lieber|ciao|caro|cara|cher"
    rf"|chère|estimado|estimada|geehrte frau|geehrter herr)[ \t]+{_TITLE}({_NAME}(?:[ \t]+{_NAME}){{0,2}})"
    r"(?=[ \t]*(?:[,!:.\n–—-]|$|and\b))",
    re.I,
)
_SIGNED = re.compile(
    r"\b(?:regards|sincerely|cheers|best|best wishes|thanks|thank you|yours|love|warmly|take care|respectfully)"
    rf"[,!.]?[ \t]*(?:\n[ \t\n]{{0,8}}|(?<=,)[ \t]*)({_NAME}(?:[ \t]+{_NAME}|[ \t]+\w\.){{0,2}})[ \t]*(?=\n|$)",
    re.I,
)
_LABELLED = re.compile(
    r"(?:^|\n)[ \t*•>-]*(?:(?:full |first |last |contact )?name|employee|patient|customer|client|contact|attn"
    r"|attendees?|organi[sz]er|signed|manager|student|author|owner|assignee|reporter|assigned to|reported by"
    rf"|from|to|cc|sender)[ \t]*:[ \t]*({_NAMES})",
    re.I,
)
_FIRM_LABELLED = re.compile(
    r"(?:^|\n)[ \t*•>-]*(?:company|employer|organi[sz]ation|firm)(?: name)?[ \t]*:[ \t]*([^\n,;]{2,60})", re.I
)
_PLACE_LABELLED = re.compile(
    r"(?:^|\n)[ \t*•>-]*(?:(?:home |mailing |billing |street )?address|city|town|location)[ \t]*:"
    r"[ \t]*\n?[ \t]*([^\n;]{2,80})",
    re.I,
)
# Written small: capitalised firms are found by their capitals.
_LEGAL = listed("inc ltd llc llp gmbh plc corp")
_FIRM_ENDS = re.compile(rf"\b(?:{_NAME}|\d{{1,4}}),?[ \t]+(?:{'|'.join(sorted(_LEGAL))})\b\.?", re.I)
_DOTTED = re.compile(r"(?<![\w.])(?:[A-Z]\.){2,5}")
_AGE = re.compile(
    r"\b(?:turn(?:s|ed|ing)?|aged?|ages|age is|(?:he|she|i|they) (?:is|was|were|am)|i'm|i’m|he's|she's)"
    r"[ \t:]+(\d{1,3})\b(?![.,:/]\d|[ \t]?(?:%|st\b|nd\b|rd\b|th\b|min|hour|day|week|month|km|miles|percent))"
    r"|\b(\d{1,3})(?:[ -]years?(?:[ -]old|[ -]of[ -]age)|[ -]?y/?o\b)",
    re.I,
)  # fmt: skip
_NOBODY = listed(
    "team all everyone everybody there sir madam folks guys colleagues colleague friend friends again world both "
    "ladies gentlemen hiring manager committee professor doctor customer customers support it to in at on from "
    "for of the a an my our your this that hr me you we us and or not"
)


def find(text: str) -> list[Span]:
    """Return what the words around it say is a name, a firm, a place or an age; spans may overlap."""
    found = [Span(*each.span(each.lastindex or 0), "AGE") for each in _AGE.finditer(text)]
    found += [Span(*each.span(1), "ORG") for each in _FIRM_LABELLED.finditer(text)]
    found += [Span(*each.span(1), "ADDRESS") for each in _PLACE_LABELLED.finditer(text)]
    if any(word.folded in _LEGAL for word in words(text)):
        found += [Span(*each.span(), "ORG") for each in _FIRM_ENDS.finditer(text)]
    found += [Span(*each.span(), "ORG") for each in _DOTTED.finditer(text) if each[0] not in ("A.M.", "P.M.", "U.S.")]
    for pattern in (_INTRODUCED, _GREETED, _SIGNED, _LABELLED):
        for each in pattern.finditer(text):
            loose = pattern is _INTRODUCED and each[0].casefold().startswith(("this is", "i am", "i'm", "call me"))
            found += _name(each, trusting=not loose)
    return found + _lower_case(text)


def _name(found: re.Match[str], *, trusting: bool) -> list[Span]:
    """Return the name `found[1]` starts with; `trusting` takes a common word for one where it is capitalised."""
    taken: list[Word] = []
    for word in words(found[1]):
        common = is_common(word.folded)
        if word.folded in _NOBODY or (common and not (word.capital and (trusting or taken))):
            break
        taken.append(word)
    if not taken:
        return []
    return [Span(found.start(1) + taken[0].start, found.start(1) + taken[-1].end, "PERSON")]


def _lower_case(text: str) -> list[Span]:
    """Return names written without a capital: a first name and what follows, or a line of nothing but rare words."""
    found = []
    tokens = words(text)
    for at, word in enumerate(tokens):
        if word.capital or len(word.raw) < 4 or word.folded not in first_names() or is_common(word.folded):
            continue
        end = at + 1
        while end < len(tokens) and end - at < 3 and _goes_on(text, tokens, end):
            end += 1
        found.append(Span(word.start, tokens[end - 1].end, "PERSON"))
    return found


def _goes_on(text: str, tokens: tuple[Word, ...], at: int) -> bool:
    """Return whether lower-case word `at` is the next name, or an initial, of the one before it."""
    gap = text[tokens[at - 1].end : tokens[at].start]
    word = tokens[at]
    if gap not in (" ", ". "):
        return False
    if len(word.raw) == 1:
        return text.startswith(".", word.end) and word.raw.isalpha()
    return not is_common(word.folded) or word.folded in family_names()
