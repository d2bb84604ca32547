"""`realty today`: the briefing of the day, on a terminal, in a letter of cron, or as Markdown for a messenger."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any

import typer

from realty_cli.cli.state import State, state_of
from realty_cli.kit.i18n import mark as _

app = typer.Typer()


@app.command("today")
def today(
    context: typer.Context,
    days: Annotated[int, typer.Option(help="Days ahead, today aside, 0 to 365.")] = 7,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most to show of a kind.")] = 20,
    mine: Annotated[bool, typer.Option("--mine", help="Your own alone, where you see all (administrators).")] = False,
) -> None:
    """What is late, what is due today and in the days to come. Says nothing where nothing is due.

    Example: realty today --days 14 --output md
    """
    from realty_cli.errors import Invalid

    state = state_of(context)
    if not 0 <= days <= 365:
        raise Invalid.one("--days", "today.days", value=days)
    if not 1 <= limit <= 1_000:
        raise Invalid.one("--limit", "today.limit", value=limit)
    with state.read() as work:
        body = work.today.briefing(days=days, limit=limit, language=state.language, mine=mine)
    show(state, body)


def show(state: State, body: dict[str, Any]) -> None:
    """A briefing in the form that was asked for."""
    from realty_cli.cli.output import emit_json, to_json, write_line

    if state.format == "json":
        emit_json(body)
    elif state.format == "jsonl":
        for row in _rows(body):
            write_line(to_json(row))
    elif state.format in ("tsv", "csv"):
        _plain(state, body)
    elif state.format == "md":
        _markdown(state, body)
    else:
        _tables(state, body)


def _rows(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"section": section["name"], **item} for section in body["sections"] for item in section["items"]]


def _plain(state: State, body: dict[str, Any]) -> None:
    from realty_cli.cli.output import Column, emit

    def raw(name: str) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: facts(state, row["facts"]) if name == "facts" else row[name]

    names = ("section", "kind", "id", "due", "days", "title", "facts")
    columns: list[Column] = [(name, lambda row: "", raw(name)) for name in names]
    emit(state, body, columns, _rows(body))


def _tables(state: State, body: dict[str, Any]) -> None:
    from realty_cli.cli.output import Column, clean, emit, write_line

    if not body["total"]:
        write_line(clean(state.say.text("Nothing is due until {date}.", date=_day(state, body["until"]))))
        return
    columns: list[Column] = [
        (_("No."), lambda row: f"{state.say.text(row['kind'])} {row['id']}", lambda row: row["id"]),
        (_("What"), lambda row: row["title"], lambda row: row["title"]),
        (_("Due"), lambda row: _day(state, row["due"]), lambda row: row["due"]),
        (_("When"), lambda row: when(state, row["days"]), lambda row: row["days"]),
        (_("Of it"), lambda row: facts(state, row["facts"]), lambda row: ""),
    ]
    for section in body["sections"]:
        emit(state, body, columns, section["items"], title=clean(_heading(state, section)))
        if len(section["items"]) < section["total"]:
            write_line(clean(_rest(state, section)))


def _markdown(state: State, body: dict[str, Any]) -> None:
    from realty_cli.cli.output import markdown, write_line

    write_line(f"# {markdown(state.say.text('Today, {date}', date=_day(state, body['date'], long=True)))}")
    if not body["total"]:
        write_line("")
        write_line(markdown(state.say.text("Nothing is due until {date}.", date=_day(state, body["until"]))))
    for section in body["sections"]:
        write_line("")
        write_line(f"## {markdown(_heading(state, section))}")
        write_line("")
        for item in section["items"]:
            told = facts(state, item["facts"])
            line = (
                f"- **{markdown(_day(state, item['due']))}** ({markdown(when(state, item['days']))})"
                f" {markdown(item['title'])} ({markdown(state.say.text(item['kind']))} {item['id']})"
            )
            write_line(line + (f": {markdown(told)}" if told else ""))
        if len(section["items"]) < section["total"]:
            write_line(f"- {markdown(_rest(state, section))}")


def _heading(state: State, section: Mapping[str, Any]) -> str:
    count = f"{section['title']}: {section['total']}"
    if section["overdue"]:
        count += ", " + state.say.text("late: {count}", count=section["overdue"])
    return count


def _rest(state: State, section: Mapping[str, Any]) -> str:
    return state.say.text("and {count} more", count=section["total"] - len(section["items"]))


def when(state: State, days: int) -> str:
    """How far off a day is, in words."""
    if days == 0:
        return state.say.text(_("today"))
    if days < 0:
        return state.say.plural("{n} day late", "{n} days late", -days)
    return state.say.plural("in {n} day", "in {n} days", days)


def facts(state: State, told: Mapping[str, Any]) -> str:
    """What is told of a deadline beside its day, in one line: amounts as money, words in the reader's language."""
    from realty_cli.cli.listing_view import moment, money

    found = []
    for name, value in told.items():
        if value is None or name == "currency" or name.endswith("_id"):
            continue
        if isinstance(value, int | float) and not isinstance(value, bool):
            found.append(money(state, value, told["currency"]) if "currency" in told else str(value))
        elif name.endswith("_at"):
            found.append(moment(state, value))
        else:
            found.append(_word(state, name, str(value)))
    return ", ".join(found)


def _word(state: State, name: str, value: str) -> str:
    """A word of one of our vocabularies in the reader's language; what is none as it is."""
    from realty_cli.cli import client_personal_view, deal_view, event_view, listing_view, money_view

    if name in ("stage", "deposit_kind"):
        return deal_view.word(state, name, value)
    known = {
        "payer": money_view.WORDS["payer"],
        "side": money_view.WORDS["payer"],
        "purpose": client_personal_view.PURPOSES,
        "event_type": event_view.TYPES,
    }.get(name)
    if known is None:
        return listing_view.word(state, value)
    return state.say.text(known[value]) if value in known else value


def _day(state: State, text: str, *, long: bool = False) -> str:
    from datetime import date as calendar_day

    from realty_cli.kit.formatting import date

    return date(calendar_day.fromisoformat(text), state.language, style="long" if long else "short")
