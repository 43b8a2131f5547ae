"""What is said of a claim: whether it holds, why not, and the sentences it rests on."""

from dataclasses import dataclass

from agent.sentences import Span

NOTHING = "it says nothing"
LONG = "it is too long to check"
FACT = "a number, date or address is not in the words it rests on"
NAME = "a name is not in the words it rests on"
WORD = "a word is not in the words it rests on"
QUESTION = "a question is told as a fact"
SPEAKER = "someone else is said to ask or say it"
GENERIC = frozenset(
    {"sender", "author", "writer", "the sender", "the author", "the writer", "absender", "der absender"}
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a claim holds; why not, in our words; and the sentences of the source it rests on best."""

    ok: bool
    failures: tuple[str, ...]
    spans: tuple[Span, ...]
