"""Does the proof bite? One change is put into a law or a process, and the tests have to fail.

    python -m tests.mutation --count 120
    python -m tests.mutation --count 100000 --all-tests        # everything: a day

Run from the folder of the repository, with `pip install cosmic-ray`. It works on a copy in a temporary
folder. Each mutant meets the tests of its own room first; with ``--all-tests`` one that survives them meets
all fast tests of laws and processes, too. A mutant that hangs is caught.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.mutation.mutants import Mutant, modules, mutants_of, sample

TESTS = {
    "attrition": "domain/test_attrition_laws engine/test_lanchester",
    "front": "domain/test_assault_law",
    "climate": "domain/test_climate",
    "interdiction": "domain/test_interdiction",
    "sustainment": "domain/test_sustainment",
    "allocation": "domain/test_supply_programme domain/test_shadow_prices domain/test_lazy_solving",
    "ways": "domain/test_ways",
    "network": "domain/test_network",
    "opening": "domain/test_opening",
    "doctrine": "domain/test_doctrines engine/test_orders",
    "choices": "engine/test_choices",
    "arrivals": "engine/test_arrivals",
    "assaults": "engine/test_assaults",
    "battle": "engine/test_fires engine/test_assaults engine/test_reference engine/test_lanchester",
    "command": "engine/test_orders",
    "consumption": "engine/test_days engine/test_supply_lines",
    "control": "engine/test_control engine/test_ends",
    "convoys": "engine/test_convoys engine/test_convoys_under_attack engine/test_supply_lines",
    "exposure": "engine/test_interdiction_of_roads",
    "fires": "engine/test_fires engine/test_lanchester",
    "planning": "engine/test_planning engine/test_supply_lines",
    "reference": "engine/test_reference engine/test_reported_losses",
    "repairs": "engine/test_repairs",
    "replacements": "engine/test_replacements",
    "run": "engine/test_ends engine/test_reference engine/test_determinism engine/test_interdiction_of_roads",
    "schedule": "engine/test_schedule",
    "streams": "engine/test_streams",
    "strikes": "engine/test_strikes",
    "weather": "engine/test_days",
    "world": "engine/test_worth engine/test_days engine/test_fires engine/test_planning"
    " engine/test_interdiction_of_roads",
}
"""By module: the tests of its own room."""
EVERYTHING = ("tests/domain", "tests/engine", "tests/experiments/test_verification.py")
PATIENCE = 600.0
"""Seconds after which a mutant has hung."""
COPIED = ("sim", "tests", "scenarios", "pyproject.toml", "README.md")


def passes(copy: Path, places: list[str]) -> bool:
    """Return whether tests pass in the copy."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *places]
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def own_tests(module: Path) -> list[str]:
    """Return the tests of a module's room, its examples among them."""
    named = TESTS.get(module.stem, "")
    return [str(module), *(f"tests/{name}.py" for name in named.split())]


def survives(copy: Path, mutant: Mutant, *, meets_all: bool) -> bool | None:
    """Return whether a mutant passes the tests; none where it changes nothing that runs."""
    path = copy / mutant.module
    source = path.read_text(encoding="utf-8")
    code = mutant.code(source)
    if code is None:
        return None
    try:
        path.write_text(code, encoding="utf-8")
        return passes(copy, own_tests(mutant.module)) and (not meets_all or passes(copy, list(EVERYTHING)))
    finally:
        path.write_text(source, encoding="utf-8")


def main() -> int:
    """Read the command line, put in mutants, and tell how many were caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=120, help="mutants, drawn at random")
    parser.add_argument("--minutes", type=float, default=1e6, help="at most so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--module", default="", help="of this module only, such as attrition")
    parser.add_argument("--all-tests", action="store_true", help="let survivors meet all fast tests too")
    parser.add_argument("--folder", type=Path, help="where to put the copy")
    asked = parser.parse_args()
    root = Path.cwd()
    caught: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    lines = []
    until = time.monotonic() + 60 * asked.minutes
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        copy = Path(place)
        for name in COPIED:
            source = root / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        chosen = [each for each in modules(root) if asked.module in ("", each.stem)]
        mutants = [mutant for module in chosen for mutant in mutants_of(copy, module)]
        print(
            f"{len(mutants):,} mutants of {len(chosen)} modules; {asked.count:,} drawn with seed {asked.seed}"
        )
        for mutant in sample(mutants, asked.count, asked.seed):
            if time.monotonic() > until:
                break
            found = survives(copy, mutant, meets_all=asked.all_tests)
            if found is None:
                continue
            module = str(mutant.module)
            tried[module] += 1
            caught[module] += not found
            if found:
                lines.append(mutant.line((copy / mutant.module).read_text(encoding="utf-8")))
                print(f"survived: {lines[-1]}", flush=True)
            if sum(tried.values()) % 10 == 0:
                print(f"  {sum(caught.values())} of {sum(tried.values())} caught", flush=True)
    for module, count in sorted(tried.items()):
        print(f"{module:<36}{caught[module]:>4} of {count}")
    share = 100 * sum(caught.values()) / max(1, sum(tried.values()))
    print(f"{sum(caught.values())} of {sum(tried.values())} caught: {share:.0f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
