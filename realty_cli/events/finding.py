"""Events that words find, each series once: for the search over everything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from realty_cli.auth.policy import Act, require
from realty_cli.events import instances, reads
from realty_cli.events.record import EVENT
from realty_cli.events.repository import INDEX
from realty_cli.kit.actor import Actor
from realty_cli.kit.plain_filter import PlainFilter
from realty_cli.store import paging
from realty_cli.store.database import Connection
from realty_cli.store.filtering import begin, market
from realty_cli.store.paging import Sorting
from realty_cli.store.selection import Selection, look_for

if TYPE_CHECKING:
    from realty_cli.events.schemas.filters import EventFilter

_SORTING = Sorting(paging.NEWEST)


def find(db: Connection, actor: Actor, words: str, limit: int) -> dict[str, Any]:
    """A page of events, the latest entered first: `{items, total, limit, offset, next_cursor}`."""
    require(actor, Act.EVENT_READ)
    chosen = Selection(EVENT.table, INDEX)
    begin(actor, cast("EventFilter", PlainFilter({"q": words})), chosen, (), {})
    look_for(db, words, chosen, market(actor, chosen))
    found = paging.page(db, chosen, _SORTING.order(None), EVENT.columns, limit=limit, offset=0, cursor=None, total=True)
    states = [EVENT.state(row) for row in found.rows]
    homes = instances.homes(db, {state["owner_id"] for state in states})
    items = [reads.shown(db, state, homes[state["owner_id"]]) for state in states]
    return paging.answer(items, found, limit, 0)
