"""What people are told of, when it stands, and the texts of it in both languages."""

from __future__ import annotations

import re
from datetime import date
from string import Formatter
from types import ModuleType
from typing import Any, get_args

import pytest
from tenure.api import Decision, Relocation, Report, Review
from tenure.api.allocation import Grant, Term
from tenure.api.conditions import TABLE
from tenure.api.decision import DecisionKind
from tenure.api.programme import ProgrammeSpec
from tenure.rules import occasions, texts_en, texts_ko
from tenure.rules.notice import Notice
from tenure.rules.occasions import Occasion, Setting
from tenure.rules.texts import LANGUAGES, written
from tenure.rules.turns import WHOSE_TURN
from unit.build import DEFAULT, Body, decision_body, grant
from unit.build import decision as decided

DATES = {
    "windowStart": "2026-07-01",
    "windowEnd": "2026-09-30",
    "planDue": "2026-10-10",
    "verdictDue": "2026-10-17",
    "effective": "2026-10-25",
}
NOTICE = str(Notice("Reduce", 8, 4))
EDGES: Body = {
    "percent": "3.1 %",
    "daysLeft": 9,
    "edges": [
        {"percent": 50, "busySecondsNeeded": 9_000_000, "withinReach": False, "onCourse": False},
        {"percent": 5, "busySecondsNeeded": 180_001, "withinReach": True, "onCourse": False},
    ],
}


def setting(today: str, rules: ProgrammeSpec = DEFAULT.spec) -> Setting:
    return Setting("vision", "vision-2026", rules, date.fromisoformat(today))


def said(**reasons: str) -> list[Body]:
    """Conditions with these reasons, by type. Each is one that can be written."""
    for kind, reason in reasons.items():
        assert reason in TABLE[kind]
    since = "2026-09-01T00:00:00Z"
    return [{"type": t, "status": "False", "reason": r, "lastTransitionTime": since} for t, r in reasons.items()]


def review(status: Body, **spec: Any) -> Review:
    meta = {"name": "vision-2026-2026-q3", "namespace": "vision"}
    body = {"allocation": "vision-2026", "review": "2026-Q3", **spec}
    return Review.parse({"metadata": meta, "spec": body, "status": {"dates": DATES, **status}})


def of_review(today: str, status: Body, **spec: Any) -> list[Occasion]:
    return list(occasions.of_review(review(status, **spec), setting(today)))


def keys(found: list[Occasion]) -> list[str]:
    return [occasion.key for occasion in found]


AWAITED = {"conditions": said(PlanSubmitted="Awaited")}


@pytest.mark.parametrize(
    ("today", "told"),
    [
        ("2026-09-25", ""),
        ("2026-09-26", "plan-due"),
        ("2026-10-06", "plan-due"),
        ("2026-10-07", "plan-reminder"),
        ("2026-10-10", "plan-reminder"),
    ],
)
def test_a_plan_is_asked_for_in_time_and_once_more_shortly_before(today: str, told: str) -> None:
    found = [o.what for o in of_review(today, AWAITED)]
    assert found == ([told] if told else [])


def test_nobody_is_asked_for_a_plan_that_is_in_or_not_needed() -> None:
    for reason in ("Submitted", "Missing", "NotNeeded"):
        assert of_review("2026-10-08", {"conditions": said(PlanSubmitted=reason)}) == []


@pytest.mark.parametrize(
    ("reason", "what", "edge", "hours"),
    [
        ("InDanger", "danger", "50", "2,500"),
        ("InDangerOfRevocation", "danger-of-revocation", "5", "51"),
        ("AboveEdges", "", "", ""),
    ],
)
def test_danger_is_told_with_the_edge_that_is_missed_and_whole_hours(
    reason: str, what: str, edge: str, hours: str
) -> None:
    found = of_review("2026-09-21", {"conditions": said(OnCourse=reason), "forecast": EDGES})
    assert keys(found) == ([f"{what}/vision-2026-2026-q3/2026-Q3"] if what else [])
    for one in found:
        assert (one.fields["edge"], one.fields["hours"], one.fields["percent"]) == (edge, hours, "3.1 %")


