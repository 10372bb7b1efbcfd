"""`kubectl_complete-tenure`: what kubectl runs to complete `kubectl tenure …`. It speaks the protocol of cobra."""

from __future__ import annotations

import os
import shlex
import sys
from contextlib import suppress

from tenure.cli.main import app

NO_FILES = ":4"
"""Cobra's ShellCompDirectiveNoFileComp."""


def main() -> None:
    """One candidate per line, with its help after a tab, and the directive at the end."""
    words = sys.argv[1:] or [""]
    typed = " ".join(["tenure", *map(shlex.quote, words[:-1]), words[-1]])
    os.environ |= {
        "_TENURE_COMPLETE": "complete_fish",
        "_TYPER_COMPLETE_ARGS": typed,
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    with suppress(SystemExit):
        app(prog_name="tenure")
    print(NO_FILES)
