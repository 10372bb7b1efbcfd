"""The records of what was sent, by project: Project.status.told, and what this process knows a little sooner."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from tenure.api import Project
from tenure.control.cache import Cache
from tenure.control.clock import Clock
from tenure.control.kube import Kube
from tenure.control.statuses import write_status
from tenure.control.told import told_of


class Sent:
    """Records of messages, by project. A record is written after its message was sent."""

    def __init__(self, kube: Kube, cache: Cache, clock: Clock) -> None:
        self._kube, self._cache, self._clock = kube, cache, clock
        self._known: dict[str, tuple[str, dict[str, datetime]]] = {}
        """Name -> uid and records: known also before the API server, or our watch of it, has them."""

    def of(self, project: Project) -> Mapping[str, datetime]:
        """What was taken, and when."""
        uid, known = self._known.get(project.name, ("", {}))
        return {**project.status.told, **(known if uid == project.metadata.uid else {})}

    def remember(self, project: Project, records: Collection[str]) -> None:
        """These were taken now. `save` writes it."""
        now = self._clock.now().replace(microsecond=0)
        self._know(project, {**self._latest(project), **dict.fromkeys(records, now)})

    async def keep(self, project: Project, occasions: Collection[str]) -> None:
        """Forget all but what was taken of these occasions, so that what comes back is told anew. Raises ApiError."""
        found = self._latest(project)
        self._know(project, {record: at for record, at in found.items() if told_of(record) in occasions})
        await self.save(project)

    async def save(self, project: Project) -> None:
        """Write what is known into the status. Raises ApiError."""
        there, known = self._cache.one(Project, project.name), self._known.get(project.name)
        if there is not None and known is not None and there.metadata.uid == known[0]:
            after = there.status.model_copy(update={"told": known[1]})
            await write_status(self._kube, self._cache, there, there.status, after)

    def drop(self, name: str) -> None:
        """The project is gone."""
        self._known.pop(name, None)

    def _latest(self, project: Project) -> Mapping[str, datetime]:
        return self.of(self._cache.one(Project, project.name) or project)

    def _know(self, project: Project, told: Mapping[str, datetime]) -> None:
        self._known[project.name] = project.metadata.uid, dict(told)
