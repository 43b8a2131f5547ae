"""`llama-agent calendar`: what is on, when there is time, and an event more."""

import shutil
from datetime import UTC, time, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import calendar_file, calendar_server, options
from agent.errors import UsageError
from agent.paths import config_file

if TYPE_CHECKING:
    from agent.calendar.entry import Calendars
    from agent.calendar.folder import Put
    from agent.calendar.storing import Storable
    from agent.config import Calendar
    from agent.session import Session

app = typer.Typer(help="Your calendars: list, free, add.", no_args_is_help=True)

_UNKNOWN_WIDTH = 200
_LEFT: "dict[Put, str]" = {
    "older": "a later revision is there",
    "not theirs": "an event of this UID is there that has another organizer",
}

When = Annotated[
    str | None,
    typer.Argument(metavar="WHEN", show_default=False, help='"thu", "next week", 2026-12-01. Without: seven days.'),
]


@app.command("list")
def list_(when: When = None, as_json: options.AsJson = False) -> None:
    """Show what is on, by day. Without WHEN: today and the six days after it.

    \b
    llama-agent calendar list
    llama-agent calendar list "next week"
    llama-agent calendar list thu --json | jq -r '.events[].title'
    """
    from agent.calendar import days, folder
    from agent.calendar.expand import occurrences
    from agent.session import open_session

    with open_session() as session:
        found = folder.calendars(configured(session))
        first, last = days.days(when, session.now)
        begin, end = days.midnights(first, last, _zone(session))
        events = occurrences(found.entries, begin, end, _zone(session))
    if as_json:
        from agent.calendar import records

        output.record(records.agenda(events, begin, end, found.problems).model_dump(mode="json"), indent=2)
    else:
        from agent.calendar import agenda

        width = shutil.get_terminal_size((_UNKNOWN_WIDTH, 0)).columns
        for line in agenda.days(events, first, last, _zone(session), width):
            output.result(line)
        if not events:
            output.note(f"no events {days.in_words(first, last)}")
    _say_problems(found)


@app.command()
def free(
    when: Annotated[str, typer.Argument(metavar="WHEN", help='Days: "next week", "thu", 2026-12-01.')],
    length: Annotated[str, typer.Option("--for", metavar="LENGTH", help="At least that long: 45m, 1h30.")] = "30m",
    as_json: options.AsJson = False,
) -> None:
    """Show when there is time, within the hours `day` of [calendar] in the configuration.

    Whole days that are on take time; what is marked as free does not.

    \b
    llama-agent calendar free "next week"
    llama-agent calendar free thu --for 1h30
    llama-agent calendar free 2026-12-01 --json | jq -r '.times[0].start'
    """
    from agent.calendar import busy, days, folder, words
    from agent.session import open_session

    at_least = words.length(length)
    if at_least is None:
        raise UsageError(f'--for "{length}" is not a length. Use 45m, 1h30 or 90m.')
    with open_session() as session:
        settings = configured(session)
        found = folder.calendars(settings)
        first, last = days.days(when, session.now)
        hours = _hours(settings)
        now = days.next_step(session.now)
        times = busy.free(first, last, found, _zone(session), hours=hours, at_least=at_least, now=now)
    if as_json:
        from agent.calendar import records

        record = records.free_times(times, first, last, at_least, found.problems)
        output.record(record.model_dump(mode="json"), indent=2)
    else:
        from agent.calendar import agenda

        for line in agenda.gaps(times):
            output.result(line)
        within = f"{agenda.length(at_least)} or more within {settings.day}"
        output.note(f"{'free' if times else 'no free'} times of {within}, {days.in_words(first, last)}")
    _say_problems(found)


@app.command()
def add(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An .ics file, a message with one (.eml), or `-`.")],
) -> None:
    """Put the events of a file into your calendar: the folder of [calendar], else the server of [caldav], after a yes.

    Each replaces an older revision of itself. Reminders and attachments in it are left out. A cancellation deletes
    nothing.

    \b
    llama-agent calendar add event.ics
    llama-agent calendar add invitation.eml
    llama-agent invite inbox.mbox 7 --dry-run --ics | llama-agent calendar add -
    """
    from agent.session import open_session

    events = calendar_file.events(file)
    with open_session() as session:
        settings = session.settings
        if settings.calendar and settings.calendar.folder:
            _keep(events, settings.calendar.folder, _zone(session))
        elif settings.caldav:
            calendar_server.put(events, session.now)
        else:
            raise _none("to write to")


def configured(session: "Session") -> "Calendar":
    """Return the calendars of the configuration. Raises UsageError, with the lines to write, where there are none."""
    settings = session.settings.calendar
    if settings is None or not (settings.folder or settings.read):
        raise _none("on this computer")
    return settings


def _none(which: str) -> UsageError:
    from agent.config import table_template

    return UsageError(
        f"no calendar {which} is configured; write lines like these in {config_file()}:",
        *((line, "") for line in table_template("calendar")),
    )


def _keep(events: "list[Storable]", folder: str, zone: tzinfo) -> None:
    """Put the events into the folder, and say what became of each."""
    from agent.calendar import agenda
    from agent.calendar import folder as vdir

    answers = vdir.put_all(folder, [(event.uid, event.ics) for event in events])
    width = max(map(len, answers))
    for event, answer in zip(events, answers, strict=True):
        output.result(f"{answer:{width}}  {agenda.event_line(event.entries[0], zone)}")
    output.note(f"{answers.count('added') + answers.count('changed')} put into {folder}")
    for answer, why in _LEFT.items():
        if answer in answers:
            output.note(f"{answer}: {why}; it was left as it is")


def _hours(settings: "Calendar") -> tuple[time, time]:
    from agent.calendar.busy import parse_hours

    try:
        return parse_hours(settings.day)
    except ValueError:
        raise UsageError(f'{config_file()}: day = "{settings.day}" under [calendar] is no part of a day.') from None


def _zone(session: "Session") -> tzinfo:
    return session.now.tzinfo or UTC


def _say_problems(found: "Calendars") -> None:
    for problem in found.problems:
        output.note(problem)
