"""Which Decisions the cluster may forget once they were exported: those that nothing in it is worked out from any more.

The grant is a fold over Decisions, and so is the list of quarters that have a record. Both look only at an award that
stands: at an Allocation with the very digest that a Decision was made for. So no Decision of such an award goes,
however old it is. Of an Allocation that was edited into another award the newest stays as well, because the next one is
chained to it. What later calls have to know (R25) must have been remembered by the Organization before.

A chain is cut at its old end alone and never within an award, so that what is left can be exported and recomputed for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pydantic import ValidationError

from tenure.api import Allocation, Decision, Organization, Programme
from tenure.api.allocation import AllocationSpec
from tenure.rules import calendar
from tenure.rules.audit.links import boundary, chained
from tenure.rules.grant import digest
from tenure.rules.memory import matter, remembered
from tenure.rules.record import latest

STANDING = "belong to an award that stands: its grant is worked out from them"
NEWEST = "are the newest of an Allocation that is there: the next Decision is chained to them"
YOUNG = (
    "are not old enough: a Programme keeps them for spec.recordsYears after its award's term, and --before says a day"
)
NOT_EXPORTED = "are not in the export as they are here, or their chain has a fault in it"
CHAINED = "are of the same award as one that stays, or come after one in its chain: what stays must be whole"
NOT_REMEMBERED = "say something that their Organization has not remembered yet (status.memory)"


@dataclass(frozen=True)
class Cluster:
    """What there is."""

    decisions: Sequence[Decision]
    allocations: Mapping[str, Allocation]
    organizations: Mapping[str, Organization]
    programmes: Mapping[str, Programme]


@dataclass(frozen=True)
class Asked:
    """What is to go, and when it is asked for."""

    exported: Mapping[str, str]
    """The hashes of a file that was verified, by the names of the Decisions."""
    before: date
    today: date


@dataclass(frozen=True)
class Pruning:
    """The Decisions that may go, oldest first, and how many are kept for which reason."""

    gone: tuple[Decision, ...]
    kept: Mapping[str, int]


def prunable(there: Cluster, asked: Asked) -> Pruning:
    """Each Decision of the cluster: gone, or kept for the first reason that there is."""
    gone, kept = list[Decision](), Counter[str]()
    for mine in _by_allocation(there.decisions).values():
        specs = list(chained([one.spec for one in mine.values()]))
        newest = latest(specs)
        whys = [_kept(mine[spec.hash], there, newest, asked) for spec in specs]
        cut = boundary(specs, next((place for place, why in enumerate(whys) if why), len(specs)))
        gone += (mine[spec.hash] for spec in specs[:cut])
        kept.update(why or CHAINED for why in whys[cut:])
    return Pruning(tuple(sorted(gone, key=lambda one: (one.spec.decided_at, one.name))), dict(kept))


def _by_allocation(decisions: Iterable[Decision]) -> dict[str, dict[str, Decision]]:
    """Allocation -> its Decisions by their hashes."""
    groups: dict[str, dict[str, Decision]] = {}
    for one in decisions:
        groups.setdefault(one.spec.allocation, {})[one.spec.hash] = one
    return groups


def _kept(one: Decision, there: Cluster, newest: str, asked: Asked) -> str:
    """Why a Decision stays for itself; empty where it may go."""
    allocation = there.allocations.get(one.spec.allocation)
    if allocation is not None and _needed(one, allocation):
        return STANDING
    if allocation is not None and newest == one.spec.hash:
        return NEWEST
    if _over(one) >= min(asked.before, _limit(one, there.programmes, asked.today)):
        return YOUNG
    if asked.exported.get(one.name) != one.spec.hash:
        return NOT_EXPORTED
    return "" if _remembered(one, there.organizations) else NOT_REMEMBERED


def _needed(one: Decision, allocation: Allocation) -> bool:
    """Whether the award that stands is folded from it, or a review within its term has it as its record."""
    return one.spec.award_digest == digest(allocation.spec) or one.spec.effective >= allocation.spec.term.start


def _award(one: Decision) -> AllocationSpec | None:
    try:
        return AllocationSpec.model_validate(one.spec.evidence.award)
    except ValidationError:
        return None


def _over(one: Decision) -> date:
    """The day on which it was over with it: the last of its award's term, or the day of the Decision where that is later."""
    award = _award(one)
    return one.spec.effective if award is None else max(one.spec.effective, award.term.end)


def _limit(one: Decision, programmes: Mapping[str, Programme], today: date) -> date:
    """The day up to which its programme lets it go. Where that is gone, the one that keeps records longest decides."""
    award = _award(one)
    mine = programmes.get(award.programme) if award is not None else None
    asked = [mine] if mine is not None else list(programmes.values())
    years = max((programme.spec.records_years for programme in asked), default=None)
    return date.min if years is None else calendar.months_after(today, -12 * years)


def _remembered(one: Decision, organizations: Mapping[str, Organization]) -> bool:
    """Whether its Organization knows all that it says for later calls. One that is gone remembers nothing any more."""
    organization = organizations.get(one.spec.organization)
    if organization is None:
        return True
    known = {matter(entry) for entry in organization.status.memory}
    return all(matter(entry) in known for entry in remembered(one))
