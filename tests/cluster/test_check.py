"""`tenure check` as an admin runs it: before anything is installed, with a kubeconfig that may only read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from controlplane import nodes
from controlplane.ports import free_port
from controlplane.target import ControlPlane
from harness.centre import ROOT, Centre
from harness.operator_process import NAMESPACE

from .adopted import UNTIL, reader, tenure
from .awards import GPU, PRODUCT, accelerator, core, node, pod_spec, programme
from .client import Client, Manifest, eventually
from .conftest import control_plane

LAB = "check-lab"
CATALOGUE = ["--catalogue", str(ROOT / "manifests")]


@dataclass(frozen=True)
class Bare:
    """A cluster with a node, somebody who works on it, and no Tenure."""

    plane: ControlPlane
    admin: Client
    reader: Path

    def check(self, *arguments: str, who: Path | None = None) -> tuple[int, dict[str, list[Manifest]], str]:
        """Exit code, findings by what they are about, and what went to stderr."""
        done = tenure("check", *arguments, "-o", "json", kubeconfig=who or self.reader)
        findings: list[Manifest] = json.loads(done.stdout)["findings"] if done.stdout else []
        by_about: dict[str, list[Manifest]] = {}
        for one in findings:
            by_about.setdefault(one["about"], []).append(one)
        return done.returncode, by_about, done.stderr


@pytest.fixture(scope="module")
def bare() -> Iterator[Bare]:
    with control_plane(f"{os.environ.get('TENURE_PLANE', 'test')}-bare") as plane:
        admin = Client(plane.kubeconfig, plane.context)
        for name in (NAMESPACE, LAB):
            admin.apply(core("Namespace", name))
        nodes.create(plane, [node("gpu-1", "NVIDIA-A100-SXM4-40GB")])
        admin.create(core("ResourceQuota", "gpu", LAB, spec={"hard": {f"requests.{GPU}": "4"}}))
        eventually(lambda: admin.list(core("ServiceAccount", "", LAB))["items"], "the namespace is complete")
        admin.create(core("Pod", "train", LAB, spec=pod_spec(2)))
        eventually(lambda: admin.read(core("Pod", "train", LAB))["spec"].get("nodeName"), "it is placed")
        yield Bare(plane, admin, reader(plane, admin, NAMESPACE))


def test_before_anything_is_installed(bare: Bare) -> None:
    code, found, _ = bare.check(*CATALOGUE)
    assert code == 3
    assert [one["state"] for one in found["admission policies"]] == ["ok", "ok"]
    assert "not installed" in found["Tenure"][0]["text"]
    assert "8 allocatable nvidia.com/gpu: that is the capacity" in found["accelerator a100-40gb"][0]["text"]
    assert found["accelerator t4-16gb"][0]["state"] == "note"
    assert found["taint of a100-40gb"][0]["state"] == "ok"
    assert (
        f"2 of 8 are held by pods of 1 namespace outside of Tenure ({LAB} 2)"
        in found["devices of a100-40gb"][0]["text"]
    )
    assert f"({LAB}: gpu)" in found["limits of others"][0]["text"]
    assert "operator's rights" not in found


def test_without_a_catalogue_it_is_asked_for(bare: Bare) -> None:
    code, found, _ = bare.check()
    assert (code, found["catalogue"][0]["state"]) == (3, "missing")


def test_where_nothing_is_missing_only_what_was_not_asked_for_is_left_to_say(bare: Bare, tmp_path: Path) -> None:
    mine = accelerator("mine", capacity=6)
    mine["spec"]["nodeSelector"] = {PRODUCT: "NVIDIA-A100-SXM4-40GB"}
    rules = programme("rules", storage={"className": "keeps"})
    (tmp_path / "catalogue.yaml").write_text(yaml.safe_dump_all([mine, rules]))
    kept = {"provisioner": "none.example/none", "reclaimPolicy": "Retain", "allowVolumeExpansion": True}
    bare.admin.apply(core("StorageClass", "keeps", api_version="storage.k8s.io/v1", **kept))
    code, found, _ = bare.check("--catalogue", str(tmp_path / "catalogue.yaml"))
    states = {about: {one["state"] for one in some} for about, some in found.items()}
    assert states.pop("Prometheus") == {"unseen"}
    assert set().union(*states.values()) == {"ok", "note"}
    assert code == 3


def test_what_may_not_be_listed_is_said(bare: Bare) -> None:
    """An account with Kubernetes' own role view sees no nodes and no storage classes."""
    looks = reader(bare.plane, bare.admin, NAMESPACE, role="view")
    code, found, _ = bare.check(*CATALOGUE, who=looks)
    said = [one["text"] for some in found.values() for one in some if one["state"] == "unseen"]
    assert any("nodes" in text for text in said)
    assert any("storageclasses" in text for text in said)
    assert "accelerator a100-40gb" not in found
    assert "not installed" in found["Tenure"][0]["text"]  # the API server says so to everybody
    assert code == 3
    page = " ".join(tenure("check", *CATALOGUE, kubeconfig=looks).stdout.split())
    assert "What was not looked at may be missing as well." in page
    assert "Nothing is missing" not in page


def test_a_page_for_people_fits_the_terminal(bare: Bare) -> None:
    done = tenure("check", *CATALOGUE, kubeconfig=bare.reader)
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert "missing. Mend what is missing before anything is enforced." in done.stdout
    assert "\x1b" not in done.stdout


def test_a_prometheus_that_does_not_answer_is_missing(bare: Bare) -> None:
    code, found, _ = bare.check(*CATALOGUE, "--prometheus", f"http://127.0.0.1:{free_port()}")
    assert (code, found["Prometheus"][0]["state"]) == (3, "missing")


def test_a_real_prometheus_is_asked(bare: Bare) -> None:
    _, found, _ = bare.check(*CATALOGUE, "--prometheus", bare.plane.prometheus.url)
    assert found["Prometheus"][0]["state"] == "ok"
    assert found["retention"][0]["state"] == "ok"
    assert found["exporters of a100-40gb"][0]["state"] == "missing"


def test_adoption_can_be_planned_before_anything_is_installed(bare: Bare) -> None:
    words = ("adopt", LAB, "--organization", "hanbit", "--accelerator", "a100-40gb", "--until", UNTIL)
    done = tenure(*words, *CATALOGUE, kubeconfig=bare.reader)
    project, award = (one for one in yaml.safe_load_all(done.stdout) if one)
    assert (done.returncode, project["metadata"]["name"], award["spec"]["devices"]) == (0, LAB, 4)


def test_a_catalogue_that_cannot_be_read_is_told(bare: Bare, tmp_path: Path) -> None:
    assert bare.check("--catalogue", str(tmp_path / "none.yaml"))[2].startswith("tenure: ")
    (tmp_path / "empty.yaml").write_text("kind: Pod\n")
    assert "There is no Accelerator, Programme" in bare.check("--catalogue", str(tmp_path / "empty.yaml"))[2]


def test_once_it_is_installed_the_operators_rights_are_looked_at(bare: Bare) -> None:
    """Last of all: it installs Tenure."""
    Centre(bare.plane).install()
    _, found, _ = bare.check()
    assert [one["state"] for one in found["operator's rights"]] == ["ok"]
    assert "Tenure's kinds are installed." in found["Tenure"][0]["text"]
    assert "accelerator a100-40gb" in found
