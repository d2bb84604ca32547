"""What was asked for listings on the market, from when to when: what medians of prices at any moment are of.

Kept beside the moves (`listing_sums`) for all that has ended; what is asked now the listings themselves say.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any, NamedTuple

from realty_cli.analytics.listing_lives import lives_of
from realty_cli.analytics.listing_moves import micros
from realty_cli.analytics.lives import TAKEN, Facts, Life
from realty_cli.properties.kinds import PropertyType, Status
from realty_cli.store.database import Connection

#: Later than anything: what is asked still.
NEVER = 1 << 62
_ROWS = 5_000
#: A condition on the column that holds the number of a listing.
Which = Callable[[str], str]


class Ask(NamedTuple):
    """A listing was on the market at a price in (`began`, `went`], microseconds since the year 1; `metre` is the price
    per square metre, of what is sold by it. Without `began`, there was no price, and `went` is the moment of the last
    closing, at which `paid` a square metre was."""

    went: int
    property_id: int
    deal_type: str
    currency: str
    began: int | None
    price: int | None
    metre: float | None
    paid: float | None


def per_metre(facts: Facts, price: int | None) -> float | None:
    """A price by square metres; land is sold by others."""
    area = facts.area
    if price is None or not area or area <= 0 or facts.property_type == PropertyType.LAND:
        return None
    return price / area


def asks_of(life: Life) -> list[Ask]:
    """All that was asked for a listing, in order; the last one until `NEVER` where it is on the market still."""
    facts, found = life.facts, dict[int, Ask]()
    for spell in life.spells:
        if spell.status != Status.ACTIVE:
            continue
        inside = [step for step in life.prices if spell.start < step.at and (spell.end is None or step.at < spell.end)]
        began = spell.start
        for end in (*(step.at for step in inside), spell.end):
            price = facts.price if end is None else life.price(end)
            went = NEVER if end is None else micros(end)
            if price is not None:
                found[went] = _ask(facts, went)._replace(
                    began=micros(began), price=price, metre=per_metre(facts, price)
                )  # fmt: skip
            began = end or began
    last = life.spells[-1]
    if last.status in TAKEN and (paid := per_metre(facts, facts.final_price)) is not None:
        closed = micros(last.start)
        found[closed] = found.get(closed, _ask(facts, closed))._replace(paid=paid)
    return [found[went] for went in sorted(found)]


def _ask(facts: Facts, went: int) -> Ask:
    return Ask(went, facts.id, facts.deal_type, facts.currency, None, None, None, None)


def add(db: Connection, which: Which, params: dict[str, Any], spoken: Callable[[str], str]) -> None:
    """Write what was asked for listings whose moves are written; `spoken` is `micros` of an SQL expression."""
    # To be able to take one statement back, SQLite would hold every page that it changes as it was, in memory.
    insert = "INSERT OR FAIL" if db.sqlite else "INSERT"
    names = ", ".join(Ask._fields)
    db.run(f"{insert} INTO listing_asks ({names}) {_at_one_price(which)}", params)
    db.run(f"{insert} INTO listing_asks ({names}) {_by_steps(which, spoken)}", params)
    db.run(
        f"INSERT INTO listing_asks ({names}) {_paid(which)}"
        " ON CONFLICT (went, property_id) DO UPDATE SET paid = excluded.paid",
        params,
    )
    odd = db.all(f"SELECT p.id FROM properties p WHERE {which('p.id')} AND p.deleted_at IS NULL AND {_ODD}", params)
    told = (one for life in lives_of(db, [row[0] for row in odd]) for one in asks_of(life) if one.went != NEVER)
    while some := list(islice(told, _ROWS)):
        db.insert("listing_asks", Ask._fields, some)


_PRICED = "EXISTS (SELECT 1 FROM property_prices h WHERE h.property_id = p.id AND h.withdrawn_by IS NULL)"
#: What was learned of prices in another order than it came about: only a whole life tells that.
_ODD = (
    "EXISTS (SELECT 1 FROM property_prices o JOIN property_prices e ON e.property_id = o.property_id AND e.id > o.id"
    " AND e.effective_at <= o.effective_at AND e.withdrawn_by IS NULL"
    " WHERE o.property_id = p.id AND o.withdrawn_by IS NULL)"
)
#: What is not told by a price and one move from the market.
_OTHER = (
    f"(({_PRICED} AND NOT {_ODD}) OR (NOT {_PRICED} AND EXISTS (SELECT 1 FROM listing_moves y"
    " WHERE y.property_id = p.id AND y.plain < 1)))"
)
_AREA = "CASE WHEN p.property_type <> 'land' AND p.area_total > 0 THEN p.area_total END"
_PAID = f"CAST(p.final_price AS double precision) / {_AREA}"


def _at_one_price(which: Which) -> str:
    """`asks_of` those that left the market once and for all and never changed their price, which is most of all."""
    stood = "m.days IS NOT NULL AND p.price IS NOT NULL"
    paid = f"CASE WHEN m.closed = 1 THEN {_PAID} END"
    return (
        "SELECT m.at, p.id, m.deal_type, m.currency,"
        f" CASE WHEN {stood} THEN m.at - CAST(round(m.days * 86400000000.0) AS bigint) END,"
        f" CASE WHEN {stood} THEN p.price END, CASE WHEN {stood} THEN CAST(p.price AS double precision) / {_AREA} END,"
        f" {paid} FROM properties p JOIN listing_moves m ON m.property_id = p.id WHERE {which('p.id')}"
        f" AND p.deleted_at IS NULL AND m.plain = 1 AND m.property_type IS NOT NULL AND NOT {_PRICED}"
        f" AND (({stood}) OR {paid} IS NOT NULL) ORDER BY 1, 2"
    )


def _by_steps(which: Which, spoken: Callable[[str], str]) -> str:
    """`asks_of` all others, but for what was paid."""
    step = spoken("c.effective_at")
    steps = "FROM property_prices c WHERE c.property_id = s.id AND c.withdrawn_by IS NULL"
    before = f"(SELECT max({step}) {steps} AND {step} < s.until)"
    return (
        "WITH spells AS MATERIALIZED (SELECT p.id, m.deal_type, m.currency, m.at AS began, (SELECT min(x.at)"
        " FROM listing_moves x WHERE x.property_id = p.id AND x.at > m.at AND x.stands = -1) AS went, p.price,"
        f" {_AREA} AS area FROM properties p JOIN listing_moves m ON m.property_id = p.id"
        f" WHERE {which('p.id')} AND p.deleted_at IS NULL AND {_OTHER} AND m.stands = 1),"
        f" ends AS MATERIALIZED (SELECT s.*, {step} AS until, c.old_price AS asked FROM spells s"
        " JOIN property_prices c ON c.property_id = s.id AND c.withdrawn_by IS NULL"
        f" WHERE {step} > s.began AND (s.went IS NULL OR {step} < s.went)"
        " UNION ALL SELECT s.*, s.went, CASE"
        f" WHEN EXISTS (SELECT 1 {steps} AND {step} >= s.went)"
        f" THEN (SELECT c.old_price {steps} AND {step} >= s.went ORDER BY c.effective_at LIMIT 1) ELSE s.price END"
        " FROM spells s WHERE s.went IS NOT NULL)"
        f" SELECT s.until, s.id, s.deal_type, s.currency, CASE WHEN {before} > s.began THEN {before} ELSE s.began END,"
        " s.asked, CAST(s.asked AS double precision) / s.area, CAST(NULL AS double precision)"
        " FROM ends s WHERE s.asked IS NOT NULL ORDER BY 1, 2"
    )


def _paid(which: Which) -> str:
    """What was paid for those others that stand as taken."""
    return (
        "SELECT m.at, p.id, m.deal_type, m.currency, CAST(NULL AS bigint), CAST(NULL AS bigint),"
        f" CAST(NULL AS double precision), {_PAID} FROM properties p"
        f" JOIN listing_moves m ON m.property_id = p.id WHERE {which('p.id')} AND p.deleted_at IS NULL AND {_OTHER}"
        f" AND m.closed = 1 AND {_PAID} IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM listing_moves x WHERE x.property_id = p.id AND x.at > m.at) ORDER BY 1, 2"
    )
