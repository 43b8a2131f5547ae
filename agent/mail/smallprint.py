"""What stands under a text: signatures, and the small print of companies and mailing lists.

Small print is recognised paragraph by paragraph, so a sentence someone hides after it is still their own text.
"""

import re
from collections.abc import Iterator, Sequence

from agent.mail import marks
from agent.mail.message import ZoneKind

_LONGEST = 120
_HEAD = 600
_PARAGRAPH = 4_000
_SIGNATURE = 25
_FOLLOWING = 40
_CARD = 9
_NAME = 48
_CARD_LINE = 80
_SENTENCE = re.compile(
    r"(?<!\b[A-Z])(?<!\bInc)(?<!\bLtd)(?<!\bCo)(?<!KG)(?<!\bCorp)(?<!\bStr)[.?!;:…。？！]$",
)
_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]|https?:|www\.|[|•·☎]|(?:\+|\(0|\b0|tel|mob|fax|phone)[\d ()./:+-]*\d{2}",
    re.IGNORECASE,
)
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_PARTICLES = frozenset({
    "a", "and", "at", "da", "de", "del", "den", "der", "des", "di", "do", "dos", "du", "e", "el", "en",
    "et", "for", "für", "i", "la", "le", "of", "per", "pour", "the", "und", "van", "von", "y", "zu", "&",
})  # fmt: skip


def judge(lines: Sequence[str], kinds: Sequence[ZoneKind | None], base: ZoneKind) -> list[ZoneKind]:
    """Return `kinds` with signatures and small print found among the lines of kind `base`.

    A blank line comes as None, and is of the kind of what is above it.
    """
    result = list(kinds)
    for begin, end in _runs(kinds, base):
        run = [line.strip() for line in lines[begin:end]]
        _mark_signature(run, result, begin)
        _mark_small_print(run, result, begin)
    return _settled(result, base)


def _runs(kinds: Sequence[ZoneKind | None], base: ZoneKind) -> Iterator[tuple[int, int]]:
    """Yield (first, end) of each run of lines of kind `base`, blank lines between them included."""
    first = None
    for number, kind in enumerate([*kinds, "quote"]):
        if kind == base and first is None:
            first = number
        elif kind not in (base, None) and first is not None:
            yield first, number
            first = None


def _settled(kinds: Sequence[ZoneKind | None], base: ZoneKind) -> list[ZoneKind]:
    before: ZoneKind = next((kind for kind in kinds if kind is not None), base)
    settled = []
    for kind in kinds:
        before = before if kind is None else kind
        settled.append(before)
    return settled


def _mark_signature(run: list[str], kinds: list[ZoneKind | None], begin: int) -> None:
    number = 0
    while number < len(run):
        line = run[number]
        end = number
        if line and len(line) <= _LONGEST:
            if marks.SIGNATURE_LINE.match(line):
                end = _end_of_signature(run, number)
            elif marks.DEVICE.match(line):
                end = number + 1
            elif len(line) <= _NAME and marks.CLOSING.match(line):
                end = _end_of_card(run, number + 1)
        for place in range(number, end):
            kinds[begin + place] = "signature" if run[place] else None
        number = max(end, number + 1)


def _end_of_signature(run: list[str], delimiter: int) -> int:
    """Return where the signature after a line `--` ends; the same line where too much follows to be one."""
    below = run[delimiter + 1 : delimiter + _FOLLOWING]
    postscript = next((n for n, line in enumerate(below) if marks.POSTSCRIPT.match(line)), None)
    if postscript is not None:
        return delimiter + 1 + postscript
    return len(run) if sum(map(bool, below)) <= _SIGNATURE else delimiter


def _end_of_card(run: list[str], at: int) -> int:
    """Return where the name and address under a closing line end; `at - 1` where something else follows it."""
    filled = [n for n in range(at, min(len(run), at + 2 * _CARD)) if run[n]]
    if not filled:
        return at
    if not _is_name(run[filled[0]]):
        return at - 1
    end = filled[0] + 1
    for number in filled[1:_CARD]:
        if marks.POSTSCRIPT.match(run[number]) or not (_is_name(run[number]) or _is_contact(run[number])):
            break
        end = number + 1
    return end


def _is_name(line: str) -> bool:
    """Whether the line may be a name, a title or a company: capitalised words without an end of sentence."""
    if len(line) > _NAME or _SENTENCE.search(line):
        return False
    if _CJK.search(line):
        return len(line) <= 14
    words = line.strip("*_-–—~ ,").split()
    if len(words) == 1:
        return len(words[0]) <= 16
    return 0 < len(words) <= 7 and all(not w[0].islower() or w.lower() in _PARTICLES for w in words)


def _is_contact(line: str) -> bool:
    if len(line) > _CARD_LINE or _SENTENCE.search(line) or not _CONTACT.search(line):
        return False
    return len(re.findall(r"\b[^\W\d_]{2,}\b", re.sub(r"\S*[@/]\S*", "", line))) <= 5 or "|" in line


def _mark_small_print(run: list[str], kinds: list[ZoneKind | None], begin: int) -> None:
    for first, end in _paragraphs(run):
        paragraph = "\n".join(run[first:end])[:_PARAGRAPH]
        head = " ".join(run[first : first + 8])[:_HEAD]
        print_from = first if _is_disclaimer(paragraph, head) else None
        if print_from is None:
            footers = (n for n in range(first, end) if len(run[n]) <= _HEAD and marks.FOOTER.match(run[n]))
            print_from = next(footers, None)
        if print_from is not None:
            kinds[begin + print_from : begin + end] = ["disclaimer"] * (end - print_from)


def _is_disclaimer(paragraph: str, head: str) -> bool:
    if marks.DISCLAIMER.match(head) or marks.LIST_FOOTER.match(paragraph):
        return True
    return len(paragraph) >= 100 and marks.INTENDED.search(paragraph) is not None


def _paragraphs(run: list[str]) -> Iterator[tuple[int, int]]:
    first = None
    for number, line in enumerate([*run, ""]):
        if line and first is None:
            first = number
        elif not line and first is not None:
            yield first, number
            first = None
