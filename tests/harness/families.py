"""The metric families of the exporters: help text, type and how a value is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PROF = "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
DRAM = "DCGM_FI_PROF_DRAM_ACTIVE"
GPU_UTIL = "DCGM_FI_DEV_GPU_UTIL"
COPY_UTIL = "DCGM_FI_DEV_MEM_COPY_UTIL"
RNGD_LOAD = "furiosa_npu_core_utilization"
RNGD_TASK_CYCLES = "furiosa_npu_task_execution_cycle"
RNGD_CYCLES = "furiosa_npu_total_cycle_count"
RBLN_OLD = "RBLN_DEVICE_STATUS:UTILIZATION"
RBLN_NEW = "rbln_npu_utilization"
AMD_LOAD, AMD_MEMORY = "gpu_gfx_activity", "gpu_umc_activity"
AMD_PREFIXED, AMD_PREFIXED_MEMORY = f"amd_{AMD_LOAD}", f"amd_{AMD_MEMORY}"
GAUDI_LOAD = "habanalabs_utilization"
GAUDI_POWER, GAUDI_LIMIT = "habanalabs_power_mW", "habanalabs_power_default_limit_mW"
X330_LOAD, X330_MEMORY = "x330_core_busy_percent", "x330_dram_busy_seconds_total"
REQUESTS = "kube_pod_container_resource_requests"
PHASE = "kube_pod_status_phase"

SHORTEST = "%.15g"
"""As Go's exporters write a float."""


@dataclass(frozen=True)
class Family:
    """One metric family."""

    help: str
    format: str = SHORTEST
    type: Literal["gauge", "counter"] = "gauge"

    @property
    def backfilled_type(self) -> str:
        """In OpenMetrics only what ends in _total is a counter. What is stored does not depend on it."""
        return "gauge" if self.type == "gauge" else "unknown"


FAMILIES = {
    PROF: Family("Ratio of time the graphics engine is active.", "%f"),
    DRAM: Family("Ratio of cycles the device memory interface is active sending or receiving data.", "%f"),
    GPU_UTIL: Family("GPU utilization (in %).", "%d"),
    COPY_UTIL: Family("Memory utilization (in %).", "%d"),
    RNGD_LOAD: Family("The current core utilization of NPU device"),
    RNGD_TASK_CYCLES: Family("The current task execution cycle of NPU device", type="counter"),
    RNGD_CYCLES: Family("The current total cycle count of NPU device", type="counter"),
    RBLN_OLD: Family("Utilization (%)"),
    RBLN_NEW: Family("Utilization (%)"),
    AMD_LOAD: Family("Graphics engine usage percentage (0 - 100)"),
    AMD_MEMORY: Family("Memory engine usage percentage (0 - 100)"),
    AMD_PREFIXED: Family("Graphics engine usage percentage (0 - 100)"),
    AMD_PREFIXED_MEMORY: Family("Memory engine usage percentage (0 - 100)"),
    GAUDI_LOAD: Family("Utilization of the device"),
    GAUDI_POWER: Family("Power usage in milli-watts"),
    GAUDI_LIMIT: Family("Default Power usage limit in milli-watts"),
    X330_LOAD: Family("Time in which a core worked, in percent"),
    X330_MEMORY: Family("Time in which a core used memory", type="counter"),
    REQUESTS: Family("The number of requested request resource by a container.", "%g"),
    PHASE: Family("The pods current phase.", "%d"),
    "up": Family("Whether the last scrape succeeded.", "%d"),
}
