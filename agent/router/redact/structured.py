"""What is private by its form: addresses on the internet, numbers of people and accounts, ages, handles and paths."""

import re
from collections.abc import Iterable, Iterator

from agent.router.redact import identity, internet, numbers
from agent.router.redact.folded import fold, lowered
from agent.router.redact.spans import Span, merge

_N = r"(?P<value>1[01]\d|[1-9]\d?)"
_NO_AGE = (
    r"(?![\w%]|[.,:/-]\d|[ ](?:%|percent|days|weeks|months|minutes|hours|miles|km|points|years (?:in|with|at|late)))"
)
_DIGIT = re.compile(r"\d")
# All of these read lower case.
_OLD = re.compile(
    rf"(?<![\w.,/$€£-]){_N}(?=(?:[ -]?(?:years?|yrs?|yr))?[ -]?(?:old|of age)\b|[ ]?y/o\b|[ ]?yo\b"
    r"|[ ](?:ans|años|anni|anos|jahre|jaar|år)\b)"
)
_AGED = re.compile(
    r"(?:\b(?:aged?|turn(?:ed|s|ing)|when (?:he|she|they|i) (?:was|were)|âgée? de|alter)[ ]?:?"
    rf"|\b(?:i'?m|i am|(?:he|she)(?: is|'s| was)))[ ]?{_N}{_NO_AGE}"
)
_MONTH = (
    r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez|janv|févr|avr|juin|juil|août|déc|"
    r"ene|abr|ago|dic|gen|mag|giu|lug|set|ott)[a-zäéû]{0,7}\.?"
)
_DAY = (
    r"(?P<value>\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?(?: of)?[ -]?{_MONTH}[ ,-]{{0,2}}\d{{2,4}}"
    rf"|{_MONTH}[ ]\d{{1,2}}(?:st|nd|rd|th)?,?[ ]\d{{4}}|\d{{8}}|(?:19|20)\d\d)"
)
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|birth ?date|birthday|born|geb\.?|geboren|geburtsdatum|geburtstag|née?|"
    r"date de naissance|fecha de nacimiento|nacid[oa]|data di nascita|nat[oa])"
    rf"[ ]{{0,2}}(?:(?:is|was|on|in|am|le|el|il|:|=|-|\()[ ]{{0,2}}){{0,2}}{_DAY}(?!\w)"
)
_HANDLE = re.compile(r"(?<![\w.@/])@(?!(?:all|here|channel|everyone|team)\b)[a-z]\w{2,30}(?![\w.]*@)")
_USER = re.compile(
    r"\b(?:user ?name|user ?id|login(?: ?name)?|screen name|handle|benutzer(?:name)?)[ ]?(?:is |:|=)[ ]?"
    r"(?P<value>[a-z][\w.\-\\]{2,40})"
)
_PATH = re.compile(r"(?<!\w)(?:/(?:home|users|root)/|[a-z]:\\users\\|\\\\[\w.-]{1,60}\\)[^\s\"'<>|:*?;,)]{1,200}")


def find(text: str) -> list[Span]:
    """Return the spans of `text` that are private by their form, in order, none overlapping."""
    folded = fold(text)
    spans = list(internet.find(folded.text))
    plain = _blanked(folded.text, spans)
    spans += _accounts(lowered(plain))
    if _DIGIT.search(plain):
        named = [*identity.find(plain), *_ages(lowered(plain))]
        spans += named
        called = {(span.start, span.end) for span in named if span.kind == "ID"}
        rest = _blanked(plain, [span for span in named if span.kind in ("IBAN", "SSN", "DOB")])
        spans += (span for span in numbers.find(rest) if span.kind == "SSN" or (span.start, span.end) not in called)
    return merge(Span(*folded.where(span.start, span.end), span.kind) for span in spans)


def _ages(lower: str) -> Iterator[Span]:
    for pattern, kind in ((_OLD, "AGE"), (_AGED, "AGE"), (_BORN, "DOB")):
        for found in pattern.finditer(lower):
            yield Span(*found.span("value"), kind)


def _accounts(lower: str) -> Iterator[Span]:
    if "@" in lower:
        for found in _HANDLE.finditer(lower):
            yield Span(*found.span(), "USER")
    for found in _USER.finditer(lower):
        yield Span(*found.span("value"), "USER")
    if "/" in lower or "\\" in lower:
        for found in _PATH.finditer(lower):
            yield Span(*found.span(), "PATH")


def _blanked(text: str, spans: Iterable[Span]) -> str:
    """Return `text` with underscores where `spans` are, so that nothing else is found in them."""
    parts: list[str] = []
    at = 0
    for span in merge(spans):
        parts += (text[at : span.start], "_" * (span.end - span.start))
        at = span.end
    return "".join((*parts, text[at:]))
