"""`/api/v1/expenses` and `/api/v1/targets`: what was spent, and what is meant to be reached."""

from __future__ import annotations

from typing import Annotated

from fastapi import Body, Path, Query
from starlette.responses import Response

from realty_cli.api import money_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers, named
from realty_cli.deals.schemas.money import (
    ExpenseCreate,
    ExpenseListResponse,
    ExpenseResponse,
    ExpenseUpdate,
    TargetCreate,
    TargetListResponse,
    TargetResponse,
    TargetUpdate,
)
from realty_cli.deals.schemas.money_filters import ExpenseQuery, TargetQuery
from realty_cli.kit.ids import MAX_ID

expenses = signed_router("/expenses", "deals")
targets = signed_router("/targets", "deals")
ExpenseId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the expense", examples=[4])]
TargetId = Annotated[int, Path(alias="id", ge=1, le=MAX_ID, description="Number of the target", examples=[4])]
EXPENSES = answers(ExpenseResponse, examples.EXPENSE)
TARGETS = answers(TargetResponse, examples.TARGET)


@expenses.post(
    "",
    operation_id="create_expense",
    summary="Enter an expense",
    status_code=201,
    responses=answers(ExpenseResponse, examples.EXPENSE, 201, "The expense as it was entered"),
)
async def create_expense(
    data: Annotated[
        ExpenseCreate,
        Body(
            openapi_examples=named(
                channel={"category": "portals", "amount": 3_000, "source": "cian", "spent_on": "2024-06-01"},
                listing={"category": "photos", "amount": 5_000, "property_id": 5},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """On a channel, a listing, a deal, or on nothing in particular."""
    return await door.write(
        lambda work: work.deals.money.expenses.create(data), status=201, location="/api/v1/expenses/{id}"
    )


@expenses.get(
    "",
    operation_id="list_expenses",
    summary="List expenses",
    responses=answers(ExpenseListResponse, examples.EXPENSES),
)
async def list_expenses(query: Annotated[ExpenseQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(lambda work: work.deals.money.expenses.page(query.narrowed(), **query.paging()))


@expenses.get("/{id:int}", operation_id="get_expense", summary="Show an expense", responses=EXPENSES)
async def get_expense(number: ExpenseId, door: Signed) -> Response:
    """One in the bin is not found here."""
    return await door.read(lambda work: work.deals.money.expenses.get(number))


@expenses.put(
    "/{id:int}",
    operation_id="update_expense",
    summary="Change fields of an expense",
    responses=answers(ExpenseResponse, examples.EXPENSE),
)
async def update_expense(
    number: ExpenseId,
    data: Annotated[ExpenseUpdate, Body(openapi_examples=named(amount={"amount": 3_500}))],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one."""
    return await door.write(lambda work: work.deals.money.expenses.update(number, data, expected_version=door.if_match))


@expenses.delete("/{id:int}", operation_id="delete_expense", summary="Move an expense to the bin", status_code=204)
async def delete_expense(number: ExpenseId, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.deals.money.expenses.delete(number, expected_version=door.if_match))


@expenses.post(
    "/{id:int}/restore",
    operation_id="restore_expense",
    summary="Bring back from the bin",
    responses=answers(ExpenseResponse, examples.EXPENSE),
)
async def restore_expense(number: ExpenseId, door: Signed) -> Response:
    """409 for one that is not there."""
    return await door.write(lambda work: work.deals.money.expenses.restore(number))


@targets.post(
    "",
    operation_id="create_target",
    summary="Enter a target",
    status_code=201,
    responses=answers(TargetResponse, examples.TARGET, 201, "The target as it was entered"),
)
async def create_target(
    data: Annotated[
        TargetCreate,
        Body(
            openapi_examples=named(
                month={"metric": "gci", "period": "2024-06", "value": 500_000},
                count={"metric": "deals", "period": "2024-Q3", "value": 6},
            )
        ),
    ],
    door: Signed,
) -> Response:
    """One of a metric and a period; the agency's are set by administrators."""
    return await door.write(
        lambda work: work.deals.money.targets.create(data), status=201, location="/api/v1/targets/{id}"
    )


@targets.get(
    "",
    operation_id="list_targets",
    summary="List targets",
    responses=answers(TargetListResponse, examples.TARGETS),
)
async def list_targets(query: Annotated[TargetQuery, Query()], door: Signed) -> Response:
    """Newest first unless `sort` says otherwise. Repeated values mean "any of"."""
    return await door.read(lambda work: work.deals.money.targets.page(query.narrowed(), **query.paging()))


@targets.get("/{id:int}", operation_id="get_target", summary="Show a target", responses=TARGETS)
async def get_target(number: TargetId, door: Signed) -> Response:
    """One in the bin is not found here."""
    return await door.read(lambda work: work.deals.money.targets.get(number))


@targets.put(
    "/{id:int}",
    operation_id="update_target",
    summary="Change fields of a target",
    responses=answers(TargetResponse, examples.TARGET),
)
async def update_target(
    number: TargetId,
    data: Annotated[TargetUpdate, Body(openapi_examples=named(value={"value": 600_000}))],
    door: Signed,
) -> Response:
    """Only the fields that are sent change; null empties one."""
    return await door.write(lambda work: work.deals.money.targets.update(number, data, expected_version=door.if_match))


@targets.delete("/{id:int}", operation_id="delete_target", summary="Move a target to the bin", status_code=204)
async def delete_target(number: TargetId, door: Signed) -> Response:
    """`restore` brings it back."""
    return await door.write(lambda work: work.deals.money.targets.delete(number, expected_version=door.if_match))


@targets.post(
    "/{id:int}/restore",
    operation_id="restore_target",
    summary="Bring back from the bin",
    responses=answers(TargetResponse, examples.TARGET),
)
async def restore_target(number: TargetId, door: Signed) -> Response:
    """409 for one that is not there."""
    return await door.write(lambda work: work.deals.money.targets.restore(number))


routers = (expenses, targets)
