"""The one sentence of a message that says most about it, found by rules: no model, a millisecond a message.

It is on the screen before any model has read a word, it is what a failed model line falls back to, and its best few
candidates are what a small model may choose among.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from agent.asking import asks
from agent.facts import facts
from agent.mail.message import Address, Message
from agent.sentences import CLOSING, GREETING, Span, split
from agent.text import Untrusted

_FEW_WORDS = 20
_AT_MOST = 200
_ASKS = "asks you"
_WORD = re.compile(r"[^\W_]+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_EVERYBODY = frozenset({"all", "team", "everyone", "folks", "info", "office", "group", "list"})
_GREETED = re.compile(r"(?:[^\W\d_]+(?: |, | & |/)){0,4}[^\W\d_]+\s?(?:[,:–!-]|\Z)")
_FIRST, _SUBJECT, _SHORT, _HEADING, _LONG = 3.0, 1.5, 1.5, 1.5, 0.5
_WEIGHTS = {_ASKS: 1.5, "change": 1.0, "decision": 0.4, "deadline": 1.3, "amount": 0.3, "forwarded": -0.5}
_CHANGE = re.compile(
    r"\b(?:cancel(?:l?ed|ling|lation|s)?|call(?:ed)? off|postpone[ds]?|reschedul\w+|moved? (?:to|from|the|our|it"
    r"|up)|has moved|chang(?:e of|ed to|ed from)"
    r"|delay(?:ed|s)?|no longer|abgesagt|entfällt|verschoben|verlegt|storniert|geändert|cancelad[oa]s?|aplazad[oa]"
    r"|pospuest[oa]|annulé[es]*|reporté[es]*|déplacé[es]*"
    r"|annullat[oa]|rinviat[oa]|spostat[oa]|adiad[oa]|remarcad[oa]|geannuleerd|verplaatst|uitgesteld|afgezegd)\b"
    r"|取消|改到|改为|推迟|延期|変更|中止",
    re.IGNORECASE,
)
_DECISION = re.compile(
    r"\b(?:approv(?:ed|al)|rejected|decided|decision|agreed|accepted|declined|confirm(?:ed|ing)?|resign(?:ed|s"
    r"|ation)|announc(?:e|ed|ing)|signed|completed?|attached (?:is|are)|effective"
    r"|genehmigt|freigegeben|abgelehnt|beschlossen|entschieden|bestätigt|zugesagt|aprobad[oa]|rechazad[oa]"
    r"|confirmad[oa]|approuvé[es]*|refusé[es]*|confirmé[es]*|decidido|décidé"
    r"|approvat[oa]|rifiutat[oa]|confermat[oa]|deciso|aprovad[oa]|recusad[oa]|goedgekeurd|afgewezen|bevestigd"
    r"|besloten)\b|批准|决定|拒绝|确认|承認|決定|却下",
    re.IGNORECASE,
)
_DEADLINE = re.compile(
    r"\b(?:deadline|due|by (?=\S)|before|until|no later than|asap|as soon as possible|urgent|today|eod|cob"
    r"|bis (?:zum |spätestens )?|spätestens|fällig|frist|dringend"
    r"|antes del?|hasta|plazo|urgente|avant|d'ici|au plus tard|délai|entro|scadenza|até|prazo|vóór|voor"
    r"|uiterlijk)\b|之前|截止|尽快|まで|至急",
    re.IGNORECASE,
)
_PLEASANTRY = re.compile(
    r"(?:(?:i |we )?(?:hope|trust) (?:you|this|all|that|everything|your)|(?:many )?thank(?:s| you)\b(?! .{60})"
    r"|thx\b|how are you|good to (?:hear|see)|nice to|great to|it was (?:good|great|nice)"
    r"|looking forward|(?:i|we) (?:really )?appreciate your|have a (?:great|good|nice)|happy (?:new|birthday"
    r"|friday|monday)|congrat|sorry for the (?:delay|late)|welcome to|best of luck|enjoy\b|take care"
    r"|if you have (?:any )?(?:further |additional |other )?(?:questions?|comments|concerns|problems)"
    r"|(?:please )?(?:feel free|do not hesitate|don't hesitate)|(?:please )?let (?:me"
    r"|us) know if you have (?:any )?"
    r"|ich hoffe|hoffe,? |wie geht|(?:vielen |herzlichen )?dank\b|danke\b|schönes? wochenende|bei (?:rück)?fragen"
    r"|espero que|gracias\b|cómo estás|j'espère|merci(?! d[e'])\b|comment (?:ça|vas|allez)|n'hésite"
    r"|spero che|grazie\b|come stai|obrigad|tudo bem|hopelijk|bedankt|hoe gaat)|(?:谢谢|感谢|您好|你好|辛苦了|祝)"
    r"|(?:いつも)?お世話になって|ありがとうござい|よろしくお願い",
    re.IGNORECASE,
)
_BOILERPLATE = re.compile(
    r"unsubscribe|view (?:this|it) (?:e-?mail |message )?in (?:a|your) browser|privacy policy|all rights reserved"
    r"|confidential|intended recipient|do not reply|sent from my|abbestellen|vertraulich"
    r"|©|forwarded by|original message|-----|^(?:from|to|cc|sent|date|subject|phone|tel|fax|e-?mail|von|an|datum"
    r"|betreff)\s*:",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:(?:hi|hello|hey|dear|hallo|liebe[r]?|hola|bonjour|ciao|olá|beste)\s+)?"
    r"(?P<name>[A-ZÀ-Þ][\w'’-]{1,20})\s?(?:,|:|\s[-–])\s"
)
_CUES = {"change": _CHANGE, "decision": _DECISION}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of the body, `text[start:end]`; the higher its score, the better it tells what the message says."""

    start: int
    end: int
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gist:
    """The best verbatim words of a message, `span` in its body; None where nobody wrote any.

    `label` then says in our words what the message is, and `names` holds the file names that go with it. `reasons`
    are our words too.
    """

    span: Span | None
    needs_me: bool
    reasons: tuple[str, ...]
    score: float
    label: str = ""
    names: tuple[Untrusted, ...] = ()


