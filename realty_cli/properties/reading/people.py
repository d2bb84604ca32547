"""Readers of whose a listing is and where it came from: contacts, links, tags.

See `cells` for what a reader is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from realty_cli.kit import phones
from realty_cli.properties import values
from realty_cli.properties.reading import lexicon, links
from realty_cli.properties.reading.cells import MAX_LINE, NOTHING, Column, Read, Reading, cut, kept, said
from realty_cli.properties.values import Unreadable, line, unknown

_FIGURES = re.compile(r"\+?\d[\d\s()\-–.]{5,}\d")
_LABEL = re.compile(r"\b(?:тел|моб|доб|whatsapp|viber|ext)\b\.?:?", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][^\d_,;:/()]*")


def contact_phone(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        one = phones.normalise(text)
        found = [one] if one else phones.find(text)
        if not found:
            # A figure or two is a flag of some portal's, no slip in a number.
            return kept(column, text, "phone.unreadable" if sum(map(str.isdigit, text)) > 4 else None)
        name = _name_beside(text) if not one else ""
        fields: dict[str, Any] = {"contact_phone": found[0]}
        if name:
            fields["_contact_name"] = name
        return said(fields, {"phones": ", ".join(found)} if len(found) > 1 else None)

    return read


def _name_beside(text: str) -> str:
    """A name that stands with a phone: `Анна, +7 912 345-67-89`."""
    name = _LABEL.sub(" ", _FIGURES.sub(" ", text))
    name = " ".join(name.split()).strip(" ,;:/()–—-")
    return name if 2 < len(name) <= 100 and _NAME.fullmatch(name) else ""


def contact_name(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        if column.own:
            return said({"contact_name": text})
        if sum(character.isdigit() for character in text) >= 10:
            found = phones.find(text)
            if found:
                name = _name_beside(text)
                fields: dict[str, Any] = {"contact_name": name} if name else {}
                return said(
                    {**fields, "_contact_phone": found[0]}, {"phones": ", ".join(found)} if len(found) > 1 else None
                )
        # A portal's number of a user is not a name.
        if re.fullmatch(r"(?:id|user|пользователь)\s*\d+|\d+", text, re.IGNORECASE):
            return kept(column, text)
        if len(text) > MAX_LINE:
            return kept(column, text, "import.too_long", most=MAX_LINE)
        return said({"contact_name": text})

    return read


def tags(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text) or text == "[]":
            return NOTHING
        pieces: list[Any] = []
        if text.startswith("["):
            try:
                pieces = json.loads(text)
            except (ValueError, RecursionError):
                pieces = text.strip("[]").split(",")
        else:
            pieces = re.split(r"[;,|]", text)
        found = [tag[:100] for piece in pieces if (tag := str(piece).strip(" '\"#"))]
        return said({"tags": list(dict.fromkeys(found))[:50]}) if found else NOTHING

    return read


def attribute_table(column: Column) -> Read:
    """The `attributes` of our own files: a JSON object."""

    def read(cell: str) -> Reading:
        text = values.block(cell)
        if unknown(text) or text == "{}":
            return NOTHING
        try:
            table = json.loads(text)
        except (ValueError, RecursionError):
            return kept(column, text)
        if not isinstance(table, dict):
            return kept(column, text)
        return said(
            {}, {str(name)[:200]: cut(str(value)) for name, value in table.items() if name and value is not None}
        )

    return read


def source_url(column: Column) -> Read:
    read_link = links.LinkReader(from_slug=column.lone)

    def read(cell: str) -> Reading:
        text = cell.strip() if "&" not in cell else line(cell)
        try:
            found = read_link(text)
        except (Unreadable, ValueError):
            return kept(column, line(cell), "import.not_a_link")
        if found is None:
            return NOTHING
        if len(found.url) > 2_000 or not found.url.isprintable():
            return kept(column, found.url, "import.too_long", most=2_000)
        return ({"source_url": found.url, "_link": found.facts}, None, (), ())

    return read


def source(column: Column) -> Read:
    def read(cell: str) -> Reading:
        text = line(cell)
        if unknown(text):
            return NOTHING
        if column.own:
            return said({"source": text})
        domain = re.sub(r"^(?:https?://)?(?:www\.)?", "", text.casefold()).partition("/")[0]
        name = lexicon.portals().get(domain) or _PORTAL_NAMES.get(lexicon.fold(text))
        if text.startswith("http") and len(text) > len(domain) + 12:
            return said({"_link_elsewhere": text, **({"source": name} if name else {})})
        return said({"source": name or text[:100]})

    return read


_PORTAL_NAMES = {
    "циан": "cian", "cian": "cian", "авито": "avito", "avito": "avito", "домклик": "domclick",
    "дом клик": "domclick", "domclick": "domclick",
    "яндекс": "yandex", "яндекс недвижимость": "yandex", "яндекс.недвижимость": "yandex", "yandex": "yandex",
    "юла": "youla", "этажи": "etagi",
}  # fmt: skip


READERS: dict[str, Callable[[Column], Read]] = {
    "contact_phone": contact_phone,
    "contact_name": contact_name,
    "tags": tags,
    "attributes": attribute_table,
    "source_url": source_url,
    "source": source,
}
