"""What the API server refuses of telemetry profiles, of an Accelerator's telemetry, and of outages."""

from __future__ import annotations

from typing import Any

from .awards import accelerator, body
from .client import Manifest
from .refusal import Refusal

NAME = "refused"
WHERE = (
    "Write {$series} where the Accelerator's label matchers belong and [$minute] where the time span belongs, "
    "for example avg_over_time(my_npu_load{$series}[$minute])."
)
EVIDENCE = "A profile is part of the evidence of every day it measured and cannot be changed. Apply the new one under"
PART = "A MIG instance is a part of a card: write it in spec.telemetry.cardShare, for example 3/7"
GROUP = "Write one group with the number of slices in digits, for example ([1-7])g\\..+ for 3g.20gb."
EXPRESSION = "is no RE2 expression. Escape what is meant literally, for example nvidia\\.com/gpu."
NAMED = "Name the accelerators or the nodes that were out: spec.accelerators or spec.nodes."
LOAD = "avg_over_time(my_npu_load{$series}[$minute])"
FROM, TO = "2030-05-01T09:00:00+09:00", "2030-05-01T08:00:00+09:00"


def _profile(**spec: Any) -> Manifest:
    signal = {"title": "share of time in which a core worked", "expression": LOAD}
    return body(
        "TelemetryProfile", NAME, **{"resources": "example\\.com/npu", "load": signal, "device": ["card"], **spec}
    )


def _refused_profile(what: str, says: str, **spec: Any) -> Refusal:
    return Refusal(what, _profile(**spec), says, "R2")


def _load(what: str, says: str, **signal: Any) -> Refusal:
    return _refused_profile(what, says, load={"title": "load", "expression": LOAD, **signal})


def _slices(what: str, says: str, **rule: Any) -> Refusal:
    return _refused_profile(what, says, slices=[{"label": "part", "pattern": "([1-7])g", "of": 7, **rule}])


def _telemetry(what: str, says: str, resource: str = "nvidia.com/gpu", **telemetry: Any) -> Refusal:
    made = accelerator(NAME)
    return Refusal(
        what, {**made, "spec": {**made["spec"], "resourceName": resource, "telemetry": telemetry}}, says, "R2"
    )


def _outage(what: str, says: str, **spec: Any) -> Refusal:
    given = {"accelerators": ["t4-16gb"], "from": FROM, "reason": "The cooling failed.", **spec}
    return Refusal(what, body("Outage", NAME, **{k: v for k, v in given.items() if v is not None}), says, "R17")


MEASURING = [
    _load("an expression without `{$series}`", WHERE, expression="avg_over_time(my_npu_load[$minute])"),
    _load("an expression without `[$minute]`", WHERE, expression="my_npu_load{$series}"),
    _refused_profile(
        "a second signal without `[$minute]`", WHERE, second={"title": "power", "expression": "my_npu_watts{$series}"}
    ),
    _load("a full reading of 0", "spec.load.full in body should be greater than or equal to 1", full=0),
    _load("a load without a title", "spec.load.title in body should be at least 1 chars long", title=""),
    _refused_profile("no labels that name a device", "spec.device in body should have at least 1 items", device=[]),
    _refused_profile("a device label `card-id`", "spec.device[0] in body should match", device=["card-id"]),
    _refused_profile(
        "the namespace as a device label",
        "A namespace does not name a device: take it out of spec.device.",
        device=["namespace"],
    ),
    _refused_profile(
        "0 series per device", "spec.unitsPerDevice in body should be greater than or equal to 1", unitsPerDevice=0
    ),
    _refused_profile("resources `nvidia.com/(gpu`", EXPRESSION, resources="nvidia.com/(gpu"),
    _slices("slices without a group", GROUP, pattern="[1-7]g\\..+"),
    _slices("slices with two groups", GROUP, pattern="([1-7])g\\.([0-9]+)gb"),
    _slices("slices whose group is no number", GROUP, pattern="(.+)gb"),
    _slices("slices `([1-7])g[`", EXPRESSION, pattern="([1-7])g["),
    _slices("slices of a model `A30(`", EXPRESSION, where={"modelName": "A30("}),
    Refusal("changed after it was written", _profile(title="new"), EVIDENCE, "R17", given=(_profile(title="old"),)),
    _telemetry("a MIG resource without a share of the card", PART, "nvidia.com/mig-3g.20gb"),
    _telemetry("a share of the card of `0.5`", "spec.telemetry.cardShare in body should match", cardShare="0.5"),
    _telemetry("a share of the card of `1/0`", "spec.telemetry.cardShare in body should match", cardShare="1/0"),
    _telemetry("a matcher `A100(`", EXPRESSION, match={"modelName": "A100("}),
    _telemetry(
        "a scrape interval of an hour",
        "spec.telemetry.scrapeIntervalSeconds in body should be less than or equal to 900",
        scrapeIntervalSeconds=3600,
    ),
    _outage("neither accelerators nor nodes", NAMED, accelerators=None),
    _outage("an empty list of nodes and no accelerators", NAMED, accelerators=None, nodes=[]),
    _outage("an end before the beginning", "spec.to must be later than spec.from.", to=TO),
    _outage("an end that is the beginning", "spec.to must be later than spec.from.", to=FROM),
    _outage(
        "a beginning without a zone", "spec.from in body must be of type date-time", **{"from": "2030-05-01T09:00:00"}
    ),
    _outage("no reason", "spec.reason: Required value", reason=None),
]
