"""Conversations as tokens, so that no message can speak as us.

Only the scaffold written in this file may become control tokens. All other text, ours as well as a message's, is
tokenised as plain text: `<|eot_id|>` in a mail is seven ordinary tokens. The Jinja template in a GGUF is not read.
"""

from dataclasses import dataclass, replace
from typing import Literal, Protocol

from agent.errors import ModelError
from agent.model import Image, Tool, Turn
from agent.text import Untrusted

ChatName = Literal["llama3", "chatml"]
Kind = Literal["scaffold", "ours", "data"]


@dataclass(frozen=True, slots=True)
class Format:
    """How a model family marks turns: what opens a conversation and a turn of `{role}`, and what closes a turn.

    `tool` is the role of what came of a call; `tag` a control token that may stand before calls ("" for none).
    """

    begin: str
    open: str
    close: str
    markers: tuple[str, ...]
    tool: str = "tool"
    tag: str = ""


FORMATS: dict[ChatName, Format] = {
    # Meta's text_prompt_format.md for Llama 3.2: without a date line, which would change the prefix at midnight.
    "llama3": Format(
        begin="<|begin_of_text|>",
        open="<|start_header_id|>{role}<|end_header_id|>\n\n",
        close="<|eot_id|>",
        markers=("<|begin_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"),
        tool="ipython",
        tag="<|python_tag|>",
    ),
    "chatml": Format(
        begin="",
        open="<|im_start|>{role}\n",
        close="<|im_end|>\n",
        markers=("<|im_start|>", "<|im_end|>"),
    ),
}


class Vocabulary(Protocol):
    """What turns text into tokens."""

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Return the tokens of `text`; only with `special` do the names of control tokens become them."""

    def is_control(self, token: int) -> bool:
        """Return whether `token` is a control token."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a rendered conversation that is tokenised on its own."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The tokens of a conversation.

    The first `head` of them are a system turn without data: the instruction of a task, the same for all its requests.
    """

    tokens: tuple[int, ...]
    head: int

    def chunks(self, size: int, rest: int) -> list[tuple[int, ...]]:
        """Return the tokens in batches of `size`, one of which begins where the head ends.

        So prompts with the same instruction and different data share the instruction's batches. At most `rest` tokens
        that would be left at an end go with the batch before: few tokens take nearly as long as many.
        """
        starts = [*_starts(0, self.head, size, rest), *_starts(self.head, len(self.tokens), size, rest)]
        return [self.tokens[a:b] for a, b in zip(starts, [*starts[1:], len(self.tokens)], strict=True)]


def render(turns: tuple[Turn, ...], chat: Format, tools: tuple[Tool, ...] = ()) -> list[Part]:
    """Return the parts of a conversation, up to where the assistant is to speak. Raises ModelError at a picture.

    What is said of `tools` ends the system turn, which is made where there is none.
    """
    parts = [Part("scaffold", chat.begin)] if chat.begin else []
    for turn in _told(turns, tools) if tools else turns:
        parts.append(Part("scaffold", chat.open.format(role=chat.tool if turn.role == "tool" else turn.role)))
        for segment in turn.segments:
            if isinstance(segment, Image):
                raise ModelError("No model on this computer can look at a picture.")
            parts.append(Part("data", segment.raw) if isinstance(segment, Untrusted) else Part("ours", segment))
        if turn.calls:
            from agent import calls

            parts += [Part("ours", "\n")] if turn.segments else []
            parts.append(Part("data", calls.written(turn.calls)))
        parts.append(Part("scaffold", chat.close))
    return [*parts, Part("scaffold", chat.open.format(role="assistant"))]


def _told(turns: tuple[Turn, ...], tools: tuple[Tool, ...]) -> tuple[Turn, ...]:
    """Return the turns with what the system turn says of `tools`."""
    from agent import calls

    told = calls.instruction(tools)
    if turns and turns[0].role == "system":
        return (replace(turns[0], segments=(*turns[0].segments, "\n\n", told)), *turns[1:])
    return (Turn("system", (told,)), *turns)


def _starts(begin: int, end: int, size: int, rest: int) -> list[int]:
    starts = list(range(begin, end, size))
    return starts[:-1] if len(starts) > 1 and end - starts[-1] <= rest else starts


def prompt(turns: tuple[Turn, ...], chat: Format, tools: tuple[Tool, ...], vocabulary: Vocabulary) -> Prompt:
    """Return a conversation as tokens, up to where the assistant is to speak. Raises ModelError at a picture."""
    turns = _told(turns, tools) if tools else turns
    tokens = tokenize(render(turns, chat), vocabulary)
    first = turns[0] if turns else None
    if first is None or first.role != "system" or any(isinstance(each, Untrusted) for each in first.segments):
        return Prompt(tokens, 0)
    after = tokenize([Part("scaffold", chat.open.format(role="assistant"))], vocabulary)
    return Prompt(tokens, len(tokenize(render((first,), chat), vocabulary)) - len(after))


def tokenize(parts: list[Part], vocabulary: Vocabulary) -> tuple[int, ...]:
    """Return the tokens of `parts`, each tokenised alone; special tokens come from the scaffold only."""
    tokens: list[int] = []
    for part in parts:
        tokens += vocabulary.tokenize(part.text, special=part.kind == "scaffold")
    return tuple(tokens)


def data_tokens(text: Untrusted, vocabulary: Vocabulary) -> list[int]:
    """Return the tokens of `text` as data: none of them is a control token."""
    return vocabulary.tokenize(text.raw)


def check(chat: Format, vocabulary: Vocabulary) -> None:
    """Raise ModelError unless every marker is one control token, which plain text can never become.

    Badly converted files declare markers as ordinary added tokens, and those llama.cpp finds in any text.
    """
    for marker in chat.markers:
        tokens = vocabulary.tokenize(marker, special=True)
        if len(tokens) != 1 or not vocabulary.is_control(tokens[0]):
            raise ModelError(
                f"This model's vocabulary has no control token {marker}: its chat format is another one.",
                ("llama-agent models list", "models that are known to work"),
            )
