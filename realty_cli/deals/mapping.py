"""From the rows of any file of deals to the fields of a deal and of the people in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from realty_cli.clients import person_cells
from realty_cli.deals.kinds import PartyRole
from realty_cli.properties.reading import fields
from realty_cli.properties.reading.fields import Cells, FieldPlan, Read, planned
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.reading.rows import Reading
from realty_cli.properties.reading.sheet import Column, Vocabulary
from realty_cli.properties.values import Unreadable, line

VOCABULARY = Vocabulary("realty_cli.deals")
require_known = VOCABULARY.require_known
#: Who a column names; the client is whoever we work for.
PEOPLE = ("buyer", "seller", "tenant", "landlord", "client")
#: What only files of ours have together.
_MARKS = frozenset({"id", "created_at", "parties", "stage"})
_OURS = frozenset({"id", "owner_id", "attributes"})
_GIVEN = frozenset({
    "lead_id", "reserved_at", "after", "before", "version", "updated_at", "deleted_at", "realty_line", "realty_reason",
})  # fmt: skip
_WORDS = ("kind", "side", "stage", "deposit_kind", "mortgage_status", "contract_kind")
_TEXTS = {"external_id": 200, "title": 300, "object": 300, "property_code": 200, "cadastral_number": 100, "currency": 3,
          "lost_reason": 500, "mortgage_bank": 500, "contract_number": 100}  # fmt: skip
#: `buyer: Иванов Пётр (11)`, as our own files have it; without the name for a client of somebody else.
_PARTY = re.compile(r"(\w+):\s*(.*?)\s*\((\d{1,18})\)")


def plan(header: Sequence[str], reading: Reading) -> FieldPlan:
    """Decide how the rows under `header` are read. Raises as `fields.planned`."""
    return planned(
        VOCABULARY, _readers(reading), header, _MARKS, ours=_OURS, given=_GIVEN, user_map=reading.mapping,
        defaults=reading.defaults, extra_aliases=reading.extra_aliases,
    )  # fmt: skip


def _readers(reading: Reading) -> dict[str, Read]:
    now = reading.now
    readers: dict[str, Read] = {
        "id": fields.wholes("id"),
        "owner_id": fields.wholes("owner_id"),
        "property_id": fields.wholes("property_id"),
        "attributes": fields.table("attributes"),
        "notes": fields.paragraphs("notes"),
        "tags": fields.several("tags", 50, 100),
        "parties": _parties,
        "created_at": _made(now),
    }
    readers |= {name: fields.words(name, VOCABULARY) for name in _WORDS}
    readers |= {name: fields.texts(name, most) for name, most in _TEXTS.items()}
    readers |= {name: fields.money(name) for name in ("amount", "final_price", "deposit", "mortgage_amount")}
    for name in ("deposit_due", "expected_close", "reserved_until", "mortgage_until", "contract_date"):
        readers[name] = fields.days(name, now)
    for name in ("closed_at", "deposit_paid_at"):
        readers[name] = fields.moments_of(name, now)
    for who in PEOPLE:
        readers[who] = person_cells.reader(who, "name")
        for part in ("phones", "emails"):
            readers[f"{who}_{part}"] = person_cells.reader(who, part)
    return readers


def _made(now: datetime) -> Read:
    """In our own files the moment to the letter: with the number it tells which deal a row is."""
    moment = fields.moments_of("created_at", now)

    def read(found: Cells, column: Column, cell: object) -> None:
        if found.values.get("id"):
            found.values["created_at"] = as_text(cell)
        else:
            moment(found, column, cell)

    return read


def _parties(found: Cells, column: Column, cell: object) -> None:
    """The people of a file of ours, each under a name of his own: several may have one role."""
    some = cell if isinstance(cell, list) else [one for one in as_text(cell).split(";") if one.strip()]
    for at, one in enumerate(some):
        if isinstance(one, dict):
            role, name, number = one.get("role"), one.get("name"), one.get("client_id")
        elif party := _PARTY.fullmatch(line(as_text(one))):
            role, name, number = party[1], party[2], int(party[3])
        else:
            raise Unreadable("import.unreadable")
        if role not in set(PartyRole) or not isinstance(number, int):
            raise Unreadable("import.unreadable")
        found.people[f"{role}:{at}"] = {"id": number, **({"name": str(name)} if name and name != "№" else {})}
