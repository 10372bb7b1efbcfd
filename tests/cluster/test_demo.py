"""The demo's story on the real control plane: people type commands, and every row must be what the rules say."""

from __future__ import annotations

import os

import pytest
from demo.__main__ import play
from demo.story import TENANTS

from .conftest import control_plane
from .scene import ROOT


def test_the_story_of_the_demo_comes_out_as_the_rules_say(capsys: pytest.CaptureFixture[str]) -> None:
    """And it prints the table that the README shows."""
    with control_plane(f"{os.environ.get('TENURE_PLANE', 'test')}-demo") as plane:
        assert play(plane, keep=False) == []
    printed = capsys.readouterr().out.splitlines()
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split("tenant   granted")[1].splitlines()[2:]
    assert [row for row in shown[: len(TENANTS)] if row not in printed] == []
