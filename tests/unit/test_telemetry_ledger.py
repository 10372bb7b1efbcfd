"""The durable ledger: compact, idempotent, and free of the order in which days are read."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.review import LedgerStatus
from tenure.telemetry.facts import DayFacts, State
from tenure.telemetry.ledger import Ledger

FIRST = date(2026, 7, 1)
DAY = 86_400


def counted(busy: int = 3600, requested: int | None = DAY) -> DayFacts:
    return DayFacts(busy, DAY, requested, DAY, State.COUNTED, "Counted")


def unknown(reason: str) -> DayFacts:
    return DayFacts(0, 0, None, DAY, State.UNKNOWN, reason)


def facts() -> st.SearchStrategy[DayFacts]:
    amount = st.integers(0, 8 * DAY)
    amounts = (amount, amount, st.none() | amount, amount)
    known = st.sampled_from([State.COUNTED, State.SETUP, State.UNAVAILABLE])
    reasons = st.sampled_from(["QueryFailed", "CoverageGap", "LabelsMismatch"])
    return st.one_of(
        known.flatmap(
            lambda state: st.builds(
                DayFacts,
                *amounts,
                st.just(state),
                st.just(str(state)),
                outage=amount,
                no_capacity=amount,
                estimated=amount,
                second=st.none() | amount,
                answer=st.sampled_from(["", "0123456789ab"]),
            )
        ),
        st.builds(DayFacts, *amounts, st.just(State.UNKNOWN), reasons),
    )


DAYS = st.dictionaries(st.dates(date(2026, 6, 1), date(2026, 10, 31)), facts(), max_size=20)


def filled(days: dict[date, DayFacts], order: list[date]) -> Ledger:
    ledger = Ledger(FIRST)
    for day in order:
        ledger = ledger.with_day(day, days[day])
    return ledger


@given(DAYS, st.data())
def test_the_order_of_days_does_not_matter_and_each_may_come_twice(
    days: dict[date, DayFacts], data: st.DataObject
) -> None:
    order = data.draw(st.permutations(list(days)))
    again = data.draw(st.lists(st.sampled_from(order), max_size=5)) if order else []
    ledger = filled(days, [*order, *again])
    assert ledger == filled(days, sorted(days))
    assert ledger.to_status() == filled(days, sorted(days)).to_status()


@given(DAYS)
def test_what_is_stored_is_read_back(days: dict[date, DayFacts]) -> None:
    ledger = filled(days, list(days))
    stored = ledger.to_status()
    sent = LedgerStatus.model_validate(json.loads(json.dumps(stored.wire())))
    assert Ledger.from_status(sent).days == ledger.days
    assert Ledger.from_status(stored).to_status() == stored


def test_the_arrays_as_they_are_stored() -> None:
    ledger = Ledger(FIRST).with_day(date(2026, 7, 3), counted(requested=None)).with_day(FIRST, unknown("QueryFailed"))
    assert ledger.to_status().wire() == {
        "from": "2026-07-01",
        "busySeconds": [0, 0, 3600],
        "measuredSeconds": [0, 0, DAY],
        "requestedSeconds": [-1, -1, -1],
        "grantedSeconds": [DAY, 0, DAY],
        "outageSeconds": [0, 0, 0],
        "noCapacitySeconds": [0, 0, 0],
        "estimatedSeconds": [0, 0, 0],
        "secondSeconds": [-1, -1, -1],
        "states": "U.C",
        "reasons": {"2026-07-01": "QueryFailed"},
        "answers": ["", "", ""],
        "profile": "",
        "profileDigest": "",
        "load": "",
        "exporters": [],
    }


def test_days_before_the_first_move_the_start() -> None:
    ledger = Ledger(FIRST).with_day(date(2026, 6, 29), counted())
    assert (ledger.to_status().from_, ledger.to_status().states) == (date(2026, 6, 29), "C")


def test_an_empty_ledger_has_a_start_and_no_days() -> None:
    stored = Ledger(FIRST).to_status()
    assert (stored.from_, stored.states, stored.busy_seconds) == (FIRST, "", ())
    assert Ledger.from_status(stored) == Ledger(FIRST)


def test_arrays_of_different_length_are_refused() -> None:
    stored = Ledger(FIRST).with_day(FIRST, counted()).to_status().model_copy(update={"busy_seconds": ()})
    with pytest.raises(ValueError, match="zip"):
        Ledger.from_status(stored)


def size(ledger: Ledger) -> int:
    return len(json.dumps(ledger.to_status().wire(), separators=(",", ":")))


def test_a_quarter_of_a_large_grant_takes_a_few_kb() -> None:
    text, answer = "A long sentence. " * 20, "0123456789ab"
    full = DayFacts(
        7 * DAY, 8 * DAY, 8 * DAY, 8 * DAY, State.UNKNOWN, "AttributionLost", text, second=DAY, answer=answer
    )
    ledger = Ledger(FIRST)
    for number in range(92):
        ledger = ledger.with_day(FIRST + timedelta(days=number), full)
    assert size(ledger) < 9_000
    counted_days = {day: replace(row, state=State.COUNTED, reason="Counted") for day, row in ledger.days.items()}
    assert size(Ledger(FIRST, counted_days)) < 6_500


def test_what_prometheus_has_forgotten_stays_in_the_ledger() -> None:
    ledger = Ledger(FIRST).with_day(FIRST, counted())
    assert ledger.with_day(FIRST, unknown("NoExporterData")) == ledger
    assert ledger.with_day(FIRST, counted(7200)).days[FIRST] == counted(7200)


def test_a_later_reading_that_measured_less_is_not_taken_unless_an_outage_explains_it() -> None:
    ledger = Ledger(FIRST).with_day(FIRST, counted())
    less = replace(counted(1800), measured=DAY // 2)
    assert ledger.with_day(FIRST, less) == ledger
    declared = replace(less, outage=DAY // 2, reason="Outage")
    assert ledger.with_day(FIRST, declared).days[FIRST] == declared


def test_an_outage_declared_after_prometheus_forgot_is_recorded_all_the_same() -> None:
    ledger = Ledger(FIRST).with_day(FIRST, counted())
    later = ledger.with_day(FIRST, replace(unknown("NoExporterData"), outage=100, no_capacity=7))
    assert later.days[FIRST] == replace(counted(), outage=100, no_capacity=7)


def test_an_unknown_day_is_mended_by_a_later_reading() -> None:
    ledger = Ledger(FIRST).with_day(FIRST, unknown("QueryFailed")).with_day(FIRST, counted())
    assert ledger.days[FIRST] == counted()


@pytest.mark.parametrize(
    ("reason", "again"),
    [
        ("QueryFailed", True),
        ("PartialAnswer", True),
        ("NoExporterData", True),
        ("LabelsMismatch", True),
        ("CoverageGap", False),
        ("AttributionLost", False),
    ],
)
def test_days_that_may_still_be_mended_are_read_again(reason: str, again: bool) -> None:
    ledger = Ledger(FIRST).with_day(FIRST, unknown(reason))
    assert ledger.missing_days(FIRST, FIRST) == ([FIRST] if again else [])


def test_days_never_read_are_missing() -> None:
    ledger = Ledger(FIRST).with_day(date(2026, 7, 2), counted())
    assert ledger.missing_days(FIRST, date(2026, 7, 3)) == [FIRST, date(2026, 7, 3)]
    assert ledger.missing_days(FIRST, date(2026, 6, 30)) == []
    assert FIRST not in ledger.days
