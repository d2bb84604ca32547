"""How one listing does: its days and prices, who came and asked, what they said, and where its price stands.

Nothing in it names a client, so that an owner may see it.
"""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.analytics.lives import ANEW, CORRECTION, Facts, Life, prices_of, spells_of
from realty_cli.auth.policy import Act, require
from realty_cli.clients.reads import is_mine
from realty_cli.events.care_kinds import PriceOpinion
from realty_cli.events.figures import SHOWN
from realty_cli.events.kinds import EventStatus
from realty_cli.kit.clock import stamp
from realty_cli.kit.money import from_minor
from realty_cli.properties.service import PropertyService
from realty_cli.properties.valuing import ValuingService
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

_WEEKS = 12
#: Listings of its kind from which their usual time on the market is told, and how far back they were taken.
_LIKE, _LIKE_DAYS = 5, 365
_OPEN = frozenset({EventStatus.SCHEDULED, EventStatus.CONFIRMED, EventStatus.IN_PROGRESS})
_DOTS = 6


class ListingStory:
    def __init__(self, analytics: Analytics) -> None:
        self._db, self._actor, self._clock = analytics.db, analytics.actor, analytics.clock
        self._properties = PropertyService(
            analytics.db, analytics.actor, analytics.clock, analytics.settings, analytics.log, is_mine
        )

    def show(self, number: int, language: str) -> dict[str, Any]:
        """See `PropertyAnalytics`."""
        require(self._actor, Act.ANALYTICS_READ)
        listing = self._properties.get(number)
        now, zone = self._clock.now(), ZoneInfo(self._actor.timezone)
        life = self._life(number)
        until = stamp(now)
        current, whole = life.on_market(until), life.on_market(until, gap=ANEW)
        spent = None if current is None else int(current[1])
        like, n_like = self._like(listing, now)
        visits = self._visits(number)
        asked = self._asked(number, zone)
        called = self._rows("interactions", "p.at", number, " AND p.channel = 'call'")
        began = listing["listed_at"] or listing["created_at"]
        days = _days_of(asked, self._contacts(number))
        return {
            "property_id": number, "title": listing["title"], "status": listing["status"],
            "currency": listing["currency"], "as_of": until, "days_on_market": spent,
            "cumulative_days": None if whole is None else int(whole[1]), "comparable_days_median": like,
            "comparable_days_n": n_like,
            "exposure_index": round(spent / like, 2) if spent is not None and like else None,
            "price": _price(life), "price_history": _prices(life, began, zone), "showings": _showings(visits, now),
            "enquiries": _enquiries(asked, days, now.astimezone(zone).date()), "calls": len(called),
            "weeks": _weeks(visits, days, life, began, now, zone), "feedback": self._feedback(number),
            "channels": self._channels(number), "position": self._position(number, language),
        }  # fmt: skip

    def _life(self, number: int) -> Life:
        row = self._db.one(
            "SELECT id, owner_id, deal_type, currency, property_type, district, rooms, status, price, final_price,"
            " area_total, listed_at, created_at, closed_at FROM properties WHERE id = :id",
            {"id": number},
        )
        assert row is not None
        moves, prices = (
            self._db.all(
                f"SELECT old_{name}, new_{name}, effective_at FROM {table}"
                " WHERE property_id = :id AND withdrawn_by IS NULL ORDER BY id",
                {"id": number},
            )
            for name, table in (("status", "property_statuses"), ("price", "property_prices"))
        )
        facts = Facts(*row)
        return Life(facts, spells_of(facts, [tuple(one) for one in moves]), prices_of(tuple(one) for one in prices))

    def _like(self, listing: Mapping[str, Any], now: datetime) -> tuple[float | None, int]:
        """The median days from listing to closing of its kind, nearest place first, and of how many."""
        for place in ("district", "city"):
            if not listing[place]:
                continue
            params: dict[str, Any] = {
                "deal": listing["deal_type"], "kind": listing["property_type"], "place": listing[place],
                "since": stamp(now - timedelta(days=_LIKE_DAYS)), "self": listing["id"],
            }  # fmt: skip
            rooms = ""
            if listing["rooms"] is not None:
                rooms = " AND p.rooms BETWEEN :fewest AND :most"
                params |= {"fewest": listing["rooms"] - 1, "most": listing["rooms"] + 1}
            rows = self._db.all(
                "SELECT p.listed_at, p.closed_at FROM properties p WHERE p.deleted_at IS NULL AND p.deal_type = :deal"
                f" AND p.property_type = :kind AND p.{place} = :place AND p.status IN ('sold', 'rented')"
                f" AND p.closed_at >= :since AND p.listed_at <= p.closed_at AND p.id <> :self{rooms}"
                f" AND {visible(self._actor, params, 'p')}",
                params,
            )
            if len(rows) >= _LIKE:
                spans = [(_moment(end) - _moment(start)).total_seconds() / 86_400 for start, end in rows]
                return round(statistics.median(spans), 1), len(rows)
        return None, 0

    def _rows(self, table: str, columns: str, number: int, more: str = "") -> list[Any]:
        params: dict[str, Any] = {"id": number}
        scope = visible(self._actor, params, "p")
        return self._db.all(
            f"SELECT {columns} FROM {table} p WHERE p.property_id = :id AND p.deleted_at IS NULL{more} AND {scope}",
            params,
        )

    def _asked(self, number: int, zone: tzinfo) -> list[tuple[date, str | None]]:
        """The day and source of each enquiry that we know of: those who want it and have a lead about it, and, once
        each, clients without one who turned to us about it."""
        leads = self._rows("leads", "p.client_id, p.created_at, p.source", number, " AND p.side IN ('buyer', 'tenant')")
        talks = self._rows("interactions", "p.client_id, p.at", number, " AND p.direction = 'in'")
        known = {client for client, _, _ in leads}
        found = [(_day(at, zone), source) for _, at, source in leads]
        for client, at in sorted(talks, key=lambda talk: talk[1]):
            if client not in known:
                known.add(client)
                found.append((_day(at, zone), None))
        return found

    def _contacts(self, number: int) -> dict[tuple[date, str], int]:
        """What portals counted by day and portal. Who may see the listing may see this."""
        rows = self._db.all(
            "SELECT day, portal, contacts FROM channel_stats WHERE property_id = :id AND contacts > 0", {"id": number}
        )
        found: Counter[tuple[date, str]] = Counter()
        for day, portal, contacts in rows:
            found[date.fromisoformat(day), portal.casefold()] += int(contacts)
        return found

    def _visits(self, number: int) -> list[tuple[datetime, datetime, str]]:
        """When each showing begins and ends, and how it stands; what was put off is where it went to."""
        params: dict[str, Any] = {"id": number}
        kinds = ", ".join(f"'{one.value}'" for one in SHOWN)
        rows = self._db.all(
            "SELECT i.start_time, i.end_time, i.status FROM event_instances i JOIN events e ON e.id = i.event_id"
            f" WHERE i.property_id = :id AND i.event_type IN ({kinds}) AND e.deleted_at IS NULL"
            f" AND e.rescheduled_to IS NULL AND {visible(self._actor, params, 'i')}",
            params,
        )
        return [(_moment(start), _moment(end), status) for start, end, status in rows]

    def _feedback(self, number: int) -> dict[str, Any]:
        rows = self._rows("showing_feedback", "p.rating, p.price_opinion, p.objections", number)
        ratings = [rating for rating, _, _ in rows if rating is not None]
        prices = [opinion for _, opinion, _ in rows if opinion is not None]
        minded = Counter(
            " ".join(one.split()).casefold() for _, _, said in rows if said for one in set(orjson.loads(said)) if one
        )
        return {
            "n": len(rows),
            "mean_rating": round(statistics.fmean(ratings), 2) if ratings else None,
            "objections": [
                {"code": text, "label": text, "count": count}
                for text, count in sorted(minded.items(), key=lambda one: (-one[1], one[0]))[:20]
            ],
            "expensive_share": round(prices.count(PriceOpinion.HIGH) / len(prices), 4) if prices else None,
        }

    def _channels(self, number: int) -> dict[str, int] | None:
        """What portals counted of it in all; None where none did. Who may see the listing may see this."""
        row = self._db.one(
            "SELECT count(*), sum(views), sum(contacts), sum(favourites) FROM channel_stats WHERE property_id = :id",
            {"id": number},
        )
        if row is None or not row[0]:
            return None
        return {"views": int(row[1]), "contacts": int(row[2]), "favourites": int(row[3])}

    def _position(self, number: int, language: str) -> dict[str, Any] | None:
        found = ValuingService(self._properties).compare(number, language)
        estimate, where = found["estimate"], found["position"]
        if estimate is None or where is None:
            return None
        own = {"property_id": number, "price_per_m2": round(found["price"] / found["area_total"]), "own": True}
        dots = [
            {"property_id": one["property_id"], "price_per_m2": one["adjusted_per_m2"], "own": False}
            for one in found["items"][:_DOTS]
        ]
        return {
            "difference": where["difference"], "within": where["within"], "text": where["text"],
            "estimate": estimate["price"], "low": estimate["low"], "high": estimate["high"],
            "confidence": estimate["confidence"], "dots": [own, *dots],
        }  # fmt: skip


