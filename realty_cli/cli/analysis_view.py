"""The analysis of a description as a person reads it."""

from __future__ import annotations

from typing import Any

from realty_cli.cli.listing_view import WORDS
from realty_cli.cli.output import clean, emit_json, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

#: Names of what a buyer or tenant asks, as messages.
ASKED = {
    "price": _("price"),
    "photos": _("photos"),
    "area_land": _("size of the plot"),
    "area_total": _("area"),
    "rooms": _("rooms"),
    "plot": _("plot"),
    "address": _("address"),
    "floor": _("floor"),
    "land_use": _("permitted use of the land"),
    "deposit": _("deposit"),
    "renovation": _("state of repair"),
    "transport": _("transport"),
    "commission": _("commission"),
    "rooms_of_house": _("rooms of the house"),
    "ownership": _("ownership"),
    "furniture": _("furniture"),
    "utilities_paid": _("who pays utilities"),
    "access": _("access road"),
    "electricity": _("electricity"),
    "gas": _("gas"),
    "water": _("water"),
    "cadastral_number": _("cadastral number"),
    "heating": _("heating"),
    "building_material": _("material of the walls"),
    "year_built": _("year of building"),
    "mortgage": _("mortgage"),
    "appliances": _("appliances"),
    "term": _("term of the lease"),
    "guests": _("number of guests"),
    "security": _("security"),
    "floors_total": _("floors of the house"),
    "kitchen": _("kitchen"),
    "bathroom": _("bathroom"),
    "house_rules": _("house rules"),
    "sewerage": _("sewerage"),
    "entrance": _("entrance"),
    "power": _("electric power"),
    "vat": _("VAT"),
    "parking": _("parking"),
    "ceiling_height": _("ceiling height"),
    "check_in": _("check-in time"),
    "balcony": _("balcony"),
    "lift": _("lift"),
    "view": _("view"),
    "metro_minutes": _("minutes to the metro"),
    "bargain": _("bargain"),
    "internet": _("internet"),
    "living_area": _("living area"),
}


def show_analysis(state: State, body: dict[str, Any]) -> None:
    """Facts, contradictions, what is missing, wording, and the suggested text."""
    if state.format in ("json", "jsonl"):
        emit_json(body)
        return
    say = state.say.text
    facts = [(name, _value(state, one["value"])) for name, one in body["extracted"].items()]
    if facts:
        pairs(state, facts, facts, title=say(_("In the text")))
    _list(state, say(_("Contradictions with the record")), [one["message"] for one in body["contradictions"]])
    score = body["completeness"]["score"]
    shown = [say(ASKED.get(name, name)) for name in body["completeness"]["missing"]]
    write_line(f"\n{say(_('Complete'))}: {score} %" + (f". {say(_('Missing'))}: {', '.join(shown)}" if shown else ""))
    _list(state, say(_("Wording")), [one["message"] for one in body["problems"]])
    write_line(f"\n{say(_('Suggested text'))}:\n{clean(body['suggested_text'], lines=True)}")


def _value(state: State, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(state, one) for one in value)
    if isinstance(value, bool):
        return state.say.text("yes") if value else state.say.text("no")
    return state.say.text(WORDS[value]) if value in WORDS else str(value)


def _list(state: State, title: str, lines: list[str]) -> None:
    if lines:
        write_line(f"\n{title}:")
        for line in lines:
            write_line(f"  - {clean(line)}")
