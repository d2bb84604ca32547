"""The composition root: `Realty` is the program over one store, `Work` one transaction of one actor.

Everything that a slice needs is handed to it here; nothing below this module looks for its own settings, clock or
connection.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from realty_cli.errors import Busy, Conflict, Denied, NotSignedIn, Unavailable
from realty_cli.kit import paths
from realty_cli.kit.actor import Actor
from realty_cli.kit.clock import Clock, SystemClock, stamp
from realty_cli.settings import Settings
from realty_cli.store import driver, schema
from realty_cli.store.changelog import ChangeLog, Origin
from realty_cli.store.database import Connection, Database
from realty_cli.work import Work as Work

if TYPE_CHECKING:
    from realty_cli.analytics.report_round import ReportRound
    from realty_cli.analytics.service import Analytics
    from realty_cli.auth.access import Access
    from realty_cli.auth.gate import Gate
    from realty_cli.auth.signing import KeyRing
    from realty_cli.integrations.calendars import Keeping
    from realty_cli.integrations.credentials import Credentials


class Realty:
    """The program over one store."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.database = Database(settings.url, synchronous=settings.synchronous, busy_timeout=settings.busy_timeout)
        #: Set when this process is to end: long work stops at its next step and says so.
        self.ending = threading.Event()

    # The store -------------------------------------------------------------------------------------------------------

    def connect(self, *, write: bool = False) -> Connection:
        """A connection to a store of this version. An older SQLite store is backed up and brought up to date first."""
        connection = self.database.connect(write=write)
        try:
            if schema.check(connection):
                if write and schema.unfinished(connection):
                    from realty_cli.properties.late_indexes import settle

                    settle(connection)
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
        if self.database.dialect == "postgresql":
            raise Unavailable("store.migrate_first")
        self.migrate()
        return self.database.connect(write=write)

    def migrate(self) -> dict[str, Any]:
        """Bring the store up to date; says from what to what, and where the backup is."""
        from realty_cli.store.migrating import migrate

        backup = self.backup_path("before-migration") if self.database.dialect == "sqlite" else None
        before, after = migrate(self.database, backup)
        made = backup is not None and backup.exists()
        return {"before": before, "after": after, "backup": str(backup) if made else None}

    def backup_path(self, why: str = "") -> Path:
        """A new name in the folder of backups."""
        now = self.clock.now().strftime("%Y%m%d-%H%M%S-%f")
        return self.settings.backups_folder / f"realty-{now}{'-' + why if why else ''}.db"

    def create(self, username: str) -> Actor:
        """Make the store and its first account, an administrator, and sign it in."""
        from realty_cli.auth import accounts
        from realty_cli.auth.policy import Role
        from realty_cli.store.migrating import create, fill

        made: list[Actor] = []

        def first(db: Connection) -> None:
            if db.one("SELECT 1 FROM accounts"):
                raise Conflict("store.exists", path=self.database.url.rpartition("@")[2])
            language = self.settings.lang or "ru"
            made.append(
                accounts.create(
                    db, self.clock, username, role=Role.ADMIN, timezone=self.settings.timezone, language=language
                )
            )

        paths.private_folder(self.settings.home)
        if self.database.dialect == "postgresql" and self._has_tables():
            fill(self.database, first)
        else:
            create(self.database, first)
        self.sign_in(made[0].username)
        return made[0]

    def prepare(self) -> bool:
        """Make the store without an account, if there is none yet; says whether it was made."""
        paths.private_folder(self.settings.home)
        if self.database.dialect == "postgresql":
            if self._has_tables():
                return False
        elif self.database.path is not None and self.database.path.exists():
            return False
        # Not before: Alembic and SQLAlchemy are 21 MiB, which a server on a store that is there would keep for nothing.
        from realty_cli.store.migrating import create

        try:
            create(self.database)
        except Conflict as error:
            if error.code != "store.exists":
                raise
            return False  # another process was first
        return True

    def _has_tables(self) -> bool:
        connection = self.database.connect()
        try:
            return schema.revision(connection) is not None
        finally:
            connection.close()

    # Who works -------------------------------------------------------------------------------------------------------

    @cached_property
    def credentials(self) -> Credentials:
        """What the command line of this home signed in with."""
        from realty_cli.integrations.credentials import Credentials

        return Credentials(self.settings.home, use_keyring=self.settings.keyring == "auto")

    def sign_in(self, username: str, token: str | None = None) -> Literal["keyring", "file"]:
        """Work as this account from now on, on this machine; says where the token is kept. Without a token the account
        must have no password."""
        return self.credentials.keep(username, token)

    def actor(self, db: Connection, username: str | None = None) -> Actor:
        """The account that works on this machine: the one of REALTY_API_KEY, the one signed in, or the only one that
        there is, if it has no password. An administrator may name another one to work as."""
        from realty_cli.auth import accounts
        from realty_cli.auth.names import name_key

        try:
            found = self._signed_in(db)
        except NotSignedIn:
            # Without anybody signed in, an account that nothing guards may still be named.
            if username is None:
                raise
            if accounts.by_name(db, username) is None:
                raise NotSignedIn("account.unknown", username=username) from None
            if (open_account := accounts.unguarded(db, username)) is None:
                raise
            return open_account
        if username is None or name_key(username) == name_key(found.username):
            return found
        if not found.sees_all:
            raise Denied("account.not_as", username=username)
        other = accounts.by_name(db, username)
        if other is None:
            raise NotSignedIn("account.unknown", username=username)
        return other

    def _signed_in(self, db: Connection) -> Actor:
        from realty_cli.auth import accounts

        if self.settings.api_key:
            return self.access.identify(db, self.settings.api_key, header="key")
        kept = self.credentials.kept()
        if kept is not None and kept.token is not None:
            return self.access.identify_local(db, kept.token)
        found = accounts.unguarded(db, kept.username) if kept is not None else accounts.only_unguarded(db)
        if found is None:
            raise NotSignedIn("account.not_signed_in")
        return found

    @cached_property
    def keys(self) -> KeyRing:
        """What signs access tokens. Raises `Invalid` for a weak REALTY_SECRET_KEY."""
        from datetime import timedelta

        from realty_cli.auth.signing import KeyRing

        keep = timedelta(minutes=self.settings.access_minutes + 5)
        return KeyRing(self.settings.keys_path, self.clock, self.settings.secret_key, keep)

    @cached_property
    def access(self) -> Access:
        """Who a token or a key belongs to."""
        from realty_cli.auth.access import Access

        return Access(self.keys, self.clock)

    @cached_property
    def gate(self) -> Gate:
        """Registering, signing in, and what asks for a password: in transactions of its own."""
        from realty_cli.auth.gate import Gate

        def moved(db: Connection, log: ChangeLog, owner: int) -> None:
            from realty_cli.events.moving import moved
            from realty_cli.events.repository import EventRows

            moved(EventRows(db, log, self.clock), owner)

        return Gate(self.transaction, self.clock, self.settings, self.keys, moved)

    def deliver(self, limit: int = 50) -> dict[str, int]:
        """Send the letters and messages that wait: `{sent, failed, dead}`."""
        from realty_cli.auth import letters
        from realty_cli.integrations.messengers import messengers
        from realty_cli.notify.delivery import Sender

        settings = self.settings

        def fill(db: Connection, params: Mapping[str, Any], now: datetime) -> dict[str, Any] | None:
            if "digest_of" in params:
                from realty_cli.events import digest

                return digest.fill(db, params)
            if "reminder_id" in params:
                from realty_cli.events import reminding

                return reminding.fill(db, params, now)
            if "alert_ids" in params:
                from realty_cli.analytics import alert_letters

                return alert_letters.fill(db, params, now)
            if "report_id" in params:
                from realty_cli.analytics import report_round

                return report_round.fill(db, params, now)
            return letters.fill(db, settings, params, now)

        sender = Sender(
            lambda write: self.transaction(write=write),
            self.clock,
            messengers(settings, lambda: self.keys.secret("smtp_password")),
            fill,
            settings.delivery_attempts,
        )
        return sender.deliver(limit)

    def remind(self, limit: int = 200, *, dry_run: bool = False) -> list[dict[str, Any]]:
        """Take in hand what reminders are due, whosever; `deliver` sends the letters that they become."""
        from realty_cli.events.digest import Digests
        from realty_cli.events.reminding import Reminding

        reminding = Reminding(lambda write: self.transaction(write=write), self.clock)
        if dry_run:
            return [one.shown("due") for one in reminding.pending()[:limit]]
        found = reminding.remind(limit)
        Digests(lambda write: self.transaction(write=write), self.clock).send()
        return found

    def check_alerts(
        self, *, figures: bool | None = None, facts: frozenset[str] | None = None, dry_run: bool = False
    ) -> dict[str, Any]:
        """Try the rules of alerts for every account, those about figures once a day unless `figures` says; `deliver`
        sends the letters that come of it. See `Checking.check`."""
        from realty_cli.analytics.alert_round import Checking

        backups = self.settings.backups_folder if self.database.dialect == "sqlite" else None
        checking = Checking(lambda write: self.transaction(write=write), self.clock, self._desk_of, backups)
        return checking.check(figures=figures, facts=facts, dry_run=dry_run)

    @cached_property
    def calendars(self) -> Keeping:
        """What keeps calendars elsewhere in step without being asked."""
        from realty_cli.auth import accounts
        from realty_cli.integrations.calendars import Keeping

        def opened_as(username: str) -> Callable[[bool], AbstractContextManager[Work]]:
            @contextmanager
            def opened(write: bool) -> Iterator[Work]:
                with self.transaction(write=write) as db:
                    actor = accounts.by_name(db, username)
                    if actor is None:
                        raise NotSignedIn("account.unknown", username=username)
                    yield self.work(db, actor, Origin("server", "sync calendars"))

            return opened

        return Keeping(self.settings, self.clock, lambda write: self.transaction(write=write), opened_as)

    @property
    def report_round(self) -> ReportRound:
        """What makes the reports that wait or whose time has come, whosever; `deliver` sends the letters about them."""
        from realty_cli.analytics.report_round import ReportRound

        return ReportRound(lambda write: self.transaction(write=write), self.analytics, self.clock)

    def analytics(self, db: Connection, actor: Actor) -> Analytics:
        """Numbers for an account that asks for nothing itself, such as the owner of a schedule."""
        return self.work(db, actor, Origin("read", "")).analytics

    def figures_are_due(self) -> bool:
        """Whether the rules about figures are to be tried today still, for anybody."""
        from realty_cli.analytics.alert_round import due

        with self.transaction() as db:
            return due(db, self.clock.now())

    def _desk_of(self, db: Connection, number: int) -> Work:
        """Work of an account that only asks, over somebody's connection."""
        from realty_cli.auth import accounts

        found = accounts.load(db, number)
        assert found is not None
        return self.work(db, accounts.as_actor(found), Origin("server", "alerts"))

    def void_sessions(self) -> None:
        """End every session, after a restore: the backup knows nothing of those that were ended since."""
        from realty_cli.auth.sessions import end_everybodys

        connection = self.database.connect(write=True)
        try:
            if schema.revision(connection) in schema.REVISIONS[1:]:  # the first version had no sessions
                connection.begin(write=True)
                end_everybodys(connection, "restored", self.clock.now())
                connection.commit()
        finally:
            connection.rollback()
            connection.close()

    def scrub(self, most: int | None = None) -> None:
        """Let what was erased go from the files of the store too, unless somebody else is at work on them: from pages
        that once held it, from the WAL, from the dead rows that PostgreSQL keeps. SQLite writes the whole store anew
        for that, holding up writers; one of more than `most` bytes is left to its next VACUUM."""
        connection = self.database.connect(write=True)
        try:
            if connection.sqlite:
                assert self.database.path is not None
                if most is None or self.database.path.stat().st_size <= most:
                    connection.execute("VACUUM")
                if not driver.has_wal_reset_bug(driver.VERSION):
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            else:
                connection.execute(
                    "VACUUM clients, client_contacts, client_search, leads, interactions, consents, changes"
                )
        except Busy:  # the next checkpoint will
            pass
        finally:
            connection.close()

    def tidy(self) -> None:
        """Delete what of accounts can no longer open, hold back or tell anything."""
        from realty_cli.auth.tidying import tidy

        with self.transaction(write=True) as db:
            tidy(db, self.settings, self.clock.now())

    # Transactions ----------------------------------------------------------------------------------------------------

    @contextmanager
    def transaction(self, *, write: bool = False) -> Iterator[Connection]:
        """A bare transaction, of nobody in particular: kept when the block ends well."""
        connection = self.connect(write=write)
        try:
            connection.begin(write=write)
            yield connection
            if write:
                connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            if not write:
                connection.rollback()
            connection.close()

    @contextmanager
    def caretaker(self, *, write: bool = False) -> Iterator[Work]:
        """Work on the store itself, for whoever may open it: nobody is signed in, so nothing may be entered."""
        with self.transaction(write=write) as db:
            yield self.work(db, Actor(0, "", sees_all=True), Origin("read", ""))

    def empty_bin(self) -> list[int]:
        """Purge what has lain in the bin for `bin_days`, and photos that hung on nothing as long, as the first
        administrator; gives the ids of the listings."""
        from realty_cli.auth import accounts

        before = stamp(self.clock.now() - timedelta(days=self.settings.bin_days))
        connection = self.connect()
        try:
            old = connection.one(
                "SELECT 1 FROM properties WHERE deleted_at < :before"
                " UNION ALL SELECT 1 FROM photos WHERE property_id IS NULL AND created_at < :before",
                {"before": before},
            )
            name = connection.value(
                "SELECT username FROM accounts WHERE role = 'admin' AND is_active = :yes ORDER BY id", {"yes": True}
            )
        finally:
            connection.close()
        if old is None or name is None:
            return []
        with self.transaction(write=True) as db:
            first = accounts.by_name(db, name)
            assert first is not None
            work = self.work(db, first, Origin("server", "empty the bin"))
            gone = work.properties.purge(older_than=before)
            work.photos.forget_loose(before)
        with self.caretaker() as work:
            work.photos.sweep(self.clock.now())
        return gone

    def work(self, db: Connection, actor: Actor, origin: Origin) -> Work:
        """Work over a connection whose transaction the caller begins and ends, as a server does."""
        return Work(db, actor, self.clock, self.settings, origin)

    @contextmanager
    def read(self, username: str | None = None) -> Iterator[Work]:
        """Work that sees one state of the store and changes nothing."""
        connection = self.connect()
        try:
            connection.begin(write=False)
            yield Work(connection, self.actor(connection, username), self.clock, self.settings, Origin("read", ""))
        finally:
            connection.rollback()
            connection.close()

    @contextmanager
    def write(self, origin: Origin, username: str | None = None, *, dry_run: bool = False) -> Iterator[Work]:
        """Work that is kept whole when the block ends well, and not at all when it does not."""
        connection = self.connect(write=True)
        try:
            connection.begin(write=True)
            actor = self.actor(connection, username)
            yield Work(connection, actor, self.clock, self.settings, origin)
            if dry_run:
                connection.rollback()
            else:
                connection.commit()
        except BaseException:
            connection.rollback()
            raise
        finally:
            connection.close()
