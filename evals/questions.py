"""Questions about texts that people marked, each with the answer: what a model's confidence is measured on.

Nothing here asks a model. Five in seven have an answer in the text. Many texts of a set were made from one template:
`group` says which, so that no template is counted as many.
"""

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.data import folder, rows

_LONGEST = 2_000  # characters; what is longer would not be read in one piece (agent/tasks/found.py)
_EACH = 3  # questions of one kind from one template
_BESIDE = 2  # texts that stand around the one asked about, at most

# kind of value -> (question about a person's, question where nobody is named)
_ASKED = {
    "person": ("", "Who does Bob write about?"),
    "email": ("What is the e-mail address of {person}?", "Which e-mail address is in the text?"),
    "phone": ("What is the phone number of {person}?", "Which phone number is in the text?"),
    "employee_id": ("What is the employee ID of {person}?", ""),
    "address": ("What is the address of {person}?", ""),
    "ssn": ("What is the social security number of {person}?", "Which social security number is in the text?"),
    "ip_address": ("Which IP address did {person} log in from?", "Which IP address is in the text?"),
    "hostname": ("", "Which host is named in the text?"),
    "org_name": ("Which company does {person} work for?", "Which company is named in the text?"),
    "place": ("", "Which place is named in the text?"),
    "date": ("", "Which date is in the text?"),
    "age": ("How old is {person}?", "Which age is in the text?"),
    "card": ("What is the card number of {person}?", "Which card number is in the text?"),
    "iban": ("", "Which IBAN is in the text?"),
    "url": ("", "Which web address is in the text?"),
    "title": ("", "Which job title or form of address is in the text?"),
}
_SYNTHETIC = {
    "PERSON": "person",
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "US_SSN": "ssn",
    "IP_ADDRESS": "ip_address",
    "ORGANIZATION": "org_name",
    "GPE": "place",
    "DATE_TIME": "date",
    "AGE": "age",
    "CREDIT_CARD": "card",
    "IBAN_CODE": "iban",
    "DOMAIN_NAME": "url",
    "TITLE": "title",
}
_MISSING = ("phone", "address", "age", "email", "ssn", "org_name", "card")
_SAYS_NO = re.compile(
    r"\b(?:not|no|none|nobody|unknown|cannot|unable|n/a|without)\b|n't\b|nothing (?:is|about)", re.IGNORECASE
)
_MONEY = re.compile(r"\$\s?(\d{1,3}(?:[, ]\d{3})+(?:\.\d\d)?|\d+(?:\.\d\d?)?)")


@dataclass(frozen=True, slots=True)
class Item:
    """A question about `texts`; `gold` is the answer ("": it is not there), `rivals` are other values of its kind."""

    texts: tuple[str, ...]
    question: str
    gold: str
    rivals: frozenset[str]
    group: str

    def right(self, answer: str) -> bool:
        """Say whether an answer gives the gold value and no rival of it, or says that there is none."""
        if not self.gold:
            return bool(_SAYS_NO.search(answer)) and not _MONEY.search(answer)
        if self.gold.startswith("$"):
            return _amounts(answer) == _amounts(self.gold)
        said = _plain(answer)
        return _plain(self.gold) in said and not any(_plain(rival) in said for rival in self.rivals)


@dataclass(frozen=True, slots=True)
class _Marked:
    """A text and the (start, end, kind) of what people marked in it."""

    text: str
    spans: tuple[tuple[int, int, str], ...]
    group: str

    def values(self, kind: str) -> list[str]:
        return [self.text[start:end] for start, end, each in self.spans if each == kind]

    def at(self, kind: str) -> list[tuple[int, int]]:
        return sorted((start, end) for start, end, each in self.spans if each == kind)


