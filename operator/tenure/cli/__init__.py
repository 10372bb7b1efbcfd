"""The command `tenure`, also `kubectl tenure`."""

from tenure.cli.main import main

__all__ = ["main"]
