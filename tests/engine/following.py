"""What a grammar lets through: is a text of it, and what do random weights write under it?"""

import numpy as np

from agent.engine.grammar import Constraint
from agent.engine.llama import LlamaModel


def accepts(model: LlamaModel, grammar: str, text: str) -> bool:
    """Return whether `text` is a whole sentence of the grammar."""
    constraint = Constraint(model, grammar)
    try:
        for token in model.tokenize(text):
            if not constraint.allows(token):
                return False
            constraint.accept(token)
        return any(constraint.allows(token) for token in range(model.size) if model.ends(token))
    finally:
        constraint.close()


def follow(model: LlamaModel, grammar: str, seed: int, most: int = 2000) -> str | None:
    """Return what random weights write under the grammar, None where no end came.

    What ends things is likelier, so that they end; llama.cpp's grammars let bytes through that are no text in UTF-8.
    """
    random, constraint, said = np.random.default_rng(seed), Constraint(model, grammar), b""
    liked = [model.tokenize(mark)[0] for mark in '"])}']
    others = [token for token in range(model.size) if not model.piece(token).isascii()]
    try:
        for _ in range(most):
            row = random.standard_normal(model.size).astype(np.float32) * 3
            row[liked] += 6
            row[others] -= 100
            token, _ = constraint.choose(row)
            if model.ends(token):
                return said.decode()
            constraint.accept(token)
            said += model.piece(token)
        return None
    finally:
        constraint.close()
