"""A field of a deal is written in the table, the record, the schemas, the options and the view; all name the same."""

from __future__ import annotations

from typing import Any

import pytest

from realty_cli.cli import deal_view
from realty_cli.cli.deal_options import FIELDS, FILTERS, OFFER_FIELDS, OFFER_FILTERS
from realty_cli.deals import kinds
from realty_cli.deals.record import DEAL, OFFER
from realty_cli.deals.schemas.deal import DealCreate, DealMoveResponse, DealResponse, DealUpdate
from realty_cli.deals.schemas.filters import DealFilter, OfferFilter
from realty_cli.deals.schemas.offers import OfferCreate, OfferResponse, OfferUpdate
from realty_cli.deals.selection import OFFER_SORTING, SORTING
from realty_cli.deals.tables import DealRow, OfferRow
from realty_cli.store import columns
from realty_cli.store.rows import RowKind

PAIRS = pytest.mark.parametrize(("kind", "row"), [(DEAL, DealRow), (OFFER, OfferRow)], ids=["deal", "offer"])


@PAIRS
def test_record_and_table_have_the_same_columns(kind: RowKind, row: Any) -> None:
    table = row.__table__
    assert list(kind.columns) == list(table.columns.keys())
    assert kind.table == table.name
    assert {name for name, column in table.columns.items() if column.type is columns.Money} == kind.money
    assert {name for name, column in table.columns.items() if column.type is columns.Json} == set(kind.json)


def test_responses_show_what_is_stored() -> None:
    assert set(DealResponse.model_fields) == {*DEAL.columns, *DEAL.parts, "before"} - DEAL.hidden
    assert set(DealMoveResponse.model_fields) - set(DealResponse.model_fields) == {"changed"}
    assert set(OfferResponse.model_fields) == set(OFFER.columns) - OFFER.hidden


def test_creation_and_change_take_the_same_fields() -> None:
    assert set(DealCreate.model_fields) - {"stage"} == set(DealUpdate.model_fields)
    assert set(OfferCreate.model_fields) == set(OfferUpdate.model_fields)


@pytest.mark.parametrize(
    ("options", "schema", "without"),
    [(FIELDS, DealCreate, {"stage"}), (FILTERS, DealFilter, set()), (OFFER_FIELDS, OfferCreate, set()),
     (OFFER_FILTERS, OfferFilter, set())],
    ids=["fields", "filters", "offer fields", "offer filters"],
)  # fmt: skip
def test_options_are_the_fields(options: Any, schema: Any, without: set[str]) -> None:
    assert {one.field for one in options} == set(schema.model_fields) - without
    flags = [flag for one in options for part in one.flags or ("--" + one.field,) for flag in part.split("/")]
    assert len(flags) == len(set(flags))


def test_every_field_shown_has_a_label() -> None:
    assert set(DealResponse.model_fields) - set(deal_view.LABELS) == {
        "id", "title", "currency", "attributes", "parties",
    }  # fmt: skip
    assert set(OfferResponse.model_fields) - set(deal_view._OFFER_LABELS) == {"id", "currency"}


@pytest.mark.parametrize(
    ("field", "vocabulary"),
    [("kind", kinds.DealKind), ("side", kinds.Side), ("stage", kinds.Stage), ("deposit_kind", kinds.DepositKind),
     ("mortgage_status", kinds.MortgageStatus), ("contract_kind", kinds.ContractKind), ("role", kinds.PartyRole),
     ("status", kinds.OfferStatus)],
)  # fmt: skip
def test_every_value_of_a_vocabulary_has_a_word(field: str, vocabulary: Any) -> None:
    assert set(deal_view._WORDS[field]) == {one.value for one in vocabulary}


def test_every_stage_has_its_moves() -> None:
    assert set(kinds.STAGE_MOVES) == set(kinds.Stage)
    assert set(kinds.OFFER_MOVES) == set(kinds.OfferStatus)
    assert set(kinds.SIDES) == set(kinds.DealKind)


def test_the_index_that_guards_reservations_knows_the_stages() -> None:
    (guard,) = [one for one in DealRow.__table__.indexes if one.name == "ix_deals_holding"]  # type: ignore[attr-defined]
    assert guard.unique
    for stage in kinds.Stage:
        assert (f"'{stage.value}'" in str(guard.dialect_options["sqlite"]["where"])) == (stage in kinds.HOLDING)


def test_what_can_be_sorted_by_is_there() -> None:
    assert {by.column for by in SORTING.keys.values()} <= set(DEAL.columns)
    assert {by.column for by in OFFER_SORTING.keys.values()} <= set(OFFER.columns)
