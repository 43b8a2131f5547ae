"""Summaries whose every line rests on words of the messages: the model's if it passes each check, else quoted."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from agent import grounding, sentences
from agent.mail.language import detect
from agent.model import Completion, Done, Limits, Model, Request
from agent.prompts import Prompt
from agent.tasks.excerpt import Excerpt, split
from agent.tasks.outline import Claim, Kind, Subject, Summary, outline, quotes, summary
from agent.text import Untrusted

Style = Literal["brief", "bullets"]
Progress = Callable[[str], None]

LANGUAGE_NAMES = {
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "pt": "Portuguese",
    "th": "Thai",
}
# A line needs one sentence: what comes after it would be written, checked and thrown away.
_TOKENS: dict[Style, int] = {"brief": 64, "bullets": 160}
_LANGUAGE_ROOM = 16
_SECOND_CHARACTERS = 8_000
_BULLETS = 3
# Raised whenever the checks, the split or the shape of what is kept change what a kept summary would have been.
_REVISION = 1


@dataclass(frozen=True, slots=True)
class Options:
    """How to summarise: the prompt, the shape, and `lang` (ISO 639-1; None: the language of the message).

    `level` is how a written line is checked: against the words of the message, or, for a model the catalogue trusts
    to paraphrase, against its facts.
    """

    prompt: Prompt
    style: Style = "brief"
    lang: str | None = None
    level: grounding.Level = "words"

    @property
    def lines(self) -> int:
        """How many lines a summary may have."""
        return _BULLETS if self.style == "bullets" else 1


@dataclass(slots=True)
class _Job:
    """A subject on its way through the model: what to read in the next round, and what the last one grounded."""

    subject: Subject
    language: str | None
    sources: list[Excerpt]
    claims: tuple[Claim, ...] = ()
    calls: int = 0
    tokens: int = 0


def cache_key(about: Subject, model: Model, options: Options) -> str:
    """Return what a finished summary depends on, as one SHA-256: messages, names, prompt, weights, style and language.

    Two messages of the same words have summaries of their own: a receipt names the message it is from.
    """
    parts = [
        _REVISION,
        [[message.id, message.body.text.raw, message.head.sender.name.raw] for message in about.messages],
        sorted(about.me),
        options.prompt.version,
        model.fingerprint,
        options.style,
        options.lang,
        options.level,
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def summarize(
    subjects: Iterable[Subject], model: Model, options: Options, progress: Progress | None = None
) -> Iterator[Summary]:
    """Yield one finished summary per subject, in the order they are done; what needs no model comes first.

    `progress(subject id)` is called at each piece the model writes. A subject too long for the context
    is read in parts and what was grounded in them is put together in a second round; one where nothing could be
    grounded is written once more in that round, from its own best sentences, and quoted if that fails too.
    """
    jobs = []
    for about in subjects:
        line = outline(about, options.lines)
        language = detect(about.excerpt.text.raw) if line.kind == "quoted" else None
        if line.kind == "quoted" and (options.lang or language or "en") in model.languages:
            jobs.append(_Job(about, language, _parts(about.excerpt, model, options)))
        else:
            yield replace(line, language=language)
    if not jobs:
        return  # before the model is asked for anything: its weights may not be loaded yet, and need not be
    for first in range(0, len(jobs), model.parallel):
        yield from _both_rounds(jobs[first : first + model.parallel], model, options, progress)


def _both_rounds(jobs: list[_Job], model: Model, options: Options, progress: Progress | None) -> Iterator[Summary]:
    again = []
    for job, claims in _round(jobs, model, options, progress):
        if claims and len(job.sources) == 1:
            yield _finished(job, claims, options)
        else:
            job.claims = claims
            job.sources = [_second_source(job)]
            again.append(job)
    for job, claims in _round(again, model, options, progress):
        yield _finished(job, claims or job.claims, options)


def _round(
    jobs: list[_Job], model: Model, options: Options, progress: Progress | None
) -> Iterator[tuple[_Job, tuple[Claim, ...]]]:
    """Ask the model about every source of every job; yield each job with what was grounded once all of it is done."""
    places = [(number, part) for number, job in enumerate(jobs) for part in range(len(job.sources))]
    requests = [
        _request(f"{number}/{part}", jobs[number].sources[part], jobs[number], options) for number, part in places
    ]
    found: dict[int, dict[int, list[Claim]]] = {}
    for event in model.run(requests):
        number, part = map(int, event.id.split("/"))
        job = jobs[number]
        if not isinstance(event, Done):
            if progress:
                progress(job.subject.id)
            continue
        job.calls += 1
        job.tokens += event.completion.usage.output_tokens
        done = found.setdefault(number, {})
        done[part] = _grounded(event.completion, job.subject, options.level)
        if len(done) == len(job.sources):
            yield job, tuple(claim for _, claims in sorted(done.items()) for claim in claims)


def _request(name: str, source: Excerpt, job: _Job | None, options: Options) -> Request:
    wanted = options.lang or (job.language if job else None) or "en"
    asked = "" if wanted == "en" else f" Write in {LANGUAGE_NAMES[wanted]}."
    return Request(name, options.prompt.turns(language=asked, text=source.text), Limits(_TOKENS[options.style]))


def _parts(source: Excerpt, model: Model, options: Options) -> list[Excerpt]:
    """Cut what does not fit the context into parts that do, by the tokens it really has."""
    room = model.context - _TOKENS[options.style] - _LANGUAGE_ROOM
    fits = len(source.text)
    parts = [source]
    while max(model.count(_request("", part, None, options).turns) for part in parts) > room and fits > 1:
        fits = min(fits // 2, room * 3)
        parts = split(source, fits)
    return parts


def _second_source(job: _Job) -> Excerpt:
    """Return the shorter text for the second round: what the parts said, else the subject's own best sentences."""
    claims = job.claims or quotes(job.subject, _BULLETS)
    return Excerpt(Untrusted("\n".join(claim.text.raw for claim in claims)[:_SECOND_CHARACTERS]), ())


