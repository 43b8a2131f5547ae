"""Prompts as files: one Markdown file a task, `## role` sections, `$name` where a value goes.

version: 1

## system
Provide a summary of the input text.

## user
$text
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from agent.errors import UsageError
from agent.model import Role, Turn
from agent.resources import resource
from agent.text import Untrusted

_SECTION = re.compile(r"^## (system|user|assistant)[ \t]*\n", re.MULTILINE)
_NAME = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with holes. `version` changes with every character of the file, so a cache key can hold it."""

    sections: tuple[tuple[Role, str], ...]
    version: str

    def turns(self, **values: str | Untrusted) -> tuple[Turn, ...]:
        """Fill every hole. A value without a hole, or a hole without a value, raises KeyError."""
        used: set[str] = set()
        turns = []
        for role, text in self.sections:
            segments: list[str | Untrusted] = []
            for index, part in enumerate(_NAME.split(text)):
                segments.append(values[part] if index % 2 else part)
                if index % 2:
                    used.add(part)
            turns.append(Turn(role, tuple(segment for segment in segments if len(segment))))
        if unused := set(values) - used:
            raise KeyError(f"no place in the prompt for {', '.join(sorted(unused))}")
        return tuple(turns)


def load(task: str, override: Path | None = None) -> Prompt:
    """Return the prompt `prompts/TASK.md`, or the one in `override` (`--prompt-file`).

    An override without sections replaces the system text only. Raises UsageError when it cannot be read or names
    a hole this task does not fill.
    """
    shipped = _parse(resource("prompts", f"{task}.md").read_text("utf-8"))
    if override is None:
        return shipped
    try:
        text = override.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"cannot read the prompt file {override}.") from None
    own = _parse(text)
    if not own.sections:
        others = tuple(section for section in shipped.sections if section[0] != "system")
        own = Prompt((("system", text.strip()), *others), own.version)
    if _holes(own) != _holes(shipped):
        wanted = ", ".join(f"${name}" for name in sorted(_holes(shipped)))
        raise UsageError(f"the prompt file {override} must hold {wanted}, and no other $name.")
    return own


def _parse(text: str) -> Prompt:
    parts = _SECTION.split(text)
    sections = tuple((cast(Role, role), body.strip()) for role, body in zip(parts[1::2], parts[2::2], strict=True))
    return Prompt(sections, hashlib.sha256(text.encode()).hexdigest()[:16])


def _holes(prompt: Prompt) -> set[str]:
    return {name for _, text in prompt.sections for name in _NAME.findall(text)}
