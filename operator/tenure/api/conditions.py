"""Every condition type and reason that Tenure writes, in one table; and the one way to set a condition.

The table is what docs/conditions.md prints. A reason that is not in it cannot be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import Field

from tenure.api.model import Model

Status = Literal["True", "False", "Unknown"]


class Condition(Model):
    """One aspect of the object's state, as in the Kubernetes API conventions."""

    type: str = Field(description="Which aspect. One entry per type.", max_length=64)
    status: Status = Field(description="True, False, or Unknown when it cannot be told at present.")
    reason: str = Field(description="One word for programs; docs/conditions.md explains each.", max_length=64)
    message: str = Field(
        default="", description="The same for people: whole sentences with the number and the next step."
    )
    observed_generation: int = Field(default=0, description="The metadata.generation this was worked out for.")
    last_transition_time: datetime = Field(description="When the status last changed, RFC 3339 in UTC.")


TABLE: dict[str, dict[str, str]] = {
    "Accepted": {
        "Accepted": "The object is complete and fits the programme, the catalogue and the organization.",
        "UnknownTimeZone": "The programme's time zone is not in the IANA database.",
        "UnknownProgramme": "The programme is not there yet. Apply it, or correct spec.programme.",
        "UnknownAccelerator": "The accelerator is not in the catalogue yet. Apply it, or correct spec.accelerator.",
        "UnknownProject": "The project is not there yet. Apply it, or correct spec.project.",
        "UnknownOrganization": "The organization is not there yet. Apply it, or correct spec.organization of the Project.",
        "NoSuchBundle": "The number of devices is no offered bundle of the accelerator (R1). Choose one of those listed.",
        "TermNotAllowed": "The term is too short, or its end is no end date of the programme (R13).",
        "OverOrganizationCap": "The organization would hold more devices than its cap (R1).",
        "SecondAcceleratorType": "The organization already holds another accelerator type (R4).",
        "UnknownAllocation": "There is no such allocation, or it is not of this namespace.",
        "NothingHeld": "The allocation holds nothing any more that could be given back or taken.",
        "MoreThanHeld": "More would be given back than is held.",
        "NothingPromised": "The award has no promise that could have been broken (R21).",
        "ProjectNotAccepted": "The project itself is not accepted; see its conditions.",
        "NamespaceNotOurs": "A namespace of that name exists and is not managed by Tenure. It is left as it is.",
    },
    "Admitted": {
        "Admitted": "The devices are granted out of the centre's capacity.",
        "WaitingForCapacity": "The devices do not fit into what is free. It waits in the order of R10 and creation.",
        "NotStarted": "The term has not begun.",
        "TermEnded": "The term is over. No new pods; the data is kept.",
        "Revoked": "A Decision ended the grant. No new pods; the data is kept until the date in the message.",
        "Returned": "All of it was given back (R22). No new pods; the data is kept until the date in the message.",
        "LeftAlone": "The project says manage: false. What its live quota gives stays as it is.",
        "NotAccepted": "Nothing is granted while Accepted is False.",
        "Observed": "The programme is in mode Observe: this is what would be granted.",
    },
    "QuotaApplied": {
        "Applied": "spec.hard of the namespace's ResourceQuota is what the grants say.",
        "Pending": "The namespace or its ResourceQuota is being written.",
        "Observed": "The programme is in mode Observe: nothing is written.",
    },
    "QuotaEnforced": {
        "Enforced": "status.hard is what the grants say, so the API server enforces it.",
        "Pending": "status.hard still has other amounts than spec.hard.",
        "Observed": "The programme is in mode Observe: nothing is written.",
    },
    "Converged": {
        "WithinQuota": "Running pods fit into the enforced quota.",
        "GracePeriod": "Running pods exceed the quota; eviction begins at the time in the message.",
        "Evicting": "Running pods exceed the quota and are being evicted, lowest priority and newest first.",
        "HeldByDisruptionBudget": "A PodDisruptionBudget holds pods over the quota; after the deadline they are deleted.",
        "Observed": "The programme is in mode Observe: no pod is touched.",
    },
    "StorageProvided": {
        "Provided": "The volume has at least what is granted.",
        "OwnClaims": "The namespace that was taken over has volume claims of its own, and none is made beside them.",
        "Growing": "The volume claim asks for what is granted, and the volume has less as yet.",
        "ClassCannotExpand": "The StorageClass lets no volume grow. The quota allows another claim for the rest.",
        "Pending": "There is no volume yet, or the API server refuses it or its growth for the reason in the message.",
    },
    "DataKept": {
        "Kept": "The grant is over, and the data is kept until the date in the message.",
        "RetentionOver": "The data need not be kept any longer. Tenure deletes nothing; the admin decides.",
        "DeletionAnnounced": "The last notice was given. The volume claim is deleted on the date in the message, not before.",
        "NoRight": "The programme deletes volumes after retention, and Tenure has no right to. The data stays.",
        "Deleted": "The volume claim was deleted after retention and notice.",
        "NoVolume": "The grant is over, and it has no volume claim.",
    },
    "HistoryMissing": {
        "Complete": "Every quarter that had to be decided has its record.",
        "NoRecord": "A past quarter has neither Review nor Decision. The grant does not rise above the live quota.",
    },
    "TelemetryFound": {
        "Found": "Prometheus has series of this accelerator, and they name those who hold its devices.",
        "NobodyHolds": "Prometheus has series of this accelerator; no tenant holds a device now, so labels cannot be judged.",
        "NoSeries": "Prometheus has no series of this accelerator. Every day would be Unknown.",
        "LabelsMismatch": "Pods hold devices, and no series names a tenant. Every day would be Unknown.",
        "ExporterOfATenant": "An exporter in a tenant's namespace tells of its devices. Single out the centre's own.",
        "UnknownProfile": "The TelemetryProfile is not there. Apply it; nothing else is needed.",
        "ProfileDoesNotFit": "The TelemetryProfile serves other resources than the accelerator's.",
        "QueryFailed": "Prometheus did not answer.",
        "PartialAnswer": "Prometheus answered with warnings.",
    },
    "Submitted": {
        "Submitted": "It was handed in on the day in the message.",
        "Awaited": "It is due on the day in the message.",
        "Overdue": "It was due on the day in the message and is still awaited. It may be handed in late.",
        "NotNeeded": "Nothing is due.",
    },
    "Assessed": {
        "Accepted": "The committee has accepted the report.",
        "NotAccepted": "The committee has not accepted the report; the reason is in the message.",
        "Awaited": "The report waits for the committee.",
        "NotYet": "There is nothing to judge yet.",
    },
    "Proven": {
        "Proven": "The committee has accepted the evidence.",
        "NotAccepted": "The committee has not accepted the evidence; better may be handed in until it is due.",
        "Awaited": "The evidence waits for the committee. Until it answers nothing is taken.",
        "NotYet": "There is no evidence yet.",
        "Unproven": "No evidence was accepted in time (R21).",
    },
    "NamespaceReady": {
        "Ready": "The namespace has its quota, defaults, network policy, storage and access.",
        "Pending": "The namespace is being made.",
        "NotNeeded": "No accepted allocation has begun, so there is no namespace yet.",
        "NotOurs": "A namespace of that name exists and is not managed by Tenure.",
        "LeftAlone": "spec.manage is false: everything stays as it stands.",
        "Observed": "The programme is in mode Observe: nothing is written.",
    },
    "Told": {
        "Told": "Every channel of the programme has taken what there was to tell.",
        "NotTaken": "A channel does not take what is sent. It is tried again; correct its address or remove the channel.",
    },
    "Measured": {
        "Counted": "Every finished day of the window has been read.",
        "NotStarted": "No day of the window is over yet.",
        "QueryFailed": "Prometheus did not answer. The days are Unknown and are read again.",
        "PartialAnswer": "Prometheus answered with warnings. The days are Unknown and are read again.",
        "NoExporterData": "There is nothing from this accelerator's exporters. The days are Unknown, not zero.",
        "LabelsMismatch": "Series carry the exporter's namespace and not the tenant's. The days are Unknown.",
        "CoverageGap": "Too little of the devices' time was measured. The days are Unknown.",
        "AttributionLost": "Devices were busy for nobody. The days are Unknown.",
        "SignalStuckAtZero": "The load read zero while an independent reading showed load. The days are Unknown.",
        "Estimated": "Devices were shared and no per-process reading tells the shares. The days count, but alone never cut.",
        "Outage": "The centre itself was at fault, as an Outage declares. The time leaves numerator and base.",
        "NoCapacity": "The tenant's pods waited because the centre had no room. The time leaves the base.",
    },
    "Corroborated": {
        "Agree": "The second signal (power, memory) fits the load.",
        "Disagree": "The second signal is far below the load. It informs the committee; nothing follows from it by itself.",
        "NotAvailable": "There is no second signal, or too little load to compare it with.",
    },
    "OnCourse": {
        "AboveEdges": "At the present pace the quarter ends where nothing can be taken, or nothing can be taken at all.",
        "InDanger": "At the present pace the quarter ends where devices can be taken.",
        "InDangerOfRevocation": "At the present pace the quarter ends where the whole grant can be taken.",
        "TooEarly": "Too few days count to say.",
        "Over": "The window or the term is over, or the review is decided.",
    },
    "PlanSubmitted": {
        "Submitted": "The tenant's plan for the next quarter is in. It can be changed until it is due.",
        "Closed": "The tenant's plan is in and its due date is over, so it stays as it is.",
        "Awaited": "The plan is due on the date in the message.",
        "Missing": "No plan came by its due date; R17 treats that as inadequate.",
        "NotNeeded": "The outcome does not depend on a plan.",
    },
    "Recommended": {
        "Recommended": "The table of R17 gives the outcome in the message.",
        "Measuring": "The window is not over.",
        "AwaitingPlan": "The outcome depends on the plan, which is not due yet.",
        "AwaitingVerdict": "The plan is in and waits for the committee. Until then nothing changes.",
        "AwaitingConfirmation": "The committee has to confirm before anything is taken.",
        "AwaitingApproval": "An increase is offered and waits for the committee.",
        "AwaitingCapacity": "An approved increase waits for free devices.",
        "Inconclusive": "Too much is unknown for any cut. A person decides.",
        "CarriedForward": "Too few days count. Nothing changes; the next review decides.",
        "Exempt": "Short-term users are exempt (R17). The use is measured all the same.",
        "NoTermLeft": "No term remains to which an outcome could apply.",
        "Appealed": "The tenant has appealed. Nothing happens until the committee answers.",
    },
    "Noticed": {
        "BeingTold": "The notice is being sent by the programme's channels. Its days have not begun.",
        "Given": "Notice was given; the action follows on the date in the message.",
        "NotNeeded": "Nothing is taken, so no notice is needed.",
        "NotYet": "Nothing is decided that would need notice.",
    },
    "Decided": {
        "Decided": "The Decision is written.",
        "Pending": "Nothing is decided yet.",
        "Observed": "The programme is in mode Observe: this is what would be decided.",
    },
    "Enforced": {
        "Enforced": "The namespace's enforced quota is what the Decision says.",
        "Pending": "The Decision is not enforced yet.",
        "NotNeeded": "The Decision changes nothing.",
    },
    "Remembered": {
        "Nothing": "Nothing is remembered of the organization that weighs in this year's or next year's calls.",
        "Barred": "It is barred from the calls of a year, for off-purpose use or a broken promise (R20, R21, R25).",
        "RankedLast": "It is ranked last in the calls of a year, for a promise without evidence (R21).",
        "ClassUp": "It is one priority class up in the calls of a year (R25).",
        "ReportMissing": "A performance report is missing and no class is moved (R23).",
        "MayContinue": "Support may be continued, and no class is moved (R24, R25).",
    },
    "Ready": {
        "Ready": "All is as it should be.",
        "NotReady": "Something is missing; the message has the first reason.",
        "Observed": "The programme is in mode Observe.",
        "LeftAlone": "The project says manage: false.",
        "UnknownNode": "An Outage names a node that is not in the cluster and was not seen since. Correct spec.nodes.",
        "UnknownAccelerator": "An Outage names an accelerator that is not in the catalogue. Correct spec.accelerators.",
        "NoDevices": "The nodes of an Outage have no devices of any accelerator, so it takes nothing away from anybody.",
    },
}
"""condition type -> reason -> what it means. All reasons of `Ready` are its own or those of the condition it reports."""


