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
