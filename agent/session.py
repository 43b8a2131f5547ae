"""The composition root: settings, store, mailbox and model are put together here, and only here."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING

from agent import output
from agent.config import Settings, load
from agent.endpoints import Cloud
from agent.engine import tuning
from agent.engine import weights as weights_module
from agent.engine.setup import Setup
from agent.engine.weights import Choice, Weights
from agent.errors import AgentError, ConsentError, ModelError, NetworkError
from agent.mail.handles import STDIN, mailbox_path
from agent.mail.mailbox import Mailbox, open_mailbox
from agent.mail.message import Head
from agent.mail.people import infer_me
from agent.mail.when import local_zone
from agent.model import Event, Model, Request, Tool, Turn
from agent.paths import prefixes_dir
from agent.store import Store, open_store
from agent.terms import Kind, Offer, Rung

if TYPE_CHECKING:
    from agent.egress.cloud import Exchange
    from agent.engine.local import LocalModel
    from agent.loop import Talk
    from agent.mail.search_index import Index
    from agent.router.facts import Standing
    from agent.router.redact.known import Known
    from agent.router.routed import RoutedModel
    from agent.text import Untrusted
    from agent.tools.desk import Mail

_EVERY = 10_000_000  # messages
_HEADS_FOR_ME = 200
_ELSEWHERE_TOKENS = 512  # the longest answer from a model elsewhere


@dataclass(frozen=True, slots=True)
class Session:
    """What one command works with. `now` is aware, in the user's zone."""

    settings: Settings
    store: Store
    now: datetime

    def open(self, given: str | None) -> Mailbox:
        """Open the mailbox the user means by `given`; None: the one piped in, configured or set with `use`."""
        name = self.mailbox_name(given)
        return open_mailbox(name, sys.stdin.buffer if name == STDIN else None)

    def mailbox_name(self, given: str | None) -> str:
        """Return the path (or `-`) `given` stands for; UsageError when there is none to take."""
        return mailbox_path(given, self.settings.mailboxes, self.settings.mailbox, self.store.setting("mailbox"))

    def default_mailbox(self) -> str | None:
        """Return what is read when no mailbox is named, as it was written; None if nothing is set."""
        return self.settings.mailbox or self.store.setting("mailbox")

    def key(self, given: str) -> str:
        """Return what we remember this mailbox by, also when it is gone by now."""
        name = self.mailbox_name(given)
        return name if name == STDIN else os.path.realpath(name)

    def me(self, heads: Iterable[Head]) -> tuple[frozenset[str], bool]:
        """Return the user's own addresses, and whether they were guessed from these heads."""
        if self.settings.me:
            return frozenset(address.lower() for address in self.settings.me), False
        return infer_me(heads), True

    def weights(self) -> Choice | None:
        """Return the model that would answer; None when there is none. Raises ModelError when a named one is gone."""
        if self.settings.model:
            return Choice(weights_module.by_name(self.settings.model, self.store))
        if self.store.setting("model") is None and not weights_module.installed(self.store):
            return None
        return weights_module.default(self.store)

    def model(self, *, planning: bool = False) -> "tuple[Model, Choice]":
        """Return the model that answers, not loaded yet, and what to say of it. ModelError when there is none.

        Where this processor is faster at another format, the first time makes a copy and says so, but not with
        `planning`, when nothing is to be asked.
        """
        choice = self.weights() or weights_module.default(self.store)
        rewrites = self.rewrites and not planning
        run, setup = tuning.as_run(choice.weights, self.store, rewrites=rewrites, say=output.note)
        return LoadedOnUse(run, lambda: loaded(run, setup, self.store), setup), choice

    @property
    def rewrites(self) -> bool:
        """Whether a copy of a model may be made and run."""
        return self.settings.rewrite == "once"

    def talk(self, mail: "Mail | None") -> "Talk":
        """Return a talk about a mailbox, or about none. Its model chooses the tools, or rules do where it cannot.

        Raises ModelError where a model that is named is gone.
        """
        from agent.egress import door
        from agent.loop import Talk
        from agent.outbox import Outbox
        from agent.prompts import load as prompt
        from agent.tools.desk import Desk
        from agent.tools.gate import Gate
        from agent.tools.hands import Hands
        from agent.tools.plain_words import PlainWords
        from agent.tools.registry import TOOLS

        choice = self.weights()
        local = self.model()[0] if choice else None
        chooses = choice is not None and choice.weights.calls
        desk = Desk(
            self.now,
            self.settings,
            self.store,
            Outbox(),
            local,
            writes=choice is not None and choice.weights.paraphrases,
            mail=mail,
        )
        hands = Hands(desk, self._asked_elsewhere)
        # What leaves goes to the process that sends, which shows it and asks; here it counts whether that is there.
        gate = Gate(hands.perform, lambda effect: door.current() is not None)
        model = local if local and chooses else PlainWords(desk.newest_from)
        return Talk(model, TOOLS, desk, gate, hands, prompt("chat").turns(), clock=lambda: datetime.now(local_zone()))

    def mail(self, mailbox: Mailbox, index: "Index | None" = None) -> "Mail":
        """Return a mailbox with a number for each of its messages; other commands know them by these numbers too."""
        from agent.mail.select import Selection, choose
        from agent.tools.desk import Mail

        chosen = choose(mailbox, Selection(last=_EVERY))
        self.store.set_rows(mailbox.key, chosen.rows)
        return Mail(mailbox, chosen.heads, self.me(chosen.heads[:_HEADS_FOR_ME])[0], index)

    def _asked_elsewhere(self, question: str) -> "tuple[Untrusted, str]":
        """Put the user's own words to the model of [cloud], as `ask --no-mail --cloud` does; return answer and model.

        Raises ConsentError where it was not asked, and what that raises.
        """
        from agent.router.redact.known import known_from_email, known_from_machine
        from agent.tasks import answer
        from agent.text import Untrusted

        own = known_from_machine().union(*map(known_from_email, self.settings.me))
        routed = self.routed(own, wanted=True)
        try:
            given = answer.answer(answer.without_source(Untrusted(question), answer.prompts()), routed)
            if given.route is None or given.route.where != "cloud":
                raise ConsentError("nothing was sent: the larger model was not asked.")
            return given.text, given.route.model
        finally:
            routed.close()

    def routed(
        self,
        known: "Iterable[Known]",
        *,
        share: Rung | None = None,
        local_only: bool = False,
        wanted: bool = False,
        planning: bool = False,
    ) -> "RoutedModel":
        """Return the model here and the one of [cloud] as one, in which the policy decides who answers.

        `known` are values to mask, `share` is the most to offer this time, where that is less than the settings say.
        With `planning` it is taken that a process which can send is there, and a terminal: a plan sends nothing.
        """
        from agent.egress import budget, wire
        from agent.egress.cloud import CloudModel
        from agent.egress.door import current
        from agent.router.codes import Codes
        from agent.router.confidence import confidence
        from agent.router.redact.describes import describes
        from agent.router.redact.redactor import Redactor
        from agent.router.routed import RoutedModel

        settings, codes, door = self.settings.cloud, Codes(), current()
        redactor = Redactor(codes, known)
        standing = self._standing(
            share,
            local_only=local_only,
            wanted=wanted,
            channel=planning or door is not None,
            terminal=planning or output.can_ask(),
        )
        try:
            local: Model | None = self.model(planning=planning)[0]
        except ModelError:
            local = None
        if settings is None:
            return RoutedModel(local, None, standing, redactor, size=lambda request: 0)
        return RoutedModel(
            local,
            CloudModel(door.send if door else _no_door, settings, placeholders=codes.counted),
            standing,
            redactor,
            size=lambda request: len(wire.body(request, settings.model)),
            price=lambda size, tokens, pictures: budget.estimate(settings, size, tokens, pictures=pictures),
            describes=describes,
            calibration=confidence,
            max_tokens=_ELSEWHERE_TOKENS,
        )

    def _standing(
        self, share: Rung | None, *, local_only: bool, wanted: bool, channel: bool, terminal: bool
    ) -> "Standing":
        from agent.egress import consent
        from agent.egress.switch import is_offline
        from agent.router.facts import Standing

        cloud, given = self.settings.cloud, consent.read()
        if cloud is None:
            return Standing("", "", self.now, Rung.NOTHING, enabled=False, channel=False, terminal=False)
        enabled = given is not None and given.is_for(cloud.url, cloud.model)
        most = Rung[cloud.share.upper()]
        return Standing(
            cloud.host,
            cloud.model,
            self.now,
            most if share is None else min(most, share),
            enabled=enabled,
            channel=channel,
            terminal=terminal,
            offline=self.settings.offline or is_offline((), os.environ),
            here=cloud.trust == "this-machine",
            grants=given.grants if given and enabled else (),
            budget_left=_budget_left(cloud, self.now),
            local_only=local_only,
            wanted=wanted,
        )


