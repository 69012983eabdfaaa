"""What happened: which place was held by whom and since when, from a table that anyone can write.

The table is CSV: ``date, town, from, to, basis``, one row for each change. States are ``occupied``, ``grey``
(contested) and ``not occupied``, seen from one side, or the id of the side that holds the place; ``basis``
says who tells it. Lines that begin with ``#`` are comments; one of the form ``# advance: 0.023 km/d`` tells
the front's usual advance along a contact.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.errors import FileError, UsageError
from sim.files.regular import read_regular
from sim.model.quantities import Kilometres
from sim.scenario_file.bundled import scenario_folder
from sim.scenario_file.names import plain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.scenario import Scenario

COLUMNS: Final = ("date", "town", "from", "to")
GREY: Final = 0.5
"""A contested place, between not occupied (0) and occupied (1)."""
_STATES: Final = {"occupied": 1.0, "grey": GREY, "not occupied": 0.0}
_ADVANCE: Final = re.compile(r"#\s*advance:")
_ADVANCE_VALUE: Final = re.compile(r"#\s*advance:\s*([0-9]+(?:\.[0-9]+)?)\s*km/d\s*$")
_LARGEST: Final = 16 << 20
_LINE_END: Final = re.compile(r"\r\n|\n|\r")
"""Where lines end, and nothing else: cells may hold what Unicode ends lines by."""


@dataclass(frozen=True, slots=True)
class Change:
    """A place changed state, by one source."""

    on: date
    town: str
    before: float
    after: float
    """0 not occupied, 0.5 contested, 1 occupied."""
    basis: str


@dataclass(frozen=True, slots=True)
class Observations:
    """What a table tells, put beside a scenario."""

    path: str
    side: int
    changes: tuple[Change, ...]
    """Of places the scenario has; towns are ids."""
    unknown_places: Mapping[str, int]
    """How many changes the table has of places the scenario lacks, by name."""
    sources: tuple[str, ...]
    advance: Kilometres | None
    """The front's usual advance along a contact, km a day; none where the table does not tell it."""

    def opening(self, scenario: Scenario) -> np.ndarray:
        """Return 1 for each town that the side holds as the scenario opens, else 0; shape (towns,)."""
        return np.array([float(scenario.side_index(town.held_by) == self.side) for town in scenario.towns])

    def states(self, scenario: Scenario, source: str, dates: Sequence[date]) -> np.ndarray:
        """Return how each town stood as each date ended.

        A place that the source does not mention keeps its opening state; before its first change it was
        as that change says. Shape (dates, towns); 0 not occupied, 0.5 contested, 1 occupied.
        """
        number = {town.id: index for index, town in enumerate(scenario.towns)}
        states = np.tile(self.opening(scenario), (len(dates), 1))
        by_source = (each for each in self.changes if each.basis == source)
        seen: set[str] = set()
        for change in sorted(by_source, key=lambda each: each.on):
            if change.town not in seen:
                seen.add(change.town)
                states[:, number[change.town]] = change.before
            since = np.array([day >= change.on for day in dates])
            states[since, number[change.town]] = change.after
        return states


def read_observations(path: str | Path, scenario: Scenario, side: str | None = None) -> Observations:
    """Return what happened to a scenario's towns.

    `path`: a CSV file, or the name of one that comes with the programme. `side`: who occupies; else the side
    whose losses are reported, else the second one. Raises FileError where it cannot be read, or is no such
    table. Raises UsageError where there is no such side, or none of the places is in the scenario.
    """
    if side is None:
        reported = scenario.reported_losses
        side = scenario.sides[1].id if reported is None else reported.of
    ids = [each.id for each in scenario.sides]
    if side not in ids:
        raise UsageError(f"There is no side {side!r}. The sides are {' and '.join(ids)}.")
    found = _found(Path(path))
    text = _text(found)
    changes: list[Change] = []
    unknown_places: Counter[str] = Counter()
    names = _names(scenario)
    for change in _changes(text, found, {each: float(each == side) for each in ids}):
        # what stands in brackets after a name may be left out
        town = names.get(plain_name(change.town)) or names.get(plain_name(change.town.partition("(")[0]))
        if town is None:
            unknown_places[change.town] += 1
        else:
            changes.append(replace(change, town=town))
    if not changes:
        raise UsageError(
            f"None of the places in {found} is in {scenario.name}. Name its towns by id or name."
        )
    counts = Counter(change.basis for change in changes)
    sources = tuple(sorted(counts, key=lambda name: (-counts[name], name)))
    advance = _usual_advance(text, found)
    return Observations(str(path), ids.index(side), tuple(changes), unknown_places, sources, advance)


