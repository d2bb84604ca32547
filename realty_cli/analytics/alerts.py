"""Alerts as those see them whom they concern: what stands now, and saying that one has seen it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from realty_cli.analytics import alert_states, alert_words
from realty_cli.analytics.alert_own import own_of, rule_for
from realty_cli.analytics.alert_record import SELECT, alert_of, standing_of, values_of
from realty_cli.analytics.alert_subjects import NAMES, named
from realty_cli.analytics.kinds import AlertState, Severity
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Conflict, Invalid, NotFound, Stale
from realty_cli.kit.clock import stamp
from realty_cli.kit.ids import MAX_ID
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

_STANDS = "a.state IN ('firing', 'acknowledged')"
_ORDER = (
    " ORDER BY a.in_digest, CASE a.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,"
    " CASE a.state WHEN 'firing' THEN 0 ELSE 1 END, a.fired_at DESC, a.impact DESC, a.id"
)


class Alerts:
    """Alerts of an actor; all of them for an administrator."""

    def __init__(self, analytics: Analytics) -> None:
        self.db, self.actor, self.clock = analytics.db, analytics.actor, analytics.clock

    def are_fresh(self, within: timedelta) -> bool:
        """Whether the rules were tried for the actor so lately."""
        require(self.actor, Act.ANALYTICS_READ)
        params = {"me": self.actor.id, "since": stamp(self.clock.now() - within)}
        sql = "SELECT 1 FROM alert_checks WHERE owner_id = :me AND facts_at >= :since"
        return self.db.one(sql, params) is not None

    def active(
        self,
        language: str,
        *,
        limit: int = 20,
        offset: int = 0,
        severity: Severity | None = None,
        mine: bool = False,
    ) -> dict[str, Any]:
        """What stands and was not settled, worst first, acknowledged ones among it; what is put off is not. Those of
        the digest come last. `mine` leaves out other people's, which administrators see."""
        require(self.actor, Act.ANALYTICS_READ)
        params: dict[str, Any] = {"limit": limit, "offset": offset}
        where = f"{_STANDS} AND {visible(self.actor, params, 'a')}"
        if mine:
            params["me"] = self.actor.id
            where += " AND a.owner_id = :me"
        counts = {"critical": 0, "warning": 0, "info": 0}
        digest = 0
        for level, put_by, count in self.db.all(
            f"SELECT a.severity, a.in_digest, count(*) FROM alerts a WHERE {where} GROUP BY a.severity, a.in_digest",
            {name: value for name, value in params.items() if name not in ("limit", "offset")},
        ):
            counts[level] += count
            digest += count if put_by else 0
        if severity is not None:
            params["severity"] = Severity(severity).value
            where += " AND a.severity = :severity"
        rows = self.db.all(f"{SELECT} WHERE {where}{_ORDER} LIMIT :limit OFFSET :offset", params)
        own = own_of(self.db)
        total = counts[Severity(severity).value] if severity is not None else sum(counts.values())
        return {
            "items": [self._shown(one, own, language) for one in named(self.db, map(alert_of, rows))], "total": total,
            "limit": limit, "offset": offset, "by_severity": counts, "in_digest": digest,
        }  # fmt: skip

    def get(self, number: int, language: str) -> dict[str, Any]:
        """One alert, whatever its state."""
        require(self.actor, Act.ANALYTICS_READ)
        (found,) = named(self.db, [self._mine(number)])
        return self._shown(found, own_of(self.db), language)

    def acknowledge(
        self, number: int, language: str, *, note: str | None = None, expected_version: int | None = None
    ) -> dict[str, Any]:
        """Say that one has seen it: it is told of again only when it gets worse."""
        require(self.actor, Act.ALERT_WRITE)
        alert = self._open(number, expected_version)
        after = alert_states.acknowledge(standing_of(alert))
        now = stamp(self.clock.now())
        said = {"acknowledged_by": self.actor.id, "acknowledged_at": now, "note": note}
        return self._write(alert, {**values_of(after), **said}, language)

    def snooze(
        self, number: int, until: str, language: str, *, note: str | None = None, expected_version: int | None = None
    ) -> dict[str, Any]:
        """Put it off until a moment (as it is stored), or until it gets worse."""
        require(self.actor, Act.ALERT_WRITE)
        alert = self._open(number, expected_version)
        if until <= stamp(self.clock.now()):
            raise Invalid.one("until", "alert.until_past")
        after = alert_states.snooze(standing_of(alert), datetime.fromisoformat(until))
        return self._write(alert, {**values_of(after), "note": note or alert["note"]}, language)

    def _mine(self, number: int) -> dict[str, Any]:
        params: dict[str, Any] = {"id": number}
        row = None
        if number <= MAX_ID:
            row = self.db.one(f"{SELECT} WHERE a.id = :id AND {visible(self.actor, params, 'a')}", params)
        if row is None:
            raise NotFound("alert.not_found", id=number)
        return alert_of(row)

    def _open(self, number: int, expected_version: int | None) -> dict[str, Any]:
        found = self._mine(number)
        if expected_version is not None and found["version"] != expected_version:
            raise Stale("stale", version=found["version"], expected=expected_version)
        if found["state"] in (AlertState.PENDING, AlertState.RESOLVED):
            raise Conflict("alert.not_open", id=number, state=found["state"])
        return found

    def _write(self, alert: Mapping[str, Any], values: Mapping[str, Any], language: str) -> dict[str, Any]:
        changes = {**values, "version": alert["version"] + 1, "updated_at": stamp(self.clock.now())}
        names = ", ".join(f"{name} = :{name}" for name in changes)
        self.db.run(f"UPDATE alerts SET {names} WHERE id = :id", {**changes, "id": alert["id"]})
        return self.get(alert["id"], language)

    def _shown(self, alert: dict[str, Any], own: Mapping[int, Any], language: str) -> dict[str, Any]:
        """See `Alert`."""
        rule = rule_for(alert["rule"], own.get(alert["owner_id"], {}))
        zone = ZoneInfo(self.actor.timezone)
        subject = None
        if alert["subject_id"] is not None:
            name = alert["facts"].get("name")
            subject = {"type": alert["subject_type"], "id": alert["subject_id"], "title": name}
        return {
            "id": alert["id"], "owner_id": alert["owner_id"], "rule": alert["rule"],
            "threshold_id": alert["threshold_id"],
            "title": alert_words.title(rule, language) if rule else alert["rule"],
            "message": alert_words.message(rule, alert, zone, language) if rule else "",
            "command": alert_words.command(rule, alert) if rule else None,
            "severity": alert["severity"], "state": alert["state"], "subject": subject, "value": alert["value"],
            "threshold": alert["threshold"], "unit": rule.unit.value if rule else None,
            "evidence": {name: value for name, value in alert["facts"].items() if name not in (*NAMES, "client")},
            "fingerprint": alert["fingerprint"], "started_at": alert["since"], "fired_at": alert["fired_at"],
            "acknowledged_by": alert["acknowledged_by"], "acknowledged_at": alert["acknowledged_at"],
            "note": alert["note"], "snoozed_until": alert["snoozed_until"], "resolved_at": alert["resolved_at"],
            "resolved_reason": alert["resolved_reason"], "count": alert["fired"], "in_digest": alert["in_digest"],
            "version": alert["version"], "updated_at": alert["updated_at"],
        }  # fmt: skip
