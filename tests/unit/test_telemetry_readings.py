"""Whole seconds out of fractions: fair to each tenant, and never more than there was."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st
from tenure.telemetry.readings import _whole

SUMS = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 8 * 90_000), max_size=8)


@given(SUMS)
def test_no_second_is_made_and_nobody_loses_one(sums: dict[str, float]) -> None:
    whole = _whole(sums)
    assert whole.keys() == sums.keys()
    assert sum(whole.values()) <= sum(sums.values()) + 0.001
    assert all(abs(whole[tenant] - sums[tenant]) < 1.001 for tenant in sums)


@given(SUMS)
def test_what_is_left_goes_to_the_largest_fractions(sums: dict[str, float]) -> None:
    whole = _whole(sums)
    up = [math.modf(sums[t])[0] for t in sums if whole[t] > sums[t] + 0.001]
    down = [math.modf(sums[t])[0] for t in sums if whole[t] < sums[t] - 0.001]
    assert not up or not down or min(up) >= max(down) - 0.001


def test_noise_of_the_server_is_no_second() -> None:
    assert _whole({"a": 1151.99999, "b": 0.5}) == {"a": 1152, "b": 0}
