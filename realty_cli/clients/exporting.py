"""Export of clients: rows of any filter as files take them, whole or without what tells who somebody is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from realty_cli.auth.policy import Act, require
from realty_cli.clients import record
from realty_cli.errors import Invalid
from realty_cli.formats.codec import Codec, WriteOptions
from realty_cli.kit import masking
from realty_cli.kit.progress import ignored

if TYPE_CHECKING:
    from realty_cli.clients.schemas.filters import ClientFilter
    from realty_cli.clients.service import ClientService

#: All that the API answers of a client.
WHOLE: tuple[str, ...] = (*record.SHOWN, "phones", "emails")
#: What a person has use for.
EXPORTED: tuple[str, ...] = (
    "id", "external_id", "kind", "name", "last_name", "first_name", "middle_name", "company_name", "phones", "emails",
    "telegram", "roles", "stage", "temperature", "source", "campaign", "birthday", "language", "notes", "tags",
    "attributes", "owner_id", "last_contact_at", "created_at",
)  # fmt: skip
_ROWS_BETWEEN_SIGNS = 2_000
#: What is left out of a file that names nobody.
_DROPPED = frozenset({"external_id", "attributes"})


def fields_of(wanted: Sequence[str] | None, *, whole: bool = False) -> tuple[str, ...]:
    """The fields to export, checked."""
    if not wanted:
        return WHOLE if whole else EXPORTED
    for name in wanted:
        if name not in WHOLE:
            raise Invalid.one("fields", "field.unknown", name=name)
    return tuple(dict.fromkeys(wanted))


def anonymised(client: dict[str, Any]) -> dict[str, Any]:
    """A client without what tells who it is: initials, a piece of each number, a year of birth, no addresses."""
    found = {name: masking.texts_in(value) for name, value in client.items()}
    for name in ("name", "last_name", "first_name", "middle_name"):
        if name in found:
            called = client[name]
            found[name] = masking.phone(called) if called and called[0] in "+@" else masking.name(called)
    if client.get("company_name"):
        found["company_name"] = masking.name(client["company_name"])
    for name, mask in (("phones", masking.phone), ("emails", masking.email)):
        if name in found:
            found[name] = [{"value": mask(one["value"]), "label": None} for one in client[name]]
    if client.get("telegram"):
        found["telegram"] = "***"
    if client.get("birthday"):
        found["birthday"] = client["birthday"][:4]
    for name in _DROPPED & found.keys():
        found[name] = {} if name == "attributes" else None
    if found.get("notes"):
        found["notes"] = "***"
    return found


def run(
    clients: ClientService,
    codec: Codec,
    target: Path | BinaryIO,
    wanted: ClientFilter,
    *,
    fields: Sequence[str] | None = None,
    sort: str | None = None,
    anonymise: bool = False,
    options: WriteOptions = WriteOptions(),
    watch: Callable[[int], None] = ignored,
) -> int:
    """Stream the clients that the filter names into `target`, and say how many. `watch` as for listings."""
    require(clients.actor, Act.CLIENT_EXPORT)
    whole = codec.name in ("json", "jsonl")
    header = fields_of(fields, whole=whole)
    found = clients.stream(wanted, sort)
    if anonymise:
        found = map(anonymised, found)
    rows = ([client[name] if whole else _cell(client[name]) for name in header] for client in found)
    return codec.write(target, header, _watched(rows, watch), options=options)


def _watched(rows: Iterable[list[Any]], watch: Callable[[int], None]) -> Iterator[list[Any]]:
    for done, row in enumerate(rows, 1):
        yield row
        if done % _ROWS_BETWEEN_SIGNS == 0:
            watch(done)


def _cell(value: Any) -> Any:
    """Contacts and lists as people write them in one cell; the import reads them again."""
    if isinstance(value, list):
        return "; ".join(_entry(one) for one in value)
    return value or None if isinstance(value, dict) else value


def _entry(one: Any) -> str:
    if isinstance(one, dict):
        return f"{one['value']} ({one['label']})" if one["label"] else str(one["value"])
    return str(one)
