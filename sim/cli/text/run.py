"""Print what happened in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import CATEGORY_NAMES, date_text
from sim.model.quantities import CATEGORIES, DAY, PERSONNEL, in_days
from sim.scenario_file.names import count_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sim.analysis.run_summary import Change, CutOff, RunSummary
    from sim.cli.record import Recorded
    from sim.cli.terminal import Terminal
    from sim.model.quantities import Category, PerDay, Seconds
    from sim.model.scenario import Scenario
    from sim.scenario_file.read import LoadedScenario

MAX_CHANGES: Final = 20
MAX_BOTTLENECKS: Final = 3
MAX_SHORT: Final = 5
MAX_CHANGED: Final = 8
WHOLE: Final = 10.0
"""Rates from here on have no decimals."""
LEAST: Final = 0.005
"""The smallest rate that two decimals show."""


def introduction(scenario: Scenario, seed: int, replication: int) -> str:
    """Return the scenario, days and seed of a run in one sentence."""
    days = f"{count_of(in_days(scenario.horizon), 'day')} from {date_text(scenario.start, 0)}"
    rng = f"seed {seed}" + (f", replication {replication}" if replication else "")
    return f"{scenario.name}: {size_of(scenario)}, {days}, {rng}"


def size_of(scenario: Scenario) -> str:
    """Return the numbers of towns and routes."""
    return f"{count_of(len(scenario.towns), 'town')}, {count_of(len(scenario.routes), 'route')}"


def changed_lines(reading: LoadedScenario, before: Scenario) -> list[str]:
    """Return what the overrides changed: numbers with their old values, all else as typed."""
    was = {each.key: each.text for each in before.parameters}
    numbers = [
        f"{each.key} {was.get(each.key, 'not given')} -> {each.text}"
        for each in reading.scenario.parameters
        if was.get(each.key) != each.text and not (each.key.startswith("event.") and each.key not in was)
    ]
    if before.horizon != reading.scenario.horizon:
        numbers.append(f"days {in_days(before.horizon):g} -> {in_days(reading.scenario.horizon):g}")
    keys = {*(line.split()[0] for line in numbers), "scenario.horizon"}
    shown = numbers + [str(each) for each in reading.overrides if each.key.strip() not in keys]
    more = [f"and {len(shown) - MAX_CHANGED} more"] if len(shown) > MAX_CHANGED else []
    return [f"  changed: {line}" for line in [*shown[:MAX_CHANGED], *more]]


def print_run(terminal: Terminal, recorded: Recorded, summary: RunSummary) -> None:
    """Print the result of a run."""
    outcome = recorded.outcome
    when = f"day {in_days(outcome.ended_at):g}, {date_text(summary.scenario.start, outcome.ended_at)}"
    why = f" because {outcome.note}" if outcome.note else ""
    events = f"{recorded.receipt.events:,} events, simulated in {recorded.wall:.1f} s."
    terminal.say(f"Ended on {when}{why}. {events}")
    _print_towns(terminal, summary)
    _print_cut_off(terminal, summary)
    _print_losses(terminal, summary)
    _print_soldiers(terminal, summary)
    _print_bottlenecks(terminal, summary)
    _print_shortages(terminal, summary)


def _print_towns(terminal: Terminal, summary: RunSummary) -> None:
    changes = by_town(summary.changes)
    if summary.scenario.focus:
        terminal.heading("In focus")
    for town in summary.scenario.focus:
        terminal.say(f"  {_focus(summary, town, changes)}")
    rows = [_changes_row(summary, of_town) for of_town in list(changes.values())[:MAX_CHANGES]]
    headings = ("Town", "From", "Now held by", "First change", "Last change", "Changes")
    title = f"Changed hands: {len(changes)} of {count_of(len(summary.scenario.towns), 'town')}"
    terminal.table(headings, rows, right=(5,), title=title, none="No town changed hands.")
    if len(changes) > len(rows):
        terminal.say(f"and {len(changes) - len(rows)} more; --json lists all")


def _print_cut_off(terminal: Terminal, summary: RunSummary) -> None:
    """Print which towns were cut off, and until when; nothing where none was."""
    scenario, names = summary.scenario, _side_names(summary.scenario)
    rows = [
        (each.name, names[each.side], _when(scenario, each.since), _end_of(scenario, each))
        for each in summary.cut_off[:MAX_CHANGES]
    ]
    if rows:
        title = "Cut off from every base of their side"
        terminal.table(("Town", "Side", "Since", "Until"), rows, title=title, none="")
    if len(summary.cut_off) > len(rows):
        terminal.say(f"and {len(summary.cut_off) - len(rows)} more; --json lists all")


def _end_of(scenario: Scenario, each: CutOff) -> str:
    if each.until is None:
        return "the end of the run"
    return f"{'it fell on ' * each.fell}{_when(scenario, each.until)}"


def by_town(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Return changes of control by town, in the order of first changes."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.town, []).append(change)
    return found


def _focus(summary: RunSummary, town: str, changes: dict[str, list[Change]]) -> str:
    scenario = summary.scenario
    name = next(each.name for each in scenario.towns if each.id == town)
    holder = _side_names(scenario)[summary.state.held_by[town]]
    if town not in changes:
        return f"{name} is held by {holder}, as at the start."
    return f"{name} is held by {holder}, since {_when(scenario, changes[town][-1].t)}."


def _changes_row(summary: RunSummary, changes: list[Change]) -> tuple[str, ...]:
    names, first, last = _side_names(summary.scenario), changes[0], changes[-1]
    began, ended = (_when(summary.scenario, each.t) for each in (first, last))
    sides = names[first.loser], names[last.winner]
    return first.name, *sides, began, ended if len(changes) > 1 else "", str(len(changes))


def _print_losses(terminal: Terminal, summary: RunSummary) -> None:
    scenario, expected = summary.scenario, summary.expected()
    losses, realised = summary.losses(), summary.realised()
    terminal.heading(f"Losses in {count_of(summary.days, 'day')}, and the daily mean")
    print_losses_table(
        terminal,
        {side.id: side.name for side in scenario.sides},
        ("a day", "reported") if expected else ("a day",),
        lambda side, category: [
            f"{losses[side][category]:,}",
            rate_text(realised[side][category]),
            *([rate_text(expected[side][category])] if expected else []),
        ],
    )
    reported = scenario.reported_losses
    if reported is not None:
        one = f"the claim of {date_text(reported.date, 0)}"
        claim = "the claims in force at the time" if reported.periods else one
        terminal.say(f"Reported: {claim}, as losses a day in this sector.")
        terminal.say("It sets the expected losses at the start; later losses result from the run.")


def print_losses_table(
    terminal: Terminal,
    sides: Mapping[str, str],
    headings: Sequence[str],
    cells: Callable[[str, Category], list[str]],
) -> None:
    """Print losses by category with the cells of each side; categories without losses are left out."""
    rows = [
        [CATEGORY_NAMES[each], *(cell for side in sides for cell in cells(side, each))] for each in CATEGORIES
    ]
    rows = [row for row in rows if any(cell not in {"0", "(0 to 0)", ""} for cell in row[1:])]
    titles = ["Category", *(title for name in sides.values() for title in (name, *headings))]
    terminal.table(titles, rows, right=range(1, len(titles)))


def _print_soldiers(terminal: Terminal, summary: RunSummary) -> None:
    names, strength = _side_names(summary.scenario), summary.strength()
    rows = []
    for side, ledger in summary.state.sides.items():
        counts = ledger.initial_soldiers, ledger.arrived, ledger.losses[PERSONNEL], strength[side]
        rows.append((names[side], *(f"{count:,}" for count in counts)))
    headings = ("Side", "At the start", "Arrived", "Lost", "At the end")
    terminal.table(headings, rows, right=range(1, 5), title="Soldiers")


def _print_bottlenecks(terminal: Terminal, summary: RunSummary) -> None:
    found = summary.bottlenecks()[:MAX_BOTTLENECKS]
    names = _side_names(summary.scenario)
    rows = [
        (summary.route_name(each.route), names[each.side], f"{100 * each.time / summary.state.t:.0f} %")
        for each in found
    ]
    title, none = "Routes that limited supply longest", "No route limited supply."
    terminal.table(("Route", "Side", "Share of the time"), rows, right=(2,), title=title, none=none)


def _print_shortages(terminal: Terminal, summary: RunSummary) -> None:
    found, scenario = summary.shortages(), summary.scenario
    wanted = f"{scenario.supply.effect_full_at:g} days of supply"
    names, rows = _side_names(scenario), []
    for each in found[:MAX_SHORT]:
        short = f"{each.days_short} of {count_of(each.days_held, 'day')}"
        lowest = f"{each.lowest:.1f} days", _when(scenario, each.lowest_at)
        rows.append((each.name, names[each.side], short, *lowest))
    title, none = f"Garrisons with less than {wanted} for longest", f"No garrison had less than {wanted}."
    terminal.table(("Town", "Side", "Short on", "Lowest", "On"), rows, right=(2, 3), title=title, none=none)


def town_to_explain(summary: RunSummary) -> tuple[str, int]:
    """Return a town and a day to explain next: the lowest supply of a town that went short."""
    wants = summary.shortages()
    in_focus = [each for each in wants if each.town in summary.scenario.focus]
    for want in [*in_focus, *wants]:
        return want.town, want.lowest_at // DAY
    return (summary.scenario.focus or tuple(summary.state.held_by))[0], int(summary.days / 2)


def rate_text(rate: PerDay) -> str:
    """Format a daily rate with a useful number of digits.

    Examples
    --------
    >>> rate_text(71.5), rate_text(3.7), rate_text(0.05), rate_text(0.001), rate_text(0.0)
    ('72', '3.7', '0.05', '<0.01', '0')
    """
    if rate >= WHOLE:
        return f"{rate:,.0f}"
    if rate >= 1:
        return f"{rate:.1f}"
    if rate >= LEAST:
        return f"{rate:.2f}"
    return "<0.01" if rate else "0"


def _when(scenario: Scenario, t: Seconds) -> str:
    return f"day {t // DAY}, {date_text(scenario.start, t)}"


def _side_names(scenario: Scenario) -> dict[str, str]:
    return {side.id: side.name for side in scenario.sides}
