"""How people ask for each tool, in a few words of English and German: a table of patterns, read from the top."""

import re
from collections.abc import Callable
from typing import Any

Meant = tuple[str, dict[str, Any]]
Newest = Callable[[str], int | None]
_Rule = tuple[re.Pattern[str], Callable[["re.Match[str]", int | None], Meant | None]]

_READ, _LONGEST = 4_000, 300  # characters that are looked at, and of a question
_MONTHS = "jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez"
_NAMED = re.compile(r"(?:#|\b(?:no\.?|nr\.?|number|message|mail|nachricht) ?)(?P<number>\d{1,7})\b", re.IGNORECASE)
# A bare number is a message, unless it is a length, a clock time, a date or an amount.
_BARE = re.compile(
    r"(?<![\w.:,/€$£-])(?<!\bat )(?<!\bum )(?P<number>\d{1,7})(?![\w:.,/-]*\w)"
    rf"(?!\.?\s?(?:min|minuten?|minutes?|hours?|stunden?|h|uhr|am|pm|o'clock|days?|weeks?|%|eur|usd|{_MONTHS})\w*)",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"\b(?:from|by|to|with|for|invite|von|an|mit|für)\s+(?P<name>[^\W\d_][\w-]{2,})"
    r"|\b(?P<own>[^\W\d_][\w-]{2,})['’]s\b",
    re.IGNORECASE,
)
_NEWEST = re.compile(r"\b(?:last|newest|latest|letzten|neuesten) (\d{1,2})\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:it|that|this|das|es)\b", re.IGNORECASE)
_MINUTES = re.compile(r"\b(\d{1,3}) ?(?:min|minutes|minuten)\b", re.IGNORECASE)
_DAYS = (
    r"(?P<when>(?:(?:this|next|coming|diese[nrs]?|nächste[nrs]?) )?"
    r"(?:today|tomorrow|tonight|week(?:end)?|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|mon|tue|wed|thu|fri|sat|sun|heute|morgen|woche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b"
    r"|\d{4}-\d\d-\d\d)"
)
_WHEN = re.compile(rf"\b{_DAYS}", re.IGNORECASE)
_BY = re.compile(rf"\s+(?:by|until|on|bis|am)\s+{_DAYS}$", re.IGNORECASE)
_SAYS_SOMETHING = re.compile(r"\w{2,}\W+\w{2,}|[\u3040-\u9fff]{2}|\w{4}")


def meant(words: str, focus: int | None, newest_from: Newest = lambda name: None) -> Meant:
    """Return the tool and its arguments that `words` ask for; help where they say nothing, or want it.

    `focus` is the number of the message the talk was about last, for "reply to it"; `newest_from` returns that of the
    newest message of somebody, None for nobody. What no pattern knows is a question about the mail.
    """
    text = " ".join(words[:_READ].split())
    if _GREETING.match(text):
        return "help", {}
    number = _number(text, newest_from) or focus
    for pattern, made in _RULES:
        if (match := pattern.search(text)) and (call := made(match, number)):
            return call
    return ("answer_mail", {"question": text[:_LONGEST]}) if _SAYS_SOMETHING.search(text) else ("help", {})


def _number(text: str, newest_from: Newest) -> int | None:
    """Return the number of the message that is named: by its number, else by who wrote it."""
    if named := _NAMED.search(text) or _BARE.search(text):
        return int(named["number"])
    found = (newest_from(who["name"] or who["own"]) for who in _WHO.finditer(text))
    return next((number for number in found if number), None)


