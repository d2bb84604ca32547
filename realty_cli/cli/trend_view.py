"""Trends and forecasts on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from realty_cli.analytics.kinds import ForecastQuality, MetricUnit, Step
from realty_cli.cli.output import Column, clean, emit, write_line
from realty_cli.cli.state import State
from realty_cli.kit import formatting
from realty_cli.kit.i18n import mark as _

_WIDEST = 24
_QUALITIES = {
    ForecastQuality.GOOD: _("On the past such forecasts were good."),
    ForecastQuality.FAIR: _("On the past such forecasts were fair."),
    ForecastQuality.POOR: _("On the past such forecasts were poor."),
}
_RUNNING = _("not over yet")
_BEGUN = _("begun within it")
_ODD = _("out of line")
_BREAK = _("a new level")


def trend(state: State, body: Mapping[str, Any]) -> None:
    data = body["trend"]
    value, name = _value(state, data), _name(state, data)
    marks = {one["t"]: _ODD for one in body["outliers"]} | dict.fromkeys(body["change_points"], _BREAK)

    def mark(point: Mapping[str, Any]) -> str:
        found = marks.get(point["t"], "")
        if point["partial"]:
            found = _RUNNING if point is data["points"][-1] else _BEGUN
        return state.say.text(found)

    columns: list[Column] = [
        (_("PERIOD"), lambda point: name(point["t"]), lambda point: point["t"]),
        (_("VALUE"), lambda point: value(point["value"]), lambda point: point["value"]),
        *_bars(state, data["points"]),
        (_("NOTE"), mark, mark),
    ]  # fmt: skip
    if state.format not in _WORDLESS:
        write_line(clean(body["summary"]))
    emit(state, body, columns, data["points"])


def forecast(state: State, body: Mapping[str, Any]) -> None:
    """People are told the median of late where a forecast is no better; machines get all points with the quality."""
    value, name = _value(state, body), _name(state, body)
    so_far = body["so_far"]

    def between(level: str) -> Column:
        heading = _("4 OF 5 TIMES") if level == "80" else _("19 OF 20 TIMES")

        def shown(point: Mapping[str, Any]) -> str:
            return f"{value(point['lo' + level])} – {value(point['hi' + level])}"

        return heading, shown, shown

    def fact(point: Mapping[str, Any]) -> Any:
        return so_far["value"] if so_far is not None and point["t"] == so_far["t"] else None

    def come(point: Mapping[str, Any]) -> str:
        return "" if fact(point) is None else value(fact(point))

    columns: list[Column] = [
        (_("PERIOD"), lambda point: name(point["t"]), lambda point: point["t"]),
        (_("LIKELY"), lambda point: value(_likely(body, point["mean"])), lambda point: point["mean"]),
    ]
    if state.format in _WORDLESS and state.format != "md":
        said = {"quality": body["quality"], "warnings": " ".join(body["warnings"])}
        columns += [_given(name) for name in ("lo80", "hi80", "lo95", "hi95")]
        columns += [("SO FAR", come, fact), *(_always(name, text) for name, text in said.items())]
        emit(state, body, columns, body["points"])
        if not body["points"]:
            state.tell(body["summary"])
        return
    write_line(clean(body["summary"]))
    if not body["points"]:
        return
    if body["typical"] is None:
        columns += [between("80"), between("95"), *([(_("SO FAR"), come, fact)] if so_far else [])]
        if state.format == "md":  # a table begins behind an empty line
            write_line("")
        emit(state, body, columns, body["points"])
    quality = _QUALITIES.get(ForecastQuality(body["quality"]))
    for sentence in [*([state.say.text(quality)] if quality and body["backtest"] else []), *body["warnings"]]:
        state.tell(sentence)


def _given(name: str) -> Column:
    return name.upper(), lambda point: str(point[name]), lambda point: point[name]


def _always(name: str, text: str) -> Column:
    return name.upper(), lambda _point: text, lambda _point: text


_WORDLESS = frozenset({"json", "jsonl", "csv", "tsv", "md"})


def _likely(body: Mapping[str, Any], mean: float) -> float:
    return round(mean) if body["integer"] else mean


def _bars(state: State, points: Sequence[Mapping[str, Any]]) -> list[Column]:
    """A bar for each value, where a person reads."""
    most = max((point["value"] for point in points if point["value"] is not None), default=0)
    if state.format in _WORDLESS or most <= 0:
        return []

    def bar(point: Mapping[str, Any]) -> str:
        return "▇" * max(0, round((point["value"] or 0) / most * _WIDEST))

    return [("", bar, bar)]


def _value(state: State, data: Mapping[str, Any]) -> Callable[[Any], str]:
    unit, currency, language = data["unit"], data["currency"], state.language

    def shown(value: Any) -> str:
        if value is None:
            return formatting.NOTHING
        if unit in (MetricUnit.MONEY, MetricUnit.MONEY_PER_M2):
            return formatting.compact_money(value * 100, currency or "RUB", language)
        if unit == MetricUnit.DAYS:
            return formatting.length_of("day", value, language)
        return formatting.number(value, language, decimals=1)

    return shown


def _name(state: State, data: Mapping[str, Any]) -> Callable[[str], str]:
    from realty_cli.analytics.series_words import stretch

    step = Step(data["granularity"])
    return lambda day: stretch(date.fromisoformat(day), step, state.say)
