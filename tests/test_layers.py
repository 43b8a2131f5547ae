"""The shape of the source tree, kept by reading it: arrows, the network, Untrusted's doors, printing."""

import ast
from functools import cache
from pathlib import Path

import agent

ROOT = Path(agent.__file__).parent
LAYERS = (
    {"__main__"},
    {"cli"},
    {"commands"},
    {"session"},
    {"loop", "exchange", "basis", "history", "events"},
    {"tools"},
    {"tasks"},
    {"router", "engine", "egress"},
    {"mail", "calendar", "grounding", "gist", "asking", "sentences", "facts", "polarity"}
    | {"store", "outbox", "todos", "prompts", "config", "output", "images"},
    {
        "text",
        "model",
        "scripted",
        "calls",
        "grammars",
        "terms",
        "errors",
        "paths",
        "resources",
        "columns",
        "endpoints",
        "disk",
        "patience",
    },
)
NETWORK = {"socket", "ssl", "http", "urllib", "smtplib", "imaplib", "ftplib", "asyncio", "socketserver", "xmlrpc"}
# urllib.parse takes URLs apart and opens nothing.
HARMLESS = {"urllib.parse"}
OPENS_UNTRUSTED = {
    "text": "shows it",
    "mail": "parses and compares it",
    "calendar": "parses and compares it",
    "grounding": "compares it",
    "gist": "looks for requests and dates in it",
    "sentences": "splits it",
    "router": "redacts it and puts it back",
    "egress": "writes it into requests, as data",
    "engine": "tokenises it as data",
    "calls": "reads and writes it as calls",
    "scripted": "counts it",
    "model": "declares it",
    "tasks": "puts it together to be fed and checked",
    "tools": "writes it into results, as data",
    "loop": "reads calls in it, and puts results together",
    "history": "cuts it to fit",
    "commands": "compares and saves it; shows it through output",
}


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the package by its dotted name below `agent`."""
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        if name != "__init__":
            found[name] = ast.parse(path.read_text("utf-8"))
    return found


def imports(tree: ast.Module, *, deferred: bool = True) -> set[str]:
    """Return the dotted names a module imports; without `deferred`, those its import itself brings in."""
    nodes = ast.walk(tree) if deferred else iter(tree.body)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def ours(tree: ast.Module) -> set[str]:
    return {name.removeprefix("agent.") for name in imports(tree) if name.startswith("agent.")}


def layer(module: str) -> int:
    top = module.partition(".")[0]
    return next(number for number, names in enumerate(LAYERS) if top in names)


def test_every_arrow_points_down():
    upward = [
        f"{name} -> {imported}"
        for name, tree in modules().items()
        for imported in ours(tree)
        if imported.partition(".")[0] in {part for names in LAYERS for part in names} and layer(imported) < layer(name)
    ]
    assert upward == []


def test_router_engine_and_egress_are_strangers():
    apart = {"router", "engine", "egress"}
    strangers = [
        f"{name} -> {imported}"
        for name, tree in modules().items()
        for imported in ours(tree)
        if len({name.partition(".")[0], imported.partition(".")[0]} & apart) == 2
    ]
    assert strangers == []


def test_no_module_imports_itself_in_a_circle():
    trees = modules()
    arrows = {name: {i for i in ours(tree) if i in trees and i != name} for name, tree in trees.items()}

    def reachable(start: str) -> set[str]:
        seen: set[str] = set()
        todo = list(arrows[start])
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += arrows[name]
        return seen

    assert [name for name in trees if name in reachable(name)] == []


def test_only_the_channels_of_the_egress_process_can_use_the_network():
    channels = ("connecting", "door", "download", "frames", "https", "imap", "smtp")
    users = {
        name
        for name, tree in modules().items()
        for imported in imports(tree)
        if imported.partition(".")[0] in NETWORK
        and not any(imported.startswith(harmless) for harmless in HARMLESS)
        and imported != "urllib"
    }
    assert users == {f"egress.{name}" for name in channels}


def test_untrusted_text_is_opened_only_where_it_is_parsed_compared_fed_or_shown():
    openers = {
        name.partition(".")[0]
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "raw" and isinstance(node.ctx, ast.Load)
    }
    assert openers <= set(OPENS_UNTRUSTED)


def test_only_output_writes_to_the_terminal():
    writers = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print")
        or (
            isinstance(node, ast.Attribute)
            and node.attr in ("stdout", "stderr")
            and ast.unparse(node).startswith("sys.")
        )
    }
    assert writers <= {"output", "cli", "__main__"}


def test_the_program_starts_without_its_heavy_libraries():
    heavy = {"llama_cpp", "numpy", "PIL", "pydantic", "sqlite_utils", "selectolax", "py3langid"}
    heavy |= {"rich.live", "rich.console", "ssl", "http.client", "prompt_toolkit"}
    trees = modules()
    seen: set[str] = set()
    todo = ["cli"]
    brought: set[str] = set()
    while todo:
        name = todo.pop()
        if name in seen or name not in trees:
            continue
        seen.add(name)
        direct = imports(trees[name], deferred=False)
        brought |= {library for library in heavy if library in direct}
        todo += [i.removeprefix("agent.") for i in direct if i.startswith("agent.")]
    assert brought == set()
