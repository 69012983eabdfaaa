"""Named random streams: one for each source of chance, by numpy's `SeedSequence`.

A stream depends on the seed, the replication and its own name, and on nothing else. Adding a source of
chance leaves all others as they were, and two scenarios under one seed draw the same: common random numbers.
"""

from __future__ import annotations

import hashlib
import math
import struct
from typing import Final

import numpy as np

from sim.model.attrition import normal_quantile

BLOCK: Final = 128
"""Uniforms fetched at once: a scalar draw from numpy costs several times as much."""


class Stream:
    """One source of chance; nothing else draws from its generator."""

    __slots__ = ("_block", "_generator")

    def __init__(self, generator: np.random.Generator) -> None:
        self._generator = generator
        self._block: list[float] = []

    def uniform(self) -> float:
        """Return a draw from [0, 1)."""
        if not self._block:
            self._block = self._generator.random(BLOCK).tolist()
            self._block.reverse()
        return self._block.pop()

    def uniforms(self, count: int) -> list[float]:
        """Return `count` draws from [0, 1)."""
        while len(self._block) < count:
            self._block = [*reversed(self._generator.random(BLOCK).tolist()), *self._block]
        kept = len(self._block) - count
        drawn = self._block[kept:]
        del self._block[kept:]
        drawn.reverse()
        return drawn

    def exponential(self) -> float:
        """Return an exponential draw with mean 1."""
        return -math.log1p(-self.uniform())

    def normal(self) -> float:
        """Return a standard normal draw."""
        return normal_quantile(self.uniform())

    def normals(self, count: int) -> list[float]:
        """Return so many standard normal draws, taken at once."""
        drawn: list[float] = self._generator.standard_normal(count).tolist()
        return drawn

    def factor(self, spread: float) -> float:
        """Return a lognormal factor with mean 1, by the deviation of its logarithm."""
        return math.exp(spread * self.normal() - spread * spread / 2.0)

    def factors(self, spread: float, count: int) -> list[float]:
        """Return so many lognormal factors with mean 1, taken at once."""
        return [math.exp(spread * drawn - spread * spread / 2.0) for drawn in self.normals(count)]

    def gamma(self, shape: float) -> float:
        """Return a Gamma draw with this shape and scale 1."""
        return float(self._generator.standard_gamma(shape))

    def beta(self, mean: float, concentration: float) -> float:
        """Return a Beta draw by its mean and the sum of its two parameters; 1 where the mean is 1."""
        if mean >= 1.0:
            return 1.0
        first = self.gamma(mean * concentration)
        second = self.gamma((1.0 - mean) * concentration)
        return first / (first + second) if first + second > 0.0 else mean


class Streams:
    """All streams of a run, made when first asked for; seed and replication are at least 0.

    Examples
    --------
    >>> Streams(1)["assaults/ua"].uniform() == Streams(1)["assaults/ua"].uniform()
    True
    >>> Streams(1)["assaults/ua"].uniform() == Streams(1)["assaults/ru"].uniform()
    False
    """

    def __init__(self, seed: int, replication: int = 0) -> None:
        self.seed = seed
        self.replication = replication
        self._streams: dict[str, Stream] = {}

    def __getitem__(self, name: str) -> Stream:
        """Return the stream of a concern, such as ``"convoys/kharkiv"``."""
        stream = self._streams.get(name)
        if stream is None:
            stream = self._streams[name] = Stream(self._generator(name))
        return stream

    def _generator(self, name: str) -> np.random.Generator:
        """Return a generator keyed by seed, replication and a stable hash of the name."""
        words = struct.unpack("<4I", hashlib.blake2b(name.encode(), digest_size=16).digest())
        sequence = np.random.SeedSequence(self.seed, spawn_key=(self.replication, *words))
        return np.random.Generator(np.random.PCG64(sequence))


class MedianStream(Stream):
    """A stream whose every draw is its median."""

    def __init__(self) -> None:
        super().__init__(np.random.Generator(np.random.PCG64(0)))

    def uniform(self) -> float:
        """Return a half."""
        return 0.5

    def uniforms(self, count: int) -> list[float]:
        """Return `count` halves."""
        return [0.5] * count

    def factor(self, spread: float) -> float:
        """Return 1, which is its mean."""
        return 1.0

    def factors(self, spread: float, count: int) -> list[float]:
        """Return `count` ones."""
        return [self.factor(spread)] * count


class MedianStreams(Streams):
    """Streams whose draws are all at their median, for what belongs to a scenario and not to a run."""

    def __init__(self) -> None:
        super().__init__(seed=0)

    def __getitem__(self, name: str) -> Stream:
        """Return a stream of medians, whatever its name."""
        return MedianStream()
