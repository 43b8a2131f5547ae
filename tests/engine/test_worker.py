"""Calls on the worker thread: results, deadlines and Ctrl-C."""

import time
from collections.abc import Iterator

import pytest

from agent.engine.worker import Worker
from tests.engine.interrupting import ctrl_c


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    yield worker
    worker.close()


def test_a_call_returns_what_the_function_returns(worker: Worker) -> None:
    assert worker.call(divmod, 7, 2) == (3, 1)


def test_a_call_past_its_time_is_told_to_stop_and_is_over_when_the_error_arrives(worker: Worker) -> None:
    over: list[bool] = []
    with pytest.raises(TimeoutError):
        worker.call(_until_stopped, worker, over, until=time.monotonic() + 0.01)
    assert over == [True]


def test_ctrl_c_stops_a_call_and_the_next_one_runs(worker: Worker) -> None:
    over: list[bool] = []
    with ctrl_c(0.01):
        worker.call(_until_stopped, worker, over)
    assert over == [True]
    assert worker.call(len, "abc") == 3


def _until_stopped(worker: Worker, over: list[bool]) -> None:
    while not worker.stopping:
        time.sleep(0.001)
    time.sleep(0.01)
    over.append(True)
