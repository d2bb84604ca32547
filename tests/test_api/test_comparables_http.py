"""Comparables over HTTP and by command: one body, the file of a portal, and what is kept of an estimate."""

from __future__ import annotations

from tests.command import Command
from tests.conftest import Agency
from tests.test_api.inside import Inside, P, created, problem

FLAT = {
    "rooms": 2, "floor": 3, "floors_total": 9, "city": "Казань", "district": "Вахитовский", "latitude": 55.79,
    "longitude": 49.11, "commission": 3,
}  # fmt: skip
ROWS = "".join(
    f"Квартира;Продажа;{area * 150_000};{area};2;4;9;Казань;Вахитовский;{55.79 + (area - 50) / 1000};49.11;"
    f"https://portal.example/{area}\n"
    for area in range(48, 55)
)
CSV = "Тип;Сделка;Цена;Площадь;Комнат;Этаж;Этажей;Город;Район;Широта;Долгота;Ссылка\n" + ROWS
REPORTS = "/api/v1/analytics/reports"


def test_an_estimate_is_kept_once_and_is_the_same_by_command(
    inside_sqlite: Inside, sqlite_agency: Agency, realty_command: Command
) -> None:
    anna = inside_sqlite.client()
    number = created(anna, **FLAT, area_total=50, price=9_000_000)["id"]
    place = f"{P}/{number}/comparables"
    first = anna.get(place, headers={"Accept-Language": "ru"}).json()
    assert first["estimate"] is None
    assert first["refusal"]["code"] == "comparable.too_few"
    for dry in (True, False):
        assert anna.get(place).json()["pool"] == 0
        sent = anna.post(P + "/comparables/import", files={"file": ("a.csv", CSV.encode())}, data={"dry_run": dry})
        assert (sent.status_code, sent.json()["created"]) == (200, 7)
    found = anna.get(place).json()
    assert 7_300_000 <= found["estimate"]["price"] <= 7_700_000
    assert found["position"]["within"] is False
    assert anna.get(place).json()["estimate"] == found["estimate"]
    with sqlite_agency.read() as work:
        assert work.db.value("SELECT count(*) FROM price_estimates") == 1
    with sqlite_agency.read() as work:
        assert {**work.valuing.compare(number, "en"), "as_of": ""} == {**found, "as_of": ""}
    # A price that an agent recommends is kept with his name, and is in the next report that names none.
    assert found["recommended"] is None
    asked = {"report_type": "cma", "property_id": number, "format": "json"}
    report = anna.post(REPORTS, json={**asked, "recommended_price": 8_100_000}).json()
    kept = anna.get(place).json()["recommended"]
    assert (kept["price"], kept["by"]) == (8_100_000, "anna")
    again = anna.post(REPORTS, json=asked, headers={"Accept-Language": "ru"}).json()
    assert again["answer"].startswith("Рекомендация агента (anna): 8,1\u00a0млн\u00a0₽"), again["answer"]
    blocks = {one.get("name"): one for part in report["sections"] for one in part["blocks"]}
    price, commission, left = blocks["net_sheet"]["rows"]
    assert (price["price_1"], commission["price_1"], left["price_1"]) == (8_100_000, -243_000, 7_857_000)
    assert left["price_2"] == 8_730_000
    east, north = (one["values"] for one in blocks["places"]["series"])
    assert all(value == 0 for value in east)
    assert sorted(north) == [-0.22, -0.11, 0, 0.11, 0.22, 0.33]
    given = anna.put(f"{P}/{number}/recommended-price", json={"price": 8_200_000})
    assert (given.status_code, given.json()) == (200, anna.get(place).json()["recommended"])
    assert given.json()["price"] == 8_200_000
    problem(anna.put(f"{P}/{number}/recommended-price", json={"price": 0}), 422, "invalid")
    own = realty_command("properties", "recommend", number, "8.3m", "--json").json()
    assert (own["price"], own["by"]) == (8_300_000, "anna")
    assert "8\u00a0300\u00a0000" in realty_command("properties", "recommend", number, "8.3m", "--lang", "ru").out
    realty_command("undo")
    # By command it is another day: all prices asked are too old by then.
    assert realty_command("properties", "comparables", number, "--json").json()["pool"] == 0
    accuracy = realty_command("properties", "comparables", "--accuracy", "--json").json()
    assert accuracy == anna.get(P + "/comparables/accuracy").json()
    assert anna.get(P + "/comparables/accuracy").json()["n"] == 0
    told = anna.get(f"{P}/{number}/analytics").json()
    assert told["position"]["estimate"] == found["estimate"]["price"]
    problem(anna.get(f"{P}/{number + 1}/comparables"), 404, "property.not_found")
    problem(anna.get(f"{P}/{number + 1}/analytics"), 404, "property.not_found")
