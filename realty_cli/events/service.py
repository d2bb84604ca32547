"""The only door to the rules of events. Command line and API translate; this decides, and never commits or prints."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.auth.owning import owner_of, require_mine
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Conflict, FieldProblem, Invalid, NotFound
from realty_cli.events import guarding, instances, reads, rules, series
from realty_cli.events.kinds import OVER, CancelledBy, EventOutcome, EventStatus, SeriesScope
from realty_cli.events.placing import begins, moment, place, repeats, wall_of
from realty_cli.events.record import PLACED
from realty_cli.events.repository import EventRows
from realty_cli.events.series import Plan
from realty_cli.events.settings import settings_of
from realty_cli.events.speaking import Speaking
from realty_cli.events.values import (
    WALLS,
    numbered,
    repeated,
    same,
    timed,
    timed_changes,
    told,
    values_of,
)  # fmt: skip
from realty_cli.events.wall import Times, times
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.lazy import lazy
from realty_cli.kit.messages import message
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

if TYPE_CHECKING:
    from realty_cli.events.schemas.event import EventCreate, EventStatusChange, EventUpdate
    from realty_cli.events.schemas.filters import EventFilter

_HORIZON = timedelta(days=365)
_TIMES = frozenset({"start_time", "end_time", "all_day", "timezone"})
#: What says when an event takes place.
_WHEN = WALLS | {"rrule"}
#: A series as a whole can be planned, agreed upon or called off; what happened, happened to one of its instances.
_OF_SERIES = frozenset({EventStatus.SCHEDULED, EventStatus.CONFIRMED, EventStatus.CANCELLED})


class EventService(Speaking):
    """Events as one actor may see and change them, in one transaction."""

    def __init__(self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog) -> None:
        self.db = db
        self.actor = actor
        self.clock = clock
        self.settings = settings
        self.log = log
        #: Hears of events that took place.
        self.took_place: Callable[[dict[str, Any]], None] | None = None

    @lazy
    def rows(self) -> EventRows:
        return EventRows(self.db, self.log, self.clock)

    # Reading ------------------------------------------------------------------------------------------------------

    def get(self, number: int, recurrence_id: str | None = None, *, deleted: bool | None = False) -> dict[str, Any]:
        """An event or a series; with `recurrence_id`, one instance of it."""
        require(self.actor, Act.EVENT_READ)
        state = self.rows.state(self.actor, number, deleted=deleted)
        if state is None:
            raise NotFound("event.not_found", id=number)
        if recurrence_id is None or state["recurrence_id"] == recurrence_id:
            return reads.shown(self.db, state, self.home(state["owner_id"]))
        home = self.home(state["owner_id"])
        found = reads.instance_of(self.db, number, recurrence_id) or reads.not_laid(state, home, recurrence_id)
        if found is None:
            raise NotFound("series.no_such_date", id=recurrence_id)
        if found["event_id"] != number:
            state = self.rows.states([found["event_id"]])[found["event_id"]]
        return reads.shown(self.db, state, home, found)

    def page(
        self,
        wanted: EventFilter,
        *,
        sort: str | None = None,
        limit: int = 20,
        offset: int = 0,
        cursor: str | None = None,
        total: bool = True,
    ) -> dict[str, Any]:
        """One page of instances: `{items, total, limit, offset, next_cursor}`."""
        require(self.actor, Act.EVENT_READ)
        return reads.page(
            self.db, self.actor, self.rows, wanted, sort=sort, limit=limit, offset=offset, cursor=cursor, total=total
        )

    def short(self, wanted: EventFilter) -> bool:
        """Whether series have to be expanded further (`cover`) before a list of this window is whole."""
        if wanted.start_from is None and wanted.start_to is None:
            return False
        return instances.short(self.db, *self._window(wanted), self.clock, self._whose)

    def cover(self, wanted: EventFilter) -> None:
        instances.cover(self.db, *self._window(wanted), self.clock, self._whose)

    @property
    def _whose(self) -> int | None:
        return None if self.actor.sees_all else self.actor.id

    def _window(self, wanted: EventFilter) -> tuple[str, str]:
        now = stamp(self.clock.now())
        return wanted.start_from or now, wanted.start_to or now

    def between(self, after: str, before: str) -> dict[str, Any]:
        """The actor's own events in a stretch of time: `{items, total, timezone, start, end}`."""
        require(self.actor, Act.EVENT_READ)
        items = reads.between(self.db, self.actor, self.rows, after, before)
        return {
            "items": items, "total": len(items), "timezone": self.actor.timezone, "start": after, "end": before,
        }  # fmt: skip

    def today(self, day: date | None = None) -> dict[str, Any]:
        """The actor's day, in the actor's zone."""
        zone = ZoneInfo(self.actor.timezone)
        day = day or self.clock.now().astimezone(zone).date()
        return self.between(*(stamp(moment(datetime.combine(one, time()), zone)) for one in (day, day + _DAY)))

    def upcoming(self, days: int = 7) -> dict[str, Any]:
        """What is to come or goes on, of the next days."""
        now = self.clock.now()
        found = self.between(stamp(now), stamp(now + timedelta(days=days)))
        found["items"] = [one for one in found["items"] if EventStatus(one["status"]) not in OVER]
        return found | {"total": len(found["items"])}

    # Entering -----------------------------------------------------------------------------------------------------

    def create(self, data: EventCreate) -> dict[str, Any]:
        """Raises Conflict with `conflicts` where something stands at that time already."""
        require(self.actor, Act.EVENT_WRITE)
        values = {name: value for name, value in values_of(data).items() if value is not None}
        values["owner_id"] = owner_of(self.db, self.actor, values.get("owner_id"), Act.EVENT_ASSIGN)
        zone = values.get("timezone")
        laid = times(
            data.start_time, data.end_time, all_day=data.all_day, timezone=zone, home=self._zone(values["owner_id"])
        )
        values = {name: value for name, value in values.items() if name not in _TIMES} | laid.columns()
        values.setdefault("busy", not data.all_day)
        values.setdefault("status", EventStatus.SCHEDULED.value)
        if "reminders" not in data.model_fields_set:
            usual = settings_of(self.db, values["owner_id"])
            values["reminders"] = [dict(one) for one in usual.default_reminders]
        values |= {"uid": _uid(), "sequence": 0, "tentative": False, "declined": False}
        values.setdefault("source", "manual")
        self._check_named(values)
        self._place_of_listing(values)
        laid.warnings += repeated(values, values, self.home(values["owner_id"]))
        told = self._refuse_overlap([values], (), data.allow_overlap, advise=True)
        (number,) = self.rows.insert([values])
        return self._answer(number, laid, told)

    def bulk(self, entries: Sequence[EventCreate], *, skip: bool = False) -> dict[str, Any]:
        """Enter several, all or none; with `skip` those that can be, and of the others why not."""
        items: list[dict[str, Any]] = []
        errors: list[dict[str, Any]] = []
        for index, entry in enumerate(entries):
            try:
                items.append(self.create(entry))
            except (Invalid, Conflict) as error:
                if not skip:
                    raise numbered(error, index) from None
                errors.append({"index": index, "code": error.code, "errors": told(error, self.language)})
        return {"created": len(items), "skipped": len(errors), "items": items, "errors": errors}

    # Changing -----------------------------------------------------------------------------------------------------

    def update(
        self,
        number: int,
        data: EventUpdate,
        *,
        recurrence_id: str | None = None,
        scope: SeriesScope | None = None,
        expected_version: int | None = None,
    ) -> dict[str, Any]:
        """Change the fields that were sent, of an event, of one instance, of what follows, or of a whole series."""
        require(self.actor, Act.EVENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        master, exceptions, name, scope = self._family(before, recurrence_id, scope)
        home = self.home(before["owner_id"])
        changes = values_of(data)
        if changes.get("owner_id") is None:
            changes.pop("owner_id", None)
        else:
            changes["owner_id"] = owner_of(self.db, self.actor, changes["owner_id"], Act.EVENT_ASSIGN)
        if changes.get("busy", True) is None:
            del changes["busy"]
        self._check_named(changes)
        base = self._base(before, master, exceptions, home, name)
        laid = self._times(base, data, changes)
        changes = {key: value for key, value in changes.items() if key not in _TIMES}
        if laid is not None:
            changes |= {key: value for key, value in laid.columns().items() if key in WALLS}
        changes = {key: value for key, value in changes.items() if not same(base.get(key), value)}
        if laid is not None and WALLS & changes.keys():
            changes |= {key: laid.columns()[key] for key in ("starts_local", "ends_local")}
        off = repeated({**base, **changes}, changes, home) if {"rrule", "exdates"} & changes.keys() else []
        if master is None:
            plan = Plan([(before, changes)], shown=number)
        else:
            plan = series.edit(master, exceptions, home, name, scope, changes, _uid())
        # What stays where it is meets nothing new, though it may become a row of its own.
        allow = data.allow_overlap or PLACED.isdisjoint(changes)
        advise = not _WHEN.isdisjoint(changes)
        shown, told = self._apply(plan, home, self._relatives(master, exceptions), allow=allow, advise=advise)
        return self._answer(shown, laid, [*off, *told])

    def change_status(
        self,
        number: int,
        data: EventStatusChange,
        *,
        recurrence_id: str | None = None,
        expected_version: int | None = None,
    ) -> dict[str, Any]:
        """Move an event, or one instance of a series, to another status."""
        require(self.actor, Act.EVENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        to = EventStatus(data.status)
        master, exceptions, name, scope = self._family(before, recurrence_id, None)
        if master is not None and name is None and to not in _OF_SERIES:
            raise Invalid.one("recurrence_id", "series.which")
        home = self.home(before["owner_id"])
        if data.rescheduled_to is not None:
            require_mine(self.db, self.actor, "events", [data.rescheduled_to], "rescheduled_to", "event.not_found")
        base = self._base(before, master, exceptions, home, name)
        changes = rules.move(
            base, to, now=stamp(self.clock.now()), outcome=EventOutcome(data.outcome) if data.outcome else None,
            outcome_note=data.outcome_note, rescheduled_to=data.rescheduled_to,
            cancelled_by=CancelledBy(data.cancelled_by) if data.cancelled_by else None,
            actual_start=data.actual_start, actual_end=data.actual_end,
        )  # fmt: skip
        if master is None:
            plan = Plan([(before, changes)], shown=number)
        else:
            plan = series.edit(master, exceptions, home, name, scope, changes, _uid())
        # An event that is opened again needs its time free, as a new one does.
        shown, told = self._apply(plan, home, self._relatives(master, exceptions), allow=to != EventStatus.SCHEDULED)
        event = self._answer(shown, None, told)
        if to == EventStatus.COMPLETED and self.took_place is not None:
            self.took_place(event)
        return event

    def delete(
        self,
        number: int,
        *,
        recurrence_id: str | None = None,
        scope: SeriesScope | None = None,
        expected_version: int | None = None,
    ) -> None:
        """Move to the bin an event or a series; of a series also one instance, or the rest of it."""
        require(self.actor, Act.EVENT_WRITE)
        before = self.rows.live(self.actor, number, expected_version)
        master, exceptions, name, scope = self._family(before, recurrence_id, scope)
        now = stamp(self.clock.now())
        plan = Plan([(before, {"deleted_at": now})])
        if master is not None:
            plan = series.cut(master, exceptions, self.home(before["owner_id"]), name, scope, now)
        for one, changes in plan.updates:
            if "deleted_at" in changes:
                self.rows.update([(one, changes)], action="delete", touch=False)
            else:
                self.rows.update([(one, changes | {"sequence": one["sequence"] + 1})])

    def restore(self, number: int) -> dict[str, Any]:
        """Bring back from the bin, a series with the exceptions that went with it."""
        require(self.actor, Act.EVENT_WRITE)
        before = self.rows.restorable(self.actor, number)
        master = self.rows.state(self.actor, before["series_id"] or 0)
        if before["series_id"] and master is None:
            raise Conflict("event.series_in_bin", id=before["series_id"])
        together = [one for one in self._exceptions(number) if one["deleted_at"] == before["deleted_at"]]
        pairs = [(one, {"deleted_at": None}) for one in (before, *together)]
        told = self._refuse_overlap([{**before, "deleted_at": None}], [one["id"] for one, _ in pairs], allow=True)
        self.rows.update(pairs, action="restore", touch=False)
        if master is not None:
            self.rows.update([(master, series.readmit(master, self.home(master["owner_id"]), before))])
        return self._answer(number, None, told)

    def home(self, owner: int) -> tzinfo:
        """The zone in which somebody's days begin and end."""
        return ZoneInfo(self._zone(owner))

    def _zone(self, owner: int) -> str:
        if owner == self.actor.id:
            return self.actor.timezone
        return str(self.db.value("SELECT timezone FROM accounts WHERE id = :id", {"id": owner}))

    def _exceptions(self, number: int) -> list[dict[str, Any]]:
        found = self.db.all("SELECT id FROM events WHERE series_id = :id ORDER BY id", {"id": number})
        return list(self.rows.states([row[0] for row in found]).values())

    def _family(
        self, before: dict[str, Any], recurrence_id: str | None, scope: SeriesScope | None
    ) -> tuple[dict[str, Any] | None, list[dict[str, Any]], str | None, SeriesScope]:
        """The series that an act is about (None: the event alone), its exceptions, and which instance is named."""
        if before["series_id"] is not None:
            if scope in (None, SeriesScope.THIS) and recurrence_id in (None, before["recurrence_id"]):
                master = self.rows.state(self.actor, before["series_id"])
                if master is not None:
                    return master, self._exceptions(master["id"]), before["recurrence_id"], SeriesScope.THIS
                return None, [], None, SeriesScope.THIS
            name = recurrence_id or before["recurrence_id"]
            before = self.rows.live(self.actor, before["series_id"])
            return before, self._exceptions(before["id"]), name, scope or SeriesScope.THIS
        if repeats(before):
            chosen = scope or (SeriesScope.THIS if recurrence_id else SeriesScope.ALL)
            if recurrence_id is None and chosen is not SeriesScope.ALL:
                raise Invalid.one("recurrence_id", "series.which")
            return before, self._exceptions(before["id"]), recurrence_id, chosen
        if recurrence_id is not None or scope not in (None, SeriesScope.THIS, SeriesScope.ALL):
            raise Invalid.one("scope", "series.not_repeated", id=before["id"])
        return None, [], None, SeriesScope.ALL

    def _base(
        self, before: dict[str, Any], master: dict[str, Any] | None, exceptions: Sequence[Mapping[str, Any]],
        home: tzinfo, name: str | None,
    ) -> dict[str, Any]:  # fmt: skip
        """The event or instance as it stands before the change."""
        if master is None or name is None:
            return before if master is None else master
        for one in exceptions:
            if one["recurrence_id"] == name:
                return dict(one)
        try:
            made = series.exception_of(master, home, wall_of(name, master, home))
        except (ValueError, OverflowError):
            raise NotFound("series.no_such_date", id=name) from None
        return timed(made, home)

    def _times(self, base: Mapping[str, Any], data: EventUpdate, changes: Mapping[str, Any]) -> Times | None:
        """When it is to be, where that changes: what was not sent stays."""
        if not _TIMES & changes.keys():
            return None
        all_day = bool(changes.get("all_day", base["all_day"]))
        sent = data.start_time or data.end_time
        # Beside an instant, what stays is one as well.
        aware = sent is not None and datetime.fromisoformat(sent).tzinfo is not None
        start, end = ("start_time", "end_time") if aware else ("starts_local", "ends_local")
        return times(
            data.start_time or base[start], data.end_time or base[end], all_day=all_day,
            timezone=changes.get("timezone", base["timezone"]), home=self._zone(base["owner_id"]),
        )  # fmt: skip

    def _relatives(self, master: Mapping[str, Any] | None, exceptions: Iterable[Mapping[str, Any]]) -> set[int]:
        return set() if master is None else {master["id"], *(one["id"] for one in exceptions)}

    def _apply(
        self, plan: Plan, home: tzinfo, relatives: set[int], *, allow: bool, advise: bool = False
    ) -> tuple[int, list[FieldProblem]]:
        """Write what was planned. Gives the row to show, and what its writer should look at."""
        pairs = []
        for before, changes in plan.updates:
            laid = timed_changes(before, changes, home)
            if not PLACED.isdisjoint(laid):
                laid["sequence"] = before["sequence"] + 1
            pairs.append((before, laid))
        added = [timed(one, home) for one in plan.inserts]
        ours = relatives | {before["id"] for before, _ in pairs}
        moved = [{**before, **laid} for before, laid in pairs if not PLACED.isdisjoint(laid)]
        told = self._refuse_overlap([*moved, *added], ours, allow, advise=advise)
        self.rows.update(pairs)
        numbers = self.rows.insert(added)
        if plan.adopted:
            self.rows.update([
                (before, timed_changes(before, {**changes, "series_id": numbers[0]}, home))
                for before, changes in plan.adopted
            ])  # fmt: skip
        return plan.shown if plan.shown is not None else numbers[0], told

    def _refuse_overlap(
        self, events: Sequence[Mapping[str, Any]], ours: Iterable[int], allow: bool, *, advise: bool = False
    ) -> list[FieldProblem]:
        """Raise Conflict for hard conflicts, unless they are allowed; gives what is only to be told of, with `advise`
        also of hours, days off and notice."""
        found: list[FieldProblem] = []
        for event in events:
            if not event["busy"] or event["status"] == EventStatus.CANCELLED or event.get("deleted_at"):
                continue
            home = self.home(event["owner_id"])
            begin = begins(event, home)
            whole = {"series_id": None, "recurrence_id": None, "rrule": None, "rdates": None, "exdates": None, **event}
            placed, _ = place(whole, home, begin, max(begin, self.clock.now()) + _HORIZON, guarding.MOST_CHECKED)
            seen_by = None if self.actor.sees_all else self.actor.id
            met = guarding.check(self.db, self.clock, event, placed, {0, *ours}, home, seen_by)
            if not allow and any(one["severity"] == "hard" for one in met):
                others = guarding.instead(self.db, self.clock, event, home)
                raise Conflict("event.overlap", conflicts=met, suggestions=others)
            found += guarding.warnings(met)
            if advise:
                found += guarding.advised(self.db, self.clock, event, placed, home, self.language)
        return found

    def _check_named(self, values: Mapping[str, Any]) -> None:
        """Listing, client and deal that are named have to be the actor's."""
        for table, name, code in (
            ("properties", "property_id", "property.not_found"), ("clients", "client_id", "client.unknown"),
            ("deals", "deal_id", "deal.not_found"),
        ):  # fmt: skip
            if values.get(name) is not None:
                require_mine(self.db, self.actor, table, [values[name]], name, code)

    def _place_of_listing(self, values: dict[str, Any]) -> None:
        """An event at a listing is where the listing is, unless it says otherwise."""
        if values.get("property_id") is None or {"location", "latitude"} & values.keys():
            return
        row = self.db.one(
            "SELECT address, latitude, longitude FROM properties WHERE id = :id", {"id": values["property_id"]}
        )
        if row is not None:
            values |= {
                name: value for name, value in zip(("location", "latitude", "longitude"), row, strict=True)
                if value is not None
            }  # fmt: skip

    def _answer(self, number: int, laid: Times | None, told: Sequence[FieldProblem]) -> dict[str, Any]:
        """An event after a write, with what its writer should look at."""
        warnings = [
            {"field": one.field, "code": one.code, "message": message(one.code, self.language, **one.params)}
            for one in [*(laid.warnings if laid is not None else ()), *told]
        ]
        return self.get(number) | {"warnings": warnings}


_DAY = timedelta(days=1)


def _uid() -> str:
    return f"{uuid.uuid4()}@realty"
