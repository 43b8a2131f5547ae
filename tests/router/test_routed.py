"""Two models as one: where an answer comes from, what the model elsewhere is shown, and what is said of it."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from agent.errors import ConsentError, ModelError, NetworkError
from agent.model import Call, Completion, Done, Event, Image, Limits, Piece, Request, Sharing, Tool, Turn, Usage
from agent.router.codes import Codes
from agent.router.facts import Standing
from agent.router.policy import Decision
from agent.router.redact.known import Known
from agent.router.redact.redactor import Redactor
from agent.router.routed import RoutedModel
from agent.router.walk import texts
from agent.scripted import ScriptedModel
from agent.terms import Left, Offer, Outcome, Reason, Route, Rung
from agent.text import Untrusted
from tests.router.states import GRANT, STANDING

PEOPLE = ("Ada Lovelace", "Bob Martin")
NO_GRANT = Reason("grant", "no grant of yours covers it")
OTHERS = Reason("labels", "it holds other words than your own, so it is asked about each time")
ONE = Reason("words", "there is 1 placeholder in it, so it is asked about each time")
UNCALIBRATED = Reason("confidence", "the model here is not calibrated for this")
PASSED = Reason("confidence", "the answer here passed every check")
LEFT = Left(42, 1204, 311, 84, "ab12cd34")
CHART = Image(b"pixels", "image/png", 560, 560)


@dataclass
class PeopleRedactor:
    """Knows two people and what a key looks like; enough of the real one to see what becomes of its findings."""

    codes: Codes = field(default_factory=Codes)
    left: tuple[str, ...] = ()

    def redact(self, text: str) -> str:
        for name in PEOPLE:
            text = text.replace(name, self.codes.code("PERSON", name))
        return text

    def secrets(self, text: str) -> int:
        return text.count("sk-")

    def residual(self, text: str) -> tuple[str, ...]:
        return tuple(word for word in self.left if word in text)


class Elsewhere(ScriptedModel):
    """A model elsewhere: it says its answer in pieces of three characters, and what left for it."""

    name = "llama-90b"

    def __init__(self, script: Callable[[Request], str | Exception], calls: tuple[Call, ...] = ()) -> None:
        self.answers = script
        self.calls = calls
        super().__init__(lambda request: "")

    def run(self, requests: Iterable[Request]) -> Iterator[Event]:
        for request in requests:
            self.seen.append(request)
            answer = self.answers(request)
            if isinstance(answer, Exception):
                raise answer
            for at in range(0, len(answer), 3):
                yield Piece(request.id, Untrusted(answer[at : at + 3]))
            yield Done(request.id, Completion(Untrusted(answer), "end", Usage(), calls=self.calls, left=LEFT))


def ask(
    text: str = "Where does Ada Lovelace live?",
    *,
    rung: Rung = Rung.QUESTION,
    failed: tuple[str, ...] | None = None,
    segments: tuple[str | Untrusted | Image, ...] = (),
    **sharing: object,
) -> Request:
    """A question, answered here by an answer of which `failed` is said."""
    turns = (Turn("system", ("Answer in one word.",)), Turn("user", segments or ("Question: ", Untrusted(text))))
    terms = {"labels": frozenset({"own words"}), **sharing}
    return Request("q1", turns, sharing=Sharing("ask", rung, check=lambda text: failed, **terms))


def size(request: Request) -> int:
    return sum(len(text.encode()) for text in texts(request))


def routed(
    local: ScriptedModel | None, cloud: ScriptedModel | None, redactor: PeopleRedactor | None = None, **changes: object
) -> RoutedModel:
    """The two as one, with the standing changed as said."""
    more = {name: changes.pop(name) for name in ("calibration", "sees", "price", "max_tokens") if name in changes}
    redactor = redactor or PeopleRedactor()
    standing: Standing = replace(STANDING, share=Rung.RAW, **changes)
    return RoutedModel(
        local,
        cloud,
        standing,
        redactor,
        **{"size": size, "describes": lambda text: False, **more},
    )


def here(answer: str = "Paris") -> ScriptedModel:
    return ScriptedModel(lambda request: answer)


def answered(model: RoutedModel, request: Request) -> tuple[str, Route]:
    """The text as shown and the route; what is shown must be the text of the completion."""
    *pieces, done = model.run([request])
    assert isinstance(done, Done)
    shown = "".join(piece.text.raw for piece in pieces if isinstance(piece, Piece))
    assert shown == done.completion.text.raw
    assert {event.id for event in (*pieces, done)} == {request.id}
    assert done.completion.route is not None
    return shown, done.completion.route


def local_route(outcome: Outcome, *reasons: Reason, **more: object) -> Route:
    return Route("local", outcome, "scripted", Rung.NOTHING, reasons, **more)


def test_a_request_that_is_not_shared_is_the_local_models_as_it_is():
    local, cloud = here(), Elsewhere(lambda request: "London")
    request = replace(ask(), sharing=None)
    assert list(routed(local, cloud).run([request, request])) == [*here().run([request]), *here().run([request])]
    assert local.seen == [request, request]
    assert cloud.seen == []


def test_requests_that_are_not_shared_reach_the_local_model_together():
    batches: list[int] = []

    class Batches(ScriptedModel):
        def run(self, requests: Iterable[Request]) -> Iterator[Event]:
            waiting = list(requests)
            batches.append(len(waiting))
            yield from super().run(waiting)

    private = replace(ask(), sharing=None)
    list(routed(Batches(lambda request: "x"), None).run([private, private, ask(failed=()), private]))
    assert batches == [2, 1, 1]


def test_a_request_that_an_answer_brings_reaches_the_local_model_in_the_same_run():
    more = [replace(ask(), id="second", sharing=None)]

    def requests() -> Iterator[Request | None]:
        yield replace(ask(), id="first", sharing=None)
        while more:
            yield None
        yield replace(ask(), id="second", sharing=None)
        yield ask(failed=())

    local = ScriptedModel(lambda request: "x", parallel=2)
    done = []
    for event in routed(local, None).run(requests()):
        if isinstance(event, Done):
            done.append((event.id, event.completion.route is not None))
            more.clear()
    assert done == [("first", False), ("second", False), (ask().id, True)]


def test_an_answer_that_passed_every_check_stays_here():
    local, cloud = here(), Elsewhere(lambda request: "London")
    request = ask(failed=())
    assert answered(routed(local, cloud), request) == ("Paris", local_route("local", ONE, NO_GRANT, PASSED))
    assert (local.seen, cloud.seen) == ([request], [])


def test_a_confident_answer_stays_here_and_says_so():
    asked: list[tuple[float, str, str]] = []

    def calibration(signals, fingerprint, task):
        asked.append((signals.mean_logprob, fingerprint, task))
        return 0.83, 0.62

    _, route = answered(
        routed(here(), Elsewhere(lambda request: "London"), calibration=calibration), ask(skill="answering")
    )
    sure = Reason("confidence", "confidence 0.83, enough from 0.62 on")
    assert route == local_route("local", ONE, NO_GRANT, sure, confidence=0.83, threshold=0.62)
    assert asked == [(-0.1, "scripted", "answering")]


def test_a_question_leaves_with_placeholders_and_the_answer_comes_back_with_the_names():
    redactor = PeopleRedactor()
    ada, bob = (redactor.codes.code("PERSON", name) for name in PEOPLE)
    cloud = Elsewhere(lambda request: f"Not {ada}, **{ada.lower()}** is with {bob}, says PERSON_0A0A")
    text, route = answered(routed(here(), cloud, redactor), ask("Do Ada Lovelace and Bob Martin meet? Ada Lovelace?"))
    assert text == "Not Ada Lovelace, **Ada Lovelace** is with Bob Martin, says PERSON_0A0A"
    masked = Reason("words", "there are 2 placeholders in it, so it is asked about each time")
    assert route == Route(
        "cloud", "ask", "llama-90b", Rung.QUESTION, (masked, NO_GRANT, UNCALIBRATED), None, None, 2, 3, 1, LEFT
    )
    assert cloud.seen == [
        Request(
            "q1",
            (
                Turn("system", ("Answer in one word.",)),
                Turn("user", (Untrusted(f"Question: Do {ada} and {bob} meet? {ada}?"),)),
            ),
            offer=Offer(
                "ask",
                Rung.QUESTION,
                frozenset({"own words"}),
                placeholders={"PERSON": 2},
                why=("words", "grant", "confidence"),
                max_tokens=256,
            ),
        )
    ]


def test_the_offer_says_where_it_is_from_and_what_to_look_at():
    cloud = Elsewhere(lambda request: "London")
    sources = (("<1@example.org>", 812),)
    request = ask("Ada Lovelace at the Elm", rung=Rung.EXCERPT, labels=frozenset({"mail"}), sources=sources)
    answered(routed(here(), cloud, PeopleRedactor(left=("Elm", "Oak")), max_tokens=900), request)
    why = ("labels", "words", "grant", "confidence")
    assert cloud.seen[0].offer == Offer(
        "ask", Rung.EXCERPT, frozenset({"mail"}), sources, {"PERSON": 1}, ("Elm",), why, max_tokens=900
    )
    assert cloud.seen[0].limits == Limits(900)


def test_only_the_turns_meant_for_elsewhere_leave():
    cloud = Elsewhere(lambda request: "London")
    request = ask("All I have on Ada Lovelace", turns=(Turn("user", (Untrusted("Who is Bob Martin?"),)),))
    redactor = PeopleRedactor()
    answered(routed(here(), cloud, redactor), request)
    bob = redactor.codes.code("PERSON", "Bob Martin")
    assert cloud.seen[0].turns == (Turn("user", (Untrusted(f"Who is {bob}?"),)),)
    assert cloud.seen[0].sharing is None


def test_a_name_in_two_segments_is_one_name():
    cloud = Elsewhere(lambda request: "London")
    answered(routed(here(), cloud), ask(segments=("Where is Ada", Untrusted(" Lovelace"), "?")))
    assert "Lovelace" not in "".join(texts(cloud.seen[0]))


def test_what_others_wrote_to_look_like_a_placeholder_comes_back_as_they_wrote_it():
    redactor = Redactor(Codes(), [Known("PERSON", "Ada Lovelace")])
    ada = redactor.codes.code("PERSON", "Ada Lovelace")
    cloud = Elsewhere(lambda request: texts(request)[-1])
    text, route = answered(routed(here(), cloud, redactor), ask(f"Who is {ada} to Ada Lovelace?"))
    assert text == f"Question: Who is {ada} to Ada Lovelace?"
    assert (route.placeholders, route.restored, route.unknown_codes) == (2, 2, 0)


def test_a_name_met_in_a_later_turn_is_masked_in_an_earlier_one():
    class Learning(PeopleRedactor):
        met = False

        def redact(self, text: str) -> str:
            self.met = self.met or "Ada Lovelace" in text
            text = super().redact(text)
            return text.replace("Countess", self.codes.code("PERSON", "Countess")) if self.met else text

    cloud = Elsewhere(lambda request: "London")
    turns = (Turn("user", (Untrusted("Where is the Countess?"),)), Turn("user", (Untrusted("Ada Lovelace, I mean."),)))
    assert answered(routed(here(), cloud, Learning()), replace(ask(), turns=turns))[1].where == "cloud"
    assert "Countess" not in "".join(texts(cloud.seen[0]))


def test_tools_leave_masked_and_the_arguments_of_calls_come_back_whole():
    redactor = PeopleRedactor()
    redactor.codes.code("PERSON", 'Ada "Countess" Lovelace')
    ada = redactor.codes.code("PERSON", "Ada Lovelace")
    call = Call(Untrusted("find"), Untrusted(json.dumps({"who": f"{ada} x"})))
    cloud = Elsewhere(lambda request: "", (call,))
    schema = json.dumps({"type": "object", "description": "of Ada Lovelace"})
    request = replace(ask(), tools=(Tool("find", "Finds Ada Lovelace.", schema),))
    done = list(routed(here(), cloud, redactor).run([request]))[-1]
    assert isinstance(done, Done)
    assert [json.loads(each.arguments.raw) for each in done.completion.calls] == [{"who": "Ada Lovelace x"}]
    assert "Lovelace" not in repr(cloud.seen[0].tools)
    assert done.completion.route is not None
    assert done.completion.route.restored == 1


def test_calls_of_earlier_turns_leave_masked_whole():
    said = json.dumps({"who": "Ada Lovelace", "Bob Martin": ["of Ada Lovelace"]})
    asked = (Call(Untrusted("find"), Untrusted(said)), Call(Untrusted("Bob Martin"), Untrusted("{Ada Lovelace")))
    turns = (*ask().turns, Turn("assistant", (), asked), Turn("tool", (Untrusted("Ada Lovelace: Paris"),)))
    cloud = Elsewhere(lambda request: "London")
    request = replace(ask(), turns=turns, tools=(Tool("find", "Finds somebody.", '{"type": "object"}'),))
    assert answered(routed(here(), cloud), request)[1].where == "cloud"
    (sent,) = cloud.seen
    found, other = sent.turns[2].calls
    assert found.name == Untrusted("find")
    assert list(json.loads(found.arguments.raw)) == ["who", other.name.raw]
    everything = [*texts(sent), *(word.raw for each in (found, other) for word in (each.name, each.arguments))]
    assert not any(name in text for name in ("Ada", "Lovelace", "Bob", "Martin") for text in everything)


def test_unredacted_nothing_is_masked_and_nothing_is_put_back():
    redactor = PeopleRedactor()
    ada = redactor.codes.code("PERSON", "Ada Lovelace")
    cloud = Elsewhere(lambda request: f"It says {ada}")
    text, route = answered(routed(here(), cloud, redactor), ask(rung=Rung.RAW))
    assert text == f"It says {ada}"
    assert cloud.seen[0].turns[1] == Turn("user", (Untrusted("Question: Where does Ada Lovelace live?"),))
    assert (route.rung, route.placeholders, route.restored) == (Rung.RAW, 0, 0)


def test_a_picture_nobody_here_can_look_at_is_offered_at_once_and_streams():
    local, cloud = here(), Elsewhere(lambda request: "In May.")
    request = ask(segments=(Untrusted("Which month?"), CHART), rung=Rung.QUESTION)
    events = list(routed(local, cloud).run([request]))
    assert [event.text.raw for event in events if isinstance(event, Piece)] == ["In ", "May", "."]
    assert local.seen == []
    assert cloud.seen[0].turns[1].segments == (Untrusted("Which month?"), CHART)
    assert cloud.seen[0].offer is not None
    assert cloud.seen[0].offer.labels == {"own words", "image"}


def test_the_question_about_a_picture_is_redacted_though_the_picture_cannot_be():
    cloud = Elsewhere(lambda request: "In May.")
    request = ask(segments=(Untrusted("Is this Ada Lovelace's?"), CHART), rung=Rung.QUESTION)
    _, route = answered(routed(here(), cloud), request)
    assert "Lovelace" not in repr(cloud.seen[0].turns)
    assert (route.rung, route.placeholders) == (Rung.RAW, 1)


def test_a_local_model_that_sees_is_tried_first():
    local, cloud = here("In May."), Elsewhere(lambda request: "In June.")
    request = ask(segments=(Untrusted("Which month?"), CHART), rung=Rung.QUESTION, failed=())
    assert answered(routed(local, cloud, sees=True), request)[0] == "In May."
    assert cloud.seen == []


def test_without_a_terminal_a_picture_is_refused_with_what_to_do():
    request = ask(segments=(Untrusted("Which month?"), CHART), rung=Rung.QUESTION)
    with pytest.raises(ConsentError) as caught:
        list(routed(here(), Elsewhere(lambda request: ""), terminal=False).run([request]))
    assert caught.value.message == (
        "no model on this computer can look at pictures, and there is no terminal to ask on."
    )


def test_with_nothing_enabled_a_picture_is_refused_with_how_to_enable_one():
    request = ask(segments=(Untrusted("Which month?"), CHART), rung=Rung.QUESTION)
    with pytest.raises(ConsentError) as caught:
        list(routed(here(), None, enabled=False).run([request]))
    assert caught.value.message == (
        "no model on this computer can look at pictures, and no model elsewhere is enabled."
    )
    assert [command for command, _ in caught.value.hints] == ["llama-agent cloud status"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"offline": True}, Reason("offline", "the offline switch is on")),
        ({"local_only": True}, Reason("offline", "this run stays on this computer, as you typed")),
    ],
)
def test_a_run_that_stays_here_sends_nothing_however_weak_the_answer(changes: dict[str, object], reason: Reason):
    cloud = Elsewhere(lambda request: "London")
    _, route = answered(routed(here(), cloud, **changes), ask(failed=("a name",)))
    weak = Reason("confidence", "the answer here failed 1 check: a name")
    assert route == local_route("local only", reason, ONE, NO_GRANT, weak)
    assert cloud.seen == []


def test_a_secret_stays_here():
    cloud = Elsewhere(lambda request: "London")
    _, route = answered(routed(here(), cloud, here=True), ask("Is sk-4711 my key?", rung=Rung.RAW))
    assert (route.outcome, route.reasons[0].rule, cloud.seen) == ("local only", "secrets", [])


def test_a_redaction_that_finds_more_at_a_second_look_sends_nothing():
    class Restless(PeopleRedactor):
        def redact(self, text: str) -> str:
            return text.replace("a", "aa")

    cloud = Elsewhere(lambda request: "London")
    _, route = answered(routed(here(), cloud, Restless()), ask())
    unstable = Reason("redaction", "redaction is not stable")
    assert route == local_route("local only", unstable, NO_GRANT, UNCALIBRATED)
    with pytest.raises(ConsentError, match="there is no model on this computer, and redaction is not stable"):
        list(routed(None, cloud, Restless()).run([ask()]))
    assert cloud.seen == []


def test_a_grant_stands_in_for_the_question():
    cloud = Elsewhere(lambda request: "In London")
    request = ask("how far is the moon?")
    text, route = answered(routed(here(), cloud, grants=(GRANT,), terminal=False), request)
    assert (text, route.outcome) == ("In London", "granted")
    assert cloud.seen[0].offer is not None
    assert cloud.seen[0].offer.granted


def test_after_a_no_the_answer_given_here_is_the_answer():
    cloud = Elsewhere(lambda request: ConsentError("you said no: nothing was sent."))
    text, route = answered(routed(here(), cloud), ask())
    said = Reason("approval", "you said no: nothing was sent.")
    assert (text, route) == ("Paris", local_route("local only", ONE, NO_GRANT, UNCALIBRATED, said))
    assert len(cloud.seen) == 1


@pytest.mark.parametrize(("failed", "outcome"), [(None, "low confidence"), ((), "local")])
def test_when_the_other_fails_the_answer_given_here_is_the_answer_and_what_left_is_said(
    failed: tuple[str, ...] | None, outcome: Outcome
):
    def broken(request: Request) -> Exception:
        error = NetworkError("api.example.org broke off (e42).")
        error.left = LEFT
        return error

    cloud = Elsewhere(broken)
    text, route = answered(routed(here(), cloud, wanted=True), ask(failed=failed))
    why = UNCALIBRATED if failed is None else PASSED
    said = Reason("cloud", "the cloud failed: api.example.org broke off (e42).")
    expected = local_route(outcome, ONE, NO_GRANT, why, said, left=LEFT)
    assert (text, route) == ("Paris", replace(expected, rung=Rung.QUESTION))
    assert len(cloud.seen) == 1


def test_half_an_answer_is_not_shown_before_the_one_given_here():
    class Breaks(Elsewhere):
        def run(self, requests: Iterable[Request]) -> Iterator[Event]:
            for event in super().run(requests):
                if isinstance(event, Done):
                    raise NetworkError("api.example.org broke off.")
                yield event

    assert answered(routed(here(), Breaks(lambda request: "London")), ask())[0] == "Paris"


@pytest.mark.parametrize("error", [ConsentError("you said no."), NetworkError("broken."), ModelError("too long.")])
def test_without_an_answer_here_its_error_is_the_error(error: Exception):
    cloud = Elsewhere(lambda request: error)
    with pytest.raises(type(error)) as caught:
        list(routed(None, cloud).run([ask()]))
    assert caught.value is error
    assert len(cloud.seen) == 1


def test_closing_the_answer_closes_the_one_elsewhere():
    closed: list[bool] = []

    class Closes(Elsewhere):
        def run(self, requests: Iterable[Request]) -> Iterator[Event]:
            try:
                yield from super().run(requests)
            finally:
                closed.append(True)

    events = routed(None, Closes(lambda request: "London is large")).run([ask()])
    next(events)
    assert closed == []
    events.close()
    assert closed == [True]


def test_a_question_within_the_budget_may_leave_and_one_beyond_it_not():
    prices: list[tuple[int, int, int]] = []

    def price(size: int, tokens: int, pictures: int) -> float:
        prices.append((size, tokens, pictures))
        return 0.02

    cloud = Elsewhere(lambda request: "London")
    assert answered(routed(here(), cloud, price=price, budget_left=0.02), ask("why?"))[1].where == "cloud"
    assert answered(routed(here(), cloud, price=price, budget_left=0.01), ask("why?"))[1].where == "local"
    assert prices == [(len("Answer in one word.Question: why?"), 256, 0)] * 2


def test_a_plan_says_what_would_be_offered_and_asks_nobody():
    local, cloud = here(), Elsewhere(lambda request: "London")
    model = routed(local, cloud)
    plan = model.plan(ask("Who is it?"))
    tried = Reason("capability", "the model on this computer is tried first")
    assert plan.decision == Decision("local", Rung.NOTHING, (NO_GRANT, tried))
    assert plan.otherwise == Decision("ask", Rung.QUESTION, (NO_GRANT, UNCALIBRATED))
    assert plan.request is not None
    assert texts(plan.request) == ["Answer in one word.", "Question: Who is it?"]
    assert plan.facts.bytes == size(plan.request)
    assert (local.seen, cloud.seen) == ([], [])
    assert list(model.run([ask("Who is it?")])) != []
    assert cloud.seen == [plan.request]


def test_a_plan_for_what_may_not_leave_holds_nothing_to_send():
    plan = routed(here(), Elsewhere(lambda request: "London"), offline=True).plan(ask())
    assert (plan.decision.outcome, plan.otherwise.outcome, plan.request) == ("local", "local only", None)


def test_it_is_known_by_the_model_that_is_tried_first():
    local, cloud = here(), Elsewhere(lambda request: "")
    both, alone = routed(local, cloud), routed(None, cloud)
    assert (both.name, both.fingerprint, both.context, both.languages) == ("scripted", "scripted", 8192, {"en"})
    assert (alone.name, alone.parallel, alone.count(ask().turns)) == ("llama-90b", 1, cloud.count(ask().turns))
    tools = (Tool("find", "Finds somebody.", "{}"),)
    assert both.count((), tools) == local.count((), tools) > 0
    with pytest.raises(ModelError, match="no model on this computer"):
        list(alone.run([replace(ask(), sharing=None)]))
    with pytest.raises(ConsentError, match="no model on this computer, and no process that can send"):
        list(routed(None, None).run([ask()]))
