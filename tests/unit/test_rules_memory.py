"""What later calls know of an organization, and what follows from it: R20..R25."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Decision, Report
from tenure.api.allocation import Grant
from tenure.api.decision import Course, Evidence
from tenure.api.organization import Remembered
from tenure.cli.tenant.stays import Stays
from tenure.rules.memory import barred, continuous_support, memory, priority_class, remembered, without_audit
from tenure.tenancy.summary import Held, Summary
from unit.build import DEFAULT, allocation, decision
from unit.chains import LIVES, Told, life

ASSESSED: dict[str, Any] = {"assessment": {"accepted": True, "by": "chair@committee.example"}, "submitted": True}
UNDER = {"award": allocation().spec.wire(), "rules": {"ends": DEFAULT.spec.ends.wire()}}


def made(kind: str, day: str = "2026-10-22", of: str = "vision-2026", opened: str = "", **cause: Any) -> Decision:
    """A Decision on an award that ends on 31 December 2026."""
    course = Course(opened_on=date.fromisoformat(opened) if opened else None)
    spec = decision(f"{kind.lower()}-{day}", kind, 0, day, evidence=Evidence(**UNDER, cause=cause, course=course))
    after = Grant() if kind == "Return" else spec.before
    spec = spec.model_copy(update={"allocation": of, "organization": "hanbit", "after": after})
    return Decision(metadata={"name": f"{of}-{kind.lower()}-{day}"}, spec=spec)


def judged(
    day: str = "2026-12-05", of: str = "vision-2026", opened: str = "", unfinished: str = "", **found: bool
) -> Decision:
    """An accepted report."""
    assessment = {**ASSESSED["assessment"], **found}
    return made("ReportAssessed", day, of, opened, **{**ASSESSED, "assessment": assessment, "unfinished": unfinished})


def report(due: str = "2026-12-01", of: str = "vision-2026", reason: str = "Overdue", **spec: Any) -> Report:
    meta = {"name": f"{of}-report", "namespace": "vision"}
    said = {"type": "Submitted", "status": "False", "reason": reason, "lastTransitionTime": "2026-12-02T00:00:00Z"}
    status = {"due": due, "conditions": [said]}
    return Report.parse({"metadata": meta, "spec": {"allocation": of, **spec}, "status": status})


def told(*entries: Remembered) -> list[tuple[str, str]]:
    return [(entry.kind, entry.day.isoformat()) for entry in entries]


@pytest.mark.parametrize(
    ("one", "kinds"),
    [
        pytest.param(made("OffPurpose"), ["OffPurpose"], id="R20 off-purpose use"),
        pytest.param(made("PromiseBroken"), ["PromiseBroken"], id="R21 a promise that was not kept"),
        pytest.param(made("PromiseUnproven"), ["PromiseUnproven"], id="R21 a promise without evidence"),
        pytest.param(made("Return", "2026-12-01"), ["EarlyReturn"], id="R22 30 days before the end"),
        pytest.param(made("Return", "2026-12-02"), [], id="R22 29 days before the end"),
        pytest.param(judged(), [], id="R23 a report that was accepted and is nothing special"),
        pytest.param(judged(excellent=True), ["Excellent"], id="R23 an excellent report"),
        pytest.param(judged(shared=True), ["DataShared"], id="R24 data is shared"),
        pytest.param(judged(unfinished="The detector at night."), ["Unfinished"], id="R25 development is unfinished"),
        pytest.param(
            judged(excellent=True, shared=True, unfinished="x"),
            ["DataShared", "Excellent", "Unfinished"],
            id="R25 all three",
        ),
        pytest.param(made("Revoke"), [], id="R17 a review leaves nothing"),
        pytest.param(made("Continue"), [], id="R17 nor does one that takes nothing"),
    ],
)
def test_what_a_decision_leaves(one: Decision, kinds: list[str]) -> None:
    found = memory((), [one], ())
    assert [entry.kind for entry in found] == kinds
    assert {entry.decision for entry in found} <= {one.name}
    assert {entry.day for entry in found} <= {one.spec.effective}


# When a report was opened and judged, the day that is remembered, and the calls in which it is worth a class
JUDGED = [
    pytest.param("2026-11-17", "2026-12-05", "2026-11-17", {2027}, id="R25 before the end of its year"),
    pytest.param("2026-11-17", "2027-01-15", "2026-11-17", {2027}, id="R25 in January: last year's user all the same"),
    pytest.param("", "2027-02-10", "2026-12-31", {2027}, id="R25 nobody knows when it was opened"),
    pytest.param("2027-01-20", "2027-02-20", "2026-12-31", {2027}, id="R25 opened anew after a restore"),
    pytest.param("2026-08-15", "2027-01-10", "2026-08-15", {2027}, id="R22 given back in August"),
    pytest.param("2026-11-17", "2028-03-01", "2028-03-01", {2029}, id="R24 the data was shared two years later"),
]


@pytest.mark.parametrize(("opened", "day", "of", "years"), JUDGED)
def test_a_merit_is_of_the_year_of_use(opened: str, day: str, of: str, years: set[int]) -> None:
    found = memory((), [judged(day, opened=opened, excellent=True)], ())
    assert told(*found) == [("Excellent", of)]
    assert {year for year in range(2026, 2031) if priority_class(2, found, year) == 1} == years


@pytest.mark.parametrize("broken", [{"assessment": {"accepted": "perhaps"}}, {"assessment": 7}, {"models": "many"}])
def test_a_cause_that_cannot_be_read_leaves_nothing(broken: dict[str, Any]) -> None:
    """Of another version, or not of Tenure. What the others leave is remembered."""
    odd = made("ReportAssessed", "2026-12-05", **broken)
    assert told(*memory((), [odd, made("OffPurpose")], ())) == [("OffPurpose", "2026-10-22")]


def test_a_return_of_a_part_is_no_early_return() -> None:
    part = made("Return", "2026-10-01")
    kept = part.model_copy(update={"spec": part.spec.model_copy(update={"after": Grant(storage="10T")})})
    assert memory((), [kept], ()) == ()


def test_a_return_that_does_not_say_until_when_it_was_awarded_is_no_early_one() -> None:
    bare = made("Return", "2026-10-01")
    spec = bare.spec.model_copy(update={"evidence": Evidence()})
    assert memory((), [bare.model_copy(update={"spec": spec})], ()) == ()


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        pytest.param({"reason": "Awaited"}, False, id="R23 on the day it is due"),
        pytest.param({"reason": "Overdue"}, True, id="R23 a day later"),
        pytest.param({"submitted": True}, False, id="R23 handed in, and not looked at yet"),
    ],
)
def test_a_missing_report_is_remembered(said: dict[str, Any], missing: bool) -> None:
    found = memory((), (), [report(**said)])
    assert told(*found) == ([("ReportMissing", "2026-12-01")] if missing else [])


def test_a_missing_report_is_forgotten_once_it_was_accepted_and_not_before() -> None:
    """R23: handing it in late is not enough. Its Decision tells it as well as the Report itself."""
    missing = memory((), (), [report()])
    assert memory(missing, (), [report(submitted=True)]) == missing
    assert memory(missing, (), [report(**ASSESSED)]) == ()
    assert memory(missing, [judged("2027-01-10")], ()) == ()
    assert memory(missing, [judged("2027-01-10", of="speech-2026")], ()) == missing


def test_a_report_of_last_year_makes_none_of_this_year_good() -> None:
    missing = memory((), (), [report("2026-12-01")])
    assert memory(missing, [judged("2025-12-05")], ()) == missing


def test_the_same_allocation_may_be_excellent_in_two_years() -> None:
    """Under the same name it was awarded anew. A report that is judged twice is excellent once."""
    first, again, later = (judged(day, excellent=True) for day in ("2026-12-05", "2027-01-05", "2027-12-05"))
    award = allocation(term="2027-01-01 2027-12-31").spec.wire()
    evidence = later.spec.evidence.model_copy(update={"award": award})
    renewed = later.model_copy(update={"spec": later.spec.model_copy(update={"evidence": evidence})})
    found = memory((), [first, again, renewed], ())
    assert told(*found) == [("Excellent", "2026-12-05"), ("Excellent", "2027-12-05")]


KINDS = st.sampled_from(["OffPurpose", "PromiseBroken", "PromiseUnproven", "Return", "Revoke"])
DAYS = st.dates(date(2026, 7, 1), date(2027, 12, 31)).map(date.isoformat)
NAMES = st.sampled_from(["vision-2026", "speech-2026"])
DECISIONS = st.lists(
    st.one_of(
        st.builds(made, KINDS, DAYS, NAMES),
        st.builds(judged, DAYS, NAMES, excellent=st.booleans(), shared=st.booleans()),
    ),
    max_size=6,
)
REPORTS = st.lists(st.builds(report, DAYS, NAMES, submitted=st.booleans()), max_size=2)


@given(DECISIONS, REPORTS)
def test_asked_again_it_says_the_same(decisions: list[Decision], reports: list[Report]) -> None:
    once = memory((), decisions, reports)
    assert memory(once, decisions, reports) == once
    assert memory((), decisions[::-1], reports[::-1]) == once


@given(DECISIONS, REPORTS, st.integers(0, 6))
def test_what_was_pruned_or_deleted_stays_known(decisions: list[Decision], reports: list[Report], left: int) -> None:
    """Decisions are pruned, projects and namespaces are deleted: nothing that was known is lost."""
    before = memory((), decisions, reports)
    assert memory(before, decisions[left:], ()) == before
    assert memory(before, (), ()) == before


@given(DECISIONS, st.integers(0, 6))
def test_a_restore_without_status_brings_back_what_the_decisions_say(decisions: list[Decision], seen: int) -> None:
    early = memory((), decisions[:seen], ())
    later = memory(early, decisions, ())
    again = memory((), decisions, ())
    assert {(e.kind, e.allocation, e.day.year) for e in later} == {(e.kind, e.allocation, e.day.year) for e in again}


def entry(kind: str, day: str = "2026-11-01", decision: str = "d") -> Remembered:
    return Remembered(kind=kind, day=date.fromisoformat(day), allocation="vision-2026", decision=decision)


@pytest.mark.parametrize(
    ("base", "kinds", "year", "expected"),
    [
        pytest.param(1, ["Excellent"], 2027, 0, id="R25 excellent last year: 1 becomes 0"),
        pytest.param(2, ["EarlyReturn"], 2027, 1, id="R25 returned early: 2 becomes 1"),
        pytest.param(3, ["DataShared"], 2027, 2, id="R24 data shared"),
        pytest.param(3, ["Excellent", "DataShared", "EarlyReturn"], 2027, 2, id="R25 one class, never more"),
        pytest.param(0, ["Excellent"], 2027, 0, id="R10 there is nothing above 0"),
        pytest.param(2, ["Excellent"], 2028, 2, id="R25 only last year's"),
        pytest.param(2, ["Excellent"], 2026, 2, id="R25 not this year's"),
        pytest.param(2, ["EarlyReturn"], 2026, 1, id="R22 the next round may be in the same year"),
        pytest.param(1, ["PromiseUnproven"], 2027, 9, id="R21 ranked last"),
        pytest.param(1, ["PromiseUnproven", "Excellent"], 2027, 9, id="R21 whatever its merits"),
        pytest.param(2, ["ReportMissing", "Unfinished"], 2027, 2, id="R23 moves no class"),
        pytest.param(2, [], 2027, 2, id="R10 nothing is known"),
    ],
)
def test_the_priority_class(base: int, kinds: list[str], year: int, expected: int) -> None:
    assert priority_class(base, [entry(kind) for kind in kinds], year) == expected


def test_who_is_barred_is_told_why() -> None:
    said = barred([entry("PromiseBroken", "2026-11-03", ""), entry("OffPurpose", decision="vision-2026-x")], 2027)
    assert said == (
        "Barred from the calls of 2027 (R25) for off-purpose use (R20) of vision-2026 on 2026-11-01, Decision vision-2026-x "
        "and a promise that was not carried out (R21) of vision-2026 on 2026-11-03. If that is wrong, ask the committee "
        "and name the Decision."
    )


@pytest.mark.parametrize(
    ("kind", "year", "is_barred"),
    [
        pytest.param("OffPurpose", 2026, True, id="R20 the next call may be in the same year"),
        pytest.param("PromiseBroken", 2027, True, id="R21 the year after"),
        pytest.param("OffPurpose", 2028, False, id="R25 not for ever"),
        pytest.param("OffPurpose", 2025, False, id="R20 not before it happened"),
        pytest.param("PromiseUnproven", 2027, False, id="R21 ranked last, not barred"),
        pytest.param("ReportMissing", 2027, False, id="R23 a missing report bars nobody"),
    ],
)
def test_who_is_barred(kind: str, year: int, is_barred: bool) -> None:
    assert (barred([entry(kind)], year) is not None) is is_barred


@given(st.lists(st.sampled_from(["Excellent", "EarlyReturn", "DataShared", "PromiseUnproven"])), st.integers(0, 9))
def test_merits_never_lower_a_class_and_never_by_more_than_one(kinds: list[str], base: int) -> None:
    found = priority_class(base, [entry(kind) for kind in kinds], 2027)
    assert found >= base if "PromiseUnproven" in kinds else max(base - 1, 0) <= found <= base


def test_support_may_be_continued_for_what_is_unfinished_or_shared() -> None:
    assert continuous_support([entry("Excellent")]) is None
    assert continuous_support([entry("Unfinished")]) == (
        "Support may be continued: by the report of vision-2026 of 2026-11-01, its development is unfinished (R25)."
    )
    said = continuous_support([entry("Unfinished"), entry("DataShared", "2026-11-09")])
    assert said is not None
    assert said.endswith("of 2026-11-09, it shares its data (R24).")


@pytest.mark.parametrize("name", LIVES)
def test_what_the_operator_keeps_of_a_decision_is_enough_to_remember_it(name: str) -> None:
    """It leaves out the evidence that only an audit reads. Nothing that a grant or the memory is worked out from is lost."""
    for spec in life(name):
        wire = spec.wire()
        bare = Decision(metadata={"name": "d"}, spec=without_audit(wire))
        assert remembered(bare) == remembered(Decision(metadata={"name": "d"}, spec=wire))
        assert bare.spec.model_copy(update={"evidence": spec.evidence}) == spec
        assert bare.spec.evidence.ledger is None


@pytest.mark.parametrize("devices", [0, 4])
@pytest.mark.parametrize("day", ["2026-11-30", "2026-12-01", "2026-12-02", "2026-12-31"])
def test_the_tenant_is_told_beforehand_what_will_be_remembered(day: str, devices: int) -> None:
    """R22: what the command says of a return is what the Decision on it comes to."""
    rules = Summary(programme="default", time_zone="Asia/Seoul", retention_days=30, early_return_days=30)
    held = Held(devices=8, storage="20T", until=date(2026, 12, 31))
    command = Stays("vision-2026", held, devices, "0", date.fromisoformat(day), rules)
    told_ = Told().give_back(8 - devices, "20T", day).made[-1]
    found = remembered(Decision(metadata={"name": "d"}, spec=told_))
    assert command.early == ("EarlyReturn" in [entry.kind for entry in found])
