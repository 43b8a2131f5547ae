import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.router.redact.folded import fold
from agent.router.redact.spans import KINDS, Span, merge
from agent.router.redact.structured import find


def found(text: str) -> list[tuple[str, str]]:
    return [(span.kind, text[span.start : span.end]) for span in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to anna.berg+news@mail.example.org.", [("EMAIL", "anna.berg+news@mail.example.org")]),
        ("<o'brien@example.org>", [("EMAIL", "o'brien@example.org")]),
        ("anna (at) example (dot) org", [("EMAIL", "anna (at) example (dot) org")]),
        ("müller@bücher.example", [("EMAIL", "müller@bücher.example")]),
        ("anna%40example.org", [("EMAIL", "anna%40example.org")]),
        ("lunch @ 5 for 2@3.50", []),
        (
            "see https://example.org/a(b)?q=1, or (www.example.org/x).",
            [("URL", "https://example.org/a(b)?q=1"), ("URL", "www.example.org/x")],
        ),
        ("on host db-04.corp.example now", [("HOST", "db-04.corp.example")]),
        ("ask berglogistik.no and bigshop.de", [("HOST", "berglogistik.no"), ("HOST", "bigshop.de")]),
        ("That is ok.no problem, e.g. done.In report.py i.e. end.", []),
        ("from 192.0.2.17 and 2001:db8::17.", [("IP", "192.0.2.17"), ("IP", "2001:db8::17")]),
        ("version 1.2.3.4 at 10:30:15 std::map", []),
        ("mac 00:1a:2b:3c:4d:5e", [("ID", "00:1a:2b:3c:4d:5e")]),
    ],
)
def test_addresses_on_the_internet_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "number",
    [
        "+1 (415) 555-2671", "415-555-2671", "(415) 555-2671", "415.555.2671", "1-800-555-0199", "001-415-555-2671",
        "415-555-2671x4587", "(415)555-2671 ext. 12", "+49 30 901820", "+49 (0)30 90 18 20", "030/901820",
        "01 42 68 53 00", "01.42.68.53.00", "+33 1 42 68 53 00", "020 7946 0958", "+44 20 7946 0958", "(020) 7946 0958",
        "071-234 56 78", "+46 71 234 56 78", "22 33 44 55", "600 123 456", "+7 (495) 123-45-67", "555-0134",
        "+86 138 1234 5678", "0412 345 678",
    ],
)  # fmt: skip
def test_telephone_numbers_of_many_countries_are_found(number: str) -> None:
    assert found(f"Please phone {number}, thanks") == [("PHONE", number)]


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-11-23, 23.11.2026, 11/23/2026 and 23-11-26", "in 2019-2023 and 2024 2025", "from 14.30-15.00",
        "costs 12 500 000 EUR or $12,345,678.90", "rows 10 20 30 40 50 60", "pi is 3.14159265358979",
        "at 2026-11-23 04:34:22", "12.345.678", "2019 2020 2021", "1 250 000 people", "chapter 3, page 217", "ISO-9001",
        "RFC 5322, UTF-8, COVID-19", "the 24th of May", "40 percent in 12 months",
    ],
)  # fmt: skip
def test_dates_amounts_and_counts_are_nobody_s_numbers(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("card 4111 1111 1111 1111 12/27", [("CARD", "4111 1111 1111 1111")]),
        ("card 4111-1111-1111-1111", [("CARD", "4111-1111-1111-1111")]),
        ("378282246310005 and 3782 822463 10005", [("CARD", "378282246310005"), ("CARD", "3782 822463 10005")]),
        ("4111 1111\n> 1111 1111", [("CARD", "4111 1111\n> 1111 1111")]),
        ("4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1", [("CARD", "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1")]),
        ("the log says 4111111111111112", [("NUMBER", "4111111111111112")]),
        ("IBAN DE89 3704 0044 0532 0130 00 is mine", [("IBAN", "DE89 3704 0044 0532 0130 00")]),
        ("gb82west12345698765432", [("IBAN", "gb82west12345698765432")]),
        ("SSN: 219-09-9999", [("SSN", "219-09-9999")]),
        ("NI number QQ 12 34 56 C or AB123456C", [("SSN", "AB123456C")]),
        ("DNI 12345678Z", [("SSN", "12345678Z")]),
        ("CPF 529.982.247-25", [("SSN", "529.982.247-25")]),
        ("hetu 131052-308T", [("SSN", "131052-308T")]),
        ("(EMP-14165) is new", [("ID", "EMP-14165")]),
        ("employee ID: 88213, order number 48-2210, invoice INV2026/0042",
         [("ID", "88213"), ("ID", "48-2210"), ("ID", "INV2026/0042")]),
        ("My driver's license number is 2270-66-1551", [("ID", "2270-66-1551")]),
        ("Kundennummer: 4711-22", [("ID", "4711-22")]),
        ("in case 3 of order 12", []),
        ("a 37 years old man, aged 41, who turned 12; she is 8-year-old; I'm 31 y/o.",
         [("AGE", "37"), ("AGE", "41"), ("AGE", "12"), ("AGE", "8"), ("AGE", "31")]),
        ("born 12.3.1980, DOB: 1980-03-12, date of birth: March 12, 1980",
         [("DOB", "12.3.1980"), ("DOB", "1980-03-12"), ("DOB", "March 12, 1980")]),
        ("ask @anna_b in /home/anna/tax.txt", [("USER", "@anna_b"), ("PATH", "/home/anna/tax.txt")]),
        ("username: aberg", [("USER", "aberg")]),
        (r"C:\Users\anna\x.txt", [("PATH", r"C:\Users\anna\x.txt")]),
    ],
)  # fmt: skip
def test_numbers_of_people_and_accounts_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "written",
    [
        "4111\u00a01111\u00a01111\u00a01111", "4111\u20091111\u20091111\u20091111",
        "4111\u20111111\u20111111\u20111111",
        "４１１１１１１１１１１１１１１１", "٤١١١١١١١١١١١١١١١", "4\u200b111\u00ad1111\u200b\u200b1111\ufeff1111",
    ],
)  # fmt: skip
def test_digits_of_other_scripts_and_what_hides_between_them_change_nothing(written: str) -> None:
    assert found(f"é \u200b {written}.") == [("CARD", written)]


