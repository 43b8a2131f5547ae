"""Requests that wait for a model, and may become more while it works: an answer can bring the next question."""

from collections import deque
from collections.abc import Iterable, Iterator

from agent.model import Request


class Waiting:
    """The requests of one `Model.run`, handed over as the model asks for them; `len` is how many are not yet.

    Iterating yields None where none waits and some are unanswered, and ends where none is: so whoever reads the
    answers adds what an answer asks for before the model goes on, and says `answered` of each Done.
    """

    def __init__(self) -> None:
        self._requests: deque[Request] = deque()
        self._unanswered = 0

    def __len__(self) -> int:
        return len(self._requests)

    def add(self, requests: Iterable[Request]) -> None:
        """Put requests at the end."""
        self._requests.extend(requests)

    def add_first(self, request: Request) -> None:
        """Put a request before all others: it ends something that was begun."""
        self._requests.appendleft(request)

    def answered(self) -> None:
        """Take note of a Done."""
        self._unanswered -= 1

    def __iter__(self) -> Iterator[Request | None]:
        while self._requests or self._unanswered:
            if self._requests:
                self._unanswered += 1
                yield self._requests.popleft()
            else:
                yield None
