"""The core idea: the grant is a fold over the award and its Decisions, whatever order they are read in."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.allocation import Grant, Term
from tenure.api.decision import ENDS, DecisionKind, DecisionSpec
from tenure.api.quantity import parse
from tenure.rules import record
from tenure.rules.grant import capped, counting, digest, ends, entitled
from unit.build import allocation, at, decision, grant

AWARD = grant(8, storage="20T")
TERM = Term(start=date(2026, 7, 1), end=date(2027, 6, 30))


def held(*decisions: DecisionSpec, on: str = "2027-03-01", digest_: str = "award") -> str:
    """State and devices on a day."""
    found = entitled(AWARD, TERM, decisions, digest_, date.fromisoformat(on))
    return f"{found.state} {found.grant.devices}"


REDUCED = decision("2026-Q3", "Reduce", 4, "2026-10-22")
REVOKED = decision("2026-Q3", "Revoke", 0, "2026-10-22")
LATER = decision("2026-Q4", "Increase", 8, "2027-01-22", before=4)
CARRIED = decision("2026-Q4", "CarriedForward", 0, "2027-01-01", before=0)
OTHER = decision("2026-Q3", "Revoke", 0, "2026-10-22", digest="an earlier award")
GRADE = decision("report-5", "ReportAssessed", 8, "2027-01-22")
MISUSED = decision("sanction-1", "OffPurpose", 0, "2026-09-02")
STALE = decision("2026-Q3", "Continue", 8, "2026-10-22")


def returned(after: Grant, on: str, before: Grant = AWARD, number: int = 1) -> DecisionSpec:
    """What the holder gave back."""
    spec = decision(f"return-{number}", "Return", 0, on)
    return spec.model_copy(update={"before": before, "after": after})


STORAGE_LEFT = Grant(cpu="4", memory="16G", storage="20T")
HALF_BACK = returned(grant(4, storage="20T"), "2026-09-01")
DEVICES_BACK = returned(STORAGE_LEFT, "2026-09-01")
ALL_BACK = returned(Grant(), "2026-09-01")


@pytest.mark.parametrize(
    ("decisions", "on", "is_"),
    [
        pytest.param([], "2026-07-01", "Running 8", id="R1 the award, on the first day"),
        pytest.param([], "2027-06-30", "Running 8", id="R13 the award, on the last day"),
        pytest.param([], "2026-06-30", "NotStarted 0", id="R13 the day before"),
        pytest.param([], "2027-07-01", "Ended 0", id="R13 the day after"),
        pytest.param([REDUCED], "2026-10-21", "Running 8", id="R17 the day before it takes effect"),
        pytest.param([REDUCED], "2026-10-22", "Running 4", id="R17 the day it takes effect"),
        pytest.param([REDUCED, LATER], "2027-01-22", "Running 8", id="R17 the latest counts"),
        pytest.param([LATER, REDUCED], "2027-01-22", "Running 8", id="R17 in any order"),
        pytest.param([REDUCED, REDUCED], "2027-01-22", "Running 4", id="R17 the same one twice"),
        pytest.param([REVOKED], "2026-10-22", "Revoked 0", id="R17 a revocation"),
        pytest.param([REVOKED, CARRIED], "2027-01-01", "Revoked 0", id="R17 a review concluded after a revocation"),
        pytest.param([REVOKED, LATER], "2027-01-22", "Revoked 0", id="R17 nothing gives back what was revoked"),
        pytest.param([REVOKED], "2027-07-01", "Ended 0", id="R17 R13 revoked, and over"),
        pytest.param([OTHER], "2027-01-22", "Running 8", id="R17 decided for another award"),
        pytest.param([MISUSED], "2026-09-02", "Revoked 0", id="R20 off-purpose use"),
        pytest.param([MISUSED, LATER], "2027-01-22", "Revoked 0", id="R20 nothing gives it back"),
        pytest.param(
            [decision("relocation-1", "PromiseUnproven", 0, "2026-11-01")],
            "2026-11-01",
            "Revoked 0",
            id="R21 without evidence",
        ),
        pytest.param(
            [decision("sanction-2", "PromiseBroken", 0, "2026-11-01")], "2026-11-01", "Revoked 0", id="R21 not kept"
        ),
        pytest.param([HALF_BACK], "2026-09-01", "Running 4", id="R22 some were given back"),
        pytest.param([HALF_BACK, REDUCED], "2026-10-22", "Running 4", id="R17 R22 a cut that is met already"),
        pytest.param(
            [HALF_BACK, STALE], "2026-10-22", "Running 4", id="R22 what was decided meanwhile gives none back"
        ),
        pytest.param([HALF_BACK, LATER], "2027-01-22", "Running 8", id="R17 R22 an increase afterwards"),
        pytest.param(
            [HALF_BACK, returned(grant(2, storage="20T"), "2026-09-05", grant(4, storage="20T"), 2)],
            "2026-09-05",
            "Running 2",
            id="R22 twice",
        ),
        pytest.param([DEVICES_BACK], "2026-09-01", "Running 0", id="R3 R22 storage is left"),
        pytest.param([ALL_BACK], "2026-09-01", "Returned 0", id="R22 all of it"),
        pytest.param([ALL_BACK, LATER], "2027-01-22", "Returned 0", id="R22 nothing gives it back"),
        pytest.param([ALL_BACK], "2027-07-01", "Ended 0", id="R13 R22 given back, and over"),
        pytest.param([GRADE], "2027-01-22", "Running 8", id="R23 a report that was judged"),
        pytest.param([REDUCED, GRADE], "2027-01-22", "Running 4", id="R23 gives nothing back"),
    ],
)
def test_the_fold(decisions: list[DecisionSpec], on: str, is_: str) -> None:
    assert held(*decisions, on=on) == is_


@pytest.mark.parametrize(
    ("decisions", "on", "storage"),
    [
        pytest.param([], "2026-06-30", "0", id="R3 nothing before the term"),
        pytest.param([], "2027-07-01", "20T", id="R3 the data stays after the term"),
        pytest.param([REVOKED], "2026-10-22", "20T", id="R3 the data stays after a revocation"),
        pytest.param([ALL_BACK], "2026-09-01", "0", id="R22 all of it was given back"),
    ],
)
def test_what_is_left_of_a_grant_that_does_not_run(decisions: list[DecisionSpec], on: str, storage: str) -> None:
    found = entitled(AWARD, TERM, decisions, "award", date.fromisoformat(on)).grant
    assert found == Grant(storage=storage)


TEN_BACK = returned(grant(8, storage="10T"), "2026-09-01")
TEN_MORE_BACK = returned(grant(8), "2026-09-02", grant(8, storage="10T"), 2)


@pytest.mark.parametrize(
    ("award", "decisions", "storage"),
    [
        pytest.param("20T", [TEN_BACK], "10T", id="R22 less what was given back"),
        pytest.param("20T", [TEN_BACK, TEN_MORE_BACK], "0", id="R22 twice"),
        pytest.param("20T", [TEN_BACK, REDUCED], "10T", id="R17 R22 a cut takes no storage and gives none back"),
        pytest.param("30T", [REDUCED], "30T", id="R3 R17 growth survives a cut that knew of less"),
        pytest.param("50T", [TEN_BACK], "40T", id="R3 R22 it grew after some was given back"),
        pytest.param("10T", [TEN_BACK, TEN_MORE_BACK], "0", id="R3 R22 more was given back than is awarded now"),
        pytest.param("20T", [DEVICES_BACK], "20T", id="R3 R22 devices were given back"),
    ],
)
def test_storage_is_what_is_awarded_now_less_what_was_given_back(
    award: str, decisions: list[DecisionSpec], storage: str
) -> None:
    assert entitled(grant(8, storage=award), TERM, decisions, "award", date(2026, 12, 1)).grant.storage == storage


def test_a_grant_of_which_all_devices_were_given_back_is_one_of_storage_alone() -> None:
    assert entitled(AWARD, TERM, [DEVICES_BACK], "award", date(2026, 9, 1)).grant == STORAGE_LEFT


def test_a_revocation_keeps_its_sentence() -> None:
    assert entitled(AWARD, TERM, [REVOKED, CARRIED], "award", date(2027, 3, 1)).history == (REVOKED,)


@pytest.mark.parametrize(
    ("edit", "same"),
    [
        pytest.param({}, True, id="R1 applied again"),
        pytest.param({"storage": "30T"}, True, id="R3 storage grows"),
        pytest.param({"usagePlan": [{"month": "2026-07", "deviceHours": 5}]}, True, id="R15 the usage plan is amended"),
        pytest.param({"priorityClass": 0}, True, id="R10 the order of admission"),
        pytest.param({"inUseSince": "2026-07-05"}, True, id="R14 when it came into use"),
        pytest.param({"devices": 4}, False, id="R1 another bundle"),
        pytest.param({"accelerator": "t4-16gb"}, False, id="R4 another type"),
        pytest.param({"term": "2026-07-01 2027-03-31"}, False, id="R13 another term"),
        pytest.param({"project": "speech"}, False, id="R1 another project"),
        pytest.param({"programme": "aica-2022"}, False, id="R17 other rules"),
    ],
)
def test_the_digest_tells_an_edited_award_from_one_applied_again(edit: dict[str, Any], same: bool) -> None:
    before, after = allocation(storage="20T"), allocation(**{"storage": "20T", **edit})
    assert (digest(before.spec) == digest(after.spec)) is same


@pytest.mark.parametrize(
    ("live", "is_"),
    [
        pytest.param(None, 8, id="no live quota to hold to"),
        pytest.param(4, 4, id="never above the live quota"),
        pytest.param(8, 8, id="as much as the live quota"),
        pytest.param(0, 0, id="a quota of nothing"),
    ],
)
def test_while_a_quarter_has_no_record_nothing_rises(live: int | None, is_: int) -> None:
    running = entitled(AWARD, TERM, [], "award", date(2026, 12, 1))
    assert capped(running, live, grant(live or 0)).grant.devices == is_


KINDS = get_args(DecisionKind)
DAYS = st.dates(date(2026, 6, 1), date(2027, 8, 1))
AMOUNTS = st.builds(
    lambda devices, tens: grant(devices, storage=f"{tens}0T"), st.sampled_from([0, 1, 2, 4, 8]), st.integers(0, 3)
)
DECISIONS = st.lists(
    st.builds(
        lambda occasion, kind, before, after, day, hour, digest: decision(
            f"occasion-{occasion}", kind, 0, day.isoformat(), decided_at=at(day, hour), digest=digest
        ).model_copy(update={"before": before, "after": Grant() if kind in ENDS else after}),
        st.integers(1, 4),
        st.sampled_from(KINDS),
        AMOUNTS,
        AMOUNTS,
        DAYS,
        st.integers(0, 1),
        st.sampled_from(["award", "award", "other"]),
    ),
    max_size=6,
).map(lambda found: [d.model_copy(update={"hash": record.digest(d.wire())}) for d in found])


def amounts(grant: Grant) -> tuple[Decimal, ...]:
    """A grant as numbers."""
    return (Decimal(grant.devices), *map(parse, (grant.cpu, grant.memory, grant.storage)))


@given(DECISIONS, DAYS, st.data())
def test_order_and_duplicates_do_not_matter(decisions: list[DecisionSpec], day: date, data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(decisions), max_size=3)) if decisions else []
    shuffled = data.draw(st.permutations([*decisions, *again]))
    assert entitled(AWARD, TERM, shuffled, "award", day) == entitled(AWARD, TERM, decisions, "award", day)


@given(DECISIONS, DAYS)
def test_what_counts_is_the_same_when_it_is_folded_again(decisions: list[DecisionSpec], day: date) -> None:
    once = counting(decisions, "award")
    assert counting(once, "award") == once
    assert entitled(AWARD, TERM, once, "award", day) == entitled(AWARD, TERM, decisions, "award", day)


@given(DECISIONS, DAYS)
def test_decisions_on_another_award_do_not_count(decisions: list[DecisionSpec], day: date) -> None:
    mine = [d for d in decisions if d.award_digest == "award"]
    assert entitled(AWARD, TERM, mine, "award", day) == entitled(AWARD, TERM, decisions, "award", day)


@given(DECISIONS, DAYS)
def test_never_more_than_was_ever_decided_and_nothing_outside_the_term(
    decisions: list[DecisionSpec], day: date
) -> None:
    found = entitled(AWARD, TERM, decisions, "award", day)
    assert found.grant.devices <= max([AWARD.devices, *(d.after.devices for d in decisions)])
    if not TERM.start <= day <= TERM.end:
        assert found.grant.devices == 0


@given(DECISIONS, DAYS)
def test_no_kind_but_an_increase_raises_a_grant(decisions: list[DecisionSpec], day: date) -> None:
    kept = [d for d in decisions if d.kind != "Increase"]
    found = entitled(AWARD, TERM, kept, "award", day).grant
    assert all(mine <= awarded for mine, awarded in zip(amounts(found), amounts(AWARD), strict=True))
    days = sorted({day, *(d.effective for d in kept if TERM.start <= d.effective <= TERM.end)})
    held = [entitled(AWARD, TERM, kept, "award", d).grant for d in days if TERM.start <= d <= TERM.end]
    for earlier, later in itertools.pairwise(map(amounts, held)):
        assert all(now <= before for now, before in zip(later, earlier, strict=True))


@given(DECISIONS, DAYS)
def test_storage_never_falls_below_nothing_and_only_what_is_given_back_lowers_it(
    decisions: list[DecisionSpec], day: date
) -> None:
    found = entitled(AWARD, TERM, decisions, "award", day)
    gave = [d for d in found.history if d.kind == "Return"]
    stored = parse(found.grant.storage)
    assert stored >= 0
    if not gave and day >= TERM.start:
        assert stored == parse(AWARD.storage)


@given(DECISIONS, DAYS)
def test_what_ends_a_grant_ends_it(decisions: list[DecisionSpec], day: date) -> None:
    mine = [d for d in decisions if d.award_digest == "award" and d.effective <= day]
    if any(ends(d) for d in counting(mine, "award")):
        found = entitled(AWARD, TERM, decisions, "award", day)
        assert (found.grant.devices, found.grant.cpu, found.grant.memory) == (0, "0", "0")
        assert found.end is not None
        assert found.state != "Running"
