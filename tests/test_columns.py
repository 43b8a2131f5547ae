from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from agent.columns import cut, pad, wrap


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
