"""What a person typed about a listing, made ready for the schemas: texts from files, answers to questions, moments."""

from __future__ import annotations

import stat
import sys
from pathlib import Path
from typing import Any

from realty_cli.cli.ask import interactive, prompt
from realty_cli.cli.options import FIELDS, amount, read_values
from realty_cli.cli.state import State
from realty_cli.errors import Invalid, Unavailable
from realty_cli.kit.i18n import mark as _
from realty_cli.properties.kinds import DealType, PropertyType, Status

_MOST_TEXT = 1_000_000


def read_text(source: str) -> str:
    """The text of a file, or of standard input for `-`."""
    if source == "-":
        return sys.stdin.read(_MOST_TEXT + 1)
    data = _read(Path(source), _MOST_TEXT)
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid.one(source, "file.not_text", path=source)


def read_photo(path: Path, limit_mb: int) -> bytes:
    """The bytes of a picture; a file past the limit is not read at all."""
    return _read(path, limit_mb * 1024 * 1024)


def _read(path: Path, most: int) -> bytes:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Invalid.one(str(path), "file.not_regular", path=str(path))
        if status.st_size > most:
            raise Invalid.one(str(path), "file.too_large", path=str(path), limit=most)
        return path.read_bytes()
    except FileNotFoundError:
        raise Invalid.one(str(path), "file.missing", path=str(path)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unavailable("file.unreadable", path=str(path), reason=reason) from error


def with_text(typed: dict[str, Any]) -> dict[str, Any]:
    """`--description @FILE` replaced by what stands in the file."""
    text = typed.get("description")
    if text and text.startswith("@") and len(text) > 1:
        return {**typed, "description": read_text(text[1:])}
    return typed


def complete(state: State, typed: dict[str, Any], status: Status | None) -> dict[str, Any]:
    """What a new listing needs and was not given, asked for on a terminal."""
    if not interactive():
        for name, flag in (("property_type", "--type"), ("deal_type", "--deal")):
            if name not in typed:
                raise Invalid.one(flag, "prompt.needed", flag=flag)
        return typed
    found = dict(typed)
    if "property_type" not in found:
        found["property_type"] = _choice(state, _("Kind of property"), "--type", [one.value for one in PropertyType])
    if "deal_type" not in found:
        found["deal_type"] = _choice(state, _("Deal"), "--deal", [one.value for one in DealType])
    if "price" not in found and status != Status.DRAFT:
        found["price"] = _until(state, _("Price"), "--price", lambda text: bool(amount(text, "--price")))
    if not typed:
        for name, flag, question in (
            ("rooms", "--rooms", _("Rooms (Enter to skip)")),
            ("area_total", "--area", _("Area, m² (Enter to skip)")),
            ("address", "--address", _("Address (Enter to skip)")),
        ):
            if answer := prompt(state, question, flag):
                found[name] = answer.replace(",", ".") if name == "area_total" else answer
    return found


def _choice(state: State, question: str, flag: str, known: list[str]) -> str:
    """One of our words, asked for in the reader's language and taken in either."""
    from realty_cli.cli.listing_view import word

    shown = [word(state, value) for value in known]
    meant = dict(zip(known, known, strict=True)) | {
        name.casefold(): value for name, value in zip(shown, known, strict=True)
    }
    asked = f"{state.say.text(question)} ({', '.join(shown)})"
    return meant[_until(state, asked, flag, lambda text: text.casefold() in meant, shown[0]).casefold()]


def _until(state: State, question: str, flag: str, fits: Any, default: str = "") -> str:
    while True:
        answer = prompt(state, question, flag, default)
        try:
            if fits(answer):
                return answer
        except Invalid:
            pass
        state.tell("“{answer}” does not fit here.", answer=answer)


def moment_of(work: Any, text: str | None, flag: str) -> str | None:
    """A moment that a person typed, in its stored form."""
    if text is None:
        return None
    from zoneinfo import ZoneInfo

    from realty_cli.kit.clock import stamp
    from realty_cli.kit.moment import parse_moment

    return stamp(parse_moment(text, now=work.clock.now(), zone=ZoneInfo(work.actor.timezone), field=flag))


def bulk_values(update: dict[str, str], zone: str, now: Any) -> dict[str, Any]:
    """`--set FIELD=VALUE` as the schema of a change takes it; an empty value empties the field."""
    known = {option.field: option for option in FIELDS}
    found: dict[str, Any] = {}
    for name, text in update.items():
        option = known.get(name)
        if option is None:
            raise Invalid.one("--set", "field.unknown", name=name)
        if name == "attributes":
            # Each listing has its own: one set of them for all would wipe out what is there.
            raise Invalid.one("--set", "bulk.attributes")
        if text == "":
            found[name] = None
        elif option.field == "tags":
            found[name] = [part.strip() for part in text.split(",")]
        else:
            found |= read_values([option], {name: text}, zone, now)
    return found
