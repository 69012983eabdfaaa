"""The panel while something is tried out: what was changed, and what differs or the sliders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.analysis.moment import MANY_DAYS
from sim.analysis.towns import contested_towns, days_by_town
from sim.model.quantities import DAY, Days
from sim.scene.map.legend import town_sign
from sim.scene.widgets import Column, figures
from sim.view.buttons import add_buttons
from sim.view.panel.names import side_name, side_sign
from sim.view.panel.road import title
from sim.view.panel.sliders import sliders_block

if TYPE_CHECKING:
    from sim.model.quantities import Seconds, TonnesPerDay
    from sim.scene.sliders import Slider
    from sim.scene.view_model import Frame, View

ROW: Final = 27.0
BUTTON: Final = 36.0
EMPTY: Final[Days] = 0.05
STARVING: Final[Days] = 1.0
CLEAR: Final[Days] = 0.5
"""Difference in days of supply from which a town is named."""
NOTICEABLE: Final[TonnesPerDay] = 0.5
HELD_OTHERWISE: Final = -100.0
"""Weighs more than any difference of supply."""
HALF: Final = 0.5
KEEP: Final = (("screenshot", "Save"), ("copy", "Copy"), ("what_if", "Close"))


def what_if_block(column: Column, view: View, frame: Frame, bottom: float) -> None:
    """Draw what was changed, and under it what differs or the sliders; the buttons stand at the bottom."""
    what_if, s = frame.what_if, column.s
    if what_if is None:
        return
    turned = what_if.turned
    column.heading("What if", "simulating …" if what_if.is_running else "")
    title(column, change_words(turned), _side_of(view, turned), view)
    since = "from the start" if what_if.since is None else f"from day {what_if.since} on"
    can_turn = what_if.day > 0
    if can_turn:
        tip = f"When it begins\nNow {since}. Click: from the start, or from day {what_if.day} on"
        column.hit_area("button", "what_if_from", 15, tip)
    taken = column.text(since, down=10, size=12.5, color="accent" if can_turn else "ink2")
    column.text("same random numbers", at=taken / s + 12, down=10, size=12.5, color="ink3")
    column.gap(20)
    end = bottom - 2 * BUTTON * s
    if what_if.shows_numbers:
        sliders_block(column, view, frame, end)
    elif view.beside is None:
        words = "The run is simulated again …" if what_if.is_running else "Nothing has been changed yet."
        column.paragraph(words, 2, size=13, color="ink", line=18)
    else:
        _differences(column, view, view.beside, frame, end)
    column.y = max(column.y, end)
    shown = "What differs" if what_if.shows_numbers else "Change numbers"
    first = [("what_if_view", shown), *([compare_button(frame)] if view.beside is not None else [])]
    add_buttons(column, frame, first, has_first=False, has_caps=False)
    column.gap(BUTTON)
    add_buttons(column, frame, KEEP, has_first=False, has_caps=False)
    column.gap(BUTTON)


def compare_button(frame: Frame) -> tuple[str, str]:
    """Return the button that shows the run beside this one in the next way."""
    return "compare", {"ghost": "Curtain", "curtain": "Differences", "difference": "Dashes"}[frame.comparing]


def _side_of(view: View, turned: tuple[Slider, ...]) -> int | None:
    """Return whose number or road was changed, where it was one."""
    if len(turned) != 1:
        return None
    kind, name, _ = turned[0].key.split(".")
    town = view.route(name).start if kind == "route" else name if kind == "town" else None
    return turned[0].side if town is None else view.scenario.side_index(view.town(town).held_by)


def change_words(turned: tuple[Slider, ...]) -> str:
    """Return in words what was changed."""
    if not turned:
        return "Nothing changed yet"
    if len(turned) > 1:
        return f"{len(turned)} numbers changed"
    slider = turned[0]
    if slider.key.endswith(".capacity") and slider.value in {0.0, slider.usual * HALF}:
        return f"{slider.words} {'at half' if slider.value else 'is cut'}"
    return f"{slider.words}: {slider.value:,.4g}"


def _differences(column: Column, view: View, other: View, frame: Frame, bottom: float) -> None:
    """Say what does not arrive, who is short, and how it was in the first run; then town by town."""
    t, what_if = frame.t, frame.what_if
    begin = (what_if.since or 0) * DAY if what_if is not None else 0
    if t <= begin:
        words = f"It begins on day {begin // DAY}. Play on to see what becomes of it."
        column.paragraph(words, 3, size=13, color="ink", line=18)
        return
    here, there = (_missing(each, t) for each in (view, other))
    side = max(range(len(here)), key=lambda number: (here[number] - there[number], here[number]))
    starving, before = (_starving(each, t, side) for each in (view, other))
    column.gap(4)
    figures(
        column,
        [
            (f"{here[side]:,.0f}", "do not arrive", "full" if here[side] >= NOTICEABLE else "ink"),
            (f"{starving}", "under a day left", "full" if starving else "ink"),
        ],
    )
    arrived = f"{there[side]:,.0f} t did not arrive" if there[side] >= NOTICEABLE else "all of it arrived"
    short = f"{before or 'no'} {'garrison' if before == 1 else 'garrisons'} had less than a day"
    text = f"Tonnes a day and garrisons of {side_name(view, side)}. In the first run, dashed here, {arrived}"
    column.paragraph(f"{text}, and {short}.", 4, size=13, color="ink", line=18)
    column.rule()
    days = (t - begin) // DAY
    column.heading(f"{days} {'day' if days == 1 else 'days'} later" if days else "So far")
    found = town_changes(view, other, t)
    fits = max(1, int((bottom - column.y - 6 * column.s) / (ROW * column.s)))
    for town, words in found[:fits]:
        _row(column, view, t, town, words)
    if not found:
        column.paragraph("No town differs yet.", 2)


def _row(column: Column, view: View, t: Seconds, town: str, words: str) -> None:
    s, state = column.s, view.snapshot(t)
    side = view.scenario.side_index(state.held_by[town])
    days = _days(view, t)[town]
    column.hit_area("town", town, ROW)
    at = (column.x + 11 * s, column.y + 12.5 * s)
    column.add(*town_sign(at, s, days, side, is_diamond=side_sign(view, side)[1]))
    loud = "full" if days is not None and days < STARVING else "ink2"
    column.text(words, down=17, size=12, color=loud, is_bold=True, anchor="right")
    column.text(view.town(town).name, at=30, down=17.5, size=15.5, face="title", is_bold=True, room=105)
    column.gap(ROW)


def town_changes(view: View, other: View, t: Seconds) -> list[tuple[str, str]]:
    """Return the towns that differ from the first run, with how: those that another side holds first."""
    here, there = view.snapshot(t), other.snapshot(t)
    now, before = _days(view, t), _days(other, t)
    found: list[tuple[float, str, str]] = []
    for town in now.keys() & before.keys():
        ours, theirs = now[town], before[town]
        if here.held_by[town] != there.held_by[town]:
            fell = here.changed_at.get(town)
            is_new = bool(fell) and fell != there.changed_at.get(town)
            words = f"fell on day {fell[-1] // DAY}, was held" if fell and is_new else "held, was lost"
            found.append((HELD_OTHERWISE, town, words))
        elif ours is not None and theirs is not None and abs(ours - theirs) >= CLEAR:
            text = "empty" if ours < EMPTY else _stock(ours)
            found.append((-abs(ours - theirs), town, f"{text}, was {_stock(theirs)}"))
    focus = {town: number for number, town in enumerate(view.scenario.focus)}
    found.sort(key=lambda each: (each[0] > HELD_OTHERWISE, focus.get(each[1], len(focus)), each[0], each[1]))
    return [(town, words) for _, town, words in found]


def _stock(days: Days) -> str:
    return f"{MANY_DAYS:.0f}+ d" if days > MANY_DAYS else f"{days:.1f} d"


def _missing(view: View, t: Seconds) -> list[TonnesPerDay]:
    number = view.timeline.index_at(t)
    return [view.timeline.missing[side.id][number] for side in view.scenario.sides]


def _days(view: View, t: Seconds) -> dict[str, Days | None]:
    state = view.snapshot(t)
    return days_by_town(view.scenario, state, contested_towns(view.scenario, state))


def _starving(view: View, t: Seconds, side: int) -> int:
    """Return how many garrisons of a side have less than a day of supply."""
    who, state = view.scenario.sides[side].id, view.snapshot(t)
    return sum(
        days is not None and days < STARVING and state.held_by[town] == who
        for town, days in _days(view, t).items()
    )
