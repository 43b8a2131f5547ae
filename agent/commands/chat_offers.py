"""What TAB offers in a chat: commands, files after /open and /save, messages, answers and drafts by their numbers."""

import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from agent.commands import slash, wording
from agent.errors import AgentError
from agent.text import screen_line

if TYPE_CHECKING:
    from agent.commands.chat_state import Chat

Offer = tuple[str, str]  # what takes the place of the last word, and what is said beside it

_MOST = 200
_LISTED = 5_000  # entries of a folder that are looked at


def offers(chat: "Chat", line: str) -> tuple[str, list[Offer]]:
    """Return the word that is being typed at the end of `line`, and what may stand in its place; [] for nothing.

    What is said beside it may be a message's words: it is sanitised. A question has no offers.
    """
    if not line.startswith("/") or line.startswith("//") or "\n" in line:
        return "", []
    name, space, rest = line[1:].partition(" ")
    if not space:
        return line, [(f"/{each.name}", each.help) for each in slash.COMMANDS if each.name.startswith(name.lower())]
    makers = {"open": _files, "save": _files, "show": _messages, "why": _answers, "send": _drafts}
    found = makers[name](chat, rest.lstrip()) if name in makers else iter(())
    return rest.lstrip(), list(islice(found, _MOST))


def _beginning(word: str, offered: Iterable[Offer]) -> Iterator[Offer]:
    return (each for each in offered if each[0].startswith(word))


def _messages(chat: "Chat", word: str) -> Iterator[Offer]:
    mail = chat.talk.desk.mail
    heads = enumerate(mail.heads if mail else (), 1)
    return (
        (str(number), f"{wording.sender_name(head)}: {wording.subject_line(head)}")
        for number, head in heads
        if str(number).startswith(word)
    )


def _answers(chat: "Chat", word: str) -> Iterator[Offer]:
    return _beginning(word, ((str(n), screen_line(each.question)) for n, each in enumerate(chat.exchanges, 1)))


def _drafts(chat: "Chat", word: str) -> Iterator[Offer]:
    from agent.outbox import Outbox

    try:
        waiting = [each for each in Outbox().drafts() if each.state == "draft"]
    except AgentError:
        waiting = []
    return _beginning(word, ((each.handle, f"{each.what}: {screen_line(each.title)}") for each in waiting))


def _files(chat: "Chat", word: str) -> Iterator[Offer]:
    """Yield the files and folders that begin so, but for those whose names a terminal could trip over."""
    folder, name = os.path.split(word)
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            found = sorted((each.name, each.is_dir()) for each in islice(entries, _LISTED))
    except (OSError, ValueError):
        return
    for entry, is_folder in found:
        hidden = entry.startswith(".") and not name.startswith(".")
        if entry.startswith(name) and not hidden and screen_line(entry) == entry:
            yield os.path.join(folder, entry) + ("/" if is_folder else ""), "folder" if is_folder else ""
