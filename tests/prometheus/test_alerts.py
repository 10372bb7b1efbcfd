"""The alert rules, checked and played by promtool: when each fires, with which words, and when it does not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tenure.control.metrics import TABLE

from .alert_cases import CASES, LED, WAITS, Case

ROOT = Path(__file__).resolve().parents[2]
RULES = ROOT / "charts/tenure/files/alerts.yaml"
ALERTS = {rule["alert"]: rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]}


def words(case: Case) -> dict[str, str]:
    """The annotations of the rule with the labels and the value put in."""
    labels = case.fires or {}
    put_in = {
        name: re.sub(r"{{ \$labels\.(\w+) }}", lambda m: labels[m[1]], text)
        for name, text in ALERTS[case.alert]["annotations"].items()
    }
    return {name: re.sub(r"{{ \$value[^}]*}}", case.says, text) for name, text in put_in.items()}


def unit_test(case: Case) -> dict[str, Any]:
    """The case as promtool takes it."""
    severity = ALERTS[case.alert]["labels"]["severity"]
    fires = (
        [{"exp_labels": {"severity": severity, **case.fires}, "exp_annotations": words(case)}]
        if case.fires is not None
        else []
    )
    return {
        "name": case.name,
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "alert_rule_test": [{"eval_time": f"{case.minutes}m", "alertname": case.alert, "exp_alerts": fires}],
    }


def play(programs: Path, folder: Path, *cases: Case) -> subprocess.CompletedProcess[str]:
    """Let promtool evaluate the rules over the cases."""
    file = folder / "cases.yaml"
    tests = [unit_test(case) for case in cases]
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}))
    return subprocess.run([programs / "promtool", "test", "rules", file], capture_output=True, text=True, check=False)


def test_the_rules_are_sound(programs: Path) -> None:
    subprocess.run([programs / "promtool", "check", "rules", "--lint=all", "--lint-fatal", RULES], check=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.alert}: {case.name}")
def test_alert(programs: Path, tmp_path: Path, case: Case) -> None:
    answer = play(programs, tmp_path, case)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_a_case_can_fail(programs: Path, tmp_path: Path) -> None:
    """Guards the cases: the same series with another value told are not taken."""
    case = Case("two lead", "TenureNotLed", 30, {LED: "1x30", WAITS: "1x30"}, {}, "3")
    assert play(programs, tmp_path, case).returncode != 0


@pytest.mark.parametrize("fires", [True, False], ids=["fires", "is silent"])
def test_there_is_a_case_in_which_each(fires: bool) -> None:
    assert {case.alert for case in CASES if (case.fires is not None) is fires} == ALERTS.keys()


def test_rules_ask_for_metrics_that_are_there() -> None:
    known = {row.name for row in TABLE}
    for name, rule in ALERTS.items():
        asked = set(re.findall(r"\btenure_\w+(?=[{\[) ]|$)", rule["expr"]))
        assert asked, name
        assert {one for one in asked if not one.startswith("tenure_agent_")} <= known, name


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_speaks_in_sentences(name: str) -> None:
    notes = ALERTS[name]["annotations"]
    assert notes.keys() == {"summary", "description"}
    assert all(text.endswith(".") for text in notes.values())
    assert ALERTS[name]["labels"]["severity"] in {"critical", "warning", "info"}
