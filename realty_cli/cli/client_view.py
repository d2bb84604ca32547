"""Clients, leads and interactions as a person sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from realty_cli.cli.listing_view import day, moment, money
from realty_cli.cli.output import Column, emit, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]

_SIDES = {"buyer": _("buyer"), "seller": _("seller"), "tenant": _("tenant"), "landlord": _("landlord")}
_STAGES = {
    "lead": _("newcomer"),
    "contacted": _("in touch"),
    "active": _("at work"),
    "won": _("won"),
    "lost": _("lost"),
}
_LEAD_STAGES = {
    "new": _("new"),
    "contacted": _("in touch"),
    "qualified": _("qualified"),
    "showing": _("showing"),
    "negotiation": _("negotiation"),
    "won": _("won"),
    "lost": _("lost"),
}
#: Words for the values of our vocabularies, as messages, by field; `stage` is a client's.
_WORDS: dict[str, dict[str, str]] = {
    "kind": {"person": _("person"), "company": _("company")},
    "roles": {**_SIDES, "partner": _("partner")},
    "side": _SIDES,
    "stage": _STAGES,
    "lead_stage": _LEAD_STAGES,
    "temperature": {"cold": _("cold"), "warm": _("warm"), "hot": _("hot")},
    "channel": {
        "call": _("call"),
        "message": _("message"),
        "email": _("e-mail"),
        "meeting": _("meeting"),
        "note": _("note"),
        "other": _("otherwise"),
    },
    "direction": {"in": _("to us"), "out": _("from us")},
    "outcome": {"attempt": _("attempt"), "two_way": _("talk")},
}
#: The same for errors of leads.
LEAD_WORDS = _LEAD_STAGES
_MONEY = frozenset({"budget_min", "budget_max"})
_MOMENTS = frozenset({
    "last_contact_at", "erased_at", "first_response_at", "closed_at", "at", "created_at", "updated_at", "deleted_at",
})  # fmt: skip
_ROW = {
    "external_id": _("Number in another system"),
    "owner_id": _("Owner"),
    "version": _("Version"),
    "created_at": _("Entered"),
    "updated_at": _("Changed"),
    "deleted_at": _("In the bin since"),
}
LABELS = {
    "kind": _("Kind"),
    "roles": _("Roles"),
    "stage": _("Stage"),
    "temperature": _("Warmth"),
    "phones": _("Phones"),
    "emails": _("E-mail"),
    "telegram": _("Telegram"),
    "last_contact_at": _("Last in touch"),
    "last_name": _("Family name"),
    "first_name": _("First name"),
    "middle_name": _("Patronymic"),
    "company_name": _("Company"),
    "source": _("Source"),
    "campaign": _("Campaign"),
    "referrer_id": _("Recommended by"),
    "birthday": _("Birthday"),
    "language": _("Language"),
    "notes": _("Notes"),
    "tags": _("Tags"),
    "merged_into": _("Merged into"),
    "erased_at": _("Personal data erased"),
    **_ROW,
}
LEAD_LABELS = {
    "client_id": _("Client"),
    "side": _("Wants to be"),
    "stage": _("Stage"),
    "lost_reason": _("Reason"),
    "temperature": _("Warmth"),
    "budget_min": _("Budget from"),
    "budget_max": _("Budget up to"),
    "property_id": _("Listing"),
    "source": _("Source"),
    "campaign": _("Campaign"),
    "referrer_id": _("Recommended by"),
    "note": _("Note"),
    "first_response_at": _("First answer"),
    "closed_at": _("Ended"),
    **_ROW,
}
SAID_LABELS = {
    "client_id": _("Client"),
    "lead_id": _("Lead"),
    "channel": _("Channel"),
    "direction": _("Direction"),
    "outcome": _("Outcome"),
    "at": _("When"),
    "duration_seconds": _("Seconds"),
    "score": _("Would recommend us, 0 to 10"),
    "property_id": _("Listing"),
    "auto": _("By a program"),
    "text": _("Text"),
    **_ROW,
}


def _word(state: State, field: str, value: str) -> str:
    known = _WORDS[field]
    return state.say.text(known[value]) if value in known else value


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    if isinstance(value, dict):
        if value.keys() == {"value", "label"}:
            return f"{value['value']} ({value['label']})" if value["label"] else str(value["value"])
        return "; ".join(f"{name}={_plain(one)}" for name, one in value.items())
    return str(value)


def _value(state: State, row: _Row, name: str, words: str = "") -> str:
    """A field as a person reads it; `words` names the vocabulary where the field's name does not."""
    value = row[name]
    field = words or name
    if value is None:
        return ""
    if field in _WORDS:
        return ", ".join(_word(state, field, one) for one in (value if isinstance(value, list) else [value]))
    if name in _MONEY:
        return money(state, value, row["currency"])
    if name in _MOMENTS:
        return moment(state, value)
    if name == "birthday":
        return day(state, value)
    if name == "phones":
        from realty_cli.kit.phones import display

        return ", ".join(_plain({**one, "value": display(one["value"], state.language)}) for one in value)
    if isinstance(value, bool):
        return state.say.text("yes") if value else state.say.text("no")
    return _plain(value)


def _column(state: State, label: str, name: str, words: str = "") -> Column:
    return (label, lambda row: _value(state, row, name, words), lambda row: _plain(row[name]))


