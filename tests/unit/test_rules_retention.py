"""R3: how long the data of a grant that is over is kept, and what becomes of it then."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tenure.api.allocation import Grant, Term
from tenure.api.decision import DecisionSpec
from tenure.api.programme import StorageRules
from tenure.rules.grant import entitled
from tenure.rules.retention import kept_until, retention
from unit.build import decision, grant

TERM = Term(start=date(2026, 7, 1), end=date(2026, 12, 31))
REVOKED = decision("2026-Q3", "Revoke", 0, "2026-10-22", data_kept_until=date(2026, 11, 30))
UNDATED = decision("sanction-1", "OffPurpose", 0, "2026-09-02")
LATE = decision("sanction-2", "OffPurpose", 0, "2027-01-20")
RETURNED = decision("return-1", "Return", 0, "2026-09-10").model_copy(update={"after": Grant()})
KEEP = StorageRules(retention_days=30)
DELETE = StorageRules(retention_days=30, after_retention="Delete", final_notice_days=7)


@pytest.mark.parametrize(
    ("decisions", "today", "until"),
    [
        pytest.param([], "2026-06-30", None, id="R3 before the term"),
        pytest.param([], "2026-12-31", None, id="R3 on its last day"),
        pytest.param([], "2027-01-01", "2027-01-30", id="R3 after the term"),
        pytest.param([REVOKED], "2026-10-21", None, id="R17 the day before a revocation"),
        pytest.param([REVOKED], "2026-10-22", "2026-11-30", id="R17 as the Decision has promised"),
        pytest.param([REVOKED], "2027-01-01", "2026-11-30", id="R17 also once the term is over"),
        pytest.param([UNDATED], "2026-09-02", "2026-10-02", id="R20 by the programme's days"),
        pytest.param([LATE], "2027-01-20", "2027-01-30", id="R25 recorded after the term"),
        pytest.param([RETURNED], "2026-09-10", "2026-10-10", id="R22 given back as a whole"),
    ],
)
def test_until_when_data_is_kept(decisions: list[DecisionSpec], today: str, until: str | None) -> None:
    found = entitled(grant(8, storage="20T"), TERM, decisions, "award", date.fromisoformat(today))
    assert kept_until(found, TERM, KEEP) == (date.fromisoformat(until) if until else None)


UNTIL = "2027-01-30"


@pytest.mark.parametrize(
    ("until", "rules", "announced", "today", "step", "deletion"),
    [
        pytest.param(None, DELETE, None, "2027-06-01", "Keep", None, id="R3 it runs"),
        pytest.param(None, DELETE, "2027-01-31", "2027-06-01", "Keep", None, id="R3 it runs again"),
        pytest.param(UNTIL, KEEP, None, "2037-01-01", "Keep", None, id="R3 the programme deletes nothing"),
        pytest.param(UNTIL, KEEP, "2027-01-31", "2037-01-01", "Keep", None, id="R3 it does not delete any more"),
        pytest.param(UNTIL, DELETE, None, "2027-01-23", "Keep", None, id="R3 too early for the last notice"),
        pytest.param(UNTIL, DELETE, None, "2027-01-24", "Announce", "2027-01-31", id="R3 the last notice in its time"),
        pytest.param(UNTIL, DELETE, None, "2027-03-01", "Announce", "2027-03-08", id="R3 a late notice has its days"),
        pytest.param(UNTIL, DELETE, "2027-01-31", "2027-01-30", "Wait", "2027-01-31", id="R3 the day before"),
        pytest.param(UNTIL, DELETE, "2027-01-31", "2027-01-31", "Delete", "2027-01-31", id="R3 the day that was told"),
        pytest.param(
            UNTIL, DELETE, "2027-02-20", "2027-02-01", "Wait", "2027-02-20", id="R3 never before what was told"
        ),
        pytest.param(
            UNTIL, DELETE, "2027-01-30", "2027-02-01", "Announce", "2027-02-08", id="R3 retention became longer"
        ),
        pytest.param(UNTIL, DELETE, "2026-01-01", "2027-01-01", "Keep", None, id="R3 a notice of an earlier end"),
    ],
)
def test_what_becomes_of_it(
    until: str | None, rules: StorageRules, announced: str | None, today: str, step: str, deletion: str | None
) -> None:
    days = [date.fromisoformat(day) if day else None for day in (until, announced, deletion)]
    found = retention(days[0], rules, days[1], date.fromisoformat(today))
    assert (found.step, found.deletion) == (step, days[2])


DAYS = st.dates(date(2026, 12, 1), date(2027, 6, 1))


@given(DAYS, st.integers(0, 60), st.integers(1, 30), st.lists(DAYS, max_size=60))
def test_nothing_is_deleted_before_retention_and_notice_are_over(
    end: date, retention_days: int, notice_days: int, looks: list[date]
) -> None:
    """Looked at on any days, each as often as one likes: the first look that may announce does, and only a later one deletes."""
    rules = StorageRules(retention_days=retention_days, after_retention="Delete", final_notice_days=notice_days)
    until, announced, told_on = end + timedelta(days=retention_days), None, None
    for today in sorted(looks):
        found = retention(until, rules, announced, today)
        if found.step == "Announce":
            announced, told_on = found.deletion, today
        if found.step == "Delete":
            assert told_on is not None
            assert today - told_on >= timedelta(days=notice_days)
            assert today > until
