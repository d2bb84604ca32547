"""A clean description out of the facts and the agent's own sentences. Nothing is said that neither of them says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from realty_cli.properties.drafting.contradictions import number
from realty_cli.properties.drafting.findings import Contradiction, Finding, Problem, Span
from realty_cli.properties.drafting.source import Source, merged
from realty_cli.properties.drafting.vocabulary import load
from realty_cli.properties.drafting.wording import lowered, spaced, tidy_units

_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "GBP": "£", "KZT": "₸"}
_NBSP = "\u00a0"
_HECTARE = 10_000.0
_GUEST_RULES = ("children_allowed", "children_forbidden", "pets_allowed", "pets_forbidden")
_TRAILING = re.compile(r"[\s,:;\-–—|/(]+$")
_LEADING = re.compile(r"^[\s,.:;!?\-–—|/)•·*#✓✔]+")
_BANGS = re.compile(r"[!?]*\?[!?]*|!+")
_DOTS = re.compile(r"\.{4,}|(?<!\.)\.\.(?!\.)")
_MARKS = re.compile(r"([,;:])\1+")
_EMOJI = re.compile("[\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3\U0001f000-\U0001faff]+")
_UNTIDY = re.compile(r"\.\.|[,;:]{2}| [,;.]|,(?=[^\W\d_])")
_DIGIT = re.compile(r"\d")
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|\"\s*\"|«\s*»")
_HASHTAG = re.compile(r"#[\w-]+")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_CAPITALS = re.compile(r"[А-ЯЁA-Z]{2,}")
#: Words beyond facts and glue that make a sentence worth keeping.
_WORTH_KEEPING = 2


@lru_cache(maxsize=1)
def _texts() -> dict[str, Any]:
    return load("writing")


@lru_cache(maxsize=1)
def _glue() -> tuple[frozenset[str], frozenset[str]]:
    glue = _texts()["glue"]
    return frozenset(glue["words"]), frozenset(glue["contact"])


def suggest(
    source: Source,
    language: str,
    extracted: Mapping[str, Finding],
    record: Mapping[str, object],
    conflicts: Iterable[Contradiction],
    blamed: Iterable[Problem],
) -> str:
    """The description anew: facts in a fixed order, then the agent's sentences, cleaned.

    Where text and record disagree the record's value stands, and the sentences that say otherwise are left out, as are
    those with discriminatory wording. The same input always gives the same text.
    """
    own: list[str] = []
    said: frozenset[str] = frozenset()
    if language == source.language:
        own, said = _own_sentences(source, extracted, list(conflicts), list(blamed))
    facts = _facts(extracted, record)
    writer = _Writer(_texts()[language], language, facts, said)
    blocks = [writer.heading(), writer.details(), writer.place(), writer.features(), " ".join(own), writer.terms()]
    return "\n\n".join(block for block in blocks if block)


def _facts(extracted: Mapping[str, Finding], record: Mapping[str, object]) -> dict[str, Any]:
    """Values by field, the record's before the text's."""
    facts = {name: finding.value for name, finding in extracted.items() if name != "phones"}
    if "currency" in record and "price" in record and "price" in facts:
        facts.pop("currency", None)
    for name, value in record.items():
        if value is not None and value != "" and not isinstance(value, list | dict):
            facts[name] = str(value) if hasattr(value, "value") else value
    if "rooms" in extracted and extracted["rooms"].note == "bedrooms" and number(record.get("rooms")) is None:
        facts.pop("rooms", None)
    return facts


class _Writer:
    """Renders facts with the templates of one language.

    `said` names what the agent's own sentences tell: fields and amenities. Below the heading those are not repeated.
    """

    def __init__(self, texts: Mapping[str, Any], language: str, facts: Mapping[str, Any], said: frozenset[str]) -> None:
        self.said = said
        self.texts = texts
        self.language = language
        self.facts = facts

    def number(self, field: str) -> float | None:
        value = number(self.facts.get(field))
        return (
            value
            if (value is not None and value != 0) or field in {"rooms", "floor", "deposit", "commission"}
            else None
        )

    def amount(self, value: float) -> str:
        """ "54,3" or "54.3": at most two decimals, none that are naught."""
        text = f"{value:.2f}".rstrip("0").rstrip(".")
        return text.replace(".", ",") if self.language == "ru" else text

    def money(self, value: float) -> str:
        currency = str(self.facts.get("currency") or "RUB")
        sign = _SIGNS.get(currency, currency)
        digits = f"{value:,.2f}".removesuffix(".00")
        if self.language == "ru":
            return digits.replace(",", _NBSP).replace(".", ",") + _NBSP + sign
        return f"{sign}{digits}" if sign in {"$", "€", "£"} else f"{currency} {digits}"

    def named(self, table: str, field: str) -> str | None:
        value = self.facts.get(field) if field == "deal_type" or field not in self.said else None
        found = self.texts[table].get(str(value)) if value is not None else None
        return str(found) if found else None

    def heading(self) -> str:
        kind = str(self.facts.get("property_type") or "")
        what = self._object(kind)
        parts = [what, *self._heading_areas(kind), self._floor(kind)]
        line = ", ".join(part for part in parts if part)
        deal = self.named("deal", "deal_type")
        if not line:
            return f"{deal}." if deal else ""
        return sentence(f"{deal}: {line}" if deal else line)

    def _object(self, kind: str) -> str | None:
        rooms = self.number("rooms")
        is_flat = kind == "apartment"
        if self.facts.get("is_studio") is True or (rooms == 0 and is_flat):
            what: str | None = self.texts["studio"]
            if self.facts.get("is_apartments") is True:
                what = f"{what}, {self.texts['apartments']}"
        elif is_flat and rooms:
            template = "rooms_apartments" if self.facts.get("is_apartments") is True else "rooms"
            what = self.texts[template].format(n=int(rooms))
        elif is_flat and self.facts.get("is_apartments") is True:
            what = self.texts["apartments"]
        else:
            what = self.texts["object"].get(kind)
        if kind == "room" and what and rooms:
            what = f"{what} {self.texts['room_in'].format(n=int(rooms))}"
        extra = [self.texts[flag] for flag in ("euro", "free_layout") if self.facts.get(f"is_{flag}") is True]
        return ", ".join(filter(None, [what, *extra])) or None

    def _heading_areas(self, kind: str) -> list[str]:
        areas = []
        total, land = self.number("area_total"), self.number("area_land")
        if total and kind != "land":
            areas.append(self.texts["area_total"].format(x=self.amount(total)))
        if land and kind in {"land", "house", ""}:
            areas.append(self._land(land, "" if kind == "land" else "plot_"))
        return areas

    def _land(self, value: float, prefix: str) -> str:
        if value >= _HECTARE:
            return str(self.texts[f"{prefix}hectare"].format(x=self.amount(value / _HECTARE)))
        shown = value / 100 if self.language == "ru" else value
        return str(self.texts[f"{prefix}sotka"].format(x=self.amount(shown)))

    def _floor(self, kind: str) -> str | None:
        floor, total = self.number("floor"), self.number("floors_total")
        if kind in {"land", "garage", "parking"}:
            return None
        if floor is not None and kind != "house":
            if total and total >= floor > 0:
                return str(self.texts["floor_of"].format(floor=int(floor), total=int(total)))
            return str(self.texts["floor"].format(floor=int(floor))) if floor > 0 else None
        return str(self.texts["storeys"].format(total=int(total))) if total else None

    def details(self) -> str:
        parts = []
        for field in ("area_living", "area_kitchen", "bedrooms", "ceiling_height"):
            value = self.number(field)
            if value and field not in self.said:
                parts.append(self.texts[field].format(x=self.amount(value)))
        short = self.facts.get("property_type") in {"garage", "commercial", "parking"}
        parts.append(self.named("building_material_short" if short else "building_material", "building_material"))
        year = self.number("year_built")
        if year and "year_built" not in self.said:
            parts.append(self.texts["year_built"].format(x=int(year)))
        parts += [self.named("renovation", "renovation"), self.named("market", "market")]
        return sentence(", ".join(part for part in parts if part))

    def place(self) -> str:
        lines = []
        street, house = (self.facts.get(field) if "street" not in self.said else None for field in ("street", "house"))
        place = [str(self.facts[field]) for field in ("city",) if self.facts.get(field)]
        if street:
            place.append(str(street) + (self.texts["house_mark"].format(x=house) if house else ""))
        if street or (place and self.facts.get("city")):
            lines.append(sentence(self.texts["address"].format(x=", ".join(place))))
        metro, minutes = self.facts.get("metro"), self.number("metro_minutes")
        if "metro" in self.said and (not minutes or "metro_minutes" in self.said):
            metro = minutes = None
        if metro:
            line = self.texts["metro"].format(x=metro)
            if minutes:
                line += ", " + self.texts["metro_minutes"].format(x=int(minutes))
            lines.append(sentence(line))
        elif minutes:
            lines.append(sentence(self.texts["metro_only"].format(x=int(minutes))))
        cadastral = self.facts.get("cadastral_number") if "cadastral_number" not in self.said else None
        if cadastral:
            lines.append(sentence(self.texts["cadastral_number"].format(x=cadastral)))
        return " ".join(lines)

    def features(self) -> str:
        names = [name for name in self.facts.get("amenities") or () if isinstance(name, str) and name not in self.said]
        has = [self.texts["amenities"][name] for name in names if name in self.texts["amenities"]]
        rules = [self.texts["rules"][name] for name in names if name in _GUEST_RULES]
        lines = [sentence(self.texts["has"].format(x=", ".join(has)))] if has else []
        if rules:
            lines.append(sentence(", ".join(rules)))
        return " ".join(lines)

    def terms(self) -> str:
        lines = []
        said = self.said
        deal = str(self.facts.get("deal_type") or "sale")
        price = self.number("price")
        if price and "price" not in said:
            lines.append(
                sentence(self.texts["price"].get(deal, self.texts["price"]["sale"]).format(x=self.money(price)))
            )
        deposit, commission = self.number("deposit"), self.number("commission")
        if deposit is not None and deal != "sale" and "deposit" not in said:
            lines.append(
                sentence(self.texts["deposit"].format(x=self.money(deposit)) if deposit else self.texts["no_deposit"])
            )
        if commission is not None and 0 <= commission <= 100 and "commission" not in said:
            shown = (
                self.texts["commission"].format(x=self.amount(commission))
                if commission
                else self.texts["no_commission"]
            )
            lines.append(sentence(shown))
        for field in ("mortgage", "bargain"):
            if field not in said and isinstance(self.facts.get(field), bool) and (field == "bargain" or deal == "sale"):
                lines.append(sentence(self.texts[field if self.facts[field] else f"no_{field}"]))
        return " ".join(lines)


def sentence(text: str) -> str:
    """Begun with a capital and closed with a point; nothing stays nothing."""
    text = text.strip()
    if not text:
        return ""
    if text[-1] not in ".!?…":
        text += "."
    return text[0].upper() + text[1:]


def _own_sentences(
    source: Source, extracted: Mapping[str, Finding], conflicts: list[Contradiction], blamed: list[Problem]
) -> tuple[list[str], frozenset[str]]:
    """The agent's sentences that say more than the facts, cleaned, each once; and the fields that they tell."""
    facts = [
        (span.start, span.end, label) for name, finding in extracted.items() for span, label in _told(name, finding)
    ]
    covered = source.mask((start, end) for start, end, _ in facts)
    refused = [(one.start, one.end) for one in blamed if one.code == "wording.discriminatory"]
    wrong = [
        (span.start, span.end)
        for one in conflicts
        if _field(one) in extracted
        for span in extracted[_field(one)].evidence
    ]
    contacts = merged(source.phones + source.emails + source.links)
    cut = _mask(len(source.clean), contacts)
    kept: list[str] = []
    seen: set[str] = set()
    said: set[str] = set()
    for start, end in zip(source.boundaries, source.boundaries[1:], strict=False):
        span = source.span(start, end)
        if not span.text or _meets(span.start, span.end, refused) or _meets(span.start, span.end, wrong):
            continue
        if not _says_more(source, start, end, covered, cut):
            continue
        cleaned = clean_sentence(_without(source, start, end, contacts), source.language)
        key = cleaned.lower()
        if _WORDS.search(cleaned) and key not in seen:
            seen.add(key)
            kept.append(cleaned)
            said |= {name for first, last, name in facts if first < span.end and span.start < last}
    return kept, frozenset(said)


