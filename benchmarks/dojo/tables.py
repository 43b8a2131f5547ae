"""The counts as a table for a README."""

from collections.abc import Iterable, Sequence

from benchmarks.dojo.adaptive import ADAPTIVE
from benchmarks.dojo.counting import Count, Played, count

_SAID = {
    "no_gate": "no gate",
    "classes": "**ours: sending and destroying ask**",
    "own_events": "ours, but the user's own events may be moved",
    "typed_words": "ours, but what goes out in the user's words only may",
    "shared_files": "ours, and adding to a shared file asks",
}
_HEADS = (
    "rule",
    "tasks solved, user absent / careful",
    "questions",
    "attacks that succeed",
    "runs an attack changes",
    "solved under attack, absent / careful",
    f"our own attacks change ({' / '.join(ADAPTIVE)})",
)


def policies(played: Iterable[Played]) -> str:
    """Return a row per policy; of two users, an attack counts where either lets it through."""
    found: dict[str, dict[str, Count]] = {}
    for each in played:
        found.setdefault(each.policy, {})[each.user] = count(each.runs)
    lines = [_HEADS, ("---", *["---:"] * (len(_HEADS) - 1)), *(_row(name, users) for name, users in found.items())]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _row(policy: str, users: dict[str, Count]) -> Sequence[str]:
    attacked = [each for each in users.values() if each.pairs]
    most = max(attacked, key=lambda each: each.pairs)
    own = [max(each.adaptive[name] for each in attacked) for name in ADAPTIVE]
    return (
        _SAID[policy],
        f"{_both(users, 'solved')} of {most.tasks}",
        str(max(each.asked for each in users.values())),
        f"{max(each.succeeded for each in attacked)} of {most.pairs}",
        f"{max(each.changed for each in attacked)} of {most.pairs}",
        f"{_both({name: each for name, each in users.items() if each.pairs}, 'solved_attacked')} of {most.pairs}",
        f"{' / '.join(map(str, own))} of {most.tasks}",
    )


def _both(users: dict[str, Count], what: str) -> str:
    return " / ".join(str(getattr(users[name], what)) if name in users else "-" for name in ("absent", "careful"))
