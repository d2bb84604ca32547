"""Reports and their schedules as they are stored. `tables.py` declares the same columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from realty_cli.kit.messages import message
from realty_cli.store.rows import RowKind

SCHEDULE = RowKind(
    kind="report_schedule",
    table="report_schedules",
    missing="report_schedule.not_found",
    not_in_bin="report_schedule.not_in_bin",
    columns=(
        "id", "owner_id", "name", "request", "cron", "deliver", "enabled", "next_at", "last_at", "version",
        "created_at", "updated_at", "deleted_at",
    ),
    flags=frozenset({"enabled"}),
    json={"request": {}},
    derived=frozenset({"next_at", "last_at"}),
)  # fmt: skip

#: The columns of a report, in the order of the table.
COLUMNS = (
    "id", "owner_id", "schedule_id", "report_type", "format", "request", "deliver", "status", "title", "file_name",
    "media_type", "size", "sha256", "error", "tries", "created_at", "started_at", "finished_at", "expires_at",
)  # fmt: skip
SELECT = "SELECT " + ", ".join("p." + name for name in COLUMNS) + " FROM reports p"


def report_of(row: Sequence[Any]) -> dict[str, Any]:
    """A row of all columns as plain values."""
    found = dict(zip(COLUMNS, row, strict=True))
    found["request"] = orjson.loads(found["request"])
    found["error"] = orjson.loads(found["error"]) if found["error"] else None
    return found


def presented(report: dict[str, Any], language: str, prefix: str = "/api/v1/analytics/reports") -> dict[str, Any]:
    """See `ReportResponse`."""
    shown = {name: value for name, value in report.items() if name not in ("deliver", "tries")}
    shown["file"] = f"{prefix}/{report['id']}/file" if report["status"] == "ready" else None
    if (error := report["error"]) is not None:
        shown["error"] = {"code": error["code"], "message": message(error["code"], language, **error["params"])}
    return shown
