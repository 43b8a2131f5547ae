"""How likely an English sentence asks for something or promises it: weights over its words, fitted by evals.asking.

A feature is a run of one to three words, how the sentence opens, or what the rules say of it. Features are known by a
hash of 16 bits only, so the file holds no words of the sentences it was fitted on. The score is the sum of the weights
over the root of how many features there are: each sentence is a vector of length one.
"""

import base64
import json
import math
import re
import zlib
from functools import lru_cache
from typing import NamedTuple

from agent.asking.plain import plain
from agent.asking.rules import asks
from agent.resources import resource

BUCKETS = 1 << 16
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[^\w\s]")
_PLACE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+")


class Weights(NamedTuple):
    """`buckets[hash of a feature]`, signed bytes in steps of `scale`; a score above `threshold` says yes."""

    buckets: memoryview
    scale: float
    bias: float
    threshold: float


def score(sentence: str) -> float:
    """Return how far `sentence`, an English one, is above the threshold; below it, a negative number.

    Above it, the sentence more likely asks for something or promises it than not.
    """
    weights = _weights()
    found = buckets(sentence)
    total = sum(weights.buckets[each] for each in found) * weights.scale
    return total / math.sqrt(max(1, len(found))) + weights.bias - weights.threshold


def buckets(sentence: str) -> set[int]:
    """Return the hashes of the features of `sentence`; see `plain` for how much of it is read."""
    text = plain(sentence).lower()
    words = ["0" if word.isdigit() else word for word in _WORD.findall(_PLACE.sub(" @ ", text))]
    framed = ["^", *words, "$"]
    features = {" ".join(framed[at : at + n]) for n in (1, 2, 3) for at in range(len(framed) - n + 1)}
    features |= {"opens " + " ".join(words[:n]) for n in (1, 2, 3)}
    features |= {f"asks {asks(sentence)}", f"question {'?' in text}"}
    return {zlib.crc32(feature.encode()) % BUCKETS for feature in features}


@lru_cache(maxsize=1)
def _weights() -> Weights:
    kept = json.loads(resource("models", "asking.json").read_text("utf-8"))
    data = zlib.decompress(base64.b64decode(kept["weights"]))
    return Weights(memoryview(data).cast("b"), kept["scale"], kept["bias"], kept["threshold"])
