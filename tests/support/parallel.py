"""Many runs at once, on all cores; what is run is named, so that other processes find it."""

from __future__ import annotations

import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Given = TypeVar("Given")
Result = TypeVar("Result")


def on_all_cores(function: Callable[[Given], Result], given: Iterable[Given]) -> list[Result]:
    """Return what a function of a module gives for each; in their order."""
    # A fresh process each: a fork of one with threads is not safe, and newer Pythons say so.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(mp_context=context) as pool:
        return list(pool.map(function, given, chunksize=10))


def mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Return a mean and its standard error."""
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return mean, math.sqrt(variance / len(values))
