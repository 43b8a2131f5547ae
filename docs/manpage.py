"""docs/llama-agent.1, written from the program itself, where commands, options, settings and exit codes stand once."""

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from agent import __version__, errors
from agent.cli import app
from agent.config import template

FILE = Path(__file__).with_name("llama-agent.1")

_DESCRIPTION = """\
llama-agent reads mailboxes on this computer with a local Llama model and prints what needs you and what is good to
know. Every line carries the words of the message it rests on; what cannot be grounded is quoted instead.

On Linux the kernel refuses the network to every command before it reads a byte of mail. For ask, cloud test and models
pull a second process, which reads none, may be started before; it sends what the user said yes to, byte for byte, and
writes it down first. llama-agent doctor says what holds on this computer, llama-agent egress list what ever left it.

MAILBOX is an mbox file, a Maildir, an .eml file, a folder of them, a Gmail Takeout .zip, - for standard input, or a
name from the settings. Without it: mail piped in, else LLAMA_AGENT_MAILBOX, the mailbox of the settings, what
llama-agent use set. MSG is a row number of the last listing of that mailbox, or an id. A file called 7 is ./7.

Results go to standard output, everything else to standard error. Mailboxes are never written to. Without a command,
llama-agent says where things stand and what to type next."""

_ENVIRONMENT = {
    "LLAMA_AGENT_HOME": "One folder for everything the program writes, in place of the usual ones.",
    "LLAMA_AGENT_CONFIG": "The settings file.",
    "LLAMA_AGENT_OFFLINE": "Set to 1: nothing is sent, whatever the settings say, and models pull downloads nothing.",
    (
        "LLAMA_AGENT_MAILBOX, LLAMA_AGENT_MODEL, LLAMA_AGENT_REWRITE, LLAMA_AGENT_STYLE, LLAMA_AGENT_LANG, "
        "LLAMA_AGENT_LAST"
    ): "The settings of these names, for one run.",
    "HF_ENDPOINT": "The model hub, or a mirror of it, that models pull asks.",
    "HF_HOME, HF_HUB_CACHE, OLLAMA_MODELS": "Where models list looks for models of other programs.",
    "TZ": "The time zone dates are shown in.",
}
_FILES = {
    "config.toml": "The settings; llama-agent config path prints where.",
    "store.db": "Kept summaries, the last listings, the times of last runs; llama-agent doctor --files prints where.",
    "consent.json": "Whether a larger model may be offered anything; llama-agent cloud status says what is in it.",
    "egress/": "The ledger of all that left, and the bytes; llama-agent egress list reads it.",
    "models/": "Downloaded models, and copies of the starter; llama-agent models path prints where.",
}
# The backslash first: the other escapes are made of it.
_ESCAPES = {"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga", '"': "\\(dq"}
_DONE = "Done, also when nothing was found."
_FAILED = "Something failed, and a sentence on standard error says what."
_INTERRUPTED = "Interrupted with Ctrl-C; what was done is kept."


def program() -> Any:
    """Return llama-agent itself, as the command line has it."""
    return typer.main.get_command(app)


def commands() -> dict[str, Any]:
    """Return every command by what is typed for it, `models pull`, as the command line has it, in --help's order."""
    group = program()
    found: dict[str, Any] = {}
    for name in group.commands:
        command = group.get_command(None, name)
        below = getattr(command, "commands", {"": command})
        found |= {f"{name} {verb}".strip(): each for verb, each in below.items()}
    return found


def help_of(command: Any) -> tuple[str, list[str]]:
    """Return what a command's help says, and the examples it ends with."""
    text, _, examples = command.help.partition("\n\n\b\n")
    return " ".join(text.split()), examples.splitlines()


