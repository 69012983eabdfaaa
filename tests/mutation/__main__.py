"""Does the proof bite? One change is put into a law or a process, and the tests have to fail.

    python -m tests.mutation --count 120
    python -m tests.mutation --count 120 --effects             # which survivors change nothing that happens
    python -m tests.mutation --count 120 --second-look         # some minutes more for each survivor
    python -m tests.mutation --count 100000 --second-look      # everything: a day

Run from the folder of the repository, with `pip install cosmic-ray`. It works on a copy in a temporary
folder. Each mutant meets the tests of its own room, those first that caught others; with ``--second-look``
those that survive them then meet all fast tests of laws and processes, and both figures are told. Tests first
have to pass without a change, and a mutant with which they take far longer than then has hung, and is caught.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.court import Court, elapsed
from tests.mutation.mutants import Mutant, modules, mutants_of, sample

TESTS = {
    "attrition": "domain/test_attrition_laws domain/test_reports_of_sides engine/test_lanchester"
    " engine/test_loss_periods",
    "front": "domain/test_assault_law",
    "climate": "domain/test_climate",
    "interdiction": "domain/test_interdiction domain/test_exposure_of_sides",
    "sustainment": "domain/test_sustainment domain/test_rations",
    "allocation": "domain/test_supply_programme domain/test_shadow_prices domain/test_lazy_solving"
    " domain/test_parts_of_networks",
    "ways": "domain/test_ways domain/test_sole_ways",
    "network": "domain/test_network",
    "opening": "domain/test_opening",
    "doctrine": "domain/test_doctrines engine/test_orders",
    "choices": "engine/test_choices engine/test_chances_of_choices",
    "arrivals": "engine/test_arrivals",
    "assaults": "engine/test_assaults",
    "battle": "engine/test_fires engine/test_assaults engine/test_reference engine/test_lanchester",
    "command": "engine/test_orders engine/test_turning_points",
    "consumption": "engine/test_days engine/test_supply_lines engine/test_turning_points",
    "control": "engine/test_control engine/test_ends engine/test_turning_points",
    "convoys": "engine/test_convoys engine/test_convoys_under_attack engine/test_supply_lines"
    " engine/test_turning_points engine/test_turning_points_of_convoys",
    "departures": "engine/test_convoys engine/test_supply_lines engine/test_turning_points"
    " engine/test_turning_points_of_convoys",
    "exposure": "engine/test_interdiction_of_roads",
    "fires": "engine/test_fires engine/test_lanchester engine/test_turning_points",
    "planning": "engine/test_planning engine/test_supply_lines engine/test_turning_points",
    "reference": "engine/test_reference engine/test_reported_losses engine/test_loss_periods"
    " engine/test_convoys engine/test_turning_points engine/test_turning_points_of_convoys",
    "repairs": "engine/test_repairs",
    "replacements": "engine/test_replacements",
    "run": "engine/test_ends engine/test_reference engine/test_determinism"
    " engine/test_interdiction_of_roads engine/test_planning engine/test_repairs engine/test_turning_points",
    "schedule": "engine/test_schedule engine/test_turning_points",
    "streams": "engine/test_streams engine/test_median_luck engine/test_beta_draws",
    "strikes": "engine/test_strikes",
    "weather": "engine/test_days",
    "world": "engine/test_worth engine/test_assaults engine/test_days engine/test_fires engine/test_planning"
    " engine/test_interdiction_of_roads engine/test_supply_lines engine/test_turning_points"
    " engine/test_convoys engine/test_convoys_under_attack engine/test_turning_points_of_convoys",
}
"""By module: the tests of its own room."""
EVERYTHING = ("tests/domain", "tests/engine", "tests/experiments/test_verification.py")
COPIED = ("sim", "tests", "scenarios", "pyproject.toml", "README.md")


@dataclass
class Tried:
    """What a sample of mutants has come to."""

    drawn: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    survivors: list[Mutant] = field(default_factory=list)

    def share(self, more: int = 0) -> str:
        """Return how many were caught, with so many more."""
        caught, drawn = self.caught.total() + more, self.drawn.total()
        return f"{caught} of {drawn} caught: {100 * caught / max(1, drawn):.1f} %"


def own_tests(module: Path) -> list[str]:
    """Return the tests of a module's room, its examples among them."""
    named = TESTS.get(module.stem, "")
    return [str(module), *(f"tests/{name}.py" for name in named.split())]


