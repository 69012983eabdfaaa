"""Arguments that several commands take: a scenario with overrides, and a recording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click
from click.shell_completion import CompletionItem

from sim.cli.command import in_order
from sim.cli.complete_keys import complete_keys

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from sim.scenario_file.overrides import Override
    from sim.scenario_file.read import LoadedScenario

    Function = TypeVar("Function", bound=Callable[..., Any])

GZIP: Final = b"\x1f\x8b"
"""What recordings begin with."""


def complete_scenarios(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return files, and bundled scenarios that begin so."""
    from sim.scenario_file.bundled import bundled_names

    names = [CompletionItem(name) for name in bundled_names() if name.startswith(incomplete)]
    return [CompletionItem(incomplete, type="file"), *names]


def complete_files(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return files."""
    return [CompletionItem(incomplete, type="file")]


scenario_argument = click.argument("scenario", shell_complete=complete_scenarios)
recording_argument = click.argument(
    "recording", type=click.Path(path_type=Path), shell_complete=complete_files
)


def override_options(function: Function) -> Function:
    """Give a command the options that change a scenario without touching its file."""
    for option in (
        click.option(
            "--set-file",
            "set_files",
            multiple=True,
            metavar="FILE",
            help="Lay a file of keys over the scenario.",
        ),
        click.option(
            "--scale",
            "scales",
            multiple=True,
            metavar="KEY=FACTOR",
            shell_complete=complete_keys,
            help="Multiply one number; repeatable.",
        ),
        click.option(
            "-s",
            "--set",
            "sets",
            multiple=True,
            metavar="KEY=VALUE",
            shell_complete=complete_keys,
            help="Set one value; repeatable, in order.",
        ),
    ):
        function = option(function)
    return function


def read_changed(context: click.Context, scenario: str, days: int | None = None) -> LoadedScenario:
    """Return a scenario with the overrides of this command line, in the order in which they were typed.

    Parameters
    ----------
    context
        Of a command with `override_options`.
    days
        How long to run instead of the scenario's own horizon; it has the last word.
    """
    from sim.scenario_file.read import read_scenario

    return read_scenario(scenario, changes_of(context, days))


def changes_of(context: click.Context, days: int | None = None) -> list[Override]:
    """Return the overrides of this command line, in the order in which they were typed.

    Parameters
    ----------
    context
        Of a command with `override_options`.
    days
        How long to run instead of the scenario's own horizon; it has the last word.
    """
    from sim.scenario_file.overrides import ScaleNumber, SetFile, SetNumber

    changes: list[Override] = in_order(context, sets=SetNumber, scales=ScaleNumber, set_files=SetFile)
    if days is not None:
        changes.append(SetNumber(f"scenario.horizon={days} d"))
    return changes


def is_packed(path: Path) -> bool:
    """Return whether a file is packed as recordings are.

    Parameters
    ----------
    path
        A file, which need not be there.
    """
    try:
        with path.open("rb") as file:
            return file.read(len(GZIP)) == GZIP
    except (OSError, ValueError):
        return False


def is_recording(text: str) -> bool:
    """Return whether somebody named a recording, and not a scenario: by what it is, or what it is called."""
    return text.endswith(".gz") or is_packed(Path(text))
