"""Charts by name: which question each asks, drawn or as the data of the drawing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from realty_cli.analytics.catalogue.metric import DEFINITIONS_VERSION
from realty_cli.analytics.chart_kinds import ALIASES, CHARTS
from realty_cli.analytics.chart_parts import Drafts
from realty_cli.analytics.kinds import Step
from realty_cli.analytics.period_words import as_of, in_words
from realty_cli.analytics.series_kinds import ALIASES as SERIES_ALIASES
from realty_cli.analytics.series_kinds import NAMES, SERIES, find
from realty_cli.analytics.trending import step_of
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Invalid
from realty_cli.kit.i18n import translator
from realty_cli.reports.document import Chart
from realty_cli.reports.wording import Wording, table_of

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.charts import ChartQuery
    from realty_cli.analytics.service import Analytics

#: The month so far is what a chart is of where nothing is said of a period, but for those that one month cannot show:
#: a line of months, enquiries that need weeks to get anywhere, hours of a week with enough events in them.
_PERIODS = {"months": "last 12 months", "funnel": "last 90 days", "hours": "last 90 days"}
_TREND_PERIOD = "last 24 months"
#: What stands at the end of a period, whatever came in it.
_STANDING = frozenset({"prices", "statuses", "pipeline", "survival"})


class Charts:
    def __init__(self, analytics: Analytics) -> None:
        self._analytics, self.actor = analytics, analytics.actor

    def chart(self, name: str, query: ChartQuery, language: str) -> Chart:
        """The chart of a name: one of `chart_kinds.CHARTS`, or any metric that has a series. Raises Invalid."""
        require(self.actor, Act.ANALYTICS_READ)
        plain = name.strip().casefold()
        plain = ALIASES.get(plain, plain)
        if plain not in CHARTS and plain not in NAMES:
            known = (*CHARTS, *SERIES)
            raise Invalid.one("name", "analytics.chart_unknown", value=name.strip()[:80], known=known)
        drafts = Drafts(translator(language), query.currency or self._analytics.settings.currency)
        made = self._made(plain, query, language, drafts)
        # A name goes into headers and names of files: of what was said in Russian, the one of the series.
        own = SERIES_ALIASES.get(plain, plain)
        return replace(made, name=own.replace(".", "_"))

    def data(self, chart: Chart, language: str) -> dict[str, Any]:
        """See `ChartData`."""
        words = Wording(language, chart.currency or self._analytics.settings.currency)
        table = table_of(chart, words)
        return {
            "id": chart.name,
            "type": chart.kind,
            "title": chart.title,
            "subtitle": chart.subtitle,
            "alt_text": chart.alt,
            "x": {"label": chart.x_label, "type": chart.x_unit, "values": list(chart.x)},
            "series": [
                {
                    "name": one.name, "role": one.role, "style": one.style, "values": list(one.values),
                    "lo": _list(one.low), "hi": _list(one.high), "lo95": _list(one.lowest), "hi95": _list(one.highest),
                }
                for one in chart.series
            ],
            "unit": chart.unit,
            "currency": chart.currency,
            "annotations": [
                {"at": one.get("at"), "text": one.get("text", ""), "partial": bool(one.get("partial"))}
                for one in chart.annotations
            ],
            "table": [[column.title.strip() for column in table.columns], *(list(row) for row in table.rows)],
            "note": chart.note,
            "generated_at": self._analytics.clock.now().isoformat(timespec="seconds"),
            "definitions_version": DEFINITIONS_VERSION,
        }  # fmt: skip

    def _made(self, name: str, query: ChartQuery, language: str, drafts: Drafts) -> Chart:
        analytics = self._analytics
        if name == "forecast":
            key, step = find(query.metric).key, Step(query.granularity or Step.MONTH)
            scope = analytics.scope(query, ahead=True)
            found = analytics.forecasts.forecast(key, scope, step, query.horizon, language=language)
            return drafts.forecast(found)
        if name not in CHARTS:
            scope = analytics.scope(query, default=_TREND_PERIOD)
            step = step_of(query.granularity, scope)
            drawn = drafts.trend(analytics.trends.analyse(find(name).key, scope, step, language))
            return _dated(drawn, in_words(scope, drafts.say))
        scope = analytics.scope(query, default=_PERIODS.get(name, "month"))
        when = as_of(scope, drafts.say) if name in _STANDING else in_words(scope, drafts.say)
        if name == "survival":
            tallies = analytics.listings.measure(scope).tallies
            deal, tally = max(
                ((key[0], one) for key, one in tallies.items()),
                key=lambda pair: len(pair[1].taken) + len(pair[1].censored),
            )
            return _dated(drafts.survival(deal, tally.taken, tally.censored), when)
        asked: dict[str, tuple[Callable[[Any], Chart], Callable[[], Any]]] = {
            "funnel": (drafts.funnel, lambda: analytics.clients.metrics(scope, language)),
            "sources": (drafts.sources, lambda: analytics.clients.metrics(scope, language)),
            "hours": (drafts.hours, lambda: analytics.events.metrics(scope, language)),
            "prices": (drafts.prices, lambda: analytics.listings.metrics(scope, language)),
            "statuses": (drafts.statuses, lambda: analytics.listings.metrics(scope, language)),
            "pipeline": (drafts.pipeline, lambda: analytics.money.metrics(scope, language)),
            "profit": (drafts.profit, lambda: analytics.money.metrics(scope, language)),
            "months": (drafts.months, lambda: analytics.money.metrics(scope, language)),
            "plan": (drafts.plan, lambda: analytics.performance.indicators(scope, language)),
        }
        draft, ask = asked[name]
        return _dated(draft(ask()), when)


def _dated(chart: Chart, when: str) -> Chart:
    """A chart that says of when it is, where it is read and where it is heard."""
    said = when[:1].upper() + when[1:]
    subtitle = " · ".join(one for one in (said, chart.subtitle) if one)
    return replace(chart, subtitle=subtitle, alt=chart.alt.rstrip(".") + f". {said}.")


def _list(values: Any) -> list[Any] | None:
    return None if values is None else list(values)
