"""R1, R7, R10: who is given a centre's devices. Never more than there are; what is admitted stays admitted.

Awards and approved increases wait in one queue, in R10's order. Whoever does not fit holds up all behind it: devices are held
for unknown times, so a smaller claim that were let past could keep the larger one waiting for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from tenure.rules.increases import Answer, Wish


@dataclass(frozen=True)
class Claim:
    """What an allocation is entitled to and what its live quota already gives it, in devices."""

    name: str
    entitled: int
    held: int
    priority_class: int
    created: datetime


@dataclass(frozen=True)
class Admission:
    """Devices granted to each allocation, and how the centre's devices stand."""

    granted: Mapping[str, int]
    used: int
    """Devices of live quotas and of grants on their way into one, increases that are being decided included."""
    free: int
    waiting: int
    """Devices that awards wait for."""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    """Allocation -> what became of its approved increase."""


def order(one: Claim | Wish) -> tuple[int, bool, datetime | Fraction, str]:
    """R10's priority class. In a class awards before increases: the one holds nothing yet, the other wants more.

    Then of awards the older one, of increases the one with the higher utilization; then the name.
    """
    if isinstance(one, Claim):
        return (one.priority_class, False, one.created, one.name)
    used = one.utilization
    return (one.priority_class, True, -Fraction(used.busy, used.base) if used.base else Fraction(0), one.name)


def admit(
    claims: Iterable[Claim], capacity: int, others: int = 0, *, wishes: Sequence[Wish] = (), reserved: int = 0
) -> Admission:
    """Grant devices in order, whole entitlements only.

    `others` are devices in live quotas that no claim stands for. A lowered quota frees its devices only once it is
    enforced, so `held` counts until then. No increase is granted from `reserved` devices (R7). One that was granted and
    is being decided keeps its devices.
    """
    every = list(claims)
    asking = [claim for claim in every if claim.entitled > claim.held]
    promised = [wish for wish in wishes if wish.promised]
    used = others + sum(claim.held for claim in every) + sum(wish.promised - wish.held for wish in promised)
    queue = _Queue(capacity - others, max(0, capacity - used), reserved)
    for wish in promised:
        queue.keep(wish)
    wanting: list[Claim | Wish] = [*asking, *(wish for wish in wishes if not wish.promised)]
    for one in sorted(wanting, key=order):
        if isinstance(one, Claim):
            queue.award(one)
        else:
            queue.increase(one)
    granted = {c.name: c.entitled if c.name in queue.admitted else min(c.entitled, c.held) for c in every}
    used += queue.taken
    waiting = sum(c.entitled - c.held for c in asking if c.name not in queue.admitted)
    return Admission(granted, used, max(0, capacity - used), waiting, queue.answers())


@dataclass
class _Queue:
    """Those who want devices come one after the other, in order."""

    total: int
    """All devices that there are for anybody. What is larger cannot be delayed by anybody, and holds up nobody."""
    free: int
    """Devices left for awards."""
    reserved: int
    taken: int = 0
    admitted: set[str] = field(default_factory=set)
    _given: Counter[str] = field(default_factory=Counter)
    """Organization -> devices by which its increases raise what counts for its cap."""
    _waiting: list[Claim | Wish] = field(default_factory=list)
    _granted: dict[str, Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open = self._open = max(0, self.free - self.reserved)
        """Devices left for increases, and how many there were."""

    def keep(self, wish: Wish) -> None:
        """An increase that was granted before."""
        self._grant(wish, wish.promised)

    def award(self, claim: Claim) -> None:
        """Granted from all that is left; else all that is left is held for it."""
        more = claim.entitled - claim.held
        if more <= self.free:
            self._take(more)
            self.admitted.add(claim.name)
            return
        self._waiting.append(claim)
        if claim.entitled <= self.total:
            self.free = self.open = 0

    def increase(self, wish: Wish) -> None:
        """Granted from what no round has reserved, and only that is held for it: reserved devices go on to awards.

        One that is not approved yet holds devices for nobody but itself among increases: its place does not depend on
        the order in which verdicts are entered.
        """
        target = wish.target(self._given[wish.organization])
        more = target - wish.held
        if wish.approved is None:
            self.open = max(0, self.open - more)
        elif more <= self.open:
            self._take(more)
            self._grant(wish, target)
        else:
            self._waiting.append(wish)
            if target <= self.total - self.reserved:
                self.free, self.open = min(self.free, self.reserved), 0

    def answers(self) -> Mapping[str, Answer]:
        """Of every approved increase."""
        found = dict(self._granted)
        for place, one in enumerate(self._waiting, 1):
            if isinstance(one, Wish):
                assert one.approved is not None
                target = one.target(self._given[one.organization])
                found[one.name] = Answer(one.approved, target, False, place, len(self._waiting), self._open)
        return found

    def _take(self, devices: int) -> None:
        self.taken += devices
        self.free -= devices
        self.open = max(0, self.open - devices)

    def _grant(self, wish: Wish, devices: int) -> None:
        self._given[wish.organization] += max(0, devices - wish.counted)
        assert wish.approved is not None
        self._granted[wish.name] = Answer(wish.approved, devices)
