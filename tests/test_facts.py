import pytest

from agent.facts import facts, states


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14k EUR", "14,000 euros"),
        ("14 000 €", "€14k"),
        ("12.345,67", "12,345.67"),
        ("3%", "3 percent"),
        ("$2.5 million", "USD 2,500,000"),
        ("seven", "7"),
        ("26 Nov", "November 26th"),
        ("26. November", "26.11."),
        ("2026-11-26", "November 26, 2026"),
        ("3 de mayo", "3 May"),
        ("3 pm", "15:00"),
        ("15h30", "3:30 p.m."),
        ("noon", "12:00 pm"),
        ("15 Uhr", "15:00"),
        ("Donnerstag", "Thu"),
        ("märz", "March"),
        ("Bob@Example.com", "bob@example.com"),
        ("https://a.example/b.", "https://a.example/b/"),
        ("heute", "today"),
    ],
)
def test_the_same_fact_written_two_ways_reads_the_same(one: str, other: str):
    (first,), (second,) = facts(one), facts(other)
    assert states(first, second)
    assert (first.kind, first.readings, first.year) == (second.kind, second.readings, second.year)


@pytest.mark.parametrize(
    ("source", "claim", "stated"),
    [
        ("3 pm", "3:00", True),
        ("3:00", "3 pm", False),
        ("3/4", "3 April", False),
        ("26/11", "26 November", True),
        ("26 November 2026", "26 November", True),
        ("26 November", "26 November 2026", False),
        ("14k EUR", "14000", True),
        ("14000", "14k EUR", False),
        ("14k EUR", "14k USD", False),
        ("1.5", "15", False),
        ("1.2.3", "123", False),
    ],
)
def test_a_claim_may_be_vaguer_than_its_source_and_never_more_exact(source: str, claim: str, stated: bool):
    (there,), (said,) = facts(source), facts(claim)
    assert states(there, said) is stated


def test_facts_are_found_in_order_where_they_stand():
    text = "On Fri 26 Nov at 3-4pm, two of 20 people may pay $5k; see www.acme.example, v1.2 and March."
    assert [(fact.kind, text[fact.start : fact.end]) for fact in facts(text)] == [
        ("weekday", "Fri"),
        ("date", "26 Nov"),
        ("time", "3"),
        ("time", "4pm"),
        ("number", "two"),
        ("number", "20"),
        ("money", "$5k"),
        ("address", "www.acme.example"),
        ("month", "March"),
    ]
