"""R5: how many devices an allocation held on a day, and by which record that is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tenure.api.allocation import Held
from tenure.rules.grant import digest
from tenure.rules.held import Holding, used_days
from unit.build import DAY, allocation, at, decision, grant, ledger

TERM = "2026-07-01 2026-12-31"
DIGEST = digest(allocation().spec)


def held(record: list[tuple[str, int]] = [], *decisions: Any, used: Any = (), **spec: Any) -> Holding:  # noqa: B006
    """An award of eight devices from July to December."""
    body = allocation(term=TERM, **spec)
    kept = tuple(Held(since=at(day, 10), devices=devices) for day, devices in record)
    access = at(record[0][0], 10) if record else None
    status = body.status.model_copy(update={"held": kept, "access_since": access})
    found = body.model_copy(update={"status": status})
    return Holding(found, grant(8), decisions, used_days(used), "Asia/Seoul")


def on(holding: Holding, *days: str) -> list[int]:
    return [holding.devices(date.fromisoformat(f"2026-{day}")) for day in days]


def test_the_record_of_what_was_enforced_is_the_truth() -> None:
    assert on(held([("2026-07-03", 4), ("2026-07-10", 8)]), "07-02", "07-03", "07-10", "07-11") == [0, 4, 4, 8]


def test_nothing_is_held_outside_of_the_term() -> None:
    late = held([("2026-06-20", 8)])
    assert on(late, "06-30", "07-01", "12-31") == [0, 8, 8]
    assert late.devices(date(2027, 1, 1)) == 0


CUTS = [
    pytest.param("Reduce", 4, id="reduced"),
    pytest.param("Revoke", 0, id="revoked"),
    pytest.param("Return", 2, id="given back in part"),
]


@pytest.mark.parametrize(("kind", "after"), CUTS)
def test_a_cut_holds_from_its_day_on_although_it_is_not_enforced_yet(kind: str, after: int) -> None:
    cut = held([("2026-07-01", 8)], decision("2026-Q3", kind, after, "2026-10-22", digest=DIGEST))
    assert on(cut, "10-21", "10-22", "12-31") == [8, after, after]


def test_an_increase_holds_once_it_is_enforced() -> None:
    grown = held(
        [("2026-07-01", 4), ("2026-10-25", 8)], decision("2026-Q3", "Increase", 8, "2026-10-22", digest=DIGEST)
    )
    assert on(grown, "10-22", "10-25", "10-26") == [4, 4, 8]


def test_what_was_given_back_and_grown_again_on_one_day_holds_as_it_was_enforced_last() -> None:
    given = decision("return-1", "Return", 4, "2026-10-22", digest=DIGEST, decided_at=at("2026-10-22", 8))
    grown = decision("2026-Q3", "Increase", 8, "2026-10-22", 4, digest=DIGEST, decided_at=at("2026-10-22", 9))
    both = held([("2026-07-01", 8), ("2026-10-22", 8)], given, grown)
    assert on(both, "10-21", "10-23") == [8, 8]


def test_a_grant_that_ended_and_was_awarded_anew_costs_nothing_in_between() -> None:
    ended = decision("2026-Q3", "Revoke", 0, "2026-10-22", digest="earlier")
    renewed = held([("2026-07-01", 8), ("2026-10-22", 0), ("2026-11-05", 8)], ended)
    assert on(renewed, "10-21", "10-22", "11-04", "11-05", "11-06") == [8, 0, 0, 0, 8]


def test_a_decision_on_an_earlier_award_does_not_hold_for_the_new_one() -> None:
    renewed = held([("2026-07-01", 8)], decision("2026-Q3", "Revoke", 0, "2026-10-22", digest="earlier"))
    assert on(renewed, "10-30") == [8]


def test_no_more_is_held_than_use_was_measured_against() -> None:
    days = ledger("CCU", devices=4, first="2026-07-05")
    assert on(held([("2026-07-01", 8)], used=[days]), "07-04", "07-05", "07-07", "07-08") == [8, 4, 4, 8]


def test_without_status_the_ledger_of_a_decision_says_what_was_granted() -> None:
    """A cluster that was restored without any status."""
    assert on(held(used=[ledger("CC", devices=8, first="2026-07-05")]), "07-04", "07-05", "07-06", "07-07") == [
        0,
        8,
        8,
        0,
    ]


def test_what_ran_before_tenure_knew_it_is_the_fold() -> None:
    adopted = held([("2026-09-01", 8)], inUseSince="2026-07-10")
    assert on(adopted, "07-09", "07-10", "08-31", "09-01") == [0, 8, 8, 8]


def test_the_first_ledger_that_knows_a_days_use_holds() -> None:
    lost, known = ledger("UC", first="2026-07-05"), ledger("C.", busy=DAY, first="2026-07-05")
    days = used_days([lost, known])
    assert [days[date(2026, 7, day)].busy for day in (5, 6)] == [DAY, 0]
    assert used_days([known, lost])[date(2026, 7, 5)].busy == DAY
