"""One day of an allocation: what Prometheus says of its namespace, and which part of that is the allocation's.

It reads the cache and Prometheus and writes nothing. The ledger is made of it, and whoever verifies a ledger asks it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from tenure.api import Accelerator, Outage, Programme, Project, TelemetryProfile
from tenure.api.review import LedgerStatus
from tenure.control.assess import Assessment
from tenure.control.cache import Cache
from tenure.control.capacity import capacity
from tenure.control.meter import Meter
from tenure.rules.grant import entitled, held_during
from tenure.rules.outages import Stake, outage_seconds, spans_out
from tenure.telemetry.classify import classify
from tenure.telemetry.facts import DayFacts, split
from tenure.telemetry.readings import DayReading, Problem
from tenure.telemetry.window import Window, day_bounds


@dataclass(frozen=True)
class Share:
    """What a namespace was granted on a day and could not be given, and which part of it is one allocation's."""

    mine: int
    total: int
    before: int
    outage: int
    no_capacity: int

    def of(self, facts: DayFacts) -> DayFacts:
        """The allocation's part of the namespace's day."""
        return split(facts, self.mine, self.total, self.before) if self.total else facts


def devices_on(assessed: Assessment, day: date) -> int:
    """Devices an allocation was granted on a day: its fold on that day, but no more than it really held (R16).

    What was entitled and waited for capacity is not counted against the tenant. Nothing counts before it was in use.
    """
    if assessed.programme is None or assessed.in_use_from is None or day < assessed.in_use_from:
        return 0
    term = assessed.allocation.spec.term
    devices = entitled(assessed.award, term, assessed.decisions, assessed.award_digest, day).grant.devices
    bounds = day_bounds(day, assessed.programme.spec.time_zone)
    return min([devices, *held_during(assessed.allocation.status.held, *bounds)])


def profile_name(assessed: Assessment, stored: LedgerStatus | None) -> str:
    """The TelemetryProfile of a review: the one it began with, else the programme's choice, else the accelerator's."""
    assert assessed.accelerator is not None
    assert assessed.programme is not None
    chosen = assessed.programme.spec.measurement.profiles.get(assessed.accelerator.name)
    return (stored.profile if stored is not None else "") or chosen or assessed.accelerator.spec.telemetry.profile


def counted_by(stored: LedgerStatus | None) -> str:
    """Digest of the profile's spec by which days of a ledger were counted; empty while none was."""
    return stored.profile_digest if stored is not None and "C" in stored.states else ""


@dataclass(frozen=True)
class Measuring:
    """Works out the days of one allocation."""

    cache: Cache
    meter: Meter
    assessed: Assessment
    group: Sequence[Assessment]
    """The allocations of its project that hold devices; it is one of them."""
    profile_name: str
    profile_digest: str = ""
    """Where days were counted by a profile: what its spec was. Another one of that name measures nothing here."""

    async def day(self, day: date) -> tuple[DayFacts, DayReading]:
        """One finished day: the allocation's share of what its namespace was measured for, and what Prometheus said."""
        reading, share = await self.reading(day), self.share(day)
        whole = classify(
            reading,
            self.assessed.allocation.spec.project,
            share.total,
            min_coverage_percent=self.programme.spec.measurement.minimum_day_coverage_percent,
            capacity=capacity(self.cache, self.accelerator),
            setup=_in_set_up(self.assessed, day),
            outage=share.outage,
            no_capacity=share.no_capacity,
        )
        return share.of(whole), reading

    async def reading(self, day: date) -> DayReading:
        """What Prometheus says of the accelerator's day. Never raises for Prometheus; the reading has the problem."""
        bounds = day_bounds(day, self.zone)
        if self.profile is None:
            text = (
                f"The TelemetryProfile {self.profile_name} is not there, or is another one than that by which days were counted. "
                "Apply the right one, or name another in the Accelerator."
            )
            return DayReading(Window(*bounds), problem=Problem("QueryFailed", text))
        out = spans_out(self.outages, self.accelerator.name, *bounds)
        return await self.meter.day(self.accelerator, self.profile, self.zone, day, out)

    def share(self, day: date) -> Share:
        """Which part of the namespace's day is the allocation's."""
        shares = {a.allocation.name: devices_on(a, day) for a in self.group}
        own = self.assessed.allocation.name
        total = sum(shares.values())
        return Share(
            mine=devices_on(self.assessed, day),
            total=total,
            before=sum(devices for name, devices in shares.items() if name < own),
            outage=outage_seconds(self.outages, self.accelerator.name, self._stake(total), *day_bounds(day, self.zone)),
            no_capacity=self.waited.get(day.isoformat(), 0),
        )

    def _stake(self, devices: int) -> Stake:
        """What the namespace may have lost by an Outage."""
        project = self.assessed.allocation.spec.project
        return Stake(project, devices, capacity(self.cache, self.accelerator))

    def differs(self, day: date, facts: DayFacts) -> bool:
        """Whether the centre could give more or less on that day than was known when the facts were worked out."""
        share = self.share(day)
        now = share.of(replace(facts, outage=share.outage, no_capacity=share.no_capacity))
        return (now.outage, now.no_capacity) != (facts.outage, facts.no_capacity)

    @property
    def accelerator(self) -> Accelerator:
        """What it holds devices of."""
        assert self.assessed.accelerator is not None
        return self.assessed.accelerator

    @property
    def programme(self) -> Programme:
        """Whose rules hold."""
        assert self.assessed.programme is not None
        return self.assessed.programme

    @property
    def zone(self) -> str:
        """The time zone of its days."""
        return self.programme.spec.time_zone

    @property
    def profile(self) -> TelemetryProfile | None:
        """How its devices are measured; None if there is no such profile any more."""
        found = self.cache.one(TelemetryProfile, self.profile_name)
        return found if found is not None and self.profile_digest in ("", found.digest) else None

    @property
    def outages(self) -> Sequence[Outage]:
        """All that were declared."""
        return tuple(self.cache.all(Outage))

    @property
    def waited(self) -> Mapping[str, int]:
        """Day -> device-seconds for which pods of the namespace waited for room in the centre."""
        project = self.cache.one(Project, self.assessed.allocation.spec.project)
        return project.status.waiting.device_seconds if project is not None and project.status.waiting else {}


def _in_set_up(assessed: Assessment, day: date) -> bool:
    """R14: the first days after access was given. One that ran before Tenure knew it has them behind it."""
    counts_from = assessed.counts_from
    return assessed.allocation.spec.in_use_since is None and counts_from is not None and day < counts_from
