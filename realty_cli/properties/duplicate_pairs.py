"""Whether two listings show one property: the evidence for and against, weighed into a score with its reasons.

Nothing here decides: a proposal is for a person to confirm, and says why it was made. The weights are judgement, set on
public portal exports and read by eye; `Rules` holds what an agency may want to change.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Final, NamedTuple

from realty_cli.properties.address_key import flat_number, locate
from realty_cli.properties.kinds import DealType, PropertyType, Status
from realty_cli.properties.rules import url_key


class Candidate(NamedTuple):
    """What is known of a listing. Areas in m², price in minor units of `currency`, coordinates in degrees.

    A photo hash of 16 hexadecimal digits is perceptual (64 bits, near is alike); any other is compared for equality.
    """

    id: int
    owner_id: int | None = None
    property_type: str = PropertyType.APARTMENT
    deal_type: str = DealType.SALE
    status: str = Status.ACTIVE
    cadastral_number: str | None = None
    address: str | None = None
    city: str | None = None
    street: str | None = None
    house: str | None = None
    flat: str | None = None
    area_total: float | None = None
    area_land: float | None = None
    floor: int | None = None
    floors_total: int | None = None
    rooms: int | None = None
    price: int | None = None
    contact_phone: str | None = None
    source_url: str | None = None
    external_id: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    photo_hashes: tuple[str, ...] = ()
    is_euro: bool = False
    currency: str = "RUB"
    contact_name: str | None = None


class Rules(NamedTuple):
    """What counts as close. Areas agree within `area_share` of the larger or `area_metres`, whichever is more.

    `near_metres`: how far apart two listings may stand when one has no address. A cadastral number or a photo that more
    than `crowd` listings share says nothing (a building's number, a developer's picture). In a large block of alike
    listings each is compared with the `window` nearest in area and price. Proposals under `min_score` are not made, and
    of more than `most` only the surest are kept.
    """

    min_score: float = 0.5
    area_share: float = 0.03
    area_metres: float = 1.0
    near_metres: float = 30.0
    photo_bits: int = 4
    crowd: int = 8
    window: int = 16
    most: int = 20_000


class Reason(NamedTuple):
    """One piece of evidence: a code of the message catalogue and what its sentence needs."""

    code: str
    params: dict[str, str | int | float]


class Proposal(NamedTuple):
    """Two listings that may be one, `a` the lower id. A score of 1 is a shared number, anything below an opinion."""

    a: int
    b: int
    score: float
    reasons: list[Reason]


_CADASTRAL = re.compile(r"(?<!\d)(\d{2})\s*:\s*(\d{2})\s*:\s*(\d{6,7})\s*:\s*0*(\d+)", re.ASCII)
_NOT_DIGITS = re.compile(r"\D+")
_PORTAL = re.compile(r"[^.]+\.(?:(?:co|com|org|net)\.)?[^.]+$")
_LAST_NUMBER = re.compile(r"(\d{5,})(?:\.[a-z]{2,5})?$")
_PERCEPTUAL = re.compile(r"[0-9a-f]{16}")
_METRES_IN_DEGREE: Final = 111_320.0
_FAR: Final = 1000.0
_NONE: Final[frozenset[str]] = frozenset()
_FLOORLESS: Final = frozenset((PropertyType.HOUSE, PropertyType.LAND))
# An address is one house, many flats, and hundreds of parking places that nothing tells apart.
_AT_ONE_ADDRESS: Final[dict[str, float]] = {
    PropertyType.HOUSE: 0.6,
    PropertyType.LAND: 0.6,
    PropertyType.GARAGE: 0.2,
}
_AGAINST: Final = frozenset(("duplicate.flat_differs", "duplicate.area_differs", "duplicate.floor_differs"))
# How far two prices lie apart, as a share of the higher, and what that weighs.
_PRICES: Final = ((0.01, 0.12), (0.05, 0.08), (0.1, 0.03), (0.2, 0.0), (0.35, -0.1), (1.0, -0.25))


def cadastral_numbers(text: str | None) -> frozenset[str]:
    """The cadastral numbers in a cell (a house and its plot have one each), without spaces and padding."""
    if not text:
        return _NONE
    return frozenset(":".join(found) for found in _CADASTRAL.findall(unicodedata.normalize("NFKC", text)))


class Traits:
    """A listing made ready for comparison. `marks` are the numbers, links and photos that it may share with another."""

    __slots__ = (
        *("area", "cadastral", "candidate", "city", "district", "flat", "floor", "group", "house_key", "id", "name"),
        *("number", "phone", "photos", "point", "portal", "price", "settlement", "sources"),
    )

    def __init__(self, candidate: Candidate) -> None:
        c = self.candidate = candidate
        self.id = c.id
        kind = PropertyType.GARAGE if c.property_type == PropertyType.PARKING else c.property_type
        self.group = (str(c.deal_type), str(kind))
        found = locate(c.address, city=c.city, street=c.street, house=c.house)
        self.house_key, self.city, self.settlement = found.house_key, found.city, found.settlement
        self.district = frozenset(found.area.split()) if found.area and "мкр" in found.area else _NONE
        self.flat = flat_number(c.flat) if c.flat else found.flat
        area = (c.area_land or c.area_total) if kind == PropertyType.LAND else (c.area_total or c.area_land)
        self.area = float(area) if area is not None and area > 1 else None
        self.floor = None if kind in _FLOORLESS else c.floor
        self.price = c.price if c.price is not None and c.price > 0 else None
        self.cadastral = cadastral_numbers(c.cadastral_number)
        self.photos = frozenset(c.photo_hashes) if c.photo_hashes else _NONE
        self.phone = (_NOT_DIGITS.sub("", c.contact_phone)[-10:] or None) if c.contact_phone else None
        self.name = " ".join(c.contact_name.casefold().split()) or None if c.contact_name else None
        self.point: tuple[float, float] | None = None
        if c.latitude is not None and c.longitude is not None and abs(c.latitude) <= 90 and abs(c.longitude) <= 180:
            self.point = (c.latitude, c.longitude)
        self.portal: str | None = None
        self.number = c.external_id
        self.sources = _NONE
        if url := url_key(c.source_url):
            found_portal = _PORTAL.search(url.partition("/")[0])
            self.portal = found_portal[0] if found_portal else None
            last = _LAST_NUMBER.search(url)
            numbers = {last[1] if last else None, c.external_id} - {None}
            self.number = c.external_id or (last[1] if last else None)
            self.sources = frozenset((url, *(f"{self.portal} {number}" for number in numbers)))

    @property
    def marks(self) -> frozenset[str]:
        return self.cadastral | self.photos | self.sources

    def forget(self, marks: frozenset[str]) -> None:
        """Leave out the marks that too many listings share."""
        if not marks.isdisjoint(self.marks):
            self.cadastral, self.photos, self.sources = (
                self.cadastral - marks,
                self.photos - marks,
                self.sources - marks,
            )


def areas_agree(one: float, other: float, rules: Rules) -> bool:
    """Whether two areas in m² may be one flat, measured twice or rounded."""
    return abs(one - other) <= max(rules.area_metres, rules.area_share * max(one, other)) + 1e-9


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The distance of two points, exact enough for a city."""
    north = (one[0] - other[0]) * _METRES_IN_DEGREE
    east = (one[1] - other[1]) * _METRES_IN_DEGREE * math.cos(math.radians((one[0] + other[0]) / 2))
    return math.hypot(north, east)


