"""From the rows of any file of clients to the fields of a client, and of the lead that a row opens.

`plan` looks once at the headers of a file; `Plan.convert` then turns row after row into plain values. Headers and words
are data (`headers.toml`); how a header is compared and an amount is read stands with the files of listings.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from realty_cli.auth.names import parse_email
from realty_cli.clients.kinds import LeadSide
from realty_cli.clients.schemas.parts import telegram_name
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit import phones
from realty_cli.properties.reading import moments
from realty_cli.properties.reading.headers import ATTRIBUTE, Unit
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.reading.sheet import LEFT_OUT, Column, Vocabulary, bounded, keep, listed
from realty_cli.properties.values import Unreadable, blank, block, line

#: What of a row is the lead's.
OF_LEAD = ("side", "budget_min", "budget_max", "currency", "lead_note")
_TEXTS = {"name": 300, "last_name": 100, "first_name": 100, "middle_name": 100, "company_name": 300,
          "external_id": 200, "source": 100, "campaign": 100, "currency": 3}  # fmt: skip
_OURS = frozenset({"id", "owner_id", "attributes"})
#: Columns of our own files that only the store may write, and those that we add to rejected rows.
_GIVEN = frozenset({
    "referrer_id", "last_contact_at", "merged_into", "erased_at", "version", "updated_at", "deleted_at",
    "realty_line", "realty_reason",
})  # fmt: skip
_SEVERAL = re.compile(r"[;\n|]|,(?!\d)")
_EMAIL = re.compile(r"[^\s<>,;|()\[\]\"']+@[^\s<>,;|()\[\]\"']+")
_LABELLED = re.compile(r"(.+?)\s*\(([^()]{1,100})\)\s*")
_NONE: Mapping[str, Any] = MappingProxyType({})


@dataclass(slots=True)
class Converted:
    """A row as values of a client and of a lead, why it cannot be taken, and what of it was set aside. `own` are the id
    and the moment of its making in a file of ours."""

    values: dict[str, Any] = field(default_factory=dict)
    lead: dict[str, Any] = field(default_factory=dict)
    problems: list[FieldProblem] = field(default_factory=list)
    warnings: list[FieldProblem] = field(default_factory=list)
    own: tuple[int, str] | None = None


VOCABULARY = Vocabulary("realty_cli.clients")
require_known = VOCABULARY.require_known


class Plan:
    """How the rows of one file are read; made by `plan`. `columns` says it for people."""

    def __init__(self, columns: Sequence[Column], defaults: Mapping[str, str], now: datetime) -> None:
        self.columns = tuple(columns)
        self._titles, self._now = [one.header for one in columns], now
        self._own = {"id", "created_at", "phones", "emails"} <= set(self._titles)
        self._defaults = dict(defaults)

    def convert(self, cells: Sequence[object]) -> Converted:
        """Read one row. Never raises; what cannot be read becomes a problem, or an attribute with a warning."""
        found = Converted()
        if [line(as_text(cell)) for cell in cells[: len(self._titles)]] == self._titles:
            found.problems.append(FieldProblem("row", "import.row_is_header", {}))
            return found
        for (header, target, unit), cell in zip(self.columns, cells, strict=False):
            if target != LEFT_OUT and cell is not None and cell != "":
                self._read(found, header, target, unit, cell)
        if not (found.values or found.lead):
            found.problems.append(FieldProblem("row", "import.row_empty", {}))
            return found
        for name, text in self._defaults.items():
            if name not in found.values and name not in found.lead:
                self._read(found, name, name, Unit(), text)
        self._settle(found)
        return found

    def _read(self, found: Converted, header: str, target: str, unit: Unit, cell: object) -> None:
        try:
            self._read_as(found, header, target, unit, cell)
        except (Unreadable, ValueError) as error:
            text = line(as_text(cell))
            keep(found.values, header, text)
            code = error.code if isinstance(error, Unreadable) else "import.unreadable"
            found.warnings.append(FieldProblem(header, code, {"value": text[:80]}))

    def _read_as(self, found: Converted, header: str, target: str, unit: Unit, cell: object) -> None:
        values, text = found.values, as_text(cell)
        if target in ("id", "owner_id", "created_at") and self._own:
            self._read_own(found, target, text)
        elif target in ("phones", "emails"):
            add_contacts(values, target, cell)
        elif target == "attributes":
            table = cell if isinstance(cell, dict) else json.loads(text or "{}")
            for name, value in table.items():
                keep(values, str(name), as_text(value))
        elif target in ("birthday", "created_at"):
            day = cell if isinstance(cell, date) else moments.moment(line(text), self._now)
            if day is None:
                return
            if target == "created_at":
                found.lead[target] = day
            else:
                values[target] = day.date() if isinstance(day, datetime) else day
        elif target in ("budget", "budget_min", "budget_max"):
            found.lead |= bounded(target, "budget", line(text), unit)
        elif target == "tags":
            tags = [tag[:100] for tag in listed(cell)]
            values["tags"] = list(dict.fromkeys([*values.get("tags", ()), *tags]))[:50]
        elif target in ("notes", "lead_note"):
            place = values if target == "notes" else found.lead
            if not blank(said := block(text)):
                place[target] = f"{place[target]}\n{said}" if target in place else said
        elif not blank(said := line(text)):
            self._read_line(found, header, target, said, cell)

    def _read_line(self, found: Converted, header: str, target: str, text: str, cell: object) -> None:
        if target == "roles":
            some = [VOCABULARY.word("roles", one) for one in listed(cell)]
            found.values["roles"] = [*found.values.get("roles", ()), *some]
        elif target in VOCABULARY.words:
            (found.lead if target == "side" else found.values).setdefault(target, VOCABULARY.word(target, text))
        elif target == "telegram":
            try:
                found.values[target] = telegram_name(text)
            except Exception:  # pydantic's own kind, which is a ValueError only by half
                raise Unreadable from None
        elif target in _TEXTS:
            if target == "name":
                text = without_phones(found.values, text)
            if len(text) > _TEXTS[target]:
                raise Unreadable("import.unreadable")
            if text:
                (found.lead if target == "currency" else found.values).setdefault(target, text)
        else:
            keep(found.values, target.removeprefix(ATTRIBUTE), text)

    def _read_own(self, found: Converted, target: str, text: str) -> None:
        if target == "created_at":
            found.own = (found.own[0] if found.own else 0, text)
        elif text.isdecimal() and len(text) < 19:
            if target == "id":
                found.own = (int(text), found.own[1] if found.own else "")
            else:
                found.values["owner_id"] = int(text)

    def _settle(self, found: Converted) -> None:
        values, lead = found.values, found.lead
        if found.own and not (found.own[0] and found.own[1]):
            found.own = None
        asked = lead.pop("created_at", None)
        if lead:
            sides = [role for role in values.get("roles", ()) if role in set(LeadSide)]
            lead.setdefault("side", sides[0] if sides else LeadSide.BUYER.value)
            values["roles"] = [*values.get("roles", ()), lead["side"]]
            if asked is not None:
                lead["created_at"] = asked
        elif asked is not None and not self._own:
            keep(values, "created_at", as_text(asked))
        if not any(values.get(name) for name in ("name", "last_name", "first_name", "company_name", "phones", "emails",
                                                 "telegram")):  # fmt: skip
            found.problems.append(FieldProblem("name", "client.nameless", {}))


def without_phones(values: dict[str, Any], text: str) -> str:
    """A name beside which a phone was written."""
    if sum(map(str.isdigit, text)) < 10 or not (spans := phones.spans(text)):
        return text
    for span in reversed(spans):
        text = text[: span.start] + " " + text[span.end :]
    _merge(values, "phones", [{"value": span.phone} for span in spans])
    return line(re.sub(r"\b(?:тел|моб)\b\.?:?", " ", text)).strip(" ,;:-–—")


def add_contacts(values: dict[str, Any], target: str, cell: object) -> None:
    entries: list[dict[str, Any]] = []
    pieces = cell if isinstance(cell, list) else _SEVERAL.split(as_text(cell))
    missed = False
    for piece in pieces:
        label = None
        if isinstance(piece, dict):
            label, piece = piece.get("label"), piece.get("value")
        text = line(as_text(piece))
        if blank(text):
            continue
        if (labelled := _LABELLED.fullmatch(text)) and not labelled[2].strip().isdigit():
            text, label = labelled[1], labelled[2]
        some = _phones_in(text) if target == "phones" else _emails_in(text)
        missed = missed or not some
        entries += [{"value": one, "label": label} if label else {"value": one} for one in some]
    _merge(values, target, entries)
    if missed:
        raise Unreadable("phone.unreadable" if target == "phones" else "import.unreadable")


def _phones_in(text: str) -> list[str]:
    one = phones.normalise(text)
    return [one] if one else phones.find(text)


def _emails_in(text: str) -> list[str]:
    return [
        found[0].lower()
        for hit in _EMAIL.findall(text.removeprefix("mailto:"))
        if (found := parse_email(hit.strip(".")))
    ]


def _merge(values: dict[str, Any], target: str, entries: Sequence[dict[str, Any]]) -> None:
    if entries:
        known = {one["value"]: one for one in values.get(target, ())}
        for one in entries:
            known.setdefault(one["value"], one)
        values[target] = list(known.values())[:20]


def plan(
    header: Sequence[str],
    *,
    user_map: Mapping[str, str] = _NONE,
    defaults: Mapping[str, str] = _NONE,
    now: datetime,
    extra_aliases: Mapping[str, Sequence[str]] = _NONE,
) -> Plan:
    """Decide how the rows under `header` are read. `user_map`, `defaults`, `extra_aliases` and what is raised as for
    listings (`properties.mapping.plan`)."""
    own = {"id", "created_at", "phones", "emails"} <= {line(as_text(name)) for name in header}
    columns = VOCABULARY.columns(
        header, user_map=user_map, extra_aliases=extra_aliases, ours=_OURS if own else frozenset(), given=_GIVEN
    )
    made = Plan(columns, defaults, now)
    for name, text in defaults.items():
        tried = Converted()
        made._read(tried, name, name, Unit(), text)
        if tried.warnings:
            raise Invalid.one(name, "import.default_unreadable", field=name, value=text)
    return made
