"""Telemetry profiles: what an exporter calls its metric and labels. Data; a vendor is a row of `PROFILES`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Profile:
    """How one exporter tells the load of a device and who holds it."""

    name: str
    """As written in `Accelerator.spec.telemetry.profile`."""
    title: str
    """What the number is, in words for tenants."""
    metric: str
    """A gauge with one series per device, or per device and pod."""
    full_load: int
    """The reading of a device that is wholly busy; readings are divided by it to lie within 0..1."""
    identity: tuple[str, ...]
    """The labels that together name one device, stable over exporter versions and pod restarts."""
    namespaces: tuple[str, ...]
    """The labels that may hold the tenant's namespace; the first that is not empty wins.

    Prometheus renames an exporter's `namespace` to `exported_namespace` unless it scrapes with honorLabels.
    """


DCGM = Profile(
    name="dcgm",
    title="share of time in which the graphics or compute engine was active",
    metric="DCGM_FI_PROF_GR_ENGINE_ACTIVE",
    full_load=1,
    identity=("UUID", "GPU_I_ID"),
    namespaces=("exported_namespace", "namespace"),
)

DCGM_GPU_UTIL = Profile(
    name="dcgm-gpu-util",
    title="share of time in which any kernel ran",
    metric="DCGM_FI_DEV_GPU_UTIL",
    full_load=100,
    identity=DCGM.identity,
    namespaces=DCGM.namespaces,
)

PROFILES: Mapping[str, Profile] = MappingProxyType({profile.name: profile for profile in (DCGM, DCGM_GPU_UTIL)})
