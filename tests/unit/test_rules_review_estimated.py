"""R16, R17: days on which a shared device's part is estimated count, but alone they never cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Programme
from unit.build import DEFAULT, QUARTER, case, programme, share, used, verdict
from unit.course import OPENED, live

LITTLE = share(1, "C")
"""Device-seconds by which an estimated day may be more or less: 1 % of its base time."""
LAST = "2027-01-31"


@pytest.mark.parametrize(
    ("percent", "estimated", "end"),
    [
        pytest.param(31, 92, "NoTermLeft", id="R17 every day is estimated: nothing is taken"),
        pytest.param(31, 63, "NoTermLeft", id="R17 29 days are measured"),
        pytest.param(31, 62, "Reduce 4 on 2026-10-22", id="R17 30 days are measured, and both bounds agree"),
        pytest.param(49.9, 62, "NoTermLeft", id="R17 30 days are measured, and the bounds lie on both sides of 50 %"),
        pytest.param(62, 92, "Continue 8 on 2026-10-09", id="R17 nothing would be taken anyway"),
    ],
)
def test_estimated_days_alone_never_cut(percent: float, estimated: int, end: str) -> None:
    days = used(percent, estimated=[LITTLE] * estimated)
    assert live(case(days, OPENED), LAST).end == end


def test_what_the_tenant_reads() -> None:
    course = live(case(used(31, estimated=[LITTLE] * 92), OPENED), "2026-10-09")
    assert course.said("Recommended") == (
        "Inconclusive",
        "utilization 31.0 % of 8 devices in 2026-Q3: on 92 of 92 counted days the share of a shared device is estimated. "
        "Estimated days alone never cut: 30 measured ones are needed. Nothing is taken; a person decides by "
        "spec.verdict.override.",
    )


def test_a_person_may_decide_it_all_the_same() -> None:
    writes = {"2026-10-12": {"verdict": verdict(override="Reduce", reason="They agree to it.")}}
    assert live(case(used(31, estimated=[LITTLE] * 92), OPENED), LAST, writes).end == "Reduce 4 on 2026-10-22"


ANY = programme(measurement={"minimumCountedDays": 0})


@pytest.mark.parametrize("rules", [pytest.param(DEFAULT, id="30 days"), pytest.param(ANY, id="no minimum")])
@given(percent=st.integers(0, 300), by=st.integers(1, 8 * 86400))
def test_however_little_is_estimated(rules: Programme, percent: int, by: int) -> None:
    """Where every day is estimated nobody but a person takes anything."""
    course = live(case(used(percent, estimated=[by] * len(QUARTER)), "2026-10-05", rules=rules), LAST)
    assert course.ruling is None or course.ruling.devices == 8
