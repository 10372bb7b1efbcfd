"""One Project: its allocations' grants become the contents of its namespace, and their status says how they stand."""

from __future__ import annotations

from collections.abc import Sequence

from tenure.api import Accelerator, Allocation, Programme, Project, Review
from tenure.api.conditions import Said, find
from tenure.api.names import ALLOCATION, LEFT_ALONE, NEXT_REVIEW, PROGRAMME, QUOTA, USE
from tenure.control.assess import Assessment, zone_day
from tenure.control.children import Children, NotOurs
from tenure.control.clock import until_midnight
from tenure.control.converge import WITHIN, Converged, converge
from tenure.control.growth import grow
from tenure.control.holdings import Holdings
from tenure.control.kube import Manifest
from tenure.control.live import enforced, live_grants
from tenure.control.notify import channels_said
from tenure.control.paths import SERVED
from tenure.control.reader import keep, reading
from tenure.control.retention import retain
from tenure.control.services import Services
from tenure.control.standing import Facts, allocation_status, next_review, project_status
from tenure.control.statuses import write_status
from tenure.control.withdrawn import last_programme, withdraw
from tenure.rules.acceptance import Refusal
from tenure.tenancy.contents import NOTHING_READ, Contents, Reading, desired
from tenure.tenancy.holding import Holding, running

Volumes = dict[str, tuple[Said, ...]]
"""Allocation -> what there is to say of its volume."""
SETTLE = 1.0
"""Seconds after which a quota that our watch has not seen enforced yet is looked at again."""


