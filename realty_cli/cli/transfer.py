"""Import from the command line: files, progress, rejected rows, exit codes."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import typer

from realty_cli.cli import exits
from realty_cli.cli.output import emit_json
from realty_cli.cli.progress import shown
from realty_cli.cli.state import State
from realty_cli.errors import RealtyError

if TYPE_CHECKING:
    from realty_cli.app import Work
    from realty_cli.formats.codec import Codec, Table
    from realty_cli.kit.importing import Prepared, Report
    from realty_cli.store.import_run import Importer

_MOST_REJECTED_SHOWN = 20
_MOST_WARNINGS_SHOWN = 10
# Rows by the hundred thousand hold hardly any cycles; looking for them costs a tenth of the time.
_SELDOM = 200_000


@dataclass(frozen=True)
class Kind:
    """What is imported. `group` is the command's; `reading(zone, now, file name, map, set, aliases)` says how a file is
    read, `ahead(table, reading, own process)` reads it, `importer(work, on rejected)` writes what was read."""

    group: str
    require_known: Callable[[dict[str, str]], None]
    reading: Callable[..., Any]
    ahead: Callable[..., AbstractContextManager[Iterator[Any]]]
    importer: Callable[[Work, Callable[[Prepared], None]], Importer[Any]]
    codec: Callable[..., Codec] | None = None
    """Which codec reads a file, where these are not the usual ones."""
    may_fork: bool = False
    """Whether a second process pays for large files."""


def listings() -> Kind:
    from realty_cli.properties.importing import Reading, read_ahead, require_known

    return Kind("properties", require_known, Reading, read_ahead, lambda work, bad: work.importer(bad), may_fork=True)


def comparables() -> Kind:
    from realty_cli.properties.importing import Reading, read_ahead, require_known

    importer = lambda work, bad: work.valuing.importer(bad)  # noqa: E731 - as those above
    return Kind("comparables", require_known, Reading, read_ahead, importer)


def clients() -> Kind:
    from realty_cli.clients.importing import Reading, read_ahead, require_known

    return Kind("clients", require_known, Reading, read_ahead, lambda work, bad: work.client_importer(bad))


def requests() -> Kind:
    from realty_cli.clients.request_importing import Reading, read_ahead, require_known

    return Kind("requests", require_known, Reading, read_ahead, lambda work, bad: work.request_importer(bad))


def deals() -> Kind:
    from realty_cli.deals.importing import Reading, read_ahead, require_known

    return Kind("deals", require_known, Reading, read_ahead, lambda work, bad: work.deal_importer(bad))


def channels() -> Kind:
    from realty_cli.analytics.channel_reading import Reading, read_ahead, require_known

    importer = lambda work, bad: work.analytics.channel_importer(bad)  # noqa: E731 - as those above
    return Kind("analytics channels", require_known, Reading, read_ahead, importer)


def events() -> Kind:
    from realty_cli.events.ics.codec import codec_of
    from realty_cli.events.importing import Terms, read_ahead, require_known

    importer = lambda work, bad: work.event_importer(bad)  # noqa: E731 - as those above
    return Kind("events", require_known, Terms, read_ahead, importer, codec=codec_of)


def run_import(
    state: State,
    kind: Kind,
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
    from realty_cli.kit.importing import read_aliases

    kind.require_known(defaults)
    extra = read_aliases(aliases) if aliases is not None else {}
    bodies = []
    worst = exits.OK
    gc.set_threshold(_SELDOM)
    for path in files:
        report = _import_one(state, kind, path, format_, mapping, defaults, extra, dry_run, atomic, rejected)
        bodies.append(report.body(state.language))
        if report.rejected:
            worst = exits.INVALID if atomic else exits.PARTLY
    if state.format in ("json", "jsonl"):
        emit_json(bodies[0] if len(bodies) == 1 else bodies)
    if worst:
        raise typer.Exit(worst)


def _import_one(
    state: State,
    kind: Kind,
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
    from realty_cli.formats.source import require_regular
    from realty_cli.kit.ahead import can_fork
    from realty_cli.kit.importing import LARGE_FILE
    from realty_cli.store.import_run import RefusedError, Terms, run

    name = "-" if str(path) == "-" else path.name
    source: Path | BinaryIO = sys.stdin.buffer if name == "-" else path
    if name != "-":
        require_regular(path)
    codec = (kind.codec or codec_for)(path, format_ or ("csv" if name == "-" else None))
    bad: list[Prepared] = []
    importer: Importer[Any] | None = None
    with state.read() as look:
        reading = kind.reading(look.actor.timezone, look.clock.now(), name, mapping, defaults, aliases)
    try:
        with ExitStack() as stack:
            table = stack.enter_context(codec.read(source))
            large = kind.may_fork and name != "-" and path.stat().st_size > LARGE_FILE and can_fork()
            batches = stack.enter_context(kind.ahead(table, reading, own_process=large))
            work = stack.enter_context(state.write(f"{kind.group} import {name}", "import", dry_run=dry_run))
            progress = stack.enter_context(shown(state, name))
            importer = kind.importer(work, bad.append)
            terms = Terms(atomic, dry_run, work.settings.import_batch, late=True)
            run(work, importer, batches, name, terms, progress=progress, unbroken=_uninterrupted)
    except RefusedError:
        pass
    except KeyboardInterrupt:
        if importer is not None and importer.kept:
            state.tell(
                "Interrupted: {kept} rows are kept. Run the same command again to go on,"
                " or take them back with: realty {group} import --undo {id}",
                kept=importer.kept,
                group=kind.group,
                id=importer.import_id,
            )
        raise
    assert importer is not None
    report = importer.report
    _tell(state, kind, name, report, table, dry_run=dry_run, atomic=atomic)
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


def _tell(state: State, kind: Kind, name: str, report: Report, table: Table, *, dry_run: bool, atomic: bool) -> None:
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
        state.tell("{count} rows belong to what is in the bin and stays there.", count=report.in_bin)
    if report.import_id is not None and not dry_run:
        state.tell("Take it back with: realty {group} import --undo {id}", group=kind.group, id=report.import_id)
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
    from realty_cli.kit.importing import rejected_rows

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


def undo_import(state: State, group: str, operation: int) -> None:
    """Take back an import, its updates too."""
    with state.write(f"{group} import --undo {operation}", "undo") as work:
        answer = work.undo.undo_import(operation)
    if state.format in ("json", "jsonl"):
        emit_json(answer)
    state.tell("Taken back: {removed} removed, {reverted} as they were before.", **answer)
