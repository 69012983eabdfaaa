"""Scenarios that come with frontsim, found by name from anywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sim.files.regular import read_regular
from sim.scenario_file.syntax.toml import MAX_BYTES

PACKAGE: Final = Path(__file__).resolve().parents[1]
"""The folder of the package `sim`."""
VERIFICATION: Final = "verification"
"""The folder of the scenarios that `verify` runs; they are found by name, and not listed with the others."""
TEMPLATES: Final = "templates"
"""The folder of what scenarios begin with: a blank one, and numbers of an era, which are no front alone."""
LESSONS: Final = "lessons"
"""The folder of the handouts of lessons."""
SOLUTION: Final = "-solution.md"
"""What the file of a lesson's findings ends with."""
_COMMENT: Final = re.compile(r"(?:^#(?!:)[# ]*[^# \n].*\n?)+", re.MULTILINE)
_NAME: Final = re.compile(r'^name\s*=\s*"([^"]*)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BundledScenario:
    """A scenario that comes with frontsim."""

    name: str
    path: Path
    title: str
    question: str
    """The first comment of the file: what one can learn from it."""


def scenario_folder() -> Path:
    """Return where bundled scenarios are: inside an installed package, beside it in a checkout."""
    inside = PACKAGE / "scenarios"
    return inside if inside.is_dir() else PACKAGE.parent / "scenarios"


def bundled_scenarios() -> tuple[BundledScenario, ...]:
    """Return every bundled scenario, by name."""
    return tuple(_bundled(path) for path in sorted(scenario_folder().glob("*.toml")))


def bundled_names() -> tuple[str, ...]:
    """Return the names of all bundled scenarios, sorted."""
    return tuple(sorted(path.stem for path in scenario_folder().glob("*.toml")))


def verification_names() -> tuple[str, ...]:
    """Return the names of the scenarios that `verify` runs, sorted: their folder and their own name."""
    files = (scenario_folder() / VERIFICATION).glob("*.toml")
    return tuple(sorted(f"{VERIFICATION}/{path.stem}" for path in files))


def lesson_names() -> tuple[str, ...]:
    """Return the names of all lessons that have a handout, sorted."""
    files = (scenario_folder() / LESSONS).glob(f"*{SOLUTION}")
    return tuple(sorted(path.name.removesuffix(SOLUTION) for path in files))


def lesson_text(name: str, *, is_solution: bool = False) -> str:
    """Return the handout of a lesson, or what one finds."""
    suffix = SOLUTION if is_solution else ".md"
    return read_regular(scenario_folder() / LESSONS / f"{name}{suffix}", MAX_BYTES, is_named=True).decode()


def bundled_path(name: str) -> Path | None:
    """Return the file of a bundled scenario, or nothing where there is none of that name."""
    if name in bundled_names() or name in verification_names():
        return scenario_folder() / f"{name}.toml"
    era = template_path(name)
    return era if is_era(name) and era.is_file() else None


def is_era(name: str) -> bool:
    """Return whether a name is that of the numbers of an era."""
    return name.startswith("era-")


def is_template(file: str) -> bool:
    """Return whether a file is one of the templates."""
    return Path(file).resolve().parent == (scenario_folder() / TEMPLATES).resolve()


def template_path(name: str) -> Path:
    """Return the file of a template."""
    return scenario_folder() / TEMPLATES / f"{name}.toml"


def _bundled(path: Path) -> BundledScenario:
    """Return what a list shows of a scenario, read from its text without checking it."""
    text = read_regular(path, MAX_BYTES, is_named=True).decode()
    comment, title = _COMMENT.search(text), _NAME.search(text)
    question = " ".join(line.lstrip("# ").rstrip() for line in comment[0].splitlines()) if comment else ""
    return BundledScenario(path.stem, path, title[1] if title else path.stem, question)
