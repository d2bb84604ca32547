"""The words of dates and times in English and Russian; `ё` is written `е`, all in lower case."""

from __future__ import annotations


def _numbered(first: int, *forms: str) -> dict[str, int]:
    return {word: number for number, words in enumerate(forms, first) for word in words.split()}


MONTHS = _numbered(
    1,
    "january jan январь января янв",
    "february feb февраль февраля фев февр",
    "march mar март марта мар",
    "april apr апрель апреля апр",
    "may май мая",
    "june jun июнь июня июн",
    "july jul июль июля июл",
    "august aug август августа авг",
    "september sep sept сентябрь сентября сен сент",
    "october oct октябрь октября окт",
    "november nov ноябрь ноября ноя нояб",
    "december dec декабрь декабря дек",
)

#: Monday is 0, as in datetime.
WEEKDAYS = _numbered(
    0,
    "monday mon понедельник понедельника пн пнд",
    "tuesday tue tues вторник вторника вт втр",
    "wednesday wed weds среда среду среды ср",
    "thursday thu thur thurs четверг четверга чт чтв",
    "friday fri пятница пятницу пятницы пт птн",
    "saturday sat суббота субботу субботы сб сбт",
    "sunday sun воскресенье воскресенья вс вск",
)

#: Days from today.
DAYS = _numbered(-2, "позавчера", "yesterday вчера", "today сегодня", "tomorrow tmr завтра", "послезавтра")

NOW = {"now", "сейчас"}

#: A unit is a number of months, days or seconds.
UNITS: dict[str, tuple[str, int]] = {
    word: measure
    for measure, words in {
        ("seconds", 1): "seconds second secs sec s секунда секунду секунды секунд сек с",
        ("seconds", 60): "minutes minute mins min m минута минуту минуты минут мин м",
        ("seconds", 1800): "полчаса",
        ("seconds", 3600): "hours hour hrs hr h час часа часов ч",
        ("days", 1): "days day d день дня дней дн д сутки суток",
        ("days", 7): "weeks week wks wk w неделя неделю недели недель нед н",
        ("months", 1): "months month mos mo месяц месяца месяцев мес",
        ("months", 3): "quarters quarter квартал квартала кварталов кв",
        ("months", 6): "полгода",
        ("months", 12): "years year yrs yr y год года лет г",
    }.items()
    for word in words.split()
}

NEXT = {"next", "следующий", "следующая", "следующую", "следующее", "следующей", "следующем"}
LAST = {"last", "previous", "прошлый", "прошлая", "прошлую", "прошлое", "прошлой", "прошлом"}
THIS = {"this", "этот", "эта", "эту", "это", "этой", "этом"}
#: Calendar units that "next", "last" and "this" may stand before, in the cases that those words ask for.
CALENDAR = {
    word: unit
    for unit, words in {
        "week": "week неделя неделю неделе",
        "month": "month месяц месяце",
        "quarter": "quarter квартал квартале",
        "year": "year год году",
    }.items()
    for word in words.split()
}

AHEAD = {"in", "через"}
AGO = {"ago", "назад"}
AT = {"at", "в", "во", "к"}
#: Words between the parts that mean nothing by themselves.
FILLERS = {"on", "на", "the", "of", "and", "и"}
ONE = {"a", "an", "one", "один", "одну"}
YEAR_MARKS = {"г", "год", "года"}

HOURS = {"час", "часа", "часов", "ч", "h", "o'clock"}
MINUTES = {"минут", "минуты", "минута", "мин", "м"}
#: What follows an hour of twelve, and the hour at which the half of the day that it names begins.
MERIDIEMS = {"am": 0, "pm": 12, "утра": 0, "ночи": 0, "дня": 12, "вечера": 12}
NOON = {"noon", "полдень"}
