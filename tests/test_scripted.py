"""A model that answers from a script, with calls as a local model's."""

from agent.model import Call, Completion, Done, Image, Piece, Request, Tool, Turn
from agent.scripted import ScriptedModel
from agent.text import Untrusted

TOOLS = (Tool("now", "The time.", '{"type": "object", "properties": {}}'),)
NOW = Call(Untrusted("now"), Untrusted("{}"))


def answer(text: str, tools: tuple[Tool, ...] = TOOLS) -> tuple[list[str], Completion]:
    *pieces, done = ScriptedModel(lambda request: text).run([Request("1", (Turn("user", ("When?",)),), tools=tools)])
    assert isinstance(done, Done)
    return [piece.text.raw for piece in pieces if isinstance(piece, Piece)], done.completion


def test_calls_are_read_from_the_text_where_there_are_tools():
    pieces, completion = answer("[now(), now()]")
    assert (pieces, completion.text.raw, completion.calls) == ([], "", (NOW, NOW))
    pieces, completion = answer('{"name": "now", "parameters": {}}\nI look.')
    assert (pieces, completion.text.raw, completion.calls) == (["I look."], "I look.", (NOW,))


def test_what_was_meant_for_a_call_and_is_none_is_the_text_but_no_piece():
    pieces, completion = answer("[now(")
    assert (pieces, completion.text.raw, completion.calls) == ([], "[now(", ())


def test_prose_stays_prose():
    for text in ("none", "It is noon.", "[1] says noon."):
        pieces, completion = answer(text)
        assert (pieces, completion.text.raw, completion.calls) == ([text], text, ())


def test_without_tools_nothing_is_a_call():
    pieces, completion = answer("[now()]", ())
    assert (pieces, completion.text.raw, completion.calls) == (["[now()]"], "[now()]", ())


def test_tools_and_calls_count():
    model = ScriptedModel(lambda request: "")
    picture = Image(b"", "image/png", 1, 1)
    assert model.count((Turn("user", ("four", picture)),)) == 5
    assert model.count((Turn("assistant", (), (NOW,)),)) == 4 + 2  # [now()]
    assert model.count((), TOOLS) > 100


def test_of_several_at_once_the_shortest_answer_is_done_first_and_then_the_next_is_taken():
    model = ScriptedModel(lambda request: request.id, parallel=2)
    events = model.run(iter([_ask("a long answer"), _ask("short"), _ask("and another one too"), _ask("end")]))
    done = [(event.id, len(model.seen)) for event in events if isinstance(event, Done)]
    assert done == [("short", 2), ("a long answer", 3), ("end", 4), ("and another one too", 4)]


def _ask(name: str) -> Request:
    return Request(name, (Turn("user", ("When?",)),))
