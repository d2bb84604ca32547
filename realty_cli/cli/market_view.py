"""Numbers of listings and events as a person sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.cli import metrics_view
from realty_cli.cli.event_view import TYPES
from realty_cli.cli.listing_view import money, word
from realty_cli.cli.output import literal, new_table, show_table
from realty_cli.cli.state import State
from realty_cli.kit.formatting import number, percent
from realty_cli.kit.i18n import mark as _

KINDS = {"sale": _("Sales"), "rent": _("Rent"), "daily_rent": _("Rent by the day")}
_DAYS = (_("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su"))
_MOST = 10


def listings(state: State, body: Mapping[str, Any]) -> None:
    """Metrics of every block, then what stands where, and what has stood too long."""
    say, dates = state.say.text, metrics_view.period(state, body["period"])
    groups = [
        metrics_view.Group(
            f"{say(KINDS[block['deal_type']])}, {block['currency']}, {dates}", metrics_view.metrics_of(block),
            block["deal_type"], block["currency"],
        )
        for block in body["blocks"]
    ]  # fmt: skip
    groups.append(metrics_view.Group(f"{say(_('All listings'))}, {dates}", metrics_view.metrics_of(body["totals"])))
    metrics_view.show(state, body, groups)
    if state.format in ("json", "jsonl", "csv", "tsv", "md"):
        return
    for block in body["blocks"]:
        title = say(KINDS[block["deal_type"]])
        _groups(state, block, "by_type", f"{title}: {say(_('by kind'))}")
        _groups(state, block, "by_district", f"{title}: {say(_('by district'))}")
        if block["stale"]:
            headings = (_("ID"), _("LISTING"), _("DAYS"), _("USUAL"), _("TIMES"))
            table = new_table([say(one) for one in headings], f"{title}: {say(_('too long on the market'))}")
            for one in block["stale"][:_MOST]:
                table.add_row(
                    str(one["property_id"]), literal(one["title"]), number(one["days"], state.language, decimals=0),
                    number(one["typical_days"], state.language, decimals=0),
                    number(one["index"], state.language, decimals=1),
                )  # fmt: skip
            show_table(table)


def _groups(state: State, block: Mapping[str, Any], name: str, title: str) -> None:
    rows = block[name][:_MOST]
    if len(rows) < 2:
        return
    say, language = state.say.text, state.language
    headings = ("", _("ACTIVE"), _("SHARE"), _("NEW"), _("CLOSED"), _("PRICE"), _("DAYS"))
    table = new_table([say(one) if one else "" for one in headings], title)
    for one in rows:
        price = one["price_median"]
        table.add_row(
            literal(word(state, one["value"]) or say(_("not filled in"))), str(one["inventory"]),
            percent(one["share"], language), str(one["new"]), str(one["closed"]),
            "" if price is None else money(state, price, block["currency"]),
            "" if one["dom_median"] is None else number(one["dom_median"], language, decimals=0),
        )  # fmt: skip
    show_table(table)


def events(state: State, body: Mapping[str, Any]) -> None:
    """Metrics of events, then agents, and hours in which few of them take place."""
    say, language = state.say.text, state.language
    title = f"{say(_('Events'))}, {metrics_view.period(state, body['period'])}"
    metrics_view.show(state, body, [metrics_view.Group(title, metrics_view.metrics_of(body))])
    if state.format in ("json", "jsonl", "csv", "tsv", "md"):
        return
    if len(body["by_type"]) > 1:
        table = new_table([say(_("KIND")), say(_("EVENTS"))], say(_("By kind")))
        for one in body["by_type"]:
            table.add_row(literal(say(TYPES[one["value"]])), str(one["count"]))
        show_table(table)
    if len(body["by_agent"]) > 1:
        headings = (
            _("AGENT"),
            _("OVER"),
            _("TOOK PLACE"),
            _("CALLED OFF"),
            _("DID NOT COME"),
            _("SHOWINGS"),
            _("SHARE"),
        )
        table = new_table([say(one) for one in headings], say(_("By agent")))
        for one in body["by_agent"]:
            table.add_row(
                literal(one["agent"]), str(one["due"]), str(one["completed"]), str(one["cancelled"]),
                str(one["no_show"]), str(one["showings"]), percent(one["completion_rate"], language),
            )  # fmt: skip
        show_table(table)
    if body["dead_hours"]:
        table = new_table(
            [say(_("HOUR")), say(_("OVER")), say(_("TOOK PLACE"))], say(_("Hours in which few take place"))
        )
        for cell in body["dead_hours"][:5]:
            when = f"{say(_DAYS[cell['weekday']])} {cell['hour']:02}:00"
            table.add_row(literal(when), str(cell["due"]), str(cell["completed"]))
        show_table(table)
