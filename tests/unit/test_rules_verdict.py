"""R17: the decision table, with its edges exact to the device-second."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.programme import Outcome
from tenure.rules.utilization import Ratio, counts
from tenure.rules.verdict import band, is_cut, outcome
from unit.build import AICA, DEFAULT, QUARTER, base_seconds, used

BANDS = DEFAULT.spec.review.bands
BASE = base_seconds(QUARTER)


def test_both_programmes_have_the_table_of_r17() -> None:
    assert AICA.spec.review.bands == BANDS
    assert [row.from_percent for row in BANDS] == [50, 5, 0]


@pytest.mark.parametrize(
    ("percent", "less", "adequate", "is_"),
    [
        pytest.param(62, 0, True, "Increase", id="R17 50 % or more, adequate: increase"),
        pytest.param(62, 0, False, "Continue", id="R17 50 % or more, inadequate: continue"),
        pytest.param(31, 0, True, "Continue", id="R17 5 to 50 %, adequate: continue"),
        pytest.param(31, 0, False, "Reduce", id="R17 5 to 50 %, inadequate: reduce"),
        pytest.param(3, 0, True, "Reduce", id="R17 below 5 %, adequate: reduce"),
        pytest.param(3, 0, False, "Revoke", id="R17 below 5 %, inadequate: revoke"),
        pytest.param(50, 0, True, "Increase", id="R17 exactly 50 %, adequate"),
        pytest.param(50, 0, False, "Continue", id="R17 exactly 50 %, inadequate"),
        pytest.param(50, 1, True, "Continue", id="R17 one device-second below 50 %, adequate"),
        pytest.param(50, 1, False, "Reduce", id="R17 one device-second below 50 %, inadequate"),
        pytest.param(5, 0, True, "Continue", id="R17 exactly 5 %, adequate"),
        pytest.param(5, 0, False, "Reduce", id="R17 exactly 5 %, inadequate"),
        pytest.param(5, 1, True, "Reduce", id="R17 one device-second below 5 %, adequate"),
        pytest.param(5, 1, False, "Revoke", id="R17 one device-second below 5 %, inadequate"),
        pytest.param(0, 0, False, "Revoke", id="R17 nothing at all"),
        pytest.param(300, 0, True, "Increase", id="R16 R17 300 %, all day and night"),
    ],
)
def test_the_table(percent: int, less: int, adequate: bool, is_: Outcome) -> None:
    measured = counts(used(percent, less=less), DEFAULT.spec.measurement).measured
    assert outcome(BANDS, measured, adequate=adequate) == is_


@pytest.mark.parametrize(
    ("is_", "cut"),
    [
        pytest.param("Increase", False, id="R17 increase"),
        pytest.param("Continue", False, id="R17 continue"),
        pytest.param("Reduce", True, id="R17 reduce"),
        pytest.param("Revoke", True, id="R17 revoke"),
    ],
)
def test_what_takes_something(is_: Outcome, cut: bool) -> None:
    assert is_cut(is_) is cut


@given(st.integers(0, 3 * BASE), st.integers(0, 3 * BASE))
def test_more_use_is_never_to_the_tenants_cost(one: int, other: int) -> None:
    less, more = (band(BANDS, Ratio(busy, BASE)).from_percent for busy in sorted((one, other)))
    assert less <= more
