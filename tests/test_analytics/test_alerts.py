"""Alerts over a real store: what the rules find, what becomes of it, whom it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from realty_cli.analytics.alert_record import COLUMNS, THRESHOLD
from realty_cli.analytics.alert_rules import RULES
from realty_cli.analytics.schemas.alerts import ThresholdCreate, ThresholdUpdate
from realty_cli.analytics.tables import AlertRow, AlertThresholdRow
from realty_cli.errors import Conflict, Invalid, NotFound, Stale
from realty_cli.events.schemas.settings import NotificationSettingsUpdate
from realty_cli.kit.clock import stamp
from realty_cli.kit.schema import validate
from realty_cli.store import columns
from tests.conftest import Agency
from tests.test_auth.people import letters

#: Tuesday noon in Moscow.
NOON = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
_PLAIN = {
    "clients": {"name": "Иванов", "kind": "person", "stage": "lead"},
    "leads": {"side": "buyer", "stage": "new", "currency": "RUB", "client_id": 1},
    "deals": {"title": "Лесная 7", "kind": "sale", "side": "seller", "stage": "reserved", "currency": "RUB"},
    "commissions": {"payer": "buyer", "currency": "RUB"},
    "properties": {
        "title": "Двушка на Лесной", "property_type": "apartment", "deal_type": "sale", "status": "active",
        "currency": "RUB", "price": 1_000_000_000,
    },
}  # fmt: skip


class Planted:
    """Rows of one agency, put in without the rules of the services."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency
        self.me: int = agency.ask(lambda work: work.actor.id)

    def put(self, table: str, times: int = 1, *, days: float = 0, hours: float = 0, **values: Any) -> int:
        """Rows entered so long ago; gives the number of the first."""
        at = stamp(self.agency.clock.now() - timedelta(days=days, hours=hours))
        row = {"owner_id": self.me, "version": 1, "created_at": at, "updated_at": at, **_PLAIN.get(table, {}), **values}

        def act(work: Any) -> int:
            ids = work.db.next_ids(table, times)
            work.db.insert(table, ["id", *row], [[number, *row.values()] for number in ids])
            return int(ids[0])

        found: int = self.agency.do(act)
        return found

    def put_party(self, deal: int, client: int) -> None:
        def act(work: Any) -> None:
            (number,) = work.db.next_ids("deal_parties", 1)
            row = [number, deal, client, "seller", 0]
            work.db.insert("deal_parties", ["id", "deal_id", "client_id", "role", "position"], [row])

        self.agency.do(act)

    def event(self, start: float, end: float, **values: Any) -> int:
        """An event from and to so many hours from now."""
        from realty_cli.events.repository import EventRows
        from tests.test_events.test_instances import event

        begins, ends = (self.agency.clock.now() + timedelta(hours=one) for one in (start, end))
        local = [(one + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M:%S") for one in (begins, ends)]
        more = {"owner_id": self.me, "start_time": stamp(begins), "end_time": stamp(ends), "end": local[1], **values}
        row = event(f"{begins}{values}", local[0], **more)
        found: int = self.agency.do(lambda work: EventRows(work.db, work.log, work.clock).insert([row])[0])
        return found

    def check(self, **how: Any) -> dict[str, Any]:
        return self.agency.realty.check_alerts(**({"figures": False} | how))

    def active(self, user: str = "anna", language: str = "en", **how: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.agency.ask(lambda work: work.analytics.alerts.active(language, **how), user)
        return found

    def rules(self, user: str = "anna") -> list[tuple[str, str]]:
        return [(one["rule"], one["severity"]) for one in self.active(user, limit=100)["items"]]

    def threshold(self, **values: Any) -> dict[str, Any]:
        data = validate(ThresholdCreate, values)
        found: dict[str, Any] = self.agency.do(lambda work: work.analytics.thresholds.create(data))
        return found


@pytest.fixture
def planted(agency: Agency) -> Planted:
    agency.clock.moment = NOON
    return Planted(agency)


@pytest.fixture
def quick(sqlite_agency: Agency) -> Planted:
    sqlite_agency.clock.moment = NOON
    return Planted(sqlite_agency)


def test_an_empty_agency_has_no_alerts(planted: Planted) -> None:
    counts = {"fired": 0, "resolved": 0, "open": 0, "letters": 0}
    assert planted.check(figures=True) == counts
    assert planted.active() == {
        "items": [], "total": 0, "limit": 20, "offset": 0, "by_severity": {"critical": 0, "warning": 0, "info": 0},
        "in_digest": 0,
    }  # fmt: skip


def test_facts_and_deadlines_are_found_and_clear_when_something_is_done(planted: Planted) -> None:
    put, day = planted.put, lambda days: (NOON + timedelta(days=days)).date().isoformat()
    client = put("clients")
    lead = put("leads", hours=1, client_id=client)
    put("leads", hours=0.2, client_id=client)
    hot = put("leads", days=4, client_id=client, stage="qualified", temperature="hot")
    put("leads", days=4, client_id=client, stage="qualified", temperature="warm")
    deal = put("deals", deposit=5_000_000, deposit_due=day(-1), expected_close=day(-2), amount=900_000_000,
               mortgage_status="approved", mortgage_until=day(5), reserved_until=day(0))  # fmt: skip
    put("deals", stage="closed", expected_close=day(-2))
    put("commissions", deal_id=deal, amount=20_000_000, due_on=day(-31))
    flat = put("properties", exclusive_until=day(3))
    put("properties", exclusive_until=day(20))
    planted.event(2, 3, title="Показ")
    planted.event(2.5, 4, title="Встреча", event_type="meeting")
    past = planted.event(-30, -29, title="Прошлый")
    assert planted.check()["fired"] == 11
    assert sorted(planted.rules()) == [
        ("agreement_expiring", "critical"), ("commission_overdue", "critical"), ("deal_date_slip", "critical"),
        ("deposit_deadline", "critical"), ("event_conflict", "critical"), ("event_no_outcome", "info"),
        ("event_unconfirmed", "warning"), ("lead_unanswered", "warning"), ("lead_untouched", "warning"),
        ("mortgage_expiring", "warning"), ("reservation_ending", "critical"),
    ]  # fmt: skip
    assert planted.check() == {"fired": 0, "resolved": 0, "open": 11, "letters": 0}, "the same again changes nothing"
    shown = {one["rule"]: one for one in planted.active("anna", "ru", limit=100)["items"]}
    assert shown["lead_unanswered"]["subject"] == {"type": "lead", "id": lead, "title": "Иванов"}
    assert shown["lead_unanswered"]["command"] == f"realty clients log {client} call --lead {lead}"
    assert shown["lead_untouched"]["subject"]["id"] == hot
    assert shown["commission_overdue"]["command"].startswith(f"realty deals pay {deal} --line ")
    assert "200" in shown["commission_overdue"]["message"]
    assert [one["rule"] for one in planted.active(limit=100)["items"]][-1] in ("event_no_outcome", "mortgage_expiring")

    def settle(work: Any) -> None:
        for table, values in (
            ("leads", f"first_response_at = '{stamp(NOON)}', stage = 'contacted'"),
            ("deals", "deposit_paid_at = created_at, expected_close = NULL"),
            ("commissions", "paid_at = created_at"),
            ("properties", f"exclusive_until = '{day(90)}'"),
            ("event_instances", "status = 'completed'"),
        ):
            work.db.run(f"UPDATE {table} SET {values}")
        work.db.run("UPDATE events SET deleted_at = created_at WHERE id = :id", {"id": past})

    planted.agency.do(settle)
    planted.agency.clock.advance(minutes=5)
    assert planted.check()["resolved"] == 7
    reasons = dict(planted.agency.ask(lambda work: work.db.all("SELECT rule, resolved_reason FROM alerts")))
    assert (reasons["event_no_outcome"], reasons["agreement_expiring"]) == ("gone", "cleared")
    assert flat


def test_only_working_time_counts_against_an_answer(quick: Planted) -> None:
    quick.agency.clock.moment = datetime(2026, 3, 9, 19, 0, tzinfo=UTC)  # ten at night
    client = quick.put("clients")
    quick.put("leads", client_id=client)
    quick.agency.clock.moment = datetime(2026, 3, 10, 6, 10, tzinfo=UTC)  # ten past nine
    assert quick.check()["fired"] == 0
    quick.agency.clock.advance(minutes=6)
    assert quick.check()["fired"] == 1
    quick.agency.clock.advance(hours=2)
    quick.check()
    assert quick.rules() == [("lead_unanswered", "critical")]


def test_seen_and_put_off(planted: Planted) -> None:
    client = planted.put("clients")
    planted.put("leads", days=8, client_id=client, stage="qualified")
    planted.check()
    (alert,) = planted.active()["items"]
    ack = planted.agency.do(
        lambda work: work.analytics.alerts.acknowledge(alert["id"], "en", note="позвоню", expected_version=1)
    )
    assert (ack["state"], ack["note"], ack["acknowledged_by"]) == ("acknowledged", "позвоню", planted.me)
    with pytest.raises(Stale):
        planted.agency.do(lambda work: work.analytics.alerts.acknowledge(alert["id"], "en", expected_version=1))
    planted.agency.clock.advance(days=1)
    assert planted.check()["fired"] == 0
    planted.agency.clock.advance(days=1)  # ten days of seven: a quarter worse
    assert planted.check()["fired"] == 1
    until = stamp(planted.agency.clock.now() + timedelta(days=1))
    planted.agency.do(lambda work: work.analytics.alerts.snooze(alert["id"], until, "en"))
    assert planted.active()["total"] == 0
    planted.agency.clock.advance(hours=12)
    assert planted.check()["fired"] == 0
    planted.agency.clock.advance(hours=13)
    assert planted.check()["fired"] == 1
    assert planted.active()["items"][0]["count"] == 3
    with pytest.raises(Invalid):
        planted.agency.do(lambda work: work.analytics.alerts.snooze(alert["id"], until, "en"))
    planted.agency.do(lambda work: work.db.run("UPDATE leads SET closed_at = created_at"))
    assert planted.check()["resolved"] == 1
    with pytest.raises(Conflict):
        planted.agency.do(lambda work: work.analytics.alerts.acknowledge(alert["id"], "en"))
    planted.agency.do(lambda work: work.db.run("UPDATE leads SET closed_at = NULL"))
    planted.check()
    again = planted.active()["items"][0]
    assert (again["id"], again["count"]) == (alert["id"], 4), "within the cooldown it is the same"


def test_names_are_not_kept(quick: Planted) -> None:
    client = quick.put("clients")
    quick.put("leads", hours=1, client_id=client)
    quick.check()
    assert "Иванов" in quick.active()["items"][0]["message"]
    assert "Иванов" not in str(quick.agency.ask(lambda work: work.db.all("SELECT * FROM alerts")))
    quick.agency.do(lambda work: work.db.run("UPDATE clients SET name = 'Стёрт'"))
    assert "Стёрт" in quick.active()["items"][0]["message"]


def test_everybody_sees_his_own(quick: Planted) -> None:
    quick.agency.add_account("boris")
    boris = quick.agency.ask(lambda work: work.actor.id, "boris")
    day = (NOON - timedelta(days=3)).date().isoformat()
    quick.put("deals", expected_close=day)
    theirs = quick.put("deals", owner_id=boris, expected_close=day)
    quick.check()
    assert [one["subject"]["id"] for one in quick.active("boris")["items"]] == [theirs]
    assert (quick.active()["total"], quick.active(mine=True)["total"]) == (2, 1)
    mine = quick.active(mine=True)["items"][0]["id"]
    with pytest.raises(NotFound):
        quick.agency.do(lambda work: work.analytics.alerts.acknowledge(mine, "en"), user="boris")


def test_five_a_day_one_letter_and_none_at_night(quick: Planted) -> None:
    quick.agency.do(
        lambda work: work.db.run(
            "UPDATE accounts SET trusted_email = 'a@example.com', trusted_email_key = 'a@example.com'"
        )
    )
    quick.agency.clock.moment = datetime(2026, 3, 9, 20, 0, tzinfo=UTC)
    client = quick.put("clients")
    for _ in range(8):
        quick.put("leads", days=9, client_id=client, stage="qualified")
    assert quick.check() == {"fired": 8, "resolved": 0, "open": 8, "letters": 0}
    assert quick.active()["in_digest"] == 3
    quick.agency.clock.moment = datetime(2026, 3, 10, 6, 1, tzinfo=UTC)
    assert quick.check()["letters"] == 1
    assert quick.check()["letters"] == 0
    day = (NOON - timedelta(days=3)).date().isoformat()
    quick.put("deals", expected_close=day)
    assert quick.check()["letters"] == 1, "what is critical is told whatever was told before"
    first, second = letters(quick.agency)
    assert "5 новых" in first or "5 new alerts" in first
    assert f"realty clients log {client} call --lead" in first
    assert "Лесная 7" in second


def test_alerts_are_told_by_the_ways_that_are_chosen(quick: Planted) -> None:
    def outbox() -> list[tuple[str, str, int]]:
        rows = quick.agency.ask(
            lambda work: work.db.all(
                "SELECT channel, recipient, params FROM outbox WHERE template = 'alerts' ORDER BY id"
            )
        )
        return [(channel, to, len(orjson.loads(params)["alert_ids"])) for channel, to, params in rows]

    def account(**values: Any) -> None:
        names = ", ".join(f"{name} = :{name}" for name in values)
        quick.agency.do(lambda work: work.db.run(f"UPDATE accounts SET {names}", values))

    def late_deal() -> None:
        quick.put("deals", expected_close=(NOON - timedelta(days=3)).date().isoformat())
        quick.check()

    for way in ("email", "telegram"):
        with pytest.raises(Invalid) as refused:
            quick.threshold(rule="deal_date_slip", channels=["app", way])
        assert [(one.field, one.code) for one in refused.value.fields] == [("channels", f"threshold.no_{way}")]
    account(telegram_id=77)
    late_deal()
    assert outbox() == [("telegram", "77", 1)]
    account(trusted_email="a@example.com", trusted_email_key="a@example.com")
    late_deal()
    assert outbox()[1:] == [("email", "a@example.com", 1)], "the first way that reaches him, and no other"
    wishes = validate(NotificationSettingsUpdate, {"channels": ["telegram", "email"]})
    quick.agency.do(lambda work: work.calendar_settings.tell(wishes))
    late_deal()
    assert outbox()[2:] == [("telegram", "77", 1)]
    quick.threshold(rule="deal_date_slip", channels=["email", "telegram"])
    late_deal()
    assert sorted(outbox()[3:]) == [("email", "a@example.com", 1), ("telegram", "77", 1)]
    assert "Лесная 7" in letters(quick.agency)[-1]
    own = quick.agency.ask(lambda work: work.analytics.thresholds.of_rule("deal_date_slip"))
    change = validate(ThresholdUpdate, {"channels": ["app"]})
    quick.agency.do(lambda work: work.analytics.thresholds.update(own, change))
    late_deal()
    assert len(outbox()) == 5
    change = validate(ThresholdUpdate, {"channels": ["email"]})
    quick.agency.do(lambda work: work.analytics.thresholds.update(own, change))
    account(trusted_email=None, trusted_email_key=None)
    late_deal()
    assert outbox()[5:] == [("telegram", "77", 1)], "what is lost since is made up for by the usual way"


def test_own_figures_for_a_rule(planted: Planted) -> None:
    client = planted.put("clients")
    planted.put("leads", days=8, client_id=client, stage="qualified")
    made = planted.threshold(rule="lead_untouched", value=2)
    assert planted.check()["fired"] == 0
    with pytest.raises(Conflict):
        planted.threshold(rule="lead_untouched", value=3)
    for given, code in (
        ({"rule": "listing_stale", "value": -5}, "above_zero"), ({"rule": "deal_stuck", "value": 0}, "above_zero"),
        ({"rule": "price_under_comps", "value": 0.1}, "below_zero"),
        ({"metric": "events.no_show_rate", "operator": "gt", "value": 5}, "of_shares"),
        ({"metric": "events.no_show_rate", "operator": "gt", "value": 0.2, "severe_value": 5}, "of_shares"),
        ({"metric": "events.showings", "operator": "lt", "value": "5%"}, "of_counts"),
        ({"rule": "listing_many_showings", "value": 0.5}, "of_counts"),
        ({"rule": "lead_unanswered", "value": 3, "severe_value": 2}, "severe_value"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            planted.threshold(**given)
        assert refused.value.fields[0].code == f"threshold.{code}"
    share = planted.threshold(metric="events.no_show_rate", operator="gt", value="5%")
    ratio = planted.threshold(metric="properties.sale_to_list", operator="gt", value=1.05)
    odd = planted.threshold(metric="events.showings", operator="anomaly")
    assert (share["value"], ratio["value"], odd["value"]) == (0.05, 1.05, 0.05)
    twin = planted.threshold(metric="events.no_show_rate", operator="lt", value=0.01)
    assert planted.agency.ask(lambda work: work.analytics.thresholds.twins(twin["id"])) == [share["id"]]
    for one in (share, ratio, odd, twin):
        planted.agency.do(lambda work, one=one: work.analytics.thresholds.delete(one["id"]))
    slow, strict = planted.threshold(rule="lead_unanswered", value=3), planted.threshold(rule="no_show_rate", value=0.1)
    rules = planted.agency.ask(lambda work: work.analytics.thresholds.rules("en"))["items"]
    mine = {one["rule"]: (one["value"], one["severe_value"], one["clear_value"]) for one in rules}
    assert (mine["lead_unanswered"], mine["no_show_rate"]) == ((3, None, None), (0.1, None, None)), "others give way"
    for one in (slow, strict):
        planted.agency.do(lambda work, one=one: work.analytics.thresholds.delete(one["id"]))
    last_day = planted.threshold(rule="reservation_ending", severe_value=0)
    planted.agency.do(lambda work: work.analytics.thresholds.delete(last_day["id"]))
    change = validate(ThresholdUpdate, {"value": 0.5, "severity": "critical"})
    planted.agency.do(lambda work: work.analytics.thresholds.update(made["id"], change))
    assert planted.check()["fired"] == 1
    assert planted.rules() == [("lead_untouched", "critical")]
    off = validate(ThresholdUpdate, {"enabled": False})
    planted.agency.do(lambda work: work.analytics.thresholds.update(made["id"], off))
    assert planted.check()["resolved"] == 1
    planted.agency.do(lambda work: work.analytics.thresholds.delete(made["id"]))
    assert planted.check()["fired"] == 1
    planted.agency.do(lambda work: work.undo.undo(), "undo")
    assert planted.agency.ask(lambda work: work.analytics.thresholds.get(made["id"]))["enabled"] is False
    assert planted.agency.ask(lambda work: work.history.changes(kind="threshold"))["items"][0]["kind"] == "threshold"
    planted.agency.do(lambda work: work.analytics.thresholds.delete(made["id"]))
    rules = {
        one["rule"]: one for one in planted.agency.ask(lambda work: work.analytics.thresholds.rules("ru"))["items"]
    }
    assert rules.keys() == RULES.keys()
    assert (rules["lead_untouched"]["value"], rules["lead_untouched"]["threshold_id"]) == (1, None)


def test_a_bound_is_of_whoever_set_it(quick: Planted) -> None:
    quick.agency.add_account("boris")
    boris = quick.agency.ask(lambda work: work.actor.id, "boris")
    for owner in (quick.me, boris):
        quick.event(7, 8, owner_id=owner, event_type="showing")
    quick.threshold(rule="event_unconfirmed", value=10)
    quick.check()
    assert [one["owner_id"] for one in quick.active(limit=100)["items"]] == [quick.me]


def test_a_bound_of_a_metric(planted: Planted) -> None:
    for _ in range(3):
        planted.put("properties", listed_at=stamp(NOON - timedelta(days=3)))
    few = planted.threshold(metric="properties.inventory", operator="lt", value=4, clear_value=5, severity="critical")
    planted.threshold(metric="properties.inventory", operator="lt", value=3)
    planted.threshold(metric="properties.inventory", operator="change_gt", value=0.5)
    planted.threshold(metric="money.gci", operator="gt", value=100)
    assert planted.check(figures=True)["fired"] == 1
    (alert,) = planted.active()["items"]
    assert (alert["threshold_id"], alert["value"], alert["severity"]) == (few["id"], 3, "critical")
    assert "3, 4 was set" in alert["message"]
    planted.put("properties", listed_at=stamp(NOON - timedelta(days=3)))
    assert planted.check(figures=True)["resolved"] == 0, "between the bound and what clears it"
    planted.put("properties", listed_at=stamp(NOON - timedelta(days=3)))
    assert planted.check(figures=True)["resolved"] == 1
    for _ in range(2):
        planted.agency.do(lambda work: work.db.run("UPDATE properties SET deleted_at = created_at WHERE id > 3"))
    assert planted.check(figures=True)["fired"] == 1
    planted.agency.do(lambda work: work.analytics.thresholds.delete(few["id"]))
    assert planted.check()["resolved"] == 1, "what nobody asks for any more is over"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"rule": "nothing"}, "rule"),
        ({"rule": "lead_untouched", "metric": "properties.inventory"}, "metric"),
        ({"metric": "nothing", "operator": "gt", "value": 1}, "metric"),
        ({}, "metric"),
        ({"metric": "properties.inventory", "value": 1}, "operator"),
        ({"metric": "properties.inventory", "operator": "lt"}, "value"),
        ({"metric": "properties.price_median", "operator": "anomaly", "value": 0.01}, "operator"),
        ({"metric": "properties.inventory", "operator": "lt", "value": 10, "clear_value": 8}, "clear_value"),
        ({"metric": "properties.inventory", "operator": "gt", "value": 10, "clear_value": 12}, "clear_value"),
        ({"metric": "properties.inventory", "operator": "gt", "value": 10, "severe_value": 5}, "severe_value"),
        ({"metric": "properties.inventory", "operator": "gt", "value": 10, "period": "nonsense"}, "period"),
    ],
)
def test_thresholds_that_cannot_be(quick: Planted, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as failed:
        quick.threshold(**values)
    assert [one.field for one in failed.value.fields] == [field]


@pytest.mark.parametrize(("kind", "row"), [(THRESHOLD.columns, AlertThresholdRow), (COLUMNS, AlertRow)])
def test_record_and_table_agree(kind: tuple[str, ...], row: Any) -> None:
    assert list(kind) == list(row.__table__.columns.keys())
    json = {name for name, column in AlertThresholdRow.__table__.columns.items() if column.type is columns.Json}
    assert json == set(THRESHOLD.json)
