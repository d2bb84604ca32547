"""Calendars elsewhere with all that belongs to them: the store's part, the password, and the way there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from realty_cli.errors import Invalid, RealtyError, Unavailable
from realty_cli.integrations import caldav
from realty_cli.integrations.calendar_secrets import CalendarSecrets
from realty_cli.integrations.outward import checked
from realty_cli.kit.clock import Clock, stamp
from realty_cli.store.database import Connection

if TYPE_CHECKING:
    from realty_cli.events.schemas.sync import IntegrationCreate, SyncRequest
    from realty_cli.events.sync.engine import Opener
    from realty_cli.settings import Settings


class Calendars:
    """`here`: whoever asks sits at this machine, and may reach what it reaches. Others reach the internet, and the
    hosts of the setting `calendar_hosts`."""

    def __init__(self, settings: Settings, *, here: bool, wait: Callable[[float], None] | None = None) -> None:
        self._hosts = {one.strip().lower() for one in settings.calendar_hosts.split(",") if one.strip()}
        self._here = here
        self._wait = wait
        self._secrets = CalendarSecrets(settings.home, use_keyring=here and settings.keyring == "auto")

    def found(self, data: IntegrationCreate) -> tuple[str, bool]:
        """The address of the calendar that is meant, and whether it may be a private one. Asks the server, in no
        transaction. Raises Invalid, NotFound, Denied."""
        if data.provider != "caldav":
            raise Invalid.one("provider", "sync.not_yet", provider=data.provider)
        private_ok = self._here or (urlsplit(data.url.strip()).hostname or "") in self._hosts
        url = checked(data.url, private_ok=private_ok)
        password = data.password.get_secret_value()
        try:
            with self._door(url, data.username, password, private_ok, data.calendar) as door:
                return door.url, private_ok
        except Unavailable as error:
            # An address at which nobody answers is the caller's to mend, unlike a server that is away for a while.
            raise Invalid.one("url", error.code, **error.params) from None

    def create(self, work: Any, data: IntegrationCreate, url: str, *, private_ok: bool) -> dict[str, Any]:
        made: dict[str, Any]
        made, name = work.integrations.create(data, url, private_ok=private_ok)
        self._secrets.keep(name, data.password.get_secret_value())
        return made

    def remove(self, work: Any, number: int) -> None:
        self._secrets.forget(work.integrations.remove(number))

    def run(self, opened: Opener, number: int, asked: SyncRequest) -> dict[str, Any]:
        """Come into step, in transactions of its own."""
        from realty_cli.events.sync.engine import Run, Terms

        with opened(False) as work:
            one = work.integrations.whole(number)
        try:
            private_ok = bool(one["private_ok"]) or (urlsplit(one["url"]).hostname or "") in self._hosts
            password = self._secrets.read(one["secret_ref"])
            terms = Terms(
                number, asked.conflict or one["conflict"], one["token"], one["created_at"], one["days_back"],
                asked.dry_run, asked.allow_mass_delete,
            )  # fmt: skip
            with self._door(one["url"], one["username"], password, private_ok) as door:
                return Run(opened, door, terms).run()
        except RealtyError as error:
            if not asked.dry_run:
                with opened(True) as work:
                    work.integrations.failed(number, error.code)
            raise

    @contextmanager
    def _door(
        self, url: str, username: str | None, password: str, private_ok: bool, name: str | None = None
    ) -> Iterator[caldav.CalDav]:
        door = caldav.opened(url, username, password, private_ok=private_ok, name=name, wait=self._wait)
        try:
            yield door
        finally:
            door.close()


class Keeping:
    """Brings into step, time after time, what `sync_minutes` says is due, whosever it is."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        transaction: Callable[[bool], AbstractContextManager[Connection]],
        opened_as: Callable[[str], Opener],
    ) -> None:
        """`opened_as` gives transactions of the account of this name."""
        self._every, self._clock = timedelta(minutes=settings.sync_minutes), clock
        self._calendars = Calendars(settings, here=False)
        self._transaction, self._opened_as = transaction, opened_as
        #: When each was tried last, well or not: one that fails waits as long as one that does not.
        self._tried: dict[int, datetime] = {}

    def bring(self, stop: Callable[[], bool]) -> list[int]:
        """One after the other, until `stop` says so. Gives those that came into step; what goes wrong stands in
        `last_error` of its calendar."""
        from realty_cli.events.schemas.sync import SyncRequest

        done = []
        for number, username in self._due():
            if stop():
                break
            self._tried[number] = self._clock.now()
            try:
                self._calendars.run(self._opened_as(username), number, SyncRequest())
                done.append(number)
            except RealtyError:
                continue
        return done

    def _due(self) -> list[tuple[int, str]]:
        if not self._every:
            return []
        before = self._clock.now() - self._every
        with self._transaction(False) as db:
            rows = db.all(
                "SELECT i.id, a.username FROM calendar_integrations i JOIN accounts a ON a.id = i.owner_id"
                " WHERE a.is_active = :yes AND (i.last_synced_at IS NULL OR i.last_synced_at <= :before)"
                " ORDER BY i.last_synced_at, i.id",
                {"yes": True, "before": stamp(before)},
            )
        return [(number, name) for number, name in rows if self._tried.get(number, before) <= before]
