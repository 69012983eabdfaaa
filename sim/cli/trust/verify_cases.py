"""``frontsim verify``: run verification cases and print a table of all, or one with all its numbers."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.cli.terminal import Terminal
    from sim.verification.case import Case, Check, Verdict

WHOLE: Final = 1000.0
"""Figures from here on have no decimals."""
DIGITS: Final = 4
"""Significant digits of smaller figures."""


def list_cases(terminal: Terminal, names: Sequence[str]) -> None:
    """Print cases without running them."""
    from sim.verification.pack import CASES

    chosen = [case for case in CASES if case.name in names]
    if terminal.wants_json:
        terminal.print_json({"cases": [_head(case) for case in chosen]})
        return
    rows = [(case.name, case.claim, case.source, case.scenario or "none") for case in chosen]
    terminal.table(("Case", "Claim", "Source", "Scenario"), rows)
    terminal.hint("next: frontsim verify CASE, or frontsim run SCENARIO")


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


def _head(of: Case | Verdict) -> dict[str, Any]:
    return {"name": of.name, "claim": of.claim, "source": of.source, "scenario": of.scenario or None}


def _values(verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain values, headed by the check nearest to failing."""
    nearest = verdict.nearest_to_failing
    return {
        **_head(verdict),
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
    cases = f"{len(verdicts)} case{'s' * (len(verdicts) != 1)} with {checks} numbers, seed {seed}"
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
