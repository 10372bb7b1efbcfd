"""The backfilled text is what dcgm-exporter and kube-state-metrics write, as Prometheus stores it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from harness.exposition import DCGM, GPU_UTIL, Device, Pod, constant, load, pod_requests, write

DEVICE = Device("GPU-0a", "n1")
POD = Pod("team-a", "train-0")


def test_a_held_device_scraped_without_honor_labels() -> None:
    (line,) = load(DEVICE, [(60, 0.381124)], POD).lines()
    assert line == (
        'DCGM_FI_PROF_GR_ENGINE_ACTIVE{gpu="0",UUID="GPU-0a",pci_bus_id="00000000:1A:00.0",device="nvidia0",'
        'modelName="NVIDIA A100-SXM4-40GB",Hostname="n1",DCGM_FI_DRIVER_VERSION="535.129.03",'
        'exported_container="main",exported_namespace="team-a",exported_pod="train-0",'
        'container="nvidia-dcgm-exporter",instance="n1:9400",job="nvidia-dcgm-exporter",'
        'namespace="gpu-operator",pod="nvidia-dcgm-exporter-eb795"} 0.381124 60'
    )


def test_with_honor_labels_the_tenant_keeps_the_plain_label() -> None:
    held = load(DEVICE, [], POD, job=replace(DCGM, honor_labels=True)).labels
    free = load(DEVICE, [], job=replace(DCGM, honor_labels=True)).labels
    assert (held["namespace"], free["namespace"]) == ("team-a", "gpu-operator")
    assert "exported_namespace" not in held


def test_labels_of_pods_are_absent_and_not_empty_when_nobody_holds_the_device() -> None:
    assert not [name for name in load(DEVICE, []).labels if name.startswith("exported_")]


def test_families_are_written_together_and_end_with_eof(tmp_path: Path) -> None:
    series = [load(DEVICE, [(60, 87)], metric=GPU_UTIL), *pod_requests(POD, 4, [60]), load(DEVICE, [(60, 1)])]
    text = write(tmp_path / "day.om", [*series, load(DEVICE, [(120, 88)], POD, GPU_UTIL)]).read_text()
    lines = text.splitlines()
    assert [line.split()[2] for line in lines if line.startswith("# TYPE")] == sorted({one.metric for one in series})
    assert [line.rsplit("} ")[1] for line in lines if line.startswith(GPU_UTIL)] == ["87 60", "88 120"]
    assert 'resource="nvidia_com_gpu",unit="integer"' in text
    assert lines[-1] == "# EOF"
    assert constant(1, [60, 120]) == [(60, 1), (120, 1)]
