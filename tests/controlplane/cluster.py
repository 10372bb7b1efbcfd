"""A cluster out of the real servers, started by kwokctl as plain processes on loopback ports.

Its nodes and the running of its pods are simulated by kwok; everything else is what a centre runs.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from . import ControlPlaneError, kubectl, processes
from .paths import tail

COMPONENTS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller")
START_SECONDS = 120


@dataclass(frozen=True)
class Settings:
    """What a caller may alter: components left out, and arguments added to a component's command line.

    `extra_args` maps component to argument (without the leading hyphens) to value.
    """

    without: tuple[str, ...] = ()
    extra_args: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def components(self) -> list[str]:
        """Return the names of the components that run."""
        return [name for name in COMPONENTS if name not in self.without]


def up(folder: Path, name: str, settings: Settings, programs: Path) -> Path:
    """Start a new cluster in the empty `folder` and return its kubeconfig once its servers answer."""
    kubeconfig, log = folder / "kubeconfig", folder / "kwokctl.log"
    written = folder / "kwokctl.yaml"
    written.write_text(yaml.safe_dump(configuration(settings, programs)))
    create = [str(programs / "kwokctl"), "create", "cluster"]
    with log.open("wb") as output:
        kwokctl = subprocess.Popen(
            [*create, f"--name={name}", f"--config={written}", f"--kubeconfig={kubeconfig}"],
            env=_environment(folder, programs),
            stdout=output,
            stderr=output,
        )
    try:
        _await(folder, name, lambda: kwokctl.poll() is not None)
    finally:
        kwokctl.kill()
        kwokctl.wait()
    if kwokctl.returncode:
        raise ControlPlaneError(f"kwokctl could not start the cluster. Its log {log} ends:\n{tail(log)}")
    _await(folder, name, lambda: _serves(kubeconfig, settings, programs))
    return kubeconfig


def healthy(folder: Path, name: str, settings: Settings, programs: Path) -> bool:
    """Tell whether every component runs and the API server answers."""
    alive = set(processes.running(_home(folder, name) / "bin").values())
    return alive >= set(settings.components()) and _serves(folder / "kubeconfig", settings, programs)


def _home(folder: Path, name: str) -> Path:
    """Return where kwokctl keeps a cluster: links to programs, process ids, logs, keys, etcd's data."""
    return folder / "kwok" / "clusters" / name


def _environment(folder: Path, programs: Path) -> dict[str, str]:
    """Our kubectl comes first on PATH, because kwokctl would otherwise download one."""
    path = f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "HOME": str(folder), "KWOK_WORKDIR": str(folder / "kwok")}


def configuration(settings: Settings, programs: Path) -> dict[str, Any]:
    """Return what kwokctl is told: plain processes, loopback addresses, our programs, no downloads."""
    return {
        "apiVersion": "config.kwok.x-k8s.io/v1alpha1",
        "kind": "KwokctlConfiguration",
        "options": {
            "runtime": "binary",
            "bindAddress": "127.0.0.1",
            "components": settings.components(),
            "etcdBinary": str(programs / "etcd"),
            "kubeApiserverBinary": str(programs / "kube-apiserver"),
            "kubeControllerManagerBinary": str(programs / "kube-controller-manager"),
            "kubeSchedulerBinary": str(programs / "kube-scheduler"),
            "kwokControllerBinary": str(programs / "kwok"),
        },
        "componentsPatches": [
            {"name": component, "extraArgs": [{"key": key, "value": value} for key, value in arguments.items()]}
            for component, arguments in settings.extra_args.items()
        ],
    }


def _serves(kubeconfig: Path, settings: Settings, programs: Path) -> bool:
    """The API server is ready and the controller manager, if there is one, has begun its work."""
    if not kubectl.ready(programs, kubeconfig):
        return False
    if "kube-controller-manager" in settings.without:
        return True
    try:
        kubectl.run(programs, kubeconfig, "get", "serviceaccount", "default", "--namespace=default")
    except ControlPlaneError:
        return False
    return True


def _await(folder: Path, name: str, condition: Callable[[], bool]) -> None:
    """Wait for `condition`; give up as soon as a component has died, and say which one and why."""
    deadline = time.monotonic() + START_SECONDS
    while not condition():
        dead = _dead(_home(folder, name))
        if dead:
            raise ControlPlaneError(_obituary(_home(folder, name), dead[0], "ended while starting"))
        if time.monotonic() > deadline:
            trouble = f"did not become ready within {START_SECONDS} s"
            raise ControlPlaneError(_obituary(_home(folder, name), "kube-apiserver", trouble))
        time.sleep(0.1)


def _dead(home: Path) -> list[str]:
    """Return the components that were started and no longer run, causes before consequences."""
    started = {path.stem for path in (home / "pids").glob("*.pid")}
    lost = started - set(processes.running(home / "bin").values())
    return [name for name in COMPONENTS if name in lost]


def _obituary(home: Path, component: str, trouble: str) -> str:
    log = home / "logs" / f"{component}.log"
    return f"The cluster did not come up: {component} {trouble}. Its log {log} ends:\n{tail(log)}"
