"""The one gate: reading and what can be undone are free, the rest is asked for, and nothing else counts."""

from dataclasses import dataclass
from typing import ClassVar, get_args

import pytest

from agent.errors import ConsentError
from agent.tools import effects
from agent.tools.effects import FREE, AskElsewhere, Class, Effect
from agent.tools.gate import Gate


@dataclass(frozen=True)
class Read:
    kind: ClassVar[Class] = "read"


@dataclass(frozen=True)
class Local:
    kind: ClassVar[Class] = "local"


@dataclass(frozen=True)
class Outgoing:
    kind: ClassVar[Class] = "outgoing"


@dataclass(frozen=True)
class Destructive:
    kind: ClassVar[Class] = "destructive"


Any4 = Read | Local | Outgoing | Destructive


@pytest.mark.parametrize("effect", [Read(), Local()])
def test_reading_and_what_can_be_undone_are_free(effect: Any4):
    done: list[Any4] = []
    gate: Gate[Any4, None] = Gate(done.append)
    gate.do(effect)
    assert (done, gate.asked) == ([effect], 0)


@pytest.mark.parametrize("effect", [Outgoing(), Destructive()])
def test_what_leaves_or_destroys_is_done_only_after_a_yes_to_just_that(effect: Any4):
    done: list[Any4] = []
    asked: list[Any4] = []
    with pytest.raises(ConsentError):
        Gate(done.append).do(effect)
    with pytest.raises(ConsentError):
        Gate(done.append, lambda each: asked.append(each) is not None).do(effect)
    gate: Gate[Any4, None] = Gate(done.append, lambda each: each is effect)
    gate.do(effect)
    assert (done, asked, gate.asked) == ([effect], [effect], 1)


def test_the_effects_there_are_have_the_classes_written_down_here_and_none_sends_a_draft():
    classes = {each.__name__: each.kind for each in get_args(Effect)}
    assert classes == {"KeepTodo": "local", "KeepDraft": "local", "AskElsewhere": "outgoing"}


def test_the_class_is_no_field_of_an_effect_that_a_caller_could_fill():
    for each in get_args(Effect):
        with pytest.raises(TypeError):
            each(kind="read")  # type: ignore[call-arg]
    with pytest.raises((AttributeError, TypeError)):
        AskElsewhere("x").kind = "read"  # type: ignore[misc]
    assert AskElsewhere("x").kind not in FREE
    assert set(get_args(effects.Class)) - FREE == {"outgoing", "destructive"}
