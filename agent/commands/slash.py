"""The commands inside a chat, in one table: what begins with a slash is for the program and never for a model."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from agent import output
from agent.columns import pad, wrap
from agent.commands import chat_faces
from agent.errors import InputError, UsageError

if TYPE_CHECKING:
    from agent.commands.chat_state import Chat, Exchange
    from agent.session import Session
    from agent.tools.desk import Mail

_WIDEST = 100


@dataclass(frozen=True, slots=True)
class Slash:
    """A command: its name, what follows it ("" for nothing), what it is for, and what it does, in lines to print."""

    name: str
    takes: str
    help: str
    run: "Callable[[Chat, str], Iterable[str]]"

    @property
    def usage(self) -> str:
        """How it is written."""
        return f"/{self.name} {self.takes}".rstrip()


def width() -> int:
    """Return how wide lines are here, in cells."""
    return min(_WIDEST, shutil.get_terminal_size().columns)


def meant(line: str) -> tuple[Slash, str] | None:
    """Return the command a line means and what follows it, None for a question. Raises UsageError for no command.

    A line that begins with two slashes is a question that begins with one. So is a text of more lines than one: what
    was pasted from somewhere never is a command.
    """
    if not line.startswith("/") or line.startswith("//") or "\n" in line:
        return None
    name, _, rest = line[1:].partition(" ")
    found = next((each for each in COMMANDS if each.name == name.lower()), None)
    if found is None:
        near = get_close_matches(name.lower(), [each.name for each in COMMANDS], 1)
        guess = f" Did you mean /{near[0]}?" if near else ""
        raise UsageError(f"there is no command /{name}.{guess}", ("/help", "lists them"), ("//…", "asks with a slash"))
    if rest.strip() and not found.takes:
        raise UsageError(f"/{found.name} takes nothing after it.")
    return found, rest.strip()


def question(line: str) -> str:
    """Return what is asked by a line that is no command."""
    return line[1:] if line.startswith("//") else line


def _why(chat: "Chat", which: str) -> Iterator[str]:
    exchange = _exchange(chat, which)
    yield from wrap(f"{chat.exchanges.index(exchange) + 1}: {exchange.question}", width())
    yield from chat_faces.reasons(chat, exchange.answer, width())


def _exchange(chat: "Chat", which: str) -> "Exchange":
    if not chat.exchanges:
        raise UsageError("nothing has been answered yet.")
    number = int(which) if which.isascii() and which.isdigit() else 0 if which else len(chat.exchanges)
    if not 1 <= number <= len(chat.exchanges):
        raise UsageError(f"there is no answer {which[:20]}: there are 1 to {len(chat.exchanges)}.")
    return chat.exchanges[number - 1]


def _show(chat: "Chat", which: str) -> Iterator[str]:
    from agent.commands.page import page
    from agent.tools.tool import BadCall

    if not (which.isascii() and which.isdigit()):
        raise UsageError("which message? /show 3 shows message 3.")
    try:
        message = chat.talk.desk.message(int(which[:9]))
    except BadCall as error:
        raise UsageError(str(error)) from None
    return page(message, int(which), chat.talk.desk.now, everything=False, hidden=False)


def _open(chat: "Chat", path: str) -> Iterator[str]:
    if path in ("", "-"):
        raise UsageError("which mailbox? /open inbox.mbox opens that one.")
    chat.talk.desk.open(mail(chat.session, path))
    yield opened(chat)


def mail(session: "Session", name: str) -> "Mail":
    """Open a mailbox, with its search index where it has one or is to have one. Raises InputError where it is none."""
    from agent.commands import indexing

    mailbox = session.open(name)
    return session.mail(mailbox, indexing.index_of(session, mailbox))


def opened(chat: "Chat") -> str:
    """Return which mailbox is open, and how many messages it has."""
    mail = chat.talk.desk.mail
    if mail is None:
        return "no mailbox is open: /open PATH opens one"
    count = len(mail.heads)
    return f"{chat_faces.label(chat)} - {count:,} message{'' if count == 1 else 's'}"


def _todo(chat: "Chat", _: str) -> Iterator[str]:
    from agent import todos
    from agent.commands import action_faces
    from agent.commands.todo import in_order

    kept = [each for each in todos.current(chat.session.store.todos(), chat.talk.desk.now) if each.state == "open"]
    lines = action_faces.text(in_order(kept, chat.talk.desk.now), chat.talk.desk.now, width())
    yield from lines if kept else ["nothing is kept to be done."]


def _drafts(chat: "Chat", _: str) -> Iterator[str]:
    from agent.commands.outbox import rows
    from agent.outbox import Outbox

    waiting = [each for each in Outbox().drafts() if each.state == "draft"]
    yield from rows(waiting) if waiting else ["there are no drafts."]


def _send(chat: "Chat", handle: str) -> Iterator[str]:
    from agent.commands.outbox import deliver
    from agent.outbox import Outbox, parse_handle

    if not handle:
        raise UsageError("which draft? /send d2 shows d2 and asks.")
    deliver(replace(chat.session, now=chat.talk.desk.now), Outbox().get(parse_handle(handle, "d")))
    yield from ()


def _undo(chat: "Chat", _: str) -> Iterator[str]:
    yield chat.talk.undo() or "there is nothing to take back."


def _model(chat: "Chat", _: str) -> Iterator[str]:
    yield from wrap(chat.standing(), width())
    yield "llama-agent models list shows the others, models use NAME takes one"


def _save(chat: "Chat", path: str) -> Iterator[str]:
    if not path:
        raise UsageError("where to? /save talk.md writes a new file.")
    if not chat.exchanges:
        raise UsageError("nothing has been answered yet: there is nothing to save.")
    try:
        file = Path(path).expanduser()
    except RuntimeError:
        raise InputError(f"cannot write {path}: there is no such home folder.") from None
    output.save(file, "".join(f"{line}\n" for line in chat_faces.transcript(chat)).encode("utf-8", "replace"))
    yield f"saved {file}"


def _forget(chat: "Chat", _: str) -> Iterator[str]:
    chat.talk.forget()
    chat.exchanges.clear()
    if chat.history is not None:
        chat.history.forget()
    yield "forgotten: the next question begins a new chat; to-dos and drafts stay"


def _help(chat: "Chat", _: str) -> Iterator[str]:
    column = max(len(each.usage) for each in COMMANDS) + 2
    for each in COMMANDS:
        first, *more = wrap(each.help, width() - column)
        yield f"{pad(each.usage, column)}{first}"
        yield from (f"{'':{column}}{line}" for line in more)
    yield from wrap("Anything else is a question. // begins one with a slash. Ctrl-C stops what runs.", width())


def _exit(chat: "Chat", _: str) -> Iterator[str]:
    chat.over = True
    yield from ()


COMMANDS = (
    Slash("why", "[N]", "the words the last answer rests on, or answer N", _why),
    Slash("show", "N", "message N", _show),
    Slash("open", "PATH", "another mailbox", _open),
    Slash("todo", "", "what is kept to be done", _todo),
    Slash("drafts", "", "the drafts that wait", _drafts),
    Slash("send", "dN", "show draft dN, and send it after your yes", _send),
    Slash("undo", "", "take back what was kept last", _undo),
    Slash("model", "", "who answers, and what left this computer", _model),
    Slash("save", "FILE", "write this chat to a new file, as Markdown", _save),
    Slash("forget", "", "forget what was said", _forget),
    Slash("help", "", "this list", _help),
    Slash("exit", "", "leave; so does Ctrl-D", _exit),
)