@given(st.text(alphabet="aB1١4 \u200b\u00ad\u00a0.-@:/+(é\n", max_size=60))
def test_folding_knows_the_way_back(text: str) -> None:
    folded = fold(text)
    kept = [folded.where(at, at + 1) for at in range(len(folded.text))]
    assert len("".join(text[start:end] for start, end in kept)) == len(folded.text)
    assert [fold(text[start:end]).text for start, end in kept] == list(folded.text)


@given(st.text(alphabet='aB14 \u200b.-@:/+(=#\n"x', max_size=80))
def test_spans_are_in_order_within_the_text_and_apart(text: str) -> None:
    spans = find(text)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    assert edges == sorted(edges)
    assert all(0 <= span.start < span.end <= len(text) and span.kind in KINDS for span in spans)


SPANS = st.lists(
    st.builds(
        lambda start, size, kind: Span(start, start + size, kind),
        st.integers(0, 30),
        st.integers(0, 9),
        st.sampled_from(KINDS),
    ),
    max_size=8,
)


EQUALS = st.lists(
    st.builds(lambda start, kind: Span(start, start + 4, kind), st.integers(0, 30), st.sampled_from(KINDS)), max_size=8
)


def covered(spans: list[Span]) -> list[int]:
    return sorted(at for span in spans for at in range(span.start, span.end))


@given(
    SPANS
    | st.lists(st.builds(lambda start, kind: Span(start, start + 4, kind), st.integers(0, 30), st.sampled_from(KINDS)))
)
def test_merging_covers_what_was_covered_once(spans: list[Span]) -> None:
    assert covered(merge(spans)) == sorted(set(covered(spans)))
    assert merge(merge(spans)) == merge(spans)


def test_the_longer_span_wins_and_of_equal_ones_the_earlier_kind() -> None:
    assert merge([Span(0, 4, "PERSON"), Span(2, 9, "EMAIL")]) == [Span(0, 2, "PERSON"), Span(2, 9, "EMAIL")]
    assert merge([Span(0, 4, "NUMBER"), Span(0, 4, "CARD")]) == [Span(0, 4, "CARD")]
    assert merge([Span(0, 4, "PERSON"), Span(2, 9, "PERSON")]) == [Span(0, 9, "PERSON")]


@pytest.mark.parametrize(
    "unit", ["1 ", "12 ", "1-", "a@", "a.", "+1(", "::", "a://", "aa11 ", "@", "order ", " at ", "1\u200b"]
)
def test_time_is_linear_in_hostile_text(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        start = time.process_time()
        find(text)
        return time.process_time() - start

    assert min(seconds(40_000) for _ in range(2)) < 10 * min(seconds(10_000) for _ in range(2)) + 0.05
