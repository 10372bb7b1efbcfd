"""Two replicas: one writes, and the other takes over when it dies, is told to stop, or is frozen."""

from __future__ import annotations

import signal
import urllib.request
from collections.abc import Iterator

import pytest
from harness.operator_process import NAMESPACE, OperatorProcess

from .awards import accelerator, core, tenant
from .client import eventually
from .conftest import Operators
from .desk import Desk

TAKEOVER_SECONDS = 20
LEASE = core("Lease", "tenure", NAMESPACE, api_version="coordination.k8s.io/v1")
Pair = tuple[OperatorProcess, OperatorProcess]


@pytest.fixture
def pair(desk: Desk, operators: Operators) -> Iterator[Pair]:
    """Two replicas, of which the first leads."""
    operators.stop()
    url = desk.plane.prometheus.url
    one = OperatorProcess(desk.plane, url, name="replica-one").start()
    two = OperatorProcess(desk.plane, url, name="replica-two").launch()
    eventually(lambda: metric(two, "tenure_leading") == 0, "the second one answers")
    yield one, two
    for replica in (one, two):
        replica.stop()


def metric(replica: OperatorProcess, name: str, without: str = "never") -> float | None:
    """The sum of a metric of a replica over all labels; None while it does not answer."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{replica.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
    except OSError:
        return None
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name) and without not in line)


def writes(replica: OperatorProcess) -> float | None:
    """Requests of a replica that may have changed something."""
    return metric(replica, "tenure_api_requests_total", without='verb="GET"')


def holder(desk: Desk) -> str:
    """Who holds the Lease."""
    return str(desk.admin.read(LEASE)["spec"]["holderIdentity"])


def comes_to_hold(desk: Desk, word: str) -> None:
    """A new tenant is given devices."""
    name = desk.name(word)
    made = tenant(name, accelerator=name, devices=2)
    desk.apply(accelerator(name, capacity=2), *made.all)
    desk.await_ready(made)


def test_one_writes_and_the_other_takes_over_when_it_is_killed(desk: Desk, pair: Pair) -> None:
    one, two = pair
    comes_to_hold(desk, "first")
    assert (writes(one) or 0) > 0
    assert writes(two) == 0
    one.kill()
    eventually(two.leads, "the other one leads", TAKEOVER_SECONDS)
    assert holder(desk) == two.name
    comes_to_hold(desk, "second")
    assert metric(two, "tenure_leading") == 1


def test_one_that_is_told_to_stop_gives_the_lease_up(desk: Desk, pair: Pair) -> None:
    one, two = pair
    assert one.process
    one.process.send_signal(signal.SIGTERM)
    eventually(lambda: holder(desk) != one.name, "the Lease is given up", 3)
    eventually(two.leads, "the other one leads", 5)
    assert one.process.wait(10) == 0
    comes_to_hold(desk, "third")


def test_one_that_was_frozen_finds_another_leading_and_ends(desk: Desk, pair: Pair) -> None:
    one, two = pair
    assert one.process
    one.process.send_signal(signal.SIGSTOP)
    try:
        eventually(two.leads, "the other one leads", TAKEOVER_SECONDS)
    finally:
        one.process.send_signal(signal.SIGCONT)
    assert one.process.wait(10) == 1
    assert "could not renew the Lease" in one.tail()
    assert holder(desk) == two.name
