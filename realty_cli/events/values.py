"""Values of events on their way into the store. Data in, data out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any

from realty_cli.errors import Conflict, FieldProblem, Invalid
from realty_cli.events.expansion import never, off_rule
from realty_cli.events.placing import moment, series_of, zone_of
from realty_cli.events.recurrence import entered
from realty_cli.kit.clock import stamp
from realty_cli.kit.messages import message

if TYPE_CHECKING:
    from realty_cli.events.schemas.event import EventCreate, EventUpdate

#: What decides about the moments of an event.
WALLS = frozenset({"starts_local", "ends_local", "timezone", "all_day"})


def values_of(data: EventCreate | EventUpdate) -> dict[str, Any]:
    """The fields that were sent; an empty text or list says nothing, like null."""
    values = {name: getattr(data, name) for name in data.model_fields_set - {"allow_overlap"}}
    for name in ("attendees", "reminders"):
        if values.get(name):
            values[name] = [one.model_dump(exclude_none=True) for one in values[name]]
    return {name: None if value in ("", []) else value for name, value in values.items()}


def timed(values: Mapping[str, Any], home: tzinfo) -> dict[str, Any]:
    """A row with the moments that its wall times are."""
    return {**values, **_moments(values, home)}


def timed_changes(before: Mapping[str, Any], changes: Mapping[str, Any], home: tzinfo) -> dict[str, Any]:
    if not WALLS & changes.keys():
        return dict(changes)
    return {**changes, **_moments({**before, **changes}, home)}


def _moments(values: Mapping[str, Any], home: tzinfo) -> dict[str, str]:
    zone = zone_of(values, home)
    return {
        f"{name}_time": stamp(moment(datetime.fromisoformat(values[f"{name}s_local"]), zone))
        for name in ("start", "end")
    }


def wall_of_exdate(text: str, values: Mapping[str, Any], home: tzinfo) -> str:
    """A start to leave out, as the store keeps it: a wall time, or a date for all of that day."""
    if len(text) == len("2026-01-01") or values["all_day"]:
        return text[:10]
    at = datetime.fromisoformat(text)
    if at.tzinfo is not None:
        at = at.astimezone(UTC).astimezone(zone_of(values, home)).replace(tzinfo=None)
    return at.isoformat(timespec="seconds")


def repeated(values: Mapping[str, Any], target: dict[str, Any], home: tzinfo) -> list[FieldProblem]:
    """Check a rule that was entered, and lay it and its exceptions into `target` as they are stored. Gives what is to
    be told."""
    if values.get("rrule"):
        start, zone = datetime.fromisoformat(values["starts_local"]), zone_of(values, home)
        rule = entered(values["rrule"], start, zone, whole_days=bool(values["all_day"])).text
        target["rrule"], values = rule, {**values, "rrule": rule}
    elif values.get("exdates"):
        raise Invalid.one("exdates", "series.no_rule")
    if target.get("exdates"):
        target["exdates"] = [wall_of_exdate(text, values, home) for text in target["exdates"]]
    if not values.get("rrule"):
        return []
    bare = series_of({"rdates": None, **values, "exdates": None}, home)
    if never(bare):
        raise Invalid.one("rrule", "rrule.never")
    return [FieldProblem("rrule", "event.off_rule")] if off_rule(bare) else []


def same(old: Any, new: Any) -> bool:
    return bool(old == new) or (old in (None, []) and new in (None, []))


def numbered(error: Invalid | Conflict, index: int) -> Invalid | Conflict:
    """The error of one entry of a list, as the list's."""
    if isinstance(error, Invalid):
        fields = [FieldProblem(f"events.{index}.{one.field}", one.code, one.params) for one in error.fields]
        return Invalid(error.code, fields, **error.params)
    return type(error)(error.code, **{**error.params, "index": index})


def told(error: Invalid | Conflict, language: str) -> list[dict[str, Any]]:
    """What is wrong with one entry, field by field, in words."""
    if isinstance(error, Invalid) and error.fields:
        return [
            {"field": one.field, "code": one.code, "message": message(one.code, language, **one.params)}
            for one in error.fields
        ]
    return [{"field": "start_time", "code": error.code, "message": message(error.code, language, **error.params)}]
