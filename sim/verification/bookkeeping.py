"""Books: nothing comes from nowhere, events alone give the engine's own state, runs come out again."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, Final

from sim.children import run_python
from sim.engine.simulation import simulate
from sim.model.quantities import DAY
from sim.recording.ledger import Ledger, imbalance
from sim.recording.records import EventDigest
from sim.verification.case import Case, Check, exactly, scenario_of

DAYS: Final = 60
FRONTS: Final = ("kupiansk", "kupiansk-northern-route-cut", "two-towns")
DIGEST_DAYS: Final = 20
IN_ANOTHER: Final = """
import sys
from sim.verification.bookkeeping import digest_of
print(digest_of(sys.argv[1], int(sys.argv[2])))
"""
"""What another interpreter is asked."""


def differences(one: Any, other: Any, path: str = "", tolerance: float = 1e-6) -> list[str]:  # noqa: ANN401 - any values
    """Return where two books differ by more than rounding leaves."""
    if dataclasses.is_dataclass(one):
        one = {each.name: getattr(one, each.name) for each in dataclasses.fields(one)}
        other = {name: getattr(other, name) for name in one}
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [*one, *(key for key in other if key not in one)]
        return [
            found
            for key in keys
            for found in differences(one.get(key), other.get(key), f"{path}.{key}", tolerance)
        ]
    if isinstance(one, list | tuple) and isinstance(other, list | tuple) and len(one) == len(other):
        return [
            found
            for place, (x, y) in enumerate(zip(one, other, strict=True))
            for found in differences(x, y, f"{path}[{place}]", tolerance)
        ]
    is_number = isinstance(one, float | int) and isinstance(other, float | int)
    is_same = math.isclose(one, other, rel_tol=1e-9, abs_tol=tolerance) if is_number else one == other
    return [] if is_same else [f"{path}: {one!r} is not {other!r}"]


def balance(seed: int) -> list[Check]:
    """Hold both books of some runs against what came in, and against each other; all invariants are on."""
    found = []
    for name in FRONTS:
        scenario = scenario_of(name, f"scenario.horizon={DAYS} d")
        ledger = Ledger.of(scenario)
        outcome = simulate(scenario, seed, emit=ledger.apply, has_checks=True)
        sides = imbalance(outcome.state).values()
        apart = differences(outcome.state, ledger.state)
        rounding = "what tens of thousands of additions leave"
        found += [
            exactly(
                f"{name}: tonnes from or to nowhere",
                0.0,
                max(abs(side.tonnes) for side in sides),
                max(side.allowed for side in sides),
                rounding,
            ),
            exactly(
                f"{name}: soldiers from or to nowhere", 0.0, float(max(abs(side.soldiers) for side in sides))
            ),
            exactly(f"{name}: entries in which events and engine differ", 0.0, float(len(apart))),
        ]
    return found


def digest_of(name: str, seed: int) -> str:
    """Return the digest of some days' events of a scenario."""
    digest = EventDigest()
    scenario = scenario_of(name)
    days = min(scenario.horizon, DIGEST_DAYS * DAY)
    simulate(dataclasses.replace(scenario, horizon=days), seed, emit=digest.emit)
    return digest.hexdigest()


def determinism(seed: int) -> list[Check]:
    """Hold a run against the same run again, and in other interpreters with other hash seeds."""
    here = digest_of("kupiansk", seed)
    again = digest_of("kupiansk", seed)
    found = [exactly("digests that differ, run again here", 0.0, float(again != here))]
    for hash_seed in ("1", "271828"):
        other = run_python(IN_ANOTHER, ["kupiansk", str(seed)], {"PYTHONHASHSEED": hash_seed})
        found.append(exactly(f"digests that differ under hash seed {hash_seed}", 0.0, float(other != here)))
    return found


CASES: Final = (
    Case("books", "Tonnes and soldiers balance; events alone give the engine's books", "Conservation, exact",
         "kupiansk", balance),
    Case("same-again", "The same seed gives the same events, whatever the process", "SHA-256 of all events",
         "kupiansk", determinism),
)  # fmt: skip
