"""The faults: each makes one happen some times, and says how often all was well and what was seen."""

from __future__ import annotations

import hashlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import SimError
from sim.recording.reader import Recording
from tests.faults.calls import ENVIRONMENT, called, ended, leftovers, read_only, small_disk, started

if TYPE_CHECKING:
    import random  # noqa: TID251 - the random choices of a test
    from collections.abc import Callable

Found = tuple[int, int, str]
"""How often a fault was tried, how often it was survived, and what happened."""
RUN = ("run", "kupiansk", "-d", "60", "--seed", "1")
SHORT = ("run", "two-towns", "-d", "10", "--seed", "1")
ENSEMBLE = ("ensemble", "kupiansk", "-n", "12", "-d", "30", "--seed", "3", "-j", "2", "-q")


def is_whole(path: Path) -> bool:
    """Return whether a recording is there and whole."""
    try:
        Recording.open(path).check()
    except SimError:
        return False
    return True


def digests(folder: Path) -> dict[str, str]:
    """Return the digest of every table of an ensemble."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*.parquet"))
    }


def disk_full(folder: Path, _: random.Random) -> Found:
    """Fill the disk while a run, an ensemble and a picture are written."""
    assert called(*SHORT, "-o", folder / "short.jsonl.gz", folder=folder).code == 0
    survived, tried = 0, 0
    for size in ("8k", "64k", "128k"):
        disk = folder / f"disk-{size}"
        with small_disk(disk, size) as is_mounted:
            saids = []
            if is_mounted:
                saids.append(called(*RUN, "-o", disk / "a.jsonl.gz", folder=folder))
                _fill(disk / "filler")
                saids.append(called("render", "short.jsonl.gz", "-o", disk / "a.png", folder=folder))
                saids.append(called(*ENSEMBLE, "-o", disk / "e", folder=folder))
            is_clean = not leftovers(disk) and not list(disk.glob("a.*"))
            tried += len(saids)
            survived += sum(
                said.refused(4, "cannot be written: No space left") and is_clean for said in saids
            )
    for limit in (0, 1, 4096, 20_000, 60_000):
        tried += 1
        said = called(
            *RUN, "-o", folder / f"l{limit}.jsonl.gz", folder=folder,
            before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),  # noqa: B023 - called at once
        )  # fmt: skip
        survived += said.refused(4, "cannot be written") and not leftovers(folder)
    tried += 1
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "sim", "show", "short.jsonl.gz"],
            cwd=folder, env=ENVIRONMENT, stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
    survived += done.returncode != 0 and "Traceback" not in done.stderr
    return tried, survived, "refused in words; nothing half is left, what was there stays"


def _fill(path: Path) -> None:
    try:
        with path.open("wb") as file:
            while True:
                file.write(b"\0" * 4096)
                file.flush()
    except OSError:
        pass


def read_only_folder(folder: Path, _: random.Random) -> Found:
    """Write where nothing may be written, and read there."""
    place = folder / "read-only"
    short = folder / "short.jsonl.gz"
    assert called(*SHORT, "-o", short, folder=folder).code == 0
    with read_only(place):
        saids = [
            called(*SHORT, "-o", place / "a.jsonl.gz", folder=folder),
            called(*SHORT, folder=place),
            called(*ENSEMBLE, "-o", place / "e", folder=folder),
            called("render", short, "-o", place / "a.png", folder=folder),
            called("new", "mine", "--from", "kupiansk", folder=place),
        ]
        reads = called("show", short, folder=place).code == 0
    survived = sum(said.refused(4) for said in saids) + reads
    return len(saids) + 1, survived, "refused in words; reading goes on"


def killed_at_any_moment(folder: Path, rng: random.Random) -> Found:
    """Kill a run at random moments; the file is there and whole, or not there, and a run after it works."""
    tried, survived, whole = 12, 0, 0
    old = folder / "old.jsonl.gz"
    assert called(*SHORT, "-o", old, folder=folder).code == 0
    before = old.read_bytes()
    for number in range(tried):
        path = old if number % 2 else folder / f"{number}.jsonl.gz"
        process = started(*RUN, "-o", path, "--force", folder=folder)
        time.sleep(rng.uniform(0.1, 3.0))
        process.kill()
        process.communicate()
        unharmed = is_whole(path) if path.exists() else True
        if path == old:
            unharmed = unharmed and (old.read_bytes() == before or is_whole(old))
        whole += path.exists()
        survived += unharmed
    after = called(*RUN, "-o", folder / "after.jsonl.gz", folder=folder)
    survived -= after.code != 0
    return tried, survived, f"{whole} left a whole file, {tried - whole} none; a later run works"


def ensemble_killed(folder: Path, rng: random.Random) -> Found:
    """Kill an ensemble at random moments; with --resume it comes to what it would have been."""
    straight = folder / "straight"
    assert called(*ENSEMBLE, "-o", straight, folder=folder).code == 0
    expected = _rows(straight)
    tried, survived = 5, 0
    for number in range(tried):
        place = folder / f"killed-{number}"
        process = started(*ENSEMBLE, "-o", place, folder=folder, start_new_session=True)
        time.sleep(rng.uniform(0.5, 6.0))
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        said = called(*ENSEMBLE, "-o", place, *(["--resume"] if (place / "meta.json").exists() else []),
                      folder=folder)  # fmt: skip
        survived += said.is_plain and said.code == 0 and _rows(place) == expected and not leftovers(place)
    return tried, survived, "--resume goes on, and comes to the same replications"


def _rows(folder: Path) -> list[bytes]:
    """Return an ensemble's rows in the order of replications, whatever parts they lie in."""
    from sim.results.reader import Results  # noqa: PLC0415 - beside its use

    columns = Results.open(folder).daily()
    order = columns["replication"].argsort(kind="stable")
    return [values[order].astype(str).tobytes() for values in columns.values()]


