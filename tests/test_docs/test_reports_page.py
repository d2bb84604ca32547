"""docs/reports.md names every format and every chart."""

from __future__ import annotations

from pathlib import Path

from realty_cli.analytics.chart_kinds import CHARTS
from realty_cli.reports.render import FORMATS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "reports.md").read_text("utf-8")


def test_every_format_and_chart_is_on_the_page() -> None:
    assert [name for name in (*FORMATS, *CHARTS) if f"`{name}`" not in PAGE] == []
