"""A day of the ledger beside what Prometheus says now: what differs, what is only gone, what was never answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tenure.telemetry.facts import DayFacts, Reason, State
from tenure.telemetry.readings import DayReading, Problem
from tenure.telemetry.verify import FIELDS, Verdict, compare
from tenure.telemetry.window import Window, day_bounds

DAY = 24 * 3600
WINDOW = Window(*day_bounds(date(2026, 8, 1), "Asia/Seoul"))
THERE = DayReading(WINDOW, seconds=DAY, devices_seen=4)
NOTHING = DayReading(WINDOW, seconds=DAY)
FAILED = DayReading(WINDOW, problem=Problem("QueryFailed", "Prometheus cannot be reached. Check that it runs."))
KNOWN = DayFacts(3600, DAY, DAY, 2 * DAY, State.COUNTED, Reason.COUNTED, second=900, answer="0123456789ab")
OTHER = "ba9876543210"
LOST = DayFacts(0, 0, None, 2 * DAY, State.UNKNOWN, Reason.NO_EXPORTER_DATA, answer=OTHER)
UNREAD = DayFacts(0, 0, None, 2 * DAY, State.UNKNOWN, Reason.QUERY_FAILED)


def test_a_day_that_is_as_it_was_agrees() -> None:
    now = replace(KNOWN, message="24.0 device-hours were measured.")
    assert compare(KNOWN, now, THERE, edge=False) is None


def test_a_reason_that_is_worded_otherwise_is_no_difference() -> None:
    assert compare(KNOWN, replace(KNOWN, reason=Reason.OUTAGE), THERE, edge=False) is None


@pytest.mark.parametrize("name", FIELDS)
def test_any_amount_that_was_altered_is_told_with_both_values(name: str) -> None:
    """The answer is the same, so it is the ledger that is not what it was."""
    value: Any = State.UNKNOWN if name == "state" else 7
    found = compare(replace(KNOWN, **{name: value}), KNOWN, THERE, edge=True)
    assert found is not None
    assert found.verdict == Verdict.DIFFERS
    assert [(one.name, one.ledger, one.now) for one in found.fields] == [(name, value, getattr(KNOWN, name))]
    assert "the ledger was altered" in found.why


DIFFERENT = [
    pytest.param(KNOWN, {"measured": DAY + 60, "requested": DAY + 60}, "they came later", id="late samples"),
    pytest.param(KNOWN, {"measured": DAY - 60}, "although it has the day before", id="samples lost in between"),
    pytest.param(KNOWN, {"busy": 3599}, "answers otherwise than it did", id="samples changed"),
    pytest.param(KNOWN, {"outage": 600, "measured": 0, "busy": 0}, "Other Outages are declared", id="an Outage"),
    pytest.param(UNREAD, {}, "did not answer when the day was read", id="never answered"),
]


@pytest.mark.parametrize(("ledger", "change", "why"), DIFFERENT)
def test_another_answer_is_a_difference_with_its_cause(ledger: DayFacts, change: dict[str, Any], why: str) -> None:
    found = compare(ledger, replace(KNOWN, answer=OTHER, **change), THERE, edge=False)
    assert found is not None
    assert found.verdict == Verdict.DIFFERS
    assert why in found.why
    assert found.fields[-1].name == "answer"


def test_another_answer_that_comes_to_the_same_amounts_is_told_and_no_difference() -> None:
    found = compare(KNOWN, replace(KNOWN, answer=OTHER), THERE, edge=False)
    assert found is not None
    assert (found.verdict, [one.name for one in found.fields]) == (Verdict.OTHER_ANSWER, ["answer"])


@pytest.mark.parametrize("edge", [True, False])
def test_a_day_of_which_nothing_is_left_is_not_verifiable(edge: bool) -> None:
    found = compare(KNOWN, LOST, NOTHING, edge=edge)
    assert found is not None
    assert found.verdict == Verdict.GONE


def test_the_oldest_day_that_is_left_in_part_is_not_verifiable() -> None:
    found = compare(KNOWN, replace(KNOWN, measured=DAY // 2, busy=0, answer=OTHER), THERE, edge=True)
    assert found is not None
    assert found.verdict == Verdict.GONE


def test_an_idle_day_made_busy_is_a_difference_although_nothing_is_measured() -> None:
    """The exporters were alive, so nothing is gone."""
    idle = replace(KNOWN, busy=0, measured=0, requested=0, answer=OTHER)
    found = compare(KNOWN, idle, THERE, edge=False)
    assert found is not None
    assert found.verdict == Verdict.DIFFERS


def test_a_day_that_never_had_data_agrees() -> None:
    assert compare(LOST, LOST, NOTHING, edge=True) is None


def test_no_answer_is_no_difference() -> None:
    found = compare(KNOWN, UNREAD, FAILED, edge=False)
    assert found is not None
    assert (found.verdict, found.fields) == (Verdict.NOT_ANSWERED, ())
    assert found.why == "Prometheus cannot be reached. Check that it runs."
