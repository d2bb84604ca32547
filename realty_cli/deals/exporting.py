"""Export of deals: rows of any filter as files take them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from realty_cli.auth.policy import Act, require
from realty_cli.deals import reads
from realty_cli.deals.record import DEAL
from realty_cli.errors import Invalid
from realty_cli.formats.codec import Codec, WriteOptions
from realty_cli.kit import masking
from realty_cli.kit.progress import ignored

if TYPE_CHECKING:
    from realty_cli.deals.schemas.filters import DealFilter
    from realty_cli.deals.service import DealService

#: All that the API answers of a deal.
WHOLE: tuple[str, ...] = (*(name for name in DEAL.columns if name not in DEAL.hidden), *DEAL.parts, "before")
#: Rows between two words on how far it is.
_WATCHED = 500
#: What a person has use for.
EXPORTED: tuple[str, ...] = tuple(name for name in WHOLE if name not in ("version", "deleted_at"))


def fields_of(wanted: Sequence[str] | None, *, whole: bool = False) -> tuple[str, ...]:
    """The fields to export, checked."""
    if not wanted:
        return WHOLE if whole else EXPORTED
    for name in wanted:
        if name not in WHOLE:
            raise Invalid.one("fields", "field.unknown", name=name)
    return tuple(dict.fromkeys(wanted))


def anonymised(deal: dict[str, Any]) -> dict[str, Any]:
    """A deal without what tells who is in it: initials, no notes, no phones and addresses in texts."""
    found = {name: masking.texts_in(value) for name, value in deal.items()}
    found["parties"] = [{**one, "name": masking.name(one["name"])} for one in deal["parties"]]
    found["attributes"] = {}
    if found["notes"]:
        found["notes"] = "***"
    return found


def run(
    deals: DealService,
    codec: Codec,
    target: Path | BinaryIO,
    wanted: DealFilter,
    *,
    fields: Sequence[str] | None = None,
    sort: str | None = None,
    anonymise: bool = False,
    options: WriteOptions = WriteOptions(),
    watch: Callable[[int], None] = ignored,
) -> int:
    """Stream the deals that the filter names into `target`, and say how many. `watch` as for listings."""
    require(deals.actor, Act.DEAL_EXPORT)
    whole = codec.name in ("json", "jsonl")
    header = fields_of(fields, whole=whole)
    found = reads.stream(deals.db, deals.actor, wanted, sort)

    def rows() -> Iterator[list[Any]]:
        for done, deal in enumerate(map(anonymised, found) if anonymise else found, 1):
            yield [deal[name] if whole else _cell(name, deal[name]) for name in header]
            if not done % _WATCHED:
                watch(done)

    return codec.write(target, header, rows(), options=options)


def _cell(name: str, value: Any) -> Any:
    """Lists as people write them in one cell."""
    if name == "parties":
        return "; ".join(f"{one['role']}: {one['name'] or '№'} ({one['client_id']})" for one in value) or None
    if isinstance(value, list):
        return "; ".join(map(str, value)) or None
    return value or None if isinstance(value, dict) else value
