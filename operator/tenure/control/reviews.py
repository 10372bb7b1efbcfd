"""The reviews of a Project's allocations: opened, measured, told, decided, enforced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tenure.api import Decision, Organization, Review, names
from tenure.api.conditions import Condition, Said, conditions, find, is_true
from tenure.api.decision import DecisionSpec
from tenure.api.model import API_VERSION
from tenure.api.review import ReviewStatus
from tenure.control.assess import Assessment
from tenure.control.days import devices_on
from tenure.control.evidence import evidence
from tenure.control.kube import ApiError, Manifest
from tenure.control.ledgers import Days, bring_up_to_date
from tenure.control.live import enforced, live_grants
from tenure.control.paths import SERVED
from tenure.control.services import Services
from tenure.control.statuses import write_status
from tenure.rules import bundles, calendar, record
from tenure.rules.acceptance import organization_cap
from tenure.rules.case import Case
from tenure.rules.corroboration import corroborated
from tenure.rules.forecast import forecast
from tenure.rules.grant import entitled
from tenure.rules.history import reviewed_windows
from tenure.rules.outlook import on_course
from tenure.rules.review import Progress, Ruling, progress
from tenure.rules.utilization import counts, status

SOON = 0.2
"""Seconds until a review that was just opened is looked at."""
CAPACITY_AGAIN_SECONDS = 60.0
"""How often an approved increase that waits for devices is looked at."""
NO_LONGER_RUNNING = Said(
    "OnCourse", None, "Over", "The review is decided; what is used from now on does not change it."
)


class ReviewReconciler:
    """Brings every review of a project forward as far as the time allows."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def reconcile(self, project: str) -> None:
        """All reviews of one project. Raises ApiError to be run again."""
        namespace = self._s.cache.body("Namespace", "", project)
        if namespace is None or namespace["metadata"].get("deletionTimestamp"):
            return
        group = self._s.assessor.holders(project)
        for assessed in group:
            assert assessed.programme is not None
            today = calendar.today(self._s.clock.now(), assessed.programme.spec.time_zone)
            term = assessed.allocation.spec.term
            for window in reviewed_windows(assessed.programme.spec, term, assessed.in_use_from, today):
                if await self._review(assessed, group, window):
                    return  # the Decision changes what the next review starts from

    async def _review(self, assessed: Assessment, group: Sequence[Assessment], window: calendar.Window) -> bool:
        """One review, one step forward. Returns whether a Decision was written."""
        allocation = assessed.allocation
        review = self._s.cache.one(Review, names.review(allocation.name, window.review), allocation.spec.project)
        decided = [d for d in self._s.cache.group(Decision, allocation.name) if d.spec.review == window.review]
        if review is None:
            if not decided and devices_on(assessed, max(window.start, assessed.in_use_from or window.start)):
                await self._open(assessed, window)
        elif decided:
            await self._conclude(assessed, review, decided[-1])
        else:
            return await self._advance(assessed, group, review, window)
        return False

    async def _open(self, assessed: Assessment, window: calendar.Window) -> None:
        allocation = assessed.allocation
        body: Manifest = {
            "apiVersion": API_VERSION,
            "kind": "Review",
            "metadata": {
                "name": names.review(allocation.name, window.review),
                "namespace": allocation.spec.project,
                "labels": {
                    names.MANAGED: "true",
                    names.PROJECT: allocation.spec.project,
                    names.ALLOCATION: allocation.name,
                },
            },
            "spec": {"allocation": allocation.name, "review": window.review},
        }
        try:
            self._s.cache.put(await self._s.kube.create(SERVED["Review"], body), watched=False)
        except ApiError as error:
            if error.code != 409:
                raise
        self._s.review(allocation.spec.project, SOON)

    async def _advance(
        self, assessed: Assessment, group: Sequence[Assessment], review: Review, window: calendar.Window
    ) -> bool:
        """Measure what can be measured, say how it stands, and decide if it is time."""
        days = await bring_up_to_date(self._s, assessed, group, review, window)
        case = self._case(assessed, review, window, days)
        found = progress(case)
        await self._write(review, case, found, days)
        decide = found.decide if days.complete else None
        if decide is not None:
            await self._decide(assessed, review, case, decide)
        self._look_again(assessed, case, found, days)
        return decide is not None

    def _case(self, assessed: Assessment, review: Review, window: calendar.Window, days: Days) -> Case:
        assert assessed.programme is not None
        assert assessed.accelerator is not None
        programme, term, now = assessed.programme.spec, assessed.allocation.spec.term, self._s.clock.now()
        day = min(calendar.today(now, programme.time_zone), term.end)
        held = recorded = entitled(assessed.award, term, assessed.decisions, assessed.award_digest, day).grant
        if assessed.entitlement.state == "Running" and not review.status.outcome:
            # Not above the live quota where a past quarter has no record. A review that was decided and has lost its
            # Decision starts from where it started then: nobody is cut twice for one quarter.
            held = assessed.entitlement.grant
        return Case(
            programme=programme,
            accelerator=assessed.accelerator.spec,
            term=term,
            window=window,
            held=held,
            cap=self._cap(assessed),
            free=self._s.book.free(assessed.accelerator.name),
            spec=review.spec,
            status=review.status,
            counts=counts(days.ledger, programme.measurement),
            now=now,
            record_lost=window.review in assessed.missing and held.devices < recorded.devices,
            counts_from=assessed.counts_from,
        )

    def _cap(self, assessed: Assessment) -> int:
        """R1: what the organization's cap leaves to this allocation."""
        assert assessed.project is not None
        assert assessed.accelerator is not None
        name = assessed.project.spec.organization
        organization = self._s.cache.one(Organization, name)
        assert organization is not None
        everyone = self._s.assessor.organization(name)
        others = [a for own, a in everyone.items() if a.counts_for_cap and own != assessed.allocation.name]
        taken = sum(max(a.allocation.spec.devices, a.entitlement.grant.devices) for a in others)
        return organization_cap(organization, assessed.accelerator) - taken

    async def _write(self, review: Review, case: Case, found: Progress, days: Days) -> None:
        before = review.status
        corroborating = corroborated(case.counts, case.programme)
        said = [days.said, corroborating, on_course(case), *found.said, _ready(found.said)]
        after = ReviewStatus(
            opened_at=before.opened_at or case.now.replace(microsecond=0),
            dates=found.dates,
            plan_submitted_at=found.plan_submitted_at,
            noticed_at=found.noticed_at,
            notice=found.notice,
            exempt=case.exempt,
            ledger=days.ledger,
            utilization=status(case.counts),
            forecast=forecast(case),
            recommendation=found.recommendation,
            conditions=self._conditions(review, said),
        )
        await self._put(review, after, tell=case.programme.mode == "Enforce")

    def _conditions(self, review: Review, said: Sequence[Said]) -> tuple[Condition, ...]:
        generation = review.metadata.generation
        return conditions(review.status.conditions, said, generation=generation, now=self._s.clock.now())

    async def _put(self, review: Review, after: ReviewStatus, *, tell: bool = True) -> None:
        """One Event for each step, then the status: a process that dies in between tells it again, in the same words."""
        before = review.status
        if tell:
            await self._s.recorder.steps(review, review.metadata.namespace, before.conditions, after.conditions)
        if await write_status(self._s.kube, self._s.cache, review, before, after):
            self._s.project(review.metadata.namespace)

    async def _decide(self, assessed: Assessment, review: Review, case: Case, ruling: Ruling) -> None:
        """Write the Decision, once: its name is the same for the same award and review."""
        after = case.held
        if ruling.devices != case.held.devices:
            after = bundles.with_devices(case.held, case.accelerator, ruling.devices)
        fresh = self._s.cache.one(Review, review.name, review.metadata.namespace) or review
        spec: DecisionSpec = record.decision(
            review=fresh,
            project=assessed.allocation.spec.project,
            programme=case.programme,
            award_digest=assessed.award_digest,
            before=case.held,
            after=after,
            ruling=ruling,
            earlier=assessed.decisions,
            telemetry=evidence(self._s.cache, assessed, fresh),
            now=self._s.clock.now(),
        )
        name = names.decision(assessed.allocation.name, review.spec.review, assessed.award_digest)
        body = {"apiVersion": API_VERSION, "kind": "Decision", "metadata": {"name": name}, "spec": spec.wire()}
        try:
            self._s.cache.put(await self._s.kube.create(SERVED["Decision"], body), watched=False)
        except ApiError as error:
            if error.code != 409:
                raise
        self._s.decided(assessed)

    async def _conclude(self, assessed: Assessment, review: Review, decision: Decision) -> None:
        """After the Decision: say what was decided, and whether the API server enforces it."""
        spec = decision.spec
        if review.status.outcome and is_true(review.status.conditions, "Enforced"):
            return
        running = assessed.entitlement.state == "Running"
        said = [Said("Decided", True, "Decided", spec.message), self._enforced(spec, running=running)]
        changed = self._conditions(review, [NO_LONGER_RUNNING, *said, _ready(said)])
        kept = [c for c in review.status.conditions if find(changed, c.type) is None]
        decided = {"outcome": spec.kind, "decision": decision.name, "forecast": None}
        after = review.status.model_copy(update={**decided, "conditions": (*kept, *changed)})
        await self._put(review, after)

    def _enforced(self, spec: DecisionSpec, *, running: bool) -> Said:
        if spec.before == spec.after:
            return Said("Enforced", True, "NotNeeded", "The Decision changes nothing.")
        quota = self._s.cache.body("ResourceQuota", spec.project, names.QUOTA)
        live = live_grants(self._s.cache, spec.project).get(spec.allocation)
        as_decided = live == spec.after.devices or not running
        if quota is not None and as_decided and enforced(self._s.cache, quota):
            return Said("Enforced", True, "Enforced", f"The API server enforces {live or 0} devices.")
        return Said("Enforced", False, "Pending", f"The quota is being brought to {spec.after.devices} devices.")

    def _look_again(self, assessed: Assessment, case: Case, found: Progress, days: Days) -> None:
        pauses = [days.again]
        if found.again is not None:
            due = calendar.midnight(found.again, case.programme.time_zone) + timedelta(minutes=11)
            pauses.append((due - case.now).total_seconds())
        if any(s.reason == "AwaitingCapacity" for s in found.said):
            pauses.append(CAPACITY_AGAIN_SECONDS)
        for pause in pauses:
            if pause is not None:
                self._s.review(assessed.allocation.spec.project, max(1.0, pause))


def _ready(said: Sequence[Said]) -> Said:
    """One summary: a review is ready once it is concluded."""
    by_type = {s.type: s for s in said}
    told = by_type.get("Enforced") or by_type["Decided"]
    if told.reason == "Observed":
        return Said("Ready", False, "Observed", told.message)
    if by_type["Decided"].status and told.status:
        return Said("Ready", True, "Ready", by_type["Decided"].message)
    waits = by_type.get("Recommended", told)
    if waits.reason == "NoTermLeft":
        return Said("Ready", True, "Ready", waits.message)
    return Said("Ready", False, "NotReady", waits.message)
