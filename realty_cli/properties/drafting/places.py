"""Where it is: metro station and minutes on foot, street and house."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.numerals import Number, after, before
from realty_cli.properties.drafting.source import Source, Word
from realty_cli.properties.drafting.stations import known, may_begin

_CUE = re.compile(
    r"(?:\bст(?:\.|анци[а-я]{1,3})?\s?(?:м\b\.?|метро)|\bметро\b|🚇|(?<![\dв]\s)(?<!\d)(?<!кв\s)(?<!кв\.\s)(?<!кв\.)(?<!куб\.)\bм\.)[\s:\"(-]{0,4}(?:ст(?:\.|анци[а-я]{1,3})\s?)?[\s:\"]{0,2}"
)
#: "м Сокольники" without its point: believed only before a name from the map.
_CUE_BARE = re.compile(r"(?:^|(?<=[\n,;(/-])) ?(?:у )?м (?=[а-я])")
_CUE_EN = re.compile(r"\b(?:metro|subway|underground|tube)(?:\sstation)?[\s:,\"(-]{1,4}(?:station\s)?")
_CUE_EN_AFTER = re.compile(r"\s(?:metro|subway|tube|underground|station)\b")
_METRO = re.compile(r"\bметро\b|\bст\.\s?м\b|\bм\.\s?(?=[^\W\d_])|🚇|\b(?:metro|subway|tube|underground)\b")
_METRO_SPELT = re.compile(r"\bметро\b|🚇|\b(?:metro|subway|tube|underground)\b")
_STREET_RIGHT = re.compile(
    r"\s?(?:ул(?:иц|\b)|пр-?(?:к?т|д)?\b|проспект|пер(?:\.|еул)|шоссе|наб|проезд|бульвар|пл\.|street|st\b)"
)
_STREET_LEFT = re.compile(
    r"(?:\bул(?:иц[а-я]|\.)?|\bпр-?(?:к?т|д)?\.?|\bпер\.?|\bжк|\bтц|\bтрц|\bкп|\bснт|\bрайон[а-я]?|р-н|\bпарк[а-я]?|\bбц)\s?\"?$"
)
_COMMON_AFTER_CUE = frozenset(
    "в на и до от не рядом пешком пешая доступность доступности минут минуты мин минутах шаговой шаговая парк школа магазин магазины "
    "автобус остановка остановки транспорт или с у за есть находится всего недалеко близко продам продается сдам сдается цена "
    "station within walking is in a the and nearby".split()
)
_MINUTES = re.compile(r"\s?(?:-?(?:х|ти)\s)?(?:мин(?:ут[а-я]{0,3}|\b)|m(?:in(?:ute)?s?)\b'?|'\s)")
_RANGE = re.compile(r"\s?(?:-|до)\s?(\d{1,3})\s?(?:мин|min)")
_WALK = re.compile(r"пеш|ходьб|шаг|\bногами\b|прогул|walk|on\sfoot|by\sfoot")
_RIDE = re.compile(
    r"трансп|машин|\bавто|автобус|маршрут|троллейбус|трамва|езды|ехать|\bтр\b|такси|электричк|\bbus\b|\bcar\b|drive|driving|\btram\b|transport|taxi|\btrain\b|\bride\b"
)
_TARGET_RIGHT = re.compile(
    r"[\s,(]{0,2}(?:(?:неспешн[а-я]{2}|быстр[а-я]{2,3}|спокойн[а-я]{2}|пешей)?\s?(?:пешком|ходьбы|пешей\sдоступности|шагом|транспортом|прогулки|езды|на\sмашине|на\sавто(?:бусе)?|на\sтранспорте|walk|walking|'\swalk|on\sfoot|by\sbus|by\scar|drive)?[\s,)]{0,2})"
    r"(?:(?:до|от|к|to|from|away\sfrom)\s)?(?:the\s)?(?:(?:nearest|ближайше[а-я]{1,2}|станци[а-я]{1,2})\s)?(?P<target>\"?[^\W\d_]+\.?)"
)
_TARGET_LEFT = re.compile(
    r"(?:до|от|к|to|from|near)\s(?:the\s)?(?:ближайше[а-я]{1,2}\s|ст(?:анци[а-я]{1,2}|\.)\s)?(?P<target>\"?[^\W\d_]+\.?)[^;!?\n]{0,46}$"
)
_STATION_LEFT = re.compile(r"станци[а-я]{1,3}\s\"?$")
_FROM_HERE = ("дом", "кварт", "подъезд", "жк", "нас", "the house", "home", "door")
_METRO_WORD = frozenset(
    {"метро", "м.", "м", "metro", "subway", "tube", "underground", "station", "станции", "станция", "ст."}
)
_TYPES = {
    "улица": "улица", "улице": "улица", "улицы": "улица", "улицу": "улица", "ул": "улица",
    "проспект": "проспект", "проспекте": "проспект", "проспекта": "проспект", "пр-т": "проспект", "пр-кт": "проспект", "просп": "проспект", "пр": "проспект",
    "шоссе": "шоссе", "ш": "шоссе", "переулок": "переулок", "переулке": "переулок", "переулка": "переулок", "пер": "переулок",
    "бульвар": "бульвар", "бульваре": "бульвар", "бульвара": "бульвар", "б-р": "бульвар", "бул": "бульвар", "набережная": "набережная", "набережной": "набережная", "наб": "набережная",
    "площадь": "площадь", "площади": "площадь", "пл": "площадь", "проезд": "проезд", "проезде": "проезд", "пр-д": "проезд",
    "аллея": "аллея", "аллее": "аллея", "тупик": "тупик", "тракт": "тракт", "линия": "линия",
}  # fmt: skip
_TYPE = r"(?:улиц[аеыу]|ул|проспект[еа]?|пр-?к?т|просп|пр|шоссе|ш|переул(?:ок|ке|ка)|пер|бульвар[еа]?|б-р|бул|набережн(?:ая|ой)|наб|площад[ьи]|пл|проезде?|пр-д|алле[яе]|тупик|тракт|линия)"
_NAME_WORD = r"(?:\d{1,4}(?:-?(?:я|й|го|ой|ая|ый|ий))?|[^\W\d_]\.(?:\s?[^\W\d_]\.)?|[^\W\d_][\w'-]{1,24}\.?)"
_STREET_FIRST = re.compile(
    r"(?<![\w-])(?P<type>"
    + _TYPE
    + r")(?:\.\s?|\s)\"?(?P<name>"
    + _NAME_WORD
    + r"(?:[\s](?:"
    + _NAME_WORD
    + r")){0,3})"
)
_STREET_LAST = re.compile(r"(?<![\w-])(?P<name>(?:" + _NAME_WORD + r"\s){1,3})(?P<type>" + _TYPE + r")(?![\w-])\.?")
_HOUSE = re.compile(
    r"\"?(?:\s?в\.?\s?о\.?)?[\s,]{0,3}(?:(?P<mark>д(?:ом)?\b\.?|№|вл(?:адение)?\b\.?|уч(?:асток)?\b\.?)\s?)?(?P<number>(?:вл)?\d{1,4}(?:/\d{1,3})?)"
    r"(?P<letter>\s?\"?[а-яa-z]\"?(?![\w.-])|[а-я](?=[кс]\d))?"
    r"(?P<parts>(?:[\s,]{0,3}(?:к(?:орп(?:ус)?)?|стр(?:оение)?|с|лит(?:ера?)?)\.?\s?\"?(?:\d{1,3}|(?<=лит[ .])[а-я](?!\w))(?!\d)){0,2})"
    r"(?! ?-?(?:м2|м\b|кв\.?\s?м|эт|к\b|х\b|ти\b|мин|сот|руб|комн|млн|тыс|га\b|год|г\.|км|чел|сут|ккв|\d|[.,]\d|%|:\d|₽))"
)
_PART = re.compile(r"(к|стр|с|лит)[а-я]*\.?\s?\"?(\d{1,3}|[а-я])")
_ADJECTIVE_F = re.compile(r"(?:(?<=[^\W\d_]{2})(?:ой)|(?<=[^\W\d_]{2})ей)$")
_STOP_NAME = frozenset(
    "метро дом д в на и с до от по рядом у это есть кв этаж цена продам продается сдам сдается сдаю сдаём продаю квартира квартиру студия студию дорог".split()
)
_FEMININE = frozenset({"улица", "набережная", "площадь", "аллея", "линия"})
_HARD_OY = frozenset("тверск донск морск городск заводск волжск мирск лужск сельск кольск".split())
_STREET_EN = re.compile(
    r"(?<![\w-])(?:(?P<before>\d{1,4}[a-z]?)\s)?(?P<name>(?:[A-Z][\w'-]{1,24}\s){1,3})(?P<type>[Ss]treet|St\b|[Aa]venue|Ave\b|[Rr]oad|Rd\b|[Ll]ane|[Bb]oulevard|Blvd\b|[Dd]rive|[Ee]mbankment|[Ll]ane|[Pp]rospekt|[Cc]rescent|[Tt]errace(?=,?\s\d))\.?"
)
_HOUSE_EN = re.compile(
    r",?\s(?:(?:no\.?|building|bld\.?|house)\s)?(?P<number>\d{1,4}[a-zA-Z]?(?:/\d{1,3})?)\b(?!\s?(?:sq|m2|m\b|floor|min|bed|room|st\b|nd\b|rd\b|th\b|%|[.,]\d))"
)
_NOT_NAMES_EN = frozenset("The A An In On At Off Main Busy Quiet Green Beautiful This".split())


@dataclass(frozen=True, slots=True)
class Station:
    """A metro station named in the text."""

    name: str
    start: int
    end: int


def find_places(source: Source, numbers: list[Number]) -> dict[str, Finding]:
    """`metro`, `metro_minutes` (on foot), `street`, `house`."""
    named = _stations(source)
    minutes = _minutes(source, numbers, named)
    found: dict[str, Finding] = {}
    chosen = None
    if minutes is not None:
        value, note, start, end, owner = minutes
        found["metro_minutes"] = Finding(value, (source.span(start, end),), note)
        chosen = owner
    if named:
        chosen = chosen or named[0]
        found = {"metro": Finding(chosen.name, (source.span(chosen.start, chosen.end),)), **found}
    return found | _address(source, named)


def _stations(source: Source) -> list[Station]:
    """Stations after "м.", "метро" and the like; or names from the map in a sentence that speaks of the metro."""
    found: list[Station] = []
    starts = [word.start for word in source.words]
    for pattern in (_CUE, _CUE_BARE, _CUE_EN):
        if pattern is _CUE_EN and source.language != "en":
            continue
        for match in pattern.finditer(source.masked):
            station = _after_cue(source, starts, match)
            if station is not None and all(other.start != station.start for other in found):
                found.append(station)
                found += _companions(source, starts, station)
    if not found:
        found = _from_map(source)
    found.sort(key=lambda station: station.start)
    return found


def _words_from(source: Source, starts: list[int], position: int, most: int = 4) -> list[Word]:
    """Up to `most` words that follow a position without a break between them."""
    at = bisect_left(starts, position)
    taken: list[Word] = []
    for word in source.words[at : at + most]:
        gap = source.folded[taken[-1].end if taken else position : word.start]
        if len(gap) > 3 or gap.strip(' -"\n') or gap.count("\n") > 1:
            break
        taken.append(word)
    return taken


def _after_cue(source: Source, starts: list[int], match: re.Match[str]) -> Station | None:
    words = _words_from(source, starts, match.end())
    if not words:
        return None
    on_map = known([word.text for word in words])
    if on_map is not None and not (
        _STREET_RIGHT.match(source.masked, words[on_map[1] - 1].end) and match.group().strip() != "м."
    ):
        return Station(on_map[0], words[0].start, words[on_map[1] - 1].end)
    if match.re is _CUE_BARE:
        return None
    if match.group().startswith("м.") and re.search(
        r"\d\s?(?:кв\.?\s?)?$", source.masked[max(0, match.start() - 6) : match.start()]
    ):
        return None
    taken = []
    closing = source.folded.find('"', match.end(), match.end() + 40) if source.folded[match.end() - 1] == '"' else -1
    for word in words:
        if closing > 0 and word.end <= closing:
            taken.append(word)
            continue
        broken = taken and "\n" in source.folded[taken[-1].end : word.start]
        if broken or not source.clean[word.start].isupper() or word.text in _COMMON_AFTER_CUE:
            break
        taken.append(word)
    if not taken or "." in match.group()[match.group().find("метро") + 5 :] and "метро" in match.group():
        return None
    return Station(source.clean[taken[0].start : taken[-1].end], taken[0].start, taken[-1].end)


def _companions(source: Source, starts: list[int], first: Station) -> list[Station]:
    """ "м. Тульская, Шаболовская": further stations of the map in the same row."""
    found, end = [], first.end
    for _ in range(4):
        gap = re.match(r"[\s\"]?(?:,|/|и|-)?\s?\"?", source.folded[end : end + 4])
        start = end + (gap.end() if gap else 0)
        words = _words_from(source, starts, start)
        if not words or words[0].start != start or not source.clean[start].isupper() or not may_begin(words[0].text):
            break
        on_map = known([word.text for word in words])
        if on_map is None or _STREET_RIGHT.match(source.masked, words[on_map[1] - 1].end):
            break
        end = words[on_map[1] - 1].end
        found.append(Station(on_map[0], words[0].start, end))
    return found


def _from_map(source: Source) -> list[Station]:
    """Names of stations near the word "метро", when none follows it: "на Тульской, метро в 5 минутах"."""
    cue = _METRO_SPELT.search(source.masked)
    if cue is None:
        return []
    found: list[Station] = []
    words, at = source.words, 0
    english = source.language == "en"
    while at < len(words):
        word = words[at]
        at += 1
        if abs(word.start - cue.start()) > 160 or len(word.text) < 3:
            continue
        left = source.masked[max(0, word.start - 14) : word.start]
        upper = source.clean[word.start].isupper()
        if not (upper or left.endswith(("на ", "у ")) or english) or (english and not upper):
            continue
        if not english and not may_begin(word.text):
            continue
        on_map = known([one.text for one in words[at - 1 : at + 3]])
        if on_map is None:
            continue
        end = words[at + on_map[1] - 2].end
        if _STREET_RIGHT.match(source.masked, end) or _STREET_LEFT.search(left):
            continue
        if english and not _CUE_EN_AFTER.match(source.masked, end):
            continue
        found.append(Station(on_map[0], word.start, end))
        at += on_map[1] - 1
    return found


def _minutes(
    source: Source, numbers: list[Number], named: list[Station]
) -> tuple[int, str | None, int, int, Station | None] | None:
    """The shortest walk to a station: minutes, note, where, and to which one. Rides do not count."""
    best = None
    for number in numbers:
        unit = _MINUTES.match(source.masked, number.end)
        span = None if unit else _RANGE.match(source.masked, number.end)
        if (unit is None and span is None) or number.ordinal or not 1 <= number.value <= 120:
            continue
        value, end, note = number.value, unit.end() if unit else 0, None
        if span is not None:
            value, end, note = float(span[1]), span.end(), "range"
        elif re.search(r"\d\s?-\s?$", source.masked[max(0, number.start - 4) : number.start]):
            continue
        right, left = after(source, end, 60), before(source, number.start, 60)
        near_right = (
            re.split(r"[,;]|\d", right, maxsplit=1)[0]
            if not re.match(r"[\s,(]{0,3}(?:пешк|ходьб|тран|на\s|by\s|walk)", right)
            else right[:26]
        )
        if _RIDE.search(near_right[:30]) or (_RIDE.search(left[-16:]) and not _WALK.search(near_right)):
            continue
        owner = _target(source, number, end, left, right, named)
        if owner is False:
            continue
        station = owner if isinstance(owner, Station) else None
        if best is None or value < best[0]:
            best = (int(value), note, number.start, end, station)
    return best


def _target(source: Source, number: Number, end: int, left: str, right: str, named: list[Station]) -> Station | bool:
    """The station that the minutes lead to, True for "the metro", False for something else."""
    stations_right = [one for one in named if 0 <= one.start - end <= 40]
    stations_left = [one for one in named if 0 <= number.start - one.end <= 40]
    matched = _TARGET_RIGHT.match(right)
    to_right = re.match(r"[\s,(]{0,2}(?:[а-яa-z'\s]{0,24}\s)?(?:до|от|к|to|from)\s", right)
    if matched is not None:
        target = matched["target"].strip('"')
        if target.startswith(_FROM_HERE):
            to_right = None
        if target in _METRO_WORD or target.startswith("станц"):
            return stations_right[0] if stations_right else (stations_left[-1] if stations_left else True)
        if to_right is not None:
            for one in stations_right:
                if source.folded[end : one.start].count(" ") <= 4:
                    return one
            if _METRO.search(right[: to_right.end() + 24]) and not re.search(r"[,;]", right[: to_right.end() + 10]):
                return stations_right[0] if stations_right else True
            return False
    lefts = None
    for found in _TARGET_LEFT.finditer(left):
        lefts = found
    if stations_left:
        gap = source.folded[stations_left[-1].end : number.start]
        if not re.search(r"[.;!?]\s|\bдо\s|\bfrom\b|\bto\b", gap):
            return stations_left[-1]
    if lefts is not None:
        target = lefts["target"].strip('"')
        inner = re.search(r".*\b(?:до|от|к|to|from)\s(?:the\s)?(?:ближайше[а-я]{1,2}\s)?\"?([^\W\d_]+\.?)", left)
        if inner is not None:
            target = inner[1]
        return target in _METRO_WORD or target.startswith(("станц", "метро"))
    return bool(_METRO.search(left[-40:]))


def _address(source: Source, named: list[Station]) -> dict[str, Finding]:
    found = _street(source, named)
    if not found and re.search(r"[A-Za-z]", source.clean):
        found = _street_en(source)
    return found


def _inside_station(named: list[Station], start: int, end: int) -> bool:
    return any(one.start < end and start < one.end for one in named)


def _street(source: Source, named: list[Station]) -> dict[str, Finding]:
    """The first street with a house number, else the first that is surely a street."""
    text, loose = source.masked, None
    candidates = [(match, True) for match in _STREET_FIRST.finditer(text)] + [
        (match, False) for match in _STREET_LAST.finditer(text)
    ]
    candidates.sort(key=lambda one: (one[0].start(), one[1]))
    for match, type_first in candidates:
        if _inside_station(named, match.start(), match.end("type") if not type_first else match.start("name") + 1):
            continue
        street = _street_name(source, match, type_first)
        if street is None:
            continue
        name, start, end, sure = street
        if _STATION_LEFT.search(source.masked[max(0, start - 12) : start]):
            continue
        house = _house(source, end)
        finding = {"street": Finding(name, (source.span(start, end),))}
        if house is not None:
            return finding | {"house": Finding(house[0], (source.span(house[1], house[2]),))}
        if sure and loose is None:
            loose = finding
    return loose or {}


def _street_name(source: Source, match: re.Match[str], type_first: bool) -> tuple[str, int, int, bool] | None:
    kind = _TYPES.get(match["type"])
    if kind is None or (type_first and kind == "линия"):
        return None
    short = match["type"] in {"пр", "ш", "пл", "пер", "бул", "наб", "ул"}
    start, end = match.span("name")
    words = [(found.group(), start + found.start()) for found in re.finditer(r"\S+", source.clean[start:end])]
    if short and type_first and source.masked[match.end("type")] != "." and match["type"] in {"пр", "ш", "пл"}:
        return None
    taken = _named_from_left(source, words) if type_first else _named_from_right(source, words)
    if not taken:
        return None
    name = " ".join(word.strip('".,') if len(word.strip('".,')) > 2 else word.strip('",') for word, _ in taken)
    first, last = taken[0][1], taken[-1][1] + len(taken[-1][0].rstrip('",'))
    upper = any(word[:1].isupper() or word[:1].isdigit() for word, _ in taken)
    if type_first:
        span = (match.start("type"), last)
        sure = upper and kind not in {"площадь", "проезд", "линия", "аллея"}
        if not upper and _house(source, last) is None:
            return None
        if kind == "площадь" and (not upper or _house(source, last) is None):
            return None
        name = _cased(name)
        canonical = f"{kind} {_nominative(name, kind) if match['type'] not in {'ул', 'пер', 'пр'} else name}"
        return canonical, *span, sure
    end_of_type = match.end("type") + (source.masked[match.end("type") : match.end("type") + 1] == ".")
    at_start = first in _sentence_starts(source)
    if not upper or (
        kind in {"площадь", "проезд", "линия", "аллея", "улица"} and at_start and _house(source, end_of_type) is None
    ):
        return None
    if kind == "линия" and not name[:1].isdigit():
        return None
    return f"{_nominative(_cased(name), kind)} {kind}", first, end_of_type, kind not in {"площадь", "проезд", "аллея"}


def _sentence_starts(source: Source) -> set[int]:
    starts = set()
    for edge in source.boundaries:
        rest = source.clean[edge : edge + 4]
        starts.add(edge + len(rest) - len(rest.lstrip()))
    return starts


def _named_from_left(source: Source, words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The words of a name after its type: capitals, ordinals, initials; in a text without capitals the first word."""
    taken: list[tuple[str, int]] = []
    for word, at in words:
        bare = word.strip('".,')
        low = bare.lower()
        if low in _STOP_NAME or (low in _TYPES and (taken or not bare[:1].isupper())):
            break
        numeric = low[:1].isdigit()
        if numeric and not (
            low.endswith(("я", "й", "го", "ой", "ый", "ий", "ая"))
            or (low in {"1905", "9", "8", "50", "40", "60", "30"} and not taken)
        ):
            break
        continues = low in {
            "года",
            "лет",
            "марта",
            "мая",
            "января",
            "победы",
            "октября",
            "вознесения",
            "армии",
            "съезда",
        } and bool(taken)
        if not (numeric or continues or bare[:1].isupper() or not taken):
            break
        taken.append((word, at))
        if word.endswith(",") or (word.endswith(".") and len(bare) > 3):
            break
    while taken and taken[-1][0].strip('".,').isdigit():
        taken.pop()
    return taken


def _named_from_right(source: Source, words: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """The capitalised words that run up to the type: "7-я Парковая", "Большая Красная"."""
    taken: list[tuple[str, int]] = []
    for word, at in reversed(words):
        bare = word.strip('".,')
        if word.endswith((",", ".")) or bare.lower() in _STOP_NAME or bare.lower() in _TYPES:
            break
        if not (bare[:1].isupper() or re.match(r"\d{1,3}-?(?:я|й)", bare)):
            break
        taken.insert(0, (word, at))
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
            word = word[:-2] + ("ой" if low[:-2] in _HARD_OY else "ий")
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


def _street_en(source: Source) -> dict[str, Finding]:
    for match in _STREET_EN.finditer(source.clean):
        words = match["name"].split()
        while words and words[0] in _NOT_NAMES_EN:
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
