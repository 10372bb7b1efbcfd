"""What the agent may do on a node, read from its manifest: each right that it has is one that it needs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tenure
import yaml
from tenure.agent import Settings

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def objects() -> dict[str, dict[str, Any]]:
    return {thing["kind"]: thing for thing in yaml.safe_load_all((ROOT / "manifests/agent.yaml").read_text())}


def test_it_has_no_say_in_the_cluster(objects: dict[str, dict[str, Any]]) -> None:
    assert objects.keys() == {"Namespace", "ServiceAccount", "DaemonSet"}, "No Role and no binding."
    assert objects["ServiceAccount"]["automountServiceAccountToken"] is False
    assert objects["DaemonSet"]["spec"]["template"]["spec"]["automountServiceAccountToken"] is False


def test_on_the_node_it_reads_two_folders_and_the_processes_and_has_no_capability(
    objects: dict[str, dict[str, Any]],
) -> None:
    pod = objects["DaemonSet"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["hostPID"] is True
    assert not {"hostNetwork", "hostIPC"} & pod.keys()
    assert all(mount["readOnly"] for mount in container["volumeMounts"])
    assert "nvidia.com/gpu" not in container["resources"]["limits"], "It takes no device from anybody."


def test_it_mounts_what_its_settings_name(objects: dict[str, dict[str, Any]]) -> None:
    pod = objects["DaemonSet"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
    settings = Settings()
    assert mounts == {str(settings.pod_resources.parent), str(settings.pod_logs)}
    assert container["ports"][0]["containerPort"] == settings.port
    assert container["image"] == f"tenure:{tenure.__version__}"


def test_it_lives_apart_from_the_operator_whose_namespace_stays_restricted(objects: dict[str, dict[str, Any]]) -> None:
    namespace = objects["Namespace"]["metadata"]
    operators = yaml.safe_load((ROOT / "manifests/namespace.yaml").read_text())["metadata"]
    level = "pod-security.kubernetes.io/enforce"
    assert (namespace["labels"][level], operators["labels"][level]) == ("privileged", "restricted")
    assert {thing["metadata"].get("namespace", namespace["name"]) for thing in objects.values()} == {namespace["name"]}
    assert namespace["name"] != operators["name"]


def test_the_documentation_has_every_setting_and_metric() -> None:
    from tenure.agent import metrics

    text = (ROOT / "docs/agent.md").read_text()
    names = [*metrics.MEANS, *metrics.LATEST, *metrics.STATE]
    assert [name for name in names if f"| `{name}`" not in text] == []
    settings = [f"TENURE_AGENT_{name.upper()}" for name in Settings.__dataclass_fields__]
    assert [name for name in settings if f"| `{name}` |" not in text] == []
