"""What there is to tell of a project, and what every channel has taken of it. Project.status.told is the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tenure.api import Decision, Project, Relocation, Report, Review, names
from tenure.api.conditions import find
from tenure.api.programme import Channel
from tenure.control.assess import Assessment
from tenure.control.kube import Manifest
from tenure.control.services import Services
from tenure.rules import calendar, occasions
from tenure.rules.occasions import Occasion, Setting
from tenure.rules.retention import kept_until


@dataclass(frozen=True)
class Wanted:
    """A message for a channel."""

    channel: Channel
    occasion: Occasion
    programme: str
    file: str
    """Which has the address."""
    record: str

    @property
    def address(self) -> str:
        """Where it goes to, and in which language."""
        return f"{self.channel.language}/{self.file}"


def record(channel: Channel, occasion: Occasion) -> str:
    """What an occasion is recorded by once a channel has taken it."""
    return f"{channel.url_file}.{channel.language}/{occasion.key}"


def told_of(record: str) -> str:
    """The key of the occasion of a record."""
    return "/".join(record.rsplit("/", 3)[1:])


def setting(services: Services, one: Assessment) -> Setting:
    """What an allocation's occasions are worked out in."""
    assert one.programme is not None
    today = calendar.today(services.clock.now(), one.programme.spec.time_zone)
    return Setting(one.allocation.spec.project, one.allocation.name, one.programme.spec, today)


def told_notice(services: Services, one: Assessment, review: Review) -> str | None:
    """The notice in a Review, once every channel of the tenant's has taken it; None where no channel is set."""
    if not _channels(one):
        return None
    return review.status.notice if _all_taken(services, one, occasions.notice(review, setting(services, one))) else ""


def told_of_end(services: Services, one: Assessment, relocation: Relocation) -> bool:
    """Whether every channel of the tenant's has taken the notice that the grant ends for want of evidence."""
    return not _channels(one) or _all_taken(services, one, occasions.notice_of_end(relocation, setting(services, one)))


def told_of_deletion(services: Services, one: Assessment, until: date | None, deletion: date) -> bool:
    """Whether every channel of the tenant's has taken the last notice with this day."""
    wanted = occasions.of_retention("DeletionAnnounced", until, deletion, setting(services, one))
    return not _channels(one) or _all_taken(services, one, wanted)


def _channels(one: Assessment) -> list[Channel]:
    return [c for c in one.programme.spec.channels if c.to == "Tenant"] if one.programme is not None else []


def _all_taken(services: Services, one: Assessment, due: Iterator[Occasion]) -> bool:
    """False also while there is no occasion: what is not announced yet nobody was told of."""
    project, occasion = services.cache.one(Project, one.allocation.spec.project), next(due, None)
    if project is None or occasion is None:
        return False
    return all(record(channel, occasion) in project.status.told for channel in _channels(one))


def to_tell(services: Services, one: Assessment) -> Iterator[Occasion]:
    """All that stands to be told of an allocation, as its objects say."""
    where, name, project = setting(services, one), one.allocation.name, one.allocation.spec.project
    for review in sorted(services.cache.group(Review, name), key=lambda r: r.name):
        yield from occasions.of_review(review, where)
    for decision in sorted(services.cache.group(Decision, name), key=lambda d: d.spec.decided_at):
        yield from occasions.of_decision(decision, where)
    report = services.cache.one(Report, names.report(name), project)
    if report is not None:
        yield from occasions.of_report(report, where)
    relocation = services.cache.one(Relocation, names.relocation(name), project)
    if relocation is not None:
        yield from occasions.of_relocation(relocation, where)
    if one.refusal is None and one.entitlement.state == "Running":
        yield from occasions.of_term(one.allocation.spec.term, where)
    yield from _retention(services, one, where)


def _retention(services: Services, one: Assessment, where: Setting) -> Iterator[Occasion]:
    kept = find(one.allocation.status.conditions, "DataKept")
    if kept is None:
        return
    until = kept_until(one.entitlement, one.allocation.spec.term, where.rules.storage)
    claim = services.cache.body("PersistentVolumeClaim", where.project, names.claim(one.allocation.name))
    deletion = deletion_day(claim) if claim is not None else None
    yield from occasions.of_retention(kept.reason, until, deletion, where)


def deletion_day(body: Manifest) -> date | None:
    """The day of deletion that was announced of a claim or a namespace; None where none was, or where it cannot be read."""
    try:
        return date.fromisoformat(body["metadata"].get("annotations", {}).get(names.DELETION, ""))
    except ValueError:
        return None
