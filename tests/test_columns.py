from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from agent.columns import Flow, cut, pad, wrap


def test_ideographs_take_two_cells():
    assert pad("张伟", 6) == "张伟  "
    assert cut("张伟先生", 5) == "张伟…"
    assert wrap("请在周五前 send it", 6) == ["请在周", "五前", "send", "it"]


@settings(max_examples=200)
@given(st.text(alphabet="ab 张é-", max_size=80), st.integers(4, 40))
def test_no_wrapped_line_is_wider_than_asked_and_no_character_is_lost(text, width):
    lines = wrap(text, width)
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(text.split())


@settings(max_examples=500)
@given(st.text(alphabet="ab 张é-\n", max_size=80), st.lists(st.integers(0, 80)), st.integers(4, 40))
def test_lines_that_come_in_pieces_are_wrapped_as_the_whole_would_be(text, cuts, width):
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    flow = Flow(width)
    written = "".join(flow.more(text[start:end]) for start, end in pairwise(places)) + flow.end()
    assert written.rstrip("\n") == "\n".join(
        wrapped for line in text.split("\n") for wrapped in wrap(line, width)
    ).rstrip("\n")


def test_a_word_is_written_as_soon_as_it_is_over():
    flow = Flow(10)
    assert [flow.more(piece) for piece in ("thr", "ee ", "words, wrapped\n", "x")] == [
        "",
        "three",
        "\nwords,\nwrapped\n",
        "",
    ]
    assert flow.begun
    assert flow.end() == "x\n"
    assert not flow.begun
