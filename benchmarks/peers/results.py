"""What a run of the comparisons found: JSON to keep, Markdown to read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.figures import Row, disturbed, table
from benchmarks.peers.comparison import Comparison, kind_of, restored, unequal
from benchmarks.peers.sides import Told

_HEADINGS = {
    "loop": "loop over llama-cpp-python",
    "llm": "`llm`, a process a message",
    "xllamacpp": "xllamacpp, slots",
    "limit": "llama_decode alone",
}

_LEGEND = (
    "Seconds, and how many times as long as ours that is (llama_decode alone: how many times as long as it ours is); "
    "in brackets what is aimed at. Tokens are those of the prompts + those written. Where nothing else is said, every "
    "side read the same prompts and wrote exactly as many tokens as ours, to each."
)


@dataclass(frozen=True, slots=True)
class Results:
    """`about` is the machine, date and versions, `shares` the part of the CPU others took during each workload."""

    about: Mapping[str, Any]
    comparisons: tuple[Comparison, ...]
    rows: tuple[Row, ...]
    shares: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return everything, as JSON values."""
        return {
            "machine": dict(self.about),
            "other_processes": dict(self.shares),
            "comparisons": [each.as_json() for each in self.comparisons],
            "rows": [row.as_json() for row in self.rows],
        }

    def markdown(self) -> str:
        """Return it as a page: the machine, how far everybody is from us, and what has no peer."""
        alone = table(self.rows) if self.rows else ""
        parts = [self._heading(), disturbed(self.shares), _compared(self.comparisons), alone]
        return "\n\n".join(part for part in parts if part) + "\n"

    def _heading(self) -> str:
        about = self.about
        versions = ", ".join(f"{name} {version}" for name, version in about["versions"].items())
        others = f"{max(self.shares.values(), default=0.0):.0%}"
        return (
            f"{about['cpu']}, {about['cores']} cores, {about['memory_gb']} GB, {about['system']}; "
            f"{about['date'][:10]}; {versions}. Other processes took at most {others} of the CPU during a workload."
        )


def kept(told: Mapping[str, Any]) -> Results:
    """Return the results that `as_json` was called on."""
    rows = (Row(**{name: row[name] for name in Row.__slots__}) for row in told["rows"])
    return Results(told["machine"], tuple(map(restored, told["comparisons"])), tuple(rows), told["other_processes"])


def _compared(comparisons: Sequence[Comparison]) -> str:
    """Return the comparisons as a table: seconds, and how many times as long as ours; a target in brackets."""
    if not comparisons:
        return ""
    lines = [_LEGEND, "", f"| work | ours | {' | '.join(_HEADINGS.values())} |", "|---|---:|---:|---:|---:|---:|"]
    for each in comparisons:
        cells = [
            "; ".join(filter(None, (each.work, each.terms))),
            _ours(each.ours),
            *(_cell(each, kind) for kind in _HEADINGS),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _ours(told: Told) -> str:
    return f"{told.seconds:.1f} s, {told.prompt:,} + {sum(told.written):,} tokens, {_short(told.file)}"


def _cell(comparison: Comparison, kind: str) -> str:
    """Return what there is of one kind of side: its settings' seconds, the best one's distance, target and file."""
    told = [each for each in comparison.others if kind_of(each.side) == kind]
    best = comparison.best(kind)
    gone = [why for side, why in comparison.missing.items() if kind_of(side) == kind]
    if best is None:
        return gone[0] if gone else "-"
    seconds = " / ".join(f"{_setting(each)}{each.seconds:.1f}" for each in told)
    distance = f"{comparison.times(best):.2f}x"
    said = [f"{seconds} s", f"**{distance}**{_target(comparison, kind)}"]
    if kind == "limit":
        said.append(best.how)
    elif best.file != comparison.ours.file:
        said.append(_short(best.file))
    return "; ".join(said) + unequal(comparison.ours, best)


def _short(file: str) -> str:
    return file.removesuffix(".gguf")


def _setting(told: Told) -> str:
    """Return `4: ` for xllamacpp with four slots, "" for a side without such a setting."""
    return f"{told.side.split()[1]}: " if kind_of(told.side) == "xllamacpp" else ""


def _target(comparison: Comparison, kind: str) -> str:
    if kind not in comparison.targets:
        return ""
    bound = "≤" if kind == "limit" else "≥"
    missed = "" if comparison.met(kind) else ", missed"
    return f" ({bound} {comparison.targets[kind]:g}{missed})"
