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
    measured: Mapping[str, int],
    requested: Mapping[str, int] | None = None,
    busy: Mapping[str, int] | None = None,
    known: int = DAY,
    seen: int = 2,
) -> DayReading:
    """A day of two devices; `requested` None stands for no kube-state-metrics."""
    return DayReading(
        Window(START, START + timedelta(days=1)),
        seconds=DAY,
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
            reading({NOBODY: DAY // 2}, {ME: DAY}),
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
            reading({OTHER: DAY, NOBODY: DAY * 79 // 100}),
            UNKNOWN,
            "CoverageGap",
            id="no requests known, a device's gap",
        ),
    ],
)
def test_each_kind_of_day(day: DayReading, state: str, reason: str) -> None:
    facts = judge(day)
    assert (facts.state, facts.reason) == (state, reason), facts.message


def test_without_requests_devices_that_were_never_seen_are_missing_too() -> None:
    assert judge(reading({OTHER: DAY, NOBODY: DAY}), capacity=3).reason == "CoverageGap"


def test_with_requests_known_unseen_devices_do_not_matter() -> None:
    assert judge(reading({OTHER: DAY, NOBODY: DAY}, {OTHER: DAY}), capacity=3).state == "Counted"


def test_where_tenants_hold_devices_and_no_request_is_told_requests_are_not_known() -> None:
    """A relabeling that keeps only CPU and memory: the tenant's node may be dark, and its pods may run there."""
    facts = judge(reading({OTHER: DAY, NOBODY: DAY}, {}), capacity=3)
    assert (facts.requested, facts.state, facts.reason) == (None, "Unknown", "CoverageGap")


def test_without_requests_all_that_was_not_out_must_be_measured() -> None:
    day = replace(reading({ME: DAY * 3 // 4}, None, {NOBODY: 1}), seconds=DAY * 3 // 4)
    facts = classify(day, ME, 1, min_coverage_percent=90, capacity=2, outage=DAY // 4)
    assert (facts.state, facts.reason) == ("Counted", "Outage")


def test_a_second_signal_that_was_not_told_of_the_tenant_is_not_zero() -> None:
    day = reading({ME: DAY, OTHER: DAY}, {ME: DAY, OTHER: DAY}, {ME: DAY, OTHER: DAY})
    assert judge(replace(day, second={OTHER: DAY})).second is None
    assert judge(replace(day, second={OTHER: DAY, ME: 0})).second == 0


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
    facts = judge(reading({ME: DAY}, None, {ME: 100}))
    assert (facts.busy, facts.measured, facts.requested, facts.granted) == (100, DAY, None, DAY)


def test_a_short_day_grants_less() -> None:
    window = Window(START, START + timedelta(hours=23))
    assert judge(replace(reading({ME: 82_800}, {ME: 82_800}), window=window), devices=2).granted == 2 * 82_800


def test_a_gap_is_told_with_its_numbers_and_the_next_step() -> None:
    assert judge(reading({ME: DAY // 2}, {ME: DAY})).message == (
        "Only 12.0 device-hours of the 24.0 device-hours that the tenant's pods requested were measured, "
        "less than 90 %. Check the exporters on the tenant's nodes and their scraping. "
        "The day counts neither for nor against the tenant."
    )


def test_a_true_zero_says_how_it_is_known() -> None:
    assert judge(reading({NOBODY: 2 * DAY}, {})).message == (
        "No pod of the tenant requested a device, while the exporters of 2 devices were alive; "
        "0.0 device-hours were busy."
    )


AMOUNTS = st.dictionaries(st.sampled_from([ME, OTHER, NOBODY]), st.integers(0, 2 * DAY), max_size=3)


@given(AMOUNTS, st.none() | AMOUNTS, AMOUNTS, st.integers(0, DAY), st.integers(0, 3), st.integers(0, 4))
def test_every_day_has_a_verdict_and_a_counted_zero_is_proven(
    measured: dict[str, int],
    requested: dict[str, int] | None,
    busy: dict[str, int],
    known: int,
    seen: int,
    capacity: int,
) -> None:
    day = reading(measured, requested, busy, known, seen)
    facts = judge(day, capacity=capacity)
    assert facts.message.endswith(".")
    if facts.state == "Counted" and not facts.measured:
        assert not facts.requested
        assert sum(measured.values()) * 100 >= 90 * seen * DAY
        assert facts.requested == 0 or not busy.get(NOBODY, 0)


def with_(day: DayReading, **more: object) -> DayReading:
    return replace(day, **more)  # type: ignore[arg-type]


BUSY = reading({ME: DAY}, {ME: DAY}, {ME: 1000})


@pytest.mark.parametrize(
    ("unseen", "reason"),
    [
        pytest.param(0, "Counted", id="nothing unseen"),
        pytest.param(111, "Counted", id="a tenth of the load and less, as sampling may differ"),
        pytest.param(433, "SignalStuckAtZero", id="more than a tenth, and more than noise"),
    ],
)
def test_load_that_only_the_witness_sees_makes_the_day_unknown(unseen: int, reason: str) -> None:
    facts = judge(with_(BUSY, stuck={ME: unseen}))
    assert facts.reason == reason
    assert (facts.state == "Unknown") == (reason == "SignalStuckAtZero")


def test_a_glimpse_of_an_idle_device_by_the_witness_is_noise() -> None:
    idle = with_(reading({ME: DAY}, {ME: DAY}), stuck={ME: DAY // 200})
    assert judge(idle).state == "Counted"
    assert judge(with_(idle, stuck={ME: DAY // 200 + 1})).reason == "SignalStuckAtZero"


def test_the_witness_of_another_tenant_is_no_matter() -> None:
    assert judge(with_(BUSY, stuck={OTHER: DAY})).state == "Counted"


def judge_out(day: DayReading, devices: int, outage: int = 0, no_capacity: int = 0) -> DayFacts:
    return classify(day, ME, devices, min_coverage_percent=90, capacity=4, outage=outage, no_capacity=no_capacity)


def test_a_day_that_was_out_from_end_to_end_needs_no_reading() -> None:
    nothing = DayReading(reading({}).window, problem=Problem("QueryFailed", "Prometheus is down."))
    facts = judge_out(nothing, 2, outage=2 * DAY)
    assert (facts.state, facts.reason, facts.outage) == ("Unavailable", "Outage", 2 * DAY)
    assert judge_out(nothing, 2, outage=2 * DAY - 1).reason == "QueryFailed"


def test_devices_of_nodes_that_were_out_need_not_be_measured() -> None:
    half = reading({ME: DAY}, {ME: 2 * DAY}, {ME: 5})
    assert judge_out(half, 2).reason == "CoverageGap"
    assert judge_out(half, 2, outage=DAY).reason == "Outage"
    assert judge_out(half, 2, outage=DAY).state == "Counted"


def test_an_accelerator_that_was_out_is_not_read_and_not_missing() -> None:
    rest = with_(reading({ME: DAY // 2}, {ME: DAY // 2}, {ME: 7}, known=DAY // 2), seconds=DAY // 2)
    facts = judge_out(rest, 1, outage=DAY // 2)
    assert (facts.state, facts.reason, facts.busy) == ("Counted", "Outage", 7)


def test_waiting_for_room_all_day_is_no_day_at_all() -> None:
    waited = reading({OTHER: 2 * DAY}, {OTHER: 2 * DAY})
    facts = judge_out(waited, 2, no_capacity=2 * DAY)
    assert (facts.state, facts.reason) == ("Unavailable", "NoCapacity")
    assert judge_out(waited, 2, no_capacity=DAY).state == "Counted"
    assert judge_out(waited, 2, no_capacity=DAY).reason == "NoCapacity"


def test_what_a_running_pod_had_was_not_unavailable() -> None:
    ran = reading({ME: 2 * DAY}, {ME: 2 * DAY}, {ME: 5})
    assert judge_out(ran, 2, no_capacity=2 * DAY).reason == "Counted"


def test_a_shared_device_is_told_as_an_estimate_and_counts() -> None:
    facts = judge(with_(BUSY, estimated={ME: 300}, second={ME: 40}))
    assert (facts.state, facts.reason, facts.estimated, facts.second) == ("Counted", "Estimated", 300, 40)


def test_another_answer_has_another_digest() -> None:
    assert judge(BUSY).answer == judge(BUSY).answer != judge(with_(BUSY, busy={ME: 1001})).answer
    assert judge(BUSY).answer == judge(with_(BUSY, busy={ME: 1000, OTHER: 5})).answer, "others are not part of it"
    assert judge(DayReading(BUSY.window, problem=Problem("QueryFailed", "Down."))).answer == ""
