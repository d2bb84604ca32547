"""The insights that were found last for an actor. They are sought once a day, as that reads the history of years.

Names are read when they are shown and never kept: whoever has a person forgotten has forgotten it here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import orjson

from realty_cli.analytics.alert_subjects import kept
from realty_cli.analytics.insight_facts import Sight
from realty_cli.analytics.insight_kinds import Idea, Proof
from realty_cli.analytics.kinds import Confidence, InsightKind
from realty_cli.store.database import in_list
from realty_cli.store.scope import visible

#: Of more nobody reads on a page, even where much is put aside.
_MOST = 100
#: What is true until the first thing is entered, which may be a minute later: it is looked for anew each time.
_FLEETING = "onboarding"
#: What was found the day before counts until the night's round has been.
_FRESH = timedelta(days=1)
_PROPERTY = "property"


class Found(NamedTuple):
    """Ideas, and what a deal brings by which they are ordered."""

    ideas: Sequence[Idea]
    commission: float | None


def keep(sight: Sight, found: Found) -> None:
    """In place of those before; nothing of an agency in which nothing is entered yet."""
    if any(idea.rule == _FLEETING for idea in found.ideas):
        return
    ideas = [_plain(idea) for idea in found.ideas if idea.subject is None or idea.subject[0] == _PROPERTY]
    sight.db.run(
        "INSERT INTO insight_sets (owner_id, found_on, sees_all, commission, ideas)"
        " VALUES (:me, :day, :all, :commission, :ideas) ON CONFLICT (owner_id) DO UPDATE SET"
        " found_on = excluded.found_on, sees_all = excluded.sees_all, commission = excluded.commission,"
        " ideas = excluded.ideas",
        {
            "me": sight.actor.id, "day": _day(sight), "all": sight.actor.sees_all, "commission": found.commission,
            "ideas": orjson.dumps(ideas[:_MOST]).decode(),
        },
    )  # fmt: skip


def last(sight: Sight) -> Found | None:
    """Those of today or the day before that still have what they are about; None where there are none."""
    row = sight.db.one(
        "SELECT commission, ideas FROM insight_sets"
        " WHERE owner_id = :me AND sees_all = :all AND found_on >= :since AND found_on <= :today",
        {
            "me": sight.actor.id, "all": sight.actor.sees_all, "since": _day(sight, _FRESH), "today": _day(sight),
        },
    )  # fmt: skip
    if row is None:
        return None
    ideas = [_idea(one) for one in orjson.loads(row[1])]
    if any(idea.rule == _FLEETING for idea in ideas):  # kept by an earlier version
        return None
    return Found(_named(sight, ideas), row[0])


def _day(sight: Sight, ago: timedelta = timedelta()) -> str:
    return (sight.now.astimezone(sight.zone).date() - ago).isoformat()


def _plain(idea: Idea) -> dict[str, Any]:
    found = {**vars(idea), "facts": kept(idea.facts), "proofs": [list(one) for one in idea.proofs]}
    if idea.subject is not None:
        found["subject"] = idea.subject[1]
    return found


def _idea(raw: dict[str, Any]) -> Idea:
    number = raw["subject"]
    return Idea(**{
        **raw, "kind": InsightKind(raw["kind"]), "confidence": Confidence(raw["confidence"]),
        "proofs": tuple(Proof(*one) for one in raw["proofs"]),
        "subject": None if number is None else (_PROPERTY, number, ""),
    })  # fmt: skip


def _named(sight: Sight, ideas: Sequence[Idea]) -> list[Idea]:
    names = _titles(sight, sorted({idea.subject[1] for idea in ideas if idea.subject is not None}))
    found = []
    for idea in ideas:
        if idea.subject is None:
            found.append(idea)
        elif (name := names.get(idea.subject[1])) is not None:
            subject = (_PROPERTY, idea.subject[1], name)
            found.append(replace(idea, subject=subject, facts={**idea.facts, "name": name}))
    return found


def _titles(sight: Sight, numbers: Sequence[int]) -> dict[int, str]:
    if not numbers:
        return {}
    params: dict[str, Any] = {}
    some = in_list("subject", numbers, params)
    rows = sight.db.all(
        f"SELECT p.id, p.title FROM properties p WHERE p.id IN {some} AND p.deleted_at IS NULL"
        f" AND {visible(sight.actor, params, 'p')}",
        params,
    )
    return {row[0]: row[1] for row in rows}
