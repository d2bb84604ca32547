"""The reading half of an import of clients: from the rows of any file to checked ones. Needs no store.

A row is recognised by our own id (in a file that we exported), else by its external id, else by a phone, an e-mail or
a Telegram name that a client of that name has, else, where it has none of these, by the name itself. Two people of one
phone are two clients. A row that stands exactly as it stood at its last import changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from realty_cli.clients import rules
from realty_cli.clients.mapping import Converted, Plan, plan
from realty_cli.clients.mapping import require_known as require_known
from realty_cli.clients.names import name_key
from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.lead import LeadCreate
from realty_cli.clients.service import values_of
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.formats.codec import Block, Table
from realty_cli.kit.importing import Prepared
from realty_cli.kit.schema import validate
from realty_cli.properties.reading import rows
from realty_cli.properties.reading.rows import Reading as Reading
from realty_cli.properties.reading.sheet import keep

#: Without these a row is no client; any other field that cannot be taken is kept as an attribute instead.
ESSENTIAL = frozenset({"name", "phones", "emails"})


@dataclass(slots=True)
class Row:
    """A row that can be taken: what it says of a client, what of a lead, and by what it is recognised, strongest
    first: `i` own id, `x` external id, `p` phone, `e` e-mail, `t` Telegram, `s` the name itself."""

    line: int
    values: dict[str, Any]
    lead: dict[str, Any]
    keys: tuple[str, ...]
    made: str | None
    name_key: str | None
    warnings: Sequence[FieldProblem] = ()


Rows = rows.Rows[Row]
Batch = rows.Batch[Row]


def read_ahead(table: Table, reading: Reading, *, own_process: bool = False) -> AbstractContextManager[Iterator[Batch]]:
    """Batches of checked rows, made in a thread beside the writing of the last ones."""
    return rows.read_ahead(table, ClientReader(reading))


class ClientReader(rows.RowReader[Converted, Row]):
    def __init__(self, reading: Reading) -> None:
        super().__init__(reading)
        self._same: dict[str, list[int]] = {}

    def plan(self, block: Block) -> Plan:
        told = self.reading
        return plan(
            block.header, user_map=told.mapping, defaults=told.defaults, now=told.now, extra_aliases=told.extra_aliases
        )

    def check(self, found: Converted) -> None:
        values = rows.checked(
            ClientCreate, found.values, self.reading.zone, ESSENTIAL, found.problems, found.warnings, values_of
        )
        if values is not None:
            found.values = values
            found.values |= rules.named({}, found.values)
            self._check_lead(found)

    def _check_lead(self, found: Converted) -> None:
        if not found.lead:
            return
        lead = dict(found.lead)
        if "lead_note" in lead:
            lead["note"] = lead.pop("lead_note")
        try:
            model = validate(LeadCreate, lead, zone=self.reading.zone, typed=True)
            given = {name: getattr(model, name) for name in model.model_fields_set}
            found.lead = {name: value for name, value in given.items() if value not in (None, "")}
            refused = rules.contradictions(found.lead)
        except Invalid as error:
            refused = error.fields
        if refused:
            for name, value in found.lead.items():
                keep(found.values, name, str(value))
            found.lead = {}
            found.warnings += refused

    def row(self, source: Prepared, found: Converted, digest: int) -> Row | None:
        values = found.values
        values.pop("referrer_id", None)
        get = values.get
        key = name_key(get("last_name"), get("first_name"), get("middle_name"), get("company_name"))
        keys = [f"i{found.own[0]}"] if found.own else []
        if external := get("external_id"):
            keys.append("x" + external)
        keys += ["p" + one["value"] for one in get("phones", ())]
        keys += ["e" + one["value"] for one in get("emails", ())]
        keys += [f"t{name}"] if (name := get("telegram")) else []
        if len(keys) == (found.own is not None):
            earlier = self._same.setdefault(key or values["name"], [])
            if digest in earlier:
                return None
            values["stable_key"] = f"{key or values['name']}#{len(earlier)}"
            earlier.append(digest)
            keys.append("s" + values["stable_key"])
        values["import_hash"] = digest
        made = found.own[1] if found.own else None
        return Row(source.line, values, found.lead, tuple(keys), made, key, found.warnings)
