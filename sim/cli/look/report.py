"""``frontsim report``: make one HTML page of a run, an ensemble, a sweep or a hindcast."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli import option
from sim.cli.command import argument, command
from sim.errors import FileError, MissingPartError, UsageError
from sim.files.atomic_file import AtomicFile, write_file

if TYPE_CHECKING:
    from pathlib import Path

    from sim.cli.terminal import Terminal
    from sim.report.subject import Subject
    from sim.results.reader import Results

SUFFIX: Final = ".html"
RUNS: Final = "runs"
"""The kind of recordings and ensembles."""
MAX_COMPARED: Final = 2
ALIKE: Final = "Compare two of the same kind."


@command(
    "report",
    ("frontsim report runs/kupiansk-seed1.jsonl.gz", "Write kupiansk-seed1.html beside the recording."),
    ("frontsim report runs/kupiansk-b71e -o answer.html --open", "An ensemble, opened in the browser."),
    (
        "frontsim report runs/kupiansk-02aa runs/kupiansk-b71e",
        "How the second ensemble differs from the first.",
    ),
    ("frontsim report runs/kupiansk-sweep-b71e", "What moves the result."),
    ("frontsim report runs/kupiansk-b71e runs/scored", "An ensemble and a hindcast on one page."),
)
@argument(
    "sources",
    "Recordings and folders of results. Of two runs or ensembles the first is A, the second B.",
    type=option.PATH,
    metavar="RECORDING|FOLDER...",
    nargs=-1,
    required=True,
)
@option.out("Page to write, x.html. Default: a name beside the first result.")
@option.force()
@click.option("--open", "is_opened", is_flag=True, help="Open the page in the browser.")
@click.pass_obj
def report_command(terminal: Terminal, /, sources: tuple[Path, ...], **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Make one HTML page from any mixture of results. Of two runs or ensembles it shows B, and B minus A.

    The page is a single file without scripts or external parts. It can be mailed, printed, and read on any
    screen, light or dark. The same recording always gives the same page.
    """
    from sim.report.report import report

    shown, *others = _in_order(sources)
    other = next((each for each in others if _kind(each) == _kind(shown) == RUNS), None)
    named = shown.name.partition(".")[0] or "report"
    against = f"-against-{other.name.partition('.')[0]}" if other is not None else ""
    path = options["out"] or shown.with_name(f"{named}{against}{SUFFIX}")
    if path.suffix.lower() not in {SUFFIX, ".htm"}:
        raise UsageError(f"{path} is not a page. Name it .html.")
    AtomicFile(path, options["force"])
    subject = _made(shown, other)
    for each in others:
        if each is not other:
            subject = _with(subject, each)
    if subject.overrides or subject.scenario.reference is not None:
        from sim.analysis.first_day import first_day_lines

        lines = first_day_lines(subject.scenario, subject.overrides)
        subject = dataclasses.replace(subject, first_day=tuple(lines))
    content = report(subject)
    write_file(path, content, options["force"])
    if options["is_opened"]:
        import webbrowser

        if not webbrowser.open(path.resolve().as_uri()):
            raise MissingPartError(f"No browser was found. Open {path} yourself.")
    _print_result(terminal, shown, path, subject, len(content))


def _kind(source: Path) -> str:
    """Return what kind of result a path holds; what is not there passes for a run, whose reader says so."""
    from sim.results.hindcast_scores import FILE as HINDCAST
    from sim.results.sweep_findings import SweepFolder

    if (source / SweepFolder.file).exists():
        return "sweep"
    return "hindcast" if (source / HINDCAST).exists() else RUNS


def _in_order(sources: tuple[Path, ...]) -> list[Path]:
    """Return what the page is of, B where two are compared, then A and all else."""
    kinds: dict[str, list[Path]] = {}
    for each in sources:
        kinds.setdefault(_kind(each), []).append(each)
    runs = kinds.pop(RUNS, [])
    if len(runs) > MAX_COMPARED:
        raise UsageError("A page compares two runs or ensembles, A and B. Make several pages of more.")
    for kind, found in kinds.items():
        if len(found) > 1:
            raise UsageError(f"A page has room for one {kind}, and {len(found)} are named. Leave one out.")
    return [*reversed(runs), *(found[0] for found in kinds.values())]


