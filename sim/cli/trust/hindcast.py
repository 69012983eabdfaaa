"""``frontsim hindcast``: simulate a past front many times, and score it against what happened."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import command
from sim.cli.inputs import choose_seed, make_folder, read_changed, resumable, warn, workers_of
from sim.cli.terminal import Terminal, progress
from sim.command_line import command_line
from sim.errors import UsageError
from sim.files.atomic_file import AtomicFile, write_file
from sim.files.folder import TemporaryFolder
from sim.model.quantities import DAY, DISCLAIMER

if TYPE_CHECKING:
    from pathlib import Path

    from sim.experiments.hindcast.hindcast import Hindcast
    from sim.experiments.hindcast.observations import Observations
    from sim.results.hindcast_scores import HindcastScores
    from sim.scenario_file.read import LoadedScenario

REPLICATIONS: Final = 200
DIGITS: Final = 4
"""Of a probability in ``hindcast.json``."""


BUNDLED: Final = "frontsim hindcast kupiansk-calibrated --observations kupiansk-control-2025"
"""A command of the examples."""
DATE: Final[dict[str, Any]] = {
    "type": click.DateTime(["%Y-%m-%d"]),
    "metavar": "DATE",
    "callback": lambda _, __, given: given and given.date(),
}
observation_options = option.combined(
    click.option(
        "--observations",
        required=True,
        metavar="FILE",
        help="What happened: a CSV file with the columns date, town, from, to and basis, or the name of "
        "a bundled one.",
    ),
    click.option("--from", "first", help="First day to score.", **DATE),
    click.option("--to", "last", help="Last day to score.", **DATE),
    click.option(
        "--occupier",
        metavar="SIDE",
        help="Side that FILE calls the occupier. Default: the side whose losses are reported.",
    ),
    click.option(
        "--source",
        metavar="NAME",
        help="Source in FILE to score first. Default: the one with the most entries.",
    ),
)
"""Say what happened, and which days are scored."""


@command(
    "hindcast",
    (BUNDLED, "Score against the bundled observations."),
    (f"{BUNDLED} --from 2025-05-01 --to 2025-07-31", "Score some months only."),
    (f"{BUNDLED} --draw-parameters kupiansk-calibrated", "Include the uncertainty of the parameters."),
    (f"{BUNDLED} --origin 2025-05-01", "Forecast from 1 May on, by what was known then."),
)
@option.scenario_argument
@observation_options
@click.option(
    "--origin",
    help="Begin on this day, with the map that FILE gives for it and the losses reported by then.",
    **DATE,
)
@option.overrides
@option.draw_parameters
@option.number(
    "-n",
    "--replications",
    lowest=2,
    default=REPLICATIONS,
    help=f"Number of replications. Default: {REPLICATIONS}.",
)
@option.workers
@option.seed
@option.out("Folder for all replications and scores.", "DIR")
@option.resume
@option.force("Replace another hindcast in the folder.")
@click.pass_context
def hindcast_command(context: click.Context, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Simulate a scenario many times and score it against what is known to have happened.

    Towns are scored at the end of each month and on the last day, and by lead time: one, three and six months
    after the run begins. Beside the model stand two forecasts that need none: persistence (nothing changes)
    and trend (the front goes on advancing at its usual rate along the same routes). Losses are scored against
    the rates that the scenario reports. A run from --origin knows only reports of months that were over by
    then. DIR holds the ensemble that is scored; after Ctrl-C or a crash, --resume continues. Every change of
    the scenario counts as an assumption.
    """
    from sim.experiments.ensemble import Ensemble, meta_of, task_of
    from sim.experiments.hindcast.hindcast import hindcast
    from sim.experiments.hindcast.origin import opened_on
    from sim.experiments.hindcast.scoring_period import scoring_period
    from sim.experiments.hindcast.trajectories import Trajectories
    from sim.files.versioned_json import finite
    from sim.results.ensemble_folder import HindcastFolder
    from sim.results.hindcast_scores import FILES, VERSION, scores_of
    from sim.results.posterior import read_posterior

    terminal = context.ensure_object(Terminal)
    reading = files = read_changed(context, options["scenario"], is_assumed=True)
    warn(terminal, reading)
    observations = observations_of(options, reading)
    if options["origin"] is not None:
        reading = opened_on(files, observations, options["origin"], options["source"])
    period = scoring_period(reading.scenario, observations, options["first"], options["last"])
    posterior = None if options["draws"] is None else read_posterior(options["draws"])
    out, force = options["out"], options["force"] or options["resumes"]
    if out is not None:
        make_folder(out)
        for name in FILES:
            AtomicFile(out / name, force)
    seed = choose_seed(terminal, reading, options["seed"])
    # one day more than is scored: gains of the last simulated day show only after it
    days = min(period.end(period.last) + 1, -(-reading.scenario.horizon // DAY))
    passed = (reading.scenario.start - files.scenario.start).days
    shortened = read_changed(context, options["scenario"], passed + days, is_assumed=True)
    if options["origin"] is not None:
        shortened = opened_on(shortened, observations, options["origin"], options["source"])
    with (
        resumable(lambda: "Finished replications are kept."),
        nullcontext(out) if out else TemporaryFolder() as folder,
    ):
        meta = meta_of(shortened, seed, options["replications"], posterior, options["draws"])
        with (
            HindcastFolder(folder, meta, resumes=options["resumes"], force=options["force"]) as open_folder,
            workers_of(options) as workers,
            progress(terminal) as report,
        ):
            ensemble = Ensemble(task_of(shortened, meta, posterior), open_folder, workers, report)
            ensemble.run_all(meta.replications)
            runs = Trajectories.of_results(ensemble.results, observations.side, days)
    # what was reported later is what the losses of a run from a later day are scored against
    scored = replace(reading.scenario, reported_losses=files.scenario.reported_losses)
    found = hindcast(
        scored, observations, period, runs, advance=observations.advance, seed=seed, source=options["source"]
    )
    head = {
        "scenario": reading.name,
        "title": reading.scenario.name,
        "seed": seed,
        "overrides": [str(each) for each in reading.overrides],
        "truth": observations.path,
        "drawn_parameters": options["draws"],
    }
    mark = {"format": "frontsim hindcast", "version": VERSION, "disclaimer": DISCLAIMER}
    stored = {"overrides": reading.overrides}
    values = {**mark, **head, **stored, **found.values(), **_made(reading, seed, found)}
    if out is not None:
        document = json.dumps(finite(values), ensure_ascii=False, indent=1) + "\n"
        for name, text in zip(FILES, (document, cases_table(found)), strict=True):
            write_file(out / name, text.encode(), force)
    if terminal.wants_json:
        folder = None if out is None else str(out)
        terminal.print_json({**head, **found.values(), "folder": folder})
    else:
        _print_result(terminal, scores_of(values), out)


def observations_of(options: dict[str, Any], reading: LoadedScenario) -> Observations:
    """Return the observations that the command line names; they must have the source to be scored first."""
    from sim.experiments.hindcast.observations import read_observations

    found = read_observations(options["observations"], reading.scenario, options["occupier"])
    if options["source"] and options["source"] not in found.sources:
        raise UsageError(
            f"{found.path} has no source {options['source']!r}. Its sources: {', '.join(found.sources)}."
        )
    return found


def _made(reading: LoadedScenario, seed: int, found: Hindcast) -> dict[str, Any]:
    """Return what a report needs besides the scores: scenario, versions, and each town at each date."""
    from sim.recording.records import made_with
    from sim.results.meta import hash_of

    return {
        "hash": hash_of(reading.document, seed),
        "made_with": made_with(),
        "document": reading.document,
        "cases": {
            "towns": found.towns,
            "chances": {name: chances.round(DIGITS).tolist() for name, chances in found.forecasts.items()},
            "happened": found.happened[0].tolist(),
        },
    }


def _print_result(terminal: Terminal, scores: HindcastScores, out: Path | None) -> None:
    from sim.cli.text.section import print_section
    from sim.report.sections.hindcast import section
    from sim.report.subject import of_hindcast

    part = section(of_hindcast(scores))
    assert part is not None
    terminal.say(f"{scores.title}, beside what happened; seed {scores.seed}", bold=True)
    print_section(terminal, part)
    terminal.say()
    if out is None:
        terminal.say(DISCLAIMER)
    else:
        terminal.saved(str(out))
    terminal.hint(f"next: {command_line('report', out) if out else 'frontsim calibrate --help'}")


def cases_table(found: Hindcast) -> str:
    """Return each town at each date: the chances that it is occupied, and whether it was."""
    from sim.export.tabular import csv_bytes

    readings = [f"{reading.source}, grey as {reading.grey}" for reading in found.readings]
    heading = ["date", "town", "neighbourhood", *(f"chance_{name}" for name in found.forecasts), *readings]
    rows: list[dict[str, Any]] = []
    for number, day in enumerate(found.period.dates):
        for town, name in enumerate(found.towns):
            chances = [f"{chances[number, town]:.4g}" for chances in found.forecasts.values()]
            happened = [f"{of_reading[number, town]:.0f}" for of_reading in found.happened]
            cells = (day.isoformat(), name, found.neighbourhoods[town], *chances, *happened)
            rows.append(dict(zip(heading, cells, strict=True)))
    return csv_bytes(rows).decode()
