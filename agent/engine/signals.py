"""How sure the model was: numbers read off the logits it chose from, one pass over the vocabulary per token."""

import math
from typing import TYPE_CHECKING, TypeAlias

from agent.errors import ModelError
from agent.model import Signals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy import float32, float64, int64
    from numpy.typing import NDArray

    Row: TypeAlias = NDArray[float32]
    Rows: TypeAlias = NDArray[float32]
    Ids: TypeAlias = NDArray[int64]


class Meter:
    """Collects the Signals of one completion; the decision to end counts as a token."""

    def __init__(self) -> None:
        self._logprobs: list[float] = []
        self._entropies: list[float] = []
        self._masses: list[float] = []
        self._margin = 0.0

    def add(self, row: "Row", token: int, legal: "Ids | None" = None) -> None:
        """Note that `token` was chosen from the logits `row`, of which the grammar allowed `legal`.

        Raises ModelError where the logits are not numbers.
        """
        import numpy as np

        top = float(row.max())
        if not math.isfinite(top):
            raise ModelError(
                "The model computes no numbers: its weights are damaged.",
                ("llama-agent models verify", "check the file against its checksum"),
            )
        weights = np.exp(row - np.float32(top))
        total = float(weights.sum())
        norm = top + math.log(total)
        if not self._logprobs:
            second, first = np.partition(row, -2)[-2:]
            self._margin = float(first - second)
        self._logprobs.append(float(row[token]) - norm)
        self._entropies.append(norm - float(weights @ row) / total)
        if legal is not None:
            self._masses.append(min(1.0, float(weights[legal].sum()) / total))

    def signals(self) -> Signals | None:
        """Return the signals so far, None before the first token."""
        import numpy as np

        if not self._logprobs:
            return None
        return Signals(
            tokens=len(self._logprobs),
            mean_logprob=math.fsum(self._logprobs) / len(self._logprobs),
            low_logprob=float(np.quantile(self._logprobs, 0.1)),
            mean_entropy=math.fsum(self._entropies) / len(self._entropies),
            first_margin=self._margin,
            legal_mass=math.fsum(self._masses) / len(self._masses) if self._masses else None,
        )


def logprobs(rows: "Row", tokens: "Sequence[int]") -> "NDArray[float64]":
    """Return the log-probability of `tokens[i]` under the logits `rows[i]`."""
    import numpy as np

    top = rows.max(axis=1, keepdims=True)
    chosen = rows[np.arange(len(tokens)), tokens] - top[:, 0]
    result: NDArray[float64] = (chosen - np.log(np.exp(rows - top).sum(axis=1))).astype(np.float64)
    return result
