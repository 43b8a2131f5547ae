"""Answers to a question: from mail, with the words they rest on, or from a picture or the model's knowledge, as that.

What the model here says of mail is shown where the rules can follow it, else the best sentences are quoted. What a
larger model elsewhere says of it is shown too where they cannot, as its words and with the sentences nearest to it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from agent import grounding, sentences
from agent.mail.message import Message, Receipt
from agent.model import Completion, Done, Image, Limits, Model, Request, Sharing, Turn, Usage
from agent.prompts import Prompt, load
from agent.tasks.excerpt import Excerpt
from agent.tasks.found import Found, without
from agent.terms import Label, Route, Rung
from agent.text import Untrusted

Kind = Literal["written", "quoted", "absent", "unsourced"]

TASK = "ask"
_TOKENS, _TOKENS_WITHOUT_SOURCE, _TOKENS_OF_PICTURE = 64, 192, 512
_NOT_THERE = "not there"
_UNRELATED = "it rests on words that do not speak of what was asked"
_CUT_OFF = "it ends in the middle of a sentence"
_NO_WORDS = "it rests on no words of the mail"


@dataclass(frozen=True, slots=True)
class Prompts:
    """The prompts of this task: for the model here and one elsewhere, without a source, and with a picture."""

    here: Prompt
    elsewhere: Prompt
    without_source: Prompt
    look: Prompt


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be put to a model, and what its answer is to be checked against.

    `found` is what is read here, `source` what would be read elsewhere (None: no mail is offered). `level` is how far
    the model here is trusted (agent.grounding).
    """

    text: Untrusted
    request: Request
    found: Found | None = None
    source: Excerpt | None = None
    level: grounding.Level = "words"

    @property
    def has_picture(self) -> bool:
        """Whether it is about a picture."""
        return any(isinstance(segment, Image) for turn in self.request.turns for segment in turn.segments)

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages it is asked of, old to new."""
        return self.found.messages if self.found else ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is shown: `text` of a model or of the mail ("" where there is none), and the words it rests on.

    `failures` says why a text of a model's that is shown could not be followed, or one that was written is not shown.
    """

    kind: Kind
    text: Untrusted
    receipts: tuple[Receipt, ...] = ()
    messages: tuple[Message, ...] = ()
    failures: tuple[str, ...] = ()
    route: Route | None = None


def prompts() -> Prompts:
    """Read the prompts."""
    return Prompts(load("answer"), load("answer_elsewhere"), load("question"), load("look"))


def turns(prompt: Prompt, question: Untrusted, source: Excerpt) -> tuple[Turn, ...]:
    """Return the turns that ask about an excerpt: those of every answer, and of what calibrates them."""
    return prompt.turns(text=source.text, question=question)


def without_source(text: Untrusted, files: Prompts) -> Question:
    """Return the question as it is, about nothing but itself."""
    words: frozenset[Label] = frozenset({"own words"})
    sharing = Sharing(TASK, Rung.QUESTION, words)
    asked = files.without_source.turns(question=text)
    return Question(text, Request("ask", asked, Limits(_TOKENS_WITHOUT_SOURCE), sharing=sharing))


def about_picture(
    text: Untrusted, picture: Image, files: Prompts, message: Message | None = None, *, private: bool = False
) -> Question:
    """Return a question about a picture; `message` is the one it is attached to, which may be `private`.

    Its text alone is at the rung of a question: that there is a picture in it, which nothing redacts, the router sees.
    """
    *before, last = files.look.turns(question=text)
    asked = (*before, Turn(last.role, (picture, *last.segments)))
    labels: set[Label] = {"own words", "image"}
    if message:
        labels |= {"mail", "private"} if private else {"mail"}
    sources = ((message.id, len(picture.data)),) if message else ()
    sharing = Sharing(TASK, Rung.QUESTION, frozenset(labels), sources=sources)
    return Question(text, Request("ask", asked, Limits(_TOKENS_OF_PICTURE), sharing=sharing))


