"""The dashboard of the centre. Figures of tenants are taken over replicas by max, because two may tell them for a moment."""

from __future__ import annotations

from dashboards import DAYS, DEVICES, LOAD, RATIO, Panel, dashboard

REVIEW = "project, allocation, accelerator, review"

PANELS = (
    Panel("Replicas that lead", "stat", "none", {"": "sum(tenure_leading)"}, "It should be 1.", 4),
    Panel(
        "Devices granted",
        "stat",
        DEVICES,
        {"": 'sum(max by (accelerator) (tenure_devices{what="granted"}))'},
        "Over all accelerators.",
        4,
    ),
    Panel(
        "Devices free",
        "stat",
        DEVICES,
        {"": 'sum(max by (accelerator) (tenure_devices{what="free"}))'},
        "Over all accelerators.",
        4,
    ),
    Panel(
        "Devices waited for",
        "stat",
        DEVICES,
        {"": 'sum(max by (accelerator) (tenure_devices{what="waiting"}))'},
        "Awards that are entitled to devices and do not fit into what is free.",
        4,
        red=1,
    ),
    Panel(
        "Tenants in danger",
        "stat",
        "none",
        {"": "sum(max by (project, allocation) (tenure_review_in_danger))"},
        "Allocations whose pace leads below an edge of the decision table.",
        4,
        red=1,
    ),
    Panel(
        "Reviews overdue",
        "stat",
        "none",
        {"": "sum(max by (reason) (tenure_reviews_overdue))"},
        "Reviews whose verdict was due before today.",
        4,
        red=1,
    ),
    Panel(
        "Devices by accelerator",
        "timeseries",
        DEVICES,
        {"{{accelerator}} {{what}}": "max by (accelerator, what) (tenure_devices)"},
        "Capacity, granted, free and waited for.",
    ),
    Panel(
        "Busy devices",
        "timeseries",
        DEVICES,
        {"{{modelName}}": f"sum by (modelName) (max by (modelName, UUID, GPU_I_ID) ({LOAD}))"},
        "Sum of the engine activity of all devices, from DCGM. A device at half load is half a device; a MIG slice counts as "
        "one. For another exporter put its load in.",
    ),
    Panel(
        "Utilization so far: the 30 lowest",
        "bargauge",
        RATIO,
        {
            "{{project}} ({{allocation}}, {{review}})": f"bottomk(30, max by ({REVIEW}) (tenure_review_utilization_ratio))"
        },
        "R16 over the counted days of the latest review.",
    ),
    Panel(
        "Forecast of those in danger",
        "bargauge",
        RATIO,
        {
            "{{project}} ({{allocation}}, {{review}})": f"max by ({REVIEW}) (tenure_review_forecast_ratio)"
            f" and max by ({REVIEW}) (tenure_review_in_danger) == 1"
        },
        "Where the review ends at the present pace. Nobody is shown while nobody is in danger.",
    ),
    Panel(
        "Worth of this month's grants so far",
        "timeseries",
        "suffix: KRW",
        {"{{what}}": 'sum by (what) (max by (programme, project, what) (tenure_cost_krw{what!~"granted|amount"}))'},
        "Book value (R5) of the days that are over; busy, idle and unknown add up to what was granted.",
    ),
    Panel(
        "Idle worth this month: the 30 highest",
        "bargauge",
        "suffix: KRW",
        {
            "{{project}} ({{programme}})": 'topk(30, max by (programme, project) (tenure_cost_krw{what="idle"}))',
        },
        "Book value of the time that was granted and not busy. Unknown days are in neither.",
    ),
    Panel(
        "Unknown days by reason",
        "timeseries",
        DAYS,
        {"{{reason}}": "sum by (reason) (max by (accelerator, reason) (tenure_accelerator_unknown_dates))"},
        "Of the latest reviews, summed over allocations. They count neither for nor against a tenant.",
    ),
    Panel(
        "Age of the telemetry",
        "timeseries",
        "s",
        {"{{accelerator}}": "max by (accelerator) (tenure_telemetry_age_seconds)"},
        "Since the end of the latest day that every running review has read. It climbs to 24 hours and falls back each day.",
    ),
    Panel(
        "Reviews that wait for the committee",
        "timeseries",
        "none",
        {"{{reason}}": "max by (reason) (tenure_reviews_waiting)"},
        "By the reason of the condition Recommended.",
    ),
    Panel(
        "Readings of Prometheus",
        "timeseries",
        "none",
        {"{{result}}": "sum by (result) (increase(tenure_telemetry_reads_total[$__rate_interval]))"},
        "Accelerator-days read, by what came of it.",
    ),
    Panel(
        "Work in the queues",
        "timeseries",
        "none",
        {"{{queue}} {{state}}": "max by (queue, state) (tenure_queue_keys)"},
        "Keys that are ready, running or delayed.",
    ),
    Panel(
        "Oldest key that is ready",
        "timeseries",
        "s",
        {"{{queue}}": "max by (queue) (tenure_queue_oldest_seconds)"},
        "How long it has waited to run.",
    ),
    Panel(
        "Failed runs",
        "timeseries",
        "none",
        {"{{work}}": "sum by (work) (increase(tenure_reconcile_failures_total[$__rate_interval]))"},
        "Each is tried again, within a minute at the latest.",
    ),
    Panel(
        "Requests to the API server",
        "timeseries",
        "reqps",
        {"{{verb}} {{code}}": "sum by (verb, code) (rate(tenure_api_requests_total[$__rate_interval]))"},
        "By verb and HTTP status; 0 means that no answer came.",
    ),
)

BOARD = dashboard("tenure-centre", "Tenure: the centre", PANELS)
