"""Which module writes which report."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from realty_cli.analytics.kinds import ReportType
from realty_cli.analytics.reporting import agency, clients, cma, events, market, money, owner, performance, properties
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.reports.document import Document

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.reports import ReportContent
    from realty_cli.analytics.service import Analytics

COMPOSERS: dict[ReportType, Callable[[Paper], Document]] = {
    ReportType.PROPERTY_SUMMARY: properties.compose,
    ReportType.FINANCIAL_SUMMARY: money.compose,
    ReportType.CLIENT_SUMMARY: clients.compose,
    ReportType.EVENT_SUMMARY: events.compose,
    ReportType.MARKET: market.compose,
    ReportType.PERFORMANCE: performance.compose,
    ReportType.AGENCY: agency.compose,
    ReportType.CMA: cma.compose,
    ReportType.OWNER: owner.compose,
    ReportType.SOURCES: clients.compose_sources,
}


def compose(analytics: Analytics, wanted: ReportContent, language: str) -> Document:
    """Raises as `Analytics.scope` does, and Invalid for a report about one listing that names none."""
    paper = Paper(analytics, wanted, language, analytics.scope(wanted))
    return COMPOSERS[ReportType(wanted.report_type)](paper)
