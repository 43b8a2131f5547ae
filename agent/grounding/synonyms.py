"""Which words mean the same when mail is told in other words: roots, irregular forms and a small table, English first.

Words with opposite meanings never share a row; `TURNS` are the words that have one.
"""

import re
from functools import lru_cache

from agent.polarity import BARE, DISCOURSE, LEADING, LIGHT, OPPOSITES, PRONOUNS, TURNING, words

# A row is one concept. Verbs stand as in a dictionary; their regular forms are found by their root.
_ROWS = (
    "ask request enquire inquire query",
    "meet meeting met appointment session",
    "send sent forward share mail email e-mail resend",
    "approve approval signoff okay authorise authorize",
    "move moved postpone reschedule shift delay defer push",
    "cancel cancellation scrap",
    "talk speak spoke spoken discuss discussion chat conversation",
    "call phone telephone ring rang",
    "help assist assistance aid support",
    "buy bought purchase",
    "cost price fee expense",
    "begin began begun start kick-off",
    "end finish complete completion",
    "need require requirement must",
    "show showed shown present",
    "get got receive",
    "give gave given provide",
    "tell told inform let-know notify",
    "think thought believe feel felt",
    "like love enjoy fond",
    "job work position",
    "movie film",
    "child children kid son daughter",
    "wife husband spouse",
    "mother mom mum",
    "father dad",
    "doctor dr physician",
    "trip travel journey tour",
    "vacation holiday",
    "car vehicle",
    "flat apartment",
    "big large huge",
    "ill sick illness",
    "document doc file paper",
    "attach attachment enclose",
    "contract agreement",
    "invoice bill",
    "feedback comment",
    "review check examine",
    "update revise revision",
    "problem issue trouble",
    "change alter modify",
    "arrange organise organize schedule set-up plan",
    "reply respond response answer",
    "reason why because cause",
    "price-cut discount reduction cheaper",
    "want would wish",
    "hire recruit employ",
    "resign quit",
    "choose chose chosen select pick",
    "expensive pricey dear",
    "see saw seen watch",
    "eat ate eaten",
    "drink drank drunk",
    "go went gone",
    "come came",
    "make made",
    "take took taken",
    "find found",
    "lose lost loss",
    "pay paid payment",
    "sell sold sale",
    "write wrote written",
    "know knew known",
    "keep kept",
    "bring brought",
    "hold held",
    "spend spent",
    "break broke broken",
    "teach taught",
    "decide decision",
    "invite invitation",
    "advise advice suggest suggestion recommend recommendation",
    "thank thanks grateful appreciate",
    "sorry apologise apologize apology",
)
_SUFFIX = re.compile(r"(?:ations?|ings?|ions?|ments?|ers?|ors?|ed|es|(?<=\w{4})ly|al|e|en)\Z")


@lru_cache(maxsize=8192)
def concept(stem: str) -> str:
    """Return what a stem is compared as: the first word of its row, else its root."""
    return _CONCEPT.get(stem) or _CONCEPT.get(_root(stem)) or _root(stem)


def _root(stem: str) -> str:
    """Return a word without the ending its forms differ by; a word of four letters or less stays."""
    if len(stem) > 4 and stem.endswith(("ied", "ier", "ily")):
        return stem[:-3] + "y"
    root = _SUFFIX.sub("", stem) if len(stem) > 4 else stem
    if len(root) < 3:
        return stem
    doubled = len(root) > 3 and root[-1] == root[-2] and root[-1] not in "ls" and not root[-1].isdigit()
    return root[:-1] if doubled else root


_CONCEPT = {form: row.split()[0] for row in _ROWS for word in row.split() for form in (word, _root(word))}


def concepts(*rows: str) -> frozenset[str]:
    """Return the concepts of the words of `rows`, split at white space."""
    return frozenset(map(concept, words(*rows)))


EMPTY = (
    BARE
    | LIGHT
    | PRONOUNS
    | DISCOURSE
    | LEADING
    | TURNING
    | words(
        "do did done are were be been being have has had get got go one ones thing something anything everything",
        "someone anyone everyone other another each both such own same way much many lot more also then now still",
        "already again email mail e-mail message sender author writer recipient reader mr mrs ms dr their his her its",
        "your my our whose himself herself themselves yourself myself let how what why as that out up off",
    )
)
REPORTING = concepts(
    "say tell ask want need think hope suggest propose remind explain announce promise offer agree refuse thank",
    "complain apologise wonder claim mention note report state write warn advise urge plan invite talk request",
    "inform recommend encourage describe admit confess reply answer intend prefer",
    "sagen bitten schreiben dire demander écrire decir pedir chiedere dizer zeggen vragen",
)
ASKING = concepts("ask wonder want invite suggest offer propose discuss talk check whether ob")
TURNS = concepts(*OPPOSITES)
# What a sentence with one of these says is no longer so without it.
UNDOING = concepts("cancel reject decline refuse deny withdraw move")
