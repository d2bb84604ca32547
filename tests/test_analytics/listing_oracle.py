"""Numbers of listings once more: slow, obvious, over raw rows, with pandas, and none of the program's own code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

TAKEN, OFF = {"sold", "rented"}, {"sold", "rented", "withdrawn"}
Life = list[tuple[str, datetime, datetime | None]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def life_of(listing: dict[str, Any], moves: list[dict[str, Any]]) -> Life:
    """At any moment the move that was learned last, of those in force by then, says the status."""
    moves = sorted(moves, key=lambda row: row["id"])
    listed = at(listing["listed_at"]) if listing["listed_at"] else None
    if not moves and listing["status"] in OFF:
        closed = at(listing["closed_at"] or listing["created_at"])
        ended: Life = [(listing["status"], closed, None)]
        return [("active", listed, closed), *ended] if listed and listed < closed else ended
    first = moves[0]["old_status"] if moves else listing["status"]
    birth = at(listing["created_at"]) if first == "draft" else listed or at(listing["created_at"])
    edges = sorted({birth, *(at(row["effective_at"]) for row in moves)})
    told: list[tuple[str, datetime]] = []
    for edge in edges:
        known = [row for row in moves if at(row["effective_at"]) <= edge]
        status = known[-1]["new_status"] if known else first
        if not told or told[-1][0] != status:
            told.append((status, edge))
    began = next((place for place, (status, _) in enumerate(told) if status != "draft"), None)
    if began is not None and told[began][0] == "active" and listed and listed < told[began][1]:
        told = [("active", listed), *told[began + 1 :]]
    return [
        (status, start, told[place + 1][1] if place + 1 < len(told) else None)
        for place, (status, start) in enumerate(told)
    ]


def days(delta: timedelta) -> float:
    return delta / timedelta(days=1)


def price_before(listing: dict[str, Any], changes: list[dict[str, Any]], moment: datetime) -> int | None:
    """The price of today, taken back over the changes since."""
    price = listing["price"]
    for row in sorted(stepwise(changes), key=lambda row: at(row["effective_at"]), reverse=True):
        if at(row["effective_at"]) >= moment:
            price = row["old_price"]
    return price


def run(life: Life, until: datetime, gap: float) -> tuple[datetime, float] | None:
    """The last listing up to a moment: when it began, and its active days."""
    stretches = [
        (start, min(end or until, until)) for status, start, end in life if status == "active" and start < until
    ]
    if not stretches:
        return None
    first = 0
    for place in range(1, len(stretches)):
        away = [
            start for status, start, _ in life
            if status in OFF and stretches[place - 1][1] <= start < stretches[place][0]
        ]  # fmt: skip
        if away and days(stretches[place][0] - away[0]) >= gap:
            first = place
    return stretches[first][0], sum(days(end - start) for start, end in stretches[first:])


def begins(life: Life) -> list[datetime]:
    found: list[datetime] = []
    for _, start, _ in (one for one in life if one[0] == "active"):
        began = run(life, start + timedelta(microseconds=1), 90)
        if began and began[0] == start:
            found.append(start)
    return found


def frame(
    listings: list[dict[str, Any]],
    moves: list[dict[str, Any]],
    prices: list[dict[str, Any]],
    start: datetime,
    end: datetime,
    months: Callable[[int], datetime],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A row a listing with all that numbers are made of, and a row a change of price. `months(n)` is the beginning of
    the month `n` before that of `end`."""
    rows, cuts = [], []
    for listing in listings:
        mine = [row for row in moves if row["property_id"] == listing["id"] and row["withdrawn_by"] is None]
        asked = [row for row in prices if row["property_id"] == listing["id"] and row["withdrawn_by"] is None]
        life = life_of(listing, mine)

        def status(moment: datetime, life: Life = life) -> str | None:
            return next((one for one, since, till in life if since < moment and (till is None or till >= moment)), None)

        def entered(kinds: set[str], first: datetime, last: datetime, life: Life = life) -> list[int]:
            return [place for place, (one, since, _) in enumerate(life) if one in kinds and first <= since < last]

        def taken_at(place: int, life: Life = life) -> datetime:
            return life[place - 1][1] if place and life[place - 1][0] == "reserved" else life[place][1]

        closed = entered(TAKEN, start, end)
        last = closed[-1] if closed else None
        taken = taken_at(last) if last is not None else None
        now = status(end)
        price = price_before(listing, asked, end)
        first_price = next(
            (one for one in [*(row["old_price"] for row in sorted(asked, key=lambda row: row["id"])), listing["price"]]
             if one is not None), None,
        )  # fmt: skip
        paid = listing["final_price"] if last is not None and last == len(life) - 1 else None
        land = listing["property_type"] == "land"
        area = None if land else listing["area_total"]
        sotkas = listing["area_land"] / 100 if land and listing["area_land"] else None
        ran = run(life, end, 0)
        reserved = entered({"reserved"}, start, end)
        begun = [place for place, (_, since, _) in enumerate(life) if since < end]
        until = over = None
        if begun:
            here, since, _ = life[begun[-1]]
            over = here in TAKEN | {"reserved"}
            until = end if here == "active" else taken_at(begun[-1]) if here in TAKEN else since
        span = run(life, until, 0) if until is not None and until >= end - timedelta(days=365) else None
        falls = [(at(row["effective_at"]), row["old_price"], row["new_price"]) for row in stepwise(asked)]
        for moment, old, new in falls:
            if start <= moment < end and status(moment) in ("active", "reserved") and old and new is not None:
                cuts.append(
                    {"deal_type": listing["deal_type"], "currency": listing["currency"], "depth": (old - new) / old}
                )
        lower = [
            moment
            for moment, old, new in falls
            if moment < end and old and new is not None and (old - new) / old >= 0.005
        ]
        rows.append(
            {
                "id": listing["id"],
                "deal_type": listing["deal_type"],
                "currency": listing["currency"],
                "status": now,
                "new": sum(start <= one < end for one in begins(life)),
                "active_any": any(
                    one == "active" and since < end and (till is None or till > start) for one, since, till in life
                ),
                "active_days": sum(
                    days(min(till or end, end) - max(since, start))
                    for one, since, till in life
                    if one == "active" and since < end and (till or end) > start
                ),
                "reserved": bool(reserved),
                "closed": bool(closed),
                "withdrawn": any(
                    place and life[place - 1][0] in ("active", "reserved")
                    for place in entered({"withdrawn"}, start, end)
                ),
                "ended": sum(one == "reserved" and till is not None and start <= till < end for one, _, till in life),
                "fallen": sum(
                    one == "reserved" and till is not None and start <= till < end and life[place + 1][0] not in TAKEN
                    for place, (one, _, till) in enumerate(life)
                ),
                "dom": (run(life, taken, 0) or (None, None))[1] if taken else None,
                "cdom": (run(life, taken, 90) or (None, None))[1] if taken else None,
                "to_close": days(life[last][1] - taken) if last is not None and taken != life[last][1] else None,
                "dom_reserved": (run(life, life[reserved[-1]][1], 0) or (None, None))[1] if reserved else None,
                "age": ran[1] if now == "active" and ran else None,
                "price": price if now == "active" else None,
                "metre": price / area if now == "active" and price is not None and area else None,
                "paid_metre": paid / area if paid is not None and area else None,
                "sotka": price / sotkas if now == "active" and price is not None and sotkas else None,
                "paid_sotka": paid / sotkas if paid is not None and sotkas else None,
                "to_list": paid / one
                if paid is not None and taken and (one := price_before(listing, asked, taken))
                else None,
                "to_first": paid / first_price if paid is not None and first_price else None,
                "cut_ever": now == "active" and bool(lower),
                "cut_lately": now == "active" and any(one >= end - timedelta(days=30) for one in lower),
                "drop": (first_price - price) / first_price
                if now == "active" and price is not None and first_price and price < first_price
                else None,
                "quarter": bool(entered(TAKEN, months(3), months(0))),
                "year": bool(entered(TAKEN, months(12), months(0))),
                "span": span[1] if span else None,
                "over": over,
            }
        )
    return pd.DataFrame(rows), pd.DataFrame(cuts, columns=["deal_type", "currency", "depth"])


