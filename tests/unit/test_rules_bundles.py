"""R1, R3, R17: bundles, the ladder up and down, and what an award amounts to."""

from __future__ import annotations

import pytest
from tenure.api.allocation import Grant
from tenure.rules import bundles
from unit.build import A100, ACCELERATORS, DEFAULT, allocation

T4 = ACCELERATORS["t4-16gb"]


@pytest.mark.parametrize(
    ("devices", "down"),
    [
        pytest.param(8, 4, id="R17 A100 8 to 4"),
        pytest.param(4, 2, id="R17 below the offer"),
        pytest.param(2, 1, id="R17 to the lowest rung"),
        pytest.param(1, 1, id="R17 on the lowest rung nothing changes"),
        pytest.param(6, 4, id="R17 from between two rungs"),
    ],
)
def test_one_rung_down(devices: int, down: int) -> None:
    assert bundles.one_down(A100.spec, devices) == down


@pytest.mark.parametrize(
    ("devices", "most", "up"),
    [
        pytest.param(2, 4, 4, id="R17 T4 2 to 4"),
        pytest.param(2, 8, 8, id="R17 or more"),
        pytest.param(2, 7, 4, id="R1 whole bundles only"),
        pytest.param(2, 3, 2, id="R1 no rung in between"),
        pytest.param(8, 16, 8, id="R1 the largest"),
        pytest.param(4, 2, 4, id="R1 never down"),
    ],
)
def test_up_the_ladder(devices: int, most: int, up: int) -> None:
    assert bundles.largest_up_to(T4.spec, devices, most) == up


def test_the_offer_is_listed_smallest_first() -> None:
    assert bundles.offered(T4.spec) == [2, 4, 8]
    assert bundles.offered(A100.spec) == [4, 8]


@pytest.mark.parametrize(
    ("devices", "storage", "is_"),
    [
        pytest.param(
            8, "20T", Grant(devices=8, cpu="92", memory="1800G", storage="20T"), id="R1 R3 a bundle and storage"
        ),
        pytest.param(4, "0", Grant(devices=4, cpu="48", memory="900G"), id="R1 a bundle"),
        pytest.param(4, "10000G", Grant(devices=4, cpu="48", memory="900G", storage="10T"), id="R3 in other words"),
        pytest.param(0, "30T", Grant(cpu="4", memory="16G", storage="30T"), id="R3 storage only"),
    ],
)
def test_what_an_award_amounts_to(devices: int, storage: str, is_: Grant) -> None:
    given = allocation(devices=devices, storage=storage)
    assert bundles.award(given.spec, A100.spec, DEFAULT.spec.tenancy) == is_


def test_without_the_accelerator_there_are_no_devices() -> None:
    given = allocation(devices=8, storage="10T")
    assert bundles.award(given.spec, None, DEFAULT.spec.tenancy).devices == 0


def test_another_rung_keeps_the_storage() -> None:
    before = Grant(devices=8, cpu="92", memory="1800G", storage="20T")
    assert bundles.with_devices(before, A100.spec, 2) == Grant(devices=2, cpu="24", memory="450G", storage="20T")
    assert bundles.with_devices(before, A100.spec, 0) == Grant(storage="20T")
