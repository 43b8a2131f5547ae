"""What a tool is: a plain typed function whose first argument is what it works with, and whose docstring says what for.

Nobody writes a schema: it is the signature's (pydantic), and what a model passes is checked against it here, whichever
grammar it was written under.
"""

import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, get_type_hints

from agent import model
from agent.mail.message import NOWHERE, Message, Receipt
from agent.text import Untrusted
from agent.tools.effects import Class, Effect

_TOLD = 20_000  # characters of a result


class BadCall(Exception):
    """A call that cannot be carried out; its words are ours, and are a message to the model."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a call.

    `value` is put to the model as JSON (strings in it may be a message's words), `said` is one line for the user, in
    our words, and `text` all a person would want to read of it. `messages` were read for it, `receipts` are the words
    in them that matter. `effect` is still to be performed.
    """

    value: Any
    said: str
    text: Untrusted = NOWHERE
    messages: tuple[Message, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    effect: Effect | None = None


@dataclass(frozen=True, slots=True)
class Tool:
    """A function a model may call, and the class of what it brings about.

    `run(desk, **arguments)` returns a Result and raises BadCall, or an AgentError, whose sentence the model is told.
    """

    run: Callable[..., Result]
    kind: Class = "read"

    @property
    def name(self) -> str:
        """The function's name."""
        return self.run.__name__

    @property
    def declared(self) -> model.Tool:
        """What a model is told of it."""
        return model.Tool(self.name, inspect.getdoc(self.run) or "", json.dumps(schema(self.run)))

    def arguments(self, text: str) -> dict[str, Any]:
        """Return the arguments in JSON text, checked against the signature. Raises BadCall, saying which is wrong."""
        return checked(self.run, text)


def told(value: Any) -> str:
    """Return what a model is told of a result: JSON text, cut where it is too long.

    Halves of surrogate pairs become question marks. Raises TypeError for what is no JSON, texts apart.
    """
    text = json.dumps(value, ensure_ascii=False, default=_plain).encode("utf-8", "replace").decode()
    return text if len(text) <= _TOLD else f"{text[:_TOLD]} (cut: {len(text):,} characters)"


@cache
def schema(run: Callable[..., Result]) -> dict[str, Any]:
    """Return the JSON Schema of a tool's arguments, all but the first."""
    made: dict[str, Any] = _arguments(run).model_json_schema()
    made.pop("title", None)
    for field in made.get("properties", {}).values():
        field.pop("title", None)
    return made


def checked(run: Callable[..., Result], text: str) -> dict[str, Any]:
    """Return the arguments in JSON text. Raises BadCall; its words quote nothing of the text but names of ours."""
    from pydantic import ValidationError

    try:
        made = _arguments(run).model_validate_json(text, strict=True)
    except ValidationError as error:
        known = set(schema(run).get("properties", {}))
        wrong = [
            f"{'.'.join(str(part) for part in each['loc'] if part in known) or 'the arguments'}: {each['type']}"
            for each in error.errors(include_input=False, include_url=False)[:5]
        ]
        raise BadCall(f"{run.__name__} was called wrongly ({'; '.join(wrong)}).") from None
    except (RecursionError, UnicodeEncodeError):
        raise BadCall(f"{run.__name__} was called wrongly (no JSON that can be read).") from None
    return {name: getattr(made, name) for name in type(made).model_fields}


def _plain(value: Any) -> str:
    if isinstance(value, Untrusted):
        return value.raw
    raise TypeError(f"{type(value).__name__} cannot be told")


@cache
def _arguments(run: Callable[..., Result]) -> Any:
    from pydantic import ConfigDict, create_model

    hints = get_type_hints(run, include_extras=True)
    parameters = list(inspect.signature(run).parameters.values())[1:]
    fields: dict[str, Any] = {
        each.name: (hints[each.name], ... if each.default is each.empty else each.default) for each in parameters
    }
    return create_model(run.__name__, __config__=ConfigDict(extra="forbid"), **fields)
