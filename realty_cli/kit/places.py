"""Names of places, and ways between points, as they are compared."""

from __future__ import annotations

from math import asin, cos, pi, radians, sin, sqrt

_EARTH_KM = 6371.0088


def fold(text: str) -> str:
    """The form in which names of places are compared."""
    return " ".join(text.casefold().replace("ё", "е").split())


def distance_km(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> float:
    """Along the great circle between two points in degrees."""
    one, two = radians(latitude), radians(to_latitude)
    half = sin((two - one) / 2) ** 2 + cos(one) * cos(two) * sin(radians(to_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(min(1.0, half)))


def reach(latitude: float, longitude: float, km: float) -> tuple[float, float, float, float]:
    """A box (south, north, west, east; degrees) that holds every point within `km`.

    West stands beyond east where the box reaches over the 180th meridian, as in a filter by a box.
    """
    up = km / (_EARTH_KM * pi / 180) + 1e-6
    south, north = latitude - up, latitude + up
    if south <= -90 or north >= 90:
        return max(south, -90.0), min(north, 90.0), -180.0, 180.0
    # The widest place of a circle on a sphere is not at the latitude of its middle.
    across = sin(min(km / _EARTH_KM, pi / 2)) / cos(radians(latitude))
    if across >= 1:
        return south, north, -180.0, 180.0
    wide = asin(across) * 180 / pi + 1e-6
    west, east = longitude - wide, longitude + wide
    if east - west >= 360:
        return south, north, -180.0, 180.0
    return south, north, west + 360 if west < -180 else west, east - 360 if east > 180 else east
