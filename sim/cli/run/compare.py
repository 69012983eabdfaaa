"""``frontsim compare``: two scenarios under the same random numbers, and what differs significantly."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import argument, command, refuse_options
from sim.cli.completion import complete_scenarios
from sim.cli.inputs import OVERRIDES, changes_of, choose_seed, results_folder, warn, workers_of
from sim.cli.run.ensemble import recordings_wanted
from sim.cli.terminal import EXCEEDED, SOME_FAILED, Terminal, progress
from sim.command_line import command_line
from sim.errors import UsageError
from sim.model.quantities import DISCLAIMER, in_days
from sim.scenario_file.names import count_of, nearest

if TYPE_CHECKING:
    from sim.experiments.compare import Comparison
    from sim.results.reader import Results
    from sim.statistics.differences import Difference

REPLICATIONS: Final = 200
CHANGES: Final = (*OVERRIDES, "sets_a", "sets_b", "assumes_a", "assumes_b")


@command(
    "compare",
    ("frontsim compare kupiansk kupiansk-northern-route-cut", "What does the cut change for each town?"),
    ('frontsim compare kupiansk -b side.ua.replacements="20 soldiers/d"', "Change one number in B."),
    ("frontsim compare kupiansk -a tempo.variation=0 -b tempo.variation=1 -n 500", "Change both."),
    ("frontsim compare runs/kupiansk-4f2a runs/kupiansk-b71e", "Compare two ensembles already run."),
    ("frontsim compare kupiansk my-front.toml --fail-if towns.kupiansk.held=0.1", "A test: exit code 7."),
)
@argument(
    "first", "A scenario, or the folder of an ensemble.", metavar="A", shell_complete=complete_scenarios
)
@argument(
    "second",
    "The scenario or folder to compare with A. Default: A itself, with the changes that -b makes.",
    metavar="[B]",
    required=False,
    shell_complete=complete_scenarios,
)
@option.set_value("-a", "--set-a", "sets_a", meaning="Change one value in A only.")
@option.set_value("-b", "--set-b", "sets_b", meaning="Change one value in B only.")
@option.set_value("--assume-a", "assumes_a", meaning="Assume another value in A only.")
@option.set_value("--assume-b", "assumes_b", meaning="Assume another value in B only.")
@option.overrides
@option.number(
    "-n", "--replications", lowest=2, help=f"How many replications to run of each. Default: {REPLICATIONS}."
)
@option.record
@option.jobs
@option.seed
@option.days
@option.out("Folder for both ensembles. Default: names in the folder runs.", "DIR")
@option.force("Run both again, even where results exist.")
@option.repeatable(
    "--fail-if",
    "bounds",
    metavar="KEY=VALUE",
    meaning="Exit with code 7 if a measure differs significantly by more than VALUE.",
)
@click.pass_context
def compare_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Run A and B with the same random numbers and print what differs significantly, as B minus A.

    --set, --assume, --scale and --set-file change both scenarios; changes to A or B alone come after them.
    Replications that are already there are used again. With --record median, the replication that is the
    median of A is recorded in both, so that a report can show both on maps.

    --fail-if takes these keys: towns.TOWN.MEASURE, where MEASURE is held, held_days, supply_days or
    out_days; losses.SIDE.CATEGORY, for losses a day; changes.towns and changes.times. It counts only if the
    whole confidence interval lies beyond VALUE, in either direction.
    """
    terminal = context.ensure_object(Terminal)
    bounds = [_bound(text) for text in options["bounds"]]
    began = time.monotonic()
    a, b, has_failed = _pair(context, terminal, options)
    from sim.experiments.compare import compare

    found = compare(a, b, options["replications"])
    exceeded = _exceeded(found, bounds)
    if terminal.wants_json:
        terminal.print_json(_values(a, b, found, exceeded, time.monotonic() - began))
    else:
        _print_result(terminal, a, b, found)
        terminal.hint("next: " + command_line("report", a.folder, b.folder))
    for key, value, difference in exceeded:
        change = difference.change
        terminal.error(
            f"{key} differs by {change.value:.4g} ({change.low:.4g} to {change.high:.4g}), "
            f"significantly more than {value:g}."
        )
    if exceeded:
        context.exit(EXCEEDED)
    if has_failed:
        context.exit(SOME_FAILED)


def _print_result(terminal: Terminal, a: Results, b: Results, found: Comparison) -> None:
    from sim.analysis.first_day import first_day_lines
    from sim.cli.look.compared import ensembles_compared
    from sim.cli.text.section import print_section
    from sim.report.sections.comparison import section
    from sim.scenario_file.read import read_document

    for letter, meta in (("A", a.meta), ("B", b.meta)):
        changed = f", with {', '.join(map(str, meta.overrides))}" if meta.overrides else ""
        terminal.say(f"{letter}: {meta.title}{changed}", bold=True)
        for line in first_day_lines(read_document(meta.scenario), meta.overrides):
            terminal.print_wrapped(line)
    rng = f"not paired, seeds {a.meta.seed} and {b.meta.seed}"
    if found.is_paired:
        rng = f"paired by the same random numbers, seed {a.meta.seed}"
    days = " and ".join(dict.fromkeys(count_of(in_days(each.meta.horizon), "day") for each in (a, b)))
    terminal.say(f"{days}, {count_of(found.replications, 'replication')} of each, {rng}")
    print_section(terminal, section(ensembles_compared(a, b, found)))
    terminal.say()
    terminal.say(DISCLAIMER)


