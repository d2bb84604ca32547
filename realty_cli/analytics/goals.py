"""Targets, laid over any stretch of days.

A target is spread evenly over the working days of its own period, so that a part of a month has its part of the
month's target. Where several cover a day, the one of the shortest period counts: a month says more than its year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, NamedTuple

from realty_cli.analytics.scope import Scope
from realty_cli.deals.money_kinds import AMOUNTS, TargetMetric, TargetScope
from realty_cli.events import hours
from realty_cli.events.settings import Planning, settings_of
from realty_cli.kit.lazy import lazy
from realty_cli.store.database import Connection
from realty_cli.store.selection import any_of


class _Target(NamedTuple):
    owner: int
    scope: str
    metric: str
    first: date
    last: date
    value: float
    currency: str | None


class WorkingDays:
    """Which days are worked, by the working hours and the holidays of one account."""

    def __init__(self, planning: Planning) -> None:
        self._planning, self._week = planning, planning.week()
        self._known: dict[date, bool] = {}

    def is_one(self, day: date) -> bool:
        if day not in self._known:
            self._known[day] = bool(hours.ranges_on(day, self._week, self._planning.day_of(day)))
        return self._known[day]

    def count(self, first: date, last: date) -> int:
        """How many of the days, both included, are worked."""
        return sum(self.is_one(day) for day in days_of(first, last))


class Goals:
    """The targets that a scope is held against: the agency's where all of it is asked about, else those of its
    agents, added up."""

    def __init__(self, db: Connection, scope: Scope) -> None:
        self._db, self._scope = db, scope

    @lazy
    def days(self) -> WorkingDays:
        return WorkingDays(settings_of(self._db, self._scope.actor.id))

    @property
    def whole_agency(self) -> bool:
        return self._scope.actor.sees_all and self._scope.owners is None

    def amount(self, metric: TargetMetric, first: date, last: date, currency: str | None = None) -> float | None:
        """What is to be reached in these days, both included: minor units of `currency`, or a count. None unless
        targets cover all of them: what a month was to bring says nothing of its quarter."""
        fitting = [
            one for one in self._all if one.metric == metric and (metric not in AMOUNTS or one.currency == currency)
        ]
        ours = [one for one in fitting if one.scope == TargetScope.AGENCY]
        if self.whole_agency and ours:
            return self._laid(ours, first, last)
        theirs = [one for one in fitting if one.scope == TargetScope.AGENT]
        owners = {one.owner for one in theirs}
        if not owners or (self.whole_agency and not self.sellers <= owners):
            return None
        parts = [self._laid([one for one in theirs if one.owner == owner], first, last) for owner in sorted(owners)]
        found = [part for part in parts if part is not None]
        return sum(found) if len(found) == len(parts) else None

    @lazy
    def sellers(self) -> set[int]:
        """The accounts with deals: of an agency without a target of its own, each must have one for their sum to say
        what all of them are to reach."""
        rows = self._db.all(
            "SELECT id FROM accounts a WHERE EXISTS"
            " (SELECT 1 FROM deals d WHERE d.owner_id = a.id AND d.deleted_at IS NULL)"
        )
        return {row[0] for row in rows}

    def currencies(self) -> set[str]:
        """Those in which there is any target."""
        return {one.currency for one in self._all if one.currency is not None}

    def _laid(self, targets: Iterable[_Target], first: date, last: date) -> float | None:
        by_length = sorted(targets, key=lambda one: (one.last - one.first, one.first))
        used: dict[_Target, int] = {}
        for day in days_of(first, last):
            covering = next((one for one in by_length if one.first <= day <= one.last), None)
            if covering is None:
                return None
            used[covering] = used.get(covering, 0) + self._counts(covering, day)
        return sum(one.value * days / self._whole(one) for one, days in used.items())

    def _counts(self, target: _Target, day: date) -> int:
        """A day that is not worked has no part in a target, unless none of its days is worked."""
        return int(self.days.is_one(day) or not self.days.count(target.first, target.last))

    def _whole(self, target: _Target) -> int:
        return self.days.count(target.first, target.last) or (target.last - target.first).days + 1

    @lazy
    def _all(self) -> list[_Target]:
        scope = self._scope
        if any((scope.property_types, scope.deal_types, scope.cities, scope.districts, scope.sources)):
            # A target is for all that somebody does, and says nothing of a part of it.
            return []
        params: dict[str, Any] = {}
        condition = "1 = 1"
        if not self.whole_agency:
            owners = self._scope.owners if self._scope.owners is not None else (self._scope.actor.id,)
            condition = any_of("owner_id", "agent", owners, params) + " AND scope = 'agent'"
        if not self._scope.actor.sees_all:
            params["me"] = self._scope.actor.id
            condition += " AND owner_id = :me"
        rows = self._db.all(
            "SELECT owner_id, scope, metric, starts_on, ends_on, value, currency FROM targets"
            f" WHERE deleted_at IS NULL AND {condition} ORDER BY id",
            params,
        )
        return [
            _Target(
                row[0], row[1], row[2], date.fromisoformat(row[3]), date.fromisoformat(row[4]),
                row[5] if row[2] in AMOUNTS else row[5] / 100, row[6],
            )
            for row in rows
        ]  # fmt: skip


def days_of(first: date, last: date) -> Iterable[date]:
    """The dates from one to another, both included."""
    return (first + timedelta(days=at) for at in range((last - first).days + 1))
