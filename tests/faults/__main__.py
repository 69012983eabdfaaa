"""Faults survived: makes each happen, and prints a table of what was tried and what became of it.

    python -m tests.faults
    python -m tests.faults "disk full" "two writers" --seed 7

Run from the folder of the repository, on Linux; as root, full and read-only disks are real ones.
"""

from __future__ import annotations

import argparse
import random  # noqa: TID251 - the random choices of a test
import sys
import tempfile
from pathlib import Path

from tests.faults.cases import FAULTS


def main() -> int:
    """Read the command line, try the faults, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__.partition("\n")[0])
    parser.add_argument("fault", nargs="*", help=f"of {', '.join(FAULTS)}")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    lost = 0
    print(f"{'fault':<24}{'tried':>6}{'survived':>10}  what happened")
    for name in asked.fault or FAULTS:
        with tempfile.TemporaryDirectory() as folder:
            tried, survived, what = FAULTS[name](Path(folder), random.Random(asked.seed))
        print(f"{name:<24}{tried:>6}{survived:>10}  {what}", flush=True)
        lost += tried - survived
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