def gist(message: Message, me: frozenset[str]) -> Gist:
    """Return the gist of `message` for the reader whose addresses are `me` (lower case)."""
    found = ranked(message, me)
    if not found:
        return _wordless(message)
    asking = next((each for each in found if _ASKS in each.reasons), None)
    needs = asking is not None and _is_to_me(message, me)
    best = asking if asking and needs and "change" not in found[0].reasons else found[0]
    reasons = dict.fromkeys(((_ASKS,) if needs else ()) + tuple(why for why in best.reasons if why != _ASKS))
    return Gist((best.start, best.end), needs, tuple(reasons), best.score)


def ranked(message: Message, me: frozenset[str]) -> list[Candidate]:
    """Return the sentences a person wrote in `message`, best first; a very short text is one candidate, whole."""
    text = message.body.text.raw
    told = _told(message)
    kept = [each for each in told if _says_something(text[each[0][0] : each[0][1]])]
    if not kept and not message.attachments:  # "Thanks!" is all there is
        kept = told
    others = _other_names(message, me)
    subject = _content(message.head.subject.raw)
    scored = [
        _judge(text[start:end], (start, end), note, place, others, subject)
        for place, ((start, end), note) in enumerate(kept[:_AT_MOST])
    ]
    return sorted(scored, key=lambda candidate: (-candidate.score, candidate.start))


def _told(message: Message) -> list[tuple[Span, tuple[str, ...]]]:
    """Return the sentences to choose from: the writer's own, and what they forwarded when they wrote little."""
    text = message.body.text.raw
    own = [span for zone in message.body.spans("own") for span in split(text, *zone)]
    words = sum(len(_WORD.findall(text, start, end)) for start, end in own)
    if words >= _FEW_WORDS:
        return [(span, ()) for span in own]
    forwarded = [span for zone in message.body.spans("forward") for span in split(text, *zone)]
    if forwarded:
        return [(span, ()) for span in own] + [(span, ("forwarded",)) for span in forwarded]
    said = [(start, end) for start, end in own if _says_something(text[start:end]) or text[end - 1] in ".。"]
    whole = (said[0][0], said[-1][1]) if said else (0, 0)
    within = any(zone[0] <= whole[0] and whole[1] <= zone[1] for zone in message.body.spans("own"))
    return [(whole, ())] if said and within else [(span, ()) for span in own]


