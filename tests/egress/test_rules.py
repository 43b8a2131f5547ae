"""What the process that sends goes by: the settings, the consent and the switch, each as it is when it starts."""

import pytest

from agent.egress import consent
from agent.egress.rules import read_rules
from agent.errors import NetworkError, UsageError
from agent.paths import config_file
from tests.egress.a_core import allow, configure, consents

URL = "https://api.example/v1"


def test_the_rules_are_the_settings_the_consent_and_the_command_line() -> None:
    allow(URL)
    rules = read_rules(("ask", "What?"))
    assert (rules.cloud.url, rules.consent, rules.offline) == (URL, consent.read(), False)
    assert rules.arguments == ("ask", "What?")
    assert rules.consent is not None
    rules.check_online()


def test_without_an_endpoint_nothing_is_sent() -> None:
    with pytest.raises(UsageError, match="no endpoint is configured: nothing was sent"):
        _ = read_rules(()).cloud


def test_a_consent_that_is_damaged_is_none() -> None:
    configure(URL)
    consent.path().write_text("{}")
    assert read_rules(()).consent is None


def test_settings_that_cannot_be_understood_are_no_rules() -> None:
    allow(URL)
    config_file().write_text("[cloud")
    with pytest.raises(UsageError):
        read_rules(())


@pytest.mark.parametrize("where", ["settings", "environment", "command line"])
def test_the_offline_switch_is_on_wherever_it_is_set(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    consents(URL)
    if where == "settings":
        config_file().write_text("offline = true\n")
    if where == "environment":
        monkeypatch.setenv("LLAMA_AGENT_OFFLINE", "1")
    with pytest.raises(NetworkError, match="the offline switch is on: nothing was sent"):
        read_rules(("ask", "--offline") if where == "command line" else ()).check_online()
