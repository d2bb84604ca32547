"""Texts and plain numbers of a command line, read without pydantic.

Typer reads every parameter, even one that the line leaves out, through a pydantic adapter that is built on first use:
loading pydantic for that is half the time of a `list`. Here values whose reading cannot be in doubt are read at once.
All others go Typer's way, and so does everything should a later Typer keep its adapters elsewhere. A test holds both
ways equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_MOST_FIGURES = 15


class _DoubtError(Exception):
    """The value needs a closer look."""


def _text(value: Any) -> str:
    # Half of a character, as bytes that are no text come in, is not printable.
    if type(value) is str and value.isprintable():
        return value
    raise _DoubtError


def _are_figures(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _MOST_FIGURES


def _whole(value: Any) -> int:
    if type(value) is int:
        return value
    if type(value) is str and _are_figures(value.removeprefix("-")):
        return int(value)
    raise _DoubtError


def _decimal(value: Any) -> float:
    if type(value) is float:
        return value
    if type(value) is str:
        whole, point, rest = value.removeprefix("-").partition(".")
        if _are_figures(whole) and (_are_figures(rest) or not point):
            return float(value)
    raise _DoubtError


def _many(read: Callable[[Any], Any]) -> Callable[[Any], list[Any]]:
    return lambda values: [read(value) for value in values]


_READERS: dict[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    float: _decimal,
    list[str]: _many(_text),
    list[int]: _many(_whole),
    list[float]: _many(_decimal),
}


class _Plain:
    """Stands where Typer keeps the adapter of a parameter, and makes room for it where it is needed."""

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        many = param.multiple or param.nargs == -1
        if value is None:
            return () if many else None
        read = _READERS.get(param.type_descriptor.annotation)
        info = param.type_descriptor.parameter_info
        if read is not None and info.parser is None and info.min is None and info.max is None:
            try:
                return read(value)
            except _DoubtError:
                pass
        param._runtime_param = None
        return param.get_runtime_param().coerce(value, param=param, ctx=ctx)


def read_plainly(command: Any, ctx: Any) -> None:
    """Have the parameters of a command read so."""
    for param in command.get_params(ctx):
        if getattr(param, "type_descriptor", None) is not None:
            param._runtime_param = _Plain()
