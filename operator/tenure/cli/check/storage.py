"""Storage classes, as the programmes want them (R3)."""

from __future__ import annotations

from collections.abc import Iterator

from tenure.api.programme import StorageRules
from tenure.cli.check.finding import Finding, counted, listing, missing, note, ok
from tenure.cli.check.there import There, named
from tenure.control.kube import Manifest

DEFAULTS = ("storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class")
"""Annotations that mark a class as the default; Kubernetes still hears both."""


def classes(there: There) -> Iterator[Finding]:
    """Whether each class that a programme takes volumes from is there, lets them grow and keeps their data."""
    rules = {programme.spec.storage.class_name: programme.spec.storage for programme in there.programmes}
    for name, rule in sorted((rules or {"": StorageRules()}).items()):
        found, problem = _class(there, name)
        if found is None:
            yield missing("storage", problem)
            continue
        if not name:
            yield from _several(_defaults(there), found)
        yield from _about(found, rule)


def _class(there: There, name: str) -> tuple[Manifest | None, str]:
    every = there.listed.all("StorageClass")
    if name:
        found = next((one for one in every if one["metadata"]["name"] == name), None)
        return (
            found,
            f"There is no StorageClass {name}, which a Programme names. There are: {listing(named(every)) or 'none'}.",
        )
    chosen = max(_defaults(there), key=lambda one: str(one["metadata"].get("creationTimestamp", "")), default=None)
    return chosen, (
        f"None of the {counted(len(every), 'StorageClass', 'StorageClasses')} is the default. Mark one, or name one in "
        "Programme.spec.storage.className; until then awards with storage get no volume."
    )


def _several(defaults: list[Manifest], taken: Manifest) -> Iterator[Finding]:
    if len(defaults) > 1:
        text = f"{len(defaults)} StorageClasses are marked as the default ({listing(named(defaults))})."
        newest = f"Kubernetes takes the newest, {taken['metadata']['name']}."
        yield note("storage", f"{text} {newest} Unmark the others, or name one in Programme.spec.storage.className.")


def _defaults(there: There) -> list[Manifest]:
    """The classes that are marked as the default, in order of their names: the first of equally new ones is taken."""
    every = sorted(there.listed.all("StorageClass"), key=lambda one: str(one["metadata"]["name"]))
    return [one for one in every if "true" in (one["metadata"].get("annotations", {}).get(key) for key in DEFAULTS)]


def _about(found: Manifest, rule: StorageRules) -> Iterator[Finding]:
    name = found["metadata"]["name"]
    chosen = "" if rule.class_name else ", the default,"
    mode = (
        f"Check that it offers {rule.access_mode}: that cannot be seen from here."
        if rule.access_mode == "ReadWriteMany"
        else "Volumes are ReadWriteOnce."
    )
    yield ok(
        "storage", f"Volumes come from StorageClass {name}{chosen} by {found.get('provisioner', 'nobody')}. {mode}"
    )
    if not found.get("allowVolumeExpansion"):
        yield note(
            "storage",
            f"StorageClass {name} lets no volume grow. After a larger award only the quota rises, and the tenant makes another "
            "claim. Set allowVolumeExpansion: true where its driver can.",
        )
    if found.get("reclaimPolicy", "Delete") != "Retain":
        yield note(
            "storage",
            f"StorageClass {name} deletes a volume with its claim. Tenure deletes no claim unless a Programme says so, but "
            "somebody may delete a namespace: set reclaimPolicy: Retain on a class for tenants.",
        )
