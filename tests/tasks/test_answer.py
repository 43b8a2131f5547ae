from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.grounding import Level
from agent.mail.message import Address
from agent.model import Done, Image, Request, Segment
from agent.scripted import ScriptedModel
from agent.tasks import answer as asking
from agent.tasks.answer import Answer, Question
from agent.tasks.found import find
from agent.terms import Left, Route, Rung
from agent.text import Untrusted
from tests.messages import message

CAROL = Address(Untrusted("Carol Nilsen"), Untrusted("carol@example.net"))
TOOK = "We take the Harbour Room on the 14th."
VENUE = message(f"Hi Ada,\n\n{TOOK} It seats forty people.\n\nBob", number=3, subject="Venue")
LIKED = message("I liked the Harbour Room best, but it is dear.", number=2, sender=CAROL, subject="Re: Venue")
BENCH = message("The bench costs 9,400 EUR.", number=1, subject="Bench")
MAIL = [VENUE, LIKED, BENCH]
ASKED = Untrusted("On which day do we take the Harbour Room?")
FILES = asking.prompts()
PIXEL = Image(b"not decoded here", "image/png", 1, 1)


class Elsewhere(ScriptedModel):
    """A model whose answers come from a larger one, as a router says it."""

    def run(self, requests):
        for event in super().run(requests):
            if isinstance(event, Done):
                left = Left(7, 900, 300, 4, "ab12")
                route = Route("cloud", "ask", "large", Rung.EXCERPT, (), left=left)
                event = replace(event, completion=replace(event.completion, route=route))
            yield event


def of_mail(**options) -> Question:
    found = find(ASKED, MAIL)
    assert found is not None
    return asking.about_mail(ASKED, found, FILES, **options)


def said(text: str, model=ScriptedModel, **options) -> Answer:
    return asking.answer(of_mail(**options), model(lambda request: text))


def parts(shown: Answer) -> tuple[str, str, list[str]]:
    return shown.kind, shown.text.raw, [receipt.text.raw for receipt in shown.receipts]


def fed(request: Request, *, elsewhere: bool = False) -> str:
    turns = request.sharing.turns if elsewhere and request.sharing else request.turns
    return "\n".join(raw(segment) for turn in turns for segment in turn.segments)


def raw(segment: Segment) -> str:
    return segment if isinstance(segment, str) else "<image>" if isinstance(segment, Image) else segment.raw


def test_the_model_is_given_the_passages_each_under_its_sender_and_then_the_question():
    assert fed(of_mail().request) == (
        "Answer the question using only the text. Be brief.\nText:\n\n"
        "Carol Nilsen:\n\nI liked the Harbour Room best, but it is dear.\n\n"
        "Bob Jones:\n\nWe take the Harbour Room on the 14th. It seats forty people."
        "\n\n\nQuestion: \nOn which day do we take the Harbour Room?"
    )


def test_an_answer_the_mail_bears_out_is_shown_with_the_words_it_rests_on():
    assert parts(said("We take the Harbour Room.")) == ("written", "We take the Harbour Room.", [TOOK])


@pytest.mark.parametrize(
    "text",
    [
        "We take the Opera House on the 14th.",
        "We take the Harbour Room on the 15th.",
        "We do not take the Harbour Room.",
        "Mallory takes the Harbour Room.",
        "",
        "???",
    ],
)
def test_an_answer_the_mail_does_not_bear_out_is_not_shown_but_the_mail_is(text):
    shown = said(text)
    assert parts(shown) == ("quoted", TOOK, [TOOK])
    assert shown.failures


def test_an_answer_from_words_that_do_not_speak_of_it_is_not_shown():
    assert parts(said("It seats forty people."))[0] == "quoted"


def test_an_answer_of_which_one_sentence_fails_is_not_shown():
    assert parts(said(f"{TOOK} The mayor comes too."))[0] == "quoted"


def test_a_model_trusted_with_its_own_words_may_use_them():
    level: Level = "facts"
    assert parts(said("Bob chose the Harbour Room.", level="words"))[0] == "quoted"
    shown = said("They take the Harbour Room on the 14th.", level=level)
    assert parts(shown) == ("written", "They take the Harbour Room on the 14th.", [TOOK])


def test_an_answer_from_elsewhere_that_cannot_be_followed_is_shown_as_what_it_is():
    shown = said("Bob prefers the opera.", Elsewhere)
    assert parts(shown) == ("unsourced", "Bob prefers the opera.", [TOOK])
    assert shown.failures
    assert parts(said("We take the Harbour Room on the 14th.", Elsewhere)) == ("written", TOOK, [TOOK])


@pytest.mark.parametrize("text", ["not there", "NOT THERE.", ' "Not there." '])
def test_a_larger_model_may_say_that_the_mail_does_not_say(text):
    assert parts(said(text, Elsewhere)) == ("absent", "", [TOOK])


