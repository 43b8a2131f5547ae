"""How a chat is drawn: the answer on stdout as it comes, what runs on stderr, and under it the words it rests on."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from agent import output
from agent.columns import wrap
from agent.commands import wording
from agent.text import Untrusted, screen, screen_line

if TYPE_CHECKING:
    from agent.commands.chat_state import Chat, Exchange
    from agent.events import Answer, Event, Kept
    from agent.mail.message import Receipt


class Turn:
    """One turn as it is drawn, in lines of `width` cells; `silent`: nothing of the answer is, it is for a record."""

    def __init__(self, width: int, *, silent: bool = False) -> None:
        self._width, self._silent = width, silent
        self._writing = output.Writing(width)
        self.said = ""  # since a tool last ran
        self.kept: list[Kept] = []
        self.answer: Answer | None = None

    @property
    def writing(self) -> bool:
        """Whether a line of the answer is begun, in which nothing else may be shown."""
        return self._writing.begun

    def see(self, event: "Event") -> None:
        """Show an event; that something begins is shown by others."""
        from agent.events import Answered, Called, Kept, Misused, Said

        match event:
            case Said(text):
                self.said += text.raw
                self._write(text)
            case Called(_, said):
                self._aside(said)
            case Misused(said):
                self._aside(f"asked wrongly: {said}")
            case Kept(_, handle):
                self.kept.append(event)
                self._aside(f"kept as {handle}; /undo takes it back")
            case Answered(answer):
                self.answer = answer
                self._answered(answer)

    def end(self) -> None:
        """End the line that is begun."""
        self._writing.end()

    def _answered(self, answer: "Answer") -> None:
        """Show the answer where it is not what was said: the tools' own words."""
        if answer.text.raw.strip() != self.said.strip():
            self._writing.end()
            self._write(Untrusted(answer.text.raw.strip("\n")))
        self._writing.end()

    def _write(self, text: Untrusted) -> None:
        if not self._silent:
            self._writing.more(text)

    def _aside(self, said: str) -> None:
        self._writing.end()
        self.said = ""
        aside(f"[{screen_line(said)}]", self._width)


def aside(text: str, width: int) -> None:
    """Say something that is not the answer, on stderr."""
    for line in wrap(screen_line(text), width):
        output.note(line)


def under(chat: "Chat", answer: "Answer", width: int) -> Iterator[str]:
    """Yield what stands under an answer: the words it rests on, each with its place, and what nothing bears out.

    Words that stand in the answer itself are not repeated.
    """
    shown = _folded(answer.text)
    places: dict[str, list[Receipt]] = {}
    for each in answer.receipts:
        places.setdefault(_where(chat, answer, each), []).append(each)
    for place, receipts in places.items():
        yield from _placed(place, width)
        for receipt in receipts:
            if _folded(receipt.text) not in shown:
                yield from _indented(f"“{screen_line(receipt.text)}”", width)
    yield from _unconfirmed(answer, width)


def reasons(chat: "Chat", answer: "Answer", width: int) -> Iterator[str]:
    """Yield the words an answer rests on in full, with where they stand in their messages, and the tools that ran."""
    for place, receipts in groupby(answer.receipts, lambda receipt: _where(chat, answer, receipt)):
        yield from _placed(place, width)
        for each in receipts:
            yield from _indented(f"“{screen_line(each.text)}” (characters {each.start}-{each.end})", width)
    yield from _unconfirmed(answer, width)
    if not answer.receipts and not answer.unconfirmed:
        yield "It rests on no words of a message."
    if answer.calls:
        yield from wrap(f"looked with {', '.join(answer.calls)}", width)


def _unconfirmed(answer: "Answer", width: int) -> Iterator[str]:
    for sentence in answer.unconfirmed:
        yield from wrap(f"(not confirmed by your mail: “{screen_line(sentence)}”)", width)


def _placed(place: str, width: int) -> Iterator[str]:
    number, _, rest = place.partition("  ")
    first, *more = wrap(rest, width - len(number) - 4)
    yield f"  {number}  {first}".rstrip()
    yield from (f"{'':{len(number) + 4}}{line}" for line in more)


def _indented(text: str, width: int) -> Iterator[str]:
    return (f"    {line}" for line in wrap(text, width - 4))


def transcript(chat: "Chat") -> Iterator[str]:
    """Yield a chat as lines of Markdown: each question, its answer and the words that rests on."""
    yield f"# Chat about {wording.markdown(label(chat))}"
    for each in chat.exchanges:
        yield from ("", *(f"**{wording.markdown(line)}**" for line in screen(each.question).split("\n") if line), "")
        yield from (wording.markdown(line) for line in screen(each.answer.text).strip().split("\n"))
        below = list(_below(chat, each))
        yield from ("", *below) if below else ()


def label(chat: "Chat") -> str:
    """Return the name of the mailbox that is open."""
    mail = chat.talk.desk.mail
    return screen_line(mail.mailbox.label) if mail else "no mailbox"


def _below(chat: "Chat", exchange: "Exchange") -> Iterator[str]:
    for receipt in exchange.answer.receipts:
        yield f"- {wording.markdown(_where(chat, exchange.answer, receipt))}"
        yield f"  > {wording.markdown(screen_line(receipt.text))}"
    for sentence in exchange.answer.unconfirmed:
        yield f"- not confirmed by the mail: {wording.markdown(screen_line(sentence))}"
    for handle in exchange.kept:
        yield f"- kept as {handle}"


def _where(chat: "Chat", answer: "Answer", receipt: "Receipt") -> str:
    number = chat.talk.desk.number_of(receipt.message)
    message = next((each for each in answer.messages if each.id == receipt.message), None)
    return wording.place(number, message.head, chat.talk.desk.now) if message and number else receipt.message


def _folded(text: Untrusted) -> str:
    return " ".join(text.raw.split())
