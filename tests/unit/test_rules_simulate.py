"""What a quarter would have come to under other rules: the same rules give what was recorded, others what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.decision import Evidence
from tenure.api.programme import Band
from tenure.rules.increases import Answer
from tenure.rules.recorded import LeftOut, Sources, put_together
from tenure.rules.simulate import NO_CHANGES, Changes, Recorded, compare, conclude, freed
from unit.build import AICA, APPEAL, DEFAULT, PLAN, allocation, at, autumn, ledger, programme, share, used, verdict
from unit.course import ADEQUATE, HANDED_IN, INADEQUATE, Writes
from unit.quarters import Lived, lived

LOWER = (
    Band(from_percent=40, adequate="Increase", inadequate="Continue"),
    Band(from_percent=2, adequate="Continue", inadequate="Reduce"),
    Band(from_percent=0, adequate="Reduce", inadequate="Revoke"),
)
STRICTER = (
    Band(from_percent=80, adequate="Increase", inadequate="Continue"),
    Band(from_percent=30, adequate="Continue", inadequate="Reduce"),
    Band(from_percent=0, adequate="Reduce", inadequate="Revoke"),
)
OBSERVING = programme(DEFAULT, mode="Observe")
JUDGED = st.sampled_from([{}, ADEQUATE, INADEQUATE, *[{"verdict": verdict(plan="Adequate", increase_to=8)}] * 2])
OVERRIDDEN = st.sampled_from(
    [*[{}] * 5, *({"verdict": verdict(override=one, reason="A flood.")} for one in ("Continue", "Reduce", "Revoke"))]
)


@st.composite
def quarters(draw: st.DrawFn) -> Lived:
    """Any use, plan, verdict, override, appeal and answer, under both shipped programmes."""
    rules = draw(st.sampled_from([DEFAULT, AICA]))
    first, count = ("2026-07-01", 92) if rules is DEFAULT else ("2026-06-01", 92)
    letters = draw(st.sampled_from([*"CCCC", "CCCCCCCCCU", "CCCCUSA", "CUS", "S"]))
    states = "".join(draw(st.lists(st.sampled_from(letters), min_size=count, max_size=count)))
    percent, less = draw(st.sampled_from([0, 3, 5, 20, 50, 62, 300])), draw(st.integers(0, 1))
    days = ledger(states, max(0, share(percent, states) - less), first=first)
    writes: dict[str, dict[str, Any]] = {first: {"plan": PLAN} if draw(st.booleans()) else {}}
    writes["2026-10-09"] = dict(draw(JUDGED))
    writes["2026-10-14"] = dict(draw(OVERRIDDEN))
    if draw(st.booleans()):
        writes["2026-10-17"] = {"appeal": APPEAL}
        answer = draw(st.sampled_from(["Upheld", "Dismissed"]))
        given_then = writes["2026-10-14"].get("verdict") or writes["2026-10-09"].get("verdict") or verdict()
        writes["2026-10-25"] = {"verdict": given_then.model_copy(update={"appeal": answer})}
    held = draw(st.sampled_from([1, 2, 4, 8]))
    term = draw(st.sampled_from([*["2026-06-01 2026-12-31"] * 5, "2026-07-01 2026-09-30", "2026-06-01 2026-10-31"]))
    given_to = Answer(8, draw(st.sampled_from([held, 8])))
    return lived(days, writes, rules=rules, start=first, held=held, term=term, increase=given_to)


@given(found=quarters(), review=st.booleans())
def test_the_same_rules_give_what_was_recorded(found: Lived, review: bool) -> None:
    """With the tenant's namespace, and without it: the Decision alone is enough."""
    if found.decided is None:
        return
    end = conclude(found.recorded(review=review))
    assert (end.kind, end.devices) == (found.decided.kind, found.decided.after.devices)
    (outcome,) = compare([found.recorded(review=review)], NO_CHANGES)
    assert (outcome.reproduced, outcome.differs) == (True, False)