def stepwise(changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Changes of price that came into force: one learned later, of the same or an earlier moment, undoes one. The old
    price of each is what held until then."""
    found: list[dict[str, Any]] = []
    for row in sorted(changes, key=lambda row: row["id"]):
        over = [one for one in found if at(one["effective_at"]) >= at(row["effective_at"])]
        found = [one for one in found if one not in over]
        found.append({**row, "old_price": over[0]["old_price"] if over else row["old_price"]})
    return found


def numbers(table: pd.DataFrame, cuts: pd.DataFrame) -> dict[str, float | None]:
    """Every number of one block, of the rows of that block."""
    active, closed = table[table.status == "active"], int(table.closed.sum())
    near = [
        column[(column >= 0.5) & (column <= 1.5)]
        for column in (table.to_list.astype(float), table.to_first.astype(float))
    ]
    sold, months = (int(table.quarter.sum()), 3) if table.quarter.sum() >= 12 else (int(table.year.sum()), 12)
    stands = len(active)
    falls, rises = cuts.depth[cuts.depth >= 0.005], cuts.depth[cuts.depth <= -0.005]
    share: Callable[[float, float], float | None] = lambda part, whole: part / whole if whole else None  # noqa: E731
    return {
        "inventory": stands, "reserved_now": int((table.status == "reserved").sum()),
        "drafts": int((table.status == "draft").sum()), "active_any": int(table.active_any.sum()),
        "new": int(table.new.sum()), "reserved": int(table.reserved.sum()), "closed": closed,
        "withdrawn": int(table.withdrawn.sum()), "sell_through": share(closed, closed + int(table.withdrawn.sum())),
        "fallout_rate": share(int(table.fallen.sum()), int(table.ended.sum())),
        "pending_ratio": share(int((table.status == "reserved").sum()), stands),
        "dom_closed_median": table.dom.astype(float).median(), "dom_closed_mean": table.dom.astype(float).mean(),
        "dom_closed_p90": table.dom.astype(float).quantile(0.9), "cdom_median": table.cdom.astype(float).median(),
        "dom_reserved_median": table.dom_reserved.astype(float).median(),
        "days_to_close_median": table.to_close.astype(float).median(),
        "age_of_inventory_median": active.age.astype(float).median(), "median_survival": kaplan(table),
        "price_median": active.price.astype(float).median(), "price_mean": active.price.astype(float).mean(),
        "price_per_m2_asking_median": active.metre.astype(float).median(),
        "price_per_m2_sold_median": table.paid_metre.astype(float).median(),
        "price_per_sotka_asking_median": active.sotka.astype(float).median(),
        "price_per_sotka_sold_median": table.paid_sotka.astype(float).median(),
        "inventory_value": int(active.price.dropna().astype("int64").sum()) if stands else None,
        "sale_to_list": near[0].mean(), "sale_to_original": near[1].mean(),
        "price_reduced_share": share(int(active.cut_lately.sum()), stands),
        "price_reduced_ever_share": share(int(active.cut_ever.sum()), stands),
        "reduction_depth_median": falls.median(), "reduction_total_median": active["drop"].astype(float).median(),
        "price_increases": len(rises), "absorption_rate": share(sold / months, stands),
        "months_of_supply": stands / (sold / months) if sold else None,
    }  # fmt: skip


def kaplan(table: pd.DataFrame) -> float | None:
    spans = table[table.span.notna()]
    if spans.over.astype(bool).sum() < 10:
        return None
    alive = 1.0
    for moment in sorted(spans.span.unique()):
        at_risk = (spans.span >= moment).sum()
        alive *= 1 - ((spans.span == moment) & spans.over.astype(bool)).sum() / at_risk
        if alive <= 0.5:
            return float(moment)
    return None