def _found(path: Path) -> Path:
    """Return where a table is: as named, else among those that come with the programme."""
    bundled = scenario_folder() / f"{path.name}.csv"
    is_plain = len(path.parts) == 1 and not path.suffix
    return bundled if is_plain and not path.exists() and bundled.exists() else path


def _text(path: Path) -> str:
    try:
        return read_regular(path, _LARGEST, is_named=True).decode("utf-8-sig")
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise FileError(f"{path} cannot be read: {reason}. Name a CSV file with --observations.") from problem
    except UnicodeDecodeError as problem:
        raise FileError(f"{path} is not UTF-8 text. Save it as CSV in UTF-8.") from problem


def _changes(text: str, path: Path, sides: Mapping[str, float]) -> list[Change]:
    numbered = [
        (number, line)
        for number, line in enumerate(_LINE_END.split(text), 1)
        if line.strip(",; \t") and not line.startswith("#")
    ]
    rows = csv.reader(f"{line}\n" for _, line in numbered)
    changes = []
    heading: list[str] | None = None
    try:
        for row in rows:
            if heading is None:
                heading = _heading(row, path)
            else:
                cells = dict(zip(heading, (cell.strip() for cell in row), strict=False))
                changes.append(_change(cells, f"{path}:{numbered[rows.line_num - 1][0]}", sides))
    except csv.Error as problem:
        where = numbered[max(0, min(rows.line_num, len(numbered)) - 1)][0]
        raise FileError(f"{path}:{where} is not valid CSV: {problem}. Correct that line.") from problem
    if heading is None:
        _heading([], path)
    return changes


def _heading(row: Sequence[str], path: Path) -> list[str]:
    heading = [plain_name(name) for name in row]
    for name in COLUMNS:
        if name not in heading:
            other = next((mark for mark in ";\t" if any(mark in cell for cell in row)), "")
            hint = " Separate cells with commas." if other else ""
            raise FileError(
                f'{path} has no column "{name}". Its first line must be: date,town,from,to,basis.{hint}'
            )
    return heading


def _change(cells: Mapping[str, str], where: str, sides: Mapping[str, float]) -> Change:
    if missing := [name for name in COLUMNS if not cells.get(name)]:
        raise FileError(f'{where}: "{missing[0]}" is missing. Each row needs {", ".join(COLUMNS)}.')
    try:
        on = date.fromisoformat(cells["date"])
    except ValueError as problem:
        raise FileError(f"{where}: {cells['date']!r} is not a date. Write it 2025-01-31.") from problem
    known = {plain_name(name): state for name, state in {**_STATES, **sides}.items()} | dict(sides)
    states = []
    for name in ("from", "to"):
        state = known.get(cells[name], known.get(plain_name(cells[name])))
        if state is None:
            can = ", ".join((*_STATES, *sides))
            raise FileError(f'{where}: "{name}" is {cells[name]!r}. It can be {can}.')
        states.append(state)
    # what a source says of its own making, in brackets, does not make it another source
    basis = cells.get("basis", "").partition("(")[0].strip() or "truth"
    return Change(on, cells["town"], states[0], states[1], basis)


def _usual_advance(text: str, path: Path) -> Kilometres | None:
    for number, line in enumerate(_LINE_END.split(text), 1):
        if _ADVANCE.match(line):
            value = _ADVANCE_VALUE.match(line)
            if not value:
                raise FileError(f"{path}:{number}: write the usual advance like this: # advance: 0.023 km/d")
            return float(value[1])
    return None


def _names(scenario: Scenario) -> dict[str, str]:
    """Return every name of a town, made plain, with its id."""
    names: dict[str, str] = {}
    for town in scenario.towns:
        for name in (town.name, town.name_uk or town.id):
            names.setdefault(plain_name(name), town.id)
    return names | {plain_name(town.id): town.id for town in scenario.towns}