def test_danger_that_is_not_over_by_a_clear_margin_is_still_that_of_its_own_edge() -> None:
    """A channel that was down takes the message when the pace is a little above the edge again."""
    above: Body = {**EDGES, "percent": "51.0 %", "edges": [{**edge, "onCourse": True} for edge in EDGES["edges"]]}
    for reason, edge in (("InDanger", "50"), ("InDangerOfRevocation", "5")):
        [found] = of_review("2026-09-21", {"conditions": said(OnCourse=reason), "forecast": above})
        assert found.fields["edge"] == edge


@pytest.mark.parametrize(
    ("today", "count"), [("2026-12-23", 0), ("2026-12-24", 1), ("2026-12-31", 1), ("2027-01-01", 0)]
)
def test_the_end_of_the_term_is_told_as_early_as_a_cut(today: str, count: int) -> None:
    term = Term(start=date(2026, 7, 1), end=date(2026, 12, 31))
    found = list(occasions.of_term(term, setting(today)))
    assert [(o.what, o.fields["end"], o.fields["kept"]) for o in found] == [
        ("term-ending", "2026-12-31", "2027-01-30")
    ][:count]


@pytest.mark.parametrize("reason", ["BeingTold", "Given"])
def test_a_notice_is_the_same_occasion_while_it_is_sent_and_once_it_is_given(reason: str) -> None:
    found = of_review("2026-10-18", {"conditions": said(Noticed=reason), "notice": NOTICE})
    assert keys(found) == ["notice/vision-2026-2026-q3/Reduce-8-4"]
    assert (found[0].fields["before"], found[0].fields["after"], found[0].fields["effective"]) == (
        "8",
        "4",
        "2026-10-25",
    )


def test_another_notice_is_another_occasion() -> None:
    status = {"conditions": said(Noticed="Given"), "notice": str(Notice("Revoke", 8, 0))}
    assert keys(of_review("2026-10-18", status)) == ["notice/vision-2026-2026-q3/Revoke-8-0"]


@pytest.mark.parametrize("reason", sorted(WHOSE_TURN))
@pytest.mark.parametrize(("today", "step"), [("2026-10-12", "due"), ("2026-10-15", "reminder")])
def test_the_committee_is_told_of_what_waits_for_it_and_of_nothing_else(reason: str, today: str, step: str) -> None:
    waits = {"for": WHOSE_TURN[reason], "reason": reason, "since": "2026-10-11T00:00:00Z"}
    found = [(o.what, o.to) for o in of_review(today, {"waits": waits})]
    if WHOSE_TURN[reason] != "Committee":
        assert found == []
    else:
        assert found == [("appeal-waits" if reason == "Appealed" else f"verdict-{step}", "Committee")]


@pytest.mark.parametrize(("today", "count"), [("2026-10-22", 1), ("2026-11-20", 1), ("2026-11-30", 0)])
def test_an_answer_to_an_appeal_is_news_for_a_month(today: str, count: int) -> None:
    entered = {"verdictEntered": {"at": "2026-10-21T03:00:00Z", "digest": "x"}, "outcome": "Continue"}
    verdict = {"appeal": "Upheld", "reason": "The node was down.", "by": "chair@x"}
    found = of_review(today, entered, appeal={"reason": "Our node was down."}, verdict=verdict)
    assert keys(found) == ["appeal-answered/vision-2026-2026-q3/Upheld"][:count]


def test_a_decided_review_asks_for_nothing_any_more() -> None:
    status = {"conditions": said(PlanSubmitted="Awaited", Noticed="Given"), "notice": NOTICE, "outcome": "Reduce"}
    assert of_review("2026-10-08", status) == []


def grant_with(storage: str) -> Grant:
    return grant(8, storage=storage)


def made(kind: str, devices: int, *, before: int | Grant = 8, after: Grant | None = None, **more: Any) -> Decision:
    spec = decided("2026-Q3", kind, devices, "2026-10-25", before if isinstance(before, int) else 8, **more)
    update = {"before": before if isinstance(before, Grant) else spec.before, "after": after or spec.after}
    return Decision.parse(decision_body(spec.model_copy(update=update), "d-1"))


