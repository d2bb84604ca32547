"""A rule of repetition as people type it on the command line, in English and Russian.

--every week --on mon,thu        --every "2 недели" --on пн      --every month --on "last fri"     --every будни
"""

from __future__ import annotations

import re
from datetime import date

from realty_cli.errors import Invalid
from realty_cli.events.recurrence import WEEKDAYS

_UNITS = {
    "DAILY": "day days daily день дня дней ежедневно",
    "WEEKLY": "week weeks weekly неделя неделю недели недель еженедельно",
    "MONTHLY": "month months monthly месяц месяца месяцев ежемесячно",
    "YEARLY": "year years yearly год года лет ежегодно",
}
_UNIT = {word: frequency for frequency, words in _UNITS.items() for word in words.split()}
_WORKING = frozenset(["weekday", "weekdays", "workday", "workdays", "будни", "будням", "будний"])
_DAYS = (
    "mon monday mo пн понедельник понедельникам", "tue tuesday tu вт вторник вторникам",
    "wed wednesday we ср среда среду средам", "thu thursday th чт четверг четвергам",
    "fri friday fr пт пятница пятницу пятницам", "sat saturday sa сб суббота субботу субботам",
    "sun sunday su вс воскресенье воскресеньям",
)  # fmt: skip
_DAY = {word: WEEKDAYS[at] for at, words in enumerate(_DAYS) for word in words.split()}
_NTH = {
    "first": 1, "1st": 1, "первый": 1, "первую": 1, "первое": 1, "second": 2, "2nd": 2, "второй": 2, "вторую": 2,
    "второе": 2, "third": 3, "3rd": 3, "третий": 3, "третью": 3, "третье": 3, "fourth": 4, "4th": 4, "четвёртый": 4,
    "четвертый": 4, "четвёртую": 4, "четвертую": 4, "четвёртое": 4, "четвертое": 4, "last": -1, "последний": -1,
    "последнюю": -1, "последнее": -1,
}  # fmt: skip
_EVERY = re.compile(r"(?:(?:every|кажд\w+)\s+)?(?:(\d{1,5})\s+)?([^\W\d_]+)", re.IGNORECASE)


def rule_of(every: str, on: str | None = None, *, until: date | None = None, times: int | None = None) -> str:
    """An RRULE. Raises Invalid on `every`, `on` or `times`, with examples."""
    match = _EVERY.fullmatch(every.strip())
    unit = match[2].lower() if match else ""
    parts: list[str] = []
    if unit in _WORKING:
        parts += ["FREQ=WEEKLY", "BYDAY=MO,TU,WE,TH,FR"]
    elif match is not None and unit in _UNIT:
        parts.append(f"FREQ={_UNIT[unit]}")
        if match[1] is not None and match[1] != "1":
            parts.append(f"INTERVAL={int(match[1])}")
    else:
        raise Invalid.one("every", "rrule.every", value=every.strip()[:60])
    if on is not None:
        parts.append(_on(on, _UNIT.get(unit, "")))
    if until is not None and times is not None:
        raise Invalid.one("times", "rrule.two_ends")
    if times is not None:
        parts.append(f"COUNT={times}")
    if until is not None:
        parts.append(f"UNTIL={until:%Y%m%d}")
    return ";".join(parts)


def _on(text: str, frequency: str) -> str:
    """Days of the week, days of the month, or the nth weekday of it, by commas."""
    days: list[str] = []
    numbers: list[str] = []
    for piece in text.lower().split(","):
        words = piece.split()
        if len(words) == 1 and re.fullmatch(r"-?\d{1,2}", words[0], re.ASCII):
            numbers.append(words[0])
        elif len(words) == 1 and words[0] in _DAY:
            days.append(_DAY[words[0]])
        elif len(words) == 2 and words[0] in _NTH and words[1] in _DAY:
            days.append(f"{_NTH[words[0]]}{_DAY[words[1]]}")
        elif len(words) == 2 and _NTH.get(words[0]) == -1 and words[1] in ("day", "день"):
            numbers.append("-1")
        else:
            raise Invalid.one("on", "rrule.on", value=piece.strip()[:60])
    numbered = bool(numbers) or any(not day.isalpha() for day in days)
    if (days and numbers) or (numbered and frequency != "MONTHLY") or frequency not in ("WEEKLY", "MONTHLY"):
        raise Invalid.one("on", "rrule.on", value=text.strip()[:60])
    if days and not numbered and frequency == "MONTHLY":
        raise Invalid.one("on", "rrule.on", value=text.strip()[:60])
    return "BYDAY=" + ",".join(days) if days else "BYMONTHDAY=" + ",".join(numbers)
