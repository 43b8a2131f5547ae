import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.text import Screened, Untrusted, screen, screen_line, spelled


@pytest.mark.parametrize(
    "leak", [str, format, lambda text: f"{text}", lambda text: "a" + text, lambda text: text + "a", "{}".format]
)
def test_untrusted_text_cannot_become_a_string_by_accident(leak):
    with pytest.raises(TypeError):
        leak(Untrusted("secret"))


def test_untrusted_text_does_not_show_in_a_repr():
    assert repr(Untrusted("secret")) == "<Untrusted: 6 characters>"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain\tand\nlines", "plain\tand\nlines"),
        ("Grüße, 谢谢, नमस्ते", "Grüße, 谢谢, नमस्ते"),
        ("clear \x1b[2J screen", "clear [2J screen"),
        ("clipboard \x1b]52;c;aGk=\x07", "clipboard ]52;c;aGk="),
        ("eight-bit \x9b31m", "eight-bit 31m"),
        ("over\rwrite\r\nnext", "over\nwrite\nnext"),
        ("back\b\b\bspace", "backspace"),
        ("right \u202eto\u2066 left", "right to left"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("soft\u00adhyphen", "softhyphen"),
        ("line\u2028and\u2029paragraph", "lineandparagraph"),
        ("family 👩\u200d👧 heart ❤\ufe0f", "family 👩\u200d👧 heart ❤\ufe0f"),
        ("joiner a\u200db", "joiner ab"),
        ("zalgo e" + "\u0301" * 9, "zalgo e\u0301\u0301"),
        ("lone \ud800 surrogate", "lone  surrogate"),
    ],
)
def test_a_screen_shows_what_is_visible_and_drops_the_rest(raw, shown):
    assert screen(Untrusted(raw)) == shown


def test_long_lines_and_long_texts_are_cut_with_an_ellipsis():
    assert screen("x" * 5_000) == "x" * 1_999 + "…"
    assert len(screen("line\n" * 100_000)) == 200_000


def test_one_line_means_one_line():
    assert screen_line("Subject:\r\n Bcc: x\n\n  y") == "Subject: Bcc: x y"


@settings(max_examples=300)
@given(st.text())
def test_nothing_on_a_screen_is_a_control_bidi_or_invisible_character(raw):
    for char in screen(raw):
        assert char in "\n\t\u200d\ufe0f" or unicodedata.category(char) not in (
            "Cc",
            "Cf",
            "Cs",
            "Co",
            "Cn",
            "Zl",
            "Zp",
        )


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain", "plain"),
        ("Grüße, 谢谢, नमस्ते", "Grüße, 谢谢, नमस्ते"),
        ("two\nlines\r\n", r"two\u{a}lines\u{d}\u{a}"),
        ("a\ttab, a\u00a0space, an end ", r"a\u{9}tab, a\u{a0}space, an end\u{20}"),
        ("clear \x1b[2J \x9b31m", r"clear \u{1b}[2J \u{9b}31m"),
        ("right \u202eto left", r"right \u{202e}to left"),
        (
            "zero\u200bwidth\ufeff, tag\U000e0041, blank \u2800",
            r"zero\u{200b}width\u{feff}, tag\u{e0041}, blank \u{2800}",
        ),
        ("👩\u200d👧 ❤\ufe0f", r"👩\u{200d}👧 ❤\u{fe0f}"),
        ("e\u0301\u0301\u0301, \u0301e", "e\u0301\u0301" r"\u{301}, " "\u0301e"),
        ("\u0301e", r"\u{301}e"),
        ("lone \ud800", r"lone \u{d800}"),
        (r"C:\users, \u202e, \x1b", r"C:\users, \u202e, \x1b"),
        (r"a \u{202e} of its own", r"a \u{5c}u{202e} of its own"),
        ("\\\u202e", r"\\u{202e}"),
    ],
)
def test_a_text_is_spelled_where_a_terminal_would_act_on_it_or_not_show_it(raw, shown):
    assert spelled(Untrusted(raw)) == spelled(raw) == shown


@settings(max_examples=500)
@given(st.one_of(st.text(), st.text(alphabet="\\u{}20ae1\n \u202e\u0301")))
def test_from_what_is_spelled_the_text_can_be_had_back(raw):
    shown = spelled(raw)
    assert re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), shown) == raw
    assert "\n" not in shown


@pytest.mark.parametrize(
    ("pieces", "shown"),
    [
        (["clear \x1b", "[2J screen"], ["clear ", "[2J screen"]),
        (["over\r", "\nwrite"], ["over\n", "write"]),
        (["over\r", "", "\rwrite"], ["over\n", "", "\nwrite"]),
        (["e\u0301", "\u0301", "\u0301", "\u0301"], ["e\u0301", "\u0301", "", ""]),
        (["❤", "\ufe0f", "a", "\ufe0f"], ["❤", "\ufe0f", "a", ""]),
        (["\u0301", "a"], ["", "a"]),
        (["x" * 3_000], ["x" * 3_000]),
    ],
)
def test_a_text_that_comes_in_pieces_is_shown_as_it_comes(pieces, shown):
    screened = Screened()
    assert [screened.more(Untrusted(piece)) for piece in pieces] == shown


_TELLING = st.text(alphabet="ab \n\r\t\x1b\x9b[2J\u0301\u200d\ufe0f❤👩\U00016fe4\u3164\u202e")


@settings(max_examples=500)
@given(st.one_of(st.text(max_size=500), _TELLING), st.lists(st.integers(0, 60)))
def test_however_a_text_is_cut_what_is_shown_is_what_the_whole_would_be(raw, cuts):
    places = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    screened = Screened()
    pieces = [screened.more(raw[start:end]) for start, end in pairwise(places)]
    assert "".join(pieces) == screen(raw)
