"""Racing two writers for one output: nothing doubled, nothing lost, whoever wins, is killed, or has no locks.

    python -m tests.faults.writers --races 1500 --seed 1

Each race forks two processes that write the same ensemble, rows of a sweep, or file, as `frontsim` does, and
begin again while the other one writes. In every other race locks cannot be had, as on some network disks; in
every third one writer is killed at a random moment.
"""

from __future__ import annotations

import argparse
import json
import os
import random  # noqa: TID251 - the random choices of a test
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import FileError
from sim.experiments.ensemble import Ensemble, meta_of, task_of
from sim.experiments.running import scheduler
from sim.experiments.running.executors import Here
from sim.files import folder as folders
from sim.files.atomic_file import write_file
from sim.results.ensemble_folder import EnsembleFolder
from sim.results.reader import Results
from sim.results.sweep_findings import SweepFolder, SweepMeta
from sim.scenario_file.read import load

if TYPE_CHECKING:
    from collections.abc import Callable

COUNT = 8
"""Replications or rows of a race."""
PATIENCE, SHORT = 60.0, 0.3
"""Seconds for which a writer asks again."""
TOLD = 4
"""Exit code of one that was told that another writes, or has written."""
READING = load("two-towns", set={"scenario.horizon": "1 d"})
META = meta_of(READING, 1, COUNT)
TASK = task_of(READING, META)
SWEEP = SweepMeta(name="a", title="a", seed=1, hash=META.hash, scenario=dict(META.scenario), measures=("m",))


def write_ensemble(path: Path, _: str) -> None:
    """Simulate what is missing of an ensemble, two replications at a time."""
    scheduler.LARGEST = 2
    with EnsembleFolder(path, META, resumes=True) as folder, Here() as workers:
        Ensemble(TASK, folder, workers).run(COUNT)


def check_ensemble(path: Path) -> list[str]:
    """Return what is wrong with an ensemble that two have written."""
    found = Results.open(path)
    numbers = found.replications(["replication"])["replication"].tolist()
    return [] if numbers == list(range(COUNT)) else [f"it holds {numbers}"]


def write_rows(path: Path, _: str) -> None:
    """Keep the rows of a sweep that are missing, some at a time."""
    with SweepFolder(path, SWEEP, resumes=True) as folder:
        for number in range(COUNT):
            if ("--set a=1", number) not in folder.rows:
                folder.keep(("--set a=1", number), [float(number)])
                if number % 3 == 0:
                    folder.flush()


def check_rows(path: Path) -> list[str]:
    """Return what is wrong with the rows that two have kept."""
    taken: Counter[int] = Counter()
    for shard in sorted((path / "values").glob("*.parquet")):
        with tempfile.TemporaryDirectory() as place:
            alone = Path(place)
            (alone / "values").mkdir()
            (alone / "sweep.json").write_bytes((path / "sweep.json").read_bytes())
            (alone / "values" / shard.name).write_bytes(shard.read_bytes())
            with SweepFolder(alone, SWEEP, resumes=True) as folder:
                taken.update(number for _, number in folder.rows)
    whole = Counter(range(COUNT))
    return [] if taken == whole else [f"twice: {taken - whole}, lost: {whole - taken}"]


def write_one(path: Path, who: str) -> None:
    """Write one file that is not to be replaced."""
    with suppress(FileExistsError):
        write_file(path, who.encode() * 100_000, force=False)


def check_one(path: Path) -> list[str]:
    """Return what is wrong with a file that two have written."""
    content = path.read_bytes()
    return [] if content in {b"a" * 100_000, b"b" * 100_000} else ["the file is mixed or cut off"]


KINDS: dict[str, tuple[Callable[[Path, str], None], Callable[[Path], list[str]]]] = {
    "ensemble": (write_ensemble, check_ensemble),
    "rows": (write_rows, check_rows),
    "file": (write_one, check_one),
}


def _writer(kind: str, path: Path, who: str, patience: float, *, has_locks: bool, gate: int) -> int:
    """Begin another process that writes once the gate is closed; return its number."""
    number = os.fork()
    if number:
        return number
    code, until = 1, time.monotonic() + patience
    try:
        if not has_locks:
            folders.fcntl = None
        os.read(gate, 1)
        while code == 1:
            try:
                KINDS[kind][0](path, who)
                code = 0
            except FileError as problem:
                if "exists already" in str(problem):
                    code = TOLD
                elif "being filled by another frontsim" not in str(problem):
                    print(problem, flush=True)
                    break
                elif time.monotonic() > until:
                    code = TOLD
                else:
                    time.sleep(0.0005)
    finally:
        os._exit(code)
    return 0


def race(number: int, seed: int, place: Path) -> tuple[str, list[str]]:
    """Let two write one output; return what they did, and what is wrong with it."""
    rng = random.Random(seed * 1_000_003 + number)
    kind, has_locks, is_killed = list(KINDS)[number % 3], number // 3 % 2 == 0, rng.random() < 1 / 3
    path = place / f"{number}"
    gate, begins = os.pipe()
    # without locks, nobody learns that a writer was killed
    patience = PATIENCE if has_locks or not is_killed else SHORT
    writers = [_writer(kind, path, who, patience, has_locks=has_locks, gate=gate) for who in "ab"]
    os.close(gate)
    os.write(begins, b"12")
    os.close(begins)
    if is_killed:
        time.sleep(rng.uniform(0.0, 0.04))
        os.kill(writers[0], signal.SIGKILL)
    codes = [os.waitstatus_to_exitcode(os.waitpid(each, 0)[1]) for each in writers]
    what = f"{kind}, {'locks' if has_locks else 'no locks'}{', one killed' if -9 in codes else ''}"
    said = sorted(codes)
    if -9 in codes and not has_locks and (path / folders.WRITER).exists():
        # as it is told: no other one runs, so the name of the killed one is removed
        (path / folders.WRITER).unlink()
    elif not set(said) <= {-9, 0, TOLD} or (-9 not in codes and said != [0, TOLD if kind == "file" else 0]):
        return what, [f"race {number}, {what}: exit codes {codes}"]
    if -9 in codes:
        with suppress(FileError):  # of a file that is there
            KINDS[kind][0](path, "a")
    wrong = KINDS[kind][1](path)
    left = [each.name for each in place.rglob("*.part")]
    if left and has_locks and -9 not in codes:
        wrong.append(f"left {left}")
    return what, [f"race {number}, {what}: {each}" for each in wrong]


def main() -> int:
    """Run races, and print what was wrong and a table of what there was."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.writers", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--races", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    counts: Counter[str] = Counter()
    wrong = 0
    for number in range(asked.races):
        with tempfile.TemporaryDirectory() as place:
            what, problems = race(number, asked.seed, Path(place))
        counts[what] += 1
        wrong += bool(problems)
        for problem in problems:
            print(problem, flush=True)
    print(json.dumps(dict(sorted(counts.items())), indent=1))
    print(f"{wrong} of {asked.races} went wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
