"""The rights of the operator's ServiceAccount, where Tenure is installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tenure.api.names import OPERATOR_ACCOUNT
from tenure.cli.check.finding import Finding, listing, missing, note, ok
from tenure.cli.check.there import There
from tenure.control.kube import Manifest
from tenure.control.paths import SERVED

READ = ("get", "list", "watch")
STATUS = ("patch", "update")
NEEDED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    *((one.group, one.plural, READ) for one in SERVED.values() if one.watched),
    ("", "namespaces", ("create", "patch", "delete")),
    ("", "resourcequotas", ("create", "patch", "update")),
    ("", "resourcequotas/status", STATUS),
    ("", "limitranges", ("create", "patch")),
    ("", "persistentvolumeclaims", ("create", "patch", "update")),
    ("networking.k8s.io", "networkpolicies", ("create", "patch", "delete")),
    ("rbac.authorization.k8s.io", "rolebindings", ("create", "patch", "delete")),
    ("rbac.authorization.k8s.io", "clusterroles", ("bind",)),
    ("", "pods", ("get", "list", "watch", "delete")),
    ("", "pods/eviction", ("create",)),
    ("", "events", ("create", "patch")),
    *(("tenure.dev", plural, ("create",)) for plural in ("decisions", "relocations", "reports", "reviews")),
)
"""(API group, resource, verbs) without which the operator cannot do its work. Status of its own kinds is looked at apart."""
RESERVED = ("Decision", "TelemetryProfile")
"""Kinds without a status."""


def rights(there: There) -> Iterator[Finding]:
    """Whether the account may do all that the operator does."""
    about = "operator's rights"
    accounts = _accounts(there)
    if not accounts:
        if not there.listed.unserved:
            yield note(
                about, f"No ServiceAccount {OPERATOR_ACCOUNT} is bound to any ClusterRole. Install the operator."
            )
        return
    for namespace in accounts:
        granted = list(_granted(there, namespace))
        lacking = [
            f"{verb} {_name(group, plural)}"
            for group, plural, verb in _wanted()
            if not _allowed(granted, group, plural, verb)
        ]
        who = f"ServiceAccount {namespace}/{OPERATOR_ACCOUNT}"
        if lacking:
            text = f"{who} lacks {len(lacking)} rights: {listing(lacking)}."
            yield missing(about, f"{text} Apply manifests/rbac.yaml of this version, or upgrade the chart.")
        else:
            yield ok(about, f"{who} has all rights that the operator needs in the whole cluster.")


def _wanted() -> Iterator[tuple[str, str, str]]:
    for group, plural, verbs in NEEDED:
        yield from ((group, plural, verb) for verb in verbs)
    for kind, one in SERVED.items():
        if one.group == "tenure.dev" and kind not in RESERVED:
            yield from ((one.group, f"{one.plural}/status", verb) for verb in STATUS)


def _accounts(there: There) -> list[str]:
    """Namespaces whose ServiceAccount of the operator's name is bound to some ClusterRole with tenure in its name."""
    found = {
        subject.get("namespace", "")
        for binding in there.listed.all("ClusterRoleBinding")
        if "tenure" in binding["roleRef"]["name"]
        for subject in _subjects(binding)
        if subject["name"] == OPERATOR_ACCOUNT
    }
    return sorted(found)


def _subjects(binding: Manifest) -> Iterable[Manifest]:
    return (one for one in binding.get("subjects") or () if one["kind"] == "ServiceAccount")


def _granted(there: There, namespace: str) -> Iterator[Manifest]:
    """Every rule that holds for the account in the whole cluster."""
    roles = {one["metadata"]["name"]: one for one in there.listed.all("ClusterRole")}
    for binding in there.listed.all("ClusterRoleBinding"):
        bound = any((one["name"], one.get("namespace")) == (OPERATOR_ACCOUNT, namespace) for one in _subjects(binding))
        if bound:
            yield from roles.get(binding["roleRef"]["name"], {}).get("rules") or ()


def _allowed(rules: Iterable[Manifest], group: str, plural: str, verb: str) -> bool:
    return any(
        {group, "*"} & {*rule.get("apiGroups", ())}
        and {plural, "*"} & {*rule.get("resources", ())}
        and {verb, "*"} & {*rule.get("verbs", ())}
        for rule in rules
    )


def _name(group: str, plural: str) -> str:
    return f"{plural}.{group}" if group else plural
