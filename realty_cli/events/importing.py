"""Events of a file into the store: known again by UID, and by the instance that they describe.

A file that is older than what stands here changes nothing; the same file again neither. What overlaps is taken and
told, for somebody else's calendar is not to be argued with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.auth.policy import Act, require
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.events import import_overlaps, instances, sheets
from realty_cli.events.ics.codec import CalendarFile
from realty_cli.events.ics.drafts import Draft
from realty_cli.events.ics.reader import read
from realty_cli.events.import_links import NUMBERED, Links
from realty_cli.events.kinds import EventStatus
from realty_cli.events.placing import moment, zone_of
from realty_cli.events.repository import EventRows
from realty_cli.formats.codec import Table
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.importing import Outcome, Prepared, Report
from realty_cli.properties.reading.sheet import fingerprint
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection
from realty_cli.store.import_run import Importer

_HEADER = ("component", "uid", "summary")
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Terms:
    """How a file is read: the zone of times that have none, now, and what its headers mean (tables only)."""

    zone: str
    now: datetime
    name: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Batch:
    """Drafts and what was refused beside them. `ours`: of a file that we wrote. `whole`: every series with all of its
    exceptions."""

    def __init__(
        self, drafts: Sequence[Draft], refused: Sequence[Prepared] = (), *, ours: bool = False, whole: bool = False
    ) -> None:
        self.drafts, self.refused, self.ours, self.whole = drafts, refused, ours, whole

    def __len__(self) -> int:
        return len(self.drafts) + len(self.refused)


def require_known(defaults: Mapping[str, str], flag: str = "--set") -> None:
    """Raise Invalid for a default of no field; `flag` is how the caller gave it."""
    for name in defaults:
        if name not in sheets.EXPORTED:
            raise Invalid.one(flag, "field.unknown", name=name)


@contextmanager
def read_ahead(
    table: Table, terms: Terms, *, own_process: bool = False
) -> Iterator[Iterator[tuple[Batch, tuple[int, int | None]]]]:
    """Batches of a file as `import_run.run` takes them. A calendar is read whole before anything is written."""
    yield _calendar(table, terms) if isinstance(table, CalendarFile) else _rows(table, terms)


def _calendar(table: CalendarFile, terms: Terms) -> Iterator[tuple[Batch, tuple[int, int | None]]]:
    found = read(table.data, terms.zone)
    done = table.progress()
    refused = [
        Prepared(one.line, (one.component, one.uid, one.summary), _HEADER, one.problems) for one in found.refused
    ]  # fmt: skip
    some: list[Draft] = []
    for draft in found.drafts:
        if len(some) >= _AT_ONCE and draft.uid != some[-1].uid:
            yield Batch(some, refused, ours=found.ours, whole=not found.refused), done
            some, refused = [], []
        some.append(draft)
    yield Batch(some, refused, ours=found.ours, whole=not found.refused), done


def _rows(table: Table, terms: Terms) -> Iterator[tuple[Batch, tuple[int, int | None]]]:
    mapping = {**{header: name for name, headers in terms.aliases.items() for header in headers}, **terms.mapping}
    for block in table.blocks():
        header = tuple(str(name) for name in block.header)
        columns = sheets.columns(header, mapping)
        drafts: list[Draft] = []
        refused = [
            Prepared(one.line, one.cells, header, [FieldProblem("row", one.code, one.params)])
            for one in block.problems
        ]  # fmt: skip
        for line, row in zip(block.lines, block.rows, strict=True):
            said = {name: row[place] for place, name in columns.items() if place < len(row)}
            said |= {name: value for name, value in terms.defaults.items() if said.get(name) in (None, "")}
            try:
                drafts.append(sheets.draft(line, said, terms.zone, terms.now))
            except Invalid as error:
                refused.append(Prepared(line, row, header, error.fields))
        yield Batch(_ordered(drafts), refused, ours="uid" in columns.values()), table.progress()


def _ordered(drafts: Sequence[Draft]) -> list[Draft]:
    """Of rows with one name, the last."""
    return list({(draft.uid, draft.recurrence_id): draft for draft in drafts}.values())


class EventImporter(Importer[Batch]):
    """Writes drafts as events of the actor."""

    def __init__(
        self, db: Connection, actor: Actor, clock: Clock, log: ChangeLog,
        on_rejected: Callable[[Prepared], None] | None = None,
    ) -> None:  # fmt: skip
        require(actor, Act.EVENT_IMPORT)
        super().__init__(log, on_rejected)
        self._rows = EventRows(db, log, clock)
        self._db, self._actor, self._clock = db, actor, clock
        self._home = ZoneInfo(actor.timezone)
        email = db.value("SELECT email FROM accounts WHERE id = :id", {"id": actor.id})
        self._me = email.lower() if email else None
        self._links = Links(db, actor, self._rows, self.warn)
        #: Where the events stand that this import made or changed.
        self._lines: dict[int, int] = {}

    def finish(self) -> Report:
        self._links.close()
        for line, problem in import_overlaps.told(self._db, self._actor.id, self._lines, self._clock.now()):
            self.warn(line, [problem])
        return super().finish()

    def take(self, batch: Batch) -> None:
        for one in batch.refused:
            self.reject(one)
        known = self._known([draft.uid for draft in batch.drafts])
        self._links.learn(batch.drafts)
        fresh: list[Draft] = []
        for draft in batch.drafts:
            self.warn(draft.line, draft.warnings)
            before = known.get((draft.uid, draft.recurrence_id))
            if before is None and draft.called_off and known.get((draft.uid, None)) is None:
                self.report.unchanged += 1  # what was never here need not be called off
            elif before is None:
                fresh.append(draft)
            elif before["deleted_at"] is not None:
                self.report.unchanged += 1
                self.report.in_bin += 1
            elif changed := self._changes(draft, before, ours=batch.ours):
                self._rows.update([(before, changed)])
                self.report.updated += 1
                self.outcome(Outcome(draft.line, "updated", before["id"]))
                self._lines[before["id"]] = draft.line
                self._links.note(draft, before["id"])
                if draft.recurrence_id is None and batch.whole:
                    self._drop_reset(draft.uid, batch.drafts, known)
            else:
                self.report.unchanged += 1
                self._links.note(draft, before["id"])
        for group in (
            [draft for draft in fresh if draft.recurrence_id is None],
            [draft for draft in fresh if draft.recurrence_id is not None],
        ):
            numbers = self._rows.insert([self._new(draft, known) for draft in group])
            for draft, number in zip(group, numbers, strict=True):
                known[draft.uid, draft.recurrence_id] = {"id": number, "deleted_at": None}
                self._lines[number] = draft.line
                self._links.note(draft, number)
            self.report.created += len(numbers)
        self._adopt([draft for draft in fresh if draft.recurrence_id is None], known)

    def _known(self, uids: Sequence[str]) -> dict[tuple[str, str | None], dict[str, Any]]:
        """The actor's events of these UIDs, in the bin or not."""
        numbers: list[int] = []
        wanted = list(dict.fromkeys(uids))
        for start in range(0, len(wanted), 400):
            params: dict[str, Any] = {"me": self._actor.id}
            names = []
            for place, uid in enumerate(wanted[start : start + 400]):
                params[f"uid{place}"] = uid
                names.append(f":uid{place}")
            sql = f"SELECT id FROM events WHERE owner_id = :me AND uid IN ({', '.join(names)})"
            numbers += [row[0] for row in self._db.all(sql, params)]
        return {(one["uid"], one["recurrence_id"]): one for one in self._rows.states(numbers).values()}

    def _changes(self, draft: Draft, before: dict[str, Any], *, ours: bool) -> dict[str, Any]:
        """What the draft changes in an event that is known; nothing where it is older, or is what came last time."""
        if draft.sequence < before["sequence"]:
            return {}
        digest = self._digest(draft)
        if digest == before["import_hash"]:
            return {}
        if ours and draft.modified and draft.sequence == before["sequence"] and (
            draft.modified[:19] < before["updated_at"][:19]
        ):  # fmt: skip
            return {}
        values = self._values(draft)
        if draft.called_off:
            values = {"status": values["status"], "sequence": values["sequence"]}
        elif before["status"] in ("in_progress", "completed", "no_show") and values["status"] in (
            "scheduled", "confirmed",
        ):  # fmt: skip
            # Other calendars do not know how it went.
            del values["status"]
        for name in ("outcome", "outcome_note", "notes", "actual_start", "actual_end", "cancelled_by", "external_id",
                     "template_id", "rescheduled_to", *NUMBERED):  # fmt: skip
            if values.get(name) is None:
                values.pop(name, None)
        if values.get("status", before["status"]) != EventStatus.CANCELLED:
            values["rescheduled_to"] = None
        changed = {name: value for name, value in values.items() if not _same(before.get(name), value)}
        return {**changed, "import_hash": digest} if changed else {}

    def _new(self, draft: Draft, known: dict[tuple[str, str | None], dict[str, Any]]) -> dict[str, Any]:
        values = {**self._values(draft), "owner_id": self._actor.id, "source": "ics"}
        values["import_hash"] = self._digest(draft)
        if draft.recurrence_id is not None and (series := known.get((draft.uid, None))) is not None:
            values["series_id"] = series["id"]
        return values

    def _values(self, draft: Draft) -> dict[str, Any]:
        values = self._links.laid(draft.values)
        zone = zone_of(values, self._home)
        from_wall = {"start_time": values["starts_local"], "end_time": values["ends_local"]}
        values["declined"] = values["declined"] or (self._me is not None and any(
            one["response"] == "declined" and (one["email"] or "").lower() == self._me for one in values["attendees"]
        ))  # fmt: skip
        values |= {name: stamp(moment(datetime.fromisoformat(text), zone)) for name, text in from_wall.items()}
        return values

    def _digest(self, draft: Draft) -> int:
        return fingerprint(orjson.dumps(draft.values, option=orjson.OPT_SORT_KEYS).decode())

    def _adopt(self, masters: Sequence[Draft], known: dict[tuple[str, str | None], dict[str, Any]]) -> None:
        """Exceptions that came before their series belong to it from now on."""
        uids = {draft.uid: known[draft.uid, None]["id"] for draft in masters}
        orphans = [
            one for (uid, original), one in known.items()
            if original is not None and uid in uids and one.get("series_id", uids[uid]) is None
        ]  # fmt: skip
        self._rows.update([(one, {"series_id": uids[one["uid"]]}) for one in orphans])

    def _drop_reset(
        self, uid: str, drafts: Sequence[Draft], known: dict[tuple[str, str | None], dict[str, Any]]
    ) -> None:
        """Exceptions that an earlier file had and the new version of their series has not: it is as the rule says
        again. What somebody has dealt with here stays."""
        said = {draft.recurrence_id for draft in drafts if draft.uid == uid}
        gone = [
            one["id"] for (name, original), one in known.items()
            if name == uid and original is not None and original not in said
            and one.get("source") == "ics" and one["status"] == "scheduled" and one["deleted_at"] is None
        ]  # fmt: skip
        if gone:
            self._rows.remove(gone, "remove")
            instances.rebuild(self._db, [known[uid, None]["id"]], self._clock)


def _same(old: Any, new: Any) -> bool:
    return bool(old == new) or (old in (None, [], {}, "") and new in (None, [], {}, ""))
