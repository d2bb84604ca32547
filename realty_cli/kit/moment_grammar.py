"""The grammar of dates and times as people type them: text to a Reading, which `moment` turns into a date or a moment.

Parts come in any order, each at most once: a date, a time of day, or an offset from now. Anything left over makes the
text unreadable.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cache

from realty_cli.kit import moment_words as words

LONGEST = 80


class UnreadableError(ValueError):
    """The text is not a date or time, or can be read in more than one way."""


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day when that is shorter. Raises OverflowError past the year 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("year out of range")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def read(text: str, today: date) -> Reading:
    """What `text` says, seen from `today`. Raises UnreadableError."""
    plain = " ".join(text.split()) if len(text) <= LONGEST else ""
    if iso := _pattern("iso").fullmatch(plain):
        return _iso(*iso.groups())
    plain = plain.lower().replace("ё", "е").replace("\u2212", "-")
    plain = _pattern("ordinal").sub(r"\1", plain)
    tokens: list[str] = []
    end = 0
    for hit in _pattern("token").finditer(plain):
        if plain[end : hit.start()].strip():
            raise UnreadableError
        tokens.append(hit[0])
        end = hit.end()
    if plain[end:].strip():
        raise UnreadableError
    reading = Reading(today, tokens)
    reading.read()
    return reading


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """Compiled when first needed: importing this module stays cheap."""
    return re.compile(
        {
            "iso": r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
            r"(?:[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]{1,9})?)?)"
            r" ?([Zz]|[+-][0-9]{2}:?[0-9]{2}(?::[0-9]{2})?)?)?",
            "ordinal": r"\b([0-9]{1,2})(?:st|nd|rd|th|-?го|-?е)\b",
            "token": r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?![0-9:])"
            r"|[0-9]+\.[0-9]+\.[0-9]+(?![0-9])|[0-9]+\.[0-9]+|[0-9]+|[a-zа-я]+(?:'[a-z]+)?|[+\-.,]",
            "clock": r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?",
            "dotted_clock": r"([0-9]{1,2})\.([0-9]{2})",
            "date": r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4}|[0-9]{2})",
            "day_and_month": r"([0-9]{1,2})\.([0-9]{1,2})",
            "small": r"[0-9]{1,2}",
            "year": r"[0-9]{4}",
            "count": r"[0-9]{1,6}",
        }[name]
    )


def _iso(day: str, clock: str | None, offset: str | None) -> Reading:
    reading = Reading(date.min, [])
    try:
        reading.day = date.fromisoformat(day)
        if clock:
            moment = datetime.fromisoformat(f"{day}T{clock}{(offset or '').upper()}")
            reading.day, reading.clock, reading.offset = moment.date(), moment.time(), moment.tzinfo
    except ValueError:
        raise UnreadableError from None
    return reading


class Reading:
    """What a text says. `day` or `weekday` or `moves` (an offset) says which day, `clock` which time of it."""

    def __init__(self, today: date, tokens: list[str]) -> None:
        self.today = today
        self.tokens = tokens
        self.at = 0
        self.day: date | None = None
        self.weekday: int | None = None
        self.modifier = ""
        self.moves = False
        self.months = self.days = self.seconds = 0
        self.clock: time | None = None
        self.offset: tzinfo | None = None
        self.now = False

    @property
    def floats(self) -> bool:
        """Whether the day is the first such weekday, so that a time already past means the next one."""
        return self.weekday is not None and not self.modifier

    def date(self) -> date:
        """The day that is meant; today when only a time of day is said. May raise OverflowError."""
        if self.day is not None:
            return self.day
        if self.weekday is not None:
            ahead = self.weekday - self.today.weekday()
            if self.modifier == "next":
                ahead += 7
            elif self.modifier == "last":
                ahead = -((-ahead - 1) % 7 + 1)
            elif not self.modifier:
                ahead %= 7
            return self.today + timedelta(days=ahead)
        return add_months(self.today, self.months) + timedelta(days=self.days)

    def read(self) -> None:
        rules = (self._filler, self._moves, self._dates, self._word_dates, self._weekdays, self._calendar)
        while self.at < len(self.tokens):
            if not (any(rule() for rule in rules) or self._at() or self._clock()):
                raise UnreadableError
        if self.day is not None and self.weekday is not None:
            if self.modifier or self.day.weekday() != self.weekday:
                raise UnreadableError
            self.weekday = None
        dated = self.day is not None or self.weekday is not None
        if dated + self.moves + self.now > 1 or not (dated or self.moves or self.now or self.clock):
            raise UnreadableError
        if self.clock is not None and (self.now or self.seconds):
            raise UnreadableError

    def _peek(self, ahead: int = 0) -> str:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else ""

    def _match(self, name: str, ahead: int = 0) -> re.Match[str] | None:
        return _pattern(name).fullmatch(self._peek(ahead))

    def _take(self, size: int) -> bool:
        self.at += size
        return True

    def _set_day(self, year: int, month: int, day: int) -> None:
        try:
            found = date(year, month, day)
        except ValueError:
            raise UnreadableError from None
        if self.day is not None:
            raise UnreadableError
        self.day = found

    def _set_nearest(self, month: int, day: int) -> None:
        """The year that brings the day nearest to today."""
        near = []
        for year in (self.today.year - 1, self.today.year, self.today.year + 1):
            if 1 <= month <= 12 and 1 <= year <= 9999 and 1 <= day <= monthrange(year, month)[1]:
                found = date(year, month, day)
                near.append((abs(found - self.today), found < self.today, found))
        if not near:
            raise UnreadableError
        found = min(near)[2]
        self._set_day(found.year, found.month, found.day)

    def _set_clock(self, hour: int, minute: int, second: int = 0) -> None:
        if self.clock is not None or hour > 23 or minute > 59 or second > 59:
            raise UnreadableError
        self.clock = time(hour, minute, second)

    def _filler(self) -> bool:
        word, before = self._peek(), self.tokens[self.at - 1] if self.at else ""
        # A full stop ends an abbreviation, a comma stands between two parts; anything else is not a date.
        if word in words.FILLERS or (word == "." and before.isalpha()):
            return self._take(1)
        return word == "," and before not in ("", ",") and self.at + 1 < len(self.tokens) and self._take(1)

    def _moves(self) -> bool:
        """`+2d`, `-1h30m`, `in 2 days`, `через час`, `2 weeks ago`, `неделю назад`."""
        word, begin = self._peek(), self.at
        ahead = word in words.AHEAD
        sign = -1 if word == "-" else 1
        if ahead or word in ("+", "-"):
            self.at += 1
            if not self._quantities(sign, bare=ahead):
                raise UnreadableError
            return True
        if (self._match("count") or word in words.UNITS or word in words.ONE) and not self.moves:
            kept = (self.months, self.days, self.seconds)
            if self._quantities(-1, bare=True) and self._peek() in words.AGO:
                return self._take(1)
            self.moves, self.at = False, begin
            self.months, self.days, self.seconds = kept
        return False

    def _quantities(self, sign: int, *, bare: bool) -> bool:
        """`2 days 3 hours`; with `bare` the first unit may stand alone or after an article."""
        if self.moves:
            raise UnreadableError
        while True:
            skip = 1 if self.moves and self._peek() in words.FILLERS else 0
            if self._match("count", skip):
                amount, size = int(self._peek(skip)), 1
            elif bare and not self.moves:
                amount, size = 1, 1 if self._peek() in words.ONE else 0
            else:
                break
            unit = words.UNITS.get(self._peek(skip + size))
            if unit is None:
                break
            kind, length = unit
            setattr(self, kind, getattr(self, kind) + sign * amount * length)
            self.moves = True
            self.at += skip + size + 1
        return self.moves

    def _dates(self) -> bool:
        """`2024-01-15`, `15.01.2024`, `15.01.24`, `15.01`."""
        word = self._peek()
        if len(word) == 10 and word[4] == "-":
            self._set_day(*map(int, word.split("-")))
            return self._take(1)
        if hit := self._match("date"):
            self._set_day(int(hit[3]) + (2000 if len(hit[3]) == 2 else 0), int(hit[2]), int(hit[1]))
            return self._take(1)
        if self.day is None and self.weekday is None and not self.moves and (hit := self._match("day_and_month")):
            self._set_nearest(int(hit[2]), int(hit[1]))
            return self._take(1)
        return False

    def _word_dates(self) -> bool:
        """`15 января 2024 г.`, `jan 15, 2024`, `tomorrow`, `сейчас`."""
        word = self._peek()
        if word in words.DAYS:
            found = self.today + timedelta(days=words.DAYS[word])
            self._set_day(found.year, found.month, found.day)
            return self._take(1)
        if word in words.NOW:
            self.now = True
            return self._take(1)
        if self._match("small") and self._peek(1) in words.MONTHS:
            day, month = int(word), words.MONTHS[self._peek(1)]
        elif word in words.MONTHS and self._match("small", 1):
            day, month = int(self._peek(1)), words.MONTHS[word]
        else:
            return False
        self.at += 2
        skip = 0
        while self._peek(skip) in (",", "."):
            skip += 1
        if not self._match("year", skip):
            self._set_nearest(month, day)
            return True
        self._set_day(int(self._peek(skip)), month, day)
        self.at += skip + 1
        return self._take(1) if self._peek() in words.YEAR_MARKS else True

    def _weekdays(self) -> bool:
        """`fri`, `next monday`, `прошлую среду`."""
        modifier = self._modifier()
        name = self._peek(1 if modifier else 0)
        if name not in words.WEEKDAYS:
            return False
        if self.weekday is not None:
            raise UnreadableError
        self.weekday, self.modifier = words.WEEKDAYS[name], modifier
        return self._take(2 if modifier else 1)

    def _calendar(self) -> bool:
        """`next week`, `прошлый месяц`: its first day."""
        modifier = self._modifier()
        unit = words.CALENDAR.get(self._peek(1)) if modifier else None
        if unit is None:
            return False
        step = {"next": 1, "last": -1, "this": 0}[modifier]
        if unit == "week":
            found = self.today - timedelta(days=self.today.weekday()) + timedelta(days=7 * step)
        else:
            size = {"month": 1, "quarter": 3, "year": 12}[unit]
            first = self.today.replace(day=1, month=(self.today.month - 1) // size * size + 1)
            found = add_months(first, size * step)
        self._set_day(found.year, found.month, found.day)
        return self._take(2)

    def _modifier(self) -> str:
        word = self._peek()
        for name, forms in (("next", words.NEXT), ("last", words.LAST), ("this", words.THIS)):
            if word in forms:
                return name
        return ""

    def _at(self) -> bool:
        """`at`, `в`: what follows may be an hour without minutes."""
        if self._peek() not in words.AT or self.at + 1 == len(self.tokens):
            return False
        self.at += 1
        return self._clock(after_at=True) or True

    def _clock(self, *, after_at: bool = False) -> bool:
        """`15:30`, `15:30:20`, `3pm`, `noon`; after a date or `at` also `15.30`, `10 часов 30 минут`, `3 дня`, `10`."""
        word = self._peek()
        if word in words.NOON:
            self._set_clock(12, 0)
            return self._take(1)
        told = after_at or self.day is not None or self.weekday is not None or self.moves
        hit = self._match("clock") or (self._match("dotted_clock") if told else None)
        if hit:
            self.at += 1
            self._set_clock(self._of_day(int(hit[1])), int(hit[2]), int(hit.group(3) or 0) if hit.re.groups > 2 else 0)
            return True
        if not self._match("small"):
            return False
        hour, minute, follower = int(word), 0, self._peek(1)
        if told and follower in words.HOURS:
            self.at += 2
            if self._match("small") and self._peek(1) in words.MINUTES:
                minute = int(self._peek())
                self.at += 2
        elif follower in words.MERIDIEMS:
            if not told and follower not in ("am", "pm"):
                return False
            self.at += 1
        elif after_at and follower not in words.MONTHS and follower not in words.UNITS:
            self.at += 1
        else:
            return False
        self._set_clock(self._of_day(hour), minute)
        return True

    def _of_day(self, hour: int) -> int:
        """The hour of twenty-four, given one of twelve when `pm`, `вечера` and the like follow."""
        half = words.MERIDIEMS.get(self._peek())
        if half is None:
            return hour
        night = self._peek() == "ночи"
        # Midnight belongs to two days in speech: "12 ночи" is refused, 00:00 is not.
        if not 1 <= hour <= 12 or (night and hour == 12):
            raise UnreadableError
        late = night and hour >= 9
        self.at += 1
        return hour % 12 + (12 if late else half)
