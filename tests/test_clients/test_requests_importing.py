"""Files of buyer requests: who asks is found or entered, the same file twice adds nothing, and all is taken back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.clients import request_exporting
from realty_cli.clients.request_importing import Reading, read_ahead
from realty_cli.clients.request_mapping import plan
from realty_cli.clients.schemas.request_filters import BuyerRequestFilter
from realty_cli.formats.registry import codec_for
from realty_cli.kit.importing import Prepared, Report
from realty_cli.store.import_run import Terms, run
from tests.conftest import Agency, HandClock
from tests.test_clients.requests import client, request

FILE = """Клиент;Телефон;Операция;Тип недвижимости;Комнат;Бюджет;Площадь;Этаж от;Район;Метро;Пожелания
Иванов Пётр;8 (916) 123-45-67;купить;квартира;2-3;до 12,5 млн;от 50;3;Тверской, Арбат;Белорусская;рядом школа
Смирнова Анна;+7 916 765-43-21;снять;квартира или апартаменты;студия;40-60 тыс;30-45;;Хамовники;;
Без цены;8 916 000-00-01;купить;дача;;;;;;;
Никто;;чужое слово;квартира;1;5 млн;;;;;
;;купить;квартира;1;5 млн;;;;;
"""


def bring(agency: Agency, text: str | bytes, suffix: str = "csv", user: str | None = None,
          bad: list[Prepared] | None = None, **reading: Any) -> Report:  # fmt: skip
    how = Reading("Europe/Moscow", agency.clock.now(), f"a.{suffix}", **reading)
    data = text.encode() if isinstance(text, str) else text
    with codec_for("", suffix).read(io.BytesIO(data)) as table, read_ahead(table, how) as batches:
        with agency.write(f"requests import a.{suffix}", user, source="import") as work:
            importer = work.request_importer((bad if bad is not None else []).append)
            return run(work, importer, batches, f"a.{suffix}", Terms(batch=2))


def listed(work: Work) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = work.requests.page(BuyerRequestFilter(), sort="id", limit=100)["items"]
    return items


def sent(work: Work, suffix: str = "csv", **options: Any) -> bytes:
    target = io.BytesIO()
    request_exporting.run(work.requests, codec_for("", suffix), target, BuyerRequestFilter(), sort="id", **options)
    return target.getvalue()


def test_a_file_as_agents_keep_it(agency: Agency) -> None:
    bad: list[Prepared] = []
    report = bring(agency, FILE, bad=bad)
    assert report.counts == {"created": 4, "updated": 0, "unchanged": 0, "rejected": 1}
    assert [(row.line, [p.code for p in row.problems]) for row in bad] == [(6, ["import.client_unknown"])]
    assert bad[0].header[0] == "Клиент"
    assert bad[0].cells[2] == "купить"
    first, second, third, fourth = agency.ask(listed)
    assert (first["deal_type"], first["property_types"], first["rooms"]) == ("sale", ["apartment"], [2, 3])
    assert (first["price_max"], first["area_min"], first["floor_min"]) == (12_500_000, 50, 3)
    assert (first["districts"], first["metros"], first["note"]) == (
        ["Тверской", "Арбат"],
        ["Белорусская"],
        "рядом школа",
    )
    assert (second["deal_type"], second["rooms"], second["price_min"], second["price_max"]) == (
        "rent",
        [0],
        40_000,
        60_000,
    )
    assert (second["area_min"], second["area_max"]) == (30, 45)
    assert third["property_types"] == ["house"]
    assert fourth["deal_type"] == "sale"
    assert "чужое слово" in fourth["note"]
    who = agency.ask(lambda work: work.clients.get(first["client_id"]))
    assert (who["name"], who["roles"], who["phones"][0]["value"]) == ("Иванов Пётр", ["buyer"], "+79161234567")


def test_the_same_file_again_and_a_changed_row(agency: Agency) -> None:
    bring(agency, FILE)
    before = agency.ask(listed)
    assert bring(agency, FILE).counts == {"created": 0, "updated": 0, "unchanged": 4, "rejected": 1}
    # What was changed by hand since stays, for the row says what it said.
    changed = bring(agency, FILE.replace("12,5 млн", "13 млн"))
    assert changed.counts["updated"] == 1
    assert changed.counts["created"] == 0
    after = agency.ask(listed)
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert after[0]["price_max"] == 13_000_000
    assert changed.import_id is not None
    agency.do(lambda work: work.undo.undo_import(changed.import_id or 0))
    assert agency.ask(listed)[0]["price_max"] == 12_500_000


def test_an_import_taken_back_takes_its_clients_too(agency: Agency) -> None:
    report = bring(agency, FILE)
    answer = agency.do(lambda work: work.undo.undo_import(report.import_id or 0))
    assert answer["removed"] >= 8
    assert agency.ask(listed) == []


def test_external_ids_and_known_clients(agency: Agency) -> None:
    number = client(agency, name="Иванов Пётр")
    text = "external_id,client_id,deal_type,price_max\nA-1,{},sale,9000000\n"
    assert bring(agency, text.format(number)).created == 1
    assert bring(agency, text.format(number).replace("9000000", "9500000")).updated == 1
    (one,) = agency.ask(listed)
    assert (one["client_id"], one["price_max"], one["external_id"]) == (number, 9_500_000, "A-1")
    # A namesake is found by the name alone where only one is called so; whoever is not mine is nobody's.
    named = bring(agency, "ФИО;Операция\nПётр Иванов;снять\n")
    assert named.created == 1
    assert {one["client_id"] for one in agency.ask(listed)} == {number}
    assert bring(agency, "external_id,client_id,deal_type\nB,999,sale\n").rejected == 1


def test_another_agents_requests_are_not_touched(agency: Agency) -> None:
    text = "external_id;ФИО;Телефон;Бюджет до\nA;Иванов;+79161234567;5 млн\n"
    agency.add_account("boris")
    agency.add_account("vera")
    bring(agency, text, user="boris")
    assert bring(agency, text.replace("5 млн", "6 млн"), user="vera").created == 1
    assert [one["price_max"] for one in agency.ask(listed, user="boris")] == [5_000_000]


@pytest.mark.parametrize("suffix", ["csv", "json", "jsonl", "xlsx"])
def test_our_own_files_come_back(agency: Agency, suffix: str) -> None:
    request(agency, places=[{"latitude": 55.7, "longitude": 37.5, "radius_km": 2, "name": "работа"}], must=["балкон"])
    bring(agency, FILE)
    whole = agency.ask(listed)
    data = agency.ask(lambda work: sent(work, suffix))
    assert bring(agency, data, suffix).counts == {"created": 0, "updated": 0, "unchanged": 5, "rejected": 0}
    assert agency.ask(listed) == whole


def test_an_export_without_names(agency: Agency) -> None:
    bring(agency, FILE)
    text = agency.ask(lambda work: sent(work, anonymise=True)).decode()
    assert "Иванов" not in text
    assert "9161234567" not in text
    assert "школа" not in text
    assert "Иванов Пётр" in agency.ask(sent).decode()


@settings(max_examples=40, deadline=None)
@given(cells=st.lists(st.text(max_size=40), min_size=8, max_size=8))
def test_no_cell_stops_the_reading(cells: list[str]) -> None:

    header = ["Клиент", "Телефон", "Бюджет", "Комнат", "Площадь", "Тип недвижимости", "places", "Год"]
    found = plan(header, Reading("Europe/Moscow", HandClock().now())).convert(cells)
    assert found.values or found.people or found.problems
