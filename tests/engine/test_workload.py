"""What a model is measured with: made-up mail, the same each time, and the seconds full answers would take."""

import math
import time
from collections.abc import Iterable, Iterator

from agent.engine import workload
from agent.model import Completion, Done, Event, Request, Usage
from agent.scripted import ScriptedModel
from agent.text import Untrusted


class Writing(ScriptedModel):
    """A model that takes so many seconds for so many tokens, and remembers whether it was stopped."""

    def __init__(self, tokens: int, seconds: float) -> None:
        super().__init__(lambda request: "")
        self.tokens, self.seconds, self.answered, self.stopped = tokens, seconds, 0, False

    def run(self, requests: Iterable[Request]) -> Iterator[Event]:
        try:
            for request in requests:
                time.sleep(self.seconds)
                self.answered += 1
                yield Done(request.id, Completion(Untrusted(""), "length", Usage(output_tokens=self.tokens)))
        finally:
            self.stopped = True


def test_the_prompts_are_the_same_each_time_and_all_about_different_texts() -> None:
    asked = workload.requests(32)
    assert asked == workload.requests(32)
    assert workload.requests(8) == asked[:8]
    assert len({request.turns[-1] for request in asked}) == 32
    assert len({request.turns[:-1] for request in asked}) == 1  # the instruction, which an engine may share
    texts = [segment for request in asked for segment in request.turns[-1].segments if isinstance(segment, Untrusted)]
    assert all(workload.WORDS <= len(text.raw.split()) < workload.WORDS + 20 for text in texts)


def test_answers_that_end_early_count_as_if_they_had_not() -> None:
    asked = workload.requests(4)
    full = workload.timed(Writing(workload.TOKENS, 0.01), asked, math.inf)
    half = workload.timed(Writing(workload.TOKENS // 2, 0.01), asked, math.inf)
    assert 0.04 <= full < 0.2
    assert 0.08 <= half < 0.4
    assert workload.timed(Writing(0, 0.0), asked, math.inf) >= 0


def test_a_trial_that_takes_too_long_is_given_up_and_the_model_stopped() -> None:
    model = Writing(workload.TOKENS, 0.02)
    assert workload.timed(model, workload.requests(32), 0.03) == math.inf
    assert (model.answered, model.stopped) == (2, True)
