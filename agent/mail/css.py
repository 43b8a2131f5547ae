"""Just enough of CSS: which declarations hold for an element, from inline styles and simple <style> rules.

Selectors of tags, classes, ids, and descendants of these are followed, with specificity, order and !important.
Rules under a media query, pseudo-classes, siblings and attribute selectors are passed over.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_RULES_PER_KEY = 30
_SELECTORS = 100
_VALUE = 300
_PROPERTIES = frozenset({
    "background", "background-color", "background-image", "bottom", "clip",
    "clip-path", "color", "display", "font", "font-size", "height", "left", "margin", "margin-left",
    "margin-top", "max-height", "max-width", "opacity", "overflow", "overflow-x", "overflow-y",
    "position", "right", "text-indent", "top", "transform", "visibility", "white-space", "width",
})  # fmt: skip
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})\s?|(.))", re.DOTALL)
_BRACE = re.compile(r"[{}]")
_EVERYWHERE = re.compile(r"@media\s+(?:only\s+)?(?:all|screen)\s*\Z", re.IGNORECASE)
_COMPOUND = re.compile(r"(\*|[a-z][\w-]*+)?((?:[.#][\w-]++)*+)\Z")
_KEY = re.compile(r"[.#][\w-]++")

Keys = frozenset[str]
"""How rules find an element: its tag, `.class` for each class, `#id`, and `*`."""


@dataclass(frozen=True, slots=True)
class _Rule:
    keys: Keys
    within: tuple[Keys, ...]
    rank: tuple[int, int, int, int]
    normal: dict[str, str]
    important: dict[str, str]


class Sheet:
    """The style sheets of one document."""

    def __init__(self, css: str) -> None:
        self._rules = _index(css)
        self._inline: dict[str, tuple[dict[str, str], dict[str, str]]] = {}

    def style(self, keys: Keys, around: Mapping[str, int], inline: str) -> dict[str, str]:
        """Return the declarations (lower case) for an element: `around` counts the keys of its open ancestors."""
        rules = [rule for key in keys for rule in self._rules.get(key, ()) if rule.keys <= keys]
        rules = [rule for rule in rules if all(all(around.get(k) for k in step) for step in rule.within)]
        if not rules and not inline:
            return {}
        rules.sort(key=lambda rule: rule.rank)
        if inline not in self._inline:
            self._inline[inline] = _declarations(_unescape(inline))
        normal, important = self._inline[inline]
        style: dict[str, str] = {}
        for layer in (*(r.normal for r in rules), normal, *(r.important for r in rules), important):
            style.update(layer)
        return style


def _declarations(css: str) -> tuple[dict[str, str], dict[str, str]]:
    normal: dict[str, str] = {}
    important: dict[str, str] = {}
    for part in css.split(";"):
        name, _, value = part.partition(":")
        name = name.strip().lower()
        if name in _PROPERTIES:
            plain, bang, _ = value.strip()[:_VALUE].lower().partition("!")
            (important if bang else normal)[name] = plain.strip()
    return normal, important


def _unescape(css: str) -> str:
    if "\\" not in css:
        return css
    return _ESCAPE.sub(lambda m: chr(min(int(m[1], 16), 0x10FFFF)) if m[1] else m[2], css)


def _index(css: str) -> dict[str, list[_Rule]]:
    rules: dict[tuple[Keys, tuple[Keys, ...]], _Rule] = {}
    for order, (selectors, block) in enumerate(_blocks(_COMMENT.sub(" ", css))):
        normal, important = _declarations(_unescape(block))
        if not normal and not important:
            continue
        for selector in selectors.split(",")[:_SELECTORS]:
            steps = _steps(_unescape(selector).strip().lower())
            if not steps:
                continue
            old = rules.pop((steps[-1], steps[:-1]), None)
            layers = (old.normal | normal, old.important | important) if old else (normal, important)
            rules[steps[-1], steps[:-1]] = _Rule(steps[-1], steps[:-1], _rank(steps, order), *layers)
    index: dict[str, list[_Rule]] = {}
    for rule in rules.values():
        same_key = index.setdefault(max(rule.keys, key=_weight), [])
        if len(same_key) < _RULES_PER_KEY:
            same_key.append(rule)
    return index


def _blocks(css: str) -> Iterator[tuple[str, str]]:
    """Yield (selectors, declarations) of each rule that holds on any screen."""
    selectors, start, skipping = "", 0, 0
    for brace in _BRACE.finditer(css):
        chunk, start = css[start : brace.start()], brace.end()
        if brace[0] == "}":
            if skipping:
                skipping -= 1
            elif selectors:
                yield selectors, chunk
            selectors = ""
            continue
        selectors = chunk.rpartition(";")[2].strip()
        if skipping or (selectors.startswith("@") and not _EVERYWHERE.match(selectors)):
            skipping += 1


def _steps(selector: str) -> tuple[Keys, ...]:
    """Return the keys each step of a selector asks for; empty where it is beyond us."""
    steps = []
    for step in selector.replace(">", " ").split()[:8]:
        compound = _COMPOUND.match(step)
        if compound is None:
            return ()
        steps.append(frozenset({compound[1] or "*", *_KEY.findall(compound[2])}))
    return tuple(steps)


def _weight(key: str) -> int:
    return {"#": 3, ".": 2, "*": 0}.get(key[0], 1)


def _rank(steps: tuple[Keys, ...], order: int) -> tuple[int, int, int, int]:
    weights = Counter(_weight(key) for step in steps for key in step)
    return weights[3], weights[2], weights[1], order
