"""What belongs together in a file: the overrides of a series, one event said twice, a change of all that follows."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.events.ics.drafts import Draft, Reading
from realty_cli.events.ics.moments import Moment
from realty_cli.events.series import parted
from realty_cli.kit.clock import stamp


def settle(found: Reading, own: str) -> None:
    """Bring the drafts of a file into the order of import: each series before its overrides, each said once."""
    events: dict[str, list[Draft]] = {}
    for draft in found.drafts:
        events.setdefault(draft.uid, []).append(draft)
    settled: list[Draft] = []
    for drafts in events.values():
        master = _best([one for one in drafts if one.recurrence_id is None])
        others = [one for one in drafts if one.recurrence_id is not None]
        for one in others:
            if master is not None:
                _same_kind(one, master, own)
        kept: dict[str, list[Draft]] = {}
        for one in others:
            kept.setdefault(str(one.recurrence_id), []).append(one)
        overrides = [best for _, same in sorted(kept.items()) if (best := _best(same)) is not None]
        if master is not None:
            settled.append(master)
            overrides = _following(master, overrides, settled, own)
        for one in overrides:
            one.values.pop("_range", None)
        settled += overrides
    found.drafts = settled


def _best(drafts: list[Draft]) -> Draft | None:
    """Of several versions of one, that which its calendar wrote last."""
    if not drafts:
        return None
    best = max(reversed(drafts), key=lambda one: (one.sequence, one.modified or ""))
    if len(drafts) > 1:
        best.warnings.append(FieldProblem("uid", "ics.twice", {"count": len(drafts)}))
    return best


def _same_kind(one: Draft, master: Draft, own: str) -> None:
    """A RECURRENCE-ID that is a date beside a time, or the other way round, means the instance of that day."""
    text, values = str(one.recurrence_id), master.values
    if values["all_day"] and "T" in text:
        text = _wall(text, own).date().isoformat()
    elif not values["all_day"] and "T" not in text:
        start = datetime.fromisoformat(values["starts_local"])
        at = Moment(datetime.combine(date.fromisoformat(text), start.time()), values["timezone"])
        text = stamp(at.at(own))
    one.recurrence_id = one.values["recurrence_id"] = text


def _wall(text: str, zone: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


def _following(master: Draft, overrides: list[Draft], settled: list[Draft], own: str) -> list[Draft]:
    """Where an override holds for all that follows, the series goes on as another one from there."""
    split = next((one for one in overrides if one.values.get("_range")), None)
    if split is None or not master.values["rrule"]:
        return overrides
    split.values.pop("_range")
    text = str(split.recurrence_id)
    zone = master.values["timezone"] or own
    at = datetime.fromisoformat(text) if "T" not in text else _wall(text, zone)
    shift = datetime.fromisoformat(split.values["starts_local"]) - at
    times = {name: split.values[name] for name in ("starts_local", "ends_local", "timezone", "all_day")}
    try:
        ended, rest = parted(master.values, ZoneInfo(own), at, times)
    except Invalid:
        split.warnings.append(FieldProblem("rrule", "series.no_split"))
        return overrides
    said = {**split.values, **{name: rest[name] or [] for name in ("rdates", "exdates")}, "rrule": rest["rrule"]}
    said |= {name: rest[name] for name in ("starts_local", "ends_local")} | {"recurrence_id": None}
    if ended:
        uid = f"{master.uid[:200]}-{at:%Y%m%dT%H%M%S}"
        master.values |= {**ended, **{name: ended.get(name) or [] for name in ("rdates", "exdates")}}
        split.values = {**said, "uid": uid, "related_to": master.uid}
        split.uid, split.recurrence_id = uid, None
        settled.append(split)
        going = split
    else:
        uid, going = master.uid, master
        master.values = {**said, "uid": uid, "related_to": master.values["related_to"]}
    here, later = [], []
    for one in overrides:
        if one is split:
            continue
        if str(one.recurrence_id) < text:
            here.append(one)
            continue
        moved = datetime.fromisoformat(str(one.recurrence_id)) + shift
        number = moved.date().isoformat() if "T" not in str(one.recurrence_id) else stamp(moved)
        one.uid = one.values["uid"] = uid
        one.recurrence_id = one.values["recurrence_id"] = number
        later.append(one)
    settled += here
    return _following(going, later, settled, own)
