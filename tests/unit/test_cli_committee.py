"""What the committee and admins see: reviews and whom they wait for, a grant explained, a quarter under other rules."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
import yaml
from tenure.api import Allocation, Decision
from tenure.api.allocation import Grant
from tenure.cli import explain, reviews, simulate
from tenure.cli.explain import Explained
from tenure.cli.output import as_json, as_yaml
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.simulate import Simulated
from tenure.report.centre import Centre
from tenure.rules.folded import folded
from tenure.rules.grant import digest
from tenure.rules.recorded import LeftOut
from tenure.rules.simulate import NO_CHANGES, Changes, compare, freed
from unit.build import A100, DEFAULT, Body, allocation, at, decision, grant, organization, used
from unit.course import HANDED_IN
from unit.quarters import lived
from unit.tenant import lines, printed, review, said

USE: Body = {"utilization": {"percent": "18.4 %", "coveragePercent": 96, "countedDays": 78}}
WAITS = {"for": "Committee", "reason": "AwaitingVerdict", "since": "2026-10-09T01:00:00Z"}
REVIEWS = [
    review(**USE, recommendation="Reduce", waits=WAITS),
    review("2026-Q4", says={"Recommended": "Measuring: x"}),
    review(of="second", outcome="Continue", **USE),
    review(of="third", recommendation="Revoke", says={"Noticed": "Given: x"}, **USE),
]
TABLE_AT_80 = """\
allocation  quarter    use known comes to waits for                   effective
vision-2026 2026-Q3 18.4 %  96 % Reduce?  committee since 2026-10-09  2026-10-22
                                          (AwaitingVerdict)
vision-2026 2026-Q4      -     - -        Measuring                   2026-10-22
second      2026-Q3 18.4 %  96 % Continue decided                     2026-10-22
third       2026-Q3 18.4 %  96 % Revoke?  the notice to end           2026-10-22
4 reviews; 1 of them waits for somebody."""
TABLE_AT_120 = """\
allocation  quarter    use known comes to waits for                                    effective
vision-2026 2026-Q3 18.4 %  96 % Reduce?  committee since 2026-10-09 (AwaitingVerdict) 2026-10-22
vision-2026 2026-Q4      -     - -        Measuring                                    2026-10-22
second      2026-Q3 18.4 %  96 % Continue decided                                      2026-10-22
third       2026-Q3 18.4 %  96 % Revoke?  the notice to end                            2026-10-22
4 reviews; 1 of them waits for somebody."""


@pytest.mark.parametrize(("width", "expected"), [(80, TABLE_AT_80), (120, TABLE_AT_120)])
def test_each_review_has_its_row(width: int, expected: str) -> None:
    assert "\n".join(lines(printed(reviews.show, REVIEWS, width))) == expected


def test_programs_get_every_review_with_what_it_waits_for() -> None:
    found = json.loads(as_json(reviews.report(REVIEWS)))["reviews"]
    assert found[0]["waits"] == WAITS
    assert [one["outcome"] for one in found] == ["", "", "Continue", ""]
    assert yaml.safe_load(as_yaml(reviews.report(REVIEWS)))["reviews"] == found


def explained(*, missing: bool = False, waiting: bool = False, reserved: int = 0) -> Explained:
    """A cut that counts, and one of an earlier award that does not."""
    says = {
        "Accepted": "Accepted: The award fits.",
        "Admitted": "WaitingForCapacity: 0 are free."
        if waiting
        else "Admitted: 4 devices are granted until 2026-12-31.",
        "HistoryMissing": "NoRecord: 2026-Q2 is over." if missing else "Complete: Every past quarter has its record.",
    }
    body = allocation(storage="30T").wire()
    conditions = [
        {**one, "status": "True" if one["reason"] in ("NoRecord", "Accepted", "Admitted") else "False"}
        for one in said(**says)
    ]
    awarded = Allocation.parse({**body, "status": {"grant": {"devices": 4}, "conditions": conditions}})
    mine = digest(awarded.spec)
    message = "Utilization 18.4 % of 8 devices, plan missing: reduced from 8 to 4 devices on 2026-10-22."
    decisions = [
        decision("2026-Q3", "Reduce", 4, "2026-10-22", message=message, decided_by="the table", digest=mine),
        decision("2026-Q2", "Reduce", 4, "2026-07-22", message="Older.", digest="older"),
    ]
    today = date(2026, 11, 20)
    fold = folded(grant(8, storage="30T"), awarded.spec.term, decisions, mine, today)
    centre = A100.status.model_copy(update={"capacity": 64, "granted": 60, "free": 4})
    spec = A100.spec.model_copy(update={"reserved": reserved})
    accelerator = A100.model_copy(update={"status": centre, "spec": spec})
    return Explained(awarded, DEFAULT, accelerator, organization(), fold, today)


EXPLAINED_AT_80 = """\
vision-2026 of project vision, on 2026-11-20
effective  what   occasion devices storage
2026-07-01 award                 8     30T
2026-07-22 Reduce 2026-Q2        -       -
2026-10-22 Reduce 2026-Q3        4     30T
  2026-07-22 Reduce: Older. It was made for an award that was edited since, so
  it does not count for this one.
  2026-10-22 Reduce: Utilization 18.4 % of 8 devices, plan missing: reduced from
  8 to 4 devices on 2026-10-22. Decided by the table.

