"""What the operator tells at a scrape, read by promtool."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tenure.control.metrics import REQUESTS
from tenure.control.probe import exposition
from unit.scraped import centre


def test_names_units_and_texts_follow_prometheus_rules(programs: Path) -> None:
    REQUESTS.labels("GET", 200).inc()
    check = [str(programs / "promtool"), "check", "metrics", "--lint=all"]
    answer = subprocess.run(check, input=exposition(centre()), capture_output=True, check=False)
    assert (answer.returncode, answer.stdout + answer.stderr) == (0, b"")


def test_promtool_would_say_so(programs: Path) -> None:
    """Guards the test above."""
    answer = subprocess.run([programs / "promtool", "check", "metrics"], input=b"tenure_age_days 1\n", check=False)
    assert answer.returncode != 0
