"""``frontsim ensemble``: simulate a scenario many times, each with its own random numbers."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import command
from sim.cli.inputs import read_changed, results_folder, resumable, resumed_seed, warn, workers_of
from sim.cli.run.run import print_changes
from sim.cli.terminal import SOME_FAILED, Terminal, progress, time_text
from sim.command_line import command_line
from sim.errors import UsageError
from sim.model.quantities import in_days
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.results.meta import EnsembleMeta
    from sim.results.reader import Results
    from sim.scenario_file.read import LoadedScenario

REPLICATIONS: Final = 200
MAX_REPLICATIONS: Final = 10_000
"""With ``--until-halfwidth``."""
MAX_NAMED: Final = 5


@command(
    "ensemble",
    ("frontsim ensemble kupiansk", "Run 200 replications on all processors."),
    ("frontsim ensemble kupiansk -n 1000 --resume", "Continue to 1000 replications."),
    ("frontsim ensemble kupiansk --until-halfwidth 0.02", "Run until each share is known to within 2 %."),
    ("frontsim ensemble kupiansk --record median", "Also record the median run, to watch it."),
    ("frontsim ensemble kupiansk --scheduler tcp://host:8786", "Run on a Dask cluster."),
)
@option.scenario_argument
@option.overrides
@option.draw_parameters
@option.number(
    "-n",
    "--replications",
    help=f"How many replications to run. Default: {REPLICATIONS}; with --until-halfwidth up to "
    f"{MAX_REPLICATIONS:,}.",
)
@option.number(
    "--until-halfwidth",
    "halfwidth",
    lowest=0.001,
    highest=0.5,
    metavar="X",
    help="Run at least 30 replications, until every town's share is known to within X, such as 0.02.",
)
@option.results("ensemble")
@option.record
@click.pass_context
def ensemble_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Simulate a scenario many times, and print how often each town is held, with intervals.

    Each replication is kept as soon as it finishes. Replication N is what frontsim run --replication N gives
    with the same seed. Results are Parquet files in a folder; after Ctrl-C or a crash, --resume continues.
    The median run is the one closest to the middle in losses of soldiers and in towns held.
    """
    from sim.experiments.ensemble import Ensemble, meta_of, task_of
    from sim.results.ensemble_folder import EnsembleFolder
    from sim.results.posterior import read_posterior
    from sim.results.reader import Results

    terminal = context.ensure_object(Terminal)
    wanted = recordings_wanted(options["wanted"])
    reading = read_changed(context, options["scenario"], options["days"])
    warn(terminal, reading)
    count = options["replications"] or (MAX_REPLICATIONS if options["halfwidth"] else REPLICATIONS)
    draws = None if options["draws"] is None else read_posterior(options["draws"])
    seed = resumed_seed(terminal, reading, options, EnsembleFolder.read)
    meta = meta_of(reading, seed, count, draws, options["draws"])
    folder = results_folder(options["out"], reading.name, meta.hash)
    if not terminal.wants_json:
        _introduce(terminal, reading, meta, options)

    def kept() -> str:
        return f"{len(Results.open(folder).numbers)} finished replications are kept in {folder}."

    began = time.monotonic()
    with (
        resumable(kept),
        EnsembleFolder(folder, meta, resumes=options["resumes"], force=options["force"]) as opened,
        workers_of(options) as workers,
        progress(terminal) as report,
    ):
        ensemble = Ensemble(task_of(reading, meta, draws), opened, workers, report)
        if options["halfwidth"]:
            ensemble.run_until(options["halfwidth"], count)
        else:
            ensemble.run(count, is_recorded="all" in wanted)
        ensemble.record_wanted(wanted)
    results = Results.open(folder)
    _print_result(terminal, results, meta, ensemble.failed, time.monotonic() - began)
    if ensemble.failed:
        _print_failed(terminal, meta, ensemble.failed, options["scenario"])
    for path in list(results.recordings.values())[:1]:
        terminal.hint(f"next: {command_line('play', path)}")
    if ensemble.failed:
        context.exit(SOME_FAILED)


def recordings_wanted(asked: Iterable[str | int]) -> tuple[str | int, ...]:
    """Return which replications are to be recorded: names and numbers."""
    wanted = [str(each) for each in asked]
    for each in wanted:
        if each not in {"median", "all"} and not (each.isascii() and each.isdigit()):
            raise UsageError(f"--record takes median, all, or the number of a replication, not {each!r}.")
    return tuple(int(each) if each.isdigit() else each for each in wanted)


def _introduce(
    terminal: Terminal, reading: LoadedScenario, meta: EnsembleMeta, options: dict[str, Any]
) -> None:
    from sim.cli.text.run import size_of

    days = count_of(in_days(meta.horizon), "day")
    runs = f"{'up to ' if options['halfwidth'] else ''}{count_of(meta.replications, 'replication')}"
    terminal.say(f"{meta.title}: {size_of(reading.scenario)}, {days}, {runs}, seed {meta.seed}", bold=True)
    print_changes(terminal, reading)


def _print_result(
    terminal: Terminal, results: Results, meta: EnsembleMeta, failed: dict[int, str], seconds: float
) -> None:
    from sim.analysis.ensemble import summary
    from sim.cli.text.ensemble import print_ensemble
    from sim.statistics.intervals import CONFIDENCE

    found = summary(results) if len(results.numbers) else None
    if terminal.wants_json:
        terminal.print_json(
            {
                "scenario": meta.name,
                "title": meta.title,
                "seed": meta.seed,
                "overrides": [str(each) for each in meta.overrides],
                "seconds": round(seconds, 3),
                "level": CONFIDENCE,
                **(found.values() if found else {"replications": 0}),
                "failed": {str(number): why for number, why in sorted(failed.items())},
                "folder": str(results.folder),
                "recordings": {str(number): str(path) for number, path in results.recordings.items()},
            }
        )
    elif found is not None:
        terminal.say(f"done in {time_text(seconds)}")
        print_ensemble(terminal, results.meta, found)
        terminal.say()
        terminal.saved(f"{results.folder} ({count_of(found.replications, 'replication')})")


def _print_failed(terminal: Terminal, meta: EnsembleMeta, failed: dict[int, str], scenario: str) -> None:
    lines = [f"{len(failed)} of {count_of(meta.replications, 'replication')} failed; the others are kept."]
    lines += [f"  replication {number}: {why}" for number, why in sorted(failed.items())[:MAX_NAMED]]
    lines += [f"  and {len(failed) - MAX_NAMED} more"] if len(failed) > MAX_NAMED else []
    again = command_line("run", scenario, options=["--seed", meta.seed, "--replication", min(failed)])
    lines.append(f"To reproduce the first failure: {again}, with the same changes.")
    terminal.error("\n".join(lines))
