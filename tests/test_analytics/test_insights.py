"""Insights: planted effects are found, noise is not, and what was put aside stays so until it changes."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from realty_cli.analytics import insight_reading
from realty_cli.analytics.insight_facts import waiting_for_an_answer
from realty_cli.analytics.insight_figures import (
    Cut,
    Pace,
    Shown,
    Source,
    Stair,
    colleagues,
    cuts,
    hours,
    leaks,
    of,
    offers,
    seasons,
    sources,
)
from realty_cli.analytics.insight_kinds import Idea, worth_telling
from realty_cli.analytics.kinds import Confidence
from realty_cli.errors import NotFound
from realty_cli.kit.clock import stamp
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate
from tests.test_analytics.test_alerts import Planted, planted, quick

__all__ = ["planted", "quick"]


class Noise:
    """An agency in which nothing depends on anything."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def count(self, mean: float) -> int:
        """A count with more spread than Poisson's."""
        rate = self.draw.gammavariate(8, mean / 8)
        return sum(self.draw.random() < rate / 200 for _ in range(200))

    def of(self, n: int, share: float) -> int:
        return sum(self.draw.random() < share for _ in range(n))

    def showings(self, n: int = 300) -> list[Shown]:
        days = [(self.draw.randrange(7), self.draw.randrange(9, 21)) for _ in range(n)]
        return [Shown(day, hour, self.draw.random() < 0.7, self.draw.random() < 0.15) for day, hour in days]

    def sources(self) -> list[Source]:
        found = []
        for name in ("Авито", "Циан", "Яндекс", "сайт", "знакомые"):
            leads = self.draw.randrange(30, 200)
            deals = self.of(leads, 0.05)
            found.append(Source(name, leads, deals, deals * 200_000.0, 0.0))
        return found

    def steps(self) -> list[Stair]:
        now, before = self.draw.randrange(60, 200), self.draw.randrange(60, 200)
        return [
            Stair(name, "x", now, self.of(now, 0.4), before, self.of(before, 0.4))
            for name in ("new", "contacted", "qualified", "showing")
        ]

    def months(self) -> list[tuple[int, int]]:
        return [(place % 12 + 1, self.count(40)) for place in range(36)]

    def cuts(self) -> list[Cut]:
        return [Cut(self.draw.uniform(0.01, 0.1), self.count(3), self.count(3)) for _ in range(60)]

    def paces(self) -> list[Pace]:
        """Six agents with few and many enquiries."""
        found = []
        for number in range(6):
            entered = self.draw.randrange(10, 150)
            for step, share in (("new", 0.8), ("contacted", 0.5), ("showing", 0.2)):
                passed = self.of(entered, share)
                found.append(Pace(f"agent{number}", number, step, "x", step, entered, passed))
                entered = passed
        return found

    def told(self) -> list[Idea]:
        return worth_telling(
            of(self.showings(), self.sources(), self.steps(), self.months(), self.cuts(), self.paces(), "RUB")
        )  # fmt: skip


def rules(ideas: Any) -> set[str]:
    return {idea.rule for idea in worth_telling(ideas)}


def test_pure_noise_shows_hardly_anything() -> None:
    shown = [seed for seed in range(200) if Noise(seed).told()]
    assert len(shown) <= 10, shown


@pytest.mark.parametrize(
    ("fast", "late", "said"),
    [
        # Late answers did better, then fast ones did by so little that chance explains it, then by far.
        ((132, 392), (39, 108), False),
        ((12, 40), (9, 40), False),
        ((9, 20), (0, 20), False),
        ((60, 200), (10, 200), True),
    ],
)
def test_a_quick_answer_is_praised_only_where_it_was_better(
    fast: tuple[int, int], late: tuple[int, int], said: bool
) -> None:
    idea = waiting_for_an_answer(4, fast, late)
    assert ("{k} of {of}" in idea.text, len(idea.proofs)) == (said, 1 + said)
    assert idea.confidence is (Confidence.HIGH if said else Confidence.MEDIUM)
    (k, of), (late_k, late_of) = fast, late
    assert idea.deals == pytest.approx(4 * (k / of if said else (k + late_k) / (of + late_of)))


