"""The detectors together: spans in order, none overlapping, codes left alone."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from agent.router.redact import detect
from agent.router.redact.known import Known, Matcher
from agent.router.redact.spans import Span

_PIECES = [
    *(
        "Oscar",
        "Hernandez",
        "oscar@globex.net",
        "14 Larkspur Lane",
        "PERSON_7K3Q",
        "the",
        "met",
        "Will",
        "in",
        "France",
    ),
    *(
        "王小明",
        "'s",
        ", ",
        ". ",
        "\n",
        "(",
        ")",
        "_",
        "-",
        "42",
        "\u200b",
        "é",
        "https://x.example/a?b=c",
        "+1 555 010 0199",
    ),
    *("API_KEY=abc123def456ghi789", " "),
]
TEXTS = st.builds(
    lambda pieces, between: between.join(pieces), st.lists(st.sampled_from(_PIECES)), st.sampled_from(["", " "])
)
KNOWN = Matcher([Known("PERSON", "Oscar Hernandez"), Known("PERSON", "王小明"), Known("ORG", "globex")])


def find(text: str) -> list[Span]:
    return detect.find(text, detect.seen(text), KNOWN)


@given(TEXTS)
def test_spans_are_in_order_apart_and_not_empty(text):
    spans = find(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(first.end < second.start for first, second in pairwise(spans))


def test_a_code_in_the_text_is_left_alone():
    text = "Oscar met PERSON_7K3Q Hernandez"
    assert [text[span.start : span.end] for span in find(text)] == ["Oscar", "Hernandez"]


def test_spans_end_where_words_do():
    text = "xglobex and 王小明来了"
    assert [text[span.start : span.end] for span in find(text)] == ["王小明"]


def test_a_question_about_a_country_keeps_it_and_anything_personal_does_not():
    assert find("What is the capital of France?") == []
    assert len(find("What is the tax I owe in France?")) == 1
    assert len(find("France was fun to visit!")) == 1
