"""`llama-agent use`: the mailbox that is read when none is named."""

import os
from typing import Annotated

import typer

from agent import output
from agent.commands import completion
from agent.errors import UsageError
from agent.mail.handles import STDIN


def use(
    mailbox: Annotated[
        str | None,
        typer.Argument(
            autocompletion=completion.mailboxes,
            show_default=False,
            help="A path, or a name from [mailboxes] in the config.",
        ),
    ] = None,
) -> None:
    """Show or set the mailbox that is read when a command names none.

    \b
    llama-agent use ~/Maildir
    llama-agent use work
    llama-agent use
    """
    from agent.session import open_session

    with open_session() as session:
        if mailbox == STDIN:
            raise UsageError("what is piped in is gone after one command: name a file or a folder.")
        if mailbox is not None:
            opened = session.open(mailbox)
            kept = mailbox if mailbox in session.settings.mailboxes else os.path.abspath(os.path.expanduser(mailbox))
            session.store.set_setting("mailbox", kept)
            output.note(f"{opened.label} ({opened.kind}) is read when a command names no mailbox")
        if session.settings.mailbox:
            output.note("the config or LLAMA_AGENT_MAILBOX sets another, which goes first: llama-agent config show")
        if (current := session.default_mailbox()) is not None:
            output.result(current)
        else:
            output.note("none is set; set one with: llama-agent use MAILBOX")
