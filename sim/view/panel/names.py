"""What towns, roads and sides are called in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model.scenario import Route
    from sim.scene.road_looks import RoadLook
    from sim.scene.view_model import View


def side_name(view: View, side: int) -> str:
    """Return a side's name by its number."""
    return view.scenario.sides[side].name


def side_sign(view: View, side: int) -> tuple[str, bool]:
    """Return a side's colour by its number, and whether its mark is a diamond."""
    return f"side{side}", view.scenario.sides[side].mark == "diamond"


def road_ends(view: View, look: RoadLook) -> tuple[str, str]:
    """Return the ids of the towns from which and to which a road's supply goes."""
    route = view.route(look.route)
    return (route.start, route.end) if look.is_forward else (route.end, route.start)


def road_name(view: View, route: Route) -> str:
    """Return what a road is called: its own short name, its river's crossing, else its ends."""
    if route.name is not None and " – " not in route.name:
        return route.name
    if route.kind == "crossing" and route.river is not None:
        return f"{route.river} crossing"
    return f"{view.town(route.start).name} – {view.town(route.end).name}"
