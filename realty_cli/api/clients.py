"""`/api/v1/clients`: people and companies, enquiries, and what hangs on a client. Leads stand in `leads`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import client_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.clients.schemas.client import ClientCreate, ClientListResponse, ClientResponse, ClientUpdate
from realty_cli.clients.schemas.filters import ClientQuery, PageQuery
from realty_cli.clients.schemas.interaction import (
    IntakeRequest,
    IntakeResponse,
    InteractionCreate,
    InteractionListResponse,
    InteractionResponse,
)
from realty_cli.clients.schemas.lead import LeadCreate, LeadListResponse, LeadResponse
from realty_cli.kit.ids import MAX_ID

router = signed_router("/clients", "clients")
Id = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the client", examples=[11])]
_ONE = answers(ClientResponse, examples.CLIENT)


@router.post(
    "",
    operation_id="create_client",
    summary="Enter a client",
    status_code=201,
    responses=answers(ClientResponse, examples.CLIENT, 201, "The client as it was entered"),
)
async def create_client(
    data: Annotated[
        ClientCreate,
        Body(
            openapi_examples=named(
                person={
                    "name": "Иванов Пётр Сергеевич", "phones": ["8 (916) 123-45-67", {"value": "+7 495 222-33-44",
                    "label": "рабочий"}], "roles": ["buyer"], "source": "avito",
                },
                company={"company_name": "ООО «Ромашка»", "emails": ["office@example.com"], "roles": ["landlord"]},
                phone={"phones": ["+79161234567"]},
            )
        ),
    ],
    door: Signed,
) -> Response:  # fmt: skip
    """A name is taken apart, or put together of its parts; without one a client is called by a phone or an address."""
    return await door.write(lambda work: work.clients.create(data), status=201, location="/api/v1/clients/{id}")


@router.get(
    "",
    operation_id="list_clients",
    summary="List clients",
    responses=answers(ClientListResponse, examples.page(examples.CLIENT)),
)
async def list_clients(query: Annotated[ClientQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. `q` finds names in any form and any piece of a phone: `8 (916) 123`.

    Repeated values mean "any of". Pages by `offset`, or by `cursor`, which is as fast on the last page as on the first.
    """
    return await door.read(
        lambda work: work.clients.page(query.narrowed(), **query.paging(), written=True),
        single=not query.total and not query.q,
    )


@router.post(
    "/intake",
    operation_id="take_in_enquiry",
    summary="Take in an enquiry",
    status_code=201,
    responses=answers(IntakeResponse, examples.INTAKE, 201, "What became of it"),
)
async def take_in_enquiry(
    data: Annotated[
        IntakeRequest,
        Body(
            openapi_examples=named(
                portal={
                    "name": "Пётр Иванов", "phones": ["8 (916) 123-45-67"], "source": "avito", "external_id": "a-9041",
                    "text": "Здравствуйте, квартира ещё продаётся?",
                },
                owner={"phones": ["+79161234567"], "side": "seller", "channel": "call", "text": "Хочет продать дачу"},
            )
        ),
    ],
    door: Signed,
) -> Response:  # fmt: skip
    """Finds the person by phone, e-mail or Telegram name, or enters one; logs the enquiry; opens a lead unless one for
    the same side is open. The same enquiry (by `external_id`, or word for word within a day) changes nothing."""
    return await door.write(lambda work: work.intake.take(data), status=201, location="/api/v1/clients/{id}")


@router.get("/{id:int}", operation_id="get_client", summary="Show a client", responses=_ONE)
async def get_client(number: Id, door: Signed) -> Response:
    """Whole, with phones and addresses. A client in the bin is not found here."""
    return await door.read(lambda work: work.clients.get(number), single=True)


@router.put("/{id:int}", operation_id="update_client", summary="Change fields of a client", responses=_ONE)
async def update_client(
    number: Id,
    data: Annotated[
        ClientUpdate,
        Body(openapi_examples=named(stage={"stage": "active", "temperature": "hot"}, emptied={"telegram": None})),
    ],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one. A list of `phones` or `emails` replaces the old one."""
    return await door.write(lambda work: work.clients.update(number, data, expected_version=door.if_match))


@router.delete("/{id:int}", operation_id="delete_client", summary="Move a client to the bin", status_code=204)
async def delete_client(number: Id, door: Signed) -> Response:
    """With its leads and interactions, which come back with it. To forget a person for good, erase it."""
    return await door.write(lambda work: work.clients.delete(number, expected_version=door.if_match))


@router.post("/{id:int}/restore", operation_id="restore_client", summary="Bring back from the bin", responses=_ONE)
async def restore_client(number: Id, door: Signed) -> Response:
    """409 for a client that is not there."""
    return await door.write(lambda work: work.clients.restore(number))


@router.get(
    "/{id:int}/interactions",
    operation_id="list_client_interactions",
    summary="List what was said with a client",
    responses=answers(InteractionListResponse, examples.page(examples.INTERACTION)),
)
async def list_client_interactions(number: Id, query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    """The latest first."""
    return await door.read(lambda work: work.clients.interactions.of(number, **query.paging()))


@router.post(
    "/{id:int}/interactions",
    operation_id="log_interaction",
    summary="Log a call, a message, a meeting",
    status_code=201,
    responses=answers(InteractionResponse, examples.INTERACTION, 201, "The interaction as it was logged"),
)
async def log_interaction(
    number: Id,
    data: Annotated[
        InteractionCreate,
        Body(
            openapi_examples=named(
                call={"channel": "call", "duration_seconds": 184, "text": "Договорились посмотреть в субботу"},
                missed={"channel": "call", "outcome": "attempt"},
                asked={"channel": "call", "score": 9, "text": "Порекомендует"},
                note={"channel": "note", "text": "Перезвонить после отпуска"},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """Who has talked with a client moves it and its new lead on to `contacted`."""
    return await door.write(
        lambda work: work.clients.interactions.create(number, data), status=201, location="/api/v1/interactions/{id}"
    )


@router.get(
    "/{id:int}/leads",
    operation_id="list_client_leads",
    summary="List what a client needs",
    responses=answers(LeadListResponse, examples.page(examples.LEAD)),
)
async def list_client_leads(number: Id, query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    """Newest first."""
    return await door.read(lambda work: work.clients.leads.of(number, **query.paging()))


@router.post(
    "/{id:int}/leads",
    operation_id="create_lead",
    summary="Open a lead",
    status_code=201,
    responses=answers(LeadResponse, examples.LEAD, 201, "The lead as it was opened"),
)
async def create_lead(
    number: Id,
    data: Annotated[
        LeadCreate,
        Body(openapi_examples=named(buyer={"side": "buyer", "budget_max": 12_500_000}, landlord={"side": "landlord"})),
    ],
    door: Signed,
) -> Response:
    """One need of one client. Source, campaign and referrer are the client's where they are left out."""
    return await door.write(
        lambda work: work.clients.leads.create(number, data), status=201, location="/api/v1/leads/{id}"
    )
