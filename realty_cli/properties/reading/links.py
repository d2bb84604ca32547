"""Links to advertisements: made whole, and read for what their path tells (portal, city, deal, kind of object)."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from realty_cli.properties.reading.lexicon import city_slugs, link_words, portals
from realty_cli.properties.values import Unreadable, unknown

AVITO = "https://www.avito.ru"
CIAN = "https://www.cian.ru"

_AVITO_PATH = re.compile(r"/[\w.-]+/[\w-]+/\S*_(\d{6,12})")
_CIAN_PATH = re.compile(r"/(?:sale|rent)/[a-z-]+/\d{5,12}/?")
_BARE = re.compile(r"(?:[\w-]+\.)+[a-zа-я]{2,10}(?:/\S*)?", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s\"'<>;]+", re.IGNORECASE)
_FORMULA = re.compile(
    r"\s*=\s*(?:ГИПЕРССЫЛКА|HYPERLINK)\s*\(\s*\"+([^\"]*)\"+\s*(?:[;,]\s*\"*([^\"]*?)\"*\s*)?\)\s*", re.IGNORECASE
)
_AVITO_SLUG = re.compile(
    r"(?:(?P<rooms>\d{1,2})-k\.?_|(?P<studio>(?:kvartira-)?studiya)_|(?P<free>svobodnaya_planirovka|svob)\w*_)?"
    r"(?P<what>kvartira|apartamenty|komnata|dom|uchastok)?[\w.,-]*?_?(?P<area>\d{1,5}(?:[.,]\d{1,2})?)_?m"
    r"(?:_na_uchastke_(?P<land>\d{1,5}(?:[.,]\d{1,2})?)_?sot)?(?![a-z])"
)


class Link(NamedTuple):
    """A whole web address and what it tells: fields of a listing, with `deal_type` apart in `facts`."""

    url: str
    facts: dict[str, Any]


def formula(text: str) -> tuple[str, str] | None:
    """The address and the text of a `=ГИПЕРССЫЛКА("url"; "text")` cell."""
    if text[:1] not in ("=", "'") or "(" not in text:
        return None
    found = _FORMULA.fullmatch(text.lstrip("'"))
    return (found[1].strip(), (found[2] or "").strip()) if found else None


class LinkReader:
    """Reads the links of one file; what the beginning of a path tells is worked out once.

    `from_slug`: read the number of rooms and the area from the last part of an Avito address too, for files that have
    no column for them.
    """

    def __init__(self, *, from_slug: bool) -> None:
        self._from_slug = from_slug
        self._known: dict[str, dict[str, Any]] = {}

    def __call__(self, text: str) -> Link | None:
        url = text if text.startswith("https://") and " " not in text else whole(text)
        if url is None:
            return None
        # The last part of a path is a listing's own; what stands before it is shared.
        path, _, last = url.rstrip("/").rpartition("/")
        facts = self._known.get(path)
        if facts is None:
            facts = _facts(path + "/")
            if len(self._known) < 2048:
                self._known[path] = facts
        if facts.get("source") == "avito":
            slug, _, number = last.partition("?")[0].rpartition("_")
            if number.isdecimal():
                facts = {**facts, "external_id": number}
                if self._from_slug:
                    facts.update(_slug(slug))
        elif not last.isdecimal() and ("deal_type" not in facts or "property_type" not in facts):
            words = re.split(r"[-_.?=&]", last.casefold())
            facts = {**_told(words, "deal_type"), **_told(words, "property_type"), **facts}
        return Link(url, facts)


def whole(text: str) -> str | None:
    """The absolute address that a cell holds: a bare host gets its scheme, a path of Avito's or Cian's its host."""
    if unknown(text):
        return None
    if found := formula(text):
        text = found[0] or found[1]
    if found_url := _URL.search(text):
        return found_url[0].rstrip(".,)")
    text = text.strip()
    if _AVITO_PATH.fullmatch(text.partition("?")[0]):
        return AVITO + text
    if _CIAN_PATH.fullmatch(text):
        return CIAN + text
    if text.startswith("//"):
        text = text[2:]
    if _BARE.fullmatch(text) and ("/" in text or text.casefold().startswith("www.")):
        return f"https://{text}"
    raise Unreadable("import.not_a_link", text=text)


def _facts(path: str) -> dict[str, Any]:
    host, _, rest = path.partition("://")[2].casefold().partition("/")
    host = host.rpartition("@")[2].partition(":")[0]
    facts: dict[str, Any] = {}
    labels = host.split(".")
    for at in range(len(labels) - 1):
        if source := portals().get(".".join(labels[at:])):
            facts["source"] = source
            break
    pieces = [piece for piece in rest.split("/") if piece]
    city = city_slugs().get(pieces[0]) if pieces else None
    if city is None and len(labels) > 2 and labels[0] not in ("www", "m"):
        city = city_slugs().get(labels[0])
    if city:
        facts["city"] = city
    words = [*pieces, *(word for piece in pieces for word in re.split(r"[-_.?=&]", piece))]
    return {**facts, **_told(words, "property_type"), **_told(words, "deal_type")}


def _told(words: list[str], field: str) -> dict[str, str]:
    table = link_words()[field]
    found = next((table[word] for word in words if word in table), None)
    if found == "rent" and any(table.get(word) == "daily_rent" for word in words):
        found = "daily_rent"
    return {field: found} if found else {}


def _slug(slug: str) -> dict[str, Any]:
    found = _AVITO_SLUG.match(slug.casefold())
    if not found:
        return {}
    facts: dict[str, Any] = {}
    area = float(found["area"].replace(",", "."))
    if found["studio"]:
        facts.update(rooms=0, is_studio=True)
    elif found["rooms"]:
        facts["rooms"] = int(found["rooms"])
    if found["what"] == "apartamenty":
        facts["is_apartments"] = True
    if area > 0:
        facts["area_total"] = area
    if found["land"]:
        facts["area_land"] = round(float(found["land"].replace(",", ".")) * 100, 2)
    return facts
