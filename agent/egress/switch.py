"""The offline switch: `--offline` on the command line, or LLAMA_AGENT_OFFLINE in the environment."""

from collections.abc import Mapping, Sequence


def is_offline(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    """Return whether the switch is on; in the environment anything but 0 turns it on."""
    return "--offline" in arguments or environment.get("LLAMA_AGENT_OFFLINE", "") not in ("", "0")
