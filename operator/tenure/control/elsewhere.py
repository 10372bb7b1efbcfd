"""Devices in other hands: held by pods in namespaces without a quota of Tenure. They count against a centre's capacity.

A centre has far more pods than anybody could watch, so they are listed every few minutes. What is granted stays granted
whatever the others do; only what is granted next depends on them.
"""

from __future__ import annotations

from collections import Counter

from tenure.api.names import QUOTA
from tenure.control.capacity import Held
from tenure.control.paths import SERVED
from tenure.control.queue import Key
from tenure.control.services import Services
from tenure.rules.fit import finished, needs

LOOK = Key("elsewhere", "pods")
"""The key of one look at all pods. There is one of it."""
EVERY = 300.0
"""Seconds between two looks."""


class ForeignPods:
    """Counts what pods hold beside Tenure. Until that was done once, nothing is admitted."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def look(self, _: str) -> None:
        """One look. Raises ApiError where pods cannot be listed; what was counted before holds until then."""
        held = await self._count()
        if held != self._s.book.held:
            self._s.book.held = held
            self._s.freed()
        self._s.queue.add(LOOK, EVERY)

    async def _count(self) -> Held:
        held: Counter[tuple[str, str, str]] = Counter()
        async for pod in self._s.kube.list(SERVED["Pod"]):
            namespace, node = pod["metadata"]["namespace"], pod["spec"].get("nodeName")
            if node and not self._ours(namespace) and not finished(pod):
                for resource, amount in needs(pod["spec"]).items():
                    if "/" in resource:
                        held[namespace, node, resource] += int(amount)
        return held

    def _ours(self, namespace: str) -> bool:
        """Whether its devices are counted by its quota."""
        return self._s.cache.body("ResourceQuota", namespace, QUOTA) is not None
