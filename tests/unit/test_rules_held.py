"""R16: use is measured against what was really held, not against what was entitled and waited for capacity."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from tenure.api.allocation import Held
from tenure.rules.grant import held_during

START, END = datetime(2026, 8, 10, tzinfo=UTC), datetime(2026, 8, 11, tzinfo=UTC)


def at(day: int, hour: int, devices: int) -> Held:
    return Held(since=datetime(2026, 8, day, hour, tzinfo=UTC), devices=devices)


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ((), []),
        ((at(11, 0, 4),), []),
        ((at(1, 0, 4),), [4]),
        ((at(10, 0, 4),), [4]),
        ((at(1, 0, 4), at(10, 0, 8)), [8]),
        ((at(1, 0, 4), at(10, 12, 8)), [4, 8]),
        ((at(1, 0, 8), at(9, 23, 4), at(12, 0, 8)), [4]),
        ((at(10, 12, 4),), [4]),
    ],
    ids=[
        "no record",
        "the record begins later",
        "held since long",
        "from the first instant of the day",
        "more from the first instant of the day",
        "more in the middle of the day",
        "less since the evening before",
        "first given in the middle of the day",
    ],
)
def test_what_was_held_during_a_day(record: tuple[Held, ...], found: list[int]) -> None:
    assert held_during(record, START, END) == found
