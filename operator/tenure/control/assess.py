"""What every allocation is entitled to, from the cache: acceptance within its organization, and the fold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tenure.api import Accelerator, Allocation, Decision, Organization, Programme, Project, Review
from tenure.api.allocation import Grant
from tenure.api.decision import DecisionSpec
from tenure.api.names import MANAGED, PROJECT, QUOTA
from tenure.api.quantity import parse, write
from tenure.control.cache import Cache
from tenure.control.clock import Clock
from tenure.control.live import live_grants
from tenure.rules import bundles, calendar
from tenure.rules.acceptance import Award, Refusal, refusal
from tenure.rules.grant import Entitlement, capped, digest, entitled
from tenure.rules.history import quarters_without_record
from tenure.rules.record import Circumstances, Subject


@dataclass(frozen=True)
class Assessment:
    """One allocation with what it names and what it is entitled to today. Refused ones are entitled to nothing."""

    allocation: Allocation
    award_digest: str
    refusal: Refusal | None
    project: Project | None = None
    programme: Programme | None = None
    accelerator: Accelerator | None = None
    award: Grant = field(default_factory=Grant)
    entitlement: Entitlement = field(default_factory=lambda: Entitlement(Grant(), "NotStarted"))
    decisions: tuple[DecisionSpec, ...] = ()
    missing: tuple[str, ...] = ()
    """Past reviews that have no Decision and were not opened in time."""

    @property
    def written(self) -> bool:
        """Whether Tenure writes what is granted: the programme enforces it, and the project is not left alone."""
        enforces = self.programme is not None and self.programme.spec.mode == "Enforce"
        return enforces and (self.project is None or self.project.spec.manage)

    @property
    def storage_only(self) -> bool:
        """R3, R22: whether nothing but storage is held: awarded so, or what is left since all devices were given back."""
        return self.accelerator is None or (self.entitlement.grant.devices == 0 and not self.missing)

    @property
    def subject(self) -> Subject:
        """Whom a Decision is about."""
        allocation, organization = self.allocation, self.project.spec.organization if self.project is not None else ""
        return Subject(allocation.name, allocation.spec.project, organization, self.award_digest)

    @property
    def circumstances(self) -> Circumstances:
        """What a Decision on an accepted allocation is made under."""
        assert self.programme is not None
        accelerator = self.accelerator.spec if self.accelerator is not None else None
        award, rules = self.allocation.spec, self.programme.spec
        return Circumstances(award, rules, accelerator, self.in_use_from, self.missing)

    @property
    def counts_for_cap(self) -> bool:
        """R1: whether its devices count for the organization's cap."""
        return self.refusal is None and self.entitlement.state in ("NotStarted", "Running")

    @property
    def in_use_from(self) -> date | None:
        """First day that counts for measuring: `spec.inUseSince`, or the day on which access was given."""
        spec, since = self.allocation.spec, self.allocation.status.access_since
        if spec.in_use_since is not None:
            return spec.in_use_since
        if since is None or self.programme is None:
            return None
        return max(calendar.today(since, self.programme.spec.time_zone), spec.term.start)

    @property
    def counts_from(self) -> date | None:
        """R14: first day after set-up, which begins with access. What ran before Tenure knew it has set-up behind it."""
        since = self.in_use_from
        if since is None or self.programme is None or self.allocation.spec.in_use_since is not None:
            return since
        return since + timedelta(days=self.programme.spec.measurement.set_up_days)

    def kept(self, live: int, today: date | None) -> Grant | None:
        """What a refused allocation goes on holding of what it was given; None where nobody can tell any more."""
        spec = self.allocation.spec
        if self.programme is None or today is None:
            return None
        awarded = Grant(devices=spec.devices, storage=write(parse(spec.storage)))
        day = max(today, spec.term.start)
        folded = entitled(awarded, spec.term, self.decisions, self.award_digest, day)
        storage = Grant(storage=folded.grant.storage)
        if today > spec.term.end or (live == 0 and folded.stopped):
            return storage
        if not spec.accelerator:
            computing = bundles.award(spec, None, self.programme.spec.tenancy)
            return computing.model_copy(update={"storage": storage.storage})
        if live == 0:
            return storage if folded.grant.devices else folded.grant
        if self.accelerator is None or bundles.rung(self.accelerator.spec, live) is None:
            return None
        return bundles.with_devices(storage, self.accelerator.spec, live)

    def grant_with(self, devices: int) -> Grant:
        """The entitled grant on the rung of so many devices."""
        grant = self.entitlement.grant
        if self.accelerator is None or devices == grant.devices:
            return grant
        return bundles.with_devices(grant, self.accelerator.spec, devices)


