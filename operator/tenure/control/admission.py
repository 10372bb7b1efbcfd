"""The book of admission: devices granted out of each accelerator's capacity, never more than there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tenure.api import Accelerator, Allocation, Review
from tenure.api.names import NODE_VALUE
from tenure.api.quantity import parse
from tenure.control.assess import Assessment, Assessor
from tenure.control.cache import Cache
from tenure.control.capacity import Elsewhere, Held, capacity, elsewhere
from tenure.control.kube import Manifest
from tenure.control.live import grants_in
from tenure.control.wishes import Approved, Wishes, promise
from tenure.rules.capacity import Admission, Claim, admit
from tenure.rules.increases import Answer, approved


@dataclass
class Book:
    """Grants as last worked out. Every project reads its own here; only the accelerator's run writes them."""

    cache: Cache
    assessor: Assessor
    _granted: dict[tuple[str, str], int] = field(default_factory=dict)
    _admission: dict[str, Admission] = field(default_factory=dict)
    _answers: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    """Allocation -> the review in which an increase is approved, and what became of it."""
    _elsewhere: dict[str, Elsewhere] = field(default_factory=dict)
    held: Held | None = None
    """What pods hold that no quota of Tenure counts; None until they were counted, and nothing is granted before."""

    def answer(self, review: Review) -> Answer | None:
        """What became of a review's approved increase; None where none is, or its accelerator's run is still to come."""
        return self._last(review) if self.knows(review) else None

    def knows(self, review: Review) -> bool:
        """Whether the last run knew what the committee approves in a review now."""
        last = self._last(review)
        return (last.approved if last is not None else None) == approved(review)

    def answers_another(self, review: Review) -> bool:
        """Whether another review of the allocation has an increase that comes first."""
        return review.spec.allocation in self._answers and self._last(review) is None

    def _last(self, review: Review) -> Answer | None:
        of, answer = self._answers.get(review.spec.allocation, ("", None))
        return answer if of == review.spec.review else None

    def granted(self, allocation: Allocation) -> int | None:
        """Devices granted; None while its accelerator's run is still to come."""
        return self._granted.get((allocation.spec.accelerator, allocation.name))

    def free(self, accelerator: str) -> int:
        """Devices that nobody holds; others may wait for them."""
        known = self._admission.get(accelerator)
        return known.free if known is not None else 0

    def elsewhere(self, accelerator: str) -> Elsewhere:
        """Devices of an accelerator that are in other hands."""
        return self._elsewhere.get(accelerator, Elsewhere())

    def renew(self, accelerator: Accelerator) -> tuple[Admission, list[str]]:
        """Work an accelerator out anew. Returns the admission and the allocations for which something has changed."""
        assessments = [a for a in self.assessor.everyone() if a.allocation.spec.accelerator == accelerator.name]
        live, others = self._live(accelerator, {a.allocation.name: a.entitlement.grant.devices for a in assessments})
        claims = [self._claim(a, live.get(a.allocation.name, 0)) for a in assessments]
        away = self._elsewhere[accelerator.name] = self._in_other_hands(accelerator, assessments, claims)
        others += away.devices
        wishes = Wishes(self.cache, self.assessor, self._answers).of(accelerator, assessments)
        total, reserved = capacity(self.cache, accelerator), accelerator.spec.reserved
        real = [one.wish for one in wishes if not one.observed]
        admission = admit(claims, total, others, wishes=real, reserved=reserved)
        answers = dict(admission.answers)
        if len(real) < len(wishes):  # what would be granted if those were real as well takes nothing from the others
            would = admit(claims, total, others, wishes=[one.wish for one in wishes], reserved=reserved).answers
            answers = {**would, **answers}
        changed = self._grants(accelerator, admission) | self._answered(assessments, wishes, answers)
        self._admission[accelerator.name] = admission
        return admission, sorted(changed)

    def _grants(self, accelerator: Accelerator, admission: Admission) -> set[str]:
        """Takes the grants over and returns the allocations whose grant has changed."""
        grants = {(accelerator.name, name): devices for name, devices in admission.granted.items()}
        changed = {key[1] for key, devices in grants.items() if self._granted.get(key) != devices}
        others_grants = {key: devices for key, devices in self._granted.items() if key[0] != accelerator.name}
        self._granted = others_grants | grants
        return changed

    def _answered(
        self, assessments: Sequence[Assessment], wishes: Sequence[Approved], answers: Mapping[str, Answer]
    ) -> set[str]:
        """Takes the answers over and returns the allocations whose answer has changed."""
        mine = {a.allocation.name for a in assessments}
        before = {name: kept for name, kept in self._answers.items() if name in mine}
        now = {one.wish.name: (one.review, answers[one.wish.name]) for one in wishes if one.wish.name in answers}
        self._answers = {name: kept for name, kept in self._answers.items() if name not in mine} | now
        return {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}

    def _claim(self, assessment: Assessment, live: int) -> Claim:
        """What was granted and is on its way into a quota counts as held, so that nothing is granted twice.

        So does an increase that was granted and is decided by now. What would be granted in mode Observe, or to a project
        that is left alone, takes no capacity; what a live quota there gives does.
        """
        allocation = assessment.allocation
        created = allocation.metadata.creation_timestamp
        assert created is not None
        entitled = assessment.entitlement.grant.devices if assessment.written else 0
        promised = min(max(self.granted(allocation) or 0, promise(self._answers, allocation.name)), entitled)
        return Claim(allocation.name, entitled, max(live, promised), allocation.spec.priority_class, created)

    def _in_other_hands(
        self, accelerator: Accelerator, assessments: Sequence[Assessment], claims: Sequence[Claim]
    ) -> Elsewhere:
        """Devices of the capacity that pods hold in namespaces without a quota of Tenure."""
        awarded: Counter[str] = Counter()
        for assessed, claim in zip(assessments, claims, strict=True):
            awarded[assessed.allocation.spec.project] += claim.entitled
        return elsewhere(self.cache, accelerator, self.held or {}, awarded)

    def _live(self, accelerator: Accelerator, mine: dict[str, int]) -> tuple[dict[str, int], int]:
        """Devices in the live quotas of namespaces pinned to the accelerator: by allocation, and of those that are gone."""
        live: dict[str, int] = {}
        others = 0
        for quota in self.cache.bodies("ResourceQuota"):
            if not pinned(self.cache, quota["metadata"]["namespace"], accelerator):
                continue
            found = held(quota, accelerator.spec.resource_name)
            for name, devices in self._explained(quota["metadata"]["namespace"], found, mine).items():
                if name in mine:
                    live[name] = live.get(name, 0) + devices
                else:
                    others += devices
        return live, others

    def _explained(self, namespace: str, found: Mapping[str, int], mine: Mapping[str, int]) -> dict[str, int]:
        """Devices without a record are the namespace's own allocations', as far as these are entitled to them."""
        left, shares = found.get("", 0), {name: devices for name, devices in found.items() if name}
        for allocation in sorted(self.cache.group(Allocation, namespace), key=lambda a: a.name) if left else ():
            share = min(left, max(0, mine.get(allocation.name, 0) - shares.get(allocation.name, 0)))
            shares[allocation.name] = shares.get(allocation.name, 0) + share
            left -= share
        return {**shares, **({"": left} if left else {})}


def held(quota: Manifest, resource: str) -> Mapping[str, int]:
    """Devices that a quota gives to each allocation: the larger of what is written and what is still enforced.

    What its record does not explain counts for the largest, or for nobody (the empty name) where there is no record.
    """
    grants = grants_in(quota)
    key = f"requests.{resource}"
    written = parse(quota.get("spec", {}).get("hard", {}).get(key, "0"))
    bound = parse(quota.get("status", {}).get("hard", {}).get(key, "0"))
    extra = int(max(written, bound)) - sum(grants.values())
    if extra <= 0:
        return grants
    first = max(grants, key=lambda name: (grants[name], name), default="")
    return {**grants, first: grants.get(first, 0) + extra}


def pinned(cache: Cache, namespace: str, accelerator: Accelerator) -> bool:
    """Whether the namespace's pods run on this accelerator's nodes."""
    body = cache.body("Namespace", "", namespace) or {"metadata": {}}
    return body["metadata"].get("annotations", {}).get(NODE_VALUE) in accelerator.spec.node_selector.values()
