"""``frontsim calibrate``: assumed parameters fitted to what happened, as a sample and as a scenario."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.arguments import scenario_argument
from sim.cli.command import command
from sim.cli.run.run import seed_of, shown, warn
from sim.cli.terminal import Terminal
from sim.cli.trust.hindcast import advance_of, day_of, truth_of, truth_options
from sim.cli.whole_number import WholeNumber
from sim.cli.workers import worker_options

if TYPE_CHECKING:
    from sim.experiments.calibrate.fitting import Fitted, Space
    from sim.experiments.calibrate.leave_group_out import LeftOut
    from sim.experiments.calibrate.target import Target
    from sim.experiments.hindcast.scoring_period import Window
    from sim.scenario_file.read import LoadedScenario

VECTORS: Final = 160
GENERATIONS: Final = 4
INTERRUPTED: Final = 130


@command(
    "calibrate",
    "Fit assumed parameters to what happened.",
    (
        "frontsim calibrate kupiansk-reported-months --truth kupiansk-control-2025 --to 2025-04-30",
        "The usual parameters, to January to April.",
    ),
    (
        "frontsim calibrate kupiansk --truth mine.csv -p assaults.advance -p assaults.kappa -o fitted.toml",
        "Two of them, to a table of one's own.",
    ),
)
@scenario_argument
@truth_options
@click.option(
    "-p",
    "--parameter",
    "keys",
    multiple=True,
    metavar="KEY",
    help="Which to fit; repeatable. Each is assumed, with a low and a high. Else those that usually matter.",
)
@click.option(
    "-n",
    "--vectors",
    type=WholeNumber(4),
    default=VECTORS,
    metavar="N",
    help=f"Tried in the first generation, two runs each; half as many in each later one. {VECTORS}.",
)
@click.option(
    "--generations", type=WholeNumber(1), default=GENERATIONS, metavar="N", help=f"At most; {GENERATIONS}."
)
@worker_options
@click.option("--seed", type=WholeNumber(0), metavar="N", help="Their luck; else the file's, else drawn.")
@click.option(
    "-o",
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The scenario to write; else SCENARIO-calibrated.toml. The sample goes beside it.",
)
@click.option("--resume", "resumes", is_flag=True, help="Go on with what was finished before it was stopped.")
@click.option("--force", is_flag=True, help="Replace files that are there; begin anew.")
@click.pass_context
def calibrate_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Fit parameters of SCENARIO that are marked assumed, within their ranges, to what happened.

    Writes a sample of the parameters that lead near to what happened, and a scenario that extends SCENARIO
    with the middle of it, each number marked calibrated, with the interval that holds 9 in 10. SCENARIO
    itself is not touched. What is near counts losses too: ground cannot be bought with them. After Ctrl-C or
    a crash, the same command with --resume goes on with all simulations that had finished.
    """
    from sim.experiments.calibrate.fitting import space_of
    from sim.experiments.calibrate.journal import ENDING
    from sim.experiments.calibrate.leave_group_out import left_out, scored_towns
    from sim.experiments.calibrate.target import Target
    from sim.experiments.hindcast.scoring_period import window_of
    from sim.model.network import Network
    from sim.scenario_file.overrides import SetNumber
    from sim.scenario_file.read import read_scenario
    from sim.statistics.reliability import neighbourhoods
    from sim.statistics.streams import Streams

    terminal = context.ensure_object(Terminal)
    reading = read_scenario(options["scenario"])
    warn(terminal, reading)
    truth = truth_of(options, reading)
    window = window_of(reading.scenario, truth, day_of(options["first"]), day_of(options["last"]))
    space = space_of(reading.scenario, options["keys"])
    out = options["out"] or Path(f"{reading.name}-calibrated.toml")
    files = _files(out, options["force"])
    seed, is_drawn = seed_of(options["seed"], reading.scenario.seed)
    if is_drawn:
        terminal.hint(f"Neither the command line nor {reading.name} names a seed: {seed} was drawn.")
    days = SetNumber(f"scenario.horizon={window.end(window.last)} d")
    shortened = read_scenario(options["scenario"], [days])
    source = options["source"] or truth.sources[0]
    target = Target.of_truth(
        shortened.scenario,
        truth,
        window,
        source,
        advance_of(options["advance"], truth),
    )
    try:
        fitted = _fit(terminal, shortened, target, space, seed, options, out)
    except KeyboardInterrupt:
        terminal.problem("stopped. What had finished is kept: go on with the same command and --resume.")
        context.exit(INTERRUPTED)
    unseen = left_out(
        fitted.first,
        target,
        neighbourhoods(Network(reading.scenario)),
        scored_towns(reading.scenario, truth, source),
        Streams(seed)["calibration/neighbourhoods"],
    )
    _keep(files, out, reading, fitted, window, unseen)
    out.with_suffix(ENDING).unlink(missing_ok=True)
    _tell(terminal, reading, fitted, unseen, window, out, seed)


