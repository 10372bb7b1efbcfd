"""The dashboard of one project, which is chosen in the variable `project`."""

from __future__ import annotations

from dashboards import DAYS, DEVICE_HOURS, DEVICES, LOAD, RATIO, SOURCE, Panel, dashboard

OF_TENANT = '{project="$project"}'


def told(metric: str, by: str = "allocation, review") -> str:
    """A figure of the chosen project."""
    return f"max by ({by}) ({metric}{OF_TENANT})"


def hours(metric: str) -> str:
    """Device-seconds of the chosen project in device-hours."""
    return f"{told(metric)} / 3600"


PANELS = (
    Panel(
        "Devices granted",
        "stat",
        DEVICES,
        {"{{allocation}}": told("tenure_allocation_granted_devices", "allocation")},
        "What the quota gives now.",
        6,
    ),
    Panel(
        "Devices waited for",
        "stat",
        DEVICES,
        {"{{allocation}}": told("tenure_allocation_waiting_devices", "allocation")},
        "What the award gives besides, once devices are free.",
        6,
        red=1,
    ),
    Panel(
        "Unknown days",
        "stat",
        DAYS,
        {"{{review}}": told("tenure_review_unknown_dates")},
        "Days that were not measured. They count neither for nor against you.",
        6,
    ),
    Panel(
        "Days left",
        "stat",
        DAYS,
        {"{{review}}": f"{told('tenure_review_remaining_seconds')} / 86400"},
        "Days of the review that are not in its ledger yet.",
        6,
    ),
    Panel(
        "Utilization so far, forecast and edges",
        "timeseries",
        RATIO,
        {
            "so far {{allocation}} {{review}}": told("tenure_review_utilization_ratio"),
            "forecast {{allocation}} {{review}}": told("tenure_review_forecast_ratio"),
            "edge {{edge}} %": told("tenure_review_edge_ratio", "edge"),
        },
        "R16 over the counted days, where it leads at the present pace, and the edges of the decision table.",
    ),
    Panel(
        "Device-hours so far",
        "timeseries",
        DEVICE_HOURS,
        {
            "granted {{allocation}}": hours("tenure_review_granted_device_seconds"),
            "requested {{allocation}}": hours("tenure_review_requested_device_seconds"),
            "measured {{allocation}}": hours("tenure_review_measured_device_seconds"),
            "busy {{allocation}}": hours("tenure_review_busy_device_seconds"),
        },
        "On the counted days of the review.",
    ),
    Panel(
        "Busy device-hours still needed",
        "bargauge",
        DEVICE_HOURS,
        {
            "for {{edge}} % ({{allocation}}, {{review}})": told(
                "tenure_review_edge_needed_device_seconds", "allocation, review, edge"
            )
            + " / 3600"
        },
        "Until the end of the review, to reach each edge of the decision table.",
    ),
    Panel(
        "Load of the devices now held",
        "timeseries",
        RATIO,
        {
            "{{UUID}} {{GPU_I_ID}}": f'max by (UUID, GPU_I_ID) ({LOAD}{{exported_namespace="$project"}}'
            f' or {LOAD}{{namespace="$project"}})'
        },
        "Engine activity of each device that a pod of the project holds, from DCGM. For another exporter put its load in.",
    ),
)

PROJECT = {
    "name": "project",
    "label": "Project",
    "type": "query",
    "datasource": SOURCE,
    "query": {"query": "label_values(tenure_allocation_granted_devices, project)", "refId": "project"},
    "refresh": 2,
    "sort": 1,
}

BOARD = dashboard("tenure-tenant", "Tenure: one project", PANELS, [PROJECT])
