"""`/api/v1/leads` and `/api/v1/interactions`: what clients need, and what was said with them, across clients."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import client_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.clients.schemas.filters import InteractionQuery, LeadQuery
from realty_cli.clients.schemas.interaction import InteractionListResponse, InteractionResponse, InteractionUpdate
from realty_cli.clients.schemas.lead import LeadHistory, LeadListResponse, LeadResponse, LeadStageChange, LeadUpdate
from realty_cli.kit.ids import MAX_ID

leads = signed_router("/leads", "clients")
interactions = signed_router("/interactions", "clients")
routers = (leads, interactions)
Lead = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the lead", examples=[21])]
Said = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the interaction", examples=[31])]
_LEAD = answers(LeadResponse, examples.LEAD)
_SAID = answers(InteractionResponse, examples.INTERACTION)


@leads.get(
    "",
    operation_id="list_leads",
    summary="List leads",
    responses=answers(LeadListResponse, examples.page(examples.LEAD)),
)
async def list_leads(query: Annotated[LeadQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. `untouched=true` are the open ones that nobody has answered."""
    return await door.read(lambda work: work.clients.leads.page(query.narrowed(), **query.paging()))


@leads.get("/{id:int}", operation_id="get_lead", summary="Show a lead", responses=_LEAD)
async def get_lead(number: Lead, door: Signed) -> Response:
    """A lead in the bin is not found here."""
    return await door.read(lambda work: work.clients.leads.get(number), single=True)


@leads.put("/{id:int}", operation_id="update_lead", summary="Change fields of a lead", responses=_LEAD)
async def update_lead(
    number: Lead,
    data: Annotated[LeadUpdate, Body(openapi_examples=named(budget={"budget_max": 13_000_000, "temperature": "hot"}))],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one."""
    return await door.write(lambda work: work.clients.leads.update(number, data, expected_version=door.if_match))


@leads.delete("/{id:int}", operation_id="delete_lead", summary="Move a lead to the bin", status_code=204)
async def delete_lead(number: Lead, door: Signed) -> Response:
    """`restore` brings it back. A lead that came to nothing is not deleted but lost: move it to `lost`."""
    return await door.write(lambda work: work.clients.leads.delete(number, expected_version=door.if_match))


@leads.post("/{id:int}/restore", operation_id="restore_lead", summary="Bring back from the bin", responses=_LEAD)
async def restore_lead(number: Lead, door: Signed) -> Response:
    """409 for a lead that is not there, 404 where its client is in the bin."""
    return await door.write(lambda work: work.clients.leads.restore(number))


@leads.post("/{id:int}/stage", operation_id="change_lead_stage", summary="Move to another stage", responses=_LEAD)
async def change_lead_stage(
    number: Lead,
    data: Annotated[
        LeadStageChange,
        Body(
            openapi_examples=named(
                showing={"stage": "showing", "effective_at": "2024-01-20T12:00:00+03:00"},
                lost={"stage": "lost", "reason": "купили у застройщика"},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """Between open stages at will, to `won` or `lost` from anywhere, and back to work. The history keeps when, why."""
    return await door.write(lambda work: work.clients.leads.change_stage(number, data, expected_version=door.if_match))


@leads.get(
    "/{id:int}/history",
    operation_id="get_lead_history",
    summary="Show the stages from the beginning",
    responses=answers(LeadHistory, examples.HISTORY),
)
async def get_lead_history(number: Lead, door: Signed) -> Response:
    """Also of a lead in the bin."""
    return await door.read(lambda work: work.clients.leads.history(number))


@interactions.get(
    "",
    operation_id="list_interactions",
    summary="List interactions",
    responses=answers(InteractionListResponse, examples.page(examples.INTERACTION)),
)
async def list_interactions(query: Annotated[InteractionQuery, Query()], door: Signed) -> Response:
    """The latest first unless `sort` says otherwise."""
    return await door.read(lambda work: work.clients.interactions.page(query.narrowed(), **query.paging()))


@interactions.get("/{id:int}", operation_id="get_interaction", summary="Show an interaction", responses=_SAID)
async def get_interaction(number: Said, door: Signed) -> Response:
    """An interaction in the bin is not found here."""
    return await door.read(lambda work: work.clients.interactions.get(number), single=True)


@interactions.put(
    "/{id:int}", operation_id="update_interaction", summary="Change fields of an interaction", responses=_SAID
)
async def update_interaction(
    number: Said,
    data: Annotated[
        InteractionUpdate, Body(openapi_examples=named(missed={"outcome": "attempt"}, text={"text": None}))
    ],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one."""
    return await door.write(lambda work: work.clients.interactions.update(number, data, expected_version=door.if_match))


@interactions.delete(
    "/{id:int}", operation_id="delete_interaction", summary="Move an interaction to the bin", status_code=204
)
async def delete_interaction(number: Said, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.clients.interactions.delete(number, expected_version=door.if_match))


@interactions.post(
    "/{id:int}/restore", operation_id="restore_interaction", summary="Bring back from the bin", responses=_SAID
)
async def restore_interaction(number: Said, door: Signed) -> Response:
    """409 for an interaction that is not there, 404 where its client is in the bin."""
    return await door.write(lambda work: work.clients.interactions.restore(number))
