"""Whole seconds out of fractions: fair to each tenant, and never more than there was."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from harness.profiles import profile
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.telemetryprofile import Slices, TelemetryProfileSpec
from tenure.telemetry.gateway import Sample
from tenure.telemetry.promql import TENANT, Scope
from tenure.telemetry.readings import DayReading, _whole, read_day
from tenure.telemetry.window import Window

SUMS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 8 * 90_000), max_size=8)


@given(SUMS)
def test_no_second_is_made_and_nobody_loses_one(sums: dict[str, float]) -> None:
    whole = _whole(sums)
    assert whole.keys() == sums.keys()
    assert sum(whole.values()) <= sum(sums.values()) + 0.001
    assert all(abs(whole[tenant] - sums[tenant]) < 1.001 for tenant in sums)


@given(SUMS)
def test_what_is_left_goes_to_the_largest_fractions(sums: dict[str, float]) -> None:
    whole = _whole(sums)
    up = [math.modf(sums[t])[0] for t in sums if whole[t] > sums[t] + 0.001]
    down = [math.modf(sums[t])[0] for t in sums if whole[t] < sums[t] - 0.001]
    assert not up or not down or min(up) >= max(down) - 0.001


def test_noise_of_the_server_is_no_second() -> None:
    assert _whole({"a": 1151.99999, "b": 0.5}) == {"a": 1152, "b": 0}


NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
RE2 = {"label": "GPU_I_PROFILE", "pattern": "([1-4])g\\..+", "of": 4, "where": {"modelName": r"\QNVIDIA A30\E"}}


class Same:
    """Answers every query with these rows."""

    def __init__(self, *rows: tuple[Mapping[str, str], float]) -> None:
        self.rows = [Sample(labels, value, 0) for labels, value in rows]

    def query(self, promql: str, at: datetime) -> list[Sample]:
        return self.rows


def read(prometheus: Same, spec: TelemetryProfileSpec, match: Mapping[str, str] | None = None) -> DayReading:
    return read_day(prometheus, Scope(spec, match or {}), Window(NOON - timedelta(hours=12), NOON))


def test_a_second_signal_of_zero_is_told_apart_from_none() -> None:
    assert read(Same(({TENANT: "team-a"}, 0.0)), profile("dcgm")).second == {"team-a": 0}
    assert read(Same(), profile("dcgm")).second is None


@pytest.mark.parametrize(
    ("spec", "match", "said"),
    [
        (profile("dcgm"), {"model-name": "A100"}, "'model-name' is not a label name"),
        (
            profile("dcgm-mig").model_copy(update={"slices": (Slices.model_validate(RE2),)}),
            {},
            "cannot be used here: bad escape",
        ),
    ],
)
def test_what_an_admin_wrote_wrongly_is_said_and_stops_no_review(
    spec: TelemetryProfileSpec, match: Mapping[str, str], said: str
) -> None:
    problem = read(Same(({"GPU_I_PROFILE": "1g.6gb", "modelName": "NVIDIA A30"}, 1.0)), spec, match).problem
    assert problem is not None
    assert problem.reason == "QueryFailed"
    assert said in problem.message
