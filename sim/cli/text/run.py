"""The sum of a run in words and columns, for somebody who has never seen one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.text import date_text
from sim.model.quantities import CATEGORIES, DAY, PERSONNEL, Category, in_days

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.analysis.run_summary import Change, RunSummary
    from sim.cli.record import Recorded
    from sim.cli.terminal import Terminal
    from sim.model.quantities import PerDay, Seconds
    from sim.model.scenario import Scenario
    from sim.scenario_file.read import LoadedScenario

MOST_CHANGES: Final = 20
MOST_BOTTLENECKS: Final = 3
MOST_SHORT: Final = 5
MOST_CHANGED: Final = 8
MEGABYTE: Final = 1_000_000
WHOLE: Final = 10.0
"""From here on a rate is rounded to the whole."""
LEAST: Final = 0.005
"""The least rate that two digits show."""
LOSSES: Final[dict[Category, str]] = {
    "personnel": "Soldiers",
    "uas": "UAS",
    "vehicles": "Vehicles",
    "artillery": "Artillery",
    "afv": "Armoured vehicles",
    "tanks": "Tanks",
    "special": "Special equipment",
}


def introduction(scenario: Scenario, seed: int, replication: int) -> str:
    """Return what is run, in one sentence."""
    days = f"{in_days(scenario.horizon):g} days from {date_text(scenario.start, 0)}"
    rng = f"seed {seed}" + (f", replication {replication}" if replication else "")
    return f"{scenario.name}: {size_of(scenario)}, {days}, {rng}"


def size_of(scenario: Scenario) -> str:
    """Return how many towns and routes there are, in words."""
    towns, routes = len(scenario.towns), len(scenario.routes)
    return f"{towns} towns, {routes} route{'s' * (routes > 1)}"


def changed_lines(reading: LoadedScenario, before: Scenario) -> list[str]:
    """Return what the overrides changed: each number with what it was, all else as it was typed."""
    was = {each.key: each.text for each in before.parameters}
    numbers = [
        f"{each.key} {was.get(each.key, 'not given')} -> {each.text}"
        for each in reading.scenario.parameters
        if was.get(each.key) != each.text
    ]
    if before.horizon != reading.scenario.horizon:
        numbers.append(f"days {in_days(before.horizon):g} -> {in_days(reading.scenario.horizon):g}")
    keys = {*(line.split()[0] for line in numbers), "scenario.horizon"}
    shown = numbers + [text for text in reading.overrides if _key(text) not in keys]
    more = [f"and {len(shown) - MOST_CHANGED} more"] if len(shown) > MOST_CHANGED else []
    return [f"  changed: {line}" for line in [*shown[:MOST_CHANGED], *more]]


def _key(override: str) -> str:
    """Return the key that an override names, as it was typed; of a file, the file."""
    return override.partition(" ")[2].partition("=")[0].strip()


def tell(terminal: Terminal, recorded: Recorded) -> None:
    """Print the sum of a run."""
    tally = recorded.tally
    terminal.say(_ending(recorded))
    _tell_towns(terminal, tally)
    _tell_losses(terminal, tally)
    _tell_soldiers(terminal, tally)
    _tell_bottlenecks(terminal, tally)
    _tell_wants(terminal, tally)


def _ending(recorded: Recorded) -> str:
    """Return when and why the run ended."""
    tally, outcome = recorded.tally, recorded.outcome
    when = f"day {in_days(outcome.ended_at):g}, {date_text(tally.scenario.start, outcome.ended_at)}"
    why = f" because {outcome.note}" if outcome.note else ""
    return f"Ended on {when}{why}. {recorded.receipt.events:,} events, simulated in {recorded.wall:.1f} s."


def _tell_towns(terminal: Terminal, tally: RunSummary) -> None:
    """Print who holds the towns in focus, and which changed hands."""
    changes = by_town(tally.changes)
    terminal.say()
    focus = [_focus(tally, town, changes) for town in tally.scenario.focus]
    if focus:
        terminal.say("In focus", bold=True)
        for line in focus:
            terminal.say(f"  {line}")
        terminal.say()
    if not changes:
        terminal.say("No town changed hands.", bold=True)
        return
    terminal.say(f"Changed hands: {len(changes)} of {len(tally.scenario.towns)} towns", bold=True)
    rows = [_changes_row(tally, of_town) for of_town in list(changes.values())[:MOST_CHANGES]]
    terminal.table(
        ("Town", "From", "Now held by", "First change", "Last change", "Changes"), rows, right=(5,)
    )
    if len(changes) > len(rows):
        terminal.say(f"and {len(changes) - len(rows)} more; --json names all")


def by_town(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Return changes of hands by town, in the order in which towns first changed."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.town, []).append(change)
    return found


def _focus(tally: RunSummary, town: str, changes: dict[str, list[Change]]) -> str:
    """Return who holds a town, and since when."""
    scenario = tally.scenario
    name = next(each.name for each in scenario.towns if each.id == town)
    holder = _side_names(scenario)[tally.state.held_by[town]]
    if town not in changes:
        return f"{name} is held by {holder}, as at the start."
    return f"{name} is held by {holder}, since {_when(scenario, changes[town][-1].t)}."


def _changes_row(tally: RunSummary, changes: list[Change]) -> tuple[str, ...]:
    """Return one town's row: from whom, who holds it now, when it changed first and last, how often."""
    names, first, last = _side_names(tally.scenario), changes[0], changes[-1]
    last_text = _when(tally.scenario, last.t) if len(changes) > 1 else ""
    return (
        first.name,
        names[first.loser],
        names[last.winner],
        _when(tally.scenario, first.t),
        last_text,
        str(len(changes)),
    )


