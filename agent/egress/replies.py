"""What a server's refusal means, in our words: nothing it wrote is shown, but for a code of a few plain letters."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from agent.egress.stream import error_code
from agent.errors import NetworkError

_TEST = ("llama-agent cloud test", "asks the server which models it has")
_KEY = ("llama-agent cloud status", "says where the key is taken from")
_DAY = 86_400


def refusal(
    host: str, model: str, status: int, headers: Mapping[str, str], start: bytes, now: datetime
) -> NetworkError | None:
    """Return what to tell the user of an answer that is no success, None where it is one.

    `headers` have names in lower case, `start` is the beginning of the body, `now` (aware) what a date is counted from.
    """
    if status == 200:
        return _unfit(host, headers)
    code = _code(start)
    shown = f"{status}, {code}" if code else f"{status}"
    wait = _wait(headers.get("retry-after", ""), now)
    match status:
        case 401 | 407:
            return NetworkError(f"{host} does not accept the key ({shown}).", _KEY)
        case 402:
            return NetworkError(f"{host} wants to be paid first ({shown}).")
        case 403:
            return NetworkError(f"{host} does not let this key use {model} ({shown}).", _KEY)
        case 404:
            return NetworkError(f"{host} has no model {model}, or nothing at this address ({shown}).", _TEST)
        case 413:
            return NetworkError(f"The request is larger than {host} takes ({shown}).")
        case 400 | 422 if code in ("context_length_exceeded", "string_above_max_length"):
            return NetworkError(f"The request is longer than {model} reads ({shown}).")
        case 400 | 422:
            return NetworkError(f"{host} does not understand the request, or cannot do what it asks ({shown}).", _TEST)
        case 429 if code == "insufficient_quota":
            return NetworkError(f"The account at {host} is used up ({shown}).")
        case 429:
            return NetworkError(f"{host} has had too many requests for now ({shown}){wait}.")
        case 408 | 504:
            return NetworkError(f"{host} gave up waiting for its model ({shown}){wait}.")
    if 300 <= status < 400:
        return NetworkError(f"{host} sends us on to another address ({shown}), which is not followed.", _TEST)
    if status >= 500:
        return NetworkError(f"{host} failed, or is overloaded ({shown}){wait}.")
    return NetworkError(f"{host} answered with a status that is no answer ({shown}).")


def _unfit(host: str, headers: Mapping[str, str]) -> NetworkError | None:
    if headers.get("content-type", "").lower().startswith("text/html"):
        return NetworkError(f"{host} answered with a web page, not as a model's endpoint does.", _TEST)
    if headers.get("content-encoding", "identity").lower() != "identity":
        return NetworkError(f"{host} compressed its answer although we do not read that.")
    return None


def _code(start: bytes) -> str:
    try:
        return error_code(json.loads(start))
    except (ValueError, RecursionError):
        return ""


def _wait(after: str, now: datetime) -> str:
    """Return how long the server asks us to wait, as the end of a sentence (RFC 9110, section 10.2.3)."""
    if re.fullmatch(r"[0-9]{1,6}", after.strip()):
        seconds = int(after)
    else:
        from email.utils import parsedate_to_datetime  # which imports socket

        try:
            then = parsedate_to_datetime(after)
        except (ValueError, TypeError, LookupError, OverflowError):
            return ""
        seconds = round(((then if then.tzinfo else then.replace(tzinfo=UTC)) - now).total_seconds())
    if not 0 < seconds <= _DAY:
        return ""
    if seconds < 120:
        return f" and asks for {seconds} second{'s' if seconds > 1 else ''} of patience"
    return f" and asks for {-(-seconds // 60)} minutes of patience"
