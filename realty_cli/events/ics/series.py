"""What belongs together in a file: the overrides of a series, one event said twice, a change of all that follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.errors import FieldProblem
from realty_cli.events import expansion, recurrence
from realty_cli.events.ics.drafts import Draft, Reading
from realty_cli.events.ics.moments import Moment
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
    shift = datetime.fromisoformat(split.values["starts_local"]) - datetime.fromisoformat(master.values["starts_local"])
    shift -= at - datetime.fromisoformat(master.values["starts_local"])
    before, after = _parted(master.values, at, own)
    master.values["rrule"] = before["rrule"]
    uid = f"{master.uid[:200]}-{at:%Y%m%dT%H%M%S}"
    split.values |= {
        "uid": uid, "recurrence_id": None, "rrule": after["rrule"], "related_to": master.uid,
        "rdates": [_shifted(one, shift) for one in after["rdates"]],
        "exdates": [_shifted(one, shift) for one in after["exdates"]],
    }  # fmt: skip
    master.values |= {name: before[name] for name in ("rdates", "exdates")}
    split.uid, split.recurrence_id = uid, None
    settled.append(split)
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
    return _following(split, later, settled, own)


def _parted(values: dict[str, Any], at: datetime, own: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The rule, RDATEs and EXDATEs before a start of a series and from there on."""
    zone = ZoneInfo(values["timezone"] or own)
    rules = recurrence.read(values["rrule"])
    series = expansion.Series(datetime.fromisoformat(values["starts_local"]), zone, values["all_day"], rules)
    first, second = [], []
    for rule in rules:
        if rule.count is not None:
            done = expansion.position(series, rule, at)
            first.append(rule.replaced(count=max(done, 1)).text)
            second.append(rule.replaced(count=max(rule.count - done, 1)).text)
            continue
        if values["all_day"]:
            end = recurrence.Until(at.date() - timedelta(days=1))
        elif values["timezone"] is None:
            end = recurrence.Until(at - timedelta(seconds=1))
        else:
            moment = at.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)
            end = recurrence.Until(moment - timedelta(seconds=1), utc=True)
        first.append(rule.replaced(until=end).text)
        second.append(rule.text)
    mark = at.date().isoformat() if values["all_day"] else at.isoformat(timespec="seconds")
    before: dict[str, Any] = {"rrule": "\n".join(first)}
    after: dict[str, Any] = {"rrule": "\n".join(second)}
    for name in ("rdates", "exdates"):
        before[name] = [one for one in values[name] if one < mark]
        after[name] = [one for one in values[name] if one >= mark]
    return before, after


def _shifted(text: str, by: timedelta) -> str:
    start, slash, end = text.partition("/")
    whole = "T" not in start
    pieces = [datetime.fromisoformat(one) + by for one in ((start, end) if slash else (start,))]
    return "/".join(one.date().isoformat() if whole else one.isoformat(timespec="seconds") for one in pieces)