@given(found=quarters())
def test_what_is_not_decided_comes_to_what_it_would_come_to(found: Lived) -> None:
    """The review is asked on from the day on which it is looked at, and says the same as the days that follow."""
    if found.decided is not None:
        return
    end = conclude(found.recorded("2026-12-31"))
    assert end.kind is None or end.reason == "Recommended"


@given(found=quarters(), percent=st.integers(0, 300))
def test_a_table_that_takes_nothing_frees_nothing(found: Lived, percent: int) -> None:
    row = Band(from_percent=percent, adequate="Continue", inadequate="Continue")
    kind = Changes(bands=(row, replace_from(row, 0)) if percent else (row,))
    end = conclude(found.recorded(), kind)
    person = found.course.case.spec.verdict
    if person is None or person.override is None:
        assert end.devices >= found.course.case.held.devices


def replace_from(row: Band, percent: int) -> Band:
    return row.model_copy(update={"from_percent": percent})


def quarter(percent: float, writes: Writes | None = None, **more: Any) -> Lived:
    """The default programme, eight devices."""
    return lived(used(percent), writes, **more)


@pytest.mark.parametrize(
    ("percent", "bands", "was", "would"),
    [
        pytest.param(3.1, LOWER, ("Revoke", 0), ("Reduce", 4), id="a lower edge reduces only"),
        pytest.param(18.4, LOWER, ("Reduce", 4), ("Reduce", 4), id="the same row"),
        pytest.param(45.0, LOWER, ("Reduce", 4), ("Continue", 8), id="nothing is taken"),
        pytest.param(62.0, STRICTER, ("Continue", 8), ("Reduce", 4), id="something is taken, after notice"),
        pytest.param(20.0, STRICTER, ("Reduce", 4), ("Revoke", 0), id="all of it is taken"),
    ],
)
def test_another_table_gives_its_own_cells(
    percent: float, bands: tuple[Band, ...], was: tuple[str, int], would: tuple[str, int]
) -> None:
    (found,) = compare([quarter(percent).recorded()], Changes(bands=bands))
    assert ((found.was.kind, found.was.devices), (found.would.kind, found.would.devices)) == (was, would)
    assert found.differs == (was != would)
    assert freed([found]) == {"a100-40gb": (8 - was[1], 8 - would[1])}


def test_base_hours_change_the_utilization() -> None:
    found = conclude(quarter(30.0).recorded(), Changes(base_hours=4))
    assert (found.percent, found.kind, found.devices) == ("60.0 %", "Continue", 8)


@pytest.mark.parametrize(
    ("needed", "end"), [(75, ("Reduce", 4)), (80, (None, 8))], ids=["enough is known", "too little is known"]
)
def test_more_coverage_takes_nothing_from_anybody(needed: int, end: tuple[str | None, int]) -> None:
    found = lived(used(18.4, "C" * 72 + "U" * 20, requested=0, measured=0))
    (outcome,) = compare([found.recorded()], Changes(minimum_coverage_percent=needed))
    assert (outcome.would.kind, outcome.would.devices) == end
    assert outcome.would.words == (end[0] or "Inconclusive")


def test_a_judged_plan_keeps_its_judgement() -> None:
    adequate = quarter(18.4, {**HANDED_IN, "2026-10-05": ADEQUATE})
    assert conclude(adequate.recorded(), Changes(bands=STRICTER)).words == "Reduce"
    inadequate = quarter(18.4, {**HANDED_IN, "2026-10-05": INADEQUATE})
    assert conclude(inadequate.recorded(), Changes(bands=STRICTER)).words == "Revoke"


def test_a_silent_committee_stays_silent() -> None:
    found = conclude(quarter(62.0, HANDED_IN).recorded(), Changes(bands=STRICTER))
    assert (found.kind, found.reason, found.devices) == (None, "AwaitingVerdict", 8)


def test_an_override_stays_what_a_person_decided() -> None:
    spared = quarter(3.1, {"2026-10-05": {"verdict": verdict(override="Continue", reason="A flood.")}})
    assert conclude(spared.recorded(), Changes(bands=STRICTER)).words == "Continue"


