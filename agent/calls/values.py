"""What an argument may be: what JSON can say, every field once, and no deeper than anybody needs."""

import json
from collections.abc import Iterable
from typing import Any

DEPTH = 32


def fields(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    """Return an object of these fields. Raises ValueError where one comes twice, or its name is no string."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if not isinstance(name, str) or name in found:
            raise ValueError("not a field, or twice")
        found[name] = value
    return found


def text_of(value: object) -> str:
    """Return a value as JSON text. Raises ValueError for NaN, infinity, half a surrogate pair, and what is too deep."""
    _bounded(value, DEPTH)
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    text.encode()  # UnicodeEncodeError is a ValueError
    return text


def _bounded(value: object, depth: int) -> None:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not depth:
        raise ValueError("too deep")
    for each in inner:
        _bounded(each, depth - 1)


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


DECODER = json.JSONDecoder(object_pairs_hook=fields, parse_constant=_refused)
