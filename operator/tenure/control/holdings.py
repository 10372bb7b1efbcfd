"""What each allocation puts into its project's namespace, as far as that can be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tenure.api import Allocation
from tenure.api.allocation import Grant
from tenure.api.names import claim
from tenure.control.admission import Book, pinned
from tenure.control.assess import Assessment, zone_day
from tenure.control.cache import Cache
from tenure.control.clock import Clock
from tenure.control.live import live_grants
from tenure.rules.retention import kept_until
from tenure.tenancy.holding import Holding


@dataclass(frozen=True)
class Holdings:
    """Worked out from the cache and the book of admission; nothing is written."""

    cache: Cache
    book: Book
    clock: Clock

    def of(self, assessed: Assessment) -> Holding | None:
        """What an allocation puts into the namespace; None before it has been given anything."""
        entitlement, allocation = assessed.entitlement, assessed.allocation
        if assessed.refusal is not None:
            return self._kept(assessed)
        if entitlement.state == "NotStarted":
            return None
        if entitlement.stopped:
            return self._stopped(assessed)
        grant = entitlement.grant
        if not assessed.storage_only:
            devices = self.book.granted(allocation)
            if not devices:
                return None
            grant = assessed.grant_with(devices)
        return Holding(allocation.name, assessed.accelerator, grant, allocation.spec.term.end, stopped=False)

    def _stopped(self, assessed: Assessment) -> Holding | None:
        """What is left of a grant that is over: its storage, as long as there is a volume."""
        allocation, term = assessed.allocation, assessed.allocation.spec.term
        if allocation.status.access_since is None and not self.was_live(allocation):
            return None
        stored = self.cache.body("PersistentVolumeClaim", allocation.spec.project, claim(allocation.name)) is not None
        if not stored or assessed.programme is None:
            return Holding(allocation.name, assessed.accelerator, Grant(), term.end, stopped=True)
        until = kept_until(assessed.entitlement, term, assessed.programme.spec.storage)
        return Holding(allocation.name, assessed.accelerator, assessed.entitlement.grant, term.end, True, until)

    def _kept(self, assessed: Assessment) -> Holding | None:
        """What a refused allocation goes on holding: what it was given, to the end of its term and no longer."""
        allocation, programme = assessed.allocation, assessed.programme
        live = live_grants(self.cache, allocation.spec.project).get(allocation.name)
        if live is None:
            return None
        today = zone_day(self.clock.now(), programme.spec.time_zone) if programme is not None else None
        grant = assessed.kept(live, today)
        if grant is None:
            return None
        stopped = grant == Grant(storage=grant.storage)
        return Holding(allocation.name, assessed.accelerator, grant, allocation.spec.term.end, stopped)

    def was_live(self, allocation: Allocation) -> bool:
        """Whether the namespace's quota has a record of it."""
        return allocation.name in live_grants(self.cache, allocation.spec.project)

    def frozen(self, project: str, assessed: Sequence[Assessment]) -> bool:
        """Whether it cannot be told any more what was given, for example since its Accelerator was deleted.

        Then the namespace stays as it is until a person mends it: no mistake in the catalogue takes anybody's devices.
        """
        live = live_grants(self.cache, project)
        if any(e.problem for name in live if (e := self.cache.entry("Allocation", "", name)) is not None):
            return True
        refused = [a for a in assessed if a.refusal is not None and a.allocation.name in live]
        return any(self._kept(a) is None or not self._still_there(a) for a in refused)

    def _still_there(self, assessed: Assessment) -> bool:
        """Whether what a refused allocation holds is still of the accelerator that it names."""
        held = live_grants(self.cache, assessed.allocation.spec.project)[assessed.allocation.name]
        if held == 0 or assessed.accelerator is None:
            return held == 0
        return pinned(self.cache, assessed.allocation.spec.project, assessed.accelerator)
