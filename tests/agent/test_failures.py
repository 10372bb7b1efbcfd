"""What cannot be measured is said and never zero: no driver, a lost card, a silent kubelet, a driver that hangs."""

from __future__ import annotations

import asyncio
import logging

import pytest
from aiohttp.test_utils import TestClient, TestServer
from tenure.agent.server import application

from .conftest import Bench

UTIL = "DCGM_FI_DEV_GPU_UTIL"
UP, DEVICE_UP = "tenure_agent_up", "tenure_agent_device_up"
KUBELET_UP = "tenure_agent_pod_resources_up"


def test_without_a_driver_it_says_so_once_and_picks_it_up_when_it_comes(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bench.machine.loaded = False
    bench.machine.card()
    bench.seconds(25)
    assert bench.series(UP) == [({"reason": "NoDriver"}, 0)]
    assert "DCGM_FI" not in bench.text()
    assert bench.only(KUBELET_UP) == 1
    assert [record.message for record in caplog.records if "kernel module" in record.message] == [
        "The NVIDIA kernel module is not loaded. No device is measured until the driver answers; it is tried again and again."
    ]
    bench.machine.loaded = True
    bench.seconds(12)
    assert bench.series(UP) == [({"reason": ""}, 1)]
    assert len(bench.series(UTIL)) == 1


def test_a_driver_that_goes_takes_all_series_with_it_and_comes_back(bench: Bench) -> None:
    bench.machine.card()
    bench.seconds(3)
    bench.machine.loaded = False
    bench.seconds(1)
    assert bench.series(UP) == [({"reason": "NoDriver"}, 0)]
    assert (bench.series(UTIL), bench.series(DEVICE_UP)) == ([], [])
    bench.machine.loaded = True
    bench.seconds(12)
    assert len(bench.series(UTIL)) == 1


def test_a_card_that_falls_off_the_bus_loses_its_own_series_only(bench: Bench) -> None:
    lost, _ = bench.machine.card(), bench.machine.card()
    bench.seconds(3)
    lost.lost = 1
    for _ in range(3):
        bench.seconds(7)
        assert [labels["gpu"] for labels, _ in bench.series(UTIL)] == ["1"]
        assert {labels["gpu"]: value for labels, value in bench.series(DEVICE_UP)} == {"0": 0, "1": 1}
    assert bench.series(UP) == [({"reason": ""}, 1)]
    lost.lost = 0
    bench.seconds(12)
    assert {labels["gpu"]: value for labels, value in bench.series(DEVICE_UP)} == {"0": 1, "1": 1}
    assert [labels["gpu"] for labels, _ in bench.series(UTIL)] == ["0", "1"]


def test_while_the_kubelet_is_silent_no_device_is_nobodys(bench: Bench) -> None:
    bench.machine.run(bench.machine.card(), 41, 100)
    bench.kubelet.give("nvidia0", "team-a", "train-0")
    bench.seconds(5)
    assert bench.by_pod(UTIL) == {"train-0": 100}
    bench.kubelet.stop()
    bench.seconds(11)
    assert bench.only(KUBELET_UP) == 0
    assert "DCGM_FI" not in bench.text()
    assert bench.series(UP) == [({"reason": ""}, 1)]
    bench.kubelet.start()
    bench.seconds(3)
    assert bench.only(KUBELET_UP) == 1
    assert bench.by_pod(UTIL) == {"train-0": 100}


def test_the_kubelet_is_asked_every_ten_seconds(bench: Bench) -> None:
    bench.machine.card()
    bench.seconds(60)
    assert bench.kubelet.asked == 6


def test_a_reading_that_does_not_end_is_not_shown_for_ever(bench: Bench) -> None:
    bench.machine.card()
    bench.seconds(3)
    bench.steady += 16
    assert bench.series(UP) == [({"reason": "Stalled"}, 0)]
    assert "DCGM_FI" not in bench.text()


@pytest.mark.parametrize(("seconds", "status"), [(59, 200), (61, 503)])
def test_the_kubelet_is_told_when_a_reading_does_not_end(bench: Bench, seconds: float, status: int) -> None:
    bench.seconds(1)
    app = application(bench.node, lambda: bench.steady)
    bench.steady += seconds

    async def ask() -> tuple[int, str]:
        async with TestClient(TestServer(app)) as client:
            answer = await client.get("/healthz")
            return answer.status, await answer.text()

    found = asyncio.run(ask())
    assert found[0] == status
    assert ("hangs" in found[1]) == (status == 503)
