"""`tenure status`: what a tenant is told, from the objects of the own namespace alone."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
import yaml
from tenure.cli.output import as_json, as_yaml
from tenure.cli.tenant.bar import CELLS, bar, whole
from tenure.cli.tenant.duties import Duty, duties
from tenure.cli.tenant.standing import latest
from tenure.cli.tenant.status import report as as_values
from tenure.cli.tenant.status import show
from tenure.cli.tenant.workspace import Workspace
from tenure.tenancy.summary import Summary, read
from unit.build import DATES, Body
from unit.tenant import given_back, lines, printed, quota, relocation, report, review, workspace

EDGES = [
    {"percent": 50, "busySecondsNeeded": 7200, "withinReach": True, "onCourse": False},
    {"percent": 5, "busySecondsNeeded": 0, "withinReach": True, "onCourse": True},
]
USE: Body = {
    "utilization": {
        "busySeconds": 375 * 3600,
        "baseSeconds": 1000 * 3600,
        "percent": "37.5 %",
        "coveragePercent": 96,
        "countedDays": 78,
        "unknownDays": 3,
        "setUpDays": 5,
    },
    "forecast": {"daysLeft": 4, "percent": "38.1 %", "pacePercent": "41.0 %", "edges": EDGES},
}
LEADS = "At the present pace 2026-Q3 ends at 38.1 %: Continue with an adequate plan, Reduce without."
RUNNING = review(says={"PlanSubmitted": "Awaited: It is due.", "OnCourse": f"AboveEdges: {LEADS}"}, **USE)

AT_80 = """\
What vision holds
  vision-2026: 8 devices of a100-40gb and 30T of storage until 2026-12-31.
  With it come 92 CPU cores and 1800G of memory in all.

vision-2026, review 2026-Q3, 2026-07-01 to 2026-09-30
  ██│████████████▒░░░░░│░░░░░░░░░░░░░░░░░░░░ 37.5 % of base time, 38.1 % at the
  end at the present pace; edges at 5 and 50 %
  78 days count; 5 set-up, 3 unknown.
  Unknown days count neither for nor against you. tenure use vision says why
  they are.
  At the present pace 2026-Q3 ends at 38.1 %: Continue with an adequate plan,
  Reduce without.

What you have to do
  By 2026-10-08 (12 days are left): Hand in the plan for the quarter after
  2026-Q3, with its evidence.
    tenure plan vision --summary "..." --evidence LINK
    Otherwise: A plan that is missing counts as inadequate (R17). At 37.5 %, as
    things stand, the table then says Reduce; with an adequate plan it says
    Continue.
"""
AT_120 = """\
What vision holds
  vision-2026: 8 devices of a100-40gb and 30T of storage until 2026-12-31.
  With it come 92 CPU cores and 1800G of memory in all.

vision-2026, review 2026-Q3, 2026-07-01 to 2026-09-30
  ██│████████████▒░░░░░│░░░░░░░░░░░░░░░░░░░░ 37.5 % of base time, 38.1 % at the end at the present pace; edges at 5 and
  50 %
  78 days count; 5 set-up, 3 unknown.
  Unknown days count neither for nor against you. tenure use vision says why they are.
  At the present pace 2026-Q3 ends at 38.1 %: Continue with an adequate plan, Reduce without.

What you have to do
  By 2026-10-08 (12 days are left): Hand in the plan for the quarter after 2026-Q3, with its evidence.
    tenure plan vision --summary "..." --evidence LINK
    Otherwise: A plan that is missing counts as inadequate (R17). At 37.5 %, as things stand, the table then says
    Reduce; with an adequate plan it says Continue.
