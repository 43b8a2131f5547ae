"""The tool that puts a question to the larger model of the settings: the user's own words, no argument of a model's."""

import re

from agent.errors import UsageError
from agent.tools.desk import Desk
from agent.tools.effects import AskElsewhere
from agent.tools.tool import BadCall, Result

_ASKED = re.compile(
    r"(?:please |bitte )?(?:ask|frage?) (?:the |die )?(?:cloud|larger model|bigger model|big model)\b[\s:,.?!]*",
    re.IGNORECASE,
)


def ask_cloud(desk: Desk) -> Result:
    """Put what the user just typed, word for word, to a larger model elsewhere; they are asked first."""
    if desk.settings.cloud is None:
        raise UsageError("no larger model is configured (llama-agent cloud status says how).")
    words = desk.words.strip()
    asked = _ASKED.match(words)
    question = (words[asked.end() :] or desk.before.strip()) if asked else words
    if not question:
        raise BadCall("say what to ask: ask the cloud what a fjord is.")
    return Result({}, "asked the larger model", effect=AskElsewhere(question))
