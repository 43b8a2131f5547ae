"""Ctrl-C at a moment of a test's choice."""

import gc
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def ctrl_c(after: float) -> Iterator[None]:
    """Press Ctrl-C after so many seconds; what is done meanwhile has to end with the KeyboardInterrupt.

    No garbage is collected meanwhile: hypothesis looks on by a callback, and what is raised in one Python ignores.
    """
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    gc.disable()
    try:
        signal.setitimer(signal.ITIMER_REAL, after)
        with pytest.raises(KeyboardInterrupt):
            yield
    finally:
        gc.enable()
        signal.signal(signal.SIGALRM, before)
