"""Duplicates and merging of clients, consents, and what the law asks for: all that is held of a person, and erasing."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import client_personal_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.clients.schemas.consent import (
    ConsentCreate,
    ConsentListResponse,
    ConsentResponse,
    ConsentWithdrawal,
    DifferentClients,
    DoubleList,
    ErasureResponse,
    MergeRequest,
    MergeResponse,
    PersonalData,
    RetentionQuery,
    RetentionResponse,
)
from realty_cli.clients.schemas.filters import PageQuery
from realty_cli.kit.ids import MAX_ID

clients = signed_router("/clients", "clients")
consents = signed_router("/consents", "clients")
routers = (clients, consents)
Client = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the client", examples=[11])]
Consent = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the consent", examples=[41])]
_CONSENT = answers(ConsentResponse, examples.CONSENT)
#: A store up to this size is written anew after an erasure; a larger one would hold up everybody.
_MOST = 256 << 20


@clients.get(
    "/duplicates",
    operation_id="list_client_duplicates",
    summary="Find clients that may be one person",
    responses=answers(DoubleList, examples.DOUBLES),
)
async def list_client_duplicates(
    door: Signed, limit: Annotated[int, Query(ge=1, le=20_000, description="pairs, the surest first")] = 50
) -> Response:
    """By phone, e-mail, Telegram and name in any spelling, with the reasons for and against. Nothing is merged."""
    return await door.read(lambda work: work.client_doubles.propose(limit=limit, language=door.language), slow=True)


@clients.post(
    "/duplicates/dismiss",
    operation_id="dismiss_client_duplicate",
    summary="Say that two clients are not one person",
    status_code=204,
)
async def dismiss_client_duplicate(
    data: Annotated[DifferentClients, Body(openapi_examples=named(pair={"a": 11, "b": 14}))], door: Signed
) -> Response:
    """They are not proposed again."""
    return await door.write(lambda work: work.client_doubles.mark_different(data.a, data.b))


@clients.get(
    "/retention",
    operation_id="list_clients_past_retention",
    summary="List clients whose data was kept too long",
    responses=answers(RetentionResponse, examples.RETENTION),
)
async def list_clients_past_retention(query: Annotated[RetentionQuery, Query()], door: Signed) -> Response:
    """The last word on `processing` was a no, was taken back or has expired; or there was never one, and for long
    nobody was in touch. Ask again, or erase. This is no legal advice."""
    return await door.read(
        lambda work: work.clients.consents.past_retention(
            idle_days=query.idle_days, limit=query.limit, offset=query.offset
        ),
        slow=True,
    )


@clients.post(
    "/{id:int}/merge",
    operation_id="merge_clients",
    summary="Make one client of several",
    responses=answers(MergeResponse, examples.MERGED),
)
async def merge_clients(
    number: Client, data: Annotated[MergeRequest, Body(openapi_examples=named(pair={"others": [14]}))], door: Signed
) -> Response:
    """`others` become this client: contacts, leads, interactions, consents, requests, deals and listings move to it,
    and they go to the bin. Undo of `operation_id` takes it all back."""
    return await door.write(
        lambda work: work.merger.merge(number, data.others, expected_version=door.if_match), slow=True
    )


@clients.get(
    "/{id:int}/consents",
    operation_id="list_client_consents",
    summary="List what a client agreed to",
    responses=answers(ConsentListResponse, examples.CONSENTS),
)
async def list_client_consents(number: Client, query: Annotated[PageQuery, Query()], door: Signed) -> Response:
    """The latest first."""
    return await door.read(lambda work: work.clients.consents.of(number, **query.paging()))


@clients.post(
    "/{id:int}/consents",
    operation_id="create_consent",
    summary="Keep a consent",
    status_code=201,
    responses=answers(ConsentResponse, examples.CONSENT, 201, "The consent as it is kept"),
)
async def create_consent(
    number: Client,
    data: Annotated[
        ConsentCreate,
        Body(
            openapi_examples=named(
                signed={"purpose": "processing", "evidence": "Бланк, папка 7", "expires_at": "2027-01-15T00:00:00Z"},
                refused={"purpose": "marketing", "granted": False},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """A yes or a no, for one purpose, with what proves it. The latest word counts."""
    return await door.write(
        lambda work: work.clients.consents.create(number, data), status=201, location="/api/v1/consents/{id}"
    )


@consents.get("/{id:int}", operation_id="get_consent", summary="Show a consent", responses=_CONSENT)
async def get_consent(number: Consent, door: Signed) -> Response:
    """With whether it still holds."""
    return await door.read(lambda work: work.clients.consents.get(number))


@consents.post("/{id:int}/withdraw", operation_id="withdraw_consent", summary="Take back a consent", responses=_CONSENT)
async def withdraw_consent(
    number: Consent,
    data: Annotated[ConsentWithdrawal, Body(openapi_examples=named(now={}, by_letter={"note": "письмо от 1 марта"}))],
    door: Signed,
) -> Response:
    """The person no longer agrees. 409 where that was said before."""
    return await door.write(lambda work: work.clients.consents.withdraw(number, data, expected_version=door.if_match))


@clients.get(
    "/{id:int}/personal-data",
    operation_id="get_personal_data",
    summary="Show all that is held about a person",
    responses=answers(PersonalData, examples.PERSONAL),
)
async def get_personal_data(number: Client, door: Signed) -> Response:
    """For the person who asks: every record, what was said, consents, listings, deals, and what the log remembers."""
    return await door.read(lambda work: work.personal.everything(number), slow=True)


@clients.post(
    "/{id:int}/erase",
    operation_id="erase_client",
    summary="Forget who a client is, for good",
    responses=answers(ErasureResponse, examples.ERASED),
)
async def erase_client(number: Client, door: Signed) -> Response:
    """Names, contacts and texts go from rows, index, letters and the past of the log; dates, stages and sums stay, so
    that totals stay true. This cannot be undone. Backups made before still hold the person."""
    answer = await door.write(lambda work: work.personal.erase(number, expected_version=door.if_match), slow=True)
    await door.thread(lambda: door.stores.realty.scrub(_MOST))
    return answer
