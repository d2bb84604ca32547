"""`/api/v1/analytics/charts`: questions drawn."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Query
from starlette.responses import Response

from realty_cli.analytics.chart_kinds import ChartForm
from realty_cli.analytics.schemas.charts import ChartData, ChartQuery
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers
from realty_cli.reports.render import picture

router = signed_router("/analytics", "analytics")

_CHART = {
    "id": "sources", "type": "hbar", "title": "Больше всего заявок пришло из источника «Авито»: 41",
    "subtitle": "1 июн. 2026 г. – 18 июн. 2026 г.",
    "alt_text": "Полосы по величине: Авито 41, ЦИАН 28. 1 июн. 2026 г. – 18 июн. 2026 г.",
    "x": {"label": "", "type": "text", "values": ["Авито", "ЦИАН"]},
    "series": [
        {
            "name": "заявки", "role": "actual", "style": "solid", "values": [41, 28], "lo": None, "hi": None,
            "lo95": None, "hi95": None,
        }
    ],
    "unit": "count", "currency": None, "annotations": [], "table": [["", "заявки"], ["Авито", 41], ["ЦИАН", 28]],
    "note": "", "generated_at": "2026-06-18T09:12:00+03:00", "definitions_version": "1",
}  # fmt: skip
_MEDIA = {"svg": "image/svg+xml", "png": "image/png"}
_ANSWERS = answers(ChartData, _CHART)
_ANSWERS[200]["content"] |= {
    "image/svg+xml": {"schema": {"type": "string"}},
    "image/png": {"schema": {"type": "string", "format": "binary"}},
}
#: An SVG that is opened by itself runs nothing and fetches nothing.
_STILL = "default-src 'none'; style-src 'unsafe-inline'"


@router.get(
    "/charts/{name}.{form}", operation_id="get_chart", summary="A chart as a picture, or what it draws",
    responses=_ANSWERS,
)  # fmt: skip
async def get_chart(
    name: Annotated[str, Path(max_length=80)],
    form: ChartForm,
    query: Annotated[ChartQuery, Query()],
    door: Signed,
) -> Response:
    """`forecast`, `funnel`, `hours`, `prices`, `statuses`, `pipeline`, `sources`, `profit`, `plan`, `months`,
    `survival`, or any metric that has a series (`sold`, `properties.price_median`). Its title says the answer in the
    caller's language, its subtitle the period. 501 where the extra `charts` is not installed; `.json` is there without
    it.
    """
    if form == "json":
        return await door.read(
            lambda work: work.analytics.charts.data(
                work.analytics.charts.chart(name, query, door.language), door.language
            ),
            slow=True,
        )
    chart, currency = await door.ask(
        lambda work: (work.analytics.charts.chart(name, query, door.language), work.settings.currency), slow=True
    )

    headers = {
        "Cache-Control": "private, no-cache", "Vary": "Authorization, X-API-Key, Accept-Language",
        "Content-Security-Policy": _STILL, "Content-Disposition": f'inline; filename="{chart.name}.{form}"',
    }  # fmt: skip
    drawn = await door.thread(lambda: picture(chart, door.language, currency, form))
    return Response(drawn, media_type=_MEDIA[form], headers=headers)
