"""Accelerators, Organizations and Programmes: what they hold, and what depends on them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Project, Report
from tenure.api.accelerator import AcceleratorStatus
from tenure.api.conditions import Condition, Said, conditions
from tenure.api.organization import MEMORY, OrganizationStatus, Remembered
from tenure.api.programme import ProgrammeStatus
from tenure.control.assess import zone_day
from tenure.control.capacity import capacity
from tenure.control.clock import until_midnight
from tenure.control.services import Services
from tenure.control.statuses import write_status
from tenure.rules.calls import remembered
from tenure.rules.memory import memory
from tenure.rules.words import many

DAY_SECONDS = 24 * 3600
NAMED = 5
"""How many namespaces are named that hold devices beside Tenure."""


class CatalogueReconciler:
    """Keeps admission, and the status of what is not a tenant's."""

    def __init__(self, services: Services, seen: Mapping[str, Said]) -> None:
        self._s = services
        self._seen = seen
        """Accelerator -> whether Prometheus can see it, as last probed."""

    async def accelerator(self, name: str) -> None:
        """Work admission out anew, let the changed projects run, and say how many devices are left."""
        accelerator = self._s.cache.one(Accelerator, name)
        if accelerator is None or self._s.book.held is None:
            return  # once the devices in other hands are counted, every accelerator runs
        admission, changed = self._s.book.renew(accelerator)
        for holder in changed:
            allocation = self._s.cache.one(Allocation, holder)
            if allocation is not None:
                self._s.project(allocation.spec.project)
                self._s.review(allocation.spec.project)
        total = capacity(self._s.cache, accelerator)
        away = self._s.book.elsewhere(name)
        granted = admission.used - away.devices
        text = f"{granted} of {many(total, 'device')} are granted, {admission.free} are free, {admission.waiting} are waited for."
        if away.devices:
            text += f" Pods in other hands hold {away.devices} ({', '.join(away.namespaces[:NAMED])})."
        status = AcceleratorStatus(
            capacity=total,
            granted=granted,
            free=admission.free,
            waiting=admission.waiting,
            elsewhere=away.devices,
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
        """What an organization holds (R1, R4), and what later calls have to know of it (R20..R25)."""
        organization = self._s.cache.one(Organization, name)
        if organization is None:
            return
        held = [a for a in self._s.assessor.organization(name).values() if a.refusal is None and a.accelerator]
        running = [a for a in held if a.entitlement.state == "Running"]
        devices = sum(a.entitlement.grant.devices for a in running)
        types = sorted({a.allocation.spec.accelerator for a in running})
        text = f"It holds {many(devices, 'device')} in {many(len(running), 'allocation')}."
        known, today = self._memory(organization), self._latest_day()
        status = OrganizationStatus(
            accelerator=", ".join(types),
            devices=devices,
            memory=known,
            conditions=self._conditions(
                organization, [remembered(known, today.year), Said("Ready", True, "Ready", text)]
            ),
        )
        await write_status(self._s.kube, self._s.cache, organization, organization.status, status)
        if known:  # with the year other calls begin
            self._s.organization(name, (date(today.year + 1, 1, 1) - today).days * DAY_SECONDS)

    def _memory(self, organization: Organization) -> tuple[Remembered, ...]:
        """What is known already stays known: its Decisions may have been pruned, its projects and namespaces deleted."""
        cache = self._s.cache
        decisions = cache.group(Decision, organization.name, "organization")
        namespaces = [project.name for project in cache.group(Project, organization.name)]
        found = (cache.one(Report, name, of) for of in namespaces for _, name in cache.refs_in("Report", of))
        reports = [report for report in found if report is not None]
        return memory(organization.status.memory, decisions, reports)[-MEMORY:]

    def _latest_day(self) -> date:
        """The day it is where the day begins last: a year begins once it has begun in every zone."""
        now = self._s.clock.now()
        days = (zone_day(now, programme.spec.time_zone) for programme in self._s.cache.all(Programme))
        return min((day for day in days if day is not None), default=now.date())

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
