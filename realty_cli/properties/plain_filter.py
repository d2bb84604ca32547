"""Filters that need no checking, made without pydantic, whose loading costs as much as a whole `list`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from realty_cli.properties.schemas.filters import PropertyFilter


class _PlainFilter:
    """Reads like a `PropertyFilter`: what was not given is None."""

    deleted = False

    def __init__(self, given: dict[str, Any]) -> None:
        self.model_fields_set = set(given)
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> None:
        if name.startswith("_"):
            raise AttributeError(name)


def plain_filter(**given: Any) -> PropertyFilter:
    """A filter of values that are known to be right, in the form that `PropertyFilter` gives them."""
    return cast("PropertyFilter", _PlainFilter(given))
