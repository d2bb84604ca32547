"""Drawings: every kind in both languages, sharp and whole, with words for those who do not see them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from realty_cli.reports.charts.drawing import draw
from realty_cli.reports.document import Chart, ChartKind, Series
from realty_cli.reports.plain_chart import bars
from realty_cli.reports.typeface import FOLDER, drawable
from realty_cli.reports.wording import Wording, table_of
from tests.test_reports import samples

KINDS: list[ChartKind] = [
    "line",
    "bar",
    "hbar",
    "stacked_bar",
    "heatmap",
    "funnel",
    "histogram",
    "scatter",
    "sparkline",
    "waterfall",
    "bullet",
    "steps",
    "dots",
    "map",
]
RU = Wording("ru", "RUB")


def test_the_samples_have_every_kind() -> None:
    assert {one.kind for one in samples.charts("ru")} == set(KINDS)


@pytest.mark.parametrize("chart", samples.charts("ru"), ids=lambda chart: chart.name)
def test_a_chart_is_drawn_the_same_each_time_and_says_what_it_shows(chart: Chart) -> None:
    first = draw(chart, RU, "svg")
    if chart.kind in ("line", "stacked_bar", "dots"):
        assert first == draw(chart, RU, "svg")
    root = ElementTree.fromstring(first)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.findtext(f"{space}title") == chart.title
    assert root.findtext(f"{space}desc") == chart.alt
    assert not re.search(rb'(?:href|src)="(?!#)', first)
    assert b"<text" not in first, "a letter was left to the fonts of a system"


@pytest.mark.parametrize("kind", KINDS)
def test_a_chart_of_nothing_of_one_and_of_gaps(kind: ChartKind) -> None:
    base = Chart("c", kind, "Заголовок", "Описание", [], [Series("ряд", [])])
    assert Image.open(io.BytesIO(draw(base, RU, "png"))).width > 1000
    for values in ([5], [None, 0, None, -3], [float(at % 17) for at in range(200)]):
        series = [Series("ряд", values), Series("свой", values, role="marker")]
        draw(replace(base, x=list(range(len(values))), series=series), RU, "svg", half=len(values) == 1)


def test_a_narrow_waterfall_names_each_of_its_steps() -> None:
    names = ["Gross commission", "Agents' parts", "Expenses", "Profit"]
    chart = Chart("w", "waterfall", "Title", "Words", names, [Series("₽", [5.2, -2.3, -0.2, 2.7])])
    drawn = draw(chart, Wording("en", "RUB"), "svg", half=True).decode()
    assert all(f"<!-- {word}" in drawn for word in ("Gross", "Agents", "Expenses", "Profit"))


def test_amounts_on_bars_never_run_into_one_another() -> None:
    months = [f"2026-{month:02}-01" for month in range(1, 13)]
    amounts = [Series("₽", [24_600_000 + month for month in range(12)])]
    chart = Chart("m", "bar", "Месяцы", "Месяцы", months, amounts, x_unit="date", unit="money", currency="RUB")
    assert "<!-- 24,6" not in draw(chart, RU, "svg").decode()
    few = replace(chart, x=months[:6], series=[Series("₽", amounts[0].values[:6])])
    assert draw(few, RU, "svg").decode().count("<!-- 24,6") == 6


def test_a_png_has_ink_and_no_edge_is_cut() -> None:
    for chart in (samples.charts("ru")[0], samples.charts("ru")[-1]):
        picture = Image.open(io.BytesIO(draw(chart, RU, "png"))).convert("L")
        wide, high = picture.size
        assert picture.getextrema()[0] < 60
        for edge in ((0, 0, wide, 2), (0, high - 2, wide, high), (0, 0, 2, high), (wide - 2, 0, wide, high)):
            assert picture.crop(edge).getextrema()[0] > 200, edge


def test_hostile_texts_are_drawn_as_they_stand() -> None:
    hostile = next(one for section in samples.hostile().sections for one in section.blocks if isinstance(one, Chart))
    for kind in ("bar", "hbar", "heatmap", "scatter"):
        numbers = kind in ("scatter", "steps")
        chart = replace(hostile, kind=kind, annotations=()) if numbers else replace(hostile, kind=kind)
        if numbers:
            chart = replace(chart, x=list(range(len(hostile.x))))
        root = ElementTree.fromstring(draw(chart, RU, "svg"))
        assert not [one for one in root.iter() if one.tag.endswith(("script", "image", "foreignObject", "}a"))]


def test_a_line_that_goes_on_dotted_tells_the_point_of_its_joint_once() -> None:
    running = Series("месяц не закончился", [None, 194.0, 221.0], style="dotted")
    chart = Chart("months", "line", "Показы", "Линия.", ["сен", "окт", "ноя"],
                  [Series("Показы", [170.0, 194.0, None]), running], x_unit="text")  # fmt: skip
    assert table_of(chart, RU).rows == [("сен", 170.0, None), ("окт", 194.0, None), ("ноя", None, 221.0)]


def test_the_table_of_a_chart_has_all_of_its_numbers() -> None:
    for chart in samples.charts("ru"):
        table = table_of(chart, RU)
        held = {value for row in table.rows for value in row if isinstance(value, (int, float))}
        assert {value for one in chart.series for value in one.values if value is not None} <= held
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_bars_without_a_library() -> None:
    drawn = {one.name: bars(one, RU) for one in samples.charts("ru")}
    assert drawn["hours"] is None
    root = ElementTree.fromstring(drawn["sources"] or "")
    assert "Авито" in "".join(root.itertext())


def test_the_typeface_covers_what_we_write() -> None:
    text = "Съешь ещё этих мягких французских булок, да выпей чаю — №5, 12\u00a0490\u00a0₽ ≥ 3 м² «▲» “x” … − → ✓ Ґ Қ"
    assert drawable(text) == text
    assert drawable("ﬁ\n＝\x1b🏠გ") == "fi =□"
    assert "SIL OPEN FONT LICENSE" in (FOLDER / "OFL.txt").read_text()
