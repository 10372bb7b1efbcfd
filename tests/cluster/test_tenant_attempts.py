"""Everything that somebody tried in a tenant's namespace, as impersonated users on the real API server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from . import policies
from .attempt import Attempt
from .attempts import PAGE, TABLE, page
from .client import Client, RefusedError
from .conftest import Cluster
from .scene import Scene, scene

ATTEMPTS = [attempt for attempts in TABLE.values() for attempt in attempts]


@pytest.fixture(scope="module")
def tenant(cluster: Cluster) -> Iterator[Scene]:
    """One namespace for all attempts."""
    policies.install(Client(cluster.kubeconfig, cluster.context))
    with scene(cluster.kubeconfig, cluster.context) as made:
        policies.wait_until_active(made)
        yield made


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: f"{attempt.who}: {attempt.what}")
def test_attempt(tenant: Scene, attempt: Attempt) -> None:
    try:
        if attempt.through:
            attempt.check(tenant, attempt.do(tenant))
        else:
            with pytest.raises(RefusedError) as refusal:
                attempt.do(tenant)
            assert attempt.says in str(refusal.value)
    finally:
        tenant.clear()


def test_the_page_shows_this_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "write it again: PYTHONPATH=operator:tests python -m cluster.attempts"
    )


def test_nothing_is_tried_twice() -> None:
    tried = [(attempt.who, attempt.what) for attempt in ATTEMPTS]
    assert len(set(tried)) == len(tried)
