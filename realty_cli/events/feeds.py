"""Subscriptions: secret addresses at which phones and other calendars read one's events, and nothing else.

The store has the hash of an address's token only. A feed is made anew when something in it changed, else known by its
tag; what it shows is between three months ago and a year ahead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli import __version__
from realty_cli.auth import tokens
from realty_cli.auth.paging import PageQuery, listed
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Conflict, NotFound
from realty_cli.events import file_rows
from realty_cli.events.ics.writer import write
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.i18n import translator
from realty_cli.kit.schema import MAX_ID
from realty_cli.store.changelog import Change, ChangeLog, dumps
from realty_cli.store.database import Connection, in_list

if TYPE_CHECKING:
    from realty_cli.events.schemas.feed import CalendarFeedCreate

KIND = "feed"
"""How the change log calls a feed."""
MOST = 50
BACK, AHEAD = timedelta(days=90), timedelta(days=400)
CANCELLED = timedelta(days=30)
"""How long a cancelled event is told as cancelled, so that calendars that come seldom hear of it."""
_TOUCH = timedelta(hours=1)
_BUSY = _("Busy")
_COLUMNS = ("id", "name", "detail", "event_types", "created_at", "last_read_at")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM calendar_feeds WHERE owner_id = :me AND revoked_at IS NULL"


class FeedService:
    """The actor's own feeds. Making one shows its token, once; the log never has it."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, log: ChangeLog) -> None:
        self.db, self.actor, self.clock, self.log = db, actor, clock, log

    def create(self, data: CalendarFeedCreate) -> dict[str, Any]:
        require(self.actor, Act.CALENDAR_FEEDS)
        held = self.db.value(
            "SELECT count(*) FROM calendar_feeds WHERE owner_id = :me AND revoked_at IS NULL", {"me": self.actor.id}
        )
        if held >= MOST:
            raise Conflict("feed.too_many", most=MOST)
        token = tokens.opaque()
        number = self.db.value(
            "INSERT INTO calendar_feeds (owner_id, name, token_hash, detail, event_types, created_at)"
            " VALUES (:me, :name, :hash, :detail, :types, :now) RETURNING id",
            {
                "me": self.actor.id,
                "name": data.name,
                "hash": tokens.digest(token),
                "detail": data.detail,
                "types": orjson.dumps(sorted(set(data.event_types))).decode() if data.event_types else None,
                "now": stamp(self.clock.now()),
            },
        )
        made = self.get(number)
        self._note(number, self.actor.id, "create", None, _kept(made))
        return {**made, "token": token, "path": f"/api/v1/calendar/feed/{token}.ics"}

    def page(self, wanted: PageQuery) -> dict[str, Any]:
        require(self.actor, Act.CALENDAR_FEEDS)
        rows = self.db.all(f"{_SELECT} ORDER BY id", {"me": self.actor.id})
        return listed([_shown(row) for row in rows], wanted)

    def get(self, number: int) -> dict[str, Any]:
        require(self.actor, Act.CALENDAR_FEEDS)
        row = self.db.one(f"{_SELECT} AND id = :id", {"me": self.actor.id, "id": min(number, MAX_ID)})
        if row is None:
            raise NotFound("feed.not_found", id=number)
        return _shown(row)

    def rotate(self, number: int) -> dict[str, Any]:
        """A new token for the same feed: the old address is unknown from now on."""
        shown = self.get(number)
        token = tokens.opaque()
        self.db.run(
            "UPDATE calendar_feeds SET token_hash = :hash, last_read_at = NULL WHERE id = :id",
            {"hash": tokens.digest(token), "id": number},
        )
        self._note(number, self.actor.id, "update", _kept(shown), {"rotated_at": stamp(self.clock.now())})
        shown["last_read_at"] = None
        return {**shown, "token": token, "path": f"/api/v1/calendar/feed/{token}.ics"}

    def revoke(self, number: int) -> None:
        """Its address is unknown from now on."""
        self.get(number)
        self.end([number], "delete")

    def live(self, numbers: Sequence[int]) -> set[int]:
        """Those of these feeds that are read still, whosever they are."""
        params: dict[str, Any] = {}
        some = in_list("id", numbers, params)
        sql = f"SELECT id FROM calendar_feeds WHERE revoked_at IS NULL AND id IN {some}"
        return {row[0] for row in self.db.all(sql, params)}

    def end(self, numbers: Sequence[int], action: str) -> None:
        """Give up the addresses of feeds, whosever they are."""
        params: dict[str, Any] = {}
        sql = f"SELECT owner_id, {', '.join(_COLUMNS)} FROM calendar_feeds WHERE id IN {in_list('id', numbers, params)}"
        now = stamp(self.clock.now())
        for owner, *row in self.db.all(sql, params):
            shown = _shown(tuple(row))
            self.db.run("UPDATE calendar_feeds SET revoked_at = :now WHERE id = :id", {"now": now, "id": shown["id"]})
            self._note(shown["id"], owner, action, _kept(shown), {"revoked_at": now})

    def _note(self, number: int, owner: int, action: str, old: dict[str, Any] | None, diff: dict[str, Any]) -> None:
        before = None if old is None else dumps(old)
        self.log.add([Change(KIND, number, owner, action, before, dumps(diff))])


