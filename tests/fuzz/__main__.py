"""Damaged files by the hundred thousand: read or refused, in words, soon, in little memory.

    python -m tests.fuzz scenario --files 100000
    python -m tests.fuzz recording --minutes 5 --seed 7
    python -m tests.fuzz scenario --atheris -- -max_total_time=300

Run from the folder of the repository. Seeded: the same seed makes the same files. What breaks something is
kept in the folder that is named at the end. ``--from`` goes on where another run of the same seed ended, so
that counts of several runs add up. With ``--atheris`` (Linux, `pip install atheris`) coverage guides
the damage.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz.mutations import Damage
from tests.fuzz.target import READ, REFUSED
from tests.fuzz.targets import TARGETS
from tests.fuzz.watch import Watch, limited, peak

if TYPE_CHECKING:
    from tests.fuzz.target import Target

LONGEST = 2.0
"""Seconds after which a file counts as hanging."""
MOST = 500.0
"""Megabytes that reading may take beyond what the process had before."""
IN_MEMORY = Path("/dev/shm")
"""Where a folder costs no disk: writing a file again and again would else be half of the time."""
TOLD_EVERY = 10_000
SERIES = 1_000_000_007
"""Files that one seed has, before those of the next begin."""


class Fuzz:
    """Tries damaged files on a target, and keeps what breaks it.

    Parameters
    ----------
    target
        What reads.
    findings
        Where what breaks it is kept.
    watch
        Sees what is written.
    """

    def __init__(self, target: Target, findings: Path, watch: Watch) -> None:
        self.target = target
        self.findings = findings
        self.watch = watch
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.longest = 0.0
        self.before = peak()

    def one(self, content: bytes) -> None:
        """Read one input, and note what came of it."""
        began = time.process_time()
        try:
            with limited(LONGEST), self.watch.reading():
                self.counts[self.target.read(content)] += 1
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            self._keep(content, error)
        self.longest = max(self.longest, time.process_time() - began)
        if self.watch.strays:
            self._keep(content, PermissionError(f"wrote {self.watch.strays.pop()}"))
            self.watch.strays.clear()

    def _keep(self, content: bytes, error: BaseException) -> None:
        frames = traceback.extract_tb(error.__traceback__)
        last = next((frame for frame in reversed(frames) if "/sim/" in frame.filename), None)
        where = f"{Path(last.filename).name}:{last.lineno}" if last else "?"
        kind = f"{type(error).__name__} at {where}"
        self.counts["broken"] += 1
        self.kinds[kind] += 1
        if self.kinds[kind] <= 3:
            name = f"{self.target.name}-{len(self.kinds)}-{self.kinds[kind]}"
            (self.findings / name).write_bytes(content)
            print(f"{name}: {kind}: {str(error)[:200]}", flush=True)

    def tell(self) -> int:
        """Print what was tried, and return an exit code."""
        tried = sum(self.counts[what] for what in (READ, REFUSED, "broken"))
        grown = peak() - self.before
        told = ", ".join(f"{self.counts[what]:,} {what}" for what in (READ, REFUSED, "broken"))
        print(
            f"{self.target.name}: {tried:,} files: {told}; longest {self.longest:.2f} s; "
            f"{grown:.0f} MB more memory",
            flush=True,
        )
        for kind, count in self.kinds.most_common():
            print(f"  {count:,} × {kind}")
        if self.kinds:
            print(f"kept in {self.findings}")
        return int(bool(self.kinds) or grown > MOST)


def run(fuzz: Fuzz, numbers: range, minutes: float, seed: int) -> None:
    """Try the files of some numbers, or as many as fit into some minutes."""
    until = time.monotonic() + 60 * minutes
    for number in numbers:
        if time.monotonic() > until:
            print(f"  the next is --from {number}")
            return
        fuzz.one(fuzz.target.make(Damage(seed * SERIES + number)))
        if (number + 1) % TOLD_EVERY == 0:
            print(f"  {fuzz.target.name} {number + 1:,}", flush=True)


def led_by_coverage(fuzz: Fuzz, options: list[str], corpus: Path) -> None:
    """Let atheris damage the target's own whole files, led by what each new one reaches."""
    import atheris  # noqa: PLC0415 - an optional part

    for number in range(50):
        (corpus / f"{number}").write_bytes(fuzz.target.make(Damage(number)))
    for name in [name for name in sys.modules if name.startswith("sim.")]:
        for attribute, value in list(vars(sys.modules[name]).items()):
            if callable(value) and getattr(value, "__module__", None) == name and hasattr(value, "__code__"):
                setattr(sys.modules[name], attribute, atheris.instrument_func(value))
    atheris.Setup([sys.argv[0], *options, str(corpus)], fuzz.one)
    atheris.Fuzz()


def main() -> int:
    """Read the command line and fuzz."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.partition("\n")[0])
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--from", dest="first", type=int, default=0, help="number of the first file")
    parser.add_argument("--minutes", type=float, default=1e6)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"))
    parser.add_argument("--atheris", action="store_true", help="let coverage lead the damage")
    typed, _, for_atheris = " ".join(sys.argv[1:]).partition(" -- ")
    asked = parser.parse_args(typed.split())
    findings = asked.findings.resolve()
    findings.mkdir(parents=True, exist_ok=True)
    code = 0
    for name in TARGETS if asked.target == "all" else [asked.target]:
        with tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None) as place:
            folder, elsewhere = Path(place) / "inputs", Path(place) / "elsewhere"
            folder.mkdir()
            elsewhere.mkdir()
            fuzz = Fuzz(TARGETS[name](folder), findings, Watch(folder))
            os.chdir(elsewhere)
            if asked.atheris:
                led_by_coverage(fuzz, for_atheris.split(), Path(tempfile.mkdtemp(dir=place)))
            else:
                run(fuzz, range(asked.first, asked.first + asked.files), asked.minutes, asked.seed)
            os.chdir(findings)
            code |= fuzz.tell()
    return code


if __name__ == "__main__":
    sys.exit(main())