def _price(life: Life) -> dict[str, Any]:
    now, first = life.facts.price, life.first_price
    return {
        "current": None if now is None else from_minor(now),
        "first": None if first is None else from_minor(first),
        "reductions": sum(step.depth >= CORRECTION for step in life.prices),
        "change_share": round(now / first - 1, 4) if now is not None and first else None,
    }


def _prices(life: Life, began: str, zone: tzinfo) -> list[dict[str, Any]]:
    first = life.prices[0].old if life.prices else life.facts.price
    known = [(began, first), *((step.at, step.new) for step in life.prices)]
    return [{"on": _day(at, zone).isoformat(), "price": from_minor(price)} for at, price in known if price is not None]


def _showings(visits: Sequence[tuple[datetime, datetime, str]], now: datetime) -> dict[str, int]:
    states = Counter(status for _, end, status in visits if end <= now)
    week = now - timedelta(days=7)
    return {
        "last_7": sum(status == EventStatus.COMPLETED and week < end <= now for _, end, status in visits),
        "total": states[EventStatus.COMPLETED],
        "upcoming": sum(status in _OPEN and end > now for _, end, status in visits),
        "cancelled": states[EventStatus.CANCELLED],
        "no_show": states[EventStatus.NO_SHOW],
    }


def _days_of(
    asked: Sequence[tuple[date, str | None]], contacts: Mapping[tuple[date, str], int]
) -> dict[date, tuple[int, int]]:
    """By day, the contacts that portals report, and what of the enquiries known to us is not among those: one that came
    by a portal is, as far as that portal counted as many on that day."""
    reported: Counter[date] = Counter()
    for (day, _portal), count in contacts.items():
        reported[day] += count
    beyond: Counter[date] = Counter()
    for (day, source), count in Counter((day, (source or "").casefold()) for day, source in asked).items():
        beyond[day] += max(0, count - contacts.get((day, source), 0))
    return {day: (reported[day], beyond[day]) for day in reported.keys() | beyond.keys()}


