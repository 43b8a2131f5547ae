"""The thread that runs llama.cpp.

Python handles Ctrl-C between bytecodes of the main thread, and a call into C is one bytecode: 128 tokens of a
3B model take seconds. So long calls run here while the main thread waits, which Ctrl-C does interrupt. A single
thread also keeps OpenMP to a single team, runs callbacks from C where no KeyboardInterrupt can land, and, as
everything that changes a context goes through it, never frees memory that is being computed on.
"""

import math
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")


class Worker:
    """Runs one call at a time; `stopping` is what the callbacks given to llama.cpp look at."""

    def __init__(self) -> None:
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        self.stopping = False
        threading.Thread(target=self._serve, name="llama", daemon=True).start()

    def call(self, function: Callable[..., T], *arguments: Any, until: float = math.inf) -> T:
        """Return `function(*arguments)`.

        Raises TimeoutError at `until` (of time.monotonic) and lets KeyboardInterrupt pass; either way the call is
        stopped and over by then, so what it worked on may be used or freed.
        """
        self.stopping = False
        call = _Call(function, arguments)
        self._calls.put(call)
        try:
            # A bare lock: its wait is one call into C, while Condition and Future break when interrupted midway.
            if not call.over.acquire(timeout=-1 if until == math.inf else max(0.0, until - time.monotonic())):
                raise TimeoutError
        except BaseException:
            self.stopping = True
            call.outlast()
            raise
        result: T = call.result()
        return result

    def close(self) -> None:
        """End the thread once it is idle; safe to call twice."""
        self._calls.put(None)

    def _serve(self) -> None:
        while call := self._calls.get():
            call.run()


class _Call:
    def __init__(self, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
        self._function, self._arguments = function, arguments
        self._value: Any = None
        self._error: BaseException | None = None
        self._finished = False
        self.over = threading.Lock()
        self.over.acquire()

    def run(self) -> None:
        try:
            self._value = self._function(*self._arguments)
        except BaseException as error:
            self._error = error
        self._finished = True
        self.over.release()

    def result(self) -> Any:
        if self._error:
            raise self._error
        return self._value

    def outlast(self) -> None:
        """Wait for the end, also through a second Ctrl-C: memory in use must not be freed."""
        while not self._finished:
            with suppress(KeyboardInterrupt):
                time.sleep(0.001)
