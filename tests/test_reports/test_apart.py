"""Drawing in a process of its own gives what drawing here does, and says what went wrong."""

from __future__ import annotations

import os

import pytest

from realty_cli.errors import Invalid, Unavailable
from realty_cli.reports import render as door
from realty_cli.reports.apart import apart
from tests.test_reports import samples


def test_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    document, chart = samples.empty("ru"), samples.charts("ru")[0]
    here = [*(door.render(document, form).data for form in ("html", "pdf")), door.picture(chart, "ru", "RUB", "svg")]
    monkeypatch.setattr(door._Way, "apart", True)
    there = [*(door.render(document, form).data for form in ("html", "pdf")), door.picture(chart, "ru", "RUB", "svg")]
    assert there == here


def refuses() -> None:
    raise Invalid.one("format", "report.format_unknown", value="x", formats=[])


def dies() -> None:
    os._exit(3)


def test_what_goes_wrong() -> None:
    with pytest.raises(Invalid) as error:
        apart(refuses)
    assert error.value.fields[0].code == "report.format_unknown"
    with pytest.raises(Unavailable, match=r"report\.failed"):
        apart(dies)
