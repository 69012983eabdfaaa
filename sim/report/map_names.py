"""Names on the map: the same at every moment, none over another or over a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.report.map_ground import HEIGHT, RADII, WIDTH, rank
from sim.report.markup import element, joined

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from sim.model.scenario import Scenario, Town
    from sim.report.map_ground import Ground

Box = tuple[float, float, float, float]
SIZE: Final = 13.5
LETTER: Final = 0.56
"""Width of a letter, of its height."""
GAP: Final = 8.0
"""Between a mark and its name."""
EDGE: Final = 3.0


def names(scenario: Scenario, here: Ground, wanted: Sequence[str]) -> Markup:
    """Return names beside their marks; one that finds no room is left out."""
    towns = {town.id: town for town in scenario.towns}
    busy = [_around(here, town) for town in scenario.towns]
    written = []
    for name in wanted:
        town = towns[name]
        placed = _place(here, town, [box for box in busy if box != _around(here, town)])
        if placed is None:
            continue
        x, y, anchor, box = placed
        busy.append(box)
        size = " city" if rank(town) else ""
        written.append(element("text", town.name, x=x, y=y, class_=f"place {anchor}{size}"))
    return joined(written)


def _around(here: Ground, town: Town) -> Box:
    """Return the box of a town's mark."""
    x, y = here.points[town.id]
    radius = RADII[rank(town)] + EDGE
    return x - radius, y - radius, x + radius, y + radius


def _place(here: Ground, town: Town, busy: list[Box]) -> tuple[float, float, str, Box] | None:
    """Return where a name fits: beside, below or above its mark; none where nowhere."""
    x, y = here.points[town.id]
    long = SIZE * LETTER * len(town.name)
    off = RADII[rank(town)] + GAP
    low = y + SIZE * 0.35
    for left, base, anchor in (
        (x + off, low, "start"),
        (x - off - long, low, "end"),
        (x - long / 2, y + off + SIZE * 0.8, "mid"),
        (x - long / 2, y - off - SIZE * 0.1, "mid"),
        (x + off * 0.7, y - off * 0.8, "start"),
        (x + off * 0.7, y + off + SIZE * 0.5, "start"),
        (x - off * 0.7 - long, y - off * 0.8, "end"),
        (x - off * 0.7 - long, y + off + SIZE * 0.5, "end"),
    ):
        box = (left, base - SIZE * 0.8, left + long, base + SIZE * 0.2)
        if _is_inside(box) and not any(_overlap(box, other) for other in busy):
            at = {"start": left, "mid": left + long / 2, "end": left + long}[anchor]
            return at, base, anchor, box
    return None


def _is_inside(box: Box) -> bool:
    return box[0] >= EDGE and box[1] >= EDGE and box[2] <= WIDTH - EDGE and box[3] <= HEIGHT - EDGE


def _overlap(a: Box, b: Box) -> bool:
    """Return whether two boxes share ground.

    Examples
    --------
    >>> _overlap((0, 0, 2, 2), (1, 1, 3, 3)), _overlap((0, 0, 1, 1), (2, 0, 3, 1))
    (True, False)
    """
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
