"""The table of metrics: its page, its names and labels, and that every row has its series."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from tenure.api.conditions import TABLE as CONDITIONS
from tenure.control import metrics
from tenure.control.generate import metrics_page
from tenure.control.probe import exposition
from unit.scraped import centre

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_what_the_code_says() -> None:
    assert (ROOT / "docs/metrics.md").read_text(encoding="utf-8") == metrics_page(), "Run `make generate`."


def test_the_table_has_every_metric_that_is_kept() -> None:
    kept = [one.name + ("_total" if one.type == "counter" else "") for one in metrics.REGISTRY.collect()]
    assert [row.name for row in metrics.TABLE if not row.leader_only] == kept


def test_every_metric_of_the_leader_is_told_at_a_scrape() -> None:
    told = {one.name: one for one in centre().collect()}
    assert list(told) == [row.name for row in metrics.TABLE if row.leader_only]
    assert [name for name, family in told.items() if not family.samples] == []


def test_series_have_the_labels_and_the_values_of_the_table() -> None:
    rows = {row.name: row for row in metrics.TABLE}
    for family in centre().collect():
        labels = rows[family.name].labels
        for sample in family.samples:
            assert sample.labels.keys() == labels.keys(), family.name
            assert all(value in (labels[label] or (value,)) for label, value in sample.labels.items()), sample


def test_no_series_comes_twice() -> None:
    told = [(s.name, tuple(s.labels.items())) for family in centre().collect() for s in family.samples]
    assert len(told) == len(set(told))


def test_a_replica_that_does_not_lead_tells_of_nobody() -> None:
    names = {family.name for family in text_string_to_metric_families(exposition(None).decode())}
    assert "tenure_leading" in names
    assert not names & {row.name for row in metrics.TABLE if row.leader_only}


def test_the_leader_tells_both() -> None:
    assert exposition(centre()) == exposition(None) + generate_latest(centre())


@pytest.mark.parametrize(
    ("condition", "reasons"),
    [("Measured", metrics.UNKNOWN), ("Recommended", metrics.COMMITTEE), ("Remembered", metrics.MEMORY)],
    ids=str,
)
def test_reasons_are_those_of_the_conditions(condition: str, reasons: tuple[str, ...]) -> None:
    assert set(reasons) <= CONDITIONS[condition].keys()


def test_the_kinds_of_work_are_those_of_the_operator() -> None:
    source = (ROOT / "operator/tenure/control/operator.py").read_text(encoding="utf-8")
    assert tuple(re.findall(r'^            "([a-z-]+)": self\._\w', source, re.MULTILINE)) == metrics.WORK


def test_a_counter_of_one_known_label_begins_at_zero() -> None:
    """Else its first increase would be seen by no `increase()`."""
    text = exposition(None).decode()
    for work in metrics.WORK:
        assert f'tenure_reconcile_failures_total{{work="{work}"}}' in text
