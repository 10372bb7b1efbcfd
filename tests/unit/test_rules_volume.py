"""R3: storage grows in steps, and a volume follows where it can."""

from __future__ import annotations

import pytest
from tenure.api.quantity import parse
from tenure.rules.volume import Volume, provided


def volume(granted: str, asked: str, there: str, *, expands: bool = True) -> Volume:
    return Volume(parse(granted), parse(asked), parse(there), "fast", expands)


@pytest.mark.parametrize(
    ("found", "grows", "reason"),
    [
        pytest.param(volume("10T", "10T", "10T"), False, "Provided", id="R3 as granted"),
        pytest.param(volume("20T", "10T", "10T"), True, "Growing", id="R3 it is to grow"),
        pytest.param(volume("20T", "20T", "10T"), False, "Growing", id="R3 it was asked to grow"),
        pytest.param(volume("20T", "20T", "20T"), False, "Provided", id="R3 it has grown"),
        pytest.param(volume("20T", "10T", "10T", expands=False), False, "ClassCannotExpand", id="R3 its class cannot"),
        pytest.param(volume("20T", "10T", "30T", expands=False), False, "Provided", id="R3 it was larger anyway"),
        pytest.param(
            volume("20T", "20T", "10T", expands=False), False, "Growing", id="R3 asked before the class forbade"
        ),
        pytest.param(volume("10T", "20T", "20T"), False, "Provided", id="R22 it never shrinks"),
        pytest.param(volume("0", "20T", "20T"), False, "Provided", id="R22 all storage was given back"),
        pytest.param(volume("20T", "10T", "0"), False, "Pending", id="R3 no volume is bound"),
    ],
)
def test_growth(found: Volume, grows: bool, reason: str) -> None:
    assert found.grows is grows
    assert provided(found).reason == reason


def test_where_the_namespace_has_claims_of_its_own_none_is_made() -> None:
    said = provided(None)
    assert (said.status, said.reason) == (True, "OwnClaims")


def test_what_the_api_server_says_against_growth_is_passed_on() -> None:
    said = provided(volume("20T", "10T", "10T"), "exceeded quota: theirs")
    assert (said.reason, "exceeded quota: theirs" in said.message) == ("Pending", True)
