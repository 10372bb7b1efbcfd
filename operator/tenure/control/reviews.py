"""The reviews of a Project's allocations: opened, measured, told, decided, enforced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from tenure.api import Decision, Project, Review, names
from tenure.api.conditions import Condition, Said, conditions, find, is_true
from tenure.api.decision import DecisionSpec
from tenure.api.review import ReviewStatus
from tenure.control.assess import Assessment
from tenure.control.days import devices_on
from tenure.control.evidence import evidence
from tenure.control.ledgers import Days, bring_up_to_date
from tenure.control.live import enforced, live_grants
from tenure.control.once import decide, open_for
from tenure.control.services import Services
from tenure.control.statuses import write_status
from tenure.control.told import told_notice
from tenure.rules import bundles, calendar, record
from tenure.rules.case import Case
from tenure.rules.corroboration import corroborated
from tenure.rules.forecast import forecast
from tenure.rules.grant import entitled
from tenure.rules.history import reviewed_windows
from tenure.rules.increases import approved
from tenure.rules.outlook import on_course
from tenure.rules.planned import planned
from tenure.rules.review import Progress, Ruling, progress
from tenure.rules.utilization import counts, status
from tenure.rules.words import many

NO_AWARD = "Its award was deleted, so nothing is decided. If the award is written again, the review goes on."
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
        left = self._s.cache.one(Project, project)
        if left is not None and not left.spec.manage:
            return
        await self._without_award(project)
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

    async def _without_award(self, project: str) -> None:
        """A review whose award was deleted waits for nobody."""
        found = (self._s.cache.one(Review, name, project) for _, name in self._s.cache.refs_in("Review", project))
        for review in [one for one in found if one is not None and one.status.waits is not None]:
            if self._s.cache.entry("Allocation", "", review.spec.allocation) is None:
                said = [Said("Recommended", False, "NoTermLeft", NO_AWARD), Said("Decided", False, "Pending", NO_AWARD)]
                changed = self._conditions(review, [NO_LONGER_RUNNING, *said, _ready(said)])
                over = {"waits": None, "recommendation": None, "forecast": None, "conditions": _beside(review, changed)}
                await self._put(review, review.status.model_copy(update=over))

    async def _open(self, assessed: Assessment, window: calendar.Window) -> None:
        allocation = assessed.allocation
        spec = {"allocation": allocation.name, "review": window.review}
        await open_for(self._s, allocation, "Review", names.review(allocation.name, window.review), spec)

    async def _advance(
        self, assessed: Assessment, group: Sequence[Assessment], review: Review, window: calendar.Window
    ) -> bool:
        """Measure what can be measured, say how it stands, and decide if it is time."""
        if self._unanswered(assessed, review):
            return False
        days = await bring_up_to_date(self._s, assessed, group, review, window)
        case = self._case(assessed, review, window, days)
        found = progress(case)
        await self._write(assessed, review, case, found, days)
        decide = found.decide if days.complete else None
        if decide is not None:
            await self._decide(assessed, case, found, decide, days)
        self._look_again(assessed, case, found, days)
        return decide is not None

    def _unanswered(self, assessed: Assessment, review: Review) -> bool:
        """Whether an approved increase is still to take its place among all that wait; that run starts the review again."""
        if assessed.entitlement.state != "Running" or self._s.book.knows(review):
            return False
        self._s.accelerator(assessed.allocation.spec.accelerator, 0.0)
        return approved(review) is not None and not self._s.book.answers_another(review)

    def _case(self, assessed: Assessment, review: Review, window: calendar.Window, days: Days) -> Case:
        assert assessed.programme is not None
        assert assessed.accelerator is not None
        programme, term, now = assessed.programme.spec, assessed.allocation.spec.term, self._s.clock.now()
        day = min(calendar.today(now, programme.time_zone), term.end)
        fold = entitled(assessed.award, term, assessed.decisions, assessed.award_digest, day)
        held = recorded = fold.grant
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
            spec=review.spec,
            status=review.status,
            counts=counts(days.ledger, programme.measurement),
            now=now,
            decisions=fold.history,
            increase=self._s.book.answer(review),
            record_lost=window.review in assessed.missing and held.devices < recorded.devices,
            told=told_notice(self._s, assessed, review),
            counts_from=assessed.counts_from,
        )

    async def _write(self, assessed: Assessment, review: Review, case: Case, found: Progress, days: Days) -> None:
        before = review.status
        corroborating = corroborated(case.counts, case.programme)
        said = [days.said, corroborating, on_course(case), *found.said, _ready(found.said)]
        after = ReviewStatus(
            opened_at=before.opened_at or case.now.replace(microsecond=0),
            **found.remembered,
            exempt=case.exempt,
            ledger=days.ledger,
            utilization=status(case.counts),
            forecast=forecast(case),
            planned=planned(assessed.allocation.spec.usage_plan, days.ledger),
            conditions=self._conditions(review, said),
        )
        await self._put(review, after, tell=case.programme.mode == "Enforce")
        if (before.recommendation == "Increase") != (after.recommendation == "Increase"):
            self._s.accelerator(
                assessed.allocation.spec.accelerator
            )  # an increase joins those that wait, or leaves them

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

    async def _decide(self, assessed: Assessment, case: Case, found: Progress, ruling: Ruling, days: Days) -> None:
        """Write the Decision, once: its name is the same for the same award and review. Its evidence is the case itself."""
        after = case.held
        if ruling.devices != case.held.devices:
            after = bundles.with_devices(case.held, case.accelerator, ruling.devices)
        verdict = case.spec.verdict
        settled = record.Settled(
            kind=ruling.kind,
            before=case.held,
            after=after,
            effective=ruling.effective,
            message=ruling.message,
            data_kept_until=ruling.data_kept_until,
            decided_by=record.decided_by(verdict),
            entered_by=verdict.by if verdict is not None else "",
            entered_at=found.verdict_entered.at if found.verdict_entered is not None else None,
        )
        recorded = record.of_review(case, days.ledger, evidence(self._s.cache, assessed, days.ledger))
        await decide(self._s, assessed, case.spec.review, settled, recorded, now=case.now)

    async def _conclude(self, assessed: Assessment, review: Review, decision: Decision) -> None:
        """After the Decision: say what was decided, and whether the API server enforces it."""
        spec = decision.spec
        if review.status.outcome and is_true(review.status.conditions, "Enforced"):
            return
        running = assessed.entitlement.state == "Running"
        said = [Said("Decided", True, "Decided", spec.message), self._enforced(spec, running=running)]
        changed = self._conditions(review, [NO_LONGER_RUNNING, *said, _ready(said)])
        decided = {"outcome": spec.kind, "decision": decision.name, "forecast": None, "waits": None}
        after = review.status.model_copy(update={**decided, "conditions": _beside(review, changed)})
        await self._put(review, after)

    def _enforced(self, spec: DecisionSpec, *, running: bool) -> Said:
        if spec.before == spec.after:
            return Said("Enforced", True, "NotNeeded", "The Decision changes nothing.")
        quota = self._s.cache.body("ResourceQuota", spec.project, names.QUOTA)
        live = live_grants(self._s.cache, spec.project).get(spec.allocation)
        as_decided = live == spec.after.devices or not running
        if quota is not None and as_decided and enforced(self._s.cache, quota):
            return Said("Enforced", True, "Enforced", f"The API server enforces {many(live or 0, 'device')}.")
        return Said(
            "Enforced", False, "Pending", f"The quota is being brought to {many(spec.after.devices, 'device')}."
        )

    def _look_again(self, assessed: Assessment, case: Case, found: Progress, days: Days) -> None:
        pauses = [days.again]
        if found.again is not None:
            due = calendar.midnight(found.again, case.programme.time_zone) + timedelta(minutes=11)
            pauses.append((due - case.now).total_seconds())
        for pause in pauses:
            if pause is not None:
                self._s.review(assessed.allocation.spec.project, max(1.0, pause))


def _beside(review: Review, changed: Sequence[Condition]) -> tuple[Condition, ...]:
    """Conditions that have changed, and the others as they are."""
    return (*(c for c in review.status.conditions if find(changed, c.type) is None), *changed)


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
