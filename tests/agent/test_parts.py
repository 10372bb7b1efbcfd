"""The parts alone: the kubelet's wire format, cgroups, device ids, windows and settings."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from tenure.agent.holding import split_id
from tenure.agent.podresources import Holder, Response, claims
from tenure.agent.processes import Not, Pod, Processes, pod_uid
from tenure.agent.settings import Settings
from tenure.agent.window import Reading, Window

from .kubelet import Kubelet

WIRE = (
    "0aaa010a07747261696e2d3012067465616d2d611a96010a046d61696e12270a0e6e76696469612e636f6d2f67707512"
    "084750552d313a3a3012054750552d321a040a0208011a040102ac0222120a066d656d6f72791080808080201a020a00"
    "2a4b1201631a067465616d2d61223e0a210a1f6b38732e6770752e6e76696469612e636f6d2f6465766963653d677075"
    "2d30120e6770752e6e76696469612e636f6d1a026e3122056770752d30"
)


def test_the_kubelets_bytes_are_understood_with_all_that_is_not_asked_for() -> None:
    # Made by protoc from the api.proto of Kubernetes 1.36, with CPUs, memory, NUMA nodes and a dynamic resource besides.
    answer = Response.FromString(bytes.fromhex(WIRE))
    [pod] = answer.pod_resources
    [container] = pod.containers
    [devices] = container.devices
    assert (pod.namespace, pod.name, container.name) == ("team-a", "train-0", "main")
    assert (devices.resource_name, list(devices.device_ids)) == ("nvidia.com/gpu", ["GPU-1::0", "GPU-2"])


def test_claims_name_the_container_and_skip_other_resources(tmp_path: Path) -> None:
    kubelet = Kubelet(tmp_path)
    kubelet.give("GPU-1", "team-a", "train-0", container="worker")
    kubelet.give("rngd0", "team-a", "train-0", resource="furiosa.ai/rngd")
    kubelet.start()
    found = claims(kubelet.socket, re.compile(r"nvidia\.com/.+"))
    kubelet.stop()
    assert found == [("GPU-1", Holder("team-a", "train-0", "worker"))]


@pytest.mark.parametrize(
    ("given", "name", "replica"),
    [
        ("GPU-1", "GPU-1", ""),
        ("GPU-1::2", "GPU-1", "2"),
        ("MIG-9::0", "MIG-9", "0"),
        ("nvidia0", "nvidia0", ""),
        ("nvidia0/gi3", "nvidia0/gi3", ""),
        ("nvidia0/vgpu1", "nvidia0", "1"),
        ("nvidia0/gi3/vgpu1", "nvidia0/gi3", "1"),
    ],
)
def test_a_replica_is_told_from_the_device(given: str, name: str, replica: str) -> None:
    assert split_id(given) == (name, replica)


UID = "0a1b2c3d-0000-4000-8000-00000000cafe"


@pytest.mark.parametrize(
    ("cgroup", "uid"),
    [
        (f"0::/../../kubepods-besteffort-pod{UID.replace('-', '_')}.slice/cri-containerd-1.scope\n", UID),
        (f"0::/kubepods.slice/kubepods-pod{UID.replace('-', '_')}.slice/crio-1.scope/container\n", UID),
        (f"12:pids:/kubepods/burstable/pod{UID}/1\n1:name=systemd:/kubepods/burstable/pod{UID}/1\n", UID),
        (f"0::/kubepods.slice/kubepods-pod{UID.replace('-', '')}.slice/1.scope\n", UID.replace("-", "")),
        ("0::/system.slice/kubelet.service\n", None),
        ("0::/\n", None),
    ],
)
def test_the_pod_is_read_from_the_cgroup(cgroup: str, uid: str | None) -> None:
    assert pod_uid(cgroup) == uid


def test_a_process_is_looked_up_by_the_name_of_its_pods_logs(tmp_path: Path) -> None:
    kubelet = Kubelet(tmp_path)
    processes = Processes(kubelet.proc, kubelet.pod_logs)
    kubelet.process(7, "team-a", "train-0")
    kubelet.process(8, "team-b", "serve-0", named=False)
    kubelet.node_process(9)
    assert [processes.pod(pid) for pid in (7, 8, 9, 10)] == [
        Pod("team-a", "train-0"),
        Not.KNOWN,
        Not.A_PODS,
        Not.THERE,
    ]
    (kubelet.pod_logs / f"team-c_late-0_{UID}").mkdir()
    kubelet.node_process(11, f"0::/kubepods.slice/kubepods-pod{UID.replace('-', '_')}.slice/1.scope\n")
    assert processes.pod(11) == Pod("team-c", "late-0")


def test_a_reading_weighs_as_much_as_the_time_it_stands_for() -> None:
    window = Window(60)
    window.add(Reading(10, 1, 100))
    window.add(Reading(13, 3, 0))
    assert window.mean(13) == 25
    assert window.mean(71) == 0
    assert window.mean(74) is None


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_environment(
        {"TENURE_AGENT_PORT": "9500", "TENURE_AGENT_NODE": "n7", "TENURE_AGENT_RESOURCE_NAMES": "nvidia[.]com/.*"}
    )
    assert (settings.port, settings.node, settings.window_seconds) == (9500, "n7", 60)
    assert settings.resource_names.fullmatch(f"nvidia.com/{uuid4()}")
    assert Settings.from_environment({}).port == 9400


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "0"), ("PORT", "http"), ("PORT", "70000"), ("WINDOW_SECONDS", "5"), ("RESOURCE_NAMES", "(")],
)
def test_a_bad_setting_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"TENURE_AGENT_{name} is "):
        Settings.from_environment({f"TENURE_AGENT_{name}": value})
