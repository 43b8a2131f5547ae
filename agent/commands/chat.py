"""`llama-agent chat`: ask on and on about your mail, with tools; on a terminal, or a question a line from a pipe."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import completion
from agent.errors import AgentError, UsageError

if TYPE_CHECKING:
    from agent.commands.chat_state import Chat
    from agent.commands.line_history import LineHistory
    from agent.commands.line_reader import LineReader
    from agent.loop import Talk
    from agent.session import Session


def chat(
    mailbox: Annotated[
        str | None,
        typer.Argument(
            metavar="MAILBOX",
            autocompletion=completion.mailboxes,
            show_default=False,
            help="The mail to talk about; without one, /open PATH opens one later.",
        ),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Send nothing: drafts are kept.")] = False,
    json: Annotated[bool, typer.Option("--json", help="A JSON record for each question, one a line.")] = False,
) -> None:
    """Talk about your mail: it searches, reads, keeps to-dos and drafts replies and invitations, and shows its sources.

    What leaves this computer is shown to you first, and goes after your yes. Standard input that is no terminal is
    questions, one a line. /help lists the commands inside.

    \b
    llama-agent chat inbox.mbox
    echo "what is due this week?" | llama-agent chat inbox.mbox
    llama-agent chat inbox.mbox --json < questions.txt | jq -r .text
    """
    from agent.commands import slash
    from agent.session import open_session

    if mailbox == "-":
        raise UsageError("standard input is the questions: name the mailbox.")
    with open_session() as session:
        named = mailbox or session.default_mailbox()
        failed = held(session, session.talk(slash.mail(session, named) if named else None), as_json=json)
    if failed is not None:
        raise typer.Exit(failed.exit_code)


def held(session: "Session", talk: "Talk", *, as_json: bool = False) -> "AgentError | None":
    """Hold a talk with whoever types; return the first error of a line that was piped in, None without."""
    from agent.commands import chat_faces, chatting, slash
    from agent.commands.chat_state import Chat

    chat = Chat(session, talk, _history(session))
    try:
        reader = _reader(chat, as_json=as_json)
        chat_faces.aside(slash.opened(chat), slash.width())
        if reader.stays:
            chat_faces.aside("Ask, or /help. Nothing is sent without your yes.", slash.width())
        failed = chatting.converse(chat, reader, as_json=as_json)
        return None if reader.stays else failed
    finally:
        talk.close()


def _history(session: "Session") -> "LineHistory | None":
    """Return where typed lines are kept; None where they are not to be, or cannot be, which is said."""
    from agent.commands.line_history import LineHistory

    if session.settings.chat is None or not session.settings.chat.history or not sys.stdin.isatty():
        return None
    kept = LineHistory()
    try:
        kept.lines()
    except AgentError as error:
        output.note(error.message)
        return None
    return kept


def _reader(chat: "Chat", *, as_json: bool) -> "LineReader":
    """Return what reads the lines: an editor where the terminal can be drawn on, and a person looks at it."""
    from agent.commands.line_reader import Piped, Plain

    if sys.stdin is None or not sys.stdin.isatty():
        return Piped()
    if as_json or not output.shown() or not output.live():
        return Plain()
    from agent.commands.chat_offers import offers
    from agent.commands.line_editor import Editor

    return Editor(lambda line: offers(chat, line), chat.standing, chat.history)
