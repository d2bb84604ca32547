"""A description made ready for reading: folded to one plain alphabet, every position traceable to what was sent."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from realty_cli.errors import Invalid
from realty_cli.kit import phones
from realty_cli.properties.drafting.findings import Span

#: Characters of a description that are analysed; portals themselves stop at 3,000 to 10,000.
LIMIT = 20_000

_SPECIAL = {
    "ё": "е", "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "`": "'", "ʼ": "'",
    "–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "×": "x", "⁄": "/", "∕": "/", "\\": "/",
    "Ⓜ": "🚇", "\n": "\n", "\u2028": "\n", "\u2029": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n",
}  # fmt: skip


class _Fold(dict[int, str]):
    """`str.translate` table that folds any one character into exactly one, learning each the first time it is met."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = _SPECIAL.get(char)
        if folded is None:
            plain = unicodedata.normalize("NFKC", char)
            lowered = (plain if len(plain) == 1 else char).lower()
            folded = lowered if len(lowered) == 1 else char
            folded = _SPECIAL.get(folded, folded)
            if unicodedata.category(folded)[0] in "ZC" and folded != "\n":
                folded = " "
        # An attacker may send every code point there is; the table must not grow with them.
        if len(self) < 4096:
            self[code] = folded
        return folded


_FOLD = _Fold()
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_BLANKS = " \t\u00a0\u2009\u202f\u3000"
_LOOSE = re.compile(
    f"(?<=[{_BLANKS}])[{_BLANKS}]|[\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]|\r\n?"
)
_WORD = re.compile(r"[^\W_]+")
_ABBREVIATED = re.compile(
    r"(?:^|[^a-zа-я])(?:[a-zа-я]|кв|ул|эт|мин|руб|тыс|млн|млрд|корп|стр|пр|пр-т|пер|наб|бул|пл|обл|р-н|мкр|ст"
    r"|пос|дер|им|сот|комн|совм|разд|общ|жил"
    r"|кух|тел|см|км|га|св|чел|шт|др|гг|т\.е|т\.к|т\.д|т\.п|ок|стр|лит|вл|пом|оф|шос|мес|сут|проч|год\.п|sq|st"
    r"|ave|rd|approx|tel|ft|incl|max|min|no|bldg|apt)$"
)
_BOUNDARY = re.compile(r"[\n;!?•|]|\.(?=\s|$)|\.(?=[^\W\d_]{3})")
_CYRILLIC = re.compile("[а-я]+")
_LATIN = re.compile("[a-z]+")

_EMAIL = r"[a-z0-9](?:[\w.+-]{0,60})@[\w-]{1,60}(?:\.[\w-]{1,30}){1,4}"
_LINK = (
    r"(?:https?://|www\.)[^\s<>\"]{1,300}"
    r"|\b(?:t\.me|wa\.me|vk\.com|youtu\.be)/[\w+./?=&-]{1,100}"
    r"|(?<![\w@.-])[a-zа-я0-9-]{2,40}\.(?:ru|com|org|net|рф|info|su|pro|online|site|io|me"
    r"|co\.uk)(?:/[^\s<>\"]{0,200})?(?![\w-])"
    r"|(?<![\w.])@[a-z][a-z0-9_]{3,31}\b"
)
_PHONE = (
    r"(?<![\w+])(?:"
    r"\+\s?\d(?:[\s().-]{0,3}\d){8,13}"
    r"|(?:8|7)[\s.-]{0,2}(?:\(\s?\d{3,5}\s?\)|\d{3,5})(?:[\s.-]{0,2}\d){5,7}"
    r"|\(\s?\d{3,5}\s?\)[\s-]{0,2}\d{2,3}(?:[\s-]{0,2}\d{2}){2}"
    r"|9\d{2}[\s-]{0,2}\d{3}[\s-]{0,2}\d{2}[\s-]{0,2}\d{2}"
    r"|\d{3}-\d{2}-\d{2}"
    r")(?![\w])"
)
_LINK_HINT = re.compile(
    r"\.(?:ru|com|org|net|рф|info|su|pro|online|site|io|me|be|co\.uk)\b|https?:|www\.|@|\.me/|vk\.com"
)
EMAIL = re.compile(_EMAIL)
LINK = re.compile(_LINK)
PHONE = re.compile(_PHONE)
CADASTRAL = re.compile(r"(?<![\d:])\d{2}\s?:\s?\d{2}\s?:\s?\d{6,7}\s?:\s?\d{1,10}(?![\d:])")
_DATE = re.compile(r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:19|20)?\d\d(?!\d)")
_MONEY_AFTER = re.compile(r"\s?(?:₽|руб|р\b|р\.|тыс|млн|т\.?\s?р|\$|€|eur|usd)")
_PHONE_DIGITS = {7, 10, 11, 12, 13, 14, 15}


