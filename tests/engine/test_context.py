"""A llama.cpp context of many sequences: each computed as if it were alone, dumped here and restored there."""

from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from agent.engine.context import AT_ONCE, Context, Layout, Next
from agent.engine.llama import LlamaModel
from agent.engine.prefixes import Kept
from agent.engine.setup import Setup
from agent.engine.slots import Slots
from agent.engine.worker import Worker
from tests.engine.tiny_gguf import write_tiny_gguf

TEXT = tuple(range(20, 100))


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaModel]:
    path = write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf")
    with closing(Worker()) as worker, closing(LlamaModel(path, worker, repack=False)) as model:
        yield model


def test_what_lies_in_other_slots_changes_no_bit(model: LlamaModel) -> None:
    with closing(_context(model, 1)) as alone, closing(_context(model, 5)) as crowded:
        wanted = alone.read(0, 0, TEXT).copy()
        for slot in (0, 1, 2, 4):
            crowded.read(slot, 0, TEXT[slot : slot + 40])
        assert np.array_equal(crowded.read(3, 0, TEXT), wanted)


def test_a_step_of_several_sequences_is_the_same_in_any_slots_side_by_side(model: LlamaModel) -> None:
    def stepped(first: int) -> np.ndarray:
        with closing(_context(model, 6)) as context:
            for place in range(3):
                context.read(first + place, 0, TEXT[: 10 * (place + 1)])
            tokens = [Next(first + place, 10 * (place + 1), 7 + place) for place in range(3)]
            return context.step(tokens).copy()

    assert np.array_equal(stepped(0), stepped(3))


@pytest.mark.parametrize("slots", [(1, 0, 1, 0), (1, 0, 4, 2), (5, 3, 1, 0), (3, 1, 7, 6)])
def test_a_dump_is_restored_in_any_slot_of_any_context(model: LlamaModel, slots: tuple[int, int, int, int]) -> None:
    count, slot, count_there, slot_there = slots
    with closing(_context(model, count)) as here, closing(_context(model, count_there)) as there:
        here.read(slot, 0, TEXT)
        state = here.dump(slot)
        there.read(slot_there, 0, TEXT[5:])
        assert there.restore(slot_there, state)
        wanted = here.step([Next(slot, len(TEXT), 5)]).copy()
        assert np.array_equal(there.step([Next(slot_there, len(TEXT), 5)]), wanted)


def test_a_state_that_does_not_fit_is_refused_and_leaves_the_slot_empty(model: LlamaModel) -> None:
    with closing(_context(model, 2, size=512)) as large, closing(_context(model, 2, size=256)) as small:
        for start in range(0, 400, 80):
            large.read(0, start, TEXT)
        assert not small.restore(1, large.dump(0))
        assert not small.restore(1, large.dump(0)[:-5])
        wanted = large.read(1, 0, TEXT).copy()
        assert np.array_equal(small.read(1, 0, TEXT), wanted)


def test_several_tokens_of_one_sequence_may_be_read_in_a_step(model: LlamaModel) -> None:
    with closing(_context(model, 3)) as context:
        for slot in range(3):
            context.read(slot, 0, TEXT[:10])
        counts = (1, AT_ONCE, 3)
        tokens = [Next(slot, 10 + at, TEXT[10 + at]) for slot in range(3) for at in range(counts[slot])]
        rows = context.step(tokens).copy()
        assert rows.shape == (3, model.size)
        for slot, count in enumerate(counts):
            context.keep(slot, 0)
            assert np.allclose(context.read(slot, 0, TEXT[: 10 + count]), rows[slot], atol=1e-3)


def test_what_a_slot_held_beyond_what_is_kept_is_forgotten(model: LlamaModel) -> None:
    with closing(_context(model, 2)) as context:
        wanted = context.read(0, 0, TEXT[:30]).copy()
        context.read(0, 30, TEXT[30:])
        context.keep(0, 0)
        assert np.array_equal(context.read(0, 0, TEXT[:30]), wanted)


