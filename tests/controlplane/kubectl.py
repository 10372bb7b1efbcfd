"""Runs the pinned kubectl."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from . import ControlPlaneError

MESSAGE = 2000  # characters of a complaint that a person still wants to see


def run(programs: Path, kubeconfig: Path | None, *arguments: str, stdin: str | None = None) -> str:
    """Return the standard output of kubectl; raises ControlPlaneError with what it complained about.

    Without a `kubeconfig` the environment decides. With one, kubectl also keeps its memory of the API
    beside it: in the home folder it would outlive the cluster and mislead the next one at that port.
    """
    environment = dict(os.environ)
    if kubeconfig:
        environment |= {"KUBECONFIG": str(kubeconfig), "KUBECACHEDIR": str(kubeconfig.parent / "kubectl")}
    command = [str(programs / "kubectl"), *arguments]
    if not (programs / "kubectl").exists():
        raise ControlPlaneError(f"There is no kubectl in {programs}; 'python -m controlplane build' makes it.")
    done = subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ControlPlaneError(f"kubectl {' '.join(arguments)} failed: {done.stderr.strip()[-MESSAGE:]}")
    return done.stdout


def ready(programs: Path, kubeconfig: Path) -> bool:
    """Tell whether the API server says of itself that it is ready."""
    try:
        return run(programs, kubeconfig, "get", "--raw=/readyz", "--request-timeout=5s") == "ok"
    except ControlPlaneError:
        return False
