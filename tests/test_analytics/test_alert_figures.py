"""Rules about figures: planted effects are found on both databases, and noise is left alone."""

from __future__ import annotations

import ast
import random
import re
import shlex
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from realty_cli.analytics import insight_facts, insight_figures
from realty_cli.analytics.alert_figures import has_holidays
from realty_cli.analytics.alert_kinds import Finding, reads
from realty_cli.analytics.alert_listings import quantile
from realty_cli.analytics.alert_rules import RULES
from realty_cli.analytics.kinds import Severity
from realty_cli.cli.main import app
from realty_cli.events.schemas.settings import CalendarSettingsUpdate
from realty_cli.kit.clock import stamp
from realty_cli.kit.schema import validate
from tests.test_analytics.agencies import fill as fill_agency
from tests.test_analytics.test_alerts import Planted, planted, quick

__all__ = ["planted", "quick"]

#: A Thursday of autumn: no holidays for weeks.
AUTUMN = datetime(2026, 9, 17, 9, 0, tzinfo=UTC)


def instances(planted: Planted, *found: tuple[float, str, int | None]) -> None:
    """Showings so many days ago, of a status, at a listing."""

    def act(work: Any) -> None:
        ids = work.db.next_ids("event_instances", len(found))
        names = ["id", "event_id", "owner_id", "start_time", "end_time", "local_date", "all_day", "busy", "soft",
                 "property_id", "event_type", "status"]  # fmt: skip
        rows = []
        for number, (days, status, listing) in zip(ids, found, strict=True):
            start = planted.agency.clock.now() - timedelta(days=days)
            end = start + timedelta(hours=1)
            rows.append([number, 1, planted.me, stamp(start), stamp(end), start.date().isoformat(), False, True, False,
                         listing, "showing", status])  # fmt: skip
        work.db.insert("event_instances", names, rows)

    planted.agency.do(act)