def _tell_losses(terminal: Terminal, tally: RunSummary) -> None:
    """Print each side's losses beside what the reported rate gives."""
    scenario, losses, realised, expected = tally.scenario, tally.losses(), tally.realised(), tally.expected()
    terminal.say()
    terminal.say(f"Losses in {tally.days:g} days, and the mean of a day", bold=True)
    headings = ["Category"]
    for side in scenario.sides:
        headings += [side.name, "a day"] + (["by report"] if expected else [])
    rows = []
    for category in CATEGORIES:
        row = [LOSSES[category]]
        for side in scenario.sides:
            row += [f"{losses[side.id][category]:,}", rate_text(realised[side.id][category])]
            row += [rate_text(expected[side.id][category])] if expected else []
        rows.append(row)
    rows = [row for row in rows if any(cell != "0" for cell in row[1:])]
    terminal.table(headings, rows, right=range(1, len(headings)))
    reported = scenario.reported_losses
    if reported is not None:
        claim = f"the claim of {date_text(reported.date, 0)}"
        if reported.periods:
            claim = "the claims that held at the time"
        comes = "come" if reported.periods else "comes"
        terminal.say(f"By report: what {claim} {comes} to a day in this sector.")
        terminal.say("It sets how much is lost in the state at the start; later days follow from the run.")


def _tell_soldiers(terminal: Terminal, tally: RunSummary) -> None:
    """Print how each side's strength came about."""
    terminal.say()
    terminal.say("Soldiers", bold=True)
    names, strength = _side_names(tally.scenario), tally.strength()
    terminal.table(
        ("Side", "At the start", "Arrived", "Lost", "At the end"),
        [
            (
                names[side],
                f"{books.initial_soldiers:,}",
                f"{books.arrived:,}",
                f"{books.losses[PERSONNEL]:,}",
                f"{strength[side]:,}",
            )
            for side, books in tally.state.sides.items()
        ],
        right=range(1, 5),
    )


def _tell_bottlenecks(terminal: Terminal, tally: RunSummary) -> None:
    """Print which routes limited supply for longest."""
    found = tally.bottlenecks()[:MOST_BOTTLENECKS]
    terminal.say()
    if not found:
        terminal.say("No route limited supply.", bold=True)
        return
    terminal.say("Routes that limited supply for longest", bold=True)
    names = _side_names(tally.scenario)
    terminal.table(
        ("Route", "Side", "Share of the time"),
        [(each.name, names[each.side], f"{each.share:.0%}") for each in found],
        right=(2,),
    )


def _tell_wants(terminal: Terminal, tally: RunSummary) -> None:
    """Print which garrisons went short of supply for longest."""
    found, scenario = tally.shortages(), tally.scenario
    wanted = f"{scenario.supply.effect_full_at:g} days of supply"
    terminal.say()
    if not found:
        terminal.say(f"No garrison had less than {wanted}.", bold=True)
        return
    terminal.say(f"Garrisons that had less than {wanted} for longest", bold=True)
    names = _side_names(scenario)
    terminal.table(
        ("Town", "Side", "Short on", "Lowest", "On"),
        [
            (
                each.name,
                names[each.side],
                f"{each.days_short} of {each.days_held} days",
                f"{each.lowest:.1f} days",
                _when(scenario, each.lowest_at),
            )
            for each in found[:MOST_SHORT]
        ],
        right=(2, 3),
    )


def worth_asking(tally: RunSummary) -> tuple[str, int]:
    """Return a town and a day worth asking about: the lowest supply of one that went short."""
    wants = tally.shortages()
    in_focus = [each for each in wants if each.town in tally.scenario.focus]
    for want in [*in_focus, *wants]:
        return want.town, want.lowest_at // DAY
    return (tally.scenario.focus or tuple(tally.state.held_by))[0], int(tally.days / 2)


def size_text(size: int) -> str:
    """Return the size of a file.

    Examples
    --------
    >>> size_text(861_892), size_text(2_400_000)
    ('862 kB', '2.4 MB')
    """
    return f"{size / 1e6:.1f} MB" if size >= MEGABYTE else f"{max(1, round(size / 1e3))} kB"


def rate_text(rate: PerDay) -> str:
    """Return a rate a day, to as many digits as say something.

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
    """Return a day with its date."""
    return f"day {t // DAY}, {date_text(scenario.start, t)}"


def _side_names(scenario: Scenario) -> dict[str, str]:
    return {side.id: side.name for side in scenario.sides}
