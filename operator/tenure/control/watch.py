"""kopf as the shell: watching, re-listing, credentials. Its handlers only pass on what they see.

kopf's change-detecting handlers are not used: a cycle is lost after an escalated API error, and each handler costs
writes. What kopf may miss (an object deleted while a watch was down) is found by listing every kind now and then.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
from collections.abc import Iterator
from typing import Any

import kopf

from tenure.control.cache import Cache
from tenure.control.changes import Changes
from tenure.control.kube import ApiError, Kube
from tenure.control.paths import SERVED, Served

LOG = logging.getLogger("tenure.watch")
RELIST_SECONDS = 600.0
FIRST_SECONDS = 30.0
"""Until every kind is listed for the first time: what was deleted after it was loaded and before its watch began nobody tells."""
LONGEST_BACKOFF = 30.0
WATCHED = tuple(served for served in SERVED.values() if served.watched)


class Backoffs:
    """Unlimited, jittered pauses between tries, so that no watch ever gives up."""

    def __iter__(self) -> Iterator[float]:
        for attempt in itertools.count():
            yield random.uniform(0.1, min(LONGEST_BACKOFF, 0.2 * 2 ** min(attempt, 12)))


class NoDiffBase(kopf.DiffBaseStorage):
    """Nothing is compared with a last handled state: what kopf would store and copy for it costs and serves nobody."""

    def build(self, **_: Any) -> kopf.BodyEssence:
        """No essence."""
        return kopf.BodyEssence({})

    def fetch(self, **_: Any) -> kopf.BodyEssence | None:
        """Nothing was stored."""
        return None

    def store(self, **_: Any) -> None:
        """Store nothing."""


class NoProgress(kopf.ProgressStorage):
    """Event handlers have no progress."""

    def fetch(self, **_: Any) -> None:
        """Nothing was stored."""

    def store(self, **_: Any) -> None:
        """Store nothing."""

    def purge(self, **_: Any) -> None:
        """Nothing to purge."""

    def touch(self, **_: Any) -> None:
        """Touch nothing."""

    def clear(self, *, essence: kopf.BodyEssence) -> kopf.BodyEssence:
        """Nothing to clear."""
        return essence


def settings() -> kopf.OperatorSettings:
    """kopf without posting, peering, worker limit or writes of its own."""
    chosen = kopf.OperatorSettings()
    chosen.posting.enabled = False
    chosen.posting.loggers = False
    chosen.queueing.worker_limit = None
    chosen.queueing.idle_timeout = 0.1
    chosen.networking.error_backoffs = Backoffs()
    chosen.watching.chunk_size = 500
    chosen.scanning.disabled = True
    chosen.persistence.diffbase_storage = NoDiffBase()
    chosen.persistence.progress_storage = NoProgress()
    for served in WATCHED:
        if served.selector:
            chosen.watching.label_selectors[_selector(served)] = served.selector
    return chosen


def _selector(served: Served) -> Any:
    group = served.group or ""
    return f"{served.plural}.{served.version}.{group}" if group else served.plural


def registry(changes: Changes) -> kopf.OperatorRegistry:
    """One handler per kind; all it does is to pass the object on."""
    found = kopf.OperatorRegistry()

    @kopf.on.login(registry=found)
    def login(**kwargs: Any) -> kopf.ConnectionInfo | None:
        return kopf.login_with_service_account(**kwargs) or kopf.login_with_kubeconfig(**kwargs)

    for served in WATCHED:
        _register(found, served, changes)
    return found


def _register(found: kopf.OperatorRegistry, served: Served, changes: Changes) -> None:
    kind = served.kind

    @kopf.on.event(group=served.group, version=served.version, plural=served.plural, id=served.plural, registry=found)
    async def on_event(event: Any, **_: Any) -> None:
        body = dict(event["object"])
        meta = body["metadata"]
        if event["type"] == "DELETED":
            changes.gone(kind, meta.get("namespace", ""), meta["name"], meta["uid"], int(meta["resourceVersion"]))
        else:
            changes.seen(kind, body)


async def load(kube: Kube, cache: Cache) -> None:
    """List every kind into the cache before anything is decided: no admission without all live quotas."""
    for served in WATCHED:
        async for body in kube.list(served, selector=served.selector):
            body["kind"] = served.kind
            cache.put(body, watched=True)


async def sweep(kube: Kube, cache: Cache, changes: Changes) -> None:
    """List every kind now and then, for what a watch has missed. Runs until cancelled."""
    pause = FIRST_SECONDS
    while True:
        await asyncio.sleep(pause * random.uniform(0.9, 1.1))
        pause = RELIST_SECONDS
        for served in WATCHED:
            try:
                await _sweep_kind(kube, cache, changes, served)
            except ApiError as error:
                LOG.info("%s could not be listed and is listed next time: %s", served.plural, error)


async def _sweep_kind(kube: Kube, cache: Cache, changes: Changes, served: Served) -> None:
    known = set(cache.refs(served.kind))
    listed = set()
    async for body in kube.list(served, selector=served.selector):
        listed.add((body["metadata"].get("namespace", ""), body["metadata"]["name"]))
        changes.seen(served.kind, body)
    for namespace, name in known - listed:
        LOG.info("%s %s/%s is gone; the watch did not say so.", served.kind, namespace, name)
        changes.gone(served.kind, namespace, name)
