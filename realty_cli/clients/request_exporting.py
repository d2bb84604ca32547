"""Export of buyer requests: rows of any filter as files take them, with who asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from realty_cli.auth.policy import Act, require
from realty_cli.clients.request_record import REQUEST
from realty_cli.clients.request_selection import REQUEST_SORTING, select_requests
from realty_cli.errors import Invalid
from realty_cli.formats.codec import Codec, WriteOptions
from realty_cli.kit import masking
from realty_cli.kit.progress import ignored
from realty_cli.store import paging
from realty_cli.store.scope import visible
from realty_cli.store.selection import source
from realty_cli.store.word_index import in_parts

if TYPE_CHECKING:
    from realty_cli.clients.requests import RequestService
    from realty_cli.clients.schemas.request_filters import BuyerRequestFilter

#: All that the API answers of a request, and who asks: null where the client is not one of the actor's.
WHOLE: tuple[str, ...] = (
    *(name for name in REQUEST.columns if name not in REQUEST.hidden), "client_name", "client_phones",
)  # fmt: skip
#: What a person has use for.
EXPORTED: tuple[str, ...] = tuple(name for name in WHOLE if name not in ("version", "deleted_at"))
_AT_ONCE = 500


def fields_of(wanted: Sequence[str] | None, *, whole: bool = False) -> tuple[str, ...]:
    """The fields to export, checked."""
    if not wanted:
        return WHOLE if whole else EXPORTED
    for name in wanted:
        if name not in WHOLE:
            raise Invalid.one("fields", "field.unknown", name=name)
    return tuple(dict.fromkeys(wanted))


def anonymised(request: dict[str, Any]) -> dict[str, Any]:
    """A request without what tells who asks: initials, a piece of each number, no notes, no places of his life."""
    found = {name: masking.texts_in(value) for name, value in request.items()}
    found["client_name"] = masking.name(request["client_name"])
    found["client_phones"] = [masking.phone(one) for one in request["client_phones"]]
    found["places"] = [{**one, "name": None} for one in request["places"]]
    for name in ("note", "title"):
        if found[name]:
            found[name] = "***"
    found["external_id"] = None
    return found


def run(
    requests: RequestService,
    codec: Codec,
    target: Path | BinaryIO,
    wanted: BuyerRequestFilter,
    *,
    fields: Sequence[str] | None = None,
    sort: str | None = None,
    anonymise: bool = False,
    options: WriteOptions = WriteOptions(),
    watch: Callable[[int], None] = ignored,
) -> int:
    """Stream the requests that the filter names into `target`, and say how many. `watch` as for listings."""
    require(requests.actor, Act.CLIENT_EXPORT)
    whole = codec.name in ("json", "jsonl")
    header = fields_of(fields, whole=whole)
    batches = _stream(requests, wanted, sort)

    def rows() -> Iterator[list[Any]]:
        done = 0
        for batch in batches:
            for request in map(anonymised, batch) if anonymise else batch:
                yield [request[name] if whole else _cell(request[name]) for name in header]
            done += len(batch)
            watch(done)

    return codec.write(target, header, rows(), options=options)


def _stream(requests: RequestService, wanted: BuyerRequestFilter, sort: str | None) -> Iterator[list[dict[str, Any]]]:
    db = requests.db
    ordering = paging.order_by(REQUEST_SORTING.order(sort or "id"))
    chosen = select_requests(db, requests.actor, wanted)
    if chosen.empty:
        return iter(())
    sql = f"SELECT {REQUEST.select} FROM {source(db, chosen)} ORDER BY {ordering}"
    return (_named(requests, rows) for rows in db.batches(sql, chosen.params, _AT_ONCE))


def _named(requests: RequestService, rows: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
    found = [REQUEST.presented(REQUEST.state(row)) for row in rows]
    names: dict[int, str] = {}
    phones: dict[int, list[str]] = {}
    for some, params in in_parts(sorted({one["client_id"] for one in found})):
        scope = visible(requests.actor, params, "c")
        names |= dict(requests.db.all(f"SELECT c.id, c.name FROM clients c WHERE c.id IN {some} AND {scope}", params))
        for client, phone in requests.db.all(
            "SELECT t.client_id, t.value FROM client_contacts t JOIN clients c ON c.id = t.client_id"
            f" WHERE t.client_id IN {some} AND t.channel = 'phone' AND {scope} ORDER BY t.client_id, t.position",
            params,
        ):
            phones.setdefault(client, []).append(phone)
    for one in found:
        one["client_name"], one["client_phones"] = names.get(one["client_id"]), phones.get(one["client_id"], [])
    return found


def _cell(value: Any) -> Any:
    """Lists as people write them in one cell; the import reads them again."""
    if isinstance(value, list):
        return "; ".join(_entry(one) for one in value) or None
    return value


def _entry(one: Any) -> str:
    if isinstance(one, dict):
        name = f"={one['name']}" if one.get("name") else ""
        return f"{one['latitude']},{one['longitude']},{one['radius_km']}{name}"
    return str(one)
