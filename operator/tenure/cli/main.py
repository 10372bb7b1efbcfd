"""`tenure operator`: run one replica. Settings come from the environment; docs/operations.md lists them."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys

from tenure import __version__


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tenure", description="Lends accelerators for a term and reviews each quarter."
    )
    parser.add_argument("--version", action="version", version=f"tenure {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("operator", help="run one replica of the operator; settings come from TENURE_* variables")
    run.add_argument("--log-level", default="INFO", choices=["DEBUG", "INFO", "WARNING", "ERROR"])
    return parser


def main(argv: list[str] | None = None) -> None:
    """Entry point. Exits with 2 for bad settings, with 1 when the Lease or the API server is lost."""
    from tenure.control.operator import Settings  # noqa: PLC0415 - `tenure --version` needs no client libraries
    from tenure.control.operator import main as run  # noqa: PLC0415

    args = _parser().parse_args(argv)
    logging.basicConfig(level=args.log_level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("kopf").setLevel(logging.WARNING)
    try:
        settings = Settings.from_environment(os.environ)
    except ValueError as error:
        print(f"tenure: {error}", file=sys.stderr)
        sys.exit(2)
    sys.exit(asyncio.run(run(settings)))
