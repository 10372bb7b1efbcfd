"""The Decision as a record: what was decided, on what evidence, hashed to the allocation's previous one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tenure.api.allocation import Grant
from tenure.api.decision import DecisionSpec, Evidence, Telemetry
from tenure.api.programme import ProgrammeSpec
from tenure.api.review import Review
from tenure.rules.review import Ruling


def digest(spec: dict[str, Any]) -> str:
    """SHA-256 over canonical JSON of all fields but the hash itself."""
    body = {key: value for key, value in spec.items() if key != "hash"}
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def latest(decisions: Sequence[DecisionSpec]) -> str:
    """The hash of the allocation's latest Decision, empty if there is none."""
    return max(decisions, key=lambda d: (d.decided_at, d.review)).hash if decisions else ""


def evidence(programme: ProgrammeSpec, review: Review, telemetry: Telemetry) -> Evidence:
    """The rules in force, the days and how they were measured, the plan and the verdict."""
    rules = programme.wire()
    return Evidence(
        rules={key: rules[key] for key in ("timeZone", "measurement", "review")},
        ledger=review.status.ledger,
        utilization=review.status.utilization,
        telemetry=telemetry,
        plan=review.spec.plan,
        verdict=review.spec.verdict,
    )


def decision(
    *,
    review: Review,
    project: str,
    programme: ProgrammeSpec,
    award_digest: str,
    before: Grant,
    after: Grant,
    ruling: Ruling,
    earlier: Sequence[DecisionSpec],
    telemetry: Telemetry,
    now: datetime,
) -> DecisionSpec:
    """The Decision to be written."""
    verdict = review.spec.verdict
    judged = verdict is not None and (
        verdict.plan or verdict.override or verdict.confirmed or verdict.appeal or verdict.increase_to
    )
    by = (verdict.decided_by or verdict.by) if verdict is not None and judged else "the programme's table (R17)"
    spec = DecisionSpec(
        allocation=review.spec.allocation,
        project=project,
        review=review.spec.review,
        award_digest=award_digest,
        kind=ruling.kind,
        before=before,
        after=after,
        effective=ruling.effective,
        decided_at=now.replace(microsecond=0),
        decided_by=by,
        entered_by=verdict.by if verdict is not None else "",
        message=ruling.message,
        data_kept_until=ruling.data_kept_until,
        evidence=evidence(programme, review, telemetry),
        previous=latest(earlier),
    )
    return spec.model_copy(update={"hash": digest(spec.wire())})
