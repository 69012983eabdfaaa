"""Whether this machine draws the numbers that every other one draws.

A recording is repeated exactly where numpy gives the same draws and the machine's mathematics the same last
digits. Both do so nearly everywhere; where they do not, a run that comes out another way is no bug.
"""

from __future__ import annotations

import hashlib
import math
import struct
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sim.model.attrition import normal_quantile
from sim.statistics.streams import Streams

if TYPE_CHECKING:
    from collections.abc import Iterable

MachineNumbers: TypeAlias = Literal["uniform draws", "gamma draws", "mathematics"]
DRAWS: Final = 1000
SHAPES: Final = (0.3, 1.0, 2.0, 30.0)
KNOWN: Final[dict[MachineNumbers, str]] = {
    "uniform draws": "60c674732d29feba",
    "gamma draws": "6be060c1a57de23d",
    "mathematics": "0e375ac555e66b14",
}
"""Digests of what numpy 2 gives on Python 3.11 to 3.13."""


def digests_here() -> dict[MachineNumbers, str]:
    """Return digests of what this machine draws and works out."""
    streams = Streams(1)
    uniform = streams["verification/uniform"].uniforms(DRAWS)
    gamma = streams["verification/gamma"]
    worked = [
        each
        for u in uniform
        for each in (-math.log1p(-u), math.exp(u), u**0.37, math.expm1(-u), normal_quantile(u))
    ]
    return {
        "uniform draws": _digest(uniform),
        "gamma draws": _digest(gamma.gamma(shape) for shape in SHAPES for _ in range(DRAWS)),
        "mathematics": _digest(worked),
    }


def differing_numbers() -> list[MachineNumbers]:
    """Return the functions that differ on this machine; empty if recordings can be reproduced exactly."""
    here = digests_here()
    return [name for name, known in KNOWN.items() if here[name] != known]


def _digest(values: Iterable[float]) -> str:
    packed = b"".join(struct.pack("<d", value) for value in values)
    return hashlib.blake2b(packed, digest_size=8).hexdigest()
