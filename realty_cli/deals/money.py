"""The money of deals: its four kinds, and what it all comes to for one deal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from realty_cli.auth.policy import Act, require
from realty_cli.deals import sharing
from realty_cli.deals.commissions import Commissions, present, price_of
from realty_cli.deals.expenses import Expenses
from realty_cli.deals.money_record import EXPENSE, PAYMENT
from realty_cli.deals.payments import Payments
from realty_cli.deals.targets import Targets
from realty_cli.errors import NotFound
from realty_cli.kit.lazy import lazy
from realty_cli.kit.money import from_minor
from realty_cli.store.scope import visible

if TYPE_CHECKING:
    from realty_cli.deals.service import DealService

_WHO = ("role", "account_id", "client_id", "name")


class Money:
    """As the actor of `deals` may see and change it."""

    def __init__(self, deals: DealService) -> None:
        self._deals = deals

    @lazy
    def commissions(self) -> Commissions:
        return Commissions(self._deals)

    @lazy
    def payments(self) -> Payments:
        return Payments(self._deals)

    @lazy
    def expenses(self) -> Expenses:
        return Expenses(self._deals)

    @lazy
    def targets(self) -> Targets:
        return Targets(self._deals)

    def hand_over(self, deal: int, owner: int) -> None:
        """Lines and payments follow their deal to another owner; who spent what does not change."""
        self.commissions.hand_over(deal, owner)
        self.payments.hand_over(deal, owner)

    def of(self, number: int) -> dict[str, Any]:
        """All that was agreed, came and was spent for a deal."""
        require(self._deals.actor, Act.DEAL_READ)
        deal = self._deals.rows.state(self._deals.actor, number)
        if deal is None:
            raise NotFound("deal.not_found", id=number)
        currency, price = deal["currency"], price_of(deal)
        lines, payments = self.commissions.of_deal(number), self.payments.of_deal(number)
        expenses = self._expenses(number)
        came = self.commissions.came([line["id"] for line in lines])
        agreed = paid = unknown = agency = owed = 0
        earned: dict[tuple[Any, ...], int] = {}
        for line in lines:
            if line["currency"] != currency:
                continue
            paid += came.get(line["id"], 0)
            total = sharing.worth(line["amount"], line["rate"], price)
            if total is None:
                unknown += 1
                continue
            splits = line["splits"] or []
            parts, rest = sharing.divide(total, splits)
            agreed, agency = agreed + total, agency + rest
            owed += max(0, total - came.get(line["id"], 0))
            for split, part in zip(splits, parts, strict=True):
                who = tuple(split.get(name) for name in _WHO)
                earned[who] = earned.get(who, 0) + part
        spent = sum(one["amount"] for one in expenses if one["currency"] == currency)
        return {
            "id": number,
            "currency": currency,
            "price": None if price is None else from_minor(price),
            "commissions": [present(line, price, came.get(line["id"], 0)) for line in lines],
            "agreed": from_minor(agreed),
            "unknown": unknown,
            "came": from_minor(paid),
            "outstanding": from_minor(owed),
            "earnings": [
                {**dict(zip(_WHO, who, strict=True)), "amount": from_minor(amount)} for who, amount in earned.items()
            ],
            "agency": from_minor(agency),
            "payments": [PAYMENT.presented(one) for one in payments],
            "expenses": [EXPENSE.presented(one) for one in expenses],
            "spent": from_minor(spent),
            "net": from_minor(agency - spent),
        }

    def _expenses(self, number: int) -> list[dict[str, Any]]:
        # Unlike lines and payments, an expense may be somebody else's than the deal.
        params: dict[str, Any] = {"deal": number}
        rows = self._deals.db.all(
            f"SELECT {EXPENSE.select} FROM expenses p WHERE p.deal_id = :deal AND p.deleted_at IS NULL"
            f" AND {visible(self._deals.actor, params, 'p')} ORDER BY p.id",
            params,
        )
        return [EXPENSE.state(row) for row in rows]
