"""Measured use on a real Prometheus: the ledger, what is Unknown and why, what is zero, and what it costs (R14, R16)."""

from __future__ import annotations

import re
from datetime import date

import pytest
from harness.centre import condition

from .client import Manifest
from .quarter.cast import FIRST, LAST, TENANTS, tenant
from .quarter.snapshot import Snapshot
from .quarter.story import WARNING, Quarter

DAY = 24 * 3600
BASE = 8 * 3600
QUERIES_A_DAY = 9
"""Of one accelerator with the profile dcgm, for however many tenants."""


def ledger(snapshot: Snapshot, name: str, review: str = "2026-Q3") -> Manifest:
    """The days of an allocation."""
    return dict(snapshot.review(name, review, name.removesuffix("-twin"))["status"]["ledger"])


# name, days, percent, coverage, what Measured says of the quarter
QUARTER = [
    pytest.param("q3-idle", "C{92}", "0.0 %", 100, "Counted", id="no pod, exporters alive: a true zero"),
    pytest.param("q3-reduced", "C{92}", "18.4 %", 100, "Counted", id="used"),
    pytest.param("q3-new", "S{14}C{78}", "40.0 %", 100, "Counted", id="R14: 14 days from access, not from the term"),
    pytest.param("q3-few", "C{21}", "3.1 %", 100, "Counted", id="R14: none with inUseSince"),
    pytest.param("q3-silent", "U{10}", "unknown", 0, "NoExporterData", id="nothing from its exporters"),
    pytest.param("q3-unnamed", "U{10}", "unknown", 0, "LabelsMismatch", id="the exporter's own namespace"),
    pytest.param("q3-gap", "C{31}U{40}C{21}", "3.1 %", 56, "CoverageGap", id="silent for 40 days"),
    pytest.param("q3-short", "C{92}", "2.0 %", 100, "Counted", id="R17: exempt, measured all the same"),
    pytest.param("q3-below-5", "C{92}", "4.9 %", 100, "Counted", id="one device-second under 5 %"),
]


@pytest.mark.parametrize(("name", "days", "percent", "coverage", "reason"), QUARTER)
def test_quarter(quarter: Quarter, name: str, days: str, percent: str, coverage: int, reason: str) -> None:
    """After one start on 5 October, with nothing read since 1 July."""
    seen = quarter.at("measured")
    assert re.fullmatch(days, ledger(seen, name)["states"])
    use = seen.review(name)["status"]["utilization"]
    assert (use["percent"], use["coveragePercent"]) == (percent, coverage)
    measured = seen.said(name, "Measured")
    assert (measured["status"], measured["reason"]) == ("True" if reason == "Counted" else "False", reason)
    assert measured["message"].endswith(".")


@pytest.mark.parametrize("name", ["q3-reduced", "q3-edge-5", "q3-edge-50", "q3-idle"])
def test_device_seconds_are_exact(quarter: Quarter, name: str) -> None:
    """What is granted counts, whatever of it was asked for: two devices, of which one pod holds one."""
    days, one = ledger(quarter.at("measured"), name), tenant(name)
    busy = round((one.percent or 0) / 100 * one.devices * BASE)
    held = 0 if one.percent is None else DAY
    assert set(days["busySeconds"]) == {busy}
    assert set(days["measuredSeconds"]) == set(days["requestedSeconds"]) == {held}
    assert set(days["grantedSeconds"]) == {one.devices * DAY}
    assert set(days["outageSeconds"]) == set(days["noCapacitySeconds"]) == {0}


def test_one_second_less_is_one_second_less(quarter: Quarter) -> None:
    seen = quarter.at("measured")
    assert sum(ledger(seen, "q3-edge-5")["busySeconds"]) - sum(ledger(seen, "q3-below-5")["busySeconds"]) == 1


