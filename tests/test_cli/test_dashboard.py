"""`realty analytics dashboard` and `export`, typed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from tests.test_cli.conftest import Line


def test_the_page_in_every_form(realty: Line) -> None:
    realty("properties", "add", "--type", "apartment", "--deal", "sale", "-p", "5m", "--quiet")
    body = realty.json("analytics", "dashboard")
    assert {one["key"]: one["value"] for one in body["kpis"]}["properties.inventory"] == 1
    page = realty("--output", "table", "analytics", "dashboard").out
    assert "On sale 1" in page
    assert "Needs attention" in page
    plain = realty("analytics", "dashboard", "--plain", "--period", "last month", "--compare", "yoy").out
    assert plain.splitlines()[1].startswith("On sale: 0, before: 0")
    finance = realty("--output", "table", "analytics", "dashboard", "--section", "finance").out
    assert "Gross commission" in finance
    keys = [row[0] for row in csv.reader(realty("analytics", "dashboard").out.splitlines(), delimiter="\t")]
    assert "money.gci" in keys


def test_a_data_set_as_a_file(realty: Line, tmp_path: Path) -> None:
    realty("properties", "add", "--type", "apartment", "--deal", "sale", "-p", "5m", "--quiet")
    target = tmp_path / "listings.jsonl"
    assert "1 row written" in realty("--output", "table", "analytics", "export", "properties", target).err
    (row,) = map(json.loads, target.read_text("utf-8").splitlines())
    assert (row["price"], row["status"]) == (5_000_000, "active")
    realty("analytics", "export", "properties", target, code=5)
    realty("analytics", "export", "properties", tmp_path / "a.doc", code=2)
