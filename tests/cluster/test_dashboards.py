"""Every query of the dashboards, asked of a real Prometheus that scrapes a real operator and an exporter."""

from __future__ import annotations

import json
import math
import subprocess
import urllib.request
from collections.abc import Iterator

import pytest
from harness.centre import ROOT
from tenure.control.metrics import TABLE

from .client import Manifest
from .conftest import Operators
from .desk import Desk
from .eyes import FIRST, GAP_DAYS, NOW, QUARTER, Eyes, watched

FOLDER = ROOT / "charts/tenure/files/dashboards"
BOARDS: dict[str, Manifest] = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}
QUERIES = [
    pytest.param(target["expr"], target["instant"], id=f"{board}: {panel['title']} {target['refId']}")
    for board, body in BOARDS.items()
    for panel in body["panels"]
    for target in panel["targets"]
]


@pytest.fixture(scope="module")
def eyes(centre: object, operators: Operators, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eyes]:
    """The watched centre, taken down afterwards."""
    operators.stop()
    desk = Desk.at(operators.plane)
    with watched(desk, tmp_path_factory.mktemp("eyes")) as found:
        yield found
    operators.now()
    desk.clear()


def as_grafana_asks(expression: str) -> str:
    """With the variables put in: a scrape interval of 5 s gives a rate interval of 20 s at least."""
    return expression.replace("$__rate_interval", "30s").replace("$project", "eyes-idle")


@pytest.mark.parametrize(("expression", "instant"), QUERIES)
def test_every_query_returns_series(eyes: Eyes, expression: str, instant: bool) -> None:
    found = eyes.ask(as_grafana_asks(expression), instant=instant)
    values = [float(value) for one in found for _, value in one.get("values", [one.get("value")])]
    assert any(math.isfinite(value) for value in values), found


def test_no_variable_is_left_in_a_query() -> None:
    """But for those that Grafana or the dashboard's own list fills in."""
    for board in BOARDS.values():
        own = {f"${variable['name']}" for variable in board["templating"]["list"]}
        for panel in board["panels"]:
            assert {panel["datasource"]["uid"]} == {"${datasource}"}
            for target in panel["targets"]:
                left = target["expr"]
                for name in {*own, "$__rate_interval"}:
                    left = left.replace(name, "")
                assert "$" not in left


@pytest.mark.parametrize("board", BOARDS)
def test_panels_neither_overlap_nor_stick_out(board: str) -> None:
    places = [panel["gridPos"] for panel in BOARDS[board]["panels"]]
    cells = [(x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


OURS = f'allocation="eyes-idle", review="{QUARTER.review}"'


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        pytest.param("sum(tenure_leading)", 1, id="one replica leads"),
        pytest.param('tenure_devices{accelerator="eyes", what="free"}', 0, id="no device is free"),
        pytest.param('tenure_allocation_granted_devices{project="eyes-idle"}', 2, id="granted"),
        pytest.param('tenure_allocation_waiting_devices{project="eyes-more"}', 2, id="waited for"),
        pytest.param(f"tenure_review_utilization_ratio{{{OURS}}}", 0.031, id="utilization"),
        pytest.param(f"tenure_review_forecast_ratio{{{OURS}}}", 0.031, id="forecast"),
        pytest.param(f"tenure_review_in_danger{{{OURS}}}", 1, id="in danger"),
        pytest.param('tenure_review_in_danger{allocation="eyes-busy"}', 0, id="on course"),
        pytest.param(f'tenure_review_edge_ratio{{{OURS}, edge="5"}}', 0.05, id="an edge"),
        pytest.param(
            f"tenure_review_granted_device_seconds{{{OURS}}}", (NOW - FIRST).days * 2 * 86400, id="granted device time"
        ),
        pytest.param('sum(tenure_accelerator_unknown_dates{accelerator="eyes"})', GAP_DAYS, id="Unknown days"),
        pytest.param('tenure_telemetry_found{accelerator="eyes"}', 1, id="Prometheus sees the accelerator"),
        pytest.param('floor(tenure_telemetry_age_seconds{accelerator="eyes"} / 3600)', 12, id="it is noon"),
        pytest.param('sum(DCGM_FI_PROF_GR_ENGINE_ACTIVE{exported_namespace="eyes-idle"})', 0.5, id="the load of now"),
    ],
)
def test_figures_are_those_of_the_centre(eyes: Eyes, expression: str, value: float) -> None:
    assert eyes.value(expression) == pytest.approx(value, rel=1e-3)


def test_what_a_real_operator_tells_is_in_the_table(eyes: Eyes) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{eyes.operator.port}/metrics", timeout=10) as answer:
        text = answer.read()
    told = [line.split()[2] for line in text.decode().splitlines() if line.startswith("# TYPE")]
    assert told == [row.name for row in TABLE]
    promtool = eyes.prometheus.programs / "promtool"
    subprocess.run([promtool, "check", "metrics"], input=text, check=True)
