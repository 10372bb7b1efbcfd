"""R21: evidence of a promise. Evidence that nobody judges costs nothing; none at all ends the grant, after notice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api import Relocation
from tenure.api.decision import DecisionSpec
from tenure.api.relocation import RelocationFinding
from tenure.rules import relocation
from tenure.rules.cause import Holder, Step
from unit.build import decision, programme
from unit.causes import after, holder, reasons

PROMISE = {"kind": "Relocation", "text": "We move in autumn."}
LINK = {"evidence": ["https://hanbit.example/memorandum"]}
BETTER = {"evidence": ["https://hanbit.example/lease"]}
YES = {"finding": RelocationFinding(accepted=True, by="chair")}
NO = {"finding": RelocationFinding(accepted=False, reason="It is not signed.", by="chair")}
STILL_NO = {"finding": RelocationFinding(accepted=False, reason="It is a draft.", by="chair")}
Writes = Mapping[str, Mapping[str, Any]]


def opened() -> Relocation:
    """As Tenure opens it."""
    meta = {"name": "vision-2026-relocation", "namespace": "vision"}
    return Relocation.parse({"metadata": meta, "spec": {"allocation": "vision-2026"}})


def standing(today: str, *decisions: DecisionSpec, **more: Any) -> Holder:
    return holder(None, today, *decisions, **{"promise": PROMISE, **more})


def live(first: str, last: str, writes: Writes, **more: Any) -> tuple[list[str], Step]:
    """Day by day, asked twice each: the reasons of Proven and Noticed when they change, and the last step."""
    told: list[str] = []
    about, day = opened(), date.fromisoformat(first)
    step = Step(())
    while day <= date.fromisoformat(last):
        today = day.isoformat()
        spec = about.spec.model_copy(update=dict(writes.get(today, {})))
        about = about.model_copy(update={"spec": spec})
        for _ in range(2):
            step = relocation.judge(about, standing(today, **more), None)
            about = after(about, step, today)
        now = reasons(step)
        text = f"{now['Proven']} {now['Noticed']}"
        if not told or not told[-1].endswith(text):
            told.append(f"{today[5:]} {text}")
        if step.settled is not None:
            told.append(f"{today[5:]} {step.settled.kind} {step.settled.after.devices}")
            break
        day += timedelta(days=1)
    return told, step


@pytest.mark.parametrize(
    ("writes", "told"),
    [
        pytest.param(
            {},
            ["07-01 NotYet NotYet", "10-01 NotYet Given", "10-08 PromiseUnproven 0"],
            id="no evidence: notice the day after it was due, the end seven days later",
        ),
        pytest.param(
            {"2026-09-30": LINK},
            ["07-01 NotYet NotYet", "09-30 Awaited NotYet"],
            id="evidence on the last day and a silent committee: nothing happens",
        ),
        pytest.param(
            {"2026-10-07": LINK},
            ["07-01 NotYet NotYet", "10-01 NotYet Given", "10-07 Awaited NotYet"],
            id="evidence on the last day of the notice still counts",
        ),
        pytest.param(
            {"2026-08-01": LINK, "2026-08-05": YES},
            ["07-01 NotYet NotYet", "08-01 Awaited NotYet", "08-05 Proven NotNeeded"],
            id="proven",
        ),
        pytest.param(
            {"2026-08-01": LINK, "2026-08-05": NO},
            [
                "07-01 NotYet NotYet",
                "08-01 Awaited NotYet",
                "08-05 NotAccepted NotYet",
                "10-01 NotAccepted Given",
                "10-08 PromiseUnproven 0",
            ],
            id="not accepted, and nothing better came",
        ),
        pytest.param(
            {"2026-08-01": LINK, "2026-08-05": NO, "2026-10-03": BETTER},
            [
                "07-01 NotYet NotYet",
                "08-01 Awaited NotYet",
                "08-05 NotAccepted NotYet",
                "10-01 NotAccepted Given",
                "10-03 Awaited NotYet",
            ],
            id="better evidence waits for the committee again",
        ),
        pytest.param(
            {"2026-08-01": LINK, "2026-08-05": NO, "2026-10-03": BETTER, "2026-11-02": STILL_NO},
            [
                "07-01 NotYet NotYet",
                "08-01 Awaited NotYet",
                "08-05 NotAccepted NotYet",
                "10-01 NotAccepted Given",
                "10-03 Awaited NotYet",
                "11-02 NotAccepted Given",
                "11-09 PromiseUnproven 0",
            ],
            id="judged late and not accepted: notice is given anew",
        ),
    ],
)
def test_the_course(writes: Writes, told: list[str]) -> None:
    assert live("2026-07-01", "2026-12-31", writes)[0] == told


@pytest.mark.parametrize(
    ("opened_on", "promise", "due"),
    [
        pytest.param("2026-07-01", {}, "2026-09-30", id="R21 three months after service began"),
        pytest.param("2026-09-25", {}, "2026-10-09", id="R21 announced late: no deadline runs before that"),
        pytest.param("2026-07-01", {"evidenceDue": "2026-08-15"}, "2026-08-15", id="R21 a day of its own"),
        pytest.param(
            "2026-07-01", {"evidenceDue": "2026-07-02"}, "2026-07-15", id="R21 a day of its own that is too soon"
        ),
    ],
)
def test_when_it_is_due(opened_on: str, promise: dict[str, str], due: str) -> None:
    step = relocation.judge(opened(), standing(opened_on, promise={**PROMISE, **promise}), None)
    assert step.facts["due"] == date.fromisoformat(due)
    assert step.again == date.fromisoformat(due) + timedelta(days=1)


REVOKED = decision("2026-Q3", "Revoke", 0, "2026-09-22")
THAT_DAY = decision("2026-Q3", "Revoke", 0, "2026-09-30")
LATER = decision("2026-Q3", "Revoke", 0, "2026-10-03")


@pytest.mark.parametrize(
    ("decisions", "more", "reason"),
    [
        pytest.param((REVOKED,), {}, "NotNeeded", id="the grant was over before evidence was due"),
        pytest.param((THAT_DAY,), {}, "NotNeeded", id="the grant was over on the very day"),
        pytest.param((), {"promise": None}, "NotNeeded", id="the promise was taken out of the award"),
        pytest.param((LATER,), {}, "Overdue", id="the grant was over after evidence was due"),
    ],
)
def test_what_is_due_where_the_grant_is_over(decisions: Any, more: dict[str, Any], reason: str) -> None:
    about = after(opened(), relocation.judge(opened(), standing("2026-07-01"), None), "2026-07-01")
    assert reasons(relocation.judge(about, standing("2026-10-05", *decisions, **more), None))["Submitted"] == reason


def test_a_grant_that_was_given_back_during_notice_is_remembered_as_unproven() -> None:
    """R25: ranked last next time."""
    about = opened()
    for today in ("2026-07-01", "2026-10-01"):
        about = after(about, relocation.judge(about, standing(today), None), today)
    during = relocation.judge(about, standing("2026-10-07", LATER), None)
    noticed = next(one for one in during.said if one.type == "Noticed")
    assert "the grant is over, and this is recorded for later calls (R25) on 2026-10-08" in noticed.message
    settled = relocation.judge(about, standing("2026-10-08", LATER), None).settled
    assert settled is not None
    assert (settled.kind, settled.before, settled.data_kept_until) == ("PromiseUnproven", settled.after, None)


@pytest.mark.parametrize(
    ("more", "opens"),
    [
        pytest.param({}, True, id="R21 promised, and in service"),
        pytest.param({"promise": None}, False, id="R21 nothing was promised"),
        pytest.param({"since": ""}, False, id="R21 service has not begun"),
    ],
)
def test_when_it_is_opened(more: dict[str, Any], opens: bool) -> None:
    assert relocation.opens(standing("2026-07-01", **more)) is opens


def test_without_any_days_of_notice_the_end_still_follows_on_a_notice_that_stands() -> None:
    about = after(opened(), relocation.judge(opened(), standing("2026-07-01"), None), "2026-07-01")
    now = standing("2026-10-01", rules=programme(review={"noticeDays": 0}))
    first = relocation.judge(about, now, None)
    assert (first.settled, reasons(first)["Noticed"]) == (None, "Given")
    assert relocation.judge(after(about, first, "2026-10-01"), now, None).settled is not None


def test_in_mode_observe_no_notice_is_given_and_nothing_ends() -> None:
    told, _ = live("2026-07-01", "2026-12-31", {}, rules=programme(mode="Observe"))
    assert told == ["07-01 NotYet NotYet"]


def test_after_the_end_it_says_so() -> None:
    about = opened()
    for today in ("2026-07-01", "2026-10-01"):
        about = after(about, relocation.judge(about, standing(today), None), today)
    ended = decision("relocation-1", "PromiseUnproven", 0, "2026-10-08", message="Over.")
    step = relocation.judge(about, standing("2026-10-08", ended), ended)
    assert step.settled is None
    assert reasons(step) == {"Proven": "Unproven", "Ready": "Ready"}


DAYS = st.dates(date(2026, 7, 1), date(2026, 12, 20)).map(date.isoformat)
WORDS = st.sampled_from([LINK, BETTER, {"evidence": ()}, NO, STILL_NO, YES, {"text": "Soon."}])


@given(st.dictionaries(DAYS, WORDS, max_size=6))
def test_nothing_ends_without_seven_days_of_notice_or_while_the_committee_is_silent(writes: Writes) -> None:
    told, step = live("2026-07-01", "2026-12-31", writes)
    if step.settled is None:
        return
    now = reasons(step)
    assert now["Proven"] in ("NotYet", "NotAccepted")
    assert step.facts["noticed_on"] + timedelta(days=7) == step.settled.effective > step.facts["due"]
    given = step.facts["noticed_on"].isoformat()[5:]
    assert told[-2].startswith(given) or any(line.startswith(given) for line in told)
