"""The verification pack on the terminal: a table of all cases, or one with all its numbers."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.cli.terminal import Terminal
    from sim.verification.case import Check, Verdict

GROUPED: Final = 1000.0
"""From here on figures are whole, with their thousands apart."""
FIGURES: Final = 4
"""Digits shown of smaller ones."""


def list_cases(terminal: Terminal, names: Sequence[str]) -> None:
    """Print cases without running them."""
    from sim.verification.pack import CASES

    chosen = [case for case in CASES if case.name in names]
    if terminal.wants_json:
        terminal.object(
            {
                "cases": [
                    {
                        "name": case.name,
                        "claim": case.claim,
                        "source": case.source,
                        "scenario": case.scenario or None,
                    }
                    for case in chosen
                ]
            }
        )
        return
    terminal.table(
        ("Case", "What is held", "Source", "Scenario"),
        [(case.name, case.claim, case.source, case.scenario or "none") for case in chosen],
    )
    terminal.hint("next: frontsim verify CASE, or frontsim run SCENARIO")


def run_cases(
    terminal: Terminal, names: Sequence[str], seed: int, jobs: int | None, *, in_full: bool
) -> bool:
    """Run cases and print what became of them.

    Parameters
    ----------
    jobs
        How many processes; as many as there are cores where none are given.
    """
    from sim.verification.pack import verify

    verdicts = []
    for verdict in verify(names, seed, jobs or os.cpu_count() or 1):
        verdicts.append(verdict)
        if terminal.shows_progress():
            terminal.hint(f"{len(verdicts)} of {len(names)}: {verdict.name}")
    passed = all(verdict.passed for verdict in verdicts)
    if terminal.wants_json:
        values = [_values(verdict) for verdict in verdicts]
        terminal.object({"seed": seed, "passed": passed, "cases": values})
        return passed
    if in_full:
        for verdict in verdicts:
            _tell_in_full(terminal, verdict)
    else:
        _tell_table(terminal, verdicts)
    _tell_sum(terminal, verdicts, seed)
    return passed


def _values(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values: the check nearest to failing stands for the case."""
    nearest = verdict.nearest_to_failing
    return {
        "name": verdict.name,
        "claim": verdict.claim,
        "source": verdict.source,
        "scenario": verdict.scenario or None,
        **(_check_values(nearest) if nearest else dict.fromkeys(("expected", "got", "tolerance"))),
        "passed": verdict.passed,
        "problem": verdict.problem or None,
        "checks": [{**_check_values(check), "passed": check.passed} for check in verdict.checks],
    }


def _check_values(check: Check) -> dict[str, Any]:
    return {
        "what": check.what,
        "expected": check.expected,
        "got": check.got,
        "tolerance": check.tolerance,
        "why": check.why,
    }


def _tell_table(terminal: Terminal, verdicts: Sequence[Verdict]) -> None:
    """Print one row for each case: of its numbers the one that came nearest to failing."""
    rows = []
    for verdict in verdicts:
        nearest = verdict.nearest_to_failing
        figures = _figures(nearest) if nearest else ("", "", "")
        what = nearest.what if nearest else verdict.problem
        rows.append((verdict.name, verdict.source, what, *figures, _result(verdict)))
    terminal.table(("Case", "Source", "Number", "Expected", "Got", "Within", "Passed"), rows, right=(3, 4, 5))


def _tell_in_full(terminal: Terminal, verdict: Verdict) -> None:
    """Print a case with all its numbers."""
    terminal.say(f"{verdict.name}: {verdict.claim}", bold=True)
    terminal.say(f"Source: {verdict.source}. Scenario: {verdict.scenario or 'none, no run is needed'}.")
    if verdict.checks:
        terminal.table(
            ("Number", "Expected", "Got", "Within", "Passed", "Why so far"),
            [
                (check.what, *_figures(check), "yes" if check.passed else "NO", check.why)
                for check in verdict.checks
            ],
            right=(1, 2, 3),
        )
    if verdict.problem:
        terminal.say(f"It could not be run to its end. {verdict.problem}")
    terminal.say()


def _tell_sum(terminal: Terminal, verdicts: Sequence[Verdict], seed: int) -> None:
    """Print how many passed, and what to do where some did not."""
    failed = [verdict.name for verdict in verdicts if not verdict.passed]
    checks = sum(len(verdict.checks) for verdict in verdicts)
    cases = f"{len(verdicts)} case{'s' * (len(verdicts) != 1)} with {checks} numbers, seed {seed}"
    if not failed:
        terminal.say(f"{cases}: all passed.", bold=True)
        if len(verdicts) > 1:
            terminal.hint(
                "next: frontsim verify CASE shows all numbers of one, and why they may be so far off"
            )
        return
    terminal.say(f"{cases}: {len(failed)} failed: {', '.join(failed)}.", bold=True)
    from sim.verification.pack import SEED

    if seed == SEED:
        terminal.say("All pass under this seed where they were made: please report this table.")
    else:
        terminal.say(
            "By chance alone about one seed in a thousand fails somewhere. Does another --seed fail?"
        )


def _figures(check: Check) -> tuple[str, str, str]:
    return (
        _figure(check.expected),
        _figure(check.got),
        f"± {_figure(check.tolerance)}" if check.tolerance else "exactly",
    )


def _figure(value: float) -> str:
    """Return a figure as a table shows it."""
    if abs(value) >= GROUPED:
        return f"{value:,.0f}"
    return f"{value + 0.0:.{FIGURES}g}"


def _result(verdict: Verdict) -> str:
    """Return how many of a case's numbers passed."""
    passed = sum(check.passed for check in verdict.checks)
    count = f"{passed}/{len(verdict.checks)}"
    return f"yes {count}" if verdict.passed else f"NO {count}"
