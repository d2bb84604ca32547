"""Money spent, and on what: a channel, a listing, a deal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act
from realty_cli.deals.ledger import Ledger
from realty_cli.deals.money_record import EXPENSE
from realty_cli.errors import Invalid
from realty_cli.store.filtering import bounds
from realty_cli.store.paging import NEWEST, By, Sorting


class Expenses(Ledger):
    """An expense belongs to whoever spent it."""

    kind = EXPENSE
    sorting = Sorting({
        **NEWEST, "spent_on": By("spent_on", "day"), "amount": By("amount"), "category": By("category", "text"),
    })  # fmt: skip
    equal = (
        "deal_id", "property_id", "category", "source", "campaign", "external_id", "currency", "owner_id",
    )  # fmt: skip
    limits = bounds({"amount": "amount", "spent_on": "day"})

    def complete(self, values: dict[str, Any]) -> None:
        values["owner_id"] = owner_of(self.db, self.actor, values.get("owner_id"), Act.DEAL_ASSIGN)
        values.setdefault("currency", self.deals.settings.currency)
        values.setdefault("spent_on", self._today())
        self._check(values)

    def change(self, before: Mapping[str, Any], changes: dict[str, Any]) -> None:
        if changes.get("owner_id") is None:
            changes.pop("owner_id", None)
        else:
            changes["owner_id"] = owner_of(self.db, self.actor, changes["owner_id"], Act.DEAL_ASSIGN)
        self._check({name: value for name, value in changes.items() if before.get(name) != value})

    def _today(self) -> str:
        return self.clock.now().astimezone(ZoneInfo(self.actor.timezone)).date().isoformat()

    def _check(self, values: Mapping[str, Any]) -> None:
        self.mine("deals", values.get("deal_id"), "deal_id", "deal.not_found")
        if values.get("property_id") is not None:
            self.deals.listings.named(values["property_id"])
        if values.get("spent_on", "") > self._today():
            raise Invalid.one("spent_on", "expense.ahead", day=values["spent_on"])