def _judge(
    sentence: str,
    span: Span,
    note: tuple[str, ...],
    place: int,
    others: frozenset[str],
    subject: frozenset[str],
) -> Candidate:
    """Score one sentence: what it does, where it stands, and how much of the subject it repeats."""
    kinds = {fact.kind for fact in facts(sentence[:600])}
    called = _CALLED.match(sentence)
    reasons = [*note]
    if any(asks(sentence[start:end]) for start, end in split(sentence)) and not (
        called and called["name"].casefold() in others
    ):
        reasons.append(_ASKS)
    reasons += [why for why, cue in _CUES.items() if cue.search(sentence)]
    if kinds & {"date", "time", "weekday", "day"} and _DEADLINE.search(sentence):
        reasons.append("deadline")
    reasons += [why for kind, why in (("money", "amount"),) if kind in kinds]
    words = _content(sentence)
    score = sum(_WEIGHTS[why] for why in reasons) + _FIRST / (1 + place)
    score += _SUBJECT * len(words & subject) / max(1, len(subject))
    length = len(_WORD.findall(sentence)) or len(sentence) // 2
    heading = length < 7 and sentence[-1].isalnum() and len(reasons) == len(note)
    score -= _HEADING * heading + _SHORT * (length < 5) + _LONG * max(0, length - 40) / 40
    return Candidate(*span, round(score, 4), tuple(dict.fromkeys(reasons)))


def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text.casefold()) if len(word) > 3)


def _says_something(sentence: str) -> bool:
    text = " ".join(sentence.split())
    words = len(_WORD.findall(text))
    if words < 2 and (text.isascii() or len(text) < 4):
        return False
    if len(text) <= 48 and (GREETING.match(text) or CLOSING.match(text)):
        return False
    return not (_PLEASANTRY.match(text) or _BOILERPLATE.search(text))


def _names(people: Iterable[Address]) -> frozenset[str]:
    known = (f"{person.name.raw} {person.address.raw.partition('@')[0]}" for person in people)
    return frozenset(word for each in known for word in _LETTERS.findall(each.casefold())) - _EVERYBODY


def _other_names(message: Message, me: frozenset[str]) -> frozenset[str]:
    """Return the names of those written to besides the reader, folded; empty where nobody knows who the reader is."""
    people = (*message.head.to, *message.head.cc)
    mine = [person for person in people if person.address.raw.casefold() in me]
    return _names(person for person in people if person not in mine) - _names(mine) if me else frozenset()


def _is_to_me(message: Message, me: frozenset[str]) -> bool:
    """Say whether this message is written to the reader: not bulk, not only a copy, not greeting somebody else."""
    head = message.head
    if head.bulk or head.sender.address.raw.casefold() in me:
        return False
    if any(person.address.raw.casefold() in me for person in head.cc):
        return any(person.address.raw.casefold() in me for person in head.to)
    zones = message.body.spans("own")
    first = message.body.text.raw[zones[0][0] : zones[0][1]].lstrip()[:80].partition("\n")[0] if zones else ""
    greeted = frozenset(_LETTERS.findall((_GREETED.match(first) or [""])[0].casefold()))
    mine = _names(person for person in head.to if person.address.raw.casefold() in me)
    return not greeted & _other_names(message, me) or bool(greeted & mine)


def _wordless(message: Message) -> Gist:
    names = tuple(part.name for part in message.attachments)
    if any(part.content_type == "text/calendar" for part in message.attachments):
        return Gist(None, False, ("invitation",), 0.0, "calendar invitation", names)
    if names:
        return Gist(None, False, (), 0.0, "attachment only", names)
    return Gist(None, False, (), 0.0, "nothing new written" if message.body.text else "no text")
