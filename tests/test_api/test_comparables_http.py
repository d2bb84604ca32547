"""Comparables over HTTP and by command: one body, the file of a portal, and what is kept of an estimate."""

from __future__ import annotations

from tests.command import Command
from tests.conftest import Agency
from tests.test_api.inside import Inside, P, created, problem

FLAT = {"rooms": 2, "floor": 3, "floors_total": 9, "city": "Казань", "district": "Вахитовский"}
ROWS = "".join(
    f"Квартира;Продажа;{area * 150_000};{area};2;4;9;Казань;Вахитовский;https://portal.example/{area}\n"
    for area in range(48, 55)
)
CSV = "Тип;Сделка;Цена;Площадь;Комнат;Этаж;Этажей;Город;Район;Ссылка\n" + ROWS


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
    # By command it is another day: all prices asked are too old by then.
    assert realty_command("properties", "comparables", number, "--json").json()["pool"] == 0
    accuracy = realty_command("properties", "comparables", "--accuracy", "--json").json()
    assert accuracy == anna.get(P + "/comparables/accuracy").json()
    assert anna.get(P + "/comparables/accuracy").json()["n"] == 0
    told = anna.get(f"{P}/{number}/analytics").json()
    assert told["position"]["estimate"] == found["estimate"]["price"]
    problem(anna.get(f"{P}/{number + 1}/comparables"), 404, "property.not_found")
    problem(anna.get(f"{P}/{number + 1}/analytics"), 404, "property.not_found")
