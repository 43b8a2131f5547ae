"""What is kept of summaries: found again for exactly the same question, and nothing else taken for it."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.model import Request
from agent.prompts import load
from agent.scripted import ScriptedModel
from agent.store import Store
from agent.tasks.kept import Kept, kept_of, summarize_once
from agent.tasks.outline import Subject, subject
from agent.tasks.summarize import Options
from tests.messages import ME, message
from tests.tasks.test_summarize import APPROVE, BUDGET

OPTIONS = Options(load("summarize"))


def about(text: str = BUDGET, number: int = 1) -> Subject:
    return subject([message(text, number=number)], ME)


def once(store: Store | None, *subjects: Subject, options: Options = OPTIONS) -> tuple[list[Kept], int]:
    """What comes of the subjects, and how often the model was asked."""
    model = ScriptedModel(lambda request: APPROVE)
    return list(summarize_once(subjects, model, options, store, "/mail", None)), len(model.seen)


def test_what_was_summarised_once_is_the_same_the_second_time_without_a_call(store):
    [first], calls = once(store, about())
    [second], none = once(store, about())
    assert (first.cached, calls) == (False, 1)
    assert (second.cached, none) == (True, 0)
    assert second.summary == first.summary


def test_what_is_kept_comes_before_what_has_to_be_made(store):
    once(store, about(number=2))
    results, calls = once(store, about(), about(number=2))
    assert ([each.cached for each in results], calls) == ([True, False], 1)


def test_two_messages_of_the_same_words_have_summaries_of_their_own(store):
    for _ in range(2):
        results, _calls = once(store, about(), about(number=2))
        assert {each.summary.id for each in results} == {about().id, about(number=2).id}
        assert all(each.summary.claims[0].receipts[0].message == each.summary.id for each in results)


def test_each_is_kept_before_it_is_handed_on(store):
    model = ScriptedModel(lambda request: APPROVE)
    making = summarize_once([about(), about(number=2)], model, OPTIONS, store, "/mail")
    first = next(making).summary.id
    making.close()
    assert store.kept_messages("/mail") == {first}


@pytest.mark.parametrize("text", ["Signed, attached.", ""])
def test_what_takes_no_longer_to_make_than_to_look_up_is_not_kept(store, text):
    once(store, about(text))
    assert store.kept_messages("/mail") == set()


def test_another_text_prompt_style_or_language_is_made_again(store):
    once(store, about())
    prompt = replace(OPTIONS.prompt, version="2")
    for options in (replace(OPTIONS, style="bullets"), replace(OPTIONS, lang="en"), replace(OPTIONS, prompt=prompt)):
        assert once(store, about(), options=options)[1] == 1
    assert once(store, about(BUDGET + "P.S. Bring the printed copies with you."))[1] == 1


def test_without_a_store_everything_is_made(store):
    once(store, about())
    [made], calls = once(None, about())
    assert (made.cached, calls) == (False, 1)


def test_the_latest_summary_of_a_message_is_the_one_that_explains_it(store):
    [first], _ = once(store, about())
    assert kept_of(store, "/mail", first.summary.id) == first.summary
    [second], _ = once(store, about(), options=replace(OPTIONS, style="bullets"))
    assert kept_of(store, "/mail", first.summary.id) == second.summary
    assert kept_of(store, "/other", first.summary.id) is None


def test_one_that_was_kept_in_a_shape_of_the_past_counts_as_none(store):
    store.keep_summary("old", "/mail", "mabc", {"lines": ["Approve it."]})
    assert kept_of(store, "/mail", "mabc") is None


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(), max_size=60))
def test_whatever_a_message_holds_its_summary_comes_back_as_it_was_kept(store, text):
    given_text = subject([message(BUDGET.replace("project", f"project {text}"))], ME)

    def script(request: Request) -> str:
        return f"{APPROVE} {text}"

    first = list(summarize_once([given_text], ScriptedModel(script), OPTIONS, store, "/mail"))
    again = list(summarize_once([given_text], ScriptedModel(script), OPTIONS, store, "/mail"))
    assert [each.summary for each in again] == [each.summary for each in first]
    assert all(json.dumps(value).isascii() for value in store.summaries_of("/mail", first[0].summary.id))
