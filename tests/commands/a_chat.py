"""A chat with a model that says what a script tells it to: the real terminal, tools and lock, and no weights.

`python -m tests.commands.a_chat MAILBOX SCRIPT [--json] [--plain]` holds it, as `llama-agent chat` does. SCRIPT is a
JSON list of what the model says, one after the other: a text, which comes word by word, or one that comes again and
again, {"again": "text"}; a call, {"name": …, "arguments": {…}}; {"error": "a sentence"}, which it fails with; or
{"seconds": 5}, a silence before the next.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator
from typing import Any

from agent.errors import ModelError
from agent.model import Call, Completion, Done, Event, Piece, Request, Turn, Usage
from agent.text import Untrusted


class Speaker:
    """A Model that says what its script says next, a word at a time."""

    name = "scripted"
    fingerprint = "scripted"
    context = 8_192
    parallel = 1
    languages = frozenset({"en"})

    def __init__(self, script: list[Any]) -> None:
        self._script = list(script)

    def count(self, turns: tuple[Turn, ...], tools: object = ()) -> int:
        """Return a token for each turn."""
        return len(turns)

    def run(self, requests: Iterable[Request]) -> Iterator[Event]:
        """Yield what comes next."""
        for request in requests:
            said: Any = self._script.pop(0) if self._script else "I have nothing more to say."
            if isinstance(said, dict) and "seconds" in said:
                time.sleep(said["seconds"])
                said = self._script.pop(0)
            if isinstance(said, dict) and "error" in said:
                raise ModelError(said["error"])
            if isinstance(said, dict) and "again" in said:
                said = f"{said['again']} " * 10_000
            usage = Usage(prompt_tokens=800, output_tokens=19)
            if isinstance(said, dict):
                call = Call(Untrusted(said["name"]), Untrusted(json.dumps(said["arguments"])))
                yield Done(request.id, Completion(Untrusted(""), "end", usage, calls=(call,)))
                continue
            for word in said.split(" "):
                time.sleep(0.01)
                yield Piece(request.id, Untrusted(f"{word} "))
            yield Done(request.id, Completion(Untrusted(said), "end", usage))

    def close(self) -> None:
        """Nothing to free."""


def main(words: list[str]) -> int:
    """Hold the chat; return its exit code."""
    from agent.egress.door import open_door
    from agent.egress.lock import lock
    from agent.paths import config_file

    if config_file().exists():
        open_door(("chat",))
    lock()
    from agent import output
    from agent.commands.chat import held
    from agent.session import open_session

    mailbox, script, *options = words
    output.voice.set(output.Voice(plain="--plain" in options))
    with open_session() as session:
        talk = session.talk(session.mail(session.open(mailbox)))
        talk.model = Speaker(json.loads(script))
        failed = held(session, talk, as_json="--json" in options)
    return failed.exit_code if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
