"""Payments of a deal, and what they settle: the deposit, or a line of commission."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from realty_cli.deals import sharing
from realty_cli.deals.commissions import SIGNED, Commissions, price_of
from realty_cli.deals.ledger import Ledger
from realty_cli.deals.listings import effect
from realty_cli.deals.money_kinds import PaymentPurpose
from realty_cli.deals.money_record import PAYMENT
from realty_cli.errors import Conflict, Invalid
from realty_cli.kit.clock import not_ahead, stamp
from realty_cli.store.filtering import bounds
from realty_cli.store.paging import NEWEST, By, Sorting


class Payments(Ledger):
    """A payment belongs to its deal: it has the deal's owner and currency."""

    kind = PAYMENT
    sorting = Sorting({**NEWEST, "at": By("at", "moment"), "amount": By("amount")})
    equal = ("deal_id", "commission_id", "client_id", "purpose", "direction", "method", "currency", "owner_id")
    limits = bounds({"amount": "amount", "at": "moment"})
    tells = True

    def complete(self, values: dict[str, Any]) -> None:
        line = None
        if values.get("commission_id") is not None:
            self.mine("commissions", values["commission_id"], "commission_id", "commission.not_found")
            line = self._lines.rows.states([values["commission_id"]])[values["commission_id"]]
            if values.setdefault("deal_id", line["deal_id"]) != line["deal_id"]:
                raise Invalid.one("commission_id", "payment.other_deal", id=line["id"], deal=line["deal_id"])
            if values.setdefault("purpose", PaymentPurpose.COMMISSION.value) != PaymentPurpose.COMMISSION:
                raise Invalid.one("purpose", "payment.line_is_commission")
        if values.get("deal_id") is None:
            raise Invalid.one("deal_id", "field.missing")
        self.mine("deals", values["deal_id"], "deal_id", "deal.not_found")
        self.mine("clients", values.get("client_id"), "client_id", "client.unknown")
        deal = self.deals.rows.states([values["deal_id"]])[values["deal_id"]]
        values["owner_id"] = deal["owner_id"]
        values["currency"] = deal["currency"] if line is None else line["currency"]
        values.setdefault("purpose", PaymentPurpose.PRICE.value)
        values.setdefault("at", stamp(self.clock.now()))
        not_ahead(self.clock, values["at"], "at")

    def change(self, before: Mapping[str, Any], changes: dict[str, Any]) -> None:
        not_ahead(self.clock, changes.get("at"), "at")
        self.mine("clients", changes.get("client_id"), "client_id", "client.unknown")

    def returns(self, row: Mapping[str, Any]) -> None:
        if row["commission_id"] is not None and self._lines.rows.state(self.actor, row["commission_id"]) is None:
            raise Conflict("payment.line_in_bin", id=row["id"], line=row["commission_id"])

    def moved(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        if row["commission_id"] is not None:
            return self._settle_line(row["commission_id"])
        if row["purpose"] == PaymentPurpose.DEPOSIT:
            return self._settle_deposit(row["deal_id"])
        return []

    @property
    def _lines(self) -> Commissions:
        return self.deals.money.commissions

    def _settle_line(self, number: int) -> list[dict[str, Any]]:
        """A line is paid at the moment of the payment that covered it, and open again where that goes."""
        line = self._lines.rows.states([number])[number]
        deal = self.deals.rows.states([line["deal_id"]])[line["deal_id"]]
        total = sharing.worth(line["amount"], line["rate"], price_of(deal))
        paid = None if total is None else self._covered("commission_id", number, total)
        if not self._lines.rows.update([(line, {"paid_at": paid})]):
            return []
        return [effect("commission", number, "paid_at", line["paid_at"], paid)]

    def _settle_deposit(self, number: int) -> list[dict[str, Any]]:
        deal = self.deals.rows.states([number])[number]
        if deal["deposit"] is None:
            return []
        paid = self._covered("deal_id", number, deal["deposit"], PaymentPurpose.DEPOSIT)
        if not self.deals.rows.update([(deal, {"deposit_paid_at": paid})]):
            return []
        return [effect("deal", number, "deposit_paid_at", deal["deposit_paid_at"], paid)]

    def _covered(self, column: str, number: int, total: int, purpose: PaymentPurpose | None = None) -> str | None:
        """When payments came to the total for the last time, if they still do."""
        params: dict[str, Any] = {"number": number}
        which = ""
        if purpose is not None:
            params["purpose"] = purpose.value
            which = " AND purpose = :purpose"
        rows = self.db.all(
            f"SELECT at, {SIGNED} FROM payments WHERE {column} = :number AND deleted_at IS NULL{which} ORDER BY at, id",
            params,
        )
        came, covered = 0, None
        for at, amount in rows:
            came += amount
            if came < total:
                covered = None
            elif covered is None:
                covered = at
        return covered
