"""`/api/v1/analytics/dashboard`: what matters of a period, on one page."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from realty_cli.analytics.schemas.dashboard import DashboardQuery, DashboardRequest, DashboardResponse
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers
from realty_cli.errors import RealtyError

_MONTH = {
    "start": "2026-06-01T00:00:00+03:00", "end": "2026-06-18T09:12:00+03:00", "first_date": "2026-06-01",
    "last_date": "2026-06-18", "granularity": "month", "tz": "Europe/Moscow", "partial": True,
}  # fmt: skip
_SHOWINGS = {
    "key": "events.showings", "label": "Показы", "value": 31, "unit": "count", "currency": None, "n": 31,
    "n_excluded": 0, "low_sample": False, "status": "ok", "ci_low": None, "ci_high": None, "good_when": "up",
    "definition": "Показы и дни открытых дверей за период, которые состоялись", "previous": 28, "change_abs": 3,
    "change_pct": 0.107143, "direction": "up", "significant": None,
}  # fmt: skip
_PAGE = {
    "period": _MONTH,
    "scope": {"rows": "own", "text": "только ваши"},
    "compared": {
        **_MONTH, "start": "2026-05-01T00:00:00+03:00", "end": "2026-05-18T09:12:00+03:00", "first_date": "2026-05-01",
        "last_date": "2026-05-18", "partial": False,
    },
    "kpis": [{**_SHOWINGS, "target": None, "deal_type": None, "also": []}],
    "blocks": [
        {
            "name": "events", "title": "Календарь",
            "groups": [{"title": None, "deal_type": None, "currency": None, "metrics": [_SHOWINGS]}],
        }
    ],
    "funnel": [],
    "lines": [{
        "metric": "events.showings", "label": "Показы", "granularity": "week",
        "points": [{"t": "2026-06-15", "value": 7, "partial": True}], "usual": {"low": 8, "high": 14},
    }],
    "today": {"date": "2026-06-18", "total": 0, "items": []},
    "alerts": {
        "items": [], "total": 0, "limit": 5, "offset": 0, "by_severity": {"critical": 0, "warning": 0, "info": 0},
        "in_digest": 0,
    },
    "insights": [],
    "as_of": "2026-06-18T09:12:00+03:00",
    "definitions_version": "1",
}  # fmt: skip

router = signed_router("/analytics", "analytics")


@router.post(
    "/dashboard", operation_id="ask_dashboard", summary="What matters of a period",
    responses=answers(DashboardResponse, _PAGE),
)  # fmt: skip
async def ask_dashboard(body: DashboardRequest, door: Signed) -> Response:
    """At most eight numbers against the period before, a block for each part, weeks with what is usual, the caller's
    day, and what needs attention."""
    # The night's round keeps them; whoever comes before it does. A store that cannot be written is read all the same.
    if await door.ask(lambda work: work.analytics.insights.are_due()):
        found = await door.ask(lambda work: work.analytics.insights.sought(), slow=True)
        with suppress(RealtyError):
            await door.do(lambda work: work.analytics.insights.keep(found))
    return await door.read(
        lambda work: work.analytics.dashboard.show(
            work.analytics.scope(body), door.language, sections=body.sections(), compare=body.compare
        ),
        slow=True,
    )


@router.get(
    "/dashboard", operation_id="get_dashboard", summary="What matters of a period, by a query",
    responses=answers(DashboardResponse, _PAGE),
)  # fmt: skip
async def get_dashboard(query: Annotated[DashboardQuery, Query()], door: Signed) -> Response:
    """The same as POST."""
    return await ask_dashboard(query, door)
