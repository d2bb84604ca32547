"""The only door to the rules of listings. Command line and API translate; this decides, and never commits or prints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Conflict, FieldProblem, Invalid, NotFound, Stale
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, not_ahead, stamp
from realty_cli.kit.lazy import lazy
from realty_cli.properties import figures, reads, rules
from realty_cli.properties.kinds import MAX_TAGS, Status
from realty_cli.properties.photo_rows import PhotoRows
from realty_cli.properties.plain_filter import plain_filter
from realty_cli.properties.repository import PropertyRepository
from realty_cli.settings import Settings
from realty_cli.store.changelog import ChangeLog
from realty_cli.store.database import Connection

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter, PropertySearchRequest
    from realty_cli.properties.schemas.listing import PropertyCreate, PropertyUpdate, StatusChange
    from realty_cli.properties.schemas.transfer import PropertyBulkUpdate

_CHUNK = 1_000


class PropertyService:
    """Listings as one actor may see and change them, in one transaction."""

    def __init__(
        self, db: Connection, actor: Actor, clock: Clock, settings: Settings, log: ChangeLog,
        is_client: Callable[[Connection, Actor, int], bool],
    ) -> None:  # fmt: skip
        """`is_client`: whether an actor has a client of this number, which a slice above knows."""
        self.db = db
        self.actor = actor
        self.clock = clock
        self.settings = settings
        self.log = log
        self.is_client = is_client

    @lazy
    def repository(self) -> PropertyRepository:
        return PropertyRepository(self.db, self.log, self.clock)

    @lazy
    def photo_rows(self) -> PhotoRows:
        return PhotoRows(self.db, self.log)

    # Reading ------------------------------------------------------------------------------------------------------

    def get(self, number: int, *, deleted: bool | None = False) -> dict[str, Any]:
        require(self.actor, Act.PROPERTY_READ)
        found = reads.get(self.db, self.actor, number, self.clock.now(), deleted=deleted)
        if found is None:
            raise NotFound("property.not_found", id=number)
        return found

    def page(
        self,
        wanted: PropertyFilter,
        *,
        sort: str | None = None,
        limit: int = 20,
        offset: int = 0,
        cursor: str | None = None,
        total: bool = True,
    ) -> dict[str, Any]:
        """One page: `{items, total, limit, offset, next_cursor}`."""
        require(self.actor, Act.PROPERTY_READ)
        return reads.page(
            self.db, self.actor, wanted, self.clock.now(),
            sort=sort, limit=limit, offset=offset, cursor=cursor, total=total,
        )  # fmt: skip

    def search(self, request: PropertySearchRequest) -> dict[str, Any]:
        """A page found by words and filters, with facets."""
        wanted = request.filters
        if request.text:
            wanted = wanted.model_copy(update={"q": " ".join(filter(None, (request.text, wanted.q)))})
        answer = self.page(wanted, sort=request.sort, limit=request.limit, offset=request.offset, cursor=request.cursor)
        answer["facets"] = self.facets(wanted) if request.facets else None
        return answer

    def facets(self, wanted: PropertyFilter) -> dict[str, list[dict[str, Any]]]:
        """How many listings found have each value of what they are narrowed by most."""
        require(self.actor, Act.PROPERTY_READ)
        return figures.facets(self.db, self.actor, wanted)

    def stream(self, wanted: PropertyFilter, columns: Sequence[str], sort: str | None) -> Iterator[tuple[Any, ...]]:
        """The stored values of every listing found, for exports."""
        require(self.actor, Act.PROPERTY_EXPORT)
        return reads.stream(self.db, self.actor, wanted, columns, sort)

    def columns(self, wanted: PropertyFilter, names: Sequence[str], sort: str | None) -> Iterator[list[Sequence[Any]]]:
        """The same in batches of columns, with text as UTF-8 bytes that nobody has checked."""
        require(self.actor, Act.PROPERTY_EXPORT)
        return reads.columns(self.db, self.actor, wanted, names, sort)

    def days_of_moved(self, wanted: PropertyFilter) -> dict[int, int | None]:
        """The days on the market of those that have moved, by number, for exports."""
        require(self.actor, Act.PROPERTY_EXPORT)
        return reads.days_of_moved(self.db, self.actor, wanted, self.clock.now())

    def count(self, wanted: PropertyFilter) -> int:
        require(self.actor, Act.PROPERTY_READ)
        return reads.count(self.db, self.actor, wanted)

    def statistics(self, wanted: PropertyFilter) -> dict[str, Any]:
        require(self.actor, Act.PROPERTY_READ)
        return figures.summary(self.db, self.actor, wanted, self.clock.now())

    def history(self, number: int) -> dict[str, Any]:
        """Steps of price and status, oldest first."""
        self.get(number, deleted=None)
        return {"id": number, "entries": reads.history(self.db, number)}

    # Changing one -------------------------------------------------------------------------------------------------

    def create(self, data: PropertyCreate) -> dict[str, Any]:
        require(self.actor, Act.PROPERTY_WRITE)
        # What says nothing leaves the defaults alone.
        values = {name: value for name, value in self._values(data).items() if value is not None}
        values.setdefault("status", Status.ACTIVE.value)
        values.setdefault("currency", self.settings.currency)
        values["owner_id"] = self._owner(values.pop("owner_id", None))
        self._check_client(values)
        now = stamp(self.clock.now())
        values = rules.complete(values, now)
        self._refuse(rules.contradictions(values))
        values["url_key"] = rules.url_key(values.get("source_url"))
        self.repository.insert([values])
        return reads.inserted(self.db, values, self.clock.now())

    def update(
        self,
        number: int,
        data: PropertyUpdate,
        *,
        expected_version: int | None = None,
        effective_at: str | None = None,
    ) -> dict[str, Any]:
        """Change the fields that were sent. A new price held from `effective_at`, if not from now."""
        require(self.actor, Act.PROPERTY_WRITE)
        before = self._live(number, expected_version)
        not_ahead(self.clock, effective_at)
        changes = self._change(before, data)
        self.repository.update([(before, changes)], effective_at=effective_at)
        return self.get(number)

    def change_status(self, number: int, data: StatusChange, *, expected_version: int | None = None) -> dict[str, Any]:
        require(self.actor, Act.PROPERTY_WRITE)
        before = self._live(number, expected_version)
        not_ahead(self.clock, data.effective_at)
        changes = self._move(before, Status(data.status), data.reason, data.final_price, data.effective_at)
        self.repository.update([(before, changes)], reason=data.reason, effective_at=data.effective_at)
        return self.get(number)

    def delete(self, number: int, *, expected_version: int | None = None) -> None:
        """Move to the bin."""
        require(self.actor, Act.PROPERTY_WRITE)
        before = self._live(number, expected_version)
        self.repository.update([(before, {"deleted_at": stamp(self.clock.now())})], action="delete", touch=False)

    def restore(self, number: int) -> dict[str, Any]:
        """Bring back from the bin."""
        require(self.actor, Act.PROPERTY_WRITE)
        before = reads.state(self.db, self.actor, number)
        if before is None:
            raise NotFound("property.not_found", id=number)
        if before["deleted_at"] is None:
            raise Conflict("property.not_in_bin", id=number)
        self.repository.update([(before, {"deleted_at": None})], action="restore", touch=False)
        return self.get(number)

    def purge(self, numbers: Sequence[int] | None = None, *, older_than: str | None = None) -> list[int]:
        """Remove for good what is in the bin: the listings named, or all that were deleted before a moment.

        Photos lose their rows here; their files are swept when no row names them.
        """
        require(self.actor, Act.PROPERTY_PURGE)
        if numbers is None:
            wanted = plain_filter(deleted=True)
            columns = ("id", "deleted_at")
            rows = list(reads.stream(self.db, self.actor, wanted, columns))
            numbers = [number for number, deleted in rows if older_than is None or deleted < older_than]
        numbers = list(dict.fromkeys(numbers))
        states: dict[int, dict[str, Any]] = {}
        for number in numbers:
            state = reads.state(self.db, self.actor, number)
            if state is None:
                raise NotFound("property.not_found", id=number)
            if state["deleted_at"] is None:
                raise Conflict("property.not_in_bin", id=number)
            states[number] = state
        for start in range(0, len(numbers), _CHUNK):
            some = numbers[start : start + _CHUNK]
            self.photo_rows.purge_of(some)
            self.repository.forget_histories(some)
            self.repository.remove(some, states, "purge")
        return numbers

    # Changing many ------------------------------------------------------------------------------------------------

    def bulk(self, request: PropertyBulkUpdate) -> dict[str, Any]:
        """One change of many listings: all of them, or none and the reason by listing."""
        require(self.actor, Act.PROPERTY_WRITE)
        if request.ids is not None:
            numbers = list(dict.fromkeys(request.ids))
            found = set(reads.ids(self.db, self.actor, plain_filter(ids=numbers)))
            if missing := [number for number in numbers if number not in found]:
                raise NotFound("property.not_found", id=", ".join(map(str, missing[:10])))
        else:
            assert request.filter is not None
            if request.filter.deleted:
                raise Invalid.one("deleted", "bulk.in_bin")
            numbers = reads.ids(self.db, self.actor, request.filter)
        problems: list[FieldProblem] = []
        changed = 0
        for start in range(0, len(numbers), _CHUNK):
            states = reads.states(self.db, numbers[start : start + _CHUNK])
            pairs = []
            for number, before in sorted(states.items()):
                try:
                    pairs.append((before, self._bulk_change(before, request)))
                except Invalid as error:
                    problems += [FieldProblem(f"{number}.{p.field}", p.code, p.params) for p in error.fields]
                except Conflict as error:
                    problems.append(FieldProblem(f"{number}.status", error.code, error.params))
            if problems:
                continue
            if request.dry_run:
                changed += sum(any(b.get(k) != v for k, v in diff.items()) for b, diff in pairs)
            else:
                changed += len(
                    self.repository.update(
                        pairs,
                        action="delete" if request.delete else "update",
                        reason=request.reason,
                        touch=not request.delete,
                    )
                )
        if problems:
            raise Invalid("bulk.refused", problems[:100], count=len(problems))
        return {
            "matched": len(numbers),
            "changed": changed,
            "unchanged": len(numbers) - changed,
            "dry_run": request.dry_run,
            "operation_id": self.log.operation_id,
        }

    def _bulk_change(self, before: dict[str, Any], request: PropertyBulkUpdate) -> dict[str, Any]:
        if request.delete:
            return {"deleted_at": stamp(self.clock.now())}
        changes = self._change(before, request.update)
        if request.price_change_percent is not None and before["price"]:
            changes["price"] = rules.repriced(before["price"], request.price_change_percent)
        if request.add_tags or request.remove_tags:
            tags = changes.get("tags", before["tags"]) or []
            kept = [tag for tag in dict.fromkeys([*tags, *request.add_tags]) if tag not in request.remove_tags]
            if len(kept) > MAX_TAGS:
                raise Invalid.one("tags", "field.too_long", max_length=MAX_TAGS)
            changes["tags"] = kept or None
        if request.status is not None:
            changes |= self._move({**before, **changes}, Status(request.status), request.reason)
        return changes

    # Files --------------------------------------------------------------------------------------------------------

    # Rules shared by the above -------------------------------------------------------------------------------------

    def _live(self, number: int, expected_version: int | None) -> dict[str, Any]:
        before = reads.state(self.db, self.actor, number)
        if before is None or before["deleted_at"] is not None:
            raise NotFound("property.not_found", id=number)
        if expected_version is not None and before["version"] != expected_version:
            raise Stale("stale", version=before["version"], expected=expected_version)
        return before

    def _values(self, data: PropertyCreate | PropertyUpdate) -> dict[str, Any]:
        """The fields that were sent; an empty text or list says nothing, like null."""
        values = {name: getattr(data, name) for name in data.model_fields_set}
        return {name: None if value in ("", [], {}) else value for name, value in values.items()}

    def _change(self, before: dict[str, Any], data: PropertyUpdate) -> dict[str, Any]:
        changes = self._values(data)
        if changes.get("owner_id") is None:
            changes.pop("owner_id", None)
        else:
            changes["owner_id"] = self._owner(changes["owner_id"])
        self._check_client(changes)
        if "rooms" in changes and "is_studio" not in changes:
            rooms = changes["rooms"]
            if rooms == 0 or before["is_studio"] is not None:
                changes["is_studio"] = None if rooms is None else rooms == 0
        if "source_url" in changes:
            changes["url_key"] = rules.url_key(changes["source_url"])
        self._refuse(rules.contradictions({**before, **changes}, frozenset(changes)))
        return changes

    def _move(
        self,
        before: dict[str, Any],
        status: Status,
        reason: str | None,
        final_price: int | None = None,
        effective_at: str | None = None,
    ) -> dict[str, Any]:
        now = stamp(self.clock.now())
        # A listing that was to appear next week is withdrawn as of then, unless somebody names another moment.
        at = effective_at or max(now, before["listed_at"] or now)
        changes = rules.move(before, status, final_price=final_price, at=at)
        if "status" in changes:
            changes["status_reason"] = reason or None
        self._refuse(rules.contradictions({**before, **changes}, frozenset(changes)))
        return changes

    def _refuse(self, problems: Sequence[FieldProblem]) -> None:
        if problems:
            raise Invalid("invalid", rules.told_in(problems, self.actor.timezone))

    def _owner(self, wanted: int | None) -> int:
        return owner_of(self.db, self.actor, wanted, Act.PROPERTY_ASSIGN)

    def _check_client(self, values: dict[str, Any]) -> None:
        if (client := values.get("client_id")) is not None and not self.is_client(self.db, self.actor, client):
            raise Invalid.one("client_id", "client.unknown", id=client)
