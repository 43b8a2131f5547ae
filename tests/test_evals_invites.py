"""A sample of the generated meetings: nothing keeps one here, and every reader reads what was written."""

from collections import Counter

import pytest

from agent.calendar.event import fit
from evals import invites

SAMPLE = invites.plans(150, seed=1)


@pytest.fixture(scope="module")
def results() -> list[invites.Judged]:
    return [invites.judged(plan) for plan in SAMPLE]


def test_the_same_seed_gives_the_same_meetings():
    assert invites.plans(20) == invites.plans(20)
    assert invites.plans(20) != invites.plans(20, seed=1)


def test_every_kind_of_mail_comes_up():
    assert set(Counter(plan.kind for plan in SAMPLE)) == {"REQUEST", "UPDATE", "CANCEL", "ONE OUT", "REPLY"}


def test_the_validator_finds_nothing_in_generated_meetings(results: list[invites.Judged]):
    assert [(each.rules, each.plan.event.zone) for each in results if each.rules] == []


def test_icalendar_and_our_reader_read_what_was_written(results: list[invites.Judged]):
    assert [(each.otherwise, each.plan.event.zone) for each in results if each.otherwise] == []


def test_only_a_series_is_refused_and_with_a_reason(results: list[invites.Judged]):
    refused = [each for each in results if each.refused]
    assert all(each.plan.event.rule for each in refused)
    assert sum(row["meetings"] for row in invites.refusals(results) if row["zones"]) == len(refused)  # type: ignore[misc]


def test_khal_lists_what_was_kept(results: list[invites.Judged]):
    assert invites.by_khal_list([fit(each.plan.event) for each in results if not each.refused], most=40) == 0


def test_a_reader_that_reads_otherwise_is_noticed():
    made = invites.make(next(plan for plan in SAMPLE if plan.kind == "REQUEST" and not plan.event.rule))
    other = invites.Made(fit(invites.replace(made.event, title="Other")), made.kind, made.draft)
    assert invites.expected(other) not in (invites.ours(other), invites.by_icalendar(other))