def compare(x: Traits, y: Traits, rules: Rules) -> Proposal | None:
    """The proposal for two listings, or None. Symmetric: the order of the two does not matter."""
    if x.id > y.id:
        x, y = y, x
    a, b = x.candidate, y.candidate
    if x.group[0] != y.group[0] or x.id == y.id or (a.status == b.status == Status.WITHDRAWN):
        return None
    reasons: list[Reason] = []
    if not x.sources.isdisjoint(y.sources) and not (_numbers_differ(a, b) and _contradict(x, y, rules)):
        reasons.append(Reason("duplicate.source_same", {"source": min(x.sources & y.sources)}))
        score = 1.0
        _weigh(x, y, rules, reasons)
    elif x.cadastral and not x.cadastral.isdisjoint(y.cadastral):
        if x.group != y.group and {x.group[1], y.group[1]} & {PropertyType.ROOM, PropertyType.LAND}:
            return None
        if x.group[1] == PropertyType.ROOM and x.area and y.area and not areas_agree(x.area, y.area, rules):
            return None  # rooms of one flat carry the flat's number
        reasons.append(Reason("duplicate.cadastral_same", {"number": min(x.cadastral & y.cadastral)}))
        _weigh(x, y, rules, reasons)
        against = sum(reason.code in _AGAINST for reason in reasons)
        score = max(rules.min_score, 1.0 - 0.15 * against)
    elif x.group != y.group or _contradict(x, y, rules):
        return None
    else:
        score = _ground(x, y, rules, reasons)
        if score == 0.0:
            return None
        score = min(0.99, score + _weigh(x, y, rules, reasons))
    if score < rules.min_score:
        return None
    if a.status != b.status and Status.WITHDRAWN in (a.status, b.status):
        reasons.append(Reason("duplicate.withdrawn", {"id": a.id if a.status == Status.WITHDRAWN else b.id}))
    if a.owner_id is not None and b.owner_id is not None and a.owner_id != b.owner_id:
        reasons.append(Reason("duplicate.other_agent", {}))
    return Proposal(x.id, y.id, round(score, 3), reasons)


