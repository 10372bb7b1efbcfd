"""Accelerators, Organizations and Programmes: what they hold, and what depends on them."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.api import Accelerator, Allocation, Organization, Programme
from tenure.api.accelerator import AcceleratorStatus
from tenure.api.conditions import Condition, Said, conditions
from tenure.api.organization import OrganizationStatus
from tenure.api.programme import ProgrammeStatus
from tenure.control.admission import capacity
from tenure.control.assess import zone_day
from tenure.control.clock import until_midnight
from tenure.control.services import Services
from tenure.control.statuses import write_status


class CatalogueReconciler:
    """Keeps admission, and the status of what is not a tenant's."""

    def __init__(self, services: Services, seen: Mapping[str, Said]) -> None:
        self._s = services
        self._seen = seen
        """Accelerator -> whether Prometheus can see it, as last probed."""

    async def accelerator(self, name: str) -> None:
        """Work admission out anew, let the changed projects run, and say how many devices are left."""
        accelerator = self._s.cache.one(Accelerator, name)
        if accelerator is None:
            return
        admission, changed = self._s.book.renew(accelerator)
        for holder in changed:
            allocation = self._s.cache.one(Allocation, holder)
            if allocation is not None:
                self._s.project(allocation.spec.project)
        total = capacity(self._s.cache, accelerator)
        granted = admission.used
        text = (
            f"{granted} of {total} devices are granted, {admission.free} are free, {admission.waiting} are waited for."
        )
        status = AcceleratorStatus(
            capacity=total,
            granted=granted,
            free=admission.free,
            waiting=admission.waiting,
            # What cannot be measured is lent all the same, so Ready does not depend on it.
            conditions=(
                *self._sight(accelerator),
                *self._conditions(accelerator, [Said("Ready", True, "Ready", text)]),
            ),
        )
        await write_status(self._s.kube, self._s.cache, accelerator, accelerator.status, status)
        self._look_again(name)

    def _sight(self, accelerator: Accelerator) -> tuple[Condition, ...]:
        """The condition TelemetryFound; until it is probed, as another process left it."""
        probed = self._seen.get(accelerator.name)
        if probed is not None:
            return self._conditions(accelerator, [probed])
        return tuple(c for c in accelerator.status.conditions if c.type == "TelemetryFound")

    def _look_again(self, accelerator: str) -> None:
        """With the next day in any programme's zone, terms begin and Decisions take effect."""
        now = self._s.clock.now()
        for zone in {programme.spec.time_zone for programme in self._s.cache.all(Programme)}:
            if zone_day(now, zone) is not None:
                self._s.accelerator(accelerator, until_midnight(now, zone))

    async def organization(self, name: str) -> None:
        """What an organization holds (R1, R4)."""
        organization = self._s.cache.one(Organization, name)
        if organization is None:
            return
        held = [a for a in self._s.assessor.organization(name).values() if a.refusal is None and a.accelerator]
        running = [a for a in held if a.entitlement.state == "Running"]
        devices = sum(a.entitlement.grant.devices for a in running)
        types = sorted({a.allocation.spec.accelerator for a in running})
        text = f"It holds {devices} devices in {len(running)} allocations."
        status = OrganizationStatus(
            accelerator=", ".join(types),
            devices=devices,
            conditions=self._conditions(organization, [Said("Ready", True, "Ready", text)]),
        )
        await write_status(self._s.kube, self._s.cache, organization, organization.status, status)

    async def programme(self, name: str) -> None:
        """Whether a programme can be used."""
        programme = self._s.cache.one(Programme, name)
        if programme is None:
            return
        zone = programme.spec.time_zone
        if zone_day(self._s.clock.now(), zone) is None:
            text = f"{zone} is not in the IANA time zone database. Write for example Asia/Seoul."
            said = [Said("Accepted", False, "UnknownTimeZone", text), Said("Ready", False, "NotReady", text)]
        elif programme.spec.mode == "Observe":
            text = "Everything is computed and only status is written. Set spec.mode to Enforce to make grants real."
            said = [
                Said("Accepted", True, "Accepted", "The rules are complete."),
                Said("Ready", True, "Observed", text),
            ]
        else:
            text = "Grants are real."
            said = [Said("Accepted", True, "Accepted", "The rules are complete."), Said("Ready", True, "Ready", text)]
        status = ProgrammeStatus(conditions=self._conditions(programme, said))
        await write_status(self._s.kube, self._s.cache, programme, programme.status, status)

    def _conditions(self, about: Accelerator | Organization | Programme, said: list[Said]) -> tuple[Condition, ...]:
        generation = about.metadata.generation
        return conditions(about.status.conditions, said, generation=generation, now=self._s.clock.now())
