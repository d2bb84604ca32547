"""Three states into one, field by field: what each side changed since they agreed is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from realty_cli.events.sync.canonical import Canonical, Fields

Side = Literal["local", "remote"]
Policy = Literal["newest", "local", "remote", "ask", "both"]
POLICIES: tuple[Policy, ...] = ("newest", "local", "remote", "ask", "both")
WHOLE = "event"
"""The field of a clash about an event's being there at all."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Both sides changed the same field: what each says (None: the event is not there), and whose word was taken."""

    recurrence_id: str
    field: str
    local: Any
    remote: Any
    taken: Side

    def kept(self) -> dict[str, Any]:
        return {
            "recurrence_id": self.recurrence_id or None, "field": self.field, "local": self.local,
            "remote": self.remote, "taken": self.taken,
        }  # fmt: skip


@dataclass(slots=True)
class Merged:
    state: Canonical
    clashes: list[Clash] = field(default_factory=list)


def merge(
    base: Canonical | None, local: Canonical | None, remote: Canonical | None, winner: Side, when: Side | None = None
) -> Merged:
    """`winner` has the last word where both changed a field; `when` about times, if somebody else's do. A side that is
    None has deleted it all. Where one side deleted what the other changed, the change wins."""
    found = Merged({})
    base, local, remote = base or {}, local or {}, remote or {}
    for name in sorted({*base, *local, *remote}):
        was, ours, theirs = base.get(name), local.get(name), remote.get(name)
        if ours is not None and theirs is not None:
            found.state[name] = _fields(found, name, was, ours, theirs, winner, when)
        elif ours is not None or theirs is not None:
            there = ours if ours is not None else theirs
            assert there is not None
            if was is None:
                found.state[name] = there
            elif was != there:
                found.state[name] = there
                taken: Side = "local" if ours is not None else "remote"
                found.clashes.append(Clash(name, WHOLE, ours, theirs, taken))
    return found


def _fields(
    found: Merged, name: str, was: Fields | None, ours: Fields, theirs: Fields, winner: Side, when: Side | None
) -> Fields:
    merged: Fields = {}
    for key in sorted({*ours, *theirs}):
        mine, other = ours.get(key), theirs.get(key)
        if mine == other:
            merged[key] = mine
        elif was is not None and mine == was.get(key):
            merged[key] = other
        elif was is not None and other == was.get(key):
            merged[key] = mine
        else:
            side = when if when is not None and key in ("when", "repeats") else winner
            merged[key] = mine if side == "local" else other
            found.clashes.append(Clash(name, key, mine, other, side))
    return merged