def interrupted(folder: Path, rng: random.Random) -> Found:
    """Press Ctrl-C during a run and an ensemble."""
    tried, survived = 6, 0
    for number in range(tried):
        path = folder / f"{number}.jsonl.gz"
        call = (
            (*RUN[:2], "--seed", "1", "-o", path) if number % 2 else (*ENSEMBLE, "-o", folder / f"e{number}")
        )
        process = started(*call, folder=folder, start_new_session=True)
        time.sleep(rng.uniform(1.2, 3.0))
        os.killpg(process.pid, signal.SIGINT)
        said = ended(process)
        is_fine = said.is_plain and said.code in {0, 130} and not leftovers(folder)
        survived += is_fine and (not path.exists() or is_whole(path))
    return tried, survived, "exit code 130, nothing half is left"


def two_writers(folder: Path, _: random.Random) -> Found:
    """Let two processes write one output at once."""
    tried, survived = 0, 0
    for number in range(3):
        path = folder / f"{number}.jsonl.gz"
        saids = [ended(each) for each in [started(*RUN, "-o", path, folder=folder) for _ in range(2)]]
        codes = sorted(said.code for said in saids)
        tried += 1
        survived += codes == [0, 4] and all(said.is_plain for said in saids) and is_whole(path)
        saids = [
            ended(each) for each in [started(*RUN, "-o", path, "--force", folder=folder) for _ in range(2)]
        ]
        tried += 1
        survived += [said.code for said in saids] == [0, 0] and is_whole(path) and not leftovers(folder)
    place = folder / "e"
    saids = [ended(each) for each in [started(*ENSEMBLE, "-o", place, folder=folder) for _ in range(2)]]
    tried += 1
    survived += sorted(said.code for said in saids) == [0, 4] and all(said.is_plain for said in saids)
    return tried, survived, "one wins, the other is told; with --force the last one stands, whole"


def damaged_recording(folder: Path, rng: random.Random) -> Found:
    """Truncate a recording or flip a bit in it, and ask every command that reads one."""
    whole = folder / "whole.jsonl.gz"
    assert called(*SHORT, "-o", whole, folder=folder).code == 0
    content = whole.read_bytes()
    tried, survived = 0, 0
    for number in range(6):
        path = folder / f"{number}.jsonl.gz"
        at = rng.randrange(len(content))
        flipped = content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1 :]
        path.write_bytes(content[:at] if number % 2 else flipped)
        for call in (
            ("verify", path),
            ("show", path),
            ("why", "lypa", path),
            ("render", path, "-o", folder / "x.png"),
        ):
            said = called(*call, folder=folder)
            tried += 1
            # a bit in a part that a command does not need may pass; verify reads all of it
            survived += said.refused(4) or (said.is_plain and said.code == 0 and call[0] != "verify")
            (folder / "x.png").unlink(missing_ok=True)
    return tried, survived, "named as truncated or altered, with what to do"


def damaged_part(folder: Path, rng: random.Random) -> Found:
    """Truncate a Parquet part or flip a bit in it, read it, and resume."""
    from sim.results.reader import Results  # noqa: PLC0415 - beside its use

    whole = folder / "whole"
    assert called(*ENSEMBLE, "-o", whole, folder=folder).code == 0
    files = sorted(whole.rglob("*.parquet"))
    tried, survived = 40, 0
    for number in range(tried):
        path = rng.choice(files)
        content = path.read_bytes()
        at = rng.randrange(len(content))
        damaged = content[:at] if number % 2 else content[:at] + bytes([content[at] ^ 16]) + content[at + 1 :]
        path.write_bytes(damaged)
        try:
            results = Results.open(whole)
            for table in ("replications", "daily", "towns", "changes"):
                getattr(results, table)()
        except SimError:
            survived += 1
        path.write_bytes(content)
    return tried, survived, "named as altered; no number of it is used"


