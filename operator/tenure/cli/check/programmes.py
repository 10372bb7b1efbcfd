"""Whether Tenure is installed, and how real its rules are by now."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.cli.check.finding import Finding, counted, listing, note, ok, unseen
from tenure.cli.check.there import There


def installed(there: There) -> Iterator[Finding]:
    """Its kinds, and the mode of each programme."""
    about = "Tenure"
    if "Accelerator" in there.listed.unserved:
        yield note(
            about,
            "Tenure's kinds are not in this cluster, so it is not installed. The catalogue is that of --catalogue.",
        )
        return
    if there.listed.hidden & {"Accelerator", "Programme", "TelemetryProfile"}:
        yield unseen(
            about, "You may not list Tenure's catalogue and rules, so only what --catalogue gives is looked at."
        )
        return
    yield ok(about, "Tenure's kinds are installed.")
    real = [one.name for one in there.programmes if one.spec.mode == "Enforce"]
    if real:
        text = f"{counted(len(real), 'Programme')} in mode Enforce ({listing(real)}): an award there is real once it is applied."
        yield note(about, f"{text} In mode Observe nothing but status is written.")
