"""What a tenant hands in: which review is meant, what a return leaves, the form of the report."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.report import ReportSpec
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.reading import chosen
from tenure.cli.tenant import appeal, choose, form, plan
from tenure.cli.tenant import relocation as relocations
from tenure.cli.tenant import report as reports
from tenure.cli.tenant.give_back import Wanted, _left
from tenure.cli.tenant.stays import Stays, sentences, stays
from tenure.cli.writing import refusal
from tenure.control.kube import ApiError
from tenure.tenancy.summary import Summary, read
from unit.build import DATES
from unit.tenant import printed, quota, relocation, report, review, workspace

LADDER = (8, 4, 2, 1)
TODAY = date(2026, 9, 26)


def rules(until: str = "2026-12-31", *, stopped: bool = False) -> Summary:
    """What stands on the quota."""
    found = read(quota(until=until, stopped=stopped)["metadata"]["annotations"])
    assert found is not None
    return found


def left(devices: int, storage: str = "0", **more: Any) -> Stays:
    """Eight devices and 30T, less what is given back."""
    return stays("vision-2026", rules(**more), devices, storage, TODAY)


def told(found: Stays) -> str:
    """In one line."""
    return " ".join(sentences(found))


@pytest.mark.parametrize("devices", [4, 6, 7])
def test_a_partial_return_leaves_a_bundle(devices: int) -> None:
    found = left(devices)
    assert (found.devices, found.storage, found.everything, found.early) == (8 - devices, "30T", False, False)
    assert "What stays, at once and for good: " in told(found)
    assert f"{8 - devices} device{'s' * (devices < 7)} and 30T of storage. A later" in told(found)
    assert "counts what you give back now as steps taken (R17)" in told(found)
    assert "tenure report" not in told(found)


@given(devices=st.integers(0, 12))
def test_what_stays_is_a_bundle_or_nothing_or_it_is_refused(devices: int) -> None:
    if 8 - devices in (*LADDER, 0):
        assert left(devices).devices == 8 - devices
    else:
        with pytest.raises(Problem, match=r"(--storage|all 8)\.$"):
            left(devices)


def test_a_number_that_leaves_no_bundle_names_those_that_do() -> None:
    with pytest.raises(
        Problem, match=r"5 devices would stay, which is no bundle of a100-40gb .* give back 4, 6, 7 or all 8\."
    ):
        left(3)


@pytest.mark.parametrize(
    ("until", "early", "words"),
    [
        ("2026-10-26", True, "30 days before its end, at least 30 are asked for: you have priority"),
        ("2026-10-25", False, "29 days before its end, 30 are asked for: there is no priority"),
    ],
)
def test_the_whole_given_back_early_has_priority(until: str, early: bool, words: str) -> None:
    found = left(8, "30T", until=until)
    assert (found.everything, found.early, f"{found.kept_until}") == (True, early, "2026-10-26")
    assert words in told(found)
    assert "the data can be read until 2026-10-26, at least" in told(found)
    assert "The performance report (R23) is due then" in told(found)


def test_storage_is_a_quota_and_no_volume_shrinks() -> None:
    found = left(0, "10T")
    assert (found.devices, found.storage) == (8, "20T")
    assert "no volume is made smaller, and its data stays" in told(found)
    assert "Pods above what stays" not in told(found)


@pytest.mark.parametrize(
    ("devices", "storage", "says"),
    [
        (9, "0", "less than you give back"),
        (0, "40T", "less than you give back"),
        (0, "ten", "'ten' is no amount of storage"),
        (0, "-10T", "'-10T' is no amount of storage to give back. Write --storage 10T, in steps of 10 TB"),
        (0, "5T", "'5T' is no amount"),
        (0, "Infinity", "'Infinity' is no amount"),
        (0, "NaN", "'NaN' is no amount"),
        (0, "1e99", "'1e99' is no amount"),
    ],
)
def test_more_than_is_held_cannot_be_given_back(devices: int, storage: str, says: str) -> None:
    with pytest.raises(Problem, match=says):
        left(devices, storage)


def test_what_has_ended_cannot_be_given_back() -> None:
    with pytest.raises(Problem, match=r"vision-2026 has ended.*report"):
        left(8, stopped=True)


def test_a_return_of_nothing_asks_what_is_given_back() -> None:
    wanted = Wanted("vision", "", 0, "0", everything=False, reason="x", change_of_plan="", yes=True)
    with pytest.raises(Problem, match="--devices N, --storage 10T, or --all") as caught:
        _left(workspace(quota=quota()), wanted)
    assert caught.value.code == BAD_USAGE
    nothing = Wanted("vision", "", 0, "0T", everything=False, reason="x", change_of_plan="", yes=True)
    with pytest.raises(Problem, match="--devices N, --storage 10T, or --all"):
        _left(workspace(quota=quota()), nothing)
    with pytest.raises(Problem, match="holds nothing that could be given back"):
        _left(workspace(), wanted)


OPEN, MISSED = {"PlanSubmitted": "Awaited: x"}, {"PlanSubmitted": "Missing: x"}


def test_the_plan_is_for_the_earliest_open_review() -> None:
    found = [
        review("2026-Q4", says=OPEN, dates={**DATES, "windowStart": "2026-10-01"}),
        review("2026-Q3", says=OPEN),
        review("2026-Q2", says=MISSED),
    ]
    assert choose.review(found, "vision", "", "", fits=plan.is_open, nothing="x").spec.review == "2026-Q3"
    assert choose.review(found, "vision", "", "2026-q2", fits=plan.is_open, nothing="x").spec.review == "2026-Q2"


@pytest.mark.parametrize(
    ("allocation", "quarter", "says"),
    [
        ("", "", "has several allocations: second, vision-2026. Name one: --allocation second"),
        ("third", "", "no allocation third in vision; there are: second, vision-2026"),
        ("second", "2026-Q9", "second has no review 2026-Q9; there are: 2026-Q3"),
        ("second", "", "nothing is open"),
    ],
)
def test_what_cannot_be_told_is_asked_for(allocation: str, quarter: str, says: str) -> None:
    found = [review(), review(of="second", outcome="Continue")]
    with pytest.raises(Problem, match=says):
        choose.review(found, "vision", allocation, quarter, fits=plan.is_open, nothing="nothing is open")


def test_without_reviews_or_reports_it_is_said_when_they_come() -> None:
    with pytest.raises(Problem, match="Tenure opens one on the first day"):
        choose.review([], "vision", "", "", fits=plan.is_open, nothing="x")
    with pytest.raises(Problem, match="no report"):
        choose.opened([], "vision", "", "no report")
    assert chosen(["only"], "", "vision") == "only"


def test_a_plan_is_shown_with_what_becomes_of_it() -> None:
    handed_in = {"plan": {"summary": "Train it.", "evidence": ["https://a.example/b"], "changeOfPlan": "Smaller."}}
    shown = printed(lambda one, console: plan.show(one, console, new=True), review(spec=handed_in), 120)
    assert shown.splitlines() == [
        "vision-2026, review 2026-Q3: the plan is in.",
        "  Train it.",
        "  Evidence: https://a.example/b",
        "  Change of plan (R19): Smaller.",
        "It can be changed until 2026-10-08. Then the committee judges it, by 2026-10-15.",
    ]
    assert plan.report(review(spec=handed_in))["planDue"] == "2026-10-08"


def test_without_a_plan_it_is_said_how_to_hand_one_in() -> None:
    says = {"PlanSubmitted": "Awaited: The plan for the next quarter is due on 2026-10-08."}
    shown = printed(lambda one, console: plan.show(one, console, new=False), review(says=says), 120)
    assert "no plan is in. The plan for the next quarter is due on 2026-10-08." in shown
    assert 'Hand one in: tenure plan vision --summary "..." --evidence LINK' in shown


def test_an_appeal_says_what_it_stops() -> None:
    found = review(spec={"appeal": {"reason": "Our node was down."}}, notice="Reduce from 8 to 4 devices")
    assert "your appeal against Reduce from 8 to 4 devices is in." in printed(appeal.show, found, 120)
    assert appeal.report(found)["appeal"] == {"reason": "Our node was down."}
    assert appeal.noticed(review(says={"Noticed": "Given: x"}))
    assert not appeal.noticed(review(says={"Noticed": "NotYet: x"}))


def test_the_empty_form_says_nothing_and_fits() -> None:
    filled = form.read(form.template(), "report.yaml")
    assert ReportSpec.model_validate({"allocation": "-", **filled}) == ReportSpec(allocation="-")
    assert filled.keys() == {field.alias for field in ReportSpec.model_fields.values()} - form.NOT_IN_THE_FORM
    assert max(map(len, form.template().splitlines())) <= 110


def test_the_examples_in_the_form_fit() -> None:
    for name, example in form.EXAMPLES.items():
        typed = example.removeprefix("# ").partition("   ")[0]
        assert form.read(typed, "report.yaml").keys() == {name}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("paperSci: {count: 1}", "report.yaml: there is no field paperSci; is papersSci meant?"),
        ("papersSci: {counts: 1}", "there is no field papersSci.counts; is count meant?"),
        ("xyz: 1", "there is no field xyz. There are: "),
        ("submitted: true", "submitted is not yours to write in it; leave it out (--submit hands the report in)."),
        ("assessment: {excellent: true}", "assessment is not yours to write in it"),
        ("hires: many", "hires does not fit. "),
        ("hires: {count: -1}", "hires.count does not fit. Input should be greater than or equal to 0."),
        ("accuracy: [{measure: mAP, goal: 1}]", "there is no field accuracy.goal"),
        ("", "report.yaml has no fields. tenure report --template prints a form to fill in."),
        ("a: [", "report.yaml is no YAML"),
    ],
)
def test_a_mistake_in_the_form_is_named(typed: str, says: str) -> None:
    with pytest.raises(Problem) as caught:
        form.read(typed, "report.yaml")
    assert says in f"{caught.value}"


def test_a_report_is_shown_as_far_as_it_says_something() -> None:
    spec = {
        "summary": "A detector.",
        "papersSci": {"count": 1, "evidence": ["doi:10.1/x"]},
        "accuracy": [{"measure": "mAP", "target": "0.82", "reached": "0.85"}],
        "dataSharing": {"level": "Research", "where": "https://a.example"},
    }
    assert [*reports.sentences(report(spec))] == [
        "The report of vision-2026 is a draft. It is due on 2026-12-01. tenure report --submit hands it in.",
        "What was done, in words: A detector.",
        "Accuracy, target and reached: mAP 0.85, target 0.82",
        "Papers in SCI journals: 1 (doi:10.1/x)",
        "Data made available at the end: Research, https://a.example",
    ]
    handed_in = report({**spec, "submitted": True}, says={"Assessed": "Awaited: The report waits for the committee."})
    assert [*reports.sentences(handed_in)][:2] == [
        "The report of vision-2026 is handed in.",
        "The report waits for the committee.",
    ]
    assert reports.plain(report(spec))["due"] == "2026-12-01"


def test_evidence_of_a_relocation_is_added_to_what_is_there() -> None:
    there = relocation({"evidence": ["a", "b"], "text": "Old."}, says={"Proven": "NotYet: There is no evidence yet."})
    wanted = relocations.Wanted("vision", "", "", ("b", "c"))
    assert relocations.added(there, wanted) == {"evidence": ["a", "b", "c"]}
    assert relocations.added(there, relocations.Wanted("vision", "", "New.", ())) == {"text": "New."}
    assert relocations.added(there, relocations.Wanted("vision", "", "", ())) == {}
    assert [*relocations.sentences(there, new=False)] == [
        "vision-2026: evidence of the promised relocation or founding (R21); it is due on 2026-10-01.",
        "There is no evidence yet.",
        "Old.",
        "Evidence: a",
        "Evidence: b",
    ]
    assert "It is in, and the committee judges it." in [*relocations.sentences(there, new=True)]


def test_words_alone_are_no_evidence_and_nobody_is_told_that_they_wait() -> None:
    words = relocation({"text": "Signed."}, says={"Proven": "NotYet: There is no evidence yet."})
    told = [*relocations.sentences(words, new=True)]
    assert "It is in, and the committee judges it." not in told
    assert told[1:3] == [
        "There is no evidence yet.",
        "A link or a reference has to be handed in: tenure relocation vision --evidence LINK",
    ]


def test_whoever_was_given_notice_reads_when_the_grant_ends() -> None:
    says = {"Proven": "NotYet: There is no evidence yet.", "Noticed": "Given: The grant ends on 2026-11-07."}
    assert "The grant ends on 2026-11-07." in [*relocations.sentences(relocation(says=says), new=False)]


@pytest.mark.parametrize("typed", [{}, {"summary": ""}, {"models": {"count": 0, "evidence": []}}])
def test_an_empty_report_is_not_handed_in(typed: dict[str, Any]) -> None:
    """From then on only the committee writes, so that a slip could not be made good."""
    with pytest.raises(Problem, match=r"says nothing yet.*tenure report --template"):
        reports.checked(report(), reports.Wanted("vision", "", typed, submit=True))
    assert reports.checked(report(), reports.Wanted("vision", "", {"summary": "A detector."}, submit=True)) == {
        "summary": "A detector.",
        "submitted": True,
    }


@pytest.mark.parametrize(
    ("code", "message", "says"),
    [
        (
            403,
            "reviews.tenure.dev \"x\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'p' denied request: The plan "
            "was due on 2026-10-08 and is closed.",
            "The plan was due on 2026-10-08 and is closed.",
        ),
        (403, 'reviews.tenure.dev "x" is forbidden: User "u" cannot patch', "You may not."),
        (
            422,
            'Review.tenure.dev "x" is invalid: [spec.plan.summary: Too long: may not be more than 4000 bytes, <nil>: Invalid '
            "value: null: some validation rules were not checked]",
            "This does not fit: spec.plan.summary: Too long: may not be more than 4000 bytes. Correct it and try again.",
        ),
        (
            422,
            'Return.tenure.dev "" is invalid: spec: Write 10T.',
            "This does not fit: spec: Write 10T. Correct it and try again.",
        ),
        (0, "no answer: x", "The API server cannot be reached (no answer: x). Check the network and the context."),
    ],
)
def test_a_refusal_is_the_sentence_in_it(code: int, message: str, says: str) -> None:
    assert f"{refusal(ApiError(code, message, '/apis'), 'You may not.')}".startswith(says)


def test_the_form_is_yaml_with_a_comment_for_each_field() -> None:
    text = form.template()
    assert set(yaml.safe_load(text)) == {line.split(":")[0] for line in text.splitlines() if line and line[0] != "#"}
    assert text.count("(R23)") >= 14
