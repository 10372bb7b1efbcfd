"""R16: Outages on the API server: who may write one, what it must say, and what becomes of the devices on its nodes."""

from __future__ import annotations

from typing import Any

import pytest
from tenure.api import Outage
from tenure.rules.outages import Stake, outage_seconds

from .awards import accelerator, body, node
from .client import Manifest, RefusedError, eventually
from .conftest import Operators
from .desk import Desk

TIMES = {"from": "2026-07-03T09:00:00+09:00", "to": "2026-07-03T12:30:00+09:00"}


def outage(name: str, **spec: Any) -> Manifest:
    return body("Outage", name, **{**TIMES, "reason": "The cooling of row B failed.", **spec})


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ({}, "Name the accelerators or the nodes that were out: spec.accelerators or spec.nodes."),
        ({"nodes": []}, "Name the accelerators or the nodes that were out: spec.accelerators or spec.nodes."),
        ({"nodes": ["gpu-1"], "to": "2026-07-03T00:00:00Z"}, "spec.to must be later than spec.from."),
        ({"nodes": ["gpu-1"], "from": "last Friday"}, "spec.from"),
        ({"nodes": ["gpu-1"], "reason": ""}, "spec.reason"),
        ({"accelerators": ["a100"], "projects": ["vision"]}, "name the nodes in spec.nodes."),
    ],
    ids=["neither", "no node", "it ends as it begins", "no instant", "no reason", "projects without nodes"],
)
def test_what_is_not_accepted(desk: Desk, spec: Manifest, says: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        desk.admin.create(outage(desk.name("bad"), **spec), dry_run=True)
    assert says in str(refusal.value)


def test_a_node_is_out_and_then_taken_out_of_the_cluster(desk: Desk, operators: Operators) -> None:
    """What it takes away from a tenant of four devices stays the same to the second."""
    operators.now()
    name = desk.name("out")
    desk.apply(accelerator(name))
    desk.create_nodes(node(name, name))
    written = outage(name, nodes=[name])
    desk.apply(written)
    said = desk.await_reason(written, "Ready", "Ready")
    assert said["message"].startswith(f"It takes away 8 devices of {name} on 1 node from 2026-07-03 09:00 +09:00 to")
    before = Outage.parse(desk.admin.read(written))
    desk.admin.delete(node(name, name))
    desk.apply(outage(name, nodes=[name], reason="The node is scrapped."))
    eventually(lambda: desk.says(written, "Ready"), "the edit is seen")
    after = Outage.parse(desk.admin.read(written))
    assert after.status.devices == before.status.devices == {name: 8}
    assert after.spec.to is not None
    for seen in (before, after):
        assert outage_seconds([seen], name, Stake("vision", 4, 16), seen.spec.from_, after.spec.to) == 2 * 12600


def test_names_that_the_centre_does_not_know_until_it_knows_them(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("late")
    written = outage(name, nodes=[name], accelerators=[name])
    desk.apply(written)
    desk.await_reason(written, "Ready", "UnknownAccelerator")
    desk.apply(accelerator(name))
    desk.await_reason(written, "Ready", "UnknownNode")
    desk.create_nodes(node(name, name))
    desk.await_reason(written, "Ready", "Ready")
    assert desk.admin.read(written)["status"]["devices"] == {name: 8}


def test_a_node_of_no_accelerator(desk: Desk, operators: Operators) -> None:
    operators.now()
    name = desk.name("plain")
    desk.create_nodes(node(name, name))
    written = outage(name, nodes=[name])
    desk.apply(written)
    said = desk.await_reason(written, "Ready", "NoDevices")
    assert said["status"] == "False"
