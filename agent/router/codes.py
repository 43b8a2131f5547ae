"""Placeholders: what stands in a text that leaves for a value that does not, and what puts the value back.

A code is the kind, `_`, three Crockford base32 characters of an HMAC under a key of this run, and a check character:
`PERSON_7K3Q`. Nobody without the key can guess one, and any two differ in at least two characters, so a slip of the
pen is no other person. Nothing is restored on likeness: a code we do not know stays as it is, and is counted.
"""

import hmac
import re
import secrets
from collections import Counter
from collections.abc import Iterator
from itertools import count

from agent.errors import InputError
from agent.router.redact.code import GLUE, MIXED
from agent.router.redact.spans import KINDS

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MOST = 10_000
# Where upper and lower case are two values: a password, a path, a word somebody wrote to look like a code.
_EXACT = {"SECRET", "URL", "PATH", "ID", "USER", "WORD"}

# As models write it: in any case, with a space or hyphen, or with the underscore escaped for Markdown.
_SEPARATOR = r"\\?[_ \-\u00a0\u2010\u2011]"
_KIND = rf"(?<![{GLUE}])(?P<kind>(?ai:{'|'.join(KINDS)}))"
_BODY = rf"{MIXED}(?P<body>[0-9A-Za-z]{{4}})"
_SHAPE = re.compile(rf"{_KIND}(?P<gap>{_SEPARATOR}){_BODY}(?![{GLUE}])")
_STARTS = "|".join(sorted({kind[:length] for kind in KINDS for length in range(1, len(kind))}))
_GROWING = re.compile(
    rf"(?<![{GLUE}])(?ai:(?:{_STARTS})|(?:{'|'.join(KINDS)})(?:\\|{_SEPARATOR}[0-9A-Za-z]{{0,4}})?)\Z"
)


class Codes:
    """The codes of one run and their values, in memory only. The same value has the same code until the run ends."""

    def __init__(self, key: bytes | None = None) -> None:
        """Make codes under `key`; without one, under a new one nobody knows."""
        self._key = key or secrets.token_bytes(32)
        self._codes: dict[tuple[str, str], str] = {}
        self._values: dict[str, str] = {}
        self._taken: set[str] = set()
        self.restored = 0
        self.unknown = 0

    @property
    def counts(self) -> dict[str, int]:
        """How many codes there are of each kind, kinds in alphabetical order."""
        return dict(sorted(Counter(kind for kind, _ in self._codes).items()))

    def code(self, kind: str, value: str) -> str:
        """Return the code for a value. Case and spaces make no new value, and it is put back as it was first written.

        A secret, a page, a path, a number of something, a user or a word is another one for any difference. Raises
        InputError at the 10,001st value of a run.
        """
        key = (kind, folded(kind, value))
        if key not in self._codes:
            self._codes[key] = made = self._new(*key)
            self._values[made] = value
        return self._codes[key]

    def guard(self, text: str) -> str:
        """Return `text` from outside with all that looks like a code in it replaced by a code of its own.

        So what others wrote is never taken for one of ours, guessed or not, and comes back as they wrote it. Not for
        text of our own making: its codes would be hidden too.
        """
        found = list(_coded(text))
        self._taken |= {canonical(match)[-4:-1] for match in found}
        for match in reversed(found):
            text = text[: match.start()] + self.code("WORD", match[0]) + text[match.end() :]
        return text

    def restore(self, text: str) -> str:
        """Return `text` with the value in place of every code of ours, once: values are not looked through again."""
        restorer = self.stream()
        return restorer.feed(text) + restorer.end()

    def stream(self) -> "Restorer":
        """Return what restores one text that comes in pieces."""
        return Restorer(self)

    def counted(self, text: str) -> tuple[int, int]:
        """Return how many codes in `text` would be put back, and how many stand for nothing; nothing is remembered."""
        known = [canonical(match) in self._values for match in _coded(text)]
        return known.count(True), known.count(False)

    def value(self, match: re.Match[str]) -> str:
        """Return what to write for something that looks like a code, and count it."""
        value = self._values.get(canonical(match))
        if value is None:
            self.unknown += 1
            return match[0]
        self.restored += 1
        return value

    def _new(self, kind: str, value: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"{kind} is not a kind of private value")
        if len(self._codes) >= _MOST:
            raise InputError(f"there are more than {_MOST:,} private values in this; choose fewer messages.")
        for attempt in count():
            message = f"{kind}\0{value}\0{attempt}".encode("utf-8", "surrogatepass")
            number = int.from_bytes(hmac.digest(self._key, message, "sha256")[:2])
            letters = "".join(_ALPHABET[number >> shift & 31] for shift in (10, 5, 0))
            body = letters + check(kind, letters)
            # No three letters twice, whatever the kind: then the checks differ too, or a second letter does.
            if letters not in self._taken and not body.isdigit() and not body.isalpha():
                self._taken.add(letters)
                return f"{kind}_{body}"
        raise AssertionError("count() ends")


class Restorer:
    """Restores one text that comes in pieces, holding back only an end that could still become a code."""

    def __init__(self, codes: Codes) -> None:
        self._codes = codes
        self._before = ""
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what can be said of the text so far that was not said yet."""
        text = self._before + self._held + piece
        growing = _GROWING.search(text, len(self._before))
        return self._say(text, growing.start() if growing else len(text))

    def end(self) -> str:
        """Return the rest: nothing more comes."""
        text = self._before + self._held
        return self._say(text, len(text))

    def _say(self, text: str, end: int) -> str:
        """Return `text` restored from after what was said before up to `end`, and hold the rest."""
        said = []
        at = len(self._before)
        for match in _coded(text, at):
            if match.end() > end:
                break
            said += [text[at : match.start()], self._codes.value(match)]
            at = match.end()
        said.append(text[at:end])
        # The last character said stays in view: a letter there makes the next word no code.
        self._before, self._held = text[max(end - 1, 0) : end], text[end:]
        return "".join(said)


def check(kind: str, letters: str) -> str:
    """Return the check character: it is another one when one letter is, and when `ID` becomes `IP`."""
    total = sum(map(ord, kind)) + sum(
        weight * _ALPHABET.index(letter) for weight, letter in zip((1, 3, 5), letters, strict=True)
    )
    return _ALPHABET[total % 32]


def canonical(match: re.Match[str]) -> str:
    """Return something that looks like a code as we would have written it."""
    return f"{match['kind']}_{match['body']}".upper()


def folded(kind: str, value: str) -> str:
    """Return what two ways of writing one value have in common."""
    return value if kind in _EXACT else " ".join(value.split()).lower()  # not casefold(): Weiß is not Weiss


def _coded(text: str, start: int = 0) -> Iterator[re.Match[str]]:
    """Yield what looks like a code: in capitals with the underscore, or written otherwise and the check is right."""
    for match in _SHAPE.finditer(text, start):
        written = match["kind"] + match["gap"][-1] + match["body"]
        body = match["body"].upper()
        if written == canonical(match) or (
            set(body) <= set(_ALPHABET) and check(match["kind"].upper(), body[:3]) == body[3]
        ):
            yield match
