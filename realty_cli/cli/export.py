"""Export from the command line: to a file or to standard output, as a stream."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from realty_cli.cli.output import byte_output, emit_json
from realty_cli.cli.progress import shown
from realty_cli.errors import Conflict, Invalid
from realty_cli.formats.codec import WriteOptions
from realty_cli.formats.csv_codec import CsvCodec
from realty_cli.formats.registry import codec_for
from realty_cli.properties.exporting import columns, columns_of, fields_of, kinds_of, rows
from realty_cli.store.database import translating

if TYPE_CHECKING:
    from realty_cli.app import Work
    from realty_cli.cli.state import State
    from realty_cli.kit.progress import Progress

# Rows by the hundred thousand hold hardly any cycles; looking for them costs a tenth of the time.
_SELDOM = 200_000
_ROWS_BETWEEN_SIGNS = 2_000


def run_export(
    state: State,
    target: str,
    wanted: Callable[[Work], Any],
    *,
    format_: str | None,
    fields: str | None,
    sort: str | None,
    force: bool,
    excel: bool,
) -> None:
    """Stream listings to a file or to standard output."""
    gc.set_threshold(_SELDOM)
    to_pipe = target == "-"
    chosen = format_ or ("csv" if to_pipe else None)
    if to_pipe and format_ is None and state.output in ("json", "jsonl", "csv", "tsv"):
        chosen = state.output
    codec = codec_for(target, chosen)
    if to_pipe and codec.name == "xlsx":
        raise Invalid.one("FILE", "export.no_pipe", format=codec.name)
    if not to_pipe and Path(target).exists() and not force:
        raise Conflict("file.exists", path=target)
    # Programs read JSON: they get what the API answers.
    whole = codec.name in ("json", "jsonl")
    header = fields_of([one.strip() for one in fields.split(",")] if fields else None, whole=whole)
    options = WriteOptions(force=force, excel=excel)
    place = byte_output() if to_pipe else Path(target)
    with state.read() as work, shown(state, target) as progress:
        listings, needed, now = work.properties, columns_of(header), work.clock.now()
        if isinstance(codec, CsvCodec):
            batches = columns(listings.columns(wanted(work), needed, sort), header, now)
            counted = _counted(batches, progress, lambda batch: len(batch[0]))
            # What is no text is seen only where it is written.
            with translating(state.realty.database.path):
                count = codec.write_columns(place, header, kinds_of(header), counted, options=options)
        else:
            stored = rows(listings.stream(wanted(work), needed, sort), header, now, whole=whole)
            count = codec.write(place, header, _counted(stored, progress, lambda _: 1), options=options)
    if not to_pipe:
        if state.format in ("json", "jsonl"):
            emit_json({"file": target, "format": codec.name, "rows": count})
        state.tell_many("{n} listing written to {path}", "{n} listings written to {path}", count, path=target)


def _counted(
    items: Iterable[list[Any]], progress: Progress, rows_in: Callable[[list[Any]], int]
) -> Iterator[list[Any]]:
    rows_done = since = 0
    for item in items:
        yield item
        since += rows_in(item)
        if since >= _ROWS_BETWEEN_SIGNS:
            rows_done += since
            since = 0
            progress.update(rows_done, None, rows_done)