def told(planted: Planted) -> dict[str, list[dict[str, Any]]]:
    planted.check(figures=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for one in planted.active(limit=100)["items"]:
        found.setdefault(one["rule"], []).append(one)
    return found


def ago(planted: Planted, days: float) -> str:
    return stamp(planted.agency.clock.now() - timedelta(days=days))


def test_listings_and_deals_that_stand(planted: Planted) -> None:
    planted.agency.clock.moment = AUTUMN
    stale = planted.put("properties", listed_at=ago(planted, 100))
    reduced = planted.put("properties", listed_at=ago(planted, 100))
    shown = planted.put("properties", listed_at=ago(planted, 30))
    fresh = planted.put("properties", listed_at=ago(planted, 10))
    stuck, moved = (planted.put("deals", days=days) for days in (40, 10))

    def act(work: Any) -> None:
        operation = work.log.operation()
        at = ago(planted, 5)
        work.db.insert(
            "property_prices",
            ["id", "property_id", "old_price", "new_price", "currency", "effective_at", "recorded_at", "operation_id"],
            [[1, reduced, 100, 90, "RUB", at, at, operation]],
        )
        rows = [[deal, deal, "lead", "reserved", ago(planted, days), at, operation] for deal, days in
                ((stuck, 40), (moved, 10))]  # fmt: skip
        names = ["id", "deal_id", "old_stage", "new_stage", "effective_at", "recorded_at", "operation_id"]
        work.db.insert("deal_stages", names, rows)

    planted.agency.do(act)
    # An offer at an earlier price is answered by the reduction; one at this price is what is waited for.
    answered, offered = (planted.put("properties", listed_at=ago(planted, 30)) for _ in range(2))
    lowered = ago(planted, 9.5)
    price = ("property_id", "old_price", "new_price", "currency", "effective_at", "recorded_at", "operation_id")
    planted.agency.do(lambda work: work.db.insert(
        "property_prices", ["id", *price], [[2, answered, 100, 90, "RUB", lowered, lowered, work.log.operation()]]
    ))  # fmt: skip
    for listing, days in ((answered, 12), (offered, 6)):
        planted.put("offers", property_id=listing, at=ago(planted, days), amount=1, currency="RUB", status="made")
    for listing in (answered, offered):
        instances(planted, *[(9 - one / 2, "completed", listing) for one in range(10)])
    instances(planted, *[(9 - one / 2, "completed", shown) for one in range(10)], (1, "cancelled", stale))
    found = told(planted)
    assert [one["subject"]["id"] for one in found["listing_stale"]] == [stale]
    assert sorted(one["subject"]["id"] for one in found["listing_no_showings"]) == [stale, reduced]
    assert sorted(one["subject"]["id"] for one in found["listing_many_showings"]) == [shown, answered]
    assert [one["subject"]["id"] for one in found["deal_stuck"]] == [stuck]
    assert fresh
    assert "100 days" in found["listing_stale"][0]["message"]


def test_a_plan_that_cannot_be_reached(planted: Planted) -> None:
    planted.agency.clock.moment = AUTUMN
    planted.put("targets", scope="agency", metric="gci", period="month", starts_on="2026-09-01", ends_on="2026-09-30",
                value=100_000_000, currency="RUB")  # fmt: skip
    (behind,) = told(planted)["plan_behind"]
    assert behind["value"] == 0
    deal = planted.put("deals", stage="contract", expected_close="2026-09-25", days=1)
    planted.put("commissions", deal_id=deal, amount=120_000_000)
    assert "plan_behind" not in told(planted)
    planted.agency.clock.moment = datetime(2026, 9, 8, 9, 0, tzinfo=UTC)
    planted.agency.do(lambda work: work.db.run("DELETE FROM commissions"))
    assert "plan_behind" not in told(planted)


def test_prices_that_like_listings_do_not_suggest(planted: Planted) -> None:
    planted.agency.clock.moment = AUTUMN
    draw = random.Random(2)
    where = {"city": "Москва", "district": "Центр", "rooms": 2, "latitude": 55.75, "longitude": 37.61}
    for number in range(30):
        area = draw.uniform(45, 65)
        price = round(area * draw.uniform(195_000, 205_000)) * 100
        planted.put("properties", listed_at=ago(planted, 9), area_total=area, price=price, house=str(number), **where)
    dear = planted.put("properties", listed_at=ago(planted, 9), area_total=55.0, price=1_650_000_000, **where)
    cheap = planted.put("properties", listed_at=ago(planted, 9), area_total=56.0, price=200_000_000, **where)
    planted.put("properties", listed_at=ago(planted, 9), area_total=57.0, price=None, **where)
    found = told(planted)
    assert [one["subject"]["id"] for one in found["price_over_comps"]] == [dear]
    # The dearest five are tried, so the cheap one is not among them.
    assert "price_under_comps" not in found
    planted.agency.do(lambda work: work.db.run("UPDATE properties SET status = 'reserved' WHERE id < 30"))
    found = told(planted)
    assert [(one["subject"]["id"], one["severity"]) for one in found["price_under_comps"]] == [(cheap, "critical")]
    ideas = planted.agency.ask(lambda work: work.analytics.insights.recommendations("en", limit=20))["items"]
    assert dear in [one["subject"]["id"] for one in ideas if one["rule"] == "overpriced"]


def test_shares_and_gaps(planted: Planted) -> None:
    planted.agency.clock.moment = AUTUMN
    instances(planted, *[(one, "no_show" if one < 13 else "completed", None) for one in range(1, 30)])
    client = planted.put("clients")
    at = ago(planted, 35)
    planted.put("leads", 32, days=40, client_id=client, first_response_at=at, stage="contacted", source="Циан")
    planted.put("leads", 32, days=5, client_id=client, stage="contacted", closed_at=ago(planted, 1))
    found = told(planted)
    (rate,) = found["no_show_rate"]
    assert rate["evidence"] == {"k": 12, "n": 29}
    (shift,) = found["ratio_shift"]
    assert shift["severity"] == "info"
    assert "32 of 32" in shift["message"]
    (gap,) = found["data_quality"]
    assert gap["evidence"]["k"] == 32
    for own in ({"rule": "no_show_rate", "min_n": 30}, {"rule": "ratio_shift", "min_n": 33},
                {"rule": "data_quality", "value": 0.6, "clear_value": 0.55}):  # fmt: skip
        planted.threshold(**own)
    assert not {"no_show_rate", "ratio_shift", "data_quality"} & told(planted).keys(), "his own figures hold"
    assert {one["severity"] for some in found.values() for one in some} <= {"info", "warning"}


def test_a_drop_is_told_but_not_of_long_holidays(planted: Planted) -> None:
    planted.agency.clock.moment = AUTUMN
    monday = AUTUMN - timedelta(days=3)
    week = lambda at: (AUTUMN - at) / timedelta(days=1)  # noqa: E731
    draw = random.Random(3)
    many = [
        (week(monday - timedelta(weeks=back) + timedelta(days=draw.uniform(0, 6.5))), "completed", None)
        for back in range(1, 31) for _ in range(draw.randint(1, 2) if back <= 4 else draw.randint(6, 10))
    ]  # fmt: skip
    assert planted.event(50, 51, event_type="meeting") == 1, "what the instances are of"
    instances(planted, *many)
    planted.threshold(metric="events.showings", operator="anomaly", value=0.05)
    found = told(planted)
    assert len(found.pop(next(key for key in found if key.startswith("metric:")))) == 1
    assert [one["severity"] for one in found["count_drop"]] == ["warning"]
    assert "count_jump" not in found
    planted.agency.do(lambda work: work.db.run("DELETE FROM alerts"))
    assert has_holidays(datetime(2026, 1, 20, tzinfo=UTC).date())
    assert has_holidays(datetime(2026, 5, 3, tzinfo=UTC).date())
    assert not has_holidays(AUTUMN.date())


def test_days_off_of_ones_own_make_no_drop(quick: Planted) -> None:
    quick.agency.clock.moment = AUTUMN
    quick.agency.add_account("boris")
    quick.event(50, 51, event_type="meeting")
    quick.me = quick.agency.ask(lambda work: work.actor.id, "boris")
    instances(quick, *[(3 + 7 * back + one, "completed", None) for back in range(30)
                       for one in range(1 if back < 4 else 6)])  # fmt: skip

    def drops() -> set[str]:
        quick.check(figures=True)
        return {one["rule"] for one in quick.active("boris", limit=100)["items"]} & {"count_drop"}

    assert drops() == {"count_drop"}
    quick.agency.do(lambda work: work.db.run("DELETE FROM alerts"))
    off = [{"day": (AUTUMN - timedelta(days=days)).date().isoformat(), "working": False} for days in (5, 6, 9)]
    wishes = validate(CalendarSettingsUpdate, {"days": off})
    quick.agency.do(lambda work: work.calendar_settings.plan(wishes), user="boris")
    assert drops() == set()


def test_steady_counts_are_left_alone(quick: Planted) -> None:
    quick.agency.clock.moment = AUTUMN
    draw = random.Random(5)
    instances(quick, *[(draw.uniform(1, 250), "completed", None) for _ in range(400)])
    assert not {"count_drop", "count_jump", "ratio_shift"} & told(quick).keys()


def test_figures_are_tried_once_a_day(quick: Planted) -> None:
    quick.agency.clock.moment = AUTUMN
    quick.put("properties", listed_at=ago(quick, 100))
    assert quick.check(figures=None)["fired"] == 3, "the store has no backup either"
    quick.agency.do(lambda work: work.db.run("UPDATE properties SET status = 'withdrawn'"))
    assert quick.check(figures=None)["resolved"] == 0
    quick.agency.clock.advance(days=1)
    assert quick.check(figures=None)["resolved"] == 2


@pytest.mark.parametrize("seed", [1])
def test_random_agencies_stand_it(planted: Planted, seed: int) -> None:
    fill_agency(planted.agency, seed, 60)
    first = planted.check(figures=True)
    assert first["fired"] > 5
    again = planted.check(figures=True)
    assert (again["fired"], again["resolved"]) == (0, 0)
    for user in ("anna", "boris"):
        for language in ("en", "ru"):
            for one in planted.active(user, language, limit=100)["items"]:
                assert one["message"]
                assert "{" not in one["message"] + one["command"], one
            body = planted.agency.ask(
                lambda work, language=language: work.analytics.insights.recommendations(language, limit=20), user
            )
            for one in body["items"]:
                assert "{" not in one["text"], one


def test_no_rule_about_figures_is_critical() -> None:
    """But for a price that looks like a slip of the pen, which is about one object."""
    for rule in RULES.values():
        if rule.daily:
            assert rule.severity is not Severity.CRITICAL
            assert rule.severe_value is None or rule.severity is Severity.INFO
            assert rule.severest is None or rule.key == "price_under_comps"
    for name in ("count_drop", "count_jump"):
        severities = [reads(RULES[name], Finding(1, "agency", None, one, {})).severity for one in (0.04, 0.009)]
        assert severities == [Severity.INFO, Severity.WARNING]


def test_survival() -> None:
    assert quantile([(1, True), (2, True), (3, True), (4, True)], 0.5) == 2
    assert quantile([(1, False), (2, True), (3, False), (4, True)], 0.75) == 4
    assert quantile([(1, True), (9, False), (9, False)], 0.5) is None


def test_every_command_that_acts_is_one() -> None:
    """Those of rules and of insights: there is such a command, and it has these options."""
    found = {rule.command for rule in RULES.values()}
    for module in (insight_facts, insight_figures):
        tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
        texts = (
            "".join(part.value if isinstance(part, ast.Constant) else "1" for part in node.values)
            if isinstance(node, ast.JoinedStr)
            else node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.JoinedStr | ast.Constant)
        )
        found |= {text for text in texts if isinstance(text, str) and text.startswith("realty ")}
    assert len(found) > 25
    runner = CliRunner()
    for command in sorted(found):
        words = shlex.split(command)[1:]
        plain = [word for word in words if re.fullmatch(r"[a-z_-]+", word) and not word.startswith("-")]
        pages = (runner.invoke(app, [*plain[:depth], "--help"]) for depth in (3, 2))
        page = next((one.output for one in pages if one.exit_code == 0), "")
        assert page, command
        # Words that are left over are arguments, and not the name of a command that is missing.
        assert "COMMAND [ARGS]" not in page, command
        assert all(word in page for word in words if word.startswith("--")), command
