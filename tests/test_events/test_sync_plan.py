"""The pure half of keeping calendars in step: states, merging, planning, guards."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.errors import Conflict
from realty_cli.events.ics.reader import read
from realty_cli.events.ics.writer import write
from realty_cli.events.sync.canonical import Canonical, canonical, columns
from realty_cli.events.sync.merging import POLICIES, Policy, merge
from realty_cli.events.sync.planning import Link, Local, Remote, guard, plan

FIELDS = st.fixed_dictionaries({"title": st.sampled_from("abc"), "when": st.sampled_from([[1], [2], [3]])})
STATES = st.dictionaries(st.sampled_from(["", "2026-12-01"]), FIELDS, min_size=1)
MAYBE = st.none() | STATES


def one(title: str = "a", when: int = 1) -> Canonical:
    return {"": {"title": title, "when": [when]}}


@settings(max_examples=60)
@given(MAYBE, STATES, STATES)
def test_merging_is_fair(base: Canonical | None, ours: Canonical, theirs: Canonical) -> None:
    local, remote = merge(base, ours, theirs, "local"), merge(base, ours, theirs, "remote")
    assert merge(base, ours, ours, "remote").state == ours
    assert not merge(ours, ours, theirs, "local").clashes
    assert merge(ours, ours, theirs, "local").state == theirs
    assert merge(theirs, ours, theirs, "remote").state == ours
    # Whoever has the last word, what clashes is the same, and without clashes so is the outcome.
    told = [(c.recurrence_id, c.field, c.local, c.remote) for c in local.clashes]
    assert told == [(c.recurrence_id, c.field, c.local, c.remote) for c in remote.clashes]
    if not told:
        assert local.state == remote.state
    # Mirrored sides give mirrored outcomes.
    assert merge(base, theirs, ours, "remote").state == local.state


def test_each_sides_change_is_kept() -> None:
    merged = merge(one(), one(title="here"), one(when=2), "remote")
    assert (merged.state, merged.clashes) == (one("here", 2), [])


def _apply(uid: str, policy: Policy, link: Link | None, ours: Any, theirs: Any, seen: bool) -> tuple[Any, Any, Any]:
    """What both sides and the link are after a run."""
    here = {} if ours is None and link is None else {uid: Local(ours, "r")}
    there = {uid: Remote("h", "e", theirs)} if seen else {}
    found = plan({uid: link} if link else {}, here, there, policy)
    for action in found.actions:
        if action.kind in ("delete_here", "delete_there", "forget"):
            return None, None, None
        if action.kind == "conflict":
            return ours, theirs, link
        ours = action.state if action.here else ours
        theirs = action.state if action.there else theirs
        link = Link("h", "e", action.state or {}, "r", 0)
    return ours, theirs, link


@settings(max_examples=60)
@given(MAYBE, MAYBE, MAYBE, st.sampled_from([name for name in POLICIES if name != "ask"]))
def test_two_runs_settle_everything(base: Any, ours: Any, theirs: Any, policy: Policy) -> None:
    link = Link("h", "old", base, "r", 0) if base else None
    first = _apply("u", policy, link, ours, theirs, seen=theirs != base)
    if ours is None and not base:
        return  # deleted here before anything was agreed
    assert first[0] == first[1]
    again = plan({"u": first[2]} if first[2] else {}, {"u": Local(first[0], "r")} if first[0] else {}, {}, policy)
    assert not again.actions


def test_a_change_wins_over_a_deletion_and_asking_does_nothing() -> None:
    link = Link("h", "e", one(), "r", 0)
    back = plan({"u": link}, {"u": Local(one("here"), "r2")}, {"u": Remote("h", None, None)}, "newest").actions[0]
    assert (back.kind, back.href, back.state) == ("push", None, one("here"))
    asked = plan({"u": link}, {"u": Local(one("x"), "r2")}, {"u": Remote("h", "e2", one("y"))}, "ask")
    assert [(action.kind, action.here, action.there) for action in asked.actions] == [("conflict", False, False)]
    said = plan({"u": link}, {"u": Local(one("x"), "r2")}, {"u": Remote("h", "e2", one("y"))}, "ask", {"u": "local"})
    assert [(action.kind, action.state) for action in said.actions] == [("push", one("x"))]


def test_parts_deleted_on_either_side_do_not_add_up_to_nothing() -> None:
    part = one()[""]
    both = {"": part, "x": part}
    link = Link("h", "e", both, "r", 0)
    last = plan({"u": link}, {"u": Local({"": part}, "r2")}, {"u": Remote("h", "e2", {"x": part})}, "local").actions[0]
    assert (last.kind, last.state) == ("push", {"": part})
    gone = plan({"u": link}, {"u": Local(None, "")}, {"u": Remote("h", "e2", {"": part})}, "newest").actions[0]
    assert (gone.kind, gone.etag) == ("delete_there", "e2")


def test_an_invitation_is_moved_by_whoever_invites() -> None:
    link = Link("h", "e", one(), "r", 0)
    here = Local(one(when=2), "r2", changed_at="2026-12-02")
    there = Remote("h", "e2", one(when=3), changed_at="2026-12-01", foreign=True)
    action = plan({"u": link}, {"u": here}, {"u": there}, "newest").actions[0]
    assert action.state == one(when=3)
    assert action.clashes[0].taken == "remote"


def test_what_the_store_never_heard_of_is_not_deleted_elsewhere() -> None:
    """A restored backup knows nothing of what was linked later."""
    assert [a.kind for a in plan({"u": Link("h", "e", one(), "r", 0)}, {}, {}, "newest").actions] == ["take"]


def test_mass_deletion_is_refused() -> None:
    links = {str(n): Link(str(n), "e", one(), "r", 0) for n in range(40)}
    here = {uid: Local(one(), "r") for uid in links}
    gone = {uid: Remote(uid, None, None) for uid in list(links)[:11]}
    with pytest.raises(Conflict, match="mass_delete"):
        guard(plan(links, here, gone, "newest"), emptied=False)
    gone.popitem()
    guard(plan(links, here, gone, "newest"), emptied=False)
    with pytest.raises(Conflict, match="emptied"):
        guard(plan(links, here, gone, "newest"), emptied=True)


def test_a_file_that_came_back_is_no_change() -> None:
    event = {
        "uid": "a@b", "title": " Показ ", "status": "completed", "all_day": False, "event_type": "showing",
        "starts_local": "2026-12-01T10:00:00", "ends_local": "2026-12-01T11:00:00", "timezone": "Europe/Moscow",
        "busy": True, "rrule": "FREQ=WEEKLY;BYDAY=TU", "description": "a\r\nb", "tags": ["x"],
        "attendees": [{"email": "b@x.org", "name": None}, {"email": "a@x.org", "name": "A", "response": "accepted"}],
    }  # fmt: skip
    state = canonical([event])
    back = [draft.values for draft in read(write([event], "Europe/Moscow", own=False), "Europe/Moscow").drafts]
    assert canonical(back) == canonical([draft.values for draft in read(write(back, "Europe/Moscow"), "UTC").drafts])
    assert columns(state[""])["starts_local"] == "2026-12-01T10:00:00"
    assert state[""]["status"] == canonical(back)[""]["status"]
