"""What commands make of what is typed: scenarios, seeds, workers, folders, days, towns, swept numbers."""

from __future__ import annotations

import math
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sim.cli.command import in_order
from sim.command_line import command_line
from sim.errors import FileError, SimError, UsageError
from sim.files.regular import open_regular
from sim.model.quantities import DAY, HOUR, MINUTE, Seconds, in_days
from sim.scenario_file.bundled import bundled_path
from sim.scenario_file.names import count_of, escape_terminal, nearest, plain_name
from sim.scenario_file.syntax.units import format_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import click

    from sim.cli.terminal import Terminal
    from sim.experiments.running.executors import Workers
    from sim.model.scenario import Scenario, Town
    from sim.recording.reader import Recording
    from sim.scenario_file.overrides import Override
    from sim.scenario_file.read import LoadedScenario

GZIP: Final = b"\x1f\x8b"
"""The first bytes of a recording."""
DRAWN_BELOW: Final = 1_000_000
"""Drawn seeds are short enough to be typed again."""
OVERRIDES: Final = ("sets", "assumes", "scales", "set_files")
"""Options of `option.overrides`, which change a scenario."""
RUNS: Final = Path("runs")
"""The folder of recordings and results for which no other place is named."""


def workers_of(options: dict[str, Any]) -> Workers:
    """Return the workers that the options of `option.workers` name."""
    from sim.experiments.running.executors import DaskCluster, cores, local_workers

    if options.get("scheduler"):
        return DaskCluster(options["scheduler"])
    return local_workers(options["jobs"] or cores())


def read_changed(
    context: click.Context, scenario: str, days: int | None = None, *, is_assumed: bool = False
) -> LoadedScenario:
    """Return a scenario with the overrides of this command line, all assumed if asked for."""
    from sim.scenario_file.overrides import assumed
    from sim.scenario_file.read import read_scenario

    changes = changes_of(context, days)
    return read_scenario(scenario, [assumed(each) for each in changes] if is_assumed else changes)


def changes_of(
    context: click.Context, days: int | None = None, more: Sequence[Override] = ()
) -> list[Override]:
    """Return the overrides of this command line in the order typed, then more.

    A number of days overrides every other change of the horizon.
    """
    types = override_types()
    changes: list[Override] = [*in_order(context, **types), *more]
    return changes if days is None else [*changes, types["sets"](f"scenario.horizon={days} d")]


def override_types() -> dict[str, Callable[[str], Override]]:
    """Return the class of override of each option of `option.overrides`."""
    from sim.scenario_file.overrides import AssumeNumber, ScaleNumber, SetFile, SetNumber

    return {"sets": SetNumber, "assumes": AssumeNumber, "scales": ScaleNumber, "set_files": SetFile}


def choose_seed(terminal: Terminal, reading: LoadedScenario, *given: int | None) -> int:
    """Return the first seed that is given, else the scenario's, else one that is drawn and printed."""
    for seed in (*given, reading.scenario.seed):
        if seed is not None:
            return seed
    import secrets

    seed = secrets.randbelow(DRAWN_BELOW)
    terminal.hint(f"Neither the command line nor {reading.name} sets a seed: using {seed}, drawn at random.")
    return seed


def resumed_seed(
    terminal: Terminal, reading: LoadedScenario, options: dict[str, Any], read_meta: Callable[[Path], Any]
) -> int:
    """Return the seed of an experiment; a folder that is resumed has its own."""
    out = options["out"]
    there = read_meta(out) if out is not None and options["resumes"] else None
    return choose_seed(terminal, reading, options["seed"], there.seed if there else None)


def warn(terminal: Terminal, reading: LoadedScenario) -> None:
    """Print how many warnings a scenario has; with ``-v`` print them all."""
    count = len(reading.warnings)
    if count:
        check = command_line("check", reading.path, overrides=reading.overrides)
        terminal.hint(f"{reading.name} has {count_of(count, 'warning')}: {check}")
        for warning in reading.warnings:
            terminal.detail(warning.text())


