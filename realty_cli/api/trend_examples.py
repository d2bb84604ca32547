"""Examples of trends and forecasts for the description of the API."""

from __future__ import annotations

from typing import Any

_DATA: dict[str, Any] = {
    "metric": "properties.new", "label": "Новые объекты", "granularity": "month", "unit": "count", "currency": None,
    "deal_type": None,
    "points": [
        {"t": "2026-04-01", "value": 9, "n": 9, "partial": False},
        {"t": "2026-05-01", "value": 12, "n": 12, "partial": False},
        {"t": "2026-06-01", "value": 4, "n": 4, "partial": True},
    ],
}  # fmt: skip
TREND: dict[str, Any] = {
    "trend": _DATA, "direction": "rising", "slope_per_period": 0.5, "slope_pct": 0.05, "method": "theil-sen",
    "p_value": 0.012, "seasonality": None, "change_points": [], "outliers": [],
    "moving_average": [{"t": "2026-04-01", "value": 8.67}, {"t": "2026-05-01", "value": 10.0}],
    "yoy": {"t": "2026-05-01", "value": 12, "before": 8, "change_abs": 4, "change_pct": 0.5},
    "summary": "Новые объекты: рост примерно на 0,5 в месяц; за май 2026 — 12, годом раньше — 8",
    "enough_data": True, "min_points": 8,
    "period": {
        "start": "2024-07-11T00:00:00+03:00", "end": "2026-06-10T14:00:00+03:00", "first_date": "2024-07-11",
        "last_date": "2026-06-10", "granularity": "custom", "tz": "Europe/Moscow", "partial": True,
    },
    "scope": {"rows": "own", "text": "только ваши"},
    "as_of": "2026-06-10T14:00:00+03:00", "definitions_version": "1",
}  # fmt: skip
FORECAST: dict[str, Any] = {
    "metric": "properties.new", "label": "Новые объекты", "granularity": "month", "unit": "count", "currency": None,
    "deal_type": None, "horizon": 1, "history": _DATA,
    "points": [{"t": "2026-06-01", "mean": 11.2, "lo80": 7, "hi80": 16, "lo95": 4, "hi95": 19}],
    "method": "combination",
    "parts": [{"name": "ses", "weight": 0.4}, {"name": "mean", "weight": 0.35}, {"name": "theta", "weight": 0.25}],
    "n_history": 20, "season_used": False,
    "backtest": {
        "mase": 0.82, "smape": 31.5, "owa": 0.88, "coverage80": 0.8, "coverage95": 0.95, "folds": 5,
    },
    "quality": "good", "warnings": [],
    "summary": "Новые объекты: от 7 до 16 за июнь 2026, вероятнее всего 11, если условия не изменятся;"
    " на 10 июн. 2026 г. пока 4",
    "integer": True, "so_far": {"t": "2026-06-01", "value": 4, "elapsed": 0.3194, "booked": 0}, "typical": None,
    "sum_next": {"mean": 11.2, "lo80": 7, "hi80": 16},
    "as_of": "2026-06-10T14:00:00+03:00", "definitions_version": "1",
}  # fmt: skip
