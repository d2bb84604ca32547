"""Export from the command line: to a file or to standard output, as a stream."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from realty_cli.cli.output import byte_output, emit_json
from realty_cli.cli.progress import shown
from realty_cli.errors import Conflict, Invalid
from realty_cli.formats.codec import Codec, WriteOptions
from realty_cli.formats.registry import codec_for

if TYPE_CHECKING:
    from realty_cli.cli.state import State

# Rows by the hundred thousand hold hardly any cycles; looking for them costs a tenth of the time.
_SELDOM = 200_000


def run_export(
    state: State,
    target: str,
    write: Callable[..., int],
    *,
    format_: str | None,
    fields: str | None,
    sort: str | None,
    force: bool,
    excel: bool,
    codec_of: Callable[..., Codec] = codec_for,
    default: str = "csv",
) -> int | None:
    """Stream objects to a file or to standard output.

    `write(work, codec, target, fields=, sort=, options=, watch=)` gives how many. They are for the caller to tell; None
    where they went into a pipe and nothing is to be told.
    """
    gc.set_threshold(_SELDOM)
    to_pipe = target == "-"
    chosen = format_ or (default if to_pipe else None)
    if to_pipe and format_ is None and state.output in ("json", "jsonl", "csv", "tsv"):
        chosen = state.output
    codec = codec_of(target, chosen)
    if to_pipe and codec.name == "xlsx":
        raise Invalid.one("FILE", "export.no_pipe", format=codec.name)
    if not to_pipe and Path(target).exists() and not force:
        raise Conflict("file.exists", path=target)
    with state.read() as work, shown(state, target) as progress:
        count = write(
            work,
            codec,
            byte_output() if to_pipe else Path(target),
            fields=[one.strip() for one in fields.split(",")] if fields else None,
            sort=sort,
            options=WriteOptions(force=force, excel=excel),
            watch=lambda rows: progress.update(rows, None, rows),
        )
    if to_pipe:
        return None
    if state.format in ("json", "jsonl"):
        emit_json({"file": target, "format": codec.name, "rows": count})
    return count
