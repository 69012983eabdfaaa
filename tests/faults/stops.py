"""Stopping commands at random moments: nothing half-written or left running, words, a documented code.

    python -m tests.faults.stops --count 2000 --terms 200 --seed 1 -j 2

Each call runs in a folder, a session and a temporary folder of its own; Ctrl-C goes to all its processes, as
from a terminal, SIGTERM to the first. Calls stopped before Python had begun frontsim are counted apart.
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

from sim.errors import SimError
from sim.files.folder import FolderLock
from sim.recording.reader import Recording
from tests.faults.calls import ENVIRONMENT, ROOT

BEGIN = "from sim.__main__ import main\nmain()"
"""As the installed command begins."""
DAYS = ("-d", "20", "--seed", "1")
COMMANDS = {
    "run": ("run", "kupiansk", "-d", "90", "--seed", "1", "-o", "a.jsonl.gz"),
    "ensemble": ("ensemble", "two-towns", "-n", "40", *DAYS, "-o", "e", "-j", "2"),
    "sweep": ("sweep", "two-towns", "-p", "tempo.variation=0,0.5", "-n", "8", *DAYS, "-o", "s", "-j", "2"),
    "compare": ("compare", "two-towns", "-b", "tempo.variation=0.5", "-n", "10", *DAYS, "-o", "c", "-j", "2"),
    "play": ("play", "kupiansk", "--seed", "1"),
}
LONGEST = {"run": 2.2, "ensemble": 3.0, "sweep": 3.5, "compare": 4.0, "play": 4.5}
"""Seconds within which a moment is drawn."""
STOPPED = {signal.SIGINT: 130, signal.SIGTERM: 143}
PATIENCE = 60.0


def one_stop(number: int, sent: signal.Signals, seed: int) -> tuple[str, list[str]]:
    """Stop one call; return how it ended, and what is wrong with that."""
    rng = random.Random(seed * 1_000_003 + number)
    name = list(COMMANDS)[number % len(COMMANDS)]
    wants_json = name != "play" and rng.random() < 0.5
    moment = rng.uniform(0.0, LONGEST[name])
    with tempfile.TemporaryDirectory() as place:
        folder, scratch = Path(place) / "here", Path(place) / "scratch"
        folder.mkdir()
        scratch.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", BEGIN, *COMMANDS[name], *(["--json"] if wants_json else [])],
            cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
            env={**ENVIRONMENT, "PYTHONPATH": str(ROOT), "TMPDIR": str(scratch), "XDG_CONFIG_HOME": place},
        )  # fmt: skip
        time.sleep(moment)
        (os.killpg if sent == signal.SIGINT else os.kill)(process.pid, sent)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return "hung", [f"{name} at {moment:.3f} s: it did not end"]
        if _was_early(process.returncode, err, sent):
            return "before it began", []
        wrong = _wrong(process.returncode, out, err, sent, has_json=wants_json)
        wrong += _left(process.pid, folder, scratch)
        ended = "finished" if process.returncode == 0 else "stopped"
        return ended, [f"{name} at {moment:.3f} s, {sent.name}: {each}\n{err[-1500:]}" for each in wrong]


def _was_early(code: int, err: str, sent: signal.Signals) -> bool:
    """Return whether Python was stopped before the first line of frontsim."""
    return code == -sent or (code != 0 and "Traceback" in err and "/sim/" not in err and "sim." not in err)


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
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-j", "--jobs", type=int, default=1)
    asked = parser.parse_args()
    # what a shell begins in the background ignores Ctrl-C, and hands that on
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sent = [signal.SIGINT] * asked.count + [signal.SIGTERM] * asked.terms
    ends: dict[str, Counter[str]] = {each.name: Counter() for each in STOPPED}
    wrong = 0
    with ThreadPoolExecutor(asked.jobs) as threads:
        found = threads.map(lambda job: one_stop(*job, asked.seed), enumerate(sent))
        for each, (end, problems) in zip(sent, found, strict=True):
            ends[each.name][end] += 1
            wrong += bool(problems)
            for problem in problems:
                print(problem, flush=True)
    for name, counts in ends.items():
        print(name, ", ".join(f"{count} {end}" for end, count in counts.most_common()))
    print(f"{wrong} went wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
