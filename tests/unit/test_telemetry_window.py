"""Days tile time without gap or overlap, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.telemetry.window import Window, day_bounds

ZONES = ("Asia/Seoul", "UTC", "Europe/Berlin", "America/Havana", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe")


@pytest.mark.parametrize(
    ("zone", "day", "start", "hours"),
    [
        ("Asia/Seoul", date(2026, 7, 7), datetime(2026, 7, 6, 15, tzinfo=UTC), 24),
        ("Europe/Berlin", date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        ("Europe/Berlin", date(2026, 10, 25), datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        ("America/Havana", date(2026, 3, 8), datetime(2026, 3, 8, 5, tzinfo=UTC), 23),  # its midnight never was
        ("America/Havana", date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC), 25),  # its midnight was twice
    ],
)
def test_a_day_has_as_many_hours_as_the_clocks_gave_it(zone: str, day: date, start: datetime, hours: int) -> None:
    window = Window(*day_bounds(day, zone))
    assert window == Window(start, start + timedelta(hours=hours))
    assert window.seconds == hours * 3600


@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.sampled_from(ZONES))
def test_days_tile_time(day: date, zone: str) -> None:
    start, end = day_bounds(day, zone)
    assert end == day_bounds(day + timedelta(days=1), zone)[0]
    assert timedelta(hours=22) < end - start < timedelta(hours=26)
    assert start.timestamp() % 60 == 0


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(ZONES), st.integers(0, 5))
def test_halves_tile_their_window_at_whole_minutes(day: date, zone: str, times: int) -> None:
    windows = [Window(*day_bounds(day, zone))]
    for _ in range(times):
        windows = [half for window in windows for half in window.halves()]
    assert sum(window.seconds for window in windows) == Window(*day_bounds(day, zone)).seconds
    assert all(before.end == after.start for before, after in pairwise(windows))
    assert all(window.start.timestamp() % 60 == 0 for window in windows)
