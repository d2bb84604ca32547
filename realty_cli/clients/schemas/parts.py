"""Pieces that the schemas of clients share: contacts, roles, how somebody is called."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from realty_cli.auth.schemas.parts import Email, Phone
from realty_cli.clients.kinds import MAX_CONTACTS, MAX_NAME, ClientRole
from realty_cli.kit.schema import FilledLine, Line, Schema, Text, Word, pattern

MAX_NOTES, MAX_TEXT = 20_000, 20_000
_TELEGRAM = re.compile(r"(?:(?:https?://)?(?:t|telegram)\.me/|@)?([A-Za-z0-9_]{4,32})/?", re.ASCII)

NamePart = Annotated[Line, Field(max_length=100)]
FullName = Annotated[FilledLine, Field(max_length=MAX_NAME)]
Label = Annotated[Line, Field(max_length=100)]
Source = Annotated[Line, Field(max_length=100)]
Notes = Annotated[Text, Field(max_length=MAX_NOTES)]
Number = Annotated[Line, Field(max_length=200)]


class PhoneEntry(Schema):
    """A phone: any notation goes in, E.164 comes out."""

    value: Phone
    label: Label | None = Field(default=None, description="whose or what for: жена, рабочий")


class EmailEntry(Schema):
    """An e-mail address, kept in small letters."""

    value: Annotated[Email, AfterValidator(str.lower)]
    label: Label | None = None


def _entry(value: Any) -> Any:
    return {"value": value} if isinstance(value, str) else value


E = TypeVar("E", PhoneEntry, EmailEntry)


def _once(entries: list[E]) -> list[E]:
    """One contact once, as it came first."""
    found: dict[str, E] = {}
    for one in entries:
        found.setdefault(one.value, one)
    return list(found.values())


#: Phones, the main one first; each may be a text or `{value, label}`.
Phones = Annotated[
    list[Annotated[PhoneEntry, BeforeValidator(_entry, json_schema_input_type=Phone | PhoneEntry)]],
    Field(max_length=MAX_CONTACTS),
    AfterValidator(_once),
]
Emails = Annotated[
    list[Annotated[EmailEntry, BeforeValidator(_entry, json_schema_input_type=Email | EmailEntry)]],
    Field(max_length=MAX_CONTACTS),
    AfterValidator(_once),
]


def in_order(roles: Iterable[str]) -> list[str]:
    """Roles once each, in the order of the vocabulary: equal roles are equal lists."""
    given = set(roles)
    return [role.value for role in ClientRole if role in given]


Roles = Annotated[list[Word[ClientRole]], Field(max_length=20), AfterValidator(in_order)]


def telegram_name(value: str) -> str:
    """A user name, however it was written: `@name`, `t.me/name`. Small letters, for Telegram minds no others."""
    found = _TELEGRAM.fullmatch(value.strip())
    if found is None:
        raise PydanticCustomError("telegram_name", "not a Telegram name")
    return found[1].lower()


Telegram = Annotated[
    Line,
    Field(max_length=100, examples=["ivan_petrov"], description="user name: @name or t.me/name"),
    AfterValidator(telegram_name),
]


def _language(value: str) -> str:
    if not re.fullmatch("[A-Za-z]{2,3}", value):
        raise PydanticCustomError("language", "not a code of a language")
    return value.lower()


Language = Annotated[str, Field(max_length=3, examples=["ru"]), AfterValidator(_language), pattern("^[A-Za-z]{2,3}$")]
