"""`realty analytics report`: reports for people to read, those that were made in the background, and schedules."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from realty_cli.analytics.kinds import Delivery, ReportFormat, ReportStatus, ReportType
from realty_cli.cli import analytics_options as options
from realty_cli.cli.analytics import app as analytics
from realty_cli.cli.state import State, state_of
from realty_cli.kit.i18n import mark as _

app = typer.Typer()
schedules = typer.Typer()
analytics.add_typer(app, name="report", help="Reports as pdf, xlsx, html, csv, json, md; by a schedule, too.")

Format = Annotated[
    str | None, typer.Option("--format", help="pdf, xlsx, html, csv, json, md or text; else what the file is called.")
]
Out = Annotated[
    str | None, typer.Option(help="File to write; - for standard output. By default named by us, here.", metavar="FILE")
]
Force = Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")]
Property = Annotated[int, typer.Option("--property", help="Number of the listing.", metavar="ID")]
Price = Annotated[
    str | None, typer.Option("--price", help="Your own recommended price, 9.5m or 9500000.", metavar="MONEY")
]
Note = Annotated[str | None, typer.Option(help="Your word to the reader.", metavar="TEXT")]
Compare = Annotated[Literal["previous", "yoy", "none"], typer.Option(help="What the period is compared with.")]
Id = Annotated[int, typer.Argument(help="Number.", show_default=False)]
Limit = Annotated[int, typer.Option("--limit", "-n", help="Rows a page, 1 to 100.")]
Offset = Annotated[int, typer.Option(help="Rows to skip.")]
#: Formats that a terminal can show, and those of the schema; `text` is for terminals alone.
_SHOWN = frozenset({"json", "md", "text"})
_SUFFIXES = {".htm": "html", ".markdown": "md", ".zip": "csv", ".txt": "text"}

_HELP = {
    ReportType.PROPERTY_SUMMARY: ("properties", _(
        "Report on listings: what stands, came and went, prices, stale ones.\n\n"
        "Example: realty analytics report properties --period 'last month' --out listings.pdf"
    )),
    ReportType.EVENT_SUMMARY: ("events", _(
        "Report on the calendar: what took place, when showings are kept.\n\n"
        "Example: realty analytics report events --format md"
    )),
    ReportType.FINANCIAL_SUMMARY: ("financial", _(
        "Report on money: commission, shares, expenses, plan, what is owed.\n\n"
        "Example: realty analytics report financial --period 2026-Q1 --out money.xlsx"
    )),
    ReportType.CLIENT_SUMMARY: ("clients", _(
        "Report on leads: the funnel, how fast they were answered, why they were lost.\n\n"
        "Example: realty analytics report clients --format html --out clients.html"
    )),
    ReportType.PERFORMANCE: ("performance", _(
        "Report on an agent: indicators against targets, funnel, calendar, income.\n\n"
        "Example: realty analytics report performance --agent 2 --out agent.pdf"
    )),
    ReportType.MARKET: ("market", _(
        "Report on the market as our own listings show it: prices, supply, time.\n\n"
        "Example: realty analytics report market --city Москва --period 2026"
    )),
    ReportType.AGENCY: ("agency", _(
        "Report on everything, for whoever runs the agency.\n\n"
        "Example: realty analytics report agency --period 'last month' --out agency.pdf"
    )),
    ReportType.SOURCES: ("sources", _(
        "Report on where leads come from, what they cost and bring.\n\n"
        "Example: realty analytics report sources --period 2026"
    )),
    ReportType.OWNER: ("owner", _(
        "One page for the owner of a listing: interest, comparables, what to do.\n\n"
        "Example: realty analytics report owner --property 12 --out owner.pdf"
    )),
    ReportType.CMA: ("cma", _(
        "Comparative market analysis of a listing: the price, and what it rests on.\n\n"
        "Example: realty analytics report cma --property 12 --price 9.8m --out cma.pdf"
    )),
}  # fmt: skip
_LISTING = frozenset({ReportType.OWNER, ReportType.CMA})


def _content(kind: ReportType, given: dict[str, Any]) -> Any:
    from realty_cli.analytics.schemas.reports import ReportContent
    from realty_cli.kit.schema import validate

    return validate(ReportContent, {"report_type": kind, **{k: v for k, v in given.items() if v}}, typed=True)


def _write(
    state: State, kind: ReportType, format_: str | None, out: str | None, force: bool, given: dict[str, Any]
) -> None:
    """Make a report and write it where it is wanted."""
    from realty_cli.analytics.reports import price_to_keep
    from realty_cli.cli.output import byte_output, clean, emit_json, write_line
    from realty_cli.errors import Conflict, Invalid
    from realty_cli.reports.render import FORMATS

    chosen = format_ or _format_of(out) or _by_state(state, out)
    if chosen not in FORMATS:
        raise Invalid.one("format", "report.format_unknown", value=chosen, formats=sorted(FORMATS))
    if out is not None and out != "-" and Path(out).exists() and not force:
        raise Conflict("file.exists", path=out)
    content = _content(kind, given)
    if (kept := price_to_keep(content)) is not None:
        with state.write(f"analytics report {kind}") as work:
            work.valuing.recommend(*kept)
    with state.read() as work:
        document = work.analytics.reports.compose(content, state.language)
        now = work.clock.now()
    if chosen == "json" and out in (None, "-"):
        emit_json(dict(document.data))
        return
    from realty_cli.analytics.reports import draw

    made = draw(document, chosen, now)
    if out == "-" or (out is None and chosen in _SHOWN):
        if chosen in _SHOWN:
            sys.stdout.write(clean(made.data.decode(), lines=True))
        else:
            if sys.stdout.isatty():
                raise Invalid.one("out", "export.no_pipe", format=chosen)
            byte_output().write(made.data)
        return
    path = Path(out or made.file_name)
    if path.exists() and not force:
        raise Conflict("file.exists", path=str(path))
    _put(path, made.data)
    if state.format in ("json", "jsonl"):
        emit_json({"file": str(path), "format": chosen, "size": len(made.data), "sha256": made.sha256})
        return
    write_line(clean(str(path)))
    state.tell(document.answer)


def _put(path: Path, data: bytes) -> None:
    from realty_cli.errors import Unavailable
    from realty_cli.kit.paths import create_private

    try:
        create_private(path.absolute(), data)
    except OSError as error:
        raise Unavailable("file.unwritable", path=str(path), reason=error.strerror or str(error)) from error


def _format_of(out: str | None) -> str | None:
    if out is None or out == "-":
        return None
    suffix = Path(out).suffix.lower()
    return _SUFFIXES.get(suffix, suffix[1:]) or None


def _by_state(state: State, out: str | None) -> str:
    if state.output in ("json", "csv", "md"):
        return state.output
    return "text" if out is None and sys.stdout.isatty() else "md"


def _general(kind: ReportType) -> Callable[..., None]:
    def report(
        context: typer.Context,
        format_: Format = None,
        out: Out = None,
        period: options.Period = None,
        first: options.First = None,
        last: options.Last = None,
        compare: Compare = "previous",
        agents: options.Agents = None,
        types: options.Types = None,
        deals: options.Deals = None,
        cities: options.Cities = None,
        districts: options.Districts = None,
        sources: options.Sources = None,
        currency: options.Currency = None,
        force: Force = False,
    ) -> None:
        given = {
            "period": period, "start_date": first, "end_date": last, "compare": compare, "agent": agents,
            "property_type": types, "deal_type": deals, "city": cities, "district": districts, "source": sources,
            "currency": currency,
        }  # fmt: skip
        _write(state_of(context), kind, format_, out, force, given)

    return report


def _of_listing(kind: ReportType) -> Callable[..., None]:
    def report(
        context: typer.Context,
        number: Property,
        format_: Format = None,
        out: Out = None,
        period: options.Period = None,
        first: options.First = None,
        last: options.Last = None,
        price: Price = None,
        note: Note = None,
        force: Force = False,
    ) -> None:
        from realty_cli.cli.options import amount

        given = {
            "property_id": number, "period": period, "start_date": first, "end_date": last,
            "recommended_price": None if price is None else amount(price, "--price"), "note": note,
        }  # fmt: skip
        _write(state_of(context), kind, format_, out, force, given)

    return report


for _kind, (_name, _sentence) in _HELP.items():
    _command = _of_listing(_kind) if _kind in _LISTING else _general(_kind)
    _command.__doc__ = _sentence
    app.command(_name)(_command)


# What was made in the background --------------------------------------------------------------------------------------


@app.command("list")
def list_(
    context: typer.Context,
    status: Annotated[list[ReportStatus] | None, typer.Option(help="Only those; may be repeated.")] = None,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """List reports that the server or a schedule made.

    Example: realty analytics report list --status ready
    """
    from realty_cli.analytics.schemas.reports import ReportFilter
    from realty_cli.cli.options import check_page
    from realty_cli.cli.report_view import reports
    from realty_cli.kit.schema import validate

    state = state_of(context)
    check_page(limit, offset)
    wanted = validate(ReportFilter, {"status": status} if status else {}, typed=True)
    with state.read() as work:
        body = work.analytics.reports.page(wanted, state.language, limit=limit, offset=offset)
    reports(state, body)


@app.command("fetch")
def fetch(context: typer.Context, number: Id, out: Out = None, force: Force = False) -> None:
    """Write the file of a report that was made in the background.

    Example: realty analytics report fetch 12 --out agency.xlsx
    """
    from realty_cli.cli.output import byte_output, clean, emit_json, write_line
    from realty_cli.errors import Conflict

    state = state_of(context)
    with state.read() as work:
        made = work.analytics.reports.file(number)
    if out == "-":
        byte_output().write(made.data)
        return
    path = Path(out or made.file_name)
    if path.exists() and not force:
        raise Conflict("file.exists", path=str(path))
    _put(path, made.data)
    if state.format in ("json", "jsonl"):
        emit_json({"file": str(path), "size": len(made.data), "sha256": made.sha256})
        return
    write_line(clean(str(path)))


@app.command("delete")
def delete(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(help="Number; several may be given.", show_default=False)],
) -> None:
    """Delete reports and their files; they can be made again.

    Example: realty analytics report delete 12
    """
    from realty_cli.cli.options import numbers

    state = state_of(context)
    with state.write("analytics report delete") as work:
        for number in dict.fromkeys(ids):
            work.analytics.reports.delete(number)
    state.tell("Deleted: {ids}", ids=numbers(ids))


@app.command("run")
def run(context: typer.Context) -> None:
    """Make what waits and what is due by a schedule, and send the letters: for cron, where no server does it.

    Example: realty analytics report run
    """
    from realty_cli.cli.output import pairs

    state = state_of(context)
    found = state.realty.report_round.run()
    state.realty.deliver()
    pairs(state, found, [
        (_("Asked for"), str(found["asked"])), (_("Made"), str(found["made"])), (_("Failed"), str(found["failed"])),
        (_("Expired"), str(found["expired"])),
    ])  # fmt: skip


# Schedules ------------------------------------------------------------------------------------------------------------

app.add_typer(schedules, name="schedule", help="Reports that come by themselves.")
Cron = Annotated[str, typer.Option(help="When, in five fields of crontab: '0 9 * * mon'.", metavar="TIMES")]
Deliver = Annotated[Delivery, typer.Option(help="Keep the file, or send it to your address as well.")]


@schedules.command("add")
def add(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(help="Which report: performance, agency, owner ...", show_default=False)],
    cron: Cron,
    format_: Annotated[ReportFormat, typer.Option("--format", help="Format of the file.")] = ReportFormat.PDF,
    period: Annotated[str, typer.Option(help="By its name, which moves on.", metavar="NAME")] = "last month",
    number: Annotated[int | None, typer.Option("--property", help="Number of the listing.", metavar="ID")] = None,
    agents: options.Agents = None,
    name: Annotated[str | None, typer.Option(help="What you call it.")] = None,
    deliver: Deliver = Delivery.KEEP,
) -> None:
    """Have a report made regularly, by the server or by `report run`.

    Example: realty analytics report schedule add performance --cron '0 9 * * mon' --period 'last week'
    """
    from realty_cli.analytics.schemas.reports import ScheduleCreate
    from realty_cli.cli.report_view import schedule
    from realty_cli.kit.schema import validate

    state = state_of(context)
    wanted = {
        "report_type": kind, "format": format_, "period": period, "property_id": number, "agent": agents,
        "language": state.language,
    }  # fmt: skip
    report = {key: value for key, value in wanted.items() if value is not None}
    data = {"report": report, "cron": cron, "deliver": deliver, **({"name": name} if name else {})}
    with state.write("analytics report schedule add") as work:
        made = work.analytics.schedules.create(validate(ScheduleCreate, data, typed=True))
    schedule(state, made)


@schedules.command("list")
def list_schedules(context: typer.Context, limit: Limit = 20, offset: Offset = 0) -> None:
    """List schedules, newest first.

    Example: realty analytics report schedule list
    """
    from realty_cli.analytics.schemas.reports import ScheduleFilter
    from realty_cli.cli.options import check_page
    from realty_cli.cli.report_view import schedules as shown

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        body = work.analytics.schedules.page(ScheduleFilter(), limit=limit, offset=offset)
    shown(state, body)


@schedules.command("edit")
def edit(
    context: typer.Context,
    number: Id,
    cron: Annotated[str | None, typer.Option(help="Other times.", metavar="TIMES")] = None,
    deliver: Annotated[Delivery | None, typer.Option(help="Keep the file, or send it as well.")] = None,
    enabled: Annotated[bool | None, typer.Option("--on/--off", help="Switch it on or off.")] = None,
    name: Annotated[str | None, typer.Option(help="What you call it.")] = None,
    if_version: Annotated[int | None, typer.Option("--if-version", help="Only at this version.", metavar="N")] = None,
) -> None:
    """Change a schedule.

    Example: realty analytics report schedule edit 3 --off
    """
    from realty_cli.analytics.schemas.reports import ScheduleUpdate
    from realty_cli.cli.report_view import schedule
    from realty_cli.errors import Invalid
    from realty_cli.kit.schema import validate

    state = state_of(context)
    given = {"cron": cron, "deliver": deliver, "enabled": enabled, "name": name}
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise Invalid.one("options", "edit.nothing")
    with state.write("analytics report schedule edit") as work:
        data = validate(ScheduleUpdate, changes, typed=True)
        body = work.analytics.schedules.update(number, data, expected_version=if_version)
    schedule(state, body)


@schedules.command("delete")
def delete_schedule(context: typer.Context, number: Id) -> None:
    """Move a schedule to the bin; what it made stays.

    Example: realty analytics report schedule delete 3
    """
    state = state_of(context)
    with state.write("analytics report schedule delete") as work:
        work.analytics.schedules.delete(number)
    state.tell("In the bin: {ids}. Back with: realty {group} restore", ids=number, group="analytics report schedule")


@schedules.command("restore")
def restore_schedule(context: typer.Context, number: Id) -> None:
    """Bring a schedule back from the bin.

    Example: realty analytics report schedule restore 3
    """
    from realty_cli.cli.report_view import schedule

    state = state_of(context)
    with state.write("analytics report schedule restore") as work:
        body = work.analytics.schedules.restore(number)
    schedule(state, body)
