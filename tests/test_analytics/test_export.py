"""Data sets as files: every one in every format, narrowed, without names; and nothing of others. On both databases."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from realty_cli.analytics import datasets, exporting
from realty_cli.analytics.kinds import DataFormat, Dataset
from realty_cli.analytics.schemas.base import AnalyticsFilter
from realty_cli.cli.demo_history import relate
from realty_cli.errors import Invalid
from realty_cli.kit.schema import validate
from tests.conftest import Agency

HISTORY = Path(__file__).resolve().parents[2] / "sample-data" / "history"


def sent(agency: Agency, dataset: Dataset, kind: str = "csv", user: str | None = None, **options: Any) -> bytes:
    target = io.BytesIO()
    wanted = validate(AnalyticsFilter, options.pop("wanted", {}))
    header = datasets.columns_of(dataset, options.pop("fields", None))
    codec = exporting.codec_of("", kind, dataset, header)

    def write(work: Any) -> int:
        return exporting.run(work.analytics, codec, target, dataset, wanted, fields=header, **options)

    agency.ask(write, user=user)
    return target.getvalue()


def rows(agency: Agency, dataset: Dataset, **options: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(sent(agency, dataset, **options).decode("utf-8-sig"))))


def test_every_set_in_every_format(agency: Agency) -> None:
    """The whole sample agency: counts of every format, kinds, filters, masks and rights."""
    agency.do(lambda work: relate(work, HISTORY))
    for dataset in Dataset:
        shown = rows(agency, dataset)
        assert shown, dataset
        assert len(sent(agency, dataset, "jsonl").splitlines()) == len(shown)
        table = parquet.read_table(io.BytesIO(sent(agency, dataset, "parquet")))
        assert (table.num_rows, table.column_names) == (len(shown), list(datasets.SHAPES[dataset].columns))
    assert set(DataFormat) == {"csv", "jsonl", "xlsx", "parquet"}
    deal = json.loads(sent(agency, Dataset.DEALS, "jsonl").splitlines()[0])
    stored = agency.ask(lambda work: work.deals.get(deal["id"]))
    assert (deal["amount"], deal["closed_at"], deal["tags"] or []) == (
        stored["amount"], stored["closed_at"], stored["tags"],
    )  # fmt: skip
    # Filters narrow, and what they cannot narrow is refused.
    year = {"period": "2026"}
    closed = rows(agency, Dataset.STATUS_HISTORY, wanted=year | {"deal_type": ["rent"], "city": ["Москва"]})
    assert {one["deal_type"] for one in closed} == {"rent"}
    assert all("2025-12-31T21" <= one["effective_at"] < "2026-12-31T21" for one in closed)
    assert {one["source"] for one in rows(agency, Dataset.LEADS, wanted={"source": ["cian"]})} == {"cian"}
    assert rows(agency, Dataset.EXPENSES, wanted=year)[0]["spent_on"] >= "2026-01-01"
    with pytest.raises(Invalid) as caught:
        rows(agency, Dataset.CLIENTS, wanted={"district": ["Сокол"]})
    assert caught.value.fields[0].code == "analytics.filter_meaningless"
    # Nobody is named, and no house.
    named = {one["name"] for one in rows(agency, Dataset.CLIENTS)}
    masked = {one["name"] for one in rows(agency, Dataset.CLIENTS, anonymise=True)}
    assert not named & masked
    assert not any(one["lost_reason"] or one["note"] for one in rows(agency, Dataset.LEADS, anonymise=True))
    for one in rows(agency, Dataset.PROPERTIES, anonymise=True):
        assert not any(one[name] for name in ("title", "house", "latitude", "external_id"))
        assert one["price"]
    # An agent gets his own rows, the administrator may ask for them.
    mine = rows(agency, Dataset.DEALS, user="belova")
    number = int(mine[0]["owner_id"])
    assert {one["owner_id"] for one in mine} == {str(number)}
    assert rows(agency, Dataset.DEALS, wanted={"agent": [number]}) == mine


def test_no_formula_leaves_and_columns_are_chosen(sqlite_agency: Agency) -> None:
    agency = sqlite_agency

    def enter(work: Any) -> None:
        from realty_cli.deals.schemas.deal import DealCreate

        work.deals.create(validate(DealCreate, {"title": '=HYPERLINK("x")', "kind": "sale", "side": "buyer"}))

    agency.do(enter)
    (row,) = rows(agency, Dataset.DEALS, fields=["title", "id"])
    assert list(row) == ["title", "id"]
    assert not row["title"].startswith("=")
    with pytest.raises(Invalid):
        datasets.columns_of(Dataset.DEALS, ["phone"])
    with pytest.raises(Invalid):
        exporting.codec_of("a.pdf", None, Dataset.DEALS, ("id",))


def test_masks_name_columns_that_there_are(sqlite_agency: Agency) -> None:
    """The shapes name columns that there are, and kinds that hold."""
    agency = sqlite_agency
    for dataset, shape in datasets.SHAPES.items():
        assert shape.names | shape.hidden <= shape.columns.keys(), dataset
        assert sent(agency, dataset).decode().strip().split(",") == list(shape.columns)
