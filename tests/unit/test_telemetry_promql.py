"""The text of the queries. What they compute is tested against a real Prometheus."""

from __future__ import annotations

from datetime import date

import pytest
from tenure.telemetry import promql
from tenure.telemetry.profile import DCGM, PROFILES
from tenure.telemetry.promql import Scope
from tenure.telemetry.window import Window, day_bounds

DAY = Window(*day_bounds(date(2026, 7, 7), "Asia/Seoul"))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("NVIDIA A100.*40GB", 'modelName=~"NVIDIA A100.*40GB"'),
        (r"A100\.40", r'modelName=~"A100\\.40"'),
        ('"} or up{x="', r'modelName=~"\"} or up{x=\""'),
        ("two\nlines", r'modelName=~"two\nlines"'),
    ],
)
def test_values_cannot_leave_their_quotes(value: str, written: str) -> None:
    assert promql.matcher("modelName", "=~", value) == written


@pytest.mark.parametrize("label", ["", "1st", "model-name", 'a"', "a\n", "a=b"])
def test_what_is_no_label_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="is not a label name"):
        promql.matcher(label, "=", "x")


def test_a_day_takes_1440_minutes_and_the_window_widens_to_the_scrape_interval() -> None:
    query = promql.busy(Scope(DCGM, scrape_interval_seconds=300), DAY, ["gpu-operator"])
    assert "[86399s:1m]) * 60 / 1" in query
    assert "[300s] offset 1ms" in query
    assert "[60s]" not in query


def test_often_scraped_exporters_are_still_read_by_the_minute() -> None:
    assert "[60s] offset 1ms" in promql.measured(Scope(DCGM, scrape_interval_seconds=15), DAY, [])


def test_every_series_is_matched_by_accelerator_and_job() -> None:
    query = promql.busy(Scope(DCGM, {"modelName": "A100", "job": "dcgm"}), DAY, [])
    assert query.count(DCGM.metric) == query.count('{modelName=~"A100",job=~"dcgm"')


def test_names_of_exporters_are_taken_literally() -> None:
    assert r'exported_namespace!~"|a\\.b"' in promql.measured(Scope(DCGM), DAY, ["a.b"])


def test_profiles_are_found_by_their_name() -> None:
    assert all(name == profile.name for name, profile in PROFILES.items())
    assert {"dcgm", "dcgm-gpu-util"} <= set(PROFILES)
