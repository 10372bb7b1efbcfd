"""Time-sliced devices: each pod's own utilization beside the device's, and what is done where nobody can tell."""

from __future__ import annotations

import pytest

from .conftest import Bench
from .machine import Card

UTIL, ENGINE = "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
UUID = "GPU-00000000-1111-2222-3333-444444444444"


def shared(bench: Bench, *, tells: bool = True) -> Card:
    """A card whose replicas train-0 and serve-0 hold."""
    card = bench.machine.card(tells=tells)
    bench.kubelet.give(f"{UUID}::0", "team-a", "train-0")
    bench.kubelet.give(f"{UUID}::2", "team-b", "serve-0")
    return card


def test_each_pod_has_its_own_utilization_and_the_device_keeps_its_series(bench: Bench) -> None:
    card = shared(bench)
    bench.machine.run(card, 41, 60)
    bench.machine.run(card, 42, 10)
    bench.machine.run(card, 43, 20, period=10, busy=5)
    bench.kubelet.process(41, "team-a", "train-0")
    bench.kubelet.process(42, "team-b", "serve-0", systemd=False)
    bench.kubelet.process(43, "team-b", "serve-0")
    bench.seconds(62)
    assert bench.by_pod(UTIL) == pytest.approx({"": 80, "train-0": 60, "serve-0": 20}, abs=1)
    assert bench.by_pod("DCGM_FI_DEV_FB_USED") == {"": 2048, "train-0": 3072, "serve-0": 6144}


def test_half_duty_of_one_pod_is_its_own(bench: Bench) -> None:
    card = shared(bench)
    bench.machine.run(card, 41, 100, period=10, busy=5)
    bench.kubelet.process(41, "team-a", "train-0")
    bench.seconds(62)
    assert bench.by_pod(UTIL) == pytest.approx({"": 50, "train-0": 50, "serve-0": 0}, abs=1.5)


def test_a_pod_without_a_process_is_idle(bench: Bench) -> None:
    shared(bench)
    bench.seconds(5)
    assert bench.by_pod(UTIL) == {"": 0, "train-0": 0, "serve-0": 0}


def test_a_pod_with_two_containers_on_a_device_has_one_series(bench: Bench) -> None:
    card = shared(bench)
    bench.kubelet.give(f"{UUID}::3", "team-a", "train-0", container="helper")
    bench.machine.run(card, 41, 60)
    bench.kubelet.process(41, "team-a", "train-0")
    bench.seconds(5)
    assert sorted((labels.get("pod", ""), labels.get("container", "")) for labels, _ in bench.series(UTIL)) == [
        ("", ""),
        ("serve-0", "main"),
        ("train-0", "helper"),
    ]


def test_what_nothing_tells_apart_each_replica_has_whole_as_with_dcgm(bench: Bench) -> None:
    card = shared(bench)
    bench.kubelet.give(f"{UUID}::1", "team-a", "train-0")
    bench.machine.run(card, 41, 60)
    bench.kubelet.process(41, "team-a", "train-0")
    bench.seconds(5)
    assert sorted((labels["vgpu"], labels["pod"], round(value, 3)) for labels, value in bench.series(ENGINE)) == [
        ("0", "train-0", 0.6),
        ("1", "train-0", 0.6),
        ("2", "serve-0", 0.6),
    ]
    assert not any("vgpu" in labels for labels, _ in bench.series(UTIL))


def test_where_the_driver_does_not_tell_processes_apart_every_pod_gets_the_devices_value(bench: Bench) -> None:
    bench.machine.run(shared(bench, tells=False), 41, 60)
    bench.seconds(5)
    assert bench.by_pod(UTIL) == {"train-0": 60, "serve-0": 60}


def test_under_mps_the_load_of_its_server_makes_no_pod_idle(bench: Bench) -> None:
    card = shared(bench)
    card.mps = 1
    bench.machine.run(card, 41, 60)
    bench.kubelet.process(41, "nvidia-device-plugin", "mps-control-daemon-x")
    bench.seconds(5)
    assert bench.by_pod(UTIL) == {"train-0": 60, "serve-0": 60}


def test_a_replica_of_a_mig_instance_gets_the_instances_value(bench: Bench) -> None:
    bench.machine.divide(bench.machine.card(mig=True), "1g.18gb", 7).engine.percent = 40
    bench.kubelet.give("nvidia0/gi7/vgpu0", "team-a", "train-0")
    bench.kubelet.give("nvidia0/gi7/vgpu1", "team-b", "serve-0")
    bench.seconds(5)
    assert bench.by_pod(ENGINE) == pytest.approx({"train-0": 0.4, "serve-0": 0.4})


def test_load_of_the_node_itself_is_nobodys(bench: Bench) -> None:
    card = shared(bench)
    bench.machine.run(card, 41, 60)
    bench.kubelet.node_process(41)
    bench.seconds(5)
    assert bench.by_pod(UTIL) == {"": 60, "train-0": 0, "serve-0": 0}


@pytest.mark.parametrize("why", ["no name for the UID", "the node's processes are not seen"])
def test_a_process_that_nobody_can_name_makes_no_pod_idle(bench: Bench, why: str) -> None:
    bench.machine.run(shared(bench), 41, 60)
    if why == "no name for the UID":
        bench.kubelet.process(41, "team-a", "train-0", named=False)
    bench.seconds(5)
    assert bench.by_pod(UTIL) == {"": 60}


def test_a_device_that_is_busy_without_a_process_makes_no_pod_idle(bench: Bench) -> None:
    card = shared(bench)
    bench.machine.run(card, 0, 60)  # The driver lists it and the binding drops what has no process id.
    bench.kubelet.node_process(0)
    bench.seconds(5)
    assert bench.by_pod(UTIL) == {"": 60}


def test_wild_entries_of_the_drivers_buffer_are_dropped(bench: Bench) -> None:
    card = shared(bench)
    card.wild = 1
    bench.machine.run(card, 41, 60)
    bench.kubelet.process(41, "team-a", "train-0")
    bench.seconds(5)
    assert bench.by_pod(UTIL) == {"": 60, "train-0": 60, "serve-0": 0}


def test_a_pod_that_leaves_a_shared_device_has_no_series_any_more(bench: Bench) -> None:
    shared(bench)
    bench.seconds(5)
    bench.kubelet.take("team-b", "serve-0")
    bench.seconds(12)
    assert bench.by_pod(UTIL) == {"": 0, "train-0": 0}


def test_a_device_that_is_shared_again_begins_anew(bench: Bench) -> None:
    card = shared(bench)
    bench.machine.run(card, 41, 10)
    bench.kubelet.process(41, "team-a", "train-0")
    bench.seconds(5)
    bench.kubelet.take("team-a", "train-0")
    bench.kubelet.take("team-b", "serve-0")
    bench.seconds(60)
    bench.kubelet.give(f"{UUID}::0", "team-a", "train-0")
    shares = []
    for _ in range(12):
        bench.seconds(1)
        shares.append(bench.by_pod(UTIL).get("train-0"))
    assert shares[0] is None
    assert [share for share in shares if share is not None and share > 12] == []
    assert shares[-1] == pytest.approx(10, abs=2)
