"""The increases of an accelerator that are approved or offered, from the Reviews in the cache: they outlive a restart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tenure.api import Accelerator, Organization, Review
from tenure.control.assess import Assessment, Assessor, zone_day
from tenure.control.cache import Cache
from tenure.rules.acceptance import organization_cap
from tenure.rules.increases import Answer, Wish, approved, offered
from tenure.rules.utilization import counts

Answers = Mapping[str, tuple[str, Answer]]
"""Allocation -> review and answer."""


@dataclass(frozen=True)
class Approved:
    """An increase with the review it belongs to."""

    wish: Wish
    review: str
    observed: bool
    """The programme is in mode Observe."""


@dataclass(frozen=True)
class Wishes:
    """Gathers them. `answers` are the last ones: what was promised by them is still being decided."""

    cache: Cache
    assessor: Assessor
    answers: Answers

    def of(self, accelerator: Accelerator, assessments: Iterable[Assessment]) -> Sequence[Approved]:
        """Of each allocation the earliest one: a later quarter's waits until that is decided."""
        found = ((one, review) for one in assessments if (review := self._asking(one)) is not None)
        rooms: dict[str, int] = {}
        made = []
        for one, review in found:
            name = one.project.spec.organization if one.project is not None else ""
            if name not in rooms:
                rooms[name] = self._room(name, accelerator)
            made.append(self._approved(one, review, accelerator, rooms[name]))
        return made

    def _asking(self, assessment: Assessment) -> Review | None:
        """The review of a running allocation in which an increase is approved or may still be."""
        if assessment.refusal is not None or assessment.programme is None or assessment.entitlement.state != "Running":
            return None
        today = zone_day(self.assessor.clock.now(), assessment.programme.spec.time_zone)
        decided = {one.review for one in assessment.decisions if one.award_digest == assessment.award_digest}
        asking = [
            review
            for review in self.cache.group(Review, assessment.allocation.name)
            if review.spec.review not in decided and today is not None
            if approved(review) is not None or offered(review, today)
        ]
        return min(asking, key=lambda review: (approved(review) is None, _window_end(review)), default=None)

    def _approved(self, one: Assessment, review: Review, accelerator: Accelerator, room: int) -> Approved:
        assert one.programme is not None
        programme, allocation = one.programme.spec, one.allocation
        wish = Wish(
            name=allocation.name,
            organization=one.project.spec.organization if one.project is not None else "",
            priority_class=allocation.spec.priority_class,
            utilization=counts(review.status.ledger, programme.measurement).measured,
            held=one.entitlement.grant.devices,
            rungs=tuple(bundle.devices for bundle in accelerator.spec.ladder),
            counted=_counted(one),
            room=room,
            approved=approved(review),
            promised=self._promised(one, review),
        )
        return Approved(wish, review.spec.review, programme.mode == "Observe")

    def _promised(self, one: Assessment, review: Review) -> int:
        """Devices that were granted to it by the last run, if it still asks for the same."""
        name, answer = self.answers.get(one.allocation.name, ("", None))
        same = answer is not None and name == review.spec.review and answer.approved == approved(review)
        devices = promise(self.answers, one.allocation.name) if same else 0
        return devices if devices > one.entitlement.grant.devices else 0

    def _room(self, name: str, accelerator: Accelerator) -> int:
        """R1: devices that the organization may still get, beside all that count already."""
        organization = self.cache.one(Organization, name)
        assert organization is not None
        members = self.assessor.organization(name).values()
        return organization_cap(organization, accelerator) - sum(_counted(one) for one in members if one.counts_for_cap)


def promise(answers: Answers, allocation: str) -> int:
    """Devices that an approved increase was granted; 0 where none was."""
    answer = answers[allocation][1] if allocation in answers else None
    return answer.devices if answer is not None and answer.granted else 0


def _counted(one: Assessment) -> int:
    """R1: devices by which an allocation counts for its organization's cap."""
    return max(one.allocation.spec.devices, one.entitlement.grant.devices)


def _window_end(review: Review) -> str:
    dates = review.status.dates
    return dates.window_end.isoformat() if dates is not None else ""
