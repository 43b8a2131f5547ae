"""The hard facts of a text: numbers, amounts, dates, times, addresses, each in a form two texts can be compared by.

`14k`, `14,000` and `14 000` read the same; so do `26 Nov`, `November 26th` and `26. November`, and `3 pm` and `15:00`.
A fact that can be read in two ways (`3/4`, `3:00`) has two readings: a claim may be vaguer than its source, never
more exact. English, German, French, Spanish, Italian, Portuguese and Dutch names of months and days are known.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Kind = Literal["address", "date", "month", "weekday", "day", "time", "money", "percent", "number"]


@dataclass(frozen=True, slots=True)
class Fact:
    """`text[start:end]` states one of `readings` (canonical words); `year` is a date's year, None where unsaid."""

    kind: Kind
    readings: frozenset[str]
    start: int
    end: int
    year: int | None = None


_MONTHS = (
    "jan january januar jänner janvier enero gennaio janeiro januari",
    "feb february februar février febrero febbraio fevereiro februari",
    "mar march märz mars marzo março maart mrz",
    "apr april avril abril aprile",
    "may mai mayo maggio maio mei",
    "jun june juni juin junio giugno junho",
    "jul july juli juillet julio luglio julho",
    "aug august août agosto augustus",
    "sep sept september septembre septiembre settembre setembro",
    "oct okt october oktober octobre octubre ottobre outubro",
    "nov november novembre noviembre novembro",
    "dec dez december dezember décembre diciembre dicembre dezembro",
)
_WEEKDAYS = (
    "mon monday montag lundi lunes lunedì segunda-feira maandag",
    "tue tues tuesday dienstag mardi martes martedì terça-feira dinsdag",
    "wed wednesday mittwoch mercredi miércoles mercoledì quarta-feira woensdag",
    "thu thur thurs thursday donnerstag jeudi jueves giovedì quinta-feira donderdag",
    "fri friday freitag vendredi viernes venerdì sexta-feira vrijdag",
    "sat saturday samstag sonnabend samedi sábado sabato zaterdag",
    "sun sunday sonntag dimanche domingo domenica zondag",
)
_NUMBERS = (
    "two zwei deux dos due dois duas twee",
    "three drei trois tres tre três drie",
    "four vier quatre cuatro quattro quatro",
    "five fünf cinq cinco cinque vijf",
    "six sechs seis sei zes",
    "seven sieben sept siete sette sete zeven",
    "eight acht huit ocho otto oito",
    "nine neun neuf nueve nove negen",
    "ten zehn dix diez dieci dez tien",
    "eleven elf onze once undici",
    "twelve zwölf douze doce dodici doze twaalf",
)
_TENS = {"thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18,
         "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
         "eighty": 80, "ninety": 90}  # fmt: skip
_DAYS = {"today": "today", "heute": "today", "hoy": "today", "oggi": "today", "hoje": "today", "vandaag": "today",
         "aujourd'hui": "today", "tomorrow": "tomorrow", "mañana": "tomorrow", "demain": "tomorrow",
         "domani": "tomorrow", "amanhã": "tomorrow", "morgen": "morgen", "yesterday": "yesterday",
         "gestern": "yesterday", "ayer": "yesterday", "hier": "hier", "ieri": "yesterday", "ontem": "yesterday",
         "tonight": "tonight", "übermorgen": "overmorrow"}  # fmt: skip
_SCALE = {"k": 3, "thousand": 3, "tsd": 3, "mille": 3, "mil": 3, "tausend": 3, "m": 6, "mn": 6, "mm": 6, "mio": 6,
          "million": 6, "millions": 6, "millionen": 6, "millones": 6, "milioni": 6, "milhões": 6, "bn": 9, "b": 9,
          "billion": 9, "billions": 9, "mrd": 9, "milliarden": 9, "milliards": 9}  # fmt: skip
_CURRENCY = {"$": "usd", "usd": "usd", "dollar": "usd", "dollars": "usd", "us$": "usd", "€": "eur", "eur": "eur",
             "euro": "eur", "euros": "eur", "£": "gbp", "gbp": "gbp", "pounds": "gbp", "¥": "jpy", "jpy": "jpy",
             "yen": "jpy", "chf": "chf", "cny": "cny", "rmb": "cny"}  # fmt: skip
