"""Thresholds and alerts as they are stored, and between rows and what the rules work with. `tables.py` declares the
same columns; a test holds them together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from realty_cli.analytics.alert_states import Standing
from realty_cli.analytics.kinds import AlertState, Severity
from realty_cli.kit.clock import stamp
from realty_cli.store.rows import RowKind

THRESHOLD = RowKind(
    kind="threshold",
    table="alert_thresholds",
    missing="threshold.not_found",
    not_in_bin="threshold.not_in_bin",
    columns=(
        "id", "owner_id", "rule", "name", "metric", "operator", "value", "severe_value", "clear_value", "period",
        "hold_minutes", "keep_minutes", "cooldown_days", "min_n", "severity", "channels", "quiet_hours", "enabled",
        "version", "created_at", "updated_at", "deleted_at",
    ),
    flags=frozenset({"quiet_hours", "enabled"}),
    json={"channels": []},
)  # fmt: skip

#: The columns of an alert, in the order of the table.
COLUMNS = (
    "id", "owner_id", "rule", "threshold_id", "fingerprint", "subject_type", "subject_id", "state", "severity", "value",
    "threshold", "facts", "impact", "since", "fired_at", "acknowledged_by", "acknowledged_at", "note", "snoozed_until",
    "known_value", "known_severity", "clear_since", "resolved_at", "resolved_reason", "fired", "in_digest", "told_at",
    "version", "updated_at",
)  # fmt: skip
SELECT = "SELECT " + ", ".join("a." + name for name in COLUMNS) + " FROM alerts a"
_MOMENTS = ("since", "fired_at", "snoozed_until", "clear_since", "resolved_at")


def alert_of(row: Sequence[Any]) -> dict[str, Any]:
    """A row of all columns as plain values."""
    found = dict(zip(COLUMNS, row, strict=True))
    found["facts"] = orjson.loads(found["facts"]) if found["facts"] else {}
    found["in_digest"] = bool(found["in_digest"])
    return found


def standing_of(alert: Mapping[str, Any]) -> Standing:
    moments = {name: datetime.fromisoformat(alert[name]) if alert[name] else None for name in _MOMENTS}
    since = moments.pop("since")
    assert since is not None
    known = alert["known_severity"]
    return Standing(
        AlertState(alert["state"]), Severity(alert["severity"]), alert["value"], since,
        known_value=alert["known_value"], known_severity=Severity(known) if known else None,
        resolved_reason=alert["resolved_reason"], fired=alert["fired"], **moments,
    )  # fmt: skip


def values_of(standing: Standing) -> dict[str, Any]:
    """What a standing writes into its row."""
    moments = {name: _stamped(getattr(standing, name)) for name in _MOMENTS}
    return {
        "state": standing.state.value, "severity": standing.severity.value, "value": standing.value,
        "known_value": standing.known_value,
        "known_severity": standing.known_severity.value if standing.known_severity else None,
        "resolved_reason": standing.resolved_reason, "fired": standing.fired, **moments,
    }  # fmt: skip


def _stamped(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)
