"""``frontsim sweep``: which number moves the result, and whose claim."""

from __future__ import annotations

import dataclasses
import time
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import command
from sim.cli.completion import complete_keys, complete_measures
from sim.cli.inputs import changes_of, results_folder, resumable, resumed_seed, swept_number, warn, workers_of
from sim.cli.terminal import SOME_FAILED, Terminal, progress, time_text
from sim.command_line import command_line
from sim.errors import UsageError
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from pathlib import Path

    from sim.experiments.sweep.design_points import DesignPoint
    from sim.experiments.sweep.sweep import Design
    from sim.model.scenario import Scenario
    from sim.results.sweep_findings import Kind, MeasureKey, SweepFindings, SweepMeta
    from sim.scenario_file.read import LoadedScenario

REPLICATIONS: Final[dict[Kind, int]] = {"grid": 30, "tornado": 60}
"""Default number of replications of each design point."""


@command(
    "sweep",
    ("frontsim sweep kupiansk --tornado -n 100", "Try each number at both ends of its range."),
    ('frontsim sweep kupiansk -p "side.ua.replacements=15..60 soldiers/d/4"', "One number, in four steps."),
    ("frontsim sweep kupiansk -p attrition.fires_law=aimed_fire,area_fire -n 50", "Try two laws."),
    ("frontsim sweep kupiansk --tornado --measure towns.dvorichna.held", "Ask what moves one town."),
)
@option.scenario_argument
@option.overrides
@option.repeatable(
    "-p",
    "--parameter",
    "parameters",
    metavar="KEY=VALUES",
    shell_complete=complete_keys,
    meaning="A number to vary: KEY=A,B,C or KEY=LO..HI/STEPS; several make a grid. With --tornado, KEY "
    "or KEY=LO..HI: vary only this number instead of all that have a range.",
)
@click.option("--tornado", "is_tornado", is_flag=True, help="Try each number at both ends of its range.")
@click.option(
    "--what-if",
    "is_what_if",
    is_flag=True,
    help="Make the changes of a tornado what-ifs: losses are not fitted again. A grid always does so.",
)
@option.repeatable(
    "--measure",
    "measures",
    metavar="KEY",
    shell_complete=complete_measures,
    meaning="What to measure, such as towns.kupiansk.supply_days, losses.ua.personnel or changes.towns.",
)
@option.number("--top", help="How many numbers to examine closely for each measure. Default: 6.")
@option.number(
    "-n",
    "--replications",
    lowest=2,
    help=f"Most replications per design point. Default: {REPLICATIONS['tornado']} for a tornado, "
    f"{REPLICATIONS['grid']} for a grid.",
)
@option.results("sweep")
@click.pass_context
def sweep_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Vary the numbers of a scenario, and rank them by how far they move the result.

    By itself, -p makes a grid. A tornado tries every number that has a range at its low and its high end, and
    every source with its numbers halved; it starts with few replications, spends more on what stands out, and
    says what it left out. A bar counts as noise if the interval of its paired difference contains 0. All runs
    share their random numbers. Results are kept in a folder; after Ctrl-C or a crash, --resume continues.
    """
    terminal = context.ensure_object(Terminal)
    if not options["is_tornado"] and not options["parameters"]:
        raise UsageError("Name what to vary: -p KEY=A,B,C, or --tornado for every number with a range.")
    from sim.experiments.sweep.design_points import Evaluator
    from sim.experiments.sweep.measures import measures_of
    from sim.experiments.sweep.sweep import SweepSetup, refuse_far_too_much, sweep
    from sim.results.sweep_findings import FILE, SweepFolder
    from sim.scenario_file.read import read_scenario

    changes = changes_of(context, options["days"])
    reading = read_scenario(options["scenario"], changes)
    warn(terminal, reading)
    measures = measures_of(reading.scenario, options["measures"])
    design = _design(reading, options)
    refuse_far_too_much(reading, design)
    seed = resumed_seed(terminal, reading, options, SweepFolder.read)
    meta = _meta(reading, seed, measures)
    folder = results_folder(options["out"], f"{reading.name}-sweep", meta.hash)

    def read(point: DesignPoint) -> Scenario:
        return read_scenario(reading.path, [*changes, *point]).scenario

    began = time.monotonic()
    with (
        resumable(lambda: f"What has finished is kept in {folder}."),
        SweepFolder(folder, meta, resumes=options["resumes"], force=options["force"]) as opened,
        workers_of(options) as workers,
        progress(terminal) as report,
    ):
        points = Evaluator(read, seed, opened, workers, report)
        found = sweep(SweepSetup(reading, points, measures, meta), design)
        found = dataclasses.replace(found, asked=_asked(options, design))
        opened.write(FILE, found.text())
    seconds = time.monotonic() - began
    if terminal.wants_json:
        ranked = {each.key: [bar.name for bar in found.ranked(each.key)] for each in found.measures}
        ranks = {"ranked": ranked} if found.kind == "tornado" else {}
        terminal.print_json({**found.values(), **ranks, "seconds": round(seconds, 3), "folder": str(folder)})
    else:
        _print_result(terminal, meta, found, folder, seconds)
    if points.failed:
        (point, number), why = min(points.failed.items())
        terminal.error(
            f"{len(points.failed)} replications failed; the others are kept. "
            f"With {point or 'the unchanged scenario'}, replication {number}: {why}\n"
            "To reproduce the failure, use frontsim run with the same changes."
        )
        context.exit(SOME_FAILED)


def _print_result(
    terminal: Terminal, meta: SweepMeta, found: SweepFindings, folder: Path, seconds: float
) -> None:
    from sim.cli.text.section import print_section
    from sim.report.sections.sweep import section
    from sim.report.subject import of_sweep

    runs = count_of(found.runs, "replication")
    terminal.say(f"{found.title}: {runs} in {time_text(seconds)}, seed {found.seed}", bold=True)
    for each in found.overrides:
        terminal.say(f"  changed: {each}")
    part = section(of_sweep(meta, found))
    assert part is not None
    print_section(terminal, part)
    terminal.say()
    terminal.saved(folder)
    terminal.hint(f"next: {command_line('report', folder)}")


def _design(reading: LoadedScenario, options: dict[str, Any]) -> Design:
    from sim.experiments.sweep.factors import named_factors
    from sim.experiments.sweep.sweep import Design
    from sim.experiments.sweep.tornado import TOP
    from sim.scenario_file.overrides import AssumeNumber, SetNumber

    kind: Kind = "tornado" if options["is_tornado"] else "grid"
    asked = [swept_number(text) for text in options["parameters"]]
    count = options["replications"] or REPLICATIONS[kind]
    top = options["top"] or TOP
    for each in asked:
        if kind == "grid" and not each.values:
            raise UsageError(f"-p {each.key}: a grid needs values. Write A,B,C or LO..HI/STEPS.")
        if kind != "grid" and each.values:
            raise UsageError(f"-p {each.key}: --{kind} takes a range, LO..HI, without steps.")
    if kind != "grid":
        change = SetNumber if options["is_what_if"] else AssumeNumber
        factors = named_factors(reading, [(each.key, each.low, each.high) for each in asked], change)
        return Design(kind, count, factors=factors, top=top, change=change)
    grid = {reading.resolve_key(each.key): each.values for each in asked}
    if len(grid) < len(asked):
        raise UsageError("-p names a number twice. Name each number once.")
    return Design(kind, count, grid=grid)


def _meta(reading: LoadedScenario, seed: int, measures: tuple[MeasureKey, ...]) -> SweepMeta:
    """Return what identifies the sweep."""
    from sim.recording.records import made_with
    from sim.results.meta import hash_of
    from sim.results.sweep_findings import SweepMeta

    return SweepMeta(
        name=reading.name,
        title=reading.scenario.name,
        seed=seed,
        overrides=tuple(reading.overrides),
        hash=hash_of(reading.document, seed),
        measures=tuple(each.key for each in measures),
        made_with=made_with(),
        scenario=dict(reading.document),
    )


def _asked(options: dict[str, Any], design: Design) -> tuple[str, ...]:
    """Return the options that ask for a design, so that a report can print them."""
    words = [word for text in options["parameters"] for word in ("-p", text)]
    words += ["--tornado"] * options["is_tornado"]
    words += ["--what-if"] * options["is_what_if"]
    words += [word for key in options["measures"] for word in ("--measure", key)]
    words += ["--top", str(options["top"])] if options["top"] else []
    return (*words, "-n", str(design.replications))
