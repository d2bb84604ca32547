"""The closed vocabularies of buyer requests and of matching. Light on purpose: commands import it at start-up."""

from __future__ import annotations

from enum import StrEnum


class RequestStatus(StrEnum):
    """Only an active request is matched."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"


class MarkKind(StrEnum):
    """What became of a listing that was proposed."""

    SHOWN = "shown"
    REFUSED = "refused"
    LIKED = "liked"


class Feature(StrEnum):
    """What a listing can say of itself; any other wish is a tag or an attribute of the listing."""

    MORTGAGE = "mortgage"
    BARGAIN = "bargain"
    NEW_BUILDING = "new_building"
    RESALE = "resale"
    EURO = "euro"
    FREE_LAYOUT = "free_layout"
    NO_APARTMENTS = "no_apartments"
    NOT_FIRST_FLOOR = "not_first_floor"
    NOT_LAST_FLOOR = "not_last_floor"
    RENOVATED = "renovated"


class Criterion(StrEnum):
    """Bounds that a listing may miss a little; named among the must-haves, they hold to the letter."""

    AREA = "area"
    KITCHEN = "kitchen"
    LAND = "land"
    FLOOR = "floor"
    YEAR = "year"
    METRO_MINUTES = "metro_minutes"


class Fit(StrEnum):
    """How one part of a request stands to a listing."""

    FITS = "fits"
    NEAR = "near"
    MISSES = "misses"
    UNKNOWN = "unknown"


#: Marks after which a listing is not proposed again, unless its price has been cut since.
PUT_ASIDE: frozenset[MarkKind] = frozenset({MarkKind.SHOWN, MarkKind.REFUSED})
#: The most that may be named in one list of a request, and places on the map.
MAX_NAMES, MAX_PLACES = 100, 20
