"""Documents in every format: what they say, that they say the same, and that no text of theirs acts."""

from __future__ import annotations

import csv
import io
import re
import socket
import sys
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pypdfium2
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from realty_cli.errors import Invalid, MissingExtra
from realty_cli.reports.document import Cell, Chart, Column, Document, Figure, Picture, Prose, Section, Series, Table
from realty_cli.reports.markdown import escaped
from realty_cli.reports.render import FORMATS, Rendered, render
from realty_cli.reports.text import bar, cells_wide, padded, sparkline
from realty_cli.reports.text import text as lines_of
from realty_cli.reports.typeface import drawable
from realty_cli.reports.wording import Wording
from tests.test_reports import samples

ALL = [one for one in FORMATS if one != "json"]


def pages_of(data: bytes) -> list[str]:
    """The text of each page, its lines and breaking places joined."""
    with pypdfium2.PdfDocument(data) as book:
        pages = []
        for page in book:
            words = page.get_textpage()
            pages.append(re.sub(r"\s+", " ", words.get_text_bounded().replace("\u200b", "").replace("\ufffe", "")))
            words.close()
            page.close()
    return pages


class Seen(HTMLParser):
    """What a browser would make of a page: its tags with their attributes, and its text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def full() -> Document:
    return samples.document("ru", address=samples.LONG)


@pytest.fixture(scope="module")
def rendered(full: Document) -> dict[str, Rendered]:
    return {form: render(full, form) for form in FORMATS}


@pytest.mark.parametrize("form", ALL)
def test_the_same_document_gives_the_same_bytes(form: str) -> None:
    one = samples.hostile()
    assert render(one, form) == render(one, form)


def test_every_format_says_the_same_numbers(full: Document, rendered: dict[str, Rendered]) -> None:
    said = "12\u00a0490\u00a0000\u00a0₽"
    page = " ".join(pages_of(rendered["pdf"].data)).replace("\u00a0", " ")
    for text in (rendered["md"].data.decode(), rendered["text"].data.decode(), Seen(rendered["html"].data).text):
        assert said in text
        assert "4\u00a0210\u00a0000\u00a0₽" in text or "4\u00a0210\u00a0001\u00a0₽" in text
    assert said.replace("\u00a0", " ") in page
    assert "Сводка по объектам" in page
    with zipfile.ZipFile(io.BytesIO(rendered["csv"].data)) as archive:
        names = archive.namelist()
        tables = {name: list(csv.reader(io.StringIO(archive.read(name).decode()))) for name in names}
    assert tables[names[0]][2][1] == "12490000"
    assert tables[names[-1]][2][3] == "4210000.5"
    book = openpyxl.load_workbook(io.BytesIO(rendered["xlsx"].data))
    values = [row for sheet in book.worksheets for row in sheet.iter_rows(values_only=True)]
    assert ("Медиана цены", 12_490_000, "−1,2 %", None, None) in values
    assert any(4_210_000.5 in row for row in values)
    assert len(book.sheetnames) == len(set(book.sheetnames)) == 2 + len(samples.charts("ru")) + 1
    assert rendered["json"].data.startswith(b"{\n")


def test_a_file_of_data_says_how_a_number_changed_in_numbers(full: Document) -> None:
    figures = [Figure("Новые", Cell(4, "count"), "+33 % (было 3)", moved=(1, 3)), Figure("Цена", Cell(5, "money"), "")]
    columns = [Column("metric", "Показатель"), Column("sale", "Продажа", "count"), Column("sale_change", "Изменение"),
               Column("rent", "Аренда", "count"), Column("rent_change", "Изменение")]  # fmt: skip
    rows = [["Новые", 4, Cell("+33 %", moved=(1, 3)), 2, Cell("n = 2", moved=(-1, 3))]]
    document = replace(full, sections=[Section("Итоги", [figures, Table("metrics", "", columns, rows)])])
    with zipfile.ZipFile(io.BytesIO(render(document, "csv").data)) as archive:
        summary, metrics = (
            list(csv.reader(io.StringIO(archive.read(name).decode()))) for name in sorted(archive.namelist())
        )
    assert summary[0][2:4] == ["Изменение", "Было"]
    assert [row[2:4] for row in summary[1:]] == [["1", "3"], ["", ""]]
    assert metrics == [
        ["Показатель", "Продажа", "Продажа: Изменение", "Продажа: Было", "Аренда", "Аренда: Изменение", "Аренда: Было"],
        ["Новые", "4", "1", "3", "2", "-1", "3"],
    ]


SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PARTS = "{http://schemas.openxmlformats.org/package/2006/content-types}"


def test_129_a_workbook_is_what_a_spreadsheet_expects(rendered: dict[str, Rendered]) -> None:
    """Parts once each and of a known type, strings that exist, cells once each, dates and numbers as such."""
    for data in (rendered["xlsx"].data, render(samples.hostile(), "xlsx").data):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
            assert len(parts) == len({name.lower() for name in archive.namelist()}) == len(archive.namelist())
        read = {name: ElementTree.fromstring(part) for name, part in parts.items()}
        types = read.pop("[Content_Types].xml")
        known = {one.get("Extension") for one in types.iter(PARTS + "Default")}
        named = {str(one.get("PartName"))[1:] for one in types.iter(PARTS + "Override")}
        assert named <= read.keys()
        assert all(name in named or name.rpartition(".")[2] in known for name in read)
        strings, styles = read["xl/sharedStrings.xml"], read["xl/styles.xml"].find(SHEET + "cellXfs")
        assert styles is not None
        told = 0
        for sheet in (one for name, one in read.items() if name.startswith("xl/worksheets/sheet")):
            assert not list(sheet.iter(SHEET + "f"))
            cells = list(sheet.iter(SHEET + "c"))
            assert len({one.get("r") for one in cells}) == len(cells)
            assert all(int(one.get("s", 0)) < len(styles) for one in cells)
            texts = [int(one.findtext(SHEET + "v", "")) for one in cells if one.get("t") == "s"]
            assert all(at < len(strings) for at in texts)
            told += len(texts)
        assert (strings.get("count"), strings.get("uniqueCount")) == (str(told), str(len(strings)))
    when = Table(
        "t", "", [Column("day", "День", "date"), Column("n", "Число", "count")], [["2026-03-01", 5], [None, 0.25]]
    )
    book = openpyxl.load_workbook(
        io.BytesIO(render(Document("x", "Т", "О", "ru", [Section("Дни", [when])]), "xlsx").data)
    )
    sheet = book["Дни"]
    assert (str(sheet["A4"].value), sheet["A4"].number_format) == ("2026-03-01 00:00:00", "dd.mm.yyyy")
    assert [sheet[name].number_format for name in ("B4", "B5")] == ["#,##0", "#,##0.0#"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.column_dimensions["A"].width > 9) == ("A4", "A3:B5", True)


def test_a_spreadsheet_draws_every_kind_of_chart_that_it_has() -> None:
    """Bars of a waterfall hang where the one before ended; what a bullet lacks adds up to its target."""
    names, steps = ["Комиссия", "Расходы", "Возврат", "Прибыль"], [100.0, -150.0, 20.0, -30.0]
    losses = Chart("profit", "waterfall", "Убыток", "Убыток", names, [Series("₽", steps)], unit="money")
    plan = Chart(
        "plan", "bullet", "План", "План", ["Показы", "Комиссия"],
        [
            Series("факт", [30, 120]), Series("план", [80, 100], role="comparison"),
            Series("ожидалось", [40, 90], role="marker"),
        ],
    )  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(render(
        Document("x", "Т", "О", "ru", [Section("", [losses, plan, *samples.charts("ru")])]), "xlsx"
    ).data))  # fmt: skip
    drawn = dict(zip((one.kind for one in samples.charts("ru")), book.worksheets[3:], strict=True))
    assert {kind for kind, sheet in drawn.items() if not sheet._charts} == {"heatmap"}

    def hidden(sheet: Any) -> list[list[Any]]:
        columns = [at for one in sheet.column_dimensions.values() if one.hidden for at in range(one.min, one.max + 1)]
        rows = list(sheet.iter_rows(min_row=4, values_only=True))
        return [[row[at - 1] for row in rows if row[at - 1] is not None] for at in columns]

    assert hidden(book.worksheets[1]) == [[0, 0, -30, 0], [100, 100, 0, 0], [0, -50, -20, -30]]
    assert hidden(book.worksheets[2]) == [[10, 0], [40, 0]]


@pytest.mark.parametrize("columns", [3, 5, 9])
@pytest.mark.parametrize("width", [60, 80])
def test_a_terminal_cuts_no_number(columns: int, width: int) -> None:
    amounts = [12_345_678 + at for at in range(columns)]
    heads = [Column(f"c{at}", f"Что это было такое {at}", "money") for at in range(columns)]
    rows = [[samples.LONG, *amounts]]
    wide = Table("t", "", [Column("what", "Объект"), *heads], rows)
    shown = lines_of(Document("x", "Т", "О", "ru", [Section("", [wide])]), width)
    assert max(map(cells_wide, shown.splitlines())) <= width
    whole = [f"{one:,}\u00a0₽".replace(",", "\u00a0") for one in amounts]
    assert all(one in shown for one in whole) or shown.count("12,3\u00a0млн\u00a0₽") == columns


def test_a_pdf_is_tagged_and_a_table_repeats_its_head() -> None:
    long = Document("x", "Таблица", "Сто строк", "ru", [Section("Объекты", [samples.table("ru", 150)])])
    data = render(long, "pdf").data
    pages = pages_of(data)
    assert len(pages) > 2
    assert all("Адрес" in page and "Цена за м²" in page for page in pages)
    assert "Стр. 2 из" in pages[1]
    for mark in (b"/StructTreeRoot", b"/Lang", b"/MarkInfo", b"pdfuaid"):
        assert mark in data, mark
    assert b"RealtySans" in data


def test_photos_and_one_that_cannot_be_read() -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#0072B2").save(out, "JPEG")
    good, broken = (Picture(data, "image/jpeg", "Вид из окна") for data in (out.getvalue(), b"\xff\xd8 no photo"))
    for photos in ([good], [good, broken]):
        document = Document("x", "Фото", "Два фото", "ru", [Section("Фото", photos)], compact=True)
        assert "Два фото" in pages_of(render(document, "pdf").data)[0]
    one = Document("x", "Фото", "Одно фото", "ru", [Section("Фото", [good])])
    assert b"/Image" in render(one, "pdf").data
    assert [shown["alt"] for tag, shown in Seen(render(one, "html").data).tags if tag == "img"] == ["Вид из окна"]


def test_html_is_whole_without_a_network(rendered: dict[str, Rendered]) -> None:
    page = Seen(rendered["html"].data)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe", "object", "base", "form")]
    for _tag, attributes in page.tags:
        for name in ("src", "href", "xlink:href", "action", "data"):
            value = attributes.get(name)
            assert value is None or value.startswith(("#", "data:image/", "data:font/")), value
    ids = [one["id"] for _, one in page.tags if one.get("id")]
    assert len(ids) == len(set(ids))
    drawings = [one for tag, one in page.tags if tag == "svg"]
    # Each stands there wide and narrow; a telephone shows the narrow one.
    assert len(drawings) == 2 * len(samples.charts("ru"))
    assert {one for tag, one in ((tag, shown.get("class")) for tag, shown in page.tags) if tag == "div"} >= {
        "broad", "narrow",
    }  # fmt: skip
    assert all(one["role"] == "img" and one["aria-labelledby"] for one in drawings)
    assert ("html", {"lang": "ru"}) in page.tags
    assert sum(tag == "details" for tag, _ in page.tags) == len(drawings) / 2


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_document_says_that_it_is_empty(form: str, language: str) -> None:
    data = render(samples.empty(language), form).data
    if form in ("md", "text", "html"):
        assert ("Таких объектов нет." if language == "ru" else "There are none.") in data.decode()


# Texts are texts in every format, and nothing is fetched or read for them.


def test_111_143_a_text_never_becomes_html() -> None:
    page = Seen(render(samples.hostile(), "html").data)
    assert not [tag for tag, _ in page.tags if tag in ("script", "x")]
    assert not [one for tag, one in page.tags if tag == "img"]
    for one in samples.HOSTILE[:10]:
        assert one in page.text
    assert page.text.count("{{7*7}}") > 3
    assert not {"\x1b", "\x07", "\u202e"} & set(page.text)


def test_115_143_a_text_never_becomes_markup_of_the_pdf() -> None:
    data = render(samples.hostile(), "pdf").data
    text = "".join(pages_of(data)).replace(" ", "")
    for one in ('#read("/etc/passwd")', "{{7*7}}", "{0.__class__}", "<script>alert(1)</script>", "file:///etc/passwd"):
        assert one.replace(" ", "") in text, one
    assert "root:" not in text
    assert b"/URI" not in data
    assert b"/Launch" not in data


def test_129_a_text_never_becomes_a_formula_or_a_link() -> None:
    document = samples.hostile()
    with zipfile.ZipFile(io.BytesIO(render(document, "csv").data)) as archive:
        cells = [
            cell for name in archive.namelist() for row in csv.reader(io.StringIO(archive.read(name).decode()))
            for cell in row
        ]  # fmt: skip
    assert "'=1+1" in cells
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@", "\t", "\r")]
    data = render(document, "xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet in book.worksheets:
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower()]


def test_111_a_text_never_steers_a_terminal_or_becomes_markdown() -> None:
    document = samples.hostile()
    shown = render(document, "text").data.decode()
    assert not [sign for sign in shown if ord(sign) < 32 and sign != "\n"]
    assert max(map(cells_wide, shown.split("\n"))) <= 80
    source = render(document, "md").data.decode()
    assert not re.search(r"<(?:script|img|x|/title)", source)
    assert not re.search(r"(?<!\\)!\[|\]\((?<!\\\]\()", source)
    assert not re.search(r"(?:https?|file)://", source)


def test_143_nothing_is_fetched_and_no_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    with socket.create_server(("127.0.0.1", 0)) as trap:
        trap.setblocking(False)
        where = f"http://127.0.0.1:{trap.getsockname()[1]}/x.png"
        texts = [
            f"<img src={where}>", f"![x]({where})", f'#image("{where}")', f'#read("{secret}")', f"file://{secret}",
            f'<iframe src="file://{secret}">', f"@import url({where})", f'=WEBSERVICE("{where}")',
        ]  # fmt: skip
        rows = [[one, Cell(one, note=one)] for one in texts]
        table = Table("t", texts[0], [Column("a", texts[1]), Column("b", texts[2])], rows)
        chart = Chart("c", "hbar", texts[0], texts[0], texts, [Series(texts[2], list(range(len(texts))))])
        document = Document("x", texts[0], texts[4], "en", [Section(texts[3], [Prose(texts), table, chart])])
        for form in FORMATS:
            made = render(document, form).data
            assert b"TOP-SECRET" not in made
            if form == "pdf":
                assert "TOP-SECRET" not in " ".join(pages_of(made))
        with pytest.raises(BlockingIOError):
            trap.accept()


@pytest.mark.parametrize("form", ["../../etc/passwd", "pickle", "html;id", "", "PDF", "json\n"])
def test_115_141_a_format_that_is_none_of_ours(form: str) -> None:
    with pytest.raises(Invalid) as caught:
        render(samples.empty(), form)
    assert caught.value.fields[0].code == "report.format_unknown"


@example("0" * 29 + "\U00010000" * 3)
@given(st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_any_text_is_a_cell_of_one_line(text: str) -> None:
    line = escaped(text)
    assert "\n" not in line
    assert "<" not in line
    assert not re.search(r"(?<!\\)[|`*_\[\]]", line)
    assert set(drawable(drawable(text))) == set(drawable(text))
    assert cells_wide(padded(drawable(text), 12)) == 12
    table = Table("t", text, [Column("a", text)], [[text], [Cell(text, note=text)]])
    document = Document("x", text, text, "en", [Section(text, [table, Prose([text], points=True)])])
    for form in ("csv", "xlsx", "md", "text"):
        assert render(document, form).data
    book = openpyxl.load_workbook(io.BytesIO(render(document, "xlsx").data))
    assert not [c for sheet in book.worksheets for row in sheet.iter_rows() for c in row if c.data_type == "f"]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what the extras bring."""
    for name in list(sys.modules):
        if name.partition(".")[0] in ("matplotlib", "typst") or name.startswith("realty_cli.reports.charts"):
            monkeypatch.delitem(sys.modules, name)
    for name in ("matplotlib", "typst"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("bare")
def test_without_the_extras_html_is_whole_and_pdf_names_what_it_needs() -> None:
    document = samples.document("en")
    page = Seen(render(document, "html").data)
    assert sum(tag == "details" for tag, _ in page.tags) == len(samples.charts("en"))
    assert sum(tag == "svg" for tag, _ in page.tags) > 3
    assert render(document, "xlsx").data.startswith(b"PK")
    with pytest.raises(MissingExtra) as caught:
        render(document, "pdf")
    assert caught.value.code == "extra.pdf"


def test_values_are_written_as_the_language_writes_them() -> None:
    ru, en = Wording("ru", "RUB"), Wording("en", "RUB")
    cases = [
        (1_234_567.5, "money", "1\u00a0234\u00a0568\u00a0₽", "₽1,234,568"), (0.1251, "ratio", "12,5\u00a0%", "12.5%"),
        (54.32, "area", "54,3\u00a0м²", "54.3\u00a0m²"), (21, "days", "21\u00a0дн.", "21\u00a0days"),
        (None, "money", "—", "—"), (float("nan"), "ratio", "—", "—"), ("2025-05-12", "date", "12.05.2025", None),
        (185_300, "money_per_m2", "185\u00a0300\u00a0₽/м²", "₽185,300/m²"), (2.25, "months", "2,2\u00a0мес.", None),
        (3, "count", "3", "3"), ("", "text", "—", "—"),
        ("2026-06-18T09:12:00+03:00", "moment", "18.06.2026\u00a009:12", None),
    ]  # fmt: skip
    for value, unit, russian, english in cases:
        assert ru.value(value, unit) == russian  # type: ignore[arg-type]
        assert english is None or en.value(value, unit) == english  # type: ignore[arg-type]
    assert ru.figure(Cell(2_345_000_000, "money")) == "2,3\u00a0млрд\u00a0₽"
    assert ru.short(12_490_000, "money") == "12,5\u00a0млн\u00a0₽"


def test_sparks_and_bars_of_a_terminal() -> None:
    assert sparkline([1, None, 8, 4]) == "▁·█▄"
    assert sparkline([]) == ""
    assert sparkline([5, 5]) == "▁▁"
    assert bar(0.5, 4) == "██"
    assert bar(0.53, 4) == "██▏"
    assert bar(7, 2) == "██"
    assert padded("длинный адрес", 8) == "длинный…"