class Word(NamedTuple):
    """One run of letters or digits of the folded text."""

    text: str
    start: int
    end: int


class Source:
    """The text three ways: `raw` as sent, `clean` with stray marks dropped, `folded` the same length as `clean`.

    Positions inside the finders are those of `clean`; `span` turns them into positions of `raw`.
    """

    def __init__(self, raw: str) -> None:
        if len(raw) > LIMIT:
            raise Invalid.one("description", "text.too_long", limit=LIMIT, length=len(raw))
        self.raw = raw
        self._offsets: list[int] | None = None
        if _LOOSE.search(raw) is None:
            self.clean = raw
        else:
            self.clean, self._offsets = _compose(raw)
        self.folded = self.clean.translate(_FOLD)

    def span(self, start: int, end: int) -> Span:
        """The evidence between two positions of `clean`, without blanks at its ends."""
        piece = self.clean[start:end]
        start += len(piece) - len(piece.lstrip())
        end = max(start, end - (len(piece) - len(piece.rstrip())))
        if self._offsets is not None:
            first, last = self._offsets[start], self._offsets[end]
            return Span(first, last, self.raw[first:last])
        return Span(start, end, self.raw[start:end])

    def mask(self, spans: Iterable[tuple[int, int]]) -> bytearray:
        """One byte a character of `clean`, 1 where a stretch of `raw` covers it."""
        covered = bytearray(len(self.clean) + 1)
        for start, end in spans:
            if self._offsets is not None:
                start, end = bisect_left(self._offsets, start), bisect_left(self._offsets, end)
            covered[start:end] = b"\x01" * (end - start)
        return covered

    def near(self, pattern: re.Pattern[str], left: int, right: int) -> list[tuple[int, int]]:
        """Windows of `masked` around every match of a plain pattern, overlapping ones joined."""
        windows: list[tuple[int, int]] = []
        size = len(self.masked)
        for match in pattern.finditer(self.masked):
            start, end = max(0, match.start() - left), min(size, match.end() + right)
            if windows and start <= windows[-1][1]:
                windows[-1] = (windows[-1][0], end)
            else:
                windows.append((start, end))
        return windows

    @cached_property
    def language(self) -> str:
        """`ru` or `en`: the alphabet that has more letters, Russian on a tie that has any."""
        cyrillic, latin = len(_CYRILLIC.sub("", self.folded)), len(_LATIN.sub("", self.folded))
        size = len(self.folded)
        return "ru" if size > cyrillic and (size - cyrillic) * 2 >= size - latin else "en"

    @cached_property
    def words(self) -> list[Word]:
        return [Word(m[0], *m.span()) for m in _WORD.finditer(self.folded)]

    def words_between(self, start: int, end: int) -> list[Word]:
        """The words that begin within a stretch of `clean`."""
        first = bisect_left(self.words, start, key=lambda word: word.start)
        last = bisect_left(self.words, end, key=lambda word: word.start)
        return self.words[first:last]

    @cached_property
    def numbers_to_call(self) -> list[phones.Span]:
        """Phone numbers that can be dialled, with their positions in `clean`."""
        return phones.spans(self.clean)

    @cached_property
    def phones(self) -> list[tuple[int, int]]:
        """Where something stands that reads as a phone number, one that can be dialled or not."""
        found = [(span.start, span.end) for span in self.numbers_to_call]
        for match in PHONE.finditer(self.folded):
            start, end = match.span()
            digits = sum(char.isdigit() for char in match.group())
            if digits not in _PHONE_DIGITS or _MONEY_AFTER.match(self.folded, end):
                continue
            found.append((start, end))
        return merged(found)

    @cached_property
    def cadastral(self) -> list[tuple[int, int]]:
        return [m.span() for m in CADASTRAL.finditer(self.folded)]

    @cached_property
    def emails(self) -> list[tuple[int, int]]:
        return [m.span() for m in EMAIL.finditer(self.folded)] if "@" in self.folded else []

    @cached_property
    def links(self) -> list[tuple[int, int]]:
        if _LINK_HINT.search(self.folded) is None:
            return []
        inside = self.emails
        return [
            m.span() for m in LINK.finditer(self.folded)
            if not any(start < m.end() and m.start() < end for start, end in inside)
        ]  # fmt: skip

    @cached_property
    def masked(self) -> str:
        """`folded` with contacts, cadastral numbers and full dates blanked, so that their digits are no quantities."""
        dates = [m.span() for m in _DATE.finditer(self.folded)]
        return blank(self.folded, self.phones + self.cadastral + self.emails + self.links + dates)

    def begins_sentence(self, position: int) -> bool:
        """Whether nothing but marks stands between a sentence's beginning and the position."""
        edge = self.boundaries[bisect_right(self.boundaries, position) - 1]
        return _WORD.search(self.clean, edge, position) is None

    @cached_property
    def boundaries(self) -> list[int]:
        """Ends of sentences and lines. A point after an abbreviation ("кв.", "ул.") ends none."""
        text, ends = self.folded, [0]
        for match in _BOUNDARY.finditer(text):
            at = match.start()
            if text[at] == "." and _ABBREVIATED.search(text, max(0, at - 8), at) and not _new_sentence(self.clean, at):
                continue
            ends.append(match.end())
        ends.append(len(text))
        return ends


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping stretches joined, in order."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def blank(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with the given stretches replaced by spaces, its length kept."""
    if not spans:
        return text
    parts, last = [], 0
    for start, end in sorted(spans):
        if start < last:
            start = last
        if end <= start:
            continue
        parts += [text[last:start], " " * (end - start)]
        last = end
    parts.append(text[last:])
    return "".join(parts)


