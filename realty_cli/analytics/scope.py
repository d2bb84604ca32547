"""What a question is about: whose rows, which of them, over which period, as of when.

Every query of this package narrows its rows here, so that no number can forget the rights of whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.analytics.kinds import Compare
from realty_cli.errors import Invalid, NotFound
from realty_cli.kit import periods
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.i18n import translator
from realty_cli.kit.moment import parse_date
from realty_cli.kit.periods import Period
from realty_cli.store.scope import visible
from realty_cli.store.selection import any_of

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.base import AnalyticsFilter

_MOMENT = timedelta(microseconds=1)
_OWN_BY_KEY = _("only your own: an administrator's key sees the whole agency with the scope admin")


@dataclass(frozen=True, slots=True)
class Scope:
    """`asked` is the whole period, `period` the part of it that has passed, `as_of` its end: min(end, now)."""

    actor: Actor
    asked: Period
    period: Period
    now: datetime
    owners: tuple[int, ...] | None = None
    property_types: tuple[str, ...] | None = None
    deal_types: tuple[str, ...] | None = None
    cities: tuple[str, ...] | None = None
    districts: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    currency: str | None = None

    @property
    def zone(self) -> tzinfo:
        return self.asked.zone

    @property
    def partial(self) -> bool:
        return self.period.end.astimezone(UTC) < self.asked.end.astimezone(UTC)

    @property
    def as_of(self) -> datetime:
        return self.period.end

    @property
    def start(self) -> str:
        """The stored form of the first moment inside."""
        return stamp(self.period.start)

    @property
    def end(self) -> str:
        """The stored form of the first moment after it: half-open. What happens at this very moment has happened."""
        return stamp(self.period.end + _MOMENT if self.partial else self.period.end)

    @property
    def whole(self) -> bool:
        """Whether it is about all that the store has, whosever."""
        filters = (
            self.owners, self.property_types, self.deal_types, self.cities, self.districts, self.sources, self.currency
        )  # fmt: skip
        return self.actor.sees_all and all(one is None for one in filters)

    def told(self, language: str) -> dict[str, str]:
        """Whose rows it is about, as `RowsTold`: a key without the scope `admin` sees an administrator's own alone."""
        say = translator(language).text
        if self.owners is not None and self.actor.sees_all:
            return {"rows": "agents", "text": say(_("of the agents chosen"))}
        if self.actor.sees_all:
            return {"rows": "agency", "text": say(_("of the whole agency"))}
        own = _("only your own") if self.actor.via != "key" or "admin" in self.actor.scopes else _OWN_BY_KEY
        return {"rows": "own", "text": say(own)}

    def over(self, asked: Period) -> Scope:
        """The same question about another period, of which what has passed counts."""
        return replace(self, asked=asked, period=periods.elapsed(asked, self.now))

    def cut(self, part: Period, asked: Period) -> Scope:
        """The same question about a part of a period, such as the same stretch of the one before."""
        return replace(self, asked=asked, period=part)

    def of_agent(self, owner: int) -> Scope:
        """The same question about one agent alone."""
        return replace(self, owners=(owner,))

    def before(self, how: str) -> Scope | None:
        """The same question about what the period is compared with: of a period that has not ended, the same stretch of
        the one before. None for no comparison; a period of one's own is given by `over`."""
        if how == Compare.PREVIOUS:
            find = periods.previous
        elif how == Compare.YEAR:
            find = periods.year_before
        else:
            return None
        return self.cut(find(self.asked, now=self.now), find(self.asked))

    def rows(self, params: dict[str, Any], alias: str = "") -> str:
        """A condition for rows that the actor may see and the filter of agents lets through. Binds into `params`."""
        condition = visible(self.actor, params, alias)
        if self.owners is not None:
            condition += " AND " + any_of(f"{_dot(alias)}owner_id", "agent", self.owners, params)
        return condition

    def listings(self, params: dict[str, Any], alias: str = "p") -> str:
        """`rows` for listings out of the bin, with the filters of kind and place."""
        dot = _dot(alias)
        parts = [self.rows(params, alias), f"{dot}deleted_at IS NULL"]
        for column, wanted in (
            ("property_type", self.property_types),
            ("deal_type", self.deal_types),
            ("city", self.cities),
            ("district", self.districts),
            ("source", self.sources),
        ):
            if wanted is not None:
                parts.append(any_of(dot + column, column, wanted, params))
        if self.currency is not None:
            params["currency"] = self.currency
            parts.append(f"{dot}currency = :currency")
        return " AND ".join(parts)


