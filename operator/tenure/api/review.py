"""Review: one allocation's quarter. What was measured, the tenant's plan, the committee's verdict, what was done."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, DecidedBy, EnteredBy, Kind, Model, Name, Resource, keyed, rules
from tenure.api.programme import Outcome

Seconds = Annotated[int, Field(ge=-1)]


class Plan(Model):
    """The tenant's plan for the next quarter, with its evidence (R18)."""

    summary: str = Field(
        min_length=1,
        max_length=4000,
        description="What will be done next quarter and why the devices are needed.",
    )
    evidence: tuple[Annotated[str, Field(max_length=1000)], ...] = Field(
        default=(),
        max_length=32,
        description="Links or references: state of the development, state of the data (R18).",
    )
    change_of_plan: str = Field(
        default="",
        max_length=4000,
        description="Where the plan has changed: the justification. A justified change carries no penalty (R19).",
    )


class Appeal(Model):
    """The tenant's objection during notice. The action waits for the committee."""

    reason: str = Field(min_length=1, max_length=4000, description="Why the figures or the outcome are wrong.")


class Verdict(Model):
    """The committee's judgement. Who gave it is stamped by the API server."""

    plan: Literal["Adequate", "Inadequate"] | None = Field(default=None, description="Judgement on the plan (R18).")
    confirms: Outcome | None = Field(
        default=None,
        description="Confirms this recommendation, where the programme asks for that. It holds for no other outcome: where the "
        "recommendation changes, it is asked for anew.",
    )
    recused: tuple[Annotated[str, Field(max_length=253)], ...] = Field(
        default=(), max_length=32, description="Members who took no part, for their own interest."
    )
    increase_to: int | None = Field(
        default=None,
        ge=1,
        le=1024,
        description="Approves an increase up to this many devices, a bundle of the ladder (R17).",
    )
    override: Outcome | None = Field(
        default=None,
        description="Decides another outcome than the table. Needs a reason and the right to override.",
    )
    appeal: Literal["Upheld", "Dismissed"] | None = Field(
        default=None,
        description="Answer to the appeal. Upheld: nothing is taken. Dismissed: the action goes on.",
    )
    reason: str = Field(default="", max_length=4000, description="The reasons, for the record and for the tenant.")
    decided_by: DecidedBy = ""
    by: EnteredBy = ""

    model_config = {
        "json_schema_extra": rules(
            (
                "!has(self.override) || (has(self.reason) && self.reason != '')",
                "An override needs spec.verdict.reason.",
            )
        )
    }

    @property
    def decides(self) -> bool:
        """Whether anything is decided by it. A reason, or who took no part, decides nothing."""
        return any((self.plan, self.confirms, self.increase_to, self.override, self.appeal))


class ReviewSpec(Model):
    """Which allocation and quarter, and what people add to it."""

    allocation: Name = Field(description="Name of the Allocation under review. Set by Tenure.")
    review: Name = Field(description="Which review, for example 2026-Q3. Set by Tenure.")
    plan: Plan | None = Field(default=None, description="Written by the tenant until it is due.")
    appeal: Appeal | None = Field(default=None, description="Written by the tenant during notice.")
    verdict: Verdict | None = Field(default=None, description="Written by the committee.")

    model_config = {
        "json_schema_extra": rules(
            (
                "self.allocation == oldSelf.allocation && self.review == oldSelf.review",
                "A review belongs to one allocation and one quarter for good.",
            )
        )
    }


