"""`realty auth ...`: signing in on this machine, and what then works as whom."""

from __future__ import annotations

import hmac
import json
import re
import struct
import time
from pathlib import Path
from typing import Any

import pytest

from tests.command import Command
from tests.test_cli.conftest import Line
from tests.test_cli.terminal import Terminal

#: A process of its own looks for a keyring, and finds none; in ours one that was found would stay for other tests.
QUICK = {"REALTY_PASSWORD_COST": "4", "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
INSIDE = {"REALTY_PASSWORD_COST": "4", "REALTY_KEYRING": "off"}
FIRST, SECOND = "correct horse battery", "another staple entirely"


class Accounts:
    """The command with a quick hash and no keyring, and passwords given on standard input."""

    def __init__(self, command: Line | Command) -> None:
        self.command = command
        self.settings = QUICK if isinstance(command, Command) else INSIDE

    def __call__(self, *words: str | Path, secrets: tuple[str, ...] = (), code: int | None = 0, **env: str) -> Any:
        typed = "".join(f"{one}\n" for one in secrets)
        return self.command(*words, stdin=typed, code=code, env={**self.settings, **env})

    def register(self, name: str, password: str = FIRST) -> None:
        self("auth", "register", name, "--email", f"{name}@example.com", "--password-stdin", secrets=(password,))

    def login(self, name: str, password: str = FIRST, code: int | None = 0, **env: str) -> Any:
        return self("auth", "login", name, "--password-stdin", secrets=(password,), code=code, **env)

    def whoami(self) -> str:
        found: str = self("auth", "whoami", "--json").json()["username"]
        return found

    def session(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.command.home / "session").read_bytes())
        return found


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    """On an empty home."""
    return Accounts(Line(tmp_path / "home"))


@pytest.fixture
def processes(tmp_path: Path) -> Accounts:
    """The same, each command in a process of its own."""
    return Accounts(Command(tmp_path / "home"))


@pytest.fixture
def annas(realty: Line) -> Accounts:
    """On a store with anna, who has no password."""
    return Accounts(realty)


def test_from_registering_to_signing_out(processes: Accounts) -> None:
    processes.register("anna")
    assert processes("auth", "whoami", code=3).err.count("\n") == 1
    said = processes.login("ANNA")
    assert "You work as anna." in said.err
    assert "only you can read" in said.err  # 166: there is no keyring, and that is said
    assert (processes.command.home / "session").stat().st_mode & 0o777 == 0o600
    processes("properties", "add", "--type", "house", "--deal", "sale", "--price", "5m", "--title", "Дом")
    assert processes.whoami() == "anna"
    (session,) = processes("auth", "sessions", "list", "--json").json()["items"]
    assert (session["current"], session["method"]) == (True, "password")
    processes("auth", "logout")
    assert not (processes.command.home / "session").exists()
    for words in (
        ("properties", "list"),
        ("auth", "whoami"),
        ("log",),
        ("undo",),
        ("--as", "anna", "search", "x"),
    ):
        assert processes(*words, code=3).out == ""
    processes("auth", "logout")  # twice is no error


def test_a_wrong_password_and_an_unknown_name_sound_alike(accounts: Accounts) -> None:
    accounts.register("anna")
    wrong, unknown = accounts.login("anna", "wrong password", code=3), accounts.login("nobody", code=3)
    assert wrong.err == unknown.err
    assert not (accounts.command.home / "session").exists()


def test_a_session_ended_elsewhere_ends_here(accounts: Accounts, tmp_path: Path) -> None:
    accounts.register("anna")
    accounts.login("anna")
    kept = (accounts.command.home / "session").read_bytes()
    accounts.login("anna")
    assert "Ended 1 session." in accounts("auth", "sessions", "revoke", "--others").err
    here = (accounts.command.home / "session").read_bytes()
    (accounts.command.home / "session").write_bytes(kept)
    accounts("properties", "list", code=3)
    (accounts.command.home / "session").write_bytes(here)
    accounts("properties", "list")


