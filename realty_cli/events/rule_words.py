"""A rule of repetition as people say it, in English and Russian. What has no plain words is shown as it is written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo

from realty_cli.events.recurrence import Rule

_EN_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_RU_BY_DAY = (
    "понедельникам", "вторникам", "средам", "четвергам", "пятницам", "субботам", "воскресеньям",
)  # fmt: skip
#: In the accusative, with the ending that an ordinal takes before it.
_RU_DAY = (
    ("понедельник", "й"), ("вторник", "й"), ("среду", "ю"), ("четверг", "й"), ("пятницу", "ю"), ("субботу", "ю"),
    ("воскресенье", "е"),
)  # fmt: skip
_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_RU_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)  # fmt: skip
_EN_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
_RU_NTH = {1: "перв", 2: "втор", 3: "трет", 4: "четвёрт", 5: "пят", -1: "последн", -2: "предпоследн"}
_RU_ENDINGS = {
    "й": {1: "ый", 2: "ой", 3: "ий", 4: "ый", 5: "ый", -1: "ий", -2: "ий"},
    "ю": {1: "ую", 2: "ую", 3: "ью", 4: "ую", 5: "ую", -1: "юю", -2: "юю"},
    "е": {1: "ое", 2: "ое", 3: "ье", 4: "ое", 5: "ое", -1: "ее", -2: "ее"},
}
_EN_UNIT = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
_RU_UNIT = {
    "DAILY": ("каждый день", "день", "дня", "дней"),
    "WEEKLY": ("каждую неделю", "неделю", "недели", "недель"),
    "MONTHLY": ("каждый месяц", "месяц", "месяца", "месяцев"),
    "YEARLY": ("каждый год", "год", "года", "лет"),
}
_WORKING = ((0, 0), (0, 1), (0, 2), (0, 3), (0, 4))


def in_words(rules: Sequence[Rule], start: datetime, zone: tzinfo, language: str) -> str:
    """What the rules of a series say, one after the other; `start` is its wall time."""
    say = _russian if language == "ru" else _english
    joint = "; "
    return joint.join(say(rule, start, zone) for rule in rules)


def _plain(rule: Rule) -> bool:
    """Whether it has only what there are words for."""
    if rule.freq not in _EN_UNIT or set(rule.by) - {"BYMONTHDAY", "BYMONTH", "BYSETPOS"}:
        return False
    if any(abs(nth) not in (0, 1, 2, 3, 4, 5) or nth < -2 for nth, _ in rule.days):
        return False
    position, days, month_days = rule.by.get("BYSETPOS"), rule.days, rule.by.get("BYMONTHDAY")
    if position is not None and (len(position) != 1 or position[0] not in _EN_NTH or rule.freq != "MONTHLY"):
        return False
    if position is not None and not (days == _WORKING or (len(days) == 1 and days[0][0] == 0)):
        return False
    if "BYMONTH" in rule.by and rule.freq != "YEARLY":
        return False
    if days and month_days:
        return False
    if rule.freq in ("MONTHLY", "YEARLY") and position is None and any(nth == 0 for nth, _ in days):
        return False
    return not (month_days and (rule.freq not in ("MONTHLY", "YEARLY") or min(month_days) < -1))


def _english(rule: Rule, start: datetime, zone: tzinfo) -> str:
    if not _plain(rule):
        return rule.text
    unit = _EN_UNIT[rule.freq]
    text = f"every {unit}" if rule.interval == 1 else f"every {rule.interval} {unit}s"
    days, position = rule.days, rule.by.get("BYSETPOS")
    if position is not None:
        what = "working day" if days == _WORKING else _EN_DAYS[days[0][1]]
        text += f" on the {_EN_NTH[position[0]]} {what}"
    elif days == _WORKING:
        text = "every working day of the week" if (rule.freq, rule.interval) == ("WEEKLY", 1) else (
            text + " on Monday to Friday"
        )  # fmt: skip
    elif days:
        named = [f"the {_EN_NTH[nth]} {_EN_DAYS[day]}" if nth else _EN_DAYS[day] for nth, day in days]
        text += " on " + _listed(named, "and")
    elif rule.freq == "MONTHLY":
        named = ["the last day" if day == -1 else str(day) for day in rule.by.get("BYMONTHDAY", (start.day,))]
        text += " on " + _listed(named, "and")
    if rule.freq == "YEARLY":
        months = _listed([_EN_MONTHS[month - 1] for month in rule.by.get("BYMONTH", (start.month,))], "and")
        if days:
            text += f" of {months}" if "BYMONTH" in rule.by else ""
        else:
            numbers = rule.by.get("BYMONTHDAY", (start.day,))
            text += f" on {_listed(['the last day of' if day == -1 else str(day) for day in numbers], 'and')} {months}"
    if rule.count is not None:
        text += f", {rule.count} times" if rule.count > 1 else ", once"
    elif rule.until is not None:
        last = _last(rule, zone)
        text += f", until {last.day} {_EN_MONTHS[last.month - 1]} {last.year}"
    return text


def _russian(rule: Rule, start: datetime, zone: tzinfo) -> str:
    if not _plain(rule):
        return rule.text
    every, one, few, many = _RU_UNIT[rule.freq]
    if rule.interval == 1:
        text = every
    else:
        text = f"{'каждый' if one != 'неделю' else 'каждую'} {rule.interval} {one}" if _form(rule.interval) == 0 else (
            f"каждые {rule.interval} {(few, many)[_form(rule.interval) - 1]}"
        )  # fmt: skip
    days, position = rule.days, rule.by.get("BYSETPOS")
    if position is not None:
        text += ", " + ("в " + _RU_NTH[position[0]] + _RU_ENDINGS["й"][position[0]] + " рабочий день"
                        if days == _WORKING else _nth(position[0], days[0][1]))  # fmt: skip
    elif days == _WORKING:
        text += " по будням"
    elif days and not any(nth for nth, _ in days):
        text += " по " + _listed([_RU_BY_DAY[day] for _, day in days], "и")
    elif days:
        text += ", " + _listed([_nth(nth, day) for nth, day in days], "и")
    elif rule.freq == "MONTHLY":
        numbers = rule.by.get("BYMONTHDAY", (start.day,))
        text += ", " + _listed(["в последний день" if day == -1 else f"{day}-го числа" for day in numbers], "и")
    if rule.freq == "YEARLY":
        months = _listed([_RU_MONTHS[month - 1] for month in rule.by.get("BYMONTH", (start.month,))], "и")
        if days:
            text += f" {months}" if "BYMONTH" in rule.by else ""
        else:
            numbers = rule.by.get("BYMONTHDAY", (start.day,))
            text += f", {_listed(['в последний день' if day == -1 else str(day) for day in numbers], 'и')} {months}"
    if rule.count is not None:
        text += f", {rule.count} {('раз', 'раза', 'раз')[_form(rule.count)]}"
    elif rule.until is not None:
        last = _last(rule, zone)
        text += f", до {last.day} {_RU_MONTHS[last.month - 1]} {last.year} года"
    return text


def _nth(nth: int, day: int) -> str:
    name, gender = _RU_DAY[day]
    return f"{'во' if nth == 2 else 'в'} {_RU_NTH[nth]}{_RU_ENDINGS[gender][nth]} {name}"


def _form(number: int) -> int:
    """Which of three forms a Russian noun takes after a number."""
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if 2 <= number % 10 <= 4 and not 12 <= number % 100 <= 14 else 2


def _last(rule: Rule, zone: tzinfo) -> datetime:
    assert rule.until is not None
    value = rule.until.value
    if not isinstance(value, datetime):
        return datetime.combine(value, datetime.min.time())
    return value.replace(tzinfo=UTC).astimezone(zone) if rule.until.utc else value


def _listed(parts: Sequence[str], last: str) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {last} {parts[-1]}"
