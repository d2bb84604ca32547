"""Reminders: what is due is taken in hand once and only once, by whoever comes first, and becomes a letter.

A reminder that is taken in hand and its letter are written in one transaction, so a process that is killed has done
both or neither; the outbox does the rest. A row names the moment that the reminder was due, so a clock that goes back
finds it done, and an event that moves is told of anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson

from realty_cli.auth.policy import Act, require
from realty_cli.events import due, instances
from realty_cli.events.settings import Notifications, notifications_of
from realty_cli.kit import formatting
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.notify import outbox
from realty_cli.notify.delivery import Transaction
from realty_cli.store.database import Connection

#: The ways by which we send, and where each finds its owner; reminders by the others wait in their list for a program
#: that shows them.
_LETTERS = {outbox.EMAIL: "address", outbox.TELEGRAM: "telegram"}
TEMPLATE = "event_reminder"
_CAN_BE_TOLD = "e.status IN ('scheduled', 'confirmed') AND e.deleted_at IS NULL AND NOT e.declined"
_NAMES = (
    "event_id", "recurrence_id", "start_time", "end_time", "owner_id", "title", "location", "reminders", "timezone",
    "language", "address", "telegram",
)  # fmt: skip
_AHEAD = (
    "SELECT coalesce(i.series_id, i.event_id), coalesce(i.recurrence_id, ''), i.start_time, i.end_time, e.owner_id,"
    " e.title, e.location, e.reminders, a.timezone, a.language, a.trusted_email, a.telegram_id FROM event_instances i"
    " JOIN events e ON e.id = i.event_id JOIN accounts a ON a.id = e.owner_id"
    " WHERE i.start_time > :after AND i.start_time <= :before AND e.reminders IS NOT NULL AND a.is_active = :yes"
    f" AND {_CAN_BE_TOLD} ORDER BY i.start_time, i.event_id"
)
_KEY = ("event_id", "recurrence_id", "minutes_before", "channel", "due_at")


class Reminder(NamedTuple):
    """One reminder that is due, with what a reader wants to know of its event."""

    event: Mapping[str, Any]
    minutes_before: int
    channel: str
    due_at: str

    @property
    def key(self) -> tuple[Any, ...]:
        return (self.event["event_id"], self.event["recurrence_id"], self.minutes_before, self.channel, self.due_at)

    def shown(self, state: str) -> dict[str, Any]:
        told = {name: self.event[name] for name in ("event_id", "owner_id", "title", "location", "start_time")}
        return {
            **told,
            "recurrence_id": self.event["recurrence_id"] or None,
            "minutes_before": self.minutes_before,
            "channel": self.channel,
            "due_at": self.due_at,
            "state": state,
        }


class Reminding:
    """`transaction` opens one for reading or writing. Whoever has said nothing of quiet hours keeps the usual ones."""

    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction, self._clock = transaction, clock

    def pending(self) -> list[Reminder]:
        """What is due and nobody has taken in hand."""
        now = self._clock.now()
        with self._transaction(False) as db:
            wanted = self._due(db, now)
            done = _done(db, wanted)
        return [one for one in wanted if one.key not in done]

    def remind(self, limit: int = 200) -> list[dict[str, Any]]:
        """Take in hand what is due, up to so many; each as it is shown, with the state that it has now."""
        self._expand()
        found = []
        for one in self.pending()[:limit]:
            with self._transaction(True) as db:
                state = self._take(db, one)
            if state is not None:
                found.append(one.shown(state))
        return found

    def _expand(self) -> None:
        """Lay the instances of series that do not reach the moments that are looked at."""
        now = self._clock.now()
        window = stamp(now - due.GRACE), stamp(now + timedelta(minutes=due.LONGEST))
        with self._transaction(False) as db:
            short = instances.short(db, *window, self._clock)
        if short:
            with self._transaction(True) as db:
                instances.cover(db, *window, self._clock)

    def _due(self, db: Connection, now: datetime) -> list[Reminder]:
        params = {
            "after": stamp(now - due.GRACE), "before": stamp(now + timedelta(minutes=due.LONGEST)), "yes": True,
        }  # fmt: skip
        found = []
        wishes: dict[int, Notifications] = {}
        for row in db.all(_AHEAD, params):
            event = dict(zip(_NAMES, row, strict=True))
            start, zone = datetime.fromisoformat(event["start_time"]), ZoneInfo(event["timezone"])
            owner = event["owner_id"]
            if owner not in wishes:
                wishes[owner] = notifications_of(db, owner)
            quiet = _quiet(wishes[owner])
            for one in orjson.loads(event["reminders"]):
                if one["channel"] not in wishes[owner].channels:
                    continue
                at = due.due_at(start, one["minutes_before"])
                if due.goes_at(at, start, quiet, zone) <= now and due.is_of_use(at, start, now):
                    found.append(Reminder(event, one["minutes_before"], one["channel"], stamp(at)))
        return found

    def _take(self, db: Connection, one: Reminder) -> str | None:
        """Take a reminder in hand; None if somebody else has, or the event is no longer what it was."""
        row = db.one(
            "INSERT INTO event_reminders (event_id, recurrence_id, minutes_before, channel, due_at, owner_id, state,"
            " claimed_at) VALUES (:event, :instance, :minutes, :channel, :due, :owner, 'told', :now)"
            " ON CONFLICT DO NOTHING RETURNING id",
            {
                "event": one.event["event_id"], "instance": one.event["recurrence_id"], "minutes": one.minutes_before,
                "channel": one.channel, "due": one.due_at, "owner": one.event["owner_id"],
                "now": stamp(self._clock.now()),
            },
        )  # fmt: skip
        if row is None:
            return None
        if one.channel not in _LETTERS:
            return "told"
        address = one.event[_LETTERS[one.channel]]
        if not address:
            db.run("UPDATE event_reminders SET state = 'no_address' WHERE id = :id", {"id": row[0]})
            return "no_address"
        letter = outbox.put(
            db, self._clock.now(), TEMPLATE, recipient=str(address), language=one.event["language"],
            channel=one.channel, account_id=one.event["owner_id"], reminder_id=row[0],
        )  # fmt: skip
        sent = {"id": row[0], "letter": letter}
        db.run("UPDATE event_reminders SET state = 'sent', outbox_id = :letter WHERE id = :id", sent)
        return "sent"


def _quiet(wishes: Notifications) -> due.Quiet:
    begins, ends = wishes.quiet_from, wishes.quiet_to
    return due.Quiet(
        time.fromisoformat(begins) if begins else due.USUAL.begins, time.fromisoformat(ends) if ends else due.USUAL.ends
    )


def _done(db: Connection, wanted: Sequence[Reminder]) -> set[tuple[Any, ...]]:
    if not wanted:
        return set()
    oldest = min(one.due_at for one in wanted)
    rows = db.all(f"SELECT {', '.join(_KEY)} FROM event_reminders WHERE due_at >= :oldest", {"oldest": oldest})
    return {tuple(row) for row in rows}


def fill(db: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """What a letter says of its event, read when it goes out, so that the outbox keeps nothing of it. None if the event
    was moved, cancelled or binned since, or is over."""
    row = db.one(
        "SELECT i.start_time, i.end_time, e.title, e.location, a.timezone, a.language, r.minutes_before, r.due_at"
        " FROM event_reminders r JOIN event_instances i ON (i.event_id = r.event_id OR i.series_id = r.event_id)"
        " AND coalesce(i.recurrence_id, '') = r.recurrence_id JOIN events e ON e.id = i.event_id"
        f" JOIN accounts a ON a.id = r.owner_id WHERE r.id = :id AND {_CAN_BE_TOLD}",
        {"id": params["reminder_id"]},
    )
    if row is None:
        return None
    start = datetime.fromisoformat(row[0])
    if stamp(due.due_at(start, row[6])) != row[7] or now >= max(start, datetime.fromisoformat(row[7]) + due.GRACE):
        return None
    zone, language = ZoneInfo(row[4]), row[5]
    end = datetime.fromisoformat(row[1]).astimezone(zone)
    when = formatting.datetime(start, zone, language)
    if row[1] > row[0]:
        same = end.date() == start.astimezone(zone).date()
        when += "–" + (f"{end:%H:%M}" if same else formatting.datetime(end, zone, language))
    return {"title": row[2], "when": when, "place": f"\n{row[3]}" if row[3] else ""}


class ReminderService:
    """The reminders of an actor that were taken in hand: what a program that shows them asks for."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock) -> None:
        self._db, self._actor, self._clock = db, actor, clock

    def recent(self, *, hours: int = 24, limit: int = 100) -> dict[str, Any]:
        """`{items, total}`: the latest first, each with its event as it stands."""
        require(self._actor, Act.EVENT_READ)
        since = stamp(self._clock.now().astimezone(UTC) - timedelta(hours=hours))
        rows = self._db.all(
            "SELECT r.id, r.event_id, r.recurrence_id, e.title, e.location, r.minutes_before, r.channel, r.due_at,"
            " r.state, r.claimed_at FROM event_reminders r JOIN events e ON e.id = r.event_id"
            " WHERE r.owner_id = :me AND r.claimed_at >= :since ORDER BY r.id DESC LIMIT :limit",
            {"me": self._actor.id, "since": since, "limit": limit},
        )
        names = (
            "id", "event_id", "recurrence_id", "title", "location", "minutes_before", "channel", "due_at", "state",
            "claimed_at",
        )  # fmt: skip
        items = [{**dict(zip(names, row, strict=True)), "recurrence_id": row[2] or None} for row in rows]
        return {"items": items, "total": len(items)}
