"""R5: what a month costs. Exact, in whole KRW, rounded half up once per line."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from decimal import Decimal, FloatOperation
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tenure.api.allocation import Held
from tenure.api.pricing import Discount, Pricing
from tenure.rules import held, pricing
from tenure.rules.held import Holding, used_days
from tenure.rules.pricing import HUNDRED, Cost, Month, Price, cost, krw, price
from unit.build import DAY, allocation, at, grant, ledger

A100 = 4_500_000
FULL = Price(HUNDRED)
LATER = date(2029, 1, 1)
OCTOBER = Month.parse("2026-10")


def holding(*record: tuple[str, int], **more: object) -> Holding:
    """An award of eight A100 for all of 2026 to 2028, with a record of what was enforced from the mornings of days on."""
    kept = [Held(since=at(day, 0), devices=devices) for day, devices in record]
    body = allocation(term="2026-01-01 2028-12-31")
    body = body.model_copy(update={"status": body.status.model_copy(update={"held": tuple(kept)})})
    return Holding(body, grant(8), (), more.get("used", {}), str(more.get("zone", "Asia/Seoul")))  # type: ignore[arg-type]


def october(*record: tuple[str, int], paid: Price = FULL, before: date = LATER, **more: object) -> Cost:
    """The October of 2026."""
    return cost(holding(*record, **more), A100, paid, OCTOBER, before)


MONTHS = [
    pytest.param("2026-02", 28, id="28 days"),
    pytest.param("2028-02", 29, id="29 days"),
    pytest.param("2026-09", 30, id="30 days"),
    pytest.param("2026-10", 31, id="31 days"),
]


@pytest.mark.parametrize(("month", "days"), MONTHS)
def test_a_whole_month_costs_the_book_value_however_long_it_is(month: str, days: int) -> None:
    found = cost(holding(("2026-01-01", 8)), A100, FULL, Month.parse(month), LATER)
    assert (found.device_days, found.amount, found.worth) == (8 * days, 8 * A100, 8 * A100)


@pytest.mark.parametrize(("month", "days"), MONTHS)
def test_one_day_costs_its_part_of_the_month(month: str, days: int) -> None:
    first = Month.parse(month).first
    found = cost(holding((first.isoformat(), 1)), A100, FULL, Month.parse(month), first + timedelta(days=1))
    assert found.amount == int(Fraction(A100, days) + Fraction(1, 2))


CUTS = [
    pytest.param([("2026-10-01", 8), ("2026-10-11", 4)], 10 * 8 + 21 * 4, id="reduced in the middle"),
    pytest.param([("2026-10-11", 8)], 21 * 8, id="begun in the middle"),
    pytest.param([("2026-10-01", 8), ("2026-10-31", 0)], 30 * 8, id="all given back on the last day"),
    pytest.param([("2026-10-01", 4), ("2026-10-02", 8), ("2026-10-03", 2)], 4 + 8 + 29 * 2, id="up and down"),
    pytest.param([("2026-11-01", 8)], 0, id="begun later"),
]


@pytest.mark.parametrize(("record", "device_days"), CUTS)
def test_each_day_costs_what_was_held_on_it(record: list[tuple[str, int]], device_days: int) -> None:
    exact = Fraction(A100 * device_days, 31)
    found = october(*record)
    assert (found.device_days, found.amount) == (device_days, int(exact + Fraction(1, 2)))


def test_a_day_on_which_devices_were_cut_costs_the_smaller_number() -> None:
    kept = (Held(since=at("2026-09-01"), devices=8), Held(since=at("2026-10-11", 15), devices=4))
    whole = holding()
    status = whole.allocation.status.model_copy(update={"held": kept})
    cut = Holding(whole.allocation.model_copy(update={"status": status}), grant(8), (), {}, "Asia/Seoul")
    assert [cut.devices(date(2026, 10, day)) for day in (10, 11, 12)] == [8, 4, 4]


def test_days_that_are_not_over_cost_nothing_yet() -> None:
    assert october(("2026-01-01", 8), before=date(2026, 10, 4)).device_days == 3 * 8
    assert october(("2026-01-01", 8), before=date(2026, 10, 1)).amount == 0


DISCOUNTS = (
    Discount(name="young", percent="50", traits=("YoungCompany",)),
    Discount(name="young-regional", percent="62.5", traits=("YoungCompany", "Regional")),
    Discount(name="open-source", percent="100"),
    Discount(name="participant", percent="92.5"),
)
APPLIES = [
    pytest.param("", [], "100", "", id="none"),
    pytest.param("", ["Regional"], "100", "", id="one of two traits is not enough"),
    pytest.param("", ["YoungCompany"], "50", "young", id="by its trait"),
    pytest.param("", ["YoungCompany", "Regional"], "37.5", "young-regional", id="the larger of two"),
    pytest.param("participant", ["YoungCompany"], "7.5", "participant", id="named, and larger than the trait's"),
    pytest.param("young", ["YoungCompany", "Regional"], "37.5", "young-regional", id="named, and smaller"),
    pytest.param("open-source", [], "0", "open-source", id="a waiver"),
    pytest.param("unheard-of", [], "100", "", id="a name that the programme does not have"),
]


@pytest.mark.parametrize(("named", "traits", "percent", "discount"), APPLIES)
def test_the_largest_discount_that_applies_is_taken(named: str, traits: list[str], percent: str, discount: str) -> None:
    found = price(Pricing(percent="100", discounts=DISCOUNTS), named, traits, OCTOBER)
    assert (found.percent, found.discount) == (Decimal(percent), discount)


def test_a_discount_is_taken_off_the_programmes_price() -> None:
    found = price(Pricing(percent="25", discounts=DISCOUNTS), "participant", [], OCTOBER)
    assert found.percent == Decimal("1.875")
    assert october(("2026-01-01", 8), paid=found).amount == 675_000


@pytest.mark.parametrize(
    ("first", "last", "applies"),
    [
        ("", "", True),
        ("2026-10", "", True),
        ("", "2026-10", True),
        ("2026-10", "2026-10", True),
        ("2026-11", "", False),
        ("", "2026-09", False),
        ("2025-11", "2026-12", True),
    ],
)
def test_a_waiver_is_given_in_its_months_alone(first: str, last: str, applies: bool) -> None:
    waiver = Discount(name="flood", percent="100", traits=("YoungCompany",), from_=first, until=last)
    found = price(Pricing(percent="100", discounts=(*DISCOUNTS, waiver)), "", ["YoungCompany"], OCTOBER)
    assert (found.percent, found.discount) == ((Decimal(0), "flood") if applies else (Decimal(50), "young"))


def test_a_free_programme_costs_nothing_and_shows_what_it_is_worth() -> None:
    found = october(("2026-01-01", 8), paid=price(Pricing(), "", [], OCTOBER))
    assert (found.amount, found.worth) == (0, 8 * A100)


@pytest.mark.parametrize(
    ("book", "percent", "part", "whole", "amount"),
    [
        (1, "50", 1, 1, 1),
        (1, "49.9999", 1, 1, 0),
        (3, "50", 1, 1, 2),
        (1, "100", 15, 31, 0),
        (1, "100", 16, 31, 1),
        (1, "100", 15, 30, 1),
        (4_500_000, "100", 1, 31, 145_161),
        (10**12, "0.0001", 1, 2, 500_000),
    ],
)
def test_half_a_won_is_rounded_up(book: int, percent: str, part: int, whole: int, amount: int) -> None:
    assert krw(book, Decimal(percent), part, whole) == amount


PERCENTS = st.integers(0, 1_000_000).map(lambda n: Decimal(n).scaleb(-4))


@given(st.integers(0, 10**10), PERCENTS, st.integers(0, 10**6), st.integers(1, 10**7))
def test_an_amount_is_never_further_than_half_a_won_from_the_exact_one(
    book: int, percent: Decimal, part: int, whole: int
) -> None:
    exact = Fraction(percent) * book * part / (100 * whole)
    assert Fraction(-1, 2) < krw(book, percent, part, whole) - exact <= Fraction(1, 2)


RECORDS = st.lists(st.tuples(st.dates(date(2026, 1, 1), date(2027, 3, 1)), st.integers(0, 1024)), max_size=8)


@given(RECORDS, st.dates(date(2026, 1, 1), date(2027, 2, 1)), PERCENTS)
def test_the_days_add_up_to_the_month(record: list[tuple[date, int]], day: date, percent: Decimal) -> None:
    held_ = holding(*((when.isoformat(), devices) for when, devices in sorted(dict(record).items())))
    month = Month(day.replace(day=1))
    exact = sum(Fraction(percent) * A100 * held_.devices(one) / (100 * len(month.days)) for one in month.days)
    assert cost(held_, A100, Price(percent), month, LATER).amount == (exact + Fraction(1, 2)) // 1


def test_granted_requested_and_busy_stand_side_by_side_and_idle_time_has_a_price() -> None:
    days = ledger("C" * 31, busy=31 * 2 * DAY, first="2026-10-01", requested=4 * DAY)
    found = october(("2026-01-01", 8), used=used_days([days]))
    assert (found.granted, found.requested, found.busy) == (31 * 8 * DAY, 31 * 4 * DAY, 31 * 2 * DAY)
    assert (found.busy_unknown, found.requested_unknown, found.unknown_days) == (0, 0, 0)
    assert found.idle_worth == 6 * A100


def test_what_is_unknown_is_neither_busy_nor_idle() -> None:
    days = ledger("C" * 10 + "U" * 10 + ".", busy=0, first="2026-10-01", requested=-1)
    found = october(("2026-01-01", 8), used=used_days([days]))
    assert (found.unknown_days, found.busy_unknown) == (21, 21 * 8 * DAY)
    assert (found.requested, found.requested_unknown) == (0, 31 * 8 * DAY)
    assert found.idle_worth == krw(A100, HUNDRED, 80, 31)


def test_set_up_days_cost_and_their_use_is_known() -> None:
    found = october(("2026-10-01", 8), used=used_days([ledger("S" * 14 + "C" * 17, first="2026-10-01")]))
    assert (found.device_days, found.unknown_days) == (31 * 8, 0)


def test_a_month_in_which_the_clocks_change_costs_the_book_value_all_the_same() -> None:
    berlin = holding(("2026-01-01", 8), zone="Europe/Berlin")
    found = cost(berlin, A100, FULL, Month.parse("2026-10"), LATER)
    assert (found.amount, found.granted) == (8 * A100, 8 * (31 * 24 + 1) * 3600)


@pytest.mark.parametrize(("month", "states"), [("2026-10", "C" * 31), ("2026-03", "C" * 31)])
def test_time_that_was_idle_all_day_is_worth_what_was_granted_also_where_the_clocks_change(
    month: str, states: str
) -> None:
    days = ledger(states, busy=0, first=f"{month}-01")
    berlin = holding(("2026-01-01", 8), zone="Europe/Berlin", used=used_days([days]))
    found = cost(berlin, A100, FULL, Month.parse(month), LATER)
    assert (found.idle_worth, found.busy_worth, found.unknown_worth) == (found.worth, 0, 0)


STATES = st.text("CUS.", min_size=31, max_size=31)


@given(STATES, st.integers(0, 31 * 9 * DAY), st.integers(0, 10**7), st.sampled_from(["Asia/Seoul", "Europe/Berlin"]))
def test_busy_idle_and_unknown_worth_add_up_to_what_was_granted_and_none_is_below_nothing(
    states: str, busy: int, book: int, zone: str
) -> None:
    days = ledger(states, busy=busy if "C" in states else 0, first="2026-10-01")
    found = cost(holding(("2026-10-03", 8), zone=zone, used=used_days([days])), book, FULL, OCTOBER, LATER)
    parts = (found.busy_worth, found.idle_worth, found.unknown_worth)
    assert min(parts) >= 0
    assert sum(parts) == found.worth


@pytest.mark.parametrize("text", ["2026", "2026-13", "2026-1", "October", "2026-10-01", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"month|Invalid"):
        Month.parse(text)


@pytest.mark.parametrize("percent", ["100.5", "100.0001", "101", "-1", "1e2", "7,5", "0.00001", ""])
def test_more_than_all_and_less_than_nothing_cannot_be_taken_off(percent: str) -> None:
    with pytest.raises(ValidationError):
        Discount(name="wrong", percent=percent)


def test_a_float_stops_the_arithmetic() -> None:
    with pytest.raises(FloatOperation):
        pricing.EXACT.create_decimal(0.5)


def nodes() -> Iterator[ast.AST]:
    """Everything that is written in the two modules."""
    for module in (pricing, held):
        yield from ast.walk(ast.parse(inspect.getsource(module)))


def test_no_float_and_no_true_division_is_written_anywhere() -> None:
    found = [*nodes()]
    assert not [n for n in found if isinstance(n, ast.Constant) and isinstance(n.value, float)]
    assert not [n for n in found if isinstance(n, ast.Name) and n.id in ("float", "round")]
    assert not [n for n in found if isinstance(n, ast.BinOp | ast.AugAssign) and isinstance(n.op, ast.Div)]
    assert not [n for n in found if isinstance(n, ast.Attribute) and n.attr in ("total_seconds", "timestamp")]


def test_no_float_comes_out() -> None:
    found = october(("2026-10-05", 8), used=used_days([ledger("CU" * 15, busy=DAY, first="2026-10-01")]))
    kinds = {type(getattr(found, one.name)) for one in fields(found)}
    assert kinds == {int, Month, Price}
    assert type(found.price.percent) is Decimal
