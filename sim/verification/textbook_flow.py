"""The supply programme held against the textbook's network.

Source: T. H. Cormen, C. E. Leiserson, R. L. Rivest and C. Stein, *Introduction to Algorithms*: the flow
network whose maximum flow is 23.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.model.network import Network
from sim.model.quantities import DAY
from sim.model.scenario import Position, Route, Scenario, Side, Town
from sim.model.supply.supply_lp import SupplyLP
from sim.verification.case import Case, Check, exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.model.supply.supply_lp import Plan

TOWNS: Final = ("s", "v1", "v2", "v3", "v4", "t")
ARCS: Final = (
    ("s", "v1", 16), ("s", "v2", 13), ("v1", "v3", 12), ("v2", "v1", 4), ("v2", "v4", 14), ("v3", "v2", 9),
    ("v4", "v3", 7), ("v3", "t", 20), ("v4", "t", 4),
)  # fmt: skip
POINTS_BACK: Final = ("v3", "v2", 9)
"""The only arc from the far side of the minimum cut to the near one; it carries nothing in the textbook."""
CUT: Final = {("v1", "v3"), ("v4", "v3"), ("v4", "t")}
NEAR: Final = 1e-4
NEAR_WHY: Final = "HiGHS answers to 1e-7 for each of some dozens of limits"


def plan_over(arcs: Sequence[tuple[str, str, int]]) -> Plan:
    """Return the plan from s to t over these arcs, which are roads here, driven both ways; t/d."""
    scenario = Scenario(
        name="textbook",
        start=date(2025, 1, 27),
        horizon=DAY,
        sides=(Side(id="a", name="A"), Side(id="b", name="B")),
        towns=tuple(
            Town(id=name, name=name, at=Position(49 + number / 100, 36.0), held_by="a")
            for number, name in enumerate(TOWNS)
        ),
        routes=tuple(Route(id=f"{u}-{v}", start=u, end=v, length=10.0) for u, v, _ in arcs),
    )
    most = 400.0
    lp = SupplyLP(Network(scenario), [most] + [0.0] * 5)
    lp.solve(np.array([float(capacity) for *_, capacity in arcs]), [0.0] * 5 + [most], {0: most})
    return lp.plan


def textbook(_: int) -> list[Check]:
    """Hold the textbook's network against its maximum flow and its minimum cut."""
    arcs = [arc for arc in ARCS if arc != POINTS_BACK]
    directed, both_ways = plan_over(arcs), plan_over(ARCS)
    wrong = CUT ^ {arcs[route][:2] for route in directed.price}
    return [
        exactly("maximum flow", 23.0, directed.delivered[5], NEAR, NEAR_WHY),
        exactly("roads wrongly in or out of the cut", 0.0, float(len(wrong))),
        exactly("driven both ways", 24.0, both_ways.delivered[5], NEAR, NEAR_WHY),
    ]


CASES: Final = (
    Case("textbook-flow", "A network whose maximum flow is 23", "Cormen et al., exact", "", textbook),
)
