"""The nearest metro station, and the minutes on foot to it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from realty_cli.properties.drafting.findings import Finding
from realty_cli.properties.drafting.numerals import Number, after, before
from realty_cli.properties.drafting.source import Source, Word
from realty_cli.properties.drafting.stations import known, may_begin

_CUE = re.compile(
    r"(?:\bст(?:\.|анци[а-я]{1,3})?\s?(?:м\b\.?|метро)|\bметро\b|🚇"
    r"|(?<![\dв] )(?<!\d)(?<!кв\s)(?<!кв\.\s)(?<!кв\.)(?<!куб\.)\bм\.)[\s:\"(-]{0,4}(?:ст(?:\."
    r"|анци[а-я]{1,3})\s?)?[\s:\"]{0,2}"
)
#: What a cue begins with; found first, because the cue itself looks back and is slow to try everywhere.
_CUE_HEAD = re.compile(r"метро|м\.|ст\.|ст |станц|🚇")
#: "м Сокольники" without its point: believed only before a name from the map.
_CUE_BARE = re.compile(r"(?:^|(?<=[\n,;(/-])) ?(?:у )?м (?=[а-я])")
_CUE_EN = re.compile(r"\b(?:metro|subway|underground|tube)(?:\sstation)?[\s:,\"(-]{1,4}(?:station\s)?")
_CUE_EN_AFTER = re.compile(r"\s(?:metro|subway|tube|underground|station)\b")
_METRO = re.compile(r"\bметро\b|\bст\.\s?м\b|\bм\.\s?(?=[^\W\d_])|🚇|\b(?:metro|subway|tube|underground)\b")
_METRO_SPELT = re.compile(r"\bметро\b|🚇|\b(?:metro|subway|tube|underground)\b")
_WALK_AFTER = re.compile(r"\s?[·,(/-]\s?\d{1,2}\s?мин[а-я]{0,3}\.?\s?(?:пешк|ходьб)")
_TO_METRO = re.compile(
    r"\b(?:до|от)\s(?:ближайше[а-я]{1,2}\s|ст(?:анци[а-я]|\.)\s)?(?:метро\b|м\.)|\bto\s(?:the\s)?(?:metro|subway|tube)"
)
_STREET_RIGHT = re.compile(
    r"\s?(?:ул(?:иц|\b)|пр-?(?:к?т|д)?\b|проспект|пер(?:\.|еул)|шоссе|наб|проезд|бульвар|пл\.|street|st\b)"
)
_STREET_LEFT = re.compile(
    r"(?:\bул(?:иц[а-я]|\.)?|\bпр-?(?:к?т|д)?\.?|\bпер\.?|\bжк|\bтц|\bтрц|\bкп|\bснт|\bрайон[а-я]?|р-н"
    r"|\bпарк[а-я]?|\bбц)\s?\"?$"
)
_COMMON = """
в на и до от не рядом пешком пешая доступность доступности минут минуты мин минутах шаговой шаговая парк школа магазин
магазины автобус остановка остановки транспорт или с у за есть находится всего недалеко близко продам продается
сдам сдается цена station within walking is in a the and nearby
"""
_COMMON_AFTER_CUE = frozenset(_COMMON.split())
_MINUTES = re.compile(r"\s?(?:-?(?:х|ти)\s)?(?:мин(?:ут[а-я]{0,3}|\b)|m(?:in(?:ute)?s?)\b'?|'\s)")
_RANGE = re.compile(r"\s?(?:-|до)\s?(\d{1,3})\s?(?:мин|min)")
_WALK = re.compile(r"пеш|ходьб|шаг|\bногами\b|прогул|walk|on\sfoot|by\sfoot")
_RIDE = re.compile(
    r"трансп|машин|\bавто|автобус|маршрут|троллейбус|трамва|езды|ехать|\bтр\b|такси|электричк|\bbus\b|\bcar\b"
    r"|drive|driving|\btram\b|transport|taxi|\btrain\b|\bride\b"
)
_TARGET_RIGHT = re.compile(
    r"[\s,(]{0,2}(?:(?:неспешн[а-я]{2}|быстр[а-я]{2,3}|спокойн[а-я]{2}|пешей)?\s?(?:пешком|ходьбы"
    r"|пешей\sдоступности|шагом|транспортом|прогулки|езды|на\sмашине|на\sавто(?:бусе)?|на\sтранспорте|walk"
    r"|walking|'\swalk|on\sfoot|by\sbus|by\scar|drive)?[\s,)]{0,2})"
    r"(?:(?:до|от|к|to|from|away\sfrom)\s)?(?:the\s)?(?:(?:nearest|ближайше[а-я]{1,2}"
    r"|станци[а-я]{1,2})\s)?(?P<target>\"?[^\W\d_]+\.?)"
)
_TARGET_LEFT = re.compile(
    r"(?:до|от|к|to|from|near)\s(?:the\s)?(?:ближайше[а-я]{1,2}\s|ст(?:анци[а-я]{1,2}"
    r"|\.)\s)?(?P<target>\"?[^\W\d_]+\.?)[^;!?\n]{0,46}$"
)
_FROM_HERE = ("дом", "кварт", "подъезд", "жк", "нас", "the house", "home", "door")
_METRO_WORD = frozenset(
    {"метро", "м.", "м", "metro", "subway", "tube", "underground", "station", "станции", "станция", "ст."}
)


@dataclass(frozen=True, slots=True)
class Station:
    """A metro station named in the text."""

    name: str
    start: int
    end: int


def find_transit(source: Source, numbers: list[Number]) -> tuple[dict[str, Finding], list[Station]]:
    """`metro` and `metro_minutes` (on foot), and every station named, so that none is taken for a street."""
    named = _stations(source)
    minutes = _minutes(source, numbers, named)
    found: dict[str, Finding] = {}
    chosen = named[0] if named else None
    if minutes is not None:
        value, note, start, end, owner = minutes
        found["metro_minutes"] = Finding(value, (source.span(start, end),), note)
        chosen = owner or chosen
    if chosen is not None:
        found["metro"] = Finding(chosen.name, (source.span(chosen.start, chosen.end),))
    return found, named


def _stations(source: Source) -> list[Station]:
    """Stations after "м.", "метро" and the like; or names from the map in a sentence that speaks of the metro."""
    found: list[Station] = []
    starts = [word.start for word in source.words]
    for pattern in (_CUE, _CUE_BARE, _CUE_EN):
        if pattern is _CUE_EN and source.language != "en":
            continue
        for match in _cues(source, pattern):
            station = _after_cue(source, starts, match)
            if station is not None and all(other.start != station.start for other in found):
                found.append(station)
                found += _companions(source, starts, station)
    if not found:
        cue = _METRO_SPELT.search(source.masked)
        if cue is not None:
            found = _from_map(source, cue.start() - 160, cue.start() + 160)
        else:
            for card in _WALK_AFTER.finditer(source.masked):
                found += [one for one in _from_map(source, card.start() - 40, card.start()) if one.end == card.start()]
    found.sort(key=lambda station: station.start)
    return found


def _cues(source: Source, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    if pattern is not _CUE:
        yield from pattern.finditer(source.masked)
        return
    for head in _CUE_HEAD.finditer(source.masked):
        match = pattern.match(source.masked, head.start())
        if match is not None:
            yield match


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
    for skipped in (1, 2):
        # "метро БКЛ Аминьевская": the line stands before the station.
        later = known([word.text for word in words[skipped:]]) if source.clean[words[0].start].isupper() else None
        if later is not None:
            return Station(later[0], words[skipped].start, words[skipped + later[1] - 1].end)
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
    spelt = match.group().find("метро")
    # "у метро. Рядом парк" ends a sentence; no station follows.
    if not taken or (spelt >= 0 and "." in match.group()[spelt:]):
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


def _from_map(source: Source, start: int, end: int) -> list[Station]:
    """Stations named in a stretch of the text: "на Тульской, метро рядом", "Адмиралтейская · 5 мин. пешком"."""
    found: list[Station] = []
    words, at = source.words, 0
    english = source.language == "en"
    while at < len(words):
        word = words[at]
        at += 1
        if not start <= word.start < end or len(word.text) < 3:
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
        last = words[at + on_map[1] - 2].end
        if _STREET_RIGHT.match(source.masked, last) or _STREET_LEFT.search(left):
            continue
        if english and not _CUE_EN_AFTER.match(source.masked, last):
            continue
        found.append(Station(on_map[0], word.start, last))
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
    return bool(_METRO.search(left[-40:]) or _TO_METRO.search(right))
