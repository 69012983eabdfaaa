"""What each town's mark shows at a moment: of the run, of its ensemble, or beside another."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

from sim.analysis.towns import contested_towns
from sim.model.quantities import DAY, Days, Share
from sim.model.supply.sustainment import days_of_supply
from sim.scene.map.geometry import plain_garrison, town_size

if TYPE_CHECKING:
    from sim.model.quantities import Soldiers, Tonnes
    from sim.scene.view_model import Frame, View

SHORT: Final[Days] = 3.0
STARVING: Final[Days] = 1.0
"""Less supply is short; less than that is starving."""
CERTAIN: Final = 0.005
"""A share closer than this to 0 or 1 is shown as 0 or 1."""


@dataclass(frozen=True, slots=True)
class TownLook:
    """What a town's mark shows."""

    town: str
    side: int
    is_contested: bool
    is_short: bool
    is_encircled: bool
    size: float
    """Radius of its mark by its garrison, at plain scale, in half pixels."""
    days: Days | None
    """Of supply, to a tenth; None while it has no garrison."""
    fell: int | None = None
    """The day on which it last changed hands; None where it never did."""
    share: Share | None = None
    """Of the replications that its first holder holds it in, to a hundredth; none where not shown."""
    first: int = 0
    """Who its first holder is: 0 or 1."""
    ghost: Days | None = None
    """Days of supply in the run beside it, to a tenth; none where they are the same."""
    ghost_side: int | None = None
    """Who holds it there: 0 or 1; none where it is the same side."""
    change: Days | None = None
    """By how many days of supply it differs from the run beside it, where that is shown instead."""
    ghost_share: Share | None = None
    """Of the replications of the ensemble beside it, as `share`; none where it is the same or not shown."""
    share_change: Share | None = None
    """By how much `share` differs from the ensemble beside it, where that is shown instead."""
    is_change_significant: bool = False

    @property
    def is_starving(self) -> bool:
        """Whether its garrison has less than a day of supply."""
        return self.days is not None and self.days < STARVING

    @property
    def is_open(self) -> bool:
        """Whether who holds it is not the same in almost all replications, or surely not as often there."""
        if self.share_change is not None:
            return self.is_change_significant and abs(self.share_change) >= CERTAIN
        return self.share is not None and CERTAIN <= self.share <= 1.0 - CERTAIN


def town_looks(view: View, frame: Frame) -> dict[str, TownLook]:
    """Return how every town looks at the frame's moment."""
    state, supply = view.snapshot(frame.t), view.scenario.supply
    contested = contested_towns(view.scenario, state)
    plain = view.cached("plain garrison", None, lambda: plain_garrison(view.scenario))

    def look(town: str, strength: Soldiers, stock: Tonnes, side: str, share: Share | None) -> TownLook:
        days = days_of_supply(stock, state.daily_use(supply, town, town in contested))
        return TownLook(
            town,
            view.scenario.side_index(side),
            town in contested,
            days < SHORT,
            town in state.encircled,
            round(town_size(strength, plain) * 2) / 2,
            None if math.isinf(days) else _in_steps(days),
            state.changed_at[town][-1] // DAY if state.changed_at.get(town) else None,
            share,
            view.scenario.side_index(view.town(town).held_by),
        )

    looks = {}
    for town in state.held_by:
        share = held_share(view, frame, town)
        values = (town, state.strength[town], state.stock[town], state.held_by[town], share)
        changes = len(state.changed_at.get(town, ()))
        rations = state.rations.get(state.held_by[town])
        key = (values, town in contested, town in state.encircled, changes, rations)
        looks[town] = view.cached(f"look of {town}", key, partial(look, *values))
    return looks if view.beside is None else _with_ghosts(view, view.beside, frame, looks)


def _in_steps(days: Days) -> Days:
    """Return days of supply to a tenth where they are short, else coarser, so that marks tremble less."""
    return min(round(days, 1), SHORT - 0.1) if days < SHORT else round(days * 4) / 4


def _with_ghosts(view: View, other: View, frame: Frame, looks: dict[str, TownLook]) -> dict[str, TownLook]:
    """Return how towns look beside another run: equal values are not shown."""
    if has_shares(view, frame):
        return _with_share_changes(view, frame, looks)
    there = town_looks(other.alone(), replace(frame, layers=frame.layers - {"ensemble"}))
    return {
        town: look
        if (ghost := there.get(town)) is None
        else _beside(look, ghost, is_change=frame.comparing == "difference")
        for town, look in looks.items()
    }


def _with_share_changes(view: View, frame: Frame, looks: dict[str, TownLook]) -> dict[str, TownLook]:
    """Return how towns' shares look beside another ensemble; as they are where there is none."""
    difference = view.ensemble_difference()
    if difference is None:
        return looks
    differences = difference.held(frame.t)
    changed = {}
    for town, look in looks.items():
        found = differences[town]
        change, there = round(found.change.value, 2), round(found.first, 2)
        if frame.comparing == "difference":
            changed[town] = replace(look, share_change=change, is_change_significant=found.is_significant)
        else:
            changed[town] = replace(look, ghost_share=there if there != look.share else None)
    return changed


def _beside(look: TownLook, ghost: TownLook, *, is_change: bool) -> TownLook:
    other_side = ghost.side if ghost.side != look.side else None
    if not is_change:
        return replace(look, ghost=ghost.days if ghost.days != look.days else None, ghost_side=other_side)
    change = round((look.days or 0.0) - (ghost.days or 0.0), 1)
    return replace(look, ghost_side=other_side, change=change)


def has_shares(view: View, frame: Frame) -> bool:
    """Return whether rings are shares of replications."""
    return view.ensemble is not None and "ensemble" in frame.layers


def held_share(view: View, frame: Frame, town: str) -> Share | None:
    """Return in which share of the replications its first holder holds a town; none where it is not shown."""
    if view.ensemble is None or not has_shares(view, frame):
        return None
    return round(view.ensemble.held(town, frame.t).value, 2)
