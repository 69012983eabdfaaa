"""Stopping commands at random moments: nothing half-written or left running, words, a documented code.

    python -m tests.faults.stops --count 2000 --terms 200 --seed 1 -j 2

Each call runs in a folder, a session and a temporary folder of its own; Ctrl-C goes to all its processes, as
from a terminal, SIGTERM to the first. Moments are drawn from as long as each command takes here, and count
from the first line of frontsim: what comes before is Python's own start, which may swallow a Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import os
import random  # noqa: TID251 - the random choices of a test
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import SimError
from sim.files.folder import FolderLock
from sim.recording.reader import Recording
from tests.faults.calls import ENVIRONMENT, ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence

BEGIN = "from sim.__main__ import main\nmain()"
"""As the installed command begins."""
CHEAP = ("-d", "2", "--seed", "1")
COMMANDS = {
    "run": ("run", "two-towns", "-d", "60", "--seed", "1", "-o", "a.jsonl.gz"),
    "ensemble": ("ensemble", "two-towns", "-n", "6", *CHEAP, "-o", "e"),
    "sweep": ("sweep", "two-towns", "-p", "tempo.variation=0,0.5", "-n", "3", *CHEAP, "-o", "s"),
    "compare": ("compare", "two-towns", "-b", "tempo.variation=0.5", "-n", "4", *CHEAP, "-o", "c"),
    "play": ("play", "two-towns", "--seed", "1"),
    "verify": ("verify", "repair-crew"),
}
JOBS = dict.fromkeys(("ensemble", "sweep", "compare"), (1, 1, 2))
"""Without and with other processes, which cost the most."""
STOPPED = {signal.SIGINT: 130, signal.SIGTERM: 143}
PATIENCE = 60.0
OPEN = 0.2
"""Seconds for which a window is left open once it has a recording."""


def seconds_of(name: str, *more: str) -> float:
    """Return how long a command takes here from its first line on, if nobody stops it."""
    with tempfile.TemporaryDirectory() as place:
        process = _begun(name, Path(place), Path(place), *more)
        _await_watch(process)
        begun = time.monotonic()
        while process.poll() is None:
            if name == "play" and list(Path(place).rglob("*.jsonl.gz")):
                time.sleep(OPEN)
                process.terminate()
            time.sleep(0.01)
        process.communicate()
        return time.monotonic() - begun


def _await_watch(process: subprocess.Popen[str]) -> None:
    """Wait until frontsim handles signals."""
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
        if int(status.partition("SigCgt:")[2].split()[0], 16) >> (signal.SIGALRM - 1) & 1:
            return
        time.sleep(0.001)


def _begun(name: str, folder: Path, scratch: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-c", BEGIN, *COMMANDS[name], *more],
        cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch), "PYTHONFAULTHANDLER": "1",
             "XDG_CONFIG_HOME": str(scratch.parent)},
    )  # fmt: skip


def one_stop(
    number: int, sent: signal.Signals, seed: int, name: str, jobs: Sequence[str], between: Sequence[float]
) -> tuple[str, list[str]]:
    """Stop one call; return its exit code, and what is wrong with that."""
    rng = random.Random(seed * 1_000_003 + number)
    wants_json = name != "play" and rng.random() < 0.5
    moment = rng.uniform(*between)
    with tempfile.TemporaryDirectory() as place:
        folder, scratch = Path(place) / "here", Path(place) / "scratch"
        folder.mkdir()
        scratch.mkdir()
        process = _begun(name, folder, scratch, *jobs, *(["--json"] if wants_json else []))
        _await_watch(process)
        time.sleep(moment)
        (os.killpg if sent == signal.SIGINT else os.kill)(process.pid, sent)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            for each in _living(process.pid):
                os.kill(each, signal.SIGABRT)  # each says where it is
            _, err = process.communicate()
            return "hung", [f"{name} at {moment:.3f} s, {sent.name}: it did not end\n{err[-6000:]}"]
        wrong = _wrong(process.returncode, out, err, sent, has_json=wants_json)
        wrong += _left(process.pid, folder, scratch)
        return str(process.returncode), [
            f"{name} at {moment:.3f} s, {sent.name}: {each}\n{err[-1500:]}" for each in wrong
        ]


def _wrong(code: int, out: str, err: str, sent: signal.Signals, *, has_json: bool) -> list[str]:
    wrong = [] if code in {0, STOPPED[sent]} else [f"exit code {code}"]
    wrong += [f"says {word!r}" for word in ("Traceback", "bug", "Exception ignored") if word in err]
    if code and "stopped." not in err:
        wrong.append("no words")
    if has_json:
        try:
            json.loads(out)
        except ValueError:
            wrong.append(f"no single object of JSON: {out[:200]!r}")
    return wrong


def _left(session: int, folder: Path, scratch: Path) -> list[str]:
    """Return what a call left: half files, temporary folders, locks that are held, processes."""
    wrong = [f"left {path.name}" for path in folder.rglob("*.part")]
    wrong += [f"left {path.name}" for path in scratch.iterdir()]
    for path in folder.rglob("*.jsonl.gz"):
        try:
            Recording.open(path).check()
        except SimError as problem:
            wrong.append(str(problem))
    for path in folder.rglob(".lock"):
        try:
            FolderLock(path.parent).close()
        except SimError as problem:
            wrong.append(str(problem))
    until = time.monotonic() + 1.0
    while (living := _living(session)) and time.monotonic() < until:
        time.sleep(0.05)
    return wrong + [f"process {each} is left" for each in living]


def _living(session: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, __, its_session = path.read_text(encoding="utf-8").rpartition(")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(its_session) == session and state not in "ZX":
            found.append(int(path.parent.name))
    return found


def main() -> int:
    """Stop calls, and print what was wrong and a table of how they ended."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.stops", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("--count", type=int, default=50, help="Ctrl-Cs")
    parser.add_argument("--terms", type=int, default=5, help="SIGTERMs")
    parser.add_argument("--command", choices=COMMANDS, action="append", help="only these")
    parser.add_argument("--between", type=float, nargs=2, help="seconds; else as long as each takes here")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    asked = parser.parse_args()
    # what a shell begins in the background ignores Ctrl-C, and hands that on
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sent = [signal.SIGINT] * asked.count + [signal.SIGTERM] * asked.terms
    ends: dict[str, Counter[str]] = {each.name: Counter() for each in STOPPED}
    wrong = 0
    names = asked.command or list(COMMANDS)
    calls = [(name, ("-j", str(jobs)) if jobs else ()) for name in names for jobs in JOBS.get(name, (0,))]
    between = {call: asked.between or (0.0, seconds_of(call[0], *call[1])) for call in dict.fromkeys(calls)}

    def stop(number: int) -> tuple[str, list[str]]:
        name = names[number % len(names)]
        those = [call for call in calls if call[0] == name]
        call = those[number // len(names) % len(those)]
        return one_stop(number, sent[number], asked.seed, *call, between[call])

    with ThreadPoolExecutor(asked.jobs) as threads:
        found = threads.map(stop, range(len(sent)))
        for each, (end, problems) in zip(sent, found, strict=True):
            ends[each.name][end] += 1
            wrong += bool(problems)
            for problem in problems:
                print(problem, flush=True)
    for name, counts in ends.items():
        print(name, ", ".join(f"{count} ended with {end}" for end, count in counts.most_common()))
    print(f"{wrong} went wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
