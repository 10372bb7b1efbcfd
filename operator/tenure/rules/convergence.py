"""Bringing running work under a lowered quota: which pods go, and when. Only as many as needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

from tenure.api.programme import Convergence

Amounts = Mapping[str, Decimal]


@dataclass(frozen=True)
class RunningPod:
    """A pod that counts against the quota, with its amounts under the quota's names."""

    name: str
    uid: str
    priority: int
    created: datetime
    uses: Amounts


def excess(pods: Iterable[RunningPod], hard: Amounts) -> dict[str, Decimal]:
    """What the pods use beyond the quota, by name of the amount."""
    total: dict[str, Decimal] = dict.fromkeys(hard, Decimal(0))
    for pod in pods:
        for name, amount in pod.uses.items():
            if name in total:
                total[name] += amount
    return {name: used - hard[name] for name, used in total.items() if used > hard[name]}


def victims(pods: Sequence[RunningPod], hard: Amounts) -> list[RunningPod]:
    """The pods to evict: lowest priority first, then the newest, and none that the rest makes unnecessary."""
    chosen: list[RunningPod] = []
    left = list(pods)
    for pod in sorted(pods, key=lambda p: (p.priority, -p.created.timestamp(), p.name)):
        over = excess(left, hard)
        if not over:
            break
        if any(pod.uses.get(name, Decimal(0)) > 0 for name in over):
            chosen.append(pod)
            left.remove(pod)
    for pod in reversed(chosen.copy()):
        if not excess([*left, pod], hard):
            chosen.remove(pod)
            left.append(pod)
    return chosen


@dataclass(frozen=True)
class Stage:
    """How far convergence has come: waiting, evicting (budgets hold), or deleting (they no longer do)."""

    step: Literal["Wait", "Evict", "Delete"]
    until: datetime
    """When the next stage begins."""


def stage(over_since: datetime, rules: Convergence, now: datetime) -> Stage:
    """Grace first, then the Eviction API, and after the deadline plain deletion."""
    evict_at = over_since + timedelta(seconds=rules.grace_seconds)
    delete_at = evict_at + timedelta(seconds=rules.deadline_seconds)
    if now < evict_at:
        return Stage("Wait", evict_at)
    return Stage("Evict", delete_at) if now < delete_at else Stage("Delete", delete_at)