class ProjectReconciler:
    """Keeps a project's namespace equal to what its grants say."""

    def __init__(self, services: Services) -> None:
        self._s = services
        self._children = Children(services.kube, services.cache, services.freed)
        self._holdings = Holdings(services.cache, services.book, services.clock)

    async def reconcile(self, name: str) -> None:
        """Bring the namespace and all status of one project up to date. Raises ApiError to be run again."""
        project = self._s.cache.one(Project, name)
        assessed = self._s.assessor.project(name)
        if project is None:
            await self._statuses(None, assessed, None, WITHIN, {})
            if not assessed:
                await withdraw(self._s, self._children, name)
            return
        if any(self._undecided(a) for a in assessed):
            return
        refusal, volumes = self._refusal(project, assessed), {}
        written = project.spec.manage and refusal is None and self._clear(name, assessed)
        contents = self._contents(
            project, assessed, await self._reading(project, assessed) if written else NOTHING_READ
        )
        if not project.spec.manage:
            await self._leave_alone(name)
        elif contents is not None and written:
            refusal = await self._ensure(contents)
            if refusal is None and not enforced(self._s.cache, contents.quota):
                self._s.project(name, SETTLE)
                if not _stood(project):
                    return
            volumes = await self._volumes(project, contents, assessed)
        converged = await self._converge(project, assessed)
        await self._project_status(project, assessed, contents, refusal, converged)
        await self._statuses(project, assessed, contents, converged, volumes)
        self._look_again(project, assessed, converged)

    def _undecided(self, assessed: Assessment) -> bool:
        """Whether admission is still to be worked out; its run starts the project again."""
        asks = assessed.refusal is None and assessed.accelerator is not None
        return asks and self._s.book.granted(assessed.allocation) is None

    def _refusal(self, project: Project, assessed: Sequence[Assessment]) -> Refusal | None:
        """What keeps the namespace from being written. Where nothing is written anyway, nothing does."""
        return None if _observed(assessed) else self._s.assessor.project_refusal(project)

    def _clear(self, name: str, assessed: Sequence[Assessment]) -> bool:
        """Whether what the namespace should contain is certain, and to be written."""
        return not _observed(assessed) and not self._holdings.frozen(name, assessed)

    async def _leave_alone(self, name: str) -> None:
        """Note once on the quota that nothing is written any more: it then stays as it is also without its Project.

        In mode Observe as well: nobody may take from it later what it was to keep.
        """
        quota = self._s.cache.body("ResourceQuota", name, QUOTA)
        noted = quota is None or LEFT_ALONE in quota["metadata"].get("annotations", {})
        if not noted:
            note = {"metadata": {"annotations": {LEFT_ALONE: "true"}}}
            answer = await self._s.kube.merge(SERVED["ResourceQuota"], name, QUOTA, note)
            self._s.cache.put(answer, watched=False)

    async def _reading(self, project: Project, assessed: Sequence[Assessment]) -> Reading:
        """How the data is read once every grant is over."""
        held = self._held(assessed)
        return NOTHING_READ if running(held) or not held else await reading(self._s, project, assessed)

    async def _volumes(self, project: Project, contents: Contents, assessed: Sequence[Assessment]) -> Volumes:
        """One step with every volume: it grows with the grant, and after its end it is read and kept."""
        allowed = enforced(self._s.cache, contents.quota)
        readable = await keep(self._s, project, assessed, contents.reader) if allowed else ""
        wanted = {claim["metadata"]["labels"][ALLOCATION]: claim for claim in contents.claims}
        found: Volumes = {}
        for one in assessed:
            if one.refusal is None:
                claim = wanted.get(one.allocation.name)
                grown = await self._grown(claim, allowed=allowed) if claim is not None else None
                kept = await retain(self._s, one, readable)
                found[one.allocation.name] = tuple(said for said in (grown, kept) if said is not None)
        return found

    async def _grown(self, claim: Manifest, *, allowed: bool) -> Said:
        refused = self._children.refused.get((claim["metadata"]["namespace"], claim["metadata"]["name"]), "")
        return await grow(self._s, claim, allowed=allowed, refused=refused)

    async def _ensure(self, contents: Contents) -> Refusal | None:
        try:
            await self._children.ensure(contents)
        except NotOurs as error:
            return Refusal("NamespaceNotOurs", str(error))
        return None

    def _held(self, assessed: Sequence[Assessment]) -> list[Holding]:
        return [held for one in assessed if (held := self._holdings.of(one)) is not None]

    def _contents(self, project: Project, assessed: Sequence[Assessment], reads: Reading) -> Contents | None:
        """What the namespace should contain; None while there is nothing to give and never was."""
        holdings = self._held(assessed)
        known = self._s.cache.body("ResourceQuota", project.name, QUOTA) is not None
        programme = self._programme(project, assessed)
        if programme is None or (not holdings and not known):
            return None
        catalogue = sorted(self._s.cache.all(Accelerator), key=lambda a: a.name)
        return desired(project, holdings, programme, catalogue, self._notes(programme, assessed), reading=reads)

    def _programme(self, project: Project, assessed: Sequence[Assessment]) -> Programme | None:
        """The programme whose storage class, network and convergence hold in the namespace.

        Once every award was deleted, it is the one that held last: what they gave is still to be taken back by its rules.
        """
        if not assessed:
            return last_programme(self._s.cache, project.name)
        counted = (a for a in assessed if a.refusal is None or self._holdings.was_live(a.allocation))
        return next((a.programme for a in counted if a.programme is not None), None)

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
        if programme is None or programme.spec.mode == "Observe" or not project.spec.manage:
            return WITHIN
        since, rules = project.status.over_quota_since, programme.spec.convergence

        async def tell(said: Said) -> None:
            for one in assessed:
                before = find(one.allocation.status.conditions, said.type)
                if before is None or before.reason != said.reason:
                    await self._s.recorder.tell(one.allocation, self._told_in(project), said.reason, said.message)

        return await converge(self._s.kube, quota, rules, since, now=self._s.clock.now(), tell=tell)

    def _told_in(self, project: Project) -> str:
        """The namespace in which its Events are written."""
        known = self._s.cache.body("ResourceQuota", project.name, QUOTA) is not None
        return project.name if known and project.spec.manage else "default"

    async def _statuses(
        self,
        project: Project | None,
        assessed: Sequence[Assessment],
        contents: Contents | None,
        converged: Converged,
        volumes: Volumes,
    ) -> None:
        now = self._s.clock.now()
        is_enforced = contents is not None and enforced(self._s.cache, contents.quota)
        for one in assessed:
            facts = self._facts(one, is_enforced, contents is not None, converged, volumes.get(one.allocation.name, ()))
            before = one.allocation.status
            after = allocation_status(one, facts, now)
            if project is not None:
                # Told first: a process that dies in between tells it again, in the same words.
                where = self._told_in(project)
                await self._s.recorder.steps(one.allocation, where, before.conditions, after.conditions)
            await write_status(self._s.kube, self._s.cache, one.allocation, before, after)
            fresh = self._s.cache.one(Allocation, one.allocation.name)
            if fresh is not None and fresh is not one.allocation:
                self._s.assessor.refresh(fresh)

    def _facts(
        self, one: Assessment, is_enforced: bool, applied: bool, converged: Converged, volumes: tuple[Said, ...]
    ) -> Facts:
        observed = one.programme is not None and one.programme.spec.mode == "Observe"
        holds = self._holdings.of(one) is not None
        return Facts(
            granted=self._s.book.granted(one.allocation) or 0,
            live=live_grants(self._s.cache, one.allocation.spec.project).get(one.allocation.name, 0),
            free=self._s.book.free(one.allocation.spec.accelerator),
            observed=observed,
            left_alone=one.project is not None and not one.project.spec.manage,
            applied=applied and holds,
            enforced=is_enforced and holds,
            converged=converged.said,
            volumes=volumes,
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
        said = self._namespace_said(project, assessed, contents, refusal)
        channels, now = channels_said(self._s, project), self._s.clock.now()
        after = project_status(project, refusal, said, channels, over_since=converged.over_since, now=now)
        await write_status(self._s.kube, self._s.cache, project, project.status, after)

    def _namespace_said(
        self, project: Project, assessed: Sequence[Assessment], contents: Contents | None, refusal: Refusal | None
    ) -> Said:
        if refusal is not None:
            return Said("NamespaceReady", False, "NotOurs", refusal.message)
        if not project.spec.manage:
            text = "spec.manage is false: quota, access and pods stay as they are, and nothing is written."
            return Said("NamespaceReady", False, "LeftAlone", text)
        if _observed(assessed):
            text = "The programme is in mode Observe: nothing is written."
            foreign = self._s.assessor.project_refusal(project)
            then = f" Once it enforces: {foreign.message}" if foreign is not None else ""
            return Said("NamespaceReady", False, "Observed", f"{text}{then}")
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
        programme, now = self._programme(project, assessed), self._s.clock.now()
        if programme is not None and zone_day(now, programme.spec.time_zone) is not None:
            self._s.project(project.name, until_midnight(now, programme.spec.time_zone))


def _stood(project: Project) -> bool:
    """Whether the project had a status before: then a quota that is not enforced any more is worth another."""
    return any(c.type == "Ready" for c in project.status.conditions)


def _observed(assessed: Sequence[Assessment]) -> bool:
    return any(a.programme is not None and a.programme.spec.mode == "Observe" for a in assessed)
