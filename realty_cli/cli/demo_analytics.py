"""How `realty demo` ends: the dashboard, a forecast, and an owner's report, whose files outlive the sample store."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from realty_cli.cli.state import State

_METRIC = "events.showings"
_FORMATS = ("html", "pdf")


def gather(state: State, folder: Path | None) -> dict[str, Any]:
    """All that is to be shown. Without a folder the files go into a new temporary one."""
    from realty_cli.analytics.kinds import ReportType, Step
    from realty_cli.analytics.schemas.base import AnalyticsFilter
    from realty_cli.analytics.schemas.reports import ReportContent
    from realty_cli.cli.demo_listings import most_shown
    from realty_cli.kit.schema import validate

    state.realty.check_alerts()
    with state.read() as work:
        analytics = work.analytics
        scope = analytics.scope(AnalyticsFilter())
        number = most_shown(work)
        wanted = validate(ReportContent, {"report_type": ReportType.OWNER, "property_id": number}, typed=True)
        found = {
            "dashboard": analytics.dashboard.show(scope, state.language),
            "forecast": analytics.forecasts.forecast(_METRIC, scope, Step.MONTH, language=state.language),
        }
        document = analytics.reports.compose(wanted, state.language)
        now = work.clock.now()
    return {**found, "report": {"property_id": number, **_written(document, now, folder)}}


def _written(document: Any, now: Any, folder: Path | None) -> dict[str, str | None]:
    """The paths by format; none for a format whose library is not installed."""
    from realty_cli.analytics.reports import draw
    from realty_cli.errors import MissingExtra
    from realty_cli.kit.paths import create_private

    place = folder or Path(tempfile.mkdtemp(prefix="realty-report-"))
    paths: dict[str, str | None] = {}
    for kind in _FORMATS:
        try:
            made = draw(document, kind, now)
        except MissingExtra:
            paths[kind] = None
            continue
        path = place / made.file_name
        create_private(path, made.data)
        paths[kind] = str(path)
    return paths


def show(state: State, found: dict[str, Any], typed: Any) -> None:
    """The same as the commands show it; `typed(line)` tells which command that would be."""
    from realty_cli.cli import dashboard, trend_view

    typed(state, "realty analytics dashboard")
    dashboard.show(state, found["dashboard"], "demo")
    typed(state, "realty analytics forecast showings")
    trend_view.forecast(state, found["forecast"])
    report = found["report"]
    typed(state, f"realty analytics report owner --property {report['property_id']} --out owner.html")
    for kind in _FORMATS:
        if report[kind] is None:
            state.tell("No PDF: what sets it is not installed (pip install 'realty[pdf]').")
        else:
            state.tell("The report for the owner is in {path}", path=report[kind])
