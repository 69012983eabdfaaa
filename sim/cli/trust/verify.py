"""``frontsim verify``: whether the engine gives what is published, or a recording comes out again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click.shell_completion import CompletionItem

from sim.cli.command import command
from sim.cli.whole_number import WholeNumber
from sim.errors import UsageError

if TYPE_CHECKING:
    from sim.cli.terminal import Terminal

FAILED: Final = 1
"""Exit code where a case fails, or a recording does not come out again."""


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return cases that begin so, then files."""
    from sim.verification.pack import CASES

    names = [CompletionItem(case.name, help=case.claim) for case in CASES if case.name.startswith(incomplete)]
    return [*names, CompletionItem(incomplete, type="file")]


@command(
    "verify",
    "Hold the engine against published results, or a recording against a new run.",
    ("frontsim verify", "Run the pack: every published and exact case, through the engine itself."),
    ("frontsim verify iwo-jima", "One case, with all its numbers and why they may be so far off."),
    (
        "frontsim verify runs/kupiansk-seed1.jsonl.gz",
        "Check a recording, simulate again, compare each event.",
    ),
)
@click.argument("what", nargs=-1, metavar="[CASE...|RECORDING]", shell_complete=_complete)
@click.option("--list", "is_list", is_flag=True, help="List the cases; run nothing.")
@click.option("--seed", type=WholeNumber(0), metavar="N", help="Other luck than the pack's own.")
@click.option("-j", "--jobs", type=WholeNumber(1), metavar="N", help="Processes; as many as cores otherwise.")
@click.pass_context
def verify_command(
    context: click.Context, what: tuple[str, ...], is_list: bool, seed: int | None, jobs: int | None
) -> None:
    """Run the verification pack, some CASES of it, or simulate a RECORDING again.

    The pack runs published and exact cases through the engine itself and prints what was expected and what
    came out. Exit code 0: all passed. 1: a case failed.

    Of a RECORDING the digest, the keyframes and the books are checked. Then the scenario in it is simulated
    with its seed and replication. Exit code 0: the same, event by event. 1: something differs; the first
    event that does is named.
    """
    from sim.verification.pack import CASES, SEED

    terminal: Terminal = context.obj
    known = {case.name for case in CASES}
    if what and not known & set(what):
        if len(what) > 1 or is_list or seed is not None or jobs is not None:
            raise UsageError(_strange(what))
        _verify_recording(context, terminal, what[0], tuple(known))
        return
    if strangers := [each for each in what if each not in known]:
        raise UsageError(_unknown(strangers[0], tuple(known)))
    from sim.cli.trust.verify_pack import list_cases, run_cases

    names = [case.name for case in CASES if not what or case.name in what]
    if is_list:
        list_cases(terminal, names)
    else:
        passed = run_cases(terminal, names, SEED if seed is None else seed, jobs, in_full=bool(what))
        context.exit(0 if passed else FAILED)


def _verify_recording(context: click.Context, terminal: Terminal, name: str, known: tuple[str, ...]) -> None:
    """Simulate a recording again; what is neither a file nor like one was perhaps meant for a case."""
    from sim.cli.arguments import is_recording
    from sim.cli.trust.verify_recording import verify_recording

    path = Path(name)
    if not is_recording(name) and "/" not in name and not _exists(path):
        raise UsageError(_unknown(name, known))
    context.exit(0 if verify_recording(terminal, path) else FAILED)


def _exists(path: Path) -> bool:
    """Return whether something is there; names that cannot be are not."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def _unknown(name: str, known: tuple[str, ...]) -> str:
    """Return what to say of a case that does not exist."""
    from sim.scenario_file.names import did_you_mean

    advice = did_you_mean(name, known) or "frontsim verify --list names them all."
    return f"There is no case and no recording {name!r}. {advice[0].upper()}{advice[1:]}"


def _strange(what: tuple[str, ...]) -> str:
    """Return what to say where one recording was due, and nothing else."""
    if len(what) > 1:
        return f"None of {', '.join(what)} is a case; of recordings one is verified at a time."
    return f"{what[0]!r} is no case, and --list, --seed and --jobs are for cases. See frontsim verify --list."