@pytest.mark.parametrize(
    ("decision", "what"),
    [
        (made("Reduce", 4), "changed"),
        (made("Continue", 8), "unchanged"),
        (made("Increase", 8, before=4), "increased"),
        (made("Return", 8, before=grant_with("30T"), after=grant_with("10T")), "storage-changed"),
        (made("Return", 0), "changed"),
        (made("Revoke", 0, data_kept_until=date(2026, 11, 24)), "ended"),
        (made("ReportAssessed", 8), "report-accepted"),
    ],
)
def test_a_decision_is_told_by_what_it_does(decision: Decision, what: str) -> None:
    assert [o.what for o in occasions.of_decision(decision, setting("2026-10-26"))] == [what]


def test_an_old_decision_is_no_news() -> None:
    """A channel that is set up today tells nobody what happened last year."""
    assert list(occasions.of_decision(made("Reduce", 4), setting("2026-11-25"))) == []


def report(today: str, status: Body) -> list[str]:
    body = {"metadata": {"name": "r", "namespace": "vision"}, "spec": {"allocation": "vision-2026"}, "status": status}
    return [o.what for o in occasions.of_report(Report.parse(body), setting(today))]


def test_a_report_is_asked_for_reminded_of_and_overdue() -> None:
    due = {"due": "2026-12-01"}
    awaited = {**due, "conditions": said(Submitted="Awaited")}
    assert report("2026-11-17", awaited) == ["report-due"]
    assert report("2026-11-28", awaited) == ["report-reminder"]
    assert report("2026-12-02", {**due, "conditions": said(Submitted="Overdue")}) == ["report-overdue"]
    handed_in = {**due, "submittedOn": "2026-11-30", "conditions": said(Submitted="Submitted", Assessed="Awaited")}
    assert report("2026-12-02", handed_in) == ["report-waits"]
    accepted = {**due, "submittedOn": "2026-11-30", "conditions": said(Submitted="Submitted", Assessed="Accepted")}
    assert report("2026-12-02", accepted) == []


def relocation(today: str, status: Body) -> list[Occasion]:
    body = {"metadata": {"name": "r", "namespace": "vision"}, "spec": {"allocation": "vision-2026"}, "status": status}
    return list(occasions.of_relocation(Relocation.parse(body), setting(today)))


def test_evidence_is_asked_for_judged_and_its_lack_is_given_notice_of() -> None:
    due = {"due": "2026-09-30"}
    awaited = {**due, "conditions": said(Submitted="Awaited", Noticed="NotYet")}
    assert [o.what for o in relocation("2026-07-05", awaited)] == ["evidence-due"]
    assert [o.what for o in relocation("2026-09-28", awaited)] == ["evidence-reminder"]
    waits = {**due, "submittedOn": "2026-09-29", "conditions": said(Submitted="Submitted", Proven="Awaited")}
    assert [(o.what, o.to) for o in relocation("2026-09-30", waits)] == [("evidence-waits", "Committee")]
    sending = relocation("2026-10-03", {**due, "conditions": said(Submitted="Overdue", Noticed="BeingTold")})
    assert [(o.what, o.fields["effective"]) for o in sending] == [("evidence-notice", "2026-10-10")]
    given = {**due, "noticedOn": "2026-10-01", "conditions": said(Submitted="Overdue", Noticed="Given")}
    found = relocation("2026-10-03", given)
    assert [o.fields["effective"] for o in found] == ["2026-10-08"]
    assert found[0].key == sending[0].key
    assert relocation("2026-10-09", {**given, "decision": "d-1"}) == []


def kept(reason: str, today: str, deletion: date | None = None) -> list[tuple[str, str]]:
    found = occasions.of_retention(reason, date(2027, 1, 30), deletion, setting(today))
    return [(o.what, o.to) for o in found]