def _planted(noise: Noise, seed: int) -> list[tuple[str, set[str]]]:
    showings = [
        Shown(one.weekday, one.hour, one.done if one.weekday >= 5 or one.hour // 3 != 6 else noise.draw.random() < 0.25)
        for one in noise.showings(400)
    ]
    wanted = [
        one._replace(offered=one.offered or (one.weekday < 5 and one.hour // 3 == 5 and noise.draw.random() < 0.5))
        for one in noise.showings(400)
    ]
    found = noise.sources()
    strong = Source("знакомые", 120, 24, 4_800_000.0, 0.0)
    costly = Source("Реклама", 150, 0, 0.0, 900_000.0)
    months = [(month, count + (40 if month in (9, 10, 11) else 0)) for month, count in noise.months()]
    reduced = [Cut(one.depth, one.before, one.before + 2 if one.depth > 0.05 else one.before) for one in noise.cuts()]
    return [
        ("dead_hours", rules(hours(showings))),
        ("best_hours", rules(offers(wanted))),
        ("source_worth", rules(sources([*found[:4], strong], "RUB"))),
        ("source_wasted", rules(sources([*found, costly], "RUB"))),
        ("funnel_leak", rules(leaks([*noise.steps(), Stair("showing", "x", 90, 15, 100, 45)]))),
        ("seasonality", rules(seasons(months))),
        ("price_step", rules(cuts(reduced))),
        ("agent_compare", rules(colleagues([*noise.paces(), Pace("anna", 9, "new", "x", "new", 80, 40)]))),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_planted_effects_are_found(seed: int) -> None:
    for rule, found in _planted(Noise(seed), seed):
        assert rule in found, (rule, found)


def test_small_samples_say_nothing() -> None:
    few = [Shown(1, 10, False)] * 7 + [Shown(1, 13, True)] * 50
    assert not list(hours(few))
    assert not list(offers([Shown(1, 10, True, True)] * 7 + [Shown(1, 13, True)] * 50))
    assert not list(offers([Shown(1, 10, True), Shown(1, 13, True)] * 50)), "nobody offered anything"
    assert not list(sources([Source("a", 19, 10, 1.0, 1.0), Source("b", 300, 1, 1.0, 1.0)], "RUB"))
    assert not list(leaks([Stair("a", "b", 29, 0, 100, 90)]))
    assert not list(seasons([(place % 12 + 1, 5) for place in range(23)]))
    assert not list(colleagues([Pace("a", 1, "x", "y", "x", 9, 0), Pace("b", 2, "x", "y", "x", 300, 200)]))
    assert not list(colleagues([Pace("a", 1, "x", "y", "x", 300, 0), Pace("b", 2, "x", "y", "x", 9, 9)]))
    assert not of([], [], [], [], [], [], "RUB")


def recommended(planted: Planted, language: str = "en", user: str = "anna", **how: Any) -> dict[str, Any]:
    found: dict[str, Any] = planted.agency.ask(
        lambda work: work.analytics.insights.recommendations(language, **how), user
    )
    return found


def test_an_empty_agency_gets_one_hint(planted: Planted) -> None:
    found = recommended(planted, "ru")
    assert [one["rule"] for one in found["items"]] == ["onboarding"]
    assert found["items"][0]["action"]["command"] == "realty properties import FILE"


def test_what_rows_suggest(planted: Planted) -> None:
    client = planted.put("clients", stage="won", days=400)
    for _ in range(3):
        planted.put("leads", client_id=client, hours=5)
        planted.put("requests", client_id=client, status="active", deal_type="sale", districts='["Центр"]', rooms="[2]",
                    price_max=1_200_000_000, currency="RUB")  # fmt: skip
    for days in (370, 60, 40, 20, 10):
        deal = planted.put(
            "deals", stage="closed", closed_at=stamp(planted.agency.clock.now() - timedelta(days=days)),
            amount=900_000_000,
        )  # fmt: skip
        planted.put("commissions", deal_id=deal, amount=100_000_00 if days != 10 else 900_000_00)
        planted.put_party(deal, client)
    old = planted.put("properties", listed_at=stamp(planted.agency.clock.now() - timedelta(days=200)), district="Север")
    for _ in range(10):
        planted.put(
            "properties", status="sold", listed_at=stamp(planted.agency.clock.now() - timedelta(days=100)),
            closed_at=stamp(planted.agency.clock.now() - timedelta(days=70)),
        )  # fmt: skip
    found = {one["rule"]: one for one in recommended(planted, limit=20)["items"]}
    assert found.keys() == {
        "leads_not_contacted", "demand_without_supply", "repeat_due", "top_heavy", "stale_listing", "bare_listings",
    }  # fmt: skip
    assert found["leads_not_contacted"]["evidence"][0]["value"] == 3
    assert found["stale_listing"]["subject"] == {"type": "property", "id": old, "title": "Двушка на Лесной"}
    assert found["stale_listing"]["evidence"][0]["baseline"] == 30
    assert found["top_heavy"]["evidence"][0]["value"] == 0.75
    assert found["leads_not_contacted"]["impact"]["unit"] == "money"
    first = recommended(planted, limit=1)
    assert (len(first["items"]), first["total"]) == (1, 6)
    planted.agency.add_account("boris")
    assert [one["rule"] for one in recommended(planted, user="boris")["items"]] == ["onboarding"]


def test_what_says_little_and_is_looked_at_little(planted: Planted) -> None:
    def seen(views: int, days: int = 8, **values: Any) -> int:
        number = planted.put("properties", listed_at=stamp(planted.agency.clock.now()), **values)
        for day in range(days):
            on = (planted.agency.clock.now() - timedelta(days=day + 1)).date().isoformat()
            planted.put("channel_stats", property_id=number, portal="циан", day=on, views=views, contacts=0,
                        favourites=0)  # fmt: skip
        return number

    little = seen(10)
    seen(10, days=6)
    whole = {"description": "х" * 300, "latitude": 55.7, "area_total": 50, "rooms": 2, "year_built": 1980,
             "street": "Лесная"}  # fmt: skip
    seen(10, **whole)
    seen(100)
    for _ in range(3):
        seen(40, **whole)
    (found,) = [one for one in recommended(planted, limit=100)["items"] if one["rule"] == "few_views"]
    assert found["subject"]["id"] == little
    assert found["text"].startswith(
        "Perhaps: “Двушка на Лесной” has 10 views a day, half of its kind have 40 or more (5"
    )


def test_agents_are_compared_for_whoever_sees_all_of_them(planted: Planted) -> None:
    agency, client = planted.agency, planted.put("clients")
    agency.add_account("boris")
    boris = agency.ask(lambda work: work.actor.id, "boris")
    leads = [
        (owner, planted.put("leads", owner_id=owner, client_id=client, days=60, stage="lost"), went)
        for owner, goes in ((planted.me, 9), (boris, 3)) for went in [True] * goes * 5 + [False] * (10 - goes) * 5
    ]  # fmt: skip

    def moved(work: Any) -> None:
        operation, at = work.log.operation(), agency.clock.now()
        rows = []
        for _owner, lead, went in leads:
            rows.append((lead, None, "new", stamp(at - timedelta(days=60)), operation))
            # What came later than within 30 days is not compared.
            rows.append((lead, "new", "contacted", stamp(at - timedelta(days=50 if went else 20)), operation))
        work.db.insert(
            "lead_stages", ("lead_id", "old_stage", "new_stage", "effective_at", "recorded_at", "operation_id"),
            [(*row[:4], row[3], row[4]) for row in rows],
        )  # fmt: skip

    agency.do(moved)
    found = {one["id"]: one for one in recommended(planted, limit=100)["items"] if one["rule"] == "agent_compare"}
    assert found.keys() == {f"agent_compare-{planted.me}-demand-new", f"agent_compare-{boris}-demand-new"}
    worse = found[f"agent_compare-{boris}-demand-new"]
    assert "boris, Enquiry → Talk: 15 of 50 enquiries went on within 30 days, of the others' 45 of 50" in worse["text"]
    assert worse["kind"] == "problem"
    assert "agent_compare" not in {one["rule"] for one in recommended(planted, user="boris", limit=100)["items"]}


def test_a_dashboard_shows_those_that_were_found_last(planted: Planted) -> None:
    agency = planted.agency
    ages = {"listed_at": stamp(agency.clock.now() - timedelta(days=100))}
    for _ in range(10):
        planted.put("properties", status="sold", closed_at=stamp(agency.clock.now() - timedelta(days=70)), **ages)
    number = planted.put("properties", **ages)
    planted.put("leads", client_id=planted.put("clients"), hours=5)
    agency.add_account("boris")

    def latest(language: str = "ru", user: str = "anna") -> Any:
        return agency.ask(lambda work: work.analytics.insights.latest(language), user)

    assert latest() == recommended(planted, "ru")
    assert agency.ask(lambda work: work.analytics.insights.are_due())
    agency.realty.check_alerts(figures=True)
    assert not agency.ask(lambda work: work.analytics.insights.are_due())
    for language in ("ru", "en"):
        assert latest(language) == recommended(planted, language)
    assert "Лесной" not in str(agency.ask(lambda work: work.db.all("SELECT ideas FROM insight_sets")))
    assert [one["rule"] for one in latest(user="boris")["items"]] == ["onboarding"]

    planted.put("leads", client_id=1, hours=5)
    assert latest()["items"] != recommended(planted, "ru")["items"]
    agency.do(lambda work: work.analytics.insights.dismiss(work.analytics.insights.find("bare_listings")))
    agency.do(lambda work: work.properties.delete(number))
    assert [one["rule"] for one in latest()["items"]] == ["leads_not_contacted"]
    # An hour after the first look the first listing stands there: a hint for the empty is not kept.
    agency.do(lambda work: work.analytics.insights.keep(work.analytics.insights.sought()), user="boris")
    first = {"title": "Двушка", "property_type": "apartment", "deal_type": "sale", "price": 9_500_000}
    agency.do(lambda work: work.properties.create(validate(PropertyCreate, first, typed=True)), user="boris")
    assert "onboarding" not in {one["rule"] for one in latest(user="boris")["items"]}
    agency.clock.advance(days=2)
    assert agency.ask(lambda work: work.analytics.insights.are_due())


def test_what_was_put_aside_comes_back_when_it_has_changed(planted: Planted) -> None:
    client = planted.put("clients")
    for _ in range(4):
        planted.put("leads", client_id=client, hours=5)
    dismiss: Callable[[str], None] = lambda key: planted.agency.do(  # noqa: E731
        lambda work: work.analytics.insights.dismiss(work.analytics.insights.find(key), note="знаю")
    )
    dismiss("leads_not_contacted")
    assert recommended(planted)["total"] == 0
    planted.put("leads", client_id=client, hours=5)
    assert recommended(planted)["total"] == 1
    with pytest.raises(NotFound):
        dismiss("nothing")


def test_rules_that_are_put_aside_again_and_again_are_muted(quick: Planted) -> None:
    made = stamp(quick.agency.clock.now() - timedelta(days=100))
    for _ in range(4):
        quick.put("properties", listed_at=stamp(quick.agency.clock.now() - timedelta(days=300)), description="х" * 200)
    for _ in range(10):
        quick.put("properties", status="sold", listed_at=made, closed_at=made)
    for _ in range(10):
        quick.put("properties", status="sold", listed_at=made, closed_at=stamp(quick.agency.clock.now()))
    keys = [one["id"] for one in recommended(quick, limit=20)["items"] if one["rule"] == "stale_listing"]
    assert len(keys) == 4
    for key in keys[:3]:
        quick.agency.do(lambda work, key=key: work.analytics.insights.dismiss(work.analytics.insights.find(key)))
    rules = [one["rule"] for one in recommended(quick, limit=20)["items"]]
    assert len(set(rules[: len(set(rules))])) == len(set(rules)), "the first of every rule comes first"
    found = recommended(quick, limit=20)
    assert found["muted"] == ["stale_listing"]
    assert "stale_listing" not in {one["rule"] for one in found["items"]}


def test_turning_off_is_proposed_for_alerts_that_nothing_comes_of(planted: Planted) -> None:
    """Three of four lay for days after they had been seen; those that were acted on at once are no reason."""

    def proposed() -> dict[str, Any] | None:
        return next((one for one in recommended(planted, limit=20)["items"] if one["rule"] == "mute_alerts"), None)

    client = planted.put("clients")
    planted.put("leads", 4, days=9, client_id=client, stage="qualified")
    planted.check()
    alerts = [one["id"] for one in planted.active(limit=100)["items"] if one["rule"] == "lead_untouched"]
    assert len(alerts) == 4
    for number in alerts[:3]:
        planted.agency.do(lambda work, number=number: work.analytics.alerts.acknowledge(number, "en"))
    assert proposed() is None
    planted.agency.clock.advance(days=4)
    found = proposed()
    assert found is not None
    assert found["text"].startswith("3 of 4 alerts of half a year were put aside")
    assert "An open enquiry that nobody keeps up" in found["text"]
    assert found["action"]["command"] == "realty analytics alerts set lead_untouched --off"
    planted.threshold(rule="lead_untouched", enabled=False)
    assert proposed() is None


def test_a_source_that_brings_deals_but_less_commission_is_not_praised() -> None:
    usual, cheap = Source("a", 200, 8, 8_000_000.0, 0.0), Source("b", 100, 20, 2_000_000.0, 0.0)
    (found,) = [idea for idea in sources([usual, cheap], "RUB") if idea.rule == "source_worth"]
    assert not found.told
    (found,) = [idea for idea in sources([usual, cheap._replace(gci=6e6)], "RUB") if idea.rule == "source_worth"]
    assert found.told
    assert [(one.value, one.baseline) for one in found.proofs if one.unit == "money"] == [(60_000, 40_000)]


def test_an_offer_is_counted_to_the_showing_before_it(planted: Planted) -> None:
    """Of the one who came, at that listing, within two weeks."""
    listing = planted.put("properties")
    anna, boris = planted.put("clients"), planted.put("clients")
    for days, client in ((20, anna), (10, boris)):
        event = planted.event(-24 * days, -24 * days + 1, event_type="showing", property_id=listing, client_id=client)
        planted.agency.do(lambda work, event=event: work.db.run(
            "UPDATE event_instances SET status = 'completed' WHERE event_id = :id", {"id": event}))  # fmt: skip
    for client, days in ((anna, 5), (boris, 5)):
        at = stamp(planted.agency.clock.now() - timedelta(days=days))
        planted.put("offers", property_id=listing, client_id=client, at=at, amount=1, currency="RUB", status="made")
    with planted.agency.read() as work:
        found = insight_reading._showings(work.analytics.insights._sight())
    assert [(one.done, one.offered) for one in found] == [(True, True), (True, False)], "the later one first"
