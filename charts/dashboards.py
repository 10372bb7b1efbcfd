"""The Grafana dashboards as data. `python charts/generate.py` writes them into the chart's files/dashboards."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCHEMA_VERSION = 42
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
HEIGHTS = {"stat": 4, "timeseries": 8, "bargauge": 8}
LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}
OPTIONS: dict[str, dict[str, Any]] = {
    "stat": {"reduceOptions": LAST, "colorMode": "value", "graphMode": "none", "textMode": "auto"},
    "bargauge": {"reduceOptions": LAST, "orientation": "horizontal", "displayMode": "basic", "valueMode": "text"},
    "timeseries": {
        "legend": {"displayMode": "table", "placement": "right", "calcs": ["lastNotNull"], "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
}
LOAD = "DCGM_FI_PROF_GR_ENGINE_ACTIVE"
RATIO, DEVICES, DEVICE_HOURS, DAYS = "percentunit", "suffix: devices", "suffix: device-hours", "suffix: days"

Json = dict[str, Any]


@dataclass(frozen=True)
class Panel:
    """One panel. `queries` has the expression of each legend; from `red` on a value is red."""

    title: str
    kind: str
    unit: str
    queries: dict[str, str]
    text: str
    width: int = 12
    red: float | None = None

    def json(self, number: int, x: int, y: int) -> Json:
        """As Grafana has it."""
        instant = self.kind != "timeseries"
        steps = [{"color": "green", "value": None}] + ([{"color": "red", "value": self.red}] if self.red else [])
        return {
            "id": number,
            "type": self.kind,
            "title": self.title,
            "description": self.text,
            "datasource": SOURCE,
            "gridPos": {"x": x, "y": y, "w": self.width, "h": HEIGHTS[self.kind]},
            "fieldConfig": {
                "defaults": {"unit": self.unit, "min": 0, "thresholds": {"mode": "absolute", "steps": steps}},
                "overrides": [],
            },
            "options": OPTIONS[self.kind],
            "targets": [
                {
                    "refId": chr(ord("A") + place),
                    "datasource": SOURCE,
                    "expr": expression,
                    "legendFormat": legend,
                    "instant": instant,
                    "range": not instant,
                }
                for place, (legend, expression) in enumerate(self.queries.items())
            ],
        }


def placed(panels: Sequence[Panel]) -> Iterator[Json]:
    """From left to right, and a new line where the next one does not fit. Panels of a line are equally high."""
    x = y = height = 0
    for number, panel in enumerate(panels, start=1):
        if x + panel.width > 24:
            x, y = 0, y + height
        yield panel.json(number, x, y)
        x, height = x + panel.width, HEIGHTS[panel.kind]


def dashboard(uid: str, title: str, panels: Sequence[Panel], variables: Sequence[Json] = ()) -> Json:
    """A whole dashboard in Grafana's classic model."""
    source = {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    return {
        "uid": uid,
        "title": title,
        "tags": ["tenure"],
        "schemaVersion": SCHEMA_VERSION,
        "editable": True,
        "time": {"from": "now-7d", "to": "now"},
        "refresh": "5m",
        "templating": {"list": [source, *variables]},
        "panels": list(placed(panels)),
    }


def write(root: Path, boards: Sequence[Json]) -> None:
    """Write the dashboards below the repository's root, each under the last word of its uid."""
    folder = root / "charts/tenure/files/dashboards"
    folder.mkdir(parents=True, exist_ok=True)
    for board in boards:
        name = board["uid"].rpartition("-")[2]
        (folder / f"{name}.json").write_text(json.dumps(board, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
