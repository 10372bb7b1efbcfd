"""Kubernetes: its version, and the admission policies that it serves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tenure.cli.check.finding import Finding, missing, note, ok
from tenure.cli.check.there import There

TESTED, LEAST = (1, 36), (1, 32)
VALIDATING, MUTATING = "validatingadmissionpolicies", "mutatingadmissionpolicies"
BY_HAND = (
    "Install with Helm and admission.mutating=false. Then tenants write the nodeSelector and the toleration of their pods "
    "themselves (a refusal says which), and who entered a verdict is what was typed, so keep the API server's audit log."
)


def version(there: There) -> Iterator[Finding]:
    """Whether this Kubernetes is one that Tenure was tested with."""
    about, found = "Kubernetes", _numbers(there.version)
    if found is None:
        yield note(about, f"The API server calls its version {there.version!r}. Check that it is 1.36 or newer.")
    elif found < LEAST:
        yield missing(about, f"This is {there.version}. Tenure needs 1.32, and was tested with 1.36. Upgrade first.")
    elif found < TESTED:
        yield note(about, f"This is {there.version}. Tenure was tested with 1.36; 1.32 to 1.35 are accepted.")
    else:
        yield ok(about, f"This is {there.version}. Tenure was tested with 1.36.")


def admission(there: There) -> Iterator[Finding]:
    """Whether the policies can be installed that guard placement, reviews and the record."""
    about = "admission policies"
    if VALIDATING in there.admission.get("v1", ()):
        yield ok(about, "ValidatingAdmissionPolicy is served as v1.")
    else:
        yield missing(
            about, "ValidatingAdmissionPolicy v1 is not served. Tenure guards every right with it: use Kubernetes 1.36."
        )
    older = sorted(name for name, plurals in there.admission.items() if MUTATING in plurals and name != "v1")
    if MUTATING in there.admission.get("v1", ()):
        yield ok(about, "MutatingAdmissionPolicy is served as v1, so pods with devices are pinned to the granted type.")
    elif older:
        served = " and ".join(older)
        yield note(about, f"MutatingAdmissionPolicy is served as {served} only, and the manifests want v1. {BY_HAND}")
    else:
        yield note(about, f"MutatingAdmissionPolicy is not served. {BY_HAND}")


def _numbers(text: str) -> tuple[int, int] | None:
    found = re.match(r"v?(\d+)\.(\d+)", text)
    return (int(found[1]), int(found[2])) if found else None
