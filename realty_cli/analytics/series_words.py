"""Series, trends and forecasts in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from realty_cli.analytics import trend_maths as maths
from realty_cli.analytics.catalogue import METRICS
from realty_cli.analytics.kinds import MetricUnit, Step, TrendDirection
from realty_cli.analytics.series import Series
from realty_cli.analytics.series_kinds import SERIES
from realty_cli.kit import formatting
from realty_cli.kit.i18n import Translator
from realty_cli.kit.i18n import mark as _

_DIRECTIONS = {
    TrendDirection.RISING: _("{label}: rising, by about {slope} {step}"),
    TrendDirection.FALLING: _("{label}: falling, by about {slope} {step}"),
    TrendDirection.FLAT: _("{label}: no change to speak of"),
    TrendDirection.UNCLEAR: _("{label}: no clear direction, the ups and downs may be chance"),
}
_STEPS = {
    Step.DAY: _("a day"),
    Step.WEEK: _("a week"),
    Step.MONTH: _("a month"),
    Step.QUARTER: _("a quarter"),
    Step.YEAR: _("a year"),
}
_TOO_FEW = _("{label}: too little history for a trend")
_YEAR_AGO = _("{value} in {stretch}, {before} a year before")
_AGAINST = _("{value} in {stretch} alone, {before} a year before: one of them may go against the way of all")
_SUM = _("{label}: {low} to {high} from {first} to {last}, most likely {mean}, if the market stays as it is")
_LEVEL = _("{label}: {low} to {high} in {last}, most likely {mean}, if the market stays as it is")
_NONE = _("{label}: too little history for a forecast")
_OF_LATE = _("{label}: too uneven to foretell; recently {median} {step} (median of the last {n}, from {low} to {high})")
_BY_NOW = _("{sentence}; {value} so far, by {day}")
_NOW = _("{sentence}; {value} on {day}")
WARNINGS = {
    "insufficient": _("There is too little history for a forecast; the range is little more than a guess."),
    "gaps": _("Where nothing could be measured the neighbours were taken instead."),
    "short": _("Fewer than 24 points of history are too few to foretell a trend."),
    "poor": _("On the past the forecast did no better than repeating it: the recent median stands in its place."),
    "cut": _("So far ahead nothing can be said: the forecast is cut short."),
    "identity": _("By what is likely to come, be sold and be withdrawn it would be {value}: more than a fifth off."),
}


def value_of(value: float | None, series: Series, language: str) -> str:
    """A raw value (money in minor units), as people say it: short."""
    if value is None:
        return formatting.NOTHING
    if series.unit in (MetricUnit.MONEY, MetricUnit.MONEY_PER_M2):
        return formatting.compact_money(value, series.currency or "RUB", language)
    if series.unit == MetricUnit.DAYS:
        return formatting.length_of("day", value, language)
    return formatting.number(value, language, decimals=0 if abs(value) >= 10 else 1)


def stretch(day: date, step: Step, say: Translator) -> str:
    """What a stretch that begins on a day is called."""
    if step == Step.MONTH:
        return formatting.month_of_year(day, say.language)
    if step == Step.QUARTER:
        return say.text(_("Q{quarter} {year}"), quarter=(day.month - 1) // 3 + 1, year=day.year)
    if step == Step.YEAR:
        return str(day.year)
    return formatting.date(day, say.language)


def trend(
    say: Translator,
    series: Series,
    direction: TrendDirection,
    slope: maths.Slope | None,
    year: Mapping[str, Any] | None,
) -> str:
    label = say.text(METRICS[series.metric].label)
    if slope is None:
        return say.text(_TOO_FEW, label=label)
    sentence = say.text(
        _DIRECTIONS[direction],
        label=label, step=say.text(_STEPS[series.step]), slope=value_of(abs(slope.step), series, say.language),
    )  # fmt: skip
    if year is None or year["value"] is None or year["before"] is None:
        return sentence
    ways = {TrendDirection.RISING: 1, TrendDirection.FALLING: -1}
    compared = say.text(
        _AGAINST if (year["value"] - year["before"]) * ways.get(direction, 0) < 0 else _YEAR_AGO,
        value=_outside(year["value"], series, say.language), before=_outside(year["before"], series, say.language),
        stretch=stretch(date.fromisoformat(year["t"]), series.step, say),
    )  # fmt: skip
    return f"{sentence}; {compared}"


def _outside(value: float, series: Series, language: str) -> str:
    """The same of a value as answers give it."""
    money = series.unit in (MetricUnit.MONEY, MetricUnit.MONEY_PER_M2)
    return value_of(round(value * 100) if money else value, series, language)


def forecast(
    say: Translator, series: Series, low: float, mean: float, high: float, *, first: date | None, last: date
) -> str:
    """`first` stands where the range is of the sum from there on, None where it is of the last stretch."""
    language = say.language
    sentence = _LEVEL if first is None or first == last else _SUM
    if sentence == _SUM and series.step == Step.WEEK:  # told by its days, it lasts until the last one
        last += timedelta(days=6)
    return say.text(
        sentence,
        label=say.text(METRICS[series.metric].label),
        low=value_of(low, series, language), high=value_of(high, series, language),
        mean=value_of(round(mean) if series.integer else mean, series, language),
        first="" if first is None else stretch(first, series.step, say), last=stretch(last, series.step, say),
    )  # fmt: skip


def no_forecast(say: Translator, series: Series) -> str:
    return say.text(_NONE, label=say.text(METRICS[series.metric].label))


def of_late(say: Translator, series: Series, median: float, low: float, high: float, n: int) -> str:
    """In place of a forecast that is no better than this."""
    values = {name: value_of(value, series, say.language)
              for name, value in (("median", median), ("low", low), ("high", high))}  # fmt: skip
    label, step = say.text(METRICS[series.metric].label), say.text(_STEPS[series.step])
    return say.text(_OF_LATE, label=label, step=step, n=n, **values)


def by_now(say: Translator, sentence: str, series: Series, so_far: float | None, day: date) -> str:
    """The same with what has come by a day of the stretch that runs, or with what stands on it."""
    if so_far is None:
        return sentence
    value = value_of(so_far, series, say.language)
    template = _NOW if SERIES[series.metric].standing else _BY_NOW
    return say.text(template, sentence=sentence, value=value, day=formatting.date(day, say.language))
