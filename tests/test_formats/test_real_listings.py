"""Real exports of portals, where they are at hand."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from realty_cli.formats.registry import CODECS

DATA = Path(__file__).parents[3] / "shared" / "data"
FILES = {
    "listings/avito_kazan_rent_2020_bom.csv": ("utf-8-sig", 16, 3_130),
    "listings/cian_moscow_rent_2024_ruheaders.csv": ("utf-8", 34, 2_950),
    "listings/cian_moscow_sale_2024_cianparser.csv": ("utf-8", 18, 7_049),
    "series/txhousing_monthly_2000-2015.csv": ("utf-8", 9, 8_602),
}

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the folder with real data is not at hand")


@pytest.mark.parametrize("name", FILES)
def test_is_read_whole(read: Any, name: str) -> None:
    encoding, width, count = FILES[name]
    found = read(DATA / name)
    with (DATA / name).open(newline="", encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    assert (found.encoding, found.delimiter, len(found.headers[0])) == (encoding, ",", width)
    assert not found.problems
    assert len(found.rows) == count
    assert found.rows == rows
    assert list(found.headers[0]) == [" ".join(cell.split()) or "#1" for cell in header]


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("listings")])
@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp866", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_saved_another_way_it_is_the_same(read: Any, name: str, encoding: str, delimiter: str) -> None:
    found = read(DATA / name)
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([found.headers[0], *found.rows])
    data = out.getvalue().encode(encoding, "replace")
    again = read(data, "csv")
    assert (again.encoding, again.delimiter) == (encoding, delimiter)
    assert again.rows == list(csv.reader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))[1:]


@pytest.mark.parametrize("codec", list(CODECS))
def test_there_and_back(read: Any, codec: str) -> None:
    found = read(DATA / "listings/cian_moscow_rent_2024_ruheaders.csv")
    out = io.BytesIO()
    CODECS[codec].write(out, found.headers[0], found.rows)
    again = read(out.getvalue(), codec)
    assert again.headers == found.headers
    assert [[cell or "" for cell in cells] for cells in again.rows] == found.rows
