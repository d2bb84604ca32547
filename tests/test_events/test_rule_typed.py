"""Rules as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from realty_cli.errors import Invalid
from realty_cli.events.recurrence import read
from realty_cli.events.rule_typed import rule_of


@pytest.mark.parametrize(
    ("every", "on", "rule"),
    [
        ("day", None, "FREQ=DAILY"),
        ("every 3 days", None, "FREQ=DAILY;INTERVAL=3"),
        ("неделю", "пн, чт", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("2 weeks", "Mon", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO"),
        ("каждые 2 недели", None, "FREQ=WEEKLY;INTERVAL=2"),
        ("будни", None, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
        ("month", "1,15", "FREQ=MONTHLY;BYMONTHDAY=1,15"),
        ("month", "last fri", "FREQ=MONTHLY;BYDAY=-1FR"),
        ("месяц", "последний день", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("месяц", "второй вторник", "FREQ=MONTHLY;BYDAY=2TU"),
        ("год", None, "FREQ=YEARLY"),
    ],
)
def test_typed(every: str, on: str | None, rule: str) -> None:
    assert rule_of(every, on) == rule
    assert read(rule)[0].text == rule


def test_ends() -> None:
    assert rule_of("day", times=5) == "FREQ=DAILY;COUNT=5"
    assert rule_of("day", until=date(2026, 12, 31)) == "FREQ=DAILY;UNTIL=20261231"


@pytest.mark.parametrize(
    ("every", "on"),
    [("often", None), ("", None), ("day", "mon"), ("week", "15"), ("week", "last fri"), ("month", "mon"),
     ("month", "mon,3"), ("week", "tomorrow"), ("year", "1"), ("будни", "mon")],
)  # fmt: skip
def test_refused(every: str, on: str | None) -> None:
    with pytest.raises(Invalid):
        rule_of(every, on)
