"""One import from the first row to the last, for the command and the API alike: batches, all or nothing, dry runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit.progress import Progress, Silent
from realty_cli.properties.importer import Importer
from realty_cli.properties.importing import Batch, Report
from realty_cli.store.changelog import ChangeLog

#: A refusal names so many of the rows at fault; the report has them all.
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """`atomic`: one row rejected, and nothing is kept. `dry_run`: nothing is kept anyway. Else every `batch` rows are
    committed, so that other writers wait no longer than for one batch. `late`: readers beside a first load may be slow,
    so some indexes wait for its end (see `late_indexes`)."""

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


def run(
    work: Transaction,
    importer: Importer,
    batches: Iterator[Batch],
    name: str,
    terms: Terms,
    *,
    progress: Progress = Silent(),
    unbroken: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> Report:
    """Take in all batches of the file `name`. After a dry run the caller takes the transaction back, by itself after
    a `RefusedError`. `unbroken` holds off what would part a commit from the note of what it kept."""
    try:
        return _run(work, importer, batches, name, terms, progress, unbroken)
    finally:
        importer.over()


def _run(
    work: Transaction,
    importer: Importer,
    batches: Iterator[Batch],
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
