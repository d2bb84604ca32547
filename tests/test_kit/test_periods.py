"""Periods: they meet without gap or overlap in every zone, and are read as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from realty_cli.errors import Invalid
from realty_cli.kit.messages import message
from realty_cli.kit.periods import (
    Period,
    between,
    elapsed,
    is_partial,
    parse_period,
    period,
    previous,
    split,
    year_before,
)

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2024, 3, 15, 12, 0, tzinfo=MOSCOW)  # a Friday
ZONES = st.sampled_from(
    [
        ZoneInfo(name)
        for name in (
            "Europe/Moscow", "Europe/Berlin", "Asia/Almaty", "Africa/Cairo", "America/St_Johns", "America/Havana",
            "Pacific/Apia", "UTC",
        )
    ]
)  # fmt: skip
CALENDAR = st.sampled_from(["day", "week", "month", "quarter", "year"])
MOMENTS = st.integers(-2_000_000_000, 4_000_000_000).map(
    lambda seconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
# The hours when clocks were changed: Moscow 2010, 2011, 2014 and 1919, Berlin, Almaty over midnight, Apia a whole day.
CHANGES = st.sampled_from(
    [
        "2010-10-30T23:00", "2011-03-26T23:00", "2014-10-25T22:00", "1919-05-31T19:00", "2024-03-31T01:00",
        "2024-10-27T01:00", "2024-02-29T18:00", "2010-11-07T02:31", "2024-04-25T22:00", "2011-12-30T10:00",
    ]
).map(lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC))  # fmt: skip
AROUND = st.builds(lambda at, minutes: at + timedelta(minutes=minutes), CHANGES, st.integers(-2000, 2000))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


@given(CALENDAR, MOMENTS | AROUND, ZONES)
@example("day", datetime(2010, 11, 7, 2, 31, tzinfo=UTC), ZoneInfo("America/St_Johns"))
@settings(deadline=None)
def test_calendar_periods_meet(granularity, at, zone):
    whole = period(granularity, at, zone)
    assert at in whole
    before, after = previous(whole), period(granularity, whole.end, zone)
    assert _utc(before.end) == _utc(whole.start)
    assert _utc(whole.end) == _utc(after.start)
    assert period(granularity, whole.start, zone) == whole
    assert period(granularity, _utc(whole.end) - timedelta(seconds=1), zone) == whole
    assert whole.start not in before
    assert whole.end not in whole


@given(CALENDAR.filter(lambda name: name != "year"), MOMENTS | AROUND, ZONES, st.integers(0, 800))
@settings(deadline=None, max_examples=40)
def test_parts_cover_the_whole(granularity, at, zone, days):
    first = at.astimezone(zone).date()
    whole = between(first, first + timedelta(days=days), zone)
    parts = list(split(whole, granularity))
    edges = [_utc(part.start) for part in parts] + [_utc(parts[-1].end)]
    assert edges[0] == _utc(whole.start)
    assert edges[-1] == _utc(whole.end)
    assert all(_utc(a.end) == _utc(b.start) for a, b in pairwise(parts))
    assert sum((part.length for part in parts), timedelta()) == whole.length


@given(MOMENTS | AROUND, st.integers(1, 400))
@settings(deadline=None)
def test_days_are_counted_on_the_local_calendar(at, days):
    first = at.astimezone(MOSCOW).date()
    whole = between(first, first + timedelta(days=days - 1), MOSCOW)
    assert (whole.days, whole.first, whole.last) == (days, first, first + timedelta(days=days - 1))
    before = previous(whole)
    assert (before.days, _utc(before.end)) == (days, _utc(whole.start))


@given(CALENDAR, MOMENTS | AROUND, AROUND, ZONES)
@settings(deadline=None)
def test_what_has_passed(granularity, at, now, zone):
    whole = period(granularity, at, zone)
    part = elapsed(whole, now)
    assert part.start == whole.start
    assert _utc(whole.start) <= _utc(part.end) <= _utc(whole.end)
    assert (part == whole) is not is_partial(whole, now)
    for earlier in (previous(whole, now=now), year_before(whole, now=now)):
        assert _utc(earlier.start) <= _utc(earlier.end) <= _utc(whole.start)


def test_a_day_has_twenty_three_or_twenty_five_hours():
    def hours(zone, day):
        return between(day, day, ZoneInfo(zone)).length / timedelta(hours=1)

    assert hours("Europe/Berlin", date(2024, 3, 31)) == 23
    assert hours("Europe/Berlin", date(2024, 10, 27)) == 25
    assert hours("Europe/Moscow", date(2011, 3, 27)) == 23
    assert hours("Europe/Moscow", date(2014, 10, 26)) == 25
    assert hours("Europe/Moscow", date(2024, 3, 31)) == 24
    assert hours("Asia/Almaty", date(2024, 2, 29)) == 25
    assert hours("Africa/Cairo", date(2024, 4, 26)) == 23
    assert hours("Pacific/Apia", date(2011, 12, 30)) == 0
    assert between(date(2024, 4, 26), date(2024, 4, 26), ZoneInfo("Africa/Cairo")).start.hour == 1
    # Clocks went from 23:30 to 00:30: the day begins at the half hour.
    assert between(date(1919, 3, 31), date(1919, 3, 31), ZoneInfo("America/Toronto")).start.minute == 30


def test_a_partial_period_is_compared_with_the_same_stretch():
    march = period("month", NOW, MOSCOW)
    assert is_partial(march, NOW)
    assert elapsed(march, NOW).end == NOW
    assert previous(march, now=NOW) == Period(
        datetime(2024, 2, 1, tzinfo=MOSCOW), datetime(2024, 2, 15, 12, tzinfo=MOSCOW), "month"
    )
    late = datetime(2024, 3, 31, 12, tzinfo=MOSCOW)
    assert previous(march, now=late).end == march.start
    assert previous(march, now=datetime(2024, 5, 1, tzinfo=MOSCOW)) == period(
        "month", datetime(2024, 2, 5, tzinfo=UTC), MOSCOW
    )
    year = period("year", NOW, MOSCOW)
    assert year_before(year, now=NOW).end == datetime(2023, 3, 15, 12, tzinfo=MOSCOW)
    early = datetime(2023, 1, 1, tzinfo=MOSCOW)
    assert elapsed(march, early).length == timedelta()
    assert previous(march, now=early).length == timedelta()


@pytest.mark.parametrize(
    ("first", "last", "year_first", "year_last"),
    [
        (date(2024, 2, 1), date(2024, 2, 29), date(2023, 2, 1), date(2023, 2, 28)),
        (date(2025, 2, 1), date(2025, 2, 28), date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 2, 28), date(2024, 2, 28), date(2023, 2, 28), date(2023, 2, 28)),
        (date(2024, 2, 29), date(2024, 2, 29), date(2023, 2, 28), date(2023, 2, 28)),
        (date(2024, 3, 1), date(2024, 3, 15), date(2023, 3, 1), date(2023, 3, 15)),
    ],
)
def test_a_year_before(first, last, year_first, year_last):
    earlier = year_before(between(first, last, MOSCOW))
    assert (earlier.first, earlier.last) == (year_first, year_last)


def test_weeks_a_year_before_begin_on_monday():
    earlier = year_before(period("week", NOW, MOSCOW))
    assert (earlier.first, earlier.last) == (date(2023, 3, 13), date(2023, 3, 19))


@pytest.mark.parametrize(
    ("text", "first", "last", "granularity"),
    [
        ("2024", "2024-01-01", "2024-12-31", "year"),
        ("2024-01", "2024-01-01", "2024-01-31", "month"),
        ("2024-Q1", "2024-01-01", "2024-03-31", "quarter"),
        ("q4 2023", "2023-10-01", "2023-12-31", "quarter"),
        ("1 кв. 2024", "2024-01-01", "2024-03-31", "quarter"),
        ("4-й квартал 2023 года", "2023-10-01", "2023-12-31", "quarter"),
        ("2024-W03", "2024-01-15", "2024-01-21", "week"),
        ("январь 2024", "2024-01-01", "2024-01-31", "month"),
        ("Jan 2024", "2024-01-01", "2024-01-31", "month"),
        ("2024-01-15", "2024-01-15", "2024-01-15", "day"),
        ("today", "2024-03-15", "2024-03-15", "day"),
        ("вчера", "2024-03-14", "2024-03-14", "day"),
        ("day", "2024-03-15", "2024-03-15", "day"),
        ("month", "2024-03-01", "2024-03-31", "month"),
        ("этот месяц", "2024-03-01", "2024-03-31", "month"),
        ("last month", "2024-02-01", "2024-02-29", "month"),
        ("в прошлом месяце", "2024-02-01", "2024-02-29", "month"),
        ("next quarter", "2024-04-01", "2024-06-30", "quarter"),
        ("прошлая неделя", "2024-03-04", "2024-03-10", "week"),
        ("last year", "2023-01-01", "2023-12-31", "year"),
        ("last 30 days", "2024-02-15", "2024-03-15", "custom"),
        ("последние 30 дней", "2024-02-15", "2024-03-15", "custom"),
        ("30d", "2024-02-15", "2024-03-15", "custom"),
        ("за последние 3 месяца", "2023-12-16", "2024-03-15", "custom"),
        ("last 12 months", "2023-03-16", "2024-03-15", "custom"),
        ("2024-01-01..2024-01-31", "2024-01-01", "2024-01-31", "custom"),
        ("15.01.2024 - 20.01.2024", "2024-01-15", "2024-01-20", "custom"),
        ("15.01-20.01", "2024-01-15", "2024-01-20", "custom"),
        ("from 2024-01-01 to 2024-01-31", "2024-01-01", "2024-01-31", "custom"),
        ("с 15 января по 20 января", "2024-01-15", "2024-01-20", "custom"),
        ("с понедельника по пятницу", "2024-03-18", "2024-03-22", "custom"),
        ("-7d..today", "2024-03-08", "2024-03-15", "custom"),
    ],
)
def test_parse(text, first, last, granularity):
    found = parse_period(text, now=NOW, zone=MOSCOW)
    assert (found.first.isoformat(), found.last.isoformat(), found.granularity) == (first, last, granularity)


@pytest.mark.parametrize(
    "text",
    ["", "..", "junk", "2024-13", "2024-Q5", "2024-W60", "2025-W53", "1800", "2500", "last 0 days", "30h", "99999y",
     "13", "2024-01-01..", "..2024-01-01", "last", "from to", "x" * 50_000, "last " * 10_000],
)  # fmt: skip
def test_refused(text):
    with pytest.raises(Invalid) as caught:
        parse_period(text, now=NOW, zone=MOSCOW, field="p")
    (problem,) = caught.value.fields
    assert (problem.field, problem.code) == ("p", "period.unreadable")
    assert "2024-Q1" in message(problem.code, "ru", **problem.params)


def test_a_reversed_period_names_both_dates():
    with pytest.raises(Invalid) as caught:
        parse_period("2024-02-01..2024-01-01", now=NOW, zone=MOSCOW)
    (problem,) = caught.value.fields
    assert message(problem.code, "en", **problem.params) == (
        "The period ends (2024-01-01) before it begins (2024-02-01). Swap the two dates."
    )


def test_a_period_is_in_a_zone():
    with pytest.raises(ValueError, match="zone"):
        _ = Period(NOW.replace(tzinfo=None), NOW.replace(tzinfo=None)).zone
    with pytest.raises(ValueError, match="custom"):
        period("custom", NOW, MOSCOW)


@given(st.text(max_size=40))
@settings(deadline=None)
def test_any_text_is_a_period_or_refused(text):
    try:
        found = parse_period(text, now=NOW, zone=MOSCOW)
    except Invalid:
        return
    assert found.length >= timedelta()