def _dot(alias: str) -> str:
    return f"{alias}." if alias else ""


def scope_of(actor: Actor, wanted: AnalyticsFilter, now: datetime, *, default: str = "month") -> Scope:
    """The scope that a filter names. Raises Invalid for an unreadable period, NotFound for somebody else's agent."""
    zone = ZoneInfo(actor.timezone)
    if wanted.agent is not None and not actor.sees_all and any(one != actor.id for one in wanted.agent):
        raise NotFound("account.not_found", id=next(one for one in wanted.agent if one != actor.id))
    asked = period_of(wanted.period, wanted.start_date, wanted.end_date, now, zone, default=default)
    return Scope(
        actor=actor, asked=asked, period=periods.elapsed(asked, now), now=now,
        owners=_some(wanted.agent), property_types=_some(wanted.property_type), deal_types=_some(wanted.deal_type),
        cities=_some(wanted.city), districts=_some(wanted.district), sources=_some(wanted.source),
        currency=wanted.currency,
    )  # fmt: skip


def refuse_ahead(scope: Scope, asked: Period, field: str) -> None:
    """Raises Invalid where a period has not begun: as of its end nothing is known, and what stands now is no number of
    it."""
    if asked.start.astimezone(UTC) > scope.now.astimezone(UTC):
        raise Invalid.one(field, "analytics.period_ahead", first=asked.first.isoformat())


def refuse_over(scope: Scope, wanted: AnalyticsFilter) -> None:
    """Raises Invalid where a period has ended, for what only tells how something stands today."""
    if not periods.is_partial(scope.asked, scope.now):
        field, today = ("period" if wanted.start_date is None else "end_date"), scope.now.astimezone(scope.zone).date()
        raise Invalid.one(field, "report.of_today", last=scope.asked.last.isoformat(), today=today.isoformat())


def period_of(
    name: str | None,
    first: str | None,
    last: str | None,
    now: datetime,
    zone: tzinfo,
    *,
    default: str = "month",
    field: str = "period",
) -> Period:
    """A period by its name, or by its first and its last date (both included, as people write them). With dates the
    name must be `custom` or left out."""
    if first is None and last is None:
        if name == "custom":
            raise Invalid.one("start_date", "analytics.dates_missing")
        return periods.parse_period(name or default, now=now, zone=zone, field=field)
    if name not in (None, "custom"):
        raise Invalid.one(field, "analytics.period_twice")
    if first is None:
        raise Invalid.one("start_date", "analytics.dates_missing")
    today = now.astimezone(zone).date()
    begin = parse_date(first, today=today, field="start_date")
    end = parse_date(last, today=today, field="end_date") if last is not None else max(begin, today)
    if end < begin:
        raise Invalid.one("end_date", "period.reversed", first=begin.isoformat(), last=end.isoformat())
    return _named(periods.between(begin, end, zone, field="end_date"), zone)


def _named(found: Period, zone: tzinfo) -> Period:
    """A month that was given by its dates is that month, and is compared as one."""
    for name in ("day", "week", "month", "quarter", "year"):
        whole = periods.period(name, found.start.astimezone(UTC), zone)
        if whole.start == found.start and whole.end == found.end:
            return whole
    return found


def _some(values: Sequence[Any] | None) -> tuple[Any, ...] | None:
    return None if values is None else tuple(values)


#: What computes a block of numbers for one scope.
Measure = Callable[[Scope], dict[str, Any]]
