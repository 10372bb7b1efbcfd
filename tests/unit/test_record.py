"""The Decision as a record: its hash, its chain, who decided, and its name."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from tenure import __version__
from tenure.api import Decision, names
from tenure.api.allocation import AllocationSpec
from tenure.api.decision import DecisionSpec, Telemetry
from tenure.api.programme import ProgrammeSpec
from tenure.api.review import Verdict
from tenure.rules import record
from tenure.rules.case import Case
from unit.build import A100, DEFAULT, PLAN, allocation, at, case, decision_body, grant, used, verdict

SUBJECT = record.Subject("vision-2026", "vision", "hanbit", "0123456789abcdef")
AWARD = allocation()
CIRCUMSTANCES = record.Circumstances(AWARD.spec, DEFAULT.spec, A100.spec, date(2026, 7, 2), ("2026-Q2",))
TELEMETRY = Telemetry(profile="dcgm", spec={"device": ["UUID"]}, queries={"busy": "sum(x)"})


def reviewed(quarter: str, given: Verdict | None) -> Case:
    found = case(used(3.1), "2026-10-22", plan=PLAN, verdict=given)
    return replace(found, spec=found.spec.model_copy(update={"review": quarter}))


def decided(quarter: str, *earlier: DecisionSpec, given: Verdict | None = None, **more: Any) -> DecisionSpec:
    """The record of a reduction."""
    when = at(more.get("day", "2026-10-22"))
    settled = record.Settled(
        "Reduce",
        grant(8),
        grant(4),
        when.date(),
        "Utilization 3.1 %: reduced.",
        decided_by=record.decided_by(given),
        entered_by=given.by if given is not None else "",
    )
    return record.decision(
        subject=SUBJECT,
        occasion=quarter,
        settled=settled,
        circumstances=CIRCUMSTANCES,
        evidence=record.of_review(reviewed(quarter, given), used(3.1), TELEMETRY),
        earlier=earlier,
        now=when,
    )


def test_the_hash_is_over_everything_else() -> None:
    one = decided("2026-Q3")
    body = one.wire()
    assert one.hash == record.digest(body)
    for field in body.keys() - {"hash"}:
        assert record.digest({**body, field: "changed"}) != one.hash, field


def test_the_hash_can_be_checked_on_what_the_api_server_returns() -> None:
    one = decided("2026-Q3")
    stored = json.loads(json.dumps(decision_body(one, "d")))
    assert record.digest(stored["spec"]) == one.hash
    assert record.digest(Decision.parse(stored).spec.wire()) == one.hash


def test_each_is_chained_to_the_one_before() -> None:
    chain: list[DecisionSpec] = []
    for quarter, day in (("2026-Q3", "2026-10-22"), ("2026-Q4", "2027-01-22"), ("2027-Q1", "2027-04-22")):
        chain.append(decided(quarter, *reversed(chain), day=day))
    assert chain[0].previous == ""
    assert all(later.previous == one.hash for one, later in pairwise(chain))


def test_two_of_the_same_second_do_not_fork_the_chain() -> None:
    """Whatever they are called, and in whatever order they are read."""
    chain: list[DecisionSpec] = []
    for occasion in ("return-f", "report-a", "return-b"):
        chain.append(decided(occasion, *reversed(chain)))
    assert all(later.previous == one.hash for one, later in pairwise(chain))


def test_a_cause_is_in_it_and_since_when_the_tenant_knew() -> None:
    found = record.of_cause({"devices": 4, "reason": "Done."}, noticed_on=date(2026, 10, 1))
    assert found.cause == {"devices": 4, "reason": "Done."}
    assert (found.course.opened_on, found.course.noticed_on) == (None, date(2026, 10, 1))


def test_what_it_was_made_under_is_in_it() -> None:
    """The award that the digest is of, the rules and the ladder, so that nothing else is needed years later."""
    found = decided("2026-Q3").evidence
    assert AllocationSpec.model_validate(found.award) == AWARD.spec
    assert ProgrammeSpec.model_validate(found.rules).storage == DEFAULT.spec.storage
    assert [rung["devices"] for rung in found.rules["ladder"]] == [rung.devices for rung in A100.spec.ladder]
    assert found.version == __version__
    assert (found.in_use_from, found.without_record) == (date(2026, 7, 2), ("2026-Q2",))


def test_an_occasion_fits_into_a_name() -> None:
    found = record.occasion("Return", "vision", "early", {"devices": 4})
    assert names.decision("vision-2026", found, "0123456789abcdef") == f"vision-2026-{found}-01234567"
    assert found != record.occasion("Return", "speech", "early", {"devices": 4})


def test_the_evidence_is_in_it() -> None:
    found = decided("2026-Q3", given=verdict(plan="Inadequate")).evidence
    assert found.ledger == used(3.1)
    assert found.telemetry == TELEMETRY
    assert found.plan == PLAN
    assert found.verdict == verdict(plan="Inadequate")
    assert found.rules["timeZone"] == "Asia/Seoul"
    assert [row["fromPercent"] for row in found.rules["review"]["bands"]] == [50, 5, 0]
    assert found.rules["measurement"]["baseHoursPerDay"] == 8


TABLE = "the programme's table (R17)"
CHAIR = "chair@committee.example"


@pytest.mark.parametrize(
    ("given", "by", "entered_by"),
    [
        pytest.param(None, TABLE, "", id="R17 nobody judged: the table"),
        pytest.param(verdict(), TABLE, CHAIR, id="R17 a verdict that says nothing"),
        pytest.param(verdict(plan="Inadequate"), CHAIR, CHAIR, id="R18 who judged the plan"),
        pytest.param(verdict(confirms="Reduce"), CHAIR, CHAIR, id="R17 who confirmed"),
        pytest.param(verdict(increase_to=8), CHAIR, CHAIR, id="R17 who approved"),
        pytest.param(verdict(appeal="Dismissed"), CHAIR, CHAIR, id="R17 who answered the appeal"),
        pytest.param(
            verdict(override="Revoke", reason="Mining.", decided_by="the board"),
            *("the board", CHAIR),
            id="R20 decided by one, entered by another",
        ),
    ],
)
def test_who_decided(given: Verdict | None, by: str, entered_by: str) -> None:
    found = decided("2026-Q3", given=given)
    assert (found.decided_by, found.entered_by) == (by, entered_by)


def test_the_name_is_the_same_for_the_same_award_and_review() -> None:
    assert names.decision("vision-2026", "2026-Q3", "0123456789abcdef") == "vision-2026-2026-q3-01234567"
    assert names.review("vision-2026", "2026-Q3") == "vision-2026-2026-q3"
