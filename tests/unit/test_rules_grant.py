"""The core idea: the grant is a fold over the award and its Decisions, whatever order they are read in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.allocation import Grant, Term
from tenure.api.decision import DecisionSpec
from tenure.rules.grant import capped, counting, digest, entitled
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
    ],
)
def test_storage(decisions: list[DecisionSpec], on: str, storage: str) -> None:
    kept = [d.model_copy(update={"after": d.after.model_copy(update={"storage": "20T"})}) for d in decisions]
    found = entitled(AWARD, TERM, kept, "award", date.fromisoformat(on)).grant
    assert found == Grant(storage=storage)


def test_a_revocation_keeps_its_sentence() -> None:
    assert entitled(AWARD, TERM, [REVOKED, CARRIED], "award", date(2027, 3, 1)).history == (REVOKED,)


@pytest.mark.parametrize(
    ("edit", "same"),
    [
        pytest.param({}, True, id="R1 applied again"),
        pytest.param({"storage": "20000G"}, True, id="R3 the same storage in other words"),
        pytest.param({"usagePlan": [{"month": "2026-07", "deviceHours": 5}]}, True, id="R15 the usage plan is amended"),
        pytest.param({"priorityClass": 0}, True, id="R10 the order of admission"),
        pytest.param({"inUseSince": "2026-07-05"}, True, id="R14 when it came into use"),
        pytest.param({"devices": 4}, False, id="R1 another bundle"),
        pytest.param({"accelerator": "t4-16gb"}, False, id="R4 another type"),
        pytest.param({"storage": "10T"}, False, id="R3 other storage"),
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


KINDS = ("Increase", "Continue", "Reduce", "Revoke", "Exempt", "CarriedForward")
DAYS = st.dates(date(2026, 6, 1), date(2027, 8, 1))
DECISIONS = st.lists(
    st.builds(
        lambda quarter, kind, after, day, hour, digest: decision(
            f"2026-Q{quarter}",
            kind,
            0 if kind == "Revoke" else after,
            day.isoformat(),
            decided_at=at(day, hour),
            digest=digest,
        ),
        st.integers(1, 4),
        st.sampled_from(KINDS),
        st.sampled_from([1, 2, 4, 8]),
        DAYS,
        st.integers(0, 1),
        st.sampled_from(["award", "award", "other"]),
    ),
    max_size=6,
)


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
def test_a_revocation_ends_it(decisions: list[DecisionSpec], day: date) -> None:
    mine = [d for d in decisions if d.award_digest == "award" and d.effective <= day]
    if any(d.kind == "Revoke" for d in counting(mine, "award")):
        found = entitled(AWARD, TERM, decisions, "award", day)
        assert (found.grant.devices, found.grant.cpu, found.grant.memory) == (0, "0", "0")
        assert found.state != "Running"
