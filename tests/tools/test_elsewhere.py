"""The tool that puts the user's own words to a larger model."""

import pytest

from agent.endpoints import Cloud
from agent.errors import UsageError
from agent.tools.effects import AskElsewhere
from agent.tools.elsewhere import ask_cloud
from agent.tools.tool import BadCall
from tests.tools.desks import desk

CLOUD = Cloud(url="https://api.example.org/v1", model="large")


@pytest.mark.parametrize(
    ("typed", "before", "asked"),
    [
        ("ask the cloud what a fjord is", "", "what a fjord is"),
        ("Ask the larger model: what is a fjord?", "", "what is a fjord?"),
        ("frag die Cloud, was ein Fjord ist", "", "was ein Fjord ist"),
        ("what is a fjord?", "", "what is a fjord?"),
        ("ask the cloud", "what is a fjord?", "what is a fjord?"),
    ],
)
def test_it_is_what_was_typed_and_else_what_was_typed_before(typed: str, before: str, asked: str):
    with desk(words=typed) as at:
        at.settings, at.before = at.settings.model_copy(update={"cloud": CLOUD}), before
        assert ask_cloud(at).effect == AskElsewhere(asked)


def test_without_a_question_or_a_model_it_is_said_what_is_missing():
    with desk(words="ask the cloud") as at:
        with pytest.raises(UsageError, match="no larger model is configured"):
            ask_cloud(at)
        at.settings = at.settings.model_copy(update={"cloud": CLOUD})
        with pytest.raises(BadCall, match="say what to ask"):
            ask_cloud(at)
