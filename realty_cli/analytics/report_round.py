"""Making the reports that wait, and asking for those whose time has come; whoever comes first does it, once.

A report is claimed in one short transaction, composed in one that only reads, drawn in none, and laid into the store in
a third. Who dies in between leaves it to the next round after a pause.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from realty_cli.analytics.kinds import Delivery
from realty_cli.analytics.report_record import SELECT, report_of
from realty_cli.analytics.reports import Made, draw, file_of, keep
from realty_cli.analytics.schemas.reports import ReportContent
from realty_cli.analytics.service import Analytics
from realty_cli.auth import accounts
from realty_cli.errors import Busy, Invalid, RealtyError, Unavailable
from realty_cli.kit import cron
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, stamp
from realty_cli.notify import outbox
from realty_cli.store.database import Connection

TEMPLATE = "report"
#: After so long a report that is being made is taken for left behind; after so many tries it is given up.
_LEFT = timedelta(minutes=15)
_TRIES = 3
#: How long it is told that there was a report.
_TOLD = timedelta(days=90)
_SCHEDULES = (
    "SELECT s.id, s.owner_id, s.request, s.cron, s.deliver, s.next_at, a.timezone FROM report_schedules s"
    " JOIN accounts a ON a.id = s.owner_id WHERE s.deleted_at IS NULL AND s.enabled AND a.is_active"
)
_log = logging.getLogger("realty.reports")


class ReportRound:
    """`transaction` opens one for reading or writing, `analytics` gives an account's services in it."""

    def __init__(
        self,
        transaction: Callable[[bool], AbstractContextManager[Connection]],
        analytics: Callable[[Connection, Actor], Analytics],
        clock: Clock,
    ) -> None:
        self._transaction, self._analytics, self._clock = transaction, analytics, clock

    def run(self, limit: int = 20) -> dict[str, int]:
        """Up to so many reports: `{asked, made, failed, expired}`."""
        counts = {"asked": self._schedule(), "made": 0, "failed": 0, "expired": self._expire()}
        for _ in range(limit):
            report = self._claim()
            if report is None:
                break
            counts["made" if self._make(report) else "failed"] += 1
        return counts

    # What comes by itself -----------------------------------------------------------------------------------------

    def _schedule(self) -> int:
        """Ask for what is due. One that was missed, with nobody there to make it, comes once and not for each time."""
        now = self._clock.now()
        due = f"{_SCHEDULES} AND (s.next_at IS NULL OR s.next_at <= :now) ORDER BY s.id LIMIT 100"
        with self._transaction(False) as db:
            if not db.all(due, {"now": stamp(now)}):
                return 0
        asked = 0
        with self._transaction(True) as db:
            for number, owner, request, text, deliver, next_at, zone in db.all(due, {"now": stamp(now)}):
                comes = cron.read(text).after(now, ZoneInfo(zone))
                sets = {"id": number, "next": None if comes is None else stamp(comes)}
                if next_at is None:  # it was switched on or brought back
                    db.run("UPDATE report_schedules SET next_at = :next WHERE id = :id", sets)
                    continue
                db.run(
                    "UPDATE report_schedules SET next_at = :next, last_at = :now WHERE id = :id",
                    {**sets, "now": stamp(now)},
                )
                content = ReportContent.model_validate(orjson.loads(request))
                actor = _actor(db, owner)
                if actor is not None:
                    language = content.language or actor.language
                    try:
                        self._analytics(db, actor).reports.ask(
                            content, language, deliver=Delivery(deliver), schedule_id=number
                        )
                    except RealtyError as error:  # too many wait
                        _log.warning("schedule %s: %s", number, error)
                        continue
                    asked += 1
        return asked

    # Making -------------------------------------------------------------------------------------------------------

    def _claim(self) -> dict[str, Any] | None:
        now = self._clock.now()
        params = {"now": stamp(now), "left": stamp(now - _LEFT)}
        some = (
            f"{SELECT} WHERE p.status IN ('waiting', 'running') AND (p.status = 'waiting' OR p.started_at < :left)"
            " ORDER BY p.id LIMIT 1"
        )
        with self._transaction(False) as db:
            if db.one(some, {"left": params["left"]}) is None:
                return None
        with self._transaction(True) as db:
            row = db.one(some, {"left": params["left"]})
            if row is None:
                return None
            report = report_of(row)
            taken = db.one(
                "UPDATE reports SET status = 'running', started_at = :now, tries = tries + 1"
                " WHERE id = :id AND tries = :tries RETURNING tries",
                {"now": params["now"], "id": report["id"], "tries": report["tries"]},
            )
        if taken is None:  # somebody else was first; PostgreSQL lets two look at one row
            return self._claim()
        return report | {"tries": taken[0]}

    def _make(self, report: Mapping[str, Any]) -> bool:
        number = report["id"]
        if report["tries"] > _TRIES:  # whoever tried it died each time
            self.failed(number, RealtyError("report.failed", reason="interrupted"))
            return False
        try:
            content = ReportContent.model_validate(report["request"])
            with self._transaction(False) as db:
                actor = _actor(db, report["owner_id"])
                if actor is None:
                    raise Invalid("report.failed", reason="account")
                document = self._analytics(db, actor).reports.compose(content, actor.language)
            made = draw(document, str(content.format), self._clock.now())
        except (Busy, Unavailable) as error:
            self.failed(number, error, again=report["tries"] < _TRIES)
            return False
        except RealtyError as error:
            self.failed(number, error)
            return False
        except Exception as error:
            self.failed(number, RealtyError("report.failed", reason=type(error).__name__))
            _log.exception("report %s failed", number)
            return False
        self.finish(number, made, report["deliver"])
        return True

    def finish(self, number: int, made: Made, deliver: str) -> None:
        """Lay a file into the store, and ask for its letter."""
        now = self._clock.now()
        with self._transaction(True) as db:
            if keep(db, number, made, now) and deliver == Delivery.EMAIL:
                _tell(db, number, now)

    def failed(self, number: int, error: RealtyError, *, again: bool = False) -> None:
        """Write down why a report could not be made; with `again` it waits for another try."""
        problem = error.fields[0] if isinstance(error, Invalid) and error.fields else error
        said = {"code": problem.code, "params": {name: str(value) for name, value in problem.params.items()}}
        with self._transaction(True) as db:
            db.run(
                "UPDATE reports SET status = :status, error = :error, finished_at = :now"
                " WHERE id = :id AND status = 'running'",
                {
                    "status": "waiting" if again else "failed", "error": orjson.dumps(said).decode(),
                    "now": None if again else stamp(self._clock.now()), "id": number,
                },
            )  # fmt: skip

    def _expire(self) -> int:
        """Take away files that have been kept long enough, and later the reports themselves."""
        now = self._clock.now()
        old = {"now": stamp(now)}
        with self._transaction(False) as db:
            if db.one("SELECT 1 FROM reports WHERE expires_at <= :now LIMIT 1", old) is None:
                return 0
        with self._transaction(True) as db:
            gone = "SELECT id FROM reports WHERE expires_at <= :now"
            db.run(f"DELETE FROM report_files WHERE report_id IN ({gone})", old)
            db.run("DELETE FROM reports WHERE status = 'expired' AND expires_at <= :now", old)
            rows = db.all(
                "UPDATE reports SET status = 'expired', expires_at = :told WHERE expires_at <= :now RETURNING id",
                {**old, "told": stamp(now + _TOLD)},
            )
        return len(rows)


def fill(db: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
    """What the letter of a report says and brings along; None where the report is gone."""
    row = db.one(f"{SELECT} WHERE p.id = :id AND p.status = 'ready'", {"id": params["report_id"]})
    if row is None:
        return None
    report = report_of(row)
    made = file_of(db, report)
    return {"title": report["title"], "file": report["file_name"], "files": [made]}


def _tell(db: Connection, number: int, now: datetime) -> None:
    row = db.one(
        "SELECT a.trusted_email, a.language, a.id FROM reports p JOIN accounts a ON a.id = p.owner_id WHERE p.id = :id",
        {"id": number},
    )
    if row is not None and row[0]:
        outbox.put(db, now, TEMPLATE, recipient=row[0], language=row[1], account_id=row[2], report_id=number)


def _actor(db: Connection, number: int) -> Actor | None:
    name = db.value("SELECT username FROM accounts WHERE id = :id", {"id": number})
    return None if name is None else accounts.by_name(db, name)
