"""The errors that realty can meet, as kinds with codes.

A kind says what sort of thing went wrong; a code says which one. Neither carries an HTTP number, an exit code or a
sentence: `cli/exits.py` maps kinds to exit codes, `api/problems.py` to HTTP statuses, and `kit/messages.py` holds the
sentences in the languages we speak.

    RealtyError
     +-- Invalid       what was sent cannot be accepted; `fields` says which field and why
     +-- NotFound      no such object, or not yours
     +-- Conflict      the store stands against it (already exists, overlaps, something later depends on it)
     |    +-- Stale    somebody changed the object since you read it
     +-- NotSignedIn   nobody is signed in
     +-- Denied        known, but not allowed
     +-- TooMany       past a limit
     +-- Busy          somebody else holds the store; try again
     +-- Unavailable   the store, a file or a vendor cannot serve now
     +-- MissingExtra  an optional part of realty is not installed
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field as defaulted
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field that cannot be accepted: its name as the caller wrote it, a code, and what the message needs."""

    field: str
    code: str
    params: dict[str, Any] = defaulted(default_factory=dict)


class RealtyError(Exception):
    """`code` names the message in the catalogue, `params` fill it."""

    def __init__(self, code: str, /, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        return f"{self.code} {self.params}" if self.params else self.code

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors come back from the process that reads a file ahead; the default would call __init__ with our dict.
        return _rebuilt, (type(self), self.__dict__)


def _rebuilt(kind: type[RealtyError], state: dict[str, Any]) -> RealtyError:
    error = kind.__new__(kind, state["code"], state["params"])
    error.__dict__.update(state)
    return error


class Invalid(RealtyError):
    """`fields` lists every field at fault, so that a caller mends all of them at once."""

    def __init__(self, code: str = "invalid", fields: Sequence[FieldProblem] = (), /, **params: Any) -> None:
        super().__init__(code, **params)
        self.fields = list(fields)

    @classmethod
    def one(cls, name: str, code: str, /, **params: Any) -> Invalid:
        """The common case: a single field, a single reason."""
        return cls("invalid", [FieldProblem(name, code, params)])


class NotFound(RealtyError): ...


class Conflict(RealtyError): ...


class Stale(Conflict): ...


class NotSignedIn(RealtyError): ...


class Denied(RealtyError): ...


class TooMany(RealtyError): ...


class Busy(RealtyError): ...


class Unavailable(RealtyError): ...


class MissingExtra(RealtyError): ...
