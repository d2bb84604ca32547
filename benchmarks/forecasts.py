"""Our forecast as a plug-in of a benchmark of forecasts: `forecast(series, horizon, season) -> mean, lo, hi`."""

from __future__ import annotations

from collections.abc import Sequence

from realty_cli.analytics import forecasts

Columns = tuple[list[float], list[float], list[float]]


def forecast(series: Sequence[float], horizon: int, season: int) -> Columns:
    return forecast_level(series, horizon, season, 0.95)


def forecast_level(series: Sequence[float], horizon: int, season: int, level: float) -> Columns:
    points = forecasts.forecast(series, horizon, season).points
    low, high = ("lo80", "hi80") if level < 0.9 else ("lo95", "hi95")
    return (
        [point.mean for point in points],
        [getattr(point, low) for point in points],
        [getattr(point, high) for point in points],
    )
