"""Which stretch of several a moment falls in, said in SQL: to count by months or weeks takes a row of each, not every
moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def place_of(column: str, edges: Sequence[str], params: dict[str, Any]) -> str:
    """SQL for the number of the stretch [edge, next edge) that a column with a moment of at least the first edge and
    before the last one is in, from 0. It halves the stretches, since every comparison of texts costs. Binds names that
    begin with `edge_`."""
    params |= {f"edge_{at}": edge for at, edge in enumerate(edges) if 0 < at < len(edges) - 1}

    def between(low: int, high: int) -> str:
        if high - low == 1:
            return str(low)
        middle = (low + high) // 2
        return f"CASE WHEN {column} < :edge_{middle} THEN {between(low, middle)} ELSE {between(middle, high)} END"

    return between(0, len(edges) - 1)
