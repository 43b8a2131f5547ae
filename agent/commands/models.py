"""`llama-agent models`: the weights that answer. The only command that can download, and it asks first."""

import shutil
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent import output
from agent.egress.part import part_bytes
from agent.engine import weights
from agent.engine.catalog import Entry, catalog, entry
from agent.engine.gguf import read_header
from agent.engine.memory import available_memory, readable
from agent.engine.weights import Weights
from agent.errors import ConsentError, NetworkError, NoTerminalError, UsageError
from agent.paths import models_dir

if TYPE_CHECKING:
    from agent.egress.door import Door

app = typer.Typer(
    help="The models that answer: list, pull, add, use, tune, verify, path, remove.", no_args_is_help=True
)


def _names() -> list[str]:
    return [known.name for known in catalog()]


Name = Annotated[str, typer.Argument(help="A name from `llama-agent models list`.", autocompletion=_names)]
Sha256 = Annotated[
    str | None, typer.Option("--sha256", metavar="HEX", help="Approve this very file, by its hash, without a question.")
]


@app.command("list")
def list_(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show the models that are here, those that can be downloaded, and GGUF files of other programs.

    \b
    llama-agent models list
    llama-agent models list --json | jq -r '.models[] | select(.installed) | .name'
    """
    from agent.commands import models_list
    from agent.engine import elsewhere, tuning
    from agent.session import open_session

    with open_session() as session:
        here = weights.installed(session.store)
        chosen = session.weights()
        kept = {each.name: tuning.known(each, session.store, rewrites=session.rewrites) for each in here}
    tuned = {name: each for name, each in kept.items() if each}
    known = {each.path for each in here}
    others = [each for each in elsewhere.found() if each.path not in known]
    if as_json:
        output.record(models_list.as_json(here, chosen, others, tuned), indent=2)
    else:
        output.result(models_list.text(here, chosen, others, tuned))


@app.command()
def pull(
    name: Annotated[str, typer.Argument(help="Which one; without it, the best.", autocompletion=_names)] = "",
    sha256: Sha256 = None,
    offline: Annotated[bool, typer.Option("--offline", help="Do not use the network.")] = False,
) -> None:
    """Download a model, after asking. Run it again to continue; it asks nobody when the file is here already.

    \b
    llama-agent models pull
    llama-agent models pull llama-3.2-1b
    """
    from agent.egress import door, download
    from agent.session import open_session

    known = entry(name) if name else catalog()[0]
    if known.path is None or not known.repo:
        raise UsageError(f"{known.name} is not downloaded: it comes in a Python package.", weights.how_to_get(known))
    if not download.is_there(known.bytes, known.sha256, known.path):
        channel = door.current()
        if offline or channel is None:
            raise NetworkError(f"{known.name} is not here, and this run is offline: nothing was asked for.")
        _check(sha256, known.sha256)
        _fetch(channel, known, known.path)
    with open_session() as session:
        weights.check(weights.of_entry(known, known.path), session.store)
    output.note(f"{known.title} is here, its sha256 is right.")
    output.result(str(known.path))


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="A GGUF file, used where it lies.")],
    sha256: Sha256 = None,
) -> None:
    """Use a model file you already have, where it lies; nothing is copied, and it is never changed or deleted.

    \b
    llama-agent models add ~/Downloads/Llama-3.2-3B-Instruct-Q4_K_M.gguf
    """
    from agent.session import open_session

    with open_session() as session:
        path = file.expanduser().absolute()
        read_header(path)
        output.note(f"reading {path}")
        found = weights.describe(path, session.store.file_sha256(path))
        question = (
            f"{found.title}, {readable(found.bytes)}, {found.chat} chat format\n"
            f"sha256 {found.sha256}\n"
            "What a model file holds decides what you will read: add those whose source you trust. Use it?"
        )
        _approve(question, found.sha256, sha256, f"llama-agent models add {file}")
        added = weights.add(found, session.store)
    output.note(f"added; pin it with: llama-agent models use {added.name}")
    output.result(added.name)


@app.command()
def use(
    name: Annotated[str, typer.Argument(help="The model that shall answer.", autocompletion=_names)] = "",
) -> None:
    """Pin the model that answers; without a name, let the best one that fits in memory answer again.

    \b
    llama-agent models use llama-3.2-1b
    llama-agent models use
    """
    from agent.session import open_session

    with open_session() as session:
        if name:
            weights.by_name(name, session.store)
        session.store.set_setting("model", name or None)
        chosen = session.weights()
        named = session.settings.model
    output.note(f"{chosen.weights.title} answers." if chosen else "no model is installed.")
    if named:
        output.note("the configuration names it, which wins over this: llama-agent config show")


@app.command()
def tune(
    name: Annotated[
        str, typer.Argument(help="Which one; without it, the one that answers.", autocompletion=_names)
    ] = "",
    reset: Annotated[bool, typer.Option("--reset", help="Forget what was measured of it.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Measure how this computer runs a model fastest, on text made up for it, and run it so from then on.

    It takes a minute or two for the starter, more for a larger model. Ctrl-C changes nothing.

    \b
    llama-agent models tune
    llama-agent models tune llama-3.2-3b --json
    llama-agent models tune --reset
    """
    from agent.commands import models_tune
    from agent.engine import tuning
    from agent.session import open_session

    with open_session() as session:
        pinned = weights.by_name(name, session.store) if name else session.weights()
        chosen = pinned if isinstance(pinned, Weights) else (pinned or weights.default(session.store)).weights
        if reset:
            tuning.forget(chosen, session.store)
            output.note(f"{chosen.title} runs untuned again.")
            return
        output.note(f"measuring {chosen.title}, a minute or two; nothing else should run meanwhile")
        if busy := models_tune.busy():
            output.note(busy)
        report = models_tune.tune(chosen, session)
    if as_json:
        output.record(models_tune.as_json(report), indent=2)
    else:
        output.result(models_tune.text(report))


@app.command()
def verify(
    name: Annotated[str, typer.Argument(help="Which one; without it, all.", autocompletion=_names)] = "",
) -> None:
    """Read model files in full and compare their sha256 with the one they had.

    \b
    llama-agent models verify
    """
    from agent.session import open_session

    with open_session() as session:
        chosen = [weights.by_name(name, session.store)] if name else weights.installed(session.store)
    for each in chosen:
        weights.verify(each)
        output.result(f"{each.name}  ok  sha256 {each.sha256}")


@app.command()
def path() -> None:
    """Print the folder that downloaded models are in.

    \b
    ls -l "$(llama-agent models path)"
    """
    output.result(str(models_dir()))


@app.command()
def remove(name: Name) -> None:
    """Delete a downloaded model, or forget a file that was added, which stays where it is. Asks first.

    Of the starter it deletes the copy in another format, which is made again when it is needed.

    \b
    llama-agent models remove llama-3.2-1b
    llama-agent models remove smollm2-135m
    """
    from agent.commands import models_remove
    from agent.session import open_session

    with open_session() as session:
        chosen = models_remove.called(name, session.store)
        if not output.ask(models_remove.question(chosen)):
            raise ConsentError("nothing was removed: that needs your yes on a terminal.")
        models_remove.remove(chosen, session.store)
    output.note("removed." if chosen.ours or chosen.starter else "forgotten; the file is where it was.")


def _approve(question: str, sha256: str, given: str | None, command: str) -> None:
    """Get a yes to this file: by its hash on the command line, or asked on the terminal. ConsentError otherwise."""
    _check(given, sha256)
    if given is not None:
        return
    answer = output.ask(question)
    if answer is None:
        raise _nobody_to_ask(question.splitlines()[:-1], command, sha256)
    if not answer:
        raise ConsentError("nothing was done.")


def _check(given: str | None, sha256: str) -> None:
    """Raise ConsentError where a hash was given on the command line, and is another file's."""
    if given is not None and given.lower() != sha256:
        raise ConsentError(f"--sha256 is not this file's, which is {sha256}: nothing was done.")


def _nobody_to_ask(facts: list[str], command: str, sha256: str) -> NoTerminalError:
    for line in facts:
        output.note(line)
    hint = (f"{command} --sha256 {sha256}", "says yes to exactly this file")
    return NoTerminalError("this needs your yes, and there is no terminal to ask on.", hint)


def _fetch(channel: "Door", known: Entry, target: Path) -> None:
    """Have the file fetched by the process that sends, which asks about it first."""
    from agent.egress import download

    url = download.address(known.repo, known.revision, known.file)
    question = _pull_question(known, target)
    coming = channel.download(url, known.bytes, known.sha256, target, question)
    try:
        first = next(coming, known.bytes)
    except NoTerminalError:
        facts = [question[0], f"from     {url}", *question[1:-1]]
        raise _nobody_to_ask(facts, f"llama-agent models pull {known.name}", known.sha256) from None
    with output.redrawn() as show:
        tell = _told(known.bytes, show)
        for done in chain((first,), coming):
            tell(done)


def _pull_question(known: Entry, target: Path) -> list[str]:
    """Return what is said before the question, and the question; the process that sends adds the address it asks."""
    free = shutil.disk_usage(next(each for each in target.parents if each.exists())).free
    needs, memory = weights.of_entry(known, target).memory, available_memory()
    came = part_bytes(target)
    return [
        f"{known.title}, {readable(known.bytes)}{f' ({readable(came)} of it are here)' if came else ''}",
        f"licence  {known.licence}",
        f"disk     {readable(free)} free at {target.parent}",
        f"memory   needs {readable(needs)}" + (f", {readable(memory)} are free" if memory is not None else ""),
        "Nothing but this address is sent. Download it?",
    ]


def _told(total: int, show: Callable[[str], None]) -> Callable[[int], None]:
    """Return what tells the person how far a download is: redrawn on a terminal, a line for each tenth elsewhere."""
    began, tenth, first = time.monotonic(), 0, -1

    def tell(done: int) -> None:
        nonlocal tenth, first
        first = done if first < 0 else first
        rate = (done - first) / max(time.monotonic() - began, 0.001)
        left = f", {rate / 1e6:.1f} MB/s, {(total - done) / rate / 60:.0f} min left" if rate else ""
        text = f"{readable(done)} of {readable(total)}{left}"
        show(text)
        if done * 10 // total > tenth and not output.live():
            tenth = done * 10 // total
            output.note(text)

    return tell
