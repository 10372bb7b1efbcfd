"""R14, R16: what a ledger comes to, its bounds, and how it is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.review import LedgerStatus
from tenure.rules.utilization import Counts, Ratio, counts, status
from unit.build import DAY, DEFAULT, QUARTER, base_seconds, ledger, share, used

RULES = DEFAULT.spec.measurement
BUSY = 8 * DAY
"""Device-seconds of eight devices that are busy all day."""


def count(days: LedgerStatus | None) -> Counts:
    return counts(days, RULES)


@pytest.mark.parametrize(
    ("days", "percent"),
    [
        pytest.param(ledger("C", 8 * 8 * 3600), "100.0 %", id="R16 eight hours of each device are 100 %"),
        pytest.param(ledger("C", BUSY // 3), "100.0 %", id="R16 a third of the load for 24 h is 100 %"),
        pytest.param(ledger("C", BUSY), "300.0 %", id="R16 not clamped: 24 h of full load are 300 %"),
        pytest.param(ledger("CCC", BUSY), "100.0 %", id="R16 the base grows with the days"),
        pytest.param(ledger("C", 0), "0.0 %", id="R16 a true zero"),
        pytest.param(ledger("SSCC", 2 * 8 * 8 * 3600), "100.0 %", id="R14 set-up days leave numerator and base"),
        pytest.param(ledger("AACC", 2 * 8 * 8 * 3600), "100.0 %", id="R16 unavailable days leave numerator and base"),
        pytest.param(ledger("UUCC", 2 * 8 * 8 * 3600), "100.0 %", id="R16 Unknown days leave numerator and base"),
        pytest.param(ledger("..CC", 2 * 8 * 8 * 3600), "100.0 %", id="R16 days not read leave numerator and base"),
        pytest.param(
            ledger("CC", 8 * 8 * 3600, unavailable=[BUSY]),
            "100.0 %",
            id="R16 unavailable device-seconds leave the base",
        ),
        pytest.param(
            ledger("C", 4 * 8 * 3600, unavailable=[4 * DAY]), "100.0 %", id="R16 four of eight devices unavailable"
        ),
        pytest.param(ledger("C", 0, unavailable=[BUSY]), "unknown", id="R16 without a base nothing is said"),
        pytest.param(ledger("SUA."), "unknown", id="R14 R16 no day counts"),
        pytest.param(None, "unknown", id="R16 no ledger yet"),
    ],
)
def test_utilization(days: LedgerStatus | None, percent: str) -> None:
    assert count(days).measured.text() == percent


def test_the_base_is_summed_day_by_day_because_grants_change() -> None:
    whole = ledger("CC", 2 * 3600)
    days = whole.model_copy(update={"granted_seconds": (8 * DAY, 4 * DAY)})
    assert status(count(days)).base_seconds == (8 + 4) * 8 * 3600


def test_days_are_told_apart() -> None:
    found = count(ledger("SSUAC.C", first="2026-07-01"))
    assert (found.set_up, found.unknown, found.unavailable, found.counted, found.unread) == (2, 1, 1, 2, 1)
    assert found.eligible == 3
    assert found.until == date(2026, 7, 7)
    assert (count(None).until, count(None).unasked, count(None).eligible) == (None, 0, 0)


@pytest.mark.parametrize(
    ("reason", "unasked"),
    [
        pytest.param("QueryFailed", 2, id="R16 Prometheus did not answer"),
        pytest.param("PartialAnswer", 2, id="R16 it answered in part"),
        pytest.param("CoverageGap", 0, id="R16 a gap stays one"),
    ],
)
def test_days_that_can_still_be_read(reason: str, unasked: int) -> None:
    assert count(ledger("CUU", reason=reason)).unasked == unasked


def test_where_nothing_is_missing_the_bounds_are_exactly_what_was_measured() -> None:
    found = count(used(31.4))
    assert found.lowest == found.measured == found.highest


@pytest.mark.parametrize(
    ("states", "percent"),
    [
        pytest.param("CCCC", 100, id="R16 every day counts"),
        pytest.param("CCCU", 75, id="R16 three of four days"),
        pytest.param("CCU", 66, id="R16 rounded down"),
        pytest.param("SSACU", 50, id="R14 set-up and unavailable days are not missing"),
        pytest.param("U", 0, id="R16 nothing counts"),
        pytest.param("", 0, id="R16 nothing at all"),
    ],
)
def test_coverage(states: str, percent: int) -> None:
    assert count(ledger(states)).coverage_percent == percent


@pytest.mark.parametrize(
    ("days", "lowest", "highest"),
    [
        pytest.param(ledger("CC", share(10, "CC")), "10.0 %", "10.0 %", id="R16 nothing is missing"),
        pytest.param(ledger("CU", share(10, "C")), "5.0 %", "155.0 %", id="R16 a day is missing: idle, or 300 %"),
        pytest.param(
            ledger("CU", share(10, "C"), requested=0), "5.0 %", "5.0 %", id="R16 nothing ran on the missing day"
        ),
        pytest.param(
            ledger("CU", share(10, "C"), requested=-1), "5.0 %", "155.0 %", id="R16 nobody knows what ran: all of it"
        ),
        pytest.param(
            ledger("C", share(10, "C"), measured=BUSY - 8 * 2880),
            *("10.0 %", "20.0 %"),
            id="R16 a tenth of the base is missing on a counted day",
        ),
        pytest.param(
            ledger("C", 0, requested=-1, measured=0),
            *("0.0 %", "0.0 %"),
            id="R16 requests unknown and nothing unaccounted for: a true zero",
        ),
        pytest.param(
            ledger("C", 0, requested=-1, measured=BUSY - 8 * 2880),
            *("0.0 %", "10.0 %"),
            id="R16 requests unknown and nearly all measured",
        ),
        pytest.param(ledger("CS", share(10, "C")), "10.0 %", "10.0 %", id="R14 set-up days have no bounds"),
    ],
)
def test_the_two_bounds(days: LedgerStatus, lowest: str, highest: str) -> None:
    found = count(days)
    assert (found.lowest.text(), found.highest.text()) == (lowest, highest)


@pytest.mark.parametrize(
    ("busy", "base", "text"),
    [
        pytest.param(314, 1000, "31.4 %", id="a tenth"),
        pytest.param(3136, 10000, "31.4 %", id="rounded up"),
        pytest.param(4999, 10000, "49.9 %", id="R17 never up to an edge: 49.99 is not 50.0"),
        pytest.param(4996, 100000, "4.9 %", id="R17 nor to 5.0"),
        pytest.param(50, 100, "50.0 %", id="R17 the edge itself"),
        pytest.param(5001, 10000, "50.0 %", id="R17 above the edge"),
        pytest.param(3, 1, "300.0 %", id="R16 not clamped"),
    ],
)
def test_how_it_is_told(busy: int, base: int, text: str) -> None:
    assert Ratio(busy, base).text() == text


@given(st.integers(0, 10**9), st.integers(1, 10**9), st.integers(0, 300))
def test_the_text_never_contradicts_an_edge(busy: int, base: int, edge: int) -> None:
    ratio = Ratio(busy, base)
    told = int(ratio.text().removesuffix(" %").replace(".", ""))
    assert (told >= edge * 10) is ratio.at_least(edge)


DAYS = st.lists(
    st.tuples(
        st.sampled_from("CUSA."), st.integers(0, DAY), st.integers(0, DAY), st.integers(-1, DAY), st.integers(0, DAY)
    ),
    max_size=20,
)


@given(DAYS)
def test_what_is_measured_lies_between_its_bounds(rows: list[tuple[str, int, int, int, int]]) -> None:
    """Over counted days alone; Unknown ones change the base of the bounds."""
    days = LedgerStatus(
        **{"from": "2026-07-01"},
        states="".join(state for state, *_ in rows),
        busy_seconds=tuple(min(busy, measured) for _, busy, measured, _, _ in rows),
        measured_seconds=tuple(measured for _, _, measured, _, _ in rows),
        requested_seconds=tuple(requested for _, _, _, requested, _ in rows),
        granted_seconds=(DAY,) * len(rows),
        unavailable_seconds=tuple(lost for _, _, _, _, lost in rows),
    )
    found = count(days)
    assert found.lowest.busy <= found.highest.busy
    assert found.lowest.base == found.highest.base >= found.measured.base
    if not found.unknown:
        assert found.lowest == found.measured
    assert 0 <= found.coverage_percent <= 100


def test_status_is_in_device_seconds() -> None:
    told = status(count(used(31.4)))
    assert (told.busy_seconds, told.base_seconds) == (share(31.4, QUARTER), base_seconds(QUARTER))
    assert (told.percent, told.coverage_percent, told.counted_days) == ("31.4 %", 100, 92)
