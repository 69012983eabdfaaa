"""``frontsim ensemble``: a scenario run many times, each with its own luck."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click

from sim.cli.arguments import override_options, read_changed, scenario_argument
from sim.cli.command import command
from sim.cli.run.run import seed_of, shown, warn
from sim.cli.terminal import Terminal
from sim.cli.trust.hindcast import draw_option, posterior_of
from sim.cli.whole_number import WholeNumber
from sim.cli.workers import worker_options, workers_of

if TYPE_CHECKING:
    from sim.experiments.calibrate.posterior import Posterior
    from sim.experiments.ensemble import Ensemble
    from sim.results.meta import Meta
    from sim.scenario_file.read import LoadedScenario

FOLDER: Final = Path("runs")
USUAL: Final = 200
MOST: Final = 10_000
"""Replications at most where a half-width says when to stop."""
SOME_FAILED: Final = 6
INTERRUPTED: Final = 130
SHORT: Final = 4
"""Digits of the hash in a folder's name."""
MOST_NAMED: Final = 5


@command(
    "ensemble",
    "Simulate a scenario many times, each with its own luck.",
    ("frontsim ensemble kupiansk", "Two hundred replications, on all processors."),
    ("frontsim ensemble kupiansk -n 1000 --resume", "Go on to a thousand."),
    ("frontsim ensemble kupiansk --until-halfwidth 0.02", "As many as it takes to know each share to 2 %."),
    ("frontsim ensemble kupiansk --record median", "And record the run nearest to the middle, to watch."),
    ("frontsim ensemble kupiansk --executor dask --scheduler tcp://host:8786", "On a Dask cluster."),
)
@scenario_argument
@override_options
@draw_option
@click.option(
    "-n",
    "--replications",
    type=WholeNumber(1),
    metavar="N",
    help=f"How many; {USUAL}, or with --until-halfwidth {MOST:,} at most.",
)
@worker_options
@click.option("--seed", type=WholeNumber(0), metavar="N", help="Their luck; else the file's, else drawn.")
@click.option("-d", "--days", type=WholeNumber(1), metavar="N", help="How many days, instead of the file's.")
@click.option(
    "--until-halfwidth",
    "halfwidth",
    type=click.FloatRange(0.0, 0.5, min_open=True),
    metavar="X",
    help="Run until every town's share is known to plus or minus X; 30 replications at least.",
)
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="DIR", help="The folder to keep them in."
)
@click.option("--resume", "resumes", is_flag=True, help="Go on with what the folder holds.")
@click.option("--force", is_flag=True, help="Throw away the ensemble that the folder holds.")
@click.option(
    "--record",
    "wanted",
    multiple=True,
    metavar="WHICH",
    help="Record in full: median, all, or a replication's number; repeatable.",
)
@click.pass_context
def ensemble_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Simulate SCENARIO many times, keep every replication that finishes, and say what is sure.

    SCENARIO is the name of a bundled scenario (frontsim list) or a file. Replication N is what
    frontsim run --replication N gives with the same seed, whoever runs it. Results are Parquet files in a
    folder; after Ctrl-C or a crash, the same command with --resume goes on. The median run is the one whose
    places among all, by each side's losses of soldiers and by towns held, are nearest to the middle.
    """
    terminal = context.ensure_object(Terminal)
    wanted = _recordings(options["wanted"])
    reading = read_changed(context, options["scenario"], options["days"])
    warn(terminal, reading)
    count = options["replications"] or (MOST if options["halfwidth"] else USUAL)
    draws = posterior_of(options["draws"])
    meta, folder = _place(terminal, reading, options, count, draws)
    job = _Job(folder, meta, wanted, options, draws)
    if not terminal.wants_json:
        _introduce(terminal, context, reading, meta, options["halfwidth"])
    began = time.monotonic()
    try:
        failed = _run(terminal, job, reading)
    except KeyboardInterrupt:
        _tell_interrupted(terminal, job)
        context.exit(INTERRUPTED)
    _tell(terminal, job, failed, time.monotonic() - began)
    if failed:
        context.exit(SOME_FAILED)


class _Job(NamedTuple):
    """What this call is to do."""

    folder: Path
    meta: Meta
    wanted: tuple[str | int, ...]
    """Recordings."""
    options: dict[str, Any]
    draws: Posterior | None


def _recordings(wanted: tuple[str, ...]) -> tuple[str | int, ...]:
    """Return which replications to record."""
    for each in wanted:
        if each not in {"median", "all"} and not (each.isascii() and each.isdigit()):
            message = f"--record takes median, all, or a replication's number, not {each!r}."
            raise click.UsageError(message, click.get_current_context())
    return tuple(int(each) if each.isdigit() else each for each in wanted)


def _place(
    terminal: Terminal, reading: LoadedScenario, options: dict[str, Any], count: int, draws: Posterior | None
) -> tuple[Meta, Path]:
    """Return what the ensemble is of, and where it goes; a folder that is gone on with knows its seed."""
    from sim.experiments.running.plans import meta_of
    from sim.results.meta import hash_of, read_meta

    out, seed = options["out"], options["seed"]
    there = read_meta(out) if out is not None and options["resumes"] else None
    if seed is None and there is not None:
        seed = there.seed
    seed, is_drawn = seed_of(seed, reading.scenario.seed)
    if is_drawn:
        terminal.hint(f"Neither the command line nor {reading.name} names a seed: {seed} was drawn.")
    meta = meta_of(reading, seed, count)
    if draws is not None:
        from sim.experiments.calibrate.posterior import changes_to

        changes_to(reading.scenario, draws.drawn(seed, 0))  # before anything is written
        drawn = f"--draw-parameters {options['draws']}"
        hashed = hash_of({"drawn": draws.text(), **reading.document}, seed)
        meta = dataclasses.replace(meta, overrides=(*meta.overrides, drawn), hash=hashed)
    return meta, out or FOLDER / f"{reading.name}-{meta.hash[:SHORT]}"


def _introduce(
    terminal: Terminal, context: click.Context, reading: LoadedScenario, meta: Meta, halfwidth: float | None
) -> None:
    """Say what is about to be run."""
    from sim.cli.text.run import changed_lines, size_of
    from sim.model.quantities import in_days

    days = f"{in_days(meta.horizon):g} days"
    runs = f"up to {meta.replications:,}" if halfwidth else f"{meta.replications:,}"
    terminal.say(
        f"{meta.title}: {size_of(reading.scenario)}, {days}, {runs} replications, seed {meta.seed}", bold=True
    )
    if reading.overrides:
        from sim.scenario_file.read import read_scenario

        for line in changed_lines(reading, read_scenario(context.params["scenario"]).scenario):
            terminal.say(line)


def _run(terminal: Terminal, job: _Job, reading: LoadedScenario) -> dict[int, str]:
    """Run what is missing; return which replications failed, and why."""
    from sim.cli.text.progress import progress
    from sim.experiments.ensemble import Ensemble
    from sim.experiments.running.plans import plan_of
    from sim.results.folder import ResultsFolder

    meta, options = job.meta, job.options
    plan = dataclasses.replace(plan_of(reading, meta), draws=job.draws)
    with (
        ResultsFolder(job.folder, meta, resumes=options["resumes"], force=options["force"]) as folder,
        workers_of(options) as workers,
    ):
        with progress(terminal) as tell:
            ensemble = Ensemble(plan, folder, workers, tell)
            if options["halfwidth"]:
                ensemble.run_until(options["halfwidth"], meta.replications)
            else:
                ensemble.run(meta.replications, is_recorded="all" in job.wanted)
            _record(ensemble, job.wanted)
        return ensemble.failed


def _record(ensemble: Ensemble, wanted: tuple[str | int, ...]) -> None:
    """Record what is wanted and not recorded yet."""
    from sim.experiments.ensemble import middle

    numbers = [each for each in wanted if isinstance(each, int)]
    if "all" in wanted:
        numbers += ensemble.results.numbers.tolist()
    if "median" in wanted and len(ensemble.results.numbers):
        numbers.append(middle(ensemble.results))
    ensemble.record(sorted(set(numbers)))


def _tell_interrupted(terminal: Terminal, job: _Job) -> None:
    """Say what is kept."""
    from sim.results.reader import Results

    done = len(Results.open(job.folder).numbers)
    terminal.problem(
        f"stopped. {done} finished replications are kept in {job.folder}.\n"
        f"Go on with the same command and --resume."
    )


def _tell(terminal: Terminal, job: _Job, failed: dict[int, str], seconds: float) -> None:
    """Print what came of it, where it is, and what to do next."""
    from sim.cli.text.ensemble import tell
    from sim.experiments.ensemble_summary import summary
    from sim.model.quantities import DISCLAIMER
    from sim.results.reader import Results
    from sim.statistics.stopping import CONFIDENCE

    results = Results.open(job.folder)
    found = summary(results) if len(results.numbers) else None
    if terminal.wants_json:
        terminal.object(
            {
                "scenario": job.meta.name,
                "title": job.meta.title,
                "seed": job.meta.seed,
                "overrides": list(job.meta.overrides),
                "seconds": round(seconds, 3),
                "level": CONFIDENCE,
                **(found.values() if found else {"replications": 0}),
                "failed": {str(number): why for number, why in sorted(failed.items())},
                "folder": str(job.folder),
                "recordings": {str(number): str(path) for number, path in results.recordings.items()},
            }
        )
    elif found is not None:
        from sim.cli.text.progress import time_text

        terminal.say(f"done in {time_text(seconds)}")
        tell(terminal, results.meta, found)
        terminal.say()
        terminal.say(f"saved {job.folder} ({found.replications:,} replications)")
        terminal.say(DISCLAIMER)
    _tell_failed(terminal, job, failed)
    for path in list(results.recordings.values())[:1]:
        terminal.hint(f"next: frontsim play {shown(path)}")


def _tell_failed(terminal: Terminal, job: _Job, failed: dict[int, str]) -> None:
    """Say which replications failed, and how to see one fail again."""
    if not failed:
        return
    lines = [f"{len(failed)} of {job.meta.replications} replications failed; the others are kept."]
    lines += [f"  replication {number}: {why}" for number, why in sorted(failed.items())[:MOST_NAMED]]
    lines += [f"  and {len(failed) - MOST_NAMED} more"] if len(failed) > MOST_NAMED else []
    again = f"frontsim run {job.options['scenario']} --seed {job.meta.seed} --replication {min(failed)}"
    lines.append(f"To see the first fail again: {again}, with the same changes.")
    terminal.problem("\n".join(lines))
