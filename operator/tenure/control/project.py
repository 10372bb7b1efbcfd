"""One Project: its allocations' grants become the contents of its namespace, and their status says how they stand."""

from __future__ import annotations

from collections.abc import Sequence

from tenure.api import Accelerator, Allocation, Programme, Project, Review
from tenure.api.conditions import Said
from tenure.api.names import NEXT_REVIEW, PROGRAMME, QUOTA, USE
from tenure.control.admission import pinned
from tenure.control.assess import Assessment, zone_day
from tenure.control.children import Children, NotOurs
from tenure.control.clock import until_midnight
from tenure.control.converge import WITHIN, Converged, converge
from tenure.control.live import enforced, live_grants
from tenure.control.services import Services
from tenure.control.standing import Facts, allocation_status, next_review, project_status
from tenure.control.statuses import write_status
from tenure.control.withdrawn import last_programme, withdraw
from tenure.rules.acceptance import Refusal
from tenure.tenancy.contents import Contents, desired
from tenure.tenancy.holding import Holding

SETTLE = 1.0
"""Seconds after which a quota that our watch has not seen enforced yet is looked at again."""


class ProjectReconciler:
    """Keeps a project's namespace equal to what its grants say."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._children = Children(services.kube, services.cache, services.freed)

    async def reconcile(self, name: str) -> None:
        """Bring the namespace and all status of one project up to date. Raises ApiError to be run again."""
        project = self._s.cache.one(Project, name)
        assessed = self._s.assessor.project(name)
        if project is None:
            await self._statuses(None, assessed, None, WITHIN)
            if not assessed:
                await withdraw(self._s, self._children, name)
            return
        if any(self._undecided(a) for a in assessed):
            return
        contents = self._contents(project, assessed)
        refusal = self._s.assessor.project_refusal(project)
        if contents is not None and refusal is None and not _observed(assessed) and not self._frozen(name, assessed):
            refusal = await self._ensure(contents)
            if refusal is None and not enforced(self._s.cache, contents.quota):
                self._s.project(name, SETTLE)
                if not _stood(project):
                    return
        converged = await self._converge(project, assessed)
        await self._statuses(project, assessed, contents, converged)
        await self._project_status(project, assessed, contents, refusal, converged)
        self._look_again(project, assessed, converged)

    def _undecided(self, assessed: Assessment) -> bool:
        """Whether admission is still to be worked out; its run starts the project again."""
        asks = assessed.refusal is None and assessed.accelerator is not None
        return asks and self._s.book.granted(assessed.allocation) is None

    def _frozen(self, project: str, assessed: Sequence[Assessment]) -> bool:
        """Whether it cannot be told any more what was given, for example since its Accelerator was deleted.

        Then the namespace stays as it is until a person mends it: no mistake in the catalogue takes anybody's devices.
        """
        live = live_grants(self._s.cache, project)
        if any(e.problem for name in live if (e := self._s.cache.entry("Allocation", "", name)) is not None):
            return True
        refused = [a for a in assessed if a.refusal is not None and a.allocation.name in live]
        return any(self._kept(a) is None or not self._still_there(a) for a in refused)

    def _still_there(self, assessed: Assessment) -> bool:
        """Whether what a refused allocation holds is still of the accelerator that it names."""
        held = live_grants(self._s.cache, assessed.allocation.spec.project)[assessed.allocation.name]
        if held == 0 or assessed.accelerator is None:
            return held == 0
        return pinned(self._s.cache, assessed.allocation.spec.project, assessed.accelerator)

    def _kept(self, assessed: Assessment) -> Holding | None:
        """What a refused allocation goes on holding: what it was given, to the end of its term and no longer."""
        allocation, programme = assessed.allocation, assessed.programme
        live = live_grants(self._s.cache, allocation.spec.project).get(allocation.name)
        if live is None:
            return None
        today = zone_day(self._s.clock.now(), programme.spec.time_zone) if programme is not None else None
        grant = assessed.kept(live, today)
        if grant is None or today is None:
            return None
        term = allocation.spec.term
        stopped = today > term.end or (live == 0 and bool(allocation.spec.accelerator))
        return Holding(allocation.name, assessed.accelerator, grant, term.end, stopped)

    async def _ensure(self, contents: Contents) -> Refusal | None:
        try:
            await self._children.ensure(contents)
        except NotOurs as error:
            return Refusal("NamespaceNotOurs", str(error))
        return None

    def _contents(self, project: Project, assessed: Sequence[Assessment]) -> Contents | None:
        """What the namespace should contain; None while there is nothing to give and never was."""
        holdings = [h for a in assessed if (h := self._holding(a)) is not None]
        known = self._s.cache.body("ResourceQuota", project.name, QUOTA) is not None
        programme = self._programme(project, assessed)
        if programme is None or (not holdings and not known):
            return None
        catalogue = sorted(self._s.cache.all(Accelerator), key=lambda a: a.name)
        return desired(project, holdings, programme, catalogue, self._notes(programme, assessed))

    def _programme(self, project: Project, assessed: Sequence[Assessment]) -> Programme | None:
        """The programme whose storage class, network and convergence hold in the namespace.

        Once every award was deleted, it is the one that held last: what they gave is still to be taken back by its rules.
        """
        if not assessed:
            return last_programme(self._s.cache, project.name)
        counted = (a for a in assessed if a.refusal is None or self._was_live(a.allocation))
        return next((a.programme for a in counted if a.programme is not None), None)

    def _holding(self, assessed: Assessment) -> Holding | None:
        """What an allocation puts into the namespace; None before it has been given anything."""
        entitlement, allocation = assessed.entitlement, assessed.allocation
        if assessed.refusal is not None:
            return self._kept(assessed)
        if entitlement.state == "NotStarted":
            return None
        stopped = entitlement.state != "Running"
        grant = entitlement.grant
        if assessed.accelerator is not None and not stopped:
            devices = self._s.book.granted(allocation)
            if not devices:
                return None
            grant = assessed.grant_with(devices)
        if stopped and allocation.status.access_since is None and not self._was_live(allocation):
            return None
        return Holding(allocation.name, assessed.accelerator, grant, allocation.spec.term.end, stopped)

    def _was_live(self, allocation: Allocation) -> bool:
        return allocation.name in live_grants(self._s.cache, allocation.spec.project)

    def _notes(self, programme: Programme, assessed: Sequence[Assessment]) -> dict[str, str]:
        """What tenants without cluster rights read on their quota."""
        now = self._s.clock.now()
        lines = {NEXT_REVIEW: [next_review(a, now) for a in assessed], USE: [self._use(a) for a in assessed]}
        told = {key: "; ".join(text for text in texts if text) for key, texts in lines.items() if any(texts)}
        return {PROGRAMME: programme.name, **told}

    def _use(self, assessed: Assessment) -> str:
        review = self._latest(assessed.allocation)
        if review is None or not review.status.utilization.counted_days:
            return ""
        figures = review.status.utilization
        return f"{review.spec.review}: {figures.percent} on {figures.counted_days} counted days"

    def _latest(self, allocation: Allocation) -> Review | None:
        reviews = self._s.cache.group(Review, allocation.name)
        dated = [r for r in reviews if r.status.dates is not None]
        return max(dated, key=lambda r: r.status.dates.window_end if r.status.dates else r.name, default=None)

    async def _converge(self, project: Project, assessed: Sequence[Assessment]) -> Converged:
        programme = self._programme(project, assessed)
        quota = self._s.cache.body("ResourceQuota", project.name, QUOTA)
        if programme is None or programme.spec.mode == "Observe":
            return WITHIN
        since, rules = project.status.over_quota_since, programme.spec.convergence
        return await converge(self._s.kube, quota, rules, since, self._s.clock.now())

    async def _statuses(
        self, project: Project | None, assessed: Sequence[Assessment], contents: Contents | None, converged: Converged
    ) -> None:
        now = self._s.clock.now()
        is_enforced = contents is not None and enforced(self._s.cache, contents.quota)
        for one in assessed:
            facts = self._facts(one, is_enforced, contents is not None, converged)
            before = one.allocation.status
            after = allocation_status(one, facts, now)
            if not await write_status(self._s.kube, self._s.cache, one.allocation, before, after):
                continue
            fresh = self._s.cache.one(Allocation, one.allocation.name)
            if fresh is not None:
                self._s.assessor.refresh(fresh)
            if project is not None:
                known = self._s.cache.body("ResourceQuota", project.name, QUOTA) is not None
                where = project.name if known else "default"
                await self._s.recorder.steps(one.allocation, where, before.conditions, after.conditions)

    def _facts(self, one: Assessment, is_enforced: bool, applied: bool, converged: Converged) -> Facts:
        observed = one.programme is not None and one.programme.spec.mode == "Observe"
        return Facts(
            granted=self._s.book.granted(one.allocation) or 0,
            live=live_grants(self._s.cache, one.allocation.spec.project).get(one.allocation.name, 0),
            free=self._s.book.free(one.allocation.spec.accelerator),
            observed=observed,
            applied=applied and self._holding(one) is not None,
            enforced=is_enforced and self._holding(one) is not None,
            converged=converged.said,
            review=self._latest(one.allocation),
            next_review=next_review(one, self._s.clock.now()),
        )

    async def _project_status(
        self,
        project: Project,
        assessed: Sequence[Assessment],
        contents: Contents | None,
        refusal: Refusal | None,
        converged: Converged,
    ) -> None:
        said = self._namespace_said(assessed, contents, refusal)
        after = project_status(project, refusal, said, over_since=converged.over_since, now=self._s.clock.now())
        await write_status(self._s.kube, self._s.cache, project, project.status, after)

    def _namespace_said(
        self, assessed: Sequence[Assessment], contents: Contents | None, refusal: Refusal | None
    ) -> Said:
        if refusal is not None:
            return Said("NamespaceReady", False, "NotOurs", refusal.message)
        if _observed(assessed):
            return Said("NamespaceReady", False, "Observed", "The programme is in mode Observe: nothing is written.")
        if contents is None:
            return Said("NamespaceReady", True, "NotNeeded", "Nothing is granted to it, so there is no namespace yet.")
        if enforced(self._s.cache, contents.quota):
            return Said("NamespaceReady", True, "Ready", "The namespace has its quota, storage, isolation and access.")
        return Said("NamespaceReady", False, "Pending", "The API server does not enforce the quota yet.")

    def _look_again(self, project: Project, assessed: Sequence[Assessment], converged: Converged) -> None:
        """At the next date that matters: convergence, and midnight in the programme's zone."""
        self._s.review(project.name)
        if converged.again is not None:
            self._s.project(project.name, max(0.5, converged.again))
        programme = self._programme(project, assessed)
        if programme is not None:
            self._s.project(project.name, until_midnight(self._s.clock.now(), programme.spec.time_zone))


def _stood(project: Project) -> bool:
    """Whether the project had a status before: then a quota that is not enforced any more is worth another."""
    return any(c.type == "Ready" for c in project.status.conditions)


def _observed(assessed: Sequence[Assessment]) -> bool:
    return any(a.programme is not None and a.programme.spec.mode == "Observe" for a in assessed)
