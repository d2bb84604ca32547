"""Pieces that the schemas of accounts share: names, addresses, passwords, codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from realty_cli.auth.names import LONGEST_EMAIL, LONGEST_NAME, parse_email
from realty_cli.kit import phones
from realty_cli.kit.lookalikes import mixes_alphabets
from realty_cli.kit.schema import FilledLine, Schema


class Confidential(Schema):
    """A shape that holds secrets: its values stay out of tracebacks and logs."""

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        return ((name, "...") for name in sorted(self.model_fields_set))


def _username(value: str) -> str:
    if not value.isprintable() or "@" in value:
        raise PydanticCustomError("username", "not a user name")
    if mixes_alphabets(value):
        raise PydanticCustomError("mixed_alphabets", "letters of two alphabets in one word")
    return value


def _email(value: str) -> str:
    found = parse_email(value)
    if found is None:
        raise PydanticCustomError("email", "not an e-mail address")
    return found[0]


def _phone(value: str) -> str:
    found = phones.normalise(value)
    if found is None:
        raise PydanticCustomError("phone", "not a phone number")
    return found


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("zone", "not a time zone") from None
    return value


def _schema(**more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", **more})


#: A new account's name. It holds no @: what has one is an e-mail address, and both are typed to sign in.
Username = Annotated[
    FilledLine, AfterValidator(_username), StringConstraints(max_length=LONGEST_NAME),
    _schema(minLength=1, maxLength=LONGEST_NAME, pattern=r"^[^@\s]+(?: [^@\s]+)*$", examples=["agent1"]),
]  # fmt: skip
Email = Annotated[
    str, Field(max_length=LONGEST_EMAIL), AfterValidator(_email),
    _schema(format="email", maxLength=LONGEST_EMAIL, examples=["agent@example.com"]),
]  # fmt: skip
#: Any notation goes in, E.164 comes out.
Phone = Annotated[
    str, Field(max_length=64), AfterValidator(_phone), _schema(maxLength=64, examples=["+7 916 123-45-67"])
]
Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone), _schema(maxLength=64, examples=["Europe/Moscow"])]
#: What somebody chooses; its rules are `auth.passwords.check`.
NewPassword = Annotated[
    str, Field(max_length=1_024),
    _schema(format="password", minLength=8, maxLength=128, examples=["password123"]),
]  # fmt: skip
#: What somebody types to prove who it is; a wrong one is refused as wrong, whatever its shape.
Password = Annotated[
    str, Field(max_length=1_024), _schema(format="password", maxLength=1_024, examples=["password123"])
]
#: A code of the second factor: six digits, or one of the recovery codes.
Code = Annotated[str, Field(max_length=40), _schema(minLength=6, maxLength=40, examples=["287082"])]
#: An opaque token as a letter or an earlier answer gave it.
Token = Annotated[str, Field(min_length=1, max_length=2_048)]
