"""Calendar files among the formats of files: read whole, since what belongs to a series may stand anywhere in one."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from realty_cli.formats.codec import Block, Codec, Limits, ReadOptions, Table, WriteOptions
from realty_cli.formats.registry import codec_for
from realty_cli.formats.source import Source

_MOST_BYTES = 64 << 20
_SUFFIXES = (".ics", ".ical", ".icalendar", ".ifb")


class CalendarFile(Table):
    """The bytes of a calendar file. It has no rows."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.data = io.BufferedReader(source).read()

    def blocks(self) -> Iterator[Block]:
        raise NotImplementedError("a calendar has no rows")

    def progress(self) -> tuple[int, int | None]:
        return self._source.bytes_read, self._source.total

    def close(self) -> None:
        self._source.close()


class CalendarCodec:
    name = "ics"
    suffixes: tuple[str, ...] = _SUFFIXES
    media_type = "text/calendar; charset=utf-8"

    def read(
        self, source: Path | BinaryIO, limits: Limits = Limits(), *, options: ReadOptions = ReadOptions()
    ) -> CalendarFile:
        return CalendarFile(Source(source, replace(limits, file_bytes=min(limits.file_bytes, _MOST_BYTES))))

    def write(
        self,
        target: Path | BinaryIO,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        options: WriteOptions = WriteOptions(),
    ) -> int:
        raise NotImplementedError("events are written by events.exporting")


ICS = CalendarCodec()


def codec_of(path: Path | str, name: str | None = None) -> Codec:
    """The codec of a file of events: as for any other, and calendar files."""
    word = name.strip().lower() if name is not None else Path(path).suffix.lower()
    return ICS if f".{word.removeprefix('.')}" in _SUFFIXES else codec_for(path, name)