def questions() -> list[Item]:
    """Return the items, the same every time."""
    draw = random.Random(0)
    marked = [*_workplace(), *_synthetic()]
    found: dict[tuple[str, str, bool], list[Item]] = defaultdict(list)
    for each in marked:
        for kind, question, gold in _asked(each, draw):
            beside = _others(each, kind, marked, draw)
            at = draw.randint(0, len(beside))
            texts = (*beside[:at], each.text, *beside[at:])
            rivals = frozenset(value for value in each.values(kind) if _plain(value) not in _plain(gold))
            found[each.group, kind, not gold].append(Item(texts, question, gold, rivals, each.group))
    kept = [item for items in found.values() for item in draw.sample(items, min(_EACH, len(items)))]
    answerable = [item for item in kept if item.gold]
    missing = [item for item in kept if not item.gold]
    return [*answerable, *draw.sample(missing, min(len(missing), len(answerable) // 3)), *_payments()]


def _asked(each: _Marked, draw: random.Random) -> Iterator[tuple[str, str, str]]:
    """Yield (kind, question, gold) for what can be asked of a text with one answer."""
    people = each.values("person")
    for kind, (of_person, of_text) in _ASKED.items():
        values = each.values(kind)
        if len(values) == 1 and of_person and len(people) == 1:
            yield kind, of_person.format(person=people[0]), values[0]
        elif len(values) == 1 and of_text:
            yield kind, of_text, values[0]
        elif len(values) > 1 and of_person and len(people) == len(values):
            pairs = _beside(each, kind)
            if pairs:
                person, value = draw.choice(pairs)
                yield kind, of_person.format(person=person), value
                yield kind, f"Who has the {kind.replace('email', 'e-mail address')} {value}?", person
    gone = [kind for kind in _MISSING if not each.values(kind)]
    if len(people) == 1 and gone:
        kind = draw.choice(gone)
        yield kind, _ASKED[kind][0].format(person=people[0]), ""


def _beside(each: _Marked, kind: str) -> list[tuple[str, str]]:
    """Return the (person, value) that stand next to each other: `Ada (ada@example.org)`, `Ada: 555-0100`."""
    pairs = []
    for (start, end), (first, last) in zip(each.at("person"), each.at(kind), strict=True):
        if each.text[end:first].strip() not in ("(", ":"):
            return []
        pairs.append((each.text[start:end], each.text[first:last]))
    return pairs


def _others(each: _Marked, kind: str, marked: Sequence[_Marked], draw: random.Random) -> list[str]:
    """Return up to two other texts without a value of this kind and without these people, to stand around it."""
    people = {word for person in each.values("person") for word in person.casefold().split()}
    others: list[str] = []
    for other in draw.sample(marked, 12):
        fits = len(other.text) < 300 and other.group != each.group and not other.values(kind)
        if fits and not other.values("person") and not people & set(other.text.casefold().split()):
            others.append(other.text)
    return others[: draw.randint(0, _BESIDE)]


def _workplace() -> list[_Marked]:
    found = []
    for row in rows("pii", "workplace-half.jsonl"):
        spans = tuple((note["start"], note["end"], note["kind"]) for note in row["annotations"])
        # What is not marked is the template's; so is the sequence of kinds.
        shape = "/".join(kind for _, _, kind in sorted(spans))
        found.append(_Marked(row["text"], spans, f"workplace {shape}"))
    return found


def _synthetic() -> list[_Marked]:
    found = {}
    for row in json.loads(folder().joinpath("pii", "synth-even-templates.json").read_text("utf-8")):
        spans = tuple(
            (span["start_position"], span["end_position"], _SYNTHETIC.get(span["entity_type"], "other"))
            for span in row["spans"]
        )
        found[row["full_text"]] = _Marked(row["full_text"], spans, f"synthetic {row['template_id']}")
    return [each for each in found.values() if len(each.text) <= _LONGEST]


def _payments() -> list[Item]:
    """Return the questions about receipts; several are about one e-mail."""
    found = []
    for row in rows("bipia", "email-train.jsonl"):
        text, gold = row["context"], row["ideal"]
        if len(text) <= _LONGEST:
            question = row["question"].removeprefix("Q: ")
            gold = "" if gold == "unknown" else gold
            found.append(Item((text,), question, gold, frozenset(), f"payment {text[:40]}"))
    return found


def _amounts(text: str) -> set[float]:
    return {float(re.sub(r"[, ]", "", amount)) for amount in _MONEY.findall(text)}


def _plain(text: str) -> str:
    """Return the letters and digits of a text, so that no mark or space makes two of one value."""
    return "".join(char for char in text.casefold() if char.isalnum())
