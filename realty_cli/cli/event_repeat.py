"""`realty events repeat`: a series, in words instead of a rule."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli.event_options import event_fields
from realty_cli.cli.events import app
from realty_cli.cli.state import state_of


@app.command("repeat")
@event_fields
def repeat(
    context: typer.Context,
    when: Annotated[
        str,
        typer.Argument(
            help="The first time: a day and time, its length after it: 'mon 10:00 +1h'.", show_default=False
        ),
    ],
    every: Annotated[
        str | None,
        typer.Option(
            "--every", help="day, 2 weeks, month, year, weekdays; --rrule says it as a rule.", metavar="HOW OFTEN"
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option("--on", help="Days: mon,thu; of a month: 1,15, last fri, last day.", metavar="DAYS")
    ] = None,
    times: Annotated[int | None, typer.Option("--times", help="How many times in all.", min=1, max=10_000)] = None,
    last: Annotated[str | None, typer.Option("--last", help="The last day on which it may be.", metavar="DAY")] = None,
    values: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """Enter an event that takes place again and again; lists show each time by itself.

    Example: realty events repeat "mon 10:00 +1h" --every week --on mon,thu --times 10 --type meeting --title Планёрка
    """
    from realty_cli.cli.event_form import entry
    from realty_cli.cli.event_view import one
    from realty_cli.errors import Invalid
    from realty_cli.events.rule_typed import rule_of
    from realty_cli.events.schemas.event import RecurringEventCreate
    from realty_cli.kit.moment import parse_date
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if (every is None) == (values.get("rrule") is None):
        raise Invalid.one("--every", "rrule.say_how_often")
    with state.write("events repeat") as work:
        if every is not None:
            today = work.clock.now().date()
            until = parse_date(last, today=today, field="--last") if last else None
            values = {**values, "rrule": rule_of(every, on, until=until, times=times)}
        data = entry(state, work, when, None, values)
        event = work.events.said_in(state.language).create(
            validate(RecurringEventCreate, data, zone=work.actor.timezone, typed=True)
        )
    one(state, event)
    state.tell("Series {id} is entered: {rule}.", id=event["id"], rule=words(event, state.say.language))


def words(event: dict[str, Any], language: str) -> str:
    """The rule of a series as people say it."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from realty_cli.events.recurrence import read
    from realty_cli.events.rule_words import in_words

    start = datetime.fromisoformat(event["start_local"])
    return in_words(read(event["rrule"]), start, ZoneInfo(event["timezone"] or "UTC"), language)
