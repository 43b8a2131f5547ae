"""The composition root: settings, store, mailbox and model are put together here, and only here."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from agent.config import Settings, load
from agent.engine import weights as weights_module
from agent.engine.weights import Choice, Weights
from agent.mail.handles import STDIN, mailbox_path
from agent.mail.mailbox import Mailbox, open_mailbox
from agent.mail.message import Head
from agent.mail.people import infer_me
from agent.mail.when import local_zone
from agent.model import Event, Model, Request, Turn
from agent.store import Store, open_store


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

    def model(self) -> "tuple[Model, Choice]":
        """Return the model that answers, not loaded yet, and what to say of it. ModelError when there is none."""
        choice = self.weights() or weights_module.default(self.store)
        return LoadedOnUse(choice.weights, lambda: self._load(choice.weights)), choice

    def _load(self, chosen: Weights) -> Model:
        from agent.engine.local import LocalModel

        weights_module.check(chosen, self.store)
        return LocalModel(
            chosen.path,
            name=chosen.title,
            fingerprint=fingerprint(chosen),
            chat=chosen.chat,
            context=chosen.context,
            languages=frozenset(chosen.languages),
        )


class LoadedOnUse:
    """A Model whose weights are read when it is first asked, so that a run answered from the store loads none."""

    def __init__(self, chosen: Weights, load: Callable[[], Model]) -> None:
        self.name = chosen.title
        self.fingerprint = fingerprint(chosen)
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

    def count(self, turns: tuple[Turn, ...]) -> int:
        """Return the number of prompt tokens of `turns`."""
        return self._loaded().count(turns)

    def run(self, requests: Iterable[Request]) -> Iterator[Event]:
        """Yield the events of the loaded model; nothing is loaded when there is no request."""
        waiting = list(requests)
        return self._loaded().run(waiting) if waiting else iter(())

    def close(self) -> None:
        """Free the weights if they were loaded."""
        if self._model:
            self._model.close()

    def _loaded(self) -> Model:
        if self._model is None:
            self._model = self._load()
        return self._model


def fingerprint(chosen: Weights) -> str:
    """Return what a model's answers depend on besides the request."""
    return f"{chosen.sha256}:{chosen.chat}"


@contextmanager
def open_session() -> Iterator[Session]:
    """Open what a command needs, and close it again. Raises AgentError where the config or the store is unusable."""
    settings = load()
    store = open_store()
    try:
        yield Session(settings, store, datetime.now(local_zone()))
    finally:
        store.close()
