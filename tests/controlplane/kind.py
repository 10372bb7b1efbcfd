"""A cluster in containers, by kind, for machines with Docker or Podman.

Its own node is real; accelerator nodes are simulated by a kwok that runs beside it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from . import ControlPlaneError, binaries, kubectl, processes, toolchain
from .paths import SOURCE, say, tail

IMAGE = "kindest/node:v1.36.1"
FAKE_NODES = "kwok.x-k8s.io/node=fake"
STAGES = ("node/fast", "node/heartbeat-with-lease", "pod/fast")


def up(folder: Path, name: str, programs: Path) -> Path:
    """Create a kind cluster, start kwok against it and return its kubeconfig."""
    kubeconfig = folder / "kubeconfig"
    _kind(folder, "delete", "cluster", f"--name=tenure-{name}")
    _kind(folder, "create", "cluster", f"--name=tenure-{name}", f"--image={IMAGE}", "--wait=300s")
    start_kwok(folder, kubeconfig, programs)
    return kubeconfig


def healthy(folder: Path, programs: Path) -> bool:
    """Tell whether the cluster answers and its kwok runs."""
    kwok_runs = "kwok" in processes.running(folder / "bin").values()
    return kwok_runs and kubectl.ready(programs, folder / "kubeconfig")


def down(folder: Path, name: str) -> None:
    """Delete the kind cluster; where the container engine is gone there is nothing more to do."""
    try:
        _kind(folder, "delete", "cluster", f"--name=tenure-{name}")
    except ControlPlaneError:
        say(f"kind could not delete its cluster 'tenure-{name}'; it may be left in the container engine.")


def start_kwok(folder: Path, kubeconfig: Path, programs: Path) -> None:
    """Start a kwok that plays the kubelet for fake nodes and for nothing else."""
    stages = folder / "stages.yaml"
    stages.write_text("\n---\n".join(path.read_text() for path in _stage_files()))
    link, log = folder / "bin" / "kwok", folder / "kwok.log"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(programs / "kwok")
    arguments = [
        f"--kubeconfig={kubeconfig}",
        f"--config={stages}",
        "--manage-all-nodes=false",
        f"--manage-nodes-with-annotation-selector={FAKE_NODES}",
        "--node-lease-duration-seconds=200",
    ]
    processes.start(link, arguments, log)
    if processes.wait_until(lambda: not processes.running(link.parent), 2):
        raise ControlPlaneError(f"kwok ended while starting. Its log {log} ends:\n{tail(log)}")


def _stage_files() -> list[Path]:
    """Return kwok's own descriptions of how fake nodes and pods behave, from its Go module."""
    command = [str(toolchain.go()), "mod", "download", "-json", "sigs.k8s.io/kwok"]
    module = subprocess.run(command, cwd=SOURCE, capture_output=True, text=True, check=True)
    stages = Path(json.loads(module.stdout)["Dir"]) / "kustomize" / "stage"
    return sorted(path for stage in STAGES for path in (stages / stage).glob(f"{stage.split('/')[0]}-*.yaml"))


def _kind(folder: Path, *arguments: str) -> None:
    on_path = shutil.which("kind")
    kind = Path(on_path) if on_path else binaries.ensure(("kind",)) / "kind"
    processes.run(folder / "kind.log", kind, *arguments, f"--kubeconfig={folder / 'kubeconfig'}")
