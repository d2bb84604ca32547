"""One export from the first listing to the last, for the command and the API alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from realty_cli.formats.codec import Codec, WriteOptions
from realty_cli.formats.csv_columns import ByColumns
from realty_cli.properties.exporting import columns, columns_of, fields_of, kinds_of, rows
from realty_cli.store.database import translating

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter
    from realty_cli.properties.service import PropertyService

_ROWS_BETWEEN_SIGNS = 2_000
T = TypeVar("T", bound=Sequence[object])


def _ignore(rows_done: int) -> None:
    return None


def run(
    listings: PropertyService,
    codec: Codec,
    target: Path | BinaryIO,
    wanted: PropertyFilter,
    *,
    fields: Sequence[str] | None = None,
    sort: str | None = None,
    options: WriteOptions = WriteOptions(),
    watch: Callable[[int], None] = _ignore,
) -> int:
    """Stream the listings that the filter names into `target`, and say how many.

    `watch` hears of the rows done every now and then, and ends the export by raising.
    """
    # Programs read JSON: they get what the API answers.
    whole = codec.name in ("json", "jsonl")
    header = fields_of(fields, whole=whole)
    needed, now = columns_of(header), listings.clock.now()
    if isinstance(codec, ByColumns):
        batches = columns(listings.columns(wanted, needed, sort), header, now, whole=whole)
        counted = _counted(batches, watch, lambda batch: len(batch[0]))
        # What is no text is seen only where it is written.
        with translating(listings.settings.store_path):
            return codec.write_columns(target, header, kinds_of(header), counted, options=options)
    stored = rows(listings.stream(wanted, needed, sort), header, now, whole=whole)
    return codec.write(target, header, _counted(stored, watch, lambda _: 1), options=options)


def _counted(items: Iterable[T], watch: Callable[[int], None], rows_in: Callable[[T], int]) -> Iterator[T]:
    rows_done = since = 0
    for item in items:
        yield item
        since += rows_in(item)
        if since >= _ROWS_BETWEEN_SIGNS:
            rows_done += since
            since = 0
            watch(rows_done)
