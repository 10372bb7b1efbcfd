"""A known load comes out right: an idle minute, a full one, and half-duty ones of several rhythms."""

from __future__ import annotations

import pytest

from .conftest import Bench

UTIL, ENGINE = "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE"


def test_an_idle_minute_is_zero(bench: Bench) -> None:
    card = bench.machine.card()
    bench.machine.run(card, 41, 0)
    bench.seconds(62)
    assert bench.only(UTIL) == 0
    assert bench.only(ENGINE) == 0


def test_a_full_minute_is_a_hundred_percent(bench: Bench) -> None:
    bench.machine.run(bench.machine.card(), 41, 100)
    bench.seconds(62)
    assert bench.only(UTIL) == pytest.approx(100)
    assert bench.only(ENGINE) == pytest.approx(1)


@pytest.mark.parametrize("period", [0.5, 1.0, 2.0, 10.0, 60.0])
def test_a_half_duty_minute_is_fifty_whatever_its_rhythm(bench: Bench, period: float) -> None:
    bench.machine.run(bench.machine.card(), 41, 100, period=period, busy=period / 2)
    bench.seconds(62)
    assert bench.only(UTIL) == pytest.approx(50, abs=1)
    assert bench.only(ENGINE) == pytest.approx(0.5, abs=0.01)


def test_the_last_instant_alone_would_have_been_wrong(bench: Bench) -> None:
    bench.machine.run(bench.machine.card(), 41, 100, period=2, busy=1)
    bench.seconds(61)
    assert bench.machine.now % 2 >= 1, "The device is idle at this instant."
    assert bench.only(UTIL) == pytest.approx(50, abs=1)


def test_where_the_driver_keeps_no_samples_its_last_reading_is_taken_each_second(bench: Bench) -> None:
    card = bench.machine.card("Quadro", gpm=False)
    card.keeps_samples = 0
    bench.machine.run(card, 41, 100, period=10, busy=5)
    bench.seconds(60)
    assert bench.only(UTIL) == pytest.approx(50, abs=4)
    assert bench.series(ENGINE) == []


def test_two_scrapers_get_the_same_and_change_nothing(bench: Bench) -> None:
    bench.machine.run(bench.machine.card(), 41, 100, period=10, busy=5)
    bench.seconds(30)
    first, second = bench.text(), bench.text()
    bench.seconds(32)
    assert first == second
    assert bench.only(UTIL) == pytest.approx(50, abs=1)


def test_a_day_of_means_adds_up_to_the_load(bench: Bench) -> None:
    process = bench.machine.run(bench.machine.card(), 41, 0)
    bench.seconds(60)
    seen = 0.0
    for second in range(600):
        process.load.percent = 80 if 100 <= second < 400 else 0
        bench.seconds(1)
        if second % 30 == 29:
            seen += bench.only(UTIL) * 30
    assert seen == pytest.approx(300 * 80, rel=0.01)


def test_the_drivers_history_from_before_the_agent_is_not_counted(bench: Bench) -> None:
    bench.machine.run(bench.machine.card(), 41, 100, period=100, busy=20)
    bench.machine.now += 20
    bench.seconds(5)
    assert bench.only(UTIL) == 0


def test_power_and_memory(bench: Bench) -> None:
    card = bench.machine.card()
    card.milliwatts = 412_500
    card.copy.percent = 30
    bench.seconds(5)
    assert bench.only("DCGM_FI_DEV_POWER_USAGE") == pytest.approx(412.5)
    assert bench.only("DCGM_FI_DEV_MEM_COPY_UTIL") == pytest.approx(30)
    assert bench.only("DCGM_FI_PROF_DRAM_ACTIVE") == pytest.approx(0.3)
    assert (bench.only("DCGM_FI_DEV_FB_USED"), bench.only("DCGM_FI_DEV_FB_FREE")) == (2 * 1024, 78 * 1024)
