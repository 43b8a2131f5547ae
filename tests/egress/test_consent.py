"""Consent: kept as given, for one url and model; anything doubtful is none."""

import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from agent.egress import consent
from agent.egress.consent import Consent
from agent.terms import Grant, Rung

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GRANT = Grant("api.example.org", "big", "ask", Rung.QUESTION, 2_000, NOW + timedelta(days=7))
GIVEN = Consent("https://api.example.org/v1", "big", "ada", NOW, (GRANT,))


def test_what_was_given_is_kept_for_its_owner_only():
    assert consent.read() is None
    consent.write(GIVEN)
    assert consent.read() == GIVEN
    assert consent.problem() is None
    assert stat.S_IMODE(consent.path().stat().st_mode) == 0o600
    consent.write(Consent("https://other.example/v1", "small", "ada", NOW))
    assert consent.read() == Consent("https://other.example/v1", "small", "ada", NOW)
    assert [each.name for each in consent.path().parent.iterdir()] == ["consent.json"]


def test_it_is_for_one_url_and_one_model():
    assert GIVEN.is_for("https://api.example.org/v1", "big")
    assert not GIVEN.is_for("https://api.example.org/v2", "big")
    assert not GIVEN.is_for("https://api.example.org/v1", "bigger")


def test_it_is_taken_back_at_once():
    consent.write(GIVEN)
    assert consent.remove()
    assert consent.read() is None
    assert not consent.remove()


@pytest.mark.parametrize(
    ("host", "task", "rung", "size", "after", "covered"),
    [
        ("api.example.org", "ask", Rung.QUESTION, 2_000, timedelta(), True),
        ("api.example.org", "ask", Rung.NOTHING, 1, timedelta(), True),
        ("api.example.org", "ask", Rung.EXCERPT, 10, timedelta(), False),
        ("api.example.org", "ask", Rung.QUESTION, 2_001, timedelta(), False),
        ("api.example.org", "reply", Rung.QUESTION, 10, timedelta(), False),
        ("api.example.org:444", "ask", Rung.QUESTION, 10, timedelta(), False),
        ("api.example.org", "ask", Rung.QUESTION, 10, timedelta(days=7), False),
    ],
)
def test_a_grant_covers_what_it_names_and_nothing_more(host, task, rung, size, after, covered):
    assert GIVEN.grant(host, task, rung, size, NOW + after) == (GRANT if covered else None)


def damaged() -> dict[str, bytes]:
    whole = {
        "v": 1,
        "url": "https://api.example.org/v1",
        "model": "big",
        "by": "ada",
        "at": NOW.isoformat(),
        "grants": [
            {
                "host": "h.example",
                "model": "big",
                "task": "ask",
                "rung": "question",
                "max_bytes": 1,
                "until": NOW.isoformat(),
            }
        ],
    }

    def but(**other: object) -> bytes:
        return json.dumps(whole | other).encode()

    def grant(**other: object) -> bytes:
        return but(grants=[whole["grants"][0] | other])  # type: ignore[index]

    consent.path().parent.mkdir(parents=True, exist_ok=True)
    consent.path().write_bytes(but())
    consent.path().chmod(0o600)
    assert consent.read() is not None, "each differs from a whole one in one thing"
    return {
        "nothing": b"",
        "half": but()[:50],
        "no JSON": b"yes",
        "a list": b"[]",
        "not UTF-8": b'{"v":"\xff"}',
        "deep": b"[" * 50_000,
        "another version": but(v=2),
        "one more key": but(more=1),
        "no url": but(url=""),
        "a number for a model": but(model=1),
        "no time zone": but(at="2026-11-23T12:00:00"),
        "no date": but(at="always"),
        "grants are no list": but(grants=1),
        "a grant is no object": but(grants=["ask"]),
        "a grant for everything": grant(rung="raw"),
        "a grant for the whole mail": grant(rung="full"),
        "no such rung": grant(rung="all"),
        "a rung by number": grant(rung=1),
        "a size that is true": grant(max_bytes=True),
        "a size in words": grant(max_bytes="all"),
        "an end without a zone": grant(until="2099-01-01T00:00:00"),
        "a grant without an end": grant(until=None),
    }


def test_a_damaged_file_is_no_consent_and_that_is_said():
    for name, data in damaged().items():
        consent.path().write_bytes(data)
        assert (name, consent.read()) == (name, None)
        assert consent.problem() == (
            f"{consent.path()} is damaged, so it is no consent: llama-agent cloud enable asks you again."
        )


def test_a_file_that_others_may_write_or_that_is_a_link_is_no_consent():
    consent.write(GIVEN)
    consent.path().chmod(0o620)
    assert consent.read() is None
    assert "can be written by others" in (consent.problem() or "")
    consent.path().chmod(0o600)
    consent.path().rename(consent.path().with_name("elsewhere"))
    consent.path().symlink_to("elsewhere")
    assert consent.read() is None
    assert "cannot be read" in (consent.problem() or "")
    consent.path().unlink()
    consent.path().mkdir()
    assert consent.read() is None
