"""`realty deals` with its money: `money`, `pay`, and a group for each kind."""

from __future__ import annotations

from typing import Any

import typer

from realty_cli.cli.deals import Id, app
from realty_cli.cli.money_groups import KINDS, checked, data_of, group
from realty_cli.cli.money_options import PAY_FIELDS
from realty_cli.cli.options import with_options
from realty_cli.cli.state import state_of
from realty_cli.kit.i18n import mark as _

__all__ = ["app"]

_GROUPS = {
    "commissions": _("Lines of commission and their parts."),
    "payments": _("Payments of deals."),
    "expenses": _("What was spent, and on what."),
    "targets": _("Targets of a month, a quarter, a year."),
}
for _kind in KINDS:
    app.add_typer(group(_kind), name=_kind.group, help=_GROUPS[_kind.group])


@app.command("money")
def money(context: typer.Context, deal: Id) -> None:
    """What a deal brings: commission, who gets which part of it, what came and what was spent.

    Example: realty deals money 3
    """
    from realty_cli.cli.money_view import of_deal

    state = state_of(context)
    with state.read() as work:
        body = work.deals.money.of(deal)
    of_deal(state, body)


@app.command("pay")
@with_options("values", PAY_FIELDS)
def pay(
    context: typer.Context,
    deal: Id,
    values: dict[str, Any] = {},  # noqa: B006 - replaced by the decorator
) -> None:
    """Enter a payment. What covers the deposit or a line of commission marks it as paid.

    Example: realty deals pay 3 --for deposit --amount 100k --method cash
    """
    from realty_cli.cli.money_view import effects, one

    state = state_of(context)
    with state.write("deals pay") as work:
        data = {"deal_id": deal, **data_of(work, PAY_FIELDS, values)}
        made = work.deals.money.payments.create(checked(work, "PaymentCreate", data))
    one(state, made)
    state.tell("Payment {id} is entered.", id=made["id"])
    effects(state, made["changed"])
