"""What the agent exports: DCGM's names, and its own state. The table in docs/agent.md has the same names."""

from __future__ import annotations

UTIL = "DCGM_FI_DEV_GPU_UTIL"
COPY = "DCGM_FI_DEV_MEM_COPY_UTIL"
ENGINE = "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
DRAM = "DCGM_FI_PROF_DRAM_ACTIVE"
POWER = "DCGM_FI_DEV_POWER_USAGE"
FB_USED = "DCGM_FI_DEV_FB_USED"
FB_FREE = "DCGM_FI_DEV_FB_FREE"

MEANS = {
    UTIL: "GPU utilization (in %): share of time in which any kernel ran",
    COPY: "Memory utilization (in %): share of time in which device memory was read or written",
    ENGINE: "Ratio of time the graphics engine is active",
    DRAM: "Ratio of cycles the device memory interface is active",
    POWER: "Power draw (in W)",
}
"""Metric -> what it is. Each is a mean over the window."""

LATEST = {
    FB_USED: "Framebuffer memory used (in MiB).",
    FB_FREE: "Framebuffer memory free (in MiB).",
}
"""Metric -> what it is, as of the last second."""

OWN = frozenset({UTIL, FB_USED})
"""What is told per process, so that each pod on a shared device has its own series beside the device's (as dcgm-exporter
does since 4.5.3). Of the others every replica's holder gets the device's value, because nothing tells their parts."""

AGENT_UP = "tenure_agent_up"
DEVICE_UP = "tenure_agent_device_up"
POD_RESOURCES_UP = "tenure_agent_pod_resources_up"
STATE = {
    AGENT_UP: "1 if the NVIDIA driver answers; else 0, with the reason.",
    DEVICE_UP: "1 if the device answers, 0 if it was there and does not answer any more.",
    POD_RESOURCES_UP: "1 if the kubelet says who holds which device; while it is 0 no device has a series.",
}


def help_of(name: str, window_seconds: float) -> str:
    """The HELP line."""
    if name in MEANS:
        return f"{MEANS[name]}; mean of the last {window_seconds:g} s, or since the present pods hold the device."
    return LATEST.get(name) or STATE[name]
