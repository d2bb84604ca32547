"""One import from the first row to the last, for the command and the API alike: batches, all or nothing, dry runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit.importing import MOST_OUTCOMES, Outcome, Prepared, Report
from realty_cli.kit.progress import Progress, Silent
from realty_cli.store.changelog import ChangeLog

#: A refusal names so many of the rows at fault; the report has them all.
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """`atomic`: one row rejected, and nothing is kept. `dry_run`: nothing is kept anyway. Else every `batch` rows are
    committed, so that other writers wait no longer than for one batch. `late`: readers beside a first load may be slow,
    so some indexes wait for its end."""

    atomic: bool = False
    dry_run: bool = False
    batch: int = 20_000
    late: bool = False


class RefusedError(Invalid):
    """Rows of an atomic import cannot be accepted. Whoever holds the transaction takes it back; `report` tells why."""

    def __init__(self, report: Report) -> None:
        named = [
            FieldProblem(f"{one.line}.{problem.field}", problem.code, problem.params)
            for one in report.outcomes
            if one.outcome == "rejected"
            for problem in one.problems
        ]
        super().__init__("import.refused", named[:_MOST_NAMED], count=report.rejected)
        self.report = report


class Transaction(Protocol):
    """What `app.Work` is to an import."""

    log: ChangeLog

    def checkpoint(self) -> None: ...


class _Sized(Protocol):
    def __len__(self) -> int: ...


B = TypeVar("B", bound=_Sized)


class Importer(ABC, Generic[B]):
    """What writes the rows of one kind of object, and counts what became of them."""

    def __init__(self, log: ChangeLog, on_rejected: Callable[[Prepared], None] | None = None) -> None:
        self._log = log
        self._on_rejected = on_rejected
        self.report = Report()
        self.kept = 0

    @abstractmethod
    def take(self, batch: B) -> None:
        """Write one batch of rows."""

    @property
    def put_off(self) -> bool:
        """Whether something of the store waits for the end of this import."""
        return False

    def expect(self, rows: float) -> None:
        """So many rows are to come."""

    def over(self) -> None:
        """Nothing more comes, whether all went well or not."""

    @property
    def import_id(self) -> int | None:
        """The operation that this import is, once it has changed something."""
        return self._log.operation_id

    def committed(self) -> None:
        """What was taken so far is in the store for good."""
        self.kept = self.report.rows

    def note(self) -> None:
        """Keep the counts so far with the operation, for whoever finds it unfinished."""
        report = self.report
        self._log.describe({"created": report.created, "updated": report.updated, "unfinished": True})

    def finish(self) -> Report:
        """The last of the work; what it still has to be is kept."""
        self.report.import_id = self.import_id
        return self.report

    def forget(self) -> None:
        """The transaction is rolled back: nothing was created or updated after all."""
        self.report.created = self.report.updated = 0
        self.report.import_id = None
        self.report.outcomes = [one for one in self.report.outcomes if one.outcome == "rejected"]

    def reject(self, row: Prepared) -> None:
        self.report.rejected += 1
        self.outcome(Outcome(row.line, "rejected", None, row.problems))
        if self._on_rejected is not None:
            self._on_rejected(row)

    def outcome(self, outcome: Outcome) -> None:
        if len(self.report.outcomes) < MOST_OUTCOMES:
            self.report.outcomes.append(outcome)

    def warn(self, line: int, warnings: Sequence[FieldProblem]) -> None:
        if len(self.report.warnings) < MOST_OUTCOMES:
            self.report.warnings += [(line, warning) for warning in warnings]


def run(
    work: Transaction,
    importer: Importer[B],
    batches: Iterator[tuple[B, tuple[int, int | None]]],
    name: str,
    terms: Terms,
    *,
    progress: Progress = Silent(),
    unbroken: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Report:
    """Take in all batches of the file `name`, each with how far in the file it stands (`Table.progress`).

    After a dry run the caller takes the transaction back, by itself after a `RefusedError`. `unbroken` holds off what
    would part a commit from the note of what it kept.
    """
    try:
        return _run(work, importer, batches, name, terms, progress, unbroken)
    finally:
        importer.over()


def _run(
    work: Transaction,
    importer: Importer[B],
    batches: Iterator[tuple[B, tuple[int, int | None]]],
    name: str,
    terms: Terms,
    progress: Progress,
    unbroken: Callable[[], AbstractContextManager[None]],
) -> Report:
    parts = not (terms.atomic or terms.dry_run)
    # The first rows tell how many there are; later ones tell it better.
    since, look = 0, parts and terms.late
    for rows, (done, total) in batches:
        importer.take(rows)
        progress.update(done, total, importer.report.rows)
        since += len(rows)
        if since >= terms.batch and parts:
            importer.note()
            with unbroken():
                work.checkpoint()
                importer.committed()
            since, look = 0, terms.late
        if look and total is not None:
            importer.expect(importer.report.created * (total - done) / max(done, 1))
            look = False
    if terms.atomic and importer.report.rejected:
        importer.forget()
        raise RefusedError(importer.report)
    report = importer.finish()
    if terms.dry_run:
        # The operation is taken back with the rest: its number names nothing.
        report.import_id = None
    work.log.describe({"file": name, **report.counts})
    if importer.put_off:
        with unbroken():
            work.checkpoint()
            importer.committed()
    return report
