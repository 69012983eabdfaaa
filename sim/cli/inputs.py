"""What commands make of their options: changed scenarios, seeds, workers and folders."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.command import in_order
from sim.cli.terminal import INTERRUPTED
from sim.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sim.cli.terminal import Terminal
    from sim.experiments.running.executors import Workers
    from sim.results.posterior import Posterior
    from sim.scenario_file.overrides import Override
    from sim.scenario_file.read import LoadedScenario

GZIP: Final = b"\x1f\x8b"
"""The first bytes of a recording."""
DRAWN_BELOW: Final = 1_000_000
"""Drawn seeds are short enough to be typed again."""
RUNS: Final = Path("runs")
"""The folder of recordings and results for which no other place is named."""


def workers_of(options: dict[str, Any]) -> Workers:
    """Return the workers that the options of `option.workers` name."""
    from sim.experiments.running.executors import DaskCluster, cores, local_workers

    if options["executor"] == "dask":
        return DaskCluster(options["scheduler"])
    return local_workers(options["jobs"] or cores())


def posterior_of(name: str | None) -> Posterior | None:
    """Return the sample that parameters are drawn from, if one is named."""
    from sim.results.posterior import read_posterior

    return None if name is None else read_posterior(name)


def read_changed(
    context: click.Context, scenario: str, days: int | None = None, *, is_assumed: bool = False
) -> LoadedScenario:
    """Return a scenario with the overrides of this command line, all assumed if asked for."""
    from sim.scenario_file.overrides import assumed
    from sim.scenario_file.read import read_scenario

    changes = changes_of(context, days)
    return read_scenario(scenario, [assumed(each) for each in changes] if is_assumed else changes)


def changes_of(
    context: click.Context, days: int | None = None, more: Sequence[Override] = ()
) -> list[Override]:
    """Return the overrides of this command line in the order typed, then more.

    A number of days overrides every other change of the horizon.
    """
    from sim.scenario_file.overrides import AssumeNumber, ScaleNumber, SetFile, SetNumber

    changes: list[Override] = in_order(
        context, sets=SetNumber, assumes=AssumeNumber, scales=ScaleNumber, set_files=SetFile
    )
    changes += more
    if days is not None:
        changes.append(SetNumber(f"scenario.horizon={days} d"))
    return changes


def choose_seed(terminal: Terminal, reading: LoadedScenario, *given: int | None) -> int:
    """Return the first seed that is given, else the scenario's, else one that is drawn and printed."""
    for seed in (*given, reading.scenario.seed):
        if seed is not None:
            return seed
    import secrets

    seed = secrets.randbelow(DRAWN_BELOW)
    terminal.hint(f"Neither the command line nor {reading.name} sets a seed: using {seed}, drawn at random.")
    return seed


def resumed_seed(
    terminal: Terminal, reading: LoadedScenario, options: dict[str, Any], read_meta: Callable[[Path], Any]
) -> int:
    """Return the seed of an experiment; a folder that is resumed has its own."""
    out = options["out"]
    there = read_meta(out) if out is not None and options["resumes"] else None
    return choose_seed(terminal, reading, options["seed"], there.seed if there else None)


def warn(terminal: Terminal, reading: LoadedScenario) -> None:
    """Print how many warnings a scenario has; with ``-v`` print them all."""
    count = len(reading.warnings)
    if count:
        terminal.hint(f"{reading.name} has {count} warning{'s' * (count > 1)}: frontsim check {reading.path}")
        for warning in reading.warnings:
            terminal.detail(warning.text())


def make_folder(folder: Path) -> None:
    """Make a folder, if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        msg = f"Cannot create the folder {folder}: {reason}. Choose another place with --out."
        raise FileError(msg) from problem


@contextmanager
def resumable(context: click.Context, kept: Callable[[], str]) -> Iterator[None]:
    """On Ctrl-C, print what is kept and how to continue, and exit."""
    try:
        yield
    except KeyboardInterrupt:
        context.obj.error(f"stopped. {kept()}\nContinue with the same command and --resume.")
        context.exit(INTERRUPTED)


def results_folder(out: Path | None, name: str, scenario_hash: str) -> Path:
    """Return the folder for the results of many runs."""
    return out or RUNS / f"{name}-{scenario_hash[:4]}"


def usage_error(message: str) -> click.UsageError:
    """Return an error of the command line that points to the help of the current command."""
    return click.UsageError(message, click.get_current_context())


def is_packed(path: Path) -> bool:
    """Return whether a file begins as recordings do; a missing file does not."""
    try:
        with path.open("rb") as file:
            return file.read(len(GZIP)) == GZIP
    except (OSError, ValueError):
        return False


def is_recording(text: str) -> bool:
    """Return whether a name or path is a recording and not a scenario."""
    return text.endswith(".gz") or is_packed(Path(text))
