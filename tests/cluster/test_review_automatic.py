"""Reviews under the default programme, day by day: the table of R17 applied unattended, after notice."""

from __future__ import annotations

import pytest
from harness.centre import condition

from .quarter.cast import CHAIR, TIGHT
from .quarter.story import Quarter

TABLE = "the programme's table (R17)"

# name, what was decided, devices before and after, from when, what the tenant is told
DECIDED = [
    ("q3-idle", "Revoke", 2, 0, "10-22", "Utilization 0.0 % of 2 devices in 2026-Q3, plan missing: revoked on 2026-10-22; "
     "data kept until 2026-11-21."),
    ("q3-revoked", "Revoke", 2, 0, "10-22", "Utilization 3.1 % of 2 devices in 2026-Q3, plan missing: revoked on "
     "2026-10-22; data kept until 2026-11-21."),
    ("q3-reduced", "Reduce", 2, 1, "10-22", "Utilization 18.4 % of 2 devices in 2026-Q3, plan missing: reduced from 2 to "
     "1 devices on 2026-10-22."),
    ("q3-edge-5", "Reduce", 2, 1, "10-22", "Utilization 5.0 % of 2 devices in 2026-Q3, plan missing: reduced from 2 to "
     "1 devices on 2026-10-22."),
    ("q3-below-5", "Revoke", 2, 0, "10-22", "Utilization 4.9 % of 2 devices in 2026-Q3, plan missing: revoked on "
     "2026-10-22; data kept until 2026-11-21."),
    ("q3-edge-50", "Continue", 2, 2, "10-09", "Utilization 50.0 % of 2 devices in 2026-Q3, plan missing: continues with "
     "2 devices."),
    ("q3-below-50", "Reduce", 2, 1, "10-22", "Utilization 49.9 % of 2 devices in 2026-Q3, plan missing: reduced from 2 to "
     "1 devices on 2026-10-22."),
    ("q3-lowest", "Reduce", 1, 1, "10-09", "Utilization 18.4 % of 1 device in 2026-Q3, plan missing: stays at 1 device, "
     "the lowest rung of the ladder."),
    ("q3-short", "Exempt", 2, 2, "10-05", "Utilization 2.0 % of 2 devices in 2026-Q3; terms of 3 months or fewer are "
     "exempt from adjustment (R17): continues with 2 devices."),
    ("q3-few", "CarriedForward", 2, 2, "10-05", "Utilization 3.1 % of 2 devices in 2026-Q3: only 21 days could count, 30 "
     "are needed. Nothing changes in this review: continues with 2 devices."),
    ("q3-overridden", "Continue", 2, 2, "10-09", "Utilization 3.1 % of 2 devices in 2026-Q3, decided by the committee: "
     "Flood in the laboratory: continues with 2 devices."),
    ("q3-upheld", "Continue", 2, 2, "10-22", "Utilization 3.1 % of 2 devices in 2026-Q3; the committee upheld the appeal: "
     "continues with 2 devices."),
    ("q3-dismissed", "Revoke", 2, 0, "10-22", "Utilization 3.1 % of 2 devices in 2026-Q3, plan missing: revoked on "
     "2026-10-22; data kept until 2026-11-21."),
    ("q3-grower", "Increase", 2, 4, "10-22", "Utilization 62.0 % of 2 devices in 2026-Q3, plan adequate: increased from 2 "
     "to 4 devices on 2026-10-22."),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "before", "after", "effective", "message"), DECIDED)
def test_decided(quarter: Quarter, name: str, kind: str, before: int, after: int, effective: str, message: str) -> None:
    """Each review with an outcome has one Decision, and what it says is enforced, told and shown."""
    seen = quarter.at("later")
    (decision,) = seen.decisions(name)
    assert (decision["kind"], decision["effective"]) == (kind, f"2026-{effective}")
    assert (decision["before"]["devices"], decision["after"]["devices"]) == (before, after)
    assert decision["message"] == message
    review = seen.review(name)
    assert (review["status"]["outcome"], condition(review, "Decided")["message"]) == (kind, message)
    assert condition(review, "Enforced")["status"] == condition(review, "Ready")["status"] == "True"
    if kind != "Exempt":
        assert seen.devices(name) == seen.allocation(name)["status"]["grant"]["devices"] == after


# name, moment, reason of Recommended, devices that the API server enforces
STEPS = [
    ("q3-revoked", "measured", "AwaitingPlan", 2),
    ("q3-revoked", "missed", "Recommended", 2),
    ("q3-revoked", "taken", "Recommended", 0),
    ("q3-reduced", "measured", "AwaitingPlan", 2),
    ("q3-reduced", "missed", "Recommended", 2),
    ("q3-reduced", "taken", "Recommended", 1),
    ("q3-waiting", "measured", "AwaitingVerdict", 2),
    ("q3-waiting", "taken", "AwaitingVerdict", 2),
    ("q3-waiting", "later", "AwaitingVerdict", 2),
    ("q3-appealed", "missed", "Recommended", 2),
    ("q3-appealed", "appealed", "Appealed", 2),
    ("q3-appealed", "taken", "Appealed", 2),
    ("q3-appealed", "later", "Appealed", 2),
    ("q3-upheld", "taken", "Appealed", 2),
    ("q3-upheld", "answered", "Recommended", 2),
    ("q3-dismissed", "taken", "Appealed", 2),
    ("q3-dismissed", "answered", "Recommended", 0),
    ("q3-gap", "missed", "Inconclusive", 2),
    ("q3-gap", "later", "Inconclusive", 2),
    ("q3-bounds", "missed", "Inconclusive", 2),
    ("q3-bounds", "later", "Inconclusive", 2),
    ("q3-grower", "judged", "AwaitingCapacity", 2),
    ("q3-grower", "appealed", "AwaitingCapacity", 2),
    ("q3-grower", "later", "Recommended", 4),
]


