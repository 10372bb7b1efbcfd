"""The text of the queries. What they compute is tested against a real Prometheus."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from harness.profiles import profile, profiles
from tenure.telemetry import promql, weights
from tenure.telemetry.promql import Scope
from tenure.telemetry.window import Window, day_bounds

DCGM = profile("dcgm")
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
    query = promql.amounts(Scope(DCGM, scrape_interval_seconds=300), ["gpu-operator"])["busy"](DAY)
    assert query.endswith("[86399s:60s]) * 60")
    assert "[300s] offset 1ms" in query
    assert "[60s]" not in query


def test_often_scraped_exporters_are_still_read_by_the_minute() -> None:
    assert "[60s] offset 1ms" in promql.amounts(Scope(DCGM, scrape_interval_seconds=15), [])["measured"](DAY)


def test_every_series_is_matched_by_accelerator_and_job() -> None:
    metric = "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
    query = promql.amounts(Scope(DCGM, {"modelName": "A100", "job": "dcgm"}), [])["busy"](DAY)
    assert query.count(metric) == query.count(metric + '{GPU_I_ID="",modelName=~"A100",job=~"dcgm"}') > 0


def test_names_of_exporters_are_taken_literally() -> None:
    assert r'"tenure_tenant", "a\\.b")' in promql.amounts(Scope(DCGM), ["a.b"])["measured"](DAY)


@pytest.mark.parametrize("name", list(profiles()))
def test_a_profile_asks_for_what_it_has(name: str) -> None:
    spec = profile(name)
    asked = set(promql.amounts(Scope(spec), []))
    optional = {"second": spec.second, "stuck": spec.witness, "estimated": spec.shared or None}
    assert asked == {"busy", "measured", "requested"} | {key for key, value in optional.items() if value is not None}


@pytest.mark.parametrize(
    ("profile_name", "labels", "part"),
    [
        ("dcgm", {}, 1),
        ("dcgm-mig", {"GPU_I_PROFILE": "1g.5gb", "modelName": "NVIDIA A100-SXM4-40GB"}, Fraction(1, 7)),
        ("dcgm-mig", {"GPU_I_PROFILE": "3g.20gb", "modelName": "NVIDIA A100-SXM4-40GB"}, Fraction(3, 7)),
        ("dcgm-mig", {"GPU_I_PROFILE": "1g.10gb+me", "modelName": "NVIDIA H100 80GB HBM3"}, Fraction(1, 7)),
        ("dcgm-mig", {"GPU_I_PROFILE": "2g.12gb", "modelName": "NVIDIA A30"}, Fraction(1, 2)),
        ("furiosa-rngd", {"core": "3"}, Fraction(1, 8)),
    ],
)
def test_a_series_is_a_part_of_its_card(profile_name: str, labels: dict[str, str], part: Fraction) -> None:
    assert weights.part_of_card(profile(profile_name), labels) == part
