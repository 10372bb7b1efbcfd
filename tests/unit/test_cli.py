"""What the command prints, from Reviews alone, and what its exit codes say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
import yaml
from rich.console import Console
from tenure.api import Review
from tenure.api.review import Edge, Forecast, LedgerStatus
from tenure.cli.main import app
from tenure.cli.output import as_json, as_yaml
from tenure.cli.problem import Problem
from tenure.cli.use import reasons, table
from tenure.cli.use.days import Shown, select
from tenure.cli.use.run import exit_code
from tenure.cli.use.values import values
from tenure.report.spans import span_text, spans
from tenure.rules.utilization import counts, status
from tenure.telemetry.facts import Reason
from tenure.telemetry.verify import Difference, Field, Verdict
from typer.main import get_command
from typer.testing import CliRunner
from unit.build import DEFAULT, ROOT, ledger

FIRST = date(2026, 7, 1)


def review(days: LedgerStatus | None, quarter: str = "2026-Q3", of: str = "vision-2026", **more: Any) -> Review:
    """A Review with its days."""
    found = {"utilization": status(counts(days, DEFAULT.spec.measurement)).wire()} if days else {}
    kept = {"ledger": days.wire()} if days else {}
    return Review.parse(
        {
            "metadata": {"name": f"{of}-{quarter.lower()}", "namespace": "vision"},
            "spec": {"allocation": of, "review": quarter},
            "status": {**kept, **found, **more},
        }
    )


def days(states: str, first: str = "2026-07-01", **more: Any) -> LedgerStatus:
    """Eight devices, measured by the shipped profile."""
    found = ledger(states, busy=states.count("C") * 86400, first=first, **more)
    return found.model_copy(update={"profile": "dcgm", "load": "share of time in which the engine was active"})


def text(shown: Sequence[Shown], width: int = 80) -> str:
    """As printed where nobody looks at a terminal."""
    file = StringIO()
    table.show(shown, Console(file=file, width=width, highlight=False))
    return file.getvalue()


def shown(days: LedgerStatus, found: dict[date, Difference] | None = None, **more: Any) -> Shown:
    """One review with all its days."""
    (one,) = select([review(days, **more)], "", None, None)
    return Shown(one.review, one.days, found)


def rows(printed: str) -> list[list[str]]:
    """The rows of days, as words."""
    return [line.split() for line in printed.splitlines() if re.match(r"\d{4}-\d\d-\d\d +[a-z-]+ +[\d?]", line)]


FULL = days("SCCU", estimated=[0, 1800], second=[-1, 900, 900, -1], requested=8 * 86400)


def test_each_day_has_its_state_in_words_and_its_device_hours() -> None:
    assert rows(text([shown(FULL)])) == [
        ["2026-07-01", "set-up", "192.0", "192.0", "0.0", "0.0", "0.0", "?"],
        ["2026-07-02", "counted", "192.0", "192.0", "192.0", "24.0", "0.5", "0.2"],
        ["2026-07-03", "counted", "192.0", "192.0", "192.0", "24.0", "0.0", "0.2"],
        ["2026-07-04", "unknown", "192.0", "192.0", "0.0", "0.0", "0.0", "?"],
    ]


def test_columns_with_nothing_in_them_are_left_out() -> None:
    header = text([shown(days("CC"))]).splitlines()[1]
    assert header.split() == ["date", "state", "granted", "requested", "measured", "busy"]


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("devices", [8, 1024])
def test_it_fits_the_screen(width: int, devices: int) -> None:
    large = days("SCUA" * 20, devices=devices, estimated=[1800] * 80, second=[devices * 86400] * 80, requested=-1)
    lines = text([shown(large)], width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any("…" in line for line in lines)


def test_a_terminal_gets_colours_and_a_file_none() -> None:
    colourful = StringIO()
    table.show([shown(FULL)], Console(file=colourful, width=80, force_terminal=True, color_system="standard"))
    assert "\x1b[33m" in colourful.getvalue()
    assert "\x1b" not in text([shown(FULL)])


def test_each_run_of_days_that_do_not_count_has_one_sentence() -> None:
    told = [line for line in text([shown(days("SSCUUCU"))], 300).splitlines() if ", " in line and ": " in line]
    starts = [line.split(":")[0] for line in told if line.startswith("2026-")]
    assert starts == [
        "2026-07-01 to 2026-07-02 (2 days), Setup",
        "2026-07-04 to 2026-07-05 (2 days), CoverageGap",
        "2026-07-07, CoverageGap",
    ]


def test_a_counted_day_says_what_else_should_be_known_of_it() -> None:
    noted = days("CC").model_copy(update={"reasons": {"2026-07-02": "NoCapacity"}})
    assert "2026-07-02, NoCapacity: The tenant's pods waited because the centre had no room." in text(
        [shown(noted)], 300
    )


@pytest.mark.parametrize("reason", [one for one in Reason if one != Reason.COUNTED])
def test_every_reason_has_its_meaning_and_the_next_step(reason: Reason) -> None:
    said = reasons.sentence(reason)
    assert said.count(".") >= 2
    assert said.endswith(".")


def test_the_summary_has_utilization_bounds_coverage_days_and_profile() -> None:
    printed = text([shown(days("SCCU"))], 300)
    assert "Utilization 37.5 % of base time (R16): 25.0 % if all that is missing was idle, 125.0 % if it was" in printed
    assert "66 % of the time is known." in printed
    assert "Days: 2 counted, 1 set-up, 1 unknown, 0 unavailable." in printed
    assert "The load is the share of time in which the engine was active (TelemetryProfile dcgm)." in printed


def test_the_forecast_says_what_each_edge_still_takes() -> None:
    edges = [
        Edge(percent=50, busy_seconds_needed=7200, within_reach=True, on_course=False),
        Edge(percent=40, busy_seconds_needed=3600, within_reach=True, on_course=True),
        Edge(percent=30, busy_seconds_needed=3600, within_reach=False, on_course=False),
        Edge(percent=5, busy_seconds_needed=0, within_reach=True, on_course=True),
    ]
    ahead = Forecast(days_left=2, percent="31.0 %", pace_percent="30.0 %", edges=tuple(edges))
    printed = text([shown(days("CC"), forecast=ahead.wire())], 300)
    assert "2 days are left. At the present pace (30.0 %) the review ends at 31.0 %." in printed
    assert "To end at 50 % or above takes 2.0 more busy device-hours: the present pace does not get there." in printed
    assert "To end at 40 % or above takes 1.0 more busy device-hours: the present pace gets there." in printed
    assert (
        "To end at 30 % or above takes 1.0 more busy device-hours: more than all granted devices can still" in printed
    )
    assert "5 % of the whole window is reached already." in printed


def test_without_counted_days_no_pace_gets_anywhere() -> None:
    edge = Edge(percent=50, busy_seconds_needed=7200, within_reach=True, on_course=True)
    ahead = Forecast(days_left=2, percent="unknown", pace_percent="unknown", edges=(edge,))
    printed = text([shown(days("UU"), forecast=ahead.wire())], 300)
    assert "2 days are left, and without a counted day there is no pace to go by yet." in printed
    assert "To end at 50 % or above takes 2.0 more busy device-hours.\n" in printed


def test_a_decided_review_says_that_its_days_stay() -> None:
    printed = text([shown(days("CC"), outcome="Reduce", decision="vision-2026-2026-q3")], 300)
    assert "Decided: Reduce (Decision vision-2026-2026-q3). The days do not change any more." in printed


def test_without_counted_days_utilization_is_not_known() -> None:
    assert "Utilization is unknown: no day counts yet." in text([shown(days("SS"))])


ALTERED = Difference(Verdict.DIFFERS, (Field("busy", 90000, 86400), Field("requested", 5, None)), "It was altered.")
GONE = Difference(Verdict.GONE, (Field("busy", 86400, 0),), "It is gone.")
SILENT = Difference(Verdict.NOT_ANSWERED, (), "It does not answer.")
OTHER = Difference(
    Verdict.OTHER_ANSWER, (Field("answer", "aaaaaaaaaaaa", "bbbbbbbbbbbb"),), "The amounts are the same."
)


def test_a_difference_is_shown_with_both_values_to_the_second() -> None:
    printed = text([shown(days("CCC"), {FIRST: ALTERED})], 300)
    values = [line.split() for line in printed.splitlines() if line.startswith("2026-07-01 busy")]
    assert values == [["2026-07-01", "busy", "90,000", "86,400", "-3,600"]]
    assert re.search(r"2026-07-01 requested +5 +not known", printed)
    assert "2026-07-01: different. It was altered." in printed
    assert "2 of 3 days agree with Prometheus to the second; 1 different." in printed


def test_what_is_gone_has_no_row_of_values() -> None:
    printed = text([shown(days("CCC"), {FIRST: GONE, FIRST + timedelta(days=1): GONE})], 300)
    assert "asked now" not in printed
    assert "2026-07-01 to 2026-07-02 (2 days): not verifiable any more. It is gone." in printed


def test_that_all_agrees_is_said() -> None:
    assert "3 of 3 days agree with Prometheus to the second." in text([shown(days("CCC"), {})])


CODES = [
    pytest.param(None, 0, id="not verified"),
    pytest.param({}, 0, id="all agrees"),
    pytest.param({1: GONE, 2: OTHER}, 0, id="gone, and the same amounts from another answer"),
    pytest.param({1: SILENT}, 1, id="not answered"),
    pytest.param({1: SILENT, 2: ALTERED, 3: GONE}, 3, id="a difference outweighs the rest"),
]


@pytest.mark.parametrize(("found", "code"), CODES)
def test_exit_codes(found: dict[int, Difference] | None, code: int) -> None:
    dated = None if found is None else {FIRST + timedelta(days=day): one for day, one in found.items()}
    assert exit_code([shown(days("CCCC")), shown(days("CCCC"), dated)]) == code


def test_json_and_yaml_have_the_same_exact_values() -> None:
    value = values("vision", [shown(FULL, {FIRST: ALTERED})])
    read = json.loads(as_json(value))
    assert yaml.safe_load(as_yaml(value)) == read
    (one,) = read["reviews"]
    assert [day["busySeconds"] for day in one["days"]] == [0, 86400, 86400, 0]
    assert [day["secondSeconds"] for day in one["days"]] == [None, 900, 900, None]
    assert one["verification"] == [
        {
            "date": "2026-07-01",
            "verdict": "Differs",
            "why": "It was altered.",
            "fields": [
                {"field": "busy", "ledger": 90000, "now": 86400},
                {"field": "requested", "ledger": 5, "now": None},
            ],
        }
    ]


QUARTERS = [
    review(days("CC", "2026-06-29"), "2026-Q2"),
    review(days("CC.C"), "2026-Q3"),
    review(days("C"), "2026-Q3", of="second"),
    review(None, "2026-Q4"),
]


def test_without_dates_the_latest_review_of_each_allocation_is_shown() -> None:
    assert [one.review.name for one in select(QUARTERS, "", None, None)] == ["second-2026-q3", "vision-2026-2026-q3"]


def test_dates_choose_days_of_any_review_and_days_not_read_are_left_out() -> None:
    found = select(QUARTERS, "vision-2026", date(2026, 6, 30), date(2026, 7, 4))
    assert [[day.isoformat() for day in one.days] for one in found] == [
        ["2026-06-30"],
        ["2026-07-01", "2026-07-02", "2026-07-04"],
    ]


def test_an_allocation_without_reviews_names_those_that_have_some() -> None:
    with pytest.raises(Problem, match=r"no review of an allocation third here, but there are of second, vision-2026\."):
        select(QUARTERS, "third", None, None)


def test_a_damaged_ledger_is_told() -> None:
    damaged = days("CC").model_copy(update={"answers": ()})
    with pytest.raises(Problem, match=r"The ledger of vision-2026-2026-q3 is damaged"):
        select([review(damaged)], "", None, None)


def test_runs_of_days() -> None:
    found = [FIRST + timedelta(days=number) for number in (4, 0, 1, 2)]
    assert [span_text(span) for span in spans(found)] == ["2026-07-01 to 2026-07-03 (3 days)", "2026-07-05"]


def command(*arguments: str, code: str = "from tenure.cli import main; main()", **env: str) -> tuple[int, str, str]:
    """The command as a process of its own: exit code, output and errors."""
    environment = {"PYTHONPATH": str(ROOT / "operator"), **env}
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout, done.stderr


def test_the_version_needs_no_client_libraries() -> None:
    loaded = "import sys, atexit; from tenure.cli import main; atexit.register(lambda: print(*sys.modules)); main()"
    code, printed, _ = command("--version", code=loaded)
    version, modules = printed.split("\n", 1)
    assert code == 0
    assert re.fullmatch(r"tenure \d+\.\d+\.\d+", version)
    assert {"kopf", "kubernetes", "aiohttp", "requests", "prometheus_client", "yaml"} & set(modules.split()) == set()


def test_bad_settings_end_with_2_and_a_sentence() -> None:
    code, printed, errors = command("operator", TENURE_WORKERS="many")
    assert (code, printed) == (2, "")
    assert errors.startswith("tenure: TENURE_CLOCK_OFFSET, TENURE_WORKERS and TENURE_PROBE_PORT must be numbers")
    code, _, errors = command("agent", TENURE_AGENT_PORT="none")
    assert (code, errors.startswith("tenure: TENURE_AGENT_PORT is 'none'.")) == (2, True)


def test_an_operator_without_a_cluster_ends_with_1_and_a_sentence() -> None:
    code, _, errors = command("operator", KUBECONFIG="/nonexistent")
    assert code == 1
    assert errors.splitlines()[-1].startswith("tenure: There is no cluster to work with (Invalid kube-config file.")
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    "arguments", [["operator", "--log-level", "LOUD"], ["use", "-o", "csv"], ["use", "--since", "1 July"], ["uses"], []]
)
def test_what_is_typed_wrong_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_kubectl_completes_by_cobras_protocol() -> None:
    code, printed, _ = command("use", "-o", "", code="from tenure.cli.completion import main; main()")
    assert (code, printed.split()) == (0, ["table", "json", "yaml", ":4"])
    _, printed, _ = command("", code="from tenure.cli.completion import main; main()")
    names = get_command(app).list_commands(None)  # type: ignore[attr-defined]
    assert [line.split("\t")[0] for line in printed.splitlines()] == [*names, ":4"]


def test_use_against_the_plan_is_shown_where_there_is_one() -> None:
    planned = {"plannedSeconds": 100 * 3600, "busySeconds": 50 * 3600, "percent": "50.0 %"}
    told = "Against the usage plan 50.0 % of 100.0 device-hours on these days (R27); nothing follows from it."
    assert told in text([shown(days("CC"), planned=planned)], 200)
    assert "usage plan" not in text([shown(days("CC"), planned={**planned, "percent": ""})], 200)
    assert "usage plan" not in text([shown(days("CC"))], 200)