def _contradict(x: Traits, y: Traits, rules: Rules) -> bool:
    """Whether a known fact says that these are two properties."""
    if x.cadastral and y.cadastral:
        # A house and its plot have a number each, in one quarter: two listings may name one of them each.
        quarters = {number.rpartition(":")[0] for number in x.cadastral | y.cadastral}
        if x.group[1] != PropertyType.HOUSE or len(quarters) > 1:
            return True
    if x.flat != y.flat and x.flat is not None and y.flat is not None:
        return True
    if x.floor != y.floor and x.floor is not None and y.floor is not None:
        return True
    if x.area is not None and y.area is not None and not areas_agree(x.area, y.area, rules):
        return True
    return not _rooms_agree(x.candidate, y.candidate)


def _numbers_differ(a: Candidate, b: Candidate) -> bool:
    return a.external_id is not None and b.external_id is not None and a.external_id != b.external_id


def _rooms_agree(a: Candidate, b: Candidate) -> bool:
    """Equal or unknown; a euro flat may be counted with its kitchen or without, a studio as a room or none."""
    if a.rooms is None or b.rooms is None or a.rooms == b.rooms:
        return True
    return abs(a.rooms - b.rooms) == 1 and (a.is_euro or b.is_euro or min(a.rooms, b.rooms) == 0)


def _ground(x: Traits, y: Traits, rules: Rules, reasons: list[Reason]) -> float:
    """What makes these two comparable at all: the address, the coordinates or the photos. 0 if nothing does."""
    distance = metres(x.point, y.point) if x.point and y.point else None
    photos = _shared_photos(x, y, rules)
    # Alone, only an equal photo leads from one listing to the other; a like one confirms what something else found.
    led = photos > 0 and not x.photos.isdisjoint(y.photos)
    score = 0.0
    if x.house_key is not None and y.house_key is not None:
        if x.house_key == y.house_key and (place := _same_place(x, y, distance)) is not None:
            score = _AT_ONE_ADDRESS.get(x.group[1], 0.45)
            address = x.candidate.address or f"{x.candidate.street or ''}, {x.candidate.house or ''}"
            reasons.append(Reason("duplicate.address_same", {"address": address}))
            if not place:
                score -= 0.1
                reasons.append(Reason("duplicate.place_unsure", {}))
        elif led and photos > 1 and x.area and y.area and x.floor == y.floor:
            score = 0.25
            reasons.append(Reason("duplicate.address_differs", {}))
    elif distance is not None and distance <= rules.near_metres and x.area and y.area:
        # Neighbouring plots are as alike as they are near.
        score = 0.35 if x.group[1] not in _FLOORLESS or distance <= rules.near_metres / 3 else 0.2
        reasons.append(Reason("duplicate.coordinates_near", {"metres": round(distance)}))
    elif led and (distance is None or distance < _FAR):
        score = 0.3
    if score and photos:
        score += 0.15 + 0.05 * min(photos, 3)
        reasons.append(Reason("duplicate.photos_same", {"count": photos}))
    return score


def _same_place(x: Traits, y: Traits, distance: float | None) -> bool | None:
    """Whether two equal streets with house numbers lie in one town: True, False for unsure, None for two towns."""
    if (
        distance is not None
        and distance > _FAR
        and (x.city is None or x.city != y.city or x.settlement != y.settlement)
    ):
        return None
    if x.settlement and y.settlement and x.settlement != y.settlement:
        return None
    known = {place for place in (x.settlement, y.settlement) if place}
    if known & {x.city, y.city}:
        return True
    if x.city and y.city and x.city != y.city:
        return None
    near = distance is not None and distance < _FAR
    apart = bool(x.district and y.district and not (x.district & y.district) - {"мкр", "жк"})
    return near or (x.settlement == y.settlement and x.city == y.city and not apart)


