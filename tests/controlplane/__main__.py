"""Command line: `python -m controlplane build|up|down|status [--name NAME] [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
import time

from . import ControlPlaneError, binaries, processes, target
from .paths import state_folder

PROGRAMME = "python -m controlplane"


def main() -> int:
    """Run one command and return the exit code: 1 if it failed, or if `status` finds nothing running."""
    options = _options()
    try:
        return int(COMMANDS[options.command](options.name, options.json))
    except ControlPlaneError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. What was being started has been ended.", file=sys.stderr)
        return 130


def build(name: str, as_json: bool) -> int:
    """Build all programs, or find them built."""
    folder = binaries.ensure()
    _show({"programs": str(folder)}, f"The programs are in {folder}.", as_json)
    return 0


def up(name: str, as_json: bool) -> int:
    """Bring the control plane up."""
    started = time.monotonic()
    plane = target.bring_up(name)
    seconds = round(time.monotonic() - started, 1)
    sentence = (
        f"The control plane '{name}' is up after {seconds} s.\n"
        f"  export KUBECONFIG={plane.kubeconfig}\n"
        f"  Prometheus is at {plane.prometheus.url}."
    )
    _show({**_facts(plane), "seconds": seconds}, sentence, as_json)
    return 0


def down(name: str, as_json: bool) -> int:
    """End the control plane and everything it started."""
    target.bring_down(name)
    _show({"name": name}, f"The control plane '{name}' is down; nothing of it runs any more.", as_json)
    return 0


def status(name: str, as_json: bool) -> int:
    """Show what runs."""
    plane = target.find(name)
    alive = {program: pid for pid, program in processes.running(state_folder(name)).items()}
    listing = ", ".join(f"{program} ({pid})" for program, pid in sorted(alive.items())) or "nothing"
    state = "up" if plane else "not up"
    facts = {"name": name, "up": bool(plane), "processes": alive, **(_facts(plane) if plane else {})}
    _show(facts, f"The control plane '{name}' is {state}; of its programs run: {listing}.", as_json)
    return 0 if plane else 1


COMMANDS = {"build": build, "up": up, "down": down, "status": status}


def _facts(plane: target.ControlPlane) -> dict[str, object]:
    return {
        "name": plane.name,
        "kubeconfig": str(plane.kubeconfig),
        "context": plane.context,
        "prometheus": plane.prometheus.url,
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=PROGRAMME, description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("--name", default="tenure", help="which control plane (default: %(default)s)")
    parser.add_argument("--json", action="store_true", help="print facts for programs, not sentences")
    return parser.parse_args()


def _show(facts: dict[str, object], sentence: str, as_json: bool) -> None:
    print(json.dumps(facts) if as_json else sentence)


if __name__ == "__main__":
    sys.exit(main())
