"""Arguments and options that several commands share.

Commands use them as ``@option.seed``, and those that differ from command to command as ``@option.out(...)``.
"""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from sim.cli.command import argument
from sim.cli.completion import complete_keys, complete_scenarios

if TYPE_CHECKING:
    from collections.abc import Callable

    Function = TypeVar("Function", bound=Callable[..., Any])

HIGHEST: Final = 2**63 - 1
MOST: Final = {"--replications": 10**9 - 1, "--replication": 10**9 - 1, "--jobs": 1024, "--vectors": 10**6}
"""Of options that say how much is done; replications are named by nine digits."""
PATH: Final = click.Path(path_type=Path)


class Number(click.ParamType):  # type: ignore[type-arg] # generic from click 8.4 only
    """A number within limits; unlike those of click it keeps its limits out of the help."""

    name = "number"

    def __init__(self, lowest: float, highest: float) -> None:
        self.lowest = lowest
        self.highest = highest
        self.is_whole = isinstance(lowest, int)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - what was typed
        """Return the number that was typed."""
        try:
            number = int(value) if self.is_whole else float(value)
        except ValueError:
            self.fail(f"{value[:40]!r} is not a {'whole ' * self.is_whole}number.", param, ctx)
        if not self.lowest <= number <= self.highest:
            limits = " to ".join(f"{each:,}" for each in (self.lowest, self.highest))
            self.fail(f"{str(value)[:40]} is out of range: from {limits}.", param, ctx)
        return number


def combined(*options: Callable[[Function], Function]) -> Callable[[Function], Function]:
    """Return several options as one decorator, in the order of the help."""
    return lambda function: reduce(lambda made, option: option(made), reversed(options), function)


def number(
    *names: str,
    lowest: float = 1,
    highest: float = HIGHEST,
    **attributes: Any,  # noqa: ANN401 - whatever click takes
) -> Callable[[Function], Function]:
    """Return an option that takes a number: a whole one, where the lowest is."""
    kind = Number(lowest, MOST.get(names[-1], highest))
    return click.option(*names, type=kind, **{"metavar": "N", **attributes})


def out(meaning: str, metavar: str = "FILE", **attributes: Any) -> Callable[[Function], Function]:  # noqa: ANN401 - whatever click takes
    """Return the option that names the file or folder to write."""
    return click.option("-o", "--out", type=PATH, metavar=metavar, help=meaning, **attributes)


def force(meaning: str = "Replace an existing file.") -> Callable[[Function], Function]:
    """Return the option that allows files to be replaced."""
    return click.option("--force", is_flag=True, help=meaning)


def repeatable(*names: str, meaning: str, **attributes: Any) -> Callable[[Function], Function]:  # noqa: ANN401 - whatever click takes
    """Return an option that can be given several times."""
    return click.option(*names, multiple=True, help=f"{meaning} Repeatable.", **attributes)


def set_value(*names: str, meaning: str, metavar: str = "KEY=VALUE") -> Callable[[Function], Function]:
    """Return an option that changes a value by its key."""
    return repeatable(*names, metavar=metavar, shell_complete=complete_keys, meaning=meaning)


def at(meaning: str) -> Callable[[Function], Function]:
    """Return the option that names a moment of a run."""
    forms = 'Write 23, d23, 23.5, "d23 06:00" or 2025-02-19.'
    return click.option("--at", metavar="DAY", help=f"{meaning} {forms}")


def folder(name: str, meaning: str, metavar: str = "DIR") -> Callable[[Function], Function]:
    """Return an option that names further results."""
    return click.option(name, type=PATH, metavar=metavar, help=meaning)


scenario_argument = argument(
    "scenario",
    "A scenario file, or the name of a bundled scenario (see frontsim list).",
    shell_complete=complete_scenarios,
)
recording_argument = argument("recording", "A recording written by frontsim run.", type=PATH)
seed = number("--seed", lowest=0, help="Random seed. Default: the scenario's, or one drawn and printed.")
replication = number("--replication", lowest=0, help="Which replication of this seed. Default: 0.")
days = number("-d", "--days", help="Days to simulate. Default: as in the scenario.")
jobs = number("-j", "--jobs", help="Processes to use. Default: one per processor.")
resume = click.option("--resume", "resumes", is_flag=True, help="Continue an interrupted command.")
theme = click.option("--theme", type=click.Choice(["dark", "light"]), help="Colour theme.")
select = click.option("--select", metavar="TOWN", help="Select this town.")
draw_parameters = click.option(
    "--draw-parameters",
    "draws",
    metavar="FILE",
    help="Draw the parameters of each replication from a sample that frontsim calibrate wrote.",
)
record = repeatable(
    "--record",
    "wanted",
    metavar="WHICH",
    meaning="Record in full: the median run, all of them, or a replication by its number.",
)
overrides = combined(
    set_value(
        "-s",
        "--set",
        "sets",
        metavar="KEY[@DAY]=VALUE",
        meaning="What if this value were so, from the start or from DAY on? What an attack costs stays.",
    ),
    set_value("--scale", "scales", metavar="KEY=FACTOR", meaning="What if this number were multiplied?"),
    set_value(
        "--assume", "assumes", meaning="Suppose we are wrong about it: fit losses to the reports again."
    ),
    repeatable(
        "--set-file",
        "set_files",
        metavar="FILE",
        meaning="Apply a TOML file of changes: as assumptions, those in its [what_if] as what-ifs.",
    ),
)
"""Change a scenario without touching its file."""
workers = combined(
    jobs,
    click.option(
        "--scheduler", metavar="ADDRESS", help="Run on the Dask cluster of this scheduler, tcp://HOST:8786."
    ),
)
"""Say where simulations run."""


def results(what: str) -> Callable[[Function], Function]:
    """Return the options of a command that keeps the results of many runs in a folder."""
    return combined(
        workers,
        seed,
        days,
        out("Folder for the results. Default: a name in the folder runs.", "DIR"),
        resume,
        force(f"Delete the {what} in the folder first."),
    )
