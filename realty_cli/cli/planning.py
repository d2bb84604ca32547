"""`realty events conflicts`, `suggest`, `plan` and `settings`: questions about time."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from realty_cli.cli import events
from realty_cli.cli.account_options import numbered, numbered_one
from realty_cli.cli.state import State, state_of
from realty_cli.events.kinds import EventType

app = events.app

From = Annotated[str | None, typer.Option("--from", help="Where to begin; now, if left out.", metavar="WHEN")]
To = Annotated[str | None, typer.Option("--to", help="Where to end.", metavar="WHEN")]
Kind = Annotated[EventType | None, typer.Option("--type", "-t", help="Kind of the event.")]
Listing = Annotated[int | None, typer.Option("--property", "-l", help="At this listing.", metavar="ID")]
Agent = Annotated[
    str | None,
    typer.Option(
        "--agent", callback=numbered_one, help="Of this account (administrators): name, e-mail or number.",
        metavar="WHO",
    ),
]  # fmt: skip
Travel = Annotated[str, typer.Option("--travel", help="Ways between places: auto, none, or minutes.", metavar="HOW")]


def _moment(state: State, work: Any, text: str | None, option: str) -> str | None:
    from zoneinfo import ZoneInfo

    from realty_cli.kit.moment import parse_moment

    if text is None:
        return None
    zone = ZoneInfo(work.actor.timezone)
    return parse_moment(text, now=work.clock.now(), zone=zone, field=option).isoformat()


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@app.command("conflicts")
def conflicts(
    context: typer.Context,
    when: Annotated[
        str | None, typer.Argument(help="Start of an event that is to be; without it, all that collides.")
    ] = None,
    minutes: Annotated[int, typer.Option("--minutes", "-m", help="Its length in minutes.")] = 60,
    rrule: Annotated[str | None, typer.Option("--rrule", help="Its rule, if it repeats.", metavar="RULE")] = None,
    from_: From = None,
    to: To = None,
    kind: Kind = None,
    listing: Listing = None,
    attendee: Annotated[
        list[str] | None,
        typer.Option(
            "--with", callback=numbered, help="An account that has to come too; may be repeated.", metavar="WHO"
        ),
    ] = None,
    exclude: Annotated[int | None, typer.Option("--exclude", help="But not this event.", metavar="ID")] = None,
    agent: Agent = None,
    travel: Travel = "auto",
) -> None:
    """What is in the way of an event, or what collides in your calendar in the next 30 days.

    Example: realty events conflicts "завтра 15:30" --minutes 90 --property 5
    """
    from realty_cli.cli.planning_view import conflicts as show
    from realty_cli.events.schemas.planning import ConflictQuery
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.read() as work:
        asked = _given(
            start_time=_moment(state, work, when, "when"), duration_minutes=minutes if when else None, rrule=rrule,
            to=_moment(state, work, to, "--to"), event_type=kind, property_id=listing, exclude_id=exclude,
            agent_id=agent, attendees=attendee or None, travel=travel,
            **{"from": _moment(state, work, from_, "--from")},
        )  # fmt: skip
        query = validate(ConflictQuery, asked, typed=True)
        body = work.planning.said_in(state.language).conflicts(query)
    show(state, body)


@app.command("suggest")
def suggest(
    context: typer.Context,
    minutes: Annotated[int, typer.Argument(help="Length of the event in minutes, 5 to 1440.")] = 60,
    from_: From = None,
    to: To = None,
    kind: Kind = None,
    listing: Listing = None,
    attendee: Annotated[
        list[str] | None,
        typer.Option(
            "--with", callback=numbered, help="An account that has to come too; may be repeated.", metavar="WHO"
        ),
    ] = None,
    attendee_tz: Annotated[
        str | None, typer.Option("--client-zone", help="Zone in which the client lives.", metavar="ZONE")
    ] = None,
    prefer: Annotated[
        str | None, typer.Option("--prefer", help="Part of the day: morning, day, evening.", metavar="PART")
    ] = None,
    working_hours: Annotated[
        list[str] | None,
        typer.Option(
            "--hours", help="Working hours for this question: mon@09:00-13:00; may be repeated.", metavar="DAY@HOURS"
        ),
    ] = None,
    granularity: Annotated[int | None, typer.Option("--step", help="Minutes of the grid of starts.")] = None,
    notice: Annotated[int | None, typer.Option("--notice", help="Minutes from now at the least.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Most times, 1 to 100.")] = 10,
    spread: Annotated[int, typer.Option("--spread", help="Most times of one day.")] = 3,
    agent: Agent = None,
    travel: Travel = "auto",
) -> None:
    """When there is time: free starts within your working hours, the best first.

    Example: realty events suggest 60 --property 5 --from tomorrow --prefer evening
    """
    from realty_cli.cli.planning_view import suggestions as show
    from realty_cli.events.schemas.planning import SuggestionQuery
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.read() as work:
        asked = _given(
            duration_minutes=minutes, to=_moment(state, work, to, "--to"), event_type=kind, property_id=listing,
            attendees=attendee or None, working_hours=working_hours or None,
            attendee_tz=attendee_tz, prefer=prefer, granularity=granularity,
            min_notice_minutes=notice, limit=limit, spread=spread, agent_id=agent, travel=travel,
            **{"from": _moment(state, work, from_, "--from")},
        )  # fmt: skip
        body = work.planning.suggestions(validate(SuggestionQuery, asked, typed=True))
    show(state, body)


@app.command("plan")
def plan(
    context: typer.Context,
    day: Annotated[str, typer.Argument(help="The day: today, fri, 2026-03-16, завтра.")] = "today",
    start: Annotated[str | None, typer.Option("--start", help="When the day begins: 09:30.", metavar="HH:MM")] = None,
    home: Annotated[
        str | None, typer.Option("--home", help="Where it begins: LATITUDE,LONGITUDE.", metavar="POINT")
    ] = None,
    window: Annotated[
        list[str] | None,
        typer.Option(
            "--window", help="When a stop can be visited: 12@10:00-14:00; may be repeated.", metavar="ID@HOURS"
        ),
    ] = None,
    agent: Agent = None,
    travel: Travel = "auto",
) -> None:
    """In what order to drive to the showings of a day, with ways and slack. Nothing is changed.

    Example: realty events plan tomorrow --window 12@10:00-14:00
    """
    from zoneinfo import ZoneInfo

    from realty_cli.cli.planning_view import plan as show
    from realty_cli.errors import Invalid
    from realty_cli.events.schemas.planning import PlanQuery
    from realty_cli.kit.moment import parse_date
    from realty_cli.kit.schema import validate

    state = state_of(context)
    with state.read() as work:
        today = work.clock.now().astimezone(ZoneInfo(work.actor.timezone)).date()
        asked = _given(
            date=parse_date(day, today=today, field="day").isoformat(), start=start, window=window or None,
            agent_id=agent, travel=travel,
        )  # fmt: skip
        if home is not None:
            latitude, comma, longitude = home.partition(",")
            if not comma:
                raise Invalid.one("--home", "plan.home", value=home[:40])
            asked |= {"latitude": latitude.strip(), "longitude": longitude.strip()}
        body = work.planning.plan(validate(PlanQuery, asked, typed=True))
    show(state, body)


@app.command("settings")
def settings(
    context: typer.Context,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="FIELD=VALUE",
            help="Change a field: granularity=15, country=RU, working_hours={\"sat\": []} (JSON); none: the default.",
        ),
    ] = None,
    notifications: Annotated[
        bool, typer.Option("--notifications", help="How you are told, instead of how you plan.")
    ] = False,
    version: Annotated[int | None, typer.Option("--if-version", help="Only if it still has this version.")] = None,
) -> None:  # fmt: skip
    """How you plan: working hours, buffers, notice, holidays, speeds; or how you are told.

    Example: realty events settings --set granularity=15 --set max_per_day='{"showing": 6}'
    """
    from realty_cli.cli.planning_view import settings as show
    from realty_cli.events.schemas.settings import CalendarSettingsUpdate, NotificationSettingsUpdate
    from realty_cli.kit.schema import validate

    state = state_of(context)
    if not set_:
        with state.read() as work:
            held = work.calendar_settings
            body = held.notifications() if notifications else held.planning()
    else:
        given = _fields(set_)
        with state.write("events settings") as work:
            held = work.calendar_settings
            if notifications:
                told = validate(NotificationSettingsUpdate, given, typed=True)
                body = held.tell(told, expected_version=version)
            else:
                body = held.plan(validate(CalendarSettingsUpdate, given, typed=True), expected_version=version)
    show(state, body)


def _fields(texts: list[str]) -> dict[str, Any]:
    """FIELD=VALUE, the value as JSON where it is JSON, else as text; `none` empties."""
    import json

    from realty_cli.errors import Invalid

    found: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise Invalid.one("--set", "calendar.set", value=text[:40])
        try:
            found[name.strip()] = None if value.strip() == "none" else json.loads(value)
        except ValueError:
            found[name.strip()] = value.strip()
    return found
