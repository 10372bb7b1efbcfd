"""R5: `tenure costs`. Lines for every allocation, what could not be priced, and how it is written."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
import yaml
from rich.console import Console
from tenure.api import Accelerator, Allocation, Decision, Review
from tenure.api.model import Resource
from tenure.cli.costs import show as bill
from tenure.cli.costs.command import CostsOutput
from tenure.cli.main import app
from tenure.cli.output import as_json, as_yaml
from tenure.cli.problem import Problem
from tenure.report.centre import Centre
from tenure.report.costs import Costs, costs, total
from tenure.rules.grant import digest
from tenure.rules.pricing import Month
from typer.testing import CliRunner
from unit.build import (
    A100,
    DAY,
    DEFAULT,
    allocation_body,
    at,
    decision,
    ledger,
    organization,
    programme,
    project,
)

OCTOBER = Month.parse("2026-10")
YOUNG = {"name": "young", "percent": "50", "traits": ["YoungCompany"]}
PAST = {"name": "past", "percent": "100", "until": "2026-09"}
PAID = programme(DEFAULT, pricing={"percent": "100", "discounts": [YOUNG, PAST]})


def allocation(name: str = "vision-2026", devices: int = 8, **spec: Any) -> Allocation:
    """An award whose devices are held since July."""
    since = at("2026-07-01", 9).isoformat()
    status = {"accessSince": since, "held": [{"since": since, "devices": devices}]}
    return Allocation.parse({**allocation_body(name, devices=devices, **spec), "status": status})


def review(days: Any, of: str = "vision-2026") -> Review:
    """A Review with its days."""
    spec = {"allocation": of, "review": "2026-Q4"}
    return Review.parse(
        {"metadata": {"name": f"{of}-2026-q4", "namespace": "vision"}, "spec": spec, "status": {"ledger": days.wire()}}
    )


def found(*objects: Resource, day: str = "2026-11-02", of: str = "") -> Costs:
    """The costs of October, asked for on a day in November."""
    there = (A100, organization(), project())
    rest = () if any(one.KIND.kind == "Programme" for one in objects) else (PAID,)
    return costs(Centre.of([*there, *rest, *objects]), OCTOBER, at(day), of)


def test_a_line_for_each_allocation_and_a_sum_of_the_lines() -> None:
    made = found(allocation(), allocation("second-2026", 4))
    assert [(line.allocation, line.cost.amount) for line in made.lines] == [
        ("second-2026", 18_000_000),
        ("vision-2026", 36_000_000),
    ]
    assert total(made.lines).amount == 54_000_000


def test_the_organizations_traits_give_its_discount() -> None:
    (line,) = found(allocation(), organization(traits=["YoungCompany"])).lines
    assert (line.cost.amount, line.cost.price.discount, line.organization) == (18_000_000, "young", "hanbit")


def test_days_that_are_not_over_in_the_programmes_zone_are_not_in_it() -> None:
    (line,) = found(allocation(), day="2026-10-11").lines
    assert line.cost.device_days == 10 * 8


def test_one_project_alone() -> None:
    other = allocation("other-2026", project="other")
    assert [line.project for line in found(allocation(), other, project("other"), of="other").lines] == ["other"]


def test_the_days_of_decisions_and_reviews_say_what_was_busy() -> None:
    award = digest(allocation().spec)
    decided = decision("2026-Q3", "Continue", 8, "2026-10-22", digest=award)
    past = ledger("C" * 10, busy=10 * 4 * DAY, first="2026-10-01")
    evidence = decided.evidence.model_copy(update={"ledger": past})
    record = Decision(metadata={"name": "vision-2026-2026-q3"}, spec=decided.model_copy(update={"evidence": evidence}))
    running = review(ledger("C" * 10, busy=0, first="2026-10-11"))
    (line,) = found(allocation(), record, running).lines
    assert (line.cost.busy, line.cost.unknown_days) == (10 * 4 * DAY, 11)
    assert line.cost.idle_worth == 10 * 4 * 4_500_000 // 31 + 10 * 8 * 4_500_000 // 31 + 1


NOTES = [
    pytest.param([allocation(programme="gone")], "vision-2026 is not priced: its Programme gone", id="no programme"),
    pytest.param([allocation(accelerator="gone")], "Accelerator gone is not there", id="no accelerator"),
    pytest.param(
        [allocation(discount="unheard")], "names the discount unheard, which Programme default", id="no such discount"
    ),
    pytest.param([allocation(discount="past")], "names the discount past, which is not given in 2026-10", id="not now"),
    pytest.param(
        [allocation(), programme(PAID, timeZone="Asia/Soeul")],
        "the time zone Asia/Soeul of its Programme",
        id="no zone",
    ),
    pytest.param([allocation(), programme(PAID, mode="Observe")], "Programme default only observes", id="observe"),
    pytest.param(
        [allocation(), Accelerator.parse({**A100.wire(), "spec": {**A100.wire()["spec"], "bookValue": 0}})],
        "Accelerator a100-40gb has no book value",
        id="no book value",
    ),
]


@pytest.mark.parametrize(("objects", "says"), NOTES)
def test_what_is_not_as_expected_is_said(objects: list[Resource], says: str) -> None:
    (note,) = found(*objects).notes
    assert says in note


def test_what_an_allocation_held_that_is_gone_is_said_and_not_priced() -> None:
    days = ledger("C" * 31, first="2026-10-01")
    decided = decision("2026-Q4", "Continue", 8, "2027-01-22")
    spec = decided.model_copy(update={"evidence": decided.evidence.model_copy(update={"ledger": days})})
    made = found(Decision(metadata={"name": "gone"}, spec=spec))
    assert made.lines == ()
    assert "5,952 device-hours were granted in 2026-10, and its Allocation is not there any more" in made.notes[0]


def test_storage_alone_has_no_line() -> None:
    storage = Allocation.parse(allocation_body(devices=0, accelerator="", storage="10T"))
    assert found(storage) == Costs(OCTOBER, (), ())


def lines() -> Iterator[Resource]:
    yield organization(traits=["YoungCompany"])
    yield allocation()
    yield allocation("second-2026", 4, discount="unheard")
    yield review(ledger("C" * 20 + "U" * 11, busy=20 * 2 * DAY, first="2026-10-01", requested=4 * DAY))


def text(made: Costs, width: int = 80) -> str:
    """As printed where nobody looks at a terminal."""
    file = StringIO()
    bill.show(made, Console(file=file, width=width, highlight=False, markup=False))
    return file.getvalue()


def test_people_see_money_and_use_in_two_tables() -> None:
    rows = [line.split() for line in text(found(*lines()), 120).splitlines()]
    assert ["vision", "vision-2026", "a100-40gb", "248", "36,000,000", "50", "%", "young", "18,000,000"] in rows
    assert ["vision", "second-2026", "a100-40gb", "124", "18,000,000", "50", "%", "young", "9,000,000"] in rows
    assert ["total", "54,000,000", "27,000,000"] in rows


def test_a_project_with_several_allocations_has_a_sum_of_its_own() -> None:
    other = allocation("other-2026", 4, project="other")
    made = found(allocation(), allocation("second-2026", 4), other, project("other"))
    sums = [line.split() for line in text(made, 120).splitlines() if "total" in line]
    assert sums == [["vision", "total", "54,000,000", "54,000,000"], ["total", "72,000,000", "72,000,000"]]


def test_what_may_be_unknown_is_shown_as_a_question() -> None:
    rows = [line.split() for line in text(found(*lines()), 120).splitlines()]
    assert ["vision", "vision-2026", "5,952.0", "2,976.0", "960.0", "2,112.0", "17,419,355"] in rows
    assert ["vision", "second-2026", "2,976.0", "?", "?", "2,976.0", "?"] in rows


@pytest.mark.parametrize("width", [80, 120])
def test_it_fits_the_screen(width: int) -> None:
    printed = text(found(*lines(), allocation("a" * 50, 8)), width).splitlines()
    tables = [line for line in printed if not line.startswith("second-2026 names")]
    assert max(map(len, tables)) <= width


def test_nothing_granted_is_said() -> None:
    assert text(found()) == "Nothing was granted in 2026-10 on a day that is over.\n"


def test_programs_get_exact_values_in_every_format() -> None:
    made = found(*lines())
    value = bill.value(made)
    assert yaml.safe_load(as_yaml(value)) == json.loads(as_json(value)) == value
    assert value["amount"] == sum(line["amount"] for line in value["lines"]) == 27_000_000
    sums = {key: sum(line[key] for line in value["lines"]) for key in bill.SUMS}
    assert value["projects"] == [{"programme": "default", "project": "vision", **sums}]
    assert value["programmes"] == [{"programme": "default", **sums}]
    assert {key: value[key] for key in bill.SUMS} == sums
    assert sums["busyWorth"] + sums["idleWorth"] + sums["unknownWorth"] == sums["worth"]
    rows = list(csv.DictReader(StringIO(bill.as_csv(made))))
    assert rows == [{key: str(cell) for key, cell in line.items()} for line in value["lines"]]
    assert not [cell for line in value["lines"] for cell in line.values() if isinstance(cell, float)]


def test_csv_has_its_head_where_nothing_was_granted() -> None:
    assert bill.as_csv(found()) == ",".join(bill.COLUMNS) + "\n"


@pytest.mark.parametrize("arguments", [[], ["--month", "October"], ["--month", "2026-10", "-o", "xlsx"]])
def test_what_is_typed_wrong_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, ["costs", *arguments]).exit_code == 2


def test_a_project_that_never_was_is_said_to_be_none() -> None:
    """A name that is typed wrong must not look like a project that costs nothing."""
    gone = Decision(metadata={"name": "gone"}, spec=decision("2026-Q4", "Continue", 8, "2027-01-22"))
    there = Centre.of([project("speech"), gone])
    for name in ("", "speech", "vision"):
        bill.check_project(there, name)
    with pytest.raises(Problem, match="There is no Project visoin"):
        bill.check_project(there, "visoin")


def test_the_formats_are_as_promised() -> None:
    assert [one.value for one in CostsOutput] == ["table", "csv", "json", "yaml"]
