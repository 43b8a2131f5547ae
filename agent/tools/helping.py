"""The tool that says what can be asked here, in our words."""

from agent.text import Untrusted
from agent.tools.desk import Desk
from agent.tools.tool import Result

EXAMPLES = (
    "what did Bob decide about the venue?",
    "summarize 3 · read 3 · thread 3 · find invoices from:bob",
    "what is due this week? · add todo call Bob by friday · done t3",
    "reply to 3: Thursday suits me · invite 3 tomorrow at 10",
    "what is on thursday? · when am I free next week?",
)


def help(desk: Desk) -> Result:
    """Say what the user can ask for here."""
    lines = ["Ask about your mail, or say:", *(f"  {each}" for each in EXAMPLES)]
    lines.append(
        "Mail is only read here: nothing deletes, moves, marks or forwards it, and nothing is sent without your yes."
    )
    if desk.mail is None:
        lines.append("No mailbox is open: /open PATH opens one.")
    return Result({"examples": list(EXAMPLES)}, "said what can be asked", Untrusted("\n".join(lines)))
