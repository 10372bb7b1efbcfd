"""Returns, Sanctions, Relocations and Reports of a project: what changes a grant or its record beside the reviews."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from tenure.api import Allocation, Decision, Project, Relocation, Report, Return, Sanction, names
from tenure.api.conditions import Said, conditions, find, is_true
from tenure.api.decision import DecisionSpec
from tenure.control.assess import Assessment
from tenure.control.kube import ApiError
from tenure.control.live import enforced, live_grants
from tenure.control.once import decide, open_for
from tenure.control.services import Services
from tenure.control.statuses import write_status
from tenure.control.told import told_of_end
from tenure.rules import calendar, record, relocation, reports, returns, sanctions
from tenure.rules.cause import Holder, Step, ready, recorded, refused

Cause = Return | Sanction | Relocation | Report
PAST_MIDNIGHT = timedelta(minutes=1)


@dataclass(frozen=True)
class Rule:
    """What is decided in, and what comes of, one kind of cause."""

    occasion: Callable[[Any], str]
    judge: Callable[[Any, Holder, DecisionSpec | None], Step]


RULES: Mapping[type[Cause], Rule] = {
    Sanction: Rule(sanctions.occasion, sanctions.judge),
    Return: Rule(returns.occasion, returns.judge),
    Relocation: Rule(relocation.occasion, relocation.judge),
    Report: Rule(reports.occasion, reports.judge),
}
"""In the order in which they are looked at: what ends a grant before what speaks of its end."""


class CauseReconciler:
    """Brings each cause of a project forward, one Decision at a time."""

    def __init__(self, services: Services) -> None:
        self._s = services

    async def reconcile(self, project: str) -> None:
        """All causes of one project. Raises ApiError to be run again."""
        there = self._is_there(project)
        group = {a.allocation.name: a for a in self._s.assessor.project(project)}
        failures: list[ApiError] = []
        for about in [*self._sanctions(group), *(self._in_namespace(project) if there else ())]:
            try:
                if await self._cause(about, project, group.get(about.spec.allocation)):
                    return  # the Decision changes what the others are judged against
            except ApiError as error:
                failures.append(error)  # nothing that one tenant wrote holds up what others decide on it
        for assessed in group.values() if there else ():
            await self._open_what_is_due(assessed)
        if failures:
            raise failures[0]

    async def sanction(self, name: str) -> None:
        """A Sanction: with those of its project, or alone where there is no such allocation."""
        about = self._s.cache.one(Sanction, name)
        if about is None:
            return
        allocation = self._s.cache.one(Allocation, about.spec.allocation)
        if allocation is None:
            await self._cause(about, "", None)
        else:
            self._s.review(allocation.spec.project)

    def _is_there(self, project: str) -> bool:
        """Whether there is a namespace to write in."""
        namespace, found = self._s.cache.body("Namespace", "", project), self._s.cache.one(Project, project)
        left_alone = found is not None and not found.spec.manage
        return namespace is not None and not left_alone and not namespace["metadata"].get("deletionTimestamp")

    def _sanctions(self, group: Mapping[str, Assessment]) -> list[Cause]:
        found = [about for name in group for about in self._s.cache.group(Sanction, name)]
        return sorted(found, key=_age)

    def _in_namespace(self, project: str) -> list[Cause]:
        """Of each kind the older ones first."""
        found: list[Cause] = []
        for model in (Return, Relocation, Report):
            kind = model.KIND.kind
            entries = (self._s.cache.entry(kind, *ref) for ref in self._s.cache.refs_in(kind, project))
            found += sorted((e.parsed for e in entries if e is not None and isinstance(e.parsed, model)), key=_age)
        return found

    async def _cause(self, about: Cause, project: str, assessed: Assessment | None) -> bool:
        """One cause, one step forward. Returns whether a Decision was written."""
        occasion = RULES[type(about)].occasion(about)
        decided = self._decided(about, occasion)
        if decided is None and _over(about, occasion):
            return False
        holder = self._holder(assessed) if assessed is not None else None
        if assessed is None or holder is None:
            await self._not_judged(about, project, assessed, decided)
            return False
        if isinstance(about, Relocation):
            holder = replace(holder, told=told_of_end(self._s, assessed, about))
        step = RULES[type(about)].judge(about, holder, decided.spec if decided is not None else None)
        if holder.programme.mode == "Observe" and step.settled is not None:
            would = Said("Ready", False, "Observed", f"Would be decided: {step.settled.message}")
            step = Step((*step.said[:-1], would), None, step.again, step.facts)
        await self._say(about, project, step, decided, told=holder.programme.mode == "Enforce")
        if step.settled is not None:
            evidence = record.of_cause(about.spec.wire(), step.facts.get("opened_on"), step.facts.get("noticed_on"))
            await decide(self._s, assessed, occasion, step.settled, evidence, now=holder.now)
        self._look_again(project, holder, step)
        return step.settled is not None

    def _decided(self, about: Cause, occasion: str) -> Decision | None:
        """The Decision that was written for it, for whichever award."""
        found = self._s.cache.group(Decision, about.spec.allocation)
        return next((d for d in found if d.spec.review == occasion), None)

    def _holder(self, assessed: Assessment) -> Holder | None:
        """None while the award is not accepted: then nobody can say what is held."""
        if assessed.refusal is not None or assessed.programme is None:
            return None
        return Holder(
            spec=assessed.allocation.spec,
            programme=assessed.programme.spec,
            accelerator=assessed.accelerator.spec if assessed.accelerator is not None else None,
            entitlement=assessed.entitlement,
            in_use_from=assessed.in_use_from,
            now=self._s.clock.now(),
        )

    async def _not_judged(
        self, about: Cause, project: str, assessed: Assessment | None, decided: Decision | None
    ) -> None:
        """Nothing more follows from it. What Tenure has opened itself stays as it stands."""
        if not isinstance(about, Return | Sanction):
            return
        name = about.spec.allocation
        if decided is not None:
            step = recorded(decided.spec)
        elif assessed is None or assessed.refusal is None:
            where = f"of this namespace ({project}) " if isinstance(about, Return) else ""
            step = refused("UnknownAllocation", f"There is no Allocation {name} {where}now. Check spec.allocation.")
        else:
            text = f"Allocation {name} is not accepted: {assessed.refusal.message} This is looked at again then."
            step = refused(assessed.refusal.reason, text)
        await self._say(about, project, step, decided, told=True)

    async def _say(self, about: Cause, project: str, step: Step, decided: Decision | None, *, told: bool) -> None:
        """Events, then the status: a process that dies in between tells them again, in the same words."""
        before, now = about.status, self._s.clock.now()
        said = [*step.said[:-1], self._in_force(about, step.said[-1], decided)]
        changed = conditions(before.conditions, said, generation=about.metadata.generation, now=now)
        kept = [c for c in before.conditions if find(changed, c.type) is None]
        decision = decided.name if decided is not None else before.decision
        after = before.model_copy(update={**step.facts, "decision": decision, "conditions": (*kept, *changed)})
        if told and project:
            await self._s.recorder.steps(about, project, before.conditions, after.conditions)
        if told and decided is not None and before.decision != decided.name:
            await self._s.recorder.tell(about, project, decided.spec.kind, decided.spec.message)
        await write_status(self._s.kube, self._s.cache, about, before, after)

    def _in_force(self, about: Cause, summary: Said, decided: Decision | None) -> Said:
        """The summary. A Decision is done only once the API server enforces it."""
        if decided is None or is_true(about.status.conditions, "Ready") or not summary.status:
            return summary
        spec = decided.spec
        quota = self._s.cache.body("ResourceQuota", spec.project, names.QUOTA)
        live = live_grants(self._s.cache, spec.project).get(spec.allocation, 0)
        if quota is None or (live <= spec.after.devices and enforced(self._s.cache, quota)):
            return summary
        return ready(False, f"It is decided, and the quota is being brought to {spec.after.devices} devices.")

    async def _open_what_is_due(self, assessed: Assessment) -> None:
        """Its Relocation and its Report, once it is time: created once, owned by nothing, and nothing in mode Observe."""
        holder, allocation = self._holder(assessed), assessed.allocation
        if holder is None or not assessed.written:
            return
        wanted = (
            (Relocation, names.relocation(allocation.name), relocation.opens(holder)),
            (Report, names.report(allocation.name), reports.opens(holder, assessed.decisions, assessed.award_digest)),
        )
        for model, name, opens in wanted:
            if opens and self._s.cache.entry(model.KIND.kind, allocation.spec.project, name) is None:
                await open_for(self._s, allocation, model.KIND.kind, name, {"allocation": allocation.name})

    def _look_again(self, project: str, holder: Holder, step: Step) -> None:
        if step.again is not None:
            day = calendar.midnight(step.again, holder.programme.time_zone) + PAST_MIDNIGHT
            self._s.review(project, max(1.0, (day - holder.now).total_seconds()))


def _over(about: Cause, occasion: str) -> bool:
    """Whether it was decided and its Decision has been pruned since, or it was refused for what it says."""
    return occasion in about.status.decision or (isinstance(about, Return) and returns.refused_for_good(about))


def _age(about: Cause) -> tuple[str, str]:
    created = about.metadata.creation_timestamp
    return (created.isoformat() if created is not None else "", about.name)
