"""Whose a reading is: DCGM's labels for whole cards, MIG instances and nobody, and what happens when hands change."""

from __future__ import annotations

import pytest

from .conftest import Bench

UTIL, ENGINE = "DCGM_FI_DEV_GPU_UTIL", "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
POWER = "DCGM_FI_DEV_POWER_USAGE"
DEVICE = {
    "gpu": "0",
    "UUID": "GPU-00000000-1111-2222-3333-444444444444",
    "pci_bus_id": "00000000:1A:00.0",
    "device": "nvidia0",
    "modelName": "NVIDIA H200",
    "Hostname": "n1",
    "DCGM_FI_DRIVER_VERSION": "570.86.15",
}


def test_the_labels_are_dcgms_and_those_of_a_pod_are_absent_where_nobody_holds_the_device(bench: Bench) -> None:
    bench.machine.card()
    bench.machine.card("Tesla T4", gpm=False)
    bench.kubelet.give(DEVICE["UUID"], "team-a", "train-0")
    bench.seconds(3)
    held, free = sorted(bench.series(UTIL), key=lambda one: one[0]["gpu"])
    assert held[0] == DEVICE | {"container": "main", "namespace": "team-a", "pod": "train-0"}
    assert free[0].keys() == DEVICE.keys()
    assert free[0]["modelName"] == "Tesla T4"


def test_engine_activity_is_never_invented(bench: Bench) -> None:
    bench.machine.card()
    bench.machine.card("Tesla T4", gpm=False)
    bench.seconds(3)
    assert [labels["gpu"] for labels, _ in bench.series(ENGINE)] == ["0"]
    assert len(bench.series(UTIL)) == 2


@pytest.mark.parametrize("name", ["GPU-00000000-1111-2222-3333-444444444444", "nvidia0"])
def test_a_whole_card_is_known_by_its_uuid_and_by_its_device_file(bench: Bench, name: str) -> None:
    bench.machine.card()
    bench.kubelet.give(name, "team-a", "train-0")
    bench.seconds(3)
    assert bench.by_pod(UTIL).keys() == {"train-0"}


@pytest.mark.parametrize(
    ("resource", "pods"),
    [("nvidia.com/gpu.shared", {"train-0"}), ("nvidia.com/mig-1g.18gb", {"train-0"}), ("example.com/gpu", {""})],
)
def test_only_resources_of_the_pattern_hold_a_device(bench: Bench, resource: str, pods: set[str]) -> None:
    bench.machine.card()
    bench.kubelet.give("nvidia0", "team-a", "train-0", resource=resource)
    bench.seconds(3)
    assert bench.by_pod(UTIL).keys() == pods


def test_a_new_holder_does_not_get_the_load_of_the_one_before(bench: Bench) -> None:
    process = bench.machine.run(bench.machine.card(), 41, 100)
    bench.kubelet.give("nvidia0", "team-a", "train-0")
    bench.seconds(40)
    assert bench.by_pod(UTIL) == {"train-0": 100}
    process.load.percent = 0
    bench.kubelet.take("team-a", "train-0")
    bench.kubelet.give("nvidia0", "team-b", "serve-0")
    bench.seconds(12)
    assert bench.by_pod(UTIL) == {"serve-0": 0}


def test_a_card_that_two_pods_hold_whole_has_no_series(bench: Bench) -> None:
    # A kubelet before 1.34 lists the pod that has ended beside the one that got its device.
    bench.machine.run(bench.machine.card(), 41, 100)
    bench.kubelet.give("nvidia0", "team-a", "ended-0")
    bench.kubelet.give("nvidia0", "team-b", "runs-0")
    bench.seconds(5)
    assert bench.series(UTIL) == []
    bench.kubelet.take("team-a", "ended-0")
    bench.seconds(12)
    assert bench.by_pod(UTIL) == {"runs-0": 100}


@pytest.mark.parametrize("names", [("MIG-00000007-5555-6666-7777-888888888888",), ("nvidia0/gi7",)])
def test_each_mig_instance_has_its_own_load_and_holder(bench: Bench, names: tuple[str]) -> None:
    card = bench.machine.card(mig=True)
    bench.machine.divide(card, "1g.18gb", 7).engine.percent = 40
    bench.machine.divide(card, "2g.35gb", 3)
    bench.kubelet.give(names[0], "team-a", "train-0", resource="nvidia.com/mig-1g.18gb")
    bench.seconds(5)
    held, free = sorted(bench.series(ENGINE), key=lambda one: one[0]["GPU_I_ID"], reverse=True)
    assert held[0] == DEVICE | {"GPU_I_PROFILE": "1g.18gb", "GPU_I_ID": "7"} | {
        "container": "main",
        "namespace": "team-a",
        "pod": "train-0",
    }
    assert held[1] == pytest.approx(0.4)
    assert (free[0]["GPU_I_ID"], free[0].get("pod"), free[1]) == ("3", None, 0)
    assert [value for _, value in bench.series("DCGM_FI_DEV_FB_USED")] == [1024, 1024]


def test_a_card_in_mig_mode_tells_its_power_and_no_utilization(bench: Bench) -> None:
    bench.machine.divide(bench.machine.card(mig=True), "1g.18gb", 7)
    bench.seconds(5)
    assert bench.series(UTIL) == []
    assert [labels.get("GPU_I_ID") for labels, _ in bench.series(POWER)] == [None]


def test_mig_instances_are_found_when_they_are_made_and_end_when_they_are_removed(bench: Bench) -> None:
    card = bench.machine.card()
    bench.seconds(5)
    card.mig = 1
    bench.machine.divide(card, "1g.18gb", 7)
    bench.seconds(12)
    assert [labels["GPU_I_ID"] for labels, _ in bench.series(ENGINE)] == ["7"]
    assert {labels.get("GPU_I_ID", "") for labels, _ in bench.series("tenure_agent_device_up")} == {"", "7"}
    card.mig = card.instances = 0
    bench.seconds(12)
    assert [labels.get("GPU_I_ID") for labels, _ in bench.series(ENGINE)] == [None]
    assert len(bench.series("tenure_agent_device_up")) == 1
