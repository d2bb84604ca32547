"""JSON: a list of objects (or an object whose `items` are one, as our API answers), and JSON Lines, an object a line.

Objects are rows and keep the types of JSON. NaN and Infinity, an object that names a key twice and nesting beyond the
limit are refused, though many parsers let them pass.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import orjson

from realty_cli.errors import Invalid
from realty_cli.formats.atomic import writable
from realty_cli.formats.charset import MARKING, text_encoding
from realty_cli.formats.codec import Block, Limits, ReadOptions, Table, WriteOptions
from realty_cli.formats.csv_columns import Column, Kind
from realty_cli.formats.json_columns import JsonColumns
from realty_cli.formats.json_rows import RowGatherer, may_repeat_keys, survey
from realty_cli.formats.json_scan import ListScanner, elements
from realty_cli.formats.source import HEAD_BYTES, Source, size_text
from realty_cli.formats.values import json_default, well_formed

_BATCH = 500
_BOM = b"\xef\xbb\xbf"


class _Recoded(io.RawIOBase):
    """UTF-8 bytes of a text that came in another encoding."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        piece = self._text.read(max(1, len(buffer) // 4)).encode("utf-8", "surrogatepass")
        buffer[: len(piece)] = piece
        return len(piece)


class _JsonTable(Table):
    encoding: str

    def __init__(self, source: Source, limits: Limits, options: ReadOptions) -> None:
        self._source = source
        self._limits = limits
        self.encoding = text_encoding(source.sample(), source.name, options.encoding)
        raw: io.RawIOBase = source
        self._stream = io.BufferedReader(raw, 1 << 17)
        if self.encoding == "utf-8-sig":
            self._stream.read(len(_BOM))
        elif self.encoding != "utf-8":
            text = io.TextIOWrapper(self._stream, self.encoding, MARKING, newline="")
            raw = _Recoded(text)
            self._stream = io.BufferedReader(raw, 1 << 17)
        self._rows = RowGatherer(source.name, limits)

    def blocks(self) -> Iterator[Block]:
        rows = self._rows
        try:
            for _ in self._read():
                if rows.ready:
                    yield from rows.take()
        except Invalid:
            rows.finish()
            yield from rows.take()
            raise
        rows.finish()
        yield from rows.take()

    def progress(self) -> tuple[int, int | None]:
        return self._source.bytes_read, self._source.total

    def close(self) -> None:
        self._source.close()

    def _read(self) -> Iterator[None]:
        """Put rows into `_rows`, stopping now and then to let them be taken."""
        raise NotImplementedError


class JsonListTable(_JsonTable):
    """A list in one JSON text; rows are numbered by their place in it. What breaks the list itself ends the reading."""

    def _read(self) -> Iterator[None]:
        if len(self._source.head) < HEAD_BYTES and not self._source.head.strip():
            raise Invalid.one("file", "file.empty", path=self._source.name)
        scanner = ListScanner(self._stream, self._source.name, self._limits)
        place = 1
        for raw, found in scanner.pieces():
            if found is not None and self._is_clean(raw, found):
                for line, value in enumerate(found, place):
                    self._rows.add_clean(line, value)  # type: ignore[arg-type]
            else:
                for line, element in enumerate(elements(raw), place):
                    self._rows.add(line, element)
            place = scanner.elements + 1
            yield

    def _is_clean(self, raw: bytes, found: list[object]) -> bool:
        limits = self._limits
        if len(raw) > limits.field_bytes or not all(type(value) is dict and value for value in found):
            return False
        if max(map(len, found)) > limits.columns:  # type: ignore[arg-type]
            return False
        texts, depth = survey(found)
        return depth <= limits.depth and not may_repeat_keys(raw, texts)


