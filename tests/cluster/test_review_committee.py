"""Reviews under aica-2022: below 50 % nothing happens before the committee has judged or confirmed (R17, R18)."""

from __future__ import annotations

import pytest

from .quarter.cast import CHAIR
from .quarter.story import Quarter

REVIEW = "2026-September"

# name, moment, reason of Recommended, devices that the API server enforces
STEPS = [
    ("q3-unconfirmed", "measured", "AwaitingConfirmation", 2),
    ("q3-unconfirmed", "taken", "AwaitingConfirmation", 2),
    ("q3-unconfirmed", "later", "AwaitingConfirmation", 2),
    ("q3-confirmed", "measured", "AwaitingConfirmation", 2),
    ("q3-confirmed", "judged", "Recommended", 2),
    ("q3-confirmed", "missed", "Recommended", 2),
    ("q3-confirmed", "taken", "Recommended", 0),
    ("q3-unjudged", "measured", "AwaitingVerdict", 2),
    ("q3-unjudged", "taken", "AwaitingVerdict", 2),
    ("q3-unjudged", "later", "AwaitingVerdict", 2),
    ("q3-judged", "measured", "AwaitingVerdict", 2),
    ("q3-judged", "judged", "Recommended", 2),
    ("q3-judged", "taken", "Recommended", 1),
    ("q3-adequate", "measured", "AwaitingVerdict", 2),
    ("q3-adequate", "taken", "Recommended", 1),
    ("q3-well-used", "measured", "AwaitingVerdict", 2),
    ("q3-well-used", "later", "Recommended", 2),
]


@pytest.mark.parametrize(("name", "moment", "reason", "devices"), STEPS)
def test_step(quarter: Quarter, name: str, moment: str, reason: str, devices: int) -> None:
    seen = quarter.at(moment)
    assert (seen.said(name, "Recommended", REVIEW)["reason"], seen.devices(name)) == (reason, devices)


# name, what was decided, devices after, the words for it, who decided
DECIDED = [
    ("q3-confirmed", "Revoke", 0, "3.1 % of 2 devices in 2026-September, plan missing: revoked on 2026-10-22", CHAIR),
    ("q3-judged", "Reduce", 1, "18.4 % of 2 devices in 2026-September, plan inadequate: reduced from 2 to 1", CHAIR),
    ("q3-adequate", "Reduce", 1, "3.1 % of 2 devices in 2026-September, plan adequate: reduced from 2 to 1", CHAIR),
    ("q3-well-used", "Continue", 2, "62.0 % of 2 devices in 2026-September, no verdict on the plan by 2026-10-12",
     "the programme's table (R17)"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "after", "words", "by"), DECIDED)
def test_decided(quarter: Quarter, name: str, kind: str, after: int, words: str, by: str) -> None:
    (decision,) = quarter.at("later").decisions(name)
    assert (decision["kind"], decision["after"]["devices"], decision["decidedBy"]) == (kind, after, by)
    assert decision["message"].startswith(f"Utilization {words}")


@pytest.mark.parametrize("name", ["q3-unconfirmed", "q3-unjudged"])
def test_a_silent_committee_costs_nothing(quarter: Quarter, name: str) -> None:
    """Nine weeks after the plans were due."""
    seen = quarter.at("later")
    assert seen.decisions(name) == []
    assert "noticedAt" not in seen.review(name, REVIEW)["status"]


def test_it_says_for_whom_it_waits_and_since_when(quarter: Quarter) -> None:
    """The days of the window were known on 5 October, so the committee has a week from then."""
    seen = quarter.at("later")
    assert seen.said("q3-unconfirmed", "Recommended", REVIEW)["message"] == (
        "utilization 3.1 % of 2 devices in 2026-September, plan missing: Revoke is recommended and waits for the committee "
        "since 2026-09-07."
    )
    waits = seen.said("q3-unjudged", "Recommended", REVIEW)["message"]
    assert "The plan waits for the committee since 2026-07-01; its verdict is due on 2026-10-12." in waits


def test_a_confirmation_is_followed_by_notice(quarter: Quarter) -> None:
    """Given on 5 October, the day of the confirmation: seven days, although the calendar's date is long over."""
    told = quarter.at("judged").said("q3-confirmed", "Noticed", REVIEW)
    assert told["message"].startswith(
        "Revoke from 2 to 0 devices takes effect on 2026-10-12. Until then you may appeal"
    )
    assert quarter.at("missed").devices("q3-confirmed") == 2
