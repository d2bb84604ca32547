"""What the filters of most lists have in common: bin or not, the row filter, equal values, bounds, ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from realty_cli.kit.actor import Actor
from realty_cli.store.database import in_list
from realty_cli.store.scope import visible
from realty_cli.store.selection import Selection, any_of


def bounds(names: Mapping[str, str]) -> dict[str, str]:
    """Conditions of a filter's parts: `x_min` and `x_max` of an amount, `x_from` and `x_to` of a `moment`, which the
    end is not part of, or of a `day`, which it is. A column `x_at` has `x_from` and `x_to` too."""
    found: dict[str, str] = {}
    for column, holds in names.items():
        name = column.removesuffix("_at")
        if holds == "amount":
            found |= {f"{name}_min": f"p.{column} >= :{name}_min", f"{name}_max": f"p.{column} <= :{name}_max"}
        else:
            end = "<" if holds == "moment" else "<="
            found |= {f"{name}_from": f"p.{column} >= :{name}_from", f"{name}_to": f"p.{column} {end} :{name}_to"}
    return found


def begin(
    actor: Actor, wanted: Any, chosen: Selection, equal: Sequence[str], limits: Mapping[str, str]
) -> frozenset[str]:
    """Put the conditions that every list has into a selection. Gives the names of what was asked for.

    The first conditions, `market(actor, chosen)`, are those that hold whatever is looked for.
    """
    add, params = chosen.conditions.append, chosen.params
    add("p.deleted_at IS NOT NULL" if wanted.deleted else "p.deleted_at IS NULL")
    scope = visible(actor, params, "p")
    if scope != "1 = 1":
        add(scope)
    given = frozenset(name for name in wanted.model_fields_set if getattr(wanted, name) is not None)
    # "Any of" no value at all is nothing.
    chosen.empty = any(getattr(wanted, name) == [] for name in given)
    for name in equal:
        if name in given:
            add(any_of("p." + name, name, getattr(wanted, name), params))
    for name, condition in limits.items():
        if name in given:
            add(condition)
            params[name] = getattr(wanted, name)
    if "ids" in given:
        add(f"p.id IN {in_list('ids', wanted.ids, params)}")
    return given


def market(actor: Actor, chosen: Selection) -> list[str]:
    """The conditions of a selection that hold whatever is looked for: bin or not, and the row filter."""
    return chosen.conditions[: 1 if actor.sees_all else 2]


def newest(actor: Actor, wanted: Any, index: str) -> str | None:
    """How SQLite shall walk back from the newest row of a list (`paging.page`). `index` is over owner and id."""
    if wanted.deleted or not wanted.model_fields_set:
        return None
    return " NOT INDEXED" if actor.sees_all else f" INDEXED BY {index}"