class LedgerStatus(Model):
    """The days of the window as parallel arrays, so that 92 days take a few kB. All times are device-seconds.

    Every array has one entry per day from `from` on. `states` has one letter per day: C counted, S set-up (R14),
    A unavailable (the centre's fault), U unknown, a dot for a day that was not read yet.
    """

    from_: date = Field(alias="from", description="The day of the first entry.")
    busy_seconds: tuple[Seconds, ...] = Field(
        default=(), max_length=400, description="Busy device-seconds per day (R16)."
    )
    measured_seconds: tuple[Seconds, ...] = Field(
        default=(), max_length=400, description="Measured device-seconds per day."
    )
    requested_seconds: tuple[Seconds, ...] = Field(
        default=(),
        max_length=400,
        description="Device-seconds requested by running pods per day; -1 where it is not known.",
    )
    granted_seconds: tuple[Seconds, ...] = Field(
        default=(), max_length=400, description="Granted device-seconds per day."
    )
    outage_seconds: tuple[Seconds, ...] = Field(
        default=(),
        max_length=400,
        description="Device-seconds per day that declared Outages took; they leave numerator and base.",
    )
    no_capacity_seconds: tuple[Seconds, ...] = Field(
        default=(),
        max_length=400,
        description="Device-seconds per day for which the tenant's pods waited because the centre was full, fragmented, cordoned "
        "or drained; they leave the base.",
    )
    estimated_seconds: tuple[Seconds, ...] = Field(
        default=(),
        max_length=400,
        description="Device-seconds per day by which busy may be more or less, because devices were shared and no per-process "
        "reading tells the shares.",
    )
    second_seconds: tuple[Seconds, ...] = Field(
        default=(),
        max_length=400,
        description="The second signal (power, memory) per day in device-seconds; -1 where there is none.",
    )
    states: str = Field(
        default="",
        max_length=400,
        description="One letter per day: C counted, S set-up, A unavailable, U unknown, . not read.",
    )
    reasons: dict[str, str] = Field(
        default_factory=dict,
        max_length=400,
        description="Why days are not simply counted: date -> reason, one of those of the condition Measured.",
    )
    answers: tuple[Annotated[str, Field(max_length=16)], ...] = Field(
        default=(),
        max_length=400,
        description="Digest per day of what Prometheus answered for this tenant; empty where nothing was read.",
    )
    settled: date | None = Field(
        default=None,
        description="Last day up to which days were read at least a day after their end, so that late samples are in.",
    )
    profile: str = Field(
        default="", max_length=63, description="Name of the TelemetryProfile the days are measured by."
    )
    profile_digest: str = Field(
        default="",
        max_length=12,
        description="Digest of its spec: another one of that name measures no day of this ledger.",
    )
    load: str = Field(default="", max_length=256, description="What the load is, in words: the profile's title of it.")
    exporters: tuple[Annotated[str, Field(max_length=63)], ...] = Field(
        default=(),
        max_length=64,
        description="Namespaces of the exporters themselves, as last probed. They are no tenant's.",
    )


class Utilization(Model):
    """R16 over the counted days."""

    busy_seconds: int = Field(default=0, description="Busy device-seconds on counted days.")
    base_seconds: int = Field(
        default=0, description="Base device-seconds on counted days: granted devices x base hours."
    )
    percent: str = Field(
        default="",
        description="busy / base, rounded for people, for example 31.4 %. Edges are compared exactly.",
    )
    lowest_percent: str = Field(default="", description="The same with all missing time taken as idle.")
    highest_percent: str = Field(default="", description="The same with all missing time taken as fully busy.")
    coverage_percent: int = Field(default=0, description="Counted share of the eligible device time, rounded down.")
    counted_days: int = Field(default=0, description="Days that count.")
    unknown_days: int = Field(default=0, description="Days that are Unknown.")
    set_up_days: int = Field(default=0, description="Set-up days (R14).")
    unavailable_days: int = Field(default=0, description="Days lost by the centre's own fault.")
    estimated_days: int = Field(
        default=0, description="Counted days on which a shared device's part is estimated. They alone never cut."
    )
    second_percent: str = Field(
        default="",
        description="The second signal (power, memory) as a share of the busy time it was read for; empty without one.",
    )


class Edge(Model):
    """What is still needed to end the quarter at or above one edge of the decision table (R17)."""

    percent: int = Field(description="The edge, in percent of base time.")
    busy_seconds_needed: int = Field(
        description="Busy device-seconds still needed by the window's end; 0 if it is reached."
    )
    within_reach: bool = Field(description="Whether all granted devices, fully busy from now on, still get there.")
    on_course: bool = Field(description="Whether the present pace gets there.")


class Forecast(Model):
    """Where the quarter ends if the present pace goes on. It informs; nothing follows from it."""

    days_left: int = Field(default=0, description="Days that are not in the ledger yet and can count.")
    percent: str = Field(default="", description="Utilization at the window's end at the present pace, for people.")
    pace_percent: str = Field(default="", description="The present pace: utilization of the latest 14 counted days.")
    edges: tuple[Edge, ...] = Field(default=(), description="One entry per edge of the decision table, highest first.")


