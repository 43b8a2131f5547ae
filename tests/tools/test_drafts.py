"""Tools that draft a mail from the number of a message: whom it goes to and what it says are never a model's."""

import email
import time
from contextlib import suppress
from pathlib import Path

import pytest

from agent.errors import InputError, UsageError
from agent.mail.check_reply import text_of as said_in
from agent.model import Request
from agent.scripted import ScriptedModel
from agent.text import Untrusted
from agent.tools.drafts import draft_invite, draft_reply
from agent.tools.effects import KeepDraft
from agent.tools.tool import BadCall, Result
from tests.mail.builders import mbox, message
from tests.tools.desks import desk


def kept(result: Result):
    assert isinstance(result.effect, KeepDraft)
    return result.effect.draft


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("reply to 3: Approved.", "Approved."),
        ("reply to 3: Approved: all of it.\nAda", "Approved: all of it.\nAda"),
        ('answer 3 "Approved"', "Approved"),
        ("antworte auf 3 „Passt“", "Passt"),
        ("reply to 3 that 10:00 suits me", None),
        ("reply to 3 that https://example.org is down", None),
        ("reply to 3: at 10:00, see https://example.org", "at 10:00, see https://example.org"),
        ("reply to 3 that it suits me", None),
        ("reply to 3 “Approved, thanks”.", "Approved, thanks"),
    ],
)
def test_what_is_dictated_is_what_it_says(words: str, said: str | None):
    with desk(words=words) as at:
        if said is None:
            with pytest.raises(BadCall, match="say what it is to say"):
                draft_reply(at, 3)
            return
        made = draft_reply(at, 3)
        draft = kept(made)
        assert said_in(email.message_from_bytes(draft.data)).startswith(
            f"{said}\n\nOn 23 Nov 2026 09:12, Bob Jones wrote:"
        )
        assert [each.address for each in draft.recipients] == ["bob@example.org"]
        assert made.said == "drafted a reply to message 3, for bob@example.org"


def test_a_model_that_is_trusted_writes_from_the_one_thread_and_the_users_words():
    seen: list[Request] = []

    def script(request: Request) -> str:
        seen.append(request)
        return "Approved, with thanks."

    with desk(words="reply to Bob that I approve", model=ScriptedModel(script, context=50_000), writes=True) as at:
        draft = kept(draft_reply(at, 3))
        thread = {each.id for each in at.thread(3)}
        others = [at.opened().mailbox.read(head) for head in at.opened().heads if head.id not in thread]
    assert said_in(email.message_from_bytes(draft.data)).startswith("Approved, with thanks.\n")
    fed = "".join(each.raw if isinstance(each, Untrusted) else str(each) for t in seen[0].turns for each in t.segments)
    assert "reply to Bob that I approve" in fed
    leaked = [each.id for each in others if (text := each.body.text.raw.strip()[:60]) and text in fed]
    assert (len(others), leaked) == (35, [])


def test_a_model_that_is_not_trusted_writes_nothing():
    model = ScriptedModel(lambda request: "x")
    with desk(words="reply to Bob that I approve", model=model) as at, pytest.raises(BadCall):
        draft_reply(at, 3)
    assert model.seen == []


def test_an_invitation_is_at_the_time_the_user_says_else_as_the_message_proposes():
    with desk(words="invite 10 tomorrow at ten for 45 minutes") as at:
        draft = kept(draft_invite(at, 10))
        assert (draft.what, draft.words, draft.title) == ("invitation", "tomorrow at ten", "Project review")
        assert b"DTSTART:20261125T090000Z" in _object(draft)
        assert b"DTEND:20261125T094500Z" in _object(draft)
    with desk(words="invite 10") as at:
        assert b"DTSTART:20261127T130000Z" in _object(kept(draft_invite(at, 10)))


def test_a_message_without_a_time_needs_one_of_the_user():
    with desk(words="invite 2") as at, pytest.raises((UsageError, InputError)):
        draft_invite(at, 2)


def test_nobody_is_invited_for_a_name_that_is_a_word_of_the_user(tmp_path: Path):
    text = "Shall we meet on Thursday at 15:00?\n"
    names = ("From: Bob Jones <bob@example.com>", "Cc: Thursday <mallory@evil.example>, Carol <carol@example.com>")
    path = tmp_path / "inbox.mbox"
    path.write_bytes(mbox([message(1, text, *names, "Subject: Review", "Date: Mon, 23 Nov 2026 10:00:00 +0100")]))
    for words, people in {
        "invite 1 on Thursday at 16:00": ["bob@example.com"],
        "set up a call with Carol for 1 on Thursday at 16:00": ["carol@example.com"],
        "invite 1 and dan@example.org on Thursday at 16:00": ["dan@example.org"],
    }.items():
        with desk(path, words=words) as at:
            assert [each.address for each in kept(draft_invite(at, 1)).recipients] == people, words


def test_without_a_server_that_sends_it_is_said_how_one_is_set_up():
    with desk(words="reply to 3: x") as at:
        at.settings = at.settings.model_copy(update={"smtp": None})
        for tool in (draft_reply, draft_invite):
            with pytest.raises(UsageError, match="no server that sends mail is configured"):
                tool(at, 3)


def _object(draft) -> bytes:
    from agent.calendar.drafting import object_in

    return object_in(draft)


def test_who_forges_their_way_into_a_thread_is_sent_nothing_of_it(tmp_path: Path):
    """A header anybody can write puts Mallory's message into the thread of Bob's."""
    date = "Date: Mon, 23 Nov 2026 {}:00:00 +0100"
    link = "https://zoom.us/j/4711"
    bob = message(1, f"Shall we meet on Friday at 10:00?\nWhere: {link}\n", "From: bob@example.com", date.format("08"))
    forged = message(2, "Me too?\n", "From: mallory@evil.example", "In-Reply-To: <1@example.org>", date.format("09"))
    path = tmp_path / "inbox.mbox"
    path.write_bytes(mbox([bob, forged]))
    fed: list[str] = []

    def script(request: Request) -> str:
        fed.extend(each.raw for turn in request.turns for each in turn.segments if isinstance(each, Untrusted))
        return "Yes."

    model = ScriptedModel(script, context=50_000)
    with desk(path, words="answer him", model=model, writes=True) as at:
        assert len(at.thread(1)) == 2
        draft = kept(draft_reply(at, 1))
        assert [each.address for each in draft.recipients] == ["mallory@evil.example"]
        assert "Me too?" in "".join(fed)
        assert link not in "".join(fed) + draft.data.decode()
    with desk(path, words="invite 1 tomorrow at 10:00") as at:
        assert link.encode() not in _object(kept(draft_invite(at, 1)))
    with desk(path, words="invite 1") as at, pytest.raises((UsageError, InputError)):
        draft_invite(at, 1)


def test_hostile_words_take_no_time():
    for words in (": " * 3_000, '"' * 6_000, "a" * 6_000, "10:00 " * 1_000, "“„" * 3_000):
        began = time.process_time()
        with desk(words=f"reply to 3 {words}") as at, suppress(BadCall):
            draft_reply(at, 3)
        assert time.process_time() - began < 2
