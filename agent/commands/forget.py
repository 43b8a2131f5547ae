"""`llama-agent forget`: remove what we remember of mail."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import completion
from agent.errors import ConsentError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = {
    "listings": ("remembered listing", "remembered listings"),
    "summaries": ("kept summary", "kept summaries"),
    "runs": ("note of an earlier run", "notes of earlier runs"),
    "todos": ("to-do", "to-dos"),
    "replies": ("answer to an invitation", "answers to invitations"),
    "settings": ("remembered setting", "remembered settings"),
}


def forget(
    mailbox: Annotated[
        str | None,
        typer.Argument(
            metavar="MAILBOX",
            autocompletion=completion.mailboxes,
            show_default=False,
            help="Only what is remembered of this mailbox.",
        ),
    ] = None,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Also what `use` set, how fast models were, and copies of what was sent; never models or config.",
        ),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
) -> None:
    """Remove kept summaries, listings, run times and search indexes, after a yes. Models and the configuration stay.

    Of what was sent, --all removes the copies; that it was sent, its size and its hash stay in the ledger.

    \b
    llama-agent forget --dry-run
    llama-agent forget --all
    llama-agent forget ~/Mail/inbox.mbox
    """
    from agent.commands import line_history
    from agent.commands.line_history import LineHistory
    from agent.egress.ledger import Ledger
    from agent.mail import index_file
    from agent.session import open_session

    if mailbox and everything:
        raise UsageError("name a mailbox, or forget --all: not both.")
    with open_session() as session:
        key = session.key(mailbox) if mailbox else None
        found = {name: count for name, count in session.store.traces(key, everything=everything).items() if count}
        ledger = Ledger()
        bodies = len(ledger.kept()) if everything else 0
        lines = LineHistory() if everything and line_history.file().exists() else None
        indexes = [path for path in index_file.kept() if key is None or path == index_file.path_of(key)]
        said = []
        if found:
            said.append(f"{_counted(found)} in {session.store.path}")
        if indexes:
            said.append(_described(indexes))
        if bodies:
            said.append(f"{bodies:,} {'copies' if bodies > 1 else 'copy'} of what was sent in {ledger.bodies}")
        if lines:
            said.append(f"the lines you typed in chats, {line_history.file()}")
        if not _agreed(said, mailbox, dry_run=dry_run, again=_made_again(found) if found or indexes else ""):
            return
        session.store.forget(key, everything=everything)
        for path in indexes:
            index_file.remove(path)
        if lines:
            lines.forget()
        if bodies:
            ledger.forget_bodies()
        output.note("removed.")


def _agreed(said: list[str], mailbox: str | None, *, dry_run: bool, again: str) -> bool:
    """Show what would go; return whether it is to go now. Raises ConsentError where the user does not say yes."""
    if not said:
        output.note("nothing is remembered" + (f" of {mailbox}." if mailbox else "."))
        return False
    for each in said:
        output.note(f"{'would remove' if dry_run else 'to remove'}: {each}")
    if dry_run:
        return False
    if again:
        output.note(again)
    if not output.ask("Remove them?"):
        raise ConsentError("nothing was removed: that needs your yes on a terminal.")
    return True


def _counted(found: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {_WORDS[name][count != 1]}" for name, count in found.items())


def _made_again(found: dict[str, int]) -> str:
    but = ", but for to-dos you typed and what you said of the others" if "todos" in found else ""
    return f"they can be made again from the mail{but}; copies on backups or in free disk blocks are out of reach"


def _described(indexes: "list[Path]") -> str:
    from agent.engine.memory import readable

    size = readable(sum(path.stat().st_size for path in indexes))
    if len(indexes) == 1:
        return f"a search index of {size}, {indexes[0]}"
    return f"{len(indexes):,} search indexes of {size} in {indexes[0].parent}"
