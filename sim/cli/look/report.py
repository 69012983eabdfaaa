"""``frontsim report``: one page from a run, an ensemble, a sweep or a hindcast, to be read and printed."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.arguments import complete_files
from sim.cli.command import command
from sim.errors import FileError, MissingPartError, UsageError

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal
    from sim.recording.reader import Recording
    from sim.report.findings import Comparison
    from sim.report.subject import Subject
    from sim.results.reader import Results

SUFFIX: Final = ".html"


@command(
    "report",
    "Make one self-contained page from a run, an ensemble, a sweep or a hindcast.",
    ("frontsim report runs/kupiansk-seed1.jsonl.gz", "Of one run; writes kupiansk-seed1.html beside it."),
    ("frontsim report runs/kupiansk-b71e -o answer.html --open", "Of an ensemble, shown in the browser."),
    ("frontsim report runs/kupiansk-b71e --compare runs/kupiansk-02aa", "What it changes against another."),
    ("frontsim report runs/kupiansk-sweep-b71e", "Of a sweep: what moves the result."),
    (
        "frontsim report runs/kupiansk-b71e --sweep runs/kupiansk-sweep-b71e --hindcast runs/scored",
        "All of it in one page.",
    ),
)
@click.argument(
    "source", type=click.Path(path_type=Path), metavar="RECORDING|FOLDER", shell_complete=complete_files
)
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="x.html; else beside it.")
@click.option(
    "--compare",
    "other",
    type=click.Path(path_type=Path),
    metavar="OTHER",
    help="Another of the same kind, against which it is held.",
)
@click.option(
    "--sweep",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Of a sweep: adds what moves the result.",
)
@click.option(
    "--hindcast",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Of a hindcast: adds what happened, beside what was simulated.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--open", "is_opened", is_flag=True, help="Show it in the browser.")
@click.pass_obj
def report_command(terminal: Terminal, /, **options: Any) -> None:  # noqa: ANN401 - what click has read
    """Make one HTML file from a RECORDING, or from the FOLDER of an ensemble, a sweep or a hindcast.

    The page needs nothing else: no script, nothing from outside. It can be sent, printed and read on any
    screen, light or dark. The same recording gives the same file.
    """
    from sim.files.atomic_file import AtomicFile
    from sim.report.report import report

    source, other = options["source"], options["other"]
    path = options["out"] or _beside(source, other)
    if path.suffix.lower() not in {SUFFIX, ".htm"}:
        raise UsageError(f"{path} ends in no kind of page. Name it .html.")
    AtomicFile(path, options["force"])
    subject = _with_others(_made(source, other), options["sweep"], options["hindcast"])
    content = report(subject)
    with AtomicFile(path, options["force"]) as file:
        file.write(content)
        file.keep()
    if options["is_opened"]:
        _open(path)
    _tell(terminal, source, path, subject, len(content))


def _tell(terminal: Terminal, source: Path, path: Path, subject: Subject, size: int) -> None:
    """Say what was made, and what it lacks."""
    replications = None if subject.ensemble is None else subject.ensemble.count
    shown = None if subject.run is None else subject.run.recording.header.replication
    if terminal.wants_json:
        told = {"replications": replications, "shown": shown, "bytes": size}
        terminal.object({"source": str(source), "path": str(path), **told})
        return
    from sim.cli.text.run import size_text
    from sim.model.quantities import DISCLAIMER
    from sim.report.provenance import command as again

    terminal.say(f"saved {path} ({size_text(size)})")
    terminal.say(DISCLAIMER)
    if replications and shown is None:
        terminal.hint(
            "No run of this ensemble was recorded, so the page has no map and no roads. "
            f"For these: {again(subject)} --record median --resume -o {shlex.quote(str(source))}"
        )


def _beside(source: Path, other: Path | None) -> Path:
    """Return a name for a page beside what it is of."""
    named = source.name.partition(".")[0] or "report"
    against = f"-against-{other.name.partition('.')[0]}" if other is not None else ""
    return source.with_name(f"{named}{against}{SUFFIX}")


def _made(source: Path, other: Path | None) -> Subject:
    """Return what the page is of, by what its source is."""
    if not source.is_dir():
        return _of_recording(source, other)
    from sim.results.hindcast_scores import FILE as HINDCAST
    from sim.results.sweep_folder import FILE as SWEEP

    for name, made in ((SWEEP, _of_sweep), (HINDCAST, _of_hindcast)):
        if (source / name).exists():
            if other is not None:
                raise UsageError(
                    f"{source} is of a sweep or a hindcast. --compare takes recordings or ensembles."
                )
            return made(source)
    return _of_ensemble(source, other)


def _with_others(subject: Subject, sweep: Path | None, hindcast: Path | None) -> Subject:
    """Return a subject with what a sweep and a hindcast found beside it."""
    found: dict[str, Any] = {}
    for folder, name, read in ((sweep, "sweep", _of_sweep), (hindcast, "hindcast", _of_hindcast)):
        if folder is None:
            continue
        if getattr(subject, name) is not None:
            raise UsageError(f"The page is of a {name} already. Leave out --{name} {folder}.")
        beside = read(folder)
        _check_sides(*([side.id for side in each.scenario.sides] for each in (subject, beside)))
        found[name] = getattr(beside, name)
    return dataclasses.replace(subject, **found)


def _of_sweep(folder: Path) -> Subject:
    """Return a sweep as what a page is of."""
    from sim.report.subject import of_sweep
    from sim.results.sweep_findings import read_findings
    from sim.results.sweep_folder import read_sweep_meta

    meta = read_sweep_meta(folder)
    findings = read_findings(folder)
    if meta is None or meta.hash != findings.hash:
        raise FileError(f"{folder} does not say what its findings are of. Repeat the sweep with --resume.")
    return of_sweep(meta, findings)


def _of_hindcast(folder: Path) -> Subject:
    """Return a hindcast as what a page is of."""
    from sim.report.subject import of_hindcast
    from sim.results.hindcast_scores import read_hindcast

    subject = of_hindcast(found := read_hindcast(folder))
    if found.occupier not in {side.id for side in subject.scenario.sides}:
        raise FileError(f"{folder} is of a side {found.occupier!r} that its scenario lacks. Make it again.")
    return subject


def _of_recording(source: Path, other: Path | None) -> Subject:
    """Return one run as what a page is of."""
    from sim.recording.reader import Recording
    from sim.report.subject import of_recording

    recording = Recording.open(source)
    comparison = None
    if other is not None:
        if other.is_dir():
            raise _not_alike(source, other, "a recording", "an ensemble")
        comparison = _runs(Recording.open(other), recording)
    return of_recording(recording, comparison)


def _runs(first: Recording, second: Recording) -> Comparison:
    from sim.cli.look.report_findings import runs_compared

    _check_sides(list(first.header.sides), list(second.header.sides))
    return runs_compared(first, second)


def _of_ensemble(source: Path, other: Path | None) -> Subject:
    """Return many runs as what a page is of."""
    from sim.cli.look.report_findings import findings_of
    from sim.report.subject import of_ensemble
    from sim.results.reader import Results

    results = _with_runs(Results.open(source))
    comparison = None
    if other is not None:
        if not other.is_dir():
            raise _not_alike(source, other, "an ensemble", "a recording")
        comparison = _ensembles(_with_runs(Results.open(other)), results)
    findings = findings_of(results)
    return of_ensemble(results, findings, _shown(results, findings.middle), comparison)


def _ensembles(first: Results, second: Results) -> Comparison:
    from sim.cli.look.report_findings import ensembles_compared

    _check_sides(list(first.names.sides), list(second.names.sides))
    return ensembles_compared(first, second)


def _with_runs(results: Results) -> Results:
    """Return an ensemble that holds something."""
    if not len(results.numbers):
        raise UsageError(f"{results.folder} holds no replication yet. Run some first: frontsim ensemble.")
    return results


def _shown(results: Results, middle: int) -> Recording | None:
    """Return the replication that is shown in full: the one in the middle, else the first recorded."""
    from sim.recording.reader import Recording

    there = results.recordings
    if not there:
        return None
    return Recording.open(there.get(middle) or there[min(there)])


def _not_alike(source: Path, other: Path, first: str, second: str) -> UsageError:
    """Return the error for two things that cannot be compared."""
    return UsageError(f"{source} is {first} and {other} is {second}. Compare two of the same kind.")


def _check_sides(first: list[str], second: list[str]) -> None:
    """Raise where two things are of different fronts."""
    if first != second:
        raise UsageError(
            f"The one is of {' and '.join(first)}, the other of {' and '.join(second)}. "
            "Compare two of one front."
        )


def _open(path: Path) -> None:
    """Show a page in the browser."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        raise MissingPartError(f"No browser was found here. Open {path} in one by hand.")
