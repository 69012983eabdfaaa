"""The last step from tables to the domain: every check in turn, and the frozen scenario."""

from __future__ import annotations

import dataclasses
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sim.model.daily_conditions import MONTHS
from sim.model.quantities import DAY
from sim.model.scenario import Scenario
from sim.scenario_file.checks.contents import Contents, read_sections
from sim.scenario_file.checks.geography import check_fronts, check_positions
from sim.scenario_file.checks.references import check_references, read_end_conditions, resolve_axes
from sim.scenario_file.checks.scheduled_events import read_events
from sim.scenario_file.checks.supply_paths import check_supply_paths
from sim.scenario_file.diagnostics import Diagnostic
from sim.scenario_file.names import join_words
from sim.scenario_file.schema.sections import MODEL, SCHEMA
from sim.scenario_file.syntax.units import format_number

if TYPE_CHECKING:
    from sim.model.scenario import EndCondition, Parameter, ScheduledEvent, Side
    from sim.scenario_file.schema.tables import Row
    from sim.scenario_file.syntax.toml import TomlTable

MAX_TOWNS: Final = 100_000
_MAX: Final = {"town": MAX_TOWNS, "route": 4 * MAX_TOWNS, "event": MAX_TOWNS}
_TOLERANCE: Final = 1e-6


def build_scenario(tree: TomlTable, diagnostics: list[Diagnostic]) -> Scenario | None:
    """Return the scenario of a merged tree, or nothing where it has mistakes.

    Parameters
    ----------
    tree
        Routes and events by id.
    diagnostics
        What is wrong already; what is found here is added.
    """
    refused = _refused(tree)
    if refused:
        # Of a shape we do not know, or of this size, every further complaint would mislead.
        diagnostics[:] = [refused]
        return None
    _check_schema(tree, diagnostics)
    contents = read_sections(tree, diagnostics)
    check_references(contents)
    check_positions(contents)
    _check_sums(contents)
    _check_months(contents)
    _check_periods(contents)
    events, ends = read_events(contents), read_end_conditions(contents)
    sides = [_with_axes(contents, side) for side in contents.sides.values() if side]
    if contents.has_errors_in("scenario", "side", "town", "route", "transport", "supply"):
        return None
    scenario = _scenario(contents, sides, events, ends)
    check_fronts(contents, scenario)
    check_supply_paths(contents, scenario)
    return None if any(each.severity == "error" for each in contents.diagnostics) else scenario


def _refused(tree: TomlTable) -> Diagnostic | None:
    """Return why the scenario is not looked at any further, if it is not."""
    schema = tree.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA:
        version = schema if schema < 10**6 else "this high"
        message = f"schema {version} was written for a newer frontsim"
        return Diagnostic(
            "E009", ("schema",), message, f"this one reads schema {SCHEMA}", "a newer frontsim reads it"
        )
    for section, most in _MAX.items():
        if isinstance(tree.get(section), dict) and len(tree[section]) > most:
            # It is about the file as a whole: to look for a place in it would only take time.
            message = f"there are more than {most:,} {section}s"
            return Diagnostic("E008", (), message, "that is more than a run can hold")
    return None


def _check_schema(tree: TomlTable, diagnostics: list[Diagnostic]) -> None:
    """Note a missing or odd version of the shape."""
    if "schema" not in tree:
        message = '"schema" is missing at the top'
        diagnostics.append(Diagnostic("E010", (), message, f"begin the file with schema = {SCHEMA}"))
    elif tree["schema"] != SCHEMA or not isinstance(tree["schema"], int) or tree["schema"] is True:
        diagnostics.append(
            Diagnostic("E010", ("schema",), '"schema" is no version', f"write schema = {SCHEMA}")
        )


def _check_sums(contents: Contents) -> None:
    """Note rows of shares that do not sum to 1."""
    attrition, weather = contents.tables.get("attrition"), contents.tables.get("weather")
    rows: list[tuple[tuple[str, ...], dict[str, float]]] = []
    if attrition:
        rows += [(("attrition", "causes", name), row) for name, row in attrition.causes.items()]
    if weather:
        rows += [(("weather", "shares", name), row) for name, row in weather.shares.items()]
    for path, row in rows:
        total = math.fsum(row.values())
        if abs(total - 1) > _TOLERANCE:
            shown = join_words((f"{name} {format_number(share)}" for name, share in row.items()), "and")
            contents.error("E209", path, f"{'.'.join(path)} sums to {total:.6g}, not to 1", shown)


def _check_months(contents: Contents) -> None:
    """Note months of the run for which a scenario that gives weather gives none."""
    weather, fields = contents.tables.get("weather"), contents.tables.get("scenario")
    if not (weather and weather.is_on and weather.shares and fields):
        return
    start, days = fields["start"], math.ceil(fields["horizon"] / DAY)
    months = dict.fromkeys(MONTHS[(start + timedelta(days=day)).month - 1] for day in range(min(days, 366)))
    missing = [month for month in months if month not in weather.shares]
    if missing:
        message = f"no weather is given for {join_words(missing, 'and')}"
        contents.warn("W608", ("weather", "shares"), message, "these months will always be clear")


def _check_periods(contents: Contents) -> None:
    """Note periods that begin outside the run."""
    fields = contents.tables.get("scenario")
    for name, period in contents.periods.items():
        if period and fields:
            day = (period.begins - fields["start"]).days
            if day < 0:
                message = f"the period from {name} begins before the run does"
                contents.warn("W609", ("period", name, "from"), message, "its rates hold from the start")
            elif day * DAY >= fields["horizon"]:
                message = f"the period from {name} begins after the run has ended"
                contents.warn("W609", ("period", name, "from"), message, "its rates are never used")


def _with_axes(contents: Contents, side: Side) -> Side:
    """Return a side whose doctrine names its axes by route id."""
    axes = resolve_axes(contents, side.id, dict(side.doctrine.axes))
    return dataclasses.replace(side, doctrine=dataclasses.replace(side.doctrine, axes=axes))


def _with_claim(row: Row, contents: Contents) -> Parameter:
    """Return a number of the scenario; those of the claim itself have its source, and are reported."""
    is_claim = row.path[0] in {"reported_losses", "period"} and row.path[-2] == "per_day"
    if not is_claim or row.is_override or row.parameter.source or row.parameter.status:
        return row.parameter
    period = contents.periods.get(row.path[1])
    source = period.source if period else contents.tables["reported_losses"].source
    return dataclasses.replace(row.parameter, status="reported", source=source)


def _scenario(
    contents: Contents,
    sides: list[Side],
    events: tuple[ScheduledEvent, ...],
    ends: tuple[EndCondition, ...],
) -> Scenario:
    """Return the domain's scenario of what was read; what could not be read is left at its default."""
    given: dict[str, Any] = {**contents.tables["scenario"], "ends": ends}
    tables = {name: contents.tables[name] for name in (*MODEL, "reported_losses") if name in contents.tables}
    periods = [period for period in contents.periods.values() if period]
    if periods and "reported_losses" in tables:
        in_order = tuple(sorted(periods, key=lambda period: period.begins))
        tables["reported_losses"] = dataclasses.replace(tables["reported_losses"], periods=in_order)
    first, second = sides
    return Scenario(
        **given,
        **tables,
        sides=(first, second),
        towns=tuple(town for town in contents.towns.values() if town),
        routes=tuple(route for route in contents.routes.values() if route),
        events=events,
        lines=tuple(line for line in contents.lines.values() if line),
        sources=tuple(source for source in contents.sources.values() if source),
        parameters=tuple(_with_claim(row, contents) for row in contents.rows),
    )
