"""5,000 generated meetings: does the validator find anything, and do icalendar and khal read what was written?

All zone names, days on which clocks change, names with quotes, umlauts and emoji, control characters in every text,
whole days, series where the zone has a rule; changes, ends, one person taken out, answers. And every file of
ics-fixtures: is it read without an exception?
"""

import os
import random
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from agent.calendar import drafting, entries, reading
from agent.calendar.check import check_itip, check_mail
from agent.calendar.event import Event, Partstat, Person, fit
from agent.calendar.itip import stored
from agent.calendar.zones import NotExact
from agent.mail.origin import Origin
from agent.outbox import Draft, Recipient
from evals.data import folder, report

COUNT, BY_COMMAND = 5_000, 200
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
_NAMES = (
    *("Eve Adler", "Lucía Ferrer", 'Bob "the builder" Jones', "陈思远", "O'Hara, Sean", "", "Zoë 🎉"),
    "a\r\nBcc: x@evil.example",
)
_TITLES = (
    *("Review", "Größe; Länge, Breite", 'He said "go"', "会议: 预算", "🎉 party 🎉", "back\\slash\\n", "x" * 400),
    *("a\r\nATTENDEE:mailto:mallory@evil.example", "line\u2028separator", "bell\x07 esc\x1b[2J"),
    *("=?utf-8?q?a=0ABcc=3A_x?=", "\u202eright to left", "BEGIN:VALARM", "Straße " * 30),
)
_PLACES = ("", "Room 1, 2nd floor", "https://meet.example/a;b,c?d=e", "Zürich\nHB", "\u2029 hall")
_NOTES = ("", "Bring the plans.", "Eins\nzwei\r\ndrei\x0bvier", '\\, ; : "quoted" ' * 20, "日本語" * 100, "x" * 5_000)
_RULES = (*[""] * 4, "FREQ=WEEKLY;BYDAY={day};COUNT=8", "FREQ=DAILY;COUNT=5", "FREQ=MONTHLY;BYDAY={nth}{day};COUNT=6")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_CHANGES = tuple(date(*day) for day in ((2027, 3, 14), (2027, 3, 28), (2027, 10, 31), (2027, 11, 7), (2028, 2, 29)))
_PARTSTATS: tuple[Partstat, ...] = ("ACCEPTED", "DECLINED", "TENTATIVE")
_MINUTE = "%Y-%m-%d %H:%M"

Kind = Literal["REQUEST", "UPDATE", "CANCEL", "ONE OUT", "REPLY"]
Read = tuple[object, ...]  # what a reader makes of an object: texts, times, people


@dataclass(frozen=True, slots=True)
class Plan:
    """A meeting as somebody would have it, its texts as they come, the mail about it, and what an answer says."""

    event: Event
    kind: Kind
    partstat: Partstat


