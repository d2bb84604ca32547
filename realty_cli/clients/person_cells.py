"""People whom the files of other objects name: the buyer of a deal, the client of a request."""

from __future__ import annotations

from typing import Any

from realty_cli.clients import rules
from realty_cli.clients.importing import Row
from realty_cli.clients.mapping import add_contacts, without_phones
from realty_cli.clients.names import name_key
from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.parts import telegram_name
from realty_cli.clients.service import values_of
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit.schema import validate
from realty_cli.properties.reading.fields import Cells, Read
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.reading.sheet import Column
from realty_cli.properties.values import Unreadable, line, whole

#: What a file may say of a person, and how much of it is read.
PARTS = {"name": 300, "last_name": 100, "first_name": 100, "middle_name": 100, "company_name": 300}


def reader(who: str, part: str) -> Read:
    """Reads a cell into `people[who]`. `part` is one of `PARTS`, phones, emails, telegram, or id."""

    def read(found: Cells, column: Column, cell: object) -> None:
        person = found.people.setdefault(who, {})
        text = line(as_text(cell))
        if part in ("phones", "emails"):
            add_contacts(person, part, cell)
        elif part == "id":
            person["id"] = whole(text)
        elif part == "telegram":
            try:
                person[part] = telegram_name(text)
            except Exception:  # pydantic's own kind, which is a ValueError only by half
                raise Unreadable from None
        else:
            said = without_phones(person, text) if part == "name" else text
            if len(said) > PARTS[part]:
                raise Unreadable("import.unreadable")
            if said:
                person.setdefault(part, said)

    return read


def person(line_: int, said: dict[str, Any], role: str, zone: str, warnings: list[FieldProblem]) -> Row | None:
    """Somebody as an import of clients takes him; None for nobody. What cannot be taken is warned of."""
    values = {name: value for name, value in said.items() if name != "id"}
    if not any(values.values()):
        return None
    try:
        values = values_of(validate(ClientCreate, {**values, "roles": [role]}, zone=zone, typed=True))
        values = {name: value for name, value in values.items() if value not in (None, [], {}, "")}
        values |= rules.named({}, values)
    except Invalid as error:
        warnings += error.fields
        return None
    get = values.get
    key = name_key(get("last_name"), get("first_name"), get("middle_name"), get("company_name"))
    keys = ["p" + one["value"] for one in get("phones", ())]
    keys += ["e" + one["value"] for one in get("emails", ())]
    keys += [f"t{name}"] if (name := get("telegram")) else []
    if key:
        keys.append("n" + key)
    elif not keys:
        values["stable_key"] = f"{values['name']}#0"
        keys.append("s" + values["stable_key"])
    return Row(line_, values, {}, tuple(keys), None, key)