def test_two_allocations_of_a_project_share_what_its_namespace_was_measured_for(quarter: Quarter) -> None:
    """Two devices and one: day by day the parts add up to the whole, to the second."""
    seen, one = quarter.at("measured"), tenant("q3-twins")
    first, second = (ledger(seen, name) for name in one.allocations())
    whole = round((one.percent or 0) / 100 * 3 * BASE)
    assert {a + b for a, b in zip(first["busySeconds"], second["busySeconds"], strict=True)} == {whole}
    assert {a + b for a, b in zip(first["measuredSeconds"], second["measuredSeconds"], strict=True)} == {DAY}
    assert set(first["busySeconds"]) == {whole * 2 // 3}
    assert set(first["grantedSeconds"]) == {2 * DAY}
    assert set(second["grantedSeconds"]) == {DAY}


def test_running_quarter(quarter: Quarter) -> None:
    """On 5 October the next review has the four days that are over, and the tenant sees it in its namespace."""
    seen = quarter.at("measured")
    days = ledger(seen, "q3-reduced", "2026-Q4")
    assert (days["from"], days["states"]) == ("2026-10-01", "CCCC")
    assert seen.said("q3-reduced", "Recommended", "2026-Q4")["reason"] == "Measuring"
    assert seen.allocation("q3-reduced")["status"]["use"] == {
        "review": "2026-Q4",
        "utilization": "18.4 %",
        "countedDays": 4,
        "unknownDays": 0,
    }
    quota = seen.named("ResourceQuota", "tenure", "q3-reduced") or {}
    assert quota["metadata"]["annotations"]["tenure.dev/use"] == "2026-Q4: 18.4 % on 4 counted days"


@pytest.mark.parametrize(
    ("moment", "reason", "says"),
    [
        pytest.param("unreachable", "QueryFailed", "Check that it runs and that Tenure may reach it", id="down"),
        pytest.param("warned", "PartialAnswer", f"answered only in part: {WARNING}. Check the stores", id="a warning"),
    ],
)
def test_no_answer_is_never_zero(quarter: Quarter, moment: str, reason: str, says: str) -> None:
    """A whole quarter is Unknown, each Review says why, and nothing is decided of anybody."""
    seen = quarter.at(moment)
    for review in seen.objects["Review"]:
        status = review["status"]
        assert set(status["ledger"]["states"]) <= {"U", "S"}, review["metadata"]["name"]
        measured = condition(review, "Measured")
        assert (measured["status"], measured["reason"]) == ("False", reason)
        assert says in measured["message"]
    assert len(seen.objects["Review"]) > len(TENANTS)
    assert seen.objects["Decision"] == []


def test_days_are_read_once_prometheus_answers(quarter: Quarter) -> None:
    reviews = quarter.at("measured").objects["Review"]
    left = {reason for review in reviews for reason in review["status"]["ledger"].get("reasons", {}).values()}
    assert left == {"NoExporterData", "LabelsMismatch", "CoverageGap"}


def accelerator_days() -> int:
    """Days until 4 October on which somebody held devices of an accelerator, over all accelerators."""
    last = {one.accelerator: LAST if one.end == LAST else date(2026, 10, 4) for one in TENANTS}
    first = {name: min(t.since or FIRST for t in TENANTS if t.accelerator == name) for name in last}
    return sum((last[name] - first[name]).days + 1 for name in last)


def test_queries_do_not_grow_with_tenants(quarter: Quarter) -> None:
    """The catch-up over a whole quarter: nine queries for each day of an accelerator, and one where it is refused."""
    before, warned, measured = (quarter.at(moment).queries for moment in ("unreachable", "warned", "measured"))
    assert warned - before == accelerator_days()
    assert measured - warned == QUERIES_A_DAY * accelerator_days()


def test_a_second_pass_changes_nothing(quarter: Quarter) -> None:
    """A new process on the same day asks for nothing and writes nothing."""
    first, second = quarter.at("measured"), quarter.at("repeated")
    kinds = ("Review", "Allocation", "Decision", "ResourceQuota", "Event", "PersistentVolumeClaim", "Namespace")
    assert second.versions(*kinds) == first.versions(*kinds)
    assert second.queries == first.queries


def test_a_quarter_takes_a_few_kilobytes(quarter: Quarter) -> None:
    days = ledger(quarter.at("measured"), "q3-reduced")
    assert len(days["states"]) == (LAST - FIRST).days + 1 == 92
    assert len(str(days)) < 8000