def test_the_end_of_retention_is_told_before_and_a_deletion_with_its_day() -> None:
    assert kept("Kept", "2027-01-22") == []
    assert kept("Kept", "2027-01-23") == [("retention-ending", "Tenant")]
    assert kept("DeletionAnnounced", "2027-01-25", date(2027, 2, 1)) == [("deletion", "Tenant")]
    assert kept("RetentionOver", "2027-02-01") == [("retention-over", "Admin")]
    assert kept("Deleted", "2027-02-02", date(2027, 2, 1)) == []


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_texts_with_the_same_fields() -> None:
    """Of a title the languages may make different use; all of a message together says the same."""
    english, korean = ({w: fields(" ".join(t)) for w, t in m.TEXTS.items()} for m in (texts_en, texts_ko))
    assert english == korean
    assert texts_en.WORDS.keys() == texts_ko.WORDS.keys()
    assert fields(texts_en.FOOTER) == fields(texts_ko.FOOTER)


def test_every_word_that_can_be_told_is_there() -> None:
    asked = {reason for reason, whose in WHOSE_TURN.items() if whose == "Committee"} - {"Appealed"}
    assert texts_en.WORDS.keys() == {*get_args(DecisionKind), "Upheld", "Dismissed", "NoReason", *asked}


@pytest.mark.parametrize("module", [texts_en, texts_ko])
def test_every_text_names_the_allocation_and_the_zone_of_its_days(module: ModuleType) -> None:
    for what, (title, text) in module.TEXTS.items():
        assert "{zone}" in text, what
        assert "{allocation}" in title, what


def every() -> list[Occasion]:
    """One of each occasion that there is, from objects."""
    return [*every_of_reviews(), *every_of_decisions(), *every_of_papers(), *every_of_ends()]


def every_of_reviews() -> list[Occasion]:
    waits = {"for": "Committee", "since": "2026-10-11T00:00:00Z"}
    entered = {"verdictEntered": {"at": "2026-10-21T03:00:00Z", "digest": "x"}}
    answer = {"appeal": {"reason": "Our node."}, "verdict": {"appeal": "Dismissed", "by": "chair@x"}}
    notice = {"conditions": said(Noticed="Given"), "notice": NOTICE}
    return [
        *of_review("2026-09-28", AWAITED),
        *of_review("2026-10-08", AWAITED),
        *of_review("2026-09-21", {"conditions": said(OnCourse="InDanger"), "forecast": EDGES}),
        *of_review("2026-09-21", {"conditions": said(OnCourse="InDangerOfRevocation"), "forecast": EDGES}),
        *of_review("2026-10-18", notice),
        *of_review("2026-10-22", entered, **answer),
        *of_review("2026-10-12", {"waits": {**waits, "reason": "AwaitingVerdict"}}),
        *of_review("2026-10-16", {"waits": {**waits, "reason": "Inconclusive"}}),
        *of_review("2026-10-16", {"waits": {**waits, "reason": "Appealed"}}),
    ]


def every_of_decisions() -> list[Occasion]:
    kept_until = date(2026, 11, 24)
    decisions = (
        made("Reduce", 4),
        made("Increase", 8, before=4),
        made("Return", 8, before=grant_with("30T"), after=grant_with("10T")),
        made("Continue", 8),
        made("Revoke", 0, data_kept_until=kept_until),
        made("ReportAssessed", 8),
    )
    return [one for decision in decisions for one in occasions.of_decision(decision, setting("2026-10-26"))]


def every_of_papers() -> list[Occasion]:
    """Of Reports and Relocations: due, late, handed in, and not accepted."""
    found: list[Occasion] = []
    body: Body = {"metadata": {"name": "r", "namespace": "vision"}, "spec": {"allocation": "vision-2026"}}
    due: Body = {"due": "2026-12-01", "submittedOn": "2026-11-30"}
    for today, conditions in (
        ("2026-11-17", said(Submitted="Awaited")),
        ("2026-11-30", said(Submitted="Awaited")),
        ("2026-12-02", said(Submitted="Overdue", Noticed="Given")),
        ("2026-12-02", said(Submitted="Submitted", Assessed="Awaited", Proven="Awaited")),
    ):
        there = {**body, "status": {**due, "conditions": conditions}}
        found += occasions.of_report(Report.parse(there), setting(today))
        found += occasions.of_relocation(Relocation.parse(there), setting(today))
    there = {**body, "status": {**due, "conditions": said(Submitted="Submitted", Assessed="NotAccepted")}}
    there["spec"] = {
        **body["spec"],
        "submitted": True,
        "assessment": {"accepted": False, "reason": "The papers are missing."},
    }
    found += occasions.of_report(Report.parse(there), setting("2026-12-02"))
    there = {
        **body,
        "status": {**due, "conditions": said(Submitted="Submitted", Proven="NotAccepted", Noticed="NotYet")},
    }
    there["spec"] = {**body["spec"], "evidence": ["x"], "finding": {"accepted": False}}
    found += occasions.of_relocation(Relocation.parse(there), setting("2026-11-30"))
    return found


