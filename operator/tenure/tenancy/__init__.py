"""What a tenant's namespace contains, as plain manifests. Pure: no cluster is asked, nothing is applied."""

from tenure.tenancy.contents import Contents, desired
from tenure.tenancy.holding import Holding
from tenure.tenancy.manifest import Manifest

__all__ = ["Contents", "Holding", "Manifest", "desired"]
