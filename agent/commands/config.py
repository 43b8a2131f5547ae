"""`llama-agent config`: the settings file, and where each setting comes from."""

from typing import Annotated, Any

import typer

from agent import output
from agent.paths import config_file, private_dir

app = typer.Typer(help="Settings and where each comes from.", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def path() -> None:
    """Print where the settings file is, or would be.

    \b
    llama-agent config path
    "${EDITOR:-vi}" "$(llama-agent config path)"
    cat "$(llama-agent config path)"
    """
    output.result(str(config_file()))
    if not config_file().exists():
        output.note("not there yet; llama-agent config init writes it")


@app.command()
def show(json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Print every setting in effect, and where it comes from: a variable, the file, `use`, or the default.

    \b
    llama-agent config show
    llama-agent config show --json | jq .last.value
    LLAMA_AGENT_LAST=50 llama-agent config show
    """
    from agent.config import load_with_origins
    from agent.session import open_session

    settings, origins = load_with_origins()
    shown: dict[str, dict[str, Any]] = {
        name: {"value": value, "from": origins[name]} for name, value in settings.model_dump(mode="json").items()
    }
    with open_session() as session:
        used = session.store.setting("mailbox")
    if used is not None and shown["mailbox"]["value"] is None:
        shown["mailbox"] = {"value": used, "from": "llama-agent use"}
    if json:
        output.record(shown, indent=2)
        return
    words = {name: _words(each["value"]) for name, each in shown.items()}
    width = max(map(len, words.values()))
    for name, each in shown.items():
        output.result(f"{name:10}{words[name]:{width}}  {each['from']}")


@app.command()
def init() -> None:
    """Write a settings file with every setting explained and none in effect. An existing file stays as it is.

    \b
    llama-agent config init
    llama-agent config init && "${EDITOR:-vi}" "$(llama-agent config path)"
    LLAMA_AGENT_CONFIG=./test.toml llama-agent config init
    """
    from agent.config import template

    file = config_file()
    private_dir(file.parent)
    output.save(file, template().encode())
    output.note(f"wrote {file}")


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} = {_words(each)}" for name, each in value.items() if each not in (None, [])) or "-"
    if isinstance(value, list):
        return ", ".join(value) or "-"
    if isinstance(value, bool):
        return str(value).lower()
    return "-" if value is None else str(value)