def page() -> str:
    """Return the man page as troff."""
    every = commands()
    shared = set.intersection(*({param.name for param in each.params} for each in every.values()))
    some = next(iter(every.values()))
    lines = [
        '.\\" Written by python -m docs from the program itself: change it there.',
        f'.TH LLAMA-AGENT 1 "" "llama-agent {__version__}" "User Commands"',
        ".SH NAME",
        f"llama-agent \\- {_plain('read your mail on this computer, and only here')}",
        ".SH SYNOPSIS",
        *_lines(f"{_bold('llama-agent')} {_italic('COMMAND')} [{_italic('OPTION')}...] [{_italic('ARGUMENT')}...]"),
        ".SH DESCRIPTION",
        *_paragraphs(_DESCRIPTION),
        ".SH COMMANDS",
    ]
    for name, command in every.items():
        lines += _command(name, command, shared)
    lines += [".SH OPTIONS", "Every command takes:"]
    for param in some.params:
        if param.name in shared:
            lines += _tagged(_option(param), param.help)
    lines += _tagged(f"{_bold('-h')}, {_bold('--help')}", "Show what the command does, and its options.")
    lines += [".PP", *_lines(_plain("llama-agent without a command takes:"))]
    for param in program().params:
        lines += _tagged(_option(param), param.help)
    lines += [".SH SETTINGS", "The file that llama-agent config init writes:", *_verbatim(template())]
    lines += [".SH ENVIRONMENT", *_list(_ENVIRONMENT), ".SH FILES", *_list(_FILES)]
    lines += [".SH EXIT STATUS", *_list(_exit_codes())]
    return "\n".join(lines) + "\n"


def _exit_codes() -> dict[str, str]:
    """Return the exit codes with what each means, from the classes of agent.errors."""
    classes = [each for each in errors.AgentError.__subclasses__() if each.__module__ == errors.__name__]
    meanings = {str(each.exit_code): (each.__doc__ or "").partition("\n")[0] for each in classes}
    return {"0": _DONE, "1": _FAILED, **meanings, "130": _INTERRUPTED}


def _command(name: str, command: Any, shared: set[str]) -> Iterator[str]:
    text, examples = help_of(command)
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    yield f'.SS "llama-agent {_plain(name)}{"".join(f" {_argument(each)}" for each in arguments)}"'
    yield from _lines(_plain(text))
    for param in arguments:
        if param.help:
            yield from _tagged(_italic(param.metavar or param.name.upper()), param.help)
    for param in command.params:
        if param not in arguments and param.name not in shared:
            default = f" Default: {param.default}." if isinstance(param.default, str) and param.default else ""
            yield from _tagged(_option(param), f"{param.help}{default}")
    if examples:
        yield ".PP"
        yield from _verbatim("\n".join(examples))


def _argument(param: Any) -> str:
    shown = _plain((param.metavar or param.name.upper()) + ("..." if param.nargs == -1 else ""))
    return shown if param.required else f"[{shown}]"


def _option(param: Any) -> str:
    names = ", ".join(map(_bold, param.opts))
    return f"{names} {_italic(param.metavar)}" if param.metavar else names


def _list(entries: dict[str, str]) -> Iterator[str]:
    for name, text in entries.items():
        yield from _tagged(_bold(name), text)


def _tagged(tag: str, text: str) -> list[str]:
    return [".TP", tag, *_lines(_plain(text))]


def _paragraphs(text: str) -> Iterator[str]:
    for number, paragraph in enumerate(text.split("\n\n")):
        yield from [".PP"] * bool(number)
        yield from _lines(_plain(" ".join(paragraph.split())))


def _verbatim(text: str) -> list[str]:
    return [".PP", ".EX", *(_safe(_plain(line)) for line in text.splitlines()), ".EE"]


def _lines(troff: str) -> list[str]:
    """Return text in lines that an editor and a diff can show; troff fills them again."""
    return [_safe(line) for line in textwrap.wrap(troff, 100, break_long_words=False, break_on_hyphens=False)]


def _safe(line: str) -> str:
    """Return a line that troff takes for text: a leading point or apostrophe would be a request."""
    return f"\\&{line}" if line.startswith((".", "'")) else line


def _plain(text: str) -> str:
    """Return text with what troff would interpret escaped; hyphens stay hyphens when copied."""
    for character, escape in _ESCAPES.items():
        text = text.replace(character, escape)
    return re.sub(r"[^\x00-\x7f]", lambda found: f"\\[u{ord(found[0]):04X}]", text)


def _bold(text: str) -> str:
    return f"\\fB{_plain(text)}\\fR"


def _italic(text: str) -> str:
    return f"\\fI{_plain(text)}\\fR"