def _bound(text: str) -> tuple[str, float]:
    key, equals, value = text.partition("=")
    try:
        bound = float(value)
    except ValueError:
        bound = -1.0
    if not equals or not 0.0 <= bound < math.inf:
        raise UsageError(
            f"--fail-if takes KEY=VALUE with a number of at least 0, such as towns.kupiansk.held=0.1, "
            f"not {text!r}."
        )
    return key.strip(), bound


def _exceeded(found: Comparison, bounds: list[tuple[str, float]]) -> list[tuple[str, float, Difference]]:
    known = dict(found.by_key())
    for key, _ in bounds:
        if key not in known:
            alike = nearest(key, known)
            advice = f"Did you mean {alike[0]}?" if alike else "Use a path of keys in --json, joined by dots."
            raise UsageError(f"--fail-if: there is no measure {key!r}. {advice}")
    return [(key, value, known[key]) for key, value in bounds if known[key].exceeds(value)]


def _pair(
    context: click.Context, terminal: Terminal, options: dict[str, Any]
) -> tuple[Results, Results, bool]:
    """Return both ensembles, opened or run, and whether some of their replications failed just now."""
    first, second = options["first"], options["second"] or options["first"]
    folders = [Path(each).is_dir() for each in (first, second)]
    if all(folders):
        refuse_options(
            context,
            (*CHANGES, "seed", "days", "out", "force", "wanted"),
            "A and B are ensembles that were run before: their scenarios, seeds and folders are fixed.\n"
            "Leave out the options that change these, or name scenarios.",
        )
        from sim.results.reader import Results

        return Results.open(first), Results.open(second), False
    if any(folders):
        a, b = (first, second) if folders[0] else (second, first)
        raise UsageError(f"{a} is a folder and {b} is not. Name two folders of ensembles, or two scenarios.")
    return _run(context, terminal, options, (first, second))


def _run(
    context: click.Context, terminal: Terminal, options: dict[str, Any], names: tuple[str, str]
) -> tuple[Results, Results, bool]:
    """Run what is missing of both ensembles."""
    from sim.experiments.ensemble import Ensemble, meta_of, task_of
    from sim.results.ensemble_folder import EnsembleFolder
    from sim.results.reader import Results
    from sim.scenario_file.overrides import AssumeNumber, SetNumber
    from sim.scenario_file.read import read_scenario

    readings = []
    for name, letter in zip(names, "ab", strict=True):
        own = [SetNumber(text) for text in options[f"sets_{letter}"]]
        own_assumed = [AssumeNumber(text) for text in options[f"assumes_{letter}"]]
        readings.append(read_scenario(name, changes_of(context, options["days"], [*own, *own_assumed])))
    seed = choose_seed(terminal, readings[0], options["seed"])
    metas = [meta_of(reading, seed, options["replications"] or REPLICATIONS) for reading in readings]
    if metas[0].hash == metas[1].hash:
        raise UsageError(
            f"A and B are the same: {names[0]}. Name two scenarios, or change one of them with -a or -b."
        )
    made, has_failed, median = [], False, None
    wanted = recordings_wanted(options["wanted"])
    out, force = options["out"], options["force"]
    with workers_of(options) as workers:
        for reading, meta, letter in zip(readings, metas, "AB", strict=True):
            to = results_folder(out and out / letter.lower(), reading.name, meta.hash)
            there, count = None if force else EnsembleFolder.read(to), meta.replications
            kept = replace(meta, replications=max(count, there.replications)) if there else meta
            terminal.detail(f"{letter}: {to}")
            with (
                EnsembleFolder(to, kept, resumes=not force, force=force) as folder,
                progress(terminal, f"{letter}: ") as report,
            ):
                ensemble = Ensemble(task_of(reading, kept), folder, workers, report)
                ensemble.run(count)
                median = ensemble.record_wanted(wanted, median)
            for number, why in sorted(ensemble.failed.items())[:1]:
                terminal.error(f"{len(ensemble.failed)} replications of {letter} failed; {number}: {why}")
            has_failed |= bool(ensemble.failed)
            made.append(Results.open(to))
    for reading in readings:
        warn(terminal, reading)
    return made[0], made[1], has_failed


def _values(
    a: Results, b: Results, found: Comparison, exceeded: list[tuple[str, float, Difference]], seconds: float
) -> dict[str, Any]:
    from sim.statistics.intervals import CONFIDENCE

    ensembles = {
        letter: {
            "scenario": results.meta.name,
            "title": results.meta.title,
            "overrides": [str(each) for each in results.meta.overrides],
            "seed": results.meta.seed,
            "folder": str(results.folder),
        }
        for letter, results in (("a", a), ("b", b))
    }
    over = [{"key": key, "value": value} for key, value, _ in exceeded]
    made = {"seconds": round(seconds, 3), "level": CONFIDENCE}
    return {**ensembles, **made, **found.values(), "exceeded": over}
