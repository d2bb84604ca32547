"""Duplicates, consents, retention, and all that is held of a person, as people see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from realty_cli.cli.client_view import LABELS, more
from realty_cli.cli.listing_view import moment
from realty_cli.cli.output import Column, clean, emit, pairs
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

PURPOSES = {
    "processing": _("keeping and use of the data"),
    "marketing": _("advertising"),
    "sharing": _("handing over to others"),
    "other": _("another purpose"),
}
_REASONS = {
    "withdrawn": _("no consent any more"),
    "expired": _("consent expired"),
    "idle": _("no consent, and silent for long"),
}
_SECTIONS = {
    "client": _("Client"),
    "merged": _("Records merged into it"),
    "leads": _("Leads"),
    "interactions": _("What was said"),
    "consents": _("Consents"),
    "properties": _("Listings"),
    "deal": _("Deals"),
    "offer": _("Offers"),
    "payment": _("Payments"),
    "commission": _("Commission"),
    "request": _("Requests"),
    "log": _("What was changed"),
}


def _raw(name: str) -> Any:
    return lambda row: row[name]


def _why(row: Mapping[str, Any]) -> str:
    return "; ".join(one["message"] for one in row["reasons"])


def double_table(state: State, body: dict[str, Any]) -> None:
    columns: Sequence[Column] = (
        (_("A"), lambda row: str(row["a"]), _raw("a")),
        (_("B"), lambda row: str(row["b"]), _raw("b")),
        (_("Alike"), lambda row: f"{round(row['score'] * 100)} %", _raw("score")),
        (_("Why"), _why, _why),
        (_("Name"), lambda row: row["name_a"] + " / " + row["name_b"], _raw("name_a")),
    )
    emit(state, body, columns, body["items"])
    if state.format == "table" and body["items"]:
        state.tell("Shown {shown} of {total}. One person: realty clients merge A B."
                   " Two: realty clients duplicates --different A B",
                   shown=len(body["items"]), total=body["total"])  # fmt: skip


def _at(state: State, name: str) -> Any:
    return lambda row: moment(state, row[name]) if row[name] else ""


def _consent_columns(state: State) -> list[Column]:
    yes, no = state.say.text("yes"), state.say.text("no")
    return [
        (_("ID"), lambda row: str(row["id"]), _raw("id")),
        (_("Client"), lambda row: str(row["client_id"]), _raw("client_id")),
        (_("Purpose"), lambda row: state.say.text(PURPOSES[row["purpose"]]), _raw("purpose")),
        (_("Agreed"), lambda row: yes if row["granted"] else no, _raw("granted")),
        (_("In force"), lambda row: yes if row["valid"] else no, _raw("valid")),
        (_("When"), _at(state, "at"), _raw("at")),
        (_("Until"), _at(state, "expires_at"), _raw("expires_at")),
        (_("Taken back"), _at(state, "withdrawn_at"), _raw("withdrawn_at")),
        (_("Evidence"), lambda row: row["evidence"] or "", _raw("evidence")),
        (_("Note"), lambda row: row["note"] or "", _raw("note")),
    ]


def consent_page(state: State, body: dict[str, Any]) -> None:
    emit(state, body, _consent_columns(state), body["items"])
    more(state, body)


def one_consent(state: State, consent: dict[str, Any]) -> None:
    show = state.format == "table"
    items = [
        (label, shown(consent) if show else str(raw(consent)))
        for label, shown, raw in _consent_columns(state)
        if raw(consent) not in (None, "")
    ]
    pairs(state, consent, items)


def retention_page(state: State, body: dict[str, Any]) -> None:
    columns: Sequence[Column] = (
        (_("ID"), lambda row: str(row["id"]), _raw("id")),
        (_("Name"), _raw("name"), _raw("name")),
        (_("Reason"), lambda row: state.say.text(_REASONS[row["reason"]]), _raw("reason")),
        (_("Since"), _at(state, "since"), _raw("since")),
        (_("Last in touch"), _at(state, "last_contact_at"), _raw("last_contact_at")),
    )
    emit(state, body, columns, body["items"])
    more(state, {**body, "next_cursor": None})


def person(state: State, body: dict[str, Any]) -> str:
    """Everything about a person as Markdown that a person reads."""
    lines = [f"# {body['client']['name']}", "", moment(state, body["generated_at"])]
    sections = {**{name: body[name] for name in _SECTIONS if name in body}, **body["other"]}
    for name, found in sections.items():
        items = [found] if isinstance(found, dict) else found
        if items:
            lines += ["", f"## {state.say.text(_SECTIONS.get(name, name))}"]
            for item in items:
                lines.append("")
                lines += _lines(state, item)
    return "\n".join(clean(line) for line in lines)


def _lines(state: State, item: dict[str, Any]) -> list[str]:
    found = []
    for name, value in item.items():
        if value in (None, [], {}, ""):
            continue
        label = state.say.text(LABELS[name]) if name in LABELS else name
        found.append(f"- {label}: {_text(value)}")
    return found


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_text(one)}" for name, one in value.items() if one not in (None, [], {}, ""))
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return str(value)


def write_person(state: State, body: dict[str, Any], target: Path, *, force: bool) -> None:
    from realty_cli.cli.output import to_json
    from realty_cli.errors import Conflict
    from realty_cli.formats.atomic import replacing

    if target.exists() and not force:
        raise Conflict("file.exists", path=str(target))
    text = to_json(body, pretty=True) if target.suffix == ".json" else person(state, body)
    with replacing(target, force=force) as file:
        file.write((text + "\n").encode())
