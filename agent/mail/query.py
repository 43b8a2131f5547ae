"""Gmail's search language, for --search and for `ignore` in the config.

    from:bob (invoice OR "purchase order") -label:promotions newer_than:3m

Words side by side must all be met; OR binds tighter than that, as in Gmail; `-` negates; ( ) group, { } is a
group of alternatives; `from:(bob OR carol)` gives the operator to each word of its group.
"""

import functools
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from agent.errors import UsageError
from agent.mail import terms
from agent.mail.message import Head
from agent.mail.terms import Asker, Read, Term

_DEPTH = 50
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<mark>[(){}])
    | (?P<minus>-+)
    | (?P<operator>[A-Za-z_]+:)(?!//)
    | "(?P<phrase>[^"]*)"
    | (?P<word>[^\s(){}"]+)
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_VALUE = re.compile(r'"(?P<phrase>[^"]*)"|(?P<word>[^\s(){}"]+)')


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search."""

    term: Term

    @property
    def needs_read_state(self) -> bool:
        """Whether it asks for is:unread or is:read, which some mailboxes do not store."""
        return self.term.read_state

    @property
    def needs_labels(self) -> bool:
        """Whether it asks for a label or folder, which some mailboxes do not store."""
        return self.term.labels

    def matches(self, head: Head, read: Read) -> bool:
        """Say whether the message is meant. `read` is called once at most, and only when its head cannot decide."""
        return self.term.test(head, functools.cache(read) if self.term.reads else read)


def parse(text: str, *, now: datetime, me: Collection[str] = (), source: str = "--search") -> Query:
    """Return the query. `now` is aware; `me` are the user's addresses; `source` names the text in errors.

    Raises UsageError pointing at the word that cannot be understood.
    """
    parser = _Parser(text, _asker(now, me, source))
    found = parser.conjunction(None, closing="")
    if found is None:
        raise UsageError(f"{source} is empty: give it words to look for.")
    return Query(found)


def single(operator: str, value: str, *, now: datetime, me: Collection[str] = (), source: str) -> Query:
    """Return the query of one operator and a value taken as it is: `--from VALUE`. Raises UsageError as `parse`."""
    try:
        if not value.strip():
            raise ValueError("it is empty")
        return Query(terms.OPERATORS[operator](value, _asker(now, me, source)))
    except ValueError as error:
        raise UsageError(f'{source} "{value}": {error}.') from None


def _asker(now: datetime, me: Collection[str], source: str) -> Asker:
    return Asker(now, frozenset(address.lower() for address in me), source)


class _Parser:
    """Reads the text from left to right; each method returns the term of what it read."""

    def __init__(self, text: str, asker: Asker) -> None:
        self._text = text
        self._asker = asker
        self._at = 0
        self._depth = 0

    def conjunction(self, operator: str | None, closing: str) -> Term | None:
        """Read terms up to the closing mark, all of which must be met; None if there is none."""
        found: list[Term] = []
        while not self._over(token := self._peek(), closing):
            if token["word"] == "AND":
                self._between(token, bool(found))
            found.append(self._alternatives(operator))
        return terms.every(found) if found else None

    def _alternatives(self, operator: str | None) -> Term:
        found = [self._unary(operator)]
        while (token := self._peek())["word"] == "OR":
            self._between(token, True)
            found.append(self._unary(operator))
        return terms.some(found)

    def _between(self, token: re.Match[str], something_before: bool) -> None:
        """Step over OR or AND, which must stand between two terms."""
        self._at = token.end()
        after = self._peek()
        if not something_before:
            raise self._error(token, f"there is nothing before {token['word']}")
        if after.lastgroup == "end" or after["mark"] in (")", "}") or after["word"] in ("OR", "AND"):
            raise self._error(token, f"there is nothing after {token['word']}")

    def _over(self, token: re.Match[str], closing: str) -> bool:
        if token["mark"] in (")", "}") and token["mark"] != closing:
            raise self._error(token, f"there is no {'(' if token['mark'] == ')' else '{'} before it")
        return token.lastgroup == "end" or bool(closing and token["mark"] == closing)

    def _unary(self, operator: str | None) -> Term:
        token = self._peek()
        self._at = token.end()
        if token["minus"]:
            if self._text[self._at : self._at + 1].strip(")}") == "" or self._text[self._at].isspace():
                raise self._error(token, "there is nothing right after it")
            term = self._unary(operator)
            return terms.negated(term) if len(token["minus"]) % 2 else term
        if token["mark"]:
            return self._group(token, operator)
        if token["operator"]:
            return self._operator(token)
        if token["word"] == "OR":
            raise self._error(token, "there is nothing before OR")
        return self._term(token, operator, token)

    def _group(self, opening: re.Match[str], operator: str | None) -> Term:
        closing = ")" if opening["mark"] == "(" else "}"
        self._depth += 1
        if self._depth > _DEPTH:
            raise self._error(opening, f"more than {_DEPTH} groups inside each other")
        found = self._braces(operator) if closing == "}" else self.conjunction(operator, closing)
        if self._peek()["mark"] != closing:
            raise self._error(opening, f"there is no {closing} after it")
        self._at = self._peek().end()
        self._depth -= 1
        if found is None:
            raise self._error(opening, "there is nothing inside")
        return found

    def _braces(self, operator: str | None) -> Term | None:
        found: list[Term] = []
        while not self._over(self._peek(), "}"):
            found.append(self._alternatives(operator))
        return terms.some(found) if found else None

    def _operator(self, token: re.Match[str]) -> Term:
        name = token["operator"][:-1].lower()
        if name not in terms.OPERATORS:
            known = " ".join(f"{each}:" for each in terms.OPERATORS)
            raise self._error(token, f"not an operator (there are {known}); in quotes it is searched as text")
        if self._text[self._at : self._at + 1] in ("(", "{"):
            opening = self._peek()
            self._at = opening.end()
            return self._group(opening, name)
        value = _VALUE.match(self._text, self._at)
        if value is None:
            self._peek()  # says so when it is a quote that does not end
            raise self._error(token, "needs a value right after the colon")
        self._at = value.end()
        return self._term(token, name, value)

    def _term(self, token: re.Match[str], operator: str | None, value_token: re.Match[str]) -> Term:
        value = value_token["phrase"] if value_token["word"] is None else value_token["word"]
        if not value.strip():
            raise self._error(token, "there is nothing between the quotes", self._at)
        make = terms.OPERATORS[operator] if operator else terms.words
        try:
            return make(value, self._asker)
        except ValueError as error:
            raise self._error(token, str(error), self._at) from None

    def _peek(self) -> re.Match[str]:
        token = _TOKEN.match(self._text, self._at)
        if token is None:  # the only text no token matches is a quote that never ends
            start = self._text.index('"', self._at)
            raise UsageError(f"{self._asker.source}: the quote at character {start + 1} does not end.")
        return token

    def _error(self, token: re.Match[str], reason: str, end: int = 0) -> UsageError:
        """Return the error about the word that begins at `token` and stops with it, or at `end`."""
        start = token.end() - len(token.group().lstrip())
        word = self._text[start : max(end, token.end())]
        return UsageError(f'{self._asker.source}: at "{word}" (character {start + 1}): {reason}.')
