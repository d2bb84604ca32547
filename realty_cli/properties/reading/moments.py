"""Dates as files write them: `31.12.2024`, ISO 8601, `сегодня, 07:50`, `Добавлено 3 часа назад`, `5 мая 2024`."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from realty_cli.properties.reading.lexicon import fold
from realty_cli.properties.values import Unreadable, unknown

_FIRST_YEAR, _LAST_YEAR = 1900, 2200

_CLOCK = r"(?:[ ,]*(?:в|at|t)?[ ,]*(\d{1,2})[:.](\d{2})(?::(\d{2}))?)?"
_FIGURES = re.compile(rf"(\d{{1,2}})[./-](\d{{1,2}})[./-](\d{{4}}|\d{{2}})(?:\s*г\.?)?{_CLOCK}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})[./-](\d{{1,2}})[./-](\d{{1,2}}){_CLOCK}")
_NAMED = re.compile(
    rf"(\d{{1,2}})(?:-го)?\s+([а-я]{{3,9}}|[a-z]{{3,9}})\.?,?(?:\s+(\d{{4}}))?(?:\s*г(?:ода|\.)?)?{_CLOCK}"
)
_NAMED_ENGLISH = re.compile(rf"([a-z]{{3,9}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?(?:\s+(\d{{4}}))?{_CLOCK}")
_DAY_WORDS = re.compile(rf"(сегодня|вчера|позавчера|today|yesterday){_CLOCK}")
_AGO = re.compile(r"(?:около\s+|about\s+)?(\d{1,4}|an?|одну?|один)?\s*([а-яa-z]+)\.?\s+(?:назад|ago)")
_JUST_NOW = re.compile(r"только что|сейчас|just now|now|менее минуты назад|меньше минуты назад")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:t(\d{2})(\d{2})(\d{2})z?)?")
_LABEL = re.compile(
    r"^(?:добавлен\w*|размещен\w*|опубликован\w*|обновлен\w*|подан\w*|создан\w*|поднят\w*|дата|added|posted|updated"
    r"|published|listed)(?:\s+on)?\s*:?\s*"
)
_MONTHS = (
    "янв jan",
    "фев feb",
    "мар mar",
    "апр apr",
    "ма may",
    "июн jun",
    "июл jul",
    "авг aug",
    "сен sep",
    "окт oct",
    "ноя nov",
    "дек dec",
)
_SPANS = (
    ("сек", timedelta(seconds=1)), ("sec", timedelta(seconds=1)), ("мин", timedelta(minutes=1)),
    ("min", timedelta(minutes=1)), ("час", timedelta(hours=1)), ("hour", timedelta(hours=1)),
    ("ден", timedelta(days=1)),
    ("дн", timedelta(days=1)), ("day", timedelta(days=1)), ("сут", timedelta(days=1)), ("недел", timedelta(weeks=1)),
    ("week", timedelta(weeks=1)),
)  # fmt: skip


def moment(text: str, now: datetime) -> date | datetime | None:
    """A date, or a date and time, as the text says it: naive where it names no offset, aware where it does.

    Words are counted from `now` (aware): `вчера, 10:15`, `2 недели назад`. A day and month without a year are the last
    such day. Of `05/06/2024` the first is the day; figures above twelve show the American order.
    """
    if text[:4].isdecimal() and text[4:5] == "-":
        exact = _iso(text)
        if exact is not None:
            return _in_range(exact, text)
    folded = _LABEL.sub("", fold(text))
    if unknown(folded):
        return None
    found = _by_words(folded, now) or _by_figures(folded, now)
    if found is None:
        raise Unreadable(text=text)
    return _in_range(found, text)


def day(text: str, now: datetime) -> date | None:
    """A date alone; a time that stands with it is left out."""
    found = moment(text, now)
    return found.date() if isinstance(found, datetime) else found


def _iso(text: str) -> date | datetime | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        return None


def _in_range(found: date | datetime, text: str) -> date | datetime:
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise Unreadable(text=text)
    return found


def _by_words(folded: str, now: datetime) -> date | datetime | None:
    try:
        if _JUST_NOW.fullmatch(folded):
            return now
        if found := _DAY_WORDS.fullmatch(folded):
            word, *clock = found.groups()
            back = 0 if word in ("сегодня", "today") else 2 if word == "позавчера" else 1
            return _at(now.date() - timedelta(days=back), clock)
        if found := _AGO.fullmatch(folded):
            return _ago(found, now)
        if found := _NAMED.fullmatch(folded):
            return _named(found[1], found[2], found[3], list(found.groups()[3:]), now)
        if found := _NAMED_ENGLISH.fullmatch(folded):
            return _named(found[2], found[1], found[3], list(found.groups()[3:]), now)
    except (ValueError, OverflowError):
        return None
    return None


def _ago(found: re.Match[str], now: datetime) -> date | datetime | None:
    count = int(found[1]) if found[1] and found[1].isdecimal() else 1
    unit = found[2]
    for beginning, span in _SPANS:
        if unit.startswith(beginning):
            then = now - count * span
            return then if span < timedelta(days=1) else then.date()
    if unit.startswith(("мес", "month")):
        return now.date() - timedelta(days=round(count * 30.44))
    if unit.startswith(("год", "лет", "year")):
        return now.date() - timedelta(days=round(count * 365.25))
    return None


def _named(
    day_text: str, name: str, year_text: str | None, clock: list[str | None], now: datetime
) -> date | datetime | None:
    month = next((at for at, names in enumerate(_MONTHS, 1) if name.startswith(tuple(names.split()))), None)
    if month is None:
        return None
    if year_text:
        return _at(date(int(year_text), month, int(day_text)), clock)
    found = date(now.year, month, int(day_text))
    # A listing was not published in the future.
    if found > now.date() + timedelta(days=1):
        found = date(now.year - 1, month, int(day_text))
    return _at(found, clock)


def _by_figures(folded: str, now: datetime) -> date | datetime | None:
    try:
        if found := _FIGURES.fullmatch(folded):
            first, second, year = int(found[1]), int(found[2]), int(found[3])
            if year < 100:
                year += 2000 if year <= (now.year + 10) % 100 else 1900
            if second > 12:
                first, second = second, first
            return _at(date(year, second, first), list(found.groups()[3:]))
        if found := _YEAR_FIRST.fullmatch(folded):
            return _at(date(int(found[1]), int(found[2]), int(found[3])), list(found.groups()[3:]))
        if found := _COMPACT.fullmatch(folded):
            clock = list(found.groups()[3:])
            return _at(date(int(found[1]), int(found[2]), int(found[3])), clock if clock[0] else [None])
        exact = _iso(folded.upper())
        if exact is not None:
            return exact
        return _counted(folded)
    except (ValueError, OverflowError, OSError):
        return None


def _counted(folded: str) -> date | datetime | None:
    """A count of seconds or milliseconds since 1970, or the serial number that a spreadsheet gives a day."""
    figures = folded.removesuffix(".0")
    if not figures.isdecimal():
        return None
    if len(figures) in (10, 13):
        return datetime.fromtimestamp(int(figures) / (1000 if len(figures) == 13 else 1), UTC)
    if len(figures) == 5 and 30_000 <= int(figures) <= 60_000:
        return date(1899, 12, 30) + timedelta(days=int(figures))
    return None


def _at(found: date, clock: list[str | None]) -> date | datetime:
    if clock[0] is None:
        return found
    hour, minute, second = (int(part or 0) for part in clock)
    return datetime.combine(found, time(hour, minute, second))
