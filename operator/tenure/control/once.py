"""What Tenure makes once: an object that people then fill in, and a Decision. No replica makes it a second time."""

from __future__ import annotations

from datetime import datetime

from tenure.api import Allocation, names
from tenure.api.decision import Evidence
from tenure.api.model import API_VERSION
from tenure.control.assess import Assessment
from tenure.control.kube import ApiError, Manifest
from tenure.control.paths import SERVED
from tenure.control.services import Services
from tenure.rules import record

SOON = 0.2
"""Seconds until something that was just opened is looked at."""


async def open_for(services: Services, allocation: Allocation, kind: str, name: str, spec: Manifest) -> None:
    """Open a Review, Report or Relocation in the tenant's namespace. Nothing owns it, so nothing deletes it."""
    project = allocation.spec.project
    labels = {names.MANAGED: "true", names.PROJECT: project, names.ALLOCATION: allocation.name}
    await _create(services, kind, {"name": name, "namespace": project, "labels": labels}, spec)
    services.review(project, SOON)


async def decide(
    services: Services,
    assessed: Assessment,
    occasion: str,
    settled: record.Settled,
    evidence: Evidence,
    *,
    now: datetime,
) -> None:
    """Write a Decision. Its name is the same for the same award and occasion.

    `now` is the instant that it was judged at: midnight may have passed since.
    """
    spec = record.decision(
        subject=assessed.subject,
        circumstances=assessed.circumstances,
        occasion=occasion,
        settled=settled,
        evidence=evidence,
        earlier=assessed.decisions,
        now=now,
    )
    name = names.decision(assessed.allocation.name, occasion, assessed.award_digest)
    await _create(services, "Decision", {"name": name}, spec.wire())
    services.decided(assessed)


async def _create(services: Services, kind: str, metadata: Manifest, spec: Manifest) -> None:
    """Another replica, or this one before it was killed, may have been quicker. Then what is there is what counts.

    The watch may be behind, and what is decided next must know of it: each Decision follows on the one before.
    """
    body = {"apiVersion": API_VERSION, "kind": kind, "metadata": metadata, "spec": spec}
    try:
        there: Manifest | None = await services.kube.create(SERVED[kind], body)
    except ApiError as error:
        if not error.exists:
            raise
        there = await services.kube.get(SERVED[kind], metadata.get("namespace", ""), metadata["name"])
    if there is not None:
        services.cache.put(there, watched=False)
