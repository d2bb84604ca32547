"""Objects of any kind as files over HTTP: imports taken in beside other work, exports sent while they are made."""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO, cast

from starlette.responses import Response

from realty_cli.api import multipart
from realty_cli.api.doors import Door
from realty_cli.api.streaming import GrowingFile, growing
from realty_cli.app import Work
from realty_cli.errors import Unavailable
from realty_cli.formats.codec import Codec, Limits
from realty_cli.formats.registry import codec_for
from realty_cli.formats.safe_name import safe_file_name
from realty_cli.store import import_run
from realty_cli.store.changelog import Origin

#: Rows that an import commits at a time here, so that others wait for a tenth of a second or so.
_BATCH = 2_000


@dataclass(frozen=True)
class Kind:
    """What is taken in: as in `cli.transfer`. `name` is what a file without a name is called."""

    name: str
    require_known: Callable[..., None]
    reading: Callable[..., Any]
    ahead: Callable[..., AbstractContextManager[Iterator[Any]]]
    importer: Callable[[Work], import_run.Importer[Any]]
    codec: Callable[..., Codec] = codec_for


async def take_in(door: Door, sent: Any, kind: Kind) -> Any:
    """Import the file of a form; gives the body of the answer."""
    settings, clock, ending = door.stores.realty.settings, door.stores.realty.clock, door.stores.ending
    kind.require_known(sent.defaults, "set")
    name = safe_file_name(sent.file.filename or kind.name)
    codec = kind.codec(name, sent.format)
    reading = kind.reading(door.actor.timezone, clock.now(), name, sent.mapping, sent.defaults)
    terms = import_run.Terms(sent.atomic, sent.dry_run, min(settings.import_batch, _BATCH))
    language = door.language
    origin = Origin("import", f"{door.origin.command} {name}")

    class Watch:
        def update(self, done: int, total: int | None, rows: int) -> None:
            if ending.is_set():
                raise Unavailable("server.ending")

    def run() -> dict[str, Any]:
        upload = cast(BinaryIO, multipart.Named(sent.file.file, name))
        with codec.read(upload, Limits(file_bytes=settings.upload_max_mb << 20)) as table:
            with kind.ahead(table, reading, own_process=False) as batches:
                # The first rows are read before anybody has to wait for this transaction.
                ready = chain([first] if (first := next(batches, None)) else [], batches)
                with door.stores.working(door.actor, origin, write=True) as work:
                    report = import_run.run(work, kind.importer(work), ready, name, terms, progress=Watch())
                    if sent.dry_run:
                        work.discard()
                return report.body(language)

    return await door.stores.long(run)


async def send_out(door: Door, name: str, codec: Codec, write: Callable[[Work, BinaryIO, Any], int]) -> Response:
    """Stream a file called by `name` while `write(work, target, watch)` writes it."""

    def start(file: GrowingFile) -> Future[Any]:
        def run() -> int:
            with door.stores.working(door.actor, door.origin, write=False) as work:
                return write(work, cast(BinaryIO, file), file.go_on)

        return door.stores.long(run)

    settings = door.stores.realty.settings
    day = door.stores.realty.clock.now().date().isoformat()
    headers = {
        "Content-Disposition": f'attachment; filename="{name}-{day}.{codec.name}"',
        "Cache-Control": "no-store",
        "Vary": "Authorization, X-API-Key",
    }
    return await growing(door.request, settings.home, start, media_type=codec.media_type, headers=headers)


def file_of(columns: str, row: str, item: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a file that is sent."""
    return {
        200: {
            "description": "The file, sent while it is made. One that breaks off without its end is not whole.",
            "content": {
                "text/csv": {"schema": {"type": "string"}, "example": f"{columns}\n{row}\n"},
                "text/tab-separated-values": {"schema": {"type": "string"}},
                "application/json": {"schema": {"type": "array", "items": {"type": "object"}}, "example": [item]},
                "application/x-ndjson": {"schema": {"type": "string"}},
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {
                    "schema": {"type": "string", "format": "binary"}
                },
            },
        }
    }