def _fit(
    terminal: Terminal,
    reading: LoadedScenario,
    target: Target,
    space: Space,
    seed: int,
    options: dict[str, Any],
    out: Path,
) -> Fitted:
    """Run the calibration, and note what has finished."""
    from sim.cli.text.progress import progress
    from sim.cli.workers import workers_of
    from sim.experiments.calibrate.fitting import fit, mark_of
    from sim.experiments.calibrate.journal import ENDING, Journal
    from sim.experiments.hindcast.trajectories import Way

    def told(generation: int, tried: int, tolerance: float) -> None:
        terminal.hint(f"generation {generation}: {tried} vectors tried, within {tolerance:.3f}")

    notes = (
        f"Parameters of {reading.name} that lead near to what happened: a sample of the posterior.",
        f"Made by: {typed()}",
        "Columns after the distance are parameters, in the measures used inside: km, days, counts.",
    )
    way = Way(reading.scenario, reading.document, seed, target.side)
    unfinished = out.with_suffix(ENDING)
    mark = mark_of(way, target, space, options["vectors"])
    kept = {"resumes": options["resumes"], "force": options["force"]}
    with (
        Journal(unfinished, mark, **kept) as journal,
        workers_of(options) as workers,
        progress(terminal) as tell,
    ):
        return fit(
            way,
            target,
            space,
            workers,
            vectors=options["vectors"],
            generations=options["generations"],
            journal=journal,
            notes=notes,
            tell=told,
            progress=tell,
        )


def typed() -> str:
    """Return the command line that makes this: as it was typed, but for how it came about."""
    return shlex.join(["frontsim", *(word for word in sys.argv[1:] if word not in {"--resume", "--force"})])


def _files(out: Path, force: bool) -> tuple[Any, Any]:
    """Return the two files to be written, having seen that nothing is in the way."""
    from sim.experiments.calibrate.posterior import ENDING
    from sim.files.atomic_file import AtomicFile

    return AtomicFile(out, force), AtomicFile(out.with_suffix(ENDING), force)


def _keep(
    files: tuple[Any, Any],
    out: Path,
    reading: LoadedScenario,
    fitted: Fitted,
    window: Window,
    unseen: LeftOut | None,
) -> None:
    """Write the scenario, and the sample beside it."""
    texts = (_scenario_text(out, reading, fitted, window, unseen), fitted.posterior.text())
    for file, text in zip(files, texts, strict=True):
        with file as open_file:
            open_file.write(text.encode())
            open_file.keep()


def _scenario_text(
    out: Path, reading: LoadedScenario, fitted: Fitted, window: Window, unseen: LeftOut | None
) -> str:
    """Return the scenario that extends the one that was fitted."""
    from sim.experiments.calibrate.fitting import RUNS
    from sim.experiments.calibrate.posterior import ENDING
    from sim.model.quantities import DISCLAIMER
    from sim.scenario_file.bundled import bundled_names
    from sim.scenario_file.extension import CalibratedNumber, extension_text

    posterior = fitted.posterior
    numbers = [
        CalibratedNumber(each, *(posterior.quantile(each.key, share) for share in (0.5, 0.05, 0.95)))
        for each in fitted.space.parameters
    ]
    is_bundled = reading.name in bundled_names() and reading.path.stem == reading.name
    extends = reading.name
    if not is_bundled or reading.path.is_relative_to(Path.cwd()):
        extends = Path(os.path.relpath(reading.path, out.parent)).as_posix()
    if is_bundled and reading.path.parent == out.resolve().parent:
        extends = reading.name
    population = fitted.population
    tried, kept, worth = population.tried, len(population.weights), population.effective
    comments = [
        f"What would {reading.scenario.name} look like with the assumed numbers that fit what happened?",
        "",
        f"Fitted to {window.first} to {window.last}. Each value is the middle of a sample, its low and high",
        f"hold 9 in 10 of it. The sample itself is in {out.with_suffix(ENDING).name}: of {tried:,} vectors",
        f"tried, {RUNS} runs each, the nearest {kept} are kept, worth {worth:.0f} of equal weight.",
        *([] if unseen is None else unseen.lines()),
        f"Made by: {typed()}",
        "",
        DISCLAIMER,
    ]
    return extension_text(
        reading.document,
        extends,
        f"{reading.scenario.name}, calibrated to {window.last}",
        f"{reading.scenario.name}, fitted to {window.first} to {window.last}.",
        numbers,
        comments,
        (f"Fitted to what happened from {window.first} to {window.last}", window.last.isoformat()),
    )


def _tell(
    terminal: Terminal,
    reading: LoadedScenario,
    fitted: Fitted,
    unseen: LeftOut | None,
    window: Window,
    out: Path,
    seed: int,
) -> None:
    """Print what came of it."""
    from sim.experiments.calibrate.posterior import ENDING
    from sim.model.quantities import DISCLAIMER

    values = fitted.values()
    if terminal.wants_json:
        days = {"from": window.first.isoformat(), "to": window.last.isoformat()}
        sample = str(out.with_suffix(ENDING))
        terminal.object(
            {
                "scenario": reading.name,
                "seed": seed,
                "window": days,
                **values,
                "left_out": unseen and unseen.values(),
                "written": str(out),
                "sample": sample,
            }
        )
        return
    terminal.say(
        f"{reading.scenario.name}: {values['runs']:,} runs, {values['vectors']} vectors kept, worth "
        f"{values['effective']:.0f} of equal weight, within {values['tolerances'][-1]:.3f}",
        bold=True,
    )
    rows = [
        [
            key,
            f"{each['before']:.3g}",
            f"{each['range'][0]:.3g} to {each['range'][1]:.3g}",
            f"{each['value']:.3g}",
            f"{each['low']:.3g} to {each['high']:.3g}",
        ]
        for key, each in values["parameters"].items()
    ]
    terminal.table(["parameter", "before", "range", "fitted", "9 in 10"], rows, right=range(1, 5))
    terminal.say()
    if unseen is not None:
        terminal.tell(" ".join(unseen.lines()))
    terminal.say(f"saved {out} and {out.with_suffix(ENDING)}")
    terminal.say(DISCLAIMER)
    sample = shown(out.with_suffix(ENDING))
    terminal.hint(f"next: frontsim hindcast {shown(out)} --truth FILE --draw-parameters {sample}")
