"""`realty analytics alerts` and `insights`: what has to be looked at, and what the numbers suggest."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.analytics.kinds import AlertOperator, Severity
from realty_cli.cli import analytics
from realty_cli.cli.options import check_page
from realty_cli.cli.state import State, state_of
from realty_cli.events.kinds import ReminderChannel

app = analytics.app
alerts = typer.Typer(no_args_is_help=True)
app.add_typer(alerts, name="alerts", help="What has to be looked at, and from where on you want to be told.")

Id = Annotated[int, typer.Argument(help="Number of the alert.", show_default=False)]
Note = Annotated[str | None, typer.Option(help="In your words.")]
Limit = Annotated[int, typer.Option("--limit", "-n", help="Rows a page, 1 to 100.")]
Offset = Annotated[int, typer.Option(help="Rows to skip.")]
Operator = Annotated[AlertOperator | None, typer.Option(help="Of a metric: how it compares.")]
Value = Annotated[
    str | None,
    typer.Option(help="The bound; of shares 0.2 or 20%. An anomaly needs none (a chance of 0.05).", metavar="NUMBER"),
]
Severe = Annotated[str | None, typer.Option(help="Where the severity rises by one.", metavar="NUMBER")]
Clear = Annotated[str | None, typer.Option(help="Where it is over.", metavar="NUMBER")]
Over = Annotated[str | None, typer.Option("--period", help="Of a metric: month, last 30 days, 2026-Q1.")]
Called = Annotated[str | None, typer.Option("--name", help="What you call it.")]
Hold = Annotated[int | None, typer.Option(help="Minutes that it has to hold.", metavar="MINUTES")]
Keep = Annotated[int | None, typer.Option(help="Minutes that it has to be clear.", metavar="MINUTES")]
Cooldown = Annotated[int | None, typer.Option(help="Days within which it is the same.", metavar="DAYS")]
Least = Annotated[int | None, typer.Option("--min-n", help="Least sample.")]
Bad = Annotated[Severity | None, typer.Option("--severity", help="The severity to tell it with.")]
Channels = Annotated[
    list[ReminderChannel] | None,
    typer.Option("--channel", help="How it is told; may be repeated. Default: the first way that reaches you."),
]
Quiet = Annotated[bool | None, typer.Option("--quiet-hours/--any-hour", help="Keep the quiet hours.")]
Enabled = Annotated[bool | None, typer.Option("--on/--off", help="Tell of it at all.")]
Version = Annotated[int | None, typer.Option("--if-version", help="Only if it still has this version.", metavar="N")]


@alerts.command("active")
def active(
    context: typer.Context,
    severity: Annotated[Severity | None, typer.Option(help="Of this severity alone.")] = None,
    mine: Annotated[bool, typer.Option("--mine", help="Your own alone (administrators see all).")] = False,
    limit: Limit = 20,
    offset: Offset = 0,
) -> None:
    """List what has to be looked at, worst first, each with the command that acts on it. The rules are tried first.

    Example: realty analytics alerts active --severity critical
    """
    from realty_cli.cli.alert_view import page

    state = state_of(context)
    check_page(limit, offset)
    _tried(state)
    with state.read() as work:
        body = work.analytics.alerts.active(state.language, limit=limit, offset=offset, severity=severity, mine=mine)
    page(state, body)


@alerts.command("ack")
def acknowledge(context: typer.Context, number: Id, note: Note = None, if_version: Version = None) -> None:
    """Say that you have seen an alert: it is told again only when it gets worse.

    Example: realty analytics alerts ack 7 --note "позвоню вечером"
    """
    from realty_cli.cli.alert_view import one

    state = state_of(context)
    said = _said("Acknowledge", note=note)
    with state.write("analytics alerts ack") as work:
        body = work.analytics.alerts.acknowledge(number, state.language, note=said.note, expected_version=if_version)
    one(state, body)
    state.tell("Alert {id} is acknowledged.", id=number)


@alerts.command("snooze")
def snooze(
    context: typer.Context,
    number: Id,
    until: Annotated[str, typer.Argument(help="Until when: tomorrow 10:00, +2d, 2026-06-10.", show_default=False)],
    note: Note = None,
    if_version: Version = None,
) -> None:
    """Snooze an alert until a moment, or until it gets worse.

    Example: realty analytics alerts snooze 7 +2d
    """
    from zoneinfo import ZoneInfo

    from realty_cli.cli.alert_view import one
    from realty_cli.kit.clock import stamp
    from realty_cli.kit.moment import parse_moment

    state = state_of(context)
    said = _said("Acknowledge", note=note)
    with state.write("analytics alerts snooze") as work:
        at = parse_moment(until, now=work.clock.now(), zone=ZoneInfo(work.actor.timezone), field="until")
        body = work.analytics.alerts.snooze(
            number, stamp(at), state.language, note=said.note, expected_version=if_version
        )
    one(state, body)
    state.tell("Alert {id} is snoozed.", id=number)


@alerts.command("check")
def check(
    context: typer.Context,
    figures: Annotated[
        bool | None,
        typer.Option("--figures/--facts", help="The rules about figures too, or those about facts alone. Default: "
                     "figures once a day."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be told of, and do nothing.")] = False,
) -> None:  # fmt: skip
    """Try the rules for every account and send what is new. For cron; a server does the same by itself.

    Example: realty analytics alerts check
    """
    from realty_cli.analytics.listing_sums import Keeper
    from realty_cli.cli.alert_view import counts, dry

    state = state_of(context)
    with state.read() as work:
        me = work.actor
    body = state.realty.check_alerts(figures=figures, dry_run=dry_run)
    if dry_run:
        mine = [one for one in body["items"] if me.sees_all or one["owner_id"] == me.id]
        dry(state, {"items": mine, "total": len(mine)})
        return
    body["sent"] = state.realty.deliver()["sent"]
    Keeper(state.realty.transaction).catch_up()
    counts(state, body)


@alerts.command("rules")
def rules(context: typer.Context) -> None:
    """List the rules that everybody has, with your own figures for them.

    Example: realty analytics alerts rules
    """
    from realty_cli.cli.alert_view import rules as show

    state = state_of(context)
    with state.read() as work:
        body = work.analytics.thresholds.rules(state.language)
    show(state, body)


@alerts.command("list")
def list_thresholds(
    context: typer.Context,
    deleted: Annotated[bool, typer.Option("--deleted", help="In the bin.")] = False,
    sort: Annotated[str | None, typer.Option(help="Keys with - for descending. Default: newest first.")] = None,
    limit: Limit = 20,
    offset: Offset = 0,
    cursor: Annotated[str | None, typer.Option(help="Go on where a page ended (next_cursor).")] = None,
) -> None:
    """List your thresholds, newest first.

    Example: realty analytics alerts list
    """
    from realty_cli.analytics.schemas.alerts import ThresholdFilter
    from realty_cli.cli.alert_view import thresholds
    from realty_cli.kit.schema import validate

    state = state_of(context)
    check_page(limit, offset)
    with state.read() as work:
        wanted = validate(ThresholdFilter, {"deleted": True} if deleted else {}, typed=True)
        body = work.analytics.thresholds.page(wanted, sort=sort, limit=limit, offset=offset, cursor=cursor)
    thresholds(state, body)


@alerts.command("set")
def set_threshold(
    context: typer.Context,
    what: Annotated[str, typer.Argument(help="Key of a rule, or of a metric.", show_default=False)],
    operator: Operator = None,
    value: Value = None,
    severe: Severe = None,
    clear: Clear = None,
    period: Over = None,
    name: Called = None,
    hold: Hold = None,
    keep: Keep = None,
    cooldown: Cooldown = None,
    min_n: Least = None,
    severity: Bad = None,
    channels: Channels = None,
    quiet: Quiet = None,
    enabled: Enabled = None,
) -> None:
    """Set from where on you want to be told: other figures for a rule, or a bound of a metric. A rule that has a
    threshold of yours already gets it changed.

    Example: realty analytics alerts set lead_untouched --value 1.5
    """
    from realty_cli.analytics.alert_rules import RULES
    from realty_cli.analytics.schemas.alerts import ThresholdCreate, ThresholdUpdate
    from realty_cli.cli.alert_view import threshold
    from realty_cli.kit.schema import validate

    state = state_of(context)
    data = _given(
        operator=operator, value=value, severe_value=severe, clear_value=clear, period=period, name=name,
        hold_minutes=hold, keep_minutes=keep, cooldown_days=cooldown, min_n=min_n, severity=severity,
        channels=channels or None, quiet_hours=quiet, enabled=enabled,
    )  # fmt: skip
    with state.write("analytics alerts set") as work:
        service = work.analytics.thresholds
        own = service.of_rule(what) if what in RULES else None
        if own is not None:
            body = service.update(own, validate(ThresholdUpdate, data, typed=True))
        else:
            key = "metric" if "." in what else "rule"
            body = service.create(validate(ThresholdCreate, {key: what, **data}, typed=True))
        twins = service.twins(body["id"])
    threshold(state, body)
    state.tell("Threshold {id} is set.", id=body["id"])
    if body["metric"] is not None:
        state.tell("Metrics are looked at once a day. To do it now: realty analytics alerts check --figures")
    if twins:
        state.tell("You have another one on this metric: {ids}. To change that: realty analytics alerts edit {first}",
                   ids=", ".join(map(str, twins)), first=twins[0])  # fmt: skip


@alerts.command("edit")
def edit_threshold(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="Number of the threshold.", show_default=False)],
    operator: Operator = None,
    value: Value = None,
    severe: Severe = None,
    clear: Clear = None,
    period: Over = None,
    name: Called = None,
    hold: Hold = None,
    keep: Keep = None,
    cooldown: Cooldown = None,
    min_n: Least = None,
    severity: Bad = None,
    channels: Channels = None,
    quiet: Quiet = None,
    enabled: Enabled = None,
    if_version: Version = None,
) -> None:
    """Change a threshold of yours: what is not given stays.

    Example: realty analytics alerts edit 4 --value 20%
    """
    from realty_cli.analytics.schemas.alerts import ThresholdUpdate
    from realty_cli.cli.alert_view import threshold
    from realty_cli.kit.schema import validate

    state = state_of(context)
    data = _given(
        operator=operator, value=value, severe_value=severe, clear_value=clear, period=period, name=name,
        hold_minutes=hold, keep_minutes=keep, cooldown_days=cooldown, min_n=min_n, severity=severity,
        channels=channels or None, quiet_hours=quiet, enabled=enabled,
    )  # fmt: skip
    wanted = validate(ThresholdUpdate, data, typed=True)
    with state.write("analytics alerts edit") as work:
        body = work.analytics.thresholds.update(number, wanted, expected_version=if_version)
    threshold(state, body)
    state.tell("Threshold {id} is set.", id=body["id"])


@alerts.command("remove")
def remove(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(help="Number of the threshold.", show_default=False)],
) -> None:
    """Remove thresholds; a rule tells by its own figures again. restore brings them back.

    Example: realty analytics alerts remove 4
    """
    state = state_of(context)
    with state.write("analytics alerts remove") as work:
        for number in ids:
            work.analytics.thresholds.delete(number)
    _done(state, ids)


@alerts.command("restore")
def restore(
    context: typer.Context,
    ids: Annotated[list[int], typer.Argument(help="Number of the threshold.", show_default=False)],
) -> None:
    """Bring thresholds back.

    Example: realty analytics alerts restore 4
    """
    state = state_of(context)
    with state.write("analytics alerts restore") as work:
        for number in ids:
            work.analytics.thresholds.restore(number)
    _done(state, ids)


@app.command("insights")
def insights(
    context: typer.Context,
    dismiss: Annotated[
        str | None, typer.Option(help="Put this one aside until what it rests on changes.", metavar="ID")
    ] = None,
    note: Note = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="How many, 1 to 20.")] = 5,
) -> None:
    """Show what the numbers suggest, the most worth doing first, each with its evidence and the command that acts on
    it.

    Example: realty analytics insights
    """
    from realty_cli.analytics.schemas.alerts import InsightQuery
    from realty_cli.cli.alert_view import suggestions
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if dismiss is not None:
        said = _said("Dismiss", note=note)
        with state.read() as work:
            idea = work.analytics.insights.find(dismiss)
        with state.write("analytics insights") as work:
            work.analytics.insights.dismiss(idea, note=said.note)
        state.tell("It is put aside.")
        return
    wanted = validate(InsightQuery, {"limit": limit}, typed=True)
    with state.read() as work:
        body = work.analytics.insights.recommendations(state.language, limit=wanted.limit)
    suggestions(state, body)


def _given(**values: Any) -> dict[str, Any]:
    """What was given, figures as numbers but for those in per cent, which the schema reads."""
    from realty_cli.errors import Invalid

    found = {name: one for name, one in values.items() if one is not None}
    for name, option in (("value", "--value"), ("severe_value", "--severe"), ("clear_value", "--clear")):
        text = found.get(name)
        if text is None or text.rstrip().endswith("%"):
            continue
        try:
            found[name] = float(text.replace(",", "."))
        except ValueError:
            raise Invalid.one(option, "threshold.no_number") from None
    return found


def _said(name: str, **values: Any) -> Any:
    from realty_cli.analytics.schemas import alerts as schemas
    from realty_cli.kit.schema import validate

    return validate(getattr(schemas, name), {key: value for key, value in values.items() if value is not None})


def _tried(state: State) -> None:
    """Try the rules where the store may be written: to look must work without that too."""
    from realty_cli.errors import RealtyError

    try:
        state.realty.check_alerts()
    except RealtyError:
        return


def _done(state: State, ids: list[int]) -> None:
    from realty_cli.cli.output import emit_json

    if state.format in ("json", "jsonl"):
        emit_json({"ids": ids})
    state.tell_many("{n} threshold is changed.", "{n} thresholds are changed.", len(ids))
