"""Exit codes: what a script may rely on."""

from __future__ import annotations

from realty_cli import errors

OK = 0
BUG = 1
INVALID = 2
NOT_SIGNED_IN = 3
NOT_FOUND = 4
CONFLICT = 5
MISSING_EXTRA = 6
DENIED = 7
PARTLY = 8
UNAVAILABLE = 9
INTERRUPTED = 130

#: The most special kind that fits an error decides; a test holds this table and the kinds together.
BY_KIND: dict[type[errors.RealtyError], int] = {
    errors.Invalid: INVALID,
    errors.NotSignedIn: NOT_SIGNED_IN,
    errors.NotFound: NOT_FOUND,
    errors.Conflict: CONFLICT,
    errors.Stale: CONFLICT,
    errors.MissingExtra: MISSING_EXTRA,
    errors.Denied: DENIED,
    errors.TooMany: UNAVAILABLE,
    errors.Busy: UNAVAILABLE,
    errors.Unavailable: UNAVAILABLE,
}


def code_of(error: errors.RealtyError) -> int:
    for kind in type(error).__mro__:
        if kind in BY_KIND:
            return BY_KIND[kind]
    return BUG