class JsonLinesTable(_JsonTable):
    """An object a line; a line that is none is a problem of its row. Blank lines are skipped."""

    def _read(self) -> Iterator[None]:
        limits = self._limits
        stop = limits.row_bytes + 1
        for line, raw in enumerate(iter(partial(self._stream.readline, stop), b""), 1):
            if len(raw) >= stop:
                limit = size_text(limits.row_bytes)
                raise Invalid.one("file", "file.row_too_long", path=self._source.name, line=line, limit=limit)
            if not raw.isspace():
                self._rows.add(line, raw)
                yield


class _JsonCodec:
    name: str
    suffixes: tuple[str, ...]
    media_type: str
    _table: type[_JsonTable]
    _between: bytes

    def read(
        self, source: Path | BinaryIO, limits: Limits = Limits(), *, options: ReadOptions = ReadOptions()
    ) -> Table:
        opened = Source(source, limits)
        try:
            return self._table(opened, limits, options)
        except BaseException:
            opened.close()
            raise

    def write(
        self,
        target: Path | BinaryIO,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        options: WriteOptions = WriteOptions(),
    ) -> int:
        return self._into(target, header, _by_rows(header, rows, self._between), options)

    def write_columns(
        self,
        target: Path | BinaryIO,
        header: Sequence[str],
        kinds: Sequence[Kind],
        batches: Iterable[Sequence[Column]],
        *,
        options: WriteOptions = WriteOptions(),
    ) -> int:
        """The same from batches of columns, none of them empty, of which it is told what they hold; twice as fast.

        Raises UnicodeDecodeError where a text is not UTF-8.
        """
        columns = JsonColumns(header, kinds)
        texts = ((columns.encode(batch, self._between), len(batch[0])) for batch in batches)
        return self._into(target, header, texts, options)

    def _into(
        self, target: Path | BinaryIO, header: Sequence[str], texts: Iterable[tuple[bytes, int]], options: WriteOptions
    ) -> int:
        if len(set(header)) != len(header):
            raise ValueError("a JSON object cannot hold two columns of one name")
        with writable(target, options) as out:
            return self._write(out, texts)

    def _write(self, out: BinaryIO, texts: Iterable[tuple[bytes, int]]) -> int:
        raise NotImplementedError


class JsonCodec(_JsonCodec):
    """One JSON list of objects, each on a line of its own."""

    name = "json"
    suffixes: tuple[str, ...] = (".json",)
    media_type = "application/json"
    _table = JsonListTable
    _between = b",\n"

    def _write(self, out: BinaryIO, texts: Iterable[tuple[bytes, int]]) -> int:
        out.write(b"[")
        count = 0
        for text, rows in texts:
            out.write((b",\n" if count else b"\n") + text)
            count += rows
        out.write(b"\n]\n" if count else b"]\n")
        return count


class JsonLinesCodec(_JsonCodec):
    """JSON Lines, also called NDJSON: what tools stream."""

    name = "jsonl"
    suffixes: tuple[str, ...] = (".jsonl", ".ndjson")
    media_type = "application/x-ndjson"
    _table = JsonLinesTable
    _between = b"\n"

    def _write(self, out: BinaryIO, texts: Iterable[tuple[bytes, int]]) -> int:
        count = 0
        for text, rows in texts:
            out.write(text + b"\n")
            count += rows
        return count


def _by_rows(header: Sequence[str], rows: Iterable[Sequence[object]], between: bytes) -> Iterator[tuple[bytes, int]]:
    """Texts of many rows, and of how many."""
    source = iter(rows)
    while batch := [_encoded(header, row) for row in islice(source, _BATCH)]:
        yield between.join(batch), len(batch)


def _encoded(header: Sequence[str], row: Sequence[object]) -> bytes:
    value = dict(zip(header, row, strict=True))
    try:
        return orjson.dumps(value, default=json_default)
    except orjson.JSONEncodeError:
        # Lone surrogates, or keys that are no text: rare enough to be mended only when met.
        return orjson.dumps(well_formed(value), default=json_default, option=orjson.OPT_NON_STR_KEYS)
