"""Dates and times as people type them. Today is Wednesday, 17 January 2024, noon in Moscow."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.errors import Invalid
from realty_cli.kit.messages import message
from realty_cli.kit.moment import is_skipped, parse_date, parse_moment, resolve

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")
ALMATY = ZoneInfo("Asia/Almaty")
NOW = datetime(2024, 1, 17, 12, 0, tzinfo=MOSCOW)
TODAY = NOW.date()
WALLS = st.integers(-2_000_000_000 // 60, 7_000_000_000 // 60).map(
    lambda minutes: (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)).replace(tzinfo=None)
)
MONTHS_RU = (
    "января", "февраля", "марта", "апреля", "мая", "июня",
    "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
MONTHS_EN = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _at(text: str, **more) -> str:
    return parse_moment(text, now=NOW, zone=MOSCOW, **more).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2024-01-15 10:00", "2024-01-15 10:00"),
        ("2024-01-15T10:00:00", "2024-01-15 10:00"),
        ("2024-01-15T10:00:00Z", "2024-01-15 13:00"),
        ("2024-01-15t10:00:00.123456789z", "2024-01-15 13:00"),
        ("2024-01-15 10:00 +05:00", "2024-01-15 08:00"),
        ("2024-01-15T10:00-0330", "2024-01-15 16:30"),
        ("2024-01-15", "2024-01-15 00:00"),
        ("15.01.2024", "2024-01-15 00:00"),
        ("15.01.24 10:00", "2024-01-15 10:00"),
        ("15.01 10:00", "2024-01-15 10:00"),
        ("15.01 в 10.30", "2024-01-15 10:30"),
        ("today", "2024-01-17 00:00"),
        ("сегодня", "2024-01-17 00:00"),
        ("now", "2024-01-17 12:00"),
        ("сейчас", "2024-01-17 12:00"),
        ("tomorrow 15:30", "2024-01-18 15:30"),
        ("15:30 tomorrow", "2024-01-18 15:30"),
        ("завтра 15:30", "2024-01-18 15:30"),
        ("  Завтра\u00a0в  15:30 ", "2024-01-18 15:30"),
        ("завтра в 3 часа дня", "2024-01-18 15:00"),
        ("завтра в 3 дня", "2024-01-18 15:00"),
        ("завтра в 11 вечера", "2024-01-18 23:00"),
        ("завтра в 15 часов 30 минут", "2024-01-18 15:30"),
        ("tomorrow at 3pm", "2024-01-18 15:00"),
        ("tomorrow 12 am", "2024-01-18 00:00"),
        ("tomorrow noon", "2024-01-18 12:00"),
        ("послезавтра", "2024-01-19 00:00"),
        ("yesterday", "2024-01-16 00:00"),
        ("вчера 9:05", "2024-01-16 09:05"),
        ("позавчера", "2024-01-15 00:00"),
        ("fri 10:00", "2024-01-19 10:00"),
        ("пт 10:00", "2024-01-19 10:00"),
        ("в пятницу в 10", "2024-01-19 10:00"),
        ("Friday at 10", "2024-01-19 10:00"),
        ("wed", "2024-01-17 00:00"),
        ("wed 12:00", "2024-01-17 12:00"),
        ("wed 11:59", "2024-01-24 11:59"),
        ("next monday", "2024-01-22 00:00"),
        ("next fri 10:00", "2024-01-26 10:00"),
        ("в следующую пятницу", "2024-01-26 00:00"),
        ("this mon", "2024-01-15 00:00"),
        ("last fri", "2024-01-12 00:00"),
        ("last wed", "2024-01-10 00:00"),
        ("в прошлый вторник", "2024-01-16 00:00"),
        ("next week", "2024-01-22 00:00"),
        ("на прошлой неделе", "2024-01-08 00:00"),
        ("прошлый месяц", "2023-12-01 00:00"),
        ("next quarter", "2024-04-01 00:00"),
        ("+2d", "2024-01-19 12:00"),
        ("-3w", "2023-12-27 12:00"),
        ("+1h", "2024-01-17 13:00"),
        ("+1h30m", "2024-01-17 13:30"),
        ("+1mo", "2024-02-17 12:00"),
        ("+2 дня", "2024-01-19 12:00"),
        ("\u22122 дня", "2024-01-15 12:00"),
        ("+2d 15:30", "2024-01-19 15:30"),
        ("in 2 days", "2024-01-19 12:00"),
        ("in a week", "2024-01-24 12:00"),
        ("2 days ago", "2024-01-15 12:00"),
        ("через 2 часа", "2024-01-17 14:00"),
        ("через час", "2024-01-17 13:00"),
        ("через полчаса", "2024-01-17 12:30"),
        ("через 1 час и 30 минут", "2024-01-17 13:30"),
        ("через неделю", "2024-01-24 12:00"),
        ("через 2 дня в 15:00", "2024-01-19 15:00"),
        ("неделю назад", "2024-01-10 12:00"),
        ("3 дня назад в 9.15", "2024-01-14 09:15"),
        ("15 января", "2024-01-15 00:00"),
        ("15-го января 2025 г. в 10:00", "2025-01-15 10:00"),
        ("15 янв. 10:00", "2024-01-15 10:00"),
        ("jan 15", "2024-01-15 00:00"),
        ("January 15th, 2024, 3:30 pm", "2024-01-15 15:30"),
        ("1 мая", "2024-05-01 00:00"),
        ("Fri, 19 Jan 2024 10:00", "2024-01-19 10:00"),
        ("15:30", "2024-01-17 15:30"),
        ("9:00", "2024-01-17 09:00"),
        ("в 10", "2024-01-17 10:00"),
        # without a year, the nearest
        ("28.12", "2023-12-28 00:00"),
        ("17.07", "2024-07-17 00:00"),
        ("20.07", "2023-07-20 00:00"),
        ("29.02", "2024-02-29 00:00"),
    ],
)
def test_read(text, wall):
    assert _at(text) == wall


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", "flat 12", "12", "two", "май", "10", "31.02.2024", "2024-13-01", "2024-02-30", "01/02/2024",
        "15-01-2024", "15.01.2024.", ",завтра", "завтра,", "завтра,, 10:00", ". завтра",
        "завтра 10", "завтра завтра", "tomorrow fri", "fri, 18 jan 2024", "25:00", "24:00", "10:60", "10:00:60", "13pm",
        "0 am", "в 12 ночи", "2024-01-15 10:00 11:00", "10:00 11:00", "в", "at", "in", "+", "+2", "2d", "2 days",
        "15.13", "1.2.3.4", "192.168.1.1", "{0.__class__}", "завтра +2d", "+2d +1d", "now 10:00", "+1h 10:00",
        "tomorrow!!", "завтра в", "2024", "2024-01", "january 2024", "next", "на", "2024-1-5", "١٥.٠١.٢٠٢٤", "9:5",
        "20240115", "1705309200", "2024-01-15T10", "2024-01-15T10:00+25:00", "2024-01-15T24:00", "89161234567", "-",
        "..", "ago", "1899-12-31",
        "2201-01-01", "+999999y", "-999999w", "+9999999d", "завтра " * 20, "9" * 50_000, "+1d" * 20_000,
    ],
)  # fmt: skip
def test_refused(text):
    with pytest.raises(Invalid) as caught:
        parse_moment(text, now=NOW, zone=MOSCOW, field="start_time")
    (problem,) = caught.value.fields
    assert (problem.field, problem.code) == ("start_time", "moment.unreadable")
    assert "завтра 15:30" in message(problem.code, "ru", **problem.params)
    with pytest.raises(Invalid):
        parse_date(text, today=TODAY)


def test_the_message_names_remedies():
    with pytest.raises(Invalid) as caught:
        parse_moment(" someday ", now=NOW, zone=MOSCOW)
    (problem,) = caught.value.fields
    assert message(problem.code, "en", **problem.params).startswith("“someday” is not a date or time between")


def test_default_time_is_for_dates_without_one():
    assert _at("tomorrow", default_time=time(9)) == "2024-01-18 09:00"
    assert _at("2024-01-15", default_time=time(9)) == "2024-01-15 09:00"
    assert _at("tomorrow 15:30", default_time=time(9)) == "2024-01-18 15:30"
    assert _at("wed", default_time=time(9)) == "2024-01-17 09:00"
    assert _at("+2d", default_time=time(9)) == "2024-01-19 12:00"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-15", date(2024, 1, 15)),
        ("15.01", date(2024, 1, 15)),
        ("завтра", date(2024, 1, 18)),
        ("fri", date(2024, 1, 19)),
        ("+2d", date(2024, 1, 19)),
        ("через неделю", date(2024, 1, 24)),
        ("3 months ago", date(2023, 10, 17)),
        ("1900-01-01", date(1900, 1, 1)),
        ("31.12.2200", date(2200, 12, 31)),
    ],
)
def test_dates(text, day):
    assert parse_date(text, today=TODAY) == day


@pytest.mark.parametrize("text", ["2024-01-15 10:00", "завтра 15:30", "+1h", "now", "15:30"])
def test_a_date_has_no_time(text):
    with pytest.raises(Invalid) as caught:
        parse_date(text, today=TODAY, field="listed_at")
    assert caught.value.fields[0].field == "listed_at"


def test_the_end_of_a_month_is_kept_inside_the_month():
    assert parse_date("+1mo", today=date(2024, 1, 31)) == date(2024, 2, 29)
    assert parse_date("+1y", today=date(2024, 2, 29)) == date(2025, 2, 28)
    assert parse_date("28.12", today=date(2024, 1, 5)) == date(2023, 12, 28)
    assert parse_date("05.01", today=date(2023, 12, 20)) == date(2024, 1, 5)
    assert parse_date("+1d", today=date(2024, 1, 31)) == date(2024, 2, 1)
    assert parse_date("next fri", today=date(2024, 1, 21)) == date(2024, 1, 26)
    assert parse_date("next mon", today=date(2024, 1, 21)) == date(2024, 1, 22)


def test_a_skipped_hour_moves_forward_and_a_doubled_one_is_the_first():
    def read(text, zone, now=NOW):
        return parse_moment(text, now=now, zone=zone).isoformat()

    assert read("2024-03-31 02:30", BERLIN) == "2024-03-31T03:30:00+02:00"
    assert read("2024-10-27 02:30", BERLIN) == "2024-10-27T02:30:00+02:00"
    assert read("2024-10-27T02:30+01:00", BERLIN) == "2024-10-27T02:30:00+01:00"
    assert read("27.03.2011 02:30", MOSCOW) == "2011-03-27T03:30:00+04:00"
    assert read("2014-10-26 01:30", MOSCOW) == "2014-10-26T01:30:00+04:00"
    assert read("2024-02-29 23:30", ALMATY) == "2024-02-29T23:30:00+06:00"
    before = datetime(2024, 3, 30, 2, 30, tzinfo=BERLIN)
    assert read("+1d", BERLIN, before) == "2024-03-31T03:30:00+02:00"
    assert read("+24h", BERLIN, before) == "2024-03-31T03:30:00+02:00"
    assert read("+1d", BERLIN, datetime(2024, 3, 30, 12, tzinfo=BERLIN)) == "2024-03-31T12:00:00+02:00"
    assert read("+24h", BERLIN, datetime(2024, 3, 30, 12, tzinfo=BERLIN)) == "2024-03-31T13:00:00+02:00"
    assert is_skipped(datetime.fromisoformat("2024-03-31T02:30"), BERLIN)
    assert not is_skipped(datetime.fromisoformat("2024-10-27T02:30"), BERLIN)


def test_an_hour_from_the_second_half_of_a_doubled_hour():
    second = datetime(2024, 10, 27, 1, 30, tzinfo=UTC)
    assert parse_moment("+1h", now=second, zone=BERLIN) == second + timedelta(hours=1)
    assert parse_moment("now", now=second, zone=BERLIN).utcoffset() == timedelta(hours=1)


@given(WALLS, st.sampled_from([MOSCOW, BERLIN, ALMATY]))
@settings(deadline=None)
def test_every_written_form_reads_as_the_same_wall_clock(wall, zone):
    moment = resolve(wall, zone)
    clock = f"{wall:%H:%M}"
    ru, en = MONTHS_RU[wall.month - 1], MONTHS_EN[wall.month - 1]
    for text in (
        wall.isoformat(),
        f"{wall:%Y-%m-%d} {clock}",
        f"{wall:%d.%m.%Y} {clock}",
        f"{clock} {wall:%d.%m.%Y}",
        f"{wall.day} {ru} {wall.year} {clock}",
        f"{wall.day} {ru} {wall.year} г. в {clock}",
        f"{en} {wall.day}, {wall.year} {clock}",
        f"{wall.day} {en} {wall.year} at {wall:%I:%M} {'pm' if wall.hour >= 12 else 'am'}",
        moment.isoformat(),
        moment.astimezone(UTC).isoformat(),
    ):
        assert parse_moment(text, now=NOW, zone=zone).isoformat() == moment.isoformat(), text


@given(WALLS, st.integers(-400, 400))
@settings(deadline=None)
def test_offsets_count_local_days_and_elapsed_hours(wall, count):
    now = resolve(wall, BERLIN)
    moved = parse_moment(f"{count:+d}d", now=now, zone=BERLIN)
    assert moved.date() == now.date() + timedelta(days=count)
    assert parse_date(f"{count:+d}d", today=now.date()) == moved.date()
    hours = parse_moment(f"{count:+d}h", now=now, zone=BERLIN)
    assert hours.astimezone(UTC) - now.astimezone(UTC) == timedelta(hours=count)


@given(st.dates(date(1901, 1, 1), date(2199, 12, 1)))
@settings(deadline=None)
def test_weekdays(today):
    for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun")):
        bare, following, last = (parse_date(text, today=today) for text in (name, f"next {name}", f"last {name}"))
        assert bare.weekday() == following.weekday() == last.weekday() == number
        assert 0 <= (bare - today).days <= 6
        assert 1 <= (today - last).days <= 7
        monday = today - timedelta(days=today.weekday())
        assert 7 <= (following - monday).days <= 13


WORDS = st.sampled_from(
    ["завтра", "в", "at", "10", "10:00", "15.01", "fri", "next", "+", "-", "2", "d", "дня", "через", "ago", ",", "jan"]
)


@given(st.text(max_size=40) | st.lists(WORDS, max_size=6).map(" ".join))
@settings(deadline=None)
def test_any_text_is_a_moment_or_unreadable(text):
    try:
        found = parse_moment(text, now=NOW, zone=MOSCOW)
    except Invalid:
        return
    assert found.tzinfo is MOSCOW
    assert 1900 <= found.year <= 2200
