"""Who runs short: garrisons with less than three days of supply, the shortest first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from sim.analysis.moment import days_text
from sim.analysis.towns import contested_towns, days_by_town
from sim.scene.map.legend import town_sign
from sim.scene.map.town_looks import SHORT
from sim.view.panel.names import side_sign

if TYPE_CHECKING:
    from sim.model.quantities import Days, Seconds
    from sim.scene.view_model import View
    from sim.scene.widgets import Column

ROW: Final = 27.0
LAST: Final = 18.0
EMPTY: Final[Days] = 0.05


def short_towns(view: View, t: Seconds) -> list[tuple[Days, str]]:
    """Return garrisons with less than three days of supply, by days and id."""
    state = view.snapshot(t)
    days = days_by_town(view.scenario, state, contested_towns(view.scenario, state))
    return sorted((left, town) for town, left in days.items() if left is not None and left < SHORT)


def stock_words(days: Days | None) -> str:
    """Return days of supply in a word or two."""
    if days is None:
        return "nobody there"
    return "empty" if days < EMPTY else days_text(days)


def short_block(column: Column, view: View, t: Seconds, room: float) -> None:
    """List who runs short, as many as fit into a height, and say how it is with the rest."""
    found = short_towns(view, t)
    column.heading("Running short")
    s = column.s
    fits = max(1, math.floor((room / s - 22 - LAST) / ROW))
    shown = found[:fits]
    state = view.snapshot(t)
    for days, town in shown:
        side = view.scenario.side_index(state.held_by[town])
        column.hit_area("town", town, ROW)
        is_diamond = side_sign(view, side)[1]
        at = (column.x + 11 * s, column.y + 12.5 * s)
        column.add(*town_sign(at, s, days, side, is_diamond=is_diamond))
        words, color = stock_words(min(days, SHORT - 0.1)), "full" if days < 1.0 else "ink2"
        column.text(view.town(town).name, at=30, down=17.5, size=15.5, face="title", is_bold=True, room=136)
        column.text(words, down=17, size=12.5, color=color, is_bold=True, anchor="right")
        column.gap(ROW)
    rest = len(found) - len(shown)
    if not found:
        words = "Nobody has less than three days."
    elif rest:
        words = f"{rest} more {'has' if rest == 1 else 'have'} less than three days."
    else:
        words = "All others have three days or more."
    column.text(words, down=13, size=12, color="ink2")
    column.gap(LAST)