def _first(state: State, label: str, name: str) -> Column:
    """The main phone or address on a terminal, all of them in a pipe."""
    return (
        label,
        lambda row: _value(state, {name: [{**one, "label": None} for one in row[name][:1]]}, name),
        lambda row: ", ".join(one["value"] for one in row[name]),
    )


def page(state: State, body: dict[str, Any]) -> None:
    """One page of clients."""
    columns: list[Column] = [
        _column(state, _("ID"), "id"),
        _column(state, _("Name"), "name"),
        _first(state, _("Phone"), "phones"),
        _column(state, _("Roles"), "roles"),
        _column(state, _("Stage"), "stage"),
        _column(state, _("Warmth"), "temperature"),
        _column(state, _("Last in touch"), "last_contact_at"),
    ]
    if state.format != "table":
        columns += [
            _first(state, _("E-mail"), "emails"),
            *(_column(state, LABELS[name], name) for name in ("telegram", "source", "tags", "owner_id", "created_at")),
        ]
    emit(state, body, columns, body["items"])
    more(state, body)


def more(state: State, body: dict[str, Any]) -> None:
    if state.format == "table" and body["items"]:
        if body["total"] is not None:
            state.tell("Shown {shown} of {total}.", shown=len(body["items"]), total=body["total"])
        if body["next_cursor"]:
            state.tell("More with: --cursor {cursor}", cursor=body["next_cursor"])


def _one(state: State, body: dict[str, Any], labels: Mapping[str, str], title: str, words: str = "") -> None:
    if state.quiet and state.format == "table":
        write_line(str(body["id"]))
        return
    if state.format in ("tsv", "csv"):
        pairs(state, body, [(name, _plain(value)) for name, value in body.items()])
        return
    shown = [
        (label, _value(state, body, name, words if name == "stage" else ""))
        for name, label in labels.items()
        if body.get(name) not in (None, "", [], False)
    ]
    shown += [(name, str(value)) for name, value in body.get("attributes", {}).items()]
    pairs(state, body, shown, title=title)


def one(state: State, client: dict[str, Any]) -> None:
    """One client, a line for each field that says something."""
    _one(state, client, LABELS, f"{client['id']}  {client['name']}")


def lead(state: State, found: dict[str, Any]) -> None:
    _one(state, found, LEAD_LABELS, f"{found['id']}  {_value(state, found, 'side')}", "lead_stage")


def said(state: State, found: dict[str, Any]) -> None:
    _one(state, found, SAID_LABELS, f"{found['id']}  {_value(state, found, 'channel')}")


def lead_page(state: State, body: dict[str, Any]) -> None:
    columns: list[Column] = [
        _column(state, _("ID"), "id"),
        _column(state, _("Client"), "client_id"),
        _column(state, _("Wants to be"), "side"),
        _column(state, _("Stage"), "stage", "lead_stage"),
        _column(state, _("Budget up to"), "budget_max"),
        _column(state, _("Listing"), "property_id"),
        _column(state, _("Source"), "source"),
        _column(state, _("Entered"), "created_at"),
        _column(state, _("First answer"), "first_response_at"),
    ]
    if state.format != "table":
        columns += [_column(state, _("Currency"), "currency"), _column(state, _("Owner"), "owner_id")]
    emit(state, body, columns, body["items"])
    more(state, body)


def said_page(state: State, body: dict[str, Any]) -> None:
    names: tuple[str, ...] = ("id", "at", "client_id", "channel", "direction", "outcome", "text")
    if state.format != "table":
        names += ("lead_id", "property_id", "duration_seconds", "score", "auto", "owner_id")
    labels = {"id": _("ID"), **SAID_LABELS}
    emit(state, body, [_column(state, labels[name], name) for name in names], body["items"])
    more(state, body)


def taken_in(state: State, body: dict[str, Any]) -> None:
    """What became of an enquiry: the client, and in sentences the rest."""
    if state.format in ("json", "jsonl"):
        pairs(state, body, [])
        return
    one(state, body["client"])
    if body["repeated"]:
        state.tell("This enquiry has been taken in before; nothing was changed.")
        return
    if body["created_client"]:
        state.tell("Client {id} is new.", id=body["id"])
    else:
        state.tell("Client {id} was known already.", id=body["id"])
    if body["created_lead"]:
        state.tell("Lead {id} is open.", id=body["lead"]["id"])
    else:
        state.tell("Lead {id} was open already.", id=body["lead"]["id"])
    if body["others"]:
        state.tell("The same contact stands with clients {ids}.", ids=", ".join(map(str, body["others"])))


def history_table(state: State, body: dict[str, Any]) -> None:
    def raw(name: str) -> Callable[[_Row], Any]:
        return lambda row: row[name]

    def stage(name: str) -> Callable[[_Row], str]:
        return lambda row: _value(state, row, name, "lead_stage")

    columns: Sequence[Column] = (
        (_("Held from"), lambda row: moment(state, row["effective_at"]), raw("effective_at")),
        (_("Before"), stage("old"), raw("old")),
        (_("After"), stage("new"), raw("new")),
        (_("Reason"), lambda row: row["reason"] or "", raw("reason")),
        (_("Recorded"), lambda row: moment(state, row["recorded_at"]), raw("recorded_at")),
        (_("By"), lambda row: row["actor"] or "", raw("actor")),
    )
    emit(state, body, columns, body["entries"])
