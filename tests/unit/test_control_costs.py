"""R5: the month so far, as the metric tells it: the same as `tenure costs`, and worked out only when it can differ."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from tenure.api import Review
from tenure.api.model import Resource
from tenure.control.cache import Cache
from tenure.control.costs import Bills, accounts
from tenure.report.centre import Centre
from tenure.report.costs import costs, total
from tenure.rules.billing import Account, bill
from tenure.rules.pricing import Cost, Month
from unit.build import A100, DAY, at, ledger, organization, programme, project
from unit.test_costs import PAID, allocation, review

MID_OCTOBER = at("2026-10-21")
OTHER = programme(PAID, pricing={"percent": "10"})
OTHER = OTHER.model_copy(update={"metadata": OTHER.metadata.model_copy(update={"name": "other"})})


def objects() -> list[Resource]:
    """Two projects, one of them in two programmes, with days that are busy, idle and Unknown."""
    return [
        *(A100, PAID, OTHER, organization(traits=["YoungCompany"]), project(), project("speech")),
        allocation(),
        allocation("second-2026", 4, programme="other"),
        allocation("speech-2026", 4, project="speech"),
        review(ledger("C" * 10 + "U" * 5, busy=10 * 2 * DAY, first="2026-10-01")),
    ]


def cache(*every: Resource) -> Cache:
    found = Cache()
    for version, one in enumerate(every, 1):
        found.put(
            {"kind": one.KIND.kind, **one.wire(), "metadata": {**one.metadata.wire(), "resourceVersion": version}},
            watched=True,
        )
    return found


def to_date(
    now: datetime = MID_OCTOBER, bills: Bills | None = None, of: Cache | None = None
) -> Counter[tuple[str, str, str]]:
    return (bills or Bills()).to_date(tuple(accounts(of or cache(*objects()))), now)


def test_it_is_what_tenure_costs_says() -> None:
    told = to_date()
    found = costs(Centre.of(objects()), Month.parse("2026-10"), MID_OCTOBER)
    for (programme_, project_), sums in found.of_projects.items():
        assert told[programme_, project_, "granted"] == sums.worth
        assert told[programme_, project_, "busy"] == sums.busy_worth
        assert told[programme_, project_, "idle"] == sums.idle_worth
        assert told[programme_, project_, "unknown"] == sums.unknown_worth
        assert told[programme_, project_, "amount"] == sums.amount
    assert sum(n for (_, _, what), n in told.items() if what == "granted") == total(found.lines).worth
    assert len(found.of_projects) == 3


def test_busy_idle_and_unknown_time_add_up_to_what_was_granted() -> None:
    told = to_date()
    names = {key[:2] for key in told}
    assert len(names) == 3
    for name in names:
        assert sum(told[*name, what] for what in ("busy", "idle", "unknown")) == told[*name, "granted"] > 0


def test_on_the_first_of_a_month_it_begins_at_zero() -> None:
    told = to_date(at("2026-11-01"))
    assert set(told.values()) == {0}
    assert len(told) == 3 * 5


def test_an_allocation_whose_term_was_over_before_the_month_has_no_part_in_it() -> None:
    assert to_date(at("2027-01-02")) == {}


def test_a_time_zone_that_does_not_exist_leaves_out_its_programme_alone() -> None:
    lost = [programme(PAID, timeZone="Asia/Soeul") if one is PAID else one for one in objects()]
    assert {key[0] for key in to_date(of=cache(*lost))} == {"other"}


def test_it_is_worked_out_again_only_where_something_was_written_or_a_day_has_passed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[str] = []

    def counted(of: Account, month: Month, now: datetime) -> Cost:
        made.append(of.allocation.name)
        return bill(of, month, now)

    monkeypatch.setattr("tenure.control.costs.bill", counted)
    bills, there = Bills(), cache(*objects())
    first = to_date(bills=bills, of=there)
    assert to_date(bills=bills, of=there) == first
    assert sorted(made) == ["second-2026", "speech-2026", "vision-2026"]
    busy = review(ledger("C" * 15, busy=15 * 2 * DAY, first="2026-10-01"))
    there.put(
        {"kind": "Review", **busy.wire(), "metadata": {**busy.metadata.wire(), "resourceVersion": 99}}, watched=True
    )
    assert to_date(bills=bills, of=there) != first
    assert made[3:] == ["vision-2026"]
    to_date(at("2026-10-22"), bills, there)
    assert len(made) == 7


def test_what_is_gone_is_gone_at_the_next_scrape() -> None:
    bills, there = Bills(), cache(*objects())
    to_date(bills=bills, of=there)
    there.drop("Allocation", "", "speech-2026")
    assert {key[1] for key in to_date(bills=bills, of=there)} == {"vision"}


def test_a_review_that_has_just_been_opened_is_no_hindrance() -> None:
    fresh = Review.parse(
        {"metadata": {"name": "r", "namespace": "vision"}, "spec": {"allocation": "vision-2026", "review": "2026-Q4"}}
    )
    assert to_date(of=cache(*objects(), fresh))
