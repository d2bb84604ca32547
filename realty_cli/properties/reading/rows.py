"""From the blocks of a file to checked rows, batch after batch, for any kind of object whose files have a `Plan`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.formats.codec import Block, Table
from realty_cli.kit.ahead import ahead
from realty_cli.kit.importing import Prepared
from realty_cli.kit.schema import Schema, validate
from realty_cli.properties.reading.sheet import fingerprint, keep


@dataclass(frozen=True)
class Reading:
    """How a file is to be read."""

    zone: str
    now: datetime
    file_name: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    extra_aliases: dict[str, list[str]] = field(default_factory=dict)

    def digest(self, header: Sequence[str], cells: Sequence[object]) -> int:
        """What a row says and how it is read, as a number: the same number is the same row."""
        said = [str(one) for one in cells]
        return fingerprint(tuple(header), sorted(self.mapping.items()), sorted(self.defaults.items()), said)


class Converted(Protocol):
    """A row as a plan reads it."""

    problems: list[FieldProblem]


C = TypeVar("C", bound=Converted)
C_co = TypeVar("C_co", bound=Converted, covariant=True)
R = TypeVar("R")


class Plan(Protocol[C_co]):
    def convert(self, cells: Sequence[object]) -> C_co: ...


@dataclass(slots=True)
class Rows(Generic[R]):
    """The rows of one block."""

    good: list[R] = field(default_factory=list)
    rejected: list[Prepared] = field(default_factory=list)
    repeated: int = 0
    """Rows that repeat an earlier one of the file to the letter."""

    def __len__(self) -> int:
        return len(self.good) + len(self.rejected) + self.repeated


class RowReader(ABC, Generic[C, R]):
    """Reads the blocks of one file, each by a plan of its header."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._plans: dict[tuple[str, ...], Plan[C]] = {}

    @abstractmethod
    def plan(self, block: Block) -> Plan[C]:
        """How the rows under this header are read."""

    @abstractmethod
    def check(self, found: C) -> None:
        """Hold the values against the schemas; what cannot be taken becomes a problem."""

    @abstractmethod
    def row(self, source: Prepared, found: C, digest: int) -> R | None:
        """A row that can be taken; None where it repeats an earlier one."""

    def rows(self, block: Block) -> Rows[R]:
        found: Rows[R] = Rows()
        for problem in block.problems:
            why = [FieldProblem("row", problem.code, problem.params)]
            found.rejected.append(Prepared(problem.line, problem.cells, block.header, why))
        if not block.rows:
            return found
        how = self._plans.get(block.header)
        if how is None:
            how = self._plans[block.header] = self.plan(block)
        for number, cells in zip(block.lines, block.rows, strict=True):
            converted = how.convert(cells)
            if not converted.problems:
                self.check(converted)
            if converted.problems:
                found.rejected.append(Prepared(number, cells, block.header, converted.problems))
                continue
            source = Prepared(number, cells, block.header)
            row = self.row(source, converted, self.reading.digest(block.header, cells))
            if row is None:
                found.repeated += 1
            else:
                found.good.append(row)
        found.rejected.sort(key=lambda one: one.line)
        return found


Batch = tuple[Rows[R], tuple[int, int | None]]


@contextmanager
def read_ahead(table: Table, reader: RowReader[Any, R]) -> Iterator[Iterator[Batch[R]]]:
    """Batches of checked rows, made in a thread beside the writing of the last ones."""
    yield ahead((reader.rows(block), table.progress()) for block in table.blocks())


def checked(
    schema: type[Schema],
    values: dict[str, Any],
    zone: str,
    essential: frozenset[str],
    problems: list[FieldProblem],
    warnings: list[FieldProblem],
    given: Callable[[Any], dict[str, Any]],
) -> dict[str, Any] | None:
    """Values as a schema takes them, read off its model by `given`. What is not accepted moves to the attributes, so
    that no row is lost for a field that it can do without; an `essential` one is a problem, and the answer None."""
    for _ in range(2):
        try:
            found = given(validate(schema, values, zone=zone, typed=True))
            return {name: value for name, value in found.items() if value not in (None, [], {}, "")}
        except Invalid as error:
            names = {problem.field.partition(".")[0] for problem in error.fields}
            if names & essential or not names <= values.keys():
                problems += error.fields
                return None
            for name in names:
                keep(values, name, str(values.pop(name)))
            warnings += error.fields
    problems.append(FieldProblem("row", "import.row_empty", {}))
    return None
