"""A file that realty wrote brings the same listings back: into the same store nothing new, into another one the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.app import Realty, Work
from realty_cli.properties import record
from realty_cli.properties.exporting import rows
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.settings import Settings
from tests.conftest import Agency, HandClock
from tests.test_properties.listings import bring, counts, create, entries, examples, send, stock

FORMATS = ("csv", "tsv", "json", "jsonl", "xlsx")
#: What another store gives anew.
_ANEW = {"id", "owner_id", "created_at", "updated_at", "status_reason", "client_id"}

#: Texts that a reader of foreign files would take for something else.
_ODD_LINES = st.one_of(
    st.sampled_from([
        "=1+1", "+7", "-", "@x", "'=1", "''=1", "1e5", "007", "1,5", "true", "Нет", "нет", "None", "NaN", "n/a", "&amp;", "&lt;b&gt;",
        "<b>жирный</b>", "a<br>b", 'a"b', "a;b", "a,b", "a|b", "{{7*7}}", "%s", "Москва г", "2-к квартира, 54 м²", "5/9",
        "студия", "0", "-1", "2024-01-15", "\u202eабв", "e\u0301", "é", "１２", "\u00a0x", "x\u2028y", "[]", "{}", "null", "a  b",
    ]),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=20),
)  # fmt: skip
_LINES = {name: _ODD_LINES for name in (
    "title", "city", "district", "street", "house", "flat", "postal_code", "address", "metro", "region", "country",
    "contact_name", "external_id", "source",
)}  # fmt: skip


@st.composite
def odd_entries(draw: st.DrawFn) -> dict[str, Any]:
    """A listing with odd texts in some of its fields."""
    entry = draw(entries())
    for name in draw(st.lists(st.sampled_from(sorted(_LINES)), max_size=4, unique=True)):
        entry[name] = draw(_LINES[name])
    if not str(entry["title"]).strip():
        entry["title"] = "x"
    if draw(st.booleans()):
        entry["description"] = draw(st.one_of(_ODD_LINES, st.sampled_from(["a\nb", "a\r\nb", "a\tb", "\n\n", "a\n\n\nb"])))
        entry["attributes"] = draw(st.dictionaries(_ODD_LINES.filter(str.strip), _ODD_LINES, max_size=2))
        entry["tags"] = draw(st.lists(_ODD_LINES, max_size=2))
        entry["contact_phone"] = draw(st.sampled_from(["+79990000001", "+375291234567", None]))
        entry["source_url"] = draw(st.sampled_from(["https://cian.ru/sale/flat/1/?a=1&b=2", "http://x.ru", None]))
        entry["cadastral_number"] = draw(st.sampled_from(["77:01:0001001:1234", None]))
        entry["ceiling_height"] = draw(st.sampled_from([0.5, 2.7, 100, None]))
        entry["commission"] = draw(st.sampled_from([0, 0.1, 1_000, None]))
        entry["deposit"] = draw(st.sampled_from([0, 0.01, 10**13, None]))
    return entry


def kept(work: Work) -> list[dict[str, Any]]:
    """The listings of a store, but for what another store gives anew."""
    stored = work.properties.stream(PropertyFilter(), record.EXPORTED, "id")
    return [
        {name: value for name, value in zip(record.EXPORTED, row, strict=True) if name not in _ANEW}
        for row in rows(stored, record.EXPORTED)
    ]


def another(template: Path, folder: Path) -> Agency:
    """An empty store on SQLite."""
    place = folder / "another"
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(template, place)
    clock = HandClock()
    return Agency(Realty(Settings(home=place), clock), clock)


def check(agency: Agency, other: Agency, path: Path, count: int) -> None:
    before = agency.ask(kept)
    assert agency.ask(lambda work: send(work, path)) == count
    assert counts(agency.do(lambda work: bring(work, path))) == (0, 0, count, 0)
    assert agency.ask(kept) == before
    assert counts(other.do(lambda work: bring(work, path))) == (count, 0, 0, 0)
    assert other.ask(kept) == before
    assert counts(other.do(lambda work: bring(work, path))) == (0, 0, count, 0)


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
@examples(25)
@given(some=st.lists(odd_entries(), min_size=1, max_size=4))
def test_whatever_is_entered_survives_a_file(
    sqlite_agency: Agency, sqlite_template: Path, tmp_path: Path, suffix: str, some: list[dict[str, Any]]
) -> None:
    # Two listings of one number and source are one to an import, as they are to whoever wrote the number.
    some = [{**entry, "external_id": f"{turn}", "_deleted": False} for turn, entry in enumerate(some)]
    stock(sqlite_agency, some)
    check(sqlite_agency, another(sqlite_template, tmp_path), tmp_path / f"out.{suffix}", len(some))
