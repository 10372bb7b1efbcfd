"""The command `tenure`."""

from tenure.cli.main import main

__all__ = ["main"]