def test_what_is_offered_is_the_excerpt_with_whose_words_and_how_many_characters():
    sharing = of_mail().request.sharing
    assert sharing is not None
    assert (sharing.task, sharing.rung, sharing.labels) == ("ask", Rung.EXCERPT, {"own words", "mail"})
    assert sharing.sources == ((LIKED.id, 46), (VENUE.id, 60))


def test_in_full_the_whole_messages_are_offered_and_nothing_of_the_others():
    offered = fed(of_mail(share=Rung.FULL).request, elsewhere=True)
    assert VENUE.body.text.raw.strip() in offered
    assert "bench" not in offered


def test_with_the_question_alone_no_mail_is_offered_and_its_answer_has_no_source():
    question = of_mail(share=Rung.QUESTION)
    sharing = question.request.sharing
    assert sharing is not None
    assert (sharing.rung, sharing.labels, sharing.sources) == (Rung.QUESTION, {"own words"}, ())
    assert fed(question.request, elsewhere=True).endswith(ASKED.raw)
    assert "14th" not in fed(question.request, elsewhere=True)
    shown = asking.answer(question, Elsewhere(lambda request: "Perhaps."))
    assert parts(shown) == ("unsourced", "Perhaps.", [])


def test_where_the_best_sentence_lacks_the_amount_that_is_asked_for_the_one_that_has_it_is_quoted_too():
    chip = message("We have looked at the second-source chip. It is 1.90 EUR dearer.", subject="Chip")
    asked = Untrusted("How much is the second-source chip?")
    found = find(asked, [chip])
    assert found is not None
    assert [quote.text.raw for quote in found.quotes] == [
        "We have looked at the second-source chip.",
        "It is 1.90 EUR dearer.",
    ]


@pytest.mark.parametrize("share", [Rung.EXCERPT, Rung.FULL, Rung.RAW])
def test_private_mail_is_read_here_and_offered_nowhere(share):
    request = of_mail(share=share, is_private=lambda each: each.id == VENUE.id).request
    assert "14th" in fed(request)
    assert "14th" not in fed(request, elsewhere=True)
    assert request.sharing is not None
    assert (request.sharing.labels, request.sharing.sources) == ({"own words", "mail"}, ((LIKED.id, 46),))


@pytest.mark.parametrize("share", [Rung.EXCERPT, Rung.FULL, Rung.RAW])
def test_where_all_of_it_is_private_the_request_says_so_and_offers_no_mail(share):
    request = of_mail(share=share, is_private=lambda each: True).request
    assert request.sharing is not None
    assert request.sharing.labels == {"own words", "mail", "private"}
    assert "dear" not in fed(request, elsewhere=True)
    assert "14th" not in fed(request, elsewhere=True)


@pytest.mark.parametrize(("text", "wrong"), [("We take the Harbour Room.", False), ("We take the Opera.", True)])
def test_the_router_can_have_an_answer_checked(text, wrong):
    sharing = of_mail().request.sharing
    assert sharing is not None
    failures = sharing.check(Untrusted(text))
    assert failures is not None
    assert bool(failures) == wrong


def test_without_a_source_the_question_is_all_there_is_and_nothing_can_be_checked():
    question = asking.without_source(Untrusted("What is the capital of France?"), FILES)
    sharing = question.request.sharing
    assert sharing is not None
    assert (sharing.rung, sharing.labels, sharing.check(Untrusted("Paris."))) == (Rung.QUESTION, {"own words"}, None)
    shown = asking.answer(question, ScriptedModel(lambda request: "Paris."))
    assert parts(shown) == ("unsourced", "Paris.", [])


@pytest.mark.parametrize(
    ("of", "private", "labels"),
    [
        (None, False, {"own words", "image"}),
        (VENUE, False, {"own words", "image", "mail"}),
        (VENUE, True, {"own words", "image", "mail", "private"}),
    ],
)
def test_a_picture_stands_before_its_question(of, private, labels):
    question = asking.about_picture(Untrusted("Which month?"), PIXEL, FILES, of, private=private)
    assert [raw(each) for each in question.request.turns[-1].segments] == ["<image>", "Which month?"]
    assert question.has_picture
    assert question.request.sharing is not None
    assert (question.request.sharing.rung, question.request.sharing.labels) == (Rung.QUESTION, labels)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.sampled_from(["", TOOK, "Bob", "Harbour Room"]))
def test_whatever_the_model_here_says_only_words_of_the_mail_bear_it_out(text, more):
    shown = said(f"{more} {text}")
    bodies = {each.id: each.body.text.raw for each in MAIL}
    assert shown.kind in ("written", "quoted")
    assert shown.receipts
    assert all(bodies[each.message][each.start : each.end] == each.text.raw for each in shown.receipts)
