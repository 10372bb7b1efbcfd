"""The reviews that a sitting is about, with all that they name, as the person with the kubeconfig may read them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Project, Review
from tenure.api.model import Resource
from tenure.cli.cluster import login, refused
from tenure.cli.problem import Problem
from tenure.cli.reading import every, parsed
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.paths import SERVED
from tenure.report.centre import Centre
from tenure.report.item import Item

Key = tuple[str, str]
"""Namespace and name of a Review."""
AT_ONCE = 8
"""Requests that are under way at the same time."""
READ: tuple[type[Resource], ...] = (Programme, Accelerator, Organization, Project, Allocation)
MAY_NOT = "You may not read the reviews and awards of the centre. Ask its admin for the role tenure-committee."


@dataclass
class Seats:
    """Reads the centre once, and each review when it is asked for."""

    kube: Kube
    who: str = ""
    """The person's own name."""
    _objects: list[Resource] = field(default_factory=list)
    versions: dict[Key, str] = field(default_factory=dict)
    """Key -> the resourceVersion that was read last: what is written holds for that one only."""

    async def open(self) -> None:
        """Read who enters, and what reviews name. Raises Problem."""
        self.who = await login(self.kube)
        for kind in READ:
            self._objects += await every(self.kube, kind, may_not=MAY_NOT)

    async def items(self, keys: Iterable[Key]) -> Mapping[Key, Item]:
        """Those of the reviews that are there. Raises Problem."""
        gate, wanted = asyncio.Semaphore(AT_ONCE), sorted(set(keys))
        found = await asyncio.gather(*(self._body(key, gate) for key in wanted))
        return await self._items([body for body in found if body is not None])

    async def named(self, name: str) -> Item:
        """The one review of a name, wherever it is. Raises Problem."""
        try:
            found = [body async for body in self.kube.list(SERVED["Review"], fields=f"metadata.name={name}")]
        except ApiError as error:
            raise refused(error, MAY_NOT) from error
        if len(found) != 1:
            raise Problem(f"There is no review {name}. tenure reviews --all lists them, with their allocations.")
        return next(iter((await self._items(found)).values()))

    async def _body(self, key: Key, gate: asyncio.Semaphore) -> Manifest | None:
        async with gate:
            try:
                return await self.kube.get(SERVED["Review"], *key) if all(key) else None
            except ApiError as error:
                raise refused(error, MAY_NOT) from error

    async def _items(self, bodies: Sequence[Manifest]) -> Mapping[Key, Item]:
        reviews = {(b["metadata"]["namespace"], b["metadata"]["name"]): parsed(Review, b) for b in bodies}
        for key, body in zip(reviews, bodies, strict=True):
            self.versions[key] = body["metadata"]["resourceVersion"]
        decisions = await self._decisions({review.spec.allocation for review in reviews.values()})
        centre = Centre.of([*self._objects, *reviews.values(), *decisions])
        return {key: Item.of(centre, review) for key, review in reviews.items()}

    async def _decisions(self, allocations: set[str]) -> Sequence[Decision]:
        """Of those that gave something back: it counts as a step of a reduction (R17, R22)."""
        found: list[Decision] = []
        for one in self._objects:
            if isinstance(one, Allocation) and one.name in allocations and _returned(one):
                found += await every(self.kube, Decision, may_not=MAY_NOT, where=f"spec.allocation={one.name}")
        return found


def _returned(allocation: Allocation) -> bool:
    return any(entry.kind == "Return" for entry in allocation.status.history)
