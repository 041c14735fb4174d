"""Named streams of chance that give the same draws on every machine and numpy 2.x.

Only the raw bits of PCG64 are used: numpy keeps them stable, but not the distributions of
``Generator``. What passes through ``exp`` or ``log`` is rounded, so that the last bit of a
machine's mathematics library decides nothing.
"""

import math
import zlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

from numpy.random import PCG64, SeedSequence

Item = TypeVar("Item")


class Dice:
    """One stream per seed and name: what one account draws never shifts another's draws."""

    def __init__(self, seed: int, *names: str) -> None:
        stream = zlib.crc32("/".join(names).encode())
        self._bits = PCG64(SeedSequence([seed, stream]))

    def share(self) -> float:
        """A number from 0 up to, but never, 1."""
        return (int(self._bits.random_raw()) >> 11) * 2.0**-53

    def between(self, low: float, high: float) -> float:
        """A number between two bounds."""
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``, both included."""
        return low + int(self.share() * (high - low + 1))

    def happens(self, probability: float) -> bool:
        """True with that probability."""
        return self.share() < probability

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[int(self.share() * len(items))]

    def weighted(self, weights: Mapping[Item, float]) -> Item:
        """One of the keys, as likely as its weight says."""
        left = self.share() * sum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return item

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """All items in another order."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.whole(0, last)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def factor(self, spread: float) -> float:
        """A log-normal factor with mean 1; ``spread`` is the sd of its logarithm."""
        bell = sum(self.share() for _ in range(12)) - 6  # nearly normal, sums are exact enough
        return round(math.exp(spread * bell - spread * spread / 2), 6)

    def wait(self, steps: int) -> float:
        """An Erlang waiting time with mean 1: 1 step is pure chance, 20 nearly a clock."""
        return round(-sum(math.log(1 - self.share()) for _ in range(steps)) / steps, 6)
