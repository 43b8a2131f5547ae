"""Summaries kept between runs: a second run is instant, and a killed one goes on where it was."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from agent.model import Model
from agent.store import Store
from agent.tasks.outline import Subject, Summary
from agent.tasks.summarize import Options, Progress, cache_key, summarize


@dataclass(frozen=True, slots=True)
class Kept:
    """A summary, and whether it was there already."""

    summary: Summary
    cached: bool


def summarize_once(
    subjects: Iterable[Subject],
    model: Model,
    options: Options,
    store: Store | None,
    mailbox: str,
    progress: Progress | None = None,
) -> Iterator[Kept]:
    """Yield a summary per subject: those kept for exactly this text, prompt and model first, then new ones.

    Each new one that took more than a glance is kept before it is yielded; without a store none is used or kept.
    """
    from pydantic import TypeAdapter

    face = TypeAdapter(Summary)
    todo = {}
    for about in subjects:
        key = cache_key(about, model, options)
        found = store.summary(key) if store else None
        if found is None:
            todo[about.id] = (about, key)
        else:
            yield Kept(face.validate_python(found), cached=True)
    for summary in summarize([about for about, _ in todo.values()], model, options, progress):
        if store and summary.kind not in ("short", "empty"):
            store.keep_summary(todo[summary.id][1], mailbox, summary.id, face.dump_python(summary, mode="json"))
        yield Kept(summary, cached=False)


def kept_of(store: Store, mailbox: str, message: str) -> Summary | None:
    """Return the latest summary kept of a message (or of the thread it begins), None if there is none.

    One that an earlier version kept in another shape counts as none.
    """
    from pydantic import TypeAdapter, ValidationError

    face = TypeAdapter(Summary)
    for found in store.summaries_of(mailbox, message):
        with suppress(ValidationError):
            return face.validate_python(found)
    return None