def survives(court: Court, mutant: Mutant, places: list[str]) -> bool | None:
    """Return whether a mutant passes some tests; none where it changes nothing that runs."""
    path = court.copy / mutant.module
    source = path.read_text(encoding="utf-8")
    code = mutant.code(source)
    if code is None:
        return None
    court.prepare(places)
    try:
        path.write_text(code, encoding="utf-8")
        return court.passes(places)
    finally:
        path.write_text(source, encoding="utf-8")


def first_look(copy: Path, mutants: list[Mutant], minutes: float) -> Tried:
    """Hold mutants against the tests of their own rooms."""
    tried, court = Tried(), Court(copy)
    begun = time.monotonic()
    for mutant in mutants:
        if time.monotonic() > begun + 60 * minutes:
            break
        found = survives(court, mutant, own_tests(mutant.module))
        if found is None:
            continue
        tried.drawn[str(mutant.module)] += 1
        tried.caught[str(mutant.module)] += not found
        if found:
            tried.survivors.append(mutant)
            print(f"survived: {told(copy, mutant)}", flush=True)
        if tried.drawn.total() % 10 == 0:
            print(f"  {tried.share()} ({elapsed(begun)})", flush=True)
    return tried


def second_look(copy: Path, survivors: list[Mutant]) -> int:
    """Hold survivors against all fast tests of laws and processes; return how many these caught."""
    caught, court = 0, Court(copy)
    for mutant in survivors:
        found = survives(court, mutant, list(EVERYTHING))
        caught += not found
        print(f"{'survived all' if found else 'caught by others'}: {told(copy, mutant)}", flush=True)
    return caught


def without_effect(copy: Path, survivors: list[Mutant]) -> int:
    """Run bundled scenarios and random fronts with each survivor; return how many change no event of them."""
    court, unchanged = Court(copy), 0
    before = court.happenings()
    for mutant in survivors:
        path = copy / mutant.module
        source = path.read_text(encoding="utf-8")
        try:
            path.write_text(mutant.code(source) or source, encoding="utf-8")
            is_same = court.happenings() == before
        finally:
            path.write_text(source, encoding="utf-8")
        unchanged += is_same
        print(f"{'changes no event' if is_same else 'changes events'}: {told(copy, mutant)}", flush=True)
    return unchanged


def told(copy: Path, mutant: Mutant) -> str:
    """Return where a mutant is and what it makes of the line."""
    return mutant.line((copy / mutant.module).read_text(encoding="utf-8"))


def main() -> int:
    """Read the command line, put in mutants, and tell how many were caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=120, help="mutants, drawn at random")
    parser.add_argument("--minutes", type=float, default=1e6, help="at most so long, before a second look")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--module", default="", help="of this module only, such as attrition")
    parser.add_argument("--effects", action="store_true", help="tell which survivors change no event")
    parser.add_argument("--second-look", action="store_true", help="let survivors meet all fast tests too")
    parser.add_argument("--folder", type=Path, help="where to put the copy")
    asked = parser.parse_args()
    root = Path.cwd()
    with tempfile.TemporaryDirectory(dir=asked.folder) as place:
        copy = Path(place)
        for name in COPIED:
            source = root / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        chosen = [each for each in modules(root) if asked.module in ("", each.stem)]
        mutants = [mutant for module in chosen for mutant in mutants_of(copy, module)]
        drawn = sample(mutants, asked.count, asked.seed)
        print(
            f"{len(mutants):,} mutants of {len(chosen)} modules; {len(drawn):,} drawn with seed {asked.seed}"
        )
        tried = first_look(copy, drawn, asked.minutes)
        for module, count in sorted(tried.drawn.items()):
            print(f"{module:<36}{tried.caught[module]:>4} of {count}")
        print(f"by the tests of their own rooms, {tried.share()}", flush=True)
        if asked.effects:
            unchanged = without_effect(copy, tried.survivors)
            print(f"{unchanged} of {len(tried.survivors)} survivors change no event of any run tried")
        if asked.second_look:
            more = second_look(copy, tried.survivors)
            print(f"by any fast test, {tried.share(more)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
