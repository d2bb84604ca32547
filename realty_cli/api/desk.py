"""`/api/v1/search`, `/api/v1/today` and `/api/v1/changes`: what spans the slices."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from realty_cli.api import desk_examples as examples
from realty_cli.api.doors import Signed, signed_router
from realty_cli.api.property_examples import answers
from realty_cli.desk.schemas import (
    ChangePage,
    ChangeQuery,
    SearchEverythingResponse,
    SearchQuery,
    TodayQuery,
    TodayResponse,
)

router = signed_router("", "desk")


@router.get(
    "/changes",
    operation_id="list_changes",
    summary="Follow what changed, in sequence",
    responses=answers(ChangePage, examples.CHANGES),
)
async def list_changes(query: Annotated[ChangeQuery, Query()], door: Signed) -> Response:
    """Every change of what is yours, oldest first; an administrator sees all.

    Keep `next_since` and ask with it for what came after. A page may be empty while there is `more`: it looks at a
    bounded stretch of the log.
    """
    return await door.read(
        lambda work: work.history.changes(
            since=query.since,
            limit=query.limit,
            kind=query.kind,
            object_id=query.object_id,
            operation_id=query.operation_id,
        ),
        slow=True,
    )


@router.get(
    "/today",
    operation_id="get_today",
    summary="The briefing of the day",
    responses=answers(TodayResponse, examples.TODAY),
)
async def get_today(query: Annotated[TodayQuery, Query()], door: Signed) -> Response:
    """What is late, what is due today and in the days to come: in the zone of your profile, titles in your language."""
    return await door.read(
        lambda work: work.today.briefing(days=query.days, limit=query.limit, language=door.language, mine=query.mine),
        slow=True,
    )


@router.get(
    "/search",
    operation_id="search_everything",
    summary="Find listings, clients, deals and events by words",
    responses=answers(SearchEverythingResponse, examples.FOUND),
)
async def search_everything(query: Annotated[SearchQuery, Query()], door: Signed) -> Response:
    """Words in any form, phones in any notation or by a part, numbers. Each kind as its own list would show it."""
    return await door.read(lambda work: work.search.everything(query.q, limit=query.limit, kinds=query.kind), slow=True)