def loaded(chosen: Weights, setup: Setup, store: Store) -> "LocalModel":
    """Return a model, loaded. Raises ModelError where its file is not the one we took, or cannot be loaded."""
    from agent.engine.local import LocalModel

    weights_module.check(chosen, store)
    return LocalModel(
        chosen.path,
        name=chosen.title,
        fingerprint=fingerprint(chosen, setup),
        chat=chosen.chat,
        context=chosen.context,
        languages=frozenset(chosen.languages),
        setup=setup,
        prefixes=prefixes_dir(),
    )


class LoadedOnUse:
    """A Model whose weights are read when it is first asked, so that a run answered from the store loads none."""

    def __init__(self, chosen: Weights, load: Callable[[], Model], setup: Setup | None = None) -> None:
        self.name = chosen.title
        self.fingerprint = fingerprint(chosen, setup or Setup())
        self.languages = frozenset(chosen.languages)
        self._load = load
        self._model: Model | None = None

    @property
    def parallel(self) -> int:
        """How many requests the loaded model works on at once."""
        return self._loaded().parallel

    @property
    def context(self) -> int:
        """The context length of the loaded model, in tokens."""
        return self._loaded().context

    def count(self, turns: tuple[Turn, ...], tools: tuple[Tool, ...] = ()) -> int:
        """Return the number of prompt tokens of `turns`, with what is said of `tools`."""
        return self._loaded().count(turns, tools)

    def run(self, requests: Iterable[Request | None]) -> Iterator[Event]:
        """Yield the events of the loaded model; nothing is loaded when there is no request."""
        waiting = iter(requests)
        for first in waiting:
            yield from self._loaded().run(chain((first,), waiting))

    def close(self) -> None:
        """Free the weights if they were loaded."""
        if self._model:
            self._model.close()

    def _loaded(self) -> Model:
        if self._model is None:
            self._model = self._load()
        return self._model


