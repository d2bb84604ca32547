"""Charts that several reports have: a series and its year before, a forecast, bars by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from realty_cli.analytics.kinds import MetricUnit, Step
from realty_cli.analytics.reporting.paper import Paper
from realty_cli.kit import formatting
from realty_cli.kit.i18n import mark as _
from realty_cli.kit.moment import add_months
from realty_cli.kit.periods import between
from realty_cli.reports.document import Block, Chart, Prose, Series, Table, Unit

#: Months of a line, and bars beyond which the rest is one.
_MONTHS, _BARS = 13, 8
#: Months between a line and the one of the year before.
_YEAR = 12
_UNITS: dict[str, Unit] = {
    MetricUnit.MONEY: "money", MetricUnit.MONEY_PER_M2: "money_per_m2", MetricUnit.DAYS: "days",
    MetricUnit.RATIO: "ratio",
}  # fmt: skip
_HIGHEST = _("{label}: {last} in {month}, between {low} and {high} over {n} months")
_ALT = _("Line of {label} by months from {first} to {last}.")


def months(paper: Paper, key: str, *, deal: str | None = None) -> Chart | None:
    """A metric by months up to the end of the period, of one kind of deal or all, None where there is next to nothing
    to draw."""
    scope = paper.scope if deal is None else replace(paper.scope, deal_types=(deal,))
    last = scope.period.last
    first = add_months(last.replace(day=1), 1 - _MONTHS - _YEAR)
    asked = between(first, scope.asked.last, scope.zone)
    data = paper.analytics.series.data(
        key, replace(scope.over(asked), period=replace(asked, end=scope.period.end)), Step.MONTH, paper.language
    )
    points, earlier = data["points"][_YEAR:], data["points"][:_MONTHS]
    known = [one for one in points if one["value"] is not None]
    if len(known) < 3 or not any(one["value"] for one in known):
        return None
    unit = _UNITS.get(data["unit"], "count")
    values = [one["value"] for one in points]
    whole = [one for one in known if not one["partial"]] or known
    if not any(one["value"] for one in whole):
        return None
    short = [paper.words.short(one["value"], unit, data["currency"]) for one in whole]
    low, high = min(whole, key=lambda one: one["value"]), max(whole, key=lambda one: one["value"])
    month = formatting.month_of_year(date.fromisoformat(whole[-1]["t"]), paper.language)
    title = paper.text(
        _HIGHEST, label=data["label"], last=short[-1], month=month,
        low=paper.words.short(low["value"], unit, data["currency"]),
        high=paper.words.short(high["value"], unit, data["currency"]), n=len(whole),
    )  # fmt: skip
    series = [Series(data["label"], values)]
    if points[-1]["partial"] and points[-1]["value"] is not None:  # a month that has not ended is no fall
        series = [
            Series(data["label"], [*values[:-1], None]),
            Series(
                paper.text(_("unfinished")), [None] * (len(values) - 2) + values[-2:], style="dotted"
            ),
        ]  # fmt: skip
    # Before there was anything is no month of nothing.
    begun = next((at for at, one in enumerate(earlier) if one["value"]), 0)
    before = [one["value"] if at >= begun else None for at, one in enumerate(earlier)]
    if len(before) == len(points) and sum(bool(one) for one in before) > _YEAR // 2:
        series.append(Series(paper.text(_("a year before")), before, role="comparison"))
    alt = paper.text(_ALT, label=data["label"], first=paper.month(points[0]["t"]), last=paper.month(points[-1]["t"]))
    return Chart(
        key.replace(".", "_"), "line", title, alt, [one["t"] for one in points], series, x_unit="date", unit=unit,
        currency=data["currency"], label=data["label"],
    )  # fmt: skip


def forecasts(paper: Paper, *keys: str) -> list[Block]:
    """What metrics are likely to do, drawn and in words; words alone where there is too little history."""
    charts, said, warnings = [], [], dict[str, None]()
    for key in keys:
        data = paper.analytics.forecasts.forecast(key, paper.scope, language=paper.language)
        paper.metrics.setdefault("forecasts", []).append(data)
        if data["quality"] == "insufficient" or not data["points"]:
            said.append(data["summary"])
            continue
        drawn = paper.drafts.forecast(data)
        known = drawn.subtitle in drawn.title  # it need not be said twice
        name = "forecast_" + key.replace(".", "_")
        label = f"{data['label']}, {paper.text(_('forecast'))}"
        charts.append(replace(drawn, name=name, note="", label=label, subtitle="" if known else drawn.subtitle))
        warnings |= dict.fromkeys(data["warnings"])
    return [
        *beside(*charts), *([Prose(said)] if said else []), *([Prose([*warnings], small=True)] if warnings else []),
    ]  # fmt: skip


def bars(
    paper: Paper, name: str, title: str, pairs: Sequence[tuple[str, float | int | None]], *, unit: Unit = "count",
    currency: str | None = None, series: str = "",
) -> Chart | None:  # fmt: skip
    """Horizontal bars, the largest first, what is small added up; None for fewer than two. `title` is a sentence that
    names the largest: `{name}` and its `{value}`."""
    known = sorted(((name, value) for name, value in pairs if value), key=lambda one: -one[1])
    if len(known) < 2:
        return None
    shown = known if len(known) <= _BARS else known[: _BARS - 1]
    if len(shown) < len(known):
        shown = [*shown, (paper.text(_("others")), sum(value for _name, value in known[_BARS - 1 :]))]
    alt = paper.text(_("Bars by size: {what}."), what=", ".join(label for label, _value in shown))
    said = paper.text(title, name=known[0][0], value=paper.words.short(known[0][1], unit, currency))
    return Chart(
        name, "hbar", said, alt, [label for label, _value in shown],
        [Series(series, [value for _label, value in shown])], unit=unit, currency=currency,
        label=series,
    )  # fmt: skip


def some(*blocks: Block | None) -> list[Block]:
    """The blocks that there are."""
    return [one for one in blocks if one is not None]


def beside(*blocks: Table | Chart | None) -> list[Block]:
    """Those that there are, two by two where a format has pages."""
    found = [one for one in blocks if one is not None]
    return [replace(one, half=True) for one in found] if len(found) > 1 else list(found)
