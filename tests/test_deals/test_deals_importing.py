"""Files of deals: as far as they have come, with their people and listings; twice adds nothing; all is taken back."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.app import Work
from realty_cli.deals import exporting
from realty_cli.deals.importing import Reading, read_ahead
from realty_cli.deals.mapping import plan
from realty_cli.deals.schemas.filters import DealFilter
from realty_cli.formats.registry import codec_for
from realty_cli.kit.importing import Prepared, Report
from realty_cli.store.import_run import Terms, run
from tests.conftest import Agency, HandClock
from tests.test_deals.deals import create, found, listing, move

FILE = """Код;Название;Код объекта;Вид сделки;Стадия;Сумма;Покупатель;Тел. покупателя;Дата закрытия;Причина отказа;Банк
101;Двушка на Лесной;L-1;Продажа;Закрыта;12,5 млн;Иванов Пётр;8 (916) 123-45-67;15.02.2026;;Сбер
102;Студия;;продажа;Отказ;4 млн;Смирнова Анна;8 916 765-43-21;01.03.2026;банк отказал;
103;Дом;L-404;продажа;Переговоры;30 млн;Иванов Пётр;8 916 123-45-67;;;
104;Бронь;L-2;продажа;Бронь;9 млн;Петров;;;;
105;Вторая бронь;L-2;продажа;Бронь;9 млн;Сидоров;;;;
106;Будущее;;продажа;Закрыта;1 млн;Некто;;15.02.2077;;
"""


def bring(agency: Agency, text: str | bytes, suffix: str = "csv", user: str | None = None,
          bad: list[Prepared] | None = None, **reading: Any) -> Report:  # fmt: skip
    how = Reading("Europe/Moscow", agency.clock.now(), f"a.{suffix}", **reading)
    data = text.encode() if isinstance(text, str) else text
    with codec_for("", suffix).read(io.BytesIO(data)) as table, read_ahead(table, how) as batches:
        with agency.write(f"deals import a.{suffix}", user, source="import") as work:
            importer = work.deal_importer((bad if bad is not None else []).append)
            return run(work, importer, batches, f"a.{suffix}", Terms(batch=3))


def deals(work: Work) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = found(work, sort="id")["items"]
    return items


def sent(work: Work, suffix: str) -> bytes:
    target = io.BytesIO()
    exporting.run(work.deals, codec_for("", suffix), target, DealFilter(), sort="id")
    return target.getvalue()


def test_a_file_of_another_crm(agency: Agency) -> None:
    first = listing(agency, external_id="L-1", price=13_000_000, listed_at="2026-01-10T09:00:00Z")
    second = listing(agency, external_id="L-2", price=9_500_000)
    bad: list[Prepared] = []
    report = bring(agency, FILE, bad=bad)
    assert report.counts == {"created": 4, "updated": 0, "unchanged": 0, "rejected": 2}
    assert [(row.line, row.problems[0].code) for row in bad] == [(6, "deal.held"), (7, "moment.ahead")]
    assert [(line, one.code) for line, one in report.warnings] == [(4, "import.listing_unknown")]
    closed, lost, offer, held = agency.ask(deals)
    assert (closed["stage"], closed["final_price"], closed["closed_at"][:10]) == ("closed", 12_500_000, "2026-02-14")
    assert (closed["side"], closed["parties"][0]["name"], closed["mortgage_bank"]) == ("buyer", "Иванов Пётр", "Сбер")
    assert (lost["lost_reason"], lost["closed_at"]) == ("банк отказал", None)
    assert offer["attributes"] == {"property_code": "L-404"}
    assert offer["parties"][0]["client_id"] == closed["parties"][0]["client_id"]
    sold = agency.ask(lambda work: work.properties.get(first))
    assert (sold["status"], sold["final_price"]) == ("sold", 12_500_000)
    assert (held["property_id"], agency.ask(lambda work: work.properties.get(second))["status"]) == (second, "reserved")
    (entry,) = agency.ask(lambda work: work.deals.history(closed["id"]))["entries"]
    assert (entry["new"], entry["effective_at"]) == ("closed", closed["closed_at"])
    # All of it, listings and people too, goes with one act.
    agency.do(lambda work: work.undo.undo_import(report.import_id or 0))
    assert agency.ask(deals) == []
    assert agency.ask(lambda work: work.properties.get(first))["status"] == "active"


def test_the_same_file_again_and_a_changed_row(agency: Agency) -> None:
    listing(agency, external_id="L-1", price=13_000_000)
    bring(agency, FILE)
    number = agency.ask(deals)[2]["id"]
    agency.do(move(number, "contract"))
    assert bring(agency, FILE).counts == {"created": 0, "updated": 0, "unchanged": 5, "rejected": 1}
    assert agency.ask(deals)[2]["stage"] == "contract"
    changed = bring(agency, FILE.replace("Переговоры;30 млн", "Отказ;31 млн"))
    assert changed.updated == 1
    assert changed.created == 0
    after = agency.ask(deals)[2]
    assert (after["id"], after["stage"], after["amount"]) == (number, "lost", 31_000_000)
    agency.do(lambda work: work.undo.undo_import(changed.import_id or 0))
    assert agency.ask(deals)[2]["stage"] == "contract"


def test_rows_without_a_number_are_known_by_what_they_are_called(agency: Agency) -> None:
    text = "Объект;Клиент;Сторона;Стадия\nЛесная 1;Иванов;продавца;показ\nЛесная 1;Петров;продавца;показ\n;;;\n"
    assert bring(agency, text).created == 2
    again = bring(agency, text.replace("показ", "лид"))
    assert (again.created, again.updated) == (0, 2)
    assert [one["parties"][0]["role"] for one in agency.ask(deals)] == ["seller", "seller"]


def test_a_side_must_be_told(agency: Agency) -> None:
    text = "Название;Сумма\nСделка;5 млн\n"
    bad: list[Prepared] = []
    assert bring(agency, text, bad=bad).rejected == 1
    assert bad[0].problems[0].code == "import.side_unknown"
    assert bring(agency, text, defaults={"side": "seller"}).created == 1
    tenant = bring(agency, "Арендатор;Сумма\nИванов Пётр;60 тыс\n")
    assert tenant.created == 1
    one = agency.ask(deals)[1]
    assert (one["kind"], one["side"], one["title"]) == ("rent", "tenant", "Иванов Пётр")


@pytest.mark.parametrize("suffix", ["csv", "json", "xlsx"])
def test_our_own_files_come_back(agency: Agency, suffix: str) -> None:
    bring(agency, FILE)
    agency.do(create(title="Без номера", tags=["а", "б"], notes="строка\nвторая", attributes={"Ключ": "3"}))
    whole = agency.ask(deals)
    data = agency.ask(lambda work: sent(work, suffix))
    assert bring(agency, data, suffix).counts == {"created": 0, "updated": 0, "unchanged": len(whole), "rejected": 0}
    assert agency.ask(deals) == whole


def test_another_agents_deals_and_listings_are_not_touched(agency: Agency) -> None:
    for name in ("boris", "vera"):
        agency.add_account(name)
    listing(agency, "boris", external_id="L-1")
    text = "external_id;Название;Код объекта;Покупатель;Сумма\nA;Сделка;L-1;Иванов;5 млн\n"
    bring(agency, text, user="boris")
    report = bring(agency, text.replace("5 млн", "6 млн"), user="vera")
    assert report.created == 1
    assert report.warnings[0][1].code == "import.listing_unknown"
    assert [one["amount"] for one in agency.ask(deals, user="boris")] == [5_000_000]


@settings(max_examples=40, deadline=None)
@given(cells=st.lists(st.text(max_size=40), min_size=9, max_size=9))
def test_no_cell_stops_the_reading(cells: list[str]) -> None:
    header = ["Покупатель", "Телефон", "Сумма", "Дата закрытия", "Стадия", "parties", "Метки", "Объект", "Аванс"]
    row = plan(header, Reading("Europe/Moscow", HandClock().now())).convert(cells)
    assert row.values or row.people or row.problems