"""


@pytest.mark.parametrize(("width", "expected"), [(80, AT_80), (120, AT_120)])
def test_holdings_use_and_duties_are_told_in_sentences(width: int, expected: str) -> None:
    assert printed(show, workspace(RUNNING, quota=quota()), width) == expected


def one(found: Workspace) -> Duty:
    """The only thing that has to be done."""
    (duty,) = duties(found)
    return duty


def test_without_anything_to_do_the_next_review_is_named() -> None:
    told = printed(show, workspace(quota=quota()), 120)
    assert "Nothing at present. Next: 2026-Q3 measures 2026-07-01 to 2026-09-30, plan due 2026-10-08." in told


def test_where_nothing_is_enforced_it_is_said() -> None:
    assert "Nothing is granted by Tenure here" in printed(show, workspace(RUNNING))


DANGER = "At the present pace 2026-Q3 ends at 3.1 %, below the edge of 5 %."


@pytest.mark.parametrize(
    ("reason", "what"),
    [("InDanger", "some of them are at stake"), ("InDangerOfRevocation", "all of them are at stake")],
)
def test_who_is_in_danger_has_to_use_more(reason: str, what: str) -> None:
    found = workspace(review(says={"OnCourse": f"{reason}: {DANGER}"}, **USE), quota=quota())
    duty = one(found)
    assert what in duty.what
    assert (f"{duty.by}", duty.otherwise, duty.how) == ("2026-09-30", DANGER, "tenure use vision")
    assert printed(show, found, 300).count(DANGER) == 1


def test_notice_can_be_appealed_against_until_the_day_before_it_takes_effect() -> None:
    noticed: Body = {"says": {"Noticed": "Given: x"}, "notice": "Reduce from 8 to 4 devices"}
    duty = one(workspace(review(**noticed), quota=quota()))
    assert duty.what.startswith("Appeal, if the figures or the outcome are wrong")
    assert duty.how == 'tenure appeal vision --reason "..."'
    assert (f"{duty.by}", duty.otherwise[:52]) == (
        "2026-10-21",
        "Reduce from 8 to 4 devices takes effect on 2026-10-2",
    )
    appealed = review(spec={"appeal": {"reason": "Our node was down."}}, **noticed)
    assert duties(workspace(appealed, quota=quota())) == ()
    assert "Notice was given: Reduce from 8 to 4 devices." in printed(show, workspace(appealed), 120)
    assert "Nothing is taken until the committee has answered it." in printed(show, workspace(appealed), 120)


@pytest.mark.parametrize(
    ("answer", "words", "due"),
    [
        ("Dismissed", "The committee has dismissed your appeal: It was up.", ["Bring your work down to what stays."]),
        ("Upheld", "The committee has upheld your appeal: It was up.", []),
    ],
)
def test_an_answered_appeal_stops_nothing_any_more(answer: str, words: str, due: list[str]) -> None:
    spec = {"appeal": {"reason": "It was down."}, "verdict": {"appeal": answer, "reason": "It was up."}}
    found = workspace(
        review(spec=spec, says={"Noticed": "Given: x"}, notice="Reduce from 8 to 4 devices"), quota=quota()
    )
    told = printed(show, found, 120)
    assert words in told
    assert "until the committee has answered" not in told
    assert [duty.what for duty in duties(found)] == due


def test_a_decided_review_asks_for_nothing_and_says_what_was_decided() -> None:
    says = {"PlanSubmitted": "Awaited: x", "Noticed": "Given: x", "Decided": "Decided: Reduced to 4 devices."}
    found = workspace(review(says=says, outcome="Reduce"), quota=quota())
    assert duties(found) == ()
    assert "Reduced to 4 devices." in printed(show, found)


def test_what_a_missing_plan_leads_to_depends_on_the_use() -> None:
    awaited: Body = {"says": {"PlanSubmitted": "Awaited: x"}}
    idle: Body = {"utilization": {"busySeconds": 3, "baseSeconds": 100, "percent": "3.0 %", "countedDays": 9}}
    assert (
        "the table then says Revoke; with an adequate plan it says Reduce."
        in one(workspace(review(**awaited, **idle), quota=quota())).otherwise
    )
    assert one(workspace(review(**awaited), quota=quota())).otherwise == (
        "A plan that is missing counts as inadequate (R17)."
    )


@pytest.mark.parametrize(("reason", "late"), [("Awaited", False), ("Overdue", True)])
def test_the_report_is_due_and_a_late_one_is_still_taken(reason: str, late: bool) -> None:
    duty = one(workspace(report(says={"Submitted": f"{reason}: x"}), quota=quota()))
    assert ("overdue" in duty.what, duty.late, f"{duty.by}") == (late, late, "2026-12-01")
    assert "Nothing is taken back for it." in duty.otherwise
    assert duties(workspace(report(says={"Submitted": "Submitted: x"}), quota=quota())) == ()


def test_a_promise_has_to_be_proven_and_proven_better() -> None:
    assert "ends after notice" in one(workspace(relocation(says={"Proven": "NotYet: x"}))).otherwise
    finding = {"finding": {"accepted": False, "reason": "It is not signed."}}
    says = {"Proven": "NotAccepted: x", "Noticed": "Given: The grant ends on 2026-10-09."}
    better = one(workspace(relocation(finding, says=says, noticedOn="2026-10-02")))
    assert better.what.endswith("The committee has not accepted what is there: It is not signed.")
    assert (better.late, "The grant ends on 2026-10-09." in better.otherwise) == (True, True)
    for reason in ("Proven", "Awaited"):
        assert duties(workspace(relocation(says={"Proven": f"{reason}: x"}))) == ()


def test_after_the_end_the_data_has_to_be_taken_away() -> None:
    ended = quota(stopped=True)
    notes = ended["metadata"]["annotations"]
    notes["tenure.dev/holds"] = notes["tenure.dev/holds"].replace(
        '"stopped":true', '"stopped":true,"keptUntil":"2027-01-30"'
    )
    found = workspace(quota=ended)
    assert (one(found).what[:28], f"{one(found).by}") == ("Take your data away (30T). N", "2027-01-30")
    assert "it has ended; the term is until 2026-12-31. Its data (30T) is kept until 2027-01-30" in printed(
        show, found, 120
    )


def test_data_is_there_also_where_all_of_it_was_given_back() -> None:
    ended = quota(stopped=True)
    notes = ended["metadata"]["annotations"]
    notes["tenure.dev/holds"] = (
        notes["tenure.dev/holds"]
        .replace('"stopped":true', '"stopped":true,"keptUntil":"2027-01-30"')
        .replace('"storage":"30T"', '"storage":"0"')
    )
    found = workspace(quota=ended)
    assert one(found).what.startswith("Take your data away. No new pods start")
    assert "Its data is kept until 2027-01-30, at least." in printed(show, found, 120)
    reads = one(replace(found, readable=True))
    assert (reads.what, reads.how) == ("Take your data away.", "kubectl cp -n vision tenure-reader:/data ./data")


def test_duties_stand_in_the_order_of_their_days() -> None:
    found = workspace(
        report(says={"Submitted": "Awaited: x"}), RUNNING, relocation(says={"Proven": "NotYet: x"}), quota=quota()
    )
    assert [f"{duty.by}" for duty in duties(found)] == ["2026-10-01", "2026-10-08", "2026-12-01"]


def test_where_there_are_several_the_command_names_allocation_and_review() -> None:
    awaited: Body = {"says": {"PlanSubmitted": "Awaited: x"}}
    found = workspace(
        review("2026-Q3", **awaited),
        review("2026-Q4", **awaited),
        review(of="second", **awaited),
        quota=quota(second=2),
    )
    assert [duty.how.removesuffix(' --summary "..." --evidence LINK') for duty in duties(found)] == [
        "tenure plan vision --allocation second",
        "tenure plan vision --allocation vision-2026 --review 2026-Q3",
        "tenure plan vision --allocation vision-2026 --review 2026-Q4",
    ]
    assert "By 2026-10-08 (12 days are left): second: Hand in" in printed(show, found, 120)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-10-07", "1 day is left"),
        ("2026-10-08", "today is the last day"),
        ("2026-10-09", "yesterday"),
        ("2026-10-11", "3 days ago"),
    ],
)
def test_the_days_that_are_left_are_counted_in_the_programmes_zone(day: str, words: str) -> None:
    assert f"By 2026-10-08 ({words}): Hand in" in printed(show, workspace(RUNNING, quota=quota(), now=day), 120)


def test_of_each_allocation_all_open_reviews_are_shown_and_the_last_decided_one() -> None:
    windows = {"2026-Q1": "2026-01-01", "2026-Q2": "2026-04-01", "2026-Q3": "2026-07-01", "2026-Q4": "2026-10-01"}
    found = {
        name: review(name, dates={**DATES, "windowStart": start}, outcome="Continue" if name < "2026-Q3" else "")
        for name, start in windows.items()
    }
    decided, every = [found["2026-Q2"], found["2026-Q1"]], [*reversed(found.values())]
    assert [one.spec.review for one in latest(decided)] == ["2026-Q2"]
    assert [one.spec.review for one in latest(every)] == ["2026-Q2", "2026-Q3", "2026-Q4"]
    over = review(
        "2026-Q4", dates={**DATES, "windowStart": "2026-10-01"}, says={"Recommended": "NoTermLeft: It is over."}
    )
    assert [one.spec.review for one in latest([over, *decided])] == ["2026-Q2"]
    assert latest([over]) == [over]


def test_a_review_for_which_no_term_is_left_asks_for_nothing() -> None:
    says = {"PlanSubmitted": "Awaited: x", "Recommended": "NoTermLeft: It is over."}
    assert duties(workspace(review(says=says), quota=quota())) == ()


def test_what_was_given_back_is_shown_with_what_became_of_it() -> None:
    told = printed(
        show,
        workspace(given_back(devices=4, says={"Accepted": "Accepted: What stays: 4 devices."}), quota=quota()),
        120,
    )
    assert "vision-2026-return-x7k2p, 4 devices of vision-2026: What stays: 4 devices." in told
    assert "Tenure has not answered yet." in printed(show, workspace(given_back(storage="10T"), quota=quota()), 120)


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_the_screen(width: int) -> None:
    long = review(says={"PlanSubmitted": "Awaited: x", "OnCourse": f"InDanger: {DANGER * 9}"}, **USE)
    shown = printed(show, workspace(long, report(says={"Submitted": "Overdue: x"}), quota=quota(second=1)), width)
    assert max(map(len, shown.splitlines())) <= width
    assert lines(shown) == shown.splitlines()


def test_what_a_person_typed_is_neither_markup_nor_a_command_to_the_terminal() -> None:
    typed = "[red]Sign[/red] it [/nothing].\x1b[2J\r"
    found = relocation({"finding": {"accepted": False, "reason": typed}}, says={"Proven": "NotAccepted: x"})
    shown = printed(show, workspace(found), 200)
    assert "[red]Sign[/red] it [/nothing].\ufffd[2J\ufffd" in shown
    assert "\x1b" not in shown


def test_programs_get_the_same_as_values() -> None:
    value = as_values(workspace(RUNNING, quota=quota()))
    read_back: Any = json.loads(as_json(value))
    assert yaml.safe_load(as_yaml(value)) == read_back
    assert read_back["holds"]["allocations"]["vision-2026"]["devices"] == 8
    assert read_back["reviews"][0]["utilization"]["busySeconds"] == 375 * 3600
    (duty,) = read_back["duties"]
    assert (duty["by"], duty["late"]) == ("2026-10-08", False)


@pytest.mark.parametrize(
    ("percent", "pace", "expected"),
    [
        pytest.param(0, 0, "--|------------------|--------------------", id="nothing"),
        pytest.param(5, 5, "##|------------------|--------------------", id="up to an edge"),
        pytest.param(37, 38, "##|############+-----|--------------------", id="and where it leads"),
        pytest.param(300, 300, "##|##################|####################", id="more than the scale"),
    ],
)
def test_the_bar_touches_an_edge_that_is_reached(percent: int, pace: int, expected: str) -> None:
    drawn = bar(percent, pace, (50, 5), ascii_only=True)
    assert drawn == expected
    assert len(drawn) == CELLS + 2


@pytest.mark.parametrize(("text", "percent"), [("37.5 %", 37), ("300.0 %", 300), ("unknown", 0), ("", 0)])
def test_figures_for_people_are_read_down_to_whole_percents(text: str, percent: int) -> None:
    assert whole(text) == percent


def test_the_annotation_of_the_quota_has_holdings_and_rules() -> None:
    found = read(quota(second=2)["metadata"]["annotations"])
    assert isinstance(found, Summary)
    assert (found.programme, found.time_zone, found.retention_days, found.early_return_days) == (
        "default",
        "Asia/Seoul",
        30,
        30,
    )
    held = found.allocations["second"]
    assert (held.devices, held.storage, f"{held.until}", held.ladder) == (2, "30T", "2026-12-31", (8, 4, 2, 1))
    assert [row.from_percent for row in found.bands] == [50, 5, 0]


@pytest.mark.parametrize("text", ["", "no json", "{}", '{"programme": "p"}'])
def test_an_annotation_that_cannot_be_read_is_none(text: str) -> None:
    assert read({"tenure.dev/holds": text}) is None
