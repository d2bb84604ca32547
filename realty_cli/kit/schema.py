"""The base of every schema: shapes that check what comes in, for HTTP bodies, command options and import rows alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    Strict,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit.clock import stamp
from realty_cli.kit.ids import MAX_ID as MAX_ID
from realty_cli.kit.money import MOST_MINOR, MoneyError, from_minor, to_minor

#: The zone of whoever is asking, for doors that cannot hand a context to the validator (FastAPI reads bodies itself).
CALLER_ZONE: ContextVar[str | None] = ContextVar("caller_zone", default=None)


class Schema(BaseModel):
    """Unknown fields are refused, and values of another JSON type: `"5"` is no number here and `1` no yes.

    The validator is built on first use, so that importing schemas stays cheap.
    """

    model_config = ConfigDict(
        extra="forbid", strict=True, defer_build=True, use_enum_values=True, ser_json_inf_nan="strings"
    )


class TextSchema(Schema):
    """A schema of what comes as text: query strings and forms. A number is read from its figures."""

    model_config = ConfigDict(strict=False)


T = TypeVar("T")
#: A closed vocabulary, whose members JSON writes as texts.
Word = Annotated[T, Strict(False)]


# Controls, DEL, C1 controls and lone surrogates have no place in a person's text: they end up in terminals and logs.
_FORBIDDEN_IN_LINE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_FORBIDDEN_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def _line(value: str) -> str:
    if not value.isprintable() and (found := _FORBIDDEN_IN_LINE.search(value)):
        raise PydanticCustomError("text_control", "control character {name}", {"name": f"U+{ord(found[0]):04X}"})
    return value.strip()


def text(value: str) -> str:
    """`value` without the space around it, if it may stand in a text of several lines."""
    if not value.isprintable() and (found := _FORBIDDEN_IN_TEXT.search(value)):
        raise PydanticCustomError("text_control", "control character {name}", {"name": f"U+{ord(found[0]):04X}"})
    return value.strip()


def _filled(value: str) -> str:
    if not value:
        raise PydanticCustomError("text_blank", "must not be blank")
    return value


def pattern(text: str) -> Any:
    """What the checks of a text come to, for those who read the OpenAPI document."""
    return Field(json_schema_extra={"pattern": text})


_PLAIN = "[^\\u0000-\\u001F\\u007F-\\u009F]"
#: One line of text, without control characters.
Line = Annotated[str, AfterValidator(_line), pattern(f"^{_PLAIN}*$")]
#: A line that is not empty.
FilledLine = Annotated[
    str,
    AfterValidator(_line),
    AfterValidator(_filled),
    pattern(f"^{_PLAIN}*[^\\s\\u0000-\\u001F\\u007F-\\u009F]{_PLAIN}*$"),
]
#: Text that may have several lines.
Text = Annotated[
    str, AfterValidator(text), pattern("^[^\\u0000-\\u0008\\u000B\\u000C\\u000E-\\u001F\\u007F-\\u009F]*$")
]


def _whole(value: Any) -> Any:
    return int(value) if type(value) is float and value.is_integer() else value


#: 46.0 is the whole number 46 to JSON, and what many a program writes for it.
WHOLE = BeforeValidator(_whole)


def _money(value: Any) -> Any:
    try:
        return to_minor(value)
    except MoneyError as error:
        shown = {name: str(value) for name, value in error.params.items()}
        raise PydanticCustomError("money", "not an amount of money", {"code": error.code, **shown}) from None


#: Money: a number with at most two decimals outside, integer minor units inside.
Money = Annotated[
    int,
    BeforeValidator(_money),
    PlainSerializer(from_minor, return_type=float),
    WithJsonSchema(
        {"type": "number", "minimum": 0, "maximum": MOST_MINOR // 100, "multipleOf": 0.01, "examples": [12500000]}
    ),
]


def _moment(value: Any, info: ValidationInfo) -> Any:
    return moment(value, (info.context or {}).get("zone") or CALLER_ZONE.get())


def moment(value: Any, zone: str | None) -> str:
    """A moment in its stored form; one without an offset is read in `zone` (UTC without one)."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise PydanticCustomError("moment", "not a date and time") from None
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise PydanticCustomError("moment", "not a date and time")
    if value.tzinfo is None:
        value = value.replace(tzinfo=ZoneInfo(zone) if zone else UTC)
    if not 1900 <= value.year <= 2200:
        raise PydanticCustomError("moment_range", "outside the years 1900 to 2200")
    return stamp(value)


#: A moment: RFC 3339 outside (read in the caller's zone where it has no offset), its stored form inside.
Moment = Annotated[
    str,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2024-01-15T10:00:00+03:00"]}),
]

#: A moment as answers carry it: RFC 3339 in UTC.
Instant = Annotated[
    str, WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2024-01-15T07:00:00.000000Z"]})
]


def day(value: Any) -> str:
    """A date in its stored form."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, str):
        try:
            text = value.strip()
            value = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text).date()
        except ValueError:
            raise PydanticCustomError("day", "not a date") from None
    if not isinstance(value, date):
        raise PydanticCustomError("day", "not a date")
    if not 1900 <= value.year <= 2200:
        raise PydanticCustomError("moment_range", "outside the years 1900 to 2200")
    return value.isoformat()


#: A date without a time, ISO 8601.
Day = Annotated[str, BeforeValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
#: A date as answers carry it.
Date = Annotated[str, WithJsonSchema({"type": "string", "format": "date"})]

Id = Annotated[int, Field(ge=1, le=MAX_ID), WHOLE]


_QUOTED = re.compile(r"'([^']*)'")


def problems(error: ValidationError, prefix: str = "") -> list[FieldProblem]:
    """What pydantic found, as field problems of ours. The input is left out: it may hold a password."""
    return problems_of(error.errors(include_url=False, include_input=False), prefix)


def problems_of(items: Iterable[Mapping[str, Any]], prefix: str = "") -> list[FieldProblem]:
    """The same for the items of an error of pydantic's."""
    found = []
    for item in items:
        name = prefix + ".".join(str(part) for part in item["loc"] if not str(part).startswith("function-"))
        context = {key: value for key, value in (item.get("ctx") or {}).items() if key != "error"}
        kind = item["type"]
        if kind == "too_long" and context.get("field_type") == "Value":
            # A limit behind a check of ours: pydantic no longer knows that it counts characters.
            kind = "string_too_long"
        if isinstance(allowed := context.get("expected"), str):
            # `'a', 'b' or 'c'` is English; a plain list is nobody's language.
            context["expected"] = ", ".join(_QUOTED.findall(allowed)) or allowed.replace(" or ", ", ")
        code = str(context.pop("code", "") or f"field.{kind}")
        found.append(FieldProblem(name or "body", code, {key: _plain(value) for key, value in context.items()}))
    return found


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float) else str(value)


S = TypeVar("S", bound=Schema)


def validate(schema: type[S], data: Any, *, zone: str | None = None, typed: bool = False) -> S:
    """`data` as `schema`, or `Invalid` that names every field at fault. `typed`: a person typed it, numbers too."""
    try:
        return schema.model_validate(data, strict=False if typed else None, context={"zone": zone} if zone else None)
    except ValidationError as error:
        raise Invalid("invalid", problems(error)) from None