def _weigh(x: Traits, y: Traits, rules: Rules, reasons: list[Reason]) -> float:
    """Add what the two listings say of the property and its price; the sum of the weights."""
    a, b = x.candidate, y.candidate
    score = 0.0
    if x.flat is not None and y.flat is not None:
        score += 0.35 if x.flat == y.flat and x.group[1] != PropertyType.ROOM else 0.0
        _note(reasons, "flat", x.flat, y.flat)
    if x.area is None or y.area is None:
        score -= 0.1
    elif (off := abs(x.area - y.area)) < 0.05:
        score += 0.15
        reasons.append(Reason("duplicate.area_same", {"area": x.area}))
    else:
        # Rounding explains a metre; two areas with decimals that differ by more were both measured.
        score += 0.1 if off <= 0.5 or (off <= 1 and (x.area.is_integer() or y.area.is_integer())) else -0.05
        agree = areas_agree(x.area, y.area, rules)
        code = "duplicate.area_close" if agree else "duplicate.area_differs"
        reasons.append(Reason(code, {"a": x.area, "b": y.area}))
    if x.floor is not None and y.floor is not None:
        score += 0.1
        _note(reasons, "floor", x.floor, y.floor)
    if a.rooms is not None and b.rooms is not None:
        score += 0.03 if a.rooms == b.rooms else -0.03
        _note(reasons, "rooms", a.rooms, b.rooms)
    if a.floors_total and b.floors_total and abs(a.floors_total - b.floors_total) > 1:
        score -= 0.1
        _note(reasons, "storeys", a.floors_total, b.floors_total)
    apart = None
    if x.price and y.price and a.currency == b.currency:
        apart = abs(x.price - y.price) / max(x.price, y.price)
        score += next(weight for limit, weight in _PRICES if apart <= limit)
        code = "same" if x.price == y.price else "close" if apart <= 0.1 else "differs"
        reasons.append(Reason(f"duplicate.price_{code}", {"percent": round(100 * apart, 1)}))
    seller = _same_seller(x, y)
    if seller:
        score += 0.05
        reasons.append(Reason("duplicate.contact_same", {}))
    if seller is not False and x.portal == y.portal and x.number and y.number and x.number != y.number:
        # One seller, two numbers on one portal: like flats of a new building, unless nothing tells them apart.
        alike = apart == 0 and x.area is not None and x.area == y.area and x.floor == y.floor and a.rooms == b.rooms
        score -= (0.15 if alike else 0.4) if seller else (0.0 if alike else 0.2)
        reasons.append(Reason("duplicate.separate_ads", {"a": x.number, "b": y.number}))
    return score


def _same_seller(x: Traits, y: Traits) -> bool | None:
    """Whether one contact stands behind both; None where neither is known. A phone tells more than a name."""
    if x.phone is not None and y.phone is not None:
        return x.phone == y.phone
    if x.name is not None and y.name is not None:
        return x.name == y.name
    return None if (x.phone, x.name) == (y.phone, y.name) == (None, None) else False


def _note(reasons: list[Reason], name: str, one: str | int, other: str | int) -> None:
    if one == other:
        reasons.append(Reason(f"duplicate.{name}_same", {name: one}))
    else:
        reasons.append(Reason(f"duplicate.{name}_differs", {"a": one, "b": other}))


def _shared_photos(x: Traits, y: Traits, rules: Rules) -> int:
    """How many photos both have, counting perceptual hashes that differ in a few bits."""
    if not x.photos or not y.photos:
        return 0
    shared = x.photos & y.photos
    mine = [int(photo, 16) for photo in x.photos - shared if _PERCEPTUAL.fullmatch(photo)]
    theirs = [int(photo, 16) for photo in y.photos - shared if _PERCEPTUAL.fullmatch(photo)]
    near = [(i, j) for i in mine for j in theirs if (i ^ j).bit_count() <= rules.photo_bits]
    return len(shared) + min(len({i for i, _ in near}), len({j for _, j in near}))
