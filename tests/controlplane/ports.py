"""Free loopback ports."""

from __future__ import annotations

import random
import socket

from . import ControlPlaneError

# Below the range that kernels hand out to outgoing connections, and away from the ports kwokctl takes.
RANGE = range(20000, 30000)


def free_port(preferred: int | None = None) -> int:
    """Return the preferred port if nothing listens there, else a free one chosen by chance."""
    candidates = random.sample(RANGE, 100)
    for port in [preferred, *candidates] if preferred else candidates:
        if _is_free(port):
            return port
    raise ControlPlaneError(f"No free port was found between {RANGE.start} and {RANGE.stop} on 127.0.0.1.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