def about_mail(
    text: Untrusted,
    found: Found,
    files: Prompts,
    *,
    share: Rung = Rung.EXCERPT,
    level: grounding.Level = "words",
    is_private: Callable[[Message], bool] = lambda message: False,
) -> Question:
    """Return a question about mail. `share` says how much of it would be offered elsewhere, never what is private."""
    offered = without(found, is_private)
    source = None
    asked_there = files.without_source.turns(question=text)
    labels: set[Label] = {"own words"}
    if share > Rung.QUESTION:
        labels |= {"mail"} if offered else {"mail", "private"}
        if offered:
            source = offered.excerpt if share == Rung.EXCERPT else offered.whole
            asked_there = turns(files.elsewhere, text, source)
    sharing = Sharing(
        TASK,
        share,
        frozenset(labels),
        asked_there,
        _sources(source),
        skill=TASK,
        check=lambda said: _failures(said, found, level),
    )
    request = Request("ask", turns(files.here, text, found.excerpt), Limits(_TOKENS), sharing=sharing)
    return Question(text, request, found, source, level)


def answer(question: Question, model: Model) -> Answer:
    """Ask the model once, and return what of its answer can be shown. Raises what the model raises."""
    events = (event for event in model.run([question.request]) if isinstance(event, Done))
    completion = next(events).completion
    return _shown(question, completion)


def quoted(found: Found, failures: tuple[str, ...] = (), route: Route | None = None) -> Answer:
    """Return the best sentences as the answer."""
    quotes = found.quotes
    text = "\n".join(quote.text.raw for quote in quotes)
    return Answer("quoted", Untrusted(text), quotes, found.messages, failures, route)


def _shown(question: Question, completion: Completion) -> Answer:
    found, route = question.found, completion.route
    elsewhere = route is not None and route.where == "cloud"
    if found is None or (elsewhere and question.source is None):
        return Answer("unsourced", completion.text, messages=question.messages, route=route)
    if elsewhere and _is_not_there(completion.text):
        return Answer("absent", Untrusted(""), found.quotes, found.messages, route=route)
    if elsewhere and question.source is not None:
        kept, rests_on, failures = _checked(completion, question.source, found.messages, "facts")
        if failures or not kept:
            return Answer("unsourced", completion.text, found.quotes, found.messages, failures, route)
        return Answer("written", completion.text, rests_on, found.messages, route=route)
    kept, rests_on, failures = _checked(completion, found.excerpt, found.messages, question.level)
    if failures or not kept or not _is_related(found, rests_on, question.level):
        return quoted(found, failures or (_UNRELATED,), route)
    return Answer("written", Untrusted(" ".join(kept)), rests_on, found.messages, failures, route)


def _failures(said: Untrusted, found: Found, level: grounding.Level) -> tuple[str, ...]:
    """Return what is wrong with an answer from mail, () where every sentence of it can be followed."""
    _, rests_on, failures = _checked(Completion(said, "end", Usage()), found.excerpt, found.messages, level)
    return failures if failures or _is_related(found, rests_on, level) else (_UNRELATED,)


def _is_related(found: Found, rests_on: Sequence[Receipt], level: grounding.Level) -> bool:
    """Say whether an answer is about what was asked; a model trusted with its own words is trusted with that too."""
    return level == "facts" or found.rests_on(rests_on)


def _checked(
    completion: Completion, source: Excerpt, messages: Sequence[Message], level: grounding.Level
) -> tuple[list[str], tuple[Receipt, ...], tuple[str, ...]]:
    """Return the sentences before the first that fails, the words they rest on, and why that one fails."""
    written = completion.text.raw
    spans = sentences.split(written)
    cut_off = completion.stop != "end"
    people = (person for each in messages for person in (each.head.sender, *each.head.to, *each.head.cc))
    names = {person.name.raw for person in people} - {""}
    kept: list[str] = []
    rests_on: dict[Receipt, None] = {}
    for start, end in spans[:-1] if cut_off else spans:
        line = written[start:end].lstrip("-*• ")
        verdict = grounding.check(line, source.text.raw, names, level=level)
        found = source.receipts(verdict.spans) if verdict.ok else ()
        if not found:
            return kept, tuple(rests_on), verdict.failures or (_NO_WORDS,)
        kept.append(line)
        rests_on |= dict.fromkeys(found)
    failures = (_CUT_OFF,) if cut_off else () if kept else (_NO_WORDS,)
    return kept, tuple(rests_on), failures


def _is_not_there(text: Untrusted) -> bool:
    return text.raw.strip().strip(".\"'*").casefold() == _NOT_THERE


def _sources(source: Excerpt | None) -> tuple[tuple[str, int], ...]:
    sizes: dict[str, int] = {}
    for origin in source.origins if source else ():
        sizes[origin.message.id] = sizes.get(origin.message.id, 0) + origin.length
    return tuple(sizes.items())
