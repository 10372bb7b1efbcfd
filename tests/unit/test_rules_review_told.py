"""Nothing is taken from a tenant who was not told: a cut's notice begins once every channel has taken it."""

from __future__ import annotations

from datetime import date

import pytest
from tenure.api.review import ReviewStatus
from tenure.rules.case import Case
from tenure.rules.review import Progress, progress
from unit.build import at, case, used

CUT = "Reduce from 8 to 4 devices"


def step(today: str, status: ReviewStatus | None = None, told: str | None = None, percent: float = 31) -> Progress:
    """A quarter that is over, and no plan came."""
    found: Case = case(used(percent), today, status=status or ReviewStatus(opened_at=at("2026-07-01")))
    return progress(Case(**{**vars(found), "told": told}))


def noticed(found: Progress) -> str:
    return next(said.reason for said in found.said if said.type == "Noticed")


def being_told(today: str, told: str = "") -> Progress:
    return step(today, ReviewStatus(opened_at=at("2026-07-01"), notice=CUT), told)


def test_without_channels_notice_is_given_at_once() -> None:
    found = step("2026-10-31")
    assert (noticed(found), found.noticed_at, found.notice) == ("Given", at("2026-10-31"), CUT)


@pytest.mark.parametrize("told", ["", "Revoke from 8 to 0 devices"])
def test_a_notice_that_was_not_taken_has_no_day(told: str) -> None:
    """What was told of another cut is no notice of this one."""
    for today in ("2026-10-31", "2026-12-20"):
        found = being_told(today, told)
        assert (noticed(found), found.noticed_at, found.notice, found.decide) == ("BeingTold", None, CUT, None)


def test_its_days_run_from_when_it_was_taken() -> None:
    assert being_told("2026-12-01").dates.effective == date(2026, 12, 8)
    found = being_told("2026-12-05", CUT)
    assert (noticed(found), found.noticed_at) == ("Given", at("2026-12-05"))
    assert found.dates.effective == date(2026, 12, 12)


def test_a_notice_that_was_given_stays_given() -> None:
    """A channel that is set up, or breaks, after the notice takes its days back from nobody."""
    given = ReviewStatus(opened_at=at("2026-07-01"), notice=CUT, noticed_at=at("2026-10-20"))
    found = step("2026-11-10", given, told="")
    assert noticed(found) == "Given"
    assert found.decide is not None
    assert found.decide.kind == "Reduce"


def test_what_takes_nothing_waits_for_no_channel() -> None:
    found = step("2026-10-31", told="", percent=62)
    assert noticed(found) == "NotNeeded"
