"""Trying the rules for everybody: what is found, what becomes of the alerts, and the letters about them.

The store is looked at without holding up anybody; whatever changes for one account is written in a short transaction of
its own, in which the alert is read anew, so that two who try at once do it once. Tried twice at one moment, nothing
changes the second time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from realty_cli.analytics import alert_letters
from realty_cli.analytics.alert_facts import FINDERS
from realty_cli.analytics.alert_figures import figures as of_figures
from realty_cli.analytics.alert_kinds import CLEAR, Finding, Rule, fingerprint, reads
from realty_cli.analytics.alert_look import Desk, Look, accounts
from realty_cli.analytics.alert_own import Own, effective, loosest, own_of, rule_for
from realty_cli.analytics.alert_record import COLUMNS, SELECT, alert_of, standing_of, values_of
from realty_cli.analytics.alert_rules import FACTS
from realty_cli.analytics.alert_states import Policy, Reading, Standing, is_other, step
from realty_cli.analytics.alert_subjects import kept
from realty_cli.analytics.kinds import AlertState, Severity
from realty_cli.kit.clock import Clock, stamp
from realty_cli.kit.moment import resolve
from realty_cli.notify.delivery import Transaction
from realty_cli.store.database import Connection

#: New alerts of one account and day that are told one by one; the rest waits in its digest. Critical ones always are.
NEW_A_DAY = 5
_RANK = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}
#: How long resolved alerts are looked at again: the longest cooldown.
_LONGEST = timedelta(days=90)
#: The hour from which the figures of yesterday are looked at.
_NIGHT_ENDS = 4
_TABLES = {
    "lead": "leads", "event": "events", "deal": "deals", "commission": "commissions", "property": "properties",
}  # fmt: skip
_GONE, _ANY = Reading(breach=False, clear=True, gone=True), Policy()


class _Met(NamedTuple):
    """A finding under the rule as its owner has it."""

    rule: Rule
    finding: Finding
    key: str
    reading: Reading


class _Step(NamedTuple):
    """An alert before and after."""

    alert: dict[str, Any] | None
    before: Standing | None
    after: Standing | None
    met: _Met | None

    @property
    def fires(self) -> bool:
        return self.after is not None and self.after.fired > (0 if self._other else self._fired)

    @property
    def resolves(self) -> bool:
        return (
            self.before is not None
            and self.after is not None
            and self.before.state is not self.after.state
            and (self.after.state is AlertState.RESOLVED)
        )

    @property
    def changes(self) -> bool:
        """Whether there is something to write: a value that creeps on is nothing."""
        if self.before is None or self.after is None:
            return self.before is not self.after
        if self.after == self.before:
            return False
        return replace(self.after, value=None) != replace(self.before, value=None) or _jumps(
            self.before.value, self.after.value
        )

    @property
    def _other(self) -> bool:
        return self.before is None or (self.after is not None and is_other(self.before, self.after))

    @property
    def _fired(self) -> int:
        return 0 if self.before is None else self.before.fired


class Checking:
    """`transaction` opens one for reading or writing; `backups` is the folder of backups, where we make them;
    `desk` is where an account asks."""

    def __init__(
        self,
        transaction: Transaction,
        clock: Clock,
        desk: Callable[[Connection, int], Desk],
        backups: Path | None = None,
    ) -> None:
        self._transaction, self._clock = transaction, clock
        self._desk, self._backups = desk, backups

    def check(
        self, *, figures: bool | None = None, facts: frozenset[str] | None = None, dry_run: bool = False
    ) -> dict[str, Any]:
        """Try the rules: those about facts (or those that `facts` names alone), and those about figures once a day (or
        as `figures` says). Gives how many alerts came up, were resolved and stand, and the letters that were asked for;
        with `dry_run`, what would be told of."""
        now = self._clock.now()
        with self._transaction(False) as db:
            look = Look(db, now, accounts(db), self._backups, self._desk)
            mine = own_of(db)
            daily = {one for one in look.people if figures or (figures is None and _is_due(db, look, one))}
            met, tried = _meet(look, mine, daily, [rule for rule in FACTS if facts is None or rule.key in facts])
            if dry_run:
                return _shown(met)
            busy = [
                owner for owner in look.people
                if owner in daily or (facts is None and alert_letters.are_waiting(db, owner))
                or any(one.changes for one in _steps(db, look, met[owner], tried[owner], mine[owner], owner))
            ]  # fmt: skip
        counts = {"fired": 0, "resolved": 0, "open": 0, "letters": 0}
        for owner in busy:
            with self._transaction(True) as db:
                steps = _steps(db, look, met[owner], tried[owner], mine[owner], owner)
                counts["fired"] += _settle(db, look, steps, owner)
                counts["resolved"] += sum(1 for one in steps if one.resolves)
                counts["letters"] += alert_letters.tell(db, look.people[owner], now, mine[owner])
                if facts is None:
                    _checked(db, look, owner, owner in daily)
        for owner in daily:
            self._suggest(owner)
        with self._transaction(False) as db:
            counts["open"] = db.value("SELECT count(*) FROM alerts WHERE state IN ('firing', 'acknowledged')")
        return counts

    def _suggest(self, owner: int) -> None:
        """Seek insights for an account, and keep them for its dashboard."""
        with self._transaction(False) as db:
            found = self._desk(db, owner).analytics.insights.sought()
        with self._transaction(True) as db:
            self._desk(db, owner).analytics.insights.keep(found)


def due(db: Connection, now: datetime) -> bool:
    """Whether the rules about figures have not been tried today for anybody."""
    look = Look(db, now, accounts(db))
    return any(_is_due(db, look, owner) for owner in look.people)


def _shown(met: Mapping[int, Sequence[_Met]]) -> dict[str, Any]:
    items = [
        {
            "owner_id": owner, "rule": one.rule.key, "severity": one.reading.severity.value, "value": one.finding.value,
            "subject": {"type": one.finding.subject_type, "id": one.finding.subject_id},
        }
        for owner, found in met.items() for one in found if one.reading.breach
    ]  # fmt: skip
    return {"items": items, "total": len(items)}


# Finding -------------------------------------------------------------------------------------------------------------


def _meet(
    look: Look, mine: Own, due: set[int], facts: Sequence[Rule]
) -> tuple[dict[int, list[_Met]], dict[int, set[str]]]:
    """What is found for each account, and which rules were tried for it."""
    met: dict[int, list[_Met]] = {owner: [] for owner in look.people}
    tried: dict[int, set[str]] = {owner: {rule.key for rule in facts} for owner in look.people}
    for rule in facts:
        _sort(met, rule, FINDERS[rule.key](look, loosest(rule, mine)), mine)
    if due:
        there = replace(look, people={owner: look.people[owner] for owner in due})
        for rule, found in of_figures(there, mine):
            _sort(met, rule, found, mine)
            for owner in due:
                tried[owner].add(rule.key)
    return met, tried


def _sort(met: dict[int, list[_Met]], rule: Rule, found: Iterable[Finding], mine: Own) -> None:
    for one in found:
        said = mine[one.owner_id].get(rule.key) if one.owner_id in mine else None
        if one.owner_id in met and (said is None or said["enabled"]):
            his = effective(rule, said)
            if one.sample is not None and one.sample < his.min_n:
                continue
            met[one.owner_id].append(_Met(his, one, fingerprint(rule.key, one), reads(his, one)))


def _is_due(db: Connection, look: Look, owner: int) -> bool:
    """Whether the rules about figures have not been tried today, and the night is nearly over."""
    if look.now.astimezone(look.people[owner].zone).hour < _NIGHT_ENDS:
        return False
    last = db.value("SELECT figures_on FROM alert_checks WHERE owner_id = :me", {"me": owner})
    return last is None or last < look.today(owner).isoformat()


# Settling ------------------------------------------------------------------------------------------------------------


def _steps(
    db: Connection, look: Look, met: Sequence[_Met], tried: set[str], own: Mapping[str, Any], owner: int
) -> list[_Step]:
    """What becomes of every alert that stands or comes up."""
    rows = db.all(
        f"{SELECT} WHERE a.owner_id = :me AND (a.state <> 'resolved' OR a.resolved_at > :since) ORDER BY a.id",
        {"me": owner, "since": stamp(look.now - _LONGEST)},
    )
    known = {alert["fingerprint"]: alert for alert in map(alert_of, rows)}
    found, seen = [], set()
    for one in met:
        if one.key in seen:
            continue
        seen.add(one.key)
        alert = known.get(one.key)
        before = None if alert is None else standing_of(alert)
        found.append(_Step(alert, before, step(before, one.reading, one.rule.policy, look.now), one))
    for key, alert in known.items():
        if key in seen or alert["state"] == AlertState.RESOLVED:
            continue
        rule = rule_for(alert["rule"], own)
        before = standing_of(alert)
        if rule is None:
            found.append(_Step(alert, before, step(before, _GONE, _ANY, look.now), None))
        elif alert["rule"] in tried:
            reading = CLEAR if _is_there(db, alert) else _GONE
            found.append(_Step(alert, before, step(before, reading, rule.policy, look.now), None))
    return found


def _is_there(db: Connection, alert: Mapping[str, Any]) -> bool:
    table = _TABLES.get(alert["subject_type"])
    if table is None:
        return True
    row = db.one(f"SELECT 1 FROM {table} WHERE id = :id AND deleted_at IS NULL", {"id": alert["subject_id"]})
    return row is not None


def _settle(db: Connection, look: Look, steps: Sequence[_Step], owner: int) -> int:
    """Write what changes; gives how many came up."""
    fires = [one for one in steps if one.fires]
    fires.sort(key=lambda one: (_RANK[one.after.severity], -one.met.finding.impact))  # type: ignore[union-attr]
    room = NEW_A_DAY - _new_today(db, look, owner)
    for one in steps:
        if not one.fires and one.changes:
            _write(db, look, one, owner, in_digest=None)
    for one in fires:
        assert one.after is not None
        digest = room <= 0 and one.after.severity is not Severity.CRITICAL
        if one.after.severity is not Severity.CRITICAL:
            room -= 1
        _write(db, look, one, owner, in_digest=digest)
    return len(fires)


def _new_today(db: Connection, look: Look, owner: int) -> int:
    """Alerts that came up today and are not in the digest."""
    zone = look.people[owner].zone
    midnight = resolve(datetime.combine(look.today(owner), time()), zone)
    found: int = db.value(
        "SELECT count(*) FROM alerts WHERE owner_id = :me AND fired_at >= :from AND NOT in_digest"
        " AND severity <> 'critical'",
        {"me": owner, "from": stamp(midnight)},
    )
    return found


def _write(db: Connection, look: Look, one: _Step, owner: int, *, in_digest: bool | None) -> None:
    if one.after is None:
        assert one.alert is not None
        db.run("DELETE FROM alerts WHERE id = :id", {"id": one.alert["id"]})
        return
    values: dict[str, Any] = {**values_of(one.after), "updated_at": look.at}
    if one.met is not None:
        facts, finding = kept(one.met.finding.facts), one.met.finding
        values |= {"facts": orjson.dumps(facts).decode(), "impact": finding.impact, "threshold": one.met.rule.value}
    if in_digest is not None:
        values |= {"in_digest": in_digest, "told_at": None, "acknowledged_by": None, "acknowledged_at": None}
    if one.alert is None or (one.before is not None and is_other(one.before, one.after)):
        _insert(db, one, values, owner)
        return
    values["version"] = one.alert["version"] + 1
    names = ", ".join(f"{name} = :{name}" for name in values)
    db.run(
        f"UPDATE alerts SET {names} WHERE id = :id AND version = :was",
        {**values, "id": one.alert["id"], "was": one.alert["version"]},
    )


def _insert(db: Connection, one: _Step, values: dict[str, Any], owner: int) -> None:
    assert one.met is not None
    finding = one.met.finding
    row = dict.fromkeys(COLUMNS) | {
        **values, "owner_id": owner, "rule": one.met.rule.key, "threshold_id": finding.threshold_id,
        "fingerprint": one.met.key, "subject_type": finding.subject_type, "subject_id": finding.subject_id,
        "in_digest": bool(values.get("in_digest")), "version": 1,
    }  # fmt: skip
    del row["id"]
    # Whoever tries at the same moment has entered it already.
    names, bound = ", ".join(row), ", ".join(":" + name for name in row)
    db.run(f"INSERT INTO alerts ({names}) VALUES ({bound}) ON CONFLICT DO NOTHING", row)


def _checked(db: Connection, look: Look, owner: int, figures: bool) -> None:
    params = {"me": owner, "now": look.at, "day": look.today(owner).isoformat() if figures else None}
    db.run(
        "INSERT INTO alert_checks (owner_id, facts_at, figures_on) VALUES (:me, :now, :day) ON CONFLICT (owner_id)"
        " DO UPDATE SET facts_at = excluded.facts_at, figures_on = coalesce(excluded.figures_on,"
        " alert_checks.figures_on)",
        params,
    )


def _jumps(before: float | None, after: float | None) -> bool:
    """Whether a value has changed by a tenth."""
    if before is None or after is None:
        return before is not after
    return abs(after - before) > 0.1 * abs(before)
