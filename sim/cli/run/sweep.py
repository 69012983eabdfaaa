"""``frontsim sweep``: which number moves the result, and whose claim."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from sim.cli.arguments import changes_of, override_options, scenario_argument
from sim.cli.command import command
from sim.cli.complete_keys import complete_keys, complete_measures
from sim.cli.run.ensemble import FOLDER, INTERRUPTED, SHORT, SOME_FAILED
from sim.cli.run.run import seed_of, warn
from sim.cli.terminal import Terminal
from sim.cli.whole_number import WholeNumber
from sim.cli.workers import worker_options, workers_of

if TYPE_CHECKING:
    from sim.experiments.sweep.design_points import Place
    from sim.experiments.sweep.measures import Measure
    from sim.experiments.sweep.sweep import Design
    from sim.model.scenario import Scenario
    from sim.results.sweep_findings import Kind, SweepFindings
    from sim.results.sweep_folder import SweepMeta
    from sim.scenario_file.overrides import Override
    from sim.scenario_file.read import LoadedScenario

USUAL: Final[dict[Kind, int]] = {"grid": 30, "tornado": 60, "morris": 2, "sobol": 2}
"""Replications of each place, where nobody says."""


@command(
    "sweep",
    "Say which number moves the result most, and whose claim.",
    ("frontsim sweep kupiansk --tornado -n 100", "Each assumed number at its low and its high end."),
    (
        'frontsim sweep kupiansk -p "side.ua.replacements=15..60 soldiers/d/4"',
        "One number in four steps; several -p make a grid.",
    ),
    (
        "frontsim sweep kupiansk -p attrition.fires_law=aimed_fire,area_fire -n 50",
        "Two laws.",
    ),
    ("frontsim sweep kupiansk --tornado --measure towns.dvorichna.held", "What moves something else."),
    ("frontsim sweep kupiansk --morris 10", "All assumed numbers over their whole ranges, together."),
    (
        "frontsim sweep kupiansk --sobol 64 --top 5",
        "How five numbers share the spread.",
    ),
)
@scenario_argument
@override_options
@click.option(
    "-p",
    "--parameter",
    "parameters",
    multiple=True,
    metavar="KEY=VALUES",
    shell_complete=complete_keys,
    help="A,B,C or LO..HI/STEPS: a grid over several. With the designs below: KEY or KEY=LO..HI, only these.",
)
@click.option("--tornado", "is_tornado", is_flag=True, help="Each number at its low and its high end.")
@click.option(
    "--morris", type=WholeNumber(2), metavar="N", help="Morris's elementary effects, N trajectories."
)
@click.option(
    "--sobol", type=WholeNumber(8), metavar="N", help="Sobol's indices from N places; a power of 2."
)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="KEY",
    shell_complete=complete_measures,
    help="What is asked, such as towns.kupiansk.supply_days, losses.ua.personnel, changes.towns; repeatable.",
)
@click.option(
    "--top", type=WholeNumber(1), metavar="N", help="How many to look at closely for each measure; 6."
)
@click.option(
    "-n",
    "--replications",
    type=WholeNumber(2),
    metavar="N",
    help=f"Of each place, at most; {USUAL['tornado']} of a tornado, {USUAL['grid']} of a grid, "
    f"{USUAL['morris']} with --morris and --sobol.",
)
@worker_options
@click.option(
    "--seed", type=WholeNumber(0), metavar="N", help="The luck of all; else the file's, else drawn."
)
@click.option("-d", "--days", type=WholeNumber(1), metavar="N", help="How many days, instead of the file's.")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="DIR", help="The folder to keep it in.")
@click.option("--resume", "resumes", is_flag=True, help="Go on with what the folder holds.")
@click.option("--force", is_flag=True, help="Throw away the sweep that the folder holds.")
@click.pass_context
def sweep_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Change numbers of SCENARIO under the same luck, and rank them by what they move.

    Without a design, -p makes a grid. A tornado looks at every number that the scenario gives a range, and
    halves what each source says; it begins with few replications and spends more on what shows, and says what
    it left out. Bars within noise are marked: the interval of the paired difference holds 0. Rows are Parquet
    files in a folder; after Ctrl-C or a crash, the same command with --resume goes on.
    """
    terminal = context.ensure_object(Terminal)
    kind = _kind(options)
    from sim.cli.text.sweep import tell
    from sim.experiments.sweep.measures import measures_of
    from sim.scenario_file.read import read_scenario

    changes = changes_of(context, options["days"])
    reading = read_scenario(options["scenario"], changes)
    warn(terminal, reading)
    measures = measures_of(reading.scenario, options["measures"])
    design = _design(reading, kind, options)
    meta, folder = _place(terminal, reading, options, measures)
    job = _Job(reading, changes, measures, meta, folder, options)
    began = time.monotonic()
    try:
        found, failed = _run(terminal, job, design)
    except KeyboardInterrupt:
        terminal.problem(
            f"stopped. What was finished is kept in {folder}.\nGo on with the same command and --resume."
        )
        context.exit(INTERRUPTED)
    seconds = time.monotonic() - began
    if terminal.wants_json:
        told = {each.key: [bar.name for bar in found.ranked(each.key)] for each in found.measures}
        ranks = {"ranked": told} if kind == "tornado" else {}
        terminal.object({**found.values(), **ranks, "seconds": round(seconds, 3), "folder": str(folder)})
    else:
        tell(terminal, found, folder, seconds, options["top"])
    _tell_failed(terminal, context, failed)


