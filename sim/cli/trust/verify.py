"""``frontsim verify``: check the engine against published results, or a recording against a new run."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from click.shell_completion import CompletionItem

from sim.cli import option
from sim.cli.command import argument, command
from sim.cli.inputs import is_recording
from sim.errors import UsageError
from sim.scenario_file.names import count_of, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.cli.terminal import Terminal
    from sim.model.events import Event
    from sim.model.quantities import Seconds
    from sim.recording.reader import Recording
    from sim.verification.case import Check, Verdict

FAILED: Final = 1
"""Exit code where a case fails, or a recording is not reproduced."""


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return cases that begin so, then files."""
    from sim.verification.pack import CASES

    names = [CompletionItem(case.name, help=case.claim) for case in CASES if case.name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


@command(
    "verify",
    ("frontsim verify", "Run every published and exact case through the engine."),
    ("frontsim verify iwo-jima", "Run one case; print all its numbers and the reasons for the tolerances."),
    ("frontsim verify runs/kupiansk-seed1.jsonl.gz", "Simulate a recording again, compare every event."),
)
@argument(
    "what",
    "Cases to run, or one recording to simulate again. Default: all cases.",
    nargs=-1,
    metavar="[CASE...|RECORDING]",
    shell_complete=_complete,
)
@option.number("--seed", lowest=0, help="Random seed of the cases. Default: one that is known to pass.")
@option.jobs
@click.pass_context
def verify_command(context: click.Context, what: tuple[str, ...], seed: int | None, jobs: int | None) -> None:
    """Run the verification cases, or simulate a recording again and compare every event.

    Each case puts a published or exact result to the engine itself, and prints expected and actual values.
    Exit code 0: all passed. 1: a case failed.

    Of a recording, the digest, the keyframes and the ledger are checked; then its scenario is simulated again
    with the same seed and replication. Exit code 0: every event is the same. 1: they differ, and the first
    difference is printed.
    """
    from sim.verification.pack import CASES, SEED

    terminal: Terminal = context.obj
    known = {case.name for case in CASES}
    if what and not known & set(what):
        if len(what) > 1 or seed is not None or jobs is not None:
            raise UsageError(
                f"None of {', '.join(what)} is a case. To verify recordings, name one at a time, "
                "without --seed and --jobs."
            )
        _verify_recording(context, what[0], known)
        return
    if unknown := [each for each in what if each not in known]:
        raise UsageError(_unknown(unknown[0], known))
    names = [case.name for case in CASES if not what or case.name in what]
    passed = run_cases(terminal, names, SEED if seed is None else seed, jobs, in_full=bool(what))
    context.exit(0 if passed else FAILED)


def _verify_recording(context: click.Context, name: str, known: set[str]) -> None:
    """Check a recording and simulate it again; what cannot be a file was probably meant as a case."""
    from sim.recording.reader import Recording

    path, terminal = Path(name), context.obj
    try:
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    if not exists and not is_recording(name) and "/" not in name:
        raise UsageError(_unknown(name, known))
    recording = Recording.open(path)
    recording.check()
    terminal.detail(f"{path} is intact; simulating it again")
    difference, others = first_difference(recording), other_versions(recording)
    changes = ", ".join(f"{name} {then} then and {now} now" for name, (then, now) in others.items())
    cause, reason = (None, "") if difference is None else _cause(recording, changes)
    if terminal.wants_json:
        terminal.print_json(
            {
                "recording": str(recording.path),
                "is_whole": True,
                "is_same": difference is None,
                "events": recording.event_count,
                "sha256": recording.digest,
                "first_difference": difference,
                "cause": cause,
                "other_versions": {name: {"then": then, "now": now} for name, (then, now) in others.items()},
            }
        )
    else:
        _print_recording(terminal, recording, difference, changes, reason)
    context.exit(FAILED if difference else 0)


def _unknown(name: str, known: set[str]) -> str:
    advice = did_you_mean(name, tuple(known)) or f"cases are {', '.join(sorted(known))}."
    return f"There is no case or recording {name!r}. {advice[0].upper()}{advice[1:]}"


WHOLE: Final = 1000.0
"""Figures from here on have no decimals."""
DIGITS: Final = 4
"""Significant digits of smaller figures."""


def run_cases(
    terminal: Terminal, names: Sequence[str], seed: int, jobs: int | None, *, in_full: bool
) -> bool:
    """Run cases and print their results; return whether all passed."""
    from sim.experiments.running.executors import cores
    from sim.verification.pack import verify

    verdicts = []
    for verdict in verify(names, seed, jobs or cores()):
        verdicts.append(verdict)
        if terminal.shows_progress():
            terminal.hint(f"{len(verdicts)} of {len(names)}: {verdict.name}")
    passed = all(verdict.passed for verdict in verdicts)
    if terminal.wants_json:
        values = [_values(verdict) for verdict in verdicts]
        terminal.print_json({"seed": seed, "passed": passed, "cases": values})
        return passed
    if in_full:
        for verdict in verdicts:
            _print_in_full(terminal, verdict)
    else:
        _print_table(terminal, verdicts)
    _print_total(terminal, verdicts, seed)
    return passed


def _values(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict, headed by the check nearest to failing."""
    nearest = verdict.nearest_to_failing
    return {
        "name": verdict.name,
        "claim": verdict.claim,
        "source": verdict.source,
        "scenario": verdict.scenario or None,
        **(dataclasses.asdict(nearest) if nearest else dict.fromkeys(("expected", "got", "tolerance"))),
        "passed": verdict.passed,
        "problem": verdict.problem or None,
        "checks": [{**dataclasses.asdict(check), "passed": check.passed} for check in verdict.checks],
    }


def _print_table(terminal: Terminal, verdicts: Sequence[Verdict]) -> None:
    """Print one row for each case, with the check nearest to failing."""
    rows = []
    for verdict in verdicts:
        nearest = verdict.nearest_to_failing
        figures = _figures(nearest) if nearest else ("", "", "")
        what = nearest.what if nearest else verdict.problem
        passed = f"{sum(check.passed for check in verdict.checks)}/{len(verdict.checks)}"
        result = f"yes {passed}" if verdict.passed else f"NO {passed}"
        rows.append((verdict.name, verdict.source, what, *figures, result))
    terminal.table(("Case", "Source", "Number", "Expected", "Got", "Within", "Passed"), rows, right=(3, 4, 5))


def _print_in_full(terminal: Terminal, verdict: Verdict) -> None:
    terminal.say(f"{verdict.name}: {verdict.claim}", bold=True)
    terminal.say(f"Source: {verdict.source}. Scenario: {verdict.scenario or 'none'}.")
    if verdict.checks:
        headings = ("Number", "Expected", "Got", "Within", "Passed", "Reason for the tolerance")
        rows = [
            (check.what, *_figures(check), "yes" if check.passed else "NO", check.why)
            for check in verdict.checks
        ]
        terminal.table(headings, rows, right=(1, 2, 3))
    if verdict.problem:
        terminal.say(f"The case could not be completed: {verdict.problem}")
    terminal.say()


def _print_total(terminal: Terminal, verdicts: Sequence[Verdict], seed: int) -> None:
    failed = [verdict.name for verdict in verdicts if not verdict.passed]
    checks = sum(len(verdict.checks) for verdict in verdicts)
    cases = f"{count_of(len(verdicts), 'case')} with {count_of(checks, 'number')}, seed {seed}"
    if not failed:
        terminal.say(f"{cases}: all passed.", bold=True)
        if len(verdicts) > 1:
            terminal.hint("next: frontsim verify CASE, for all its numbers and their tolerances")
        return
    terminal.say(f"{cases}: {len(failed)} failed: {', '.join(failed)}.", bold=True)
    from sim.verification.pack import SEED

    if seed == SEED:
        terminal.say("With this seed all cases are known to pass: please report this table.")
    else:
        terminal.say("About one seed in a thousand fails by chance alone. Try another --seed.")


def _figures(check: Check) -> tuple[str, str, str]:
    within = f"± {_figure(check.tolerance)}" if check.tolerance else "exactly"
    return _figure(check.expected), _figure(check.got), within


def _figure(value: float) -> str:
    if abs(value) >= WHOLE:
        return f"{value:,.0f}"
    return f"{value + 0.0:.{DIGITS}g}"


NOT_INSTALLED: Final = "not installed"
"""What a recording calls the version of a checkout."""


def first_difference(recording: Recording) -> dict[str, Any] | None:
    """Simulate a recording again; return number, time and both lines of the first event that differs."""
    from sim.engine.simulation import simulate
    from sim.recording.records import event_line

    events, count = recording.events(), 0
    found: tuple[Any, Any] | None = None  # the events with their times

    def compare(t: Seconds, event: Event) -> None:
        nonlocal count, found
        if found is None:
            count += 1
            recorded = next(events, None)
            if recorded != (t, event):
                found = recorded, (t, event)

    header = recording.header
    simulate(recording.scenario, header.seed, replication=header.replication, emit=compare)
    if found is None:
        count += 1
        left = next(events, None)
        if left is None:
            return None
        found = left, None
    when = next(each[0] for each in found if each)
    recorded, simulated = (each and event_line(*each).decode().rstrip("\n") for each in found)
    return {"number": count, "t": when, "recorded": recorded, "simulated": simulated}


def other_versions(recording: Recording) -> dict[str, tuple[str, str]]:
    """Return the packages whose versions differ from those of the recording: then and now."""
    from sim.recording.records import made_with

    then, now = recording.header.made_with, made_with()
    pairs = {name: (then.get(name, "unknown"), version) for name, version in now.items()}
    return {name: (was, version) for name, (was, version) in pairs.items() if was != version}


def _print_recording(
    terminal: Terminal, recording: Recording, difference: dict[str, Any] | None, changes: str, reason: str
) -> None:
    header = recording.header
    terminal.say(
        f"{recording.path} is intact: {recording.event_count:,} events; digest, keyframes and ledger agree."
    )
    if difference is None:
        terminal.say(
            f"Simulated again with seed {header.seed}, replication {header.replication}: "
            "every event is the same.",
            bold=True,
        )
        if changes:
            terminal.say(f"This holds although versions differ: {changes}.")
        return
    from sim.analysis.text import moment_name

    terminal.say(
        f"Simulated again, event {difference['number']:,} of {recording.event_count:,} differs. "
        f"{moment_name(recording.scenario.start, difference['t'])}.",
        bold=True,
    )
    terminal.say(f"  recorded:  {difference['recorded'] or 'no further event'}")
    terminal.say(f"  simulated: {difference['simulated'] or 'no further event'}")
    terminal.say(reason)


def _cause(recording: Recording, changes: str) -> tuple[str, str]:
    """Return why a recording was probably not reproduced: in a few words, and in full."""
    from sim.verification.machine_numbers import differing_numbers

    made = f"It was made with other versions: {changes}." if changes else ""
    if numbers := differing_numbers():
        return "other random numbers", (
            f"The {' and '.join(numbers)} on this machine differ from the reference, so no run made "
            f"elsewhere can be reproduced here. Another version of numpy may help. {made}".rstrip()
        )
    if made:
        return "other versions", (
            f"{made} That may be the cause; install the same ones to be sure. "
            "Random numbers are not the cause: numpy draws the same ones here as everywhere."
        )
    same = "It was made with the same versions"
    if recording.header.made_with.get("frontsim") == NOT_INSTALLED:
        return "a checkout", f"{same}, but from a checkout: the code may have changed since."
    return "a bug", f"{same}, so this is a bug. Please report it with the recording."
