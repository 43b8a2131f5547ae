"""What takes too long is broken off, and nothing else is."""

import signal
import threading
import time

import pytest

from agent.patience import at_most


def test_what_takes_too_long_is_broken_off():
    began = time.monotonic()
    with pytest.raises(TimeoutError), at_most(0.05):
        time.sleep(60)
    assert time.monotonic() - began < 30


def test_what_does_not_is_left_alone_and_so_is_what_comes_after():
    before = signal.getsignal(signal.SIGALRM)
    with at_most(0.05):
        pass
    time.sleep(0.1)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_another_thread_takes_as_long_as_it_takes():
    done: list[bool] = []

    def work() -> None:
        with at_most(0.01):
            time.sleep(0.05)
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]
