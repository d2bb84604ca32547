"""Import from the command line: files, progress, rejected rows, exit codes."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import typer

from realty_cli.cli import exits
from realty_cli.cli.output import emit_json
from realty_cli.cli.progress import shown
from realty_cli.cli.state import State
from realty_cli.errors import RealtyError

if TYPE_CHECKING:
    from realty_cli.formats.codec import Table
    from realty_cli.properties.importer import Importer
    from realty_cli.properties.importing import Report
    from realty_cli.properties.ready import Prepared

_MOST_REJECTED_SHOWN = 20
_MOST_WARNINGS_SHOWN = 10
# Rows by the hundred thousand hold hardly any cycles; looking for them costs a tenth of the time.
_SELDOM = 200_000


def run_import(
    state: State,
    files: Sequence[Path],
    *,
    format_: str | None,
    mapping: dict[str, str],
    defaults: dict[str, str],
    aliases: Path | None,
    dry_run: bool,
    atomic: bool,
    rejected: Path | None,
) -> None:
    """Import files one after the other; each is one operation that can be undone."""
    from realty_cli.properties.importing import read_aliases, require_known

    require_known(defaults)
    extra = read_aliases(aliases) if aliases is not None else {}
    bodies = []
    worst = exits.OK
    gc.set_threshold(_SELDOM)
    for path in files:
        report = _import_one(state, path, format_, mapping, defaults, extra, dry_run, atomic, rejected)
        bodies.append(report.body(state.language))
        if report.rejected:
            worst = exits.INVALID if atomic else exits.PARTLY
    if state.format in ("json", "jsonl"):
        emit_json(bodies[0] if len(bodies) == 1 else bodies)
    if worst:
        raise typer.Exit(worst)


def _import_one(
    state: State,
    path: Path,
    format_: str | None,
    mapping: dict[str, str],
    defaults: dict[str, str],
    aliases: dict[str, list[str]],
    dry_run: bool,
    atomic: bool,
    rejected: Path | None,
) -> Report:
    from realty_cli.formats.registry import codec_for
    from realty_cli.kit.ahead import can_fork
    from realty_cli.properties.import_run import RefusedError, Terms, run
    from realty_cli.properties.importing import LARGE_FILE, Reading, read_ahead

    name = "-" if str(path) == "-" else path.name
    source: Path | BinaryIO = sys.stdin.buffer if name == "-" else path
    codec = codec_for(path, format_ or ("csv" if name == "-" else None))
    bad: list[Prepared] = []
    importer: Importer | None = None
    with state.read() as look:
        reading = Reading(look.actor.timezone, look.clock.now(), name, mapping, defaults, aliases)
    try:
        with ExitStack() as stack:
            table = stack.enter_context(codec.read(source))
            large = name != "-" and path.stat().st_size > LARGE_FILE and can_fork()
            batches = stack.enter_context(read_ahead(table, reading, own_process=large))
            work = stack.enter_context(state.write(f"properties import {name}", "import", dry_run=dry_run))
            progress = stack.enter_context(shown(state, name))
            importer = work.importer(bad.append)
            terms = Terms(atomic, dry_run, work.settings.import_batch, late=True)
            run(work, importer, batches, name, terms, progress=progress, unbroken=_uninterrupted)
    except RefusedError:
        pass
    except KeyboardInterrupt:
        if importer is not None and importer.kept:
            state.tell(
                "Interrupted: {kept} rows are kept. Run the same command again to go on,"
                " or take them back with: realty properties import --undo {id}",
                kept=importer.kept,
                id=importer.import_id,
            )
        raise
    assert importer is not None
    report = importer.report
    _tell(state, name, report, table, dry_run=dry_run, atomic=atomic)
    if bad and not dry_run:
        _write_rejected(state, path, rejected, bad)
    return report


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits for the end of the block: a commit and the note of what it kept are one."""
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        raise KeyboardInterrupt


def _tell(state: State, name: str, report: Report, table: Table, *, dry_run: bool, atomic: bool) -> None:
    from realty_cli.kit.messages import message

    counts = report.counts
    if table.encoding and table.encoding.replace("-", "").lower() not in ("utf8", "utf8sig"):
        state.tell("{name}: read as {encoding}.", name=name, encoding=table.encoding)
    if atomic and report.rejected:
        state.tell("{name}: {rejected} rows cannot be accepted, so nothing was kept (--atomic).", name=name, **counts)
    elif dry_run:
        state.tell(
            "{name}: would create {created}, update {updated}, leave {unchanged} unchanged, reject {rejected}.",
            name=name,
            **counts,
        )
    else:
        state.tell(
            "{name}: created {created}, updated {updated}, unchanged {unchanged}, rejected {rejected}.",
            name=name,
            **counts,
        )
    if report.in_bin:
        state.tell("{count} rows belong to listings in the bin and stay there.", count=report.in_bin)
    if report.import_id is not None and not dry_run:
        state.tell("Take it back with: realty properties import --undo {id}", id=report.import_id)
    if report.warnings:
        state.tell_many("{n} value needs a look:", "{n} values need a look:", len(report.warnings))
        for line, warning in report.warnings[:_MOST_WARNINGS_SHOWN]:
            why = f"{warning.field}: {message(warning.code, state.language, **warning.params)}"
            state.tell("  line {line}: {why}", line=line, why=why)
        if len(report.warnings) > _MOST_WARNINGS_SHOWN:
            state.tell("  … and {count} more", count=len(report.warnings) - _MOST_WARNINGS_SHOWN)
    if report.rejected:
        some = [one for one in report.outcomes if one.outcome == "rejected"][:_MOST_REJECTED_SHOWN]
        for one in some:
            why = "; ".join(f"{p.field}: {message(p.code, state.language, **p.params)}" for p in one.problems)
            state.tell("  line {line}: {why}", line=one.line, why=why)
        if report.rejected > len(some):
            state.tell("  … and {count} more", count=report.rejected - len(some))


def _write_rejected(state: State, path: Path, target: Path | None, bad: list[Prepared]) -> None:
    from realty_cli.formats.codec import WriteOptions
    from realty_cli.formats.registry import codec_for
    from realty_cli.properties.importing import rejected_rows

    if target is None:
        if str(path) == "-":
            return
        target = path.with_name(path.stem + ".rejected.csv")
    header, rows = rejected_rows(bad, state.language)
    try:
        codec_for("x.csv").write(target, header, rows, options=WriteOptions(force=True))
    except RealtyError as error:
        from realty_cli.kit.messages import message

        state.tell(
            "The rejected rows could not be written: {why}", why=message(error.code, state.language, **error.params)
        )
        return
    state.tell("Rejected rows with reasons: {path}", path=str(target))


def undo_import(state: State, operation: int) -> None:
    """Take back an import, its updates too."""
    with state.write(f"properties import --undo {operation}", "undo") as work:
        work.properties.require_import(operation)
        answer = work.undo.undo(operation)
    if state.format in ("json", "jsonl"):
        emit_json(answer)
    state.tell("Taken back: {removed} listings removed, {reverted} as they were before.", **answer)
