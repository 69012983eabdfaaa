"""What the end card says: what became of the scenario's question in this run, and how usual that is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from sim.analysis.moment import held_sentence
from sim.analysis.text import listing
from sim.analysis.towns import soldiers_of
from sim.model.quantities import DAY, PERSONNEL, Days, in_days
from sim.scene.map.town_looks import SHORT
from sim.scene.map.towns import FULL
from sim.view.panel.differences import count_text, difference_text, held_text, town_differences
from sim.view.panel.names import side_name
from sim.view.panel.panel import charted_town
from sim.view.panel.short import EMPTY, short_towns

if TYPE_CHECKING:
    from sim.analysis.ensemble import EnsembleAtTime
    from sim.scene.view_model import View

NAMED: Final = 3
MOST: Final = 4
"""Paragraphs; fewer are shown where there is little room."""
NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NOTICEABLE: Final = 1.0
"""Tonnes a day that do not arrive, from which a day counts."""
ALONE: Final = "One run is an anecdote."


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Two sentences beside the mark of a side, which is filled by days of supply."""

    side: int
    days: Days
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class EndText:
    """An answer in one sentence, what it rests on, and what it is worth."""

    answer: str
    paragraphs: tuple[Paragraph, ...]
    note: str


def end_text(view: View) -> EndText:
    """Return what the end card says of a run."""
    answer = _answer(view)
    # what the answer has said is not said again
    gains = [
        each if each.first != answer else replace(each, first=each.second, second="") for each in _gains(view)
    ]
    paragraphs = [*gains, *(_fate(view, town) for town in _asked_for(view)), _worst_off(view)]
    if view.scenario.supply.effect == "none":
        paragraphs = [_soldiers(view, number) for number in range(len(view.scenario.sides))]
    losses = ", ".join(
        f"{side.name} {view.timeline.losses[side.id][-1][PERSONNEL]:,}" for side in view.scenario.sides
    )
    note = f"Soldiers lost in this run: {losses}. {ALONE if view.ensemble is None else ''}".rstrip()
    if view.ensemble is not None:
        note = f"{note} {how_usual(view, view.ensemble)}"
    difference = view.ensemble_difference()
    town = charted_town(view, None)
    if difference is not None:
        held = held_text(view, difference.held(view.end)[town], town)
        count = count_text(town_differences(difference, view.end))
        note = f"{note} Beside the other ensemble: {held} {count}"
    elif view.beside is not None:
        note = f"{note} Beside the other run: {' '.join(difference_text(view, view.end, town))}"
    return EndText(answer, tuple(each for each in paragraphs if each is not None)[:MOST], note)


def gained_towns(view: View, side: int) -> list[str]:
    """Return the towns that a side holds at the end and did not at the start, in order of their last fall."""
    state, who = view.snapshot(view.end), view.scenario.sides[side].id
    gained = [town for town in view.timeline.changed if state.held_by[town] == who != view.town(town).held_by]
    return sorted(gained, key=lambda town: state.changed_at[town][-1])


def _answer(view: View) -> str:
    """Return in one sentence what became of the first town in focus, and of the front."""
    town = view.town(charted_town(view, None))
    state = view.snapshot(view.end)
    parts = [
        f"{side.name} took {_counted(len(gained))}"
        for number, side in enumerate(view.scenario.sides)
        if (gained := gained_towns(view, number))
    ]
    if state.held_by[town.id] != town.held_by:
        day = state.changed_at[town.id][-1] // DAY
        rest = f"; {' and '.join(parts)}" if len(view.timeline.changed) > 1 else ""
        return f"{view.fall_words(town.id, state.held_by[town.id])} on day {day}{rest}."
    kept = "was lost and retaken" if town.id in view.timeline.changed else "held"
    return f"{town.name} {kept}; {' and '.join(parts) or 'no town changed hands'}."


def _counted(count: int) -> str:
    words = NUMBERS[count] if count < len(NUMBERS) else f"{count}"
    return f"{words} {'town' if count == 1 else 'towns'}"


def _gains(view: View) -> list[Paragraph]:
    """Return what each side gained, and what did not arrive there meanwhile."""
    state, found = view.snapshot(view.end), []
    for number in range(len(view.scenario.sides)):
        gained = gained_towns(view, number)
        if not gained:
            continue
        days = [f"on day {state.changed_at[town][-1] // DAY}" for town in gained]
        falls = [f"{view.town(town).name} {day}" for town, day in zip(gained, days, strict=True)]
        falls[0] = f"{view.fall_words(gained[0], view.scenario.sides[number].id)} {days[0]}"
        fell = f"{listing(falls, NAMED)}."
        found.append((len(gained), Paragraph(number, FULL, fell, _missing(view, number))))
    return [paragraph for _, paragraph in sorted(found, key=lambda each: -each[0])]


