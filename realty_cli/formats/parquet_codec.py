"""Parquet, to write only: columns of one type each, in row groups, as whoever analyses elsewhere reads them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from realty_cli.errors import MissingExtra
from realty_cli.formats.atomic import writable
from realty_cli.formats.codec import WriteOptions

if TYPE_CHECKING:
    from realty_cli.formats.csv_columns import Kind

#: Rows of a group: what is held in memory at a time.
_GROUP = 20_000


class ParquetCodec:
    """`kinds` says what each column holds: numbers are doubles, or whole where `whole` names them."""

    name = "parquet"
    suffixes: tuple[str, ...] = (".parquet",)
    media_type = "application/vnd.apache.parquet"

    def __init__(self, kinds: Sequence[Kind] = (), whole: Sequence[bool] = ()) -> None:
        self._kinds, self._whole = kinds, whole

    def write(
        self,
        target: Path | BinaryIO,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        options: WriteOptions = WriteOptions(),
    ) -> int:
        """Raises MissingExtra where pyarrow is not installed."""
        try:
            import pyarrow as arrow
            from pyarrow import parquet
        except ImportError as error:
            raise MissingExtra("extra.parquet") from error

        types = {"flag": arrow.bool_(), "text": arrow.string(), "json": arrow.string()}
        fields = [
            arrow.field(name, arrow.int64() if kind == "number" and whole else types.get(kind, arrow.float64()))
            for name, kind, whole in zip(header, self._kinds, self._whole, strict=True)
        ]
        schema, count = arrow.schema(fields), 0
        with writable(target, options) as file:
            with closing(parquet.ParquetWriter(_Sink(file), schema, compression="zstd")) as writer:
                for group in _groups(rows):
                    columns = [
                        arrow.array(_column(values, kind), type=field.type)
                        for values, kind, field in zip(zip(*group, strict=True), self._kinds, fields, strict=True)
                    ]
                    writer.write_table(arrow.Table.from_arrays(columns, schema=schema))
                    count += len(group)
        return count


class _Sink:
    """A file that can only grow, as the library wants it."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._size = file, 0

    def write(self, data: Any) -> int:
        self._file.write(bytes(data))
        self._size += len(data)
        return len(data)

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Whoever owns the file flushes it."""

    def close(self) -> None:
        """Whoever owns the file closes it."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


def _column(values: Sequence[object], kind: str) -> Sequence[object]:
    if kind != "json":
        return values
    return [None if value is None else orjson.dumps(value).decode() for value in values]


def _groups(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    left = iter(rows)
    while group := list(islice(left, _GROUP)):
        yield group
