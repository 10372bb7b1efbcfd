"""`tenure check`: reads the cluster and Prometheus with the user's own rights. Nothing is written."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from tenure.api import Accelerator, Programme, TelemetryProfile
from tenure.api.model import Resource
from tenure.cli import catalogue, reading
from tenure.cli.check.checks import READ, findings
from tenure.cli.check.measuring import measuring
from tenure.cli.check.show import plain, show, well
from tenure.cli.check.there import There
from tenure.cli.cluster import connection, refused
from tenure.cli.listed import listed
from tenure.cli.output import write
from tenure.cli.problem import BAD_USAGE, DIFFERENCE, Problem
from tenure.control.kube import ApiError, Kube, Manifest
from tenure.control.operator import Settings
from tenure.telemetry.gateway import Gateway

GROUP = "/apis/admissionregistration.k8s.io"


def run(paths: Sequence[Path], output: str, *, prometheus: str) -> int:
    """Print the page and return the exit code: 3 where something is missing or was not looked at. Raises Problem."""
    gateway = _gateway({**os.environ, **({"TENURE_PROMETHEUS_URL": prometheus} if prometheus else {})})
    there = asyncio.run(_look(catalogue.read(paths)))
    found = [*findings(there), *measuring(gateway, there, reading.now())]
    write(found, output, show, plain)
    return 0 if well(found) else DIFFERENCE


def _gateway(env: Mapping[str, str]) -> Gateway | None:
    try:
        return Settings.from_environment(env).gateway()
    except ValueError as error:
        raise Problem(str(error), BAD_USAGE) from error


async def _look(files: Sequence[Resource]) -> There:
    async with connection() as (kube, _):
        version = await _get(kube, "/version")
        served = await _served(kube)
        live = await listed(kube, READ)
    return There(
        version=str(version.get("gitVersion", "")),
        admission=served,
        listed=live,
        accelerators=catalogue.known(Accelerator, live, files),
        programmes=catalogue.known(Programme, live, files),
        profiles=catalogue.known(TelemetryProfile, live, files),
    )


async def _served(kube: Kube) -> dict[str, frozenset[str]]:
    """Version -> plurals of admission's group. Discovery is open to everybody who is logged in."""
    group = await _get(kube, GROUP)
    found = {}
    for one in group.get("versions", ()):
        resources = await _get(kube, f"{GROUP}/{one['version']}")
        found[one["version"]] = frozenset(resource["name"] for resource in resources.get("resources", ()))
    return found


async def _get(kube: Kube, path: str) -> Manifest:
    try:
        return await kube.request("GET", path)
    except ApiError as error:
        raise refused(
            error, "You may not even ask the API server for its version. Log in as your centre says."
        ) from error
