"""Summaries as JSON: the whole record, and only words JSON can hold."""

import json
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.tasks.outline import Kind, outline, subject
from agent.tasks.records import Digest, SummaryRecord, summary_record
from agent.text import Untrusted
from tests.messages import BOB, ME, message

TEXT = "Please sign the plan by Friday noon."


def record(text: str = TEXT, **given_fields: bool) -> SummaryRecord:
    original = message(text)
    fields = {"bulk": False, "cached": False} | given_fields
    return summary_record(3, original, outline(subject([original], ME)), **fields)


def test_a_record_holds_what_the_faces_show_and_the_words_it_rests_on():
    original = message(TEXT)
    assert json.loads(json.dumps(record().model_dump(mode="json", by_alias=True))) == {
        "schema_version": 1,
        "number": 3,
        "id": original.id,
        "messages": [original.id],
        "date": "2026-11-23T09:01:00Z",
        "from": {"name": "Bob Jones", "address": "bob@example.com"},
        "subject": "Budget",
        "kind": "short",
        "claims": [
            {
                "text": TEXT,
                "verbatim": True,
                "receipts": [{"message": original.id, "start": 0, "end": len(TEXT), "text": TEXT}],
            }
        ],
        "needs_me": True,
        "reasons": ["asks you", "deadline"],
        "language": None,
        "attachments": 0,
        "hidden_text": False,
        "problems": [],
        "cached": False,
    }


def test_bulk_mail_needs_nobody():
    assert (record(bulk=True).kind, record(bulk=True).needs_me) == ("bulk", False)
    assert record(cached=True).cached


def test_every_kind_of_summary_has_its_name_in_the_record():
    assert set(get_args(Kind)) | {"bulk"} == set(get_args(SummaryRecord.model_fields["kind"].annotation))


@pytest.mark.parametrize("shape", [Digest, SummaryRecord])
def test_the_schema_of_a_record_requires_every_field_and_calls_the_sender_from(shape):
    published = shape.model_json_schema(mode="serialization", by_alias=True)
    names = {"from" if name == "sender" else name for name in shape.model_fields}
    assert set(published["properties"]) == names
    assert set(published["required"]) == names


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=30))
def test_whatever_a_message_holds_its_record_is_json_that_reads_back_and_its_receipts_are_its_words(text, name):
    whole = f"{text}\nPlease sign the plan by Friday noon. {text}"
    original = message(whole, sender=replace(BOB, name=Untrusted(name)), subject=text)
    made = summary_record(1, original, outline(subject([original], ME)), bulk=False, cached=False)
    sent = json.dumps(made.model_dump(mode="json", by_alias=True)).encode()
    again = SummaryRecord.model_validate_json(sent)
    body = whole.encode("utf-8", "replace").decode()
    for claim in again.claims:
        assert claim.text
        for receipt in claim.receipts:
            assert body[receipt.start : receipt.end] == receipt.text