def _budget_left(cloud: Cloud, now: datetime) -> float | None:
    """Return what is left of the month's budget in US dollars; nothing where the ledger cannot tell, None without."""
    from agent.egress import budget
    from agent.egress.ledger import Ledger

    if cloud.budget is None:
        return None
    try:
        return budget.left(cloud, Ledger().entries(), now)
    except AgentError:
        return 0.0


def _no_door(kind: Kind, offer: Offer, body: bytes) -> "Exchange":
    """Send nothing: this process was started without one that can."""
    raise NetworkError("no process that can send was started for this run: nothing was sent.")


def fingerprint(chosen: Weights, setup: Setup | None = None) -> str:
    """Return what a model's answers depend on besides the request: the file as it came, its chat format, and roundings.

    Of a copy that is the format, so that what was measured of it holds for a copy made elsewhere; the copy's own hash
    is checked before it is run. A KV cache of q8_0 rounds too. What only changes the last bits is left out, as is the
    processor: threads, slots, repacking.
    """
    parts = [chosen.of or chosen.sha256, chosen.chat]
    parts += [chosen.format] if chosen.format else []
    parts += [f"kv-{setup.kv}"] if setup and setup.kv != "f16" else []
    return ":".join(parts)


@contextmanager
def open_session() -> Iterator[Session]:
    """Open what a command needs, and close it again. Raises AgentError where the config or the store is unusable."""
    settings = load()
    store = open_store()
    try:
        yield Session(settings, store, datetime.now(local_zone()))
    finally:
        store.close()
