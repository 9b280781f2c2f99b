"""How much a word tells, by its rarity in the library."""

import math
from collections.abc import Callable
from functools import lru_cache


def rarity(papers: int, frequency: Callable[[str], int]) -> Callable[[str], float]:
    """For a stem its inverse document frequency, scaled to [0, 1]; a stem that no paper has weighs 1.

    `papers` is the size of the library, `frequency` gives the number of papers that have a stem.
    """
    most = math.log(2 * papers + 2)

    @lru_cache(maxsize=50_000)
    def weigh(stem: str) -> float:
        return max(0.0, math.log((papers + 1) / (frequency(stem) + 0.5)) / most)

    return weigh
