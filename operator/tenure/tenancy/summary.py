"""What a tenant without cluster rights wants to know: holdings and rules, as an annotation of the own ResourceQuota.

Programme and Accelerator cannot be read in the namespace. What of them concerns a holder stands here in short.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from pydantic import Field, ValidationError

from tenure.api import names
from tenure.api.model import Model
from tenure.api.programme import Band, Programme
from tenure.tenancy.holding import Holding


class Held(Model):
    """One allocation: what it holds and until when."""

    accelerator: str = ""
    devices: int = 0
    storage: str = "0"
    until: date
    """Last day of the term."""
    stopped: bool = False
    """Its term is over, it was revoked or given back."""
    kept_until: date | None = None
    """Of one that is stopped: the last day on which its data is there for certain."""
    ladder: tuple[int, ...] = ()
    """R1: sizes of the accelerator's bundles, largest first."""


class Summary(Model):
    """All allocations of a namespace, and what the programme says to their holder."""

    programme: str
    time_zone: str
    retention_days: int
    early_return_days: int
    bands: tuple[Band, ...] = ()
    allocations: dict[str, Held] = Field(default_factory=dict)


def summary(programme: Programme, holdings: Sequence[Holding]) -> str:
    """The annotation: compact JSON, the same for the same holdings in any order."""
    spec = programme.spec
    found = Summary(
        programme=programme.name,
        time_zone=spec.time_zone,
        retention_days=spec.storage.retention_days,
        early_return_days=spec.ends.early_return_days,
        bands=spec.review.bands,
        allocations={holding.allocation: _held(holding) for holding in holdings},
    )
    return json.dumps(found.wire(), sort_keys=True, separators=(",", ":"))


def read(annotations: Mapping[str, str]) -> Summary | None:
    """The summary in a quota's annotations; None where there is none that can be read."""
    try:
        return Summary.model_validate_json(annotations.get(names.HOLDS, ""))
    except ValidationError:
        return None


def _held(holding: Holding) -> Held:
    accelerator = holding.accelerator
    return Held(
        accelerator=accelerator.name if accelerator is not None else "",
        devices=holding.devices,
        storage=holding.grant.storage,
        until=holding.until,
        stopped=holding.stopped,
        kept_until=holding.kept_until,
        ladder=tuple(bundle.devices for bundle in accelerator.spec.ladder) if accelerator is not None else (),
    )
