"""Rules as people say them."""

# ruff: noqa: DTZ001 - wall times have no zone
from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from realty_cli.events.recurrence import read
from realty_cli.events.rule_words import in_words

SAID = [
    ("FREQ=DAILY", "every day", "каждый день"),
    ("FREQ=DAILY;INTERVAL=3;COUNT=2", "every 3 days, 2 times", "каждые 3 дня, 2 раза"),
    ("FREQ=DAILY;INTERVAL=21", "every 21 days", "каждый 21 день"),
    ("FREQ=WEEKLY;BYDAY=MO,TH", "every week on Monday and Thursday", "каждую неделю по понедельникам и четвергам"),
    ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "every working day of the week", "каждую неделю по будням"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=1", "every 2 weeks, once", "каждые 2 недели, 1 раз"),
    ("FREQ=MONTHLY", "every month on 15", "каждый месяц, 15-го числа"),
    ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "every month on the last day and 1",
     "каждый месяц, в последний день и 1-го числа"),
    ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday", "каждый месяц, в последнюю пятницу"),
    ("FREQ=MONTHLY;BYDAY=2TU", "every month on the second Tuesday", "каждый месяц, во второй вторник"),
    ("FREQ=MONTHLY;BYDAY=SU;BYSETPOS=3", "every month on the third Sunday", "каждый месяц, в третье воскресенье"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "every month on the last working day",
     "каждый месяц, в последний рабочий день"),
    ("FREQ=YEARLY", "every year on 15 March", "каждый год, 15 марта"),
    ("FREQ=YEARLY;BYMONTH=5;BYDAY=1SA", "every year on the first Saturday of May", "каждый год, в первую субботу мая"),
    ("FREQ=DAILY;UNTIL=20261231T210000Z", "every day, until 1 January 2027", "каждый день, до 1 января 2027 года"),
    ("FREQ=YEARLY;BYWEEKNO=20", "FREQ=YEARLY;BYWEEKNO=20", "FREQ=YEARLY;BYWEEKNO=20"),
    ("FREQ=MONTHLY;BYDAY=MO", "FREQ=MONTHLY;BYDAY=MO", "FREQ=MONTHLY;BYDAY=MO"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "english", "russian"), SAID)
def test_in_words(rule: str, english: str, russian: str) -> None:
    start, zone = datetime(2026, 3, 15, 10), ZoneInfo("Europe/Moscow")
    assert in_words(read(rule), start, zone, "en") == english
    assert in_words(read(rule), start, zone, "ru") == russian
