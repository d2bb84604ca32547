"""From a filter of clients, leads or interactions to the condition of a statement."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli.auth.names import parse_email
from realty_cli.clients.kinds import ENDED, ClientRole
from realty_cli.clients.record import CLIENT, INTERACTION, LEAD
from realty_cli.clients.repository import INDEX
from realty_cli.kit.actor import Actor
from realty_cli.store import word_index
from realty_cli.store.database import Connection
from realty_cli.store.filtering import begin, bounds, market
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.search import phone_tokens
from realty_cli.store.selection import Selection, any_in_list, look_for

if TYPE_CHECKING:
    from realty_cli.clients.schemas.filters import ClientFilter, InteractionFilter, LeadFilter

_CLIENT_EQUAL = (
    "kind", "stage", "temperature", "source", "campaign", "referrer_id", "external_id", "owner_id",
)  # fmt: skip
_LEAD_EQUAL = (
    "client_id", "side", "stage", "temperature", "source", "campaign", "referrer_id", "property_id", "external_id",
    "owner_id",
)  # fmt: skip
_INTERACTION_EQUAL = (
    "client_id", "lead_id", "property_id", "channel", "direction", "outcome", "external_id", "owner_id",
)  # fmt: skip
_ROW = {"created_at": "moment", "updated_at": "moment"}
_CLIENT_BOUNDS = bounds({**_ROW, "last_contact_at": "moment"})
_LEAD_BOUNDS = bounds({**_ROW, "closed_at": "moment"}) | {
    "budget_from": "p.budget_max >= :budget_from",
    "budget_to": "p.budget_max <= :budget_to",
}
_INTERACTION_BOUNDS = bounds({"at": "moment"})
_ENDED = ", ".join(f"'{stage}'" for stage in sorted(ENDED))

CLIENT_SORTING = Sorting({
    **NEWEST,
    "name": By("name", "text"),
    "stage": By("stage", "text"),
    "source": By("source", "text", nullable=True),
    "last_contact_at": By("last_contact_at", "moment", nullable=True),
})  # fmt: skip
LEAD_SORTING = Sorting({
    **NEWEST,
    "stage": By("stage", "text"),
    "budget_max": By("budget_max", nullable=True),
    "first_response_at": By("first_response_at", "moment", nullable=True),
    "closed_at": By("closed_at", "moment", nullable=True),
})  # fmt: skip
INTERACTION_SORTING = Sorting({**NEWEST, "at": By("at", "moment")}, default="-at")


def select(db: Connection, actor: Actor, wanted: ClientFilter) -> Selection:
    """The clients that the actor may see and the filter names."""
    chosen = Selection(CLIENT.table, INDEX)
    given = begin(actor, wanted, chosen, _CLIENT_EQUAL, _CLIENT_BOUNDS)
    add, params = chosen.conditions.append, chosen.params
    if "role" in given:
        add(_any_role(db, wanted.role or [], params))
    if "tags" in given:
        add(any_in_list(db, "p.tags", "tag", wanted.tags or [], params))
    if wanted.silent is not None:
        add(f"p.last_contact_at IS {'' if wanted.silent else 'NOT '}NULL")
    if wanted.telegram:
        add("p.telegram = :telegram")
        params["telegram"] = wanted.telegram.rpartition("/")[2].removeprefix("@").lower()
    if wanted.email:
        parsed = parse_email(wanted.email)
        add(_has("email", ":email"))
        params["email"] = parsed[0].lower() if parsed else wanted.email.lower()
    if wanted.phone:
        _by_phone(db, wanted.phone, chosen)
    if "q" in given and wanted.q:
        look_for(db, wanted.q, chosen, market(actor, chosen))
    return chosen


def _has(channel: str, value: str) -> str:
    return f"p.id IN (SELECT client_id FROM client_contacts WHERE channel = '{channel}' AND value = {value})"


def _by_phone(db: Connection, text: str, chosen: Selection) -> None:
    """Clients with this phone, or with one that has this piece; a piece is looked for in the index of words."""
    from realty_cli.kit import phones

    whole, piece = phones.normalise(text), phones.fragment(text)
    # `8916000000` may be a whole number of the code 891, and the beginning of one of 916 written with an 8.
    if whole and (piece is None or len(piece) == 10 or not whole.startswith("+7")):
        chosen.conditions.append(_has("phone", ":phone"))
        chosen.params["phone"] = whole
        return
    if piece is None:
        chosen.empty = True
        return
    word_index.settle(db)
    token = phone_tokens(piece).partition(" ")[0]
    if db.sqlite:
        chosen.conditions.append(f"p.id IN (SELECT rowid FROM {INDEX} WHERE document MATCH :piece)")
        chosen.params["piece"] = f'"{token}"*'
    else:
        words = f"SELECT rowid FROM {INDEX} WHERE document @@ CAST(:piece AS tsquery)"
        # As an array: PostgreSQL takes a piece for one of hundreds of rows and would read all clients.
        chosen.conditions.append(f"p.id = ANY (ARRAY({words}))")
        chosen.params["piece"] = f"'{token}':*"


#: Every list of roles that a client can have, as the table keeps them: few enough to name those that are meant, which
#: an index finds.
_ROLES = tuple(
    some for size in range(1, len(ClientRole) + 1) for some in combinations([role.value for role in ClientRole], size)
)


def _any_role(db: Connection, roles: Sequence[str], params: dict[str, Any]) -> str:
    wanted = [orjson.dumps(some).decode() for some in _ROLES if not set(some).isdisjoint(roles)]
    params |= {f"roles_{at}": one for at, one in enumerate(wanted)}
    places = [f":roles_{at}" if db.sqlite else f"CAST(:roles_{at} AS jsonb)" for at in range(len(wanted))]
    return f"p.roles IN ({', '.join(places)})" if wanted else "1 = 0"


def select_leads(actor: Actor, wanted: LeadFilter) -> Selection:
    """The leads that the actor may see and the filter names."""
    chosen = Selection(LEAD.table, "")
    begin(actor, wanted, chosen, _LEAD_EQUAL, _LEAD_BOUNDS)
    if wanted.open is not None:
        chosen.conditions.append(f"p.stage {'NOT ' if wanted.open else ''}IN ({_ENDED})")
    if wanted.untouched is not None:
        untouched = "p.first_response_at IS NULL AND p.closed_at IS NULL"
        chosen.conditions.append(untouched if wanted.untouched else f"NOT ({untouched})")
    return chosen


def select_interactions(actor: Actor, wanted: InteractionFilter) -> Selection:
    """The interactions that the actor may see and the filter names."""
    chosen = Selection(INTERACTION.table, "")
    begin(actor, wanted, chosen, _INTERACTION_EQUAL, _INTERACTION_BOUNDS)
    if wanted.auto is not None:
        chosen.conditions.append("p.auto" if wanted.auto else "NOT p.auto")
    return chosen
