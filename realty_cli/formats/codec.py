"""What every file format gives and takes: tables read block by block, rows written as a stream."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

BLOCK_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may weigh. Sizes are in bytes (in characters where the file has been decoded), the rest are counts.

    `unpacked_bytes`, `unpack_ratio`, `zip_members` and `cells` concern workbooks: all members together, how many
    times larger a member may become, how many members, and the area that the filled cells span.
    """

    file_bytes: int = 4 << 30
    row_bytes: int = 4 << 20
    field_bytes: int = 1 << 20
    columns: int = 1_000
    rows: int = 10_000_000
    depth: int = 100
    unpacked_bytes: int = 1 << 30
    unpack_ratio: int = 250
    zip_members: int = 10_000
    cells: int = 50_000_000


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user knows better than the sniffing does. A format ignores what it has no use for."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


@dataclass(frozen=True, slots=True)
class WriteOptions:
    """How to write. `force` lets an existing file be replaced; the rest concerns csv.

    `excel` is what Excel of a country with a decimal comma opens rightly by a double click: semicolons, a byte order
    mark, CRLF and `45,5`. (It reads `5.9` as the fifth of September.)
    """

    force: bool = False
    delimiter: str | None = None
    bom: bool = False
    line_ending: str = "\n"
    excel: bool = False


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be read at all: where it begins, why, and what of it could be made out."""

    line: int
    code: str
    params: dict[str, Any] = field(default_factory=dict)
    cells: tuple[object, ...] = ()


@dataclass(slots=True)
class Block:
    """Consecutive rows with an equal header; blocks with equal headers share one tuple object.

    `lines` numbers each row as its file does, from 1: the line of a text file where the row begins, the row of a
    sheet, the position in a JSON list. `problems` are the unreadable rows met among them. A file with a header and no
    rows gives one block without rows.
    """

    header: tuple[str, ...]
    lines: list[int]
    rows: list[Sequence[object]]
    problems: list[RowProblem]


class Table(ABC):
    """An open file of rows, to be gone through once, in a `with` block. Memory does not grow with the file (of a
    workbook, the sheet is held).

    `encoding` and `delimiter` say what was found, None where the format has no such thing.
    """

    encoding: str | None = None
    delimiter: str | None = None

    @abstractmethod
    def blocks(self) -> Iterator[Block]:
        """The rows, up to about 2,000 at a time. Raises Invalid where reading cannot go on; what came before stands."""

    @abstractmethod
    def progress(self) -> tuple[int, int | None]:
        """Bytes read so far, and bytes in all (None for a pipe)."""

    @abstractmethod
    def close(self) -> None:
        """Close what `read` opened; a stream that was handed in stays open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Codec(Protocol):
    """One file format. `name` is what `--format` takes, `suffixes` (with the dot) are what file names end in."""

    name: str
    suffixes: tuple[str, ...]
    media_type: str

    def read(
        self, source: Path | BinaryIO, limits: Limits = Limits(), *, options: ReadOptions = ReadOptions()
    ) -> Table:
        """Open and look at the beginning: an unfit file raises Invalid or Unavailable here, not in mid-import."""
        ...

    def write(
        self,
        target: Path | BinaryIO,
        header: Sequence[str],
        rows: Iterable[Sequence[object]],
        *,
        options: WriteOptions = WriteOptions(),
    ) -> int:
        """Write rows as they come and return how many. A Path appears whole or not at all, see `atomic.replacing`.

        Values: str, int, float, bool, None, Decimal, UUID, date, time, datetime (ISO 8601), and list or dict (JSON).
        A float that is no number (NaN, infinity) is written as no value.
        """
        ...
