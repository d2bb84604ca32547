"""Reports: composed and drawn at once, or asked for, made in the background and fetched while they are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson

from realty_cli.analytics.kinds import Delivery, ReportStatus, ReportType
from realty_cli.analytics.report_record import COLUMNS, SELECT, presented, report_of
from realty_cli.auth.policy import Act, require
from realty_cli.errors import Conflict, NotFound, TooMany
from realty_cli.kit.clock import stamp
from realty_cli.kit.ids import MAX_ID
from realty_cli.store import paging
from realty_cli.store.database import Connection
from realty_cli.store.paging import By, Sorting
from realty_cli.store.scope import visible
from realty_cli.store.selection import Selection, any_of

if TYPE_CHECKING:
    from realty_cli.analytics.schemas.reports import ReportContent
    from realty_cli.analytics.service import Analytics
    from realty_cli.reports.document import Document

#: How long a file is kept, and how many reports of one account may wait at a time.
KEPT = timedelta(days=7)
MOST_WAITING = 20
#: Reports about one listing.
OF_LISTING = (ReportType.OWNER, ReportType.CMA)
_SORTING = Sorting({"created_at": By("id"), "id": By("id"), "report_type": By("report_type", "text")})


@dataclass(frozen=True, slots=True)
class Made:
    """The file of a report."""

    title: str
    file_name: str
    media_type: str
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def price_to_keep(wanted: ReportContent) -> tuple[int, int] | None:
    """The number of a listing and the price, in hundredths, that an agent recommends for it in asking for a report."""
    number, price = wanted.property_id, wanted.recommended_price
    return None if number is None or price is None or wanted.report_type not in OF_LISTING else (number, price)


class Reports:
    """Reports of an actor; an administrator sees everybody's."""

    def __init__(self, analytics: Analytics) -> None:
        self.analytics = analytics
        self.db, self.actor, self.clock = analytics.db, analytics.actor, analytics.clock

    # Made at once -------------------------------------------------------------------------------------------------

    def compose(self, wanted: ReportContent, language: str) -> Document:
        """The report as plain data, in the language that it asks for, else `language`."""
        from realty_cli.analytics.reporting.composing import compose

        require(self.actor, Act.ANALYTICS_READ)
        return compose(self.analytics, wanted, wanted.language or language)

    def body(self, wanted: ReportContent, language: str) -> dict[str, Any]:
        """The report as json: see `ReportBody`."""
        return dict(self.compose(wanted, language).data)

    # Made in the background -----------------------------------------------------------------------------------------

    def ask(
        self,
        wanted: ReportContent,
        language: str,
        *,
        deliver: Delivery = Delivery.KEEP,
        schedule_id: int | None = None,
        running: bool = False,
    ) -> dict[str, Any]:
        """Have a report made: it waits for `ReportRound`, or is `running` already."""
        require(self.actor, Act.REPORT_WRITE)
        waiting = self.db.value(
            "SELECT count(*) FROM reports WHERE status IN ('waiting', 'running') AND owner_id = :me",
            {"me": self.actor.id},
        )
        if waiting >= MOST_WAITING:
            raise TooMany("report.too_many", most=MOST_WAITING)
        now = stamp(self.clock.now())
        request = wanted.model_dump(mode="json", exclude_none=True, exclude={"background"})
        row = dict.fromkeys(COLUMNS[1:]) | {
            "owner_id": self.actor.id, "schedule_id": schedule_id, "report_type": str(wanted.report_type),
            "format": str(wanted.format),
            "request": orjson.dumps({**request, "language": wanted.language or language}).decode(),
            "deliver": str(deliver), "status": (ReportStatus.RUNNING if running else ReportStatus.WAITING).value,
            "tries": int(running), "created_at": now, "started_at": now if running else None,
        }  # fmt: skip
        names, bound = ", ".join(row), ", ".join(":" + name for name in row)
        number = self.db.value(f"INSERT INTO reports ({names}) VALUES ({bound}) RETURNING id", row)
        return self.get(number, language)

    def get(self, number: int, language: str) -> dict[str, Any]:
        require(self.actor, Act.ANALYTICS_READ)
        return presented(self._mine(number), language)

    def page(
        self,
        wanted: Any,
        language: str,
        *,
        sort: str | None = None,
        limit: int = 20,
        offset: int = 0,
        cursor: str | None = None,
        total: bool = True,
    ) -> dict[str, Any]:
        """One page: `{items, total, limit, offset, next_cursor}`."""
        require(self.actor, Act.ANALYTICS_READ)
        chosen = Selection("reports", "")
        chosen.conditions.append(visible(self.actor, chosen.params, "p"))
        for name in ("report_type", "status"):
            if (some := getattr(wanted, name)) is not None:
                chosen.conditions.append(any_of("p." + name, name, [str(one) for one in some], chosen.params))
        if wanted.schedule_id is not None:
            chosen.conditions.append("p.schedule_id = :schedule")
            chosen.params["schedule"] = wanted.schedule_id
        found = paging.page(
            self.db, chosen, _SORTING.order(sort), COLUMNS, limit=limit, offset=offset, cursor=cursor, total=total
        )
        return paging.answer([presented(report_of(row), language) for row in found.rows], found, limit, offset)

    def file(self, number: int) -> Made:
        """The file of a report that is ready. Raises Conflict before, NotFound once it has expired."""
        require(self.actor, Act.ANALYTICS_READ)
        report = self._mine(number)
        if report["status"] == ReportStatus.EXPIRED:
            raise NotFound("report.expired", id=number)
        if report["status"] != ReportStatus.READY:
            raise Conflict("report.not_ready", id=number, status=report["status"])
        return file_of(self.db, report)

    def delete(self, number: int) -> None:
        """Take a report and its file out of the store."""
        require(self.actor, Act.REPORT_WRITE)
        self._mine(number)
        self.db.run("DELETE FROM report_files WHERE report_id = :id", {"id": number})
        self.db.run("DELETE FROM reports WHERE id = :id", {"id": number})

    def _mine(self, number: int) -> dict[str, Any]:
        params: dict[str, Any] = {"id": number}
        row = None
        if number <= MAX_ID:
            row = self.db.one(f"{SELECT} WHERE p.id = :id AND {visible(self.actor, params, 'p')}", params)
        if row is None:
            raise NotFound("report.not_found", id=number)
        return report_of(row)


