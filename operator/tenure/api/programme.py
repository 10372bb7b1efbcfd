"""Programme: the rulebook. Every rule of the centre that is a number, a date or a choice stands here as data."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from tenure.api.conditions import Condition
from tenure.api.model import Column, Kind, Model, MonthDay, Name, Quantity, Resource, keyed, rules
from tenure.api.pricing import Pricing

Outcome = Literal["Increase", "Continue", "Reduce", "Revoke"]
"""What a review can end with, R17, from the best for the tenant to the worst."""


class ReviewDates(Model):
    """One review of the year: what it measures and when it is decided, as days of every year in the programme's zone.

    Dates follow one another: each one is the first day of that month and day not before the one listed above it, so a
    due date in January belongs to the year after a window that ends in December.
    """

    name: Name = Field(
        description="Short name of the review, for example Q3. With the year of its window's end: 2026-Q3."
    )
    from_: MonthDay = Field(alias="from", description="First day of the measuring window, MM-DD.")
    to: MonthDay = Field(
        description="Last day of the measuring window, inclusive, MM-DD. 02-29 is the end of February."
    )
    plan_due: MonthDay = Field(description="Last day on which the tenant's plan counts, MM-DD (R17, R18).")
    verdict_due: MonthDay = Field(description="Day by which the committee should have judged the plan, MM-DD (R18).")
    effective: MonthDay = Field(
        description="Day on which the outcome takes effect, MM-DD, not before the notice is over."
    )


class Band(Model):
    """One row of the decision table of R17."""

    from_percent: int = Field(ge=0, le=300, description="Lowest utilization of the row, in percent of base time (R16).")
    adequate: Outcome = Field(description="Outcome where the committee judges the plan adequate (R17, R18).")
    inadequate: Outcome = Field(description="Outcome where the plan is inadequate or missing (R17).")

    model_config = {
        "json_schema_extra": rules(
            (
                "self.adequate == self.inadequate || self.adequate == 'Increase' || self.inadequate == 'Revoke'"
                " || (self.adequate == 'Continue' && self.inadequate == 'Reduce')",
                "The outcome of an adequate plan must be at least as good for the tenant as that of an inadequate one.",
            )
        )
    }


class TermRules(Model):
    """R13: which terms are allowed."""

    end_dates: tuple[MonthDay, ...] = Field(
        min_length=1, max_length=12, description="Days of the year on which a term may end, MM-DD (R13)."
    )
    minimum_months: int = Field(
        default=0,
        ge=0,
        le=12,
        description="Shortest term in calendar months, counting the first and the last as whole. 0 sets no minimum (R13).",
    )


class Measurement(Model):
    """R14, R16: how use is counted."""

    base_hours_per_day: int = Field(
        default=8, ge=1, le=24, description="Base time per granted device and day, in hours; 100 % of R16."
    )
    set_up_days: int = Field(
        default=14, ge=0, le=31, description="Days from the day access is given that do not count, R14."
    )
    minimum_day_coverage_percent: int = Field(
        default=90,
        ge=1,
        le=100,
        description="Share of a day's requested device time that must be measured, else the day is Unknown.",
    )
    minimum_review_coverage_percent: int = Field(
        default=75,
        ge=0,
        le=100,
        description="Share of a review's eligible device time on counted days, else it is Inconclusive.",
    )
    minimum_counted_days: int = Field(
        default=30,
        ge=0,
        le=92,
        description="Fewest counted days for an outcome; with fewer the review carries forward.",
    )
    profiles: dict[str, Name] = Field(
        default_factory=dict,
        max_length=64,
        description="Accelerator -> TelemetryProfile, where the programme fixes another than the Accelerator's own, for example "
        "a100 -> dcgm-gpu-util. Each Review shows which one it is measured by.",
    )
    second_signal_percent: int = Field(
        default=5,
        ge=0,
        le=100,
        description="Where the second signal (power, memory) is below this share of the load, the Review tells the committee "
        "that the two disagree. 0 never tells.",
    )


class ReviewRules(Model):
    """R17: who is reviewed, by which table, and who confirms."""

    confirmation: Literal["Committee", "Automatic"] = Field(
        default="Committee",
        description="Committee: nothing is taken before a verdict or a confirmation. Automatic: a missing plan counts as "
        "inadequate at its due date and the table's cell is applied after notice (R17, reading).",
    )
    short_term_months: int = Field(
        default=3,
        ge=0,
        le=12,
        description="Terms of so many calendar months or fewer are exempt (R17). 0 exempts nobody.",
    )
    bands: tuple[Band, ...] = Field(
        min_length=1,
        max_length=8,
        description="The decision table of R17, from the highest band down to 0 percent.",
    )
    plan_days: int = Field(
        default=14,
        ge=0,
        le=92,
        description="Fewest days between opening a review and its plan being due; moves a due date, never forward.",
    )
    verdict_days: int = Field(
        default=7,
        ge=0,
        le=92,
        description="Fewest days the committee has, from the plan's due date and from when all days of the window are known.",
    )
    notice_days: int = Field(
        default=7,
        ge=0,
        le=92,
        description="Fewest days between notice to the tenant and anything being taken.",
    )


class Convergence(Model):
    """How running work is brought under a lowered quota."""

    grace_seconds: int = Field(
        default=3600, ge=0, le=604800, description="Seconds between the enforced cut and the first eviction."
    )
    deadline_seconds: int = Field(
        default=86400,
        ge=0,
        le=2592000,
        description="Seconds after the first possible eviction for which PodDisruptionBudgets hold; then pods are deleted.",
    )
    termination_grace_seconds: int = Field(
        default=300, ge=0, le=3600, description="Most seconds a pod gets to end after its eviction."
    )


class Reader(Model):
    """The pod in which members read the data of a grant that is over, to take it away."""

    image: str = Field(
        min_length=1,
        max_length=512,
        description="Image with sh, sleep and tar, which kubectl cp needs, for example busybox:1.37.",
    )
    cpu: Quantity = Field(default="500m", description="CPU of the pod, in cores.")
    memory: Quantity = Field(default="512M", description="Memory of the pod.")
    user: int = Field(
        default=1000,
        ge=1,
        le=2**31 - 1,
        description="Number of the user that it reads as. What only another user, such as root, may read stays unread.",
    )


class StorageRules(Model):
    """R3: where storage comes from and how long it is kept."""

    class_name: str = Field(
        default="",
        max_length=253,
        description="StorageClass of the volumes. Empty takes the cluster's default.",
    )
    access_mode: Literal["ReadWriteMany", "ReadWriteOnce"] = Field(
        default="ReadWriteMany", description="Access mode of the volumes."
    )
    retention_days: int = Field(
        default=30,
        ge=0,
        le=3650,
        description="Days for which data is kept, at least, after a grant has ended. In them it can be read and taken away.",
    )
    after_retention: Literal["Keep", "Delete"] = Field(
        default="Keep",
        description="What becomes of volumes then. Keep leaves them to the admin. Delete deletes the claims, not before the "
        "tenant was told finalNoticeDays before.",
    )
    final_notice_days: int = Field(
        default=7, ge=1, le=92, description="Fewest days between the last notice and a volume being deleted."
    )
    reader: Reader | None = Field(
        default=None,
        description="Until the retention is over, members of a project in which every grant is over read its volumes in a pod. "
        "Left out, there is none.",
    )


class EndRules(Model):
    """R21..R23: what is due around the end of a grant."""

    report_days: int = Field(
        default=30, ge=0, le=92, description="Days before the end of the term on which the report is due (R23)."
    )
    early_return_days: int = Field(
        default=30,
        ge=0,
        le=365,
        description="A grant given back as a whole so many days before its end, or more, has priority in the next call (R22).",
    )
    promise_months: int = Field(
        default=3, ge=1, le=24, description="Months after service began within which a promise is to be proven (R21)."
    )


class Channel(Model):
    """Where people are told, beside the objects in the namespace."""

    url_file: str = Field(
        min_length=1,
        max_length=253,
        description="File with one address (mail, webhook) in the operator's folder of channels, so that no secret stands here. "
        "{project} and {organization} in it stand for the names: each tenant then has an address of its own.",
    )
    to: Literal["Tenant", "Committee", "Admin"] = Field(default="Tenant", description="For whom it is.")
    language: Literal["ko", "en"] = Field(default="ko", description="Language of the text.")


class TenancyRules(Model):
    """What every tenant namespace has."""

    pod_security: Literal["baseline", "restricted", "privileged"] = Field(
        default="baseline", description="Pod Security Standard enforced in the namespaces."
    )
    network: Literal["Isolated", "Open"] = Field(
        default="Isolated",
        description="Isolated: pods accept traffic from their own namespace only. Open: no NetworkPolicy.",
    )
    storage_only_cpu: Quantity = Field(
        default="4",
        description="CPU of a grant without devices (R3, storage-only), in cores, so that its data can be worked with.",
    )
    storage_only_memory: Quantity = Field(
        default="16G", description="Memory of a grant without devices (R3, storage-only)."
    )


class ProgrammeSpec(Model):
    """The rules of a programme."""

    mode: Literal["Observe", "Enforce"] = Field(
        default="Observe",
        description="Observe: everything is computed, nothing but status is written. Enforce: grants are real.",
    )
    time_zone: str = Field(
        default="Asia/Seoul",
        max_length=64,
        description="IANA time zone in which days, quarters and due dates are counted.",
    )
    term: TermRules = Field(description="Which terms are allowed (R13).")
    calendar: tuple[ReviewDates, ...] = Field(
        min_length=1,
        max_length=12,
        description="The reviews of a year (R7, R17).",
        json_schema_extra=keyed("name"),
    )
    measurement: Measurement = Field(default=Measurement(), description="How use is counted (R14, R16).")
    review: ReviewRules = Field(description="Who is reviewed, by which table, and who confirms (R17).")
    convergence: Convergence = Field(
        default=Convergence(), description="How running work is brought under a lowered quota."
    )
    storage: StorageRules = Field(
        default=StorageRules(), description="Where storage comes from and how long it is kept (R3)."
    )
    ends: EndRules = Field(default=EndRules(), description="What is due around the end of a grant (R21, R22, R23).")
    pricing: Pricing = Field(default=Pricing(), description="What holders pay (R5).")
    channels: tuple[Channel, ...] = Field(
        default=(), max_length=16, description="Where people are told, beside the objects in the namespace."
    )
    records_years: int = Field(
        default=5,
        ge=1,
        le=100,
        description="Years for which Decisions stay in the cluster. Older ones may be pruned once exported and checked.",
    )
    tenancy: TenancyRules = Field(default=TenancyRules(), description="What every tenant namespace has.")

    model_config = {
        "json_schema_extra": rules(
            (
                "self.review.bands[self.review.bands.size() - 1].fromPercent == 0",
                "The last band must start at 0 percent, so that every utilization has a row.",
            ),
            (
                "self.review.bands.all(b, self.review.bands.exists_one(c, c.fromPercent == b.fromPercent))",
                "Each band must start at another percentage.",
            ),
            (
                "self.review.bands.map(b, -b.fromPercent).isSorted()",
                "List the bands from the highest percentage down to 0, for example 50, 5, 0.",
            ),
        )
    }


class ProgrammeStatus(Model):
    """What Tenure says of the programme."""

    conditions: tuple[Condition, ...] = Field(
        default=(),
        description="Accepted and Ready.",
        json_schema_extra=keyed("type"),
    )


class Programme(Resource):
    """The rulebook of a programme: calendar, decision table, base hours, deadlines, storage. Written by the admin."""

    KIND: ClassVar[Kind] = Kind(
        kind="Programme",
        plural="programmes",
        short_names=("prog",),
        columns=(
            Column("Mode", ".spec.mode"),
            Column("Confirmation", ".spec.review.confirmation"),
            Column("Zone", ".spec.timeZone", priority=1),
            Column("Ready", '.status.conditions[?(@.type=="Ready")].status'),
            Column("Age", ".metadata.creationTimestamp", "date"),
        ),
    )
    spec: ProgrammeSpec
    status: ProgrammeStatus = Field(default=ProgrammeStatus())
