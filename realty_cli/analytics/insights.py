"""Insights: what is suggested to an actor, the most worth doing first. Whoever asks for them has them found anew; on a
dashboard stand those that were found last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from realty_cli.analytics import insight_figures, insight_reading, insight_sets
from realty_cli.analytics.alert_words import written
from realty_cli.analytics.insight_facts import RULES, Sight
from realty_cli.analytics.insight_kinds import WEIGHTS, Idea, worth_telling
from realty_cli.analytics.insight_sets import Found
from realty_cli.analytics.kinds import Confidence
from realty_cli.auth.policy import Act, allows, require
from realty_cli.clients.requests import RequestService
from realty_cli.clients.service import ClientService
from realty_cli.errors import NotFound
from realty_cli.kit.clock import stamp
from realty_cli.kit.i18n import Translator, translator
from realty_cli.kit.i18n import mark as _

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

#: What was put aside comes back when its measure has changed by so much, and is forgotten after so long.
_CHANGED, _KEPT = 0.25, timedelta(days=180)
#: A rule of which so many different insights were put aside says nothing more.
_MUTED = 3
#: What a deal is taken to bring where nothing is known of own ones, for the order alone.
_USUAL = 100_000.0
_VALID = timedelta(days=7)
_WORDS = insight_figures.WORDS


class Insights:
    def __init__(self, analytics: Analytics) -> None:
        self.analytics = analytics
        self.db, self.actor, self.clock = analytics.db, analytics.actor, analytics.clock

    def recommendations(self, language: str, *, limit: int = 5) -> dict[str, Any]:
        """The `limit` most worth doing of all that was found: see `Insights` of the schemas."""
        require(self.actor, Act.ANALYTICS_READ)
        sight = self._sight()
        return self._answer(Found(self._ideas(sight), sight.commission), sight, language, limit)

    def latest(self, language: str, *, limit: int = 5) -> dict[str, Any]:
        """The same of those that were found last, or anew where that is too long ago."""
        require(self.actor, Act.ANALYTICS_READ)
        sight = self._sight()
        found = insight_sets.last(sight) if self._is_whole else None
        return self._answer(found or self.sought(), sight, language, limit)

    def are_due(self) -> bool:
        """Whether there is nothing that `latest` may show, and the actor may keep what he finds: a key that only reads
        leaves nothing behind."""
        return self._may_keep and insight_sets.last(self._sight()) is None

    def sought(self) -> Found:
        """Everything that is suggested now, put aside or not, in order; to be kept. Apart from that, as `find` is."""
        require(self.actor, Act.ANALYTICS_READ)
        sight = self._sight()
        return Found(_ordered(self._ideas(sight), sight.commission), sight.commission)

    def keep(self, found: Found) -> None:
        """For `latest`, where the actor may."""
        if self._may_keep:
            insight_sets.keep(self._sight(), found)

    @property
    def _is_whole(self) -> bool:
        """Whether the actor sees everything of his own."""
        return allows(self.actor, Act.CLIENT_READ)

    @property
    def _may_keep(self) -> bool:
        return self._is_whole and allows(self.actor, Act.ALERT_WRITE)

    def _answer(self, found: Found, sight: Sight, language: str, limit: int) -> dict[str, Any]:
        aside, muted = self._put_aside()
        ideas = _ordered(
            (idea for idea in found.ideas if idea.rule not in muted and not _is_aside(idea, aside.get(idea.key))),
            found.commission,
        )
        items = [self._shown(idea, sight, found.commission, language) for idea in ideas[:limit]]
        return {"items": items, "total": len(ideas), "muted": sorted(muted)}

    def find(self, key: str) -> Idea:
        """The insight of a fingerprint, to be put aside. Apart from the act: to find it takes longer than a writer
        should hold up others."""
        require(self.actor, Act.ALERT_WRITE)
        idea = next((one for one in self._ideas(self._sight()) if one.key == key), None)
        if idea is None:
            raise NotFound("insight.not_found", id=key[:100])
        return idea

    def dismiss(self, idea: Idea, *, note: str | None = None) -> None:
        """Put an insight aside until what it rests on has changed by a quarter."""
        require(self.actor, Act.ALERT_WRITE)
        (number,) = self.db.next_ids("insight_feedback", 1)
        self.db.insert(
            "insight_feedback", ("id", "owner_id", "rule", "fingerprint", "measure", "note", "at"),
            [[number, self.actor.id, idea.rule, idea.key, idea.measure, note, stamp(self.clock.now())]],
        )  # fmt: skip

    def _sight(self) -> Sight:
        settings = self.analytics.settings
        clients = ClientService(self.db, self.actor, self.clock, settings, self.analytics.log)
        return Sight(self.db, self.actor, self.clock.now(), settings.currency, RequestService(clients))

    def _ideas(self, sight: Sight) -> list[Idea]:
        facts = [idea for rule in RULES for idea in rule(sight)] if allows(self.actor, Act.CLIENT_READ) else []
        return worth_telling([*facts, *insight_reading.tried(sight, self.analytics)])

    def _put_aside(self) -> tuple[dict[str, float], set[str]]:
        """The measures of what was put aside lately, by fingerprint, and the rules that were put aside too often."""
        rows = self.db.all(
            "SELECT rule, fingerprint, measure FROM insight_feedback WHERE owner_id = :me AND at >= :since ORDER BY id",
            {"me": self.actor.id, "since": stamp(self.clock.now() - _KEPT)},
        )
        aside = {key: measure for _rule, key, measure in rows}
        times = Counter(rule for rule, _key in {(rule, key) for rule, key, _measure in rows})
        return aside, {rule for rule, count in times.items() if count >= _MUTED}

    def _shown(self, idea: Idea, sight: Sight, commission: float | None, language: str) -> dict[str, Any]:
        say = translator(language)
        facts = _facts(idea, sight, say)
        text = say.text(idea.text, **facts)
        if idea.confidence is Confidence.LOW:
            text = say.text(_("Perhaps: {text}"), text=text)
        kind, number, title = idea.subject or (None, None, None)
        return {
            "id": idea.key, "rule": idea.rule, "kind": idea.kind.value, "title": say.text(idea.title), "text": text,
            "subject": None if idea.subject is None else {"type": kind, "id": number, "title": title},
            "evidence": [
                {
                    "label": say.text(one.label), "value": one.value, "baseline": one.baseline, "n": one.n,
                    "low": one.low, "high": one.high, "unit": one.unit,
                }
                for one in idea.proofs
            ],
            "impact": _impact(idea, commission, sight.currency, say), "confidence": idea.confidence.value,
            "priority": round(_priority(idea, commission), 2),
            "action": {"verb": say.text(idea.verb), "command": idea.command},
            "valid_until": stamp(sight.now + _VALID),
        }  # fmt: skip


def _ordered(ideas: Iterable[Idea], commission: float | None) -> list[Idea]:
    """The most worth doing first, and the first of every rule before the second of any: five hours of the week are one
    piece of advice."""
    found = sorted(ideas, key=lambda idea: (-_priority(idea, commission), idea.key))
    seen: Counter[str] = Counter()
    placed = []
    for idea in found:
        placed.append((seen[idea.rule], idea))
        seen[idea.rule] += 1
    return [idea for _place, idea in sorted(placed, key=lambda one: one[0])]


def _is_aside(idea: Idea, measure: float | None) -> bool:
    return measure is not None and abs(idea.measure - measure) < max(_CHANGED * abs(measure), 1e-9)


def _priority(idea: Idea, commission: float | None) -> float:
    """Roubles a month, by how sure it is, over what it takes."""
    amount = idea.amount if idea.amount is not None else idea.deals * (commission or _USUAL)
    return amount * WEIGHTS[idea.confidence] / idea.effort


def _impact(idea: Idea, commission: float | None, currency: str, say: Translator) -> dict[str, Any] | None:
    if not idea.basis:
        return None
    if idea.amount is None and commission is None:
        return {"amount": round(idea.deals, 3), "unit": "deals", "currency": None, "basis": say.text(idea.basis)}
    amount = idea.amount if idea.amount is not None else idea.deals * (commission or 0)
    return {"amount": round(amount, 2), "unit": "money", "currency": currency, "basis": say.text(idea.basis)}


def _facts(idea: Idea, sight: Sight, say: Translator) -> Mapping[str, Any]:
    shown = {name: say.text(value) if name in _WORDS else value for name, value in idea.facts.items()}
    currency = idea.facts.get("currency") or sight.currency
    for name, kind in idea.shows.items():
        shown[name] = written(kind, shown[name], currency, sight.zone, say.language)
    return shown
