"""R14, R16: what a ledger comes to, its bounds, and how it is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.review import LedgerStatus
from tenure.rules.utilization import Counts, Ratio, counts, provided, status, unavailable
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
            ledger("CC", 8 * 8 * 3600, outage=[BUSY]),
            "100.0 %",
            id="R16 an outage leaves the base",
        ),
        pytest.param(ledger("C", 4 * 8 * 3600, outage=[4 * DAY]), "100.0 %", id="R16 four of eight devices out"),
        pytest.param(ledger("C", 0, outage=[BUSY]), "unknown", id="R16 without a base nothing is said"),
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
        pytest.param(
            ledger("CU", share(10, "C"), measured=BUSY * 3, reason="SignalStuckAtZero"),
            *("5.0 %", "155.0 %"),
            id="R16 the load was stuck at zero: measured, and not to be believed",
        ),
        pytest.param(ledger("CS", share(10, "C")), "10.0 %", "10.0 %", id="R14 set-up days have no bounds"),
    ],
)
def test_the_two_bounds(days: LedgerStatus, lowest: str, highest: str) -> None:
    found = count(days)
    assert (found.lowest.text(), found.highest.text()) == (lowest, highest)


@pytest.mark.parametrize(
    ("outage", "no_capacity", "requested", "devices"),
    [
        pytest.param(0, 0, 8, 0, id="R16 nothing"),
        pytest.param(4, 0, 8, 4, id="R16 an outage counts whatever was requested"),
        pytest.param(0, 4, 4, 4, id="R16 four wait while four run"),
        pytest.param(0, 8, 5, 3, id="R16 a device that ran was not unavailable, however many pods wait"),
        pytest.param(0, 8, 8, 0, id="R16 all devices run, and more pods wait than are granted"),
        pytest.param(0, 8, -1, 8, id="R16 nobody knows what ran"),
        pytest.param(4, 4, 4, 4, id="R16 pods wait for the devices that are out: counted once"),
        pytest.param(2, 3, 4, 4, id="R16 three wait, two of the four that do not run are out"),
        pytest.param(2, 3, -1, 5, id="R16 nobody knows what ran: both"),
        pytest.param(6, 6, -1, 8, id="R16 never more than was granted"),
        pytest.param(9, 0, 0, 8, id="R16 nor for an outage alone"),
        pytest.param(0, 4, 10, 0, id="R16 more was requested than is granted after a cut"),
    ],
)
def test_what_the_centre_did_not_provide(outage: int, no_capacity: int, requested: int, devices: int) -> None:
    """All in devices of eight, for a day; -1 where it is not known what ran."""
    asked = requested * DAY if requested >= 0 else -1
    days = ledger("C", requested=asked, outage=[outage * DAY], no_capacity=[no_capacity * DAY])
    assert unavailable(days, 0) == devices * DAY
    assert provided(days, 0) == (8 - devices) * DAY


def test_a_ledger_without_the_columns_has_nothing_in_them() -> None:
    columns = ("outage_seconds", "no_capacity_seconds", "estimated_seconds", "second_seconds")
    whole = used(31.4)
    assert count(whole.model_copy(update=dict.fromkeys(columns, ()))) == count(whole)


def test_room_that_pods_waited_for_leaves_the_base() -> None:
    days = ledger("CC", 4 * 8 * 3600 + 8 * 8 * 3600, requested=4 * DAY, no_capacity=[4 * DAY])
    assert status(count(days)).base_seconds == (4 + 8) * 8 * 3600
    assert count(days).measured.text() == "100.0 %"


@pytest.mark.parametrize(
    ("state", "requested", "measured", "missing"),
    [
        pytest.param("C", 8, 4, 0, id="R16 four devices are out, and the other four were measured"),
        pytest.param("U", 8, 2, 2, id="R16 two of the other four were not"),
        pytest.param("U", 4, 2, 2, id="R16 four were requested, perhaps all on devices that were not out"),
        pytest.param("U", 6, 2, 2, id="R16 six were requested, two of them on devices that are out"),
        pytest.param("U", -1, 0, 4, id="R16 nobody knows what ran: no more than was not out"),
        pytest.param("C", -1, 4, 0, id="R16 nobody knows what ran, all that was not out was measured"),
    ],
)
def test_what_was_out_is_not_missing(state: str, requested: int, measured: int, missing: int) -> None:
    """All in devices of eight, for a day on which an outage took four."""
    asked = requested * DAY if requested >= 0 else -1
    found = count(ledger(state, requested=asked, measured=measured * DAY, outage=[4 * DAY]))
    assert (found.highest.busy - found.lowest.busy) // 24 == missing * DAY


def test_where_requests_are_not_known_an_outage_makes_no_day_look_unmeasured() -> None:
    """Of the four devices that were not out, 95 % were measured: the rest is missing."""
    found = count(ledger("C", requested=-1, measured=4 * DAY * 95 // 100, outage=[4 * DAY]))
    assert (found.highest.busy - found.lowest.busy) // 24 == 4 * DAY * 5 // 100


@pytest.mark.parametrize(
    ("estimated", "lowest", "highest", "days"),
    [
        pytest.param([], "10.0 %", "10.0 %", 0, id="R16 nothing is estimated"),
        pytest.param([0, 0], "10.0 %", "10.0 %", 0, id="R16 a shared device whose processes were read"),
        pytest.param([share(4, "C"), 0], "8.0 %", "12.0 %", 1, id="R16 a day may be less or more"),
        pytest.param([share(40, "C"), 0], "5.0 %", "30.0 %", 1, id="R16 a day is never less than idle"),
        pytest.param([share(4, "C")] * 2, "6.0 %", "14.0 %", 2, id="R16 both days"),
    ],
)
def test_what_is_estimated_widens_the_bounds(estimated: list[int], lowest: str, highest: str, days: int) -> None:
    found = count(ledger("CC", share(10, "CC"), estimated=estimated))
    assert (found.measured.text(), found.lowest.text(), found.highest.text()) == ("10.0 %", lowest, highest)
    assert status(found).estimated_days == days


@pytest.mark.parametrize(
    ("states", "second", "percent"),
    [
        pytest.param("CC", [], "", id="R16 there is none"),
        pytest.param("CC", [-1, -1], "", id="R16 it was not read"),
        pytest.param("CC", [180, 180], "10.0 %", id="R16 both days"),
        pytest.param("CC", [180, -1], "10.0 %", id="R16 a day on which it was not read is compared with nothing"),
        pytest.param("CU", [360, 900], "10.0 %", id="R16 Unknown days are left out"),
        pytest.param("CC", [0, 0], "0.0 %", id="R16 a true zero"),
    ],
)
def test_the_second_signal_as_a_share_of_the_load(states: str, second: list[int], percent: str) -> None:
    assert status(count(ledger(states, 3600, second=second))).second_percent == percent


def test_the_pace_is_that_of_the_latest_fourteen_counted_days() -> None:
    early, late = ledger("C" * 20, share(200, "C" * 20)), ledger("CSU" * 14, share(10, "C" * 14), first="2026-07-21")
    columns = ("states", "busy_seconds", "measured_seconds", "requested_seconds", "granted_seconds")
    days = early.model_copy(update={name: getattr(early, name) + getattr(late, name) for name in columns})
    assert count(days).pace.text() == "10.0 %"
    assert count(early).pace == count(ledger("C" * 14, share(200, "C" * 14))).pace
    assert count(ledger("CCC", share(30, "CCC"))).pace.text() == "30.0 %"
    assert count(None).pace.base == 0


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


AMOUNT = st.integers(0, DAY)
ROW = st.fixed_dictionaries(
    {
        "busy_seconds": AMOUNT,
        "measured_seconds": AMOUNT,
        "requested_seconds": st.integers(-1, DAY),
        "outage_seconds": AMOUNT,
        "no_capacity_seconds": AMOUNT,
        "estimated_seconds": st.one_of(st.just(0), AMOUNT),
    }
)
DAYS = st.lists(st.tuples(st.sampled_from("CUSA."), ROW), max_size=20)


@given(DAYS)
def test_what_is_measured_lies_between_its_bounds(rows: list[tuple[str, dict[str, int]]]) -> None:
    """Over counted days alone; Unknown ones change the base of the bounds."""
    columns = {name: tuple(row[name] for _, row in rows) for name in (rows[0][1] if rows else ())}
    states = "".join(state for state, _ in rows)
    days = LedgerStatus(**{"from": "2026-07-01"}, states=states, granted_seconds=(DAY,) * len(rows), **columns)
    found = count(days)
    assert found.lowest.busy <= found.highest.busy
    assert found.lowest.base == found.highest.base >= found.measured.base
    assert all(0 <= unavailable(days, day) <= DAY for day in range(len(rows)))
    if not found.unknown:
        assert found.lowest.busy <= found.measured.busy <= found.highest.busy
        assert found.lowest.base == found.measured.base
    if not found.unknown and not found.estimated:
        assert found.lowest == found.measured
    assert 0 <= found.coverage_percent <= 100


def test_status_is_in_device_seconds() -> None:
    told = status(count(used(31.4)))
    assert (told.busy_seconds, told.base_seconds) == (share(31.4, QUARTER), base_seconds(QUARTER))
    assert (told.percent, told.coverage_percent, told.counted_days) == ("31.4 %", 100, 92)
