"""`realty search`, `log`, `undo`: what spans all the kinds of things that realty keeps."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli.options import check_page, filters
from realty_cli.cli.properties import search as search_properties
from realty_cli.cli.state import State, state_of
from realty_cli.kit.i18n import mark as _

app = typer.Typer()


@app.command("search")
@filters
def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help="Words, a phone or its part, a number.", show_default=False)],
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most to show of a kind, 1 to 100.")] = 20,
    kind: Annotated[
        list[str] | None,
        typer.Option("--in", help="properties, clients, deals or events; may be repeated.", metavar="KIND"),
    ] = None,
    cursor: Annotated[str | None, typer.Option(help="Go on where a page of listings ended (next_cursor).")] = None,
    wanted: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """Find listings, clients, deals and events by any words, by phone in any notation, by number.

    A filter of listings (or a cursor) narrows the search to them.

    Example: realty search квартиры у метро
    """
    if wanted or cursor is not None:
        from realty_cli.cli.options import FILTERS

        options = {"opt_" + option.field: wanted.get(option.field) for option in FILTERS}
        search_properties(
            context=context, words=words, limit=limit, sort=None, offset=0, cursor=cursor, facets=False, **options
        )
        return
    state = state_of(context)
    check_page(limit, 0)
    text = " ".join(words)
    if not text.isprintable():  # the check costs more than the search
        from realty_cli.kit.schema import validate
        from realty_cli.properties.schemas.filters import PropertyFilter

        validate(PropertyFilter, {"q": text})
    with state.read() as work:
        body = work.search.everything(text, limit=limit, kinds=kind)
    _found(state, body)


def _found(state: State, body: dict[str, Any]) -> None:
    """What was found: a table of each kind on a terminal, one row each in a pipe."""
    from realty_cli.cli import client_view, deal_view, event_view, listing_view
    from realty_cli.cli.output import Column, emit

    pages = (
        ("properties", listing_view.page), ("clients", client_view.page), ("deals", deal_view.page),
        ("events", event_view.page),
    )  # fmt: skip
    shown = [(page, body[name]) for name, page in pages if body[name] and body[name]["items"]]
    if state.format in ("table", "md") and shown:
        for page, found in shown:
            page(state, found)
        return
    rows = [
        {"id": item["id"], "kind": name, "title": item.get("title") or item.get("name")}
        for name, _page in pages
        for item in (body[name] or {"items": []})["items"]
    ]
    columns: list[Column] = [
        (_("ID"), lambda row: str(row["id"]), lambda row: row["id"]),
        (_("Kind"), lambda row: row["kind"], lambda row: row["kind"]),
        (_("Title"), lambda row: row["title"], lambda row: row["title"]),
    ]
    emit(state, body, columns, rows)


@app.command("log")
def log(
    context: typer.Context,
    listing: Annotated[int | None, typer.Option("--listing", help="Only what touched this listing.")] = None,
    client: Annotated[int | None, typer.Option("--client", help="Only what touched this client.")] = None,
    deal: Annotated[int | None, typer.Option("--deal", help="Only what touched this deal.")] = None,
    event: Annotated[int | None, typer.Option("--event", help="Only what touched this event.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most to show.")] = 20,
    changes: Annotated[bool, typer.Option("--changes", help="Every single change with old and new values.")] = False,
    since: Annotated[
        int | None, typer.Option(help="Every single change after this number in the sequence.", metavar="SEQ")
    ] = None,
    operation: Annotated[int | None, typer.Option("--operation", help="Every single change of this operation.")] = None,
) -> None:
    """What was done, newest first: when, by whom, by which command. With --since, every change in sequence.

    Example: realty log --since 120
    """
    from realty_cli.cli.output import Column, emit
    from realty_cli.errors import Invalid

    state = state_of(context)
    if not 1 <= limit <= 10_000:
        raise Invalid.one("--limit", "log.limit", value=limit)
    if since is not None and since < 0:
        raise Invalid.one("--since", "log.since", value=since)
    given = [("property", listing), ("client", client), ("deal", deal), ("event", event)]
    named = [(kind, number) for kind, number in given if number is not None]
    if len(named) > 1:
        raise Invalid.one("options", "log.one_object")
    kind, number = named[0] if named else (None, None)
    if changes or since is not None or operation is not None:
        with state.read() as work:
            body = work.history.changes(
                since=since or 0, limit=limit, operation_id=operation, kind=kind, object_id=number
            )  # fmt: skip
        detail: list[Column] = [
            (_("No."), lambda row: str(row["seq"]), lambda row: row["seq"]),
            (_("When"), lambda row: _moment(state, row["at"]), lambda row: row["at"]),
            (_("Who"), lambda row: row["actor"], lambda row: row["actor"]),
            (_("Kind"), lambda row: state.say.text(row["kind"]), lambda row: row["kind"]),
            (_("Object"), lambda row: str(row["object_id"]), lambda row: row["object_id"]),
            (_("What"), lambda row: state.say.text(row["action"]), lambda row: row["action"]),
            (_("Changes"), _difference, _difference),
        ]
        emit(state, body, detail, body["items"])
        if body["more"] and state.format == "table":
            state.tell("More with: --since {seq}", seq=body["next_since"])
        return
    with state.read() as work:
        items = work.history.operations(limit=limit, kind=kind, object_id=number)
    columns: list[Column] = [
        (_("ID"), lambda row: str(row["id"]), lambda row: row["id"]),
        (_("When"), lambda row: _moment(state, row["at"]), lambda row: row["at"]),
        (_("Who"), lambda row: row["actor"], lambda row: row["actor"]),
        (_("Command"), lambda row: row["command"], lambda row: row["command"]),
        (_("Touched"), lambda row: _touched(state, row), _raw_touched),
        (_("Taken back"), lambda row: str(row["undone_by"] or ""), lambda row: row["undone_by"]),
    ]
    emit(state, {"items": items}, columns, items)


#: Kinds of objects and what may be done to them, as the log names them.
_NAMES = (
    _("property"), _("photo"), _("account"), _("client"), _("lead"), _("interaction"), _("consent"), _("request"),
    _("mark"), _("deal"), _("offer"), _("commission"), _("payment"), _("expense"), _("target"),
    _("event"), _("template"), _("feedback"), _("feed"), _("calendar_settings"), _("threshold"), _("report_schedule"),
    _("comparable"), _("channel_day"), _("recommendation"),
    _("create"), _("update"), _("delete"), _("restore"), _("remove"), _("purge"),
)  # fmt: skip


def _moment(state: Any, text: str) -> str:
    from realty_cli.cli.listing_view import moment

    return moment(state, text)


def _touched(state: Any, row: Any) -> str:
    say = state.say.text
    return ", ".join(
        f"{say(one['kind'])} {say(one['action'])} "
        + (f"№ {one['object_id']}" if one["object_id"] is not None else f"x {one['count']}")
        for one in row["changes"]
    )


def _raw_touched(row: Any) -> str:
    return ", ".join(f"{one['kind']}.{one['action']}:{one['count']}" for one in row["changes"])


def _difference(row: Any) -> str:
    old, diff = row["old"] or {}, row["diff"]
    if diff is None:
        return ""
    shown = [
        f"{name}: {old[name]} → {value}" if name in old else f"{name}: {value}"
        for name, value in diff.items()
        if name not in ("updated_at", "import_hash", "url_key", "stable_key", "created_at", "owner_id")
    ]
    text = "; ".join(shown)
    return text if len(text) <= 300 else text[:299] + "…"


@app.command("undo")
def undo(
    context: typer.Context,
    operation: Annotated[
        int | None, typer.Argument(help="Number from realty log; by default your last command.", show_default=False)
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would happen and change nothing.")] = False,
) -> None:
    """Take back a command whole: an edit, a deletion, a bulk change, an import. An undo can be undone too.

    Example: realty undo
    """
    from realty_cli.cli.output import emit_json

    state = state_of(context)
    with state.write("undo" if operation is None else f"undo {operation}", "undo", dry_run=dry_run) as work:
        answer = work.undo.undo(operation)
    if state.format in ("json", "jsonl"):
        emit_json(answer)
    sentence = (
        _("Would take back No. {undone} ({command}): {removed} removed, {restored} put back, {reverted} as before.")
        if dry_run
        else _("Taken back No. {undone} ({command}): {removed} removed, {restored} put back, {reverted} as before.")
    )
    state.tell(sentence, **answer)
    if not dry_run:
        state.tell("To do it again: realty undo {id}", id=answer["operation_id"])
