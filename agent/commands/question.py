"""From the words and options of `ask` and `route` to a question ready to be put, and the model to put it to."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import options
from agent.errors import AgentError, ModelError, UsageError
from agent.mail.handles import is_piped
from agent.terms import Rung
from agent.text import Untrusted

if TYPE_CHECKING:
    from agent import grounding
    from agent.commands.indexing import Searched
    from agent.commands.reading import Reading
    from agent.mail.message import Message
    from agent.router.redact.known import Known
    from agent.router.routed import RoutedModel
    from agent.session import Session
    from agent.tasks.answer import Question

_LONGEST = 4_000  # characters of a question
_NEWEST = 500  # messages that are read for a question without an index
_ALL = 1_000_000_000
_SHARES = {"question": Rung.QUESTION, "excerpt": Rung.EXCERPT, "full": Rung.FULL, "raw": Rung.RAW}

QuestionArgument = Annotated[str, typer.Argument(metavar="QUESTION", help="What you want to know.")]
ImageOption = Annotated[
    Path | None, typer.Option("--image", metavar="FILE", help="Ask about this picture (PNG, JPEG, WebP, GIF).")
]
AttachmentOption = Annotated[
    str | None,
    typer.Option("--attachment", metavar="M.A", help="Ask about the picture that is attachment A of message M (7.1)."),
]
NoMail = Annotated[bool, typer.Option("--no-mail", help="Ask without mail: what the model has learned has to do.")]
Offline = Annotated[bool, typer.Option("--offline", help="Offer nothing to a larger model, whatever is enabled.")]
CloudOption = Annotated[
    bool, typer.Option("--cloud", help="Offer it to the larger model, also if the answer here would do.")
]
Share = Annotated[
    str | None,
    typer.Option(
        "--share", metavar="HOW", help="How much to offer: question, excerpt, full or raw; never above [cloud]."
    ),
]


@dataclass(frozen=True, slots=True)
class Typed:
    """A command line of `ask` or `route`, as typed."""

    question: str
    words: Sequence[str]
    wanted: options.Wanted
    everything: bool = False
    files_from: str | None = None
    image: Path | None = None
    attachment: str | None = None
    no_mail: bool = False
    offline: bool = False
    cloud: bool = False
    share: str | None = None

    @property
    def names_mail(self) -> bool:
        """Whether it says which mail is meant."""
        return bool(self.words or self.files_from or self.everything or self.wanted != options.Wanted())


@dataclass(frozen=True, slots=True)
class Ready:
    """A question ready to be put; None where the mail says nothing on it, and no model need be asked.

    `reading` is the mail it is asked of, None without; `model` decides who answers. `searched` counts the messages of
    which an index chose those of the reading; None where there was no index.
    """

    text: Untrusted
    question: "Question | None"
    model: "RoutedModel"
    reading: "Reading | None" = None
    searched: int | None = None

    @property
    def looked_at(self) -> int:
        """How many messages were looked at: those of the reading, or all that an index was searched for."""
        if self.searched is not None:
            return self.searched
        return len(self.reading.chosen.heads) if self.reading else 0


def ready(session: "Session", typed: Typed, command: str, *, planning: bool = False) -> Ready:
    """Return the question of a command line. Raises UsageError and InputError for what cannot be asked."""
    text = _question(typed.question)
    if typed.cloud and session.settings.cloud is None:
        output.note("--cloud: no larger model is configured (llama-agent cloud status)")
    share = _share(session, typed.share)
    _fits_together(typed)

    def model(known: "frozenset[Known]") -> "RoutedModel":
        return session.routed(
            known | _own(session), share=share, local_only=typed.offline, wanted=typed.cloud, planning=planning
        )

    if typed.image is not None:
        return _about_file(text, typed.image, model)
    if typed.attachment is not None:
        return _about_attachment(session, text, typed, command, model)
    if typed.no_mail:
        from agent.tasks import answer

        return Ready(text, answer.without_source(text, answer.prompts()), model(frozenset()))
    if not (typed.names_mail or session.default_mailbox() or is_piped(0)):
        raise UsageError(
            "no mailbox named, and none is set.",
            ('llama-agent ask "…" MAILBOX', "asks of the mail in it"),
            ('llama-agent ask "…" --no-mail', "asks what the model has learned"),
        )
    return _about_mail(session, text, typed, command, share or Rung.EXCERPT, model)


def _question(typed: str) -> Untrusted:
    if not typed.strip():
        raise UsageError("the question is empty.", ('llama-agent ask "what did Bob decide?"', "asks one"))
    if len(typed) > _LONGEST:
        raise UsageError(
            f"the question has {len(typed):,} characters; {_LONGEST:,} is the most. Mail goes in a mailbox."
        )
    return Untrusted(typed.strip())


def _share(session: "Session", typed: str | None) -> Rung | None:
    """Return the most that is offered this time; None where that was not said."""
    if typed is None:
        return None
    if typed not in _SHARES:
        raise UsageError(f'--share "{typed}" is not known. Use question, excerpt, full or raw.')
    cloud = session.settings.cloud
    if cloud is not None and _SHARES[typed] > _SHARES[cloud.share]:
        output.note(f'share = "{cloud.share}" in [cloud] is the most that is offered')
        return _SHARES[cloud.share]
    return _SHARES[typed]


def _fits_together(typed: Typed) -> None:
    if typed.image is not None and typed.attachment is not None:
        raise UsageError("--image is a file, --attachment a part of a message: give one of them.")
    if typed.image is not None and typed.names_mail:
        raise UsageError(
            "--image is asked about by itself. For a picture in mail use --attachment 7.1, and no --image."
        )
    if typed.no_mail and (typed.names_mail or typed.attachment is not None):
        raise UsageError("--no-mail, and mail to read: give one of them.")
    if typed.offline and typed.cloud:
        raise UsageError("--offline and --cloud say opposite things: give one of them.")


def _own(session: "Session") -> "frozenset[Known]":
    from agent.router.redact.known import known_from_email, known_from_machine

    return known_from_machine().union(*map(known_from_email, session.settings.me))


def _about_file(text: Untrusted, image: Path, model: "Callable[[frozenset[Known]], RoutedModel]") -> Ready:
    from agent.images import from_file
    from agent.tasks import answer

    return Ready(text, answer.about_picture(text, from_file(image), answer.prompts()), model(frozenset()))


def _about_attachment(
    session: "Session",
    text: Untrusted,
    typed: Typed,
    command: str,
    model: "Callable[[frozenset[Known]], RoutedModel]",
) -> Ready:
    from agent.commands.reading import read
    from agent.commands.show import attachment_named
    from agent.images import read as picture
    from agent.mail.parse import attachment_bytes
    from agent.router.redact.known import known_from_messages
    from agent.tasks import answer

    assert typed.attachment is not None
    name, number = attachment_named(typed.attachment)
    if typed.wanted != options.Wanted():
        raise UsageError("--attachment names the message: leave out what selects others.")
    reading = read(session, command, [*typed.words, name], typed.wanted, files_from=typed.files_from)
    if len(reading.chosen.heads) != 1:
        raise UsageError("--attachment names the message: leave out the others.")
    reading.remember(session)
    head = reading.chosen.heads[0]
    image = picture(attachment_bytes(reading.mailbox.raw(head), number), f"attachment {typed.attachment}")
    message = reading.mailbox.read(head)
    private = private_rule(session, reading)(message)
    asked = answer.about_picture(text, image, answer.prompts(), message, private=private)
    return Ready(text, asked, model(known_from_messages([message])), reading)


def _about_mail(
    session: "Session",
    text: Untrusted,
    typed: Typed,
    command: str,
    share: Rung,
    model: "Callable[[frozenset[Known]], RoutedModel]",
) -> Ready:
    from agent.commands.reading import read
    from agent.mail.handles import named
    from agent.router.redact.known import known_from_heads, known_from_messages
    from agent.tasks import answer
    from agent.tasks.found import find, without

    wanted = typed.wanted
    if wanted.last is None and wanted.thread is None and not named(typed.words, session.settings.mailboxes).messages:
        wanted = replace(wanted, last=_NEWEST)
    reading = read(session, command, typed.words, wanted, everything=typed.everything, files_from=typed.files_from)
    known = known_from_heads(reading.chosen.heads)
    capped = wanted.last != typed.wanted.last and _is_more(reading)
    by_index = _searched(session, text, typed, command, reading) if capped else None
    reading, searched = (by_index.reading, by_index.count) if by_index else (reading, None)
    reading.remember(session)
    _say_what_is_read(session, reading, by_index, capped=capped)
    found = find(text, [reading.mailbox.read(head) for head in reading.chosen.heads])
    known |= known_from_heads(reading.chosen.heads)
    if found is None:
        return Ready(text, None, model(known), reading, searched)
    is_private = private_rule(session, reading)
    asked = answer.about_mail(text, found, answer.prompts(), share=share, level=_level(session), is_private=is_private)
    offered = without(found, is_private)
    if session.settings.cloud is not None and offered is not found:
        output.note("messages that match never in [cloud] are left out of what may be offered")
    read_there = offered.messages if offered else ()
    return Ready(text, asked, model(known | known_from_messages((*found.messages, *read_there))), reading, searched)


def _searched(session: "Session", text: Untrusted, typed: Typed, command: str, newest: "Reading") -> "Searched | None":
    """Return what the index of the mailbox finds in all that is meant, not only the newest; None without an index."""
    from agent.commands import indexing
    from agent.commands.reading import read

    index = indexing.index_of(session, newest.mailbox)
    if index is None:
        return None
    with closing(index):
        try:
            if typed.wanted == options.Wanted() and (typed.everything or not session.settings.ignore):
                return indexing.searched(index, newest.mailbox, text.raw)
            every = read(session, command, typed.words, replace(typed.wanted, last=_ALL), everything=typed.everything)
            return indexing.searched_among(index, every, text.raw)
        except AgentError as error:
            output.note(error.message)
            return None


def private_rule(session: "Session", reading: "Reading") -> "Callable[[Message], bool]":
    """Return what says of a message that nothing of it is ever offered: never in [cloud].

    A rule about read state or labels, where the mailbox stores none, is taken to mean every message.
    """
    from agent.mail.query import parse

    settings = session.settings
    written = settings.cloud.never if settings.cloud else ()
    rules = [parse(rule, now=session.now, me=settings.me, source="never in [cloud]") for rule in written]
    labelled = any(head.labels for head in reading.chosen.heads)
    if any(
        (rule.needs_read_state and not reading.mailbox.stores_read_state) or (rule.needs_labels and not labelled)
        for rule in rules
    ):
        return lambda message: True
    return lambda message: any(rule.matches(message.head, lambda: message) for rule in rules)


def _level(session: "Session") -> "grounding.Level":
    """Return how far the model here is trusted to use its own words."""
    try:
        choice = session.weights()
    except ModelError:
        return "words"
    return "facts" if choice is not None and choice.weights.paraphrases else "words"


def _is_more(reading: "Reading") -> bool:
    """Say whether the mailbox holds more of what is meant than was chosen."""
    chosen = reading.chosen
    return len(chosen.heads) == _NEWEST and (chosen.total is None or chosen.matched > _NEWEST)


def _say_what_is_read(session: "Session", reading: "Reading", by_index: "Searched | None", *, capped: bool) -> None:
    """Print the header line, and what of the mailbox is not looked at."""
    if by_index is not None:
        output.note(by_index.title(session.now))
    else:
        output.note(reading.title(session.now) if reading.chosen.heads else reading.nothing())
    reading.say_what_was_left_out()
    if capped and by_index is None:
        output.note(f"only the newest {_NEWEST} are looked at; -n, --since or --search say otherwise")
