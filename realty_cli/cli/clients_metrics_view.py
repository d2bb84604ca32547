"""The funnel and the sources of leads as a person sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.cli.output import literal, new_table, show_table
from realty_cli.cli.state import State
from realty_cli.kit.formatting import money, number, percent
from realty_cli.kit.i18n import mark as _

_FUNNELS = {"demand": _("Buyers and tenants"), "supply": _("Sellers and landlords")}


def more(state: State, body: Mapping[str, Any]) -> None:
    """What a table of metrics does not hold. Nothing but in a table for people."""
    if state.format in ("json", "jsonl", "csv", "tsv", "md"):
        return
    say, language = state.say.text, state.language
    for funnel in body["funnels"]:
        if not funnel["leads"]:
            continue
        headings = (_("STAGE"), _("LEADS"), _("OF ALL"), _("OF THE STAGE BEFORE"), _("DAYS"))
        table = new_table([say(one) for one in headings], say(_FUNNELS[funnel["kind"]]))
        for stage in funnel["stages"]:
            days = stage["median_days"]
            table.add_row(
                literal(stage["label"]), str(stage["entered"]), percent(stage["reached_share"], language),
                percent(stage["step_conversion"], language),
                "" if days is None else number(days, language, decimals=1),
            )  # fmt: skip
        show_table(table)
    if body["sources"]:
        columns = (_("SOURCE"), _("LEADS"), _("DEALS"), _("COST"), _("A LEAD"), _("A CLIENT"), _("COMMISSION"))
        table = new_table([say(one) for one in columns], say(_("Sources")))

        def amount(value: float | None, currency: str) -> str:
            return "—" if value is None else money(round(value * 100), currency, language)

        for one in body["sources"]:
            sums = [amount(one[name], one["currency"]) for name in ("cost", "cpl", "cac", "gci")]
            table.add_row(literal(one["source"] or say(_("not known"))), str(one["leads"]), str(one["deals"]), *sums)
        show_table(table)
