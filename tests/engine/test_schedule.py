"""The order of the work: a pure function, tried with any requests and any answers."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.engine.schedule import ALONE, Begin, Open, Read, Schedule, Work, Write

MOST = 4096


@dataclass
class Run:
    """What a schedule had done for requests of (tokens needed, turns to read the prompt, tokens written)."""

    asked: list[tuple[int, int, int]]
    budget: int
    slots: int = 16
    work: list[Work] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    order: list[int] = field(default_factory=list)

    def play(self, ahead: int = 16) -> "Run":
        """Have all requests done, and check at each turn what must hold."""
        schedule = Schedule(lambda size: max(1, min(self.slots, self.budget // size)), MOST)
        size = slots = taken = 0
        content: dict[int, int] = {}  # slot: number
        turns, written = {}, dict.fromkeys(range(len(self.asked)), 0)
        reading = -1
        while True:
            while taken < len(self.asked) and schedule.waiting < ahead:
                schedule.add(taken, self.asked[taken][0])
                taken += 1
            work = schedule.next(size, slots)
            if work is None:
                assert not content
                return self
            self.work.append(work)
            if isinstance(work, Open):
                assert not content
                size, slots = work.size, work.slots
                assert 1 <= slots <= self.slots
                assert slots == 1 or size * slots <= self.budget
            elif isinstance(work, Begin):
                assert self.asked[work.number][0] <= size
                slot = slots - 1 if work.slot is None else work.slot
                assert slot in range(slots)
                assert slot not in content
                reading, turns[work.number] = work.number, self.asked[work.number][1]
                content[slot] = work.number
            elif isinstance(work, Read):
                turns[reading] -= 1
                if not turns[reading]:
                    (slot,) = [slot for slot, number in content.items() if number == reading]
                    self._move(content, schedule.read(slot, slots))
                    self._written(schedule, content, written, {reading})
            else:
                writers = schedule.writers()
                self.widths.append(len(writers))
                places = [schedule.slot(number) for number in writers]
                assert places == list(range(places[0], places[0] + len(places)))
                assert [content[place] for place in places] == writers
                self._written(schedule, content, written, set(writers))

    def _written(self, schedule: Schedule, content: dict[int, int], written: dict[int, int], who: set[int]) -> None:
        for number in who:
            written[number] += 1
        done = {number for number in who if written[number] >= self.asked[number][2]}
        for slot in [slot for slot, number in content.items() if number in done]:
            del content[slot]
        self._move(content, schedule.finished(done))
        self.order += sorted(done)

    @staticmethod
    def _move(content: dict[int, int], moves: tuple[tuple[int, int], ...]) -> None:
        for source, target in moves:
            assert target not in content
            content[target] = content.pop(source)


REQUESTS = st.lists(st.tuples(st.integers(1, MOST), st.integers(1, 6), st.integers(1, 80)), max_size=40)


@settings(deadline=None, max_examples=300)
@given(asked=REQUESTS, budget=st.integers(1, 40_000), slots=st.integers(1, 16), ahead=st.integers(1, 16))
def test_every_request_is_done_in_slots_side_by_side(
    asked: list[tuple[int, int, int]], budget: int, slots: int, ahead: int
) -> None:
    run = Run(asked, budget, slots).play(ahead)
    assert sorted(run.order) == list(range(len(asked)))
    assert run.work == Run(asked, budget, slots).play(ahead).work


@pytest.mark.parametrize("tokens", [1, 10, ALONE])
def test_the_first_request_runs_alone(tokens: int) -> None:
    run = Run([(300, 3, tokens), *[(300, 3, 30)] * 9], 16 * 512).play()
    assert run.order[0] == 0
    alone = run.work[: 2 + 3 + tokens - 1]
    assert alone == [Open(512, 10), Begin(0, 0), *[Read()] * 3, *[Write()] * (tokens - 1)]
    assert isinstance(run.work[len(alone)], Begin)


def test_one_that_writes_for_long_does_not_hold_up_the_others() -> None:
    run = Run([(4000, 1, 2000), *[(300, 1, 5)] * 20], 16 * 4096).play()
    assert run.order[-1] == 0
    assert max(run.widths) > 1


def test_a_prompt_is_read_in_turn_with_those_that_write() -> None:
    run = Run([(300, 1, 1), (300, 1, 60), (4000, 20, 1)], 16 * 4096).play()
    begun = run.work.index(Begin(2, 1))
    assert run.work[begun + 1 : begun + 11] == [Read(), Write()] * 5


def test_slots_are_kept_full_while_requests_wait() -> None:
    run = Run([(300, 2, 60)] * 200, 16 * 512).play()
    assert sum(run.widths) / len(run.widths) > 13


def test_a_request_too_large_for_the_slots_is_passed_a_bounded_number_of_times() -> None:
    run = Run([*[(300, 1, 10)] * 20, (3000, 1, 10), *[(300, 1, 10)] * 400], 4 * 4096 + 16 * 512, 4).play()
    assert run.order.index(20) < 20 + 4 * 64


def test_after_a_large_request_the_slots_are_many_again() -> None:
    run = Run([(4000, 4, 5), *[(300, 1, 20)] * 100], 16 * 512).play()
    assert [work for work in run.work if isinstance(work, Open)] == [Open(4096, 2), Open(512, 16)]


@given(st.integers(1, MOST))
def test_a_slot_is_a_power_of_two_or_all_the_model_has(needed: int) -> None:
    first = Schedule(_one, MOST - 7)
    first.add(0, min(needed, MOST - 7))
    work = first.next(0, 0)
    assert isinstance(work, Open)
    assert work.size >= min(needed, MOST - 7)
    assert work.size in (512, 1024, 2048, MOST - 7)


def test_slots_that_hold_a_talk_are_kept_beside_the_one_that_is_used() -> None:
    schedule = Schedule(lambda size: 5, MOST, kept=3)
    schedule.add(0, 100)
    assert schedule.next(512, 1) == Open(512, 3)
    assert schedule.next(512, 3) == Begin(0, None)


def test_a_run_of_several_requests_needs_no_more_slots_than_it_has_requests() -> None:
    schedule = Schedule(lambda size: 5, MOST, kept=3)
    schedule.add(0, 100)
    schedule.add(1, 100)
    assert schedule.next(0, 0) == Open(512, 2)


@pytest.mark.parametrize("left", [(512, 1), (512, 3), (512, 16), (2048, 2), (4096, 1)])
def test_whatever_slots_another_run_left_the_work_is_the_same(left: tuple[int, int]) -> None:
    schedule = Schedule(lambda size: 16, MOST, kept=3)
    for number in range(2):
        schedule.add(number, 300)
    work = schedule.next(*left)
    assert work == Open(512, 2)
    assert schedule.next(512, 2) == Begin(0, 0)


_one: Callable[[int], int] = lambda size: 1  # noqa: E731