def _print_result(terminal: Terminal, source: Path, path: Path, subject: Subject, size: int) -> None:
    replications = None if subject.ensemble is None else subject.ensemble.count
    shown = None if subject.run is None else subject.run.recording.header.replication
    if terminal.wants_json:
        values = {"replications": replications, "shown": shown, "bytes": size}
        terminal.print_json({"source": str(source), "path": str(path), **values})
        return
    from sim.report.provenance import command as again

    terminal.saved(path, size)
    if replications and shown is None:
        terminal.hint(
            "No run of this ensemble was recorded, so the page has no map and no roads. "
            f"To add them: {again(subject, '--record', 'median', '--resume', '-o', source)}"
        )


def _made(source: Path, other: Path | None) -> Subject:
    kind = _kind(source)
    if kind != RUNS:
        return _of_sweep(source) if kind == "sweep" else _of_hindcast(source)
    return _of_ensemble(source, other) if source.is_dir() else _of_recording(source, other)


def _with(subject: Subject, folder: Path) -> Subject:
    """Return a subject with the findings of a sweep or a hindcast added."""
    beside, kind = _made(folder, None), _kind(folder)
    _check_sides(*([side.id for side in each.scenario.sides] for each in (subject, beside)))
    found: dict[str, Any] = {kind: getattr(beside, kind)}
    return dataclasses.replace(subject, **found)


def _of_sweep(folder: Path) -> Subject:
    from sim.report.subject import of_sweep
    from sim.results.sweep_findings import SweepFolder, read_findings

    meta = SweepFolder.read(folder)
    findings = read_findings(folder)
    if meta is None or meta.hash != findings.hash:
        raise FileError(f"The findings in {folder} are of another sweep. Repeat it with --resume.")
    return of_sweep(meta, findings)


def _of_hindcast(folder: Path) -> Subject:
    from sim.report.subject import of_hindcast
    from sim.results.hindcast_scores import read_hindcast

    subject = of_hindcast(found := read_hindcast(folder))
    if found.occupier not in {side.id for side in subject.scenario.sides}:
        raise FileError(
            f"{folder} names a side {found.occupier!r} that its scenario lacks. Repeat the hindcast."
        )
    return subject


def _of_recording(source: Path, other: Path | None) -> Subject:
    from sim.cli.look.compared import runs_compared
    from sim.recording.reader import Recording
    from sim.report.subject import of_recording

    recording = Recording.open(source)
    comparison = None
    if other is not None:
        if other.is_dir():
            raise UsageError(f"{source} is a recording and {other} is an ensemble. {ALIKE}")
        first = Recording.open(other)
        _check_sides(list(first.header.sides), list(recording.header.sides))
        comparison = runs_compared(first, recording)
    return of_recording(recording, comparison)


def _of_ensemble(source: Path, other: Path | None) -> Subject:
    from sim.analysis.ensemble import middle
    from sim.cli.look.compared import ensembles_compared
    from sim.experiments.compare import compare
    from sim.recording.reader import Recording
    from sim.report.subject import of_ensemble
    from sim.results.reader import Results

    results = _with_runs(Results.open(source))
    comparison = None
    if other is not None:
        if not other.is_dir():
            raise UsageError(f"{source} is an ensemble and {other} is a recording. {ALIKE}")
        first = _with_runs(Results.open(other))
        _check_sides(list(first.names.sides), list(results.names.sides))
        comparison = ensembles_compared(first, results, compare(first, results))
    there = results.recordings
    # the run to show is the median replication, else the first recorded one
    shown = Recording.open(there.get(middle(results)) or there[min(there)]) if there else None
    return of_ensemble(results, shown, comparison)


def _with_runs(results: Results) -> Results:
    """Open an ensemble that is not empty."""
    if not len(results.numbers):
        raise UsageError(f"{results.folder} holds no replications yet. Run some first: frontsim ensemble.")
    return results


def _check_sides(first: list[str], second: list[str]) -> None:
    """Raise where two results are of different fronts."""
    if first != second:
        raise UsageError(
            f"Their sides differ: {' and '.join(first)}; {' and '.join(second)}. "
            "Compare two results of the same front."
        )
