"""What the API server refuses of Returns, Reports, Relocations and Sanctions."""

from __future__ import annotations

from typing import Any

from .awards import body
from .client import Manifest
from .refusal import Refusal

NAME = "refused"
LONG = {"name": "r" * 64, "namespace": "default"}
STEPS = "Storage is given back in steps of 10 TB (R3): write 10T, 20T and so on, or leave it out."
EVIDENCE = "Each result needs its evidence (R23): add a link or a reference."


def _in_namespace(kind: str, **spec: Any) -> Manifest:
    made = body(kind, NAME, **{key: value for key, value in spec.items() if value is not None})
    return {**made, "metadata": {"name": NAME, "namespace": "default"}}


def _return(what: str, says: str, rule: str = "R22", **spec: Any) -> Refusal:
    wanted = {"allocation": NAME, "devices": 4, "reason": "The data is late.", **spec}
    return Refusal(what, _in_namespace("Return", **wanted), says, rule)


def _changed(says: str, rule: str, made: Manifest) -> Refusal:
    after = {**made, "spec": {**made["spec"], "reason": "Another."}}
    return Refusal("changed after it was written", after, says, rule, given=(made,))


def _report(what: str, says: str, rule: str = "R23", **spec: Any) -> Refusal:
    return Refusal(what, _in_namespace("Report", **{"allocation": NAME, **spec}), says, rule)


def _sanction(**spec: Any) -> Manifest:
    wanted = {"allocation": NAME, "ground": "OffPurpose", "evidence": ["https://x/log"], "reason": "Coins.", **spec}
    return body("Sanction", NAME, **{key: value for key, value in wanted.items() if value is not None})


CAUSES = [
    _return(
        "neither devices nor storage", "Nothing is given back: write spec.devices, spec.storage or both.", devices=0
    ),
    _return("minus one device", "spec.devices in body should be greater than or equal to 0", devices=-1),
    _return("5 TB", STEPS, "R3", storage="5T"),
    _return("storage of `lots`", "Write a quantity that is not negative", "R3", storage="lots"),
    _return("no reason", "spec.reason: Required value", reason=None),
    Refusal(
        "a name of 64 letters",
        {**_in_namespace("Return", allocation=NAME, devices=4, reason="One."), "metadata": LONG},
        "Use at most 63 letters for the name of a Return",
    ),
    _return("no allocation", "spec.allocation: Required value", allocation=None),
    _changed(
        "A Return is a declaration and cannot be changed. Write another one.",
        "R22",
        _in_namespace("Return", allocation=NAME, devices=4, reason="One."),
    ),
    _report("two papers without their evidence", EVIDENCE, papersSci={"count": 2}),
    _report("a patent whose evidence is an empty list", EVIDENCE, patentsForeignFiled={"count": 1, "evidence": []}),
    _report("minus one model", "spec.models.count in body should be greater than or equal to 0", models={"count": -1}),
    _report(
        "an accuracy without the target",
        "spec.accuracy[0].target: Required value",
        accuracy=[{"measure": "mAP", "reached": "1"}],
    ),
    _report(
        "data shared with `Friends`",
        'spec.dataSharing.level: Unsupported value: "Friends": supported values: "Public", "Research", "OnApproval"',
        "R24",
        dataSharing={"level": "Friends", "where": "https://x"},
    ),
    Refusal(
        "a finding that does not say whether the evidence holds",
        _in_namespace("Relocation", allocation=NAME, finding={"reason": "Hm."}),
        "spec.finding.accepted: Required value",
        "R21",
    ),
    Refusal("no evidence", _sanction(evidence=[]), "spec.evidence in body should have at least 1 items", "R20"),
    Refusal(
        "a name of 64 letters",
        {**_sanction(), "metadata": {"name": "s" * 64}},
        "Use at most 63 letters for the name of a Sanction",
    ),
    Refusal("no reason", _sanction(reason=None), "spec.reason: Required value", "R20"),
    Refusal(
        "the ground `Idle`",
        _sanction(ground="Idle"),
        'spec.ground: Unsupported value: "Idle": supported values: "OffPurpose", "PromiseBroken"',
        "R17",
    ),
    _changed("A Sanction is a record and cannot be changed. Answer an appeal by an award.", "R20", _sanction()),
]
