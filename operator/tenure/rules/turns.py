"""Whose turn it is and since when, and when the committee had its turn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Literal

from tenure.api.conditions import Said
from tenure.api.review import Entry, Waits
from tenure.rules.case import Case

WHOSE_TURN: Mapping[str, Literal["Tenant", "Committee", "Capacity"]] = {
    "AwaitingPlan": "Tenant",
    "AwaitingVerdict": "Committee",
    "AwaitingConfirmation": "Committee",
    "AwaitingApproval": "Committee",
    "Inconclusive": "Committee",
    "Appealed": "Committee",
    "AwaitingCapacity": "Capacity",
}
"""Reason of the condition Recommended -> for whom the review waits then."""


def waits(case: Case, said: Sequence[Said]) -> Waits | None:
    """What the review waits for; since when is kept as long as the reason is the same."""
    reason = next(one.reason for one in said if one.type == "Recommended")
    if reason not in WHOSE_TURN:
        return None
    before = case.status.waits
    if before is not None and before.reason == reason:
        return before
    return Waits(for_=WHOSE_TURN[reason], reason=reason, since=case.now.replace(microsecond=0))


def entry(case: Case) -> Entry | None:
    """When the verdict was first seen as it stands: no time is typed, and the API server stamps none."""
    if case.spec.verdict is None:
        return None
    text = json.dumps(case.spec.verdict.wire(), sort_keys=True)
    digest, before = hashlib.sha256(text.encode()).hexdigest()[:16], case.status.verdict_entered
    if before is not None and before.digest == digest:
        return before
    return Entry(at=case.now.replace(microsecond=0), digest=digest)
