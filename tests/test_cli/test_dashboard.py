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
    assert "On the market 1" in page
    assert "Needs attention" in page
    plain = realty("analytics", "dashboard", "--plain", "--period", "last month", "--compare", "yoy").out
    assert plain.splitlines()[1].startswith("On the market: 0, before: 0")
    finance = realty("--output", "table", "analytics", "dashboard", "--section", "finance").out
    assert "Gross commission" in finance
    rows = list(csv.reader(realty("analytics", "dashboard").out.splitlines(), delimiter="\t"))
    assert "money.gci" in [row[0] for row in rows]
    # Of what has one key in several groups each line says which of them it is of.
    assert [row[-2:] for row in rows if row[0] == "properties.inventory"] == [["", ""], ["sale", "RUB"]]
    assert len({(row[0], *row[-2:]) for row in rows}) == len(rows)
    metrics = list(csv.DictReader(realty("--output", "csv", "analytics", "metrics", "properties").out.splitlines()))
    assert [one["deal_type"] for one in metrics if one["metric"] == "properties.inventory"] == ["sale", ""]
    compared = csv.DictReader(realty("--output", "csv", "analytics", "compare").out.splitlines())
    assert [one["deal_type"] for one in compared if one["metric"] == "properties.inventory"] == ["", "sale"]
    lines = realty("--output", "jsonl", "analytics", "insights").out.splitlines()
    assert [json.loads(line)["rule"] for line in lines] == ["bare_listings"]


def test_a_data_set_as_a_file(realty: Line, tmp_path: Path) -> None:
    realty("properties", "add", "--type", "apartment", "--deal", "sale", "-p", "5m", "--quiet")
    target = tmp_path / "listings.jsonl"
    assert "1 row written" in realty("--output", "table", "analytics", "export", "properties", target).err
    (row,) = map(json.loads, target.read_text("utf-8").splitlines())
    assert (row["price"], row["status"]) == (5_000_000, "active")
    realty("analytics", "export", "properties", target, code=5)
    realty("analytics", "export", "properties", tmp_path / "a.doc", code=2)
