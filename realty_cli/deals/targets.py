"""Targets: what an agent, or the agency, means to reach in a period."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from realty_cli.auth.owning import owner_of
from realty_cli.auth.policy import Act, allows
from realty_cli.deals.ledger import Ledger
from realty_cli.deals.money_kinds import AMOUNTS, TargetMetric, TargetScope
from realty_cli.deals.money_record import TARGET
from realty_cli.errors import Conflict, Denied, Invalid
from realty_cli.kit.periods import parse_period
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.selection import Selection


class Targets(Ledger):
    """One of a metric, a period and an owner; the agency's are an administrator's."""

    kind = TARGET
    sorting = Sorting({**NEWEST, "starts_on": By("starts_on", "day"), "metric": By("metric", "text")})
    equal = ("scope", "metric", "owner_id")
    limits: ClassVar[Mapping[str, str]] = {}
    write = Act.TARGET_WRITE

    def narrow(self, wanted: Any, chosen: Selection) -> None:
        if wanted.on is not None:
            chosen.conditions.append("p.starts_on <= :on AND p.ends_on >= :on")
            chosen.params["on"] = wanted.on

    def complete(self, values: dict[str, Any]) -> None:
        values["owner_id"] = owner_of(self.db, self.actor, values.get("owner_id"), Act.DEAL_ASSIGN)
        if values["scope"] == TargetScope.AGENCY and not allows(self.actor, Act.DEAL_ASSIGN):
            raise Denied("target.agency")
        zone = ZoneInfo(self.actor.timezone)
        found = parse_period(values.pop("period"), now=self.clock.now(), zone=zone)
        values |= {
            "period": found.granularity, "starts_on": found.first.isoformat(), "ends_on": found.last.isoformat(),
        }  # fmt: skip
        if values["metric"] in AMOUNTS:
            values.setdefault("currency", self.deals.settings.currency)
        elif values.get("currency") is not None:
            raise Invalid.one("currency", "target.is_a_count", metric=TargetMetric(values["metric"]).value)
        self._alone(values)

    def change(self, before: Mapping[str, Any], changes: dict[str, Any]) -> None:
        if before["scope"] == TargetScope.AGENCY and not allows(self.actor, Act.DEAL_ASSIGN):
            raise Denied("target.agency")

    def returns(self, row: Mapping[str, Any]) -> None:
        self._alone(row)

    def shown(self, states: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        return [TARGET.presented(state) for state in states]

    def _alone(self, values: Mapping[str, Any]) -> None:
        names = ("owner_id", "scope", "metric", "starts_on", "ends_on")
        same = " AND ".join(f"{name} = :{name}" for name in names)
        currency = values.get("currency")
        row = self.db.one(
            f"SELECT id FROM targets WHERE {same} AND coalesce(currency, '') = :currency AND deleted_at IS NULL",
            {**{name: values[name] for name in names}, "currency": currency or ""},
        )
        if row is not None:
            raise Conflict("target.exists", id=row[0])
