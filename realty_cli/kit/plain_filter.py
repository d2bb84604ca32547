"""Filters that need no checking, made without pydantic, whose loading costs as much as a whole `list`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class PlainFilter:
    """Reads like a schema of filters: what was not given is None."""

    deleted = False

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.model_fields_set = set(given)
        self.__dict__.update(given)

    def __getattr__(self, name: str) -> None:
        if name.startswith("_"):
            raise AttributeError(name)
