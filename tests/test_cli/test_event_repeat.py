"""`realty events repeat`."""

from __future__ import annotations

from tests.test_cli.conftest import Line


def test_a_series_in_words(realty: Line) -> None:
    line = ("events", "repeat", "пн 10:00 +1ч", "--every", "2 недели", "--on", "пн", "--times", "3", "--title", "Сбор")
    made = realty("--json", *line).json()
    assert made["rrule"] == "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=3"
    assert len(realty("--json", "events", "list").json()["items"]) == 3
    realty("events", "repeat", "пн 12:00", "--every", "sometimes", code=2)
