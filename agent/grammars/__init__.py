"""Grammars (GBNF, llama.cpp's) of the texts that fit a JSON Schema, for a model that is held to them.

schema    what a JSON Schema says: references followed, parts put together, what cannot be expressed refused
values    the rules of the values that fit it, in JSON or in another notation
notation  how a notation spells values; JSON's
strings   the strings that are dates, times and UUIDs
patterns  the strings that match a regular expression
ranges    numbers between two bounds, digit by digit
gbnf      rules, and the literals and choices they are made of
"""

from agent.grammars.gbnf import Rules
from agent.grammars.notation import JSON
from agent.grammars.values import Values

__all__ = ["of_schema"]


def of_schema(schema: object) -> str:
    """Return the grammar of the JSON texts that fit `schema`, a JSON Schema as pydantic writes it.

    Each value has one spelling: that of `json.dumps` with `ensure_ascii=False`, U+007F escaped, an object's fields in
    the schema's order, those that are not required there or not. Every text of the grammar fits the schema. Not every
    value that fits has a text; what `agent.grammars.values` bounds is at most as long, large or deep as said there.
    Raises ValueError where something of the schema cannot be expressed, and where no value fits it.
    """
    rules = Rules()
    root = Values(schema, JSON, rules).value(schema)
    if root is None:
        raise ValueError("no value fits the schema")
    return "\n".join([f"root ::= {root}", *rules.lines(), JSON.character])
