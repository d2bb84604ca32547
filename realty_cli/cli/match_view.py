"""Matches and marks as a person sees them: the score in words, and what a bargain would bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from realty_cli.cli.listing_view import moment, money
from realty_cli.cli.output import Column, emit, pairs, write_line
from realty_cli.cli.request_view import more, wish
from realty_cli.cli.state import State
from realty_cli.kit.i18n import mark as _

_Row = Mapping[str, Any]

MARKS = {"shown": _("shown"), "refused": _("refused"), "liked": _("liked")}
#: What is said of a bound that is missed: below it and above it, a little or not.
_MISSED = {
    "area": (_("area smaller than wanted"), _("area larger than wanted")),
    "land": (_("plot smaller than wanted"), _("plot larger than wanted")),
    "kitchen": (_("kitchen smaller than wanted"), _("kitchen larger than wanted")),
    "floor": (_("floor lower than wanted"), _("floor higher than wanted")),
    "year": (_("older than wanted"), _("newer than wanted")),
    "metro_minutes": (_("nearer to the metro than wanted"), _("farther from the metro than wanted")),
}
_FITS = {
    "area": _("area fits"),
    "land": _("plot fits"),
    "kitchen": _("kitchen fits"),
    "floor": _("floor fits"),
    "year": _("year fits"),
    "metro_minutes": _("near the metro"),
    "rooms": _("rooms fit"),
    "place": _("place fits"),
}
_UNKNOWN = {
    "area": _("area not known"),
    "land": _("plot not known"),
    "kitchen": _("kitchen not known"),
    "floor": _("floor not known"),
    "year": _("year not known"),
    "metro_minutes": _("way to the metro not known"),
}


def reasons(state: State, parts: Sequence[_Row]) -> str:
    """The parts of a score in one line: what does not fit stands as plainly as what does."""
    return ", ".join(_reason(state, part) for part in parts)


def _reason(state: State, part: _Row) -> str:
    text = state.say.text
    name, fit = part["name"], part["fit"]
    if name == "price":
        return _price(state, part)
    if name in ("must", "nice"):
        what = wish(state, part["wanted"])
        if fit == "unknown":
            return text(_("{what}: not known"), what=what)
        return what if fit == "fits" else text(_("{what}: no"), what=what)
    if fit == "fits":
        return text(_FITS[name])
    if fit == "unknown":
        return text(_UNKNOWN[name])
    low = part["wanted"][0]
    return text(_MISSED[name][0 if low is not None and part["found"] < low else 1])


def _price(state: State, part: _Row) -> str:
    from realty_cli.kit.formatting import percent

    if part["percent"] is None:
        return state.say.text(_("price fits"))
    written = percent(abs(part["percent"]) / 100, state.language)
    sign = "+" if part["percent"] > 0 else "−" if part["percent"] < 0 else ""
    return state.say.text(_("price {percent}"), percent=sign + written)


def listings(state: State, body: dict[str, Any]) -> None:
    """The listings of a request, and in sentences what is not among them."""

    def price(row: _Row) -> str:
        return money(state, row["property"]["price"], row["property"]["currency"])

    def tell(more: int, percent: int) -> None:
        state.tell_many(
            "With {percent} % off the price {n} more listing would match.",
            "With {percent} % off the price {n} more listings would match.",
            more,
            percent=percent,
        )

    _list(state, body, tell, (
        (_("ID"), lambda row: str(row["property_id"]), _raw("property_id")),
        (_("Title"), lambda row: row["property"]["title"], lambda row: row["property"]["title"]),
        (_("Price"), price, lambda row: row["property"]["price"]),
    ))  # fmt: skip


def requests(state: State, body: dict[str, Any]) -> None:
    """The requests of a listing."""

    def who(row: _Row) -> str:
        return row["request"]["client_name"] or f"№ {row['request']['client_id']}"

    def budget(row: _Row) -> str:
        return money(state, row["request"]["price_max"], row["request"]["currency"])

    def tell(more: int, percent: int) -> None:
        state.tell_many(
            "With {percent} % off the price it would suit {n} more buyer.",
            "With {percent} % off the price it would suit {n} more buyers.",
            more,
            percent=percent,
        )

    _list(state, body, tell, (
        (_("Request"), lambda row: str(row["request_id"]), _raw("request_id")),
        (_("Client"), who, who),
        (_("Price to"), budget, lambda row: row["request"]["price_max"]),
    ))  # fmt: skip


def _list(state: State, body: dict[str, Any], tell: Callable[[int, int], None], columns: Sequence[Column]) -> None:
    def marked(row: _Row) -> str:
        if row["mark"] is None:
            return ""
        said = state.say.text(MARKS[row["mark"]["mark"]])
        return state.say.text(_("{mark}, price cut since"), mark=said) if row["mark"]["reopened"] else said

    def why(row: _Row) -> str:
        return reasons(state, row["parts"])

    rest: Sequence[Column] = (
        (_("Score"), lambda row: str(row["score"]), _raw("score")),
        (_("Why"), why, why),
        (_("Mark"), marked, lambda row: row["mark"] and row["mark"]["mark"]),
    )
    emit(state, body, [*columns, *rest], body["items"])
    if state.format != "table":
        return
    more(state, body)
    for step in body["near"]["steps"]:
        tell(step["more"], step["percent"])
    if body["hidden"]:
        state.tell_many(
            "{n} more was shown or refused: --marked shows it.", "{n} more were shown or refused: --marked shows them.",
            body["hidden"],
        )  # fmt: skip
    if not body["complete"]:
        state.tell("Only the newest thousand were compared. Ask for more, so that fewer come into question.")


def _raw(name: str) -> Callable[[_Row], Any]:
    return lambda row: row[name]


def _said(state: State, row: _Row) -> str:
    return state.say.text(MARKS[row["mark"]])


def mark_page(state: State, body: dict[str, Any]) -> None:
    """One page of marks."""
    columns: Sequence[Column] = (
        (_("ID"), lambda row: str(row["id"]), _raw("id")),
        (_("Request"), lambda row: str(row["request_id"]), _raw("request_id")),
        (_("Listing"), lambda row: str(row["property_id"]), _raw("property_id")),
        (_("Mark"), lambda row: _said(state, row), _raw("mark")),
        (_("When"), lambda row: moment(state, row["at"]), _raw("at")),
        (_("Note"), lambda row: row["note"] or "", _raw("note")),
    )
    emit(state, body, columns, body["items"])
    more(state, body)


def mark(state: State, found: dict[str, Any]) -> None:
    """One mark."""
    if state.quiet and state.format == "table":
        write_line(str(found["id"]))
        return
    if state.format in ("tsv", "csv"):
        pairs(state, found, [(name, "" if value is None else str(value)) for name, value in found.items()])
        return
    shown = [
        (_("Request"), str(found["request_id"])),
        (_("Listing"), str(found["property_id"])),
        (_("Mark"), _said(state, found)),
        (_("When"), moment(state, found["at"])),
        (_("Note"), found["note"] or ""),
    ]
    pairs(state, found, [(label, text) for label, text in shown if text], title=str(found["id"]))
