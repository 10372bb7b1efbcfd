"""What people copy is accepted as it stands: the real API server checks every field and rule of it, in a dry run."""

from __future__ import annotations

import pytest
import yaml

from .client import Manifest, folder_of
from .desk import Desk
from .scene import ROOT

NAMES = ("accelerators", "telemetry-profile", "centre")
OBJECTS = [
    body for name in NAMES for body in yaml.safe_load_all((ROOT / f"examples/{name}.yaml").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("manifest", OBJECTS, ids=lambda body: f"{body['kind']} {body['metadata']['name']}")
def test_the_api_server_accepts_it(desk: Desk, manifest: Manifest) -> None:
    desk.admin.call("POST", folder_of(manifest), manifest, query="dryRun=All&fieldValidation=Strict")
