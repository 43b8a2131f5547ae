"""Mail nobody expects anything of: sent to many, by a machine, in somebody's absence; and what is settled already."""

import re

from agent.mail.message import Message

_AUTOMATIC = re.compile(
    r"\b(?:no-?_?reply|do-?not-?reply|donotreply|mailer-daemon|postmaster|notifications?|newsletters?|auto-?confirm"
    r"|bounces?)\b",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\b(?:out of (?:the )?office|automatic reply|auto-?reply|autoreply|abwesenheit\w*|automatische antwort"
    r"|nicht im büro|absence du bureau|réponse automatique"
    r"|fuera de la oficina|respuesta automática|fuori (?:ufficio|sede)|risposta automatica|fora do escritório"
    r"|resposta automática|afwezig\w*|automatisch antwoord)\b"
    r"|自动回复|不在办公室|外出中|自動返信|不在のお知らせ",
    re.IGNORECASE,
)
_STAND_IN = re.compile(
    r"\b(?:will (?:reply|respond|answer|get back|read)|(?:no|limited|without) access|in urgent (?:cases|matters)"
    r"|please contact|contact \w+ (?:at|on|instead)"
    r"|wenden sie sich|wende dich|nicht gelesen|keinen zugriff|veuillez contacter|contactez|à mon retour"
    r"|póngase en contacto|a mi regreso|al mio rientro|contattare"
    r"|contacte|ao meu regresso|quando eu voltar|neem contact op|bij terugkomst)\b"
    r"|请联系|回来后|不在の間|ご連絡ください",
    re.IGNORECASE,
)
_SHORT = 1_200  # characters
_SETTLED = re.compile(
    r"\b(?:fyi|for your (?:information|amusement|records)|sorted(?: out)?|taken care of|already (?:dealt|replied"
    r"|answered|done|handled)|no action|nothing to do|zur (?:info|kenntnis)|z\.k\.|erledigt"
    r"|pour (?:info|information)|c'est réglé|para tu información|ya está|per conoscenza|già (?:fatto|risolto)"
    r"|para conhecimento|já está|ter info|al geregeld)\b|仅供参考|供参考|已处理|ご参考|対応済",
    re.IGNORECASE,
)


def is_automatic(message: Message) -> bool:
    """Say whether nobody expects anything of this message: sent to many, by a machine, or in somebody's absence."""
    head = message.head
    opening = message.body.text.raw[:400]
    return bool(
        head.bulk
        or _AUTOMATIC.search(head.sender.address.raw.partition("@")[0])
        or _AWAY.search(head.subject.raw[:200])
        or (
            _AWAY.search(opening)
            and _STAND_IN.search(message.body.text.raw[:_SHORT])
            and len(message.body.text) < _SHORT
        )
    )


def is_settled(message: Message) -> bool:
    """Say whether the writer says of what they pass on that it is only to be known, or done already."""
    text = message.body.text.raw
    return any(_SETTLED.search(text, *span) for span in message.body.spans("own"))
