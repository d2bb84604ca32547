"""Sentences of analytics, for `kit.messages`: one line a code, in alphabetical order."""

from __future__ import annotations

ANALYTICS_MESSAGES: dict[str, str] = {
    "analytics.dates_missing": "A custom period needs start_date, and end_date unless it runs to today. Give both as 2026-01-31.",
    "analytics.filter_meaningless": "The data set {dataset} has nothing that {filter} could narrow. Leave it out.",
    "analytics.period_twice": "The period is given by a name and by dates. Leave one of them out, or write custom.",
    "extra.charts": "What draws charts is not installed. Install it with: pip install 'realty[charts]'",
    "extra.parquet": "What writes parquet is not installed. Install it with: pip install 'realty[parquet]'",
    "extra.pdf": "What sets PDF is not installed. Install it with: pip install 'realty[pdf]'; html, xlsx, md, csv and json work without it.",
    "report.format_unknown": "There is no report format {value}. We write: {formats}.",
}
