"""Per-node exporter over NVML for nodes without DCGM. It speaks DCGM's names, so that DCGM's profiles serve it (R2).

`run(Settings.from_environment(os.environ))` is the whole of it. It imports nothing else of Tenure.
"""

from tenure.agent.server import run
from tenure.agent.settings import Settings

__all__ = ["Settings", "run"]
