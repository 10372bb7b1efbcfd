"""The application: what runs (`tenure operator`, `tenure agent`) and what people type. docs/cli.md has usage and exit codes.

What a command needs is imported when it runs, so that `tenure --version` needs no client libraries.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import typer

from tenure import __version__
from tenure.cli.adopt.command import adopt
from tenure.cli.audit.command import audit
from tenure.cli.check.command import check
from tenure.cli.commands import appeal, explain, give_back, plan, relocation, report, reviews, simulate, status
from tenure.cli.costs.command import costs
from tenure.cli.decide.command import decide
from tenure.cli.packet.command import packet
from tenure.cli.problem import BAD_USAGE, Problem
from tenure.cli.use.command import use

app = typer.Typer(
    help="Lends accelerators for a term and reviews each quarter.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class LogLevel(StrEnum):
    """How much a long-running command says."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


Level = Annotated[LogLevel, typer.Option(help="How much is logged.")]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"tenure {__version__}")
        raise typer.Exit


@app.callback()
def tenure(
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """Lends accelerators for a term and reviews each quarter."""


@app.command()
def operator(log_level: Level = LogLevel.INFO) -> None:
    """Run one replica of the operator; settings come from TENURE_* variables."""
    from kubernetes.aio.config import ConfigException  # noqa: PLC0415

    from tenure.control.operator import Settings, main  # noqa: PLC0415

    _log(log_level)
    logging.getLogger("kopf").setLevel(logging.WARNING)
    try:
        settings = Settings.from_environment(os.environ)
    except ValueError as error:
        raise Problem(str(error), BAD_USAGE) from error
    try:
        raise typer.Exit(asyncio.run(main(settings)))
    except ConfigException as error:
        raise Problem(
            f"There is no cluster to work with ({error}). Run the operator in a pod, or name a kubeconfig in KUBECONFIG."
        ) from error


@app.command()
def agent(log_level: Level = LogLevel.INFO) -> None:
    """Run the exporter of a node without DCGM; settings come from TENURE_AGENT_* variables."""
    try:
        from tenure.agent import Settings, run  # noqa: PLC0415
    except ImportError as error:
        raise Problem(f"{error}. The agent needs more packages: pip install 'tenure[agent]'.", BAD_USAGE) from error

    _log(log_level)
    try:
        settings = Settings.from_environment(os.environ)
    except ValueError as error:
        raise Problem(str(error), BAD_USAGE) from error
    raise typer.Exit(run(settings))


app.command()(status)
app.command()(plan)
app.command()(appeal)
app.command(name="return")(give_back)
for command in (report, relocation, reviews, explain, simulate, use, decide, costs, packet, check, adopt):
    app.command()(command)
app.add_typer(audit)


def _log(level: LogLevel) -> None:
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def main(argv: list[str] | None = None) -> None:
    """Entry point of `tenure` and of the kubectl plugin `kubectl tenure`."""
    name = "kubectl tenure" if Path(sys.argv[0]).name.startswith("kubectl-") else "tenure"
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that has not all letters shows what it has
    try:
        app(argv, prog_name=name)
    except Problem as problem:
        print(f"tenure: {problem}", file=sys.stderr)
        sys.exit(problem.code)
