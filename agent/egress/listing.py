"""What an endpoint says of its models (GET /v1/models), read in the core: the bytes are the server's."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from agent.egress.replies import refusal
from agent.errors import NetworkError
from agent.text import screen_line

if TYPE_CHECKING:
    from agent.egress.cloud import Exchange

_START, _BYTES = 4_096, 2_000_000
_MOST, _LONGEST = 1_000, 200


@dataclass(frozen=True, slots=True)
class Listing:
    """The models an endpoint names, fit for a screen, whether the wanted one is among them, and the ledger entry."""

    entry: int
    has_model: bool
    models: list[str]


def read(exchange: "Exchange", host: str, model: str, now: datetime) -> Listing:
    """Return what the server answered, and settle the exchange. Raises NetworkError where it is no list of models."""
    data = b""
    for piece in exchange:
        data += piece[: _BYTES - len(data)]
    exchange.settle(None, None, 0, 0)
    refused = refusal(host, model, exchange.status, exchange.headers, data[:_START], now)
    if refused:
        raise refused
    named = names(data, host)
    return Listing(exchange.entry, model in named, [screen_line(name)[:_LONGEST] for name in named[:_MOST]])


def names(data: bytes, host: str) -> list[str]:
    """Return the names in a list of models, as the server wrote them. Raises NetworkError where it is none."""
    try:
        named = [each["id"] for each in json.loads(data)["data"]]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise NetworkError(f"{host} did not answer with a list of models, as an endpoint of this kind does.") from None
    return [name for name in named if isinstance(name, str)]