def every_of_ends() -> list[Occasion]:
    found = [*occasions.of_term(Term(start=date(2026, 7, 1), end=date(2026, 12, 31)), setting("2026-12-28"))]
    for reason, today in (("DeletionAnnounced", "2027-01-25"), ("Kept", "2027-01-25"), ("RetentionOver", "2027-02-01")):
        found += occasions.of_retention(reason, date(2027, 1, 30), date(2027, 2, 1), setting(today))
    return found


DAYS = {"due", "until", "kept", "end", "effective", "deletion", "since"}
DEPENDS = re.compile(r"\{(\w+)\}[^\w{}(]*(은|는|이|가|을|를|과|와|으로|로|이었\w*|였\w*|이며|이고)(?=[ ,.]|$)")


def test_no_korean_particle_depends_on_how_a_name_ends() -> None:
    """은/는, 이/가, 을/를, 으로/로 differ by the last sound. Only a day is known to end in 일."""
    every = {**texts_ko.TEXTS, **texts_ko.DIGESTS, "footer": (texts_ko.FOOTER, texts_ko.DIGEST_FOOTER)}
    wrong = [found[0] for texts in every.values() for text in texts for found in DEPENDS.finditer(text)]
    assert [one for one in wrong if one[1:].partition("}")[0] not in DAYS] == []


def test_digests_and_footers_are_in_both_languages_with_the_same_fields() -> None:
    english, korean = ({to: fields(" ".join(t)) for to, t in m.DIGESTS.items()} for m in (texts_en, texts_ko))
    assert english == korean == {"Committee": {"count", "lines"}, "Admin": {"count", "lines"}}
    assert fields(texts_en.DIGEST_FOOTER) == fields(texts_ko.DIGEST_FOOTER)


def test_a_title_is_one_line_whatever_was_typed() -> None:
    for occasion in every():
        for language in ("ko", "en"):
            assert written(occasion, language, "1").title.isprintable()


def test_every_text_is_told_on_some_occasion() -> None:
    assert {occasion.what for occasion in every()} == texts_en.TEXTS.keys()


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("occasion", every(), ids=lambda o: o.what)
def test_every_occasion_can_be_written(occasion: Occasion, language: Any) -> None:
    title, text = written(occasion, language, "0123456789ab")
    assert "vision-2026" in title
    assert "Asia/Seoul" in text
    assert "0123456789ab" in text
    assert not {"{", "}"} & set(title + text)
    assert "None" not in title + text


def test_what_a_person_typed_is_no_template() -> None:
    """Reasons of the committee with braces in them arrive as they were typed."""
    entered = {"verdictEntered": {"at": "2026-10-21T03:00:00Z", "digest": "x"}}
    verdict = {"appeal": "Dismissed", "reason": "See {zone} and {nothing}.", "by": "chair@x"}
    [found] = of_review("2026-10-22", entered, appeal={"reason": "Our node."}, verdict=verdict)
    assert "See {zone} and {nothing}." in written(found, "en", "1").text


def test_a_message_has_the_same_number_whenever_and_wherever_it_is_made() -> None:
    [one], [again] = (of_review(day, AWAITED) for day in ("2026-09-28", "2026-10-01"))
    assert occasions.message_id("vision", f"mail.ko/{one.key}") == occasions.message_id(
        "vision", f"mail.ko/{again.key}"
    )
    others = {occasions.message_id(p, f"{c}/{one.key}") for p in ("vision", "speech") for c in ("mail.ko", "mail.en")}
    assert len(others) == 4


def test_a_notice_is_read_as_it_was_written() -> None:
    assert Notice.read(NOTICE) == Notice("Reduce", 8, 4)
    assert Notice.read("") is None
