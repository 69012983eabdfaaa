"""What sides are called in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scene.view_model import View


def side_name(view: View, side: int) -> str:
    """Return a side's name by its number."""
    return view.scenario.sides[side].name


def side_sign(view: View, side: int) -> tuple[str, bool]:
    """Return a side's colour by its number, and whether its mark is a diamond."""
    return f"side{side}", view.scenario.sides[side].mark == "diamond"
