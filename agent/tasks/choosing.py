"""A larger model on this computer chooses what there is to do, by handles: it writes no word of the result.

It sees the message's sentences as s1, s2…, the people of the header as p1…, and the phrases about time as d1…, and
answers in lines such as `s3 request p1 d2` under a grammar. Whatever is not exactly that is thrown away, and the rules
decide about that message.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from typing import cast as typed_as

from agent.mail.message import Address
from agent.mail.people import is_me
from agent.model import Completion, Done, Limits, Model, Request
from agent.prompts import Prompt
from agent.sentences import Span
from agent.tasks.actions import Scene, item, rules
from agent.tasks.due import due_from
from agent.tasks.items import NOBODY, Item, Kind
from agent.tasks.owner import owner_of
from agent.tasks.waiting import Waiting
from agent.text import Untrusted

if TYPE_CHECKING:
    from agent.calendar.words import Phrase

_MOST_SENTENCES, _MOST_PEOPLE, _MOST_DATES = 40, 20, 20
_SHOWN = 400  # characters of a sentence
_LINE_TOKENS, _LINES = 20, 12
_LINE = re.compile(
    r"s(?P<sentence>[1-9]\d?) (?P<kind>request|question|commitment) (?P<who>p[1-9]\d?|nobody) (?P<date>d[1-9]\d?|-)"
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What there is to do in one message, whether a model was asked, and whether its answer was used."""

    scene: Scene
    items: tuple[Item, ...]
    asked: bool
    by_model: bool


def choose(scenes: Iterable[Scene], model: Model, prompt: Prompt) -> Iterator[Chosen]:
    """Yield what there is to do in each message, as soon as it is done; one request a message, all in one run.

    Scenes are read a little ahead of the model. A message too long for it is left to the rules.
    """
    asked: dict[str, Scene] = {}
    coming = enumerate(scenes)
    waiting = Waiting()

    def read_ahead() -> Iterator[Chosen]:
        # Nothing is asked of the model, `parallel` included, before something is to be asked: it may not be loaded.
        while (not waiting or len(waiting) < model.parallel) and (each := next(coming, None)):
            number, scene = each
            request = _request(str(number), scene, prompt)
            if scene.sentences and model.count(request.turns) + request.limits.max_tokens < model.context:
                asked[request.id] = scene
                waiting.add([request])
            else:
                yield Chosen(scene, rules(scene), asked=False, by_model=False)

    yield from read_ahead()
    for event in model.run(waiting) if waiting else ():
        if isinstance(event, Done):
            waiting.answered()
            scene = asked.pop(event.id)
            found = read(event.completion, scene)
            yield Chosen(scene, rules(scene) if found is None else found, asked=True, by_model=found is not None)
            yield from read_ahead()


def grammar(scene: Scene) -> str:
    """Return the grammar (GBNF) of every answer there can be about this message."""
    count = len(scene.sentences[:_MOST_SENTENCES])
    people = [f"p{number}" for number in range(1, len(_people(scene)) + 1)]
    dates = [f"d{number}" for number in range(1, len(_dates(scene)) + 1)]
    return "\n".join(
        (
            f'root ::= "none" | line ("\\n" line){{0,{min(count, _LINES) - 1}}}',
            'line ::= sentence " " kind " " who " " date',
            f"sentence ::= {_any(f's{number}' for number in range(1, count + 1))}",
            'kind ::= "request" | "question" | "commitment"',
            f"who ::= {_any([*people, 'nobody'])}",
            f"date ::= {_any([*dates, '-'])}",
        )
    )


def read(completion: Completion, scene: Scene) -> tuple[Item, ...] | None:
    """Return the items of an answer; None where any part of it is not what could be asked for."""
    text = completion.text.raw.strip()
    if completion.stop != "end" or not text:
        return None
    if text == "none":
        return ()
    found: dict[int, Item] = {}
    for line in text.split("\n"):
        match = _LINE.fullmatch(line)
        number = int(match["sentence"]) - 1 if match else -1
        made = _item(match, scene) if match and number not in found else None
        if made is None:
            return None
        found[number] = made
    return tuple(found[number] for number in sorted(found))


def _item(match: re.Match[str], scene: Scene) -> Item | None:
    people, dates = _people(scene), _dates(scene)
    at = int(match["sentence"]) - 1
    if at >= len(scene.sentences[:_MOST_SENTENCES]):
        return None
    made = item(scene, scene.sentences[at], typed_as(Kind, match["kind"]))
    if match["who"] == "nobody":
        made = made if made.who.name and made.who.person is None else replace(made, who=NOBODY)
    elif (number := int(match["who"][1:])) <= len(people):
        made = replace(made, who=owner_of(people[number - 1], scene.people.me))
    else:
        return None
    if match["date"] == "-":
        return replace(made, due=None)
    phrase = next(iter(dates[int(match["date"][1:]) - 1 :]), None)
    if phrase is None or not _is_near((phrase.start, phrase.end), at, scene.sentences):
        return None
    return replace(made, due=due_from(scene.message, phrase))


def _is_near(phrase: Span, at: int, spans: Sequence[Span]) -> bool:
    """Say whether a phrase stands in sentence `at` or in one beside it: a date from elsewhere is another matter's."""
    return _within(phrase, spans[max(0, at - 1) : at + 2])


def _within(phrase: Span, spans: Sequence[Span]) -> bool:
    return any(start <= phrase[0] and phrase[1] <= end for start, end in spans)


def _request(name: str, scene: Scene, prompt: Prompt) -> Request:
    text = scene.message.body.text.raw
    said = [" ".join(text[start:end].split())[:_SHOWN] for start, end in scene.sentences[:_MOST_SENTENCES]]
    people = [_described(person, scene) for person in _people(scene)]
    dates = [" ".join(text[each.start : each.end].split()) for each in _dates(scene)]
    turns = prompt.turns(sentences=_listed("s", said), people=_listed("p", people), dates=_listed("d", dates))
    return Request(name, turns, Limits(_LINES * _LINE_TOKENS), grammar=grammar(scene))


def _people(scene: Scene) -> list[Address]:
    return list(dict.fromkeys(scene.people.everybody))[:_MOST_PEOPLE]


def _dates(scene: Scene) -> "list[Phrase]":
    """Return the phrases of the sentences that are shown: one of a quotation could not be chosen for any of them."""
    shown = scene.sentences[:_MOST_SENTENCES]
    return [each for each in scene.phrases if each.readings and _within((each.start, each.end), shown)][:_MOST_DATES]


def _described(person: Address, scene: Scene) -> str:
    name = " ".join((person.name.raw or person.address.raw).split())[:80]
    role = "writer" if person is scene.people.sender else ""
    return f"{name} ({', '.join(filter(None, (role, 'reader' if is_me(person, scene.people.me) else '')))})"


def _listed(letter: str, values: Sequence[str]) -> Untrusted:
    return Untrusted("\n".join(f"{letter}{number}: {each}" for number, each in enumerate(values, 1)) or "none")


def _any(words: Iterable[str]) -> str:
    return " | ".join(f'"{word}"' for word in words)
