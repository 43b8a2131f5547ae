"""`llama-agent doctor`: what holds on this machine, tried just now, and how to check it without trusting us."""

import os
import stat
import sys
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from agent import __version__, output
from agent.egress import lock
from agent.engine import weights
from agent.engine.memory import available_memory, readable
from agent.engine.weights import Weights
from agent.errors import AgentError
from agent.paths import config_file, data_dir

if TYPE_CHECKING:
    from agent.engine.tuning import Tuned
    from agent.session import Session

_BY_HAND = (
    ("strace -f -e trace=%network,io_uring_setup llama-agent summarize MAILBOX", "every network call, each refused"),
    (
        "unshare -rn llama-agent summarize MAILBOX",
        "the same output where there is no network at all (as root: unshare -n)",
    ),
)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: `ok`, `weak` (works, but know this) or `broken` (a promise does not hold)."""

    name: str
    status: Literal["ok", "weak", "broken"]
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """A file this program wrote or reads its settings from: its size in bytes and its permissions, as in `ls -l`."""

    path: str
    bytes: int
    mode: str


def doctor(
    files: Annotated[bool, typer.Option("--files", help="Also every file this program wrote, and its size.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Try what this program promises and say what holds. Exit code 1 when a promise does not.

    \b
    llama-agent doctor
    llama-agent doctor --files
    llama-agent doctor --json | jq '.checks[] | select(.status != "ok")'
    """
    checks = list(_checks())
    written = list(_written()) if files else []
    if as_json:
        record = {"schema_version": 1, "version": __version__, "checks": [asdict(check) for check in checks]}
        output.record(record | ({"files": [asdict(file) for file in written]} if files else {}), indent=2)
    else:
        _print(checks, written)
    if any(check.status == "broken" for check in checks):
        raise typer.Exit(AgentError.exit_code)


def _print(checks: list[Check], written: list[Written]) -> None:
    for check in checks:
        output.result(f"{check.status:7} {check.name:9} {check.text}")
    for file in written:
        output.result(f"{file.mode} {readable(file.bytes):>10}  {file.path}")
    output.result("\nCheck it yourself:")
    for command, why in _BY_HAND:
        output.result(f"  {command}\n      {why}")


def _checks() -> Iterator[Check]:
    from agent.session import open_session

    yield _network()
    if os.geteuid() == 0:
        yield Check("user", "weak", "you are root, whom no lock of ours can hold for sure: run it as yourself")
    yield _cloud()
    yield _mail()
    yield _ledger()
    yield _files()
    yield _llama_cpp()
    try:
        with open_session() as session:
            chosen = yield from _model(session)
            if chosen:
                yield _speed(chosen, session)
    except AgentError as error:
        yield Check("store", "broken", error.message)
    memory = available_memory()
    yield Check("memory", "ok", f"{readable(memory)} free" if memory else "this system does not say what is free")
    yield Check("python", "ok", f"{sys.version.split()[0]} on {os.uname().sysname} {os.uname().machine}")


def _network() -> Check:
    held = lock.state()
    status: Literal["ok", "weak", "broken"] = "weak" if held.kind == "python" else "ok"
    return Check("network", "broken" if held.kind == "none" else status, f"{held.sentence}; tried just now")


def _cloud() -> Check:
    """What may send anything: the commands, and whether a model elsewhere is named and enabled."""
    from agent.commands.cloud_status import standing

    try:
        now = standing(datetime.now(UTC))
    except AgentError as error:
        return Check("cloud", "broken", error.message)
    if now.cloud is None or now.mode == "not configured":
        return Check("cloud", "ok", "no larger model is configured: no question goes anywhere")
    where = f"{now.cloud.model} at {now.cloud.host}"
    if now.mode == "enabled":
        return Check("cloud", "weak", f"{where} may be offered questions: llama-agent cloud status")
    return Check("cloud", "ok", f"{where} is configured and {now.mode}: nothing is offered to it")