@pytest.mark.parametrize(("name", "moment", "reason", "devices"), STEPS)
def test_step(quarter: Quarter, name: str, moment: str, reason: str, devices: int) -> None:
    seen = quarter.at(moment)
    assert (seen.said(name, "Recommended")["reason"], seen.devices(name)) == (reason, devices)


UNDECIDED = ("q3-waiting", "q3-appealed", "q3-gap", "q3-bounds", "q3-observed", "q3-reopened")


@pytest.mark.parametrize("name", UNDECIDED)
def test_nothing_is_decided_while_somebody_is_waited_for(quarter: Quarter, name: str) -> None:
    """Five weeks after the plans were due: a silent committee, an open appeal and missing data cost the tenant nothing."""
    seen = quarter.at("later")
    assert seen.decisions(name) == []
    assert seen.said(name, "Decided")["status"] == "False"


def test_notice(quarter: Quarter) -> None:
    """It says what is taken and when, at least the programme's days ahead, and nothing is taken before."""
    before, seen = quarter.at("measured"), quarter.at("missed")
    assert before.said("q3-revoked", "Noticed")["reason"] == "NotYet"
    assert before.said("q3-revoked", "Recommended")["message"] == (
        "utilization 3.1 % of 2 devices in 2026-Q3: Reduce with an adequate plan, Revoke without. "
        "The plan is due on 2026-10-08."
    )
    noticed = seen.said("q3-revoked", "Noticed")
    assert (noticed["status"], noticed["reason"]) == ("True", "Given")
    assert noticed["message"] == (
        "Revoke from 2 to 0 devices takes effect on 2026-10-22. Until then you may appeal: "
        "write spec.appeal of this Review."
    )
    assert seen.review("q3-revoked")["status"]["noticedAt"].startswith("2026-10-09")
    assert seen.decisions("q3-revoked") == []


def test_a_plan_in_time_waits_for_the_committee_and_says_since_when(quarter: Quarter) -> None:
    message = quarter.at("later").said("q3-waiting", "Recommended")["message"]
    assert "The plan waits for the committee since 2026-07-01; its verdict is due on 2026-10-15." in message


def test_a_revoked_tenant_keeps_its_data(quarter: Quarter) -> None:
    """No pod starts any more; the volume is there, and the tenant reads until when at least."""
    seen = quarter.at("later")
    assert seen.named("PersistentVolumeClaim", "q3-revoked-data", "q3-revoked") is not None
    hard = seen.enforced("q3-revoked")
    assert (hard["pods"], hard["requests.storage"]) == ("0", "10T")
    admitted = condition(seen.allocation("q3-revoked"), "Admitted")
    assert admitted["reason"] == "Revoked"
    assert admitted["message"].endswith("revoked on 2026-10-22; data kept until 2026-11-21.")


def test_a_reduced_tenant_has_the_next_rung(quarter: Quarter) -> None:
    """CPU and memory go down with the devices (R1), the storage stays."""
    seen = quarter.at("taken")
    hard = seen.enforced("q3-reduced")
    assert (hard["limits.cpu"], hard["limits.memory"], hard["requests.storage"]) == ("4", "10G", "10T")
    history = seen.allocation("q3-reduced")["status"]["history"]
    assert history == [{"review": "2026-Q3", "kind": "Reduce", "devices": 1, "effective": "2026-10-22"}]


def test_who_decided_and_who_entered_it(quarter: Quarter) -> None:
    """`by` is stamped by the API server, whatever was typed."""
    seen = quarter.at("answered")
    who = {name: seen.decisions(name)[0] for name in ("q3-revoked", "q3-overridden", "q3-dismissed")}
    told = {name: (decision["decidedBy"], decision.get("enteredBy", "")) for name, decision in who.items()}
    assert told == {
        "q3-revoked": (TABLE, ""),
        "q3-overridden": ("the board", CHAIR),
        "q3-dismissed": (CHAIR, CHAIR),
    }
    verdict = who["q3-overridden"]["evidence"]["verdict"]
    assert (verdict["override"], verdict["reason"]) == ("Continue", "Flood in the laboratory.")


def test_an_increase_waits_for_devices_that_others_give_back(quarter: Quarter) -> None:
    """All of q3-tight is held until q3-giver is revoked; at no moment is more granted than there is."""
    told = quarter.at("judged").said("q3-grower", "Recommended")["message"]
    assert told.endswith(
        "the increase to 4 devices is approved and waits since 2026-10-05 as number 1 of 1 that wait for devices; 0 are free and "
        "not reserved. It lapses on 2027-01-22, or once 2026-Q4 is decided."
    )
    assert quarter.at("taken").devices("q3-giver") == 0
    for moment in ("opened", "judged", "missed", "taken", "later"):
        assert sum(map(quarter.at(moment).devices, ("q3-grower", "q3-giver", "q3-reopened", "q3-no-record"))) <= TIGHT


def test_bounds_of_missing_time(quarter: Quarter) -> None:
    """What was not measured may have been idle or busy: where that matters, a person decides."""
    seen = quarter.at("missed")
    use = seen.review("q3-bounds")["status"]["utilization"]
    assert (use["lowestPercent"], use["percent"], use["highestPercent"]) == ("2.8 %", "3.1 %", "19.1 %")
    assert seen.said("q3-bounds", "Recommended")["message"].endswith("a person decides by spec.verdict.override.")
