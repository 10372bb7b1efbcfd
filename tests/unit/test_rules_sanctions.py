"""R20, R21: a person ends a grant, at once; and where it is over already, it is remembered."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tenure.api import Sanction
from tenure.api.allocation import Grant
from tenure.api.decision import ENDS, DecisionSpec
from tenure.rules import sanctions
from tenure.rules.cause import Step
from unit.build import decision
from unit.causes import holder, reasons

REVOKED = decision("2026-Q3", "Revoke", 0, "2026-10-22")
RETURNED = decision("return-1", "Return", 0, "2026-10-22").model_copy(update={"after": Grant()})
PROMISE = {"kind": "Relocation"}


def sanction(ground: str = "OffPurpose", **spec: Any) -> Sanction:
    wanted = {
        "allocation": "vision-2026",
        "ground": ground,
        "evidence": ["https://x/log"],
        "reason": "Coins were mined.",
    }
    by = {"decidedBy": "the board", "by": "chair@committee.example"}
    return Sanction.parse({"metadata": {"name": "s"}, "spec": {**wanted, **by, **spec}})


def outcome(step: Step) -> str:
    """Kind, devices before and after, storage after, and until when the data is kept."""
    if step.settled is None:
        return step.said[0].reason
    one = step.settled
    return f"{one.kind} {one.before.devices} {one.after.devices} {one.after.storage} {one.data_kept_until}"


@pytest.mark.parametrize(
    ("ground", "today", "before", "award", "comes_to"),
    [
        pytest.param("OffPurpose", "2026-11-22", [], {}, "OffPurpose 8 0 20T 2026-12-22", id="R20 while it runs"),
        pytest.param(
            "PromiseBroken",
            "2026-11-22",
            [],
            {"promise": PROMISE},
            "PromiseBroken 8 0 20T 2026-12-22",
            id="R21 a promise",
        ),
        pytest.param("PromiseBroken", "2026-11-22", [], {}, "NothingPromised", id="R21 nothing was promised"),
        pytest.param("OffPurpose", "2026-06-30", [], {}, "OffPurpose 0 0 0 2026-07-30", id="R20 before the term"),
        pytest.param("OffPurpose", "2027-02-01", [], {}, "OffPurpose 0 0 20T None", id="R25 after the term"),
        pytest.param("OffPurpose", "2026-11-22", [REVOKED], {}, "OffPurpose 0 0 20T None", id="R25 after a revocation"),
        pytest.param(
            "OffPurpose", "2026-11-22", [RETURNED], {}, "OffPurpose 0 0 20T None", id="R25 after all was returned"
        ),
    ],
)
def test_what_it_comes_to(
    ground: str, today: str, before: list[DecisionSpec], award: dict[str, Any], comes_to: str
) -> None:
    assert outcome(sanctions.judge(sanction(ground), holder(None, today, *before, **award), None)) == comes_to


def test_it_takes_effect_at_once_and_says_why_and_who() -> None:
    settled = sanctions.judge(sanction(), holder(), None).settled
    assert settled is not None
    assert settled.effective == date(2026, 11, 22)
    assert (settled.decided_by, settled.entered_by) == ("the board", "chair@committee.example")
    assert settled.message == (
        "Off-purpose use (R20): Coins were mined. The grant of 8 devices and 20T of storage ends on 2026-11-22; data kept "
        "until 2026-12-22."
    )


def test_before_the_term_it_is_the_award_that_ends() -> None:
    settled = sanctions.judge(sanction(), holder(None, "2026-06-30"), None).settled
    assert settled is not None
    assert settled.message == (
        "Off-purpose use (R20): Coins were mined. The award ends on 2026-06-30, before its term; data kept until 2026-07-30."
    )


def test_a_long_reason_is_shortened_in_the_sentence() -> None:
    settled = sanctions.judge(sanction(reason="Mined. " * 500), holder(), None).settled
    assert settled is not None
    assert len(settled.message) <= 2000


def test_without_another_name_whoever_entered_it_decided() -> None:
    settled = sanctions.judge(sanction(decidedBy=""), holder(), None).settled
    assert settled is not None
    assert settled.decided_by == "chair@committee.example"


def test_once_it_is_recorded_nothing_is_left_to_do() -> None:
    step = sanctions.judge(sanction(), holder(), decision("x", "OffPurpose", 0, "2026-11-22", message="Done."))
    assert step.settled is None
    assert reasons(step) == {"Accepted": "Accepted", "Ready": "Ready"}


def test_every_ground_ends_a_grant() -> None:
    assert set(sanctions.LEAD) <= ENDS