def _mail() -> Check:
    """What may send mail or events, and whether anything that was handed to a server is still unsettled."""
    from agent.config import load
    from agent.outbox import Outbox

    try:
        settings, drafts = load(), Outbox().drafts()
    except AgentError as error:
        return Check("mail", "broken", error.message)
    places = [settings.smtp.place] if settings.smtp else []
    places += [settings.caldav.host] if settings.caldav else []
    if unsure := [draft.handle for draft in drafts if draft.state == "sending"]:
        return Check("mail", "weak", f"nobody knows whether it arrived: {', '.join(unsure)}; llama-agent outbox list")
    if not places:
        return Check("mail", "ok", "no server is configured: nothing can be mailed")
    return Check("mail", "ok", f"invitations and events go to {' and '.join(places)}, each after a yes")


def _ledger() -> Check:
    """Whether the record of what left is whole."""
    from agent.egress.ledger import Ledger
    from agent.egress.verify import verify

    try:
        found = verify(Ledger())
    except AgentError as error:
        return Check("ledger", "broken", error.message)
    if found.problem:
        return Check("ledger", "broken", f"{found.problem}: llama-agent egress verify")
    whole = f"whole: {found.count:,} records; llama-agent egress list says what left"
    return Check("ledger", "ok", whole if found.count else "nothing has left this computer")


def _files() -> Check:
    open_to_others = [file for file in _written() if file.mode[4:] != "------" and file.path != str(config_file())]
    if open_to_others:
        return Check("files", "broken", f"others on this computer can read {open_to_others[0].path}: chmod go= it")
    return Check("files", "ok", f"only you can read what is kept in {data_dir()}")


def _llama_cpp() -> Check:
    from importlib import metadata

    try:
        import llama_cpp

        graphics = "offloads to a GPU" if llama_cpp.llama_supports_gpu_offload() else "runs on the CPU"
    except (ImportError, OSError, RuntimeError) as error:
        return Check("llama.cpp", "broken", f"does not load ({type(error).__name__}): reinstall llama-cpp-python")
    return Check("llama.cpp", "ok", f"llama-cpp-python {metadata.version('llama-cpp-python')}, {graphics}")


def _model(session: "Session") -> Generator[Check, None, Weights | None]:
    """Yield whether the model that answers is the one we took; return it where it is."""
    try:
        choice = session.weights()
        if choice is None:
            yield Check("model", "weak", "none is installed: llama-agent models pull")
            return None
        weights.check(choice.weights, session.store)
    except AgentError as error:
        yield Check("model", "broken", error.message)
        return None
    chosen = choice.weights
    memory = (_as_run(chosen, session)[1] or chosen).memory
    text = f"{chosen.title} ({chosen.name}), sha256 right, {readable(memory)} of memory; {chosen.path}"
    yield Check("model", "weak" if chosen.starter else "ok", text)
    return chosen


def _speed(chosen: Weights, session: "Session") -> Check:
    """How the model is run here, and whether the copy that is run is the one we made."""
    tuned, copy = _as_run(chosen, session)
    if copy is None:
        later = "; the copy is made when it is needed" if tuned.way.format else ""
        return Check("speed", "ok", f"{tuned.sentence}{later}")
    try:
        weights.check(copy, session.store)
    except AgentError as error:
        return Check("speed", "broken", error.message)
    return Check("speed", "ok", f"{tuned.sentence}; {copy.path}")


def _as_run(chosen: Weights, session: "Session") -> "tuple[Tuned, Weights | None]":
    """Return how a model is run here, and its copy where it is run as one that is here."""
    from agent.engine import requantise, tuning

    tuned = tuning.chosen(chosen, session.store, rewrites=session.rewrites)
    form = tuned.way.format
    return tuned, requantise.copy(chosen, form, session.store) if form else None


def _written() -> Iterator[Written]:
    """Yield the configuration file and everything below the data folder, the folders included."""
    folder = data_dir()
    for path in (config_file(), folder, *sorted(folder.rglob("*") if folder.is_dir() else ())):
        try:
            facts = path.lstat()
        except OSError:
            continue
        yield Written(str(path), 0 if stat.S_ISDIR(facts.st_mode) else facts.st_size, stat.filemode(facts.st_mode))
