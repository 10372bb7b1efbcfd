"""A quarter whose record was lost: nothing is taken twice for it, and a person may still decide."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tenure.api.review import Verdict
from tenure.rules.case import Case
from tenure.rules.review import Progress, progress
from unit.build import case, used


def recommended(found: Progress) -> str:
    return next(said.reason for said in found.said if said.type == "Recommended")


def after_plan_was_due(verdict: Verdict | None = None) -> Case:
    return case(used(31), date(2026, 10, 20), verdict=verdict)


@pytest.mark.parametrize(("lost", "reason"), [(False, "Recommended"), (True, "Inconclusive")])
def test_r17_a_cut_for_a_quarter_whose_record_is_lost_waits_for_a_person(lost: bool, reason: str) -> None:
    found = progress(replace(after_plan_was_due(), record_lost=lost))
    assert recommended(found) == reason
    assert bool(found.notice) != lost


def test_a_person_may_decide_it_all_the_same() -> None:
    verdict = Verdict(override="Reduce", reason="The cut of October was never carried out.")
    found = progress(replace(after_plan_was_due(verdict=verdict), record_lost=True))
    assert recommended(found) == "Recommended"


def test_days_on_which_the_load_was_stuck_at_zero_never_revoke() -> None:
    """4 % on 70 days, and 22 days on which a witness saw the devices busy: nobody knows how busy."""
    days = used(4, "C" * 70 + "U" * 22, measured=8 * 86_400, reason="SignalStuckAtZero")
    assert recommended(progress(case(days, date(2026, 10, 20)))) == "Inconclusive"
