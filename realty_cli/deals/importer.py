"""The writing half of an import of deals. What a row is recognised by stands in `importing`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from realty_cli.auth.policy import Act, allows, require
from realty_cli.clients.importer import ClientImporter
from realty_cli.deals import rules
from realty_cli.deals.importing import Row
from realty_cli.deals.kinds import ENDED, HOLDING, DealKind, Stage
from realty_cli.deals.service import DealService
from realty_cli.errors import Conflict, FieldProblem, Invalid
from realty_cli.kit.clock import not_ahead, stamp
from realty_cli.kit.importing import Prepared
from realty_cli.properties.reading.sheet import keep
from realty_cli.store.database import in_list
from realty_cli.store.keyed_import import KeyedImporter
from realty_cli.store.scope import visible

_COLUMNS = {"i": "id", "x": "external_id", "s": "stable_key"}
#: Columns by which a file names a listing.
_LISTINGS = {"property_id": "id", "property_code": "external_id", "cadastral_number": "cadastral_number"}
#: What a row says of the end of a deal, which a move lays down itself.
_OF_MOVE = ("stage", "closed_at", "final_price", "lost_reason", "reserved_until")


class _Known(NamedTuple):
    id: int
    in_bin: bool
    import_hash: int | None
    created_at: str


class _RefusedError(Exception):
    def __init__(self, *problems: FieldProblem) -> None:
        super().__init__("refused")
        self.problems = problems


class DealImporter(KeyedImporter[_Known, Row]):
    """Writes prepared rows of deals as far as they have come, moves their listings, enters the people in them."""

    def __init__(
        self, deals: DealService, clients: ClientImporter, on_rejected: Callable[[Prepared], None] | None = None
    ) -> None:
        require(deals.actor, Act.DEAL_IMPORT)
        super().__init__(deals.log, on_rejected)
        self._deals, self._clients = deals, clients
        self._db, self._actor = deals.db, deals.actor
        self._now = stamp(deals.clock.now())

    # Recognising ---------------------------------------------------------------------------------------------------

    def look(self, letter: str, values: Sequence[Any]) -> list[tuple[Any, _Known]]:
        params: dict[str, Any] = {}
        column, some = _COLUMNS[letter], in_list("key", values, params)
        rows = self._db.all(
            f"SELECT {column}, id, deleted_at IS NOT NULL, import_hash, created_at FROM deals"
            f" WHERE {column} IN {some} AND {visible(self._actor, params)} ORDER BY id",
            params,
        )
        return [(key, _Known(number, bool(in_bin), *more)) for key, number, in_bin, *more in rows]

    def match(self, row: Row, known: dict[str, list[_Known]]) -> _Known | None:
        for key in row.keys:
            for one in known.get(key, ()):
                # The same number in another store is another deal; the moment of its making tells them apart.
                if key[0] != "i" or one.created_at == row.made:
                    return one
        return None

    # Writing -------------------------------------------------------------------------------------------------------

    def add(self, rows: Sequence[Row]) -> None:
        plain: list[dict[str, Any]] = []
        for row in rows:
            try:
                values, at = self._new(row)
            except _RefusedError as error:
                self._refuse(row, error.problems)
                continue
            except (Invalid, Conflict) as error:
                self._refuse(row, _problems(error))
                continue
            if at is None:
                plain.append(values)
            else:
                self._deals.rows.insert(plain)
                self._deals.rows.insert([values], effective_at=at)
                plain = []
            self.report.created += 1
        self._deals.rows.insert(plain)

    def _new(self, row: Row) -> tuple[dict[str, Any], str | None]:
        """The values of a new deal, its listing moved with it, and since when it stands where it does."""
        values = dict(row.values)
        values["owner_id"] = self._owner(values.pop("owner_id", None))
        stage = Stage(values.setdefault("stage", Stage.LEAD.value))
        for name in ("created_at", "closed_at", "deposit_paid_at"):
            not_ahead(self._deals.clock, values.get(name), name)
        listing = self._listing(row, values, same_store=False)
        if listing is not None:
            values |= {"property_id": listing["id"], "kind": values.get("kind") or rules.kind_of(listing["deal_type"])}
            values.setdefault("currency", listing["currency"])
        values.setdefault("kind", DealKind.SALE.value)
        values.setdefault("currency", self._deals.settings.currency)
        if problems := rules.contradictions(values):
            raise _RefusedError(*problems)
        if listing is not None:
            self._deals.listings.agrees(values, listing)
        values["parties"] = self._parties(row, same_store=False)
        values["title"] = values.get("title") or self._called(values, listing, row)
        if stage in ENDED:
            return self._ended(row, values, stage)
        if stage in HOLDING:
            at = values.get("created_at", self._now)
            self._deals.listings.hold(values, at)
            return {**values, "reserved_at": at}, at
        return values, values.get("created_at")

    def _ended(self, row: Row, values: dict[str, Any], stage: Stage) -> tuple[dict[str, Any], str]:
        """A deal that came to its end before we learned of it. Where the listing cannot follow, the deal is kept all
        the same: what was paid is history."""
        at = values.pop("closed_at", None) or values.get("created_at") or self._now
        values["created_at"] = min(values.get("created_at", at), at)
        if stage == Stage.LOST:
            return values, at
        final = values.get("final_price", values.get("amount"))
        if final is None:
            final = self._deals.listings.price(values.get("property_id"))
        if final is None:
            raise Invalid.one("final_price", "deal.final_price_missing")
        try:
            self._deals.listings.close({"id": 0, **values}, final, at)
        except (Invalid, Conflict) as error:
            self.warn(row.line, _problems(error))
        return {**values, "closed_at": at, "final_price": final}, at

    def update(self, row: Row, number: int) -> None:
        before = self._deals.rows.states([number])[number]
        try:
            changed = self._change(row, before)
        except _RefusedError as error:
            self._refuse(row, error.problems)
        except (Invalid, Conflict) as error:
            self._refuse(row, _problems(error))
        else:
            self.updated(row.line, number, changed)

    def _change(self, row: Row, before: dict[str, Any]) -> bool:
        said = {name: value for name, value in row.values.items() if name in row.told or name == "import_hash"}
        for name in ("created_at", "owner_id"):
            said.pop(name, None)
        for name in ("closed_at", "deposit_paid_at"):
            not_ahead(self._deals.clock, said.get(name), name)
        if listing := self._listing(row, said, same_store=True):
            said["property_id"] = listing["id"]
        moved = {name: said.pop(name) for name in _OF_MOVE if name in said}
        changes = {name: value for name, value in said.items() if before.get(name) != value}
        if "attributes" in changes:
            changes["attributes"] = {**(before["attributes"] or {}), **changes["attributes"]}
        if changes.get("property_id"):
            self._deals.refuse_other_listing(before, changes)
        if problems := rules.contradictions({**before, **changes}, frozenset(changes)):
            raise _RefusedError(*problems)
        if listing is not None and "property_id" in changes:
            self._deals.listings.agrees({**before, **changes}, listing)
        named = self._parties(row, same_store=True)
        parties = [*before["parties"], *(one for one in named if one not in before["parties"])]
        if parties != before["parties"]:
            changes["parties"] = parties
        told = any(before.get(name) != value for name, value in changes.items() if name != "import_hash")
        stage = Stage(moved.get("stage", before["stage"]))
        ends = {name: moved[name] for name in ("final_price", "reserved_until") if name in moved}
        told = told or stage != before["stage"] or any(before[name] != value for name, value in ends.items())
        if not told:
            return False
        current = before
        if stage != before["stage"] or ends:
            self._deals.move_to(
                before, stage, moved.get("closed_at"), reason=moved.get("lost_reason"), **ends
            )  # fmt: skip
            current = self._deals.rows.states([before["id"]])[before["id"]]
        self._deals.rows.update([(current, changes)])
        return True

    # What a row names ------------------------------------------------------------------------------------------------

    def _owner(self, said: int | None) -> int:
        if said and allows(self._actor, Act.DEAL_ASSIGN):
            found = self._db.one("SELECT id FROM accounts WHERE id = :id", {"id": said})
            if found is not None:
                return int(found[0])
        return self._actor.id

    def _listing(self, row: Row, values: dict[str, Any], *, same_store: bool) -> dict[str, Any] | None:
        """The listing that a row names, one of the actor's; what names none is kept and warned of. Numbers of a file of
        ours mean something in the same store alone."""
        for name, value in row.listing.items():
            if name == "property_id" and row.made is not None and not same_store:
                continue
            params: dict[str, Any] = {"value": value}
            found = self._db.one(
                f"SELECT id FROM properties WHERE {_LISTINGS[name]} = :value AND deleted_at IS NULL"
                f" AND {visible(self._actor, params)} ORDER BY id",
                params,
            )
            if found is not None:
                return self._deals.listings.named(found[0])
            keep(values, name, str(value))
            self.warn(row.line, [FieldProblem(name, "import.listing_unknown", {"value": str(value)[:80]})])
        return None

    def _parties(self, row: Row, *, same_store: bool) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for role, number, person in row.people:
            client = number if same_store and self._is_mine(number) else None
            if client is None and person is not None:
                (client,) = self._clients.people([person])
                if client is None:
                    self.warn(row.line, [FieldProblem(role, "import.in_bin", {"name": person.values["name"]})])
            if client is not None and (party := {"client_id": client, "role": role}) not in found:
                found.append(party)
        return found

    def _is_mine(self, number: int | None) -> bool:
        params: dict[str, Any] = {"id": number}
        scope = visible(self._actor, params)
        sql = f"SELECT 1 FROM clients WHERE id = :id AND deleted_at IS NULL AND {scope}"
        return number is not None and self._db.one(sql, params) is not None

    def _called(self, values: Mapping[str, Any], listing: Mapping[str, Any] | None, row: Row) -> str:
        if listing is not None:
            return str(listing["title"])
        names = ", ".join(person.values["name"] for _, _, person in row.people if person)
        return names[:300] or str(values.get("contract_number") or values.get("external_id") or f"№ {row.line}")

    def _refuse(self, row: Row, problems: Sequence[FieldProblem]) -> None:
        self.reject(row.source._replace(problems=problems))


def _problems(error: Invalid | Conflict) -> list[FieldProblem]:
    if isinstance(error, Invalid) and error.fields:
        return list(error.fields)
    return [FieldProblem("row", error.code, error.params)]
