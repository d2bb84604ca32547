"""Filters of listings that need no checking."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from realty_cli.kit.plain_filter import PlainFilter

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter


def plain_filter(**given: Any) -> PropertyFilter:
    """A filter of values that are known to be right, in the form that `PropertyFilter` gives them."""
    return cast("PropertyFilter", PlainFilter(given))