def _told(name: str, finding: Finding) -> list[tuple[Span, str]]:
    """The evidence that the generated part repeats, by field or amenity.

    A view is not there: it is kept in the agent's words, which say of what.
    """
    labels = finding.value if name == "amenities" else [name] * len(finding.evidence)
    return [(span, label) for label, span in zip(labels, finding.evidence, strict=True) if label != "view"]


def _field(conflict: Contradiction) -> str:
    return {"contact_phone": "phones"}.get(conflict.field, conflict.field)


def _meets(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return any(first < end and start < last for first, last in spans)


def _without(source: Source, start: int, end: int, spans: list[tuple[int, int]]) -> str:
    """A stretch of the clean text with some of its spans cut out."""
    pieces, at = [], start
    for first, last in spans:
        if last <= start or first >= end:
            continue
        pieces.append(source.clean[at : max(at, first)])
        at = max(at, last)
    pieces.append(source.clean[at:end])
    return " ".join(pieces)


def _mask(size: int, spans: list[tuple[int, int]]) -> bytearray:
    covered = bytearray(size + 1)
    for start, end in spans:
        covered[start:end] = b"\x01" * (end - start)
    return covered


def _says_more(source: Source, start: int, end: int, facts: bytearray, contacts: bytearray) -> bool:
    """Whether enough is left when the facts, their glue and the invitation to call are taken away."""
    glue, contact = _glue()
    left, calls = 0, 1 in contacts[start:end]
    for word in source.words_between(start, end):
        if word.text in contact or contacts[word.start]:
            calls = True
        elif word.text not in glue and not facts[word.start]:
            # A figure that is no known fact is worth more than a word.
            left += 2 if word.text[0].isdigit() else 1
    return left >= _WORTH_KEEPING + calls


def clean_sentence(text: str, language: str) -> str:
    """One sentence without emoji, hashtags, shouting, doubled marks and untidy units."""
    if not text.isascii():
        text = _EMOJI.sub(" ", text)
    if "#" in text:
        text = _HASHTAG.sub(" ", text)
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    if "(" in text or '"' in text or "«" in text or "[" in text:
        text = _EMPTY_BRACKETS.sub(" ", text)
    text = " ".join(text.split())
    if "!" in text or "?" in text:
        text = _BANGS.sub(lambda match: "?" if "?" in match.group() else ".", text)
    if _UNTIDY.search(text):
        text = spaced(_MARKS.sub(r"\1", _DOTS.sub("…", text)))
    if _DIGIT.search(text):
        text = tidy_units(text, language)
    text = _without_invitation(_TRAILING.sub("", _LEADING.sub("", text)))
    if _CAPITALS.search(text):
        text = _lower_capitals(text)
    return sentence(text)


def _without_invitation(text: str) -> str:
    """ "... Звоните:" ends with the number that has been cut out; the words that led to it go too."""
    contact = _glue()[1]
    words = text.split(" ")
    while words and words[-1].strip(" .,:;!").lower() in contact:
        words.pop()
    return _TRAILING.sub("", " ".join(words))


def _lower_capitals(text: str) -> str:
    whole = sum(char.isupper() for char in text) * 2 > sum(char.isalpha() for char in text)
    return lowered(text, whole=whole)
