"""``frontsim doctor`` and ``frontsim completion``: this installation, and its shell."""

from __future__ import annotations

import os
import platform
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import get_completion_class

from sim.cli.command import argument, command, version
from sim.cli.terminal import Terminal
from sim.scenario_file.bundled import bundled_names, scenario_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

OPTIONAL: Final = {
    "pygame": ("the window", "pip install pygame-ce"),
    "imageio_ffmpeg": ("films", "pip install imageio-ffmpeg"),
    "distributed": ("ensembles on a Dask cluster", "pip install distributed"),
}
"""Purpose of each optional module, and the command that installs it."""


@command(
    "doctor",
    ("frontsim doctor", "Versions, display, optional packages and folders."),
    ("frontsim doctor --json", "The same as JSON, to attach to a bug report."),
)
@click.pass_obj
def doctor_command(terminal: Terminal) -> None:
    """Print the packages, display and folders that frontsim finds, and what is missing."""
    found = examine()
    if terminal.wants_json:
        terminal.print_json(found)
        return
    terminal.table(("Part", "Found"), [*_rows(found)])
    terminal.hint("next: frontsim run kupiansk")


def examine(environment: Mapping[str, str] = os.environ, system: str = sys.platform) -> dict[str, Any]:
    """Return what is installed and available, as plain values."""
    from sim.experiments.running.executors import cores
    from sim.recording.records import made_with

    return {
        "frontsim": version(),
        "system": f"{platform.python_implementation()} on {platform.platform()}",
        "packages": made_with(),
        "display": display(environment, system),
        "optional": {
            name: {"for": purpose, "is_installed": find_spec(name) is not None, "install": install}
            for name, (purpose, install) in OPTIONAL.items()
        },
        "scenarios": {"folder": str(scenario_folder()), "count": len(bundled_names())},
        "cores": cores(),
        "folder": {"path": str(Path.cwd()), "is_writable": os.access(Path.cwd(), os.W_OK)},
    }


def display(environment: Mapping[str, str], system: str) -> str | None:
    """Return the display that windows open on, if there is one; ``system`` is `sys.platform`.

    Examples
    --------
    >>> display({"DISPLAY": ":0"}, "linux"), display({}, "linux"), display({}, "win32")
    (':0', None, 'the desktop')
    """
    if system in {"win32", "darwin"}:
        return "the desktop"
    return environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY") or None


def _rows(found: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "system", found["system"]
    yield from {**found["packages"], "frontsim": found["frontsim"]}.items()
    yield "display", found["display"] or "none: no window can open, everything else works"
    for name, part in found["optional"].items():
        here = "installed" if part["is_installed"] else f"not installed: {part['install']}"
        yield f"{name}, for {part['for']}", here
    scenarios, folder = found["scenarios"], found["folder"]
    yield "scenarios", f"{scenarios['count']} in {scenarios['folder']}"
    yield "cores", str(found["cores"])
    is_writable = "is" if folder["is_writable"] else "is NOT"
    elsewhere = "" if folder["is_writable"] else ": save recordings elsewhere with --out"
    yield "this folder", f"{folder['path']} {is_writable} writable{elsewhere}"


INSTALL: Final = {
    "bash": "echo 'eval \"$(frontsim completion bash)\"' >> ~/.bashrc",
    "zsh": "echo 'eval \"$(frontsim completion zsh)\"' >> ~/.zshrc",
    "fish": "frontsim completion fish > ~/.config/fish/completions/frontsim.fish",
}
"""Command that installs the completion permanently, by shell."""
FIXES: Final = {
    "bash": (
        ("            COMPREPLY=()\n", ""),  # it drops other completions where there are files
        ("($value)", '("$value")\n            [[ $value == *[.=] ]] && compopt -o nospace'),
    ),
    "zsh": (
        (
            '    if [ -n "$completions" ]; then',
            """\
    local -a unfinished
    unfinished=(${(M)completions:#*[.=]})
    completions=(${completions:#*[.=]})
    if [ -n "$unfinished" ]; then
        compadd -U -S '' -V unfinished -a unfinished
    fi

    if [ -n "$completions" ]; then""",
        ),
    ),
    "fish": (),
}
"""What is replaced in click's scripts, so that no space is added after half a key."""


@command(
    "completion",
    ('eval "$(frontsim completion bash)"', "For this shell session."),
    ("frontsim completion fish > ~/.config/fish/completions/frontsim.fish", "For every new shell."),
)
@argument("shell", "bash (4.4 or later), zsh or fish.", type=click.Choice(list(INSTALL)))
@click.pass_context
def completion_command(context: click.Context, shell: str) -> None:
    """Print a script that lets a shell complete commands, options, scenarios and keys."""
    terminal = context.ensure_object(Terminal)
    kind = get_completion_class(shell)
    assert kind is not None
    completer = kind(context.find_root().command, {}, "frontsim", "_FRONTSIM_COMPLETE")
    # Not `source()`, which starts bash to find its version.
    script = completer.source_template
    for usual, better in FIXES[shell]:
        script = script.replace(usual, better)
    script %= completer.source_vars()
    if terminal.wants_json:
        terminal.print_json({"shell": shell, "script": script, "install": INSTALL[shell]})
        return
    terminal.say(script)
    terminal.hint(f"next: {INSTALL[shell]}")