def test_who_confirmed_what_was_recommended_confirms_what_would_be() -> None:
    writes = {"2026-09-10": {"verdict": verdict(confirms="Reduce")}}
    confirmed = lived(autumn(18.4), writes, rules=AICA, start="2026-06-01", term="2026-06-01 2026-12-31")
    assert confirmed.decided is not None
    assert (confirmed.decided.kind, conclude(confirmed.recorded(), Changes(bands=STRICTER)).words) == (
        "Reduce",
        "Revoke",
    )


def test_an_increase_that_was_approved_is_given_where_the_table_offers_it_and_no_other() -> None:
    approved = {**HANDED_IN, "2026-10-05": {"verdict": verdict(plan="Adequate", increase_to=8)}}
    below = quarter(45.0, approved, held=4)
    assert below.decided is not None
    assert (below.decided.kind, conclude(below.recorded(), Changes(bands=LOWER)).words) == ("Continue", "Continue")
    cut = quarter(25.0, approved, held=4)
    with_offer = Changes(bands=(replace_from(LOWER[0], 20), replace_from(LOWER[2], 0)))
    assert (conclude(cut.recorded(), with_offer).kind, cut.recorded().case.increase) == ("Continue", Answer(8, 4))
    nobody = quarter(45.0, {**HANDED_IN, "2026-10-05": ADEQUATE}, held=4)
    assert conclude(nobody.recorded(), Changes(bands=LOWER)).words == "Continue"


def test_a_running_quarter_is_measured_on() -> None:
    running = lived(used(18.4, "C" * 40), until="2026-08-10")
    end = conclude(running.recorded("2026-08-10"), Changes(bands=STRICTER))
    assert (end.kind, end.reason) == (None, "Measuring")


def test_a_review_on_its_way_comes_to_what_its_notice_says() -> None:
    noticed = quarter(18.4, until="2026-10-12")
    assert noticed.decided is None
    (found,) = compare([noticed.recorded("2026-10-12")], Changes(bands=LOWER))
    assert (found.was.kind, found.was.devices) == ("Reduce", 4)
    assert (found.would.kind, found.differs) == ("Reduce", False)


def test_a_programme_that_only_observes_comes_to_outcomes_as_well() -> None:
    observed = lived(used(3.1), rules=OBSERVING, until="2026-11-01")
    assert observed.decided is None
    assert conclude(observed.recorded("2026-11-01")).words == "Revoke"


def test_what_people_alone_know_is_told_apart() -> None:
    """A Decision that its evidence does not give, for whatever reason, is nothing that other rules can be compared with."""
    found = quarter(18.4).recorded()
    assert found.decided is not None
    other = replace(found, decided=found.decided.model_copy(update={"kind": "Continue", "after": found.decided.before}))
    (outcome,) = compare([other], Changes(bands=LOWER))
    assert not outcome.reproduced


NOTHING_ELSE: dict[str, Any] = {"allocation": None, "programme": None, "accelerator": None, "review": None}
EDITED = allocation(devices=4)


@pytest.mark.parametrize(
    "gone",
    [
        pytest.param({}, id="all is there"),
        pytest.param(NOTHING_ELSE, id="nothing but the Decision is left"),
        pytest.param({"allocation": EDITED}, id="the award was edited since"),
        pytest.param({"programme": AICA}, id="the calendar has no such review any more"),
    ],
)
def test_a_decision_is_enough_by_itself(gone: dict[str, Any]) -> None:
    """Hand-made truth: 18.4 % of eight devices came to four; where 10 % are enough to keep them, none is taken."""
    found = put_together(replace(quarter(18.4).sources(), **gone), at("2030-01-10"))
    assert not isinstance(found, LeftOut)
    (outcome,) = compare([found], Changes(bands=(replace_from(LOWER[0], 10), replace_from(LOWER[2], 0))))
    assert (outcome.reproduced, outcome.was.kind, outcome.was.devices) == (True, "Reduce", 4)
    assert (outcome.would.kind, outcome.would.devices) == ("Continue", 8)
    assert (found.project, found.accelerator) == ("vision", "a100-40gb")


