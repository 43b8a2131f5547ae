"""`llama-agent outbox`: every mail and event of yours that waits, is on its way, or was sent; the one door out."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import delivery, options
from agent.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from agent.outbox import Draft
    from agent.session import Session

app = typer.Typer(help="Drafts of replies, invitations and answers: list, show, send, drop.", no_args_is_help=True)

Number = Annotated[str, typer.Argument(metavar="D", help="The draft's number: d2, or 2.")]
_STATES = {"draft": "draft", "sending": "not known whether it arrived", "sent": "sent"}


@app.command("list")
def list_(as_json: options.AsJson = False) -> None:
    """Show every draft, what was sent, and what nobody knows the end of.

    \b
    llama-agent outbox list
    llama-agent outbox list --json | jq '.drafts[] | select(.state == "draft")'
    """
    from agent.outbox import Outbox

    drafts = Outbox().drafts()
    if as_json:
        from agent.calendar.meeting_records import DraftList, draft_record

        delivery.put_record(DraftList(drafts=[draft_record(each) for each in drafts]), None)
        return
    if not drafts:
        output.note("the outbox is empty.")
    delivery.put_text(rows(drafts), None)


@app.command()
def show(
    number: Number,
    raw: Annotated[bool, typer.Option("--raw", help="The bytes themselves; for a pipe.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show a draft as it is shown before it is sent.

    \b
    llama-agent outbox show d2
    llama-agent outbox show d2 --raw > d2.eml
    """
    from agent.outbox import Outbox, parse_handle
    from agent.session import open_session

    draft = Outbox().get(parse_handle(number, "d"))
    if raw:
        output.raw(draft.data)
    elif as_json:
        from agent.calendar.meeting_records import draft_record

        delivery.put_record(draft_record(draft), None)
    else:
        with open_session() as session:
            for line in _pages(draft, session):
                output.result(line)


@app.command()
def send(
    number: Number,
    sha256: Annotated[
        str | None,
        typer.Option("--sha256", metavar="HEX", help="Ask nothing: the hash shown with the draft says which bytes."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing.")] = False,
) -> None:
    """Send a draft after your yes; in a script, with the hash it was shown with.

    What was handed to a server before, without an answer, is sent again only after a word on a terminal.

    \b
    llama-agent outbox send d2
    llama-agent outbox send d2 --sha256 "$(llama-agent outbox show d2 --json | jq -r .sha256)"
    """
    from agent.errors import ConsentError
    from agent.outbox import Outbox, parse_handle
    from agent.session import open_session

    draft = Outbox().get(parse_handle(number, "d"))
    if sha256 is not None and sha256.lower() != draft.digest:
        raise ConsentError(f"{draft.handle} has another hash: it is not what was approved. Nothing was sent.")
    with open_session() as session:
        deliver(session, draft)


def rows(drafts: "Iterable[Draft]") -> "Iterator[str]":
    """Yield a line for each draft: its handle, what it is, to how many, its title, and what came of it."""
    from agent.columns import cut, pad

    for each in drafts:
        people = f"to {len(each.recipients)}" if each.recipients else ""
        row = (pad(each.handle, 4), pad(each.what, 12), pad(people, 5), pad(cut(each.title, 40), 40))
        yield "  ".join((*row, _STATES[each.state]))


def deliver(session: "Session", draft: "Draft") -> None:
    """Have a draft sent after the user's yes, and keep what follows from it. Raises what the door does.

    What would take a meeting back is not sent: InputError.
    """
    from agent.commands import editing, rsvp, sending
    from agent.outbox import Outbox

    _check_newest(draft, Outbox().drafts(damaged=False))
    sent = sending.send(draft, editing.editor(session, draft))
    if sent is not None and sent.what == "answer":
        rsvp.keep_invitation(session, sent)
    elif sent is not None and sent.meeting:
        sending.keep_meeting(session, sent)


@app.command()
def drop(
    number: Number,
    force: Annotated[bool, typer.Option("--force", help="Also one that may be on its way.")] = False,
) -> None:
    """Remove a draft, or the copy of what was sent. Nothing is taken back from anybody.

    \b
    llama-agent outbox drop d2
    """
    from agent.outbox import Outbox, parse_handle

    wanted = parse_handle(number, "d")
    Outbox().drop(wanted, force=force)
    output.note(f"d{wanted} is removed.")


def _check_newest(draft: "Draft", drafts: "list[Draft]") -> None:
    """Raise InputError for a draft that would take a meeting back to how it was before a mail that left after it."""
    of_meeting = [each for each in drafts if draft.meeting and each.meeting == draft.meeting and each.state != "draft"]
    later = [each for each in of_meeting if _order(each) > _order(draft)]
    if draft.state == "draft" and later:
        raise InputError(
            f"{draft.handle} is older than {later[-1].handle}, which has left: it would take v{draft.meeting} back.",
            (f"llama-agent outbox drop {draft.handle}", "removes it"),
            (f"llama-agent meetings show v{draft.meeting}", "shows how the meeting stands"),
        )


def _order(draft: "Draft") -> "tuple[int, datetime, int]":
    return draft.sequence, draft.created, draft.number


def _pages(draft: "Draft", session: "Session") -> list[str]:
    import sys

    from agent.egress.mail_preview import preview
    from agent.egress.recipients import known, written_to
    from agent.outbox import Outbox

    settings = session.settings
    people = known(draft, settings, sys.argv[1:], written_to(Outbox()))
    host = settings.caldav.host if settings.caldav and draft.what == "event" else ""
    place = settings.smtp.place if settings.smtp and draft.what != "event" else host
    state = [f"state    {_STATES[draft.state]}"]
    return [f"{draft.handle} {draft.what}", *state, "", *preview(draft, people, place or "no server yet", session.now)]
