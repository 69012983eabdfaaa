"""``frontsim calibrate``: fit assumed parameters to what happened; writes a sample and a scenario."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import command
from sim.cli.inputs import choose_seed, extended_name, resumable, warn, workers_of
from sim.cli.terminal import Terminal, progress
from sim.cli.trust.hindcast import observation_options, observations_of
from sim.command_line import command_line, joined
from sim.files.atomic_file import AtomicFile, write_file
from sim.model.quantities import DISCLAIMER

if TYPE_CHECKING:
    from sim.experiments.calibrate.fitting import Fitted
    from sim.experiments.calibrate.leave_group_out import GroupsLeftOut
    from sim.experiments.hindcast.scoring_period import ScoringPeriod
    from sim.scenario_file.read import LoadedScenario

VECTORS: Final = 160
GENERATIONS: Final = 4
SOURCE: Final = "calibration"
"""The source that a calibrated number names."""
DIGITS: Final = 4
"""Digits of a calibrated number: more would pretend."""


@command(
    "calibrate",
    (
        "frontsim calibrate kupiansk-reported-months --observations kupiansk-control-2025 --to 2025-04-30",
        "Fit the usual parameters to January to April.",
    ),
    (
        "frontsim calibrate kupiansk --observations mine.csv -p assaults.advance -p assaults.kappa -o x.toml",
        "Fit two of them to your own observations.",
    ),
)
@option.scenario_argument
@observation_options
@option.repeatable(
    "-p",
    "--parameter",
    "keys",
    metavar="KEY",
    meaning="An assumed parameter to fit, with a low and a high end. Default: the usual ones.",
)
@option.number(
    "-n",
    "--vectors",
    lowest=4,
    default=VECTORS,
    help="Number of parameter vectors in the first generation, with two runs each; later generations have "
    f"half as many. Default: {VECTORS}.",
)
@option.number(
    "--generations", default=GENERATIONS, help=f"Maximum number of generations. Default: {GENERATIONS}."
)
@option.workers
@option.seed
@option.out(
    "Scenario to write, with the sample beside it. Default: the name of SCENARIO with -calibrated.toml."
)
@option.resume
@option.force("Replace existing files and start again.")
@click.pass_context
def calibrate_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Fit the assumed parameters of a scenario, within their ranges, to what happened.

    Writes a sample of parameter sets whose runs come close to what happened, and a scenario that extends
    SCENARIO with the median of the sample; each number in it is marked calibrated and has its 90 % interval.
    SCENARIO itself is not changed. Losses count in the distance, so that a fit cannot trade them for ground.
    After Ctrl-C or a crash, --resume continues.
    """
    from sim.experiments.calibrate.fitting import (
        ENDING,
        CalibrationFolder,
        TrajectoryTask,
        fit,
        meta_of,
        space_of,
    )
    from sim.experiments.calibrate.leave_group_out import leave_group_out, scored_towns
    from sim.experiments.calibrate.target import CalibrationTarget
    from sim.experiments.hindcast.neighbourhoods import neighbourhoods
    from sim.experiments.hindcast.scoring_period import scoring_period
    from sim.model.network import Network
    from sim.results.posterior import ENDING as POSTERIOR
    from sim.scenario_file.overrides import SetNumber
    from sim.scenario_file.read import read_scenario
    from sim.statistics.streams import Streams

    terminal = context.ensure_object(Terminal)
    reading = read_scenario(options["scenario"])
    warn(terminal, reading)
    observations = observations_of(options, reading)
    period = scoring_period(reading.scenario, observations, options["first"], options["last"])
    space = space_of(reading.scenario, options["keys"])
    out = options["out"] or Path(f"{reading.name}-calibrated.toml")
    sample = out.with_suffix(POSTERIOR)
    for path in (out, sample):
        AtomicFile(path, options["force"])
    seed = choose_seed(terminal, reading, options["seed"])
    days = SetNumber(f"scenario.horizon={period.end(period.last)} d")
    shortened = read_scenario(options["scenario"], [days])
    source = options["source"] or observations.sources[0]
    target = CalibrationTarget.of_observations(
        shortened.scenario, observations, period, source, observations.advance
    )
    task = TrajectoryTask(shortened.scenario, shortened.document, seed, target.side)
    folder = CalibrationFolder(
        out.with_suffix(ENDING),
        meta_of(task, target, space, options["vectors"]),
        resumes=options["resumes"],
        force=options["force"],
    )
    notes = (
        f"Parameters of {reading.name} whose runs come close to what happened: a sample of the posterior.",
        f"Made by: {typed_command()}",
        "Columns after the distance are parameters, in internal units: km, days, counts.",
    )
    with (
        resumable(lambda: "Finished simulations are kept."),
        folder,
        workers_of(options) as workers,
        progress(terminal) as report,
    ):
        fitted = fit(
            task,
            target,
            space,
            workers,
            particles=options["vectors"],
            generations=options["generations"],
            folder=folder,
            notes=notes,
            report_progress=lambda generation, tried, tolerance: terminal.hint(
                f"generation {generation}: {tried} vectors tried, distance within {tolerance:.3f}"
            ),
            progress=report,
        )
    unseen = leave_group_out(
        fitted.first,
        target,
        neighbourhoods(Network(reading.scenario)),
        scored_towns(reading.scenario, observations, source),
        Streams(seed)["calibration/neighbourhoods"],
    )
    write_file(out, _scenario_text(out, reading, fitted, period, unseen).encode(), options["force"])
    write_file(sample, fitted.posterior.text().encode(), options["force"])
    folder.throw_away()
    _print_result(terminal, reading, fitted, unseen, period, out, seed)