def make_folder(folder: Path) -> None:
    """Make a folder, if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        msg = f"Cannot create the folder {folder}: {reason}. Choose another place with --out."
        raise FileError(msg) from problem


def extended_name(reading: LoadedScenario, path: Path) -> str:
    """Return how a file at a path names a scenario that it extends: its name, else its file from there."""
    if bundled_path(reading.name) == reading.path:
        return reading.name
    return Path(os.path.relpath(reading.path.resolve(), path.resolve().parent)).as_posix()


@contextmanager
def resumable(kept: Callable[[], str]) -> Iterator[None]:
    """On Ctrl-C, say what is kept and how to continue."""
    try:
        yield
    except KeyboardInterrupt:
        try:
            words = f"{kept()}\nContinue with the same command and --resume."
        except (SimError, OSError):
            words = "Nothing had been finished."
        raise KeyboardInterrupt(f"stopped. {words}") from None


def results_folder(out: Path | None, name: str, scenario_hash: str) -> Path:
    """Return the folder for the results of many runs."""
    return out or RUNS / f"{name}-{scenario_hash[:4]}"


def is_packed(path: Path) -> bool:
    """Return whether a file begins as recordings do; a missing file does not."""
    try:
        with open_regular(path, is_named=True) as file:
            return file.read(len(GZIP)) == GZIP
    except (OSError, ValueError):
        return False


def is_recording(text: str) -> bool:
    """Return whether a name or path is a recording and not a scenario."""
    return text.endswith(".gz") or is_packed(Path(text))


_DAY: Final = re.compile(r"d?\s*(?P<day>\d{1,6}(?:\.\d+)?)(?:[ T]+(?P<clock>\S+))?", re.IGNORECASE)
_DATE: Final = re.compile(r"(?P<date>\d{4}-\d{2}-\d{2})(?:[ T]+(?P<clock>\S+))?", re.IGNORECASE)
_CLOCK: Final = re.compile(r"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)")
DAY_FORMS: Final = 'Write a day as 23, d23, 23.5, "d23 06:00" or 2025-02-19.'

MAX_NAMED: Final = 3

_NUMBER: Final = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
_RANGE: Final = re.compile(rf"({_NUMBER})\s*([^.]*?)\s*\.\.\s*({_NUMBER})\s*(.*?)\s*(?:/\s*([0-9]{{1,5}}))?")
_QUANTITY: Final = re.compile(rf"({_NUMBER})\s*(.*)")
DIGITS: Final = 9
MIN_STEPS: Final = 2


def read_moment(text: str, start: date, end: Seconds) -> Seconds:
    """Return the time of a day that was typed, in a run from a date to an end time; `UsageError` outside it.

    Examples
    --------
    >>> begin = date(2025, 1, 27)
    >>> [read_moment(text, begin, 180 * DAY) / DAY for text in ("d23", "23.5", "d23 06:00", "2025-02-19")]
    [23.0, 23.5, 23.25, 23.0]
    """
    t, shown = _seconds(text.strip(), start), escape_terminal(text)
    if t is None:
        raise UsageError(f"{shown!r} is not a day. {DAY_FORMS}")
    if t < 0:
        raise UsageError(f"{shown} is before the run, which begins on {start}. Name a later day.")
    if t > end:
        last = date.fromordinal(start.toordinal() + end // DAY)
        raise UsageError(
            f"{shown} is after the run, which ends on day {in_days(end):g}, {last}. Name an earlier day."
        )
    return t


def moment_of(recording: Recording, at: str | None) -> Seconds:
    """Return the time of a day that was typed; the end of the run where none was."""
    return recording.end if at is None else read_moment(at, recording.scenario.start, recording.end)


def _seconds(text: str, start: date) -> Seconds | None:
    """Return a typed day as seconds since the start; none where it is not one."""
    if found := _DATE.fullmatch(text):
        try:
            day = (date.fromisoformat(found["date"]) - start).days * DAY
        except ValueError:
            return None
    elif found := _DAY.fullmatch(text):
        day = round(float(found["day"]) * DAY)
    else:
        return None
    if found["clock"] is None:
        return day
    clock = _CLOCK.fullmatch(found["clock"])
    return day + int(clock["hour"]) * HOUR + int(clock["minute"]) * MINUTE if clock else None


def town_named(scenario: Scenario, name: str) -> Town:
    """Return the town of this id or name: Latin or Ukrainian, whatever the case and the apostrophe.

    `UsageError` where there is none or several; the message suggests others.
    """
    for town in scenario.towns:
        if town.id == name:
            return town
    found = [
        town for town in scenario.towns if plain_name(name) in {plain_name(each) for each in _names(town)}
    ]
    if len(found) == 1:
        return found[0]
    if found:
        ids = " or ".join(town.id for town in found)
        raise UsageError(
            f"{scenario.name} has {len(found)} towns called {escape_terminal(name)}. Use an id: {ids}."
        )
    raise UsageError(f"{scenario.name} has no town {escape_terminal(name)!r}. {_advice(scenario, name)}")


def _advice(scenario: Scenario, name: str) -> str:
    ids = {plain_name(each): town.id for town in reversed(scenario.towns) for each in _names(town)}
    alike = dict.fromkeys(ids[each] for each in nearest(plain_name(name), ids, MAX_NAMED))
    if alike:
        return f"Did you mean {' or '.join(alike)}?"
    return f"Its towns include {', '.join(town.id for town in scenario.towns[:MAX_NAMED])}."


def _names(town: Town) -> tuple[str, ...]:
    return (town.id, town.name, town.name_uk or town.id)


@dataclass(frozen=True, slots=True)
class SweptNumber:
    """A number of a sweep: listed values, a range, or neither, each written as in a scenario."""

    key: str
    values: tuple[str, ...] = ()
    low: str = ""
    high: str = ""


def swept_number(text: str) -> SweptNumber:
    """Parse ``-p KEY``, ``KEY=A,B,C``, ``KEY=LO..HI`` or ``KEY=LO..HI/STEPS``; `UsageError` for all else.

    Examples
    --------
    >>> swept_number("side.ua.replacements=20,40,60 soldiers/d").values
    ('20 soldiers/d', '40 soldiers/d', '60 soldiers/d')
    >>> swept_number("side.ua.replacements=15..60 soldiers/d/4").values
    ('15 soldiers/d', '30 soldiers/d', '45 soldiers/d', '60 soldiers/d')
    >>> swept_number("tempo.variation=0..0.5")
    SweptNumber(key='tempo.variation', values=(), low='0', high='0.5')
    >>> swept_number("attrition.fires_law=aimed_fire,area_fire").values
    ('aimed_fire', 'area_fire')
    """
    key, _, written = (part.strip() for part in text.partition("="))
    if not key or (not written and "=" in text):
        msg = f"-p takes KEY=A,B,C or KEY=LO..HI/STEPS, such as tempo.variation=0..0.4/5, not {text!r}."
        raise UsageError(msg)
    swept = _ranged(key, written) if ".." in written else SweptNumber(key, _listed(written))
    for each in (*swept.values, swept.low, swept.high):
        if not _is_value(each):
            raise UsageError(f"-p {key}: {escape_terminal(each[:40])} is neither a finite number nor a name.")
    return swept


def _is_value(written: str) -> bool:
    """Return whether something can be a value of a scenario: finite, and of text that is Unicode."""
    try:
        return math.isfinite(float(written.partition(" ")[0]))
    except ValueError:
        return all(not "\ud800" <= each <= "\udfff" for each in written)


def _ranged(key: str, written: str) -> SweptNumber:
    found = _RANGE.fullmatch(written)
    if not found:
        raise UsageError(f"-p {key}: {written!r} is not a range. Write it like 20..60 soldiers/d/5.")
    low, low_unit, high, unit, steps = found.groups()
    low_unit = low_unit or unit
    if steps is None:
        return SweptNumber(key, (), _written(float(low), low_unit), _written(float(high), unit))
    if low_unit != unit:
        raise UsageError(
            f"-p {key}: both ends of a range with steps need the same unit, such as 20..60 {unit}/5."
        )
    count = int(steps)
    if count < MIN_STEPS:
        raise UsageError(f"-p {key}: a range needs at least {MIN_STEPS} steps, counting both ends.")
    width = (float(high) - float(low)) / (count - 1)
    return SweptNumber(key, tuple(_written(float(low) + width * step, unit) for step in range(count)))


def _listed(written: str) -> tuple[str, ...]:
    parts = [part.strip() for part in written.split(",") if part.strip()]
    last = _QUANTITY.fullmatch(parts[-1]) if parts else None
    unit = last[2] if last else ""
    bare = re.compile(_NUMBER)
    return tuple(f"{part} {unit}".rstrip() if bare.fullmatch(part) else part for part in parts)


def _written(value: float, unit: str) -> str:
    return f"{format_number(float(f'{value:.{DIGITS}g}'))} {unit}".rstrip()
