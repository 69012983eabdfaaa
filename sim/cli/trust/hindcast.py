"""``frontsim hindcast``: a past front simulated many times, and scored against what happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.arguments import override_options, read_changed, scenario_argument
from sim.cli.command import command
from sim.cli.run.run import seed_of, warn
from sim.cli.terminal import Terminal
from sim.cli.whole_number import WholeNumber
from sim.cli.workers import worker_options

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sim.experiments.calibrate.posterior import Posterior
    from sim.experiments.hindcast.hindcast import Hindcast
    from sim.experiments.hindcast.observations import Observations
    from sim.experiments.hindcast.trajectory import Course
    from sim.scenario_file.read import LoadedScenario

    Function = Callable[..., Any]

USUAL: Final = 200
DIGITS: Final = 4
"""Of a chance that is kept."""
ON: Final = click.DateTime(["%Y-%m-%d"])


def truth_options(function: Function) -> Function:
    """Give a command the options that say what happened, and which days count."""
    for option in (
        click.option("--advance", "advance", metavar="X", help="The front's usual advance: 0.023 km/d."),
        click.option("--source", metavar="NAME", help="Whose telling comes first; else whoever tells most."),
        click.option("--occupier", metavar="SIDE", help="Who occupies; else whose losses are reported."),
        click.option("--to", "last", type=ON, metavar="DAY", help="Last day that counts."),
        click.option("--from", "first", type=ON, metavar="DAY", help="First day that counts."),
        click.option(
            "--truth",
            required=True,
            metavar="FILE",
            help="What happened: CSV with date, town, from, to, basis.",
        ),
    ):
        function = option(function)
    return function


def draw_option(function: Function) -> Function:
    """Give a command the option to draw parameters."""
    return click.option(
        "--draw-parameters",
        "draws",
        metavar="FILE",
        help="Draw each replication's parameters from a sample that frontsim calibrate wrote.",
    )(function)


@command(
    "hindcast",
    "Score a past front against what happened.",
    (
        "frontsim hindcast kupiansk-calibrated --truth kupiansk-control-2025",
        "With the months that come with it.",
    ),
    (
        "frontsim hindcast kupiansk-calibrated --truth mine.csv --from 2025-05-01 --to 2025-07-31",
        "Some months, and a table of one's own.",
    ),
    (
        "frontsim hindcast kupiansk-calibrated --truth kupiansk-control-2025 "
        "--draw-parameters kupiansk-calibrated",
        "With the spread of what is not known about its parameters.",
    ),
)
@scenario_argument
@truth_options
@override_options
@draw_option
@click.option("-n", "--replications", type=WholeNumber(2), default=USUAL, metavar="N", help="How many; 200.")
@worker_options
@click.option("--seed", type=WholeNumber(0), metavar="N", help="Their luck; else the file's, else drawn.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Keep all scores there.")
@click.option("--force", is_flag=True, help="Replace what the folder holds of another hindcast.")
@click.pass_context
def hindcast_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Simulate SCENARIO many times and score it against what is known to have happened.

    Towns are scored at month ends and on the last day, beside two forecasts that need no model: that nothing
    changes, and that the front goes on at its usual advance along the same routes. Losses are held against
    the rates that the scenario reports. FILE is a CSV file, or the name of one that comes with it.
    """
    from sim.experiments.hindcast.hindcast import hindcast
    from sim.experiments.hindcast.scoring_period import window_of
    from sim.model.quantities import DAY

    terminal = context.ensure_object(Terminal)
    reading = read_changed(context, options["scenario"])
    warn(terminal, reading)
    truth = truth_of(options, reading)
    window = window_of(reading.scenario, truth, day_of(options["first"]), day_of(options["last"]))
    posterior = posterior_of(options["draws"])
    files = _files(options["out"], options["force"])
    seed, is_drawn = seed_of(options["seed"], reading.scenario.seed)
    if is_drawn:
        terminal.hint(f"Neither the command line nor {reading.name} names a seed: {seed} was drawn.")
    # a day more than is scored, since what the last day of a run gains is not seen
    days = min(window.end(window.last) + 1, -(-reading.scenario.horizon // DAY))
    shortened = read_changed(context, options["scenario"], days)
    courses = _courses(terminal, shortened, truth, seed, posterior, options)
    advance = advance_of(options["advance"], truth)
    found = hindcast(
        reading.scenario, truth, window, courses, advance=advance, seed=seed, source=options["source"]
    )
    head = {
        "scenario": reading.name,
        "title": reading.scenario.name,
        "seed": seed,
        "overrides": list(reading.overrides),
        "truth": truth.path,
        "drawn_parameters": options["draws"],
    }
    _keep(files, {**head, **found.values(), **_made(reading, seed, found)}, found)
    _tell(terminal, head, found, options["out"])


def truth_of(options: dict[str, Any], reading: LoadedScenario) -> Observations:
    """Return what happened, as the command line names it.

    Raises
    ------
    UsageError
        Where the source that is to come first is not in it.
    """
    from sim.errors import UsageError
    from sim.experiments.hindcast.observations import read_observations

    truth = read_observations(options["truth"], reading.scenario, options["occupier"])
    if options["source"] and options["source"] not in truth.sources:
        raise UsageError(
            f"{truth.path} has nothing by {options['source']!r}. It is by {' and '.join(truth.sources)}."
        )
    return truth


def day_of(given: datetime | None) -> Any:  # noqa: ANN401 - a date, or none
    """Return the day that an option names."""
    return None if given is None else given.date()


def advance_of(given: str | None, truth: Observations) -> float | None:
    """Return the usual advance in km a day: as named, else as the table of what happened has it.

    Raises
    ------
    UsageError
        Where it is not written with its unit.
    """
    from sim.errors import UsageError

    if given is None:
        return truth.advance
    number, _, unit = given.strip().partition(" ")
    try:
        found = float(number)
    except ValueError:
        found = -1.0
    if unit.strip() != "km/d" or not 0.0 < found < 1e6:  # noqa: PLR2004 - no front is faster
        raise UsageError(f"--advance is {given!r}. Write it like 0.023 km/d, above 0.")
    return found


def posterior_of(name: str | None) -> Posterior | None:
    """Return the sample that parameters are drawn from; none where none is named."""
    from sim.experiments.calibrate.posterior import read_posterior

    return None if name is None else read_posterior(name)


def _courses(
    terminal: Terminal,
    reading: LoadedScenario,
    truth: Observations,
    seed: int,
    posterior: Posterior | None,
    options: dict[str, Any],
) -> Course:
    """Run all replications."""
    from sim.cli.text.progress import progress
    from sim.cli.workers import workers_of
    from sim.experiments.calibrate.posterior import changes_to
    from sim.experiments.hindcast.trajectories import Asked, Way, followed
    from sim.experiments.hindcast.trajectory import Course

    asked = []
    for number in range(options["replications"]):
        changes = changes_to(reading.scenario, posterior.drawn(seed, number)) if posterior else []
        asked.append(Asked(number, tuple(change.text for change in changes)))
    way = Way(reading.scenario, reading.document, seed, truth.side)
    with workers_of(options) as workers, progress(terminal) as tell:
        return Course.joined(followed(way, asked, workers, tell))


def _files(out: Path | None, force: bool) -> dict[str, Any]:
    """Return the files to be written, having seen that nothing is in the way."""
    from sim.errors import FileError
    from sim.files.atomic_file import AtomicFile

    if out is None:
        return {}
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise FileError(f"{out} cannot be made a folder: {problem.strerror}. Name another.") from problem
    return {name: AtomicFile(out / name, force) for name in ("hindcast.json", "cases.csv", "scores.csv")}


def _made(reading: LoadedScenario, seed: int, found: Hindcast) -> dict[str, Any]:
    """Return what a report needs besides scores: the scenario, what made it, and each town at each date."""
    from sim.recording.records import made_with
    from sim.results.meta import hash_of

    return {
        "hash": hash_of(reading.document, seed),
        "made_with": made_with(),
        "document": reading.document,
        "cases": {
            "towns": found.towns,
            "chances": {name: chances.round(DIGITS).tolist() for name, chances in found.forecasts.items()},
            "happened": found.readings[0].happened.tolist(),
        },
    }


def _keep(files: dict[str, Any], values: dict[str, Any], found: Hindcast) -> None:
    """Write all scores."""
    import json

    from sim.cli.terminal import finite
    from sim.cli.trust.hindcast_tables import cases_table, scores_table
    from sim.model.quantities import DISCLAIMER

    if not files:
        return
    whole = {"format": "frontsim hindcast", "version": 1, "disclaimer": DISCLAIMER, **values}
    texts = {
        "hindcast.json": json.dumps(finite(whole), ensure_ascii=False, indent=1) + "\n",
        "cases.csv": cases_table(found),
        "scores.csv": scores_table(found),
    }
    for name, text in texts.items():
        with files[name] as file:
            file.write(text.encode())
            file.keep()


def _tell(terminal: Terminal, head: dict[str, Any], found: Hindcast, out: Path | None) -> None:
    """Print the scores."""
    from sim.cli.text.hindcast import tell

    if terminal.wants_json:
        folder = None if out is None else str(out)
        terminal.object({**head, **found.values(), "folder": folder})
        return
    tell(terminal, head, found)
    if out is not None:
        terminal.say(f"saved {out} (hindcast.json, cases.csv, scores.csv)")
    terminal.hint("next: frontsim calibrate --help" if out is None else f"next: frontsim report {out}")