def test_an_account_without_a_password_becomes_one_with(annas: Accounts) -> None:
    assert annas.whoami() == "anna"
    assert "token" not in annas.session()
    annas("auth", "password", "change", "--password-stdin", secrets=(FIRST,))
    assert annas.session()["token"].startswith("rt_")
    assert annas.whoami() == "anna"
    annas("auth", "password", "change", "--password-stdin", secrets=("wrong one here", SECOND), code=2)
    annas("auth", "password", "change", "--password-stdin", secrets=(FIRST, SECOND))
    assert annas.whoami() == "anna"
    annas("auth", "logout")
    annas.login("anna", FIRST, code=3)
    annas.login("anna", SECOND)


def test_who_may_work_as_whom(annas: Accounts) -> None:
    annas("auth", "users", "add", "boris", "--email", "boris@example.com", "--password-stdin", secrets=(SECOND,))
    annas("auth", "users", "add", "carl")
    annas("auth", "password", "change", "--password-stdin", secrets=(FIRST,))
    assert annas("--as", "boris", "auth", "whoami", "--json").json()["username"] == "boris"
    annas.login("boris", SECOND)
    assert annas("--as", "Boris", "auth", "whoami", "--json").json()["username"] == "boris"
    for other in ("anna", "carl", "nobody"):
        assert "administrator" in annas("--as", other, "properties", "list", code=7).err
    annas("auth", "logout")
    annas("--as", "anna", "properties", "list", code=3)
    annas("--as", "carl", "properties", "list")  # nothing guards an account without a password


def test_a_key_for_scripts(annas: Accounts) -> None:
    annas("properties", "add", "--type", "house", "--deal", "sale", "--price", "5m", "--title", "Дом")
    key = annas("auth", "keys", "create", "cron", "--expires", "+30d").out.strip()
    assert key.startswith("rk_")
    listed = annas("auth", "keys", "list", "--json")
    assert key not in listed.out
    (one,) = listed.json()["items"]
    assert (one["name"], one["scopes"], key.endswith(one["last4"])) == ("cron", ["read"], True)
    (annas.command.home / "session").unlink()
    annas("auth", "password", "change", "--password-stdin", secrets=(FIRST,))
    (annas.command.home / "session").unlink()
    assert annas("properties", "list", "--json", REALTY_API_KEY=key).json()["total"] == 1
    annas("properties", "delete", "1", "--yes", REALTY_API_KEY=key, code=7)
    annas("auth", "keys", "create", "more", REALTY_API_KEY=key, code=7)
    annas("properties", "list", REALTY_API_KEY=key[:-1] + "~", code=3)
    annas.login("anna")
    annas("auth", "keys", "revoke", str(one["id"]))
    annas("properties", "list", REALTY_API_KEY=key, code=3)


