"""Leader election over a Lease. Only the leader writes; one that loses the Lease stops and exits.

Time is measured on the monotonic clock of this process: what counts is how long the Lease's holder or version has not
changed as seen from here, never another machine's clock.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED

LOG = logging.getLogger("tenure.lead")
LEASE = SERVED["Lease"]
DURATION = 15.0
RENEW_WITHIN = 10.0
PERIOD = 2.0


class LostLease(Exception):
    """Another replica leads now, or the Lease could not be renewed in time."""


@dataclass
class Election:
    """One replica's part in the election."""

    kube: Kube
    namespace: str
    identity: str
    name: str = "tenure"
    on_lead: Callable[[], None] = lambda: None
    _seen: tuple[str, float] = ("", 0.0)

    async def run(self) -> None:
        """Wait for the Lease, then renew it for good. Raises LostLease once it is lost."""
        while not await self._take():
            await asyncio.sleep(PERIOD)
        LOG.info("%s leads.", self.identity)
        self.on_lead()
        renewed = time.monotonic()
        while True:
            await asyncio.sleep(PERIOD)
            if await self._take():
                renewed = time.monotonic()
            elif time.monotonic() - renewed > RENEW_WITHIN:
                raise LostLease(f"{self.identity} could not renew the Lease for {RENEW_WITHIN:.0f} s and stops.")

    async def _take(self) -> bool:
        """Take or renew the Lease if it is ours, free or expired. False on any failure."""
        try:
            async with asyncio.timeout(PERIOD * 2):
                lease = await self.kube.get(LEASE, self.namespace, self.name)
            if lease is None:
                await self.kube.create(LEASE, self._body(0, ""))
                return True
            if not self._may_take(lease):
                return False
            spec = lease["spec"]
            changes = int(spec.get("leaseTransitions") or 0) + (spec.get("holderIdentity") != self.identity)
            path = LEASE.path(self.namespace, self.name)
            body = self._body(changes, lease["metadata"]["resourceVersion"])
            async with asyncio.timeout(PERIOD * 2):
                await self.kube.request("PUT", path, body)
        except (ApiError, TimeoutError) as error:
            LOG.info("The Lease could not be taken or renewed: %s", error)
            return False
        return True

    def _may_take(self, lease: Manifest) -> bool:
        """Whether it is ours, given up, or was not renewed for its whole duration while we looked on."""
        holder = lease["spec"].get("holderIdentity") or ""
        version = lease["metadata"]["resourceVersion"]
        if version != self._seen[0]:
            self._seen = (version, time.monotonic())
        return holder in ("", self.identity) or time.monotonic() - self._seen[1] > DURATION

    async def release(self) -> None:
        """Give the Lease up, so that another replica need not wait for it to expire."""
        try:
            lease = await self.kube.get(LEASE, self.namespace, self.name)
            if lease is not None and lease["spec"].get("holderIdentity") == self.identity:
                await self.kube.merge(LEASE, self.namespace, self.name, {"spec": {"holderIdentity": ""}})
        except ApiError as error:
            LOG.info("The Lease could not be given up and expires by itself: %s", error)

    def _body(self, transitions: int, version: str) -> Manifest:
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        meta = {"name": self.name, "namespace": self.namespace} | ({"resourceVersion": version} if version else {})
        return {
            "apiVersion": LEASE.api_version,
            "kind": LEASE.kind,
            "metadata": meta,
            "spec": {
                "holderIdentity": self.identity,
                "leaseDurationSeconds": int(DURATION),
                "renewTime": now,
                "leaseTransitions": transitions,
            },
        }
