"""`llama-agent rsvp`: answer an invitation you received."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import options
from agent.errors import InputError, UsageError

if TYPE_CHECKING:
    from collections.abc import Collection

    from agent.calendar.event import Partstat
    from agent.calendar.reading import Invitation
    from agent.mail.message import Head
    from agent.outbox import Draft, Recipient
    from agent.session import Session

_ANSWERS: "dict[str, Partstat]" = {"yes": "ACCEPTED", "no": "DECLINED", "maybe": "TENTATIVE"}


def rsvp(
    words: Annotated[
        list[str],
        typer.Argument(metavar="[MAILBOX] MSG yes|no|maybe", help="The message with the invitation, and your answer."),
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Keep and send nothing: show it.")] = False,
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing: keep a draft.")] = False,
) -> None:
    """Answer an invitation you received: shown, and sent to its organizer after your yes.

    Yes and maybe also put it into your calendar, where one is configured.

    \b
    llama-agent rsvp inbox.mbox 9 yes
    llama-agent rsvp 9 no
    llama-agent rsvp inbox.mbox 9 maybe --dry-run
    """
    from agent.calendar import drafting
    from agent.calendar.event import Person
    from agent.commands import sending
    from agent.commands.reading import read
    from agent.mail.origin import origin
    from agent.outbox import Outbox
    from agent.session import open_session

    if words[-1].lower() not in _ANSWERS:
        raise UsageError(f'"{words[-1]}" is no answer. Write yes, no or maybe after the message.')
    partstat = _ANSWERS[words[-1].lower()]
    with open_session() as session:
        account, _ = sending.sender(session)
        reading = read(session, "rsvp", words[:-1], options.Wanted())
        if len(reading.named) != 1 or len(reading.chosen.heads) != 1:
            raise UsageError("which message? Name one.", ("llama-agent rsvp inbox.mbox 9 yes", "answers row 9"))
        (number, head), *_ = reading.numbered()
        invitation, _ = _invitation(reading.mailbox.raw(head), head)
        me = Person(account.address, account.name)
        if invitation.organizer.address.raw == account.address:
            raise InputError("this is your own invitation: llama-agent meetings list shows who answered it.")
        if invitation.partstat(account.address) is None:
            output.note(_uninvited(invitation, account.address, session.settings.me))
        came_from = origin(head, reading.mailbox.key)
        recipient = _organizer(invitation, head, number)
        try:
            draft = drafting.answer(invitation, me, partstat, recipient, session.now, came_from)
        except ValueError as error:
            raise InputError(f"this invitation cannot be answered: {error}.") from None
        _say(session, invitation, head, number)
        if dry_run:
            _show(session, draft)
            return
        sent = sending.send(Outbox().add(draft))
        if sent is not None:
            keep_invitation(session, sent)


def _invitation(raw: bytes, head: "Head") -> "tuple[Invitation, bytes]":
    """Return the invitation in a message as kept, and its bytes. Raises InputError where there is none to answer."""
    from agent.calendar import claims
    from agent.calendar.reading import attached, read

    found = [(each, data) for data in attached(raw) for each in read(data)]
    for each, data in found:
        if each.method == "REQUEST":
            return each, data
    if any(each.method == "CANCEL" for each, _ in found):
        cancels = next(each for each, _ in found if each.method == "CANCEL")
        if claims.claim(raw, head.sender, cancels.organizer, cancels.sent_by) == "forged":
            raise InputError("this says a meeting is cancelled, and is not from who made it: nothing is done.")
        raise InputError("this cancels a meeting: there is nothing to answer.")
    if found:
        raise InputError("this is no invitation: what is attached asks for no answer.")
    raise InputError("no invitation is attached to this message.")


def _uninvited(invitation: "Invitation", own: str, me: "Collection[str]") -> str:
    """Return the sentence about an answer from an address that is not among those invited."""
    other = next((each for each in me if invitation.partstat(each.lower()) is not None), None)
    invited = f"{other} is invited, and you answer as {own}" if other else f"{own} is not among those invited"
    return f"{invited}; the organizer may not know what to do with it"


def _organizer(invitation: "Invitation", head: "Head", number: int) -> "Recipient":
    """Return who the answer goes to: the organizer, who is somebody new unless the message is from them."""
    from agent.calendar.event import NAME, line
    from agent.outbox import Recipient

    address = invitation.organizer.address.raw
    if not address:
        raise InputError("this invitation names no organizer who can be written to.")
    name = line(invitation.organizer.name.raw.replace('"', " "), NAME)
    how = f"sender of {number}" if head.sender.address.raw == address else f"organizer named in {number}"
    return Recipient(address, "" if "@" in name else name, how)


def _say(session: "Session", invitation: "Invitation", head: "Head", number: int) -> None:
    from agent.calendar.saying import when
    from agent.tasks import inviting
    from agent.text import screen_line

    zone = session.now.tzinfo
    assert zone is not None
    assert invitation.start is not None
    who = screen_line(head.sender.name) or screen_line(head.sender.address)
    told = when(invitation.start, invitation.end, session.now, zone)
    output.note(f"from message {number}, {who}: {screen_line(invitation.title) or '(no title)'}, {told}")
    for problem in invitation.problems:
        output.note(f"! {problem}")
    if invitation.end is not None:
        start, end, uid = invitation.start, invitation.end, invitation.uid.raw
        for line in inviting.conflicts(session.settings.calendar, start, end, uid, session.now):
            output.note(line)


def _show(session: "Session", draft: "Draft") -> None:
    import sys

    from agent.egress.mail_preview import preview
    from agent.egress.recipients import known, written_to
    from agent.outbox import Outbox

    assert session.settings.smtp is not None
    people = known(draft, session.settings, sys.argv[1:], written_to(Outbox()))
    for line in preview(draft, people, session.settings.smtp.place, session.now):
        output.result(line)
    output.note("dry run: nothing was kept or sent")


def keep_invitation(session: "Session", answer: "Draft") -> None:
    """Put the invitation that was accepted into the folder of the settings, where it still is in its mailbox.

    Left out of it is what could ring, run or load anything.
    """
    from agent.calendar import folder, storing
    from agent.calendar.drafting import object_in
    from agent.calendar.reading import read
    from agent.commands import sending

    settings = session.settings.calendar
    ((_, partstat),) = read(object_in(answer))[0].attendees
    if settings is None or settings.folder is None or partstat == "DECLINED":
        return
    mailbox = session.open(answer.mailbox)
    head = next((each for each in mailbox.heads() if each.id == answer.source), None)
    if head is None:
        output.note("the invitation is no longer in its mailbox: it was not put into your calendar")
        return
    events, problems = storing.split(_invitation(mailbox.raw(head), head)[1])
    shown = [(each.uid, each.ics) for each in events if each.uid == answer.uid]  # and no other that came along with it
    for put in folder.put_all(settings.folder, shown):
        output.note(sending.kept_in(settings.folder, put))
    for problem in problems if not shown else ():
        output.note(problem)
