"""Two books of one run, held against each other entry by entry."""

from __future__ import annotations

import dataclasses
import math


def differences(one, other, path: str = "", tolerance: float = 1e-6) -> list[str]:
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
