"""Where each kind that Tenure reads or writes is served by the API server."""

from __future__ import annotations

from dataclasses import dataclass

from tenure.api import KINDS
from tenure.api.model import GROUP, VERSION
from tenure.api.names import MANAGED


@dataclass(frozen=True)
class Served:
    """A kind as the API server serves it. `selector` limits what is watched."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True
    selector: str = ""
    watched: bool = True

    @property
    def api_version(self) -> str:
        """apiVersion of a manifest."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """URL path of the collection, an object, or its subresource."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        parts = [
            root,
            f"namespaces/{namespace}" if self.namespaced and namespace else "",
            self.plural,
            name,
            subresource,
        ]
        return "/".join(part for part in parts if part)


_OURS = f"{MANAGED}=true"
SERVED: dict[str, Served] = {
    served.kind: served
    for served in (
        *(Served(GROUP, VERSION, model.KIND.plural, model.KIND.kind, model.KIND.namespaced) for model in KINDS),
        Served("", "v1", "namespaces", "Namespace", namespaced=False),
        Served("", "v1", "nodes", "Node", namespaced=False),
        Served("storage.k8s.io", "v1", "storageclasses", "StorageClass", namespaced=False),
        Served("", "v1", "limitranges", "LimitRange", selector=_OURS),
        Served("", "v1", "resourcequotas", "ResourceQuota", selector=_OURS),
        Served("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", selector=_OURS),
        Served("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", selector=_OURS),
        Served("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", selector=_OURS),
        Served("", "v1", "pods", "Pod", selector=_OURS),
        Served("", "v1", "events", "Event", watched=False),
        Served("coordination.k8s.io", "v1", "leases", "Lease", watched=False),
    )
}
"""kind -> where it is served. What is not watched is read when it is needed."""
