"""R14: a ledger as it would be with other set-up days. The amounts of each day are there, so its state can be told anew.

What cannot be told afterwards is Unknown: of a set-up day without requests nobody kept whether the exporters were alive.
"""

from __future__ import annotations

from datetime import date, timedelta

from tenure.api.programme import Measurement
from tenure.api.review import LedgerStatus
from tenure.rules.utilization import provided, unavailable

GAP, LOST = "CoverageGap", "Outage"
"""Reasons of days that were set-up days and are none any more."""


def first_access(ledger: LedgerStatus, window_start: date, set_up_days: int) -> date | None:
    """The day on which access was given, told from the set-up days at the ledger's beginning; None without any.

    A ledger that begins after its window begins with access. Where access was given before the window, the set-up days
    that are left tell the day.
    """
    left = len(ledger.states) - len(ledger.states.lstrip("S"))
    if not left:
        return None
    return ledger.from_ if ledger.from_ > window_start else ledger.from_ + timedelta(days=left - set_up_days)


def with_set_up(ledger: LedgerStatus, access: date | None, days: int, rules: Measurement) -> LedgerStatus:
    """The ledger where `days` from access on are set-up days. Without access there are none: it is as it was."""
    if access is None:
        return ledger
    states, reasons = "", dict(ledger.reasons)
    for number, state in enumerate(ledger.states):
        day = ledger.from_ + timedelta(days=number)
        inside = access <= day < access + timedelta(days=days)
        letter, reason = _state(ledger, number, state, rules, inside=inside)
        if letter != state:
            reasons.pop(day.isoformat(), None)
            reasons |= {day.isoformat(): reason} if reason else {}
        states += letter
    return ledger.model_copy(update={"states": states, "reasons": reasons})


def _state(ledger: LedgerStatus, day: int, state: str, rules: Measurement, *, inside: bool) -> tuple[str, str]:
    """The day's letter, and its reason where that is a new one."""
    if inside:
        return ("S" if state in "CU" else state), ""
    if state != "S":
        return state, ""
    if not provided(ledger, day):
        return "A", LOST
    requested = ledger.requested_seconds[day]
    expected = max(0, requested - unavailable(ledger, day)) if requested >= 0 else provided(ledger, day)
    seen = expected and ledger.measured_seconds[day] * 100 >= rules.minimum_day_coverage_percent * expected
    return ("C", "") if seen else ("U", GAP)
