"""`realty doctor`: what is wrong with this installation, and the command that mends it."""

from __future__ import annotations

import platform
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import typer

from realty_cli.cli import exits
from realty_cli.cli.state import State, state_of
from realty_cli.kit.i18n import mark as _

if TYPE_CHECKING:
    from realty_cli.settings import Settings

app = typer.Typer()


class Finding(NamedTuple):
    level: Literal["ok", "warning", "error"]
    what: str
    detail: str
    remedy: str = ""


@app.command("doctor")
def doctor(context: typer.Context) -> None:
    """Check this installation: libraries, store, files, and say what to mend.

    Example: realty doctor
    """
    from realty_cli.cli.output import Column, emit

    state = state_of(context)
    findings = list(_examine(state))
    rows = [finding._asdict() for finding in findings]
    say = state.say.text
    columns: list[Column] = [
        ("", lambda row: {"ok": "✓", "warning": "!", "error": "✗"}[row["level"]], lambda row: row["level"]),
        (_("What"), lambda row: say(row["what"]), lambda row: row["what"]),
        (_("Found"), lambda row: row["detail"], lambda row: row["detail"]),
        (_("Remedy"), lambda row: say(row["remedy"]), lambda row: row["remedy"]),
    ]
    body = {"ok": all(finding.level != "error" for finding in findings), "findings": rows}
    emit(state, body, columns, rows)
    if not body["ok"]:
        raise typer.Exit(exits.UNAVAILABLE)


def _examine(state: State) -> Iterator[Finding]:
    from realty_cli import __version__

    yield Finding("ok", _("realty"), f"{__version__}, Python {platform.python_version()}, {platform.system()}")
    yield from _libraries()
    settings = state.realty.settings
    yield Finding("ok", _("home"), str(settings.home))
    yield from _store(state)
    yield from _modes(settings)
    yield from _extras()
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding != "utf8":
        yield Finding(
            "warning", _("terminal"), sys.stdout.encoding or "?", _("Set LANG to a UTF-8 locale, like ru_RU.UTF-8.")
        )


def _libraries() -> Iterator[Finding]:
    from realty_cli.store import driver

    name, version = driver.sqlite.__name__, driver.sqlite.sqlite_version
    if driver.VERSION < driver.OLDEST_USABLE:
        remedy = _("Install a newer SQLite: pip install pysqlite3, or a newer Python.")
        yield Finding("error", "SQLite", f"{name} {version}", remedy)
    elif driver.has_wal_reset_bug(driver.VERSION):
        remedy = _("This SQLite may lose data when a server and commands write at once. pip install pysqlite3")
        yield Finding("warning", "SQLite", f"{name} {version}", remedy)
    else:
        yield Finding("ok", _("SQLite"), f"{name} {version}")


def _store(state: State) -> Iterator[Finding]:
    from realty_cli.errors import NotFound, RealtyError
    from realty_cli.kit.messages import message
    from realty_cli.store.care import describe

    try:
        found = describe(state.realty)
    except NotFound:
        yield Finding("warning", "store", str(state.realty.database.path), "Make it with: realty init")
        return
    except RealtyError as error:
        detail = message(error.code, state.language, **error.params)
        yield Finding("error", _("store"), detail, _("Put the last good backup in its place: realty db restore FILE"))
        return
    yield Finding("ok", _("store"), f"{found['place']}, {found['kind']} {found['version']}, {found['bytes']} B")
    if found["kind"] == "sqlite":
        yield from _damage(state)
        yield from _backups(state)


def _damage(state: State) -> Iterator[Finding]:
    from realty_cli.errors import RealtyError
    from realty_cli.store.care import foreign_code

    strange: list[str] = []
    connection = state.realty.database.connect()
    try:
        answer = str(connection.value("PRAGMA quick_check(1)"))
        strange = foreign_code(connection)
    except RealtyError as error:
        answer = error.code
    finally:
        connection.close()
    if strange:
        remedy = _("Realty made none of these. If nobody here did, put a backup in the place: realty db restore FILE")
        yield Finding("warning", _("foreign code"), ", ".join(strange), remedy)
    if answer == "ok":
        yield Finding("ok", _("pages"), "quick_check ok")
    else:
        yield Finding("error", _("pages"), answer, _("Put the last good backup in its place: realty db restore FILE"))


def _backups(state: State) -> Iterator[Finding]:
    folder = state.realty.settings.backups_folder
    newest = max((path.stat().st_mtime for path in folder.glob("*.db")), default=None) if folder.is_dir() else None
    if newest is None:
        yield Finding("warning", _("backup"), "-", _("Make one with: realty db backup"))
        return
    days = int((state.realty.clock.now().timestamp() - newest) // 86_400)
    old = days > 7
    yield Finding("warning" if old else "ok", "backup", f"{days} d", "Make one with: realty db backup" if old else "")


def _modes(settings: Settings) -> Iterator[Finding]:
    wide = [path for path in _private(settings) if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    for path in wide:
        mode = f"{path} {stat.S_IMODE(path.stat().st_mode):o}"
        yield Finding("warning", _("permissions"), mode, _("Others on this machine can read it: chmod go= PATH"))
    if not wide:
        yield Finding("ok", _("permissions"), "0600/0700")


def _private(settings: Settings) -> Iterator[Path]:
    yield settings.home
    store = settings.store_path
    yield from (store.with_name(store.name + end) for end in ("", "-wal", "-shm"))
    yield from (settings.photos_folder, settings.backups_folder, settings.toml_path, settings.home / "session")
    if settings.backups_folder.is_dir():
        yield from settings.backups_folder.glob("*.db")


def _extras() -> Iterator[Finding]:
    from importlib.util import find_spec

    there = find_spec("psycopg") is not None
    yield Finding(
        "ok", _("extra postgres"), "yes" if there else "no", "" if there else "pip install 'realty[postgres]'"
    )