def file_of(db: Connection, report: dict[str, Any]) -> Made:
    data = db.value("SELECT data FROM report_files WHERE report_id = :id", {"id": report["id"]})
    return Made(report["title"], report["file_name"], report["media_type"], bytes(data))


def draw(document: Document, kind: str, now: datetime) -> Made:
    """The file of a document, in no transaction: what sets a page takes its time."""
    from realty_cli.reports.render import render

    drawn = render(document, kind)
    return Made(document.title, f"{document.kind}-{now.date().isoformat()}{drawn.suffix}", drawn.media_type, drawn.data)


def keep(db: Connection, number: int, made: Made, now: datetime) -> bool:
    """Lay the file of a report into the store; says whether anybody still wants it."""
    row = db.one(
        "UPDATE reports SET status = 'ready', title = :title, file_name = :file_name, media_type = :media_type,"
        " size = :size, sha256 = :sha256, error = NULL, finished_at = :now, expires_at = :expires"
        " WHERE id = :id AND status = 'running' RETURNING id",
        {
            "id": number, "title": made.title, "file_name": made.file_name, "media_type": made.media_type,
            "size": len(made.data), "sha256": made.sha256, "now": stamp(now), "expires": stamp(now + KEPT),
        },
    )  # fmt: skip
    if row is None:
        return False
    db.run("INSERT INTO report_files (report_id, data) VALUES (:id, :data)", {"id": number, "data": made.data})
    return True
