"""How reports and their schedules look on the command line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.cli.output import Column, emit, pairs
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_STATUSES = {
    "waiting": _("in the queue"), "running": _("being made"), "ready": _("ready"), "failed": _("failed"),
    "expired": _("expired"),
}  # fmt: skip


def reports(state: State, body: dict[str, Any]) -> None:
    columns: list[Column] = [
        (_("ID"), lambda row: str(row["id"]), itemgetter("id")),
        (_("REPORT"), lambda row: row["title"] or row["report_type"], itemgetter("report_type")),
        (_("FORMAT"), itemgetter("format"), itemgetter("format")),
        (_("STATUS"), lambda row: state.say.text(_STATUSES[row["status"]]), itemgetter("status")),
        (_("ASKED FOR"), lambda row: _moment(state, row["created_at"]), itemgetter("created_at")),
        (_("SIZE"), lambda row: _size(row["size"]), itemgetter("size")),
        (_("KEPT UNTIL"), lambda row: _moment(state, row["expires_at"]), itemgetter("expires_at")),
    ]
    emit(state, body, columns, body["items"])


def schedules(state: State, body: dict[str, Any]) -> None:
    columns: list[Column] = [
        (_("ID"), lambda row: str(row["id"]), itemgetter("id")),
        (_("REPORT"), _what, _what),
        (_("TIMES"), itemgetter("cron"), itemgetter("cron")),
        (_("NEXT"), lambda row: _moment(state, row["next_at"]), itemgetter("next_at")),
        (_("LAST"), lambda row: _moment(state, row["last_at"]), itemgetter("last_at")),
        (_("SENT"), itemgetter("deliver"), itemgetter("deliver")),
    ]
    emit(state, body, columns, body["items"])


def schedule(state: State, body: dict[str, Any]) -> None:
    pairs(state, body, [
        (_("ID"), str(body["id"])), (_("Report"), _what(body)), (_("Times"), body["cron"]),
        (_("Next"), _moment(state, body["next_at"])), (_("Sent"), body["deliver"]),
    ])  # fmt: skip


def _what(row: Mapping[str, Any]) -> str:
    report = row["report"]
    parts = (row["name"], report["report_type"], report.get("period"), report["format"])
    return ", ".join(part for part in parts if part)


def _moment(state: State, value: str | None) -> str:
    from realty_cli.kit import formatting

    if value is None:
        return formatting.NOTHING
    zone = ZoneInfo(state.realty.settings.timezone)
    return formatting.datetime(datetime.fromisoformat(value), zone, state.language)


def _size(value: int | None) -> str:
    return "" if value is None else f"{max(1, round(value / 1024))} KiB"
