"""Comparables as a person sees them: the answer first, then the listings that it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.cli.listing_view import moment, money
from realty_cli.cli.output import Column, emit, pairs, write_line
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]


def comparables(state: State, body: dict[str, Any]) -> None:
    from realty_cli.kit.formatting import number, percent

    currency = body["currency"]

    def amount(row: _Row, name: str) -> str:
        return money(state, row[name], currency) or "—"

    def figure(value: float | None, decimals: int = 1) -> str:
        return number(value, state.language, decimals=decimals) if value is not None else "—"

    def why(row: _Row) -> str:
        return ", ".join(
            f"{one['label']} {'+' if one['share'] > 0 else ''}{percent(one['share'], state.language)}"
            for one in row["adjustments"][:4]
        )

    columns: list[Column] = [
        (_("ID"), lambda row: str(row["property_id"] or row["source"] or "—"), lambda row: row["property_id"]),
        (_("Like"), lambda row: str(row["score"]), lambda row: row["score"]),
        (_("Title"), lambda row: row["title"], lambda row: row["title"]),
        (_("Price"), lambda row: amount(row, "price"), lambda row: row["price"]),
        (_("m²"), lambda row: figure(row["area_total"]), lambda row: row["area_total"]),
        (_("Per m²"), lambda row: amount(row, "price_per_m2"), lambda row: row["price_per_m2"]),
        (_("km"), lambda row: figure(row["distance_km"]), lambda row: row["distance_km"]),
        (_("Kind"), lambda row: state.say.text(_KINDS[row["kind"]]), lambda row: row["kind"]),
        (_("Adjusted"), lambda row: amount(row, "adjusted_price"), lambda row: row["adjusted_price"]),
        (_("Because of"), why, why),
    ]
    if state.format == "table":
        _answer(state, body)
    emit(state, body, columns, body["items"])
    if state.format == "table":
        for note in body["notes"]:
            state.tell(note)


_RECOMMENDED = _("Recommended by {by} on {day}: {price}.")
_KINDS = {"asking": _("asked"), "sold": _("closed")}


def recommendation(state: State, body: _Row, currency: str) -> None:
    pairs(state, body, [
        (_("Recommended"), money(state, body["price"], currency)), (_("Agent"), body["by"]),
        (_("Date"), moment(state, body["at"])),
    ])  # fmt: skip


def _recommended(state: State, found: _Row, currency: str) -> str:
    price = money(state, found["price"], currency)
    return state.say.text(_RECOMMENDED, by=found["by"], day=moment(state, found["at"]), price=price)


def _answer(state: State, body: _Row) -> None:
    estimate = body["estimate"]
    write_line(estimate["text"] if estimate else body["refusal"]["message"])
    if body["position"]:
        write_line(body["position"]["text"])
    if sale := body["sale"]:
        write_line(
            state.say.plural(
                "By {n} sale of our own, it would be paid for with about {price}.",
                "By {n} sales of our own, it would be paid for with about {price}.",
                sale["n"],
                price=money(state, sale["price"], body["currency"]),
            )
        )
    if found := body["recommended"]:
        write_line(_recommended(state, found, body["currency"]))
    if body["level"]:
        write_line(
            state.say.plural(
                "{n} listing like it: {where}.",
                "{n} listings like it: {where}.",
                body["n"],
                where=body["level"]["text"],
            )
        )
    write_line("")


def accuracy(state: State, body: dict[str, Any]) -> None:
    from realty_cli.kit.formatting import percent

    def share(value: float | None) -> str:
        return percent(value, state.language) if value is not None else "—"

    items = [(_("Own error"), body["text"])]
    if body["n"]:
        covered = state.say.text(
            _("{share} of {n}, promised {promised}"), share=share(body["coverage"]), n=body["coverage_n"],
            promised=share(body["promised"]),
        )  # fmt: skip
        items += [(_("Bias"), share(body["bias"])), (_("Within 10 %"), share(body["within_10"])),
                  (_("Inside the bounds"), covered if body["coverage_n"] else "—")]  # fmt: skip
    pairs(state, body, items)


def story(state: State, body: dict[str, Any]) -> None:
    """How one listing does, a line a fact."""
    from realty_cli.kit.formatting import length_of, number, percent

    text = state.say.text

    def days(value: float | None) -> str:
        return length_of("day", value, state.language)

    price, showings, asked, said = body["price"], body["showings"], body["enquiries"], body["feedback"]
    now = money(state, price["current"], body["currency"]) or "—"
    if price["reductions"]:
        now += text(
            _(" (at first {first}, {share})"), first=money(state, price["first"], body["currency"]),
            share=percent(price["change_share"], state.language),
        )  # fmt: skip
    usual = ""
    if body["comparable_days_median"] is not None:
        usual = text(_(" (of its kind: {days})"), days=days(body["comparable_days_median"]))
    minded = ", ".join(f"{one['label']} ({one['count']})" for one in said["objections"][:3])
    items = [
        (_("Listing"), f"{body['property_id']} {body['title']}"),
        (_("Price"), now),
        (_("Days on the market"), days(body["days_on_market"]) + usual),
        (_("Showings"), text(_("{total}, in 7 days {week}, ahead {ahead}, called off {off}"), total=showings["total"],
                             week=showings["last_7"], ahead=showings["upcoming"],
                             off=showings["cancelled"] + showings["no_show"])),
        (_("Enquiries"), text(_("{total}, in 7 days {week}; contacts on portals {portals}, enquiries to us {ours}"),
                              total=asked["total"], week=asked["last_7"], portals=asked["on_portals"],
                              ours=asked["to_us"])),
        (_("Calls"), str(body["calls"])),
        (_("Opinions"), text(_("{n}, mean rating {rating}"), n=said["n"],
                             rating=number(said["mean_rating"], state.language)) if said["n"] else ""),
        (_("What they mind"), minded),
        (_("Too expensive, of those who said"), percent(said["expensive_share"], state.language) if said["n"] else ""),
        (_("On portals"), _portals(state, body["channels"])),
        (_("Against comparables"), body["position"]["text"] if body["position"] else ""),
    ]  # fmt: skip
    pairs(state, body, [(name, value) for name, value in items if value])


def _portals(state: State, found: _Row | None) -> str:
    if found is None:
        return ""
    return state.say.text(_("views {views}, contacts {contacts}, favourites {favourites}"), **found)
