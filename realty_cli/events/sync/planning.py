"""What a run would do, from what stands on both sides and what was agreed last. Nothing is done here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from realty_cli.errors import Conflict
from realty_cli.events.sync.canonical import Canonical
from realty_cli.events.sync.merging import Clash, Policy, Side, merge

Kind = Literal["take", "push", "merge", "link", "delete_here", "delete_there", "forget", "conflict"]
FEW = 10
SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Link:
    """What was agreed last. `href` and `etag` are where and what it is there."""

    href: str
    etag: str | None
    base: Canonical
    local_rev: str
    sequence: int


@dataclass(frozen=True, slots=True)
class Local:
    """One event here. `rev` changes with its rows; `state` None: it lies in the bin."""

    state: Canonical | None
    rev: str
    changed_at: str = ""
    old: bool = False
    """It was over before this calendar was to know of it."""


@dataclass(frozen=True, slots=True)
class Remote:
    """One event there that is new or changed. `state` None: it is gone."""

    href: str
    etag: str | None
    state: Canonical | None
    changed_at: str = ""
    foreign: bool = False
    """Somebody else invites to it, and says when it is."""


@dataclass(frozen=True, slots=True)
class Action:
    """`state`: what both sides say afterwards. `here`, `there`: which of them has to change for that."""

    uid: str
    kind: Kind
    href: str | None
    etag: str | None
    state: Canonical | None = None
    here: bool = False
    there: bool = False
    clashes: tuple[Clash, ...] = ()


@dataclass(slots=True)
class Plan:
    actions: list[Action] = field(default_factory=list)
    linked: int = 0

    def count(self, *kinds: Kind) -> int:
        return sum(1 for one in self.actions if one.kind in kinds)


def plan(
    links: Mapping[str, Link],
    local: Mapping[str, Local],
    remote: Mapping[str, Remote],
    policy: Policy,
    decided: Mapping[str, Side] | None = None,
) -> Plan:
    """`remote` has only what is new, changed or gone; what else is linked stands there as agreed. `decided`: by UID,
    who has the last word where somebody was asked."""
    found = Plan(linked=len(links))
    for uid in sorted({*links, *local, *remote}):
        action = _action(uid, links.get(uid), local.get(uid), remote.get(uid), policy, (decided or {}).get(uid))
        if action is not None:
            found.actions.append(action)
    return found


def twins(
    links: Mapping[str, Link],
    local: Mapping[str, Local],
    remote: Mapping[str, Remote],
    likeness: Callable[[Canonical], Hashable],
) -> dict[str, str]:
    """Events of which each side has one of its own UID, ours to theirs: entered on both by hand, or carried over by a
    program that gave new UIDs. Only where exactly one of either side is like the other, and neither was agreed upon."""

    def alike(side: Mapping[str, Local] | Mapping[str, Remote], other: Mapping[str, Any]) -> dict[Hashable, str]:
        found: dict[Hashable, list[str]] = {}
        for uid, one in side.items():
            if uid not in links and uid not in other and one.state and (key := likeness(one.state)) is not None:
                found.setdefault(key, []).append(uid)
        return {key: uids[0] for key, uids in found.items() if len(uids) == 1}

    ours, theirs = alike(local, remote), alike(remote, local)
    return {ours[key]: theirs[key] for key in ours.keys() & theirs.keys()}


def _action(
    uid: str, link: Link | None, here: Local | None, there: Remote | None, policy: Policy, decided: Side | None
) -> Action | None:
    href = there.href if there is not None else link.href if link is not None else None
    etag = there.etag if there is not None else link.etag if link is not None else None
    base = link.base if link is not None else None
    ours = here.state if here is not None else None
    theirs = there.state if there is not None else base
    if link is None:
        if theirs is None:
            if ours is None or (here is not None and here.old):
                return None
            return Action(uid, "push", None, None, ours, there=True)
        if here is None:
            return Action(uid, "take", href, etag, theirs, here=True)
        if ours is None:
            return None  # deleted here, and never agreed with this calendar: it stays in the bin, and there
    elif here is None:
        # The store knows nothing of it, not even in the bin: it is older than the link. Nobody deleted anything.
        if theirs is None:
            return Action(uid, "forget", href, etag)
        return Action(uid, "take", href, etag, theirs, here=True)
    elif ours is None and theirs is None:
        return Action(uid, "forget", href, etag)
    elif ours is None and theirs == base:
        return Action(uid, "delete_there", href, etag, there=True)
    elif theirs is None and ours == base:
        return Action(uid, "delete_here", href, etag, here=True)
    winner, when = _winner(policy, decided, here, there)
    merged = merge(base, ours, theirs, winner, when)
    if not merged.state:
        # All that was left on the one side has been deleted on the other.
        if ours is None:
            return Action(uid, "delete_there", href, etag, there=True)
        if theirs is None:
            return Action(uid, "delete_here", href, etag, here=True)
        merged.state = ours if winner == "local" else theirs
    changes_here, changes_there = merged.state != (ours or {}), merged.state != (theirs or {})
    clashes = tuple(merged.clashes)
    if clashes and policy == "ask" and decided is None:
        return Action(uid, "conflict", href, etag, clashes=clashes)
    if theirs is None:
        href = etag = None  # what is gone there has to be made anew
    if not changes_here and not changes_there:
        known = link is not None and link.etag == etag and link.href == href and merged.state == base
        return None if known else Action(uid, "link", href, etag, merged.state, clashes=clashes)
    kind: Kind = "merge" if changes_here and changes_there else "take" if changes_here else "push"
    return Action(uid, kind, href, etag, merged.state, changes_here, changes_there, clashes)


def _winner(policy: Policy, decided: Side | None, here: Local | None, there: Remote | None) -> tuple[Side, Side | None]:
    if decided is not None:
        return decided, None
    if policy == "local":
        return "local", None
    if policy in ("remote", "both"):
        return "remote", None
    foreign: Side | None = "remote" if there is not None and there.foreign else None
    newer = here is not None and (there is None or here.changed_at > there.changed_at)
    return ("local" if newer else "remote"), foreign


def guard(found: Plan, *, emptied: bool) -> None:
    """Raises Conflict where a plan deletes more than anybody means to, or all that was there is suddenly gone."""
    deletes = found.count("delete_here", "delete_there")
    if emptied and found.count("delete_here"):
        raise Conflict("sync.emptied", count=found.count("delete_here"))
    if deletes > max(FEW, SHARE * found.linked):
        raise Conflict("sync.mass_delete", count=deletes, linked=found.linked)


def told(found: Plan) -> list[dict[str, Any]]:
    """The plan for whoever wants to read it first."""
    return [
        {
            "uid": one.uid, "action": one.kind, "title": _title(one), "changes_here": one.here,
            "changes_there": one.there, "clashes": [clash.kept() for clash in one.clashes],
        }
        for one in found.actions
    ]  # fmt: skip


def _title(action: Action) -> str | None:
    for fields in (action.state or {}).values():
        return str(fields.get("title") or "") or None
    return None
