"""Street and house, with the street's name brought back from its declined form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.source import Source
from realty_cli.properties.drafting.transit import Station
from realty_cli.properties.drafting.vocabulary import load

_TYPE = re.compile(
    r"(?<![\w-])(?:улиц[аеыу]|ул|проспект[еа]?|пр-?к?те?|просп|пр|шоссе|ш|переул(?:ок|ке|ка)|пер|бульвар[еа]?|б-р|бул"
    r"|набережн(?:ая|ой)|наб|площад[ьи]|пл|проезде?|пр-д|алле[яе]|тупик|тракт|линия)(?![\w-])"
)
#: Types that stand for one only with a point: "пр." but not "пр", which is "прочее" too.
_NEEDS_POINT = frozenset({"пр", "ш", "пл"})
#: Words that are streets only with a house number after them: "площадь" is an area more often.
_DOUBTFUL = frozenset({"площадь", "проезд", "линия", "аллея"})
_FEMININE = frozenset({"улица", "набережная", "площадь", "аллея", "линия"})
_NAME_WORD = r"(?:\d{1,4}(?:-?(?:я|й|го|ой|ая|ый|ий))?|[^\W\d_]\.(?:\s?[^\W\d_]\.)?|[^\W\d_][\w'-]{1,24}\.?)"
_NAME_AFTER = re.compile(r"(?:\.\s?|\s)\"?(" + _NAME_WORD + r"(?:\s(?:" + _NAME_WORD + r")){0,3})")
_NUMBERED = re.compile(r"\d{1,3}-?(?:я|й)")
_STATION_LEFT = re.compile(r"станци[а-я]{1,3}\s\"?$")
_HOUSE = re.compile(
    r"\"?(?:\s?в\.?\s?о\.?)?[\s,]{0,3}(?:(?P<mark>д(?:ом)?\b\.?|№|вл(?:адение)?\b\.?|уч(?:асток)?\b\.?)\s?)?"
    r"(?P<number>(?:вл)?\d{1,4}(?:/\d{1,3})?)"
    r"(?P<letter>\s?\"?[а-яa-z]\"?(?![\w.-])|[а-я](?=[кс]\d))?"
    r"(?P<parts>(?:[\s,]{0,3}(?:к(?:орп(?:ус)?)?|стр(?:оение)?|с|лит(?:ера?)?)\.?\s?\"?(?:\d{1,3}"
    r"|(?<=лит[ .])[а-я](?!\w))(?!\d)){0,2})"
    r"(?! ?-?(?:м2|м\b|кв\.?\s?м|эт|к\b|х\b|ти\b|мин|сот|руб|комн|млн|тыс|га\b|год|г\.|км|чел|сут|ккв|\d"
    r"|[.,]\d|%|:\d|₽))"
)
_PART = re.compile(r"(к|стр|с|лит)[а-я]*\.?\s?\"?(\d{1,3}|[а-я])")
#: "Тверском" is of "Тверской", where "Ленинском" is of "Ленинский".
_HARD_ADJECTIVES = frozenset({"тверск", "донск", "морск", "городск", "заводск", "волжск", "мирск", "лужск", "сельск"})
_STREET_EN = re.compile(
    r"(?<![\w-])(?:(?P<before>\d{1,4}[a-z]?)\s)?(?P<name>(?:[A-Z][\w'-]{1,24}\s){1,3})"
    r"(?P<type>[Ss]treet|[Aa]venue|[Rr]oad|[Ll]ane|[Bb]oulevard|[Dd]rive|[Ee]mbankment|[Pp]rospekt|[Cc]rescent"
    r"|[Tt]errace(?=,?\s\d)|(?:St|Ave|Rd|Blvd)\b\.?)"
)
_HOUSE_EN = re.compile(
    r",?\s(?:(?:no\.?|building|bld\.?|house)\s)?(?P<number>\d{1,4}[a-zA-Z]?(?:/\d{1,3})?)\b"
    r"(?!\s?(?:sq|m2|m²|m\b|floor|min|bed|room|st\b|nd\b|rd\b|th\b|%|[.,]\d))"
)
_TYPE_EN = re.compile(
    r"(?:[Ss]treet|St|[Aa]ve|[Rr]oad|Rd|[Ll]ane|[Bb]oulevard|Blvd|[Dd]rive|[Ee]mbankment|[Pp]rospekt"
    r"|[Cc]rescent|[Tt]errace)\b"
)


@dataclass(frozen=True, slots=True)
class _Street:
    """A street by its full name, where it stands, where a house number would follow, and whether it surely is one."""

    name: str
    start: int
    end: int
    sure: bool


@lru_cache(maxsize=1)
def _words() -> tuple[dict[str, str], frozenset[str], frozenset[str], frozenset[str]]:
    """Street types by form, words never in a name, words that go on a name, English words never in a name."""
    lists = load("addresses")
    types = {form: kind for kind, forms in lists["types"].items() for form in forms}
    never, continues = lists["never"]["words"].split(), lists["continues"]["words"].split()
    return types, frozenset(never), frozenset(continues), frozenset(lists["english"]["never"].split())


def find_address(source: Source, stations: list[Station]) -> dict[str, Finding]:
    """`street` with its type spelt out, and `house` as maps write it ("29к2", "4с3")."""
    found = _russian(source, stations)
    if not found and _TYPE_EN.search(source.clean):
        found = _english(source)
    return found


def _russian(source: Source, stations: list[Station]) -> dict[str, Finding]:
    """The first street with a house number, else the first that is surely a street."""
    loose: dict[str, Finding] = {}
    for match in _TYPE.finditer(source.masked):
        for street in (_before_type(source, match), _after_type(source, match)):
            if street is None or any(one.start < street.end and street.start < one.end for one in stations):
                continue
            if _STATION_LEFT.search(source.masked, max(0, street.start - 12), street.start):
                continue
            finding = {"street": Finding(street.name, (source.span(street.start, street.end),))}
            house = _house(source, street.end)
            if house is not None:
                return finding | {"house": Finding(house[0], (source.span(house[1], house[2]),))}
            if street.sure and not loose:
                loose = finding
    return loose


def _after_type(source: Source, match: re.Match[str]) -> _Street | None:
    """ "ул. Ленина", "проспект Мира"."""
    kind = _words()[0][match.group()]
    name = _NAME_AFTER.match(source.clean, match.end())
    if name is None or kind == "линия" or (match.group() in _NEEDS_POINT and source.clean[match.end()] != "."):
        return None
    taken = _run_after(name[1].split())
    if not taken:
        return None
    # The words were parted by single blanks, so their lengths give the end.
    end = name.start(1) + len(" ".join(taken).rstrip('",'))
    upper = any(word[:1].isupper() or word[:1].isdigit() for word in taken)
    if (not upper or kind == "площадь") and _house(source, end) is None:
        return None
    plain = _cased(_bare(taken))
    shown = plain if match.group() in {"ул", "пер", "пр"} else _nominative(plain, kind)
    return _Street(f"{kind} {shown}", match.start(), end, upper and kind not in _DOUBTFUL)


def _before_type(source: Source, match: re.Match[str]) -> _Street | None:
    """ "Большая Красная ул.", "на Ленинском проспекте"."""
    kind = _words()[0][match.group()]
    start = max(0, match.start() - 60)
    left = source.clean[start : match.start()]
    if not left.endswith(" "):
        return None
    taken = _run_before(left.rsplit("\n", 1)[-1].split())
    if not taken:
        return None
    text = " ".join(taken)
    first = source.clean.rfind(text, start, match.start())
    end = match.end() + (source.clean[match.end() : match.end() + 1] == ".")
    if first < 0 or not (text[0].isupper() or text[0].isdigit()):
        return None
    opens = source.begins_sentence(first) and kind in _DOUBTFUL | {"улица"}
    if (opens and _house(source, end) is None) or (kind == "линия" and not text[0].isdigit()):
        return None
    return _Street(f"{_nominative(_cased(_bare(taken)), kind)} {kind}", first, end, kind not in _DOUBTFUL)


def _bare(words: list[str]) -> str:
    """The words without the marks around them; the points of initials stay."""
    return " ".join(word.strip('".,') if len(word.strip('".,')) > 2 else word.strip('",') for word in words)


def _run_after(words: list[str]) -> list[str]:
    """The words of a name after its type: capitals, ordinals, initials; in a text without capitals the first word."""
    types, never, continues, _ = _words()
    taken: list[str] = []
    for word in words:
        bare = word.strip('".,')
        low = bare.lower().replace("ё", "е")
        if low in never or (low in types and (taken or not bare[:1].isupper())):
            break
        if low[:1].isdigit():
            if not (
                low.endswith(("я", "й", "го")) or (not taken and low in {"1905", "8", "9", "30", "40", "50", "60"})
            ):
                break
        elif not (bare[:1].isupper() or not taken or low in continues):
            break
        taken.append(word)
        if word.endswith(",") or (word.endswith(".") and len(bare) > 3):
            break
    while taken and taken[-1].strip('".,').isdigit():
        taken.pop()
    return taken


def _run_before(words: list[str]) -> list[str]:
    """The capitalised words, three at most, that run up to the type: "7-я Парковая", "Большая Красная"."""
    types, never, _, _ = _words()
    taken: list[str] = []
    for word in reversed(words[-3:]):
        low = word.strip('".,').lower().replace("ё", "е")
        if word.endswith((",", ".", ":", ";", "!", "?")) or low in never or low in types:
            break
        if not (word.strip('"')[:1].isupper() or _NUMBERED.match(word)):
            break
        taken.insert(0, word)
    return taken


def _cased(name: str) -> str:
    """A name from a text in capitals: "ЛЕТЧИКА БАБУШКИНА" as "Летчика Бабушкина"."""
    return name.title() if name.isupper() and len(name) > 3 else name


def _nominative(name: str, kind: str) -> str:
    """ "Большой Красной" улице back to "Большая Красная", "Ленинском" проспекте to "Ленинский"."""
    words = []
    for word in name.split():
        low = word.lower()
        if kind in _FEMININE:
            if low.endswith("-й") and word[0].isdigit():
                word = word[:-1] + "я"
            elif low.endswith("ой") and len(low) > 4:
                word = word[:-2] + ("АЯ" if word.isupper() else "ая")
            elif low.endswith("ней") and len(low) > 5:
                word = word[:-2] + "яя"
        elif low.endswith("ском") or low.endswith("цком"):
            word = word[:-2] + ("ой" if low[:-2] in _HARD_ADJECTIVES else "ий")
        elif low.endswith("ном") and len(low) > 5:
            word = word[:-2] + "ый"
        words.append(word)
    return " ".join(words)


def _house(source: Source, end: int) -> tuple[str, int, int] | None:
    match = _HOUSE.match(source.masked, end)
    if match is None:
        return None
    between = source.masked[end : match.start("number")]
    letter = (match["letter"] or "").strip(' "')
    if match["letter"] and match["letter"][0] == " " and not source.clean[match.start("letter") + 1].isupper():
        letter = ""
    if not match["mark"] and "\n" in between:
        return None
    house = match["number"] + letter.upper()
    if (match["mark"] or "").startswith("вл"):
        house = "вл" + house
    for part in _PART.finditer(match["parts"]):
        house += {"к": "к", "стр": "с", "с": "с", "лит": "лит"}[part[1]] + part[2].upper()
    last = match.end("parts") if match["parts"] else (match.end("letter") if letter else match.end("number"))
    return house, match.start("number"), last


def _english(source: Source) -> dict[str, Finding]:
    never = _words()[3]
    for match in _STREET_EN.finditer(source.clean):
        words = match["name"].split()
        while words and words[0] in never:
            words.pop(0)
        if not words:
            continue
        found = {
            "street": Finding(f"{' '.join(words)} {match['type']}", (source.span(match.start("name"), match.end()),))
        }
        tail = _HOUSE_EN.match(source.clean, match.end())
        if match["before"] and len(words) == len(match["name"].split()):
            found["house"] = Finding(match["before"], (source.span(*match.span("before")),))
        elif tail is not None:
            found["house"] = Finding(tail["number"], (source.span(*tail.span("number")),))
        return found
    return {}
