"""The fold step by step: it ends where the grant's own fold ends, and every Decision is accounted for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.allocation import Term
from tenure.api.decision import DecisionSpec
from tenure.rules import folded as steps
from tenure.rules.folded import Folded, folded
from tenure.rules.grant import entitled
from unit.build import decision, grant

TERM = Term(start=date(2026, 1, 1), end=date(2026, 12, 31))
AWARD = grant(8, storage="30T")
CUT = decision("2026-Q1", "Reduce", 4, "2026-04-22")
END = decision("2026-Q2", "Revoke", 0, "2026-07-22", before=4)


def of(*decisions: DecisionSpec, today: str = "2026-11-20") -> Folded:
    return folded(AWARD, TERM, decisions, "award", date.fromisoformat(today))


def devices(found: Folded) -> list[int | None]:
    return [step.grant.devices if step.grant is not None else None for step in found.steps]


def test_each_decision_stands_with_the_grant_after_it() -> None:
    rise = decision("2026-Q2", "Increase", 8, "2026-07-22", before=4)
    found = of(rise, CUT)
    assert devices(found) == [4, 8]
    assert (found.award.devices, found.entitlement.grant.devices) == (8, 8)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (decision("2026-Q2", "Reduce", 2, "2026-12-22"), steps.NOT_YET),
        (decision("2026-Q2", "Reduce", 2, "2026-07-22", digest="older"), steps.OTHER_AWARD),
        (decision("2026-Q1", "Reduce", 2, "2026-04-23"), steps.TWICE),
        (decision("2026-Q3", "Continue", 8, "2026-10-22"), steps.AFTER_END),
    ],
)
def test_a_decision_that_does_not_count_says_why(other: DecisionSpec, why: str) -> None:
    found = of(CUT, END, other) if why == steps.AFTER_END else of(CUT, other)
    (left_out,) = [step for step in found.steps if step.grant is None]
    assert (left_out.decision, left_out.left_out) == (other, why)


def test_after_the_term_the_steps_are_still_those_of_the_term() -> None:
    found = of(CUT, today="2027-02-01")
    assert (devices(found), found.entitlement.state, found.entitlement.grant.storage) == ([4], "Ended", "30T")


def test_the_end_of_a_grant_is_a_step_to_nothing() -> None:
    found = of(CUT, END)
    assert (devices(found), found.entitlement.state) == ([4, 0], "Revoked")


KINDS = st.sampled_from(["Increase", "Continue", "Reduce", "Revoke", "Exempt", "Return"])


@given(
    made=st.lists(
        st.tuples(KINDS, st.sampled_from([0, 1, 2, 4, 8]), st.integers(0, 400), st.sampled_from(["award", "older"])),
        max_size=8,
    ),
    today=st.integers(0, 420),
)
def test_it_ends_where_the_grants_own_fold_ends(made: list[tuple[str, int, int, str]], today: int) -> None:
    decisions = [
        decision(f"2026-R{n}", kind, after, f"{TERM.start + timedelta(days=day)}", digest=digest)
        for n, (kind, after, day, digest) in enumerate(made)
    ]
    day = TERM.start + timedelta(days=today)
    found = folded(AWARD, TERM, decisions, "award", day)
    assert found.entitlement == entitled(AWARD, TERM, decisions, "award", day)
    assert len(found.steps) == len(decisions)
    assert all((step.grant is None) == bool(step.left_out) for step in found.steps)
    counting = [step for step in found.steps if step.grant is not None]
    if found.entitlement.state == "Running" and counting:
        assert counting[-1].grant == found.entitlement.grant
