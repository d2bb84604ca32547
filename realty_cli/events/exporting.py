"""Events as files: calendars, tables and json, of a period and by a few filters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from realty_cli.auth.policy import Act, require
from realty_cli.events import file_rows, sheets
from realty_cli.events.file_rows import Wanted
from realty_cli.events.ics.codec import CalendarCodec
from realty_cli.events.ics.writer import stream
from realty_cli.formats.atomic import writable
from realty_cli.formats.codec import Codec, WriteOptions
from realty_cli.kit.actor import Actor
from realty_cli.kit.progress import ignored
from realty_cli.store.database import Connection


def run(
    db: Connection,
    actor: Actor,
    codec: Codec | CalendarCodec,
    target: Path | BinaryIO,
    wanted: Wanted,
    *,
    fields: Sequence[str] | None = None,
    options: WriteOptions = WriteOptions(),
    watch: Callable[[int], None] = ignored,
) -> int:
    """Write the events into `target`, and say how many: in a calendar file, exceptions of series are counted too."""
    require(actor, Act.EVENT_EXPORT)
    batches = file_rows.rows(db, actor, wanted)
    if isinstance(codec, CalendarCodec):
        events = [event for batch in batches for event in batch]
        watch(len(events))
        with writable(target, options) as file:
            for piece in stream(events, actor.timezone, name="realty"):
                file.write(piece)
        return len(events)
    header = sheets.fields_of(fields)
    plain = codec.name not in ("json", "jsonl")

    def table() -> Iterator[list[Any]]:
        done = 0
        for batch in batches:
            for event in batch:
                yield sheets.cells(event, header, plain=plain)
            done += len(batch)
            watch(done)

    return codec.write(target, header, table(), options=options)
