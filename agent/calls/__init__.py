"""Calls of functions in what a model writes: read, written and asked for, in Meta's dialect for Llama 3.2.

reading  from an answer to calls: Meta's list of Python calls, or JSON; literals only, and nothing that is cut off
prose    what may be shown of an answer before it is known whether it is calls
writing  calls as they stand in the history, and what the system turn says of the functions there are
gbnf     a grammar of just the calls that fit the functions' schemas, for a model that is too weak to be left to itself
"""

from agent.calls.gbnf import grammar
from agent.calls.prose import Prose
from agent.calls.reading import begins, parse, without
from agent.calls.writing import instruction, written

__all__ = ["Prose", "begins", "grammar", "instruction", "parse", "without", "written"]
