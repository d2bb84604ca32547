"""How somebody plans his days, and how he is told of them: defaults, and what he said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.auth.policy import Act, require
from realty_cli.errors import Denied, Stale
from realty_cli.events import hours
from realty_cli.events.kinds import EventType
from realty_cli.events.travel import Travel
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.rows import RowKind, Rows

if TYPE_CHECKING:
    from realty_cli.events.schemas.settings import CalendarSettingsUpdate, NotificationSettingsUpdate

SETTINGS = RowKind(
    kind="calendar_settings",
    table="calendar_settings",
    missing="calendar.no_settings",
    not_in_bin="calendar.no_settings",
    columns=(
        "id", "owner_id", "planning", "notifications", "version", "created_at", "updated_at", "deleted_at",
        "digest_on",
    ),
    json={"planning": {}, "notifications": {}},
    hidden=frozenset({"digest_on"}),
    derived=frozenset({"digest_on"}),
)  # fmt: skip


def _week() -> dict[str, list[list[str]]]:
    return {name: [["09:00", "20:00"]] for name in hours.WEEKDAYS[:5]} | {"sat": [["10:00", "18:00"]], "sun": []}


@dataclass(frozen=True)
class Planning:
    """Working hours by weekday, minutes kept free around events by their kind, and the rest of what planning asks."""

    working_hours: Mapping[str, Sequence[Sequence[str]]] = field(default_factory=_week)
    lunch: Sequence[str] = ("13:00", "14:00")
    buffers: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    min_notice_minutes: int = 120
    granularity: int = 30
    max_per_day: Mapping[str, int] = field(default_factory=dict)
    country: str | None = "RU"
    skip_holidays: bool = True
    days: Sequence[Mapping[str, Any]] = ()
    agency_days: Sequence[Mapping[str, Any]] = ()
    speed_kmh: float = 22
    rush_speed_kmh: float = 16
    parking_minutes: int = 10
    horizon_days: int = 14
    default_reminders: Sequence[Mapping[str, Any]] = ()

    def week(self) -> dict[str, list[tuple[str, str]]]:
        return {name: [(one[0], one[1]) for one in ranges] for name, ranges in self.working_hours.items()}

    def around(self, event_type: str, before: int | None, after: int | None) -> tuple[int, int]:
        """The minutes to be kept free around an event: its own, or those of its kind."""
        usual = self.buffers.get(event_type, {})
        return (
            usual.get("before", 0) if before is None else before,
            usual.get("after", 0) if after is None else after,
        )

    def travel(self, zone: tzinfo, mode: str | int = "auto") -> Travel:
        return Travel(zone, mode, self.speed_kmh, self.rush_speed_kmh, self.parking_minutes)  # type: ignore[arg-type]

    def day_of(self, day: date, language: str = "en") -> hours.Day:
        """A working day or not: as it was said here, else as the agency says, else as the country decreed."""
        said = {
            date.fromisoformat(one["day"]): hours.Day(one["working"], one.get("name"))
            for one in (*self.agency_days, *self.days)
        }
        return hours.day_of(day, self.country if self.skip_holidays else None, said, language)


#: Showings want a quarter of an hour around them where an appointment is looked for.
SUGGESTED_BUFFERS = {EventType.SHOWING: (15, 15)}


@dataclass(frozen=True)
class Notifications:
    """By which ways somebody is told, and when he is left in peace (wall time)."""

    channels: Sequence[str] = ("app", "email", "telegram")
    quiet_from: str | None = None
    quiet_to: str | None = None
    digest: bool = False
    digest_at: str = "08:00"


def settings_of(db: Connection, owner_id: int) -> Planning:
    found = _said(db, owner_id)
    said = _known(Planning, found["planning"]) if found else {}
    return Planning(**{**said, "agency_days": _agency_days(db)})


def notifications_of(db: Connection, owner_id: int) -> Notifications:
    found = _said(db, owner_id)
    return Notifications(**_known(Notifications, found["notifications"])) if found else Notifications()


def _agency_days(db: Connection) -> list[dict[str, Any]]:
    """What administrators say of days for everybody; of two who speak of one day, the later one's word."""
    rows = db.all(
        "SELECT s.planning FROM calendar_settings s JOIN accounts a ON a.id = s.owner_id WHERE a.role = 'admin'"
        " AND s.planning IS NOT NULL ORDER BY s.updated_at"
    )
    days = (day for (planning,) in rows for day in orjson.loads(planning).get("agency_days") or ())
    return list({day["day"]: day for day in days}.values())


def zone_of(db: Connection, owner_id: int) -> ZoneInfo:
    """Where somebody's days begin and end: the zone of his profile."""
    return ZoneInfo(db.value("SELECT timezone FROM accounts WHERE id = :id", {"id": owner_id}))


def _said(db: Connection, owner_id: int) -> dict[str, Any] | None:
    row = db.one(f"SELECT {SETTINGS.select} FROM calendar_settings p WHERE owner_id = :me", {"me": owner_id})
    return None if row is None else SETTINGS.state(row)


def _known(kind: type, values: Mapping[str, Any] | None) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in (values or {}).items() if name in names}


class CalendarSettingsService:
    """The actor's own settings."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, log: ChangeLog) -> None:
        self.db, self.actor, self.clock = db, actor, clock
        self.rows = Rows(db, log, clock, SETTINGS)

    def planning(self) -> dict[str, Any]:
        require(self.actor, Act.CALENDAR_SETTINGS)
        return self._shown(settings_of(self.db, self.actor.id)) | {"timezone": self.actor.timezone}

    def notifications(self) -> dict[str, Any]:
        require(self.actor, Act.CALENDAR_SETTINGS)
        return self._shown(notifications_of(self.db, self.actor.id))

    def plan(self, data: CalendarSettingsUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        """Change what was sent; null brings back the default."""
        if "agency_days" in data.model_fields_set and not self.actor.sees_all:
            raise Denied("calendar.agency_days")
        self._say("planning", data.model_dump(exclude_unset=True), expected_version)
        return self.planning()

    def tell(self, data: NotificationSettingsUpdate, *, expected_version: int | None = None) -> dict[str, Any]:
        self._say("notifications", data.model_dump(exclude_unset=True), expected_version)
        return self.notifications()

    def _shown(self, settings: Planning | Notifications) -> dict[str, Any]:
        said = _said(self.db, self.actor.id)
        found = {one.name: getattr(settings, one.name) for one in fields(settings)}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()} | {
            "version": said["version"] if said else 0
        }

    def _say(self, name: str, given: Mapping[str, Any], expected: int | None) -> None:
        require(self.actor, Act.CALENDAR_SETTINGS)
        before = _said(self.db, self.actor.id)
        held = before["version"] if before else 0
        if expected is not None and expected != held:
            raise Stale("stale", expected=expected, version=held)
        merged = {**((before or {}).get(name) or {}), **given}
        merged = {key: value for key, value in merged.items() if value is not None}
        if before is None:
            self.rows.insert([{"owner_id": self.actor.id, "deleted_at": None, name: merged}])
        else:
            self.rows.update([(before, {name: merged})])
