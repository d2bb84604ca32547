"""From the rows of any file of clients to the fields of a client, and of the lead that a row opens.

`plan` looks once at the headers of a file; `Plan.convert` then turns row after row into plain values. Headers and words
are data (`headers.toml`); how a header is compared and an amount is read stands with the files of listings.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

from realty_cli.auth.names import parse_email
from realty_cli.clients.kinds import LeadSide
from realty_cli.clients.schemas.parts import telegram_name
from realty_cli.errors import FieldProblem, Invalid
from realty_cli.kit import phones
from realty_cli.properties.reading import amounts, moments
from realty_cli.properties.reading.headers import ATTRIBUTE, Aliases, Unit, index_of
from realty_cli.properties.reading.lexicon import fold
from realty_cli.properties.reading.raw import as_text
from realty_cli.properties.values import Unreadable, blank, block, line

LEFT_OUT = "-"
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
_TAGS = re.compile(r"[;,|\n]")
_EMAIL = re.compile(r"[^\s<>,;|()\[\]\"']+@[^\s<>,;|()\[\]\"']+")
_LABELLED = re.compile(r"(.+?)\s*\(([^()]{1,100})\)\s*")
_RANGE = re.compile(r"(?:от|from)?\s*(\d.*?)\s*(?:-|–|—|\bдо\b|\bto\b|\.\.+)\s*(\d.*)")
_BOUND = re.compile(r"(от|from|до|to|up to)\s*(\d.*)")
_FIGURES = re.compile(r"[\d\s.,'\u00a0]+")
_MOST_ATTRIBUTES, _LONGEST = 180, 2_000
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


class ColumnPlan(NamedTuple):
    """A header of the file and what its column is read as: a field, `attributes.<name>`, or `-` for nothing."""

    header: str
    target: str


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    return tomllib.loads(files("realty_cli.clients").joinpath("headers.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, int]]:
    return index_of(_table())


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    return {
        name: {fold(word): value for value, words in values.items() for word in words}
        for name, values in _table()["words"].items()
    }


@lru_cache(maxsize=1)
def known_fields() -> frozenset[str]:
    """What a person can tell a column to be, besides `attributes.<name>` and `-`."""
    return frozenset(_table()["fields"])


def require_known(names: Mapping[str, Any] | Sequence[str], option: str = "--set") -> None:
    """Refuse to set a field that no client has."""
    for name in names:
        if name not in known_fields():
            raise Invalid.one(option, "field.unknown", name=name)


class Plan:
    """How the rows of one file are read; made by `plan`. `columns` says it for people."""

    def __init__(
        self, titles: Sequence[str], targets: Sequence[str], units: Sequence[Unit], defaults: Mapping[str, str],
        now: datetime,
    ) -> None:  # fmt: skip
        self.columns = tuple(map(ColumnPlan, titles, targets))
        self._titles, self._units, self._now = list(titles), list(units), now
        self._own = {"id", "created_at", "phones", "emails"} <= set(titles)
        self._defaults = dict(defaults)

    def convert(self, cells: Sequence[object]) -> Converted:
        """Read one row. Never raises; what cannot be read becomes a problem, or an attribute with a warning."""
        found = Converted()
        if [line(as_text(cell)) for cell in cells[: len(self._titles)]] == self._titles:
            found.problems.append(FieldProblem("row", "import.row_is_header", {}))
            return found
        for (header, target), unit, cell in zip(self.columns, self._units, cells, strict=False):
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
            _add_contacts(values, target, cell)
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
            found.lead |= _budget(target, line(text), unit)
        elif target == "tags":
            some = cell if isinstance(cell, list) else _TAGS.split(_unlisted(text))
            tags = [tag[:100] for one in some if (tag := line(as_text(one)).strip(" '\"#"))]
            values["tags"] = list(dict.fromkeys([*values.get("tags", ()), *tags]))[:50]
        elif target in ("notes", "lead_note"):
            place = values if target == "notes" else found.lead
            if not blank(said := block(text)):
                place[target] = f"{place[target]}\n{said}" if target in place else said
        elif not blank(said := line(text)):
            self._read_line(found, header, target, said, cell)

    def _read_line(self, found: Converted, header: str, target: str, text: str, cell: object) -> None:
        if target == "roles":
            some = cell if isinstance(cell, list) else _TAGS.split(_unlisted(text))
            found.values["roles"] = [*found.values.get("roles", ()), *(_word("roles", as_text(one)) for one in some)]
        elif target in _words():
            (found.lead if target == "side" else found.values).setdefault(target, _word(target, text))
        elif target == "telegram":
            try:
                found.values[target] = telegram_name(text)
            except Exception:  # pydantic's own kind, which is a ValueError only by half
                raise Unreadable from None
        elif target in _TEXTS:
            if target == "name":
                text = _without_phones(found.values, text)
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


def keep(values: dict[str, Any], name: str, text: str) -> None:
    """A cell that is no field of a client, under its own header."""
    name, table = line(name)[:200], values.setdefault("attributes", {})
    if name and text and len(table) < _MOST_ATTRIBUTES:
        table.setdefault(name, block(text)[:_LONGEST])


def _unlisted(text: str) -> str:
    return text.strip().strip("[]")


def _word(target: str, text: str) -> str:
    found = _words()[target].get(fold(text))
    if found is None:
        raise Unreadable("import.unknown_word")
    return found


def _without_phones(values: dict[str, Any], text: str) -> str:
    """A name beside which a phone was written."""
    if sum(map(str.isdigit, text)) < 10 or not (spans := phones.spans(text)):
        return text
    for span in reversed(spans):
        text = text[: span.start] + " " + text[span.end :]
    _merge(values, "phones", [{"value": span.phone} for span in spans])
    return line(re.sub(r"\b(?:тел|моб)\b\.?:?", " ", text)).strip(" ,;:-–—")


def _add_contacts(values: dict[str, Any], target: str, cell: object) -> None:
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


def _budget(target: str, text: str, unit: Unit) -> dict[str, Any]:
    if blank(text):
        return {}
    folded = fold(text)
    if target == "budget" and (pair := _RANGE.fullmatch(folded)):
        low, high = pair[1], pair[2]
        if _FIGURES.fullmatch(low):
            low += _FIGURES.sub("", high, count=1)  # 5-7 млн
        return {**_amount("budget_min", low, unit), **_amount("budget_max", high, unit)}
    if bound := _BOUND.fullmatch(folded):
        named = "budget_min" if bound[1] in ("от", "from") else "budget_max"
        return _amount(named if target == "budget" else target, bound[2], unit)
    return _amount("budget_max" if target == "budget" else target, text, unit)


def _amount(name: str, text: str, unit: Unit) -> dict[str, Any]:
    found = amounts.money(text, unit.scale)
    if found is None or found.amount is None:
        raise Unreadable("import.price_unreadable")
    currency = found.currency or unit.currency
    return {name: found.amount, **({"currency": currency} if currency else {})}


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
    titles = [line(as_text(name)) for name in header]
    for target in (*extra_aliases, *user_map.values()):
        if target not in known_fields() and target != LEFT_OUT and not target.startswith(ATTRIBUTE):
            raise Invalid.one(target, "field.unknown", name=target)
    for name in user_map:
        if line(name) not in titles:
            raise Invalid.one(name, "import.no_such_header", header=name, headers=", ".join(titles[:20]))
    told = {line(name): target for name, target in user_map.items()}
    aliases = Aliases(extra_aliases, _index())
    own = {"id", "created_at", "phones", "emails"} <= set(titles)
    targets, units = [], []
    for at, title in enumerate(titles):
        match = aliases.match(re.sub(r" \(\d+\)$", "", title)) if title else None
        target = match.target if match and match.target else ATTRIBUTE + (title or f"column {at + 1}")
        if own and title in _OURS:
            target = title
        targets.append(told.get(title, LEFT_OUT if title in _GIVEN else target))
        units.append(match.unit if match else Unit())
    if not any(target != LEFT_OUT and not target.startswith(ATTRIBUTE) for target in targets):
        raise Invalid.one("header", "import.no_columns", headers=", ".join(titles[:12]))
    made = Plan(titles, targets, units, defaults, now)
    for name, text in defaults.items():
        tried = Converted()
        made._read(tried, name, name, Unit(), text)
        if tried.warnings:
            raise Invalid.one(name, "import.default_unreadable", field=name, value=text)
    return made
