"""What Tenure reads out of a real Prometheus, in device-hours by namespace (R16)."""

from __future__ import annotations

import pytest
from tenure.telemetry.classify import classify
from tenure.telemetry.readings import NOBODY, DayReading

from .conftest import History

NORMAL = {"team-a": 12, "team-b": 6}, {"team-a": 24, "team-b": 6, NOBODY: 42}
HALVED = {"team-a": 12 + 1 / 120, "team-b": 12 - 1 / 120}
ALONE = {"team-a": 12}, {"team-a": 24}


def hours(amounts: object) -> object:
    assert isinstance(amounts, dict)
    return pytest.approx({tenant: seconds / 3600 for tenant, seconds in amounts.items()}, abs=1 / 3600)


def per_hour(reading: DayReading) -> tuple[object, object]:
    assert reading.problem is None
    return hours(reading.busy), hours(reading.measured)


@pytest.mark.parametrize(
    ("story", "busy", "measured"),
    [
        ("normal", *NORMAL),
        ("honoured", *NORMAL),
        ("moved", {"team-a": 18, "team-b": 6}, {"team-a": 18, "team-b": 6}),
        ("moved within a minute", HALVED, HALVED),
        ("replicas", *ALONE),
        ("gap of 30 minutes", {"team-a": 23.5}, {"team-a": 23.5}),
        ("gap of 3 hours", {"team-a": 21}, {"team-a": 21}),
        ("dead on one node", {}, {NOBODY: 48}),
        ("dead", {}, {}),
        ("own namespace", {NOBODY: 48}, {NOBODY: 48}),
        ("attribution lost", {"team-b": 24, NOBODY: 24}, {"team-b": 24, NOBODY: 24}),
        ("idle", {}, {NOBODY: 72}),
        ("shared", {"team-a": 7.2, "team-b": 7.2}, {"team-a": 12, "team-b": 12}),
        ("every 57 s", *ALONE),
    ],
)
def test_each_story_is_read_exactly(
    history: History, story: str, busy: dict[str, float], measured: dict[str, float]
) -> None:
    assert per_hour(history.read(story)) == (busy, measured)


def test_slices_weigh_by_their_part_of_the_card(history: History) -> None:
    reading = history.read("slices", "dcgm-mig")
    assert reading.devices_seen == pytest.approx(6 / 7)
    part = 3 / 7
    assert per_hour(reading) == ({"team-a": 24 * part, "team-b": 12 * part}, {"team-a": 24 * part, "team-b": 24 * part})


def test_slices_are_no_whole_cards(history: History) -> None:
    assert history.read("slices").devices_seen == 0


def test_a_shared_card_is_divided_by_replicas(history: History) -> None:
    reading = history.read("shared", "dcgm-shared")
    assert per_hour(reading) == ({"team-a": 9.6, "team-b": 4.8}, {"team-a": 16, "team-b": 8})
    assert hours(reading.estimated) == {"team-a": 4.8, "team-b": 9.6}


def test_the_device_s_own_series_is_no_second_device(history: History) -> None:
    reading = history.read("twins", "dcgm-gpu-util")
    assert per_hour(reading) == ({"team-a": 6}, {"team-a": 24})


@pytest.mark.parametrize("story", ["normal", "honoured"])
def test_requests_count_while_pods_run(history: History, story: str) -> None:
    reading = history.read(story)
    assert hours(reading.requested) == {"team-a": 24, "team-b": 6}
    assert reading.requests_known_seconds == 86400


def test_requests_of_one_pod_count_once(history: History) -> None:
    assert hours(history.read("replicas").requested) == {"team-a": 24}


def test_a_target_that_tells_requests_twice_makes_no_query_fail(history: History) -> None:
    assert hours(history.read("stray requests").requested) == {"team-a": 24, "team-b": 6}


def test_waiting_and_completed_pods_request_nothing(history: History) -> None:
    reading = history.read("idle")
    assert (reading.requested, reading.requests_known_seconds) == ({}, 86400)


def test_rare_samples_widen_the_window_and_not_the_step(history: History) -> None:
    assert per_hour(history.read("every 300 s", interval=300)) == ({"team-a": 12}, {"team-a": 24})
    assert hours(history.read("every 300 s").measured) == {"team-a": 24 / 5}


def test_a_sample_at_midnight_belongs_to_the_day_that_begins(history: History) -> None:
    minute = 1 / 60
    assert per_hour(history.read("midnight")) == ({"team-a": 1.5 * minute}, {"team-a": 2 * minute})
    assert per_hour(history.read("midnight", later=1)) == ({"team-a": 0.25 * minute}, {"team-a": minute})


@pytest.mark.parametrize("story", ["normal", "honoured", "own namespace", "idle", "without requests"])
def test_the_exporters_own_namespace_is_found(history: History, story: str) -> None:
    assert history.read(story).exporters == {"gpu-operator"}


def test_without_up_it_is_found_beside_the_tenants_label(history: History) -> None:
    assert history.read("midnight").exporters == {"gpu-operator"}


@pytest.mark.parametrize(
    ("story", "tenant", "state", "reason"),
    [
        ("normal", "team-a", "Counted", "Counted"),
        ("normal", "team-b", "Counted", "Counted"),
        ("normal", "team-idle", "Counted", "Counted"),
        ("honoured", "team-a", "Counted", "Counted"),
        ("honoured", "team-idle", "Counted", "Counted"),
        ("gap of 30 minutes", "team-a", "Counted", "Counted"),
        ("gap of 3 hours", "team-a", "Unknown", "CoverageGap"),
        ("dead on one node", "team-a", "Unknown", "CoverageGap"),
        ("dead on one node", "team-idle", "Counted", "Counted"),
        ("dead", "team-a", "Unknown", "NoExporterData"),
        ("own namespace", "team-a", "Unknown", "LabelsMismatch"),
        ("own namespace, no up", "team-a", "Unknown", "LabelsMismatch"),
        ("attribution lost", "team-a", "Unknown", "AttributionLost"),
        ("attribution lost", "team-b", "Counted", "Counted"),
        ("idle", "team-a", "Counted", "Counted"),
        ("idle in a dead centre", "team-a", "Unknown", "CoverageGap"),
        ("without requests", "team-a", "Counted", "Counted"),
        ("without requests", "team-b", "Counted", "Counted"),
        ("without requests, stray load", "team-a", "Unknown", "CoverageGap"),
        ("without requests, stray load", "team-b", "Counted", "Counted"),
    ],
)
def test_no_data_is_told_apart_from_zero(history: History, story: str, tenant: str, state: str, reason: str) -> None:
    facts = classify(history.read(story), tenant, 1, min_coverage_percent=90, capacity=3)
    assert (facts.state, facts.reason) == (state, reason), facts.message


def test_an_uncovered_centre_cannot_prove_an_idle_day_without_requests(history: History) -> None:
    facts = classify(history.read("without requests"), "team-a", 1, min_coverage_percent=90, capacity=4)
    assert (facts.state, facts.reason) == ("Unknown", "CoverageGap")