It is entitled to 4 devices, 48 CPU cores, 900G of memory and 30T of storage
until 2026-12-31.
Granted: 4 devices (Admitted). 4 devices are granted until 2026-12-31.
The centre has 64 devices of a100-40gb: 60 granted, 4 free; awards wait for 0.
Organization hanbit holds 0 of the 8 devices that it may hold at a time (R1)."""


def test_a_grant_is_explained_from_the_award_to_the_day() -> None:
    assert "\n".join(lines(printed(explain.show, explained(), 80))) == EXPLAINED_AT_80
    at_120 = printed(explain.show, explained(), 120)
    assert max(map(len, lines(at_120))) <= 120
    assert " ".join(at_120.split()) == " ".join(EXPLAINED_AT_80.split())


def test_what_holds_a_grant_down_is_named() -> None:
    text = " ".join(explain.sentences(explained(missing=True, waiting=True, reserved=4)))
    assert "Granted: 4 devices (WaitingForCapacity). 0 are free." in text
    assert "4 free, of which a round has reserved 4 (R7)" in text
    assert "A record is missing (NoRecord): 2026-Q2 is over." in text


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2026-06-30", "; its term begins on 2026-07-01."),
        ("2027-01-01", "; its term ended on 2026-12-31, and nothing but the data is kept."),
    ],
)
def test_outside_the_term_it_is_said(today: str, words: str) -> None:
    found = explained()
    day = date.fromisoformat(today)
    fold = folded(Grant(devices=8), found.allocation.spec.term, [], "award", day)
    told = next(iter(explain.sentences(Explained(found.allocation, DEFAULT, None, None, fold, day))))
    assert told.endswith(words)


def test_programs_get_each_step_with_the_grant_after_it() -> None:
    read = json.loads(as_json(explain.report(explained())))
    assert [(step["kind"], step["grant"] and step["grant"]["devices"]) for step in read["steps"]] == [
        ("Reduce", None),
        ("Reduce", 4),
    ]
    assert (read["state"], read["entitled"]["devices"], read["granted"]["devices"]) == ("Running", 4, 4)


TABLE = "40:Increase/Continue,10:Continue/Reduce,0:Reduce/Revoke"


def simulated(changes: Changes) -> Simulated:
    """Four tenants; the plan of one waits for the committee."""
    records = [
        lived(used(p), HANDED_IN if p == 31.0 else None, name=f"at-{p:.0f}").recorded() for p in (3.1, 18.4, 31.0, 36.0)
    ]
    return Simulated("2026-Q3", changes, compare(records, changes), [LeftOut("old", "its Allocation is gone")])


SIMULATED_AT_80 = """\
2026-Q3 with the table 40 %: Increase/Continue, 10 %: Continue/Reduce, 0 %:
Reduce/Revoke; 6 base hours a day
allocation    use   then came to                       would come to freed
at-31      31.0 % 41.3 % AwaitingVerdict (Continue), 8 Continue, 8       0
at-36      36.0 % 48.0 % Reduce, 4                     Continue, 8      -4
2 of 4 reviews would have ended differently. Nothing was written.
a100-40gb: 16 devices freed as it came out, 12 devices freed as it would have:
-4.
Left out: old, for its Allocation is gone."""


def test_a_simulation_shows_what_would_be_different() -> None:
    found = simulated(Changes(bands=simulate.bands(TABLE), base_hours=6))
    assert "\n".join(lines(printed(simulate.show, found, 80))) == SIMULATED_AT_80
    at_120 = printed(simulate.show, found, 120)
    assert max(map(len, lines(at_120))) <= 120
    assert " ".join(at_120.split()) == " ".join(SIMULATED_AT_80.split())


def test_decisions_alone_are_enough_for_a_simulation() -> None:
    """Hand-made truth, of a centre with nothing left but its record. Each held eight devices and judged at 5 and 50 %.

    3.1 % lost all, 18.4 % lost four, 45 % lost four, 62 % none. Under 2 and 40 % that is four, four, none and none.
    """
    record = [
        Decision(metadata={"name": f"d{number}"}, spec=lived(used(percent), name=f"at-{percent:.0f}").decided)
        for number, percent in enumerate((3.1, 18.4, 45.0, 62.0))
    ]
    changes = Changes(bands=simulate.bands("40:Increase/Continue,2:Continue/Reduce,0:Reduce/Revoke"))
    found = simulate.simulated(Centre.of(record), "2026-Q3", changes, at("2031-01-10"))
    ends = {one.recorded.allocation: (one.was.devices, one.would.devices) for one in found.told}
    assert ends == {"at-3": (0, 4), "at-18": (4, 4), "at-45": (4, 8), "at-62": (8, 8)}
    assert freed(found.told) == {"a100-40gb": (16, 8)}
    assert found.left_out == []


def test_a_quarter_in_which_increases_took_more_than_was_freed_says_so() -> None:
    """Of eight devices it came to ten: an increase of two."""
    same = simulated(NO_CHANGES)
    took = replace(same.outcomes[0], was=replace(same.outcomes[0].was, devices=10), reproduced=True)
    text = printed(simulate.show, replace(same, outcomes=[took]), 120)
    assert "a100-40gb: 2 more devices held as it came out, " in text
    assert "-2 devices freed" not in text


def test_a_quarter_is_found_in_whichever_case_it_is_typed() -> None:
    record = Decision(metadata={"name": "d"}, spec=lived(used(62.0)).decided)
    found = simulate.simulated(Centre.of([record]), "2026-q3", NO_CHANGES, at("2026-11-20"))
    assert (found.quarter, len(found.told)) == ("2026-Q3", 1)


def test_a_quarter_without_a_record_names_those_that_have_one() -> None:
    record = Decision(metadata={"name": "d"}, spec=lived(used(62.0)).decided)
    with pytest.raises(Problem, match=r"Nothing is on record of 2026-Q4: .* There are 2026-Q3\. Check --quarter\."):
        simulate.simulated(Centre.of([record]), "2026-Q4", NO_CHANGES, at("2026-11-20"))


def test_under_its_own_rules_nothing_is_different() -> None:
    told = printed(simulate.show, simulated(NO_CHANGES), 120)
    assert told.startswith("2026-Q3 under its own rules\n0 of 4 reviews would have ended differently.")


def test_programs_get_every_review_changed_or_not() -> None:
    read = json.loads(as_json(simulate.report(simulated(Changes(base_hours=4)))))
    assert [(one["allocation"], one["differs"], one["reproduced"]) for one in read["reviews"]] == [
        ("at-18", False, True),
        ("at-3", True, True),
        ("at-31", True, True),
        ("at-36", True, True),
    ]
    assert read["freed"] == {"a100-40gb": {"was": 16, "would": 8}}
    assert read["rules"] == {
        "bands": None,
        "setUpDays": None,
        "baseHoursPerDay": 4,
        "minimumReviewCoveragePercent": None,
    }
    assert read["leftOut"] == [{"allocation": "old", "why": "its Allocation is gone"}]


def test_the_table_is_typed_in_one_word() -> None:
    assert [(row.from_percent, row.adequate, row.inadequate) for row in simulate.bands(TABLE)] == [
        (40, "Increase", "Continue"),
        (10, "Continue", "Reduce"),
        (0, "Reduce", "Revoke"),
    ]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("40:Increase/Continue", "down to 0"),
        ("0:Reduce/Revoke,5:Continue/Reduce", "from the highest percentage down to 0"),
        ("5:Continue/Reduce,5:Reduce/Revoke,0:Reduce/Revoke", "from the highest"),
        ("0:Reduce", "'0:Reduce' is no row of the decision table"),
        ("x:Reduce/Revoke", "'x:Reduce/Revoke' is no row"),
        ("0:reduce/revoke", "is no row"),
    ],
)
def test_a_table_that_is_none_is_refused_with_an_example(typed: str, says: str) -> None:
    with pytest.raises(Problem, match=says) as caught:
        simulate.bands(typed)
    assert caught.value.code == BAD_USAGE
    assert TABLE in f"{caught.value}"


def test_a_table_in_which_a_good_plan_costs_something_is_refused() -> None:
    with pytest.raises(Problem, match="an adequate plan must come to at least as much"):
        simulate.bands("0:Revoke/Reduce")
