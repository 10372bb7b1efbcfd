"""The pod in which members read the data of a grant that is over (R3). It starts nothing, writes nothing and holds no device."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from tenure.api import names
from tenure.api.programme import Reader
from tenure.api.project import Project
from tenure.tenancy.manifest import Manifest, manifest

FOLDER = "/data"
"""Where the volumes are, each under the name of its claim."""
CONTAINER = "reader"
WAIT = "trap exit TERM; while true; do sleep 3600 & wait; done"


def reader(project: Project, claims: Sequence[str], rules: Reader) -> Manifest:
    """The pod, as the Pod Security Standard `restricted` wants it. Its annotation tells it from one that reads otherwise."""
    volumes = sorted(claims)
    amounts = {"cpu": rules.cpu, "memory": rules.memory}
    container = {
        "name": CONTAINER,
        "image": rules.image,
        "command": ["sh", "-c", WAIT],
        "workingDir": FOLDER,
        "resources": {"requests": amounts, "limits": amounts},
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        # Read-only here and not in the volume: a file system that was not unmounted cleanly could not be attached then.
        "volumeMounts": [
            {"name": f"data-{n}", "mountPath": f"{FOLDER}/{claim}", "readOnly": True} for n, claim in enumerate(volumes)
        ],
    }
    spec = {
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": 1,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": rules.user,
            "runAsGroup": rules.user,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [container],
        "volumes": [
            {"name": f"data-{n}", "persistentVolumeClaim": {"claimName": claim}} for n, claim in enumerate(volumes)
        ],
    }
    mark = hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:16]
    return manifest(project, "Pod", names.READER, {"spec": spec}, annotations={names.READS: mark})


def amounts(pod: Manifest) -> dict[str, str]:
    """What a quota has to allow for it, and no more."""
    limits = next(c["resources"]["limits"] for c in pod["spec"]["containers"] if c["name"] == CONTAINER)
    asked = {f"{part}.{name}": limits[name] for part in ("requests", "limits") for name in ("cpu", "memory")}
    return {"pods": "1", **asked}
