"""Summaries whose every line rests on words of the messages: the model's if it passes each check, else quoted."""

import hashlib
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from agent import grounding, sentences
from agent.mail.language import detect
from agent.model import Completion, Done, Event, Limits, Model, Request
from agent.prompts import Prompt
from agent.tasks.excerpt import Excerpt, split
from agent.tasks.outline import Claim, Kind, Subject, Summary, outline, quotes, summary
from agent.tasks.waiting import Waiting
from agent.text import Untrusted

Style = Literal["brief", "bullets"]
Progress = Callable[[str], None]
Known = Callable[[Subject], Summary | None]

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
_AHEAD = 64  # subjects
# Raised whenever the checks, the split or the shape of what is kept change what a kept summary would have been.
_REVISION = 2


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
    subjects: Iterable[Subject],
    model: Model,
    options: Options,
    progress: Progress | None = None,
    known: Known = lambda about: None,
) -> Iterator[Summary]:
    """Yield one finished summary per subject, as soon as it is done; `known` returns one that was made before.

    All requests are one run of the model. Some subjects are read ahead of it, and what needs no model is yielded when
    it is read: so the first of these come before the model is asked for anything. `progress(subject id)` is called at
    each piece the model writes. A subject too long for the context is read in parts and what was grounded in them is
    put together in a second round; one where nothing could be grounded is written once more in that round, from its
    own best sentences, and quoted if that fails too.
    """
    work = _Work(iter(subjects), model, options, known)
    yield from work.read_ahead()
    for event in model.run(work.waiting) if work.waiting else ():
        if isinstance(event, Done):
            yield from work.take(event)
            yield from work.read_ahead()
        elif progress:
            progress(work.job(event).subject.id)


@dataclass(slots=True)
class _Job:
    """A subject on its way through the model: what is read in this round, and what was grounded in which part of it.

    `claims` is what the first round grounded; None while it is that round.
    """

    subject: Subject
    language: str | None
    sources: list[Excerpt] = field(default_factory=list)
    found: dict[int, list[Claim]] = field(default_factory=dict)
    claims: tuple[Claim, ...] | None = None
    calls: int = 0
    tokens: int = 0


class _Work:
    """The jobs of a run: those that were read, the requests of those that are next, and those the model is at."""

    def __init__(self, subjects: Iterator[Subject], model: Model, options: Options, known: Known) -> None:
        self.waiting = Waiting()
        self._subjects, self._model, self._options, self._known = subjects, model, options, known
        self._next: deque[_Job] = deque()
        self._jobs: dict[str, _Job] = {}
        self._count = 0

    def read_ahead(self) -> Iterator[Summary]:
        """Read subjects until enough are for the model, and yield the others; have as many wait as it works on."""
        while len(self._next) < _AHEAD and (about := next(self._subjects, None)):
            if made := self._known(about):
                yield made
                continue
            line = outline(about, self._options.lines)
            language = detect(about.excerpt.text.raw) if line.kind == "quoted" else None
            if line.kind == "quoted" and (self._options.lang or language or "en") in self._model.languages:
                self._next.append(_Job(about, language))
            else:
                yield replace(line, language=language)
        # From here on the weights are needed, which may not be loaded yet.
        while self._next and len(self.waiting) < self._room():
            self._begin(self._next.popleft())

    def _room(self) -> int:
        """Return how many requests may wait: none beside those of the first job, unless it is long.

        So the first summary is there as soon as if it were the only one, though it may take two rounds.
        """
        first = self._jobs.get("0")
        return 0 if first and len(first.sources) == 1 else self._model.parallel

    def job(self, event: Event) -> _Job:
        """Return the job an event belongs to."""
        return self._jobs[event.id.partition("/")[0]]

    def take(self, done: Done) -> Iterator[Summary]:
        """Take an answer; yield the summary where it was the last one needed."""
        self.waiting.answered()
        job = self.job(done)
        name, _, part = done.id.partition("/")
        job.calls += 1
        job.tokens += done.completion.usage.output_tokens
        job.found[int(part)] = _grounded(done.completion, job.subject, self._options.level)
        if len(job.found) < len(job.sources):
            return
        claims = tuple(claim for _, each in sorted(job.found.items()) for claim in each)
        if job.claims is None and not (claims and len(job.sources) == 1):
            job.claims, job.found, job.sources = claims, {}, [_second_source(job.subject, claims)]
            self.waiting.add_first(_request(f"{name}/0", job.sources[0], job, self._options))
        else:
            del self._jobs[name]
            yield _finished(job, claims or job.claims or (), self._options)

    def _begin(self, job: _Job) -> None:
        name = str(self._count)
        self._count += 1
        self._jobs[name] = job
        job.sources = _parts(job.subject.excerpt, self._model, self._options)
        self.waiting.add(
            _request(f"{name}/{part}", source, job, self._options) for part, source in enumerate(job.sources)
        )


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


def _second_source(about: Subject, claims: tuple[Claim, ...]) -> Excerpt:
    """Return the shorter text for the second round: what the parts said, else the subject's own best sentences."""
    claims = claims or quotes(about, _BULLETS)
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
