"""Who the owner of a mailbox is, told from its own headers."""

from collections import Counter
from collections.abc import Iterable

from agent.mail.message import Address, Head

_SENT = frozenset({
    "sent", "sent-mail", "sent-items", "sent-messages", "sentmail", "gesendet",
    "gesendete-elemente", "gesendete-objekte", "enviados", "elementos-enviados", "correo-enviado",
    "envoyés", "messages-envoyés", "éléments-envoyés", "inviati", "posta-inviata", "enviadas",
    "itens-enviados", "verzonden", "verzonden-items", "skickat", "sendt", "wysłane", "отправленные",
    "已发送", "已傳送", "寄件備份", "送信済み", "보낸편지함",
})  # fmt: skip
_FEW = 3
_DELIVERED_SHARE = 0.2
_SENT_SHARE = 0.2
_ADDRESSED_SHARE = 0.6


def infer_me(heads: Iterable[Head]) -> frozenset[str]:
    """Return the addresses (lower case) of the mailbox's owner; empty when the headers do not settle it.

    Senders of what lies in a Sent folder and what mail was delivered to count first: each address with a fair
    share of either. Without those, the one address that most messages are written to, and no other half as often.
    """
    sent: Counter[str] = Counter()
    delivered: Counter[str] = Counter()
    addressed: Counter[str] = Counter()
    received = 0
    for head in heads:
        if _is_sent(head):
            sent[head.sender.address.raw] += 1
            continue
        received += 1
        delivered.update({address.raw.strip().lower() for address in head.delivered_to})
        addressed.update({person.address.raw for person in (*head.to, *head.cc)})
    for counter in (sent, delivered, addressed):
        counter.pop("", None)
    known = _fair_share(sent, _SENT_SHARE, _FEW) | _fair_share(delivered, _DELIVERED_SHARE, 1)
    return known or _most_written_to(addressed, received)


def is_me(address: Address, me: frozenset[str]) -> bool:
    """Return whether an address is one of `me`, also with a tag behind a plus sign."""
    local, at, domain = address.address.raw.rpartition("@")
    return address.address.raw in me or f"{local.partition('+')[0]}{at}{domain}" in me


def _is_sent(head: Head) -> bool:
    folders = (part for label in head.labels for part in label.raw.lower().split("/"))
    return any("-".join(folder.strip(" .").split()) in _SENT for folder in folders)


def _fair_share(counts: Counter[str], share: float, few: int) -> frozenset[str]:
    total = counts.total()
    return frozenset(address for address, count in counts.items() if count >= share * total and total >= few)


def _most_written_to(addressed: Counter[str], received: int) -> frozenset[str]:
    (first, most), (_, second) = (*addressed.most_common(2), ("", 0), ("", 0))[:2]
    settled = most >= _FEW and most >= _ADDRESSED_SHARE * received and 2 * second <= most
    return frozenset({first}) if settled else frozenset()
