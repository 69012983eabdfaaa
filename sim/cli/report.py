"""``frontsim report``: one page from a recording or an ensemble, to be read, shown and printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from sim.cli.command import command
from sim.errors import PartMissing, UsageWrong

if TYPE_CHECKING:
    from sim.archive.recording import Recording
    from sim.archive.results import Results
    from sim.cli.terminal import Terminal
    from sim.report.findings import Comparison

SUFFIX: Final = ".html"


@command(
    "report",
    "Make one self-contained page from a recording or an ensemble.",
    ("frontsim report runs/kupiansk-seed1.jsonl.gz", "Of one run; writes kupiansk-seed1.html beside it."),
    ("frontsim report runs/kupiansk-b71e -o answer.html --open", "Of an ensemble, shown in the browser."),
    ("frontsim report runs/kupiansk-b71e --compare runs/kupiansk-02aa", "What it changes against another."),
)
@click.argument("source", type=click.Path(path_type=Path), metavar="RECORDING|ENSEMBLE")
@click.option("-o", "--out", type=click.Path(path_type=Path), metavar="FILE", help="x.html; else beside it.")
@click.option(
    "--compare",
    "other",
    type=click.Path(path_type=Path),
    metavar="OTHER",
    help="Another of the same kind, against which it is held.",
)
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--open", "is_opened", is_flag=True, help="Show it in the browser.")
@click.pass_obj
def report_command(
    terminal: Terminal, source: Path, out: Path | None, other: Path | None, force: bool, is_opened: bool
) -> None:
    """Make one HTML file from a RECORDING or from the folder of an ENSEMBLE.

    The page needs nothing else: no script, nothing from outside. It can be sent, printed and read on any
    screen, light or dark. The same recording gives the same file.
    """
    from sim.archive.output import WholeFile

    path = out or _beside(source, other)
    if path.suffix.lower() not in {SUFFIX, ".htm"}:
        raise UsageWrong(f"{path} ends in no kind of page. Name it .html.")
    WholeFile(path, force)
    content, told = _made(source, other)
    with WholeFile(path, force) as file:
        file.write(content)
        file.keep()
    if is_opened:
        _open(path)
    if terminal.wants_json:
        terminal.object({"source": str(source), "path": str(path), "bytes": len(content), **told})
        return
    from sim.cli.summary_text import size_text
    from sim.domain.quantities import DISCLAIMER

    terminal.say(f"saved {path} ({size_text(len(content))})")
    terminal.say(DISCLAIMER)
    if told["replications"] and told["shown"] is None:
        terminal.hint(
            "No run of this ensemble was recorded, so the page has no map and no roads. "
            "For these: the same frontsim ensemble command with --resume --record median"
        )


def _beside(source: Path, other: Path | None) -> Path:
    """Return a name for a page beside what it is of."""
    named = source.name.partition(".")[0] or "report"
    against = f"-against-{other.name.partition('.')[0]}" if other is not None else ""
    return source.with_name(f"{named}{against}{SUFFIX}")


def _made(source: Path, other: Path | None) -> tuple[bytes, dict[str, Any]]:
    """Return a page, and what to tell of it."""
    if source.is_dir():
        return _of_ensemble(source, other)
    return _of_recording(source, other)


def _of_recording(source: Path, other: Path | None) -> tuple[bytes, dict[str, Any]]:
    """Return the page of one run."""
    from sim.archive.recording import Recording
    from sim.report.report import report
    from sim.report.subject import of_recording

    recording = Recording.open(source)
    comparison = None
    if other is not None:
        if other.is_dir():
            raise _not_alike(source, other, "a recording", "an ensemble")
        comparison = _runs(Recording.open(other), recording)
    subject = of_recording(recording, comparison)
    return report(subject), {"replications": None, "shown": recording.header.replication}


def _runs(first: Recording, second: Recording) -> Comparison:
    from sim.cli.report_findings import runs_compared

    _check_sides(list(first.header.sides), list(second.header.sides))
    return runs_compared(first, second)


def _of_ensemble(source: Path, other: Path | None) -> tuple[bytes, dict[str, Any]]:
    """Return the page of many runs."""
    from sim.archive.results import Results
    from sim.cli.report_findings import findings_of
    from sim.report.report import report
    from sim.report.subject import of_ensemble

    results = _with_runs(Results.open(source))
    comparison = None
    if other is not None:
        if not other.is_dir():
            raise _not_alike(source, other, "an ensemble", "a recording")
        comparison = _ensembles(_with_runs(Results.open(other)), results)
    findings = findings_of(results)
    shown = _shown(results, findings.middle)
    subject = of_ensemble(results, findings, shown, comparison)
    return report(subject), {
        "replications": len(results.numbers),
        "shown": None if shown is None else shown.header.replication,
    }


def _ensembles(first: Results, second: Results) -> Comparison:
    from sim.cli.report_findings import ensembles_compared

    _check_sides(list(first.names.sides), list(second.names.sides))
    return ensembles_compared(first, second)


def _with_runs(results: Results) -> Results:
    """Return an ensemble that holds something."""
    if not len(results.numbers):
        raise UsageWrong(f"{results.folder} holds no replication yet. Run some first: frontsim ensemble.")
    return results


def _shown(results: Results, middle: int) -> Recording | None:
    """Return the replication that is shown in full: the one in the middle, else the first recorded."""
    from sim.archive.recording import Recording

    there = results.recordings
    if not there:
        return None
    return Recording.open(there.get(middle) or there[min(there)])


def _not_alike(source: Path, other: Path, first: str, second: str) -> UsageWrong:
    """Return the error for two things that cannot be compared."""
    return UsageWrong(f"{source} is {first} and {other} is {second}. Compare two of the same kind.")


def _check_sides(first: list[str], second: list[str]) -> None:
    """Raise where two things are of different fronts."""
    if first != second:
        raise UsageWrong(
            f"The one is of {' and '.join(first)}, the other of {' and '.join(second)}. "
            "Compare two of one front."
        )


def _open(path: Path) -> None:
    """Show a page in the browser."""
    import webbrowser

    if not webbrowser.open(path.resolve().as_uri()):
        raise PartMissing(f"No browser was found here. Open {path} in one by hand.")
