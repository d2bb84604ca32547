"""Listings over HTTP: every operation, what it answers and how it refuses; on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.test_api.inside import FLAT, Inside, P, codes, created, problem


class TestOne:
    def test_it_is_entered_shown_changed_binned_and_restored(self, inside: Inside) -> None:
        anna = inside.client()
        answer = anna.post(P + "/", json={**FLAT, "rooms": 2, "tags": ["срочно"], "attributes": {"Вид": "во двор"}})
        assert answer.status_code == 201
        made = answer.json()
        assert answer.headers["location"] == f"{P}/{made['id']}"
        assert answer.headers["etag"].startswith('"1-')
        shown = anna.get(f"{P}/{made['id']}")
        assert shown.json() == made
        assert shown.headers["etag"] == answer.headers["etag"]

        changed = anna.put(f"{P}/{made['id']}", json={"price": 4_900_000.5, "tags": None})
        assert changed.json() == {
            **made, "price": 4_900_000.5, "tags": [], "version": 2, "updated_at": changed.json()["updated_at"],
        }  # fmt: skip
        assert anna.delete(f"{P}/{made['id']}").status_code == 204
        problem(anna.get(f"{P}/{made['id']}"), 404, "property.not_found")
        assert anna.get(P).json()["total"] == 0
        assert [one["id"] for one in anna.get(P, params={"deleted": True}).json()["items"]] == [made["id"]]
        back = anna.post(f"{P}/{made['id']}/restore")
        assert (back.status_code, back.json()["deleted_at"], back.json()["version"]) == (200, None, 4)
        problem(anna.post(f"{P}/{made['id']}/restore"), 409, "property.not_in_bin")

    def test_an_answer_that_is_known_is_not_sent_again(self, inside: Inside) -> None:
        anna = inside.client()
        made = created(anna)
        tag = anna.get(f"{P}/{made['id']}").headers["etag"]
        for known in (tag, f'"7-abc", W/{tag}', "*"):
            answer = anna.get(f"{P}/{made['id']}", headers={"If-None-Match": known})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        inside.agency.clock.advance(days=3)  # the version stands, what is shown does not: days on the market
        again = inside.client().get(f"{P}/{made['id']}", headers={"If-None-Match": tag})
        assert (again.status_code, again.json()["days_on_market"]) == (200, 3)

    def test_a_change_of_what_changed_meanwhile_is_refused(self, inside: Inside) -> None:
        anna = inside.client()
        path = f"{P}/{created(anna)['id']}"
        tag = anna.get(path).headers["etag"]
        assert anna.put(path, json={"price": 1}, headers={"If-Match": tag}).status_code == 200
        refused = problem(anna.put(path, json={"price": 2}, headers={"If-Match": tag}), 412, "stale")
        assert refused["version"] == 2
        problem(anna.post(path + "/status", json={"status": "sold"}, headers={"If-Match": tag}), 412)
        problem(anna.delete(path, headers={"If-Match": tag}), 412)
        problem(anna.delete(path, headers={"If-Match": '"gibberish"'}), 412)
        assert anna.get(path).json()["price"] == 1
        assert anna.delete(path, headers={"If-Match": "*"}).status_code == 204

    def test_a_repeated_creation_gives_the_first_answer(self, inside: Inside) -> None:
        anna, boris = inside.client(), inside.client("boris")
        key = {"Idempotency-Key": "a4f1"}
        first = anna.post(P, json=FLAT, headers=key)
        again = anna.post(P, json=FLAT, headers=key)
        assert (again.status_code, again.json(), again.headers["etag"], again.headers["location"]) == (
            201, first.json(), first.headers["etag"], first.headers["location"],
        )  # fmt: skip
        assert again.headers["idempotency-replayed"] == "true"
        problem(anna.post(P, json={**FLAT, "price": 1}, headers=key), 409, "idempotency.other_request")
        assert boris.post(P, json=FLAT, headers=key).json()["id"] != first.json()["id"]
        assert anna.get(P).json()["total"] == 2  # anna is an administrator
        refused = {**FLAT, "price": -1}
        problem(anna.post(P, json=refused, headers={"Idempotency-Key": "b"}), 422)
        assert anna.post(P, json=FLAT, headers={"Idempotency-Key": "b"}).status_code == 201

    def test_a_status_moves_as_it_may_with_its_history(self, inside: Inside) -> None:
        anna = inside.client()
        path = f"{P}/{created(anna)['id']}"
        inside.agency.clock.advance(days=10)
        anna = inside.client()
        sold = anna.post(
            path + "/status",
            json={
                "status": "sold",
                "reason": "ипотека",
                "final_price": 4_800_000,
                "effective_at": "2026-03-15T12:00:00",
            },
        ).json()
        # A moment without an offset is read in the zone of the profile, Europe/Moscow.
        assert (sold["closed_at"], sold["final_price"]) == ("2026-03-15T09:00:00.000000Z", 4_800_000)
        problem(anna.post(path + "/status", json={"status": "rented"}), 409)
        entries = anna.get(path + "/history").json()["entries"]
        assert [(one["field"], one["old"], one["new"], one["reason"]) for one in entries] == [
            ("price", None, 5_000_000, None), ("status", None, "active", None), ("status", "active", "sold", "ипотека"),
        ]  # fmt: skip
        assert (entries[-1]["effective_at"], entries[-1]["actor"]) == ("2026-03-15T09:00:00.000000Z", "anna")
        anna.delete(path)
        assert anna.get(path + "/history").json()["entries"] == entries

    def test_a_price_may_have_changed_before_it_is_told(self, inside: Inside) -> None:
        anna = inside.client()
        path = f"{P}/{created(anna)['id']}"
        inside.agency.clock.advance(days=10)
        anna = inside.client()
        told = anna.put(path, json={"price": 4_500_000}, params={"effective_at": "2026-03-12"})
        assert told.status_code == 200
        last = anna.get(path + "/history").json()["entries"][-1]
        assert (last["effective_at"], last["recorded_at"]) == (
            "2026-03-11T21:00:00.000000Z", "2026-03-20T09:00:00.000000Z",
        )  # fmt: skip
        ahead = (inside.agency.clock.now() + timedelta(days=1)).isoformat()
        problem(anna.put(path, json={"price": 1}, params={"effective_at": ahead}), 422)

    def test_the_origin_of_a_change_is_in_the_log(self, inside: Inside) -> None:
        made = created(inside.client())
        [operation] = inside.agency.ask(lambda work: work.history.operations(object_id=made["id"]))
        assert (operation["source"], operation["command"], operation["actor"]) == ("api", f"POST {P}", "anna")


class TestMany:
    def test_pages_by_offset_and_by_cursor(self, inside: Inside) -> None:
        anna = inside.client()
        numbers = [created(anna, title=f"Квартира {n}", price=n * 1_000_000)["id"] for n in range(1, 8)]
        page = anna.get(P, params={"limit": 3}).json()
        assert ([one["id"] for one in page["items"]], page["total"], page["limit"], page["offset"]) == (
            numbers[:-4:-1], 7, 3, 0,
        )  # fmt: skip
        found: list[int] = []
        query: dict[str, Any] = {"limit": 3, "sort": "-price", "total": False}
        while True:
            page = anna.get(P, params=query).json()
            assert page["total"] is None
            found += [one["id"] for one in page["items"]]
            if page["next_cursor"] is None:
                break
            query["cursor"] = page["next_cursor"]
        assert found == numbers[::-1]
        assert [one["id"] for one in anna.get(P, params={"offset": 5, "sort": "price"}).json()["items"]] == numbers[5:]

    def test_filters_narrow_and_repeat(self, inside: Inside) -> None:
        anna = inside.client()
        moscow = created(anna, city="Москва", rooms=2, area_total=54.3, latitude=55.75, longitude=37.6)["id"]
        kazan = created(anna, city="Казань", rooms=1, price=3_000_000, deal_type="rent")["id"]
        land = created(anna, property_type="land", area_land=600, price=900_000)["id"]

        def listed(**query: Any) -> set[int]:
            answer = anna.get(P, params=query)
            assert answer.status_code == 200, answer.text
            return {one["id"] for one in answer.json()["items"]}

        assert listed(city="москва") == {moscow}
        assert listed(city=["москва", "казань"]) == {moscow, kazan}
        assert listed(property_type=["land", "apartment"], price_max=3_000_000) == {kazan, land}
        assert listed(rooms=[1, 2], deal_type="sale") == {moscow}
        assert listed(bbox="37,55,38,56") == {moscow}
        assert listed(area_min=50, has_photos=False) == {moscow}
        assert listed(created_from="2026-03-10") == {moscow, kazan, land}
        assert listed(created_from="2026-03-10T12:00:01") == set(), "noon in Moscow is nine in UTC"
        assert listed(q="казани") == {kazan}
        assert listed(ids=[land, kazan]) == {land, kazan}

    def test_a_search_counts_what_it_finds(self, inside: Inside) -> None:
        anna = inside.client()
        created(anna, title="Квартира у метро", rooms=2)
        created(anna, title="Дом у реки", property_type="house")
        body = {"text": "квартиры", "filters": {"deal_type": ["sale"]}, "sort": "price", "limit": 5}
        page = anna.post(P + "/search", json=body).json()
        assert (page["total"], page["limit"]) == (1, 5)
        assert page["facets"]["rooms"] == [{"value": 2, "count": 1}]
        assert anna.post(P + "/search", json={"facets": False}).json()["facets"] is None
        assert anna.post(P + "/search", json={}).json()["total"] == 2

    def test_statistics_are_of_what_the_filter_names(self, inside: Inside) -> None:
        anna = inside.client()
        assert anna.get(P + "/statistics/summary").json()["total"] == 0
        created(anna, city="Казань")
        created(anna, deal_type="rent", price=40_000)
        found = anna.get(P + "/statistics/summary", params={"deal_type": "rent"}).json()
        assert (found["total"], found["prices"][0]["median"]) == (1, 40_000)

    def test_a_bulk_change_is_made_whole_or_not_at_all(self, inside: Inside) -> None:
        anna = inside.client()
        one, two = created(anna)["id"], created(anna, price=1_000_000)["id"]
        dry = anna.post(P + "/bulk", json={"filter": {}, "price_change_percent": -10, "dry_run": True}).json()
        assert dry == {"matched": 2, "changed": 2, "unchanged": 0, "dry_run": True, "operation_id": None}
        done = anna.post(P + "/bulk", json={"ids": [one, two], "price_change_percent": -10, "add_tags": ["x"]}).json()
        assert (done["changed"], done["dry_run"]) == (2, False)
        assert anna.get(f"{P}/{two}").json()["price"] == 900_000
        anna.post(f"{P}/{one}/status", json={"status": "sold"})
        refused = problem(anna.post(P + "/bulk", json={"filter": {}, "status": "reserved"}), 422, "bulk.refused")
        assert [error["field"] for error in refused["errors"]] == [f"{one}.status"]
        assert anna.get(f"{P}/{two}").json()["status"] == "active"
        problem(anna.post(P + "/bulk", json={"ids": [one, 10**9], "add_tags": ["y"]}), 404)
        assert codes(problem(anna.post(P + "/bulk", json={"ids": [one]}), 422)) == {"body": "field.bulk_nothing"}

    def test_duplicates_are_proposed_until_somebody_says_no(self, inside: Inside) -> None:
        anna = inside.client()
        same = {"city": "Москва", "address": "Москва, ул. Лесная, 7, кв. 12", "area_total": 54.3, "floor": 5}
        a, b = created(anna, **same)["id"], created(anna, **same, title="Двушка")["id"]
        found = anna.get(P + "/duplicates", headers={"Accept-Language": "ru"}).json()
        assert [(pair["a"], pair["b"]) for pair in found["items"]] == [(a, b)]
        assert any("этаж" in reason["message"].lower() for reason in found["items"][0]["reasons"])
        assert anna.post(P + "/duplicates/dismiss", json={"a": b, "b": a}).status_code == 204
        assert anna.get(P + "/duplicates").json() == {"items": [], "total": 0}
        problem(anna.post(P + "/duplicates/dismiss", json={"a": a, "b": a}), 422)

    def test_a_text_is_read_alone_and_against_a_record(self, inside: Inside) -> None:
        anna = inside.client(**{"Accept-Language": "ru"})
        text = "Двухкомнатная квартира на 6 этаже, 7 минут пешком от метро"
        alone = anna.post(P + "/analyze-description", json={"description": text}).json()
        assert (alone["provider"], alone["listing_id"], alone["extracted"]["rooms"]["value"]) == ("local", None, 2)
        made = created(anna, floor=5, description=text)
        held = anna.post(P + "/analyze-description", json={"property_id": made["id"]}).json()
        assert [(one["field"], one["said"], one["recorded"]) for one in held["contradictions"]] == [("floor", 6, 5)]
        assert "6" in held["contradictions"][0]["message"]
        assert anna.get(f"{P}/{made['id']}").json() == made, "nothing is written"
        problem(anna.post(P + "/analyze-description", json={}), 422)
        problem(anna.post(P + "/analyze-description", json={"property_id": 10**9}), 404)


@pytest.mark.parametrize("path", ["", "/statistics/summary", "/duplicates", "/export"])
def test_a_collection_answers_with_and_without_its_slash(inside_sqlite: Inside, path: str) -> None:
    anna = inside_sqlite.client()
    for address in (P + path, P + path + "/"):
        assert anna.get(address).status_code == 200


def test_refusals_are_in_the_language_of_the_caller(inside_sqlite: Inside) -> None:
    def told(language: str) -> httpx.Response:
        return inside_sqlite.client(**{"Accept-Language": language}).post(P, json={**FLAT, "price": -1})

    english, russian = told("en-GB,en;q=0.8"), told("ru-RU,ru;q=0.9,en;q=0.5")
    assert codes(problem(english, 422)) == codes(problem(russian, 422)) == {"price": "money.negative"}
    assert "below zero" in english.json()["detail"]
    assert "ниже нуля" in russian.json()["detail"] or "меньше нуля" in russian.json()["detail"]
    assert (english.headers["content-language"], russian.headers["content-language"]) == ("en", "ru")