@dataclass(frozen=True, slots=True)
class Made:
    """A meeting, cleaned, and the draft of the mail about it."""

    event: Event
    kind: Kind
    draft: Draft

    @property
    def ics(self) -> bytes:
        """The object in the mail."""
        return drafting.object_in(self.draft)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of one meeting: the rules it breaks, which readers read something else in it, and it for a calendar."""

    plan: Plan
    stored: bytes = b""
    refused: str = ""
    rules: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()


def main() -> None:
    """Print what was found, and what was read back differently."""
    every = plans(COUNT)
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(judged, every, chunksize=50))
    kept = [each for each in results if not each.refused]
    events = [fit(each.plan.event) for each in kept]
    with ProcessPoolExecutor(2) as pool:  # processes of its own: khal's import has icalendar use pytz for zones
        khal = Counter(pool.map(by_khal, events, [each.stored for each in kept], chunksize=50))
    others = Counter(reader for each in kept for reader in each.otherwise)
    counts: dict[str, object] = {
        "generated": len(every),
        "refused": len(every) - len(kept),
        "series kept": sum(bool(each.plan.event.rule) for each in kept),
        "findings": sum(len(each.rules) for each in kept),
        "read otherwise by us": others["us"],
        "by icalendar": others["icalendar"],
        "by khal": khal["other"],
        "zones khal has otherwise": khal["disputed"],
        f"by khal list, of {BY_COMMAND}": by_khal_list(events),
    }
    report("invites", [counts])
    kinds = Counter(each.plan.kind for each in kept)
    report("invites: kinds", [{"kind": kind, "n": kinds[kind]} for kind in sorted(kinds)])
    report("invites: series refused", refusals(results))
    for each in kept:
        if each.rules or each.otherwise:
            event = each.plan.event
            what = (each.plan.kind, event.zone, event.start, event.rule)
            print(*each.rules, *each.otherwise, *what, file=sys.stderr)
    files = sorted((folder() / "ics-fixtures").rglob("*.ics"))
    failed = [path.name for path in files if not _is_read(path.read_bytes())]
    report("ics-fixtures", [{"files": len(files), "read without an exception": len(files) - len(failed)}])
    print(*failed, sep="\n", end="\n" if failed else "", file=sys.stderr)


def refusals(results: Sequence[Judged]) -> list[dict[str, object]]:
    """Return why series were refused: each reason, how many meetings, and in which zones."""
    zones: dict[str, list[str]] = {}
    for each in results:
        if each.refused:
            zones.setdefault(each.refused, []).append(each.plan.event.zone)
    found = [
        {"reason": why, "meetings": len(names), "zones": ", ".join(sorted(set(names)))} for why, names in zones.items()
    ]
    return found or [{"reason": "none", "meetings": 0, "zones": ""}]


def plans(count: int, seed: int = 0) -> list[Plan]:
    """Return generated meetings, the same ones for the same seed; every zone name comes up."""
    draw = random.Random(seed)
    zones = sorted(available_timezones() - {"localtime"})
    kinds: tuple[Kind, ...] = ("REQUEST", "REQUEST", "UPDATE", "CANCEL", "ONE OUT", "REPLY")
    return [
        Plan(_event(draw, zones[number % len(zones)], number), draw.choice(kinds), draw.choice(_PARTSTATS))
        for number in range(count)
    ]


def judged(plan: Plan) -> Judged:
    """Return what comes of one meeting."""
    try:
        made = make(plan)
    except NotExact as error:
        return Judged(plan, refused=str(error))
    want = expected(made)
    readers = {"us": ours(made) == want, "icalendar": by_icalendar(made) == want}
    otherwise = tuple(name for name, right in readers.items() if not right)
    kept = stored(made.event, NOW)
    return Judged(plan, kept, "", tuple(findings(made, kept)), otherwise)


def findings(made: Made, kept: bytes) -> list[str]:
    """Return what the validator finds that would keep the mail here, or the event, as bytes, out of a calendar."""
    people = [each.address for each in made.draft.recipients]
    problems = check_mail(made.draft.data, made.draft.sender, people, NOW) + check_itip(kept, NOW)
    return [problem.rule for problem in problems if problem.serious]


def expected(made: Made) -> Read:
    """Return what has to be read back: the meeting as it was cleaned, of an answer only what it repeats."""
    event = made.event
    if made.kind == "REPLY":
        return event.uid, event.sequence, event.title, "", "", _utc(event.start), _named(event.attendees[:1])
    people = event.attendees[:1] if made.kind == "ONE OUT" else event.attendees
    texts = (event.title, event.location, event.note)
    return event.uid, event.sequence, *texts, _utc(event.start), _utc(event.end), _named(people)


def ours(made: Made) -> Read:
    """Return what our own reader reads."""
    (event,) = reading.read(made.ics)
    assert event.start is not None
    times = (event.start,) if made.kind == "REPLY" else (event.start, event.end or event.start)
    organizer = event.organizer.address.raw
    people = {each.address.raw: each.name.raw for each, _ in event.attendees if each.address.raw != organizer}
    texts = (event.title.raw, event.location.raw, event.note.raw)
    return event.uid.raw, event.sequence, *texts, *map(_utc, times), people


def by_icalendar(made: Made) -> Read:
    """Return what the icalendar library reads."""
    import icalendar

    (event,) = icalendar.Calendar.from_ical(made.ics).walk("VEVENT")
    people = event.get("ATTENDEE", [])
    listed = [each for each in (people if isinstance(people, list) else [people]) if str(each) != event["ORGANIZER"]]
    named = {str(each).removeprefix("mailto:"): str(each.params.get("CN", "")) for each in listed}
    texts = [str(event.get(name, "")) for name in ("SUMMARY", "LOCATION", "DESCRIPTION")]
    times = [_utc(event[name].dt) for name in ("DTSTART", "DTEND") if name in event]
    return str(event["UID"]), int(event["SEQUENCE"]), *texts, *times, named


def by_khal(event: Event, ics: bytes) -> Literal["same", "other", "disputed"]:
    """Return whether khal's library reads the same title, place, begin and end.

    "disputed": pytz's time zone database, where khal looks zones up, has another offset for a series than this system's
    has, or does not have its zone, so that nobody can be right.
    """
    from khal.khalendar.event import Event as KhalEvent
    from khal.settings import settings as _settings  # noqa: F401  (khal wants its settings to be importable)

    if _is_disputed(event):
        return "disputed"
    berlin = ZoneInfo("Europe/Berlin")
    dates = {"dateformat": "%Y-%m-%d", "longdateformat": "%Y-%m-%d", "timeformat": "%H:%M"}
    times = {"datetimeformat": _MINUTE, "longdatetimeformat": _MINUTE}
    zones = {"local_timezone": berlin, "default_timezone": berlin}
    locale = {**dates, **times, **zones, "unicode_symbols": False, "weeknumbers": False, "firstweekday": 0}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = KhalEvent.fromString(ics.decode(), calendar="c", locale=locale)
    end = found.end if isinstance(found.end, datetime) else found.end + timedelta(days=1)
    read = (found.summary, found.location, _utc(found.start), _utc(end))
    return "same" if read == (event.title, event.location, _utc(event.start), _utc(event.end)) else "other"


def by_khal_list(every: Sequence[Event], most: int = BY_COMMAND) -> int:
    """Return how many of the first single meetings, cleaned, the command `khal list` does not show as they are."""
    events = [each for each in every if not each.rule][:most]
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "work").mkdir()
        for number, event in enumerate(events):
            (home / "work" / f"{number}.ics").write_bytes(stored(event, NOW))
        shown = Counter(_khal(home).splitlines())
    return (Counter(map(_row, events)) - shown).total()


def _khal(home: Path) -> str:
    """Return what khal lists of the folder `work`, in Berlin, with settings and a database of its own."""
    times = {"timeformat": "%H:%M", "dateformat": "%Y-%m-%d", "longdateformat": "%Y-%m-%d"}
    times |= {"datetimeformat": _MINUTE, "longdatetimeformat": _MINUTE}
    times |= {"local_timezone": "Europe/Berlin", "default_timezone": "Europe/Berlin"}
    settings = "".join(f"{key} = {value}\n" for key, value in times.items())
    config = home / "khal.conf"
    config.write_text(
        f"[calendars]\n[[work]]\npath = {home}/work\n[locale]\n{settings}[default]\ndefault_calendar = work\n"
        f"[sqlite]\npath = {home}/khal.db\n"
    )
    form = "{start-long}|{end-long}|{title}|{location}"
    words = ["list", "--once", "--day-format", "", "--format", form, "2026-12-30", "740d"]
    khal = Path(sys.executable).with_name("khal")
    env = os.environ | {"LC_ALL": "C.UTF-8", "HOME": str(home)}
    return subprocess.run([khal, "-c", config, *words], capture_output=True, text=True, env=env, check=True).stdout


def _row(event: Event) -> str:
    """Return the line `khal list` has to show."""
    if isinstance(event.start, datetime) and isinstance(event.end, datetime):
        times = [f"{each.astimezone(ZoneInfo('Europe/Berlin')):{_MINUTE}}" for each in (event.start, event.end)]
    else:
        times = [f"{event.start}", f"{event.end - timedelta(days=1)}"]
    return "|".join((*times, event.title, event.location))


def _is_disputed(event: Event) -> bool:
    import pytz

    if not event.rule or not isinstance(event.start, datetime):
        return False
    try:
        there = pytz.timezone(event.zone).localize(event.start.replace(tzinfo=None))
    except pytz.UnknownTimeZoneError:
        return True
    return bool(there.utcoffset() != event.start.utcoffset())


def make(plan: Plan) -> Made:
    """Return the meeting and the draft about it. Raises NotExact."""
    event = plan.event
    return Made(
        fit(event), plan.kind, _answer(event, plan.partstat) if plan.kind == "REPLY" else _draft(event, plan.kind)
    )


def _draft(event: Event, kind: Kind) -> Draft:
    """Return the draft of our mail about a meeting, made of its texts as they are. Raises NotExact."""
    only = event.attendees[:1] if kind == "ONE OUT" else ()
    people = [Recipient(each.address, each.name) for each in only or event.attendees]
    before = replace(event, start=event.start - timedelta(days=1), end=event.end - timedelta(days=1))
    origin = Origin("m", "", "<a@b.example>", ("<a@b.example>", "no id", "<x\r\ny@z>"))
    written: drafting.Kind = "CANCEL" if kind in ("CANCEL", "ONE OUT") else "UPDATE" if kind == "UPDATE" else "REQUEST"
    changed = before if kind == "UPDATE" else None
    return drafting.draft(event, written, people, NOW, origin, before=changed, only=only)


def _answer(event: Event, partstat: Partstat) -> Draft:
    """Return the draft of an answer to a meeting by the first who is invited. Raises NotExact."""
    (invitation,) = reading.read(drafting.object_in(_draft(event, "REQUEST")))
    organizer = Recipient(event.organizer.address, event.organizer.name)
    return drafting.answer(invitation, event.attendees[0], partstat, organizer, NOW, Origin("m", "", "<a@b.example>"))


def _event(draw: random.Random, zone: str, number: int) -> Event:
    day = date(2027, 1, 1) + timedelta(days=draw.randrange(730))
    if draw.random() < 0.3:  # on or beside the days on which clocks change somewhere
        day = draw.choice(_CHANGES)
    rule = draw.choice(_RULES).format(day=_DAYS[day.weekday()], nth=(day.day - 1) // 7 + 1) if day.day <= 28 else ""
    made = Event(
        uid=f"{number}@example.org",
        title=draw.choice(_TITLES),
        start=day,
        end=day + timedelta(days=draw.choice((1, 1, 3))),
        zone=zone,
        organizer=Person("ada@example.org", draw.choice(_NAMES)),
        attendees=tuple(
            Person(f"p{n}@example{n}.example", draw.choice(_NAMES)) for n in range(draw.choice((1, 1, 2, 5, 30)))
        ),
        location=draw.choice(_PLACES),
        note=draw.choice(_NOTES),
        sequence=draw.randrange(3),
        rule=rule,
    )
    if draw.random() < 0.15:
        return made
    begin = datetime(day.year, day.month, day.day, draw.randrange(24), draw.choice((0, 15, 30)), tzinfo=ZoneInfo(zone))
    begin = begin.astimezone(UTC).astimezone(ZoneInfo(zone))  # an hour that is skipped becomes one that exists
    if rule and begin.date() != day:
        begin = begin.replace(hour=12)
    end = (begin.astimezone(UTC) + timedelta(minutes=draw.choice((15, 30, 60, 90, 600)))).astimezone(ZoneInfo(zone))
    return replace(made, start=begin, end=end)


def _is_read(data: bytes) -> bool:
    try:
        reading.read(data)
        entries.read(data, "", entries.Found())
    except Exception:
        return False
    return True


def _named(people: Sequence[Person]) -> dict[str, str]:
    return {person.address: person.name for person in people}


def _utc(moment: datetime | date) -> datetime | date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


if __name__ == "__main__":
    main()