def typed_command() -> str:
    """Return the command line as typed, without ``--resume`` and ``--force``."""
    return joined(["frontsim", *(word for word in sys.argv[1:] if word not in {"--resume", "--force"})])


def _scenario_text(
    out: Path, reading: LoadedScenario, fitted: Fitted, period: ScoringPeriod, unseen: GroupsLeftOut | None
) -> str:
    """Return a scenario that extends the fitted one, with each number's median and interval."""
    from sim.experiments.calibrate.fitting import RUNS
    from sim.results.posterior import ENDING
    from sim.scenario_file.layers import to_document
    from sim.scenario_file.write import scenario_text

    name, population = reading.scenario.name, fitted.population
    tried, kept, worth = population.tried, len(population.weights), population.effective
    comments = [
        f'What would "{name}" look like with the assumed numbers that fit what happened?',
        "",
        f"Fitted to {period.first} to {period.last}. Each value is the median of a sample, low and high are",
        f"its 90 % interval. Sample: {out.with_suffix(ENDING).name}: of {tried:,} vectors,",
        f"{RUNS} runs each, the nearest {kept} are kept, equivalent to {worth:.0f} of equal weight.",
        *([] if unseen is None else unseen.lines()),
        f"Made by: {typed_command()}",
        "",
        DISCLAIMER,
    ]
    tree: dict[str, Any] = {
        "scenario": {
            "name": f"{name}, calibrated to {period.last}",
            "summary": f"{name}, fitted to {period.first} to {period.last}.",
        }
    }
    for key in fitted.space.keys:
        *path, last = key.split(".")
        table = tree
        for part in path:
            table = table.setdefault(part, {})
        table[last] = {
            end: _plain(reading.format_number(key, fitted.posterior.quantile(key, share), DIGITS))
            for end, share in (("value", 0.5), ("low", 0.05), ("high", 0.95))
        } | {"source": SOURCE, "status": "calibrated"}
    tree["source"] = {
        SOURCE: {
            "title": f"Fitted to what happened from {period.first} to {period.last}",
            "publisher": "frontsim",
            "date": period.last.isoformat(),
            "grade": "C3",  # fairly reliable, possibly true
        }
    }
    return scenario_text(comments, {"schema": 1, "extends": extended_name(reading, out), **to_document(tree)})


def _plain(text: str) -> str | float:
    """Return a number as a file has it: bare where it has no unit."""
    if " " in text:
        return text
    return int(text) if text.isdigit() else float(text)


def _print_result(
    terminal: Terminal,
    reading: LoadedScenario,
    fitted: Fitted,
    unseen: GroupsLeftOut | None,
    period: ScoringPeriod,
    out: Path,
    seed: int,
) -> None:
    from sim.results.posterior import ENDING

    values, sample = fitted.values(), out.with_suffix(ENDING)
    if terminal.wants_json:
        days = {"from": period.first.isoformat(), "to": period.last.isoformat()}
        written = {"written": str(out), "sample": str(sample)}
        left_out = unseen and unseen.values()
        head = {"scenario": reading.name, "seed": seed, "window": days}
        terminal.print_json({**head, **values, "left_out": left_out, **written})
        return
    terminal.say(
        f"{reading.scenario.name}: {values['runs']:,} runs, {values['vectors']} vectors kept, equivalent "
        f"to {values['effective']:.0f} of equal weight, distance within {values['tolerances'][-1]:.3f}",
        bold=True,
    )
    rows = []
    for key, each in values["parameters"].items():
        (lowest, highest), low, high = each["range"], each["low"], each["high"]
        assumed = f"{each['before']:.3g}", f"{lowest:.3g} to {highest:.3g}"
        rows.append([key, *assumed, f"{each['value']:.3g}", f"{low:.3g} to {high:.3g}"])
    terminal.table(["parameter", "before", "range", "fitted", "90 %"], rows, right=range(1, 5))
    terminal.say()
    if unseen is not None:
        terminal.print_wrapped(" ".join(unseen.lines()))
    terminal.saved(f"{out} and {sample}")
    options = ["--observations", "FILE", "--draw-parameters", sample]
    terminal.hint("next: " + command_line("hindcast", out, options=options))
