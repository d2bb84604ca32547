"""One export from the first listing to the last, for the command and the API alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from realty_cli.formats.codec import Codec, WriteOptions
from realty_cli.formats.csv_columns import ByColumns
from realty_cli.kit import masking
from realty_cli.kit.progress import ignored
from realty_cli.properties.exporting import DAYS, NONE_MOVED, columns, columns_of, fields_of, kinds_of, rows
from realty_cli.store.faults import translating

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter
    from realty_cli.properties.service import PropertyService

_ROWS_BETWEEN_SIGNS = 2_000
T = TypeVar("T", bound=Sequence[object])


def run(
    listings: PropertyService,
    codec: Codec,
    target: Path | BinaryIO,
    wanted: PropertyFilter,
    *,
    fields: Sequence[str] | None = None,
    sort: str | None = None,
    anonymise: bool = False,
    options: WriteOptions = WriteOptions(),
    watch: Callable[[int], None] = ignored,
) -> int:
    """Stream the listings that the filter names into `target`, and say how many.

    `anonymise` hides who is to be called, and phones and addresses in texts. `watch` hears of the rows done every now
    and then, and ends the export by raising.
    """
    # Programs read JSON: they get what the API answers.
    whole = codec.name in ("json", "jsonl")
    header = fields_of(fields, whole=whole)
    needed, now = columns_of(header), listings.clock.now()
    moved = listings.days_of_moved(wanted) if DAYS in header else NONE_MOVED
    if isinstance(codec, ByColumns) and not anonymise:
        batches = columns(listings.columns(wanted, needed, sort), header, now, moved, whole=whole)
        counted = _counted(batches, watch, lambda batch: len(batch[0]))
        # What is no text is seen only where it is written.
        with translating(listings.settings.store_path):
            return codec.write_columns(target, header, kinds_of(header), counted, options=options)
    stored = rows(listings.stream(wanted, needed, sort), header, now, moved, whole=whole)
    if anonymise:
        stored = _anonymised(stored, header)
    return codec.write(target, header, _counted(stored, watch, lambda _: 1), options=options)


_HIDDEN: dict[str, Callable[[str | None], str | None]] = {"contact_name": masking.name, "contact_phone": masking.phone}


def _anonymised(stored: Iterable[list[object]], header: Sequence[str]) -> Iterator[list[object]]:
    masks: list[Callable[[Any], Any]] = [_HIDDEN.get(name, masking.texts_in) for name in header]
    for row in stored:
        yield [mask(value) for mask, value in zip(masks, row, strict=True)]


def _counted(items: Iterable[T], watch: Callable[[int], None], rows_in: Callable[[T], int]) -> Iterator[T]:
    rows_done = since = 0
    for item in items:
        yield item
        since += rows_in(item)
        if since >= _ROWS_BETWEEN_SIGNS:
            rows_done += since
            since = 0
            watch(rows_done)
