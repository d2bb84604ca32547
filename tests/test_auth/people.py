"""People who register and sign in at the service level, their letters and their authenticator apps."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson

from realty_cli.app import Realty, Work
from realty_cli.auth import totp
from realty_cli.auth.schemas.entering import TelegramAuth
from realty_cli.auth.schemas.users import AdminUserUpdate, UserCreate
from realty_cli.kit.actor import Actor, Where
from realty_cli.kit.schema import validate
from realty_cli.store.changelog import Origin
from tests.conftest import Agency

PASSWORD = "password123"
HOME = Where("203.0.113.5", "tests/1")
ELSEWHERE = Where("198.51.100.7", "curl/8")
#: The bot of the published test vector; it signs nothing that anybody uses.
BOT = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"


def with_settings(agency: Agency, **settings: Any) -> Agency:
    """The same store under other settings."""
    return Agency(Realty(dataclasses.replace(agency.realty.settings, **settings), agency.clock), agency.clock)


class Person:
    """An account over the gate; what it holds after signing in."""

    def __init__(self, agency: Agency, username: str) -> None:
        self.agency = agency
        self.username = username
        self.password = PASSWORD
        self.access = ""
        self.refresh = ""
        self.secret = ""

    @property
    def email(self) -> str:
        return f"{self.username}@example.com"

    @property
    def gate(self) -> Any:
        return self.agency.realty.gate

    def register(self, **more: Any) -> dict[str, Any]:
        data = {"username": self.username, "email": self.email, "password": self.password, **more}
        made: dict[str, Any] = self.gate.register(validate(UserCreate, data), HOME)
        return made

    def sign_in(self, password: str | None = None, *, where: Where = HOME, otp: str | None = None) -> Person:
        self.keep(self.gate.login(self.username, password or self.password, where, otp=otp))
        return self

    def keep(self, tokens: Mapping[str, Any]) -> None:
        self.access, self.refresh = tokens["access_token"], tokens["refresh_token"]

    def actor(self, credential: str | None = None, header: Any = "bearer") -> Actor:
        """Who the store takes this for; raises NotSignedIn."""
        with self.agency.realty.transaction() as db:
            return self.agency.realty.access.identify(db, credential or self.access, header=header)

    @property
    def id(self) -> int:
        with self.agency.realty.transaction() as db:
            return int(
                db.value(
                    "SELECT id FROM accounts WHERE username = :name AND deleted_at IS NULL", {"name": self.username}
                )
            )

    def row(self) -> dict[str, Any]:
        from realty_cli.auth import accounts

        with self.agency.realty.transaction() as db:
            found = accounts.load(db, self.id)
        assert found is not None
        return found

    def ask(self, question: Callable[[Work], Any], actor: Actor | None = None) -> Any:
        realty = self.agency.realty
        with realty.transaction() as db:
            return question(Work(db, actor or self.actor(), realty.clock, realty.settings, Origin("read", "")))

    def do(self, deed: Callable[[Work], Any], actor: Actor | None = None) -> Any:
        realty = self.agency.realty
        with realty.transaction(write=True) as db:
            return deed(Work(db, actor or self.actor(), realty.clock, realty.settings, Origin("api", "test")))

    # The second factor -----------------------------------------------------------------------------------------------

    def code(self, steps: int = 0) -> str:
        return totp.code_at(self.secret, totp.counter_at(self.agency.clock.now()) + steps)

    def turn_on_factor(self) -> list[str]:
        """Enrols an app; gives the recovery codes."""
        self.secret = self.do(lambda work: work.account.setup_two_factor())["secret"]
        codes: list[str] = self.gate.verify_two_factor(self.actor(), self.code(), HOME)["recovery_codes"]
        self.agency.clock.advance(seconds=60)
        return codes


def registered(agency: Agency, username: str, **more: Any) -> Person:
    person = Person(agency, username)
    person.register(**more)
    return person


def signed_in(agency: Agency, username: str) -> Person:
    return registered(agency, username).sign_in()


def administrator(agency: Agency) -> Person:
    """anna, whom every store of the tests begins with, with a password."""
    person = Person(agency, "anna")
    actor = agency.realty.gate.open_local("anna", HOME)
    person.keep(actor)
    data = validate(AdminUserUpdate, {"password": PASSWORD, "email": person.email})
    agency.realty.gate.update_user(person.actor(), person.id, data, HOME)
    return person.sign_in()


# Letters --------------------------------------------------------------------------------------------------------------


def letters(agency: Agency) -> list[str]:
    """Sends what waits, and gives every letter that was ever sent, oldest first."""
    agency.realty.deliver()
    folder = agency.realty.settings.letters_folder
    found = folder.glob("*.txt") if folder.is_dir() else []
    return [path.read_text() for path in sorted(found, key=lambda path: int(path.name.split(".")[0].split("-")[1]))]


def token_of(letter: str) -> str:
    """The token or code that a letter holds."""
    found = re.search(r"^([\w-]{43})$|^(\d{8}) ", letter.replace("\r\n", "\n"), re.M)
    assert found is not None, letter
    return found[1] or found[2]


# Telegram -------------------------------------------------------------------------------------------------------------


def widget(number: int, auth_date: int, bot: str = BOT, **more: Any) -> dict[str, Any]:
    """The fields that the Login Widget sends."""
    fields = {"id": number, "first_name": "Анна", "auth_date": auth_date, **more}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hashlib.sha256(bot.encode()).digest()
    return {**fields, "hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()}


def init_data(number: int, auth_date: int, bot: str = BOT, **more: Any) -> str:
    """What a Mini App is given."""
    user = orjson.dumps({"id": number, "first_name": "Анна"}).decode()
    fields = {"user": user, "auth_date": str(auth_date), "query_id": "AAHdF6IQAAAAAN0XohDhrOrc", **more}
    lines = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    key = hmac.new(b"WebAppData", bot.encode(), hashlib.sha256).digest()
    return urlencode({**fields, "hash": hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()})


def telegram(data: Mapping[str, Any]) -> TelegramAuth:
    return validate(TelegramAuth, data)
