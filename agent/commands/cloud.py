"""`llama-agent cloud`: the larger model elsewhere, and the user's word on it. Only `cloud test` talks to it."""

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent import output
from agent.commands import options
from agent.errors import ConsentError, NetworkError, UsageError
from agent.paths import config_file
from agent.terms import Grant, Offer, Rung

if TYPE_CHECKING:
    from agent.egress.consent import Consent
    from agent.endpoints import Cloud

app = typer.Typer(help="A larger model elsewhere, on your terms: status, enable, disable, test.", no_args_is_help=True)

_TASKS = ("ask",)
_DAYS, _BYTES = 7, 4_096
_ALSO = "Each request but those below is shown to you before it is sent, and goes only after your yes."


@app.command()
def status(as_json: options.AsJson = False) -> None:
    """Show what is allowed, since when, what it has cost, and what would have to be true for anything to be sent.

    \b
    llama-agent cloud status
    llama-agent cloud status --json | jq .mode
    """
    from agent.commands import cloud_status

    standing = cloud_status.standing(datetime.now(UTC))
    if as_json:
        output.record(cloud_status.as_json(standing), indent=2)
        return
    for line in cloud_status.text(standing):
        output.result(line)


@app.command()
def enable(
    auto: Annotated[
        Literal["question", "excerpt"] | None,
        typer.Option("--auto", help="Also let this much of your own words go without a question, for a while."),
    ] = None,
    days: Annotated[int | None, typer.Option("--days", min=1, max=365, help=f"How long: {_DAYS} days.")] = None,
    max_bytes: Annotated[
        int | None, typer.Option("--max-bytes", min=1, max=1_000_000, help=f"The most in a request: {_BYTES:,} bytes.")
    ] = None,
    task: Annotated[str | None, typer.Option("--task", help="The command it is for: ask.")] = None,
) -> None:
    """Allow requests to be offered to the model named in the configuration, after a yes on the terminal.

    This sends nothing. Each request is shown to you before it is sent, and goes only after another yes, but for what
    --auto or trust = "this-machine" lets go without one.

    \b
    llama-agent cloud enable
    llama-agent cloud enable --auto question --days 7 --max-bytes 2000
    """
    from agent.egress import consent

    if auto is None and (days, max_bytes, task) != (None, None, None):
        raise UsageError("--days, --max-bytes and --task say how far --auto reaches: name it too.")
    if task is not None and task not in _TASKS:
        raise UsageError(f'there is no task "{task}" for --auto. There is: {", ".join(_TASKS)}.')
    cloud, now = configured(), datetime.now(UTC)
    given = consent.read()
    known = given if given and given.is_for(cloud.url, cloud.model) else None
    if known and not auto:
        output.note(f"already enabled, since {known.at:%Y-%m-%d}: each request is shown to you before it is sent.")
        return
    grant = None
    if auto:
        rung = Rung[auto.upper()]
        if rung > Rung[cloud.share.upper()]:
            raise UsageError(f'the configuration offers no more than share = "{cloud.share}".')
        until = now.replace(microsecond=0) + timedelta(days=days or _DAYS)
        grant = Grant(cloud.host, cloud.model, task or _TASKS[0], rung, max_bytes or _BYTES, until)
    shown = [*([] if known else _terms(cloud, auto=grant is not None)), *(_reach(grant) if grant else [])]
    answer = output.ask("\n".join([*shown, "Allow this?"]))
    if answer is None:
        raise ConsentError("this needs your yes, and there is no terminal to ask on.")
    if not answer:
        raise ConsentError("nothing was allowed.")
    kept = tuple(each for each in known.grants if each.until > now) if known else ()
    base = known or consent.Consent(cloud.url, cloud.model, _who(), now.replace(microsecond=0))
    consent.write(_with(base, (*kept, grant) if grant else kept))
    output.note("enabled; nothing has been sent. To take it back: llama-agent cloud disable")


