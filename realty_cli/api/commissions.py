"""`/api/v1/commissions` and `/api/v1/payments`: what is owed in deals, and what came of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import money_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.deals.schemas.money import (
    CommissionCreate,
    CommissionListResponse,
    CommissionResponse,
    CommissionUpdate,
    DealMoney,
    PaymentCreate,
    PaymentListResponse,
    PaymentMadeResponse,
    PaymentResponse,
    PaymentUpdate,
)
from realty_cli.deals.schemas.money_filters import CommissionQuery, PaymentQuery
from realty_cli.kit.ids import MAX_ID

commissions = signed_router("/commissions", "deals")
payments = signed_router("/payments", "deals")
deals = signed_router("/deals", "deals")
CommissionId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the line", examples=[4])]
PaymentId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the payment", examples=[4])]
COMMISSIONS = answers(CommissionResponse, examples.COMMISSION)
PAYMENTS = answers(PaymentResponse, examples.PAYMENT)


@commissions.post(
    "",
    operation_id="create_commission",
    summary="Enter a line of commission",
    status_code=201,
    responses=answers(CommissionResponse, examples.COMMISSION, 201, "The line of commission as it was entered"),
)
async def create_commission(
    data: Annotated[
        CommissionCreate,
        Body(
            openapi_examples=named(
                rate={
                    "deal_id": 3,
                    "payer": "buyer",
                    "rate": 2.5,
                    "due_on": "2024-06-20",
                    "splits": [{"role": "agent", "account_id": 1, "rate": 50}],
                },
                sum={"deal_id": 3, "payer": "seller", "amount": 150_000},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """Per cent of the price, or a sum. Its parts are per cent of the line, or sums; the rest is the agency's."""
    return await door.write(
        lambda work: work.deals.money.commissions.create(data), status=201, location="/api/v1/commissions/{id}"
    )


@commissions.get(
    "",
    operation_id="list_commissions",
    summary="List lines of commission",
    responses=answers(CommissionListResponse, examples.COMMISSIONS),
)
async def list_commissions(query: Annotated[CommissionQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(lambda work: work.deals.money.commissions.page(query.narrowed(), **query.paging()))


@commissions.get("/{id:int}", operation_id="get_commission", summary="Show a line of commission", responses=COMMISSIONS)
async def get_commission(number: CommissionId, door: Signed) -> Response:
    """One in the bin is not found here."""
    return await door.read(lambda work: work.deals.money.commissions.get(number))


@commissions.put(
    "/{id:int}",
    operation_id="update_commission",
    summary="Change fields of a line of commission",
    responses=answers(CommissionResponse, examples.COMMISSION),
)
async def update_commission(
    number: CommissionId,
    data: Annotated[
        CommissionUpdate, Body(openapi_examples=named(paid={"paid_at": "2024-06-20T12:00:00+03:00"}, rate={"rate": 2}))
    ],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one."""
    return await door.write(
        lambda work: work.deals.money.commissions.update(number, data, expected_version=door.if_match)
    )


@commissions.delete(
    "/{id:int}", operation_id="delete_commission", summary="Move a line of commission to the bin", status_code=204
)
async def delete_commission(number: CommissionId, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.deals.money.commissions.delete(number, expected_version=door.if_match))


@commissions.post(
    "/{id:int}/restore",
    operation_id="restore_commission",
    summary="Bring back from the bin",
    responses=answers(CommissionResponse, examples.COMMISSION),
)
async def restore_commission(number: CommissionId, door: Signed) -> Response:
    """409 for one that is not there."""
    return await door.write(lambda work: work.deals.money.commissions.restore(number))


@payments.post(
    "",
    operation_id="create_payment",
    summary="Enter a payment",
    status_code=201,
    responses=answers(PaymentMadeResponse, examples.PAID, 201, "The payment as it was entered"),
)
async def create_payment(
    data: Annotated[
        PaymentCreate,
        Body(
            openapi_examples=named(
                line={"commission_id": 4, "amount": 100_000, "method": "transfer"},
                deposit={"deal_id": 3, "purpose": "deposit", "amount": 100_000, "method": "cash"},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """What covers a line or the deposit marks it as paid; `changed` says so."""
    return await door.write(
        lambda work: work.deals.money.payments.create(data), status=201, location="/api/v1/payments/{id}"
    )


@payments.get(
    "",
    operation_id="list_payments",
    summary="List payments",
    responses=answers(PaymentListResponse, examples.PAYMENTS),
)
async def list_payments(query: Annotated[PaymentQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(lambda work: work.deals.money.payments.page(query.narrowed(), **query.paging()))


@payments.get("/{id:int}", operation_id="get_payment", summary="Show a payment", responses=PAYMENTS)
async def get_payment(number: PaymentId, door: Signed) -> Response:
    """One in the bin is not found here."""
    return await door.read(lambda work: work.deals.money.payments.get(number))


@payments.put(
    "/{id:int}",
    operation_id="update_payment",
    summary="Change fields of a payment",
    responses=answers(PaymentMadeResponse, examples.PAID),
)
async def update_payment(
    number: PaymentId,
    data: Annotated[PaymentUpdate, Body(openapi_examples=named(day={"at": "2024-06-20T12:00:00+03:00"}))],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one."""
    return await door.write(lambda work: work.deals.money.payments.update(number, data, expected_version=door.if_match))


@payments.delete("/{id:int}", operation_id="delete_payment", summary="Move a payment to the bin", status_code=204)
async def delete_payment(number: PaymentId, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.deals.money.payments.delete(number, expected_version=door.if_match))


@payments.post(
    "/{id:int}/restore",
    operation_id="restore_payment",
    summary="Bring back from the bin",
    responses=answers(PaymentMadeResponse, examples.PAID),
)
async def restore_payment(number: PaymentId, door: Signed) -> Response:
    """409 for one that is not there."""
    return await door.write(lambda work: work.deals.money.payments.restore(number))


@deals.get(
    "/{id:int}/money",
    operation_id="get_deal_money",
    summary="What a deal brings",
    responses=answers(DealMoney, examples.MONEY),
)
async def get_deal_money(
    number: Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the deal", examples=[3])],
    door: Signed,
) -> Response:
    """Commission, who gets which part of it, what came and what was spent."""
    return await door.read(lambda work: work.deals.money.of(number))


routers = (commissions, payments, deals)
