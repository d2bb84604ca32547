"""The five fields of crontab."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.errors import Invalid
from realty_cli.kit import cron

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)  # a Tuesday, noon in Moscow


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 9 * * mon", "2026-03-16 06:00"),
        ("*/15 9-18 * * 1-5", "2026-03-10 09:15"),
        ("0 9 1,15 * *", "2026-03-15 06:00"),
        ("0 0 29 feb *", "2028-02-28 21:00"),
        ("0 12 * * sun", "2026-03-15 09:00"),
        ("0 12 * * 7", "2026-03-15 09:00"),
        ("0 12 13 * fri", "2026-03-13 09:00"),
        ("@monthly", "2026-03-31 21:00"),
    ],
)
def test_the_next_time_is_on_the_wall_clock_of_the_zone(text: str, expected: str) -> None:
    found = cron.read(text).after(NOW, MOSCOW)
    assert found is not None
    assert f"{found:%Y-%m-%d %H:%M}" == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("0 0 31 2 *", "cron.never"), ("60 * * * *", "cron.unreadable"), ("* * * *", "cron.unreadable"),
        ("5-1 * * * *", "cron.unreadable"), ("*/0 * * * *", "cron.unreadable"), ("1,,2 * * * *", "cron.unreadable"),
        ("٣ * * * *", "cron.unreadable"), ("0 0 0 * *", "cron.unreadable"), ("", "cron.unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text: str, code: str) -> None:
    with pytest.raises(Invalid) as met:
        cron.read(text)
    assert met.value.fields[0].code == code


def test_a_time_that_the_clocks_skip_comes_once_on_that_day() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    first = cron.read("30 2 * * *").after(before, berlin)
    assert first is not None
    assert first.astimezone(berlin).date().isoformat() == "2026-03-29"
    second = cron.read("30 2 * * *").after(first, berlin)
    assert second is not None
    assert second.astimezone(berlin).isoformat() == "2026-03-30T02:30:00+02:00"


_minutes = st.lists(st.integers(0, 59), min_size=1, max_size=3, unique=True)
_hours = st.lists(st.integers(0, 23), min_size=1, max_size=3, unique=True)
_weekdays = st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True)


@settings(max_examples=40, deadline=None)
@given(_minutes, _hours, _weekdays, st.integers(0, 60 * 24 * 30))
def test_it_is_the_first_minute_that_fits(minutes: list[int], hours: list[int], days: list[int], ahead: int) -> None:
    names = (",".join(map(str, one)) for one in (minutes, hours, days))
    minute, hour, day = names
    start = NOW + timedelta(minutes=ahead)
    found = cron.read(f"{minute} {hour} * * {day}").after(start, UTC)
    slow = start + timedelta(minutes=1)
    while not (slow.minute in minutes and slow.hour in hours and slow.isoweekday() % 7 in days):
        slow += timedelta(minutes=1)
    assert found == slow