def _missing(view: View, side: int) -> str:
    """Return on how many days something did not arrive at a side, and at which road most of it was kept."""
    timeline, who = view.timeline, view.scenario.sides[side].id
    series = timeline.missing[who]
    short = [value for value in series if value >= NOTICEABLE]
    if not short:
        return f"All that {side_name(view, side)} asked for arrived, on every day."
    days = in_days(view.end) * len(short) / len(series)
    words = f"On {max(1, round(days))} days up to {max(short):,.0f} t a day did not arrive"
    roads = [each for each in timeline.bottlenecks if each.side == who]
    if not roads:
        return f"{words}."
    worst = max(roads, key=lambda each: each.cost)
    the = "the " if view.route(worst.route).kind == "crossing" else ""
    return f"{words}. The worst bottleneck was {the}{view.road_name(view.route(worst.route))}."


def _asked_for(view: View) -> list[str]:
    """Return the towns in focus that the scenario's question names, in its order; else the first one."""
    question = view.scenario.question.casefold()
    places = {town: question.find(view.town(town).name.casefold()) for town in view.scenario.focus}
    named = [town for town, place in places.items() if place >= 0]
    return sorted(named, key=places.__getitem__) or [charted_town(view, None)]


def _soldiers(view: View, side: int) -> Paragraph:
    """Return how many soldiers a side had, lost and got, where nobody is supplied."""
    state, name = view.snapshot(view.end), view.scenario.sides[side].name
    now, left = state.sides[view.scenario.sides[side].id], soldiers_of(state, view.scenario.sides[side].id)
    first = f"{name} began with {now.initial_soldiers:,} soldiers and has {left:,} at the end."
    came = f"{now.arrived:,} arrived" if now.arrived else "none arrived"
    return Paragraph(side, FULL, first, f"It lost {now.losses[PERSONNEL]:,}; {came}.")


def _fate(view: View, name: str) -> Paragraph:
    """Return how a town was held and supplied."""
    town = view.town(name)
    timeline, state = view.timeline, view.snapshot(view.end)
    side = view.scenario.side_index(state.held_by[town.id])
    held = (
        f"{town.name} changed hands {_times(len(state.changed_at[town.id]))}."
        if town.id in timeline.changed
        else f"{side_name(view, side)} held {town.name} throughout."
    )
    known = [
        (days, t) for days, t in zip(timeline.days[town.id], timeline.times, strict=True) if days is not None
    ]
    if not known:
        return Paragraph(side, FULL, held, "Nobody there had to be supplied.")
    least, t = min(known)
    supply = (
        f"It never had less than {least:.1f} days of supply."
        if least >= SHORT
        else f"It was down to {least:.1f} days of supply on day {t // DAY}."
        if least >= EMPTY
        else f"Its supplies were gone on day {t // DAY}."
    )
    return Paragraph(side, known[-1][0], held, supply)


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _worst_off(view: View) -> Paragraph | None:
    """Return who is worst off at the end: without a road to a base, else the shortest of supply."""
    state = view.snapshot(view.end)
    marks = [mark for mark in view.timeline.marks if mark.kind == "encircled"]
    cut_off = [mark for mark in marks if mark.town in state.encircled]
    if cut_off and cut_off[-1].town is not None:
        town, t = cut_off[-1].town, cut_off[-1].t
        left = next((days for days, name in short_towns(view, view.end) if name == town), FULL)
        supply = "Its supplies are gone." if left < EMPTY else f"It has {left:.1f} days of supply left."
        side = view.scenario.side_index(state.encircled[town])
        lost = f"{view.town(town).name} has had no road to a base since day {t // DAY}."
        return Paragraph(side, left, lost, supply)
    short = short_towns(view, view.end)
    if not short:
        return None
    days, town = short[0]
    side = view.scenario.side_index(state.held_by[town])
    stock = "its supplies are gone" if days < EMPTY else f"{days:.1f} days of supply"
    first = f"At the end {view.town(town).name} is shortest: {stock}."
    others = f"{_counted(len(short))} have less than three days." if len(short) > 1 else ""
    return Paragraph(side, days, first, others[:1].upper() + others[1:])


def how_usual(view: View, ensemble: EnsembleAtTime) -> str:
    """Return how usual what happened in a run is among many, in words."""
    count = len(view.timeline.changed)
    if count:
        share = f"{100 * ensemble.changed_at_least(count):.0f} %"
        towns = "at least one town" if count == 1 else f"{count} towns or more"
        words = f"In {share} of {ensemble.count} replications {towns} changed hands, as here."
    else:
        share = f"{100 * (1 - ensemble.changed_at_least(1)):.0f} %"
        words = f"In {share} of {ensemble.count} replications no town changed hands, as here."
    places = []
    for side in view.scenario.sides:
        place = ensemble.losses_place(side.id, view.end, view.timeline.losses[side.id][-1][PERSONNEL])
        places.append(f"{side.name} lost more soldiers than in {100 * place:.0f} %")
    return f"{words} {', '.join(places)}. {held_sentence(view.scenario, ensemble)}"
