"""What people copy is accepted as it stands: the real API server checks every field and rule of it, in a dry run."""

from __future__ import annotations

import pytest
import yaml

from .awards import tenant
from .client import Manifest, folder_of
from .conftest import Operators
from .desk import Desk
from .scene import ROOT

NAMES = ("accelerators", "archivist", "telemetry-profile", "centre", "outage", "sanction")
OBJECTS = [
    body for name in NAMES for body in yaml.safe_load_all((ROOT / f"examples/{name}.yaml").read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("manifest", OBJECTS, ids=lambda body: f"{body['kind']} {body['metadata']['name']}")
def test_the_api_server_accepts_it(desk: Desk, manifest: Manifest) -> None:
    desk.admin.call("POST", folder_of(manifest), manifest, query="dryRun=All&fieldValidation=Strict")


def test_a_member_may_write_the_return(desk: Desk, operators: Operators) -> None:
    operators.now()
    made = tenant(desk.name("example"))
    desk.apply(*made.all)
    desk.await_ready(made)
    [manifest] = yaml.safe_load_all((ROOT / "examples/return.yaml").read_text(encoding="utf-8"))
    manifest["metadata"]["namespace"] = made.name
    desk.person(made.member).call("POST", folder_of(manifest), manifest, query="dryRun=All&fieldValidation=Strict")
