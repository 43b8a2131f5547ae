"""Keys and passwords: where they come from, and that nothing is said of one that is no good."""

import sys

import pytest

from agent.egress.secrets import password, token
from agent.endpoints import Cloud, Smtp
from agent.errors import UsageError

KEY = "sk-0123456789abcdef"


def cloud(**where: object) -> Cloud:
    return Cloud(url="https://api.example/v1", model="m", **where)  # type: ignore[arg-type]


def smtp(**where: object) -> Smtp:
    return Smtp(host="smtp.example.org", sender="ada@example.org", **where)  # type: ignore[arg-type]


def printing(text: str, then: str = "") -> Cloud:
    """Settings with a program that prints this."""
    return cloud(token_command=(sys.executable, "-S", "-c", f"print({text!r}); {then}"))


def test_an_endpoint_may_need_no_key() -> None:
    assert token(cloud()) is None


def test_the_key_is_the_value_of_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_KEY", f" {KEY}\n")
    assert token(cloud(token_env="EXAMPLE_KEY")) == KEY


@pytest.mark.parametrize("text", [KEY, f"{KEY}\nlogin: ada\n", f"  {KEY}\r"])
def test_the_key_is_the_first_line_a_program_prints(text: str) -> None:
    assert token(printing(text)) == KEY


def test_a_program_wins_over_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_KEY", "other")
    command = printing(KEY).token_command
    assert token(cloud(token_env="EXAMPLE_KEY", token_command=command)) == KEY


@pytest.mark.parametrize("value", [None, "", "  "])
def test_without_a_value_nothing_is_sent(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if value is not None:
        monkeypatch.setenv("EXAMPLE_KEY", value)
    with pytest.raises(UsageError) as caught:
        token(cloud(token_env="EXAMPLE_KEY"))
    assert caught.value.message == "the variable EXAMPLE_KEY gives no key: nothing was sent."


@pytest.mark.parametrize("value", [f"{KEY}é", f"{KEY} {KEY}", f"{KEY}\r\nX-Other: 1", f"{KEY}\x1b[0m", f"{KEY}\x7f"])
def test_what_no_header_could_hold_is_no_key_and_is_not_repeated(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_KEY", value)
    with pytest.raises(UsageError) as caught:
        token(cloud(token_env="EXAMPLE_KEY"))
    assert caught.value.message == "the variable EXAMPLE_KEY gives something that is no key: nothing was sent."


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (printing(""), "token_command gives no key: nothing was sent."),
        (
            printing("cannot reach the keyring", then="import sys; sys.exit(3)"),
            "failed (exit code 3): nothing was sent.",
        ),
        (
            printing("\udce9".encode("utf-8", "surrogatepass").hex() + "é"),
            "something that is no key: nothing was sent.",
        ),
        (cloud(token_command=("/nowhere/at/all",)), "cannot be run: is the program there? Nothing was sent."),
        (cloud(token_command=("a\0b",)), "cannot be run: is the program there? Nothing was sent."),
    ],
)
def test_a_program_that_gives_no_key_is_an_error_without_what_it_said(settings: Cloud, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        token(settings)
    assert caught.value.message.startswith("token_command ")
    assert caught.value.message.endswith(sentence)


def test_a_program_that_hangs_is_not_waited_for() -> None:
    with pytest.raises(UsageError) as caught:
        token(cloud(token_command=("sleep", "60")), patience=0.1)
    assert caught.value.message == "token_command took longer than 0.1 seconds: nothing was sent."


def test_a_server_may_need_no_password() -> None:
    assert password(smtp()) is None


def test_a_password_is_taken_as_it_is_with_its_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_PASSWORD", " käse und brot ")
    assert password(smtp(password_env="EXAMPLE_PASSWORD")) == " käse und brot "
    command = (sys.executable, "-S", "-c", "print('two words\\nlogin: ada')")
    assert password(smtp(password_env="EXAMPLE_PASSWORD", password_command=command)) == "two words"


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("", "the variable EXAMPLE_PASSWORD gives no password: nothing was sent."),
        ("a\r\nb", "the variable EXAMPLE_PASSWORD gives something that is no password: nothing was sent."),
    ],
)
def test_what_is_no_password_is_not_repeated(value: str, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXAMPLE_PASSWORD", value)
    with pytest.raises(UsageError) as caught:
        password(smtp(password_env="EXAMPLE_PASSWORD"))
    assert caught.value.message == sentence


def test_a_password_program_that_fails_is_named() -> None:
    with pytest.raises(UsageError) as caught:
        password(smtp(password_command=("false",)))
    assert caught.value.message == "password_command failed (exit code 1): nothing was sent."
