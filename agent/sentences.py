"""Where the sentences of a mail are: character spans, found by rules, in time linear in the text.

Mail is hard-wrapped, so a line end alone means little. First lines are joined into blocks (a blank line, a list
item, a label, a greeting, a closing or a line that stops well short of the margin ends one), then each block is cut
at its full stops. A missed boundary makes a longer quotation; a wrong one cuts a quotation in half, so doubt joins.
"""

import re
import unicodedata
from itertools import pairwise

Span = tuple[int, int]

_SHORT = 48
GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening|day)|greetings|morning|all|team|folks|everyone"
    r"|hallo|moin|servus|liebe[rs]?|lieben?|sehr geehrte[rs]?|guten (?:tag|morgen|abend)"
    r"|hola|buen[oa]s (?:días|tardes|noches)|estimad[oa]s?|querid[oa]s?"
    r"|bonjour|bonsoir|salut|ch[eè]re?s?|ciao|buon ?giorno|buona ?sera|salve|gentile|car[oaie]"
    r"|ol[áa]|oi|bom dia|boa (?:tarde|noite)|prezad[oa]s?|car[oa]s|beste|geachte|goede?(?:morgen|middag|dag|navond))"
    r"\b(?:[^\n.?!,:;]{0,40}[,!:;.—–-]*|[^\n.?!:;]{0,46},)\Z|(?:你好|您好|各位|大家好|尊敬的|お世話|こんにちは|はじめまして).{0,20}\Z"
    r"|.{1,12}(?:様|さん|先生|您好|你好)[、,，:：]?\Z",
    re.IGNORECASE,
)
CLOSING = re.compile(
    r"(?:(?:kind|best|warm|many)?\s*(?:regards|wishes)|best|cheers|thanks|thank you|many thanks|thx|sincerely"
    r"|yours(?: \w+)?|(?:yours )?(?:truly|faithfully|sincerely)|take care|talk soon|love|all the best|rgds|br"
    r"|(?:mit )?(?:freundlichen|besten|herzlichen|vielen|viele|liebe|beste|schöne|herzliche)"
    r"\s+(?:grüße[n]?|grüsse[n]?|dank)|gruß|lg|mfg|vg|danke"
    r"|(?:un )?(?:cordial )?saludos?(?: cordiales)?|un abrazo|atentamente|gracias|(?:bien )?cordialement"
    r"|bien à (?:toi|vous)"
    r"|merci|amicalement|(?:cordiali|distinti|cari) saluti|grazie|a presto|un caro saluto"
    r"|atenciosamente|abraços?|obrigad[oa]|cumprimentos|(?:met )?vriendelijke groet(?:en)?|groet(?:en|jes)?|bedankt|mvg"
    r"|此致|敬礼|谢谢|祝好|よろしくお願い(?:いた|致)?します|以上|敬具)"
    r"(?:\s+(?:again|everyone|all|so much|very much|in advance|à tous|im voraus))?\s*[,!.。;—–-]*\Z",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?:[-*•‣·–—●▪◦+]\s+|\(?\d{1,2}[.)]\s+|\(?[a-z]\)\s+|[・①-⑳])\S")
_BULLET = re.compile(r"(?:\s++|[-*·–—+]\s++|[•‣●▪◦・])++")
_LABEL = re.compile(r"[A-ZÄÖÜÉÀ][\w/-]{1,20}(?: [\w/-]{1,20}){0,2} ?:(?:\s|\Z)|[\u3040-\u30ff\u4e00-\u9fff]{1,8}[：:]")
_STOP = re.compile(r"""[.!?…]+["'”’»“)\]]*(?=\s|\Z)|[。！？｡]+[”’」』）)]*|[.!?…]+(?=[\u3040-\u30ff\u4e00-\u9fff])""")
_NEVER_LAST = re.compile(
    r"(?:mr|mrs|ms|dr|prof|st|sr|sra|srta|mme|mlle|hr|fr|frau|hrn|dhr|mevr|sig|dott|ing|rev|gen|col|capt|sen|rep|gov"
    r"|e\.g|i\.e|z\.b|d\.h|u\.a|i\.d\.r|o\.ä|s\.o|s\.u|z\.t|z\.hd|p\.ex|p\.ej|t\.a\.v|m\.a\.w|d\.w\.z|vs|cf|al|bzw|ca|ggf"
    r"|evtl|inkl|exkl|zzgl|vgl|approx|dept|est|tel|fig|vol|pp|ext|av|env|bijv|bv|nl|abs|nr|núm|nº|str|ste|ave|attn)\Z"
)
_MAYBE_LAST = re.compile(
    r"(?:etc|usw|usf|enz|ecc|inc|ltd|co|corp|llc|gmbh|s\.a|l\.p|a\.m|p\.m|u\.s|u\.k|jr"
    r"|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)\Z"
)
_COUNTRY = ("u.s", "u.k")
_BEFORE_DIGITS = re.compile(r"(?:s|p|art|nr|no|abs|pag|pág|kap|ch|sec)\Z")
_ORDINAL = re.compile(r"\s+(?:[a-zäöü\d]|Jan|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez|Quartal|KW\b)")
_ORDINAL_BEFORE = re.compile(
    r"(?:\b(?:am|zum|vom|bis|der|die|das|dem|den|des|ab|im|seit|und)\s+|[-–/]\s*)\d{1,2}\Z", re.IGNORECASE
)


