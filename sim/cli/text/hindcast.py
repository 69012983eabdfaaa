"""Print a hindcast."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from sim.analysis.text import CATEGORY_NAMES
from sim.experiments.hindcast.control_scores import LATEST, PERSISTENCE, TREND
from sim.model.quantities import DISCLAIMER
from sim.results.hindcast_scores import MODEL
from sim.scenario_file.names import count_of
from sim.statistics.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.cli.terminal import Terminal
    from sim.experiments.hindcast.hindcast import Hindcast
    from sim.results.hindcast_scores import AmountRecord

MAX_NAMED: Final = 12
"""Unknown places that are named; JSON has all."""
FORECAST_NAMES: Final = {
    MODEL: "model",
    PERSISTENCE: "persistence",
    TREND: "trend",
    LATEST: "latest state before",
}


def print_hindcast(
    terminal: Terminal, head: dict[str, Any], found: Hindcast, names: Mapping[str, str]
) -> None:
    """Print the scores of a hindcast; towns are called by their names."""
    first, last = found.period.first, found.period.last
    terminal.say(
        f"{head['title']}: {count_of(found.replications, 'replication')} against {head['truth']}, "
        f"{first} to {last}, seed {head['seed']}",
        bold=True,
    )
    _print_places(terminal, found, names)
    _print_control(terminal, found)
    _print_leads(terminal, found)
    _print_amounts(terminal, found)
    terminal.say()
    for note in found.notes:
        terminal.print_wrapped(note)
    terminal.say(DISCLAIMER)


def _print_places(terminal: Terminal, found: Hindcast, names: Mapping[str, str]) -> None:
    if found.unknown_places:
        listed = [f"{name} ({count})" for name, count in list(found.unknown_places.items())[:MAX_NAMED]]
        more = len(found.unknown_places) - len(listed)
        named = ", ".join(listed) + (f", and {more:,} more" if more else "")
        terminal.print_wrapped(f"Places not in the scenario that changed hands: {named}.")
    for source, towns in found.opens_otherwise.items():
        if towns:
            named = ", ".join(f"{names[town]} ({state})" for town, state in towns.items())
            which = "This town is" if len(towns) == 1 else "These towns are"
            terminal.print_wrapped(
                f"{source} differs from the scenario at the start: {named}. {which} scored only "
                f"in readings that agree with the scenario."
            )


def _print_control(terminal: Terminal, found: Hindcast) -> None:
    rows, skills = [], []
    for reading in found.readings:
        name = f"{reading.source}, grey as {reading.grey}"
        brier = (f"{each:.4f}" for each in reading.brier.values())
        auc = "-" if math.isnan(reading.auc.value) else f"{reading.auc.value:.2f}"
        rows.append([name, str(reading.scored_towns), str(reading.changed), *brier, auc])
        skills.append([name, *(_with_interval(each) for each in reading.skill.values())])
    forecasts = [FORECAST_NAMES[name] for name in found.readings[0].brier]
    headings = ["reading", "towns", "changed", *forecasts, "AUC"]
    title = f"Control of towns on {len(found.period.dates)} dates: Brier scores, lower is better"
    terminal.table(headings, rows, right=range(1, len(headings)), title=title)
    headings = ["reading", *(f"against {FORECAST_NAMES[name]}" for name in found.readings[0].skill)]
    title = "Skill: 1 is perfect, 0 no better than the other forecast, below 0 worse"
    terminal.table(headings, skills, right=range(1, len(headings)), title=title)
    if len(found.readings) > 1:
        span = found.span()
        low, high = span["brier"][MODEL]
        ranges = [f"Brier score {low:.4f} to {high:.4f}"]
        for name, (low, high) in span["skill"].items():
            ranges.append(f"skill against {FORECAST_NAMES[name]} {_fixed(low)} to {_fixed(high)}")
        terminal.print_wrapped(f"Over all readings: {', '.join(ranges)}.")


def _print_leads(terminal: Terminal, found: Hindcast) -> None:
    if not found.leads:
        return
    first = found.leads[0].scores
    rows = [
        [
            str(lead.months),
            lead.last.isoformat(),
            str(lead.scores.changed),
            f"{lead.scores.brier[MODEL]:.4f}",
            *(_with_interval(each) for each in lead.scores.skill.values()),
        ]
        for lead in found.leads
    ]
    against = (f"against {FORECAST_NAMES[name]}" for name in first.skill)
    headings = ["months", "until", "changed", "Brier score", *against]
    title = f"Skill by lead time, {first.source}: months from {found.period.start}, each on one date"
    terminal.table(headings, rows, right=range(2, len(headings)), title=title)


def _print_amounts(terminal: Terminal, found: Hindcast) -> None:
    losses = [each for each in found.amounts.each if each.what == "losses"]
    if losses:
        title = "Losses a day: reported/simulated; * where the reported value is outside the interval"
        months = list(dict.fromkeys(each.when for each in losses))
        rows = []
        called = {str(category): name for category, name in CATEGORY_NAMES.items()}
        for category in dict.fromkeys(each.name for each in losses):
            own = {each.when: each for each in losses if each.name == category}
            rows.append([called[category], *(_loss_text(own[month]) for month in months)])
        terminal.table(["", *months], rows, right=range(1, len(months) + 1), title=title)
        terminal.say()
        scores = [f"{called[name]} {_short(score)}" for name, score in found.amounts.losses.items()]
        terminal.print_wrapped(f"Mean CRPS of losses a day: {', '.join(scores)}.")
    terminal.say()
    for each in found.amounts.each:
        if each.what != "losses":
            what = "The front's advance" if each.what == "advance" else f"Towns occupied, {each.when}"
            terminal.say(
                f"{what}: {each.happened:g}, simulated "
                f"{_with_interval(Interval(each.mean, each.low, each.high), 1)} {each.measure}, "
                f"CRPS {_with_interval(Interval(each.crps, each.crps_low, each.crps_high))}"
            )


def _short(found: Interval) -> str:
    value, low, high = (f"{each:.2g}" for each in found)
    return f"{value} ({low} to {high})"


def _loss_text(each: AmountRecord) -> str:
    return f"{each.happened:.3g}/{each.mean:.3g}{'*' * each.is_off}"


def _fixed(value: float, digits: int = 2) -> str:
    """Return a number with so many decimals, and a true minus."""
    return f"{value:.{digits}f}".replace("-", "−")


def _with_interval(found: Interval, digits: int = 2) -> str:
    """Format a number with its interval.

    Examples
    --------
    >>> from sim.statistics.intervals import Interval
    >>> _with_interval(Interval(0.31, -0.02, 0.47))
    '0.31 (−0.02 to 0.47)'
    """
    if not math.isfinite(found.value):
        return "-"
    value, low, high = (_fixed(round(each, digits) + 0.0, digits) for each in found)
    return f"{value} ({low} to {high})"
