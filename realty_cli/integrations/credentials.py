"""Where the command line keeps what it signed in with: the system's keyring, or a file of the owner's own where there
is none.

The file `session` in the home always says who is signed in; the token itself stands in it only where no keyring took
it. So a command that is signed in by the file never loads the keyring, which costs more than a whole `list`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import orjson

from realty_cli.errors import NotSignedIn
from realty_cli.kit.paths import create_private

SERVICE = "realty"
_LONGEST = 4_096


@dataclass(frozen=True, slots=True)
class Kept:
    """Who is signed in; without a token it is an account that has no password, and the file alone says who works."""

    username: str
    token: str | None = None


class Credentials:
    """The sign-in of one home. `use_keyring` False keeps to the file."""

    def __init__(self, home: Path, *, use_keyring: bool = True) -> None:
        self._home = home
        self._file = home / "session"
        self._use_keyring = use_keyring

    @property
    def _entry(self) -> str:
        # Two homes of one person are two sign-ins.
        return str(self._home)

    def keep(self, username: str, token: str | None = None) -> Literal["keyring", "file"]:
        """Sign in from now on, and say where the token went."""
        in_keyring = token is not None and self._use_keyring and self._into_keyring(token)
        said: dict[str, object] = {"username": username}
        if in_keyring:
            said["keyring"] = True
        elif token is not None:
            said["token"] = token
        create_private(self._file, orjson.dumps(said) + b"\n")
        return "keyring" if in_keyring else "file"

    def kept(self) -> Kept | None:
        """Who is signed in here, if anybody. Raises NotSignedIn where the keyring no longer gives the token."""
        try:
            with self._file.open("rb") as file:
                data = file.read(_LONGEST)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        try:
            said = orjson.loads(data)
        except orjson.JSONDecodeError:
            said = {"username": data.decode("utf-8", "replace").strip()}  # as the first version wrote it
        if not isinstance(said, dict) or not isinstance(said.get("username"), str) or not said["username"]:
            return None
        token = said.get("token")
        if said.get("keyring"):
            token = self._from_keyring()
            if token is None:
                raise NotSignedIn("account.keyring_empty", username=said["username"])
        return Kept(said["username"], token if isinstance(token, str) else None)

    def forget(self) -> None:
        """Sign out here."""
        try:
            in_keyring = b'"keyring":true' in self._file.read_bytes()
        except OSError:
            return
        if in_keyring:
            self._out_of_keyring()
        self._file.unlink(missing_ok=True)

    # A backend of the keyring may be absent, locked, or a program that fails in any way it likes; none of that may end
    # a command that can do without.

    def _into_keyring(self, token: str) -> bool:
        try:
            import keyring

            keyring.set_password(SERVICE, self._entry, token)
            return bool(keyring.get_password(SERVICE, self._entry) == token)
        except Exception:
            return False

    def _from_keyring(self) -> str | None:
        try:
            import keyring

            return keyring.get_password(SERVICE, self._entry)
        except Exception:
            return None

    def _out_of_keyring(self) -> None:
        try:
            import keyring

            keyring.delete_password(SERVICE, self._entry)
        except Exception:  # noqa: S110 - the session itself is ended in the store
            pass
