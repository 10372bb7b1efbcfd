"""Why a day does not simply count, in a sentence with the next step."""

from __future__ import annotations

from collections.abc import Mapping

from tenure.api.conditions import TABLE
from tenure.telemetry.facts import Reason, State

_BY_ITSELF = "Nothing is to be done; if it lasts, tell the centre's admin."
_PAST = "and past days stay as they are."
NEXT: Mapping[str, str] = {
    Reason.QUERY_FAILED: _BY_ITSELF,
    Reason.PARTIAL_ANSWER: _BY_ITSELF,
    Reason.NO_EXPORTER_DATA: "The admin checks that the exporters run and are scraped; the days are read again every hour.",
    Reason.LABELS_MISMATCH: "The admin checks that the exporters may read the kubelet's pod-resources; the days are read again "
    "every hour.",
    Reason.COVERAGE_GAP: f"The admin checks the exporters on the tenant's nodes, {_PAST}",
    Reason.ATTRIBUTION_LOST: f"The admin checks that the exporters may read the kubelet's pod-resources, {_PAST}",
    Reason.SIGNAL_STUCK_AT_ZERO: f"The admin restarts the exporter's engine on the tenant's nodes, {_PAST}",
    Reason.ESTIMATED: "Busy may be as much more or less as the column estimated says; whole devices are measured exactly.",
    Reason.OUTAGE: "If the centre was out for longer than that, tell its admin before the review is decided.",
    Reason.NO_CAPACITY: "If pods waited longer than that, tell the centre's admin before the review is decided.",
}
"""reason -> what is to be done, after what it means."""
SET_UP = (
    "A set-up day (R14): it counts neither for nor against, whatever was used. Use counts from the day after set-up."
)


def sentence(reason: str) -> str:
    """What a reason means and what is to be done; empty for a day that simply counts."""
    if reason == State.COUNTED:
        return ""
    if reason == State.SETUP:
        return SET_UP
    return f"{TABLE['Measured'].get(reason, reason)} {NEXT.get(reason, '')}".strip()
