"""An event put into a calendar on a server (CalDAV, RFC 4791 section 5.3.2), never over one that changed meanwhile.

A new event goes under a condition that there is none of its name (If-None-Match); a changed one under the ETag the
server gave for the last. Only the process that sends imports this module.
"""

import base64
import re
from collections.abc import Callable
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
    headers = {"Content-Type": "text/calendar; charset=utf-8"}
    headers |= {"If-Match": etag} if etag else {"If-None-Match": "*"}
    if settings.user is not None and password is not None:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{settings.user}:{password}".encode()).decode()
    status, given = 0, ""
    answer = https.request(
        "PUT", settings.url + file_name(uid), headers, data, seconds=_SECONDS, limit=_LIMIT, gone=gone
    )
    for piece in answer:
        if isinstance(piece, https.Head):
            status, given = piece.status, piece.headers.get("etag", "")
    if status not in (200, 201, 204):
        said = _REFUSED.get(status, "did not do it")
        unsure = status >= 500 and status not in _REFUSED
        outcome = "nobody knows whether it is there" if unsure else "nothing was changed there"
        raise Broken(f"{settings.host} {said} ({status}): {outcome}.", unsure=unsure)
    return status, given if _ETAG.fullmatch(given) else ""
