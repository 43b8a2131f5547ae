"""A grammar (GBNF, llama.cpp's) of the calls that fit the functions' schemas: what a weak model is held to.

It is for quality only: what is called is checked against the schema again, whoever wrote it.
"""

import json
from collections.abc import Sequence
from dataclasses import replace

from agent.calls.writing import python
from agent.grammars.gbnf import Rules, in_order, literal, repeated, within
from agent.grammars.notation import PLAIN, Notation
from agent.grammars.values import Values
from agent.model import Tool

_OTHERS = repeated('(", " call)', 0, 3)
# No more escapes than JSON and Python share, and a model needs.
_PYTHON = Notation(python, rf'char ::= {within(PLAIN)} | "\\" ["\\nt]')


def grammar(tools: Sequence[Tool]) -> str:
    """Return the grammar of `none`, or of a list of one to four calls of `tools` in Meta's dialect.

    The arguments a call needs come first. How long and large values may be says `agent.grammars.values`. Raises
    ValueError where a tool's parameters are no JSON Schema of an object, or one that cannot be expressed.
    """
    rules = Rules()
    calls = [call for tool in tools if (call := _call(tool, rules))]
    if not calls:
        return 'root ::= "none"'
    root = f'root ::= "none" | "[" call {_OTHERS} "]"'
    return "\n".join([root, f"call ::= {' | '.join(calls)}", *rules.lines(), _PYTHON.character])


def _call(tool: Tool, rules: Rules) -> str | None:
    """Return the rule of the calls of one function; None where no arguments fit."""
    schema = json.loads(tool.parameters)
    if not isinstance(schema, dict):
        raise ValueError(f"the parameters of {tool.name} are no JSON Schema of an object")
    fields = Values(schema, _PYTHON, rules).fields(schema)
    if fields is None:
        return None
    named = [replace(field, start=f"{field.start}=") for field in sorted(fields, key=lambda field: not field.needed)]
    return rules.named(f"{literal(f'{tool.name}(')} {in_order(named, rules)} {literal(')')}")
