"""The model's frozen scenario of a merged tree, after every check."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sim.model.daily_conditions import MONTHS
from sim.model.quantities import DAY
from sim.model.scenario import Scenario
from sim.scenario_file.checks.contents import (
    Contents,
    check_references,
    read_contents,
    read_end_conditions,
    resolve_axes,
)
from sim.scenario_file.checks.front import check_fronts, check_positions, check_supply_paths
from sim.scenario_file.checks.scheduled_events import read_events
from sim.scenario_file.diagnostics import Diagnostic
from sim.scenario_file.names import join_words
from sim.scenario_file.schema.sections import MODEL, SCHEMA
from sim.scenario_file.syntax.units import format_number

if TYPE_CHECKING:
    from sim.model.scenario import EndCondition, LossPeriod, Parameter, ScheduledEvent, Side
    from sim.scenario_file.schema.key_types import GivenNumber
    from sim.scenario_file.syntax.toml import TomlTable

MAX_TOWNS: Final = 100_000
_MAX: Final = {"town": MAX_TOWNS, "route": 4 * MAX_TOWNS, "event": MAX_TOWNS}
_TOLERANCE: Final = 1e-6


def build_scenario(
    tree: TomlTable, diagnostics: list[Diagnostic], *, is_what_if: bool = False
) -> Scenario | None:
    """Return the scenario of a merged tree and add diagnostics; None if there are errors."""
    refused = _refused(tree)
    if refused:
        # Of a format we do not know, or of this size, every further diagnostic would mislead.
        diagnostics[:] = [refused]
        return None
    _check_schema(tree, diagnostics)
    contents = read_contents(tree, diagnostics)
    check_references(contents)
    check_positions(contents)
    _check_sums(contents)
    _check_months(contents)
    _check_periods(contents)
    events, ends = read_events(contents), read_end_conditions(contents)
    sides = [
        replace(side, doctrine=replace(side.doctrine, axes=resolve_axes(contents, side)))
        for side in contents.readable("side")
    ]
    if contents.has_errors_in("scenario", "side", "town", "route", "transport", "supply"):
        return None
    scenario = _scenario(contents, sides, events, ends)
    check_fronts(contents, scenario)
    check_supply_paths(contents, scenario, is_what_if=is_what_if)
    return None if any(each.severity == "error" for each in diagnostics) else scenario


def _refused(tree: TomlTable) -> Diagnostic | None:
    """Return why the scenario is not looked at any further, if it is not."""
    schema = tree.get("schema")
    if isinstance(schema, int) and not isinstance(schema, bool) and schema > SCHEMA:
        version = schema if schema < 10**6 else "this high"
        message = f"schema {version} needs a newer frontsim"
        label, advice = f"this one reads schema {SCHEMA}", "a newer frontsim reads it"
        return Diagnostic("E009", ("schema",), message, label, advice)
    for section, most in _MAX.items():
        if isinstance(tree.get(section), dict) and len(tree[section]) > most:
            # It is about the file as a whole: to look for a place in it would only take time.
            message = f"there are more than {most:,} {section}s"
            return Diagnostic("E008", (), message, "that is the limit for one scenario")
    return None


def _check_schema(tree: TomlTable, diagnostics: list[Diagnostic]) -> None:
    schema = tree.get("schema")
    if "schema" not in tree:
        message, label = '"schema" is missing at the top', f"begin the file with schema = {SCHEMA}"
        diagnostics.append(Diagnostic("E010", (), message, label))
    elif schema != SCHEMA or not isinstance(schema, int) or schema is True:
        label = f"write schema = {SCHEMA}"
        diagnostics.append(Diagnostic("E010", ("schema",), '"schema" is not a version', label))


def _check_sums(contents: Contents) -> None:
    for section, name in (("attrition", "causes"), ("weather", "shares")):
        table = contents.tables.get(section)
        for key, row in getattr(table, name).items() if table else ():
            total = math.fsum(row.values())
            if abs(total - 1) > _TOLERANCE:
                shown = join_words((f"{each} {format_number(share)}" for each, share in row.items()), "and")
                message = f"{section}.{name}.{key} sums to {total:.6g}, not to 1"
                contents.error("E209", (section, name, key), message, shown)


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
    fields = contents.tables.get("scenario", {})
    periods: list[LossPeriod] = contents.readable("period") if fields else []
    for period in periods:
        path, message = ("period", period.id, "from"), f"the period from {period.id} begins"
        day = (period.begins - fields["start"]).days
        if day < 0:
            contents.warn("W609", path, f"{message} before the run does", "its rates apply from the start")
        elif day * DAY >= fields["horizon"]:
            contents.warn("W609", path, f"{message} after the run has ended", "its rates are never used")


def _with_claim(number: GivenNumber, contents: Contents) -> Parameter:
    """Return a number of the scenario; those of the claim itself have its source, and are reported."""
    is_claim = number.path[0] in {"reported_losses", "period"} and number.path[-2] == "per_day"
    if not is_claim or number.is_override or number.parameter.source or number.parameter.status:
        return number.parameter
    claim = contents.named["period"].get(number.path[1]) or contents.tables["reported_losses"]
    return replace(number.parameter, status="reported", source=claim.source)


def _scenario(
    contents: Contents,
    sides: list[Side],
    events: tuple[ScheduledEvent, ...],
    ends: tuple[EndCondition, ...],
) -> Scenario:
    """Return the model's scenario of what was read; what could not be read is left at its default."""
    given: dict[str, Any] = {**contents.tables["scenario"], "ends": ends}
    given |= {name: contents.tables[name] for name in (*MODEL, "reported_losses") if name in contents.tables}
    periods = sorted(contents.readable("period"), key=lambda period: period.begins)
    if periods and "reported_losses" in given:
        given["reported_losses"] = replace(given["reported_losses"], periods=tuple(periods))
    first, second = sides
    return Scenario(
        **given,
        sides=(first, second),
        towns=tuple(contents.readable("town")),
        routes=tuple(contents.readable("route")),
        events=events,
        lines=tuple(contents.readable("line")),
        sources=tuple(contents.readable("source")),
        parameters=tuple(_with_claim(number, contents) for number in contents.numbers),
    )
