"""Which days count (R16), and why others do not: no data is never zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.telemetry.classify import classify
from tenure.telemetry.facts import DayFacts
from tenure.telemetry.readings import NOBODY, DayReading, Problem
from tenure.telemetry.window import Window

START = datetime(2026, 7, 6, 15, tzinfo=UTC)
DAY = 86_400
ME, OTHER = "team-a", "team-b"


def reading(
    measured: Mapping[str, float],
    requested: Mapping[str, float] | None = None,
    busy: Mapping[str, float] | None = None,
    known: float = DAY,
    seen: int = 2,
) -> DayReading:
    """A day of two devices; `requested` None stands for no kube-state-metrics."""
    return DayReading(
        Window(START, START + timedelta(days=1)),
        devices_seen=seen,
        exporters=frozenset({"gpu-operator"}),
        busy=busy or {},
        measured=measured,
        requested=requested or {},
        requests_known_seconds=0 if requested is None else known,
    )


def judge(day: DayReading, devices: int = 1, capacity: int = 2, setup: bool = False) -> DayFacts:
    return classify(day, ME, devices, min_coverage_percent=90, capacity=capacity, setup=setup)


NINETY = DAY * 9 // 10
COUNTED, UNKNOWN = "Counted", "Unknown"


@pytest.mark.parametrize(
    ("day", "state", "reason"),
    [
        pytest.param(reading({}, seen=0), UNKNOWN, "NoExporterData", id="nothing from the exporters"),
        pytest.param(reading({}, {}, seen=0), UNKNOWN, "NoExporterData", id="nothing, though nothing was requested"),
        pytest.param(reading({ME: NINETY}, {ME: DAY}), COUNTED, COUNTED, id="exactly 90 % of the requested"),
        pytest.param(reading({ME: NINETY - 1}, {ME: DAY}), UNKNOWN, "CoverageGap", id="one second less"),
        pytest.param(reading({ME: 1}, {ME: 1}), COUNTED, COUNTED, id="all of one requested second"),
        pytest.param(
            reading({NOBODY: 2 * DAY}, {ME: DAY}), UNKNOWN, "LabelsMismatch", id="measured, but nobody is named"
        ),
        pytest.param(
            reading({"gpu-operator": 2 * DAY}, {ME: DAY}),
            UNKNOWN,
            "LabelsMismatch",
            id="only a namespace that requested nothing is named",
        ),
        pytest.param(
            reading({NOBODY: DAY / 2}, {ME: DAY}),
            UNKNOWN,
            "CoverageGap",
            id="nobody is named, but too little is measured",
        ),
        pytest.param(reading({NOBODY: 2 * DAY}), UNKNOWN, "LabelsMismatch", id="nobody is named or known to request"),
        pytest.param(
            reading({OTHER: DAY, NOBODY: DAY}, {ME: DAY, OTHER: DAY}, {NOBODY: 5}),
            UNKNOWN,
            "AttributionLost",
            id="not named, and load is nobody's",
        ),
        pytest.param(
            reading({OTHER: DAY, NOBODY: DAY}, {ME: DAY, OTHER: DAY}),
            UNKNOWN,
            "CoverageGap",
            id="not named, and no load is nobody's",
        ),
        pytest.param(reading({NOBODY: 2 * DAY}, {}), COUNTED, COUNTED, id="true zero"),
        pytest.param(
            reading({NOBODY: 2 * DAY}, {OTHER: DAY}), COUNTED, COUNTED, id="true zero beside others on other devices"
        ),
        pytest.param(reading({NOBODY: 2 * DAY}, {}, {NOBODY: DAY}), COUNTED, COUNTED, id="true zero beside stray load"),
        pytest.param(
            reading({NOBODY: 2 * NINETY}, {}), COUNTED, COUNTED, id="true zero at exactly 90 % of two devices"
        ),
        pytest.param(reading({NOBODY: 2 * NINETY - 1}, {}), UNKNOWN, "CoverageGap", id="one second less"),
        pytest.param(
            reading({ME: DAY, NOBODY: DAY}, {}), COUNTED, COUNTED, id="held without a request, as with device claims"
        ),
        pytest.param(
            reading({OTHER: DAY, NOBODY: DAY}, {}, known=NINETY), COUNTED, COUNTED, id="requests known for exactly 90 %"
        ),
        pytest.param(
            reading({OTHER: DAY, NOBODY: DAY}, {}, {NOBODY: 5}, known=NINETY - 1),
            UNKNOWN,
            "CoverageGap",
            id="one second less, and load is nobody's",
        ),
        pytest.param(
            reading({ME: NINETY, NOBODY: DAY}, None, {NOBODY: 5}), COUNTED, COUNTED, id="measured for what was granted"
        ),
        pytest.param(
            reading({ME: NINETY - 1, NOBODY: DAY}, None, {NOBODY: 5}), UNKNOWN, "CoverageGap", id="one second less"
        ),
        pytest.param(
            reading({OTHER: DAY, NOBODY: DAY}), COUNTED, COUNTED, id="no requests known, all load accounted for"
        ),
        pytest.param(
            reading({OTHER: DAY, NOBODY: DAY * 0.79}), UNKNOWN, "CoverageGap", id="no requests known, a device's gap"
        ),
    ],
)
def test_each_kind_of_day(day: DayReading, state: str, reason: str) -> None:
    facts = judge(day)
    assert (facts.state, facts.reason) == (state, reason), facts.message


def test_without_requests_devices_that_were_never_seen_are_missing_too() -> None:
    assert judge(reading({OTHER: DAY, NOBODY: DAY}), capacity=3).reason == "CoverageGap"


def test_with_requests_known_unseen_devices_do_not_matter() -> None:
    assert judge(reading({OTHER: DAY, NOBODY: DAY}, {}), capacity=3).state == "Counted"


def test_set_up_days_show_their_numbers_and_do_not_count() -> None:
    facts = judge(reading({ME: DAY}, {ME: DAY}, {ME: 3600}), setup=True)
    assert (facts.state, facts.busy, facts.measured, facts.requested) == ("Setup", 3600, DAY, DAY)
    assert facts.message == "A set-up day (R14), which does not count; 1.0 device-hours were busy."


@pytest.mark.parametrize("reason", ["QueryFailed", "PartialAnswer"])
def test_what_could_not_be_read_is_unknown_in_the_gateways_words(reason: str) -> None:
    facts = judge(DayReading(reading({}).window, problem=Problem(reason, "Prometheus is down.")), devices=4)
    assert (facts.state, facts.reason, facts.requested, facts.granted) == ("Unknown", reason, None, 4 * DAY)
    assert facts.message == "Prometheus is down. The day counts neither for nor against the tenant."


def test_amounts_are_whole_device_seconds_and_requests_may_be_unknown() -> None:
    facts = judge(reading({ME: DAY - 0.4}, None, {ME: 99.6}))
    assert (facts.busy, facts.measured, facts.requested, facts.granted) == (100, DAY, None, DAY)


def test_a_short_day_grants_less() -> None:
    window = Window(START, START + timedelta(hours=23))
    assert judge(replace(reading({ME: 82_800}, {ME: 82_800}), window=window), devices=2).granted == 2 * 82_800


def test_a_gap_is_told_with_its_numbers_and_the_next_step() -> None:
    assert judge(reading({ME: DAY / 2}, {ME: DAY})).message == (
        "Only 12.0 device-hours of the 24.0 device-hours that the tenant's pods requested were measured, "
        "less than 90 %. Check the exporters on the tenant's nodes and their scraping. "
        "The day counts neither for nor against the tenant."
    )


def test_a_true_zero_says_how_it_is_known() -> None:
    assert judge(reading({NOBODY: 2 * DAY}, {})).message == (
        "No pod of the tenant requested a device, while the exporters of 2 devices were alive; "
        "0.0 device-hours were busy."
    )


AMOUNTS = st.dictionaries(st.sampled_from([ME, OTHER, NOBODY]), st.floats(0, 2 * DAY), max_size=3)


@given(AMOUNTS, st.none() | AMOUNTS, AMOUNTS, st.floats(0, DAY), st.integers(0, 3), st.integers(0, 4))
def test_every_day_has_a_verdict_and_a_counted_zero_is_proven(
    measured: dict[str, float],
    requested: dict[str, float] | None,
    busy: dict[str, float],
    known: float,
    seen: int,
    capacity: int,
) -> None:
    day = reading(measured, requested, busy, known, seen)
    facts = judge(day, capacity=capacity)
    assert facts.message.endswith(".")
    if facts.state == "Counted" and not facts.measured:
        assert not facts.requested
        assert round(sum(measured.values())) * 100 >= 90 * seen * DAY
        assert facts.requested == 0 or not round(busy.get(NOBODY, 0))
