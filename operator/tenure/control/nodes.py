"""The nodes of an accelerator and what pods take on them, as of one look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tenure.api import Accelerator
from tenure.control.cache import Cache
from tenure.control.kube import Kube, Manifest
from tenure.control.paths import SERVED
from tenure.rules.fit import Amounts, finished, needs, plus, selects


class Nodes:
    """What is asked for is looked up once. Pods are listed only if somebody asks for what they take."""

    def __init__(self, kube: Kube, cache: Cache) -> None:
        self._kube = kube
        self._cache = cache
        self._nodes: dict[str, Sequence[Manifest]] = {}
        self._used: dict[str, Amounts] | None = None

    def of(self, accelerator: Accelerator) -> Sequence[Manifest]:
        """The nodes with the accelerator's label, ready or not."""
        if accelerator.name not in self._nodes:
            label = {"nodeSelector": accelerator.spec.node_selector}
            self._nodes[accelerator.name] = [node for node in self._cache.bodies("Node") if selects(label, node)]
        return self._nodes[accelerator.name]

    async def used(self) -> Mapping[str, Amounts]:
        """What pods take on each node, by name. Raises ApiError."""
        if self._used is None:
            found: dict[str, Amounts] = {}
            async for pod in self._kube.list(SERVED["Pod"]):
                node = pod["spec"].get("nodeName")
                if node and not finished(pod):
                    found[node] = plus(found.get(node, {}), needs(pod["spec"]))
            self._used = found
        return self._used
