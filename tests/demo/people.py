"""People with the command at hand: each types `tenure` with a login of their own."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from controlplane.paths import say
from controlplane.target import ControlPlane
from harness.centre import ROOT
from harness.operator_process import kubeconfig_of

from demo.story import PEOPLE

COMMAND = [sys.executable, "-c", "from tenure.cli import main; main()"]


@dataclass
class People:
    """Everybody's login and, between two parts of the story, the time that it is."""

    plane: ControlPlane
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    _logins: dict[str, Path] = field(default_factory=dict)

    def login(self, account: str) -> Path:
        """A kubeconfig with the token of a person's account, and nothing else."""
        if account not in self._logins:
            self._logins[account] = kubeconfig_of(self.plane, account, PEOPLE)
        return self._logins[account]

    def type(self, account: str, *words: str) -> str:
        """What the command says. Raises RuntimeError with its sentence where it could not be done."""
        say(f"  {account} $ tenure {shlex.join(words)}")
        environment = os.environ | {
            "KUBECONFIG": str(self.login(account)),
            "PYTHONPATH": str(ROOT / "operator"),
            "TENURE_CLOCK_OFFSET": str((self.now - datetime.now(UTC)).total_seconds()),
        }
        done = subprocess.run(
            [*COMMAND, *words], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        if done.returncode:
            raise RuntimeError(f"tenure {shlex.join(words)} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout
