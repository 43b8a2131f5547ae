"""An event put into a calendar on a server (CalDAV, RFC 4791 section 5.3.2), never over one that changed meanwhile.

A new event goes under a condition that there is none of its name (If-None-Match); a changed one under the ETag the
server gave for the last. Only the process that sends imports this module.
"""

import base64
import re
from collections.abc import Callable
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from agent.calendar.folder import file_name
from agent.egress import https
from agent.egress.connecting import Broken

if TYPE_CHECKING:
    from agent.endpoints import Caldav

_SECONDS, _LIMIT = 30.0, 64 << 10
_ETAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"')
_REFUSED = {
    401: "refused the login",
    403: "does not let you write there",
    404: "has no such calendar",
    405: "keeps no calendar there",
    409: "has no such calendar",
    412: "has another version of this event than the last one from here",
    413: "takes no event as large as this",
    415: "takes no events there",
    507: "has no room left",
}


def put(
    settings: "Caldav", password: str | None, uid: str, etag: str, data: bytes, gone: Callable[[], bool]
) -> tuple[int, str]:
    """Put one calendar object there; `etag` is the server's of the last one, "" for an event that is new.

    Returns the status and the new ETag, "" where the server gave none. Raises Broken with `unsure` where nobody knows
    whether it is there.
    """
    url, login = settings.url + file_name(uid), {}
    if settings.user is not None and password is not None:
        login["Authorization"] = "Basic " + base64.b64encode(f"{settings.user}:{password}".encode()).decode()
    condition = {"If-Match": etag} if etag else {"If-None-Match": "*"}
    kind = {"Content-Type": "text/calendar; charset=utf-8"}
    head = _head("PUT", url, login | condition | kind, data, gone)
    if head.status not in (200, 201, 204):
        said = _REFUSED.get(head.status, "did not do it")
        unsure = head.status >= 500 and head.status not in _REFUSED
        outcome = "nobody knows whether it is there" if unsure else "nothing was changed there"
        raise Broken(f"{settings.host} {said} ({head.status}): {outcome}.", unsure=unsure)
    return head.status, _etag(head) or _asked(url, login, gone)


def _asked(url: str, login: dict[str, str], gone: Callable[[], bool]) -> str:
    """Return the ETag of what was just put there, for a server that gave none with its answer (RFC 4791 5.3.4)."""
    with suppress(Broken):
        head = _head("HEAD", url, login, None, gone)
        return _etag(head) if head.status == 200 else ""
    return ""


def _etag(head: https.Head) -> str:
    given = head.headers.get("etag", "")
    return given if _ETAG.fullmatch(given) else ""


def _head(method: str, url: str, headers: dict[str, str], body: bytes | None, gone: Callable[[], bool]) -> https.Head:
    """Return what the answer begins with; the rest of it says nothing we need."""
    answer = https.request(method, url, headers, body, seconds=_SECONDS, limit=_LIMIT, gone=gone)
    with closing(answer):
        head = next(answer)
    assert isinstance(head, https.Head)
    return head
