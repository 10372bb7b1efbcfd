"""What the API server refuses by itself: the object alone shows that it is wrong."""

from __future__ import annotations

from typing import Any

from .awards import accelerator, body, programme
from .client import Manifest
from .refusal import Refusal

NAME = "refused"
TERM = {"start": "2030-01-01", "end": "2030-12-31"}
STORAGE = "Storage comes in steps of 10 TB (R3): write 10T, 20T, 30T, 40T or 50T, or 0 for none."
CONSULTATION = "More than 50 TB are given by consultation only (R3): say in spec.storageConsultation what was agreed"
AMOUNT = "Write a quantity that is not negative, for example 92, 1800G or 20T."
BOTH = "Name both spec.accelerator and spec.devices, or neither for a storage-only award."
SYSTEM = "This name belongs to a namespace of the cluster itself. Choose another name for the project."
LETTERS = (
    "The project's name becomes a namespace: use at most 50 small letters, digits and dashes, for example vision-lab."
)
AWARD_LETTERS = (
    "The allocation's name becomes part of other names: "
    "use at most 50 small letters, digits and dashes, for example vision-2026."
)
DAY = "'^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'"
BETTER = "The outcome of an adequate plan must be at least as good for the tenant as that of an inadequate one."
DESCENDING = "List the bands from the highest percentage down to 0, for example 50, 5, 0."


def _award(what: str, says: str, rule: str = "", name: str = NAME, **spec: Any) -> Refusal:
    award = {"accelerator": "t4-16gb", "devices": 2, "storage": "10T", "term": TERM, **spec}
    wanted = {key: value for key, value in award.items() if value is not None}
    return Refusal(what, body("Allocation", name, project=NAME, **wanted), says, rule)


def _project(what: str, says: str, name: str = NAME, **spec: Any) -> Refusal:
    return Refusal(what, body("Project", name, **{"organization": NAME, **spec}), says)


def _programme(what: str, says: str, rule: str = "", **spec: Any) -> Refusal:
    return Refusal(what, programme(NAME, **spec), says, rule)


def _bands(what: str, says: str, *bands: tuple[int, str, str]) -> Refusal:
    rows = [{"fromPercent": start, "adequate": good, "inadequate": bad} for start, good, bad in bands]
    return _programme(what, says, "R17", review={"bands": rows})


def _dates(**change: str) -> Manifest:
    dates = {"from": "01-01", "to": "03-31", "planDue": "04-08", "verdictDue": "04-15", "effective": "04-22"}
    return {"name": "Q1", **dates, **change}


def _accelerator(what: str, says: str, rule: str = "", **spec: Any) -> Refusal:
    made = accelerator(NAME)
    return Refusal(what, {**made, "spec": {**made["spec"], **spec}}, says, rule)


def _rungs(*sizes: int, **more: Any) -> list[Manifest]:
    return [{"devices": size, "cpu": "4", "memory": "10G"} | more for size in sizes]


def _organization(what: str, says: str, rule: str = "", **spec: Any) -> Refusal:
    return Refusal(what, body("Organization", NAME, **{"registration": "1", **spec}), says, rule)


def _review(what: str, says: str, rule: str = "", **spec: Any) -> Refusal:
    made = body("Review", NAME, allocation=NAME, review="2030-Q1", **spec)
    made["metadata"]["namespace"] = "default"
    return Refusal(what, made, says, rule)


def _decision(message: str) -> Manifest:
    dates = {"effective": "2030-04-22", "decidedAt": "2030-04-15T00:00:00Z"}
    award = {"allocation": NAME, "project": NAME, "review": "2030-Q1", "awardDigest": "0" * 16}
    return body(
        "Decision", NAME, **award, kind="Reduce", before={"devices": 8}, after={"devices": 4}, message=message, **dates
    )