def _shown(row: tuple[Any, ...]) -> dict[str, Any]:
    shown = dict(zip(_COLUMNS, row, strict=True))
    shown["event_types"] = orjson.loads(shown["event_types"]) if shown["event_types"] else []
    return shown


def _kept(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What the log tells of a feed."""
    return {name: shown[name] for name in ("name", "detail", "event_types", "created_at")}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that somebody came to read."""

    id: int
    owner: Actor
    name: str
    busy: bool
    event_types: tuple[str, ...]
    language: str
    stale: bool
    """Nobody has noted for an hour that it is read."""


def opened(db: Connection, token: str, now: datetime) -> Feed:
    """The feed of a token. Raises NotFound for one that was never given or is revoked, all alike."""
    row = db.one(
        "SELECT f.id, f.owner_id, f.name, f.detail, f.event_types, f.last_read_at, a.username, a.timezone, a.language"
        " FROM calendar_feeds f JOIN accounts a ON a.id = f.owner_id"
        " WHERE f.token_hash = :hash AND f.revoked_at IS NULL AND a.is_active",
        {"hash": tokens.digest(token)},
    )
    if row is None:
        raise NotFound("feed.unknown")
    number, owner, name, detail, types, read_at, username, zone, language = row
    reader = Actor(owner, username, False, zone, language, frozenset({"read"}), None, "feed")
    stale = read_at is None or read_at < stamp(now - _TOUCH)
    kinds = tuple(orjson.loads(types)) if types else ()
    return Feed(number, reader, name, detail == "busy", kinds, language, stale)


def touch(db: Connection, feed: Feed, now: datetime) -> None:
    db.run("UPDATE calendar_feeds SET last_read_at = :now WHERE id = :id", {"now": stamp(now), "id": feed.id})


def state(db: Connection, feed: Feed, now: datetime, *, busy: bool) -> tuple[str, str | None]:
    """What tells this body from every other, and when something in it changed last."""
    count, changed = file_rows.stand(db, feed.owner, _wanted(feed, now))
    said = (feed.id, feed.name, busy or feed.busy, feed.event_types, feed.language, feed.owner.timezone, count, changed)
    known = f"{__version__}|{now.date()}|{said}"
    return f'"{hashlib.sha256(known.encode()).hexdigest()[:32]}"', changed


def body(db: Connection, feed: Feed, now: datetime, *, busy: bool) -> bytes:
    """The calendar. `busy`: when, and nothing more."""
    busy = busy or feed.busy

    def events() -> Iterator[dict[str, Any]]:
        for some in file_rows.rows(db, feed.owner, _wanted(feed, now)):
            for event in some:
                if not busy or (event["busy"] and not event["declined"]):
                    yield event

    return write(
        events(), feed.owner.timezone, name=feed.name, method="PUBLISH", own=False, refresh=True,
        busy=translator(feed.language).text(_BUSY) if busy else None,
    )  # fmt: skip


def _wanted(feed: Feed, now: datetime) -> file_rows.Wanted:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return file_rows.Wanted(
        start_from=stamp(midnight - BACK), start_to=stamp(midnight + AHEAD), owner_id=feed.owner.id,
        event_types=feed.event_types, cancelled_since=stamp(midnight - CANCELLED),
    )  # fmt: skip
