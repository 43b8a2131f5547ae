"""What `llama-agent models remove` takes away: a download, what is left of one, a reference, the starter's copies."""

from agent.egress.part import part_bytes, remove_part
from agent.engine import requantise, tuning, weights
from agent.engine.catalog import catalog
from agent.engine.weights import Weights
from agent.errors import UsageError
from agent.store import Store


def called(name: str, store: Store) -> Weights:
    """Return the model of this name of which something can be removed; UsageError where there is nothing."""
    removable = next((each for each in weights.removable(store) if each.name == name), None)
    found = removable or _unfinished(name) or _copied(name, store)
    if found is None:
        raise UsageError(f"{name} is nothing we could remove.", ("llama-agent models list", "shows what is here"))
    return found


def question(chosen: Weights) -> str:
    """Return what the user is asked. The starter's own file came with pip, and goes with it."""
    if chosen.starter:
        return f"Delete {', '.join(map(str, requantise.copies(chosen)))}?"
    return f"Delete {chosen.path}?" if chosen.ours else f"Forget {chosen.name}? Its file stays: {chosen.path}."


def remove(chosen: Weights, store: Store) -> None:
    """Remove what `question` named, its copies, and how it was run."""
    requantise.drop(chosen, store)
    tuning.forget(chosen, store)
    if not chosen.starter:
        weights.remove(chosen, store)
    if chosen.ours:
        remove_part(chosen.path)


def _unfinished(name: str) -> Weights | None:
    """Return the model of this name of which a part is here."""
    for known in catalog():
        if known.name == name and known.path is not None and part_bytes(known.path):
            return weights.of_entry(known, known.path)
    return None


def _copied(name: str, store: Store) -> Weights | None:
    """Return the starter if it is called that and there are copies of it."""
    here = (each for each in weights.installed(store) if each.name == name and each.starter)
    return next((each for each in here if requantise.copies(each)), None)