def totp(secret: str, at: float) -> str:
    """RFC 6238, written once more."""
    import base64

    digest = hmac.digest(base64.b32decode(secret + "=" * (-len(secret) % 8)), struct.pack(">Q", int(at) // 30), "sha1")
    start = digest[-1] & 15
    return f"{(int.from_bytes(digest[start : start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def test_a_second_factor(accounts: Accounts) -> None:
    accounts.register("anna")
    accounts.login("anna")
    with Terminal(accounts.command.home, "auth", "2fa", "enable", **QUICK) as terminal:
        terminal.expect("Code that the app shows")
        secret = re.findall(r"^([A-Z2-7]{26,})\r?$", terminal.shown, re.MULTILINE)[-1]
        terminal.type(totp(secret, time.time()) + "\n")
        assert terminal.end() == 0
    codes = re.findall(r"^([0-9a-z]{4,}-[0-9a-z-]+)\r?$", terminal.shown, re.MULTILINE)
    assert len(codes) == 10
    assert totp(secret, time.time()) not in terminal.shown  # typed without an echo
    accounts("auth", "logout")
    accounts.login("anna", code=2)  # no terminal to ask for the code on
    accounts.login("anna", REALTY_OTP="000000", code=3)
    accounts.login("anna", REALTY_OTP=codes[0])
    accounts("auth", "2fa", "disable", REALTY_PASSWORD=FIRST, REALTY_OTP=codes[0], code=2)  # each works once
    accounts("auth", "2fa", "disable", REALTY_PASSWORD=FIRST, REALTY_OTP=codes[1])
    accounts("auth", "logout")
    accounts.login("anna")


def test_a_password_is_asked_for_without_an_echo(accounts: Accounts) -> None:
    accounts.register("anna")
    with Terminal(accounts.command.home, "auth", "login", **QUICK) as terminal:
        terminal.expect("Name or e-mail address")
        terminal.type("anna@example.com\n")
        terminal.expect("Password")
        terminal.type(FIRST + "\n")
        assert terminal.end() == 0
    assert FIRST not in terminal.shown
    with Terminal(accounts.command.home, "auth", "password", "change", **QUICK) as terminal:
        for question, answer in (("Current", FIRST), ("New password", SECOND), ("Once more", SECOND + "?")):
            terminal.expect(question)
            terminal.type(answer + "\n")
        assert terminal.end() == 2
    accounts.login("anna")


def test_secrets_never_come_in_the_line(accounts: Accounts) -> None:
    accounts.register("anna")
    for words in (("auth", "login", "anna"), ("auth", "password", "reset"), ("auth", "2fa", "disable")):
        refused = accounts(*words, code=None)
        assert refused.code in (2, 3), words
        assert len(refused.err.splitlines()) == 1
    assert "--password-stdin" in accounts("auth", "login", "anna", code=2).err
    for group in ("register", "login", "password change", "password reset", "users add", "users edit", "verify email"):
        text = accounts("auth", *group.split(), "--help").out
        assert not re.search(r"--(password|token|code|otp)\s", text), group


def _token(accounts: Accounts) -> str:
    """The token in the last letter, which it also makes the last no more."""
    letters = sorted((accounts.command.home / "letters").iterdir(), key=lambda path: path.stat().st_mtime_ns)
    assert letters[-1].stat().st_mode & 0o777 == 0o600
    found = re.findall(r"[A-Za-z0-9_-]{40,}", letters[-1].read_text("utf-8"))
    for letter in letters:
        letter.unlink()
    return str(found[-1])


def test_letters_verify_an_address_and_reset_a_password(accounts: Accounts) -> None:
    accounts.register("anna")
    accounts.login("anna")
    accounts("auth", "verify", "email", "--send")
    token = _token(accounts)
    assert accounts("auth", "verify", "email", "--token-stdin", "--json", secrets=(token,)).json()["email_verified"]
    accounts("auth", "verify", "email", "--token-stdin", secrets=(token,), code=None)
    unknown = accounts("auth", "password", "reset", "--email", "nobody@example.com")
    known = accounts("auth", "password", "reset", "--email", "anna@example.com")
    assert (unknown.err, unknown.out) == (known.err, known.out)
    token = _token(accounts)
    accounts("auth", "password", "reset", "--password-stdin", secrets=(token, SECOND))
    assert accounts("auth", "password", "reset", "--password-stdin", secrets=(token, FIRST), code=None).code != 0
    accounts("properties", "list", code=3)
    accounts.login("anna", FIRST, code=3)
    accounts.login("anna", SECOND)


def test_users_are_kept_by_administrators(annas: Accounts) -> None:
    annas("auth", "users", "add", "boris", "--email", "boris@example.com", "--password-stdin", secrets=(SECOND,))
    assert [one["username"] for one in annas("auth", "users", "list", "--json").json()["items"]] == ["anna", "boris"]
    assert annas("auth", "users", "edit", "boris", "--role", "admin", "--json").json()["role"] == "admin"
    annas("auth", "users", "disable", "boris")
    annas.login("boris", SECOND, code=3)
    annas("auth", "users", "enable", "boris")
    annas("auth", "users", "edit", "boris", "--role", "agent")
    annas("auth", "users", "disable", "anna", code=5)  # the last administrator
    annas("auth", "users", "edit", "nobody", "--role", "admin", code=4)
    annas("auth", "users", "delete", "boris", code=2)
    annas("auth", "users", "delete", "boris", "--yes")
    annas.login("boris", SECOND, code=3)


def test_an_invitation_opens_a_closed_door(annas: Accounts) -> None:
    invite = {"REALTY_REGISTRATION": "invite"}
    words = ("auth", "register", "boris", "--email", "b@example.com", "--password-stdin")
    annas(*words, secrets=(SECOND,), code=7, **invite)
    token = annas("auth", "users", "invite").out.strip()
    annas(*words, "--invited", secrets=(SECOND,), REALTY_INVITATION=token, **invite)
    again = ("auth", "register", "carl", "--email", "c@example.com", "--password-stdin", "--invited")
    annas(*again, secrets=(SECOND,), REALTY_INVITATION=token, code=7, **invite)


def test_profile_and_history(accounts: Accounts) -> None:
    accounts.register("anna")
    accounts.login("anna", "wrong", code=3)
    accounts.login("anna")
    changed = accounts("auth", "profile", "--timezone", "Asia/Yekaterinburg", "--phone", "8 (916) 123-45-67", "--json")
    assert (changed.json()["timezone"], changed.json()["phone"]) == ("Asia/Yekaterinburg", "+79161234567")
    accounts("auth", "profile", "--timezone", "Mars/Olympus", code=2)
    results = [one["result"] for one in accounts("auth", "history", "--json").json()["items"]]
    assert results[0] != results[1]
    assert "wrong" not in accounts("auth", "history").out


def test_signing_keys_are_rotated(accounts: Accounts) -> None:
    accounts.register("anna")
    accounts("auth", "signing", "rotate")
    accounts("auth", "signing", "rotate")
    listed = accounts("auth", "signing", "list", "--json").json()["items"]
    assert listed[-1]["retired_at"] is None
    assert all(one["retired_at"] for one in listed[:-1])
    assert (accounts.command.home / "keys.json").stat().st_mode & 0o777 == 0o600
    accounts("auth", "signing", "remove", listed[0]["kid"], code=2)
    accounts("auth", "signing", "remove", listed[0]["kid"], "--yes")


# Keyrings -------------------------------------------------------------------------------------------------------------

BACKEND = """
import json, os
from pathlib import Path
from keyring.backend import KeyringBackend

PLACE = Path(__file__).with_name("safe.json")

class Safe(KeyringBackend):
    priority = 5
    def _all(self):
        return json.loads(PLACE.read_text()) if PLACE.exists() else {}
    def get_password(self, service, username):
        if os.environ.get("SAFE") == "locked":
            raise RuntimeError("the safe is locked")
        return self._all().get(f"{service} {username}")
    def set_password(self, service, username, password):
        PLACE.write_text(json.dumps({**self._all(), f"{service} {username}": password}))
    def delete_password(self, service, username):
        kept = self._all(); del kept[f"{service} {username}"]; PLACE.write_text(json.dumps(kept))
"""


def test_166_220_a_keyring_keeps_the_token_and_may_fail(processes: Accounts, tmp_path: Path) -> None:
    folder = tmp_path / "backend"
    folder.mkdir()
    (folder / "safe_for_tests.py").write_text(BACKEND)
    safe = {"PYTHON_KEYRING_BACKEND": "safe_for_tests.Safe", "PYTHONPATH": str(folder)}
    processes.register("anna")
    said = processes.login("anna", **safe)
    assert "file" not in said.err
    assert processes.session() == {"username": "anna", "keyring": True}
    (token,) = json.loads((folder / "safe.json").read_text()).values()
    assert token.startswith("rt_")
    assert processes("auth", "whoami", "--json", **safe).json()["username"] == "anna"
    for broken in ({**safe, "SAFE": "locked"}, {}, {"PYTHON_KEYRING_BACKEND": "no.such.Backend"}):
        refused = processes("properties", "list", code=3, **broken)
        assert "realty auth login anna" in refused.err
        assert len(refused.err.splitlines()) == 1
    processes("auth", "logout", **safe)
    assert json.loads((folder / "safe.json").read_text()) == {}
    processes.login("anna", REALTY_KEYRING="off", **safe)
    assert "token" in processes.session()
