"""The Typer app: the list of commands, the options every command takes, and the one error boundary."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from agent import __version__, output
from agent.commands import calendar, cloud, config, egress, meetings, models, outbox, status, todo
from agent.commands.actions import actions
from agent.commands.ask import ask
from agent.commands.chat import chat
from agent.commands.doctor import doctor
from agent.commands.forget import forget
from agent.commands.invite import invite
from agent.commands.list import list_
from agent.commands.route import route
from agent.commands.rsvp import rsvp
from agent.commands.schema import schema
from agent.commands.show import show
from agent.commands.summarize import summarize
from agent.commands.use import use
from agent.errors import AgentError

INTERRUPTED = 130
# What typer raises for a command line it cannot parse: the base of BadParameter, which has no public name of its own.
_Misuse = cast(type[typer.BadParameter], typer.BadParameter.__base__)


def _quietly(value: bool) -> None:
    output.voice.set(replace(output.voice.get(), quiet=output.voice.get().quiet or value))


def _verbosely(value: bool) -> None:
    output.voice.set(replace(output.voice.get(), verbose=output.voice.get().verbose or value))


def _plainly(value: bool) -> None:
    output.voice.set(replace(output.voice.get(), plain=output.voice.get().plain or value))


def _everywhere(
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Only results and errors.", callback=_quietly, expose_value=False)
    ] = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="Say more on stderr.", callback=_verbosely, expose_value=False)
    ] = False,
    plain: Annotated[
        bool, typer.Option("--plain", help="No redrawing, no colour.", callback=_plainly, expose_value=False)
    ] = False,
) -> None:
    """Declare the options every command takes; `Verbs` adds them to each."""


class Verbs(TyperGroup):
    """A command group whose commands all take -q, -v and --plain, and whose errors end here.

    The boundary sits round `make_context` and `invoke`, so a shell and typer.testing.CliRunner meet the same one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params += _common_options()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command with the common options added."""
        command = super().get_command(ctx, cmd_name)
        for verb in (command, *(command.commands.values() if isinstance(command, TyperGroup) else ())):
            if verb is not None and not any(parameter.name == "quiet" for parameter in verb.params):
                verb.params += _common_options()
        return command

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the command line up to the verb."""
        with _errors_as_sentences():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; turn what it raises into a sentence and an exit code."""
        try:
            with _errors_as_sentences():
                return super().invoke(ctx)
        finally:
            output.voice.set(output.Voice())


@contextmanager
def _errors_as_sentences() -> Iterator[None]:
    try:
        yield
    except (typer.Exit, typer.Abort):
        raise
    except AgentError as error:
        output.problem(error.message, error.hints)
        raise typer.Exit(error.exit_code) from None
    except _Misuse as error:
        raise _misused(error) from None
    except KeyboardInterrupt:
        output.note("interrupted: what was done is kept")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:  # the reader of our stdout has enough: end quietly
        _drop_stdout()
        raise typer.Exit(0) from None
    except OSError as error:
        if error.filename is None:
            _drop_stdout()
        where = f": {error.filename}" if error.filename else ""
        output.problem(f"{error.strerror or type(error).__name__}{where}.")
        raise typer.Exit(AgentError.exit_code) from None
    except Exception as error:
        raise _our_bug(error) from None


def _drop_stdout() -> None:
    """Let what is left of the result go nowhere: writing it must not fail a second time, at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _misused(error: typer.BadParameter) -> typer.Exit:
    """Report a command line that cannot be parsed, in our words and form; a group alone shows its help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        error.show()
        return typer.Exit(error.exit_code)
    sentence = error.format_message().replace("Possible options: ", "similar: ")
    hint = ((f"{error.ctx.command_path} --help", "shows what it takes"),) if error.ctx else ()
    output.problem(f"{sentence[:1].lower()}{sentence[1:]}{'' if sentence.endswith(('.', '?')) else '.'}", hint)
    return typer.Exit(error.exit_code)


def _our_bug(error: Exception) -> typer.Exit:
    """Report a bug of ours: its class and place, never its message, which may hold words of a message."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else "unknown place"
    output.problem(
        f"a bug in llama-agent {__version__}: {type(error).__name__} at {place}.",
        (("the same command with -v", "prints where, for a report; it holds no message text"),),
    )
    if output.voice.get().verbose:
        for frame in frames:
            output.note(f"{frame.filename}:{frame.lineno} in {frame.name}: {frame.line or ''}")
    return typer.Exit(AgentError.exit_code)


def _common_options() -> list[Any]:
    holder = typer.Typer(add_completion=False)
    holder.command()(_everywhere)
    return [parameter for parameter in typer.main.get_command(holder).params if parameter.name != "help"]


app = typer.Typer(
    name="llama-agent",
    cls=Verbs,
    help="Read your mail on this computer, and only here: summaries with receipts from a local Llama.",
    invoke_without_command=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.")] = False,
) -> None:
    """Read your mail on this computer, and only here: summaries with receipts from a local Llama."""
    if version:
        output.result(f"llama-agent {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        status.status()


# In the order of --help: read, act, set up, check.
app.command()(summarize)
app.command("list")(list_)
app.command()(show)
app.command()(ask)
app.command()(chat)
app.command()(route)
app.command()(actions)
app.add_typer(todo.app, name="todo")
app.command()(invite)
app.add_typer(meetings.app, name="meetings")
app.command()(rsvp)
app.add_typer(calendar.app, name="calendar")
app.add_typer(outbox.app, name="outbox")
app.command()(use)
app.add_typer(models.app, name="models")
app.add_typer(config.app, name="config")
app.add_typer(cloud.app, name="cloud")
app.add_typer(egress.app, name="egress")
app.command()(doctor)
app.command()(schema)
app.command()(forget)