_NAMED_TIME = {"noon": 720, "midday": 720, "mittag": 720, "mediodía": 720, "mezzogiorno": 720, "meio-dia": 720,
               "midnight": 0, "mitternacht": 0, "minuit": 0, "medianoche": 0, "mezzanotte": 0}  # fmt: skip

_MONTH = {word: month for month, row in enumerate(_MONTHS, 1) for word in row.split()}
_WEEKDAY = {word: str(day) for day, row in enumerate(_WEEKDAYS) for word in row.split()}
_NUMBER = {word: number for number, row in enumerate(_NUMBERS, 2) for word in row.split()} | _TENS
_ALSO_WORDS = frozenset(
    {"may", "mar", "mars", "sat", "sun", "mon", "wed", "sept", "dec", "jan", "march", "august", "mei", "mai"}
)


def _any(words: "dict[str, int] | dict[str, str]") -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_NUM = r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d{1,15}(?:[.,'’]\d{1,15}){0,6}"
_M = rf"(?:{_any(_MONTH)})(?!\w)\.?"
_FACT = re.compile(
    rf"""(?=[\w$€£¥])(?:
      (?P<url>(?:https?://|www\.)[^\s<>"]+)
    | (?<![\w.+-])(?P<mail>[\w.+-]{{1,64}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}})
    | (?<!\w)(?P<iso>\d{{4}}-\d\d-\d\d)(?!\d)
    | (?<![\w.,/])(?P<numeric>\d{{1,2}}(?:\.\s?\d{{1,2}}\.(?:\s?\d{{4}}|\d\d)?|
        /\d{{1,2}}(?:/\d{{2,4}})?|-\d{{1,2}}-\d{{2,4}}))(?![\d/])
    | (?<!\w)(?P<dm>\d{{1,2}}(?:st|nd|rd|th|er|º|\.)?\s{{0,2}}(?:of\s|de\s|den\s)?\s?(?:{_M})
      (?:,?\s+(?:de\s)?\d{{4}})?)(?!\w)
    | (?<!\w)(?P<md>(?:{_M})\s{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?(?![\d:]|\s?[ap]\.?m)(?:,?\s+\d{{4}}(?!\d))?)
    | (?<![\w.,:/])(?P<range>\d{{1,2}}(?::\d\d)?)(?=\s?(?:-|–|to|until)\s?\d{{1,2}}(?::\d\d)?\s?(?P<half>[ap])\.?m\b)
    | (?<![\w.,:/])(?P<time>\d{{1,2}}(?:[:.]\d\d)?\s?[ap]\.?m\b\.?
        |\d{{1,2}}[:.]\d\d\s?(?:uhr|h|uur)\b|\d{{1,2}}:\d\d(?!\d)
        |\d{{1,2}}\s?(?:uhr|o['’]clock|uur|heures?)\b|\d{{1,2}}h(?:\d\d)?\b)
    | (?<!\w)(?P<named>{_any(_NAMED_TIME)})(?!\w)
    | (?:(?P<before>us\$|[$€£¥]|(?<!\w)(?:usd|eur|gbp|chf|cny|rmb|jpy)(?!\w))\s?|(?<![\w.]))(?P<num>{_NUM})
      (?:\s?(?P<scale>{_any(_SCALE)})(?!\w))?
      (?:\s?(?P<after>%|percent\b|per\ cent\b|prozent\b|[$€£¥]|(?:{_any(_CURRENCY)})(?!\w)))?
    | (?<![\w-])(?P<weekday>{_any(_WEEKDAY)})(?!\w)\.?
    | (?<![\w-])(?P<month>{_M})
    | (?<![\w-])(?P<day>{_any(_DAYS)})(?!\w)
    | (?<![\w-])(?P<word>{_any(_NUMBER)})(?![\w-])
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def facts(text: str) -> list[Fact]:
    """Return the facts of `text` in order, without overlap; linear in its length."""
    found: list[Fact] = []
    for match in _FACT.finditer(text):
        fact = _read(match)
        if fact is not None:
            found.append(fact)
    return found


def states(source: Fact, claim: Fact) -> bool:
    """Say whether `source` states what `claim` states, at least as exactly."""
    if claim.kind == "number" and source.kind in ("number", "money"):
        same = {reading.split()[-1] for reading in source.readings} == claim.readings
        return same
    if claim.year is not None and source.year != claim.year:
        return False
    return source.kind == claim.kind and source.readings <= claim.readings


def _read(match: re.Match[str]) -> Fact | None:
    group = match.lastgroup
    start, end = match.span()
    text = match.group()
    if match["num"]:
        return _amount(match)
    if match["half"]:
        return Fact("time", _clock(match["range"] + match["half"] + "m"), start, end)
    folded = text.casefold()
    if group in ("url", "mail"):
        kept = folded.rstrip(".,;:!?)]}'\"’”")
        return Fact("address", frozenset({kept.rstrip("/")}), start, start + len(kept))
    if group in ("iso", "numeric", "dm", "md"):
        return _date(group, text, start, end)
    if group == "time":
        return Fact("time", _clock(folded), start, end)
    if group == "named":
        return Fact("time", frozenset({str(_NAMED_TIME[folded])}), start, end)
    word = folded.rstrip(".")
    if word in _ALSO_WORDS and not text[0].isupper():
        return None
    if group == "weekday":
        return Fact("weekday", frozenset({_WEEKDAY[word]}), start, start + len(word))
    if group == "month":
        return Fact("month", frozenset({str(_MONTH[word])}), start, start + len(word))
    if group == "day":
        return Fact("day", frozenset({_DAYS[word]}), start, end)
    return Fact("number", frozenset({str(_NUMBER[word])}), start, end)


def _amount(match: re.Match[str]) -> Fact:
    value = _value(match["num"]).scaleb(_SCALE[match["scale"].casefold()] if match["scale"] else 0)
    number = format(value.normalize(), "f")
    unit = (match["after"] or match["before"] or "").casefold()
    start = match.start("before") if match["before"] else match.start("num")
    if unit in ("%", "percent", "per cent", "prozent"):
        return Fact("percent", frozenset({number}), start, match.end())
    if unit:
        return Fact("money", frozenset({f"{_CURRENCY[unit]} {number}"}), start, match.end())
    return Fact("number", frozenset({number}), start, match.end())


def _value(number: str) -> Decimal:
    """Read a number as people write it: a mark followed by three digits groups, the last other one is decimal."""
    plain = re.sub(r"[ \u00a0\u202f'’]", "", number)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return Decimal(plain)
    whole, mark, rest = plain.rpartition(marks[-1])
    grouped = len(rest) == 3 and len(set(marks)) == 1 and not whole.startswith("0") and len(whole.split(mark)[0]) <= 3
    if grouped:
        return Decimal(plain.replace(mark, ""))
    if len(set(marks)) == 1 and len(marks) > 1:  # 1.2.3: a version, not a number; keep its digits apart
        return Decimal(plain.replace(mark, "000"))
    return Decimal(re.sub(r"[.,]", "", whole) + "." + rest)


def _date(group: str, text: str, start: int, end: int) -> Fact | None:
    digits = [int(part) for part in re.findall(r"\d+", text)]
    year = next((part if part > 99 else 2000 + part for part in digits[2:] if part), None)
    if group == "iso":
        pairs, year = {(digits[2], digits[1])}, digits[0]
    elif group == "numeric":
        first, second = digits[:2]
        pairs = {(first, second)} if "." in text else {(first, second), (second, first)}
    else:
        words = re.findall(r"[^\W\d_]+", text.casefold())
        month = next(_MONTH[word] for word in words if word in _MONTH)
        pairs = {(digits[0], month)}
        year = digits[1] if len(digits) > 1 else None
    readings = frozenset(f"{day}.{month}." for day, month in pairs if 1 <= day <= 31 and 1 <= month <= 12)
    return Fact("date", readings or frozenset({text.casefold()}), start, end, year)


def _clock(text: str) -> frozenset[str]:
    """Return the minutes of the day a written time can mean: `3:00` is 3 or 15 o'clock, `03:00` and `15:00` are not."""
    digits = re.findall(r"\d+", text)
    hour, minute = int(digits[0]), int(digits[1]) if len(digits) > 1 else 0
    half = re.search(r"([ap])\.?m", text)
    if half:
        return frozenset({str((hour % 12 + (12 if half[1] == "p" else 0)) * 60 + minute)})
    exact = hour > 12 or hour == 0 or (len(digits[0]) == 2 and digits[0][0] == "0") or "uhr" in text or "h" in text
    hours = {hour} if exact else {hour, (hour + 12) % 24}
    return frozenset(str(each * 60 + minute) for each in hours)