def find(conditions: Iterable[Condition], type_: str) -> Condition | None:
    """The condition of that type."""
    return next((c for c in conditions if c.type == type_), None)


def is_true(conditions: Iterable[Condition], type_: str) -> bool:
    """Whether the condition of that type is there and True."""
    found = find(conditions, type_)
    return found is not None and found.status == "True"


@dataclass(frozen=True)
class Said:
    """A condition without its bookkeeping."""

    type: str
    status: bool | None
    reason: str
    message: str


def conditions(
    before: Sequence[Condition], said: Iterable[Said], *, generation: int, now: datetime
) -> tuple[Condition, ...]:
    """Conditions that keep their transition time unless the status changed. Raises KeyError for a reason not in TABLE."""
    return tuple(_condition(before, one, generation, now) for one in said)


def _condition(before: Sequence[Condition], said: Said, generation: int, now: datetime) -> Condition:
    TABLE[said.type][said.reason]
    word: Status = "Unknown" if said.status is None else "True" if said.status else "False"
    old = find(before, said.type)
    since = old.last_transition_time if old is not None and old.status == word else now.replace(microsecond=0)
    return Condition(
        type=said.type,
        status=word,
        reason=said.reason,
        message=said.message,
        observed_generation=generation,
        last_transition_time=since,
    )
