"""Lock first, then the rest: until `main` has locked the process, nothing but the standard library is imported.

One command is not locked, `llama-agent models pull`, which fetches weights and reads no mail.
"""

import os
import sys
from collections.abc import Sequence


def main() -> None:
    """Run the command line in sys.argv."""
    from agent.egress.lock import lock

    if not may_fetch(sys.argv[1:]):
        lock()
    try:
        from agent.cli import app

        app(prog_name="llama-agent")
    except KeyboardInterrupt:  # before a command ran: the boundary in cli.py has the others
        raise SystemExit(130) from None
    finally:
        _flush()


def may_fetch(arguments: Sequence[str]) -> bool:
    """Return whether this command line may use the network: `models pull`, unless told to stay offline."""
    words = [argument for argument in arguments if not argument.startswith("-")]
    offline = "--offline" in arguments or os.environ.get("LLAMA_AGENT_OFFLINE", "") not in ("", "0")
    return words[:2] == ["models", "pull"] and not offline


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
