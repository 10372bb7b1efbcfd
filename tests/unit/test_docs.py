"""The documentation fits the tree: links, alerts, conditions, settings and make targets are what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tenure.api.conditions import TABLE

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("tests/**/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def page(name: str) -> str:
    """The text of a page."""
    return (ROOT / name).read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(path.read_text(encoding="utf-8")))
    return {word.replace(" ", "-") for word in words}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(path: Path) -> None:
    for target, anchor in LINK.findall(path.read_text(encoding="utf-8")):
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), f"{path.name} links to {target}"
        assert not anchor or anchor in anchors(found), f"{path.name} links to {target}#{anchor}"


def test_every_alert_is_explained() -> None:
    section = page("docs/operations.md").split("### Alerts")[1].split("\n### ")[0]
    assert re.findall(r"`(Tenure\w+)`", section) == re.findall(r"alert: (\w+)", page("charts/tenure/files/alerts.yaml"))


def test_every_setting_is_explained() -> None:
    settings = set(re.findall(r"TENURE_[A-Z_]+", page("operator/tenure/control/operator.py")))
    text = page("docs/operations.md")
    assert [name for name in sorted(settings) if f"| `{name}` |" not in text] == []


@pytest.mark.parametrize("type_", TABLE)
def test_every_condition_and_reason_is_explained(type_: str) -> None:
    section = page("docs/conditions.md").split(f"\n## {type_}\n")[1].split("\n## ")[0]
    assert [reason for reason in TABLE[type_] if f"| {reason} |" not in section] == []


def test_operations_speaks_of_reasons_that_exist() -> None:
    table = page("docs/operations.md").split("## Conditions that need an action")[1].split("\n## ")[0]
    second = "\n".join(line.split("|")[2] for line in table.splitlines() if line.startswith("|"))
    known = {reason for reasons in TABLE.values() for reason in reasons}
    assert set(re.findall(r"`(\w+)`", second)) <= known


def test_every_rule_has_its_row() -> None:
    assert re.findall(r"^\| (R\d+) \|", page("docs/rules.md"), re.MULTILINE) == [
        f"R{number}" for number in range(1, 28)
    ]


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "docs/performance.md", "tests/controlplane/README.md"]
)
def test_make_targets_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z-]+)", page(name), re.MULTILINE)) <= targets
