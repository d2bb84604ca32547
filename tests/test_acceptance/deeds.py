"""What a process that is going to be killed does to a store. Run as a program it does them in forks that it kills.

A deed is a function of a home and its own arguments. The program reads orders from standard input, one JSON object a
line, and answers each with the exit code when the process has ended:

    {"deed": "write", "home": "...", "out": "told", "after": 0.02}                killed after so many seconds
    {"deed": "back_up", "home": "...", "statement": 3}                            killed before its third statement
    {"deed": "back_up", "home": "...", "line": 40, "within": ["store/backup"]}    killed before its 40th line there
    {"deed": "write", "home": "...", "out": "told", "beside": true}               left at work; the answer is its number
    {"child": 4711, "look": true}                                                 of one left at work: the code, or null
    {"child": 4711, "signal": 9}                                                  sent to it, then waited for

Forks of one process that has everything imported cost milliseconds, so a deed can be killed at each of its steps.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import json
import os
import pty
import shutil
import signal
import struct
import sys
import tempfile
import termios
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import psycopg

import realty_cli
from realty_cli.app import Realty, Work
from realty_cli.cli.main import run
from realty_cli.formats.codec import Block
from realty_cli.formats.registry import codec_for
from realty_cli.kit.schema import validate
from realty_cli.properties.importing import Reading, prepare
from realty_cli.properties.schemas.listing import PropertyCreate, StatusChange
from realty_cli.settings import Settings
from realty_cli.store import backup, driver, migrating, schema
from realty_cli.store.changelog import Origin

PACKAGE = Path(realty_cli.__file__).parent
LATER = "9999"


def open_realty(home: str, url: str = "", **settings: Any) -> Realty:
    return Realty(Settings(home=Path(home), database_url=url, **settings))


def listing(number: int, **fields: Any) -> PropertyCreate:
    values = {"title": f"Flat {number}", "property_type": "apartment", "deal_type": "sale", "price": 1_000 + number}
    return validate(PropertyCreate, {**values, **fields})


# Deeds ----------------------------------------------------------------------------------------------------------------


def write(home: str, *, count: int = 1_000_000, url: str = "", tell: str = "id", **settings: Any) -> None:
    """Enter listings one by one, printing the id of each once it is committed, or their count so far."""
    realty = open_realty(home, url, **settings)
    for number in range(count):
        with realty.write(Origin("cli", "write")) as work:
            made = work.properties.create(listing(number))["id"]
        os.write(1, f"{made if tell == 'id' else number}\n".encode())


def leave_in_wal(home: str, *, count: int) -> None:
    """Enter listings over one connection and be killed: they stand in the WAL alone."""
    realty = open_realty(home)
    connection = realty.connect(write=True)
    for number in range(count):
        connection.begin(write=True)
        work = Work(connection, realty.actor(connection), realty.clock, realty.settings, Origin("cli", "write"))
        work.properties.create(listing(number))
        connection.commit()
    os.kill(os.getpid(), signal.SIGKILL)


def take(home: str, *, file: str, batch: int = 20_000, atomic: bool = False) -> None:
    """Import a file in batches of so many rows, printing what is kept after each."""
    realty = open_realty(home, import_batch=batch)
    with codec_for(Path(file)).read(Path(file)) as table, realty.write(Origin("import", "take")) as work:
        importer = work.importer()
        for rows in prepare(_cut(table.blocks(), batch), Reading(work.actor.timezone, work.clock.now())):
            importer.take(rows)
            if not atomic:
                importer.note()
                work.checkpoint()
                importer.committed()
                os.write(1, f"{importer.kept}\n".encode())
        importer.finish()


def _cut(blocks: Any, size: int) -> Any:
    for block in blocks:
        for at in range(0, len(block.rows), size):
            part = slice(at, at + size)
            yield Block(block.header, block.lines[part], block.rows[part], block.problems if at == 0 else [])


def create(home: str, *, url: str = "") -> None:
    """What `realty init` does."""
    open_realty(home, url).create("anna")


def migrate(home: str) -> None:
    """What any command does first in a store of an older version."""
    open_realty(home).connect().close()


def migrate_to_later(home: str, *, scripts: str, fail: str = "") -> None:
    """Migrate as a realty of a later version would, one revision on from `schema.HEAD`; `fail` breaks it midway."""
    migrating.SCRIPTS = Path(scripts)
    migrating.HEAD = schema.HEAD = LATER
    backup.REVISIONS = schema.REVISIONS = (*schema.REVISIONS, LATER)
    os.environ["FAIL_IN_MIGRATION"] = fail
    sys.dont_write_bytecode = True
    open_realty(home).connect().close()


def later_scripts(folder: Path) -> None:
    """The migrations of that later version."""
    shutil.copytree(migrating.SCRIPTS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / f"r{LATER}_later.py").write_text(_LATER.format(revision=LATER, head=schema.HEAD))


#: Of every kind of step that a migration takes: new table, new column, filled from the rows, index, a table rebuilt.
_LATER = """
import os
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "{revision}", "{head}", None, None