_CLOSING_UNIT = re.compile(
    r"\d\s?(?:(?:млн|тыс)\.?\s?)?(?:кв\.?\s?м|м|м2|эт|т\.р|руб|р|мин|сот|год|г\.?\s?п?|млн|тыс|sq\.?\s?m|sqm)$"
)


def _new_sentence(clean: str, at: int) -> bool:
    """After a unit ("9 кв. м. Кухня") a capital letter does begin a sentence; after "ул." it does not."""
    following = clean[at + 1 : at + 3].lstrip()
    if not following[:1].isupper():
        return False
    return _CLOSING_UNIT.search(clean[max(0, at - 16) : at].lower()) is not None


def _compose(raw: str) -> tuple[str, list[int]]:
    """`raw` with marks composed, invisible characters dropped, keycaps blanked; and where each character came from."""
    raw_blanked = _KEYCAP.sub(lambda m: " " * len(m.group()), raw)
    chars: list[str] = []
    offsets: list[int] = []
    for index, char in enumerate(raw_blanked):
        if char == "\r":
            if raw_blanked[index + 1 : index + 2] == "\n":
                continue
            char = "\n"
        elif char in _BLANKS and index and raw_blanked[index - 1] in _BLANKS:
            continue
        elif _LOOSE.match(char):
            if chars and unicodedata.combining(char):
                joined = unicodedata.normalize("NFC", chars[-1] + char)
                if len(joined) == 1:
                    chars[-1] = joined
            continue
        chars.append(char)
        offsets.append(index)
    offsets.append(len(raw))
    return "".join(chars), offsets
