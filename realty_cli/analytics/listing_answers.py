"""What the sums of listings answer: counts as of any moment, and between any two, of a whole agency.

The sums of days end on midnights of UTC; what lies between one and a moment is counted move by move, and what has
changed since the sums were written is taken out and put in life by life. So the answer is that of the lives, to the
microsecond, in any zone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from operator import add
from typing import Any, NamedTuple

from realty_cli.analytics.listing_groups import Left
from realty_cli.analytics.listing_lives import Numbers, lives_of
from realty_cli.analytics.listing_moves import COUNTED, DAY, STOCK, Move, micros, moves_of
from realty_cli.analytics.listing_sums import LONG, State, changed, state_of
from realty_cli.analytics.listing_tally import Window
from realty_cli.analytics.lives import Life
from realty_cli.analytics.scope import Scope
from realty_cli.store.database import Connection, Row
from realty_cli.store.selection import among, any_of

Key = tuple[str, str]
#: Where in `COUNTED` stocks end, and zeros up to what counts once however often a listing did it.
_FLOW = len(STOCK)
_NOT_AGAIN = (0,) * (_FLOW + 1)
#: What an index of the moves that are not plain is of: said as well, though it follows.
_MOVED = "plain < 1"
#: Stand in a text of several between its parts, and for one that is not known: signs that nobody can type.
_BETWEEN, _NONE = "\x1f", "\x1e"
_SUMS = ", ".join(f"sum({name})" for name in COUNTED)


class Counts(NamedTuple):
    """What there was up to a moment, by the names of `listing_moves.COUNTED`."""

    drafts: int = 0
    stands: int = 0
    holds: int = 0
    sold: int = 0
    rented: int = 0
    off: int = 0
    comes: int = 0
    reserved: int = 0
    closed: int = 0
    withdrawn: int = 0

    def plus(self, other: Iterable[int], sign: int = 1) -> Counts:
        return Counts(*(one + sign * two for one, two in zip(self, other, strict=True)))


#: Beginning and end, as stored texts: half-open.
Stretch = tuple[str, str]


class Answers:
    """Made by `answers`."""

    def __init__(
        self, db: Connection, scope: Scope, state: State, numbers: Sequence[int] = (), out: Sequence[Move] = (),
        put: Sequence[Move] = (),
    ) -> None:  # fmt: skip
        """`numbers` are listings that have changed since, `out` their moves that are summed, `put` those of today."""
        self._db, self._scope, self._state, self._changed = db, scope, state, numbers
        self._out, self._put = self._ours(out), self._ours(put)
        self._gone = {move.property_id for move in self._out}

    @property
    def changed(self) -> Sequence[int]:
        """The listings of which the sums do not know what they are now, in order."""
        return self._changed

    def asks(self, columns: str, condition: str, params: Mapping[str, Any], key: Key) -> Iterator[list[Row]]:
        """What was asked for listings of a kind, and has not changed since, in batches."""
        bound: dict[str, Any] = {**params, "of_deal": key[0], "of_currency": key[1]}
        ours = self._where(bound, whole=False)
        return self._db.batches(
            f"SELECT {columns} FROM listing_asks WHERE {condition} AND deal_type = :of_deal"
            f" AND currency = :of_currency{ours}",
            bound,
        )

    def hold(self) -> bool:
        """Whether nobody has written the sums meanwhile: PostgreSQL shows every statement what is there by then."""
        return self._db.sqlite or state_of(self._db) == self._state

    def counted(self, stretches: Sequence[Stretch]) -> list[dict[Key, Counts]]:
        """For each stretch what stood on the market at its end, how many came to it, and how many listings were
        reserved, closed and withdrawn in it. Kinds without any of these are left out."""
        spans = [(micros(start), micros(end)) for start, end in stretches]
        edges = sorted({edge for span in spans for edge in span})
        before = dict(zip(edges, self._before(edges), strict=True))
        again = self._again(edges[0], edges[-1])
        times = [move.at for move in again]
        found = []
        for start, end in spans:
            counts = {}
            for key, until in before[end].items():
                counts[key] = Counts(*until[:_FLOW], *until.plus(before[start].get(key, Counts()), -1)[_FLOW:])
            for move in again[bisect_left(times, start) : bisect_left(times, end)]:
                if move.earlier is not None and move.earlier >= start:
                    key = (move.deal_type, move.currency)
                    counts[key] = counts[key].plus((*_NOT_AGAIN, *move.counts[len(_NOT_AGAIN) :]), -1)
            found.append({key: one for key, one in counts.items() if one.stands or any(one[_FLOW:])})
        return found

    def statuses(self, end: str) -> dict[Key, dict[str, int]]:
        """How many listings had each status just before a moment."""
        (found,) = self._before([micros(end)])
        return {
            key: {status.value: count for status, name in STOCK.items() if (count := getattr(counts, name))}
            for key, counts in found.items()
        }

    def days(self, start: str, end: str) -> dict[Key, list[float]]:
        """The days on the market of what was closed in a stretch, each listing by its last closing in it."""
        low, high = micros(start), micros(end)
        params: dict[str, Any] = {"start": low, "end": high}
        where = self._where(params, whole=False)
        found: dict[Key, list[float]] = defaultdict(list)
        # Kinds are few, and asked for one by one: to name the kind of each of many rows costs as much as all the rest.
        for deal, currency in self._db.all("SELECT deal_type, currency FROM listing_days GROUP BY deal_type, currency"):
            if some := self._db.all(
                "SELECT days FROM listing_moves WHERE closed = 1 AND days IS NOT NULL AND deal_type = :of_deal"
                " AND currency = :of_currency AND at >= :start AND at < :end AND (later IS NULL OR later >= :end)"
                + where,
                {**params, "of_deal": deal, "of_currency": currency},
            ):
                found[deal, currency] = [days for (days,) in some]
        for move in self._put:
            last = move.later is None or move.later >= high
            if move.closed and move.days is not None and low <= move.at < high and last:
                found[move.deal_type, move.currency].append(move.days)
        return found

    def taken(self, start: str, end: str) -> set[int]:
        """The listings that were sold or let in a stretch."""
        low, high = micros(start), micros(end)
        params: dict[str, Any] = {"start": low, "end": high}
        rows = self._db.all(
            "SELECT DISTINCT property_id FROM listing_moves WHERE closed = 1 AND at >= :start AND at < :end"
            f"{self._where(params, whole=False)}",
            params,
        )
        newly = {move.property_id for move in self._put if move.closed and low <= move.at < high}
        return newly.union(*rows)

    def left(self, window: Window, since: str) -> dict[Key, Left]:
        """What had left the market once and for all between a moment and the beginning of a period, apart from what has
        changed since the sums were written."""
        begins = {name: micros(getattr(window, name)) for name in ("quarter", "year", "year_back", "months")}
        first, last = micros(since), micros(window.start)
        edges = sorted({first, last, *(one for one in begins.values() if first < one < last)})
        params: dict[str, Any] = {"between": _BETWEEN, "none": _NONE}
        # All but the days as one text: there are some thousands of these, and a text costs as much as a number.
        texts = ("deal_type", "currency", "property_type", "coalesce(district, :none)",
                 "coalesce(CAST(rooms AS text), :none)", "CAST(closed AS text)")  # fmt: skip
        found: dict[Key, Left] = defaultdict(Left)
        for start, end in pairwise(edges):
            alike: dict[str, list[float | None]] = defaultdict(list)
            params |= {"start": start, "end": end}
            for days, like in self._db.stream(
                f"SELECT days, {' || :between || '.join(texts)} FROM listing_moves"
                " WHERE plain = 1 AND property_type IS NOT NULL AND at >= :start AND at < :end"
                f"{self._where(params, whole=False)}",
                params,
            ):
                alike[like].append(days)
            in_quarter, in_year = (begins[name] <= start < begins["months"] for name in ("quarter", "year"))
            for like, spans in alike.items():
                deal, currency, kind, district, rooms, closed = like.split(_BETWEEN)
                some = found[deal, currency]
                some.quarter += len(spans) * in_quarter * int(closed)
                some.year += len(spans) * in_year * int(closed)
                if start >= begins["year_back"] and (known := [one for one in spans if one is not None]):
                    place = None if district == _NONE else district
                    some.days[kind, place, None if rooms == _NONE else int(rooms), int(closed)] += known
        return found

    def lives(self, window: Window, since: str, without: Numbers, moved: Iterable[int]) -> Iterator[Life]:
        """The lives that reach beyond a moment and are not in `left`; `without` are those that are told already,
        `moved` the open listings that have a history."""
        params: dict[str, Any] = {"since": micros(since), "start": micros(window.start)}
        ways = ("at >= :start", f"{_MOVED} AND plain = 0 AND at >= :since", f"{_MOVED} AND plain = -1")
        ours = self._where(params)
        sql = " UNION ALL ".join(f"SELECT property_id FROM listing_moves WHERE {way}{ours}" for way in ways)
        rows = self._db.stream(sql, params)
        numbers = {row[0] for row in rows if row[0] not in without}
        numbers.update(one for one in (*moved, *self._changed) if one not in without)
        deals, currency = self._scope.deal_types, self._scope.currency
        for life in lives_of(self._db, sorted(numbers)):
            facts = life.facts
            if (deals is None or facts.deal_type in deals) and (currency is None or facts.currency == currency):
                yield life

    def _before(self, places: Sequence[int]) -> list[dict[Key, Counts]]:
        """What there was before each of these moments, which are in order: up to the nearest midnight by days, and from
        there by moves."""
        midnights = [(place + DAY // 2) // DAY for place in places]
        params: dict[str, Any] = {"first": midnights[0], "last": midnights[-1]}
        ours = self._where(params)
        running: dict[Key, Sequence[int]] = defaultdict(Counts)
        for row in self._db.all(
            f"SELECT deal_type, currency, {_SUMS} FROM listing_days WHERE day < :first{ours}"
            " GROUP BY deal_type, currency",
            params,
        ):
            running[row[0], row[1]] = tuple(map(int, row[2:]))
        days = iter(self._db.all(
            f"SELECT day, deal_type, currency, {', '.join(COUNTED)} FROM listing_days"
            f" WHERE day >= :first AND day < :last{ours} ORDER BY day",
            params,
        ))  # fmt: skip
        found, day = [], next(days, None)
        for place, midnight in zip(places, midnights, strict=True):
            while day is not None and day[0] < midnight:
                running[day[1], day[2]] = tuple(map(add, running[day[1], day[2]], day[3:]))
                day = next(days, None)
            found.append(self._from(midnight * DAY, running, place))
        for sign, moves in ((-1, self._out), (1, self._put)):
            for move in moves:
                key = (move.deal_type, move.currency)
                for counts in found[bisect_right(places, move.at) :]:
                    counts[key] = counts[key].plus(move.counts, sign)
        return found

    def _from(self, midnight: int, running: dict[Key, Sequence[int]], place: int) -> dict[Key, Counts]:
        """What there was before a moment, from what there was before a midnight not far from it."""
        found = defaultdict(Counts, {key: Counts(*counts) for key, counts in running.items()})
        params: dict[str, Any] = {"low": min(midnight, place), "high": max(midnight, place)}
        for row in self._db.all(
            f"SELECT deal_type, currency, {_SUMS} FROM listing_moves"
            f" WHERE at >= :low AND at < :high{self._where(params)} GROUP BY deal_type, currency",
            params,
        ):
            found[row[0], row[1]] = found[row[0], row[1]].plus(map(int, row[2:]), 1 if midnight < place else -1)
        return found

    def open_now(self) -> set[Key]:
        """The kinds of which any listing is open as it stands."""
        params: dict[str, Any] = {}
        counts: dict[Key, int] = defaultdict(int)
        for deal, currency, opens in self._db.all(
            "SELECT deal_type, currency, sum(drafts + stands + holds) FROM listing_days"
            f" WHERE 1 = 1{self._where(params)} GROUP BY deal_type, currency",
            params,
        ):
            counts[deal, currency] += int(opens)
        for sign, moves in ((-1, self._out), (1, self._put)):
            for move in moves:
                counts[move.deal_type, move.currency] += sign * (move.drafts + move.stands + move.holds)
        return {key for key, count in counts.items() if count}

    def _again(self, start: int, end: int) -> list[Move]:
        """What listings did in a stretch and had done before, in order."""
        params: dict[str, Any] = {"start": start, "end": end}
        rows = self._db.all(
            f"SELECT {', '.join(Move._fields)} FROM listing_moves"
            f" WHERE {_MOVED} AND plain IN (0, -1) AND earlier IS NOT NULL AND at >= :start AND at < :end"
            f"{self._where(params, whole=False)}",
            params,
        )
        newly = (move for move in self._put if move.earlier is not None and start <= move.at < end)
        return sorted([*(Move(*row) for row in rows), *newly])

    def _ours(self, moves: Iterable[Move]) -> list[Move]:
        deals, currency = self._scope.deal_types, self._scope.currency
        return [
            one for one in moves
            if (deals is None or one.deal_type in deals) and (currency is None or one.currency == currency)
        ]  # fmt: skip

    def _where(self, params: dict[str, Any], *, whole: bool = True) -> str:
        """The kinds of the scope; for moves that are not `whole`, without the listings that have changed."""
        parts = [""]
        if self._scope.deal_types is not None:
            parts.append(any_of("deal_type", "deal_type", self._scope.deal_types, params))
        if self._scope.currency is not None:
            params["currency"] = self._scope.currency
            parts.append("currency = :currency")
        if not whole and self._gone:
            parts.append("NOT " + among(self._db, "property_id", "gone", sorted(self._gone), params))
        return " AND ".join(parts)


def answers(db: Connection, scope: Scope) -> Answers | None:
    """What the sums answer of a scope: none of a part of an agency, nor where the sums are not made yet or lag far
    behind. Then the lives themselves are to be asked."""
    narrowed = (scope.owners, scope.property_types, scope.cities, scope.districts, scope.sources)
    if not scope.actor.sees_all or any(one is not None for one in narrowed):
        return None
    state = state_of(db)
    if state is None or not state.whole:
        return None
    numbers, upto = changed(db, state, LONG)
    if upto is not None or len(numbers) > LONG:
        return None
    if not numbers:
        return Answers(db, scope, state)
    params: dict[str, Any] = {}
    rows = db.all(
        f"SELECT {', '.join(Move._fields)} FROM listing_moves"
        f" WHERE {among(db, 'property_id', 'some', numbers, params)}",
        params,
    )
    put = [move for life in lives_of(db, numbers) for move in moves_of(life)]
    return Answers(db, scope, state, numbers, [Move(*row) for row in rows], put)
