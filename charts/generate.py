"""`python charts/generate.py`: writes those templates of the chart that repeat manifests/, so nobody keeps them twice.

Only what consists of values, such as the Deployment (templates/operator.yaml), is a template of its own. The dashboards are
written from dashboard_*.py.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import dashboard_centre
import dashboard_tenant
import dashboards

HEADER = "{{- /* Generated from manifests/%s by `make generate`. Do not edit. */}}\n"
NAMESPACE = "tenure-system"
CONDITIONS = {
    "rbac.yaml": "",
    "tenant-roles.yaml": "",
    "policies.yaml": "",
    "flow-schemas.yaml": "",
    "programme-default.yaml": ".Values.programmes.default.create",
    "programme-aica-2022.yaml": ".Values.programmes.aica2022.create",
    "telemetry-profiles.yaml": ".Values.telemetryProfiles.create",
    "accelerators.yaml": ".Values.accelerators.create",
    "optional/delete-after-retention.yaml": ".Values.storage.deleteAfterRetention",
    "optional/read-after-end.yaml": ".Values.storage.readAfterEnd",
}
"""manifest -> the value that switches it on; empty for what every installation has."""

KEPT = re.compile(r"^kind: (?:Programme|TelemetryProfile|Accelerator)\nmetadata:\n", re.MULTILINE)
MUTATING = re.compile(r"^kind: MutatingAdmissionPolicy", re.MULTILINE)


def template(text: str, condition: str) -> str:
    """The manifest as a Helm template: literal braces escaped, values put in, switches around."""
    text = text.replace("{{", '{{ "{{" }}').replace(NAMESPACE, "{{ .Release.Namespace }}")
    text = text.replace("  mode: Enforce\n", "  mode: {{ .Values.programmes.mode }}\n")
    text = KEPT.sub(r"\g<0>  annotations: {helm.sh/resource-policy: keep}\n", text)
    text = "\n---\n".join(_document(part) for part in text.rstrip("\n").split("\n---\n"))
    return _only_if(condition, text) + "\n"


def _document(text: str) -> str:
    """One object. Clusters before 1.36 serve no mutating policies, so those can be left out."""
    return _only_if(".Values.admission.mutating", text) if MUTATING.search(text) else text


def _only_if(condition: str, text: str) -> str:
    return f"{{{{- if {condition} }}}}\n{text}\n{{{{- end }}}}" if condition else text


def main(root: Path) -> None:
    """Write the templates below the repository's root."""
    for name, condition in CONDITIONS.items():
        source = (root / "manifests" / name).read_text(encoding="utf-8")
        target = root / "charts/tenure/templates" / Path(name).name
        target.write_text(HEADER % name + template(source, condition), encoding="utf-8")
    dashboards.write(root, (dashboard_centre.BOARD, dashboard_tenant.BOARD))


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
