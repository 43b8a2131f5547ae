"""Whether a text means a certain person or firm without naming one: `the new hire who sits in the corner office`.

No redaction helps there, so in doubt the answer is yes: it decides whether a text may leave without a question.
"""

import re

from agent.router.redact.common import listed
from agent.router.redact.words import Word, words

_PEOPLE = listed(
    "person people someone somebody man men woman women guy lady girl boy kid child children baby teenager couple "
    "employee staffer staff worker coworker colleague teammate boss manager supervisor director executive "
    "president ceo cto cfo coo ciso cmo vp svp evp head chief chair chairman chairwoman chairperson lead leader "
    "founder cofounder owner shareholder investor partner member intern trainee apprentice hire newcomer recruit "
    "recruiter candidate applicant interviewee contractor freelancer consultant temp engineer developer "
    "programmer designer architect analyst scientist researcher technician administrator admin assistant "
    "secretary receptionist clerk accountant bookkeeper auditor lawyer attorney paralegal judge officer policeman "
    "policewoman detective soldier doctor physician surgeon nurse dentist therapist psychiatrist patient "
    "pharmacist teacher professor lecturer tutor principal dean student pupil classmate graduate alumnus salesman "
    "saleswoman salesperson rep representative agent broker buyer seller client customer guest visitor subscriber "
    "user tenant landlord landlady roommate flatmate neighbour neighbor driver pilot chef waiter waitress cleaner "
    "guard janitor plumber electrician mechanic nanny babysitter journalist reporter editor author writer blogger "
    "photographer artist musician actor actress singer athlete player coach referee politician senator mayor "
    "governor minister ambassador spokesperson spokesman spokeswoman speaker presenter attendee participant "
    "witness victim suspect defendant plaintiff whistleblower complainant informant insider volunteer donor "
    "priest pastor mother father mum mom dad parent son daughter brother sister sibling wife husband spouse "
    "fiance fiancee girlfriend boyfriend ex uncle aunt nephew niece cousin grandmother grandfather grandma "
    "grandpa grandson granddaughter twin widow widower law relative friend family mentor contact counterpart "
    "predecessor successor specialist expert advisor adviser coordinator planner operator controller host"
)
_BODIES = listed(
    "team department group unit division squad committee board council office branch subsidiary company firm "
    "startup business employer vendor supplier distributor manufacturer retailer competitor rival account "
    "organisation organization charity foundation agency ministry authority bank insurer hospital clinic practice "
    "school university church club union studio shop restaurant hotel plant warehouse laboratory"
)
_AFFAIRS = listed(
    "project product acquisition merger layoff deal contract lawsuit settlement investigation audit incident "
    "breach outage retrospective mortem postmortem roadmap launch reorganisation reorganization restructuring "
    "keynote announcement strategy memo negotiation renewal complaint grievance diagnosis salary compensation "
    "budget codename operation"
)
_OWN = listed("my our his her its their your whose s")
_CERTAIN = listed("the that this those these one another same only sole acting former departing incoming")
_TELLING = listed("he she him her hers his our ours internal confidential codename codenamed anonymous whistleblower")
_WHO = listed("who whose whom")
_NEAR = 5
_SENTENCE = re.compile(r"[.!?]+\s|\n\s*\n")


def describes(text: str) -> bool:
    """Return whether `text` seems to mean a certain person, group or firm; time is linear in the text."""
    return any(_sentence(words(part)) for part in _SENTENCE.split(text))


def _sentence(tokens: tuple[Word, ...]) -> bool:
    heard = [word.folded for word in tokens]
    return any(
        word in _TELLING or (_means(word) and (_owned(heard, at) or _explained(heard, at)))
        for at, word in enumerate(heard)
    )


def _owned(heard: list[str], at: int) -> bool:
    """Return whether the noun at `at` is somebody's, or a certain one: `our largest client`, `the acting lead`."""
    before = heard[max(0, at - _NEAR) : at]
    return any(word in _OWN for word in before) or (
        not _kind_of(heard[at], _AFFAIRS) and any(word in _CERTAIN for word in before)
    )


def _explained(heard: list[str], at: int) -> bool:
    """Return whether the noun at `at` is told apart by what it does: `an intern who`, `a deal that`."""
    return any(word in _WHO for word in heard[at + 1 : at + 2 * _NEAR]) or heard[at + 1 : at + 2] in (
        ["that"],
        ["which"],
    )


def _means(word: str) -> bool:
    return _kind_of(word, _PEOPLE) or _kind_of(word, _BODIES) or _kind_of(word, _AFFAIRS)


def _kind_of(word: str, nouns: frozenset[str]) -> bool:
    """Return whether `word` is one of `nouns`, or several of one."""
    return word in nouns or (
        word.endswith("s") and (word[:-1] in nouns or word[:-2] in nouns or word[:-3] + "y" in nouns)
    )
