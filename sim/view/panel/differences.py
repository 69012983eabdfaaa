"""The panel's block on what differs from the run beside: in words, or of two ensembles town by town."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.scene.shapes import Disc, Stroke, Text
from sim.scene.text import wrap
from sim.scene.widgets import SMALL, Column, side_mark
from sim.view.panel.difference_text import (
    comparison_note,
    count_text,
    difference_text,
    held_text,
    losses_text,
    points_text,
    town_differences,
)
from sim.view.panel.subject import side_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sim.model.quantities import Seconds, Share
    from sim.scene.view_model import View
    from sim.statistics.differences import Difference

ROWS: Final = 6
"""Towns at most; the room for them is kept, so that nothing jumps."""
ROW: Final = 16.0
NAMES: Final = 124.0
"""Room for a town's name."""
FIGURE: Final = 46.0
MIN_SCALE: Final[Share] = 0.1
"""How far the scale reaches to either side at least."""
LINES: Final = 3
"""Of text beneath the scale."""
RUN_LINES: Final = 4
LET_GO: Final = "Let a slider go, and the run is simulated again."


def difference_block(column: Column, view: View, t: Seconds, town: str) -> None:
    """Say what differs, in as much room whatever it is; of two ensembles draw it town by town."""
    found = view.ensemble_difference()
    if found is None:
        column.heading("What differs")
        _lines(column, difference_text(view, t, town) or (LET_GO,), RUN_LINES)
        return
    column.heading("What differs", comparison_note(found))
    _lines(column, [held_text(view, found.held(t)[town], town)], 2)
    gaps = town_differences(found, t)
    shown = dict([*gaps.items()][:ROWS])
    begin = column.y
    if shown:
        _scale(column, view, shown)
    column.y = begin + (ROW * ROWS + 2 * ROW) * column.s
    _lines(column, [count_text(gaps), *losses_text(view, found, t)], LINES)


def _lines(column: Column, sentences: Iterable[str], most: int) -> None:
    """Write sentences in so many lines, and keep the room for them."""
    rows = [row for each in sentences for row in wrap(each, column.width, 12 * column.s, 2)][:most]
    for row in rows:
        column.text(row, down=12, size=12, color="ink")
        column.gap(ROW)
    column.gap(ROW * (most - len(rows)))


def _scale(column: Column, view: View, gaps: Mapping[str, Difference]) -> None:
    """Draw a row for each town: its difference as a mark on its interval, and as a figure."""
    s = column.s
    left, right = column.x + NAMES * s, column.right - FIGURE * s
    low = min(-MIN_SCALE, *(gap.change.low for gap in gaps.values()))
    high = max(MIN_SCALE, *(gap.change.high for gap in gaps.values()))

    def at(share: Share) -> float:
        return left + (right - left) * (share - low) / (high - low)

    top, bottom = column.y + 1.5 * ROW * s, column.y + (1.5 + len(gaps)) * ROW * s
    y = column.y + 15 * s
    column.add(
        Text((at(0.0) - 6 * s, y), "held less often", SMALL * s, "ink3", anchor="right"),
        Text((at(0.0) + 6 * s, y), "more often", SMALL * s, "ink3"),
        Stroke(((at(0.0), top - 4 * s), (at(0.0), bottom)), "ink3", 1.0 * s),
    )
    column.gap(1.5 * ROW)
    for town, gap in gaps.items():
        column.hit_area("town", town, ROW)
        _row(column, view, town, gap, (at(gap.change.low), at(gap.change.value), at(gap.change.high)))
        column.gap(ROW)


def _row(column: Column, view: View, town: str, gap: Difference, ends: tuple[float, float, float]) -> None:
    """Draw a town's row, with the mark of the side that holds it in more runs here than there."""
    s = column.s
    low, value, high = ends
    y = column.y + ROW * s / 2
    first = view.scenario.side_index(view.town(town).held_by)
    gaining = view.scenario.sides[first if gap.change.value > 0 else 1 - first].id
    color, is_diamond = side_of(view, gaining)
    ink = "ink" if gap.is_significant else "ink3"
    column.text(view.town(town).name, down=12, size=12, color=ink, room=NAMES - 4)
    column.add(Stroke(((low, y), (high, y)), color if gap.is_significant else "ink3", 2.0 * s))
    if gap.is_significant:
        column.add(side_mark(value, y, 4.2 * s, color, is_diamond=is_diamond))
    else:
        column.add(Disc((value, y), 3.4 * s, "panel", "ink3", 1.4 * s))
    column.text(points_text(gap), down=12, size=12, color=ink, is_bold=gap.is_significant, anchor="right")
