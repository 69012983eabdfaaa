"""What became of a town: the chain of events that led to its last change of hands, or why it still holds.

Read off a recording's own events, for a time before a moment; no law decides anything here.
"""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from sim.analysis.supply_trace import trace_supply
from sim.analysis.text import date_text, duration_text, listing, route_name, side_name
from sim.analysis.towns import town_days
from sim.model.attrition import is_inside, share_facing
from sim.model.events import (
    AssaultFought,
    FiresFell,
    HowItFell,
    SoldiersLeft,
    StarvationBegan,
    StarvationEnded,
    TownEncircled,
    TownFell,
    TownRelieved,
)
from sim.model.quantities import DAY, PERSONNEL, Days, Kilometres, Seconds, Share, Soldiers
from sim.model.scenario import route_length
from sim.recording.ledger import Listener

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.model.events import Event
    from sim.model.scenario import Scenario, Town
    from sim.model.state import State
    from sim.recording.reader import Recording

LOOKED_BACK: Final[Days] = 30.0
"""How long before a change of hands its causes are looked for."""
MANY_ODDS: Final = 100.0
"""Higher odds mean that hardly anybody was there."""
NEXT_TO_NOTHING: Final[Days] = 0.1
"""Days of supply below which a garrison is said to have next to nothing."""
LONG: Final[Share] = 1 / 3
"""Share of short mornings from which it wants explaining that a town still holds."""
BOTTLENECKS_NAMED: Final = 3
CONTACTS_NAMED: Final = 3
NO_DIFFERENCE: Final = 0.05
"""A factor this near to 1 is left out."""


@dataclass(frozen=True, slots=True)
class Odds:
    """The odds of an assault, and the factors that they are made of: attacker over defender."""

    total: float
    soldiers: float
    quality: float
    supply: float
    ground: float
    """Terrain and the advantage of those who defend."""
    positions: float
    river: float


@dataclass(frozen=True, slots=True)
class Assaults:
    """The assaults on a town over one contact."""

    route: str
    name: str
    origin: str
    attacker: str
    count: int
    succeeded: int
    advance: Kilometres
    """By which the front moved towards the town."""
    odds: Odds | None
    """Medians of those that succeeded, of all where none did; None where nobody defended."""


@dataclass(frozen=True, slots=True)
class Fall:
    """How a town changed hands."""

    t: Seconds
    how: HowItFell
    loser: str
    winner: str
    route: str
    retreat: str | None
    withdrawn: Soldiers
    lost: Soldiers
    """Stragglers, or the whole garrison where there was no way out."""
    moved_from: str
    moved_in: Soldiers


@dataclass(frozen=True, slots=True)
class TownHistory:
    """What happened to a town before a moment, or before it last changed hands."""

    town: str
    name: str
    begin: Seconds
    end: Seconds
    """When it fell, or the moment itself."""
    held_by: str
    """During that time."""
    fall: Fall | None
    earlier: tuple[Seconds, ...]
    """When it changed hands before."""
    days_short: int
    """Mornings with less supply than a garrison needs for full effect."""
    days_empty: int
    """Mornings with less than a tenth of a day of supply."""
    starving: Seconds
    """For how long the garrison starved."""
    is_starving: bool
    """At the end."""
    is_encircled: bool
    need_met: Share | None
    """Of what it needed, when it last began to starve."""
    left: Soldiers
    """Who left because they starved."""
    strength: tuple[Soldiers, Soldiers]
    """Of the garrison at the begin, and at the end (just before it fell)."""
    losses: Soldiers
    """Soldiers lost to assaults and fires."""
    assaults: tuple[Assaults, ...]
    """By contact; the greatest advance first."""
    bottlenecks: tuple[tuple[str, int], ...]
    """Names of the roads that limited its supply most, and on how many of the short mornings each did."""


def town_history(recording: Recording, town: Town, t: Seconds) -> TownHistory:
    """Return what led to a town's last change of hands up to a moment; without one, what it went through.

    Raises DamagedRecordingError where a part of the recording that is needed is damaged.
    """
    falls = [
        (when, event)
        for when, event in recording.events(0, t + 1)
        if isinstance(event, TownFell) and event.town == town.id
    ]
    end = falls[-1][0] if falls else t
    begin = max(0, end - round(LOOKED_BACK * DAY), *(when for when, _ in falls[:-1]))
    log = _TownLog(recording.scenario, town, begin, end)
    recording.replay(log)
    return log.history(falls)