class Dates(Model):
    """The review's dates, from the programme's calendar and minimums, in the programme's zone."""

    window_start: date = Field(description="First day of the measuring window.")
    window_end: date = Field(description="Last day of the measuring window.")
    plan_due: date = Field(description="Last day on which the plan counts.")
    verdict_due: date = Field(description="Day by which the committee should have judged.")
    effective: date = Field(description="Day from which the outcome may take effect.")


class Planned(Model):
    """R27: use against the usage plan of the application, over the months that lie in the window."""

    planned_seconds: int = Field(default=0, description="Planned busy device-seconds so far (R15).")
    busy_seconds: int = Field(default=0, description="Busy device-seconds on the same days.")
    percent: str = Field(default="", description="busy / planned, for people; empty where nothing was planned.")


class Waits(Model):
    """What the review waits for: the admin sees for whom, and since when."""

    for_: Literal["Tenant", "Committee", "Capacity"] = Field(alias="for", description="Whose turn it is.")
    reason: str = Field(max_length=64, description="The reason of the condition Recommended.")
    since: datetime = Field(description="Since when it waits for that.")


class Entry(Model):
    """When the verdict was entered. Who entered it stands in the verdict."""

    at: datetime = Field(description="When Tenure first saw the verdict as it stands.")
    digest: str = Field(max_length=64, description="Digest of that verdict: another one has another time.")


class ReviewStatus(Model):
    """What was measured and how far the review has come."""

    opened_at: datetime | None = Field(default=None, description="When Tenure opened the review.")
    dates: Dates | None = Field(default=None, description="The review's dates.")
    measured_on: date | None = Field(
        default=None, description="Day on which all days of the window were known. The committee's time runs from it."
    )
    plan_submitted_at: datetime | None = Field(default=None, description="When Tenure first saw the plan.")
    noticed_at: datetime | None = Field(default=None, description="When notice was given.")
    notice: str = Field(default="", description="The outcome that notice was given of, and the devices after it.")
    verdict_entered: Entry | None = Field(default=None, description="When the verdict was entered.")
    waits: Waits | None = Field(default=None, description="What it waits for, if it does.")
    exempt: bool = Field(default=False, description="Short-term users are exempt (R17).")
    ledger: LedgerStatus | None = Field(default=None, description="The days.")
    utilization: Utilization = Field(default=Utilization(), description="R16 over the counted days.")
    forecast: Forecast | None = Field(default=None, description="While the window runs: where it leads.")
    planned: Planned | None = Field(default=None, description="Use against the usage plan (R27), where there is one.")
    recommendation: Outcome | None = Field(default=None, description="What the table of R17 says as things stand.")
    outcome: str = Field(default="", description="What was decided.")
    decision: str = Field(default="", description="Name of the Decision.")
    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Measured, Corroborated, OnCourse, PlanSubmitted, Recommended, Noticed, Decided, Enforced and Ready.",
        json_schema_extra=keyed("type"),
    )


class Review(Resource):
    """One allocation's quarter: measured use, plan, verdict, outcome. Opened by Tenure in the tenant's namespace."""

    KIND: ClassVar[Kind] = Kind(
        kind="Review",
        plural="reviews",
        short_names=("rev",),
        namespaced=True,
        columns=(
            Column("Allocation", ".spec.allocation"),
            Column("Review", ".spec.review"),
            Column("Use", ".status.utilization.percent"),
            Column("Coverage", ".status.utilization.coveragePercent", "integer"),
            Column("Plan-Due", ".status.dates.planDue"),
            Column("Recommended", ".status.recommendation"),
            Column("Outcome", ".status.outcome"),
            Column("Reason", '.status.conditions[?(@.type=="Recommended")].reason'),
            Column("Waits-For", ".status.waits.for"),
            Column("Since", ".status.waits.since", "date"),
            Column("Effective", ".status.dates.effective", priority=1),
            Column("Age", ".metadata.creationTimestamp", "date", priority=1),
        ),
    )
    spec: ReviewSpec
    status: ReviewStatus = Field(default=ReviewStatus())
