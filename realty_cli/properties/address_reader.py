"""Reading one line of an address: its tokens, and the segments they make. What these mean is `address_key`'s to say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from realty_cli.properties.address_words import (
    CITIES,
    HOUSE_PARTS,
    HOUSE_TYPES,
    INNER_TOWNS,
    JOINED_PREFIXES,
    LABEL_ADJECTIVES,
    LABELS,
    NAME_WORDS,
    NUMBERED,
    Kind,
)

#: Longer text is no address; the rest is not read.
LONGEST: Final = 300

# The letter of a house: `29А`, `29 а`, `29-А`; neither the label of what follows (`9 к 1`) nor a word (`17 г. Казань`).
_LETTER = (
    r"(?:(?![\s\"«»'-]{0,2}[кkсc][\s.¤-]*[0-9])"
    r"(?:[\s\"«»'-]{1,2}(?![гдспмхшв](?:[.\s]+(?!кв|кор|стр|лит|под|эт|вл)[а-яa-z]{2}|\.\s?[ос](?![а-я]))))?[а-яa-z]"
    r"(?=[\"«»']?(?:(?![а-яa-z0-9])|(?:[кkсc]|корп|стр|вл|зд)[\s.]*[0-9]|лит)))?"
)
_NUMBER = rf"[0-9]++{_LETTER}(?:(?:\s?/\s?|[.-])[0-9]++{_LETTER})*"
_ORDINAL = r"(?:\s?-\s?(?:[яй]|ая|ый|ой|ья|ий|го|е(?=\s+[а-я]{2}))|[яй]|ая|ый|ой|th|st|nd|rd)(?![а-яa-z0-9])"
_FLAT = "квартира|кв|апартаменты|апарт|помещение|пом|офис|оф|бокс|машиноместо|м/м|apartment|apt|flat|unit|suite|ste|\\#"
_HOUSE = "дом|домовладение|двлд|д|владение|влад|влд|вл|участок|уч-к|уч|з/у|house"
_PART = "корпус|корп|кор|к|k|строение|строен|стр|с|c|литера|литер|лит|здание|зд|сооружение|соор|блок"
# A word that no number follows is the common case, so it stands near the top; `other` takes what the labels did not.
_TOKEN = re.compile(
    rf"""
      (?P<comma>[,;])
    | (?P<pair>(?:[гв]\.\s?о|п\.\s?с|[рдкн]\.\s?п|п\.\s?г\.\s?т|ж[./]\s?[км]|с/т|р/п)(?![а-я]))
    | (?P<word>(?<![0-9])(?!лит|корп|стр[. о]|блок)(?>[^\W\d_]+(?:-[^\W_]+)*)(?![\s.¤\#-]*[0-9]))
    | (?P<skip>[0-9/.]+(?:\s?-?\s?[а-я]{{1,2}})?[\s-]*(?:этаж[а-я]*|эт|подъезд|мин|м2|кв\.?\s?м)(?![а-я0-9])
        |(?:этаж|эт|подъезд|под|парадная|секция)[\s.¤]*[0-9]+)
    | (?P<ordinal>(?P<first>[0-9]++){_ORDINAL})
    | (?P<postal>(?<![0-9/])[0-9]{{5,6}}(?:-[0-9]{{4}})?(?![0-9/а-яa-z])
        |[a-z]{{1,2}}[0-9][0-9a-z]?\s?[0-9][a-z]{{2}}(?![a-z0-9])
        |(?<![0-9/])[0-9]{{4}}\s(?!st|rd|dr|ln|av)[a-z]{{2}}(?![a-z0-9]))
    | (?P<flat>(?:{_FLAT})[\s.¤\#]*(?P<unit>[0-9]++(?:[/-][0-9]+)?{_LETTER}))
    | (?P<room>(?:комната|комн|ком|room)[\s.¤]*(?P<one>[0-9]++{_LETTER}))
    | (?P<house>(?P<type>{_HOUSE})[\s.¤]*(?P<numbered>{_NUMBER}))
    | (?P<part>(?P<of>{_PART})[\s.¤-]*(?P<value>{_NUMBER}))
    | (?P<block>(?P<by>корпус|корп|строение|стр|литера|литер|лит|блок|(?<=[0-9])[кkсc])[\s.]*
        (?P<sign>[а-яa-z](?:[0-9]{{1,2}}(?![0-9]))?(?=[кkсc][0-9]|лит|(?![а-яa-z0-9]))))
    | (?P<bare>(?:(?P<mark>¤)\s*)?(?P<number>{_NUMBER}))
    | (?P<other>[^\W\d_]+(?:-[^\W_]+)*)
    """,
    re.VERBOSE,
)
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-я]")
_PARENTHESES = re.compile(r"\([^()]*\)?")
_NUMBER_MARK = re.compile(r"\bn[o°]?\.?(?=\s?[0-9])")
_NOT_HOUSE = re.compile(r"[^0-9a-zа-я/.-]+|-(?=[a-zа-я])")
_LOOK_ALIKE = str.maketrans("abcehkmoptxy", "авсенкмортху")
_UNDOTTED = str.maketrans(dict.fromkeys("./ \t\xa0", ""))
_ONE_SPELLING = (("ё", "е"), ("\u0301", ""), ("–", "-"), ("—", "-"), ("−", "-"), ("\n", ", "))
_WORDS = frozenset(("word", "other"))
_NO_WORD = (Kind.NOISE, "")
_LABEL_AFTER = frozenset(("ул", "пр-кт", "проезд", "пер", "ш"))
_SIZES = {"б": "большой", "м": "малый"}
_AGREES = frozenset(("ая", "яя", "ий", "ый"))


def fold(text: str) -> str:
    """Lower case in one spelling: `ё` as `е`, one dash, no stress marks, `¤` for `№` (NFKC would write it as `No`)."""
    text = unicodedata.normalize("NFKC", text[:LONGEST].replace("№", "¤")).casefold()
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    for written, one in _ONE_SPELLING:
        text = text.replace(written, one)
    return " ".join(text.split())


def number_of(text: str, *, latin: bool = True) -> str:
    """A number of a house or flat in its one form: no spaces, quotes or leading zeros, Cyrillic look-alikes."""
    if text.isdigit():
        return text.lstrip("0") or "0"
    text = _NOT_HOUSE.sub("", text)
    return text.translate(_LOOK_ALIKE) if latin else text


def name_of(words: Sequence[str], tails: Sequence[str] = ()) -> str:
    """The words of a name in their one form: sizes, titles, hyphens. `tails` (`во`, `21км`) stand at the end."""
    written: list[str] = []
    for word in words:
        if "-" in word and word not in NAME_WORDS:
            first, *rest = word.split("-")
            if first in JOINED_PREFIXES and rest:
                first += rest.pop(0)
            written += (NAME_WORDS.get(part, part) for part in (first, *rest))
        else:
            written.append(NAME_WORDS.get(word, word))
    if len(written) > 1 and any(word in _SIZES for word in written) and any(word[-2:] in _AGREES for word in written):
        written = [_SIZES.get(word, word) for word in written]
    return " ".join([word for word in written if word] + [*tails])


class Reader:
    """One pass over the tokens of folded text. A segment is a label with its words (`ул. Портовая`), or words alone.

    `fields` holds what a label named; `places` the words that none did, `before` of them ahead of the house (-1: no
    house was found), the last of these next to it if `adjacent`.
    """

    __slots__ = (
        *("adjacent", "areas", "before", "cyrillic", "fields", "house", "house_type", "kind", "label", "latin"),
        *("places", "recent", "spelled", "street", "street_type", "tails", "tokens", "weak", "words"),
    )

    def __init__(self, text: str) -> None:
        self.latin = _LATIN.search(text) is not None
        self.cyrillic = not self.latin or _CYRILLIC.search(text) is not None
        if "(" in text:
            text = _PARENTHESES.sub(" ", text)
        self.tokens = [*_TOKEN.finditer(_NUMBER_MARK.sub("¤", text) if self.latin else text)]
        self.fields: dict[str, str] = {}
        self.places: list[list[str]] = []
        self.areas: list[tuple[str, list[str]]] = []
        self.tails: list[str] = []
        self.street: list[str] | None = None
        self.street_type: str | None = None
        self.house: str | None = None
        self.house_type: str | None = None
        self.before = -1
        self.adjacent = False
        # The open segment; the kind of the last closed one; the name whose number the house may turn out to be.
        self.kind: Kind | None = None
        self.label = self.spelled = ""
        self.words: list[str] = []
        self.recent: Kind | None = Kind.NOISE
        self.weak: list[str] | None = None
        self._run()

    def _run(self) -> None:
        fields, latin = self.fields, self.latin
        for i, token in enumerate(self.tokens):
            group = token.lastgroup
            if group == "word" or group == "other":
                self._word(i, token[0])
            elif group == "comma":
                self._close()
            elif group == "bare":
                self._bare(i, token["mark"], number_of(token["number"], latin=latin))
            elif group == "ordinal":
                self.words.append(token["first"])
            elif group == "house":
                number = number_of(token["numbered"], latin=latin)
                self._house(number, HOUSE_TYPES.get(token["type"]), labelled=True)
            elif group == "part":
                self._part(token["of"], number_of(token["value"], latin=latin))
            elif group == "block":
                self._part(token["by"], number_of(token["sign"], latin=latin))
            elif group == "flat":
                self._close()
                fields.setdefault("flat", number_of(token["unit"], latin=latin))
            elif group == "room":
                fields["flat"] = f"{fields.get('flat', '')}комн{number_of(token['one'], latin=latin)}"
            elif group == "pair":
                text = token[0]
                self._word(i, text if text in LABELS else text.translate(_UNDOTTED))
            elif group == "postal":
                self._postal(i, token[0])
        self._close()

    def _bare(self, i: int, mark: str | None, number: str) -> None:
        """A number without a label: a house, a flat, or part of a name."""
        words, following = self.words, self._label_at(i + 1)
        names_only = bool(words) and not "".join(words).isdigit()
        if names_only:
            if (
                (
                    self.areas and i + 1 < len(self.tokens) and self.tokens[i + 1].lastgroup == "bare"
                )  # мкр Восток, Степной 3 3/8
                or (len(words) == 1 and words[0] in NUMBERED)
                or (mark and words[-1].startswith("проект"))
                or (
                    following is not None and following[0] is Kind.AREA and not self._name_follows(i + 1)
                )  # Горки 3 мкр
            ):
                words.append(number)
            else:
                self._house(number)
        elif following is _NO_WORD:
            if self.kind is not None and not words:
                words.append(number)  # мкр 5
            elif mark and self.street and self.house is None and self.street[-1].startswith("проект"):
                self.street.append(number)  # Проектируемый проезд № 1074
            else:
                self._house(number, alone=True)
        elif self.kind is not None:
            words.append(number)  # ул. 8 Марта
        elif following is not None:
            named = following[0] in (Kind.STREET, Kind.AREA) and _CYRILLIC.match(self.tokens[i + 1][0])
            if following[0] is Kind.TAIL or (named and (self.street is None or not number.isdigit())):
                words.append(number)  # 10 квартал
            else:
                self._house(number)
        elif self.street is None and _CYRILLIC.match(word := self.tokens[i + 1][0]) and word not in CITIES:
            words.append(number)  # 40 лет Октября
        elif self.house is None:
            self._house(number)  # 10 Downing Street

    def _house(
        self, number: str, house_type: str | None = None, *, labelled: bool = False, alone: bool = False
    ) -> None:
        words = self.words
        self._close()
        if self.house is None:
            self._touch_house()
            self.house, self.house_type = number, house_type
            self.weak = None if labelled or alone else words
        elif self.weak is not None and (labelled or (alone and self.areas and self.weak is self.areas[-1][1])):
            self.weak.append(self.house)  # мкр Самал 2, 33
            self.house, self.house_type, self.weak = number, house_type, None
        elif alone and number.isdigit():
            self.fields.setdefault("flat", number)  # Ленина, 12, 45

    def _part(self, label: str, value: str) -> None:
        self._close()
        self._touch_house()
        part = HOUSE_PARTS[label]
        if part != "зд":
            self.fields.setdefault(part, value)
        elif self.house is None:
            self.house = value
        else:
            self.fields.setdefault("с", value)

    def _touch_house(self) -> None:
        if self.before < 0:
            self.before = len(self.places)
            self.adjacent = self.recent is None

    def _postal(self, i: int, text: str) -> None:
        if self.house is None and self.latin and text.isdigit() and not self.words:
            for j in range(i + 1, len(self.tokens)):
                label = self._label_at(j)
                if label is _NO_WORD:
                    break
                if label is not None and label[0] is Kind.STREET:
                    self._house(text)  # 12345 Main Street
                    return
        self.fields["postal_code"] = text

    def _label_at(self, i: int) -> tuple[Kind, str] | None:
        """What the word at `i` is: its label, None for a plain word, `_NO_WORD` where no word stands."""
        if i < len(self.tokens) and (token := self.tokens[i]).lastgroup in _WORDS:
            return LABELS.get(token[0])
        return _NO_WORD

    def _name_follows(self, i: int) -> bool:
        if i + 1 >= len(self.tokens):
            return False
        token = self.tokens[i + 1]
        if token.lastgroup in _WORDS:
            return token[0] not in LABELS or (len(token[0]) == 1 and self._label_at(i + 2) is None)
        if token.lastgroup == "bare":
            return self._label_at(i + 2) is None and self.tokens[i + 2][0] not in CITIES
        after = self._label_at(i + 2)
        return token.lastgroup == "ordinal" and (after is None or after[0] is not Kind.TAIL)

    def _word(self, i: int, word: str) -> None:
        if self.latin and self.cyrillic and (len(word) == 1 or _CYRILLIC.search(word)):
            word = word.translate(_LOOK_ALIKE)
        elif self.latin and word.endswith("str") and len(word) > 5:
            word += "asse"  # Hauptstr.
        words, label = self.words, LABELS.get(word)
        if label is None:
            if word in CITIES and self.kind is None and not words and "city" not in self.fields:
                following = self._label_at(i + 1)
                if following is _NO_WORD or following is None or self._name_follows(i + 1):
                    self.fields["city"] = CITIES[word]
                    self.recent = Kind.CITY
                    return
            words.append(word)
            return
        kind, form = label
        if words and words[-1] in LABEL_ADJECTIVES and kind is not Kind.STREET:
            words.pop()
        if len(word) == 1 and words and self._label_at(i + 1) not in (None, _NO_WORD):
            words.append(word)  # Донского Д. ул.
        elif kind is Kind.TAIL and form != "км":
            self.tails.append(form)
        elif kind is Kind.NOISE:
            if self.kind is Kind.STREET:
                words.append(word)
            elif word == "метро":
                self._close()
                self._open(kind, form, word)
        elif self.kind is not None:
            self._label_inside(i, word, kind, form)
        elif not words:
            if word == "st" and self._name_follows(i):
                words.append(word)  # St James's
            else:
                self._open(kind, form, word)
        elif kind in (Kind.DISTRICT, Kind.REGION, Kind.TAIL):
            self._close_as(kind, form)
        elif self._name_follows(i):
            if kind is not Kind.STREET or not "".join(words).isdigit():  # 4-я ул. 8 Марта
                self._close()
            self._open(kind, form, word)
        elif kind is Kind.STREET and (after := self._label_at(i + 1)) and after[0] is Kind.STREET:
            words.append(word)  # Большая Набережная ул.
        else:
            self._close_as(kind, form)

    def _label_inside(self, i: int, word: str, kind: Kind, form: str) -> None:
        """A label inside a segment that a label opened: part of the name, a new segment, or the end of this one."""
        words = self.words
        if not words:
            if self.kind is Kind.STREET and form == "ул":
                words.append(self.spelled)  # Набережная ул.
                self._close_as(kind, form)
            elif self.kind is Kind.STREET:
                words.append(word)  # ул. Набережная
            else:
                self._open(kind, form, word)  # городской округ г. Казань
        elif self.kind is Kind.STREET and (kind is Kind.STREET or len(word) == 1 or not self._name_follows(i)):
            words.append(word)  # ул. Ноксинская Площадь
        elif self._name_follows(i):
            self._close()
            self._open(kind, form, word)
        elif form == self.label:
            return  # ЖК Светлый ЖК
        elif len(words) > 1:
            head = 2 if len(words) > 2 and "-".join(words[:2]) in CITIES else 1
            self.words, rest = words[:head], words[head:]
            self._close()
            self.words = rest
            self._close_as(kind, form)  # г Казань Портовая ул 17
        elif kind is Kind.STREET:
            words.append(word)  # ЖК Преображенская площадь

    def _open(self, kind: Kind, label: str, spelled: str) -> None:
        self.kind, self.label, self.spelled = kind, label, spelled

    def _close_as(self, kind: Kind, label: str) -> None:
        self.kind, self.label = kind, label
        self._close()

    def _close(self) -> None:
        """End the open segment and put its words where they belong."""
        kind, words, fields = self.kind, self.words, self.fields
        if kind is None and not words:
            return
        self.kind, self.words, self.recent = None, [], kind
        if kind is None:
            whole = words[0] if len(words) == 1 else "-".join(words)
            if whole in INNER_TOWNS and "city" in fields:
                self.recent, fields["city"] = Kind.CITY, CITIES.get(whole, whole)
            elif whole in CITIES:
                self.recent = Kind.CITY
                fields.setdefault("city", CITIES[whole])
            else:
                self.places.append(words)
        elif kind is Kind.STREET:
            label = self.label or None
            if not words and self.places and label in _LABEL_AFTER:
                words = self.places.pop()  # Мира, пр-кт, 5
            elif not words:
                words, label = [self.spelled], None
            if self.street is None or self.house is None:
                self.street, self.street_type = words, label
        elif not words:
            return
        elif kind is Kind.AREA:
            self.areas.append((self.label, words))
        elif kind is Kind.TAIL:
            self.tails.append("".join(words) + self.label)
        elif kind is Kind.CITY:
            city = CITIES.get("-".join(words), " ".join(words))
            if "city" not in fields or city in INNER_TOWNS:
                fields["city"] = city
            elif city != fields["city"]:
                fields["settlement"] = name_of(words)
        elif kind is Kind.GARDEN:
            fields["garden"] = f"{name_of(words)} {self.label}"
        elif kind is not Kind.NOISE:
            fields[kind.value] = name_of(words)
