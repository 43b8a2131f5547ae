"""The way in: the lock comes before everything else, and the way out is quiet."""

import subprocess
import sys

import pytest

from agent.__main__ import may_leave
from agent.paths import config_file, data_dir

AGENT = [sys.executable, "-m", "agent"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["models", "pull"], True),
        (["models", "pull", "llama-3.2-1b", "--sha256", "ab"], True),
        (["-v", "models", "--plain", "pull"], True),
        (["models", "pull", "--offline"], False),
        (["models", "list"], False),
        (["models"], False),
        (["pull", "models"], False),
        (["summarize", "models", "pull"], False),
        (["summarize", "--search", "models pull"], False),
        ([], False),
    ],
)
def test_only_a_pull_that_is_not_offline_may_leave_where_nothing_is_set_up(
    arguments: list[str], expected: bool
) -> None:
    assert may_leave(arguments, {}) == expected


@pytest.mark.parametrize(
    "words",
    [
        *("list", "summarize", "show", "route", "egress", "doctor", "forget", "actions", "todo add x"),
        *("meetings list", "meetings show v1", "outbox list", "outbox drop d1", "calendar list", "calendar free thu"),
    ],
)
def test_what_only_reads_may_not_leave_whatever_is_set_up(words: str) -> None:
    _set_up(consent=True)
    assert not may_leave(words.split(), {})


@pytest.mark.parametrize(
    ("words", "table"),
    [
        ("invite inbox.mbox 7", "smtp"),
        ("invite --tz Europe/Berlin 7", "smtp"),
        ("meetings move v1 --when fri", "smtp"),
        ("meetings cancel v1", "smtp"),
        ("-v rsvp 9 yes", "smtp"),
        ("outbox send d1", "smtp"),
        ("outbox send d1", "caldav"),
        ("calendar add x.ics", "caldav"),
    ],
)
def test_an_invitation_can_be_sent_where_a_server_is_named(words: str, table: str) -> None:
    config_file().parent.mkdir(mode=0o700, parents=True)
    config_file().write_text('[mailboxes]\nx = "y"\n[imap]\nhost = "h.example"\n')
    assert not may_leave(words.split(), {})
    config_file().write_text(f'[{table}]\nhost = "h.example"\n')
    assert may_leave(words.split(), {})
    assert not may_leave([*words.split(), "--dry-run"], {})
    assert not may_leave([*words.split(), "--offline"], {})


def test_an_endpoint_can_be_tested_and_only_with_consent_asked() -> None:
    assert not may_leave(["cloud", "test"], {})
    _set_up(consent=False)
    assert may_leave(["cloud", "test"], {})
    assert not may_leave(["cloud", "enable"], {})
    assert not may_leave(["ask", "What?"], {})
    _set_up(consent=True)
    assert may_leave(["ask", "What?", "--json"], {})
    assert not may_leave(["ask", "What?", "--offline"], {})
    assert not may_leave(["ask", "What?"], {"LLAMA_AGENT_OFFLINE": "1"})


@pytest.mark.parametrize(
    ("settings", "consent", "expected"),
    [
        ('[smtp]\nhost = "h.example"\n', False, True),
        ('[caldav]\nurl = "https://h.example/"\n', False, True),
        ('[cloud]\nurl = "https://h.example/"\n', False, False),
        ('[cloud]\nurl = "https://h.example/"\n', True, True),
        ('[imap]\nhost = "h.example"\n[chat]\nhistory = true\n', True, False),
        ("", True, False),
    ],
)
def test_a_chat_may_send_where_a_server_is_named_and_ask_elsewhere_only_with_consent(
    settings: str, consent: bool, expected: bool
) -> None:
    _set_up(consent=consent)
    config_file().write_text(settings)
    assert may_leave(["chat", "inbox.mbox"], {}) == expected
    assert not may_leave(["chat", "inbox.mbox", "--offline"], {})
    assert not may_leave(["chat"], {"LLAMA_AGENT_OFFLINE": "1"})


@pytest.mark.parametrize("text", [b"[cloud", b"\xff", b"cloud = 0", b"[other]"])
def test_settings_that_name_no_endpoint_start_nothing(text: bytes) -> None:
    _set_up(consent=True)
    config_file().write_bytes(text)
    assert not may_leave(["ask", "What?"], {})


def _set_up(*, consent: bool) -> None:
    config_file().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    config_file().write_text('[cloud]\nurl = "https://api.example/v1"\nmodel = "m"\n')
    if consent:
        (data_dir() / "consent.json").write_text("{}")


@pytest.mark.parametrize(("value", "expected"), [("1", False), ("yes", False), ("0", True), ("", True)])
def test_the_environment_can_keep_it_offline(value: str, expected: bool) -> None:
    assert may_leave(["models", "pull"], {"LLAMA_AGENT_OFFLINE": value}) == expected


def test_nothing_but_the_standard_library_and_the_lock_is_imported_before_the_lock() -> None:
    code = (
        "import sys; import agent.__main__, agent.egress.lock\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)"
        " - {'__main__', 'sitecustomize'} - {n for n in sys.modules if n.startswith(('_', 'distutils'))}),"
        " sorted(name for name in sys.modules if name.startswith('agent.')))"
    )
    # -S: no site-packages, so nothing but the standard library can be there to import
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "['agent'] ['agent.__main__', 'agent.egress', 'agent.egress.lock', 'agent.egress.seccomp', "
        "'agent.egress.switch']\n"
    )


def test_a_reader_that_has_gone_is_no_error() -> None:
    command = subprocess.Popen([*AGENT, "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert command.stdout is not None
    command.stdout.close()
    assert command.stderr is not None
    assert command.stderr.read() == b""
    command.stderr.close()
    assert command.wait() in (0, 1)


def test_a_result_that_cannot_be_written_is_an_error_in_one_sentence() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([*AGENT, "--version"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
