"""What listings are worth by others like them, and how far off earlier estimates were."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.auth.policy import Act, require
from realty_cli.kit.clock import stamp
from realty_cli.kit.formatting import percent
from realty_cli.kit.i18n import Translator, translator
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.importing import Prepared
from realty_cli.kit.lazy import lazy
from realty_cli.kit.messages import message
from realty_cli.kit.money import from_minor
from realty_cli.properties import pool as pools
from realty_cli.properties import recommending
from realty_cli.properties import valuing_words as words
from realty_cli.properties.comparables import COVERAGE, LEAST, Comparable, Estimate, Valuation, rounding, value
from realty_cli.properties.outside import OutsideImporter
from realty_cli.properties.outside_record import OUTSIDE
from realty_cli.properties.pool import Other
from realty_cli.properties.record import days_on_market
from realty_cli.properties.service import PropertyService
from realty_cli.store.rows import Rows
from realty_cli.store.scope import visible

#: Sales from which their usual discount is told.
_SALES = 10
_SALE_DAYS = 730
#: So many of the latest are looked at: a market changes, and more would not move their median.
_LATEST_SALES = 1_000
#: Sales from which own accuracy is told as a share.
_FEW = 10


class ValuingService:
    def __init__(self, properties: PropertyService) -> None:
        self._properties = properties
        self._db, self._actor, self._clock = properties.db, properties.actor, properties.clock

    @lazy
    def outside(self) -> Rows:
        """Comparables from elsewhere."""
        return Rows(self._db, self._properties.log, self._clock, OUTSIDE)

    def importer(self, on_rejected: Callable[[Prepared], None] | None = None) -> OutsideImporter:
        """What writes the rows of a file of listings as comparables."""
        return OutsideImporter(self._properties, self.outside, on_rejected)

    def compare(self, number: int, language: str, *, sale: bool = True) -> dict[str, Any]:
        """See `Comparables`. Reads only: `keep` logs what was found. Without `sale`, nobody looks what such listings
        were paid for, which takes longer than the estimate."""
        require(self._actor, Act.PROPERTY_READ)
        listing = self._properties.get(number)
        now, say = self._clock.now(), translator(language)
        area = pools.area_of(listing)
        others = pools.gather(self._db, self._actor, listing, area, now) if area else []
        found: Valuation | None = None
        if area:
            found = value(pools.subject_of(listing, area), [one.known for one in others])
        answer: dict[str, Any] = {
            "property_id": number, "title": listing["title"], "price": listing["price"],
            "currency": listing["currency"], "area_total": area, "as_of": stamp(now),
            "recommended": recommending.recommended(self._db, self._actor, listing, now),
        }  # fmt: skip
        if found is None or area is None:
            return {**answer, **_NOTHING, "refusal": _refusal("comparable.area_unknown", say, id=number)}
        zone = ZoneInfo(self._actor.timezone)
        by_key = {one.known.key: one for one in others}
        items = [_item(one, by_key[one.key], area, now, zone, say) for one in found.comparables]
        estimate = found.estimate
        price = _minor(listing["price"])
        return {
            **answer,
            "basis": found.basis,
            "label": words.basis(found, say),
            "estimate": _estimate(estimate, found, area, listing["currency"], say) if estimate else None,
            "refusal": None if estimate else _refusal("comparable.too_few", say, found=found.n, least=LEAST),
            "position": _position(price, estimate, say) if estimate and price else None,
            "sale": self._sale(listing, estimate, found.basis, now) if estimate and sale else None,
            "level": None if found.step is None else {"step": found.step + 1, "text": words.step(found.step, say)},
            "steps": [
                {"step": at + 1, "text": words.step(at, say), "found": count}
                for at, count in enumerate(found.found)
                if found.step is None or at <= found.step
            ],
            "n": found.n,
            "pool": found.pool,
            "pool_sold": sum(one.row["status"] in ("sold", "rented") for one in others),
            "spread": _spread(found.comparables),
            "items": items,
            "pool_error": None if found.pool_error is None else round(found.pool_error, 4),
            "notes": words.notes(found, say),
        }

    def _sale(self, listing: Mapping[str, Any], estimate: Estimate, basis: str, now: datetime) -> dict[str, Any] | None:
        """What such listings were paid for beside what was asked last, where enough of them were."""
        if basis == "sale":
            return None
        params: dict[str, Any] = {
            "deal": listing["deal_type"], "currency": listing["currency"],
            "since": stamp(now - timedelta(days=_SALE_DAYS)),
        }  # fmt: skip
        rows = self._db.all(
            "SELECT p.final_price, p.price FROM properties p WHERE p.deleted_at IS NULL AND p.deal_type = :deal"
            " AND p.currency = :currency AND p.status IN ('sold', 'rented') AND p.price > 0 AND p.final_price > 0"
            f" AND p.closed_at >= :since AND {visible(self._actor, params, 'p')}"
            f" ORDER BY p.closed_at DESC LIMIT {_LATEST_SALES}",
            params,
        )
        if len(rows) < _SALES:
            return None
        ratio = statistics.median(paid / asked for paid, asked in rows)
        unit = max(round(rounding(estimate.high - estimate.low)), 100)
        return {
            "ratio": round(ratio, 4),
            "n": len(rows),
            "price": from_minor(round(estimate.price * ratio / unit) * unit),
        }

    def recommend(self, number: int, minor: int) -> dict[str, Any]:
        """Keep the price, in hundredths, that the actor recommends for a listing; see `PriceRecommendation`."""
        require(self._actor, Act.PROPERTY_WRITE)
        listing, now = self._properties.get(number), self._clock.now()
        recommending.recommend(self._properties.log, listing, minor, now)
        found = recommending.recommended(self._db, self._actor, listing, now)
        assert found is not None
        return found

    # The log of estimates ----------------------------------------------------------------------------------------

    def knows(self, body: Mapping[str, Any]) -> bool:
        """Whether the log has this estimate as the last one of today, or there is none to keep."""
        estimate = body["estimate"]
        if estimate is None:
            return True
        row = self._db.one(
            "SELECT price, low, high FROM price_estimates WHERE property_id = :id AND day = :day",
            {"id": body["property_id"], "day": self._today()},
        )
        return row is not None and tuple(row) == tuple(_minor(estimate[name]) for name in ("price", "low", "high"))

    def keep(self, body: Mapping[str, Any]) -> None:
        """Log an estimate that `compare` gave: the last one of a day stands."""
        estimate = body["estimate"]
        if estimate is None:
            return
        owner = self._properties.get(body["property_id"])["owner_id"]
        sale = body["sale"]
        values = {
            "owner_id": owner, "property_id": body["property_id"], "day": self._today(),
            "at": stamp(self._clock.now()), "basis": body["basis"],
            **{name: _minor(estimate[name]) for name in ("price", "low", "high")},
            "sale_price": _minor(sale["price"]) if sale else None, "currency": body["currency"],
            "interval_kind": estimate["interval"], "confidence": estimate["confidence"], "method": estimate["method"],
            "n": body["n"],
        }  # fmt: skip
        names = list(values)
        bound = ", ".join(f":{name}" for name in names)
        fresh = ", ".join(f"{name} = excluded.{name}" for name in names if name not in ("property_id", "day"))
        (number,) = self._db.next_ids("price_estimates", 1)
        self._db.run(
            f"INSERT INTO price_estimates (id, {', '.join(names)}) VALUES (:id, {bound})"
            f" ON CONFLICT (property_id, day) DO UPDATE SET {fresh}",
            {"id": number, **values},
        )

    def _today(self) -> str:
        return self._clock.now().astimezone(ZoneInfo(self._actor.timezone)).date().isoformat()

    def accuracy(self, language: str) -> dict[str, Any]:
        """How far the last estimate before each closing was from what was paid: see `Accuracy`."""
        require(self._actor, Act.PROPERTY_READ)
        params: dict[str, Any] = {}
        rows = self._db.all(
            "SELECT e.price, e.low, e.high, e.sale_price, e.interval_kind, e.confidence, e.day, p.id, p.title, p.price,"
            " COALESCE(p.final_price, p.price), p.currency, p.closed_at FROM price_estimates e"
            " JOIN properties p ON p.id = e.property_id AND p.deleted_at IS NULL AND p.status IN ('sold', 'rented')"
            " AND p.closed_at > e.at AND p.price > 0 AND p.currency = e.currency"
            " WHERE NOT EXISTS (SELECT 1 FROM price_estimates l WHERE l.property_id = e.property_id"
            f" AND l.day > e.day AND l.at < p.closed_at) AND {visible(self._actor, params, 'p')}"
            " ORDER BY p.closed_at DESC, p.id DESC",
            params,
        )
        return accuracy_of(rows, ZoneInfo(self._actor.timezone), translator(language))


def accuracy_of(rows: Sequence[Sequence[Any]], zone: tzinfo, say: Translator) -> dict[str, Any]:
    """Rows of estimates with what became of them, as `ValuingService.accuracy` reads them."""
    misses, by_confidence, inside, items = [], dict[str, list[float]](), [], []
    for price, low, high, sale, interval, sure, day, number, title, asked, paid, currency, closed in rows:
        expected = sale or price
        miss = expected / paid - 1
        misses.append(miss)
        by_confidence.setdefault(sure, []).append(miss)
        within = low <= asked <= high
        if interval == "conformal":
            inside.append(within)
        items.append({
            "property_id": number, "title": title, "estimated_on": day, "closed_on": _day(closed, zone),
            "currency": currency, "expected": from_minor(expected), "paid": from_minor(paid), "error": round(miss, 4),
            "within": within, "confidence": sure,
        })  # fmt: skip
    n = len(misses)
    median = _median([abs(one) for one in misses])
    if median is None:
        text = say.text(_("No listing with an estimate has been sold yet: our own error is not known."))
    else:
        text = say.plural(
            "{n} sale: half of the estimates were off by no more than {error}.",
            "{n} sales: half of the estimates were off by no more than {error}.",
            n,
            error=percent(median, say.language),
        )
    return {
        "n": n,
        "median_error": median,
        "bias": _median(misses),
        "within_10": round(sum(abs(one) <= 0.1 for one in misses) / n, 4) if n else None,
        "coverage": round(sum(inside) / len(inside), 4) if inside else None,
        "coverage_n": len(inside),
        "promised": COVERAGE,
        "low_sample": n < _FEW,
        "text": text,
        "by_confidence": [
            {"confidence": name, "n": len(some), "median_error": _median([abs(one) for one in some])}
            for name in ("high", "medium", "low")
            if (some := by_confidence.get(name))
        ],
        "items": items[:100],
    }


_NOTHING: dict[str, Any] = {
    "basis": "asking", "label": "", "estimate": None, "position": None, "sale": None, "level": None, "steps": [],
    "n": 0, "pool": 0, "pool_sold": 0, "spread": None, "items": [], "pool_error": None, "notes": [],
}  # fmt: skip


def _item(one: Comparable, other: Other, area: float, now: datetime, zone: tzinfo, say: Translator) -> dict[str, Any]:
    """A comparable as it is shown, with the way from its price to the subject's, a step a feature."""
    row, known = other.row, other.known
    running = float(row["price"])
    steps = []
    for name, part in one.parts.items():
        share = math.expm1(part)
        if abs(share) >= 0.0005:
            steps.append({"name": name, "label": words.part(name, say), "share": round(share, 4),
                          "amount": _whole(running * share)})  # fmt: skip
        running *= 1 + share
    days = None
    if row["own"]:
        days = days_on_market({**row, "created_at": row["listed_at"]}, now)
    return {
        "property_id": row["id"] if row["own"] else None,
        "outside_id": None if row["own"] else row["id"],
        "source": row["source"],
        "source_url": row["source_url"],
        "title": row["title"],
        "address": row["address"],
        "district": row["district"],
        "status": row["status"],
        "kind": "asking" if row["status"] == "active" else "sold",
        "price": from_minor(row["price"]),
        "final_price": None if row["final_price"] is None else from_minor(row["final_price"]),
        "price_on": _day(row["at"], zone),
        "area_total": row["area"],
        "rooms": row["rooms"],
        "floor": row["floor"],
        "floors_total": row["floors_total"],
        "year_built": row["year_built"],
        "price_per_m2": _whole(row["price"] / row["area"]),
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "distance_km": None if one.km is None else round(one.km, 2),
        "months_ago": round(known.months, 1),
        "days_on_market": days,
        "score": round(100 / (1 + one.distance)),
        "weight": round(one.weight, 4),
        "adjusted_price": _whole(one.adjusted),
        "adjusted_per_m2": _whole(one.adjusted / area),
        "adjustments": sorted(steps, key=lambda step: -abs(step["share"])),
    }