@dataclass
class Assessor:
    """Assessments by organization, kept until something they depend on changes."""

    cache: Cache
    clock: Clock
    _known: dict[str, dict[str, Assessment]] = field(default_factory=dict)
    _day: dict[str, date | None] = field(default_factory=dict)

    def forget(self, organization: str | None = None) -> None:
        """Something of an organization has changed; of all of them without a name."""
        if organization is None:
            self._known.clear()
        else:
            self._known.pop(organization, None)

    def refresh(self, allocation: Allocation) -> None:
        """An allocation whose status alone has changed is assessed as before."""
        for group in self._known.values():
            if allocation.name in group:
                group[allocation.name] = replace(group[allocation.name], allocation=allocation)
                return

    def project(self, name: str) -> list[Assessment]:
        """The assessments of a project's allocations, in order of their names."""
        project = self.cache.one(Project, name)
        group = self.organization(project.spec.organization if project is not None else "")
        return sorted((a for a in group.values() if a.allocation.spec.project == name), key=lambda a: a.allocation.name)

    def holders(self, name: str) -> list[Assessment]:
        """Those of them that may hold devices: accepted, and not of storage alone."""
        return [a for a in self.project(name) if a.refusal is None and a.accelerator is not None]

    def everyone(self) -> list[Assessment]:
        """All assessments."""
        names = {project.spec.organization for project in self.cache.all(Project)} | {""}
        return [found for name in names for found in self.organization(name).values()]

    def organization(self, name: str) -> dict[str, Assessment]:
        """The assessments of an organization's allocations. The empty name has those whose project is not there."""
        self._turn_the_day()
        if name not in self._known:
            self._known[name] = self._assess(self._members(name))
        return self._known[name]

    def _turn_the_day(self) -> None:
        """A new day in any programme's zone makes everything be asked anew."""
        now = self.clock.now()
        days = {p.name: zone_day(now, p.spec.time_zone) for p in self.cache.all(Programme)}
        if days != self._day:
            self._day = days
            self.forget()

    def _members(self, organization: str) -> list[Allocation]:
        if not organization:
            return [a for a in self.cache.all(Allocation) if self.cache.one(Project, a.spec.project) is None]
        projects = self.cache.group(Project, organization)
        return [a for project in projects for a in self.cache.group(Allocation, project.name)]

    def _assess(self, members: list[Allocation]) -> dict[str, Assessment]:
        """In order of age, but what runs already before what does not: no older award displaces a running one."""
        accepted: dict[str, Assessment] = {}
        found: dict[str, Assessment] = {}
        for allocation in sorted(members, key=self._rank):
            found[allocation.name] = one = self._one(allocation, accepted)
            if one.counts_for_cap:
                accepted[allocation.name] = one
        return found

    def _rank(self, allocation: Allocation) -> tuple[bool, datetime, str]:
        live = allocation.name in live_grants(self.cache, allocation.spec.project)
        created = allocation.metadata.creation_timestamp
        assert created is not None
        return (not live, created, allocation.name)

    def _one(self, allocation: Allocation, earlier: Mapping[str, Assessment]) -> Assessment:
        spec, cache = allocation.spec, self.cache
        project = cache.one(Project, spec.project)
        programme = cache.one(Programme, spec.programme)
        accelerator = cache.one(Accelerator, spec.accelerator) if spec.accelerator else None
        organization = cache.one(Organization, project.spec.organization) if project is not None else None
        observed = programme is not None and programme.spec.mode == "Observe"
        blocked = self.project_refusal(project) if project is not None and not observed else None
        before = tuple(a.allocation for a in earlier.values())
        grown = {name: a.entitlement.grant.devices for name, a in earlier.items()}
        award = Award(allocation, project, organization, programme, accelerator, before, grown, blocked)
        award_digest, objection = digest(spec), refusal(award)
        decisions = tuple(d.spec for d in cache.group(Decision, allocation.name))
        if objection is not None or programme is None or zone_day(self.clock.now(), programme.spec.time_zone) is None:
            objection = objection or _bad_zone(programme)
            refused = Assessment(allocation, award_digest, objection, project, programme, accelerator)
            return replace(refused, decisions=decisions)
        amount = bundles.award(spec, accelerator.spec if accelerator else None, programme.spec.tenancy)
        day = calendar.today(self.clock.now(), programme.spec.time_zone)
        entitlement = entitled(amount, spec.term, decisions, award_digest, day)
        base = Assessment(
            allocation, award_digest, None, project, programme, accelerator, amount, entitlement, decisions
        )
        return self._with_history(base, day)

    def _with_history(self, base: Assessment, day: date) -> Assessment:
        """Where a past quarter has no record, the grant does not rise above the live quota."""
        assert base.programme is not None
        if base.storage_only or base.entitlement.state != "Running":
            return base
        live = live_grants(self.cache, base.allocation.spec.project).get(base.allocation.name)
        since = base.in_use_from or (self._quota_since(base) if live is not None else None)
        recorded = {d.review for d in base.decisions}
        recorded |= {r.spec.review for r in self.cache.group(Review, base.allocation.name) if opened_in_time(r)}
        missing = quarters_without_record(base.programme.spec, base.allocation.spec.term, since, recorded, day)
        if not missing:
            return base
        smaller = base.grant_with(live) if live is not None else Grant()
        held = capped(base.entitlement, live, smaller)
        return replace(base, entitlement=held, missing=missing)

    def _quota_since(self, base: Assessment) -> date:
        """A live quota without a date of access has lost its status: it was in use since the quota was made."""
        assert base.programme is not None
        quota = self.cache.body("ResourceQuota", base.allocation.spec.project, QUOTA)
        assert quota is not None
        made = datetime.fromisoformat(quota["metadata"]["creationTimestamp"])
        return max(calendar.today(made, base.programme.spec.time_zone), base.allocation.spec.term.start)

    def project_refusal(self, project: Project) -> Refusal | None:
        """An existing namespace that is not ours is left alone, unless the project says to take it over.

        A programme that only observes takes nothing over, so there it is no objection.
        """
        namespace = self.cache.body("Namespace", "", project.name)
        if namespace is None or project.spec.adopt_namespace:
            return None
        labels = namespace["metadata"].get("labels", {})
        if labels.get(MANAGED) == "true" and labels.get(PROJECT) == project.name:
            return None
        if self.cache.body("ResourceQuota", project.name, QUOTA) is not None:
            return None  # its labels were changed by hand; with our quota in it, it is ours, and they are put back
        return Refusal(
            "NamespaceNotOurs",
            f"A namespace {project.name} exists and is not managed by Tenure; it is left as it is. "
            "Choose another name, or set spec.adoptNamespace to take it over.",
        )


def opened_in_time(review: Review) -> bool:
    """Whether a review was opened within its window and is still to be decided.

    One that had to be opened afterwards may be a lost one, and one that names a Decision which is not there has lost it.
    """
    opened, dates = review.status.opened_at, review.status.dates
    in_time = opened is not None and dates is not None and opened.date() <= dates.window_end
    return in_time and not review.status.decision


def zone_day(now: datetime, zone: str) -> date | None:
    """The day in a zone, or None for a zone that does not exist."""
    try:
        return now.astimezone(ZoneInfo(zone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _bad_zone(programme: Programme | None) -> Refusal:
    assert programme is not None
    zone = programme.spec.time_zone
    return Refusal(
        "UnknownTimeZone", f"Programme {programme.name} has the time zone {zone}, which is none. Write Asia/Seoul."
    )
