"""The Decision as a record: its hash, its chain, who decided, and its name."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from tenure.api import Decision, Review, names
from tenure.api.decision import DecisionSpec, Telemetry
from tenure.api.review import Verdict
from tenure.rules import record
from tenure.rules.review import Ruling
from unit.build import DEFAULT, PLAN, at, decision_body, grant, used, verdict

TELEMETRY = Telemetry(profile="dcgm", spec={"device": ["UUID"]}, queries={"busy": "sum(x)"})


def review(quarter: str = "2026-Q3", given: Verdict | None = None) -> Review:
    spec = {"allocation": "vision-2026", "review": quarter, "plan": PLAN, "verdict": given}
    return Review.parse({"metadata": {"name": "r"}, "spec": spec, "status": {"ledger": used(3.1).wire()}})


def decided(quarter: str, *earlier: DecisionSpec, given: Verdict | None = None, **more: Any) -> DecisionSpec:
    """The record of a reduction."""
    after, day = more.get("after", 4), more.get("day", "2026-10-22")
    ruling = Ruling("Reduce", after, "Utilization 3.1 %: reduced.", at(day).date(), None)
    return record.decision(
        review=review(quarter, given),
        project="vision",
        programme=DEFAULT.spec,
        award_digest="0123456789abcdef",
        before=grant(8),
        after=grant(after),
        ruling=ruling,
        earlier=earlier,
        telemetry=TELEMETRY,
        now=at(day),
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
        pytest.param(verdict(confirmed=True), CHAIR, CHAIR, id="R17 who confirmed"),
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