def _estimate(one: Estimate, found: Valuation, area: float, currency: str, say: Translator) -> dict[str, Any]:
    return {
        "price": _whole(one.price), "low": _whole(one.low), "high": _whole(one.high),
        "half_width": round(one.half_width, 4),
        "price_per_m2": _whole(one.price / area), "low_per_m2": _whole(one.low / area),
        "high_per_m2": _whole(one.high / area), "method": found.method, "interval": one.interval,
        "coverage": COVERAGE if one.interval == "conformal" else None, "confidence": one.confidence,
        "text": words.estimate(one, found, currency, say),
    }  # fmt: skip


def _position(price: int, estimate: Estimate, say: Translator) -> dict[str, Any]:
    return {
        "difference": round(price / estimate.price - 1, 4), "within": estimate.low <= price <= estimate.high,
        "text": words.position(price, estimate, say),
    }  # fmt: skip


def _spread(found: Sequence[Comparable]) -> dict[str, Any] | None:
    prices = [one.adjusted for one in found]
    if not prices:
        return None
    return {
        "low": _whole(min(prices)), "median": _whole(statistics.median(prices)),
        "average": _whole(statistics.fmean(prices)), "high": _whole(max(prices)),
    }  # fmt: skip


def _refusal(code: str, say: Translator, **params: Any) -> dict[str, str]:
    return {"code": code, "message": message(code, say.language, **params)}


def _median(values: Sequence[float]) -> float | None:
    return round(statistics.median(values), 4) if values else None


def _day(moment: str, zone: tzinfo) -> str:
    return datetime.fromisoformat(moment).astimezone(zone).date().isoformat()


def _minor(amount: float | None) -> int | None:
    return None if amount is None else round(amount * 100)


def _whole(minor: float) -> float:
    """An amount to whole units: nobody believes the kopecks of an estimate."""
    return from_minor(round(minor / 100) * 100)
