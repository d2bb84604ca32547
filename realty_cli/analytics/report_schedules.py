"""Reports that come by themselves: what, when, and by which way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from realty_cli.analytics.kinds import Delivery, ReportType
from realty_cli.analytics.report_record import SCHEDULE
from realty_cli.analytics.scope import refuse_over
from realty_cli.auth.policy import Act
from realty_cli.deals.ledger import Ledger
from realty_cli.errors import Invalid
from realty_cli.kit import cron
from realty_cli.kit.clock import stamp
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.rows import Rows
from realty_cli.store.selection import Selection

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics


#: Each file is kept for a week; who wants one every minute wants the dashboard.
_OFTENEST = timedelta(hours=1)


class Schedules(Ledger):
    """Those of an actor. `report` outside is the column `request` inside."""

    kind = SCHEDULE
    sorting = Sorting({**NEWEST, "next_at": By("next_at", "moment")})
    equal = ()
    limits: ClassVar[Mapping[str, str]] = {}
    read, write = Act.ANALYTICS_READ, Act.REPORT_WRITE

    def __init__(self, analytics: Analytics) -> None:
        self.analytics = analytics
        self.db, self.actor, self.clock = analytics.db, analytics.actor, analytics.clock
        self.rows = Rows(analytics.db, analytics.log, analytics.clock, self.kind)

    def narrow(self, wanted: Any, chosen: Selection) -> None:
        if wanted.enabled is not None:
            chosen.conditions.append("p.enabled" if wanted.enabled else "NOT p.enabled")

    def complete(self, values: dict[str, Any]) -> None:
        values["owner_id"] = self.actor.id
        self._settle(values, values)

    def change(self, before: Mapping[str, Any], changes: dict[str, Any]) -> None:
        self._settle({**before, **changes}, changes)

    def shown(self, states: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for state in states:
            values = SCHEDULE.presented(state)
            request = values.pop("request")
            if not values["enabled"] or values["deleted_at"] is not None:
                values["next_at"] = None
            found.append({"report": request, **values})
        return found

    def _settle(self, whole: dict[str, Any], into: dict[str, Any]) -> None:
        """Check what was given, and work out when it comes next."""
        if (content := into.pop("report", None)) is not None:
            if content.start_date is not None or content.end_date is not None:
                raise Invalid.one("report", "report_schedule.fixed_dates")
            scope = self.analytics.scope(content)
            if content.report_type == ReportType.OWNER:
                refuse_over(scope, content)
            into["request"] = content.model_dump(mode="json", exclude_none=True) | {
                "language": content.language or self.actor.language
            }
        if whole["deliver"] == Delivery.EMAIL and not self._address(whole["owner_id"]):
            raise Invalid.one("deliver", "report_schedule.no_address")
        zone, now = ZoneInfo(self.actor.timezone), self.clock.now()
        comes = cron.read(whole["cron"]).after(now, zone)
        following = cron.read(whole["cron"]).after(comes, zone) if comes is not None else None
        if comes is not None and following is not None and following - comes < _OFTENEST:
            raise Invalid.one("cron", "report_schedule.too_often")
        into["next_at"] = stamp(comes) if comes is not None and whole["enabled"] else None

    def _address(self, owner: int) -> str | None:
        found: str | None = self.db.value("SELECT trusted_email FROM accounts WHERE id = :me", {"me": owner})
        return found
