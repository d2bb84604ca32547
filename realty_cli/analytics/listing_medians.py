"""Medians of prices at many moments of a whole agency: what was asked is read as columns, once for all of them. For
numpy, which is loaded where this is asked."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from realty_cli.analytics.listing_answers import Answers, Key
from realty_cli.analytics.listing_asks import NEVER, Ask, asks_of, per_metre
from realty_cli.analytics.listing_lives import lives_of, standing
from realty_cli.analytics.listing_moves import micros
from realty_cli.analytics.lives import Facts
from realty_cli.analytics.scope import Scope
from realty_cli.properties.kinds import Status
from realty_cli.store.database import Connection


class Middle(NamedTuple):
    """A median, and of how many."""

    value: float | None
    n: int


def asked(
    db: Connection, scope: Scope, sums: Answers, moments: Sequence[str], key: Key, *, metre: bool
) -> list[Middle]:  # fmt: skip
    """Of what was asked for the listings of a kind that stood on the market just before each of these moments, which
    are in order; per square metre, if `metre`."""
    ends = [micros(one) for one in moments]
    began, went, values = array("q"), array("q"), array("d" if metre else "q")
    column = "metre" if metre else "price"
    params: dict[str, Any] = {"first": ends[0], "last": ends[-1]}
    columns: tuple[array[Any], ...] = (began, went, values)
    for rows in sums.asks(
        f"began, went, {column}", f"went >= :first AND began < :last AND {column} IS NOT NULL", params, key
    ):
        for found, some in zip(columns, zip(*rows, strict=True), strict=True):
            found.extend(some)
    for one in _open(db, scope, sums, key):
        value = one.metre if metre else one.price
        if value is not None and one.began is not None:
            began.append(one.began)
            went.append(one.went)
            values.append(value)  # type: ignore[arg-type]
    since, until, known = (
        np.frombuffer(one, dtype=one.typecode) if one else np.zeros(0) for one in (began, went, values)
    )
    return [_middle(known[(since < end) & (until >= end)]) for end in ends]


def paid(sums: Answers, stretches: Sequence[tuple[str, str]], key: Key, db: Connection) -> list[Middle]:
    """Of what was paid a square metre for the listings of a kind that were taken in each stretch, for good."""
    edges = [(micros(start), micros(end)) for start, end in stretches]
    params: dict[str, Any] = {"first": edges[0][0], "last": edges[-1][1]}
    went, values = array("q"), array("d")
    columns: tuple[array[Any], ...] = (went, values)
    for rows in sums.asks("went, paid", "went >= :first AND went < :last AND paid IS NOT NULL", params, key):
        for found, some in zip(columns, zip(*rows, strict=True), strict=True):
            found.extend(some)
    for one in _changed(db, sums, key):
        if one.paid is not None:
            went.append(one.went)
            values.append(one.paid)
    when, known = (np.frombuffer(one, dtype=one.typecode) if one else np.zeros(0) for one in (went, values))
    return [_middle(known[(when >= start) & (when < end)]) for start, end in edges]


def _open(db: Connection, scope: Scope, sums: Answers, key: Key) -> Iterator[Ask]:
    """What is asked now, and all that ever was for listings that have changed since it was written down."""
    changed, moved = set(sums.changed), list[int]()
    for some in standing(db, scope):
        moved += (number for number in some.moved if number not in changed)
        for row in some.plain:
            if (row[3], row[4]) == key and row[1] not in changed:
                yield _still(Facts(*row[1:]), None)
        for facts, steps in some.priced:
            active = facts.status == Status.ACTIVE and (facts.deal_type, facts.currency) == key
            if active and facts.id not in changed:
                yield _still(facts, steps[-1].at if steps else None)
    for life in lives_of(db, sorted(moved)):
        yield from (one for one in asks_of(life) if one.went == NEVER and (one.deal_type, one.currency) == key)
    yield from _changed(db, sums, key)


def _still(facts: Facts, step: str | None) -> Ask:
    """What is asked for a listing that never moved, from the last step of its price on."""
    born = facts.listed_at or facts.created_at
    began = micros(born if step is None or step < born else step)
    price = facts.price
    return Ask(NEVER, facts.id, facts.deal_type, facts.currency, began, price, per_metre(facts, price), None)


def _changed(db: Connection, sums: Answers, key: Key) -> Iterator[Ask]:
    for life in lives_of(db, list(sums.changed)):
        yield from (one for one in asks_of(life) if (one.deal_type, one.currency) == key)


def _middle(values: Any) -> Middle:
    """As `statistics.median` has it."""
    n = len(values)
    if not n:
        return Middle(None, 0)
    half = n // 2
    if n % 2:
        return Middle(np.partition(values, half)[half].item(), n)
    parts = np.partition(values, (half - 1, half))
    return Middle((parts[half - 1].item() + parts[half].item()) / 2, n)
