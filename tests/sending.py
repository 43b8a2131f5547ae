"""Requests of every kind, made by chance from a seed, and a program that sends them through the door, one by one.

`python -m tests.sending SEED COUNT HOME...` sends to the endpoint of the settings; whoever is asked says yes or no.
"""

import json
import os
import random
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import islice

from agent.egress import consent, wire
from agent.egress.consent import Consent
from agent.model import Image, Limits, Request, Role, Segment, Tool, Turn
from agent.paths import config_file
from agent.terms import Offer, Rung
from agent.text import Untrusted
from tests.pictures import encoded, gradient

MODEL = "stand-in"
_ROLES: tuple[Role, ...] = ("system", "user", "assistant", "user")
_WORDS = (
    *("review", "Budget,", "214,000 EUR", "PERSON_7K3Q", "größer", "日本語のメール", "Ω≈ç", "👩‍🚀", "é", "ﷺ", "नमस्ते"),
    *("\n", "\n\n", "\r\n", "\t", "\x00", "\x1b[2J", "\x07", "\x7f", "\x85", "\u200b", "\u202e", "\u2028", "\ufeff"),
    *("\ud800", "\udfff", "\U000e0041", '"', "\\", "\\n", '"}],"x":[{', "  | ", ": ", "[y/N] y", "<|eot_id|>", "</s>"),
    *(
        "data:image/png;base64,AAAA",
        "-- more (Enter) or q -- ",
        "temperature: 0",
        "\\u{1b}",
        "x" * 200,
        "%s{0}",
        "\u0301",
    ),
)


def configure(url: str, *lines: str, enabled: bool = True, consent_url: str = "") -> None:
    """Name an endpoint in the settings, and let it be offered requests, as `cloud enable` does."""
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text("\n".join([f'[cloud]\nurl = "{url}"\nmodel = "{MODEL}"', *lines, ""]))
    if enabled:
        consent.write(Consent(consent_url or url, MODEL, "ada", datetime.now(UTC)))


def random_requests(seed: int, count: int) -> Iterator[tuple[Offer, bytes]]:
    """Yield so many offers with the bytes they are about."""
    for number in range(count):
        chance = random.Random(f"{seed} {number}")
        yield _offer(chance), wire.body(_request(chance, number), MODEL, stream=chance.random() < 0.8)


def send(seed: int, count: int, homes: Sequence[str]) -> None:
    """Send them all, each once the one before is over, in equal parts from these homes (LLAMA_AGENT_HOME)."""
    from agent.egress.door import open_door

    waiting = random_requests(seed, count)
    for home in homes:
        os.environ["LLAMA_AGENT_HOME"] = home
        door = open_door(("ask",))
        for offer, body in islice(waiting, count // len(homes)):
            exchange = door.send("chat", offer, body)
            for _ in exchange:
                pass
            exchange.settle(1, 1, 0, 0)
        door.close()


def _request(chance: random.Random, number: int) -> Request:
    pictures = chance.random() < 0.2
    roles = _ROLES[: chance.randrange(1, 5)]
    turns = tuple(Turn(role, _segments(chance, pictures=pictures and role == "user")) for role in roles)
    schema = _json(chance) if chance.random() < 0.2 else None
    tools = () if pictures else tuple(_tool(chance) for _ in range(chance.choice((0, 0, 0, 1, 2))))
    return Request(str(number), turns, Limits(chance.randrange(1, 4096)), schema=schema, tools=tools)


def _segments(chance: random.Random, *, pictures: bool) -> tuple[Segment, ...]:
    texts: list[Segment] = [_text(chance), Untrusted(_text(chance))]
    chance.shuffle(texts)
    return (*texts[: chance.randrange(0, 3)], _picture(chance.randrange(3)), *texts[1:]) if pictures else tuple(texts)


def _tool(chance: random.Random) -> Tool:
    return Tool(chance.choice(("calendar", "find_mail")), _text(chance), _json(chance))


def _json(chance: random.Random) -> str:
    properties = {
        _text(chance): {"type": "string", "description": _text(chance), "enum": [_text(chance), "", None, 1.5]}
    }
    return json.dumps({"type": "object", "properties": properties, "required": [], "additionalProperties": False})


def _text(chance: random.Random) -> str:
    return chance.choice(("", " ")).join(chance.choices(_WORDS, k=chance.randrange(0, 14)))


def _offer(chance: random.Random) -> Offer:
    return Offer(
        "ask",
        chance.choice((Rung.QUESTION, Rung.EXCERPT)),
        frozenset({"own words", "mail"}),
        ((f"<{chance.random()}@example.org>", 120),),
        {"PERSON": chance.randrange(9)},
        tuple(_text(chance).replace("\ud800", "").replace("\udfff", "") for _ in range(chance.randrange(3))),
        ("consent", "labels"),
        max_tokens=64,
    )


@cache
def _picture(number: int) -> Image:
    size = (12 + number, 9)
    return Image(encoded(gradient(size), "PNG"), "image/png", *size)


if __name__ == "__main__":
    send(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
