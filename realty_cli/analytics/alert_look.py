"""What the rules look at: the store at a moment, the accounts, and what each of them has set."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from realty_cli.analytics.alert_kinds import Finding, Rule
from realty_cli.events import hours
from realty_cli.events.settings import Planning, settings_of
from realty_cli.kit.clock import stamp
from realty_cli.notify import outbox
from realty_cli.store.database import Connection

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics
    from realty_cli.properties.valuing import ValuingService

#: The most that one rule tells one account of, what matters most first.
MOST = 20
#: Working time is counted no further back.
_WORKED = timedelta(days=14)


class Account(NamedTuple):
    id: int
    username: str
    zone: ZoneInfo
    language: str
    addresses: Mapping[str, str]
    """Where each channel of letters reaches the account, in no order."""
    sees_all: bool


def accounts(db: Connection) -> dict[int, Account]:
    """Everybody who works here."""
    rows = db.all(
        "SELECT id, username, timezone, language, trusted_email, telegram_id, role FROM accounts"
        " WHERE is_active = :yes ORDER BY id",
        {"yes": True},
    )
    return {
        number: Account(
            number, name, ZoneInfo(zone), language,
            _addresses(email, telegram), role == "admin",
        )
        for number, name, zone, language, email, telegram, role in rows
    }  # fmt: skip


def addresses_of(db: Connection, account: int) -> dict[str, str]:
    """Where each channel of letters reaches an account."""
    row = db.one("SELECT trusted_email, telegram_id FROM accounts WHERE id = :id", {"id": account})
    return {} if row is None else _addresses(*row)


def _addresses(email: str | None, telegram: int | None) -> dict[str, str]:
    return {way: str(to) for way, to in ((outbox.EMAIL, email), (outbox.TELEGRAM, telegram)) if to}


class Desk(Protocol):
    """What an account can ask."""

    @property
    def analytics(self) -> Analytics: ...

    @property
    def valuing(self) -> ValuingService: ...


@dataclass
class Look:
    """`backups` is the folder of backups, None where somebody else makes them; `desk` is where an account asks."""

    db: Connection
    now: datetime
    people: Mapping[int, Account]
    backups: Path | None = None
    desk: Callable[[Connection, int], Desk] | None = None
    valued: dict[int, dict[str, Any]] = field(default_factory=dict)
    """What listings are worth, as it was asked in this round."""
    _planning: dict[int, Planning] = field(default_factory=dict)

    @cached_property
    def at(self) -> str:
        return stamp(self.now)

    def ago(self, **by: float) -> str:
        return stamp(self.now - timedelta(**by))

    def planning(self, owner: int) -> Planning:
        if owner not in self._planning:
            self._planning[owner] = settings_of(self.db, owner)
        return self._planning[owner]

    def today(self, owner: int) -> date:
        return self.now.astimezone(self.people[owner].zone).date()

    @cached_property
    def first_day(self) -> date:
        """Today where it has come last, for bounds that no zone may miss."""
        return min((self.today(owner) for owner in self.people), default=self.now.date())

    @cached_property
    def last_day(self) -> date:
        return max((self.today(owner) for owner in self.people), default=self.now.date())

    def rows(
        self, rule: Rule, select: str, params: Mapping[str, Any], order: str = "impact DESC, id", most: int = MOST,
        title: str = "NULL",
    ) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        """Rows of a statement that gives `owner_id`, `id`, `impact` first: of each account those that matter most, and
        whatever stands in an open alert of the rule, so that none is taken for settled because others matter more.
        Behind them stands `title`, what is to be said of each that is kept, `y`."""
        found = self.db.all(
            f"SELECT y.*, {title} FROM (SELECT x.*, row_number() OVER (PARTITION BY owner_id ORDER BY {order}) AS place"
            f" FROM ({select}) x) y WHERE y.place <= :most OR EXISTS (SELECT 1 FROM alerts a WHERE a.rule = :rule"
            " AND a.owner_id = y.owner_id AND a.subject_id = y.id AND a.state <> 'resolved')",
            {**params, "most": most, "rule": rule.key},
        )
        return ((*row[:-2], row[-1]) if title != "NULL" else row[:-2] for row in found if row[0] in self.people)

    def hours_since(self, moment: str) -> float:
        return (self.now - datetime.fromisoformat(moment)).total_seconds() / 3600

    def days_since(self, moment: str) -> float:
        return self.hours_since(moment) / 24

    def days_to(self, owner: int, day: str) -> int:
        """Days from today to a date, as the account's calendar has it."""
        return (date.fromisoformat(day) - self.today(owner)).days

    def working_hours_since(self, owner: int, moment: str) -> float:
        """Hours of somebody's working time since a moment."""
        start = max(datetime.fromisoformat(moment), self.now - _WORKED)
        planning, zone = self.planning(owner), self.people[owner].zone
        week, total = planning.week(), timedelta()
        for day in hours.days(start, self.now, zone):
            for begin, end in hours.spans_of(day, hours.ranges_on(day, week, planning.day_of(day)), zone):
                total += max(timedelta(), min(end, self.now) - max(begin, start))
        return total.total_seconds() / 3600


#: What a rule finds.
Finder = Callable[[Look, Rule], Iterable[Finding]]
