"""`tenure report`: shows the performance report (R23), fills it in from a form, and hands it in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from tenure.api import Report
from tenure.api.report import ReportSpec, Result
from tenure.cli.cluster import connection
from tenure.cli.output import Value, say, write
from tenure.cli.problem import Problem
from tenure.cli.reading import MEMBERS, every, named, parsed
from tenure.cli.tenant import choose
from tenure.cli.tenant.duties import said
from tenure.cli.writing import change


@dataclass(frozen=True)
class Wanted:
    """Which report, what is filled in (by the API's field names), and whether it is handed in."""

    project: str
    allocation: str
    fields: dict[str, Any]
    submit: bool


def run(wanted: Wanted, output: str) -> int:
    """Write what is to be written, print the report and return the exit code. Raises Problem."""
    write(asyncio.run(_report(wanted)), output, show, plain)
    return 0


async def _report(wanted: Wanted) -> Report:
    async with connection() as (kube, namespace):
        project = named(wanted.project or namespace, "report")
        reports = await every(kube, Report, project, may_not=f"You may not read the reports of {project}. {MEMBERS}")
        nothing = (
            f"No report is open in {project}: Tenure opens one some weeks before the term ends, or at once when a grant ends "
            "otherwise. tenure report --template prints the form."
        )
        report = choose.opened(reports, project, wanted.allocation, nothing)
        spec = checked(report, wanted)
        if not spec:
            return report
        may_not = f"You may look at the reports of {project}, but not write one. {MEMBERS}"
        return parsed(Report, await change(kube, report, spec, may_not=may_not))


def checked(report: Report, wanted: Wanted) -> dict[str, Any]:
    """The fields to write. Raises Problem for an empty report that would be handed in: that cannot be undone."""
    if not wanted.submit:
        return wanted.fields
    whole = ReportSpec.model_validate({**report.spec.wire(), **wanted.fields})
    if whole == ReportSpec(allocation=whole.allocation, submitted=whole.submitted, assessment=whole.assessment):
        raise Problem(
            f"The report of {whole.allocation} says nothing yet, and once it is handed in only the committee writes. "
            "tenure report --template prints a form to fill in."
        )
    return {**wanted.fields, "submitted": True}


def show(report: Report, console: Console) -> None:
    """What is in it, and what becomes of it."""
    for text in sentences(report):
        say(console, text)


def sentences(report: Report) -> Iterator[str]:
    """The state first, then one line for each field that says something."""
    spec, status = report.spec, report.status
    due = f" It is due on {status.due}." if status.due is not None else ""
    state = "is handed in" if spec.submitted else f"is a draft.{due} tenure report --submit hands it in"
    yield f"The report of {spec.allocation} {state}."
    judged, why = said(status.conditions, "Assessed")
    if judged in ("Accepted", "NotAccepted", "Awaited"):
        yield why
    for name, field in type(spec).model_fields.items():
        value = getattr(spec, name)
        if name in ("allocation", "submitted", "assessment") or value == field.default:
            continue
        title = (field.description or name).partition(" (R")[0].rstrip(".")
        yield f"{title}: {_words(value)}"


def _words(value: Any) -> str:
    if isinstance(value, Result):
        return f"{value.count} ({', '.join(value.evidence)})"
    if isinstance(value, tuple):
        return "; ".join(f"{one.measure} {one.reached}, target {one.target}" for one in value)
    return f"{value.level}, {value.where}" if hasattr(value, "level") else str(value)


def plain(report: Report) -> Value:
    """For programs."""
    due = report.status.due
    return {"name": report.name, "due": due.isoformat() if due else None, **report.spec.wire()}