def test_slots_that_are_made_anew_hold_what_the_old_ones_held(model: LlamaModel) -> None:
    chunks = [TEXT[:30], TEXT[30:50], TEXT[50:]]
    with closing(_context(model, 1)) as first, closing(_context(model, 3, size=1024)) as second:
        old, new = Slots(first, Kept(None, {})), Slots(second, Kept(None, {}))
        assert old.begin(0, chunks, 0) == 0
        rows = [old.read(0, chunk, 0).copy() for chunk in chunks]
        (before,) = old.held(3)
        first.step([Next(0, len(TEXT), 5)])  # an answer, which nobody needs again
        assert old.held(3) == [before]
        new.hold(old.held(3))
        assert new.best(chunks, 0) == 0
        assert new.begin(0, chunks, 0) == 2  # the last chunk is always read: its logits are what comes next
        assert np.array_equal(new.read(0, chunks[2], 0), rows[2])


def test_an_instruction_is_read_once_for_all_slots(model: LlamaModel) -> None:
    with closing(_context(model, 3)) as context:
        slots = Slots(context, Kept(None, {}))
        one, other = [TEXT[:30], TEXT[30:40]], [TEXT[:30], TEXT[40:60]]
        assert slots.begin(0, one, 30) == 0
        for chunk in one:
            slots.read(0, chunk, 30)
        assert slots.begin(2, other, 30) == 1
        row = slots.read(2, other[1], 30).copy()
        assert slots.begin(1, [*other[:1], TEXT[:5]], 0) == 0  # no instruction of 0 tokens is kept
        context.keep(1, 0)
        context.read(1, 0, other[0])
        assert np.array_equal(context.read(1, 30, other[1]), row)


def test_an_instruction_that_cannot_be_restored_is_read_again_whatever_the_slot_held(model: LlamaModel) -> None:
    class Spoilt:
        def get(self, tokens: tuple[int, ...]) -> bytes:
            return b"no state of this context"

        def put(self, tokens: tuple[int, ...], state: bytes) -> None:
            """Keep nothing."""

    first, second = [TEXT[:20], TEXT[20:40]], [TEXT[:20], TEXT[40:60], TEXT[60:]]
    with closing(_context(model, 1)) as context, closing(_context(model, 1)) as new:
        slots = Slots(context, Spoilt())
        slots.begin(0, first, 0)
        for chunk in first:
            slots.read(0, chunk, 0)
        assert slots.begin(0, second, 40) == 0
        for chunk in second:
            row = slots.read(0, chunk, 40)
        for at, chunk in ((0, second[0]), (20, second[1]), (40, second[2])):
            wanted = new.read(0, at, chunk)
        assert np.array_equal(row, wanted)


class Interrupted(Context):
    """A context in which Ctrl-C comes when a slot was emptied and not filled yet."""

    def restore(self, slot: int, state: bytes) -> bool:
        self.keep(slot, 0)
        raise KeyboardInterrupt


@pytest.mark.parametrize("what", ["begin", "move"])
def test_a_slot_in_which_a_state_was_being_restored_is_not_taken_to_hold_anything(model: LlamaModel, what: str) -> None:
    class Kept:
        def get(self, tokens: tuple[int, ...]) -> bytes:
            return b"any"

        def put(self, tokens: tuple[int, ...], state: bytes) -> None:
            """Keep nothing."""

    chunks = [TEXT[:20], TEXT[20:40], TEXT[40:60]]
    with closing(Interrupted(model, model._worker, Layout(512, 2), Setup(threads=1))) as context:
        slots = Slots(context, Kept())
        for slot in (0, 1):
            slots.begin(slot, chunks, 0)
            for chunk in chunks:
                slots.read(slot, chunk, 0)
        with pytest.raises(KeyboardInterrupt):
            slots.begin(1, [chunks[0], TEXT[5:25], TEXT[:9]], 40) if what == "begin" else slots.move(0, 1)
        assert [slots.length(slot) for slot in (0, 1)] == [60, 0]
        assert slots.begin(1, chunks, 0) == 0
        assert slots.begin(0, chunks, 0) == 2


def _context(model: LlamaModel, slots: int, size: int = 512) -> Context:
    return Context(model, model._worker, Layout(size, slots), Setup(threads=1))
