"""The faces of summaries: whole texts, from records made by hand."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from agent.commands import digest
from agent.mail.records import AddressRecord
from agent.tasks.records import ClaimRecord, ReceiptRecord, SummaryRecord
from agent.text import screen


def claim(text: str, *, verbatim: bool = False) -> ClaimRecord:
    return ClaimRecord(text=text, verbatim=verbatim, receipts=[ReceiptRecord(message="m", start=0, end=1, text="x")])


def summary(number: int, *claims: ClaimRecord, name: str = "Bob Jones", **fields: Any) -> SummaryRecord:
    values: dict[str, Any] = {
        "id": f"m{number}",
        "messages": [f"m{number}"],
        "date": None,
        "subject": "Budget",
        "kind": "written" if claims else "empty",
        "needs_me": False,
        "reasons": [],
        "language": None,
        "attachments": 0,
        "hidden_text": False,
        "problems": [],
        "cached": False,
    }
    sender = AddressRecord(name=name, address="bob@example.com")
    return SummaryRecord(number=number, sender=sender, claims=list(claims), **(values | fields))


ALL = [
    summary(1, claim("The plan is on the board; bring *chalk*.")),
    summary(2, claim("Please sign <b>both</b> copies.", verbatim=True), needs_me=True),
    summary(3, claim("Never shown."), kind="bulk", subject="Sale | 50 %", needs_me=False),
    summary(4, subject="Scan 7", attachments=2, name=""),
    summary(5, claim("It rains.", verbatim=True), messages=["m4", "m5", "m6"], hidden_text=True, name="张伟"),
    summary(6, claim("One."), claim("Two.", verbatim=True), name="Bartholomäus von Hohenzollern", hidden_text=True),
    summary(7, kind="bulk", subject="", hidden_text=True),
]


def test_a_terminal_gets_sections_of_numbered_lines():
    assert (
        digest.text(ALL, 80)
        == """\
  Needs you
    2  Bob Jones         “Please sign <b>both</b> copies.”

  To know
    1  Bob Jones         The plan is on the board; bring *chalk*.
    4  bob@example.com   (2 attachments, no text) Scan 7
    5  张伟              (3 messages) “It rains.”
    6  Bartholomäus vo…  One.
                         “Two.”

  Newsletters and notices
    3  Bob Jones         Sale | 50 %
    7  Bob Jones         (no subject)

  ! hidden text was left out of 5, 6: llama-agent show 5 --hidden"""
    )


def test_markdown_is_a_section_per_heading_and_takes_no_markup_from_mail():
    assert (
        digest.markdown(ALL)
        == """\
## Needs you

- **2** Bob Jones: “Please sign \\<b\\>both\\</b\\> copies.”

## To know

- **1** Bob Jones: The plan is on the board; bring \\*chalk\\*.
- **4** bob@example.com: (2 attachments, no text) Scan 7
- **5** 张伟: (3 messages) “It rains.”
- **6** Bartholomäus von Hohenzollern: One.
  - “Two.”

## Newsletters and notices

- **3** Bob Jones: Sale \\| 50 %
- **7** Bob Jones: (no subject)"""
    )


def test_of_nothing_nothing_is_said():
    assert (digest.text([], 80), digest.markdown([])) == ("", "")


@pytest.mark.parametrize("width", [60, 80, 100])
def test_lines_fit_the_terminal_in_cells_whatever_the_alphabet(width):
    chinese = claim(
        "预算的第三版今天早上已经发给财务部和法务部了请在星期四中午之前批准奥斯陆项目的预算谢谢", verbatim=True
    )
    records = [
        summary(1, chinese, name="陈思远"),
        summary(1200, claim("word " * 60), name="Ein sehr langer Name"),
        summary(3, claim("unbroken" * 40)),
    ]
    lines = digest.text(records, width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert {cell_len(line) - cell_len(line.lstrip()) for line in lines if not line.lstrip()[:1].isdigit()} == {
        2,
        25,
        26,
    }


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80), st.text(max_size=120), st.booleans())
def test_whatever_the_mail_says_it_cannot_write_a_line_of_its_own(name, words, verbatim):
    record = summary(1, claim(words or "x", verbatim=verbatim), name=name, subject=words)
    shown = digest.text([record], 80)
    assert shown == screen(shown)
    first, second, *rest = shown.splitlines()
    assert first == "  To know"
    assert second.startswith("    1  ")
    assert all(line.startswith(" " * 25) for line in rest)
    assert digest.markdown([record]).count("\n") == 2
