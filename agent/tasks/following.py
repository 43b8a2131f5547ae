"""From the messages of one reading to what is kept: which conversation each item is of, and what later mail did.

Who wrote a message is what its From says, which anybody can write: so what mail closes is said, with the message that
did it, and never gone from `todo list --all`.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from agent import sentences, todos
from agent.asking import asks
from agent.asking.aside import withdraws
from agent.asking.plain import plain
from agent.asking.promise import promises
from agent.mail.message import Address, Head, Message
from agent.mail.people import is_me
from agent.mail.threads import group
from agent.polarity import BARE, DISCOURSE, LIGHT, PRONOUNS
from agent.store import Store
from agent.tasks.action_records import ActionRecord
from agent.tasks.items import Item
from agent.todos import Answer, Followed, Seen

_WORD = re.compile(r"[^\W\d_]{2,}|\d+|[\u3040-\u30ff\u4e00-\u9fff]")
_EMPTY = (
    BARE
    | DISCOURSE
    | LIGHT
    | PRONOUNS
    | {"can", "could", "would", "will", "do", "does", "me", "send", "need", "let", "know", "have"}
)
_DONE = re.compile(
    r"\b(?:done|attached|enclosed|here(?:'s| is| are| you go| it is)|i(?:'ve| have)(?: just| now| already)? \w+(?:ed"
    r"|t|n|d)\b|just (?:sent|paid|signed|approved|booked|fixed|merged|uploaded|called|did)|sent (?:it|them|the)"
    r"|(?:it|this|that|they)(?:'s| is| are| has been| have been)(?: now| all)? (?:done|sent|paid|fixed|signed"
    r"|approved|merged|booked|in|out|sorted|live|confirmed)|approved|signed|completed|finished|all set|as promised"
    r"|confirmed"
    r"|erledigt|anbei|im anhang|angehängt|habe (?:ich )?.{0,60}(?:geschickt|gesendet|erledigt|bezahlt|gebucht"
    r"|bestellt|gemacht|freigegeben|unterschrieben|überwiesen)|ist raus|freigegeben|unterschrieben"
    r"|c'est fait|ci-joint\w*|en pièce jointe|voici|voilà|(?:j'ai|je l'ai|je vous ai|je t'ai) .{0,30}(?:envoyé|fait"
    r"|payé|réservé|signé)|fait[ .!]"
    r"|hecho|listo|adjunto|adjunta|aquí (?:tienes|está|van|va)|ya (?:lo|la|está|he)|te (?:lo |la )?he|enviado|fatto"
    r"|in allegato|allego|ecco|ho (?:inviato|mandato|fatto|pagato|prenotato|firmato)"
    r"|feito|em anexo|segue(?:m)?|aqui (?:está|vai|tens)|já (?:enviei|paguei|fiz|está|mandei)|gedaan|bijgevoegd"
    r"|bijgaand|in de bijlage|hierbij|heb (?:ik )?.{0,50}(?:gestuurd|betaald|gedaan|geregeld|geboekt))\b"
    r"|已(?:经)?(?:完成|发送|发给|发|付|处理|提交|签|确认|预订)|附件(?:是|为|中)|请查收|见附件|(?:添付|送付|提出|完了|対応|確認|送信|支払|予約)(?:し|いたし|致し)?(?:ました"
    r"|済み)|お送りしました|添付の通り",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:not|n't|haven't|hasn't|isn't|never|almost|nearly|once|when|if|soon|yet|nicht|noch|sobald|wenn|pas|quand|no"
    r"|cuando|aún|non|quando|ancora|não|ainda|niet|nog|zodra)\b|还没|没有|まだ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the items of one reading; `of` is the number of the to-do that each record (by number) is."""

    followed: Followed
    of: dict[int, int]


def follow(
    store: Store,
    mailbox: str,
    messages: Sequence[Message],
    items: Sequence[Item],
    records: Sequence[ActionRecord],
    me: frozenset[str],
) -> Kept:
    """Keep the items found in `messages`, each with its record, and close those that one of the messages did."""
    names = _conversations(messages)
    by_id = {message.id: message for message in messages}
    seen: list[Seen] = []
    times: dict[str, int] = {}
    for item, record in zip(items, records, strict=True):
        key = _key(item)
        times[key] = times.get(key, 0) + 1
        numbered = key if times[key] == 1 else f"{key}/{times[key]}"
        message = by_id[item.message]
        seen.append(_seen(numbered, names[item.message], item, record, message, me))
    answers = [_answer(message, names[message.id], me) for message in messages]
    followed = todos.follow(store, mailbox, seen, answers)
    of = {record.number: followed.numbers[each.key] for record, each in zip(records, seen, strict=True)}
    return Kept(followed, of)


def _conversations(messages: Sequence[Message]) -> dict[str, frozenset[str]]:
    """Return for each message the handles of all messages of its conversation, also of those that are only named."""
    names: dict[str, frozenset[str]] = {}
    for thread in group(message.head for message in messages):
        every = frozenset(name for head in thread.heads for name in _named(head))
        names |= {head.id: every for head in thread.heads}
    return names


def _named(head: Head) -> Iterable[str]:
    yield head.id
    for other in (*head.references[-20:], head.in_reply_to):
        if other:
            yield replace(head, message_id=other).id


def _key(item: Item) -> str:
    """Return what an item is known by in every run: its message, and its words without their white space."""
    words = " ".join(item.quote.text.raw.split())
    return hashlib.sha256(f"{item.message}\n{item.kind}\n{words}".encode("utf-8", "replace")).hexdigest()[:32]


def _seen(
    key: str, names: frozenset[str], item: Item, record: ActionRecord, message: Message, me: frozenset[str]
) -> Seen:
    person = item.who.person
    actor = "me" if item.who.me else _actor(person, me) if person else record.who.casefold()
    return Seen(
        key=key,
        names=names,
        terms=terms(item.what.raw),
        kind=item.kind,
        actor=actor,
        asker=_actor(message.head.sender, me),
        at=_at(message),
        message=message.id,
        value=record.model_copy(update={"number": 0, "row": 0}).model_dump(mode="json", by_alias=True),
    )


def _answer(message: Message, names: frozenset[str], me: frozenset[str]) -> Answer:
    """Return what a message may close. An attachment counts as something done, unless the words speak of later."""
    text = message.body.text.raw
    own = [text[slice(*span)] for zone in message.body.spans("own") for span in sentences.split(text, *zone)]
    does = [terms(each) for each in own if _says_done(each)]
    if message.attachments and not does and not any(promises(each) for each in own):
        does = [frozenset(word for part in message.attachments for word in terms(part.name.raw))]
    return Answer(
        names=names,
        writer=_actor(message.head.sender, me),
        at=_at(message),
        message=message.id,
        replies=any(sum(map(str.isalnum, each)) > 1 and not asks(each) for each in own),
        does=tuple(does),
        withdraws=any(map(withdraws, own)),
    )


def _says_done(sentence: str) -> bool:
    text = plain(sentence)
    done = _DONE.search(text)
    return done is not None and not (promises(text) or text.endswith("?") or _NOT_YET.search(text))


def terms(text: str) -> frozenset[str]:
    """Return the words of a text that say what it is about, folded."""
    return frozenset(word for word in _WORD.findall(text.casefold()[:1_000]) if word not in _EMPTY)


def _actor(person: Address, me: frozenset[str]) -> str:
    return "me" if is_me(person, me) else person.address.raw or person.name.raw.casefold()


def _at(message: Message) -> str:
    date = message.head.date
    return (date.astimezone(UTC) if date else datetime.min.replace(tzinfo=UTC)).isoformat()