ALLOCATIONS = [
    *(_award(f"storage of {amount}", STORAGE, "R3", storage=amount) for amount in ("15T", "5T", "65T", "20Ti")),
    *(_award(f"storage of `{amount}`", AMOUNT, "R3", storage=amount) for amount in ("plenty", "-10T", "10T500G")),
    _award("storage of 60T and no consultation", CONSULTATION, "R3", storage="60T"),
    _award(
        "a term that ends before it starts",
        "The term must not end before it starts: check spec.term.start and spec.term.end.",
        "R13",
        term={"start": "2030-12-31", "end": "2030-01-01"},
    ),
    _award(
        "a term that ends on 30 February",
        'spec.term.end in body must be of type date: "2030-02-30"',
        "R13",
        term={**TERM, "end": "2030-02-30"},
    ),
    _award("no term", "spec.term: Required value", "R13", term=None),
    _award("`inUseSince` before the term", "spec.inUseSince must lie inside the term.", "R14", inUseSince="2029-12-31"),
    _award("`inUseSince` after the term", "spec.inUseSince must lie inside the term.", "R14", inUseSince="2031-01-01"),
    _award("devices without an accelerator", BOTH, "R1", accelerator=None),
    _award("an accelerator without devices", BOTH, "R1", devices=None),
    _award(
        "neither devices nor storage",
        "The award is empty: give spec.devices with spec.accelerator, or spec.storage, or both.",
        "R1, R3",
        accelerator=None,
        devices=None,
        storage=None,
    ),
    _award("-2 devices", "spec.devices in body should be greater than or equal to 0", "R1", devices=-2),
    _award("`device: 2` for `devices: 2`", 'unknown field "spec.device"', device=2),
    _award('`devices: "2"`, a word', "spec.devices in body must be of type integer", "R1", devices="2"),
    _award(
        "priority class 10", "spec.priorityClass in body should be less than or equal to 9", "R10", priorityClass=10
    ),
    _award(
        "month 2030-13 in the usage plan",
        "spec.usagePlan[0].month in body should match '^[0-9]{4}-(0[1-9]|1[0-2])$'",
        "R15",
        usagePlan=[{"month": "2030-13"}],
    ),
    _award(
        "a month twice in the usage plan",
        'spec.usagePlan[1]: Duplicate value: {"month":"2030-01"}',
        "R15",
        usagePlan=[{"month": "2030-01"}] * 2,
    ),
    _award("a name of 51 letters", AWARD_LETTERS, name="a" * 51),
    _award("a name with a dot", AWARD_LETTERS, name="vision.2030"),
]
PROJECTS = [
    *(
        _project(f"named `{name}`", SYSTEM, name)
        for name in ("default", "kube-system", "kube-x", "tenure-system", "gpu-operator", "my-system")
    ),
    _project("a name with a dot", LETTERS, "vision.lab"),
    _project("a name of 51 letters", LETTERS, "a" * 51),
    _project("a name with capital letters", "lower case alphanumeric characters", "Vision"),
    _project("no organization", "spec.organization: Required value", organization=None),
    _project(
        "a member of kind Robot",
        'spec.members[0].kind: Unsupported value: "Robot": supported values: "User", "Group", "ServiceAccount"',
        members=[{"name": "r2", "kind": "Robot"}],
    ),
    _project(
        "a member with the role Owner",
        'spec.members[0].role: Unsupported value: "Owner": supported values: "Member", "Viewer"',
        members=[{"name": "a", "role": "Owner"}],
    ),
    _project("a member without a name", "spec.members[0].name: Required value", members=[{"role": "Viewer"}]),
    _project(
        "deletion policy Archive",
        'spec.deletionPolicy: Unsupported value: "Archive": supported values: "Retain", "Delete"',
        deletionPolicy="Archive",
    ),
]
PROGRAMMES = [
    _programme(
        "a discount that ends before it begins",
        "The discount's last month, until, must not be before its first, from.",
        "R5",
        pricing={"discounts": [{"name": "flood", "percent": "100", "from": "2026-09", "until": "2026-08"}]},
    ),
    _bands(
        "bands that end above 0 percent",
        "The last band must start at 0 percent, so that every utilization has a row.",
        (50, "Increase", "Continue"),
    ),
    _bands(
        "bands from the lowest up",
        DESCENDING,
        (5, "Continue", "Reduce"),
        (50, "Increase", "Continue"),
        (0, "Reduce", "Revoke"),
    ),
    _bands(
        "two bands from 5 percent",
        "Each band must start at another percentage.",
        (5, "Continue", "Continue"),
        (5, "Continue", "Reduce"),
        (0, "Reduce", "Revoke"),
    ),
    _bands("a band that is worse for an adequate plan", BETTER, (50, "Reduce", "Continue"), (0, "Reduce", "Revoke")),
    _bands(
        "a band from 301 percent",
        "spec.review.bands[0].fromPercent in body should be less than or equal to 300",
        (301, "Increase", "Continue"),
        (0, "Reduce", "Revoke"),
    ),
    _bands(
        "a band with the outcome Halve",
        'Unsupported value: "Halve": supported values: "Increase", "Continue", "Reduce", "Revoke"',
        (0, "Reduce", "Halve"),
    ),
    _bands("no bands", "spec.review.bands in body should have at least 1 items"),
    _programme(
        "a review from 13-01",
        f"spec.calendar[0].from in body should match {DAY}",
        "R17",
        calendar=[_dates(**{"from": "13-01"})],
    ),
    _programme(
        "a plan due date written 4-8",
        f"spec.calendar[0].planDue in body should match {DAY}",
        "R17",
        calendar=[_dates(planDue="4-8")],
    ),
    _programme(
        "two reviews named Q1",
        'spec.calendar[1]: Duplicate value: {"name":"Q1"}',
        "R17",
        calendar=[_dates(), _dates(**{"from": "04-01", "to": "06-30"})],
    ),
    _programme("no reviews", "spec.calendar in body should have at least 1 items", "R17", calendar=[]),
    _programme(
        "an end date written 6-30",
        f"spec.term.endDates[0] in body should match {DAY}",
        "R13",
        term={"endDates": ["6-30"]},
    ),
    _programme(
        "terms that may end on no day",
        "spec.term.endDates in body should have at least 1 items",
        "R13",
        term={"endDates": []},
    ),
    _programme(
        "mode Strict", 'spec.mode: Unsupported value: "Strict": supported values: "Observe", "Enforce"', mode="Strict"
    ),
    _programme(
        "confirmation by Nobody",
        'spec.review.confirmation: Unsupported value: "Nobody": supported values: "Committee", "Automatic"',
        "R17",
        review={"confirmation": "Nobody"},
    ),
    _programme(
        "a base of 25 hours a day",
        "spec.measurement.baseHoursPerDay in body should be less than or equal to 24",
        "R16",
        measurement={"baseHoursPerDay": 25},
    ),
    _programme(
        "32 set-up days",
        "spec.measurement.setUpDays in body should be less than or equal to 31",
        "R14",
        measurement={"setUpDays": 32},
    ),
    _programme(
        "a grace of -1 seconds",
        "spec.convergence.graceSeconds in body should be greater than or equal to 0",
        convergence={"graceSeconds": -1},
    ),
    _programme(
        "access mode Shared",
        'Unsupported value: "Shared": supported values: "ReadWriteMany", "ReadWriteOnce"',
        "R3",
        storage={"accessMode": "Shared"},
    ),
    _programme("`storageOnlyCpu: some`", AMOUNT, "R3", tenancy={"storageOnlyCpu": "some"}),
]
ACCELERATORS = [
    _accelerator(
        "a ladder of 4, 8",
        "List the ladder from the largest bundle to the smallest, for example 8, 4, 2, 1 devices.",
        "R1",
        ladder=_rungs(4, 8),
    ),
    _accelerator("two bundles of 4", 'spec.ladder[1]: Duplicate value: {"devices":4}', "R1", ladder=_rungs(4, 4)),
    _accelerator(
        "a ladder of which nothing is offered",
        "At least one bundle must be offered, else nothing can be awarded.",
        "R1",
        ladder=_rungs(8, 4, offered=False),
    ),
    _accelerator(
        "a bundle of 0 devices",
        "spec.ladder[0].devices in body should be greater than or equal to 1",
        "R1",
        ladder=_rungs(0),
    ),
    _accelerator("an empty ladder", "spec.ladder in body should have at least 1 items", "R1", ladder=[]),
    _accelerator("a bundle with `cpu: many`", AMOUNT, "R1", ladder=_rungs(4, cpu="many")),
    _accelerator("a bundle with `memory: -1G`", AMOUNT, "R1", ladder=_rungs(4, memory="-1G")),
    _accelerator(
        "resource name `gpu`",
        "spec.resourceName in body should match '^[a-z0-9.-]+/[A-Za-z0-9._-]+$'",
        "R2",
        resourceName="gpu",
    ),
    _accelerator(
        "a node selector of two labels",
        "spec.nodeSelector: Too many: 2: must have at most 1 item",
        "R2",
        nodeSelector={"a": "b", "c": "d"},
    ),
    _accelerator(
        "no node selector", "spec.nodeSelector in body should have at least 1 properties", "R2", nodeSelector={}
    ),
    _accelerator("capacity of -1", "spec.capacity in body should be greater than or equal to 0", capacity=-1),
]
ORGANIZATIONS = [
    _organization(
        "no registration", "spec.registration in body should be at least 1 chars long", "R12", registration=""
    ),
    _organization(
        "a cap of -1 devices", "spec.maxDevices in body should be greater than or equal to 0", "R1", maxDevices=-1
    ),
    _organization(
        "a trait twice", 'spec.traits[1]: Duplicate value: "Regional"', "R10", traits=["Regional", "Regional"]
    ),
]
RECORDS = [
    _review(
        "an override without a reason",
        "An override needs spec.verdict.reason.",
        "R17",
        verdict={"override": "Continue"},
    ),
    _review(
        "a verdict Perhaps on the plan",
        'spec.verdict.plan: Unsupported value: "Perhaps": supported values: "Adequate", "Inadequate"',
        "R18",
        verdict={"plan": "Perhaps"},
    ),
    _review("an empty plan", "spec.plan.summary in body should be at least 1 chars long", "R18", plan={"summary": ""}),
    _review(
        "an increase to 0 devices",
        "spec.verdict.increaseTo in body should be greater than or equal to 1",
        "R17",
        verdict={"increaseTo": 0},
    ),
    Refusal(
        "changed after it was written",
        _decision("otherwise"),
        "A Decision is a record and cannot be changed.",
        given=(_decision("so"),),
    ),
]
AT_APPLY = [*ALLOCATIONS, *PROJECTS, *PROGRAMMES, *ACCELERATORS, *ORGANIZATIONS, *RECORDS]
