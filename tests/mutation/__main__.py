"""Mutation testing: one change is made to a law or a process, and the tests have to fail.

    python -m tests.mutation --count 120
    python -m tests.mutation --count 120 --effects             # which survivors change no event
    python -m tests.mutation --count 120 --second-look         # some minutes more for each survivor
    python -m tests.mutation --count 100000 --second-look      # everything: a day

Run from the repository, with `pip install cosmic-ray`; it works on a temporary copy. Each mutant is
run against the tests that import its module, those first that caught others; with ``--second-look`` survivors
are run against all fast tests of model and engine, and both figures are printed. The tests first have to pass
without a change. A mutant with which they take far longer counts as caught.
"""

from __future__ import annotations

import argparse
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.mutation.forked_tests import ForkedTests, elapsed
from tests.mutation.mutants import Mutant, modules, mutants_of, sample

TEST_FOLDERS = ("model", "engine", "statistics", "verification")
COPIED = ("sim", "tests", "scenarios", "pyproject.toml", "README.md")


@dataclass
class Counts:
    """How many mutants of a sample were drawn and caught, and which survived."""

    drawn: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    survivors: list[Mutant] = field(default_factory=list)

    def share(self, more: int = 0) -> str:
        """Return how many were caught, with so many more."""
        caught, drawn = self.caught.total() + more, self.drawn.total()
        return f"{caught} of {drawn} caught: {100 * caught / max(1, drawn):.1f} %"


def importing_tests(copy: Path, module: Path | None) -> list[str]:
    """Return the tests that import a module, and its doctests; without one, all of model and engine."""
    files = [path for name in TEST_FOLDERS for path in sorted((copy / "tests" / name).glob("test_*.py"))]
    every = [path.relative_to(copy).as_posix() for path in files]
    if module is None:
        return every
    package, name = ".".join(module.parent.parts), module.stem
    imports = re.compile(rf"{package}\.{name}|from {package} import .*{name}")
    own = [test for test in every if imports.search((copy / test).read_text(encoding="utf-8"))]
    return [str(module), *(own or every)]


def survives(tests: ForkedTests, mutant: Mutant, paths: list[str]) -> bool | None:
    """Return whether a mutant passes some tests; None where it changes nothing that runs."""
    path = tests.copy / mutant.module
    source = path.read_text(encoding="utf-8")
    code = mutant.code(source)
    if code is None:
        return None
    tests.prepare(paths)
    try:
        path.write_text(code, encoding="utf-8")
        return tests.passes(paths)
    finally:
        path.write_text(source, encoding="utf-8")


def first_look(copy: Path, mutants: list[Mutant], minutes: float) -> Counts:
    """Run the tests of its own module against each mutant."""
    tried, tests = Counts(), ForkedTests(copy)
    begun = time.monotonic()
    for mutant in mutants:
        if time.monotonic() > begun + 60 * minutes:
            break
        found = survives(tests, mutant, importing_tests(copy, mutant.module))
        if found is None:
            continue
        tried.drawn[str(mutant.module)] += 1
        tried.caught[str(mutant.module)] += not found
        if found:
            tried.survivors.append(mutant)
            print(f"survived: {described(copy, mutant)}", flush=True)
        if tried.drawn.total() % 10 == 0:
            print(f"  {tried.share()} ({elapsed(begun)})", flush=True)
    return tried


def second_look(copy: Path, survivors: list[Mutant]) -> int:
    """Run all fast tests of model and engine against the survivors; return how many these caught."""
    caught, tests = 0, ForkedTests(copy)
    for mutant in survivors:
        found = survives(tests, mutant, importing_tests(copy, None))
        caught += not found
        print(f"{'survived all' if found else 'caught by others'}: {described(copy, mutant)}", flush=True)
    return caught


def without_effect(copy: Path, survivors: list[Mutant]) -> int:
    """Run bundled scenarios and random fronts with each survivor; return how many change no event of them."""
    tests, unchanged = ForkedTests(copy), 0
    before = tests.events_digest()
    for mutant in survivors:
        path = copy / mutant.module
        source = path.read_text(encoding="utf-8")
        try:
            path.write_text(mutant.code(source) or source, encoding="utf-8")
            is_same = tests.events_digest() == before
        finally:
            path.write_text(source, encoding="utf-8")
        unchanged += is_same
        print(f"{'changes no event' if is_same else 'changes events'}: {described(copy, mutant)}", flush=True)
    return unchanged


def described(copy: Path, mutant: Mutant) -> str:
    """Return the place of a mutant, and its line before and after."""
    return mutant.line((copy / mutant.module).read_text(encoding="utf-8"))


def main() -> int:
    """Read the command line, try mutants, and print how many were caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=120, help="mutants, drawn at random")
    parser.add_argument("--minutes", type=float, default=1e6, help="at most so long, before a second look")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--module", default="", help="of this module only, such as attrition")
    parser.add_argument("--effects", action="store_true", help="print which survivors change no event")
    parser.add_argument("--second-look", action="store_true", help="run all fast tests against survivors too")
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
        print(f"by the tests that import the module, {tried.share()}", flush=True)
        if asked.effects:
            unchanged = without_effect(copy, tried.survivors)
            print(f"{unchanged} of {len(tried.survivors)} survivors change no event of any run tried")
        if asked.second_look:
            more = second_look(copy, tried.survivors)
            print(f"by any fast test, {tried.share(more)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
