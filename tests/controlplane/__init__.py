"""The real control plane that the tests, the demo and the benchmark run against.

`target.bring_up(name)` gives a running one, `target.bring_down(name)` ends everything it started.
"""

from __future__ import annotations


class ControlPlaneError(RuntimeError):
    """The control plane cannot be had; the message says why and what to do, in whole sentences."""
