"""`realty db ...`: the store itself."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from realty_cli.cli.state import state_of

app = typer.Typer()
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@app.command("info")
def info(context: typer.Context) -> None:
    """Where the store is, its version, its size and what is in it.

    Example: realty db info
    """
    from realty_cli.cli.output import pairs
    from realty_cli.store.care import describe

    state = state_of(context)
    body = describe(state.realty)
    pairs(state, body, [(name, _shown(value)) for name, value in body.items()])


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in value.items())
    return "" if value is None else str(value)


@app.command("check")
def check(context: typer.Context) -> None:
    """Check the whole store for damage, and its search index and photos for completeness; remove leftover files.

    Example: realty db check
    """
    from realty_cli.cli import exits
    from realty_cli.cli.output import emit_json
    from realty_cli.desk.reindexing import Reindexing
    from realty_cli.store.care import examine
    from realty_cli.store.driver import sqlite
    from realty_cli.store.files import sweep

    state = state_of(context)
    findings = examine(state.realty)
    swept: list[str] = []
    stale = 0
    if not findings:
        try:
            with state.realty.caretaker() as work:
                stale = Reindexing(work.db, work.log, work.clock).outdated()
                swept = work.photos.sweep(work.clock.now())
                for folder in (state.realty.settings.home, state.realty.settings.backups_folder):
                    swept += sweep(folder, work.clock.now())
        except sqlite.Error as error:  # a schema that reads well and says something else than ours
            findings = [str(error)]
    if state.format in ("json", "jsonl"):
        emit_json({"ok": not findings, "findings": findings, "swept": swept, "stale_words": bool(stale)})
    if findings:
        for finding in findings:
            state.tell("  {finding}", finding=finding)
        state.tell("The store is damaged. Put the last good backup in its place: realty db restore FILE")
        raise typer.Exit(exits.UNAVAILABLE)
    state.tell("The store is whole.")
    if stale:
        state.tell("Its search index was built by older rules of words. Renew it: realty db reindex")
    if swept:
        state.tell("Leftover files removed: {count}", count=len(swept))


@app.command("reindex")
def reindex(context: typer.Context) -> None:
    """Build the indexes of the search anew, by the rules of words of this version, and the sums of listings.

    Example: realty db reindex
    """
    from realty_cli.analytics.listing_sums import Keeper, forget
    from realty_cli.cli.output import emit_json
    from realty_cli.cli.progress import shown
    from realty_cli.desk.reindexing import Reindexing

    state = state_of(context)
    done = 0
    with state.realty.caretaker(write=True) as work, shown(state, "Records") as progress:
        indexes = Reindexing(work.db, work.log, work.clock)
        total = indexes.total()
        for done in indexes.rebuild():
            progress.update(done, total, done)
        forget(work.db)
    Keeper(state.realty.transaction).catch_up()
    if state.format in ("json", "jsonl"):
        emit_json({"indexed": done})
    state.tell_many("Indexed {n} record.", "Indexed {n} records.", done)


@app.command("backup")
def backup(
    context: typer.Context,
    target: Annotated[
        Path | None, typer.Argument(help="File to write; by default one in the folder of backups.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Copy the store to a file while others go on working; the copy is checked before it gets its name.

    Example: realty db backup ~/realty-backup.db
    """
    from realty_cli.cli.output import emit_json
    from realty_cli.store.backup import back_up

    state = state_of(context)
    path = back_up(state.realty.database, target or state.realty.backup_path(), replace=force)
    size = path.stat().st_size
    if state.format in ("json", "jsonl"):
        emit_json({"file": str(path), "bytes": size})
    state.tell("Backup written and checked: {path} ({size} bytes)", path=str(path), size=size)


@app.command("restore")
def restore(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="A file that realty db backup wrote.", show_default=False)],
    yes: Yes = False,
) -> None:
    """Put a backup in the store's place. It is checked first, and the present store is kept beside the backups.

    Example: realty db restore ~/realty-backup.db
    """
    from realty_cli.cli.ask import confirm
    from realty_cli.cli.output import emit_json
    from realty_cli.store.backup import restore as put_back
    from realty_cli.store.backup import verify_file

    state = state_of(context)
    verify_file(source)
    confirm(state, yes, "Put {path} in the place of the present store?", path=str(source))
    kept = state.realty.backup_path("before-restore")
    place = put_back(state.realty.database, source, kept)
    state.realty.void_sessions()
    if state.format in ("json", "jsonl"):
        emit_json({"store": str(place), "kept": str(kept) if kept.exists() else None})
    state.tell("Restored. The store that stood here is kept at {path}", path=str(kept))
    state.tell("Whoever has a password signs in again.")


@app.command("migrate")
def migrate(context: typer.Context) -> None:
    """Bring the store to the version of this program (SQLite does this by itself, after a backup).

    Example: realty db migrate
    """
    from realty_cli.cli.output import emit_json

    state = state_of(context)
    done = state.realty.migrate()
    if state.format in ("json", "jsonl"):
        emit_json(done)
    if done["before"] == done["after"]:
        state.tell("The store is of version {after} already.", **done)
    else:
        state.tell("From version {before} to {after}.", **done)
