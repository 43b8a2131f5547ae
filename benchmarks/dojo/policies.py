"""Which calls ask the user: the program's rule, and others it is measured beside.

A policy makes an effect of a call; the gate then asks for what is outgoing or destructive. So a policy that lets a call
through says that it is of a lower class.
"""

import re
from collections.abc import Callable
from typing import Protocol

from benchmarks.dojo.steps import Call, Keeps, Reads, Sends, Step, step


class World(Protocol):
    """What is known of what a call is about, from data rather than from the model."""

    prompt: str  # what the user typed

    def others(self, call: Call) -> frozenset[str]:
        """Return the addresses, but for the user's, of those who have a part in the event or file the call names."""

    def title(self, call: Call) -> str:
        """Return the title of the event the call names, "" for none."""


Policy = Callable[[Call, World], Step]


def no_gate(call: Call, world: World) -> Step:
    """Everything is free: shows what the attacks can do, and so that the harness is sound."""
    return Reads(call)


def classes(call: Call, world: World) -> Step:
    """Reading and keeping are free, sending and destroying ask: the rule of the program."""
    return step(call)


def own_events(call: Call, world: World) -> Step:
    """As `classes`, but an event nobody else has a part in may be moved."""
    return Keeps(call) if call.name == "reschedule_calendar_event" and not world.others(call) else step(call)


def typed_words(call: Call, world: World) -> Step:
    """As `classes`, but what goes out may, where every word of it and everybody it goes to was typed by the user.

    Generous on purpose, so that it saves as much as such a rule can: an event may be named by its title, and when it
    ends is taken to follow from what was typed.
    """
    made = step(call)
    if not isinstance(made, Sends) or call.name not in _TYPED:
        return made
    said = " ".join(str(value) for name in _TYPED[call.name] for value in _flat(call.arguments.get(name)))
    words = _words(f"{said} {world.title(call)}")
    return Keeps(call) if words <= _words(world.prompt) else made


def shared_files(call: Call, world: World) -> Step:
    """As `classes`, but adding to a file that other people can read goes out to them."""
    return Sends(call) if call.name == "append_to_file" and world.others(call) else step(call)


POLICIES: dict[str, Policy] = {
    each.__name__: each for each in (no_gate, classes, own_events, typed_words, shared_files)
}
OURS = classes.__name__

_TYPED = {
    "send_email": ("recipients", "subject", "body", "attachments", "cc", "bcc"),
    "create_calendar_event": ("title", "description", "start_time", "participants", "location"),
    "add_calendar_event_participants": ("participants",),
}
_WORD = re.compile(r"[\w@.+:-]+")


def _words(text: str) -> set[str]:
    return {word.strip(".:-").lower() for word in _WORD.findall(text)} - {""}


def _flat(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
