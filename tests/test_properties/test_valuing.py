"""Comparables over the store: what is taken and logged, how far off it was, files of others; and a listing's story."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from realty_cli.analytics.schemas.one_listing import PropertyAnalytics
from realty_cli.app import Work
from realty_cli.clients.schemas.client import ClientCreate
from realty_cli.clients.schemas.interaction import IntakeRequest, InteractionCreate
from realty_cli.clients.schemas.lead import LeadCreate
from realty_cli.errors import Conflict, NotFound
from realty_cli.events.schemas.care import FeedbackCreate
from realty_cli.events.schemas.event import EventCreate, EventStatusChange
from realty_cli.formats.codec import Block
from realty_cli.kit.importing import Report
from realty_cli.kit.schema import validate
from realty_cli.properties.importing import Reading, prepare
from realty_cli.properties.plain_filter import plain_filter
from realty_cli.properties.schemas.listing import PropertyUpdate, StatusChange
from realty_cli.properties.schemas.valuing import Comparables, EstimateAccuracy
from realty_cli.store.import_run import Terms, run
from tests.conftest import Agency
from tests.test_properties.listings import create

_AT = "2026-03-01T09:00:00.000000Z"
HEADER = ("Тип", "Сделка", "Цена", "Площадь", "Комнат", "Этаж", "Этажей", "Город", "Район", "Адрес", "Ссылка")


def flat(place: int, **fields: Any) -> dict[str, Any]:
    """A flat of 150,000 a square metre in one district, `place` tells them apart."""
    area = 50 + place % 7
    return {
        "title": f"Квартира {place}", "area_total": area, "price": area * 150_000, "rooms": 2, "floor": 3,
        "floors_total": 9, "city": "Казань", "district": "Вахитовский", "street": "Портовая ул.", "house": str(place),
        **fields,
    }  # fmt: skip


def several(agency: Agency, count: int, start: int = 1, **fields: Any) -> list[int]:
    with agency.write() as work:
        return [create(**flat(place, **fields))(work)["id"] for place in range(start, start + count)]


def bring_in(work: Work, rows: list[tuple[Any, ...]]) -> Report:
    block = Block(HEADER, list(range(2, len(rows) + 2)), [tuple(map(str, row)) for row in rows], [])
    batches = ((batch, (1, None)) for batch in prepare([block], Reading("Europe/Moscow", work.clock.now(), "a.csv")))
    return run(work, work.valuing.importer(), batches, "a.csv", Terms())


def test_a_listing_is_valued_by_others_like_it_and_only_by_those(agency: Agency) -> None:
    (mine,) = several(agency, 1, price=9_000_000)
    like = several(agency, 8, 2)
    several(agency, 3, 20, deal_type="rent", price=40_000)
    several(agency, 3, 30, property_type="house")
    several(agency, 3, 40, city="Москва", price=50_000_000)
    several(agency, 3, 50, status="draft")
    several(agency, 1, 1, floor=3)  # the same flat, entered again
    with agency.read() as work:
        body = work.valuing.compare(mine, "ru")
        validate(Comparables, body)
        assert {one["property_id"] for one in body["items"]} == set(like)
        assert body["estimate"]["price"] == pytest.approx(51 * 150_000, rel=0.02)
        assert body["label"] == "Ожидаемая цена предложения"
        assert body["position"]["difference"] == pytest.approx(9 / 7.65 - 1, abs=0.02)
        assert not body["position"]["within"]
        assert "выше вероятных цен" in body["position"]["text"]
        assert body["sale"] is None
        assert body["pool"] == body["n"] == 8
        assert work.valuing.compare(mine, "en")["label"] == "Expected asking price"
    with agency.write() as work:
        work.properties.update(mine, validate(PropertyUpdate, {"area_total": None}))
    with agency.read() as work:
        assert work.valuing.compare(mine, "en")["refusal"]["code"] == "comparable.area_unknown"
        with pytest.raises(NotFound):
            work.valuing.compare(10**6, "en")


def test_too_few_give_a_list_and_a_reason(agency: Agency) -> None:
    (mine,) = several(agency, 1)
    several(agency, 3, 2)
    with agency.read() as work:
        body = work.valuing.compare(mine, "ru")
        validate(Comparables, body)
        assert body["estimate"] is None
        assert len(body["items"]) == 3
        assert body["refusal"]["message"].startswith("Похожих объектов: 3, а для оценки нужно 4.")
        assert work.valuing.knows(body), "nothing to log"


def test_a_recommended_price_goes_with_its_listing(agency: Agency) -> None:
    agency.add_account("boris")
    (mine,) = several(agency, 1)
    agency.do(lambda work: work.valuing.recommend(mine, 800_000_000))
    with pytest.raises(NotFound):
        agency.ask(lambda work: work.valuing.compare(mine, "en"), "boris")
    boris = agency.ask(lambda work: work.actor.id, "boris")
    agency.do(lambda work: work.properties.update(mine, validate(PropertyUpdate, {"owner_id": boris})))
    found = agency.ask(lambda work: work.valuing.compare(mine, "en"), "boris")["recommended"]
    assert (found["price"], found["by"]) == (8_000_000, "anna")


def test_a_recommended_price_is_logged_and_taken_back(agency: Agency) -> None:
    def stands() -> float | None:
        found = agency.ask(lambda work: work.valuing.compare(mine, "en"))["recommended"]
        return None if found is None else found["price"]

    (mine,) = several(agency, 1)
    made = agency.ask(lambda work: work.undo.last())
    agency.do(lambda work: work.valuing.recommend(mine, 800_000_000))
    agency.do(lambda work: work.valuing.recommend(mine, 810_000_000))
    log = agency.ask(lambda work: work.history.changes(kind="recommendation"))["items"]
    assert [(one["action"], one["new"]["price"]) for one in log] == [("create", 8_000_000), ("create", 8_100_000)]
    agency.do(lambda work: work.valuing.recommend(mine, 810_000_000))
    assert len(agency.ask(lambda work: work.history.changes(kind="recommendation"))["items"]) == 2, "no news"
    back = agency.do(lambda work: work.undo.undo())
    assert stands() == 8_000_000
    agency.do(lambda work: work.undo.undo(back["operation_id"]))
    assert stands() == 8_100_000
    with pytest.raises(Conflict) as refused:
        agency.do(lambda work: work.undo.undo(made))
    assert refused.value.code == "undo.named", "it would be left without its listing"


def test_old_prices_fall_out_and_what_was_paid_stands_beside(agency: Agency) -> None:
    (mine,) = several(agency, 1)
    sold = several(agency, 12, 2)
    agency.clock.advance(days=20)
    with agency.write() as work:
        for number in sold:
            price = work.properties.get(number)["price"]
            work.properties.change_status(
                number, validate(StatusChange, {"status": "sold", "final_price": price * 0.96})
            )
    with agency.read() as work:
        body = work.valuing.compare(mine, "en")
        assert body["pool_sold"] == 12
        assert body["sale"]["ratio"] == pytest.approx(0.96)
        assert body["sale"]["price"] == pytest.approx(body["estimate"]["price"] * 0.96, rel=0.02)
        assert body["basis"] == "asking", "the last asking price of what was sold, not what was paid"
    agency.clock.advance(days=366)
    with agency.read() as work:
        assert work.valuing.compare(mine, "en")["pool"] == 0


def test_an_estimate_is_logged_once_a_day_and_its_error_known_when_it_sells(agency: Agency) -> None:
    mine, other = several(agency, 2)
    several(agency, 8, 3)
    with agency.write() as work:
        for number in (mine, mine, other):
            body = work.valuing.compare(number, "en")
            work.valuing.keep(body)
            assert work.valuing.knows(body)
    agency.clock.advance(days=3)
    with agency.write() as work:
        body = work.valuing.compare(mine, "en")
        assert not work.valuing.knows(body)
        work.valuing.keep(body)
        assert work.db.value("SELECT count(*) FROM price_estimates") == 3
        assert work.valuing.accuracy("en")["n"] == 0
    agency.clock.advance(days=1)
    with agency.write() as work:
        paid = round(body["estimate"]["price"] / 1.05)
        work.properties.change_status(mine, validate(StatusChange, {"status": "sold", "final_price": paid}))
        found = work.valuing.accuracy("ru")
        validate(EstimateAccuracy, found)
        assert found["n"] == 1
        assert found["median_error"] == pytest.approx(0.05, abs=0.001)
        assert found["items"][0]["property_id"] == mine
        assert found["items"][0]["within"]
        assert found["text"] == "1 сделка: половина оценок ошиблась не больше чем на 5\u00a0%."
        assert found["coverage"] is None, "of a range nothing is promised"
        work.properties.change_status(mine, validate(StatusChange, {"status": "active"}))
        assert work.valuing.accuracy("ru")["n"] == 0, "the sale fell through"
        work.properties.delete(mine)
        work.properties.purge([mine])
        assert work.db.value("SELECT count(*) FROM price_estimates") == 1


def test_prices_of_others_come_from_files_and_go_again(agency: Agency) -> None:
    (mine,) = several(agency, 1)
    rows = [
        ("Квартира", "Продажа", (50 + at) * 150_000, 50 + at, 2, 4, 9, "Казань", "Вахитовский", f"Портовая, {at}",
         f"https://portal.example/{at}")
        for at in range(6)
    ]  # fmt: skip
    with agency.write(source="import") as work:
        report = bring_in(work, [*rows, (*rows[0][:2], "", *rows[0][3:]), (*rows[0][:3], "", *rows[0][4:])])
        assert (report.created, report.rejected) == (6, 2)
        assert {one.problems[0].code for one in report.outcomes} == {"comparable.no_price", "comparable.no_area"}
        assert work.valuing.compare(mine, "en")["pool"] == 6
    assert report.import_id is not None
    with agency.write() as work:
        work.undo.undo_import(report.import_id)
        assert work.valuing.compare(mine, "en")["pool"] == 0
        assert bring_in(work, rows).created == 6
    with agency.write() as work:
        assert bring_in(work, rows).unchanged == 6
        dearer = [(*row[:2], row[2] * 2, *row[3:]) for row in rows[:1]]
        assert bring_in(work, dearer).updated == 1
        assert work.properties.count(plain_filter()) == 1, "they are no listings"
    with agency.read() as work:
        body = work.valuing.compare(mine, "en")
        assert body["estimate"] is not None
        assert {one["outside_id"] is not None for one in body["items"]} == {True}
        assert body["items"][0]["source_url"].startswith("https://portal.example/")


def test_whose_listings_are_compared_is_a_matter_of_rights(agency: Agency) -> None:
    agency.add_account("boris")
    (mine,) = several(agency, 1)
    with agency.write(user="boris") as work:
        theirs = [create(**flat(place))(work)["id"] for place in range(2, 9)]
        with pytest.raises(NotFound):
            work.valuing.compare(mine, "en")
        assert work.valuing.compare(theirs[0], "en")["pool"] == 6
    with agency.read() as work:
        assert work.valuing.compare(mine, "en")["pool"] == 7, "an administrator sees all"


def test_the_story_of_a_listing_counts_who_came_and_what_they_said(agency: Agency) -> None:
    (mine,) = several(agency, 1)
    several(agency, 8, 2)
    with agency.write() as work:
        work.properties.update(mine, validate(PropertyUpdate, {"price": 7_000_000}))
        start = work.clock.now() + timedelta(days=1)
        event = {"title": "Показ", "event_type": "showing", "property_id": mine}
        times = {"start_time": start.isoformat(), "end_time": (start + timedelta(hours=1)).isoformat()}
        shown = work.events.create(validate(EventCreate, {**event, **times}))["id"]
        lead = {"name": "Ирина", "phones": ["+79161234567"], "property_id": mine, "source": "avito"}
        work.intake.take(validate(IntakeRequest, lead))
    agency.clock.advance(days=2)
    with agency.write() as work:
        work.events.change_status(shown, validate(EventStatusChange, {"status": "completed"}))
        said = {"rating": 3, "price_opinion": "high", "objections": ["Шумно", "шумно ", "далеко"]}
        work.feedback.give(shown, validate(FeedbackCreate, said))
        body = work.analytics.listing.show(mine, "ru")
        validate(PropertyAnalytics, body)
        assert body["days_on_market"] == 2
        assert body["price"] == {"current": 7_000_000, "first": 7_650_000, "reductions": 1, "change_share": -0.085}
        assert [one["price"] for one in body["price_history"]] == [7_650_000, 7_000_000]
        assert body["showings"] == {"last_7": 1, "total": 1, "upcoming": 0, "cancelled": 0, "no_show": 0}
        assert body["enquiries"] == {
            "last_7": 1, "total": 1, "on_portals": 0, "to_us": 1, "by_source": [{"source": "avito", "count": 1}],
        }  # fmt: skip
        assert body["feedback"]["expensive_share"] == 1
        assert {one["code"]: one["count"] for one in body["feedback"]["objections"]} == {"шумно": 2, "далеко": 1}
        assert sum(week["showings"] for week in body["weeks"]) == 1
        assert body["position"]["difference"] < 0
        assert "Ирина" not in str(body)


def test_enquiries_are_those_on_portals_and_those_to_us_and_none_counts_twice(agency: Agency) -> None:
    (mine,) = several(agency, 1)
    with agency.write() as work:
        for name, phone, source in (("Ирина", "+79161234567", "Avito"), ("Олег", "+79161234568", "avito")):
            given = {"name": name, "phones": [phone], "property_id": mine, "source": source}
            work.intake.take(validate(IntakeRequest, given))
        client = work.clients.create(validate(ClientCreate, {"name": "Пётр"}))["id"]
        talk = {"channel": "call", "direction": "in", "outcome": "two_way", "property_id": mine}
        for _ in range(2):  # who calls again asks no second time
            work.clients.interactions.create(client, validate(InteractionCreate, talk))
        owner = {"side": "seller", "property_id": mine}
        work.clients.leads.create(client, validate(LeadCreate, owner))
        today = work.clock.now().date()
        columns = "owner_id property_id portal day views contacts favourites version created_at updated_at"
        stats = [
            (work.actor.id, mine, portal, (today - timedelta(days=ago)).isoformat(), 9, contacts, 0, 1, _AT, _AT)
            for portal, ago, contacts in (("avito", 0, 1), ("cian", 0, 3), ("cian", 9, 4))
        ]
        work.db.insert("channel_stats", columns.split(), stats)
        body = work.analytics.listing.show(mine, "ru")
    asked = body["enquiries"]
    # Today: two of Avito, of which it counts one, three of Cian, and a call. Before: four of Cian.
    assert (asked["last_7"], asked["total"], asked["on_portals"], asked["to_us"]) == (6, 10, 8, 3)
    assert body["weeks"][-1]["enquiries"] == 6
