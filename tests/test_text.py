import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.text import Untrusted, screen, screen_line


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
