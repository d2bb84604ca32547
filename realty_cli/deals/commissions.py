"""Lines of commission: who owes them, what they come to, and who gets which part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.deals import sharing
from realty_cli.deals.ledger import Ledger
from realty_cli.deals.money_record import COMMISSION, SPLIT, commission_presented
from realty_cli.errors import Invalid
from realty_cli.kit.clock import not_ahead
from realty_cli.kit.money import from_minor
from realty_cli.store.filtering import bounds
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.selection import Selection
from realty_cli.store.word_index import in_parts

#: Money that came in less money that went back.
SIGNED = "CASE WHEN direction = 'in' THEN amount ELSE -amount END"


class Commissions(Ledger):
    """A line belongs to its deal: it has the deal's owner and currency."""

    kind = COMMISSION
    sorting = Sorting({
        **NEWEST, "due_on": By("due_on", "day", nullable=True), "paid_at": By("paid_at", "moment", nullable=True),
    })  # fmt: skip
    equal = ("deal_id", "payer", "owner_id")
    limits = bounds({"due_on": "day", "paid_at": "moment"})

    def narrow(self, wanted: Any, chosen: Selection) -> None:
        if wanted.paid is not None:
            chosen.conditions.append(f"p.paid_at IS {'NOT ' if wanted.paid else ''}NULL")

    def complete(self, values: dict[str, Any]) -> None:
        self.mine("deals", values["deal_id"], "deal_id", "deal.not_found")
        deal = self.deals.rows.states([values["deal_id"]])[values["deal_id"]]
        values["owner_id"], values["currency"] = deal["owner_id"], deal["currency"]
        if (values.get("rate") is None) == (values.get("amount") is None):
            raise Invalid.one("rate", "commission.rate_or_amount")
        not_ahead(self.clock, values.get("paid_at"), "paid_at")
        self._split(values, values.get("splits"), deal)

    def change(self, before: Mapping[str, Any], changes: dict[str, Any]) -> None:
        if changes.get("rate") is not None and changes.get("amount") is not None:
            raise Invalid.one("rate", "commission.rate_or_amount")
        if changes.get("rate") is not None:
            changes["amount"] = None
        elif changes.get("amount") is not None:
            changes["rate"] = None
        after = {**before, **changes}
        if after["rate"] is None and after["amount"] is None:
            raise Invalid.one("rate", "commission.rate_or_amount")
        not_ahead(self.clock, changes.get("paid_at"), "paid_at")
        if not {"splits", "rate", "amount"}.isdisjoint(changes):
            deal = self.deals.rows.states([before["deal_id"]])[before["deal_id"]]
            self._split(changes, changes.get("splits", before["splits"]), deal, after)

    def _split(
        self,
        values: dict[str, Any],
        splits: Sequence[Any] | None,
        deal: Mapping[str, Any],
        line: Mapping[str, Any] | None = None,
    ) -> None:
        """Check the parts of a line (schemas, or parts as they are stored) and put them into the values."""
        line = line or values
        plain = [one if isinstance(one, dict) else _plain(one) for one in splits or ()]
        total = sharing.worth(line.get("amount"), line.get("rate"), price_of(deal))
        if problems := sharing.contradictions(plain, total):
            raise Invalid("invalid", problems)
        for one in plain:
            self.mine("clients", one.get("client_id"), "splits", "client.unknown")
            if (account := one.get("account_id")) is not None and not self.db.one(
                "SELECT 1 FROM accounts WHERE id = :id", {"id": account}
            ):
                raise Invalid.one("splits", "account.not_found", id=account)
        if "splits" in values:
            values["splits"] = plain or None

    def shown(self, states: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        deals = self.deals.rows.states(sorted({state["deal_id"] for state in states}))
        came = self.came([state["id"] for state in states])
        return [present(state, price_of(deals.get(state["deal_id"], {})), came.get(state["id"], 0)) for state in states]

    def came(self, numbers: Sequence[int]) -> dict[int, int]:
        """What was paid of lines, by line."""
        found: dict[int, int] = {}
        for some, params in in_parts(numbers):
            for number, total in self.db.all(
                f"SELECT commission_id, sum({SIGNED}) FROM payments WHERE commission_id IN {some}"
                " AND deleted_at IS NULL GROUP BY commission_id",
                params,
            ):
                found[number] = int(total)
        return found


def price_of(deal: Mapping[str, Any]) -> int | None:
    """What rates are per cent of: the final price, or what is agreed upon so far."""
    final: int | None = deal.get("final_price")
    return deal.get("amount") if final is None else final


def present(state: Mapping[str, Any], price: int | None, came: int) -> dict[str, Any]:
    """A line as it is shown: with what it and its parts come to."""
    line = commission_presented(state)
    total = sharing.worth(state["amount"], state["rate"], price)
    parts: Sequence[int | None] = [None] * len(line["splits"])
    rest = None
    if total is not None:
        parts, rest = sharing.divide(total, state["splits"] or ())
    line["comes_to"] = None if total is None else from_minor(total)
    line["splits"] = [
        {**one, "comes_to": None if part is None else from_minor(part)}
        for one, part in zip(line["splits"], parts, strict=True)
    ]
    line["agency"] = None if rest is None else from_minor(rest)
    line["came"] = from_minor(came)
    line["settled"] = sharing.settled(total, came)
    return line


def _plain(split: Any) -> dict[str, Any]:
    values = {name: getattr(split, name) for name in SPLIT}
    return {name: value for name, value in values.items() if value not in (None, "")}
