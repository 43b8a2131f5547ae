"""The engine on a tiny model with random weights: everything but sense."""

import json
import math
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agent.calls import grammar
from agent.engine.chat import ChatName
from agent.engine.context import Context
from agent.engine.local import LocalModel
from agent.engine.setup import Setup
from agent.errors import ModelError
from agent.model import Call, Completion, Done, Image, Limits, Piece, Request, Tool, Turn
from agent.text import Untrusted
from tests.engine.interrupting import ctrl_c
from tests.engine.tiny_gguf import CONTEXT, write_tiny_gguf

SYSTEM = "the system and the user and the meeting of Thursday " * 4
TOOLS = (Tool("now", "The time.", '{"type": "object", "properties": {}}'),)
LONG = "the meeting and the user " * 60


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("weights") / "tiny.gguf")


@pytest.fixture
def model(weights: Path) -> Iterator[LocalModel]:
    model = _load(weights)
    yield model
    model.close()


def test_an_answer_arrives_in_pieces_and_ends_with_what_it_cost(model: LocalModel) -> None:
    *pieces, done = model.run([_ask("Thursday")])
    assert isinstance(done, Done)
    completion = done.completion
    assert "".join(p.text.raw for p in pieces if isinstance(p, Piece)) == completion.text.raw != ""
    assert (completion.stop, completion.scores) == ("end", ())
    assert completion.usage.prompt_tokens == model.count(_ask("Thursday").turns)
    assert completion.signals is not None
    assert completion.signals.tokens == completion.usage.output_tokens + 1  # the decision to end is one
    assert completion.signals.mean_logprob < 0 < completion.signals.mean_entropy < math.log(400)
    assert completion.signals.low_logprob <= completion.signals.mean_logprob
    assert completion.signals.first_margin > 0
    assert completion.signals.legal_mass is None


