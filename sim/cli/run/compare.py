"""``frontsim compare``: two scenarios under the same luck, and what surely differs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from sim.cli.arguments import complete_scenarios, override_options
from sim.cli.command import command, in_order
from sim.cli.complete_keys import complete_keys
from sim.cli.terminal import Terminal
from sim.cli.whole_number import WholeNumber
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.experiments.compare import Comparison, Difference
    from sim.experiments.running.executors import Workers
    from sim.results.meta import Meta
    from sim.results.reader import Results
    from sim.scenario_file.overrides import Override
    from sim.scenario_file.read import LoadedScenario

USUAL: Final = 200
EXCEEDED: Final = 7
SOME_FAILED: Final = 6


@command(
    "compare",
    "Say what differs between two scenarios under the same luck.",
    ("frontsim compare kupiansk kupiansk-northern-route-cut", "What does the cut do to each town?"),
    (
        'frontsim compare kupiansk -b route.shevchenkove-kupiansk.capacity="100 t/d"',
        "The baseline, and the same with one number changed.",
    ),
    ("frontsim compare kupiansk -a tempo.variation=0 -b tempo.variation=1 -n 500", "Two sets of changes."),
    ("frontsim compare runs/kupiansk-4f2a runs/kupiansk-b71e", "Two ensembles that were run before."),
    (
        "frontsim compare kupiansk my-front.toml --fail-over towns.kupiansk.held=0.1",
        "Exit with 7 where B surely differs by more than that: for CI.",
    ),
)
@click.argument("first", metavar="A", shell_complete=complete_scenarios)
@click.argument("second", metavar="[B]", required=False, shell_complete=complete_scenarios)
@click.option(
    "-a",
    "--set-a",
    "sets_a",
    multiple=True,
    metavar="KEY=VALUE",
    shell_complete=complete_keys,
    help="Set one value in A alone.",
)
@click.option(
    "-b",
    "--set-b",
    "sets_b",
    multiple=True,
    metavar="KEY=VALUE",
    shell_complete=complete_keys,
    help="Set one value in B alone.",
)
@override_options
@click.option("-n", "--replications", type=WholeNumber(2), metavar="N", help=f"How many of each; {USUAL}.")
@click.option("-j", "--jobs", type=WholeNumber(1), metavar="N", help="Processes; else all processors.")
@click.option("--seed", type=WholeNumber(0), metavar="N", help="The luck of both; else A's, else drawn.")
@click.option("-d", "--days", type=WholeNumber(1), metavar="N", help="How many days, instead of the files'.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="DIR", help="Keep both ensembles in there."
)
@click.option("--force", is_flag=True, help="Run both anew, also what is there already.")
@click.option(
    "--fail-over",
    "bounds",
    multiple=True,
    metavar="KEY=VALUE",
    help="Exit with 7 where a measure surely differs by more; repeatable.",
)
@click.pass_context
def compare_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Run A and B with the same luck, replication by replication, and say what surely differs: B less A.

    A and B are scenarios, or folders of ensembles. Without B it is A once more, with what -b changes; --set,
    --scale and --set-file change both, and -a and -b come after them. What has been run before is used
    again.

    Keys of --fail-over are towns.TOWN.MEASURE (held, held_days, supply_days, out_days),
    losses.SIDE.CATEGORY (a day), changes.towns and changes.times. The whole interval has to lie beyond the
    value, either way.
    """
    terminal = context.ensure_object(Terminal)
    bounds = [_bound(text) for text in options["bounds"]]
    began = time.monotonic()
    pair = _pair(context, terminal, options)
    from sim.experiments.compare import compare

    found = compare(pair.a, pair.b, options["replications"])
    exceeded = _exceeded(found, bounds)
    if terminal.wants_json:
        _tell_values(terminal, pair, found, exceeded, time.monotonic() - began)
    else:
        from sim.cli.text.compare import tell

        tell(terminal, pair.a.meta, pair.b.meta, found)
        terminal.hint(f"next: frontsim report {pair.b.folder} --compare {pair.a.folder}")
    for key, value, difference in exceeded:
        change = difference.change
        terminal.problem(
            f"{key} differs by {change.value:.4g} ({change.low:.4g} to {change.high:.4g}), "
            f"which is surely more than {value:g}."
        )
    if exceeded:
        context.exit(EXCEEDED)
    if pair.has_failed:
        context.exit(SOME_FAILED)


class _Pair(NamedTuple):
    """Two ensembles, and whether some of their replications failed just now."""

    a: Results
    b: Results
    has_failed: bool = False


def _bound(text: str) -> tuple[str, float]:
    """Return a key and a value of ``--fail-over``."""
    key, is_there, value = text.partition("=")
    try:
        bound = float(value)
    except ValueError:
        bound = -1.0
    if not is_there or not bound >= 0.0:
        message = (
            f"--fail-over takes KEY=VALUE with a number from 0, such as towns.kupiansk.held=0.1: {text!r}"
        )
        raise click.UsageError(message, click.get_current_context())
    return key.strip(), bound


def _exceeded(found: Comparison, bounds: list[tuple[str, float]]) -> list[tuple[str, float, Difference]]:
    """Return the bounds that are surely exceeded."""
    known = dict(found.by_key())
    for key, _ in bounds:
        if key not in known:
            from sim.scenario_file.names import nearest

            alike = nearest(key, known)
            advice = f"Did you mean {alike[0]}?" if alike else "Keys are those of --json, joined by points."
            raise UsageError(f"--fail-over: there is no measure {key!r}. {advice}")
    return [(key, value, known[key]) for key, value in bounds if known[key].is_over(value)]


