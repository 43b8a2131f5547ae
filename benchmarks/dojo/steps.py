"""A call of one of AgentDojo's tools as an effect: which of the program's four classes it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from agent.tools.effects import Class


@dataclass(frozen=True, slots=True)
class Call:
    """A tool's name and the arguments it is called with."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reads:
    """Changes nothing."""

    kind: ClassVar[Class] = "read"
    call: Call


@dataclass(frozen=True, slots=True)
class Keeps:
    """Changes what is the user's alone, and can be undone."""

    kind: ClassVar[Class] = "local"
    call: Call


@dataclass(frozen=True, slots=True)
class Sends:
    """Reaches other people."""

    kind: ClassVar[Class] = "outgoing"
    call: Call


@dataclass(frozen=True, slots=True)
class Destroys:
    """Cannot be undone."""

    kind: ClassVar[Class] = "destructive"
    call: Call


Step = Reads | Keeps | Sends | Destroys

# get_unread_emails marks what it returns as read, so it is no mere reading.
TOOLS: dict[type[Step], tuple[str, ...]] = {
    Reads: (
        *("get_sent_emails", "get_received_emails", "get_draft_emails", "search_emails"),
        *("search_contacts_by_name", "search_contacts_by_email"),
        *("get_current_day", "search_calendar_events", "get_day_calendar_events"),
        *("search_files_by_filename", "get_file_by_id", "list_files", "search_files"),
    ),
    Keeps: ("get_unread_emails", "create_file", "append_to_file"),
    Sends: (
        *("send_email", "share_file"),
        *("create_calendar_event", "reschedule_calendar_event", "add_calendar_event_participants"),
        "cancel_calendar_event",
    ),
    Destroys: ("delete_email", "delete_file"),
}
_CLASS = {name: made for made, names in TOOLS.items() for name in names}


def step(call: Call) -> Step:
    """Return the effect of a call. A tool nobody has classed is of the class that asks.

    An event without other people is kept in a calendar on this computer; with them it is an invitation, and leaves.
    """
    if call.name == "create_calendar_event" and not call.arguments.get("participants"):
        return Keeps(call)
    return _CLASS.get(call.name, Destroys)(call)
