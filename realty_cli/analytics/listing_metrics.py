"""Numbers of listings: metrics.md, section 1. As of the end of a period, from histories, so that what was true of a
month stays true when a listing is edited later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

from realty_cli.analytics.listing_answers import Answers, answers
from realty_cli.analytics.listing_lives import OPEN, Numbers, gone, lives, open_ones, standing
from realty_cli.analytics.listing_tally import Tally, Window
from realty_cli.analytics.lives import Facts
from realty_cli.analytics.scope import Scope
from realty_cli.analytics.values import Measured, ratio
from realty_cli.events.kinds import EventStatus, EventType
from realty_cli.kit import periods
from realty_cli.kit.clock import stamp
from realty_cli.kit.moment import add_months
from realty_cli.properties.kinds import DealType, Status
from realty_cli.store.database import Connection, Row
from realty_cli.store.scope import visible

Key = tuple[str, str]
SHOWN = (EventType.SHOWING.value, EventType.OPEN_HOUSE.value)
_YEAR, _MONTH = timedelta(days=365), timedelta(days=30)
_WEEK = 7
#: Points of a listing that has everything; photos count up to eight, a description up to 300 characters.
POINTS = {
    "photos": 30, "description": 20, "place": 10, "price": 10, "area": 10, "address": 10, "year": 5, "rooms": 5,
}  # fmt: skip
_PHOTOS, _LETTERS = 8, 300


@dataclass(slots=True)
class ListingsFound:
    """`blocks` by kind of deal and currency, `totals` of all listings; money in minor units."""

    blocks: dict[Key, dict[str, Measured]] = field(default_factory=dict)
    totals: dict[str, Measured] = field(default_factory=dict)
    tallies: dict[Key, Tally] = field(default_factory=dict)
    statuses: dict[Key, dict[str, int]] = field(default_factory=dict)
    quality: dict[str, float | None] = field(default_factory=dict)


def window_of(scope: Scope) -> Window:
    end = scope.period.end
    months = periods.period("month", end, scope.zone)
    quarter, year = (
        periods.between(add_months(months.first, -back), months.first, scope.zone).start for back in (3, 12)
    )
    whole = end.astimezone(UTC)
    return Window(
        start=scope.start, end=scope.end, month_back=stamp(whole - _MONTH), year_back=stamp(whole - _YEAR),
        quarter=stamp(quarter), year=stamp(year), months=stamp(months.start),
    )  # fmt: skip


def measure(db: Connection, scope: Scope, currency: str, *, exclude_outliers: bool = False) -> ListingsFound:
    """`currency` is that of the agency: sales in it have a block even where there is nothing. `exclude_outliers`: see
    `Tally.measured`."""
    window = window_of(scope)
    sums = answers(db, scope)
    look = _look(db, scope, window, sums)
    statuses = None if sums is None else sums.statuses(window.end)
    if sums is not None and not sums.hold():
        statuses, look = None, _look(db, scope, window, None)
    tallies = look.tallies
    if (key := (DealType.SALE.value, scope.currency or currency)) not in tallies:
        tallies[key] = Tally(window)
    found = ListingsFound(tallies=dict(tallies))
    showings, portals = _showings(db, scope), _portals(db, scope)
    for key, tally in tallies.items():
        found.blocks[key] = {
            **tally.measured(exclude_outliers=exclude_outliers),
            **_pace(showings.get(key, 0), tally.active_days),
            **_portal_pace(portals.get(key), look.told[key]),
        }
    stood = _statuses(db, scope, tallies, look.was) if statuses is None else statuses
    found.statuses = {key: stood.get(key, {}) for key in tallies}
    found.totals = _totals(db, scope, list(tallies.values()))
    found.quality = _quality(list(tallies.values()))
    return found


class _Look:
    """Tallies of a window, how many of the listings in them stand as what, and the active days of those that a portal
    tells of."""

    def __init__(self, window: Window, tagged: set[int]) -> None:
        self.tallies: dict[Key, Tally] = defaultdict(lambda: Tally(window))
        self.was: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.told: dict[Key, float] = defaultdict(float)
        self._tagged = tagged

    def of(self, facts: Facts) -> Tally:
        return self.tallies[facts.deal_type, facts.currency]

    def still(self, rows: Iterable[Row]) -> None:
        """Listings of `Open.plain`."""
        kinds: dict[Key, list[Row]] = defaultdict(list)
        for row in rows:
            if row[1] in self._tagged:
                facts = Facts(*row[1:])
                self.note(facts, self.of(facts).add_still(facts))
            else:
                kinds[row[3], row[4]].append(row)
        for key, some in kinds.items():
            self.was[key][Status.ACTIVE] += len(some)
            self.tallies[key].add_plain(some)

    def note(self, facts: Facts, active: float) -> None:
        self.was[facts.deal_type, facts.currency][facts.status] += 1
        if facts.id in self._tagged:
            self.told[facts.deal_type, facts.currency] += active


def _look(db: Connection, scope: Scope, window: Window, sums: Answers | None) -> _Look:
    """Every listing that has to do with a window. What left the market for good before the period is most of a large
    agency; of a whole one the sums tell of that."""
    look, plain = _Look(window, _with_statistics(db, scope)), Numbers()
    since = min(window.start, window.year, window.year_back)
    moved: list[int] = []
    for some in standing(db, scope):
        moved += some.moved
        look.still(some.plain)
        for row in some.plain:
            plain.add(row[1])
        for facts, steps in some.priced:
            plain.add(facts.id)
            look.note(facts, look.of(facts).add_still(facts, steps))
    for facts, at, steps in gone(db, scope, since if sums is None else window.start):
        plain.add(facts.id)
        tally = look.of(facts)
        if at < window.end:
            look.note(facts, tally.add_gone(facts, at, steps))
        else:  # then it was on the market still
            look.note(facts, tally.add_still(facts._replace(status=Status.ACTIVE), steps))
    if sums is not None:
        for key, left in sums.left(window, since).items():
            look.tallies[key].add_left(left)
    rest = lives(db, scope, since, without=plain) if sums is None else sums.lives(window, since, plain, moved)
    for life in rest:
        look.note(life.facts, look.of(life.facts).add(life))
    return look


def _pace(showings: int, active_days: float) -> dict[str, Measured]:
    known = active_days >= _WEEK
    return {"showings_per_week": Measured(showings / (active_days / _WEEK) if known else None, showings)}


def _portal_pace(sums: tuple[int, int, int] | None, active_days: float) -> dict[str, Measured]:
    names = ("views_per_day", "contacts_per_day", "favourites_per_day")
    if sums is None:
        return {name: Measured(None, available=False) for name in names}
    return {
        name: Measured(number / active_days if active_days else None, round(active_days))
        for name, number in zip(names, sums, strict=True)
    }


def _totals(db: Connection, scope: Scope, tallies: list[Tally]) -> dict[str, Measured]:
    found: dict[str, Measured] = {}
    for tally in tallies:
        for name, one in tally.counted().items():
            before = found.get(name, Measured(0))
            found[name] = Measured((before.value or 0) + (one.value or 0), before.n + one.n)
    return {**found, "quality_score": _score(db, scope)}


def _quality(tallies: list[Tally]) -> dict[str, float | None]:
    stands = sum(tally.all.standing for tally in tallies)
    return {
        f"share_{name}": ratio(sum(tally.counts[name] for tally in tallies), stands).value
        for name in ("with_price", "with_area", "with_district", "with_listed_at")
    }


def _statuses(
    db: Connection, scope: Scope, tallies: dict[Key, Tally], was: dict[Key, dict[str, int]]
) -> dict[Key, dict[str, int]]:
    """How many listings of a block had each status at the end: those that stand as they stood, and those that lives
    tell of."""
    params: dict[str, Any] = {"end": scope.end}
    now: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for deal, currency, status, count in db.all(
        "SELECT p.deal_type, p.currency, p.status, count(*) FROM properties p"
        f" WHERE {scope.listings(params)} GROUP BY p.deal_type, p.currency, p.status",
        params,
    ):
        now[deal, currency][status] += count
    found = {
        key: {status.value: now[key][status] - was[key][status] + tally.statuses[status] for status in Status}
        for key, tally in tallies.items()
    }
    return {key: {name: count for name, count in counts.items() if count} for key, counts in found.items()}


def _showings(db: Connection, scope: Scope) -> dict[Key, int]:
    """Showings of the period that took place, of the listings of the scope."""
    params: dict[str, Any] = {"start": scope.start, "end": scope.end, "one": SHOWN[0], "two": SHOWN[1]}
    params["done"] = EventStatus.COMPLETED.value
    rows = db.all(
        "SELECT p.deal_type, p.currency, count(*) FROM event_instances i JOIN properties p ON p.id = i.property_id"
        " WHERE i.end_time > :start AND i.end_time <= :end AND i.status = :done AND i.event_type IN (:one, :two)"
        f" AND {visible(scope.actor, params, 'i')} AND {scope.listings(params)} GROUP BY p.deal_type, p.currency",
        params,
    )
    return {(deal, currency): count for deal, currency, count in rows}


def _days(scope: Scope) -> dict[str, Any]:
    return {"first": scope.period.first.isoformat(), "last": scope.period.last.isoformat()}


def _with_statistics(db: Connection, scope: Scope) -> set[int]:
    params = _days(scope)
    rows = db.all(
        "SELECT DISTINCT c.property_id FROM channel_stats c JOIN properties p ON p.id = c.property_id"
        f" WHERE c.day >= :first AND c.day <= :last AND {scope.listings(params)}",
        params,
    )
    return {row[0] for row in rows}


def _portals(db: Connection, scope: Scope) -> dict[Key, tuple[int, int, int]]:
    params = _days(scope)
    rows = db.all(
        "SELECT p.deal_type, p.currency, sum(c.views), sum(c.contacts), sum(c.favourites) FROM channel_stats c"
        f" JOIN properties p ON p.id = c.property_id WHERE c.day >= :first AND c.day <= :last"
        f" AND {scope.listings(params)} GROUP BY p.deal_type, p.currency",
        params,
    )
    return {(deal, currency): (int(views), int(said), int(kept)) for deal, currency, views, said, kept in rows}


def score() -> str:
    """SQL for how complete a listing `p` is, 0 to 100, as it stands now."""
    photos = "(SELECT count(*) FROM photos f WHERE f.property_id = p.id)"
    filled = " + ".join(
        f"CASE WHEN {condition} THEN {POINTS[name]} ELSE 0 END"
        for name, condition in (
            ("place", "p.latitude IS NOT NULL"),
            ("price", "p.price IS NOT NULL"),
            ("area", "coalesce(p.area_total, p.area_land) IS NOT NULL"),
            ("address", "p.address IS NOT NULL OR p.street IS NOT NULL"),
            ("year", "p.year_built IS NOT NULL"),
            ("rooms", "p.rooms IS NOT NULL OR p.property_type NOT IN ('apartment', 'house')"),
        )
    )
    written = _part("coalesce(length(p.description), 0)", _LETTERS, "description")
    return f"({filled} + {written} + {_part(photos, _PHOTOS, 'photos')})"


def _score(db: Connection, scope: Scope) -> Measured:
    params: dict[str, Any] = {"active": Status.ACTIVE.value}
    row = db.one(
        f"SELECT count(*), sum({score()}) FROM properties p{open_ones(db)}"
        f" WHERE {scope.listings(params)} AND {OPEN} AND p.status = :active",
        params,
    )
    assert row is not None
    count, points = row
    return Measured(float(points) / count if count else None, count)


def _part(number: str, most: int, name: str) -> str:
    """Points for a part of what would be enough."""
    return f"CASE WHEN {number} >= {most} THEN {POINTS[name]} ELSE {number} * {float(POINTS[name])} / {most} END"
