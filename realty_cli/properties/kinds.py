"""The closed vocabularies of a listing. Light on purpose: command modules import it at start-up."""

from __future__ import annotations

from enum import StrEnum


class PropertyType(StrEnum):
    APARTMENT = "apartment"
    HOUSE = "house"
    ROOM = "room"
    LAND = "land"
    COMMERCIAL = "commercial"
    GARAGE = "garage"
    PARKING = "parking"
    OTHER = "other"


class DealType(StrEnum):
    SALE = "sale"
    RENT = "rent"
    DAILY_RENT = "daily_rent"


class Status(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    RESERVED = "reserved"
    SOLD = "sold"
    RENTED = "rented"
    WITHDRAWN = "withdrawn"


class Market(StrEnum):
    RESALE = "resale"
    NEW_BUILDING = "new_building"


class BuildingMaterial(StrEnum):
    BRICK = "brick"
    PANEL = "panel"
    MONOLITH = "monolith"
    MONOLITH_BRICK = "monolith_brick"
    BLOCK = "block"
    AERATED_CONCRETE = "aerated_concrete"
    WOOD = "wood"
    FRAME = "frame"
    STALIN = "stalin"
    OLD_FUND = "old_fund"
    OTHER = "other"


class Renovation(StrEnum):
    NONE = "none"
    ROUGH = "rough"
    PRE_FINISH = "pre_finish"
    FINISH = "finish"
    NEEDS_REPAIR = "needs_repair"
    COSMETIC = "cosmetic"
    EURO = "euro"
    DESIGNER = "designer"


#: Moves that the status of a listing may make. A closed listing may return to the market (a deal fell through).
STATUS_MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.ACTIVE, Status.WITHDRAWN}),
    Status.ACTIVE: frozenset({Status.DRAFT, Status.RESERVED, Status.SOLD, Status.RENTED, Status.WITHDRAWN}),
    Status.RESERVED: frozenset({Status.ACTIVE, Status.SOLD, Status.RENTED, Status.WITHDRAWN}),
    Status.SOLD: frozenset({Status.ACTIVE}),
    Status.RENTED: frozenset({Status.ACTIVE}),
    Status.WITHDRAWN: frozenset({Status.DRAFT, Status.ACTIVE}),
}

#: Statuses in which a listing no longer stands on the market; `closed_at` is set on entering one.
CLOSED: frozenset[Status] = frozenset({Status.SOLD, Status.RENTED, Status.WITHDRAWN})

#: The longest title, in characters.
MAX_TITLE = 300
#: The most tags that a listing may have.
MAX_TAGS = 50
