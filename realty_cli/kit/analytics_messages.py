"""Sentences of analytics, for `kit.messages`: one line a code, in alphabetical order."""

from __future__ import annotations

ANALYTICS_MESSAGES: dict[str, str] = {
    "analytics.compare_missing": "Say what to compare with: with_period (last year, 2025-Q4), or with_start_date and with_end_date. Or leave mode out, which compares with the period before.",
    "analytics.compare_twice": "mode says one period to compare with, and with_period or its dates another. Leave one of them out.",
    "analytics.dates_missing": "A custom period needs start_date, and end_date unless it runs to today. Give both as 2026-01-31.",
    "analytics.filter_meaningless": "The data set {dataset} has nothing that {filter} could narrow. Leave it out.",
    "analytics.period_twice": "The period is given by a name and by dates. Leave one of them out, or write custom.",
    "analytics.series_unknown": "There is no series of “{value}”. There are: {known}.",
    "analytics.too_many_points": "That makes more than {most} points. Take a longer granularity or a shorter period.",
    "channels.ahead": "{day} is still to come. Statistics are of days that are over, or of today.",
    "channels.count": "{value} is no count. Give a whole number, 0 or more.",
    "channels.listing_unknown": "There is no listing of yours that is called {value}. Enter it first, or name it by its number.",
    "cron.never": "That time never comes: {value}.",
    "cron.unreadable": "Not a time of crontab: {part}. Give five fields: minute, hour, day of the month, month, weekday, such as 0 9 * * mon.",
    "extra.charts": "What draws charts is not installed. Install it with: pip install 'realty[charts]'",
    "extra.parquet": "What writes parquet is not installed. Install it with: pip install 'realty[parquet]'",
    "extra.pdf": "What sets PDF is not installed. Install it with: pip install 'realty[pdf]'; html, xlsx, md, csv and json work without it.",
    "report.expired": "The file of report {id} has expired. Have the report made again.",
    "report.failed": "The report could not be made: {reason}",
    "report.format_unknown": "There is no report format {value}. We write: {formats}.",
    "report.needs_property": "This report is about one listing. Name it: property_id, on the command line --property ID.",
    "report.not_found": "There is no report {id}.",
    "report.not_ready": "Report {id} is not made yet: {status}. Ask again in a moment.",
    "report.too_many": "{most} reports wait already. Wait until they are made, or delete some.",
    "report.type_unknown": "There is no report {value}. There are: {types}.",
    "report_schedule.fixed_dates": "A report that comes again needs a period by its name, such as last month; dates would never move.",
    "report_schedule.no_address": "Letters go to a confirmed address, and your account has none. Confirm one, or keep the files: deliver=keep.",
    "report_schedule.not_found": "There is no schedule {id}.",
    "report_schedule.not_in_bin": "Schedule {id} is not in the bin.",
}