def _says(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


def _of_message(name: str) -> Callable[["re.Match[str]", int | None], Meant | None]:
    return lambda match, number: (name, {"message": number}) if number else None


def _just(name: str) -> Callable[["re.Match[str]", int | None], Meant]:
    return lambda match, number: (name, {})


def _summary(match: "re.Match[str]", number: int | None) -> Meant:
    if newest := _NEWEST.search(match.string):
        return "summarize", {"newest": min(20, max(1, int(newest[1])))}
    named = next((each for each in (_NAMED, _BARE, _WHO, _IT) if each.search(match.string)), None)
    return "summarize", {"message": number} if number and named else {}


def _due(match: "re.Match[str]", number: int | None) -> Meant:
    when = _WHEN.search(match.string)
    return "extract_actions", {"until": when["when"]} if when else {}


def _on(match: "re.Match[str]", number: int | None) -> Meant:
    when = _WHEN.search(match.string)
    return "list_events", {"when": when["when"]} if when else {}


def _free(match: "re.Match[str]", number: int | None) -> Meant:
    when, length = _WHEN.search(match.string), _MINUTES.search(match.string)
    lasts = {"minutes": max(5, min(1440, int(length[1])))} if length else {}
    return "find_free_time", {"when": when["when"] if when else "this week"} | lasts


def _todo(match: "re.Match[str]", number: int | None) -> Meant:
    what = match["what"].strip(" .!")
    by = _BY.search(what)
    return "add_todo", {"what": (what[: by.start()] if by else what)[:200]} | ({"due": by["when"]} if by else {})


def _mail(match: "re.Match[str]", number: int | None) -> Meant:
    """Return a search for mail from somebody, or about something."""
    rest = match["rest"].strip(" ?.!")[:_LONGEST]
    who, _, more = rest.partition(" ")
    return "search_mail", {
        "query": f"from:{who} {more}".strip() if match["how"].lower() in ("from", "by", "von") else rest
    }


_GREETING = _says(r"(?:hi|hello|hey|hallo|thanks?(?: you)?|danke|help|hilfe|what can you do)\b[.!? ]*$")
_RULES: tuple[_Rule, ...] = (
    (
        _says(
            r"^(?:(?:please|bitte) )?(?:reply|answer|respond|write(?: back)?(?: to)?|antworte|schreib)\b"
            r"(?! (?:the|my|this) question)"
        ),
        _of_message("draft_reply"),
    ),
    (
        _says(
            r"^invite\b",
            r"^(?:(?:please|bitte|can you|could you) )?(?:set ?up|schedule|book|arrange|plan|make|send|lade|plane)\b.*"
            r"\b(?:invit\w*|meeting|call|appointment|minutes?|hours?|with|termin|treffen|einladung|mit|ein)\b",
        ),
        _of_message("draft_invite"),
    ),
    (
        _says(
            r"^(?:please )?(?:summari[sz]e|sum up)\b",
            r"\bsummary of\b",
            r"^what(?:'s| is) new\b",
            r"^fasse\b.*\bzusammen\b",
        ),
        _summary,
    ),
    (
        _says(r"^(?:list|show)(?: me)?(?: my)? unread\b", r"^unread\b"),
        lambda match, number: ("search_mail", {"query": "is:unread"}),
    ),
    (_says(r"^(?:(?:read|show|open|lies|zeige?)\b.*)?\bthread\b"), _of_message("read_thread")),
    (_says(r"^(?:read|show(?: me)?|open|lies|zeige?)\b"), _of_message("read_message")),
    (
        _says(
            r"^(?:please )?(?:remind me (?:to|of|about)|add (?:a )?to-?do:?|to-?do:|note(?: to self)?:"
            r"|erinnere? mich(?: an)?:?)\s+(?P<what>.+)$"
        ),
        _todo,
    ),
    (
        _says(
            r"^(?:done|completed?|finish(?:ed)?|tick off|mark|erledigt)\b.*?\bt?(?P<todo>\d{1,7})\b",
            r"^t(?P<other>\d{1,7}) (?:is )?(?:done|erledigt)\b",
        ),
        lambda match, number: ("complete_todo", {"todo": int(match["todo"] or match["other"])}),
    ),
    (
        _says(r"^(?:(?:show|list|what(?:'s| is| are)(?: on)?)\b.*)?\b(?:my )?(?:to-?dos?|tasks?)(?: list)?\b[?. ]*$"),
        _just("list_todos"),
    ),
    (
        _says(
            r"\b(?:is|are|what's) due\b",
            r"\baction items?\b",
            r"\bwhat (?:do|must|should) i (?:have to |need to )?do\b",
            r"\b(?:need|have) to (?:answer|reply|respond|do)\b",
            r"\bwho (?:\w+ ){0,3}(?:asking|asks|wants|needs|waiting)\b.*\bme\b",
            r"\bwas muss ich\b",
            r"\bfällig\b",
            r"^(?:actions|due)\b",
        ),
        _due,
    ),
    (
        _says(
            r"\b(?:am i|i am|i'm|bin ich) (?:free|available|frei)\b",
            r"\bfree (?:time|slots?)\b",
            r"\bwhen (?:am|could|can) i\b.*\b(?:free|meet)\b",
        ),
        _free,
    ),
    (
        _says(
            r"\bwhat(?:'s| is) on\b",
            r"\bmy (?:calendar|agenda|day|week)\b",
            r"\bdo i have (?:any )?(?:meetings?|events?|appointments?)\b",
            r"\bwas steht\b.*\ban\b",
            r"^(?:calendar|agenda)\b",
        ),
        _on,
    ),
    (
        _says(r"^what(?:'s| is) the (?:time|date)\b", r"^what (?:time|day|date) is it\b", r"^wie spät\b"),
        _just("now"),
    ),
    (_says(r"^ask (?:the )?(?:cloud|larger model|big model)\b", r"^frag die cloud\b"), _just("ask_cloud")),
    (
        _says(
            r"^(?:(?:any|all|list|show me|are there any|is there) )*(?:e-?mails?|messages?|mails?|news|anything) "
            r"(?P<how>from|by|about|on|regarding|von|über) (?P<rest>\S.*)$"
        ),
        _mail,
    ),
    (
        # What nothing here can do.
        _says(r"^(?:please )?(?:delete|remove|archive|forward|move|trash|send|share|lösche|leite)\b"),
        _just("help"),
    ),
    (
        _says(r"^(?:search|find|look for|suche?)(?: for)?\s+(?P<query>.+)$"),
        lambda match, number: ("search_mail", {"query": match["query"][:_LONGEST]}),
    ),
)
