"""An import whose rows are recognised by keys: a letter for the kind of key, and what it is."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from realty_cli.errors import FieldProblem
from realty_cli.kit.importing import Outcome, Prepared
from realty_cli.store.import_run import Importer

_CHUNK = 400


class Known(Protocol):
    """An object of the store that a key may mean."""

    @property
    def id(self) -> int: ...
    @property
    def in_bin(self) -> bool: ...
    @property
    def import_hash(self) -> int | None: ...


class Row(Protocol):
    """A row that can be taken. `keys`, the strongest first; `values` have its `import_hash`."""

    line: int
    values: dict[str, Any]
    keys: tuple[str, ...]
    warnings: Sequence[FieldProblem]


K = TypeVar("K", bound=Known)
R = TypeVar("R", bound=Row)


class Batch(Protocol[R]):
    """As `properties.reading.rows.Rows`."""

    good: list[R]
    rejected: list[Prepared]
    repeated: int

    def __len__(self) -> int: ...


class KeyedImporter(Importer[Batch[R]], Generic[K, R]):
    """Writes rows that are new, updates what rows know by a key, and leaves what stands as at the last import."""

    @abstractmethod
    def look(self, letter: str, values: Sequence[Any]) -> list[tuple[Any, K]]:
        """The objects of the actor that have one of these keys, in a steady order, each with its key."""

    @abstractmethod
    def match(self, row: R, known: dict[str, list[K]]) -> K | None:
        """The object that a row means."""

    @abstractmethod
    def add(self, rows: Sequence[R]) -> None:
        """Write new objects and count them in the report."""

    @abstractmethod
    def update(self, row: R, number: int) -> None:
        """Lay a row over an object and count it."""

    def take(self, batch: Batch[R]) -> None:
        for one in batch.rejected:
            self.reject(one)
        self.report.unchanged += batch.repeated
        known = self.lookup(batch.good)
        waiting: list[R] = []
        fresh: set[str] = set()
        for row in batch.good:
            if not fresh.isdisjoint(row.keys):
                # One object twice in a batch: the first row must be in the store for the second to meet it.
                self.add(waiting)
                waiting, fresh = [], set()
                known |= self.lookup([row])
            match = self.match(row, known)
            if match is None:
                waiting.append(row)
                fresh.update(row.keys)
                self.warn(row.line, row.warnings)
            elif match.import_hash == row.values["import_hash"] or match.in_bin:
                self.report.unchanged += 1
                self.report.in_bin += match.in_bin
            else:
                self.warn(row.line, row.warnings)
                self.update(row, match.id)
                known |= self.lookup([row])
        self.add(waiting)

    def lookup(self, rows: Sequence[R]) -> dict[str, list[K]]:
        """What the keys of these rows may mean."""
        wanted: dict[str, list[str]] = {}
        for row in rows:
            for key in row.keys:
                wanted.setdefault(key[0], []).append(key[1:])
        found: dict[str, list[K]] = {}
        for letter, values in wanted.items():
            for start in range(0, len(values), _CHUNK):
                part: list[Any] = list(dict.fromkeys(values[start : start + _CHUNK]))
                for key, known in self.look(letter, [int(one) for one in part] if letter == "i" else part):
                    found.setdefault(f"{letter}{key}", []).append(known)
        return found

    def updated(self, line: int, number: int, changed: bool) -> None:
        """Count what became of a row that was known."""
        if changed:
            self.report.updated += 1
            self.outcome(Outcome(line, "updated", number))
        else:
            self.report.unchanged += 1