class _Job(NamedTuple):
    """What this call is to do."""

    reading: LoadedScenario
    changes: list[Override]
    measures: tuple[Measure, ...]
    meta: SweepMeta
    folder: Path
    options: dict[str, Any]


def _kind(options: dict[str, Any]) -> Kind:
    """Return which design is asked for."""
    asked: list[Kind] = [kind for kind in ("tornado", "morris", "sobol") if options[_OPTIONS[kind]]]
    if len(asked) > 1:
        raise click.UsageError(
            f"--{asked[0]} and --{asked[1]} are two designs. Take one.", click.get_current_context()
        )
    if not asked and not options["parameters"]:
        message = "Say what to change: -p KEY=A,B,C, or --tornado for every number with a range."
        raise click.UsageError(message, click.get_current_context())
    return asked[0] if asked else "grid"


_OPTIONS: Final[dict[Kind, str]] = {"tornado": "is_tornado", "morris": "morris", "sobol": "sobol"}


def _design(reading: LoadedScenario, kind: Kind, options: dict[str, Any]) -> Design:
    """Return what is asked."""
    from sim.cli.run.sweep_design import moved
    from sim.experiments.sweep.factors import named_factors
    from sim.experiments.sweep.sweep import Design, grid_places
    from sim.experiments.sweep.tornado import TOP

    asked = [moved(text) for text in options["parameters"]]
    count = options["replications"] or USUAL[kind]
    size = options[_OPTIONS[kind]] if kind in {"morris", "sobol"} else 0
    top = options["top"] or TOP
    for each in asked:
        if kind == "grid" and not each.values:
            message = f"-p {each.key}: a grid needs values. Write A,B,C or LO..HI/STEPS."
            raise click.UsageError(message, click.get_current_context())
        if kind != "grid" and each.values:
            message = f"-p {each.key}: with --{kind} a number has a range, LO..HI, and no steps."
            raise click.UsageError(message, click.get_current_context())
    if kind != "grid":
        factors = named_factors(reading, [(each.key, each.low, each.high) for each in asked])
        return Design(kind, count, size, factors=factors, top=top)
    grid = {reading.resolve_key(each.key): each.values for each in asked}
    if len(grid) < len(asked):
        raise click.UsageError("-p names a number twice. Name each once.", click.get_current_context())
    grid_places(grid)
    return Design(kind, count, grid=grid)


def _place(
    terminal: Terminal, reading: LoadedScenario, options: dict[str, Any], measures: tuple[Measure, ...]
) -> tuple[SweepMeta, Path]:
    """Return what the sweep is of, and where it goes; a folder that is gone on with knows its seed."""
    from sim.recording.records import made_with
    from sim.results.meta import hash_of
    from sim.results.sweep_folder import SweepMeta, read_sweep_meta

    out, seed = options["out"], options["seed"]
    there = read_sweep_meta(out) if out is not None and options["resumes"] else None
    if seed is None and there is not None:
        seed = there.seed
    seed, is_drawn = seed_of(seed, reading.scenario.seed)
    if is_drawn:
        terminal.hint(f"Neither the command line nor {reading.name} names a seed: {seed} was drawn.")
    meta = SweepMeta(
        name=reading.name,
        title=reading.scenario.name,
        seed=seed,
        overrides=tuple(reading.overrides),
        hash=hash_of(reading.document, seed),
        measures=tuple(each.key for each in measures),
        made_with=made_with(),
        scenario=dict(reading.document),
    )
    return meta, out or FOLDER / f"{reading.name}-sweep-{meta.hash[:SHORT]}"


def _run(terminal: Terminal, job: _Job, design: Design) -> tuple[SweepFindings, dict[tuple[str, int], str]]:
    """Run the design; return what it found and which replications failed."""
    from sim.cli.text.progress import progress
    from sim.experiments.sweep.design_points import Points
    from sim.experiments.sweep.sweep import Laboratory, sweep
    from sim.results.sweep_findings import keep_findings
    from sim.results.sweep_folder import SweepFolder
    from sim.scenario_file.read import read_scenario

    def read(place: Place) -> Scenario:
        return read_scenario(job.reading.path, [*job.changes, *place]).scenario

    options = job.options
    with (
        SweepFolder(job.folder, job.meta, resumes=options["resumes"], force=options["force"]) as folder,
        workers_of(options) as workers,
        progress(terminal) as said,
    ):
        points = Points(read, job.meta.seed, folder, workers, said)
        found = sweep(Laboratory(job.reading, points, job.measures, job.meta), design)
        found = dataclasses.replace(found, asked=_asked(job, design))
        keep_findings(job.folder, found)
        return found, points.failed


def _asked(job: _Job, design: Design) -> tuple[str, ...]:
    """Return the options that ask for a design, so that a report can tell them."""
    options = job.options
    words = [word for text in options["parameters"] for word in ("-p", text)]
    if design.kind != "grid":
        words += [f"--{design.kind}", *([str(options[design.kind])] if design.kind != "tornado" else [])]
    words += [word for key in options["measures"] for word in ("--measure", key)]
    words += ["--top", str(options["top"])] if options["top"] else []
    return (*words, "-n", str(design.replications))


def _tell_failed(terminal: Terminal, context: click.Context, failed: dict[tuple[str, int], str]) -> None:
    """Say which replications failed, and exit so."""
    if not failed:
        return
    (place, number), why = min(failed.items())
    what = place or "the scenario as it is"
    terminal.problem(
        f"{len(failed)} replications failed; the others are kept. With {what}, replication {number}: {why}\n"
        "Run it with frontsim run and the same changes to see it fail again."
    )
    context.exit(SOME_FAILED)
