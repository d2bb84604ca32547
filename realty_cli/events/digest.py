"""The letter of the morning: what stands in somebody's calendar today, to whoever asked for it in his settings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from realty_cli.events import hours
from realty_cli.events.settings import notifications_of
from realty_cli.kit import formatting
from realty_cli.kit.clock import Clock, stamp
from realty_cli.notify import outbox
from realty_cli.notify.delivery import Transaction
from realty_cli.store.database import Connection

TEMPLATE = "day_digest"
#: A server that was away in the morning still tells of the day so long after its hour.
_LATE = timedelta(hours=4)


class _Digest(NamedTuple):
    owner: int
    day: str
    channel: str
    address: str
    language: str


class Digests:
    """Takes in hand what is due, once a day and owner, whoever comes first; the outbox does the rest."""

    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction, self._clock = transaction, clock

    def send(self) -> int:
        now, sent = self._clock.now(), 0
        with self._transaction(False) as db:
            wanted = _due(db, now)
        for one in wanted:
            with self._transaction(True) as db:
                claimed = db.run(
                    "UPDATE calendar_settings SET digest_on = :day WHERE owner_id = :owner"
                    " AND (digest_on IS NULL OR digest_on < :day)",
                    {"day": one.day, "owner": one.owner},
                )
                if claimed:
                    outbox.put(
                        db, now, TEMPLATE, recipient=one.address, language=one.language, channel=one.channel,
                        account_id=one.owner, digest_of=one.owner, day=one.day,
                    )  # fmt: skip
                    sent += 1
        return sent


def _due(db: Connection, now: datetime) -> list[_Digest]:
    found = []
    for owner, told, zone_name, language, email, telegram in db.all(
        "SELECT s.owner_id, s.digest_on, a.timezone, a.language, a.trusted_email, a.telegram_id"
        " FROM calendar_settings s JOIN accounts a ON a.id = s.owner_id"
        " WHERE s.notifications IS NOT NULL AND a.is_active = :yes ORDER BY s.owner_id",
        {"yes": True},
    ):
        wishes, zone = notifications_of(db, owner), ZoneInfo(zone_name)
        if not wishes.digest:
            continue
        today = now.astimezone(zone).date()
        begins = hours.at(today, hours.minute_of(wishes.digest_at), zone)
        addresses = {outbox.EMAIL: email, outbox.TELEGRAM: telegram}
        channel = next((one for one in wishes.channels if addresses.get(one)), None)
        if channel is None or not begins <= now < begins + _LATE or (told or "") >= today.isoformat():
            continue
        found.append(_Digest(owner, today.isoformat(), channel, str(addresses[channel]), language))
    return found


def fill(db: Connection, params: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the letter says, read when it goes out. None for a day on which nothing is planned."""
    row = db.one("SELECT timezone, language FROM accounts WHERE id = :id", {"id": params["digest_of"]})
    if row is None:
        return None
    zone, language, day = ZoneInfo(row[0]), row[1], date.fromisoformat(params["day"])
    rows = db.all(
        "SELECT i.start_time, i.all_day, e.title, e.location FROM event_instances i JOIN events e ON e.id = i.event_id"
        " WHERE i.owner_id = :owner AND i.start_time < :before AND i.end_time > :after AND e.deleted_at IS NULL"
        " AND i.status IN ('scheduled', 'confirmed', 'in_progress') AND NOT e.declined"
        " ORDER BY i.all_day DESC, i.start_time, i.id",
        {
            "owner": params["digest_of"], "after": stamp(hours.at(day, 0, zone)),
            "before": stamp(hours.at(day, 24 * 60, zone)),
        },
    )  # fmt: skip
    if not rows:
        return None
    lines = []
    for start, all_day, title, location in rows:
        at = "" if all_day else f"{datetime.fromisoformat(start).astimezone(zone):%H:%M} "
        lines.append(f"{at}{title}{f', {location}' if location else ''}")
    return {"date": formatting.date(day, language), "lines": "\n".join(lines)}
