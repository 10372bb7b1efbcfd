"""The telemetry profiles that ship, and those of the examples, as the API reads them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from tenure.api import TelemetryProfile
from tenure.api.telemetryprofile import TelemetryProfileSpec

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "manifests/telemetry-profiles.yaml"
EXAMPLE = ROOT / "examples/telemetry-profile.yaml"


@cache
def profiles(path: Path = SHIPPED) -> dict[str, TelemetryProfileSpec]:
    """name -> profile, of one file."""
    found = [TelemetryProfile.parse(body) for body in bodies(path) if body["kind"] == "TelemetryProfile"]
    return {profile.name: profile.spec for profile in found}


def profile(name: str) -> TelemetryProfileSpec:
    """A shipped profile, or that of the example."""
    return (profiles() | profiles(EXAMPLE))[name]


def bodies(path: Path = SHIPPED) -> list[dict[str, Any]]:
    """The manifests of one file, as people apply them."""
    return list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