def _pair(context: click.Context, terminal: Terminal, options: dict[str, Any]) -> _Pair:
    """Return both ensembles: opened where they are folders, else run."""
    first, second = options["first"], options["second"] or options["first"]
    folders = [Path(each).is_dir() for each in (first, second)]
    if all(folders):
        _refuse_changes(context)
        from sim.results.reader import Results

        return _Pair(Results.open(first), Results.open(second))
    if any(folders):
        raise UsageError(
            f"{first if folders[0] else second} is a folder and {second if folders[0] else first} is none. "
            "Name two folders of ensembles, or two scenarios."
        )
    return _run(context, terminal, options, (first, second))


def _refuse_changes(context: click.Context) -> None:
    """Raise where an option makes sense for scenarios only."""
    names = ("sets", "scales", "set_files", "sets_a", "sets_b", "seed", "days", "out", "force")
    given = [name for name in names if context.params[name]]
    if given:
        raise UsageError(
            "What changes a scenario, its seed or where it goes is for scenarios; ensembles stay as they "
            "are.\nLeave it out, or name scenarios."
        )


def _run(
    context: click.Context, terminal: Terminal, options: dict[str, Any], names: tuple[str, str]
) -> _Pair:
    """Run both ensembles, but for what is there."""
    from sim.cli.run.run import seed_of, warn
    from sim.cli.workers import workers_of
    from sim.experiments.running.plans import meta_of
    from sim.scenario_file.read import read_scenario

    readings = [
        read_scenario(name, _changes(context, own))
        for name, own in zip(names, ("sets_a", "sets_b"), strict=True)
    ]
    seed, is_drawn = seed_of(options["seed"], readings[0].scenario.seed)
    if is_drawn:
        terminal.hint(f"Neither the command line nor {names[0]} names a seed: {seed} was drawn.")
    count = options["replications"] or USUAL
    metas = [meta_of(reading, seed, count) for reading in readings]
    if metas[0].hash == metas[1].hash:
        raise UsageError(
            f"A and B are the same: {names[0]}. Name two scenarios, or change one of them with -a or -b."
        )
    with workers_of({**options, "executor": "local"}) as workers:
        made = [
            _ensemble(terminal, options, reading, meta, workers, letter)
            for reading, meta, letter in zip(readings, metas, "ab", strict=True)
        ]
    for reading in readings:
        warn(terminal, reading)
    return _Pair(made[0][0], made[1][0], any(failed for _, failed in made))


def _changes(context: click.Context, own: str) -> list[Override]:
    """Return the changes of one of both: what is for both, in order, then its own, then the days."""
    from sim.scenario_file.overrides import ScaleNumber, SetFile, SetNumber

    changes: list[Override] = in_order(context, sets=SetNumber, scales=ScaleNumber, set_files=SetFile)
    changes += [SetNumber(text) for text in context.params[own]]
    if context.params["days"] is not None:
        changes.append(SetNumber(f"scenario.horizon={context.params['days']} d"))
    return changes


def _ensemble(
    terminal: Terminal,
    options: dict[str, Any],
    reading: LoadedScenario,
    meta: Meta,
    workers: Workers,
    letter: str,
) -> tuple[Results, bool]:
    """Run what is missing of one ensemble; return it, and whether replications failed."""
    from dataclasses import replace

    from sim.cli.run.ensemble import FOLDER, SHORT
    from sim.cli.text.progress import progress
    from sim.experiments.ensemble import Ensemble
    from sim.experiments.running.plans import plan_of
    from sim.results.folder import ResultsFolder
    from sim.results.meta import read_meta
    from sim.results.reader import Results

    out, force = options["out"], options["force"]
    to = out / letter if out else FOLDER / f"{reading.name}-{meta.hash[:SHORT]}"
    count = meta.replications
    there = None if force else read_meta(to)
    if there is not None:
        meta = replace(meta, replications=max(count, there.replications))
    with ResultsFolder(to, meta, resumes=not force, force=force) as folder, progress(terminal) as tell:
        ensemble = Ensemble(plan_of(reading, meta), folder, workers, tell)
        terminal.explain(f"{letter.upper()}: {to}")
        ensemble.run(count)
    for number, why in sorted(ensemble.failed.items())[:1]:
        terminal.problem(f"{len(ensemble.failed)} replications of {letter.upper()} failed; {number}: {why}")
    return Results.open(to), bool(ensemble.failed)


def _tell_values(
    terminal: Terminal,
    pair: _Pair,
    found: Comparison,
    exceeded: list[tuple[str, float, Difference]],
    seconds: float,
) -> None:
    """Print all of it as one JSON object."""
    from sim.statistics.stopping import CONFIDENCE

    ensembles = {
        letter: {
            "scenario": results.meta.name,
            "title": results.meta.title,
            "overrides": list(results.meta.overrides),
            "seed": results.meta.seed,
            "folder": str(results.folder),
        }
        for letter, results in (("a", pair.a), ("b", pair.b))
    }
    over = [{"key": key, "value": value} for key, value, _ in exceeded]
    terminal.object(
        {**ensembles, "seconds": round(seconds, 3), "level": CONFIDENCE, **found.values(), "exceeded": over}
    )