def _enquiries(
    asked: Sequence[tuple[date, str | None]], days: Mapping[date, tuple[int, int]], today: date
) -> dict[str, Any]:
    week = today - timedelta(days=7)
    sources = Counter(source for _, source in asked)
    return {
        "last_7": sum(sum(both) for day, both in days.items() if day > week),
        "total": sum(sum(both) for both in days.values()),
        "on_portals": sum(reported for reported, _ in days.values()),
        "to_us": len(asked),
        "by_source": [
            {"source": source, "count": count}
            for source, count in sorted(sources.items(), key=lambda one: (-one[1], one[0] or ""))
        ],
    }


def _weeks(
    visits: Sequence[tuple[datetime, datetime, str]],
    days: Mapping[date, tuple[int, int]],
    life: Life,
    began: str,
    now: datetime,
    zone: tzinfo,
) -> list[dict[str, Any]]:
    """The last weeks on the market, from Monday to Sunday of the actor's zone, the oldest first."""
    shown = Counter(
        _monday(end.astimezone(zone).date())
        for _, end, status in visits
        if status == EventStatus.COMPLETED and end <= now
    )
    came: Counter[date] = Counter()
    for day, both in days.items():
        came[_monday(day)] += sum(both)
    changed = Counter(_monday(_day(step.at, zone)) for step in life.prices)
    last = _monday(now.astimezone(zone).date())
    first = max(_monday(_day(began, zone)), last - timedelta(weeks=_WEEKS - 1))
    weeks = [first + timedelta(weeks=at) for at in range((last - first).days // 7 + 1)]
    return [
        {"week": one.isoformat(), "showings": shown[one], "enquiries": came[one], "price_changes": changed[one]}
        for one in weeks
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day(text: str, zone: tzinfo) -> date:
    return _moment(text).astimezone(zone).date()