def _grounded(completion: Completion, about: Subject, level: grounding.Level) -> list[Claim]:
    """Return the sentences before the first that fails a check: what follows may lean on what was refused."""
    written, source = completion.text.raw, about.excerpt.text.raw
    spans = sentences.split(written)
    if completion.stop != "end":
        spans = spans[:-1]
    heads = [message.head for message in about.messages]
    names = {person.name.raw for head in heads for person in (head.sender, *head.to, *head.cc)} - {""}
    sender = heads[0].sender.name.raw if len(heads) == 1 else ""
    claims: list[Claim] = []
    for start, end in spans:
        line = written[start:end].lstrip("-*• ")
        verdict = grounding.check(line, source, names, sender, level=level)
        receipts = about.excerpt.receipts(verdict.spans) if verdict.ok else ()
        if not receipts:
            break
        claims.append(Claim(Untrusted(line), receipts, verbatim=any(line == receipt.text.raw for receipt in receipts)))
    return claims


def _finished(job: _Job, claims: tuple[Claim, ...], options: Options) -> Summary:
    """Return the written claims, unless the model is only trusted with words and missed the best sentence."""
    about = job.subject
    if options.level == "words" and not any(_rests_on_gist(claim, about) for claim in claims[: options.lines]):
        claims = ()
    shown = claims[: options.lines] or quotes(about, options.lines)
    kind: Kind = "quoted" if all(claim.verbatim for claim in shown) else "written"
    return summary(about, kind, shown, language=job.language, calls=job.calls, tokens=job.tokens)


def _rests_on_gist(claim: Claim, about: Subject) -> bool:
    newest, span = about.messages[-1].id, about.gist.span
    return span is not None and any(
        receipt.message == newest and receipt.start < span[1] and span[0] < receipt.end for receipt in claim.receipts
    )