def test_every_request_of_a_batch_is_answered_in_order(model: LocalModel) -> None:
    events = model.run(_ask(text, id=text) for text in ("the", "and", "user"))
    assert [event.id for event in events if isinstance(event, Done)] == ["the", "and", "user"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_answer_is_the_same_after_other_requests_as_in_a_new_process(tmp_path: Path, seed: int) -> None:
    path = write_tiny_gguf(tmp_path / "tiny.gguf", seed=seed)
    request = _ask(LONG + "of Thursday")
    used, new = _load(path), _load(path)
    for before in ("and", LONG + "of the user", LONG * 3):
        _answer(used, _ask(before))
    again, fresh = _answer(used, request), _answer(new, request)
    assert 0 == fresh.usage.cached_tokens < 128 < again.usage.cached_tokens
    assert _content(again) == _content(fresh)
    used.close()
    new.close()


def test_a_shared_instruction_is_read_once(model: LocalModel) -> None:
    first, second = (_answer(model, _ask(text)) for text in ("the meeting", "Thursday of the user"))
    shared = model.count((Turn("system", (SYSTEM,)),))
    assert first.usage.cached_tokens == 0
    assert shared - 5 < second.usage.cached_tokens <= shared + 5


def test_an_instruction_is_read_once_by_all_processes_and_changes_no_bit(weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "prefixes"
    with closing(_load(weights, prefixes=folder)) as first, closing(_load(weights)) as keeps_none:
        fresh, without = (_answer(model, _ask("the meeting")) for model in (first, keeps_none))
    with closing(_load(weights, prefixes=folder)) as second:
        again = _answer(second, _ask("the meeting"))
        instruction = second.count((Turn("system", (SYSTEM,)),))
    assert fresh.usage.cached_tokens == without.usage.cached_tokens == 0
    assert instruction - 5 < again.usage.cached_tokens <= instruction
    assert _content(fresh) == _content(again) == _content(without)
    assert len(list(folder.iterdir())) == 1


def test_no_word_of_a_message_or_of_the_user_is_kept_between_processes(weights: Path, tmp_path: Path) -> None:
    folder = tmp_path / "prefixes"
    with closing(_load(weights, prefixes=folder)) as model:
        _answer(model, _ask("", turns=(Turn("user", ("typed, and long enough to be worth it " * 20,)),)))
        _answer(model, _ask("", turns=(Turn("system", (SYSTEM, Untrusted("mail"))), Turn("user", ("the",)))))
        assert not folder.exists()
        _answer(model, _ask("the", tools=TOOLS))
        (before,) = folder.iterdir()
        _answer(model, _ask("and of quite another matter", tools=TOOLS))
        assert list(folder.iterdir()) == [before]


def test_a_talk_that_takes_turns_between_prompts_reads_neither_again(model: LocalModel) -> None:
    one, other = ("one " * 150, "another matter " * 60)
    asked = [_answer(model, _ask(text)) for text in (one, other, f"{one} and more of it", f"{other} and more")]
    read = [each.usage.prompt_tokens - each.usage.cached_tokens for each in asked]
    assert read[2] < read[0] / 2
    assert read[3] < read[1] / 2


def test_a_closed_iterator_leaves_the_model_usable(model: LocalModel) -> None:
    wanted = _content(_answer(model, _ask("the")))
    events = model.run([_ask(LONG), _ask("never asked")])
    next(iter(events))
    events.close()  # type: ignore[attr-defined]
    assert _content(_answer(model, _ask("the"))) == wanted


@pytest.mark.parametrize("after", [0.001, 0.004, 0.016, 0.032])
def test_ctrl_c_at_any_time_leaves_the_model_usable(model: LocalModel, after: float) -> None:
    wanted = _content(_answer(model, _ask("the")))
    with ctrl_c(after):
        _answer_for_ever(model)
    assert _content(_answer(model, _ask("the"))) == wanted


@pytest.mark.parametrize("when", ["before", "after"])
def test_ctrl_c_while_a_larger_context_is_made_leaves_the_model_usable(
    model: LocalModel, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    wanted = _content(_answer(model, _ask("the")))
    close = Context.close

    def interrupted(context: Context) -> None:
        if when == "after":
            close(context)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Context, "close", interrupted)
        with pytest.raises(KeyboardInterrupt):
            _answer(model, _ask(LONG * 6))
    assert _content(_answer(model, _ask("the"))) == wanted


def test_a_request_out_of_time_is_cancelled_with_what_there_was(model: LocalModel) -> None:
    completion = _answer(model, _ask(LONG, limits=Limits(seconds=1e-9)))
    assert (completion.text.raw, completion.stop, completion.signals) == ("", "cancelled", None)
    assert _answer(model, _ask("the")).stop == "end"


def test_an_answer_stops_at_its_token_limit(model: LocalModel) -> None:
    completion = _answer(model, _ask("the", limits=Limits(max_tokens=3)))
    assert (completion.stop, completion.usage.output_tokens) == ("length", 3)
    assert _answer(model, _ask("the")).text.raw.startswith(completion.text.raw.rstrip("�"))


def test_a_loop_is_stopped_early(model: LocalModel) -> None:
    completion = _answer(model, _ask("the", grammar='root ::= "ha ha "{200}'))
    assert completion.stop == "loop"
    assert completion.usage.output_tokens < 60


def test_a_character_spread_over_tokens_arrives_whole(model: LocalModel) -> None:
    *pieces, done = model.run([_ask("the", grammar="root ::= [ÄÖ] [日月] [🙂🙃] [!?]")])
    assert [len(piece.text.raw) for piece in pieces if isinstance(piece, Piece)] == [1, 1, 1, 1]
    assert isinstance(done, Done)
    assert (done.completion.usage.output_tokens, done.completion.stop) == (10, "end")


def test_what_the_grammar_leaves_no_choice_about_is_written_without_asking_the_model(model: LocalModel) -> None:
    piece, done = model.run([_ask("the", grammar='root ::= "Ä日🙂!"')])
    assert piece == Piece("1", Untrusted("Ä日🙂!"))
    assert isinstance(done, Done)
    assert (done.completion.text.raw, done.completion.stop, done.completion.signals) == ("Ä日🙂!", "end", None)
    completion = _answer(model, _ask("the", grammar='root ::= "the meeting " [0-9] " of Thursday"'))
    assert re.fullmatch("the meeting [0-9] of Thursday", completion.text.raw)
    assert completion.signals is not None
    assert completion.signals.tokens == 1


def test_known_text_longer_than_a_step_is_read_in_several(model: LocalModel) -> None:
    text = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    completion = _answer(model, _ask("the", grammar=f'root ::= [xy] "{text}" [xy]'))
    assert completion.text.raw[1:-1] == text
    assert completion.text.raw == _answer(model, _ask("the", grammar=f'root ::= [xy] "{text}" [xy]')).text.raw


@pytest.mark.parametrize("most", range(1, 8))
def test_known_text_does_not_exceed_the_token_limit(model: LocalModel, most: int) -> None:
    completion = _answer(model, _ask("the", grammar='root ::= "abcdefg"', limits=Limits(max_tokens=most)))
    assert (completion.text.raw, completion.usage.output_tokens) == ("abcdefg"[:most], most)
    assert completion.stop == "length"


def test_a_grammar_gives_a_legal_mass(model: LocalModel) -> None:
    completion = _answer(model, _ask("the", grammar='root ::= ("yes" | "no")'))
    assert completion.text.raw in ("yes", "no")
    assert completion.signals is not None
    assert completion.signals.legal_mass is not None
    assert 0 < completion.signals.legal_mass < 1


def test_an_invalid_grammar_is_an_error_and_the_model_goes_on(model: LocalModel) -> None:
    with pytest.raises(ModelError):
        _answer(model, _ask("the", grammar="root ::= ["))
    assert _answer(model, _ask("the")).stop == "end"


def test_an_answer_with_a_schema_is_json_that_fits_it(model: LocalModel) -> None:
    schema = """{"type": "object", "properties": {"who": {"enum": ["Ada", "Bob"]}, "when": {"type": "string",
        "format": "date"}, "pages": {"type": "integer", "minimum": 3, "maximum": 12}}, "required": ["who", "pages"]}"""
    for text in ("the", "and", "of"):
        told = json.loads(_answer(model, _ask(text, schema=schema)).text.raw)
        assert told["who"] in ("Ada", "Bob")
        assert 3 <= told["pages"] <= 12
        assert date.fromisoformat(told.get("when", "2026-01-01"))


@pytest.mark.parametrize("schema", ["", "[", '{"type": "string", "format": "email"}', '{"not": {}}'])
def test_a_schema_that_cannot_be_followed_is_refused_not_ignored(model: LocalModel, schema: str) -> None:
    with pytest.raises(ModelError, match=r"^The JSON Schema for the answer cannot be followed: "):
        _answer(model, _ask("the", schema=schema))


@pytest.mark.parametrize("end", ["<|eom_id|>", "<|eot_id|>", "<|end_of_text|>"])
@pytest.mark.parametrize("tag", [(), ("<|python_tag|>",)])
def test_calls_are_read_and_no_piece_shows_them(tmp_path: Path, tag: tuple[str, ...], end: str) -> None:
    with closing(_load(write_tiny_gguf(tmp_path / "calls.gguf", says=(*tag, *"[now()]", end)), chat="llama3")) as model:
        events = list(model.run([_ask("", tools=TOOLS)]))
        (done,) = events
        assert isinstance(done, Done)
        completion = done.completion
        assert (completion.text, completion.calls) == (Untrusted(""), (Call(Untrusted("now"), Untrusted("{}")),))
        assert (completion.stop, completion.usage.output_tokens) == ("end", 7 + len(tag))
        assert completion.usage.prompt_tokens == model.count(_ask("").turns, TOOLS) > model.count(_ask("").turns)


def test_prose_beside_the_calls_is_what_is_shown(tmp_path: Path) -> None:
    with closing(_load(write_tiny_gguf(tmp_path / "prose.gguf", says=(*"[now()]!?", "<|im_end|>")))) as model:
        piece, done = model.run([_ask("", tools=TOOLS)])
        assert piece == Piece("1", Untrusted("!?"))
        assert isinstance(done, Done)
        assert (done.completion.text.raw, len(done.completion.calls)) == ("!?", 1)


def test_calls_that_are_cut_off_are_none_and_are_not_shown(tmp_path: Path) -> None:
    with closing(_load(write_tiny_gguf(tmp_path / "cut.gguf", says=(*"[now()]", "<|im_end|>")))) as model:
        (done,) = model.run([_ask("", tools=TOOLS, limits=Limits(max_tokens=6))])
        assert isinstance(done, Done)
        assert (done.completion.text.raw, done.completion.calls, done.completion.stop) == ("[now()", (), "length")


def test_without_tools_nothing_is_a_call_and_the_tag_ends_the_answer(tmp_path: Path) -> None:
    with closing(_load(write_tiny_gguf(tmp_path / "plain.gguf", says=(*"[now()]", "<|im_end|>")))) as model:
        completion = _answer(model, _ask(""))
        assert (completion.text.raw, completion.calls) == ("[now()]", ())
    tagged = write_tiny_gguf(tmp_path / "tag.gguf", says=("<|python_tag|>", *"[now()]", "<|eom_id|>"))
    with closing(_load(tagged, chat="llama3")) as model:
        assert _answer(model, _ask("")).text.raw == ""


def test_prose_comes_in_pieces_also_where_there_are_tools(tmp_path: Path) -> None:
    with closing(_load(write_tiny_gguf(tmp_path / "prose.gguf", says=(*"Now, yes", "<|im_end|>")))) as model:
        *pieces, done = model.run([_ask("", tools=TOOLS)])
        assert [piece.text.raw for piece in pieces if isinstance(piece, Piece)] == list("Now, yes")
        assert isinstance(done, Done)
        assert (done.completion.text.raw, done.completion.calls) == ("Now, yes", ())


def test_under_a_grammar_only_calls_that_fit_are_written(model: LocalModel) -> None:
    asked = [_answer(model, _ask(text, tools=TOOLS, grammar=grammar(TOOLS))) for text in ("the", "and", "of", "to")]
    assert all(each.stop == "end" for each in asked)
    assert {call.name.raw for each in asked for call in each.calls} | {each.text.raw for each in asked} <= {
        *("now", "none", "")
    }


def test_what_is_said_of_the_functions_is_read_once(model: LocalModel) -> None:
    _, second = (_answer(model, _ask(text, tools=TOOLS)) for text in ("the meeting", "Thursday of the user"))
    shared = model.count((Turn("system", (SYSTEM,)),), TOOLS)
    assert shared - 5 < second.usage.cached_tokens <= shared + 5


def test_a_picture_is_refused(model: LocalModel) -> None:
    with pytest.raises(ModelError, match="No model on this computer can look at a picture"):
        list(model.run([Request("1", (Turn("user", (Image(b"", "image/png", 1, 1),)),))]))


def test_a_choice_scores_the_mean_log_probability_of_its_tokens(model: LocalModel, weights: Path) -> None:
    choices = ("the user", "Thursday", LONG[:200], "x")
    completion = _answer(model, _ask("meeting", choices=tuple(map(Untrusted, choices))))
    assert (completion.text.raw, completion.stop, completion.signals) == ("", "end", None)
    assert completion.scores == pytest.approx([_recomputed(weights, choice) for choice in choices], abs=1e-4)


def test_an_empty_choice_is_the_worst(model: LocalModel) -> None:
    completion = _answer(model, _ask("meeting", choices=(Untrusted(""), Untrusted("x"))))
    assert completion.scores[0] == -math.inf < completion.scores[1]


@pytest.mark.parametrize(
    "too_long",
    [
        {"limits": Limits(max_tokens=CONTEXT)},
        {"choices": (Untrusted("x" * CONTEXT),)},
        {"turns": (Turn("user", (Untrusted("x" * CONTEXT),)),)},
    ],
)
def test_a_request_longer_than_the_context_is_refused(model: LocalModel, too_long: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=rf"^This needs \d+ tokens, and tiny can hold {CONTEXT}\.$"):
        _answer(model, _ask("the", **too_long))


def test_a_request_that_just_fits_the_context_is_answered(weights: Path) -> None:
    needed = _load(weights).count(_ask("the").turns) + 5
    model = _load(weights, context=needed)
    assert model.context == needed
    assert _answer(model, _ask("the", limits=Limits(max_tokens=5))).usage.output_tokens == 5
    with pytest.raises(ModelError):
        _answer(model, _ask("the", limits=Limits(max_tokens=6)))
    model.close()


def test_the_context_is_never_longer_than_the_model_was_trained_on(weights: Path) -> None:
    model = _load(weights, context=1_000_000)
    assert model.context == CONTEXT
    model.close()


def test_a_second_answer_may_begin_when_the_first_is_done_but_not_within(model: LocalModel) -> None:
    wanted = _content(_answer(model, _ask("and")))
    events = iter(model.run([_ask("the", limits=Limits(max_tokens=20)), _ask("and")]))
    assert isinstance(next(events), Piece)
    with pytest.raises(RuntimeError, match="one run at a time"):
        _answer(model, _ask("user"))
    first = next(event for event in events if isinstance(event, Done))
    _answer(model, _ask("user"))
    *_, second = events
    assert first.completion.stop == "length"
    assert isinstance(second, Done)
    assert _content(second.completion) == wanted


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file or directory"),
        (b"", "cannot be loaded"),
        (b"GGUX" + bytes(100), "invalid magic characters"),
        (slice(300_000), "not within the file bounds"),
    ],
)
def test_a_damaged_file_is_an_error_that_says_why(
    weights: Path, tmp_path: Path, content: bytes | slice | None, said: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "damaged.gguf"
    if content is not None:
        path.write_bytes(weights.read_bytes()[content] if isinstance(content, slice) else content)
    with pytest.raises(ModelError, match=said):
        _load(path)
    assert capfd.readouterr() == ("", "")


def test_weights_that_are_not_numbers_are_reported(tmp_path: Path) -> None:
    model = _load(write_tiny_gguf(tmp_path / "broken.gguf", broken=True))
    with pytest.raises(ModelError, match="its weights are damaged"):
        _answer(model, _ask("the"))
    model.close()


def test_a_closed_model_answers_with_an_error(weights: Path) -> None:
    model = _load(weights)
    _answer(model, _ask("the"))
    events = iter(model.run([_ask("the")]))
    next(events)
    model.close()
    model.close()
    with pytest.raises(ModelError, match="closed"):
        next(events)
    with pytest.raises(ModelError, match="closed"):
        model.count(_ask("the").turns)


def _load(path: Path, *, context: int = CONTEXT, chat: ChatName = "chatml", prefixes: Path | None = None) -> LocalModel:
    return LocalModel(
        path,
        name="tiny",
        fingerprint="tiny",
        chat=chat,
        context=context,
        languages=frozenset({"en"}),
        setup=Setup(threads=1),
        prefixes=prefixes,
    )


def _ask(text: str, *, id: str = "1", **rest: Any) -> Request:
    turns = rest.pop("turns", (Turn("system", (SYSTEM,)), Turn("user", (Untrusted(text),))))
    return Request(id, turns, **rest)


def _answer(model: LocalModel, request: Request) -> Completion:
    *_, done = model.run([request])
    assert isinstance(done, Done)
    return done.completion


def _answer_for_ever(model: LocalModel) -> None:
    while True:
        _answer(model, _ask(LONG * 3))


def _content(completion: Completion) -> tuple[Any, ...]:
    return completion.text, completion.stop, completion.signals, completion.scores


def _recomputed(weights: Path, choice: str) -> float:
    """Score a choice with llama.cpp alone: a new context, one token at a time, softmax in double precision."""
    from llama_cpp import llama_cpp as c

    model = c.llama_model_load_from_file(str(weights).encode(), c.llama_model_default_params())
    params = c.llama_context_default_params()
    params.n_ctx, params.flash_attn_type = 2048, 1
    context = c.llama_init_from_model(model, params)
    vocabulary = c.llama_model_get_vocab(model)
    size = c.llama_vocab_n_tokens(vocabulary)

    def tokens(text: str, special: bool) -> list[int]:
        buffer = (c.llama_token * 2000)()
        count = c.llama_tokenize(vocabulary, text.encode(), len(text.encode()), buffer, 2000, False, special)
        return list(buffer[:count])

    prompt = [
        *tokens("<|im_start|>system\n", True),
        *tokens(SYSTEM, False),
        *tokens("<|im_end|>\n", True),
        *tokens("<|im_start|>user\n", True),
        *tokens("meeting", False),
        *tokens("<|im_end|>\n", True),
        *tokens("<|im_start|>assistant\n", True),
    ]
    scores = []
    for position, token in enumerate(prompt + (wanted := tokens(choice, False))):
        if position >= len(prompt):
            row = np.ctypeslib.as_array(c.llama_get_logits(context), (size,)).astype(np.float64)
            scores.append(row[token] - np.log(np.exp(row).sum()))
        array = (c.llama_token * 1)(token)
        assert c.llama_decode(context, c.llama_batch_get_one(array, 1)) == 0
    c.llama_free(context)
    c.llama_model_free(model)
    return float(sum(scores) / len(wanted))
