"""Arguments and options that several commands share, and what a command makes of them."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from sim.cli.command import argument, in_order
from sim.cli.completion import complete_files, complete_keys, complete_scenarios
from sim.cli.problems import INTERRUPTED
from sim.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sim.cli.terminal import Terminal
    from sim.experiments.running.executors import Workers
    from sim.results.posterior import Posterior
    from sim.scenario_file.overrides import Override
    from sim.scenario_file.read import LoadedScenario

    Function = TypeVar("Function", bound=Callable[..., Any])

GZIP: Final = b"\x1f\x8b"
"""The first bytes of a recording."""
HIGHEST: Final = 2**63 - 1
DRAWN_BELOW: Final = 1_000_000
"""Drawn seeds are short enough to be typed again."""
RUNS: Final = Path("runs")
"""The folder of recordings and results for which no other place is named."""
HASH_DIGITS: Final = 4
PATH: Final = click.Path(path_type=Path)


class WholeNumber(click.ParamType):  # type: ignore[type-arg] # generic from click 8.4 only
    """A whole number with a lowest value; unlike `click.IntRange` it keeps the range out of the help."""

    name = "number"

    def __init__(self, lowest: int) -> None:
        self.lowest = lowest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 - what was typed
        """Return the number that was typed."""
        try:
            number = int(value)
        except ValueError:
            self.fail(f"{value!r} is not a whole number.", param, ctx)
        if not self.lowest <= number <= HIGHEST:
            self.fail(f"{value} is out of range: from {self.lowest} to {HIGHEST}.", param, ctx)
        return number


def whole_number(*names: str, lowest: int = 1, **attributes: Any) -> Callable[[Function], Function]:  # noqa: ANN401 - whatever click takes
    """Return an option that takes a whole number."""
    return click.option(*names, type=WholeNumber(lowest), **{"metavar": "N", **attributes})


def out_option(meaning: str, metavar: str = "FILE", **attributes: Any) -> Callable[[Function], Function]:  # noqa: ANN401 - whatever click takes
    """Return the option that names the file or folder to write."""
    return click.option("-o", "--out", type=PATH, metavar=metavar, help=meaning, **attributes)


def force_option(meaning: str = "Replace an existing file.") -> Callable[[Function], Function]:
    """Return the option that allows files to be replaced."""
    return click.option("--force", is_flag=True, help=meaning)


def repeatable(*names: str, meaning: str, **attributes: Any) -> Callable[[Function], Function]:  # noqa: ANN401 - whatever click takes
    """Return an option that can be given several times."""
    return click.option(*names, multiple=True, help=f"{meaning} Repeatable.", **attributes)


def set_option(*names: str, meaning: str) -> Callable[[Function], Function]:
    """Return an option that sets a value by its key."""
    return repeatable(*names, metavar="KEY=VALUE", shell_complete=complete_keys, meaning=meaning)


def at_option(meaning: str) -> Callable[[Function], Function]:
    """Return the option that names a moment of a run."""
    return click.option(
        "--at", metavar="DAY", help=f'{meaning} Write 23, d23, 23.5, "d23 06:00" or 2025-02-19.'
    )


def folder_option(name: str, meaning: str, metavar: str = "DIR") -> Callable[[Function], Function]:
    """Return an option that names further results."""
    return click.option(name, type=PATH, metavar=metavar, shell_complete=complete_files, help=meaning)


scenario_argument = argument(
    "scenario",
    "A scenario file, or the name of a bundled scenario (see frontsim list).",
    shell_complete=complete_scenarios,
)
recording_argument = argument(
    "recording", "A recording written by frontsim run.", type=PATH, shell_complete=complete_files
)
seed_option = whole_number(
    "--seed", lowest=0, help="Random seed. Default: the scenario's, else drawn and printed."
)
replication_option = whole_number(
    "--replication", lowest=0, help="Number of the replication under this seed. Default: 0."
)
days_option = whole_number("-d", "--days", help="Number of days to simulate. Default: the scenario's.")
jobs_option = whole_number("-j", "--jobs", help="Number of processes. Default: one per processor.")
resume_option = click.option(
    "--resume", "resumes", is_flag=True, help="Continue where an earlier call stopped."
)
theme_option = click.option("--theme", type=click.Choice(["dark", "light"]), help="Colour theme.")
select_option = click.option("--select", metavar="TOWN", help="Select this town.")
draw_option = click.option(
    "--draw-parameters",
    "draws",
    metavar="FILE",
    help="Draw each replication's parameters from a sample written by frontsim calibrate.",
)


def override_options(function: Function) -> Function:
    """Give a command the options that change a scenario without touching its file."""
    for option in (
        repeatable(
            "--set-file",
            "set_files",
            metavar="FILE",
            meaning="Merge a TOML file into the scenario.",
        ),
        repeatable(
            "--scale",
            "scales",
            metavar="KEY=FACTOR",
            shell_complete=complete_keys,
            meaning="Multiply one number.",
        ),
        set_option("-s", "--set", "sets", meaning="Set one value."),
    ):
        function = option(function)
    return function


def worker_options(function: Function) -> Function:
    """Give a command the options that say where its simulations run."""
    for option in (
        click.option(
            "--scheduler",
            metavar="ADDRESS",
            is_eager=True,
            help="Address of the Dask scheduler, such as tcp://host:8786.",
        ),
        click.option(
            "--executor",
            type=click.Choice(["local", "dask"]),
            default="local",
            callback=_require_address,
            help="Where the simulations run. Default: local.",
        ),
        jobs_option,
    ):
        function = option(function)
    return function


def results_options(what: str) -> Callable[[Function], Function]:
    """Return the options of a command that keeps the results of many runs in a folder."""

    def add_options(function: Function) -> Function:
        for option in (
            force_option(f"Delete the {what} in the folder first."),
            resume_option,
            out_option("Folder for the results. Default: a name in the folder runs.", "DIR"),
            days_option,
            seed_option,
            worker_options,
        ):
            function = option(function)
        return function

    return add_options


def _require_address(context: click.Context, _: click.Parameter, given: str) -> str:
    """Refuse a cluster without its address, before anything is read."""
    if given == "dask" and not context.params.get("scheduler"):
        msg = "--executor dask needs --scheduler ADDRESS, such as tcp://host:8786."
        raise click.UsageError(msg, context)
    return given


def workers_of(options: dict[str, Any]) -> Workers:
    """Return the workers that the options of `worker_options` name."""
    from sim.experiments.running.executors import DaskCluster, cores, local_workers

    if options["executor"] == "dask":
        return DaskCluster(options["scheduler"])
    return local_workers(options["jobs"] or cores())


def posterior_of(name: str | None) -> Posterior | None:
    """Return the sample that parameters are drawn from, if one is named."""
    from sim.results.posterior import read_posterior

    return None if name is None else read_posterior(name)


def read_changed(context: click.Context, scenario: str, days: int | None = None) -> LoadedScenario:
    """Return a scenario with the overrides of this command line; see `changes_of`."""
    from sim.scenario_file.read import read_scenario

    return read_scenario(scenario, changes_of(context, days))


def changes_of(context: click.Context, days: int | None = None, more: tuple[str, ...] = ()) -> list[Override]:
    """Return the overrides of this command line in the order typed.

    Parameters
    ----------
    days
        Number of days to simulate; it overrides every other change of the horizon.
    more
        Further values of ``--set``, which come after those of `override_options`.
    """
    from sim.scenario_file.overrides import ScaleNumber, SetFile, SetNumber

    changes: list[Override] = in_order(context, sets=SetNumber, scales=ScaleNumber, set_files=SetFile)
    changes += [SetNumber(text) for text in more]
    if days is not None:
        changes.append(SetNumber(f"scenario.horizon={days} d"))
    return changes


def choose_seed(terminal: Terminal, given: int | None, reading: LoadedScenario) -> int:
    """Return the seed of the command line, else the scenario's, else one that is drawn and printed."""
    for seed in (given, reading.scenario.seed):
        if seed is not None:
            return seed
    import secrets

    seed = secrets.randbelow(DRAWN_BELOW)
    terminal.hint(f"Neither the command line nor {reading.name} sets a seed: using {seed}, drawn at random.")
    return seed


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
    return out or RUNS / f"{name}-{scenario_hash[:HASH_DIGITS]}"


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
