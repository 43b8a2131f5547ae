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
    """Yield a summary per subject, as soon as it is there: kept for exactly this text, prompt and model, or a new one.

    Each new one that took more than a glance is kept before it is yielded; without a store none is used or kept.
    """
    from pydantic import TypeAdapter

    face = TypeAdapter(Summary)
    keys: dict[str, str] = {}

    def known(about: Subject) -> Summary | None:
        key = cache_key(about, model, options)
        found = store.summary(key) if store else None
        if found is None:
            keys[about.id] = key
        return None if found is None else face.validate_python(found)

    for summary in summarize(subjects, model, options, progress, known):
        key = keys.pop(summary.id, None)
        if store and key and summary.kind not in ("short", "empty"):
            store.keep_summary(key, mailbox, summary.id, face.dump_python(summary, mode="json"))
        yield Kept(summary, cached=key is None)


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