def upgrade() -> None:
    op.create_table("viewings", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("note", sa.Text()))
    op.add_column("properties", sa.Column("heat", sa.Text(), nullable=True))
    op.execute("UPDATE properties SET heat = title")
    op.create_index("ix_properties_heat", "properties", ["heat"])
    if os.environ["FAIL_IN_MIGRATION"] == "raise":
        raise RuntimeError("the disk of the author was too fast")
    with op.batch_alter_table("property_not_duplicates") as table:
        table.add_column(sa.Column("reason", sa.Text(), nullable=True))
        table.alter_column("created_at", nullable=True)
    op.execute("INSERT INTO viewings (note) SELECT title FROM properties")
"""


def back_up(home: str, *, to: str, replace: bool = False) -> None:
    backup.back_up(open_realty(home).database, Path(to), replace=replace)


def restore(home: str, *, source: str, keep: str) -> None:
    backup.restore(open_realty(home).database, Path(source), Path(keep))


def reserve(home: str, *, listing_id: int) -> None:
    """Move a listing to another status, with a reason in its history."""
    with open_realty(home).write(Origin("cli", "reserve")) as work:
        work.properties.change_status(listing_id, validate(StatusChange, {"status": "reserved", "reason": "why"}))


def hold(home: str, *, ready: str) -> None:
    """Begin to write, say so by a file, and stay."""
    with open_realty(home).write(Origin("cli", "hold")) as work:
        work.properties.create(listing(0))
        Path(ready).touch()
        time.sleep(600)


def hold_photos(home: str, *, ready: str) -> None:
    """Take the lock of the photo files, say so by a file, and stay."""
    from realty_cli.properties.photo_files import PhotoFiles

    folder = Path(home) / "photos"
    folder.mkdir(mode=0o700, exist_ok=True)
    with PhotoFiles(folder)._alone():
        Path(ready).touch()
        time.sleep(600)


def command(home: str, *, argv: list[str], env: dict[str, str], stdin: str, cwd: str | None = None) -> None:
    """The command itself, without the half second in which an interpreter starts."""
    os.environ.clear()
    os.environ.update(env)
    os.dup2(os.open(stdin, os.O_RDONLY), 0)
    if cwd is not None:
        os.chdir(cwd)
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w", buffering=1)
    sys.argv = ["realty", *argv]
    try:
        run()
    finally:
        sys.stderr.flush()


def on_terminal(home: str, *, argv: list[str], env: dict[str, str]) -> None:
    """The command with a terminal of its own, whose every byte goes to standard output."""
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        os.environ.clear()
        os.environ.update(env)
        sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w", 1), os.fdopen(2, "w", 1)
        sys.argv = ["realty", *argv]
        run()
    with contextlib.suppress(OSError):  # as Linux reports the end of a terminal
        while piece := os.read(terminal, 65536):
            os.write(1, piece)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


_DEEDS = (
    write, leave_in_wal, take, create, migrate, migrate_to_later, back_up, restore, reserve, hold, hold_photos, command,
    on_terminal,
)  # fmt: skip
DEEDS: dict[str, Callable[..., None]] = {one.__name__: one for one in _DEEDS}


# Being killed ---------------------------------------------------------------------------------------------------------


class _Count:
    def __init__(self, last: int) -> None:
        self.last = last
        self.seen = 0

    def step(self, *_: Any) -> None:
        self.seen += 1
        if self.seen == self.last:
            os.kill(os.getpid(), signal.SIGKILL)


def _at_statement(count: _Count) -> None:
    """Kill before a statement of any connection to SQLite, or of any cursor of psycopg."""
    connect = driver.sqlite.connect

    def watched(*arguments: Any, **options: Any) -> Any:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(count.step)
        return connection

    driver.sqlite.connect = watched
    execute = psycopg.Cursor.execute

    def counted(*arguments: Any, **options: Any) -> Any:
        count.step()
        return execute(*arguments, **options)

    psycopg.Cursor.execute = psycopg.ClientCursor.execute = counted  # type: ignore[method-assign]


def _at_line(count: _Count, within: list[str]) -> None:
    """Kill before a line of these modules of the package."""
    files = {str(PACKAGE / f"{name}.py") for name in within}

    def lines(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            count.step()
        return lines

    def calls(frame: FrameType, event: str, _: Any) -> Any:
        return lines if frame.f_code.co_filename in files else None

    sys.settrace(calls)


def _child(order: dict[str, Any]) -> None:
    """In the fork: do the deed, then end without the forge's own clean-up."""
    code = 1
    if not order.get("beside"):
        signal.alarm(120)  # no deed takes that long: it hangs
    try:
        out = os.open(order.pop("out", None) or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(out, 1)
        if "err" in order:
            os.dup2(os.open(order.pop("err"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 2)
        count = _Count(order.pop("statement", 0) or order.get("line", 0))
        deed = DEEDS[order.pop("deed")]
        for name in ("after", "beside"):
            order.pop(name, None)
        within = order.pop("within", [])
        if order.pop("line", 0):
            _at_line(count, within)
        elif count.last:
            _at_statement(count)
        deed(**order)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException as error:
        os.write(2, f"{error!r}\n".encode())
    finally:
        os._exit(code)


def _warm_up() -> None:
    """Import and load here what otherwise every fork would."""
    modules = {f"realty_cli.cli.{path.stem}" for path in (PACKAGE / "cli").glob("*.py")} | {
        "realty_cli.kit.formatting", "realty_cli.kit.phones", "realty_cli.store.care", "rich.table", "rich.progress",
        "rich.console", "typer.rich_utils",
    }  # fmt: skip
    for module in modules:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory() as home:
        create(home)
        file = Path(home) / "listings.csv"
        file.write_text("Тип недвижимости,Тип сделки,Цена,Адрес\nКвартира,Продажа,5000000,Казань\n", "utf-8")
        with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing):
            take(home, file=str(file), atomic=True)


def main() -> None:
    _warm_up()
    ended: dict[int, int] = {}
    for line in sys.stdin:
        order = json.loads(line)
        child = order.pop("child", 0)
        if not child:
            if (child := os.fork()) == 0:
                _child(order)
            ended.pop(child, None)  # numbers of processes come round again
            if order.get("beside"):
                _answer(child)
                continue
        if "after" in order:
            time.sleep(order["after"])
            os.kill(child, signal.SIGKILL)
        if "signal" in order and child not in ended:
            os.kill(child, order["signal"])
        if child not in ended:
            found, status = os.waitpid(child, os.WNOHANG if "look" in order else 0)
            if found:
                ended[child] = os.waitstatus_to_exitcode(status)
        _answer(ended.get(child))


def _answer(value: int | None) -> None:
    print(json.dumps(value), flush=True)


def make_listings(work: Work, count: int, **fields: Any) -> list[int]:
    return [work.properties.create(listing(number, **fields))["id"] for number in range(count)]


if __name__ == "__main__":
    main()
