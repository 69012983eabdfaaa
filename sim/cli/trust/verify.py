"""``frontsim verify``: check the engine against published results, or a recording against a new run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import CompletionItem

from sim.cli import option
from sim.cli.command import argument, command
from sim.cli.inputs import is_recording
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal

FAILED: Final = 1
"""Exit code where a case fails, or a recording is not reproduced."""


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return cases that begin so, then files."""
    from sim.verification.pack import CASES

    names = [CompletionItem(case.name, help=case.claim) for case in CASES if case.name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


@command(
    "verify",
    "Check the engine against published results, or a recording against a new run.",
    ("frontsim verify", "Run every published and exact case through the engine."),
    ("frontsim verify iwo-jima", "Run one case; print all its numbers and the reasons for the tolerances."),
    (
        "frontsim verify runs/kupiansk-seed1.jsonl.gz",
        "Check a recording, simulate it again, compare every event.",
    ),
)
@argument(
    "what",
    "Cases to run, or one recording to simulate again. Default: all cases.",
    nargs=-1,
    metavar="[CASE...|RECORDING]",
    shell_complete=_complete,
)
@click.option("--list", "is_list", is_flag=True, help="List the cases without running them.")
@option.whole_number("--seed", lowest=0, help="Random seed of the cases. Default: a fixed one.")
@option.jobs
@click.pass_context
def verify_command(
    context: click.Context, what: tuple[str, ...], is_list: bool, seed: int | None, jobs: int | None
) -> None:
    """Run the verification cases, or check a recording and simulate it again.

    The cases run published and exact results through the engine itself, and print expected and actual
    values. Exit code 0: all passed. 1: a case failed.

    Of a recording, the digest, the keyframes and the ledger are checked; then its scenario is simulated again
    with its seed and replication. Exit code 0: every event is the same. 1: the first event that differs is
    printed.
    """
    from sim.verification.pack import CASES, SEED

    terminal: Terminal = context.obj
    known = {case.name for case in CASES}
    if what and not known & set(what):
        if len(what) > 1 or is_list or seed is not None or jobs is not None:
            given = ", ".join(what)
            raise UsageError(
                f"None of {given} is a case. To verify recordings, name one at a time."
                if len(what) > 1
                else f"{given!r} is not a case; --list, --seed and --jobs are for cases. "
                "See frontsim verify --list."
            )
        _verify_recording(context, what[0], known)
        return
    if unknown := [each for each in what if each not in known]:
        raise UsageError(_unknown(unknown[0], known))
    from sim.cli.trust.verify_cases import list_cases, run_cases

    names = [case.name for case in CASES if not what or case.name in what]
    if is_list:
        list_cases(terminal, names)
    else:
        passed = run_cases(terminal, names, SEED if seed is None else seed, jobs, in_full=bool(what))
        context.exit(0 if passed else FAILED)


def _verify_recording(context: click.Context, name: str, known: set[str]) -> None:
    """Simulate a recording again; what cannot be a file was probably meant as a case."""
    from sim.cli.trust.verify_recording import verify_recording

    path = Path(name)
    try:
        exists = path.exists()
    except (OSError, ValueError):
        exists = False
    if not exists and not is_recording(name) and "/" not in name:
        raise UsageError(_unknown(name, known))
    context.exit(0 if verify_recording(context.obj, path) else FAILED)


def _unknown(name: str, known: set[str]) -> str:
    from sim.scenario_file.names import did_you_mean

    advice = did_you_mean(name, tuple(known)) or "See frontsim verify --list."
    return f"There is no case or recording {name!r}. {advice[0].upper()}{advice[1:]}"