@pytest.mark.parametrize(
    ("gone", "why"),
    [
        ({"allocation": None}, "its Allocation is gone"),
        ({"programme": None}, "its Programme or its Accelerator is gone"),
        ({"accelerator": None}, "its Programme or its Accelerator is gone"),
        ({"quarter": "2026-Q9"}, "programme default has no review 2026-Q9 any more"),
        ({"quarter": "Q3"}, "programme default has no review Q3 any more"),
        ({"quarter": "0000-Q3"}, "programme default has no review 0000-Q3 any more"),
    ],
)
def test_what_is_not_decided_needs_what_it_is_worked_out_from(gone: dict[str, Any], why: str) -> None:
    waiting = quarter(18.4, until="2026-10-12")
    assert waiting.decided is None
    assert put_together(replace(waiting.sources(), **gone), at("2026-11-20")) == LeftOut("vision-2026", why)


def test_a_review_whose_decision_was_pruned_is_left_out_and_not_decided_anew() -> None:
    found = quarter(18.4)
    told = {"outcome": "Reduce", "decision": "vision-2026-2026-q3-1"}
    review = found.review.model_copy(update={"status": found.review.status.model_copy(update=told)})
    left_out = put_together(replace(found.sources(), review=review, decided=None, decisions=[]), at("2026-11-20"))
    assert left_out == LeftOut("vision-2026", "its Decision vision-2026-2026-q3-1 is not there any more")


def test_a_decision_without_the_evidence_of_today_is_left_out() -> None:
    found = quarter(18.4)
    assert found.decided is not None
    old = found.decided.model_copy(update={"evidence": Evidence()})
    left_out = put_together(replace(found.sources(), decided=old, decisions=[old]), at("2026-11-20"))
    assert isinstance(left_out, LeftOut)
    assert "is not enough; tenure audit verify says more" in left_out.why


def test_the_rules_in_force_are_those_of_the_decision() -> None:
    """The programme was changed since; its own rules are what the outcome is worked out by."""
    found = quarter(18.4)
    changed = programme(DEFAULT, measurement={"baseHoursPerDay": 2}, review={"bands": [row.wire() for row in LOWER]})
    recorded = put_together(replace(found.sources(), programme=changed), at("2026-11-20"))
    assert not isinstance(recorded, LeftOut)
    assert conclude(recorded).words == "Reduce"
    assert recorded.case.programme.measurement.base_hours_per_day == 8


def test_set_up_days_count_from_access() -> None:
    """R14: 14 days of set-up at 300 %, then 10 %. Without set-up days they count."""
    states = "S" * 14 + "C" * 78
    days = ledger(states, busy=round(78 * 8 * 8 * 3600 * 0.1), measured=8 * 86400)
    busy = tuple(
        8 * 86400 if state == "S" else seconds for state, seconds in zip(states, days.busy_seconds, strict=True)
    )
    found = lived(days.model_copy(update={"busy_seconds": busy})).recorded()
    assert found.decided is not None
    assert found.decided.kind == "Reduce"
    without = conclude(found, Changes(set_up_days=0))
    assert (without.percent, without.kind) == ("54.1 %", "Continue")
    assert conclude(found, Changes(set_up_days=14)).percent == conclude(found).percent == "10.0 %"


def test_the_day_of_access_is_known_from_the_evidence_and_before_the_decision_from_the_award() -> None:
    found = quarter(18.4)
    assert found.decided is not None
    evidence = found.decided.evidence.model_copy(update={"in_use_from": date(2026, 6, 25)})
    decided = found.decided.model_copy(update={"evidence": evidence})
    assert known(replace(found.sources(), decided=decided)).access == date(2026, 6, 25)
    status = found.allocation.status.model_copy(update={"access_since": at("2026-06-25")})
    accessed = found.allocation.model_copy(update={"status": status})
    assert known(replace(found.sources(), allocation=accessed, decided=None)).access == date(2026, 7, 1)


def known(found: Sources) -> Recorded:
    """Put together again on a later day."""
    recorded = put_together(found, at("2026-11-20"))
    assert not isinstance(recorded, LeftOut)
    return recorded
