"""The one download: a file whose size and sha256 are known beforehand.

What leaves the computer is the file's address. What comes is hashed as it comes, into a part beside its place
(part.py), and only the very file that was asked for ever gets its name.
"""

import hashlib
import http.client
import os
import re
import shutil
import socket
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, urlsplit

from agent.egress.part import Part, open_part, remove_part
from agent.errors import AgentError, NetworkError
from agent.paths import private_dir

_CHUNK = 1 << 18
_SPARE = 64 << 20  # bytes of disk to leave free
_TRIES = 4  # in a row without one new byte, once some have come
_REQUESTS = 500  # for one file: who drops us more often than every 4 MB of 2 GB is not worth while
_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_AGAIN = ("the same command", "continues where it stopped")


def address(repo: str, revision: str, file: str) -> str:
    """Return the URL of a file on Hugging Face, or on the mirror HF_ENDPOINT names."""
    return f"{endpoint()}/{quote(repo)}/resolve/{quote(revision)}/{quote(file)}"


def endpoint() -> str:
    """Return where files come from: Hugging Face, or the mirror HF_ENDPOINT names."""
    return (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")


def pull(
    url: str, size: int, sha256: str, target: Path, progress: Callable[[int], None], *, patience: float = 30.0
) -> None:
    """Fetch the file of this size (bytes) and sha256 (hex) to `target`, continuing what an earlier call began.

    The network is left alone when the file is there, or all of its bytes are. `progress` is told how many have come;
    `patience` is how many seconds a silent server is waited for.

    Raises NetworkError where the server is at fault or out of reach; what has come is kept unless it is the wrong file.
    Raises AgentError where the disk is too full or another process is fetching the same file.
    """
    if is_there(size, sha256, target):
        return
    wanted = _Wanted(_checked(url), size, sha256, patience)
    private_dir(target.parent)
    with open_part(target, size) as part:
        _check_disk(size - part.length, target)
        pieces = bool(part.length) + _fetch_all(wanted, part, progress)
        if pieces > 1 and part.sha256 != sha256:
            part.restart()  # pieces of two versions, perhaps: the whole of it once more
            _fetch_all(wanted, part, progress)
        if part.sha256 != sha256:
            remove_part(target)
            raise NetworkError(f"{wanted.host} sent another file than the one we know (its sha256 differs): removed.")
        part.finish()


def is_there(size: int, sha256: str, target: Path) -> bool:
    """Return whether `target` is this very file; reads all of it when its size is right."""
    if not target.is_file() or target.stat().st_size != size:
        return False
    with target.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256


@dataclass(frozen=True, slots=True)
class _Wanted:
    url: str
    size: int
    sha256: str
    patience: float

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""


class _Broken(Exception):
    """The server broke off, and it may be worth while to ask it for the rest."""


def _fetch_all(wanted: _Wanted, part: Part, progress: Callable[[int], None]) -> int:
    """Bring the part to its full length, and return in how many requests.

    Once bytes have come, a break is answered by asking for the rest.
    """
    failures, came = 0, False
    for requests in range(_REQUESTS):
        if part.length == wanted.size:
            return requests
        before = part.length
        try:
            _fetch(wanted, part, progress)
        except _Broken as broken:
            progressed = part.length > before
            came, failures = came or progressed, 0 if progressed else failures + 1
            if not came or failures == _TRIES:
                raise NetworkError(f"{wanted.host} {broken}.{_kept(wanted, part)}", _AGAIN) from None
            time.sleep(failures * wanted.patience / 30)
    raise NetworkError(f"{wanted.host} broke off {_REQUESTS} times.{_kept(wanted, part)}", _AGAIN)


def _kept(wanted: _Wanted, part: Part) -> str:
    return f" {part.length:,} of {wanted.size:,} bytes are here." if part.length else ""


def _fetch(wanted: _Wanted, part: Part, progress: Callable[[int], None]) -> None:
    try:
        with _ask(wanted, part) as response:
            if not _fits(wanted, part, response):
                return
            while part.length < wanted.size:
                data = response.read1(min(_CHUNK, wanted.size - part.length))  # what is there: who gave up is seen
                if not data:
                    raise _Broken("broke off")
                part.append(data)
                progress(part.length)
            if response.read(1):
                part.restart()
                raise NetworkError(f"{wanted.host} sends more than the {wanted.size:,} bytes the file has.")
    except urllib.error.HTTPError as refusal:
        with refusal:
            _refused(wanted, part, refusal.code)
    except (OSError, http.client.HTTPException) as error:
        raise _Broken(_why(error, wanted.patience)) from None


def _ask(wanted: _Wanted, part: Part) -> http.client.HTTPResponse:
    headers = {"User-Agent": "llama-agent", "Accept-Encoding": "identity"}
    if part.length:
        headers["Range"] = f"bytes={part.length}-"
        if part.etag:
            headers["If-Range"] = part.etag
    opener = urllib.request.build_opener(_Redirects())
    response: http.client.HTTPResponse = opener.open(
        urllib.request.Request(wanted.url, headers=headers), timeout=wanted.patience
    )
    return response


def _fits(wanted: _Wanted, part: Part, response: http.client.HTTPResponse) -> bool:
    """Return whether what follows continues the part; where the server sends the whole file the part is begun again.

    A server that changed the file meanwhile (another ETag) is asked anew. Raises NetworkError where it offers a file
    of another size.
    """
    etag = response.headers.get("ETag", "")
    if response.status != 206:
        part.restart(etag)
        length = response.headers.get("Content-Length", str(wanted.size))
    else:
        found = _RANGE.fullmatch(response.headers.get("Content-Range", ""))
        if not found or int(found[1]) != part.length:
            raise NetworkError(f"{wanted.host} sent another piece of the file than it was asked for.")
        if part.etag and etag and etag != part.etag:
            part.restart()
            return False
        length = str(wanted.size) if found[2] == "*" else found[2]
    if length != str(wanted.size):
        raise NetworkError(f"{wanted.host} offers {length[:20]} bytes, and the file we know has {wanted.size}.")
    return True


def _refused(wanted: _Wanted, part: Part, code: int) -> None:
    if code == 416 and part.length:  # there is no such range: the server has another file, or none of it
        part.restart()
    elif code in (408, 429) or code >= 500:
        raise _Broken(f"answered {code} ({http.client.responses.get(code, 'unknown')})")
    elif 300 <= code < 400:
        raise NetworkError(f"{wanted.host} sends us on in circles, or to where we do not follow.")
    else:
        raise NetworkError(f"{wanted.host} answered {code} ({http.client.responses.get(code, 'unknown')}).")


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows at most five redirects, and none from https to http."""

    max_redirections = 5

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """Return the request to follow up with. Raises NetworkError where it may not be followed."""
        try:
            if urlsplit(req.full_url).scheme == "https" and urlsplit(newurl).scheme != "https":
                raise NetworkError(f"{req.host} sends us on to an address without https: not followed.")
            return super().redirect_request(req, fp, code, msg, headers, _checked(newurl))
        except NetworkError:
            fp.close()
            raise


def _checked(url: str) -> str:
    """Return `url` if it is https, or http to this computer itself (a mirror on loopback, and the tests)."""
    parts = urlsplit(url)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return url
    raise NetworkError(f"{parts.hostname or url} is not asked: only https addresses are.")


def _why(error: OSError | http.client.HTTPException, patience: float) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    match reason:
        case TimeoutError():
            return f"said nothing for {patience:g} seconds"
        case socket.gaierror():
            return "could not be found: is there a network?"
        case ssl.SSLCertVerificationError():
            return "has a certificate that cannot be verified"
        case ConnectionRefusedError():
            return "refused the connection"
        case PermissionError():
            return "is out of reach: this process is locked off the network"
        case _:
            return "broke off"


def _check_disk(needed: int, target: Path) -> None:
    free = shutil.disk_usage(target.parent).free
    if free < needed + _SPARE:
        raise AgentError(f"{target.parent} has {free / 1e9:.1f} GB free, and {needed / 1e9:.1f} GB are to come.")
