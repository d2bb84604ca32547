"""A field of a client, a lead or an interaction is written in table, record, schemas and options; all name the same."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Boolean

from realty_cli.cli import client_options, client_view
from realty_cli.clients import kinds, record
from realty_cli.clients.schemas import client, filters, interaction, lead
from realty_cli.clients.tables import ClientRow, InteractionRow, LeadRow
from realty_cli.store import columns
from tests.test_house import HEAVY, loaded

KINDS = [
    (record.CLIENT, ClientRow, client.ClientResponse, {"phones", "emails"}),
    (record.LEAD, LeadRow, lead.LeadResponse, set()),
    (record.INTERACTION, InteractionRow, interaction.InteractionResponse, set()),
]
NAMES = [kind.kind for kind, *_ in KINDS]


@pytest.mark.parametrize(("kind", "table", "response", "parts"), KINDS, ids=NAMES)
class TestKinds:
    def test_record_and_table_have_the_same_columns(self, kind: Any, table: Any, response: Any, parts: Any) -> None:
        assert list(kind.columns) == list(table.__table__.columns.keys())

    def test_record_knows_the_kinds_of_columns(self, kind: Any, table: Any, response: Any, parts: Any) -> None:
        found = table.__table__.columns
        assert {name for name, column in found.items() if column.type is columns.Money} == kind.money
        assert {name for name, column in found.items() if isinstance(column.type, Boolean)} == kind.flags
        assert {name for name, column in found.items() if column.type is columns.Json} == set(kind.json)

    def test_response_shows_what_is_not_hidden(self, kind: Any, table: Any, response: Any, parts: Any) -> None:
        assert set(response.model_fields) == set(kind.columns) - kind.hidden | parts

    def test_hidden_and_derived_columns_are_columns(self, kind: Any, table: Any, response: Any, parts: Any) -> None:
        assert kind.hidden | kind.derived <= set(kind.columns)


@pytest.mark.parametrize(
    ("create", "update", "own"),
    [
        (client.ClientCreate, client.ClientUpdate, (set(), set())),
        (lead.LeadCreate, lead.LeadUpdate, ({"stage", "created_at"}, {"lost_reason"})),
        (interaction.InteractionCreate, interaction.InteractionUpdate, (set(), set())),
    ],
)
def test_creation_and_change_take_the_same_fields(create: Any, update: Any, own: tuple[set[str], set[str]]) -> None:
    only_create, only_update = own
    assert set(create.model_fields) - only_create == set(update.model_fields) - only_update


@pytest.mark.parametrize(
    ("options", "schema", "beside"),
    [
        (client_options.FIELDS, client.ClientCreate, set()),
        (client_options.FILTERS, filters.ClientFilter, set()),
        (client_options.LEAD_FIELDS, lead.LeadCreate, {"stage", "created_at"}),
        (client_options.LEAD_FILTERS, filters.LeadFilter, set()),
        (client_options.SAID_FIELDS, interaction.InteractionCreate, {"channel", "text"}),
        (client_options.SAID_FILTERS, filters.InteractionFilter, set()),
        (client_options.INTAKE_FIELDS, interaction.IntakeRequest, set()),
    ],
)
def test_options_are_the_fields_of_the_schemas(options: Any, schema: Any, beside: set[str]) -> None:
    assert {one.field for one in options} == set(schema.model_fields) - beside
    flags = [flag for one in options for part in one.flags or ("--" + one.field,) for flag in part.split("/")]
    assert len(flags) == len(set(flags))


def test_every_value_of_a_vocabulary_has_a_word() -> None:
    words = client_view._WORDS
    closed: dict[str, Any] = {
        "kind": kinds.ClientKind, "roles": kinds.ClientRole, "side": kinds.LeadSide, "stage": kinds.ClientStage,
        "lead_stage": kinds.LeadStage, "temperature": kinds.Temperature, "channel": kinds.Channel,
        "direction": kinds.Direction, "outcome": kinds.Outcome,
    }  # fmt: skip
    assert {name: set(known) for name, known in words.items()} == {
        name: {member.value for member in vocabulary} for name, vocabulary in closed.items()
    }


def test_every_field_shown_has_a_label() -> None:
    shown = [
        (client.ClientResponse, client_view.LABELS, {"id", "name", "attributes"}),
        (lead.LeadResponse, client_view.LEAD_LABELS, {"id", "currency"}),
        (interaction.InteractionResponse, client_view.SAID_LABELS, {"id"}),
    ]
    for response, labels, bare in shown:
        assert set(response.model_fields) - set(labels) == bare


def test_a_lead_may_begin_and_move_where_the_tables_say() -> None:
    assert set(kinds.LEAD_MOVES) == set(kinds.LeadStage)
    assert set(kinds.OPEN) | kinds.ENDED == set(kinds.LeadStage)
    assert set(kinds.USUAL_OUTCOME) == set(kinds.Channel)


def test_a_list_of_clients_loads_nothing_that_it_does_not_need() -> None:
    watched = HEAVY | {"pydantic"}
    assert loaded("import realty_cli.clients.service, realty_cli.cli.clients", watched) == set()
