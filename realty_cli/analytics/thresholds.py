"""Thresholds: what somebody wants to be told of, and from where on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from realty_cli.analytics.alert_kinds import Rule
from realty_cli.analytics.alert_look import addresses_of
from realty_cli.analytics.alert_own import effective, metric_rule, misplaced, own_of
from realty_cli.analytics.alert_record import THRESHOLD
from realty_cli.analytics.alert_rules import METRIC, RULES
from realty_cli.analytics.catalogue import METRICS
from realty_cli.analytics.kinds import AlertOperator, MetricUnit
from realty_cli.analytics.series_kinds import SERIES
from realty_cli.auth.policy import Act, require
from realty_cli.deals.ledger import Ledger
from realty_cli.errors import Conflict, FieldProblem, Invalid
from realty_cli.events.kinds import ReminderChannel
from realty_cli.kit.i18n import translator
from realty_cli.kit.periods import parse_period
from realty_cli.store.paging import NEWEST, By, Sorting
from realty_cli.store.rows import Rows

if TYPE_CHECKING:
    from realty_cli.analytics.service import Analytics

#: A part of a whole is no more than it: who writes 5 means 5 %. Ratios of two different things may be more, and none
#: of ours is ten.
_RATIOS = frozenset({
    "properties.pending_ratio", "properties.sale_to_list", "properties.sale_to_original", "properties.absorption_rate",
    "money.coverage_90d",
})  # fmt: skip
_LARGEST_SHARE, _LARGEST_RATIO = 1, 10
#: The chance below which counts are odd, where nobody says another one.
_ODD = RULES["count_drop"].value
_CHANGES = frozenset({AlertOperator.CHANGE_GT, AlertOperator.CHANGE_LT})
_SHARES = _CHANGES | {AlertOperator.ANOMALY}
_COUNTED = frozenset({MetricUnit.COUNT, MetricUnit.MONEY, MetricUnit.MONEY_PER_M2})


class Thresholds(Ledger):
    """Those of an actor. An administrator's bounds of metrics are about the whole agency."""

    kind = THRESHOLD
    sorting = Sorting({**NEWEST, "rule": By("rule", "text")})
    equal = ("owner_id", "rule")
    limits: ClassVar[Mapping[str, str]] = {}
    read, write = Act.ANALYTICS_READ, Act.ALERT_WRITE

    def __init__(self, analytics: Analytics) -> None:
        self.db, self.actor, self.clock = analytics.db, analytics.actor, analytics.clock
        self.rows = Rows(analytics.db, analytics.log, analytics.clock, self.kind)

    def complete(self, values: dict[str, Any]) -> None:
        values["owner_id"] = self.actor.id
        values.setdefault("rule", METRIC)
        for name in ("quiet_hours", "enabled"):
            values.setdefault(name, True)
        if values.get("operator") == AlertOperator.ANOMALY and values.get("value") is None:
            values["value"] = _ODD
        self._check(values)
        self._reached(values)
        self._alone(values, None)

    def change(self, before: Mapping[str, Any], changes: dict[str, Any]) -> None:
        after = {**before, **changes}
        if after["operator"] == AlertOperator.ANOMALY and after["value"] is None:
            changes["value"] = _ODD
        self._check({**after, **changes})
        if "channels" in changes:
            self._reached({**before, **changes})

    def returns(self, row: Mapping[str, Any]) -> None:
        self._alone(row, row["id"])

    def of_rule(self, rule: str) -> int | None:
        """The actor's own threshold of a rule."""
        require(self.actor, self.read)
        row = self.db.one(
            "SELECT id FROM alert_thresholds WHERE owner_id = :me AND rule = :rule AND deleted_at IS NULL",
            {"me": self.actor.id, "rule": rule},
        )
        return None if row is None else int(row[0])

    def twins(self, number: int) -> list[int]:
        """Other thresholds of the actor on the metric of one: two of them tell of the same thing twice."""
        require(self.actor, self.read)
        return [
            int(one)
            for (one,) in self.db.all(
                "SELECT o.id FROM alert_thresholds o JOIN alert_thresholds t ON t.owner_id = o.owner_id"
                " AND t.rule = o.rule AND t.metric = o.metric AND t.id <> o.id"
                " WHERE t.id = :id AND t.owner_id = :me AND o.deleted_at IS NULL ORDER BY o.id",
                {"id": number, "me": self.actor.id},
            )
        ]

    def rules(self, language: str) -> dict[str, Any]:
        """Every rule that everybody has, with the actor's own figures for it: see `AlertRules`."""
        require(self.actor, Act.ANALYTICS_READ)
        own, say = own_of(self.db).get(self.actor.id, {}), translator(language)
        items = []
        for rule in RULES.values():
            said = own.get(rule.key)
            his = effective(rule, said)
            items.append({
                "rule": rule.key, "title": say.text(rule.title), "unit": rule.unit.value,
                "operator": "gte" if rule.up else "lte", "value": _rounded(his.value),
                "severe_value": _rounded(his.severe_value), "clear_value": _rounded(his.clear_value),
                "severity": his.severity.value, "min_n": his.min_n,
                "daily": rule.daily, "default": rule.value, "threshold_id": None if said is None else said["id"],
                "enabled": said is None or said["enabled"],
            })  # fmt: skip
        return {"items": items, "total": len(items)}

    def _check(self, values: Mapping[str, Any]) -> None:
        if values["rule"] != METRIC:
            if values["rule"] not in RULES:
                raise Invalid.one("rule", "threshold.unknown_rule", rules=sorted(RULES))
            for name in ("metric", "operator", "period"):
                if values.get(name) is not None:
                    raise Invalid.one(name, "threshold.of_metric")
            self._same_side(RULES[values["rule"]], values)
            self._whole_enough(RULES[values["rule"]].unit, values)
            self._safe(effective(RULES[values["rule"]], _whole(values)))
            return
        if values.get("metric") is None:
            raise Invalid.one("metric", "threshold.needs_metric")
        if values["metric"] not in METRICS:
            raise Invalid.one("metric", "threshold.unknown_metric", metric=values["metric"])
        if values.get("operator") is None:
            raise Invalid.one("operator", "threshold.needs_operator")
        if values.get("value") is None:
            raise Invalid.one("value", "threshold.needs_value")
        if values["operator"] == AlertOperator.ANOMALY and not _is_counted(values["metric"]):
            raise Invalid.one("operator", "threshold.no_series", metric=values["metric"])
        if values.get("period") is not None:
            parse_period(values["period"], now=self.clock.now(), zone=ZoneInfo(self.actor.timezone))
        if values["operator"] in _CHANGES and abs(values["value"]) > 100:
            raise Invalid.one("value", "threshold.is_a_share")
        known = METRICS[values["metric"]].unit is MetricUnit.RATIO and values["operator"] != AlertOperator.ANOMALY
        most = _LARGEST_RATIO if values["metric"] in _RATIOS else _LARGEST_SHARE
        for name in ("value", "severe_value", "clear_value"):
            if known and values["operator"] not in _CHANGES and abs(values.get(name) or 0) > most:
                raise Invalid.one(name, "threshold.of_shares")
        if values["operator"] not in _SHARES:
            self._whole_enough(METRICS[values["metric"]].unit, values)
        self._safe(effective(metric_rule({**values, "id": 0}), _whole(values)))

    @staticmethod
    def _same_side(rule: Rule, values: Mapping[str, Any]) -> None:
        """A negative age, or an estimate that is undercut by something positive, would always hold or never. No day
        left is the last one."""
        none = rule.value > 0 and not rule.up
        for name in ("value", "severe_value"):
            value = values.get(name)
            if value is not None and rule.value and (value * rule.value < 0 or (value == 0 and not none)):
                code = "threshold.above_zero" if rule.value > 0 else "threshold.below_zero"
                raise Invalid.one(name, code)

    @staticmethod
    def _safe(rule: Rule) -> None:
        problems = [
            FieldProblem(name, f"threshold.{name}", {"value": _rounded(rule.value)}) for name in misplaced(rule)
        ]
        if problems:
            raise Invalid("invalid", problems)

    @staticmethod
    def _whole_enough(unit: MetricUnit, values: Mapping[str, Any]) -> None:
        """A part of one deal or of one rouble is a share that was meant of something else."""
        if unit not in _COUNTED:
            return
        for name in ("value", "severe_value", "clear_value"):
            if 0 < abs(values.get(name) or 0) < 1:
                raise Invalid.one(name, "threshold.of_counts")

    def _reached(self, values: Mapping[str, Any]) -> None:
        """What is to be told by a way that reaches nobody would be told to nobody."""
        ways = {ReminderChannel.APP.value, *addresses_of(self.db, values["owner_id"])}
        if missing := [one for one in values.get("channels") or () if one not in ways]:
            raise Invalid("invalid", [FieldProblem("channels", f"threshold.no_{one}") for one in missing])

    def _alone(self, values: Mapping[str, Any], number: int | None) -> None:
        """One of a rule."""
        if values["rule"] == METRIC:
            return
        row = self.db.one(
            "SELECT id FROM alert_thresholds WHERE owner_id = :owner AND rule = :rule AND deleted_at IS NULL",
            {"owner": values["owner_id"], "rule": values["rule"]},
        )
        if row is not None and row[0] != number:
            raise Conflict("threshold.exists", id=row[0], rule=values["rule"])


def _rounded(value: float | None) -> float | None:
    """A minute is no neat part of an hour."""
    return None if value is None else round(value, 6)


def _is_counted(metric: str) -> bool:
    return metric in SERIES and SERIES[metric].integer


def _whole(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**dict.fromkeys(THRESHOLD.columns), **values}
