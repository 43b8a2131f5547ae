"""Arguments and options that several commands share, each declared once, and what they mean together."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from agent.commands import completion
from agent.errors import UsageError
from agent.mail import query, when
from agent.mail.query import Query
from agent.mail.select import Selection

Face = Literal["text", "json", "jsonl", "md"]

MailboxArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="MAILBOX",
        autocompletion=completion.mailbox_or_message,
        show_default=False,
        help="An mbox file, Maildir, .eml file, folder of them, Takeout .zip, `-`, or a name from the config.",
    ),
]
Messages = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="MSG",
        autocompletion=completion.messages,
        show_default=False,
        help="Row numbers of the last listing, or ids.",
    ),
]
Last = Annotated[int | None, typer.Option("-n", "--last", min=1, metavar="N", help="The newest N messages.")]
Since = Annotated[
    str | None,
    typer.Option("--since", metavar="WHEN", help=f"Not older than: {when.FORMS}; last: since this was last run."),
]
Until = Annotated[str | None, typer.Option("--until", metavar="WHEN", help="Not newer than; a day is included.")]
From = Annotated[str | None, typer.Option("--from", metavar="WHO", help="From a name, an address or a domain.")]
To = Annotated[str | None, typer.Option("--to", metavar="WHO", help="To a name, an address or a domain.")]
Subject = Annotated[str | None, typer.Option("--subject", metavar="WORDS", help="With these words in the subject.")]
Unread = Annotated[bool, typer.Option("--unread", help="Not read yet, where the mailbox knows.")]
Thread = Annotated[str | None, typer.Option("--thread", metavar="MSG", help="The conversation of this message.")]
Search = Annotated[
    str | None,
    typer.Option("-s", "--search", metavar="QUERY", help="As in Gmail: 'from:bob has:attachment newer_than:7d'."),
]
All = Annotated[bool, typer.Option("--all", help="Also what `ignore` in the config leaves out.")]
Format = Annotated[str | None, typer.Option("--format", metavar="F", help="text, json, jsonl or md.")]
Json = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]
Jsonl = Annotated[bool, typer.Option("--jsonl", help="A JSON record per line.")]
Md = Annotated[bool, typer.Option("--md", help="Markdown.")]
Out = Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Write to a new file, readable by you only.")]
FilesFrom = Annotated[
    str | None,
    typer.Option("--files-from", metavar="FILE", help="Read the messages at the paths listed in FILE, or `-` (stdin)."),
]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The selection options of one command line, as typed."""

    last: int | None = None
    since: str | None = None
    until: str | None = None
    sender: str | None = None
    to: str | None = None
    subject: str | None = None
    unread: bool = False
    thread: str | None = None
    search: str | None = None

    def selection(
        self, messages: tuple[str, ...], *, now: datetime, me: Collection[str], last_run: datetime | None
    ) -> Selection:
        """Return what they mean. `last_run` is when this command last completed here, for `--since last`.

        Raises UsageError for a date or a search that cannot be understood.
        """
        return Selection(
            messages=messages,
            last=self.last,
            since=self._since(now, last_run),
            until=when.end(self.until, now, "--until") if self.until is not None else None,
            unread=self.unread,
            thread=self.thread,
            queries=self._queries(now, me),
        )

    def _since(self, now: datetime, last_run: datetime | None) -> datetime | None:
        if self.since is None:
            return None
        if self.since.strip().lower() == "last":
            return last_run
        return when.start(self.since, now, "--since")

    def _queries(self, now: datetime, me: Collection[str]) -> tuple[Query, ...]:
        typed = {"from": self.sender, "to": self.to, "subject": self.subject}
        queries = [
            query.single(operator, value, now=now, me=me, source=f"--{operator}")
            for operator, value in typed.items()
            if value is not None
        ]
        if self.search is not None:
            queries.append(query.parse(self.search, now=now, me=me))
        return tuple(queries)


def words(mailbox: str | None, messages: list[str] | None) -> list[str]:
    """Return the words as they were typed: the first may well be a message, which agent.mail.handles finds out."""
    return [*([mailbox] if mailbox is not None else []), *(messages or ())]


def face(format: str | None, *, json: bool = False, jsonl: bool = False, md: bool = False) -> Face:
    """Return the one format asked for; UsageError for two, or one that does not exist."""
    asked: set[str] = {name for name, given in (("json", json), ("jsonl", jsonl), ("md", md)) if given}
    if format is not None:
        asked.add(format)
    if len(asked) > 1:
        raise UsageError(f"one format at a time: {' or '.join(sorted(asked))}.")
    for known in ("text", "json", "jsonl", "md"):
        if asked <= {known}:
            return known
    raise UsageError(f'--format "{asked.pop()}" is not a format. Use text, json, jsonl or md.')
