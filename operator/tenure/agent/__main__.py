"""`python -m tenure.agent`: the agent as a process. Settings come from TENURE_AGENT_* variables."""

from __future__ import annotations

import logging
import os
import sys

from tenure.agent import Settings, run


def main() -> int:
    """Exit code: 0 when told to stop, 1 if the port is taken, 2 for bad settings."""
    logging.basicConfig(level="INFO", format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = Settings.from_environment(os.environ)
    except ValueError as error:
        print(f"tenure: {error}", file=sys.stderr)  # noqa: T201 - said before anything runs
        return 2
    return run(settings)


if __name__ == "__main__":
    sys.exit(main())
