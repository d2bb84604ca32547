"""Passwords of calendars elsewhere: in the system's keyring or a file of the owner's own, never in the store, a log or
a command line. `REALTY_CALENDAR_PASSWORD` serves cron."""

from __future__ import annotations

import os
from pathlib import Path

from realty_cli.errors import Conflict
from realty_cli.kit.paths import create_private, private_folder

SERVICE = "realty-calendar"
VARIABLE = "REALTY_CALENDAR_PASSWORD"


class CalendarSecrets:
    """The passwords of one home, by the random names that the store has for them."""

    def __init__(self, home: Path, *, use_keyring: bool = False) -> None:
        self._home, self._use_keyring = home, use_keyring
        self._folder = home / "calendars"

    def keep(self, name: str, secret: str) -> None:
        if self._use_keyring and self._into_keyring(name, secret):
            return
        create_private(private_folder(self._folder) / name, secret.encode())

    def read(self, name: str) -> str:
        """Raises Conflict where there is none on this machine."""
        try:
            return (self._folder / name).read_text()
        except OSError:
            pass
        found = self._from_keyring(name)
        if found is None:
            found = os.environ.get(VARIABLE)
        if found is None:
            raise Conflict("sync.no_password", variable=VARIABLE)
        return found

    def forget(self, name: str) -> None:
        (self._folder / name).unlink(missing_ok=True)
        try:
            import keyring

            if self._use_keyring:
                keyring.delete_password(SERVICE, f"{self._home}#{name}")
        except Exception:  # noqa: S110 - a keyring that fails keeps what nobody can name any more
            pass

    # As with sign-ins: a keyring may fail in any way it likes, and a file will do.

    def _into_keyring(self, name: str, secret: str) -> bool:
        try:
            import keyring

            keyring.set_password(SERVICE, f"{self._home}#{name}", secret)
            return bool(keyring.get_password(SERVICE, f"{self._home}#{name}") == secret)
        except Exception:
            return False

    def _from_keyring(self, name: str) -> str | None:
        if not self._use_keyring:
            return None
        try:
            import keyring

            return keyring.get_password(SERVICE, f"{self._home}#{name}")
        except Exception:
            return None