@app.command()
def disable() -> None:
    """Take it back, at once and without a question: nothing is offered any more, and every --auto is gone.

    \b
    llama-agent cloud disable
    llama-agent cloud disable && llama-agent cloud status
    """
    from agent.egress import consent

    output.note("disabled: nothing is offered any more." if consent.remove() else "it was not enabled.")


@app.command("test")
def ask_for_models(as_json: options.AsJson = False) -> None:
    """Ask the endpoint which models it has: whether it is there, takes the key, and has the model. No mail is read.

    \b
    llama-agent cloud test
    llama-agent cloud test --json | jq .seconds
    """
    cloud = configured()
    from agent.egress import door, listing

    channel = door.current()
    if channel is None:
        raise NetworkError(
            "this run is offline: nothing was asked for.", ("llama-agent cloud status", "says what keeps it offline")
        )
    began = time.monotonic()
    exchange = channel.send("models", Offer("cloud test", Rung.NOTHING), b"")
    found = listing.read(exchange, cloud.host, cloud.model, datetime.now(UTC))
    seconds = time.monotonic() - began
    if as_json:
        record = {"schema_version": 1, "host": cloud.host, "model": cloud.model, "entry": f"e{found.entry}"}
        record |= {"has_model": found.has_model, "models": found.models, "seconds": round(seconds, 3)}
        output.record(record, indent=2)
    else:
        key = ", and takes the key" if cloud.token_env or cloud.token_command else "; it was sent no key"
        output.result(f"ok    {cloud.host} answers, in {seconds:.1f} s{key}")
        output.result(f"{'ok' if found.has_model else 'no':6}{_has(cloud.model, found.has_model, found.models)}")
    output.note(f"e{found.entry}: one request without content; llama-agent egress show e{found.entry}")
    if not found.has_model:
        raise NetworkError(f"{cloud.host} does not list {cloud.model}: the configuration names another model.")


def configured() -> "Cloud":
    """Return what the configuration says of the endpoint. Raises UsageError, with the lines to write, without it."""
    from agent.config import load, table_template

    cloud = load().cloud
    if cloud is None:
        raise UsageError(
            f"no endpoint is configured; write lines like these in {config_file()}:",
            *((line, "") for line in table_template("cloud")),
        )
    return cloud


def _terms(cloud: "Cloud", *, auto: bool) -> list[str]:
    from agent.egress.budget import dollars

    priced = cloud.price_in is not None and cloud.price_out is not None
    prices = f"{dollars(cloud.price_in or 0)} sent, {dollars(cloud.price_out or 0)} received, a million tokens"
    asked = "Each request is shown to you before it is sent, and goes only after your yes."
    trusted = 'Because of trust = "this-machine" requests then go there without a question.'
    how = trusted if cloud.trust == "this-machine" else _ALSO if auto else asked
    return [
        f"host      {cloud.host}  ({cloud.url})",
        f"model     {cloud.model}",
        f"offered   at most: {Rung[cloud.share.upper()].words}",
        f"price     {prices if priced else 'not set'}",
        f"budget    {f'{dollars(cloud.budget)} a month' if cloud.budget is not None else 'none'}",
        f"This sends nothing. {how}",
        "Mail that `never` names in the configuration is not offered, and neither is what holds a password or key.",
    ]


def _reach(grant: Grant) -> list[str]:
    return [
        f"Without a question, until {grant.until.astimezone():%Y-%m-%d %H:%M}, to {grant.model} at {grant.host}:",
        f"`{grant.task}`, {grant.rung.words}, at most {grant.max_bytes:,} bytes each.",
        "Only your own words go this way, with nothing masked in them; mail and pictures are asked about each time.",
    ]


def _with(consent: "Consent", grants: tuple[Grant, ...]) -> "Consent":
    from dataclasses import replace

    return replace(consent, grants=grants)


def _who() -> str:
    import os
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"


def _has(model: str, has: bool, models: list[str]) -> str:
    if has:
        return f"it has {model}"
    some = ", ".join(models[:10]) + (" …" if len(models) > 10 else "")
    return f"it has no {model}; it has {some or 'none'}"
