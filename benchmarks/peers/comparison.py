"""Sides that did the same work in one run, and how far apart they are."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.figures import Row
from benchmarks.peers.sides import LIMIT, LLM, LOOP, OURS, Told

Kind = str  # loop, llm, xllamacpp or limit


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was done by us and by the others; `missing` says why a side is not among them.

    `terms` are "" where each answer of the others was made as long as ours, token for token; else they say what held.

    `targets`: how many times as long as we each kind of side must take at least; of the limit, how many times as long
    as it we may take at most. Of several settings of one kind the fastest counts.
    """

    work: str
    terms: str
    ours: Told
    others: tuple[Told, ...]
    missing: Mapping[str, str] = field(default_factory=dict)
    targets: Mapping[Kind, float] = field(default_factory=dict)

    def best(self, kind: Kind) -> Told | None:
        """Return the fastest side of a kind; None where there is none."""
        return min((told for told in self.others if kind_of(told.side) == kind), key=_seconds, default=None)

    def times(self, other: Told) -> float:
        """Return how many times as long as we the other takes; of the limit, how many times as long as it we take."""
        if kind_of(other.side) == "limit":
            return self.ours.seconds / other.seconds
        return other.seconds / self.ours.seconds

    def met(self, kind: Kind) -> bool | None:
        """Return whether the target for a kind of side is reached; None where there is none, or no such side."""
        target, other = self.targets.get(kind), self.best(kind)
        if target is None or other is None:
            return None
        return self.times(other) <= target if kind == "limit" else self.times(other) >= target

    def rows(self) -> list[Row]:
        """Return a row for each other side, and one that says so for each that is missing."""
        what = f"{self.work}: ours on {self.ours.file}, {tokens(self.ours)}{self.terms and f'; {self.terms}'}"
        rows = []
        for told in self.others:
            kind, seconds = kind_of(told.side), told.seconds
            factor = self.targets.get(kind) if told == self.best(kind) else None
            target = None if factor is None else seconds * factor if kind == "limit" else seconds / factor
            baseline = f"{told.side} on {told.file} ({told.how}){unequal(self.ours, told)}"
            rows.append(Row(what, self.ours.seconds, "s", target, baseline, seconds))
            what = "the same"
        missing = [Row(what, self.ours.seconds, "s", None, f"{side}: {why}") for side, why in self.missing.items()]
        return [*rows, *missing]

    def as_json(self) -> dict[str, Any]:
        """Return everything there is to know of it but the texts, as JSON values."""
        return {
            "work": self.work,
            "terms": self.terms,
            "ours": self.ours.as_json(),
            "others": [told.as_json() for told in self.others],
            "missing": dict(self.missing),
            "targets": dict(self.targets),
            "times": {told.side: round(self.times(told), 3) for told in self.others},
            "met": {kind: self.met(kind) for kind in self.targets},
        }


def restored(kept: Mapping[str, Any]) -> Comparison:
    """Return the comparison that `as_json` was called on, without its texts."""
    ours, *others = (
        Told(**{**told, "written": tuple(told["written"]), "ended": tuple(told["ended"])})
        for told in (kept["ours"], *kept["others"])
    )
    return Comparison(kept["work"], kept["terms"], ours, tuple(others), kept["missing"], kept["targets"])


def kind_of(side: str) -> Kind:
    """Return the kind of a side."""
    return {LOOP: "loop", LLM: "llm", LIMIT: "limit", OURS: "ours"}.get(side, "xllamacpp")


def tokens(told: Told) -> str:
    """Return what a side read and wrote, in words."""
    cached = f", {told.cached:,} of them shared," if told.cached else ""
    return f"{told.prompt:,} tokens read{cached} and {sum(told.written):,} written"


def unequal(ours: Told, other: Told) -> str:
    """Return how the work of another side differs from ours, in words; "" where it does not."""
    if kind_of(other.side) == "llm":
        refused = f", {other.more['refused']} of the messages not answered" if other.more["refused"] else ""
        return f", {other.more['characters']:,} characters for {other.more['asked']:,} of ours{refused}"
    said = []
    if other.prompt != ours.prompt:
        said.append(f"{other.prompt:,} read")
    if sum(other.written) != sum(ours.written):
        said.append(f"{sum(other.written):,} written")
    return f", {' and '.join(said)}" if said else ""


def _seconds(told: Told) -> float:
    return told.seconds
