"""Any running cluster, by kubeconfig, and only if its context is named on purpose."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from . import ControlPlaneError, kubectl
from .paths import MADE_BY, say


def chosen_context(environment: Mapping[str, str] = os.environ) -> str:
    """Return the name of the context to use; refuse to guess one."""
    missing = [name for name in ("KUBECONFIG", "TENURE_CONTEXT") if not environment.get(name)]
    if missing:
        raise ControlPlaneError(
            f"CLUSTER=existing needs {' and '.join(missing)} in the environment. What runs there creates and "
            "deletes objects all over the cluster, so none is guessed: set KUBECONFIG to a kubeconfig file "
            "and TENURE_CONTEXT to the name of the context in it that may be used."
        )
    return environment["TENURE_CONTEXT"]


def up(folder: Path, programs: Path, context: str) -> Path:
    """Write a kubeconfig that holds the chosen context and no other; the cluster must answer."""
    kubeconfig = folder / "kubeconfig"
    view = ("config", "view", "--raw", "--minify", "--flatten", f"--context={context}")
    only_this = kubectl.run(programs, None, *view)
    kubeconfig.touch(mode=0o600)
    kubeconfig.write_text(only_this)
    if not kubectl.ready(programs, kubeconfig):
        raise ControlPlaneError(f"The cluster of the context '{context}' does not answer as ready.")
    return kubeconfig


def down(folder: Path, programs: Path, name: str) -> None:
    """Delete the fake nodes made there; a cluster that no longer answers keeps them."""
    try:
        kubectl.run(programs, folder / "kubeconfig", "delete", "node", f"--selector={MADE_BY}={name}")
    except ControlPlaneError as error:
        say(f"Fake nodes may be left in the cluster. {error}")
