"""`llama-agent egress`: what left this computer, when, where to and on whose word, as the ledger has it."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.commands import options
from agent.errors import AgentError, InputError, UsageError

if TYPE_CHECKING:
    from agent.egress.ledger import Entry, Ledger

app = typer.Typer(help="What left this computer: list, show, verify, report.", no_args_is_help=True)

NOTHING = "nothing has left this computer."
_ID = re.compile(r"e?([1-9]\d{0,11})")


@app.command("list")
def list_(
    last: Annotated[int | None, typer.Option("-n", "--last", min=1, metavar="N", help="The newest N entries.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """Show a line for each thing that left: when, where to, how much of it was private, bytes, how it ended.

    \b
    llama-agent egress list
    llama-agent egress list -n 5
    llama-agent egress list --json | jq '.entries[] | select(.outcome != "ok")'
    """
    from agent.commands import egress_faces
    from agent.egress.ledger import Ledger

    entries = Ledger().entries()
    chosen = entries[-last:] if last else entries
    if as_json:
        output.record({"schema_version": 1, "entries": [egress_faces.as_json(each) for each in chosen]}, indent=2)
    elif not chosen:
        output.note(NOTHING)
    for line in egress_faces.table(chosen) if not as_json else ():
        output.result(line)


@app.command()
def show(
    entry: Annotated[str, typer.Argument(metavar="E", help="The entry's number: e42, or 42.")],
    body: Annotated[bool, typer.Option("--body", help="Only the bytes that were sent, exactly; for a pipe.")] = False,
    as_json: options.AsJson = False,
) -> None:
    """Show one entry in full, with what was sent to the last byte, where that was kept.

    \b
    llama-agent egress show e42
    llama-agent egress show e42 --body | sha256sum
    llama-agent egress show 42 --json | jq .intent.why
    """
    from agent.commands import egress_faces
    from agent.egress.ledger import Ledger

    ledger = Ledger()
    chosen = _named(entry, ledger)
    kept = _kept(chosen, ledger) if chosen.intent["body_bytes"] else None
    if body:
        if kept is None:
            raise InputError(f"what was sent for e{chosen.number} is not kept: only its size and hash are.")
        output.raw(kept)
    elif as_json:
        record = {"schema_version": 1, "entry": f"e{chosen.number}", "intent": chosen.intent, "result": chosen.result}
        output.record(record | {"body_kept": kept is not None}, indent=2)
    else:
        for line in egress_faces.page(chosen, kept):
            for row in egress_faces.rows(line):
                output.result(row)


@app.command()
def verify(
    pin: Annotated[
        str | None, typer.Option("--pin", metavar="N:HEX", help="Record N has to have this hash, noted earlier.")
    ] = None,
    as_json: options.AsJson = False,
) -> None:
    """Read the whole ledger and say whether a record was edited, taken out, doubled or put elsewhere. Exit 1 then.

    Whoever may write the ledger could write all of it anew; a pin you noted elsewhere finds that too.

    \b
    llama-agent egress verify
    llama-agent egress verify --pin 42:1b4f0e9851971998
    llama-agent egress verify --json | jq -r '"\\(.count):\\(.head)"'
    """
    from dataclasses import asdict

    from agent.egress import verify as verifying
    from agent.egress.ledger import Ledger

    found = verifying.verify(Ledger(), pin)
    if as_json:
        output.record({"schema_version": 1, "ok": not found.problem} | asdict(found), indent=2)
        if found.problem:
            raise typer.Exit(AgentError.exit_code)
        return
    if found.problem:
        place = f", line {found.line}" if found.line else ""
        raise AgentError(f"the ledger is not whole{place}: {found.problem}.", (f"less {Ledger().log}", "is the ledger"))
    if not found.count:
        output.note(NOTHING)
        return
    output.result(f"ok  records: {found.count:,}, none edited, missing or out of order")
    output.result(f"ok  body kept: {found.kept:,}, each as it was sent; body not kept: {found.not_kept:,}")
    if found.recovered:
        output.result(f"ok  records that follow half a one, which a crash left and was cut off: {found.recovered:,}")
    output.result(f"    to pin it, note {found.count}:{found.head}")


@app.command()
def report(
    since: Annotated[
        str | None, typer.Option("--since", metavar="WHEN", help="Not older than: 7d, 2026-11-01.")
    ] = None,
    as_json: options.AsJson = False,
    html: Annotated[bool, typer.Option("--html", help="A page that loads nothing from elsewhere.")] = False,
    out: options.Out = None,
) -> None:
    """Count what left, by where to, by how much of it was private, and by how it ended; with bytes and cost.

    \b
    llama-agent egress report --since 7d
    llama-agent egress report --since 2026-11-01 --json | jq .sent_bytes
    llama-agent egress report --html -o report.html
    """
    from agent.commands import delivery, egress_report
    from agent.egress.ledger import Ledger
    from agent.mail import when

    if as_json and html:
        raise UsageError("a report is JSON or HTML: name one.")
    now = datetime.now(when.local_zone())
    begin = when.start(since, now, "--since") if since else None
    entries = [each for each in Ledger().entries() if begin is None or datetime.fromisoformat(each.at) >= begin]
    if as_json:
        text = output.json_text(egress_report.as_json(entries, begin), indent=2)
    elif html:
        text = egress_report.html(entries, begin)
    else:
        delivery.put_text(egress_report.text(entries, begin) if entries else [_nothing(begin)], out)
        return
    delivery.put_bytes(text.encode(), out)


def _kept(entry: "Entry", ledger: "Ledger") -> bytes | None:
    """Return what was sent: as the ledger keeps it, or as the outbox does; None where it is not kept."""
    import hashlib

    from agent.outbox import Outbox

    wanted = entry.intent["body_sha256"]
    if entry.intent["sink"]["kind"] not in ("smtp", "imap", "caldav"):
        return ledger.body(wanted)
    return next((each.data for each in Outbox().drafts() if hashlib.sha256(each.data).hexdigest() == wanted), None)


def _nothing(begin: datetime | None) -> str:
    return f"{NOTHING[:-1]} since {begin:%Y-%m-%d %H:%M}." if begin else NOTHING


def _named(text: str, ledger: "Ledger") -> "Entry":
    found = _ID.fullmatch(text.strip())
    if not found:
        raise UsageError(f'"{text}" is no entry. Write e42, as `llama-agent egress list` shows it.')
    for each in ledger.entries():
        if each.number == int(found[1]):
            return each
    raise UsageError(f"there is no entry e{found[1]}.", ("llama-agent egress list", "shows those there are"))
