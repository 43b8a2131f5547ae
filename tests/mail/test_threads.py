"""Which messages belong together, and which must not."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.mail.message import Address, Head
from agent.mail.threads import group
from agent.text import Untrusted

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def head(
    name: str,
    *,
    day: float | None = 0,
    subject: str = "",
    sender: str = "ada@example.org",
    to: str = "me@example.org",
    reply_to: str = "",
    references: str = "",
) -> Head:
    """Return the head of message <name>, `day` days after the first."""
    return Head(
        where=name,
        size=1,
        date=None if day is None else START + timedelta(days=day),
        date_source="date",
        sender=Address(Untrusted(""), Untrusted(sender)),
        to=(Address(Untrusted(""), Untrusted(to)),),
        cc=(),
        subject=Untrusted(subject),
        message_id=Untrusted(f"<{name}>"),
        in_reply_to=Untrusted(f"<{reply_to}>" if reply_to else ""),
        references=tuple(Untrusted(f"<{each}>") for each in references.split()),
        content_hash=name,
    )


def threads(*heads: Head) -> list[str]:
    """Return the names of each thread's messages."""
    return [" ".join(each.where for each in thread.heads) for thread in group(heads)]


def test_a_thread_is_its_messages_oldest_first_under_the_id_of_the_oldest() -> None:
    late, early = head("b", day=1, reply_to="a"), head("a")
    (thread,) = group([late, early])
    assert (thread.id, thread.heads) == (early.id, (early, late))


@pytest.mark.parametrize(
    ("heads", "expected"),
    [
        ([head("a"), head("b", day=1, reply_to="a"), head("c", day=2, references="a b")], ["a b c"]),
        ([head("a"), head("b", day=1)], ["a", "b"]),
        ([head("b", references="gone b1"), head("c", day=1, references="gone c1")], ["b c"]),
        ([head("b", reply_to="gone"), head("c", day=1, reply_to="gone")], ["b c"]),
        ([head("a", day=1), head("b", day=0, reply_to="a"), head("c", day=2)], ["b a", "c"]),
        ([head("a", reply_to="a"), head("b", references="b b")], ["a", "b"]),
        ([head("a", reply_to="b"), head("b", day=1, reply_to="c"), head("c", day=2, reply_to="a")], ["a b c"]),
        (
            [head("a"), head("copy", day=1), head("b", day=None), head("c", day=None, reply_to="a")],
            ["a c", "copy", "b"],
        ),
        ([], []),
    ],
    ids=[
        "chain",
        "strangers",
        "missing root",
        "missing parent",
        "answer dated earlier",
        "self",
        "loop",
        "undated",
        "none",
    ],
)
def test_messages_are_tied_by_the_ids_they_name(heads: list[Head], expected: list[str]) -> None:
    assert threads(*heads) == expected


def test_a_forged_list_of_references_does_not_run_two_threads_together() -> None:
    two = [head("a"), head("b", day=1), head("a2", day=2, reply_to="a"), head("b2", day=3, reply_to="b")]
    assert threads(*two, head("x", day=4, references="a b", sender="mallory@evil.example")) == ["a a2", "b b2 x"]


def test_message_ids_are_found_in_fields_with_other_words() -> None:
    answer = head("b", day=1)
    answer = Head(
        **{name: getattr(answer, name) for name in Head.__slots__}
        | {"in_reply_to": Untrusted("Your message <a> of Monday")}
    )
    assert threads(head("a"), answer) == ["a b"]


@pytest.mark.parametrize(
    "prefix",
    [
        "Re:",
        "RE[2]:",
        "Re(3):",
        "AW:",
        "Antw:",
        "SV:",
        "R:",
        "RV:",
        "Fwd:",
        "WG:",
        "TR:",
        "回复：",
        "答复:",
        "转发：",
        "Re: AW: Fw:",
    ],
)
def test_an_answer_without_references_is_found_by_its_subject(prefix: str) -> None:
    answer = head("b", day=3, subject=f"{prefix} Budget  2026", sender="bob@example.org", to="ada@example.org")
    assert threads(head("a", subject="budget 2026"), answer) == ["a b"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (head("a", subject="Budget"), head("b", day=1, subject="Budget")),
        (head("a", subject="Budget"), head("b", day=1, subject="Report: Budget")),
        (head("a", subject="Budget"), head("b", day=31, subject="Re: Budget")),
        (head("a", subject="Hello"), head("b", day=1, subject="Re: Hello", sender="bob@example.org")),
        (head("a", subject=""), head("b", day=1, subject="Re:")),
        (head("a", subject="Budget", day=2), head("b", day=1, subject="Re: Budget")),
        (head("a", subject="Budget"), head("b", day=None, subject="Re: Budget")),
        (head("a", subject="Budget"), head("b", day=1, subject="Re: Budget", reply_to="other")),
    ],
    ids=[
        "no prefix",
        "not a prefix",
        "a month later",
        "strangers to one reader",
        "empty",
        "before",
        "undated",
        "names another",
    ],
)
def test_a_like_subject_alone_ties_nothing(first: Head, second: Head) -> None:
    assert len(threads(first, second)) == 2


_NAMES = st.sampled_from("abcdef")
_HEADS = st.builds(
    head,
    _NAMES,
    day=st.one_of(st.none(), st.integers(0, 60)),
    subject=st.sampled_from(["", "x", "Re: x", "AW: Re: x"]),
    sender=st.sampled_from(["a@b.org", "c@d.org", ""]),
    reply_to=st.one_of(st.just(""), _NAMES),
    references=st.lists(_NAMES, max_size=4).map(" ".join),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(_HEADS, max_size=12))
def test_each_message_is_in_exactly_one_thread_and_the_order_is_settled(heads: list[Head]) -> None:
    found = group(heads)
    assert sorted(map(id, heads)) == sorted(id(each) for thread in found for each in thread.heads)
    assert group(iter(heads)) == found


@pytest.mark.parametrize("kind", ["chain", "one subject", "many references"])
def test_10_000_messages_are_grouped_within_seconds(kind: str) -> None:
    heads = [
        head(
            f"{n}",
            day=n / 1_000,
            subject="Re: Budget" if kind == "one subject" else "Budget",
            sender=f"{n}@example.org",
            reply_to=f"{n - 1}" if kind == "chain" and n else "",
            references=" ".join(f"x{k}" for k in range(n, n + 20)) if kind == "many references" else "",
        )
        for n in range(10_000)
    ]
    begin = time.process_time()
    found = group(heads)
    assert time.process_time() - begin < 2
    assert len(found) == {"chain": 1, "one subject": 10_000, "many references": 10_000}[kind]
