"""What a newcomer reads is true: transcripts, commands, options, paths and the man page are what the program has."""

import ast
import contextvars
import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agent.mail.mailbox import open_mailbox
from docs import manpage, peers, transcripts
from docs.transcripts import Transcript

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "models/README.md", "examples/README.md")
INBOX = "examples/inbox.mbox"
INSTALLERS = ("pipx ", "uv ")
SECTIONS = ["Needs you", "To know", "Newsletters and notices"]

_FENCE = re.compile(r"^```(.*)\n((?:.*\n)*?)```$", re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_RUNS = re.compile(r"(?:^|[|/\s])llama-agent ")
_PATH = re.compile(r"(?:[\w.<>-]+/)+[\w.<>-]*|[\w-]+\.(?:md|toml)")
_ENTRY = re.compile(r"^ {2,4}(\d{1,2})  (\S.{15})  ", re.MULTILINE)
_CHECK = re.compile(r"^(?:ok|weak|broken) +(\S+) ", re.MULTILINE)


def page(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def calls(text: str) -> Iterator[list[str]]:
    """Yield the words after each `llama-agent` in a line of shell: pipelines, full paths and $(…) too."""
    for inner in re.findall(r"\$\(([^()]*)\)", text):
        yield from calls(inner)
    lexer = shlex.shlex(text, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    words: list[str] | None = None
    for word in (*lexer, ";"):
        if set(word) <= set("|&;<>()"):
            if words:
                yield words
            words = None
        elif words is not None:
            words.append(word)
        elif word.rpartition("/")[2] == "llama-agent":
            words = []


def parse(words: list[str]) -> None:
    """Parse what follows `llama-agent` as the program does; whatever it has no such command or option for, raises."""
    command, rest = manpage.program(), list(words)
    while rest and not rest[0].startswith("-") and hasattr(command, "get_command"):
        command = command.get_command(None, rest.pop(0))
        assert command is not None, words
    alone = hasattr(command, "get_command")
    contextvars.copy_context().run(command.make_context, "", rest, resilient_parsing=alone)


def calls_in(markdown: str) -> list[list[str]]:
    """Return every call of the program in transcripts, fenced blocks and code spans."""
    lines = [line for kind, block in _FENCE.findall(markdown) if not kind for line in block.splitlines()]
    typed = [each.command for each in transcripts.transcripts(markdown)]
    typed += [line for line in lines if not line.startswith(INSTALLERS)] + spans(markdown)
    return [words for line in typed if _RUNS.search(line) for words in calls(line)]


def spans(markdown: str) -> list[str]:
    """Return what stands in `code` in the prose."""
    return _SPAN.findall(_FENCE.sub("", markdown))


@cache
def recorded() -> dict[str, Transcript]:
    return {each.command: each for each in transcripts.transcripts(page("README.md")) if each.recorded}


@cache
def texts() -> dict[str, str]:
    """Return the text of every message of the example mailbox by its id."""
    mailbox = open_mailbox(str(ROOT / INBOX))
    return {head.id: mailbox.read(head).body.text.raw for head in mailbox.heads()}


def listed(home: Path) -> dict[int, dict[str, Any]]:
    """Return the rows of a listing of the example mailbox, by number."""
    lines = transcripts.run(["list", INBOX, "--jsonl", "-q"], home).splitlines()
    return {row["number"]: row for row in map(json.loads, lines)}


def folded(text: str) -> str:
    return " ".join(text.split())


def test_the_transcripts_are_what_the_program_prints(home: Path) -> None:
    scripted = [each for each in transcripts.transcripts(page("README.md")) if each.words and not each.recorded]
    assert len(scripted) >= 4
    for each in scripted:
        printed = transcripts.run(each.words or [], home)
        assert transcripts.same(printed, each.output), f"$ {each.command}\n{printed}\n`python -m docs` writes it again"


def test_the_table_of_peers_is_that_of_the_recorded_run() -> None:
    if not peers.RECORD.exists():
        pytest.skip("no run was recorded: python -m benchmarks.peers --record")
    text = page("README.md")
    assert peers.filled(text) == text, "`python -m docs` writes it again"
    assert "<!-- peers -->" in text


def test_a_new_year_may_change_five_cells_of_a_listing_and_nothing_else() -> None:
    this_year, later = "1  m36vx  Mon 23 Nov 10:41  Priya", "1  m36vx  Mon 23 Nov 2026   Priya"
    assert transcripts.same(this_year, later)
    assert not transcripts.same(this_year, later.replace("Priya", "Prija"))
    assert not transcripts.same("Mon 23 Nov 2026", "Mon 23 Nov 2027")


def test_the_recorded_summary_has_every_row_under_a_heading_and_quotes_what_was_written(home: Path) -> None:
    shown = recorded()[f"llama-agent summarize {INBOX}"].output
    rows = listed(home)
    assert [line.strip() for line in shown.splitlines() if line.strip() in SECTIONS] == SECTIONS
    entries = {int(number): name.rstrip(" …") for number, name in _ENTRY.findall(shown)}
    assert sorted(entries) == sorted(rows)
    assert all((rows[number]["from"]["name"]).startswith(name) for number, name in entries.items())
    everything = folded(" ".join(texts().values()))
    quoted = re.findall("“(.+?)”", folded(shown))
    assert len(quoted) >= 5
    assert [quote for quote in quoted if quote not in everything] == []
    assert "Nothing left this computer" in shown


def test_the_recorded_reasons_give_the_place_of_each_quotation(home: Path) -> None:
    shown = recorded()[f"llama-agent show {INBOX} 3 --why"].output
    row = listed(home)[3]
    assert shown.splitlines()[0] == f"{row['from']['name']}: {row['subject']}"
    receipts = re.findall(r"<-  “(.+?)”  \(characters (\d+)-(\d+)\)", shown)
    assert receipts
    assert all(folded(texts()[row["id"]][int(start) : int(end)]) == quote for quote, start, end in receipts)


def test_the_recorded_doctor_looks_at_what_it_looks_at_now(home: Path) -> None:
    shown, now = recorded()["llama-agent doctor"].output, transcripts.run(["doctor"], home)
    anybody = [name for name in _CHECK.findall(now) if name != "user"]  # said to root only
    assert _CHECK.findall(shown) == anybody
    assert shown[shown.index("\n\n") :] == now[now.index("\n\n") :]


@pytest.mark.parametrize("name", PAGES)
def test_every_command_and_option_in_the_pages_exists(name: str) -> None:
    for words in calls_in(page(name)):
        parse(words)


def test_options_and_verbs_named_without_the_program_exist_too() -> None:
    options = {option for command in manpage.commands().values() for param in command.params for option in param.opts}
    bare = {span.split()[0] for span in spans(page("README.md")) if span.startswith("-")}
    assert bare - {"-", "--no-deps"} <= options
    for span in spans(page("README.md")):
        if " " in span and span.partition(" ")[0] in manpage.commands():
            parse(span.split())


def test_every_verb_is_in_the_readme() -> None:
    said = {words[0] for words in calls_in(page("README.md"))}
    assert {name.partition(" ")[0] for name in manpage.commands()} <= said


@pytest.mark.parametrize("name", sorted(manpage.commands()))
def test_every_help_ends_with_commands_one_can_paste(name: str) -> None:
    examples = manpage.help_of(manpage.commands()[name])[1]
    found = [list(calls(example)) for example in examples]
    assert all(found)
    assert found
    for words in (words for example in found for words in example):
        parse(words)


def test_every_command_an_error_tells_to_run_next_exists() -> None:
    hints = [
        said
        for path in sorted((ROOT / "agent").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and (said := _text(node.elts[0]))
        if said.startswith("llama-agent ")
    ]
    assert len(hints) > 10
    for words in (words for hint in hints for words in calls(hint)):
        parse(words)


def _text(node: ast.expr) -> str:
    """Return a string of the source, with 1 where a value goes."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "1" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "models/README.md"])
def test_every_path_in_the_pages_exists(name: str) -> None:
    paths = [span for span in spans(page(name)) if _PATH.fullmatch(span)]
    links = re.findall(r"\]\(([^)#:]+)\)", page(name))
    ours = {path.name for path in ROOT.iterdir()}
    named = [path for path in (*paths, *links) if path.partition("/")[0] in ours or "/" not in path]
    assert named
    patterns = {path: re.sub("<[^>]*>", "*", path).rstrip("/") for path in named}
    beside = (ROOT, (ROOT / name).parent)
    assert [path for path, pattern in patterns.items() if not any(any(at.glob(pattern)) for at in beside)] == []


def test_the_man_page_is_what_the_program_says_of_itself() -> None:
    assert manpage.FILE.read_text("utf-8") == manpage.page(), "`python -m docs` writes it again"


def test_every_variable_that_is_read_is_in_the_man_page() -> None:
    source = "".join(path.read_text("utf-8") for path in (ROOT / "agent").rglob("*.py"))
    read = set(re.findall(r"\b(?:LLAMA_AGENT|HF|OLLAMA)_[A-Z]+(?:_[A-Z]+)*\b", source))
    assert {name for name in read if name not in manpage.page()} == set()


@pytest.mark.skipif(not shutil.which("man") or not shutil.which("groff"), reason="man and groff are not installed")
def test_man_renders_the_page_without_a_warning() -> None:
    command = ["man", "--warnings", "--encoding=UTF-8", "--local-file", str(manpage.FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert "llama-agent models pull [NAME]" in done.stdout