class _TownLog(Listener):
    """Notes what happens to one town between two times."""

    def __init__(self, scenario: Scenario, town: Town, begin: Seconds, end: Seconds) -> None:
        self._scenario, self._town = scenario, town
        self._begin, self._end = begin, end
        self._places = {each.id: each.at for each in scenario.towns}
        self._sides = {side.id: side for side in scenario.sides}
        self._neighbours: dict[str, set[str]] = {each.id: set() for each in scenario.towns}
        for route in scenario.routes:
            self._neighbours[route.start].add(route.end)
            self._neighbours[route.end].add(route.start)
        self._routes = {route.id: route for route in scenario.routes if town.id in {route.start, route.end}}
        self._fronts: dict[str, Kilometres] = {}
        self._fought: dict[str, list[tuple[AssaultFought, Kilometres, Odds | None]]] = {}
        self._limits: Counter[str] = Counter()
        self._starving_since: Seconds | None = None
        self._starving: Seconds = 0
        self._need_met: Share | None = None
        self._is_encircled = self._is_over = False
        self._short = self._empty = self._left = self._losses = 0
        self._strength: tuple[Soldiers, Soldiers] | None = None
        self._held_by = ""
        self._morning = -(-begin // DAY) * DAY

    def begin(self, state: State) -> None:
        super().begin(state)
        self._note_fronts()

    def until(self, t: Seconds) -> None:
        """Look at the town on every morning that passes."""
        while self._morning < min(t, self._end) and not self._is_over:
            self._look()
            self._morning += DAY

    def after(self, t: Seconds, event: Event) -> None:
        """Note an event that concerns the town, or the fronts before it."""
        town = self._town.id
        self._is_over |= t > self._end
        if self._is_over:
            return
        match event:
            case TownFell(town=fallen):
                if self._note_fall(t, is_own=fallen == town):
                    return
            case StarvationBegan() | StarvationEnded() | TownEncircled() | TownRelieved() if (
                event.town == town
            ):
                self._note_supply(t, event)
            case AssaultFought(route=route) if route in self._routes:
                self._note_assault(event)
            case FiresFell() if event.town == town:
                self._losses += event.losses[PERSONNEL]
            case SoldiersLeft() if event.town == town:
                self._left += event.withdrawn + event.losses[PERSONNEL]
        if t < self._begin:
            # what starves, and where fronts stand, goes on from before; sums do not
            self._losses = self._left = 0
            self._fought.clear()
            return
        now = self.state.strength[town]
        self._strength = (self._strength[0] if self._strength else now, now)
        self._held_by = self.state.held_by[town]

    def history(self, falls: list[tuple[Seconds, TownFell]]) -> TownHistory:
        """Return what was noted, with the last of the town's changes of hands."""
        self.until(self._end)
        self._stop_starving(self._end, is_going_on=True)
        last = falls[-1][1] if falls else None
        return TownHistory(
            town=self._town.id,
            name=self._town.name,
            begin=self._begin,
            end=self._end,
            held_by=last.loser if last else self._held_by or self._town.held_by,
            fall=None if last is None else _fall(self._end, last),
            earlier=tuple(when for when, _ in falls[:-1]),
            days_short=self._short,
            days_empty=self._empty,
            starving=self._starving,
            is_starving=self._starving_since is not None,
            is_encircled=self._is_encircled,
            need_met=self._need_met,
            left=self._left,
            strength=self._strength or (0, 0),
            losses=self._losses,
            assaults=self._assaults(),
            bottlenecks=tuple(self._limits.most_common(BOTTLENECKS_NAMED)),
        )

    def _note_fronts(self) -> None:
        self._fronts = {route: at for route, at in self.state.fronts.items() if route in self._routes}

    def _note_fall(self, t: Seconds, *, is_own: bool) -> bool:
        """Note a fall of the town, or of one beside it; return whether it ends the log."""
        if is_own:
            self._stop_starving(t)
            self._is_encircled = False
            self._is_over = t == self._end > self._begin
        self._note_fronts()
        return self._is_over

    def _note_supply(
        self, t: Seconds, event: StarvationBegan | StarvationEnded | TownEncircled | TownRelieved
    ) -> None:
        if isinstance(event, StarvationBegan):
            self._starving_since, self._need_met = t, event.met
        elif isinstance(event, StarvationEnded):
            self._stop_starving(t)
        else:
            self._is_encircled = isinstance(event, TownEncircled)

    def _stop_starving(self, t: Seconds, *, is_going_on: bool = False) -> None:
        if self._starving_since is not None:
            self._starving += max(0, t - max(self._starving_since, self._begin))
        if not is_going_on:
            self._starving_since = None

    def _look(self) -> None:
        """Note whether the garrison is short this morning, and what limits its supply."""
        days = town_days(self._scenario, self.state, self._town.id)
        if days is None or days >= self._scenario.supply.effect_full_at:
            return
        self._short += 1
        self._empty += days < NEXT_TO_NOTHING
        limits = trace_supply(self._scenario, self.state, self._town).limits
        if limits:
            self._limits[limits[0].name] += 1

    def _note_assault(self, event: AssaultFought) -> None:
        was = self._fronts.get(event.route, event.front)
        self._fronts[event.route] = event.front
        if event.target != self._town.id:
            return
        is_forth = self._routes[event.route].start == event.origin
        advance = event.front - was if is_forth else was - event.front
        odds = self._odds(event, was, is_forth=is_forth)
        self._fought.setdefault(event.route, []).append((event, advance, odds))
        self._losses += event.defender_losses[PERSONNEL]

    def _odds(self, event: AssaultFought, front: Kilometres, *, is_forth: bool) -> Odds | None:
        """Return what made the odds of an assault; what strength and ground leave over is supply."""
        rules, route = self._scenario.assaults, self._routes[event.route]
        present = dict(self.state.strength)  # before the assault
        present[event.origin] += event.attacker_losses[PERSONNEL]
        present[event.target] += event.defender_losses[PERSONNEL]
        attackers = self._facing(event.origin, event.target, present)
        defenders = self._facing(event.target, event.origin, present)
        if not attackers or not defenders or not event.odds:
            return None
        ends = self._places[route.start], self._places[route.end]
        length = route_length(route, *ends, self._scenario.transport.winding)
        inside = is_inside(front, forth=is_forth, length=length)
        defender = self._sides[self.state.held_by[event.target]]
        quality = self._sides[event.attacker].quality / defender.quality
        ground = 1.0 / (rules.defender_factor * (self._town.terrain if inside else route.terrain))
        is_prepared = not self.state.changed_at.get(event.target)
        positions = 1.0 / self._town.fortification if is_prepared else 1.0
        has_river = route.kind == "crossing" or route.river is not None
        river = 1.0 / rules.crossing_penalty if has_river else 1.0
        soldiers = attackers / defenders
        supply = event.odds / (soldiers * quality * ground * positions * river)
        return Odds(event.odds, soldiers, quality, supply, ground, positions, river)

    def _facing(self, town: str, enemy: str, present: Mapping[str, Soldiers]) -> float:
        """Return the soldiers whom a garrison had for one of the enemy towns that it faced."""
        held_by = self.state.held_by
        enemies = [other for other in sorted(self._neighbours[town]) if held_by[other] != held_by[town]]
        return present[town] * share_facing([present[other] for other in enemies], present[enemy])

    def _assaults(self) -> tuple[Assaults, ...]:
        """Return the assaults by contact and attacker."""
        found = []
        for route, fought in self._fought.items():
            won = [each for each in fought if each[0].succeeded]
            odds = [each for _, _, each in won or fought if each is not None]
            first = fought[0][0]
            found.append(
                Assaults(
                    route=route,
                    name=route_name(
                        self._scenario,
                        self._routes[route],
                        1.0 if self._routes[route].end == first.target else -1.0,
                    ),
                    origin=first.origin,
                    attacker=first.attacker,
                    count=len(fought),
                    succeeded=len(won),
                    advance=math.fsum(advance for _, advance, _ in fought),
                    odds=Odds(
                        *(median(values) for values in zip(*map(dataclasses.astuple, odds), strict=True))
                    )
                    if odds
                    else None,
                )
            )
        return tuple(sorted(found, key=lambda each: -each.advance))


def _fall(t: Seconds, event: TownFell) -> Fall:
    return Fall(
        t=t,
        how=event.how,
        loser=event.loser,
        winner=event.winner,
        route=event.route,
        retreat=event.retreat,
        withdrawn=event.withdrawn,
        lost=event.losses[PERSONNEL],
        moved_from=event.moved_from,
        moved_in=event.moved_in,
    )


def history_text(scenario: Scenario, history: TownHistory) -> str:
    """Return in words why a town fell; or why it still holds, where it has been short of supply for long.

    Empty where there is nothing to explain.
    """
    fall, names = history.fall, {town.id: town.name for town in scenario.towns}
    days = max(1, (history.end - history.begin) // DAY)
    if fall is None and not history.is_starving and history.days_short < LONG * days:
        return ""
    lines = [_heading(scenario, history, names), _supply_line(history, days)]
    lines += [_garrison_line(history)]
    if fall is not None and fall.how == "starved":
        share = f"{100 * scenario.supply.give_up_share:.0f} %"
        meant = "the strength meant for it and for those who had withdrawn to it"
        lines += [f"  It starved, and was below {share} of {meant}: so it gave the town up."]
    lines += [_assaults_line(each, names) for each in history.assaults[:CONTACTS_NAMED]]
    if not history.assaults:
        lines.append("  Nobody assaulted it in that time.")
    if history.bottlenecks:
        named = [f"{name} ({count})" for name, count in history.bottlenecks]
        lines.append(f"  What limited its supply, and on how many mornings: {listing(named)}.")
    if fall is not None:
        lines.append(f"  {_withdrawal(fall, names)}")
    return "\n".join(line for line in lines if line)


def _heading(scenario: Scenario, history: TownHistory, names: dict[str, str]) -> str:
    fall = history.fall
    if fall is None:
        cut_off = " and has no way to a base" if history.is_encircled else ""
        lacks = "its garrison starves" if history.is_starving else "it was short of supply on many days"
        return f"Why it still holds, although {lacks}{cut_off}:"
    how = {
        "assault": f"to an assault from {names[fall.moved_from]}",
        "ordered": "given up on orders",
        "starved": "given up because its garrison starved",
    }[fall.how]
    when = f"day {fall.t // DAY}, {date_text(scenario.start, fall.t)}"
    before = ""
    if history.earlier:
        before = (
            f"\n  It had changed hands before, on {listing([f'day {t // DAY}' for t in history.earlier])}."
        )
    return f"Why it fell to {side_name(scenario, fall.winner)} on {when}, {how}:{before}"


def _supply_line(history: TownHistory, days: int) -> str:
    before = f"  In the {days} {'day' if days == 1 else 'days'} before,"
    line = f"{before} it was short of supply on {_mornings(history.days_short)}"
    if history.days_empty:
        line += f", with next to nothing on {history.days_empty} of them"
    line += "."
    if history.starving:
        need = (
            f", with {100 * history.need_met:.0f} % of what it needed" if history.need_met is not None else ""
        )
        line += f" It starved for {duration_text(history.starving)}{need}."
    return line


def _mornings(count: int) -> str:
    return "no morning" if not count else "1 morning" if count == 1 else f"{count} mornings"


def _garrison_line(history: TownHistory) -> str:
    first, last = history.strength
    line = f"  Its garrison went from {first:,} to {last:,} soldiers: {history.losses:,} lost to fighting"
    if history.left:
        line += f", {history.left:,} left because they starved"
    change = last - first + history.losses + history.left
    more = (
        f"; {change:,} more came than went, as replacements, by transfer or in retreat"
        if change > 0
        else f"; {-change:,} more were sent to other towns than came"
    )
    return f"{line}{more if change else ''}."


def _assaults_line(each: Assaults, names: dict[str, str]) -> str:
    moved = f"moved the front {each.advance:.1f} km"
    if each.count == 1:
        line = f"  1 assault came from {names[each.origin]} and {moved if each.succeeded else 'failed'}"
    else:
        won = f"{each.succeeded} succeeded and {moved}" if each.succeeded else "none succeeded"
        line = f"  {each.count} assaults came from {names[each.origin]}; {won}"
    odds = each.odds
    if odds is None or odds.total > MANY_ODDS:
        return f"{line}. Hardly anybody defended it." if odds else f"{line}."
    factors = [
        ("by soldiers", odds.soldiers),
        ("by quality", odds.quality),
        ("by supply", odds.supply),
        ("by ground", odds.ground),
        ("by prepared positions", odds.positions),
        ("by the river", odds.river),
    ]
    said = [f"{_factor(value)} {word}" for word, value in factors if abs(value - 1.0) >= NO_DIFFERENCE]
    which = "Its odds" if each.count == 1 else "Odds of those that did" if each.succeeded else "Their odds"
    return f"{line}. {which}: {odds.total:.1f} to 1, made of {listing(said)}."


def _factor(value: float) -> str:
    return f"× {value:.1f}" if value >= 1.0 else f"÷ {1.0 / value:.1f}"


def _withdrawal(fall: Fall, names: dict[str, str]) -> str:
    if fall.retreat is not None:
        went = f"{fall.withdrawn:,} withdrew to {names[fall.retreat]}, {fall.lost:,} were lost on the way"
    elif fall.lost:
        went = f"There was no way out: all {fall.lost:,} were lost"
    else:
        went = "Nobody was left there"
    return f"{went}; {fall.moved_in:,} moved in from {names[fall.moved_from]}."
