"""Builds the pinned programs with `go install`, and tells how far it is."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from . import ControlPlaneError, toolchain
from .paths import SOURCE, cache_root, say, tail

PACKAGES = {
    "etcd": "go.etcd.io/etcd/server/v3",
    "helm": "helm.sh/helm/v4/cmd/helm@v4.1.0",
    "kind": "sigs.k8s.io/kind@v0.31.0",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    "kubectl": "k8s.io/kubernetes/cmd/kubectl",
    "kwok": "sigs.k8s.io/kwok/cmd/kwok",
    "kwokctl": "sigs.k8s.io/kwok/cmd/kwokctl",
    "prometheus": "github.com/prometheus/prometheus/cmd/prometheus",
    "promtool": "github.com/prometheus/prometheus/cmd/promtool",
    "victoria-metrics": "github.com/VictoriaMetrics/VictoriaMetrics/app/victoria-metrics@v1.135.0",
}
KUBERNETES = "v1.36.3"
VERSIONED = ("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")
# Without the tag Prometheus would bring a client for every cloud; -s -w leave debug tables out.
FLAGS = (
    "-trimpath",
    "-tags=remove_all_sd",
    "-ldflags=-s -w " + " ".join(f"-X {package}.gitVersion={KUBERNETES}" for package in VERSIONED),
)
PROGRESS_SECONDS = 15


def build(names: Sequence[str], folder: Path) -> None:
    """Leave one executable per name in `folder`. The first build of all takes some minutes."""
    log = cache_root() / "bin" / "build.log"
    go = toolchain.go()
    say(
        f"Building from Go source: {', '.join(names)}. The first build of everything takes 4 to 8 minutes on "
        f"two cores, later ones seconds. The log is {log}."
    )
    started = time.monotonic()
    with log.open("wb") as output:
        for packages in _calls(names):
            command = [str(go), "install", *FLAGS, *packages]
            compiler = subprocess.Popen(command, cwd=SOURCE, env=_environment(folder), stdout=output, stderr=output)
            _watch(compiler, folder, names, started)
            if compiler.returncode:
                raise ControlPlaneError(f"'go install' failed. The log {log} ends:\n{tail(log)}")
    if "etcd" in names:  # go install names a program after its folder
        (folder / "server").replace(folder / "etcd")
    say(f"Built {len(names)} in {time.monotonic() - started:.0f} s.")


def _calls(names: Sequence[str]) -> list[list[str]]:
    """Sort packages into `go install` calls: those of our go.mod in one, each other one by itself."""
    packages = [PACKAGES[name] for name in names]
    ours = [package for package in packages if "@" not in package]
    return ([ours] if ours else []) + [[package] for package in packages if "@" in package]


def _environment(folder: Path) -> dict[str, str]:
    """Keep the person's proxies and Go caches, but none of the settings that would alter the result."""
    dropped = {"GOOS", "GOARCH", "GOFLAGS", "GOEXPERIMENT"}
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**kept, "GOBIN": str(folder), "CGO_ENABLED": "0", "GOWORK": "off", "GOTOOLCHAIN": "local"}


def _watch(compiler: subprocess.Popen[bytes], folder: Path, names: Sequence[str], started: float) -> None:
    """Wait for the compiler and say at least every 15 s where it stands; never leave it behind."""
    try:
        said = started
        while compiler.poll() is None:
            time.sleep(0.1)
            if time.monotonic() - said >= PROGRESS_SECONDS:
                said = time.monotonic()
                say(_progress(folder, names, said - started))
    finally:
        compiler.terminate()
        compiler.wait()


def _progress(folder: Path, names: Sequence[str], elapsed: float) -> str:
    there = sorted("etcd" if path.name == "server" else path.name for path in folder.iterdir())
    done = f"ready: {', '.join(there)}" if there else "sources are fetched and compiled"
    return f"{elapsed:.0f} s: {len(there)} of {len(names)} programs are built; {done}."
