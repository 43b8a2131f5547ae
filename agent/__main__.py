"""Lock first, then the rest: before it, nothing is imported but the standard library, and what says where settings are.

Where the command may leave this computer, and the user set up where to, the process that sends is started before the
lock, which nothing can do after it. This one is locked always.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from agent.egress.switch import is_offline

# Every command that may have something sent, and the tables of the settings one of which must say where to.
_CHANNELS: Mapping[tuple[str, ...], frozenset[str]] = {
    ("models", "pull"): frozenset(),
    ("cloud", "test"): frozenset({"cloud"}),
    ("ask",): frozenset({"cloud"}),
    ("chat",): frozenset({"cloud", "smtp", "caldav"}),
    ("invite",): frozenset({"smtp"}),
    ("meetings", "move"): frozenset({"smtp"}),
    ("meetings", "cancel"): frozenset({"smtp"}),
    ("rsvp",): frozenset({"smtp"}),
    ("outbox", "send"): frozenset({"smtp", "caldav"}),
    ("calendar", "add"): frozenset({"caldav"}),
}


def main() -> None:
    """Run the command line in sys.argv."""
    from agent.egress.lock import lock

    if may_leave(sys.argv[1:], os.environ):
        from agent.egress.door import open_door

        open_door(sys.argv[1:])
    lock()
    try:
        from agent.cli import app

        app(prog_name="llama-agent")
    except KeyboardInterrupt:  # before a command ran: the boundary in cli.py has the others
        raise SystemExit(130) from None
    finally:
        _flush()


def may_leave(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether this command line may have something sent: a verb that can, not offline, and somewhere to go.

    `models pull` has a place to ask. The others need a table of the settings; of `ask` and
    `chat` that of [cloud] counts only with the user's consent.
    """
    words = tuple(argument for argument in arguments if not argument.startswith("-"))[:2]
    through = _CHANNELS.get(words, _CHANNELS.get(words[:1]))
    if through is None or is_offline(arguments, environment) or "--dry-run" in arguments:
        return False
    if not through:
        return True
    named = through & _tables()
    if words[:1] in (("ask",), ("chat",)) and not _is_enabled():
        named -= {"cloud"}
    return bool(named)


def _tables() -> set[str]:
    """Return the tables of the settings; what is wrong with them the command says later."""
    import tomllib

    from agent.paths import config_file

    try:
        return {name for name, value in tomllib.loads(config_file().read_text("utf-8")).items() if value}
    except (OSError, ValueError):
        return set()


def _is_enabled() -> bool:
    from agent.paths import data_dir

    return (data_dir() / "consent.json").exists()


def _flush() -> None:
    """Write out what is left of the result; a reader that has gone (`| head`) is not an error, a full disk is."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python complains when it flushes again
        if not isinstance(error, BrokenPipeError):
            from agent.output import problem

            problem(f"cannot write the result: {error.strerror}.")
            raise SystemExit(1) from None


if __name__ == "__main__":
    main()