def worker_gone(folder: Path, rng: random.Random) -> Found:
    """Kill a worker of an ensemble, as a machine short of memory does."""
    tried, survived = 3, 0
    for number in range(tried):
        place = folder / f"{number}"
        process = started(*ENSEMBLE, "-o", place, folder=folder)
        deadline = time.monotonic() + 20
        workers: list[int] = []
        while time.monotonic() < deadline and not workers and process.poll() is None:
            time.sleep(0.3)
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
            workers = [
                int(each) for each in children if b"spawn_main" in Path(f"/proc/{each}/cmdline").read_bytes()
            ]
        time.sleep(rng.uniform(0.5, 2.0))
        for each in workers[:1]:
            os.kill(each, signal.SIGKILL)
        said = ended(process)
        again = called(*ENSEMBLE, "-o", place, *(["--resume"] if (place / "meta.json").exists() else []),
                       folder=folder)  # fmt: skip
        survived += said.is_plain and again.is_plain and again.code == 0
    tried += 2
    survived += _short_of_memory(folder)
    return tried, survived, "said in words or made good; --resume finishes"


SHORT_OF_MEMORY = """
import sim.engine.simulation as run
whole = run.simulate
def simulate(scenario, seed, *others, replication=0, **options):
    if replication in {0, 5}:
        raise MemoryError
    return whole(scenario, seed, *others, replication=replication, **options)
run.simulate = simulate
"""
"""Read by every Python that starts beside it: two replications find no memory."""


def _short_of_memory(folder: Path) -> int:
    """Let replications of an ensemble, and a run, find no memory; return how often all was well."""
    (folder / "sitecustomize.py").write_text(SHORT_OF_MEMORY)
    environment = {**ENVIRONMENT, "PYTHONPATH": f"{folder}{os.pathsep}{ENVIRONMENT['PYTHONPATH']}"}
    place, path = folder / "short", folder / "none.jsonl.gz"
    said = ended(started(*ENSEMBLE, "-o", place, folder=folder, environment=environment))
    again = called(*ENSEMBLE, "-o", place, "--resume", folder=folder)
    alone = ended(started(*RUN, "-o", path, folder=folder, environment=environment))
    goes_on = said.is_plain and said.code == 6 and again.is_plain and again.code == 0
    return goes_on + (alone.refused(4, "out of memory") and not path.exists())


def clock_set_back(folder: Path, _: random.Random) -> Found:
    """Let every clock of the machine jump back while a run is recorded."""
    assert called(*SHORT, "-o", folder / "a.jsonl.gz", folder=folder).code == 0
    code = (
        "import time, itertools; c = itertools.count(10**9, -3600);"
        "time.time = time.perf_counter = time.monotonic = lambda: float(next(c));"
        f"from sim.cli.main import frontsim; frontsim.main({[*SHORT, '-o', 'b.jsonl.gz']!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    same = (
        done.returncode == 0 and (folder / "a.jsonl.gz").read_bytes() == (folder / "b.jsonl.gz").read_bytes()
    )
    return 1, int(same and "Traceback" not in done.stderr), "the same recording, byte for byte"


def _alike(one: Path, other: Path) -> bool:
    return one.read_bytes() == other.read_bytes()


def pipe_closed(folder: Path, _: random.Random) -> Found:
    """Close the pipe that a command prints into."""
    tried, survived = 0, 0
    for call in ("schema", "list", "keys", "schema --json"):
        process = started(*call.split(), folder=folder)
        assert process.stdout is not None
        process.stdout.read(1)
        process.stdout.close()
        error = process.stderr.read() if process.stderr else ""
        tried += 1
        survived += process.wait() == 0 and not error.replace("next:", "").strip().startswith("Traceback")
        shutil.rmtree(folder / "none", ignore_errors=True)
    return tried, survived, "it stops without a word"


FAULTS: dict[str, Callable[[Path, random.Random], Found]] = {
    "disk full": disk_full,
    "read-only folder": read_only_folder,
    "killed at any moment": killed_at_any_moment,
    "ensemble killed": ensemble_killed,
    "Ctrl-C": interrupted,
    "two writers": two_writers,
    "damaged recording": damaged_recording,
    "damaged Parquet part": damaged_part,
    "worker out of memory": worker_gone,
    "clock set back": clock_set_back,
    "pipe closed": pipe_closed,
}
