"""Phone numbers: one stored form (E.164), every notation that people and portals write.

Russian and Kazakh numbers, nearly all that an agent meets, are read here without the library and by their first digits
only, so that a range opened after the library's release is not refused; everything else is libphonenumber's word.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_valid_number,
    parse,
)

_LONGEST = 64
_HOME = ("RU", "KZ")
# What people put between the digits of a number; the invisible marks come along when a contact is copied on a phone.
_SPACES = " \t\u00a0\u2007\u2009\u202f"
_HYPHENS = "-\u2010\u2011\u2012\u2013\u2014\u2212"
_MARKS = "\u200b\u200e\u200f\u202a\u202c\u2060\u2066\u2069\ufeff"
_BETWEEN = f"{_SPACES}{_HYPHENS}{_MARKS}()."
_ASCII_DIGITS = frozenset("0123456789")
_DROP = dict.fromkeys(map(ord, _BETWEEN + "\n\r/"))
_FRAGMENT = _ASCII_DIGITS | frozenset(_BETWEEN + "+*/…")

_GROUP = re.compile(r"\+?[0-9]+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LINK_TO_A_PHONE = re.compile(r"(?:wa\.me/|t\.me/\+|[?&](?:phone|number)=)(?:\+|%2B)?([0-9]{10,15})", re.IGNORECASE)
_ID_WORD = re.compile(
    r"(?:\b(?:id|ид|инн|огрн|огрнип|кпп|бик|снилс|лот|код|код объекта|арт|артикул|объект|объявлени[ея]|договор|паспорт"
    r"|сч[её]т|р/с|ref|inn|lot|code)|[№#])[^\w+]{0,4}$",
    re.IGNORECASE,
)
_UNIT = re.compile(
    r"\s{0,2}(?:₽|\$|€|₸|%|руб|rub|р\b|тг\b|тенге|сом\b|тыс|млн|млрд|usd|м2|м²|кв\.? ?м|сот|га\b|км\b)", re.IGNORECASE
)
# How the ten digits are grouped by people; anything else is a row of other numbers.
_LAYOUTS = {
    "10", "6-4", "6-2-2",
    "3-7", "3-3-4", "3-3-2-2", "3-3-3-1", "3-2-2-3", "3-2-3-2", "3-4-3", "3-2-5", "3-5-2",
    "4-6", "4-2-2-2", "4-3-3", "4-2-4",
    "5-5", "5-1-2-2", "5-2-3", "5-3-2",
}  # fmt: skip


def normalise(text: str, region: str = "RU") -> str | None:
    """The E.164 form of one number in any notation, None when it is none; an extension is left out.

    `region` (ISO 3166) is where a number without a country code belongs. In Russia and Kazakhstan those are ten digits,
    or eleven that begin with 8 or 7.
    """
    if len(text) == 12 and text.startswith("+7") and text[2:].isdigit() and text.isascii() and _is_national(text[2:]):
        return text
    return _normalise(text, region) if len(text) <= _LONGEST else None


@lru_cache(maxsize=8192)
def _normalise(text: str, region: str) -> str | None:
    plain = text.removesuffix(".0").translate(_DROP)
    if plain.isascii():
        size = len(plain)
        national = ""
        # +8 before a nine: the trunk prefix written for the country code. No country begins with 89.
        if size == 12 and plain.startswith(("+7", "+89")):
            national = plain[2:]
        elif region in _HOME and (size == 10 or (size == 11 and plain[0] in "78")):
            national = plain[-10:]
        if national.isdigit() and _is_national(national):
            return "+7" + national
    return _by_library(text, region)


def _is_national(digits: str) -> bool:
    """Whether ten digits are a number of Russia (codes 3xx, 4xx, 8xx, 9xx) or Kazakhstan (70x to 77x)."""
    return digits[0] in "3489" or (digits[0] == "7" and digits[1] in "01234567")


def _by_library(text: str, region: str) -> str | None:
    try:
        number = parse(text, region)
    except NumberParseException:
        return None
    return format_number(number, PhoneNumberFormat.E164) if is_valid_number(number) else None


def digits(text: str) -> str:
    """The digits of a text and nothing else."""
    return "".join(filter(_ASCII_DIGITS.__contains__, text))


def fragment(text: str) -> str | None:
    """The digits to look for when a person types a piece of a phone: `8 (916) 123`, `916123` and `+7916…` are `916123`.

    A country code, and a leading 8 or 7 where it can be one, are left out, so that what remains is a piece of the
    national number (a piece that loses its first digit this way still finds all it should, and a little more). None
    when fewer than three digits remain or when the text holds anything else than a phone may.
    """
    typed = text.strip()
    if not typed or len(typed) > _LONGEST or not _FRAGMENT.issuperset(typed):
        return None
    found = digits(typed)
    international = typed.lstrip(_BETWEEN).startswith("+")
    if international:
        found = found[len(_country(found) or found[:1]) :]
    elif len(found) >= 11 and found.startswith("80"):
        found = found[2:]  # the trunk prefix of Belarus
    elif found[:1] in ("7", "8") and len(found) > 3 and _may_be_prefix(typed, found[1]):
        found = found[1:]
        if len(found.lstrip("0")) >= 3:
            found = found.lstrip("0")
    return found if len(found) >= 3 else None


def _may_be_prefix(typed: str, second: str) -> bool:
    """Whether the first digit typed can be a trunk prefix: set apart, or before a digit that area codes begin with."""
    start = next(place for place, character in enumerate(typed) if character in _ASCII_DIGITS)
    apart = typed[start + 1] not in _ASCII_DIGITS
    return "(" not in typed[:start] and (apart or second in "34789")


def suffixes(e164: str) -> list[str]:
    """Every ending of the national number down to three digits: any fragment of it begins one of them."""
    national = _national(e164)
    return [national[start:] for start in range(len(national) - 2)]


def display(e164: str | None, language: str) -> str:
    """A number as people write it: `+7 916 123-45-67`; in Russian a free-of-charge one is `8 800 600-35-32`."""
    if not e164:
        return "—"
    if e164.startswith("+7") and len(e164) == 12:
        code, rest = e164[2:5], f"{e164[5:8]}-{e164[8:10]}-{e164[10:]}"
        return f"{'8' if code == '800' and language == 'ru' else '+7'} {code} {rest}"
    try:
        return format_number(parse(e164), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return e164


def mask(e164: str | None) -> str:
    """A number that its owner recognises and nobody else can call: `+7 916 ***-**-67`."""
    shown = display(e164, "en")
    national = len(_national(e164)) if e164 else 0
    first, last = len(digits(shown)) - national + 3, len(digits(shown)) - 2
    masked, seen = [], 0
    for character in shown:
        seen += character in _ASCII_DIGITS
        masked.append("*" if character in _ASCII_DIGITS and first < seen <= last else character)
    return "".join(masked)


def _country(figures: str) -> str:
    """The country code that the digits of an international number begin with; no code begins with another one."""
    return next((figures[:size] for size in (1, 2, 3) if int(figures[:size] or 0) in COUNTRY_CODE_TO_REGION_CODE), "")


def _national(e164: str) -> str:
    figures = digits(e164)
    return figures[len(_country(figures)) :]


class Span(NamedTuple):
    """A number in a text: `text[start:end]` is how it is written, `phone` is E.164."""

    start: int
    end: int
    phone: str


def find(text: str) -> list[str]:
    """Every phone in running text or in a cell with several, as E.164, in order, each once.

    Prices, cadastral numbers, taxpayer and listing ids are not taken for phones: ten digits in a row count only with a
    mobile code or in a cell of nothing but numbers, and no bare number counts after a word such as "ИНН" or before a
    currency.
    """
    return list(dict.fromkeys(span.phone for span in spans(text)))


def spans(text: str) -> list[Span]:
    """Where the phones of a text stand, in order and without overlap: what redaction replaces."""
    if sum(map(text.count, "0123456789")) < 8:
        return []
    found = [
        Span(*hit.span(1), phone)
        for hit in _LINK_TO_A_PHONE.finditer(text)
        if (phone := normalise("+" + hit[1]) or normalise(hit[1]))
    ]
    scan = _Scan(_LINK.sub(lambda hit: "_" * len(hit[0]), text))
    return sorted(found + scan.spans())


class _Scan:
    """Reads the groups of digits of a text from left to right; `end` is where the last phone ended."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.groups = [(hit[0], hit.start(), hit.end()) for hit in _GROUP.finditer(text)]
        self.only_numbers = not any(map(str.isalpha, text))
        self.end = 0

    def spans(self) -> list[Span]:
        found = []
        at = 0
        while at < len(self.groups):
            phone, used = self._read(at) if self._may_begin(at) else (None, 1)
            if phone:
                self.end = self.groups[at + used - 1][2]
                found.append(Span(self.groups[at][1], self.end, phone))
            at += used
        return found

    def _read(self, at: int) -> tuple[str | None, int]:
        """The phone that begins with a group and how many groups it takes; (None, 1) when there is none."""
        written, start, _ = self.groups[at]
        parts, between = [written], self.text[max(start - 2, 0) : start]
        abroad: list[tuple[str, int]] = []
        for used in range(1, min(len(self.groups) - at, 12) + 1):
            if used > 1:
                part, begins, _ = self.groups[at + used - 1]
                separator = self.text[self.groups[at + used - 2][2] : begins]
                if part.startswith("+") or len(separator) > 4 or separator.strip(_BETWEEN):
                    break
                parts.append(part)
                between += separator
            size = sum(map(len, parts))
            if size > 16:
                break
            if size < 9 or not self._may_end(at + used - 1):
                continue
            whole = "".join(parts)
            if whole.startswith("+") and not whole.startswith(("+7", "+89")):
                abroad.append((whole, used))
            elif national := self._home(parts, between, start, self.groups[at + used - 1][2]):
                return "+7" + national, used
        # The longest that is a number, for what follows a phone abroad may be its last digits or the next thing.
        return next(((phone, used) for whole, used in reversed(abroad) if (phone := normalise(whole))), (None, 1))

    def _home(self, parts: list[str], between: str, start: int, end: int) -> str | None:
        """The ten digits of a Russian or Kazakh number written as `parts`, None when they look like something else."""
        whole = "".join(parts)
        national = whole[-10:]
        prefix = whole[:-10]
        if prefix not in ("", "8", "7", "+7", "+8") or len(national) < 10 or not _is_national(national):
            return None
        if prefix.startswith("+"):
            return national
        sizes = [len(part) for part in parts]
        sizes[0] -= len(prefix)
        layout = "-".join(str(size) for size in sizes if size)
        bracketed, hyphened = "(" in between, not set(_HYPHENS).isdisjoint(between)
        if layout not in _LAYOUTS or (not bracketed and _ID_WORD.search(self.text[max(start - 24, 0) : start])):
            return None
        if bracketed:
            return national
        if hyphened:
            return national if prefix or layout.startswith("3-3-") else None
        if _UNIT.match(self.text, end) or (len(parts) == 2 and "." in between):
            return None
        # thousands of a price, with other numbers after it
        if len(parts) > 1 and "." not in between and national[3:6].endswith("000" if prefix else "00"):
            return None
        if prefix or national[0] == "9":
            return national if prefix or layout == "10" or layout.startswith("3-") else None
        return national if layout == "10" and self.only_numbers else None

    def _may_begin(self, at: int) -> bool:
        written, start, _ = self.groups[at]
        if not start or written.startswith("+"):
            return True
        before, earlier = self.text[start - 1], self.text[start - 2 : start - 1]
        if before == "/":
            return start - 1 == self.end or not (earlier.isascii() and earlier.isalnum())
        if before in ":.," or before in _HYPHENS:
            return not earlier.isdigit() or start - 1 == self.end
        return not (before in "_=@" or (before.isascii() and before.isalpha()))

    def _may_end(self, at: int) -> bool:
        end = self.groups[at][2]
        after, later = self.text[end : end + 1], self.text[end + 1 : end + 2]
        if after == ".":
            # a decimal, except the ".0" that spreadsheets put after whole numbers
            return not later.isdigit() or (later == "0" and not self.text[end + 2 : end + 3].isdigit())
        if after == ":" or (after and after in _HYPHENS):
            return not later.isdigit()
        return not (after in ("_", "@") or (after.isascii() and after.isalpha()))
