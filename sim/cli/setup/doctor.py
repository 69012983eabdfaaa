"""``frontsim doctor``: what this machine has, so that somebody can be helped."""

from __future__ import annotations

import os
import platform
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.command import command
from sim.cli.version import package_versions, version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.cli.terminal import Terminal

OPTIONAL: Final = {
    "pygame": ("the window", "pip install pygame-ce"),
    "imageio_ffmpeg": ("films", 'pip install "frontsim[film]"'),
    "distributed": ("ensembles on a Dask cluster", 'pip install "frontsim[dask]"'),
}
"""By module: what it is for, and how it is installed."""


@command(
    "doctor",
    "Say what this machine has.",
    ("frontsim doctor", "Versions, display, optional parts, folders."),
    ("frontsim doctor --json", "The same, to be sent with a report of a bug."),
)
@click.pass_obj
def doctor_command(terminal: Terminal) -> None:
    """Say what this machine has, and what is missing; the exit code is always 0."""
    found = examine()
    if terminal.wants_json:
        terminal.object(found)
        return
    terminal.table(("Part", "Here"), [*_rows(found)])
    terminal.hint("next: frontsim run kupiansk")


def examine(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> dict[str, Any]:
    """Return what this machine has, as plain values."""
    from sim.scenario_file.bundled import bundled_names, scenario_folder

    return {
        "frontsim": version(),
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.platform(),
        "packages": package_versions(),
        "display": display(environment, system),
        "optional": {
            name: {"for": purpose, "is_installed": find_spec(name) is not None, "install": install}
            for name, (purpose, install) in OPTIONAL.items()
        },
        "scenarios": {"folder": str(scenario_folder()), "count": len(bundled_names())},
        "cores": _cores(),
        "folder": {"path": str(Path.cwd()), "is_writable": os.access(Path.cwd(), os.W_OK)},
    }


def display(environment: Mapping[str, str], system: str) -> str | None:
    """Return where windows would open; none where there is no display.

    Parameters
    ----------
    system
        As `sys.platform` has it.

    Examples
    --------
    >>> display({"DISPLAY": ":0"}, "linux"), display({}, "linux"), display({}, "win32")
    (':0', None, 'the desktop')
    """
    if system in {"win32", "darwin"}:
        return "the desktop"
    return environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY") or None


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _rows(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what was found, in words."""
    rows = [
        ("frontsim", found["frontsim"]),
        ("Python", f"{found['python']} ({found['implementation']}), {found['system']}"),
    ]
    rows += [
        (name, version or "MISSING: pip install frontsim") for name, version in found["packages"].items()
    ]
    rows.append(("display", found["display"] or "none: there will be no window, all else works"))
    for name, part in found["optional"].items():
        here = "installed" if part["is_installed"] else f"not installed: {part['install']}"
        rows.append((f"{name}, for {part['for']}", here))
    scenarios, folder = found["scenarios"], found["folder"]
    rows.append(("scenarios", f"{scenarios['count']} in {scenarios['folder']}"))
    rows.append(("cores", str(found["cores"])))
    writable = (
        "can be written" if folder["is_writable"] else "CANNOT be written: recordings need --out elsewhere"
    )
    return [*rows, ("this folder", f"{folder['path']} {writable}")]
