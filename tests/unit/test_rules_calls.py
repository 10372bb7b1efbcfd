"""What is remembered of an organization, as it is told of this year's and next year's calls: R20..R25."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.conditions import TABLE
from tenure.api.organization import Remembered
from tenure.rules.calls import remembered
from tenure.rules.memory import barred, priority_class

KINDS = (
    "Excellent",
    "EarlyReturn",
    "DataShared",
    "Unfinished",
    "OffPurpose",
    "PromiseUnproven",
    "PromiseBroken",
    "ReportMissing",
)


def entry(kind: str, day: str = "2026-11-01", decision: str = "d") -> Remembered:
    return Remembered.model_validate({"kind": kind, "day": day, "allocation": "vision-2026", "decision": decision})


TOLD = [
    ([], 2026, "Nothing", "Nothing weighs in the calls of 2026 and 2027."),
    (
        [("Excellent", "2026-11-17")],
        2026,
        "ClassUp",
        "One priority class up in the calls of 2027 (R25) for the excellent report (R23) of vision-2026 of 2026-11-17.",
    ),
    ([("Excellent", "2026-11-17")], 2028, "Nothing", "Nothing weighs in the calls of 2028 and 2029."),
    (
        [("EarlyReturn", "2026-08-15")],
        2026,
        "ClassUp",
        "One priority class up in the calls of 2026 (R25) for the early return (R22) of vision-2026 of 2026-08-15. "
        "One priority class up in the calls of 2027 (R25) for the early return (R22) of vision-2026 of 2026-08-15.",
    ),
    (
        [("PromiseUnproven", "2025-10-08"), ("DataShared", "2025-12-01")],
        2026,
        "RankedLast",
        "Ranked last in the calls of 2026 (R21) for a promise without evidence (R21) of vision-2026 of 2025-10-08. "
        "Support may be continued: by the report of vision-2026 of 2025-12-01, it shares its data (R24).",
    ),
    (
        [("ReportMissing", "2020-12-01")],
        2026,
        "ReportMissing",
        "Still missing (R23): the performance report of vision-2026 of 2020-12-01; the days are those on which each was due.",
    ),
    ([("Unfinished", "2020-12-01")], 2026, "Nothing", "Nothing weighs in the calls of 2026 and 2027."),
]


@pytest.mark.parametrize(("memory", "year", "reason", "message"), TOLD)
def test_what_is_remembered_is_told(memory: list[tuple[str, str]], year: int, reason: str, message: str) -> None:
    said = remembered([entry(*one) for one in memory], year)
    assert (said.status, said.reason, said.message) == (reason != "Nothing", reason, message)


def test_a_bar_names_its_decision() -> None:
    said = remembered([entry("OffPurpose", "2025-11-02", "vision-2026-sanction-1")], 2026)
    assert said.reason == "Barred"
    assert "off-purpose use (R20) of vision-2026 on 2025-11-02, Decision vision-2026-sanction-1" in said.message


@given(
    st.lists(
        st.builds(entry, st.sampled_from(KINDS), st.dates(date(2024, 1, 1), date(2028, 1, 1)).map(str)), max_size=5
    ),
    st.integers(2024, 2028),
)
def test_it_says_what_the_calls_work_with(memory: list[Remembered], year: int) -> None:
    """Whatever is remembered: it is told as barred, last or one class up just when the rules of a call say so."""
    said, calls = remembered(memory, year), (year, year + 1)
    assert said.reason in TABLE["Remembered"]
    classes = {priority_class(2, memory, one) for one in calls}
    assert ("Barred from the calls" in said.message) == any(barred(memory, one) for one in calls)
    if said.reason == "RankedLast":
        assert 9 in classes
    if said.reason == "ClassUp":
        assert 1 in classes
    if said.reason in ("Nothing", "ReportMissing", "MayContinue"):
        assert classes == {2}