def split(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Return the (start, end) of each sentence in `text[start:end]`, in order, trimmed, without overlap.

    A span never begins with a bullet mark and always holds a letter or a digit; words wrapped over lines keep their
    line breaks.
    """
    stop = len(text) if end is None else end
    spans: list[Span] = []
    for first, last in _blocks(text, start, stop):
        for raw in _cut(text, first, last):
            span = trim(text, *raw)
            if span is not None:
                spans.append(span)
    return spans


def trim(text: str, start: int, end: int) -> Span | None:
    """Return the span without white space at its ends and bullet marks at its start; None if no word is left."""
    while start < end and text[end - 1].isspace():
        end -= 1
    bullets = _BULLET.match(text, start, end)
    start = bullets.end() if bullets else start
    return (start, end) if any(map(str.isalnum, text[start:end])) else None


def _blocks(text: str, start: int, end: int) -> list[Span]:
    """Join wrapped lines: return the spans within which a sentence may run over a line end."""
    blocks: list[Span] = []
    for paragraph in _paragraphs(text, start, end):
        width = _margin([text[a:b] for a, b in paragraph])
        first, last = paragraph[0]
        for previous, line in pairwise(paragraph):
            if _breaks(text[previous[0] : previous[1]].strip(), text[line[0] : line[1]].strip(), width):
                blocks.append((first, last))
                first = line[0]
            last = line[1]
        blocks.append((first, last))
    return blocks


def _paragraphs(text: str, start: int, end: int) -> list[list[Span]]:
    paragraphs: list[list[Span]] = [[]]
    while start < end:
        newline = text.find("\n", start, end)
        stop = end if newline < 0 else newline
        if text[start:stop].strip():
            paragraphs[-1].append((start, stop))
        elif paragraphs[-1]:
            paragraphs.append([])
        start = stop + 1
    return [paragraph for paragraph in paragraphs if paragraph]


def _margin(lines: list[str]) -> int:
    """Return the display width lines seem wrapped at; 0 where they are not wrapped (a line per paragraph)."""
    widest = max((_width(line) for line in lines if " " in line.strip() or not line.isascii()), default=0)
    return 0 if widest > 100 else max(widest, 60)


def _width(line: str) -> int:
    return len(line) if line.isascii() else sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in line)


def _breaks(previous: str, line: str, width: int) -> bool:
    """Say whether a sentence ends between two lines of one paragraph."""
    if _ITEM.match(line) or _LABEL.match(line):
        return True
    if len(previous) <= _SHORT and (GREETING.match(previous) or CLOSING.match(previous)):
        return True
    if len(line) <= _SHORT and CLOSING.match(line):
        return True
    if line[0].islower():
        return False
    if previous.endswith((":", "：")):
        return True
    room = width * 3 // 4 - _width(previous) - 1
    return width == 0 or room >= _width(line.split(maxsplit=1)[0][:width] if line.isascii() else line[:1])


def _cut(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    first = start
    for match in _STOP.finditer(text, start, end):
        if _ends(text, first, match, end):
            spans.append((first, match.end()))
            first = match.end()
    spans.append((first, end))
    return spans


def _ends(text: str, first: int, stop: re.Match[str], end: int) -> bool:
    """Say whether the full stop `stop` ends the sentence that began at `first`."""
    mark = stop.group()
    if mark[0] in "。！？｡" or stop.end() >= end or not text[stop.end()].isspace():
        return True
    after = text[stop.end() : stop.end() + 24].lstrip()
    lower = after[:1].islower()
    if mark[0] in "!?":
        return not (lower and mark[-1] not in "!?.…")
    if mark.startswith(("..", "…")):
        return not lower
    return _dot_ends(text[max(first, stop.start() - 24) : stop.start()], text[stop.end() : stop.end() + 24], lower)


def _dot_ends(before: str, after: str, lower: bool) -> bool:
    word = before.split()[-1].lstrip("(\"'[„“«") if before.split() else ""
    folded = word.casefold()
    if _NEVER_LAST.match(folded) or (len(word) == 1 and word.isalpha() and word != "I"):
        return False
    if _BEFORE_DIGITS.match(folded) and after.lstrip()[:1].isdigit():
        return False
    if word.isdigit() and len(word) <= 2:
        if before.strip() == word:
            return False
        return not (_ORDINAL.match(after) or (_ORDINAL_BEFORE.search(before) and not lower and after[:1] == " "))
    if lower:
        return len(word) >= 4 and word.isalpha() and not _MAYBE_LAST.match(folded)
    return not (_MAYBE_LAST.match(folded) and (after.lstrip()[:1].isdigit() or folded in _COUNTRY))
