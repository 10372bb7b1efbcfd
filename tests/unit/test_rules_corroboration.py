"""R18: a load that draws no power is shown to the committee. Nothing follows from it by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tenure.api import Programme
from tenure.api.conditions import Said
from tenure.api.review import LedgerStatus, Plan, Verdict
from tenure.rules.corroboration import corroborated
from tenure.rules.review import progress
from tenure.rules.utilization import counts
from unit.build import AICA, DAY, DEFAULT, PLAN, autumn, case, ledger, programme, share, used, verdict

TEN = "C" * 10
BASE = share(100, TEN)
PLAIN = programme(review={"bands": [{"fromPercent": 0, "adequate": "Continue", "inadequate": "Continue"}]})


def said(days: LedgerStatus, rules: Programme = DEFAULT) -> Said:
    return corroborated(counts(days, rules.spec.measurement), rules.spec)


@pytest.mark.parametrize(
    ("load", "second", "reason"),
    [
        pytest.param(60, [], "NotAvailable", id="R18 no second signal"),
        pytest.param(60, [-1] * 10, "NotAvailable", id="R18 never read"),
        pytest.param(0, [0] * 10, "NotAvailable", id="R18 no load"),
        pytest.param(60, [BASE * 30 // 1000] * 10, "Agree", id="R18 half the load"),
        pytest.param(60, [BASE * 3 // 1000] * 10, "Agree", id="R18 five percent of the load: the edge fits"),
        pytest.param(60, [BASE * 3 // 1000] * 9 + [BASE * 3 // 1000 - 1], "Disagree", id="R18 a second less does not"),
        pytest.param(60, [0] * 10, "Disagree", id="R18 a load without any work"),
        pytest.param(5, [0] * 10, "Disagree", id="R17 R18 a load that reaches the lowest edge"),
        pytest.param(4, [0] * 10, "NotAvailable", id="R17 R18 a load that helps nobody"),
        pytest.param(
            60, [0] + [-1] * 9, "Disagree", id="R18 read on one day, whose load alone reaches the lowest edge"
        ),
        pytest.param(40, [0] + [-1] * 9, "NotAvailable", id="R18 read on one day, whose load alone does not"),
    ],
)
def test_what_is_said(load: int, second: list[int], reason: str) -> None:
    """Load in percent of base time, over ten days; the second signal per day."""
    assert said(ledger(TEN, share(load, TEN), second=second)).reason == reason


def test_what_the_committee_reads() -> None:
    found = said(ledger(TEN, share(60, TEN), second=[3600] * 10))
    assert found.status is False
    assert found.message == (
        "The second signal (power, memory) shows 10 device-hours in 384 device-hours of load, 2.6 %; below 5 % the two "
        "disagree. Nothing follows from it by itself: it is for the committee to ask what ran, and for the tenant to say "
        "so in the plan."
    )


def test_zero_percent_never_tells() -> None:
    days = ledger(TEN, share(60, TEN), second=[0] * 10)
    assert said(days, programme(measurement={"secondSignalPercent": 0})).reason == "Agree"


def test_a_table_without_edges_has_any_load_compared() -> None:
    assert said(ledger(TEN, share(1, TEN), second=[0] * 10), PLAIN).reason == "Disagree"


SECOND = st.lists(st.one_of(st.just(-1), st.just(0), st.integers(0, 8 * DAY)), max_size=92)
TODAY = st.sampled_from(["2026-08-01", "2026-10-05", "2026-10-09", "2026-10-16", "2026-10-22"])


@pytest.mark.parametrize("rules", [pytest.param(DEFAULT, id="Automatic"), pytest.param(AICA, id="Committee")])
@settings(max_examples=50)
@given(
    percent=st.integers(0, 300),
    second=SECOND,
    plan=st.sampled_from([None, PLAN]),
    judged=st.sampled_from([None, verdict(plan="Adequate"), verdict(plan="Inadequate"), verdict(confirms="Reduce")]),
    today=TODAY,
)
def test_no_outcome_looks_at_it(
    rules: Programme, percent: int, second: list[int], plan: Plan | None, judged: Verdict | None, today: str
) -> None:
    days = used(percent) if rules.name == "default" else autumn(percent)
    without = case(days, today, rules=rules, plan=plan, verdict=judged)
    known = days.model_copy(update={"second_seconds": tuple(second)})
    beside = replace(without, counts=counts(known, rules.spec.measurement))
    assert progress(beside) == progress(without)
