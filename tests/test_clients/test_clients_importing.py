"""Files of clients: what is read of them, how a person is known again, and that they come back as they went."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realty_cli.clients.mapping import plan
from realty_cli.errors import Denied, Invalid
from realty_cli.kit.actor import Actor
from realty_cli.kit.importing import Prepared
from realty_cli.store.import_run import RefusedError
from tests.conftest import Agency, HandClock
from tests.test_clients.client_files import bring, clients, leads, sent

FILE = """ФИО;Телефон;Бюджет от;Бюджет до;Комментарий;Источник;Тег
Иванов Пётр Сергеевич;8 (916) 123-45-67, +7 495 222-33-44;5 млн;7 500 000;Ищет двушку;Авито;ипотека, срочно
Мария Кузнецова;89031112233;;;;;
ООО «Ромашка»;;;;Позвонить в марте;;
;;;;без имени;;
"""


def body(found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(one["name"], [phone["value"] for phone in one["phones"]], one["source"], one["tags"]) for one in found]


def test_a_file_with_russian_headers_comes_in(agency: Agency) -> None:
    bad: list[Prepared] = []
    report = bring(agency, FILE, bad=bad)
    assert report.counts == {"created": 3, "updated": 0, "unchanged": 0, "rejected": 1}
    assert [(one.line, one.problems[0].code) for one in bad] == [(5, "client.nameless")]
    found = agency.ask(clients)
    assert body(found) == [
        ("Иванов Пётр Сергеевич", ["+79161234567", "+74952223344"], "Авито", ["ипотека", "срочно"]),
        ("Кузнецова Мария", ["+79031112233"], None, []),
        ("ООО «Ромашка»", [], None, []),
    ]
    assert (found[0]["roles"], found[0]["notes"], found[2]["kind"]) == (["buyer"], "Ищет двушку", "company")
    (lead,) = agency.ask(leads)
    assert (lead["client_id"], lead["side"], lead["budget_min"], lead["budget_max"], lead["source"]) == (
        found[0]["id"], "buyer", 5_000_000, 7_500_000, "Авито",
    )  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_the_same_file_again_changes_nothing(agency: Agency, encoding: str) -> None:
    bring(agency, FILE.encode(encoding))
    before = agency.ask(clients), agency.ask(leads)
    again = bring(agency, FILE.encode(encoding))
    assert again.counts == {"created": 0, "updated": 0, "unchanged": 3, "rejected": 1}
    assert again.import_id is None
    assert (agency.ask(clients), agency.ask(leads)) == before


def test_a_changed_row_updates_its_client_and_the_open_lead(agency: Agency) -> None:
    bring(agency, FILE)
    changed = (
        FILE.replace("7 500 000", "8 млн")
        .replace("ипотека, срочно", "ипотека")
        .replace("Мария Кузнецова;89031112233;", "Кузнецова Мария Павловна;+7 903 111-22-33, 8 903 111 22 44;")
    )
    report = bring(agency, changed)
    assert report.counts == {"created": 0, "updated": 2, "unchanged": 1, "rejected": 1}
    found = agency.ask(clients)
    assert found[0]["tags"] == ["ипотека", "срочно"], "a list grows; what an agent added is not lost"
    assert (found[1]["name"], len(found[1]["phones"])) == ("Кузнецова Мария Павловна", 2)
    assert [one["budget_max"] for one in agency.ask(leads)] == [8_000_000]
    assert bring(agency, changed).counts["unchanged"] == 3


def test_an_import_is_taken_back_whole(agency: Agency) -> None:
    first = bring(agency, FILE)
    second = bring(agency, FILE.replace("7 500 000", "8 млн"))
    assert second.import_id is not None
    agency.do(lambda work: work.undo.undo_import(second.import_id))
    assert [one["budget_max"] for one in agency.ask(leads)] == [7_500_000]
    agency.do(lambda work: work.undo.undo_import(first.import_id))
    assert (agency.ask(clients), agency.ask(leads)) == ([], [])
    assert bring(agency, FILE).counts["created"] == 3


def test_two_people_of_one_phone_are_two_clients(agency: Agency) -> None:
    text = "ФИО;Телефон\nИванов Пётр;89161234567\nИванова Мария;89161234567\nПётр;89161234567\n"
    assert bring(agency, text).counts == {"created": 2, "updated": 0, "unchanged": 1, "rejected": 0}
    assert [one["name"] for one in agency.ask(clients)] == ["Иванов Пётр", "Иванова Мария"]
    assert bring(agency, text).counts["created"] == 0


def test_an_external_number_knows_its_client_under_another_name_and_phone(agency: Agency) -> None:
    bring(agency, "ID клиента;ФИО;Телефон\nA-1;Иванова Мария;89161234567\n")
    report = bring(agency, "ID клиента;ФИО;Телефон\nA-1;Петрова Мария;89031234567\n")
    assert report.counts["updated"] == 1
    (one,) = agency.ask(clients)
    assert (one["name"], len(one["phones"])) == ("Петрова Мария", 2)


def test_namesakes_without_a_phone_are_told_apart_by_their_rows(agency: Agency) -> None:
    text = "Имя клиента;Комментарий\nАнна;первая\nАнна;вторая\nАнна;первая\n"
    assert bring(agency, text).counts == {"created": 2, "updated": 0, "unchanged": 1, "rejected": 0}
    assert bring(agency, text).counts == {"created": 0, "updated": 0, "unchanged": 3, "rejected": 0}


def test_dry_and_atomic_runs_keep_nothing(agency: Agency) -> None:
    assert bring(agency, FILE, dry_run=True).counts["created"] == 3
    with pytest.raises(RefusedError):
        bring(agency, FILE, atomic=True)
    assert agency.ask(clients) == []


def test_rows_with_somebody_elses_numbers_touch_nothing_of_theirs(agency: Agency) -> None:
    agency.add_account("olga")
    agency.add_account("boris")
    bring(agency, FILE, user="olga")
    before = agency.ask(clients, "olga")
    number = before[0]["id"]
    text = f"id;created_at;owner_id;name;phones;emails\n{number};{before[0]['created_at']};2;Чужой;89161234567;\n"
    assert bring(agency, text, user="boris").counts["created"] == 1
    assert agency.ask(clients, "olga") == before
    assert [one["name"] for one in agency.ask(clients, "boris")] == ["Чужой"]


def test_a_program_that_may_only_read_imports_nothing(agency: Agency) -> None:
    reader = Actor(1, "anna", sees_all=True, scopes=frozenset({"read"}), via="key")
    with agency.write() as work:
        work.actor = reader
        with pytest.raises(Denied):
            work.client_importer()
    with agency.read() as work:
        work.actor = reader
        with pytest.raises(Denied):
            sent(work)


@pytest.mark.parametrize("suffix", ["csv", "tsv", "json", "jsonl", "xlsx"])
def test_what_was_sent_out_comes_in_again_as_it_was(agency: Agency, suffix: str) -> None:
    bring(agency, FILE)
    before = agency.ask(clients)
    data = agency.ask(lambda work: sent(work, suffix))
    report = bring(agency, data, suffix=suffix)
    assert (report.created, report.rejected) == (0, 0), report.outcomes
    agency.do(lambda work: [work.clients.delete(one["id"]) for one in before])
    agency.add_account("olga")
    report = bring(agency, data, suffix=suffix, user="olga")
    assert report.counts["created"] == 3
    assert body(agency.ask(clients, "olga")) == body(before)


def test_an_anonymised_file_tells_of_nobody(agency: Agency) -> None:
    bring(agency, FILE.replace("Ищет двушку", "Ищет двушку, жена 8 903 777-66-55, t.me/petya_iv, ivan@example.com"))
    for suffix in ("csv", "json"):
        text = agency.ask(lambda work, suffix=suffix: sent(work, suffix, anonymise=True)).decode()
        for secret in ("Иванов", "Пётр", "1234567", "123-45-67", "2223344", "7776655", "777-66-55", "petya_iv",
                       "ivan@", "Ромашка", "Кузнецова"):  # fmt: skip
            assert secret not in text, secret
        assert "И. П. С." in text
        assert "ипотека" in text


def test_a_formula_in_a_name_stays_text(agency: Agency) -> None:
    bring(agency, 'ФИО;Комментарий\nАнна;"=HYPERLINK(""http://x"")"\n')
    (row,) = csv.DictReader(io.StringIO(agency.ask(sent).decode()))
    assert row["notes"] == '\'=HYPERLINK("http://x")'
    assert json.loads(agency.ask(lambda work: sent(work, "json")))[0]["notes"] == '=HYPERLINK("http://x")'


NOW = HandClock().now()


@pytest.mark.parametrize(
    ("header", "cell", "lead"),
    [
        ("Бюджет", "5-7 млн", {"budget_min": 5_000_000, "budget_max": 7_000_000}),
        ("Бюджет", "от 5 млн до 7,5 млн", {"budget_min": 5_000_000, "budget_max": 7_500_000}),
        ("Бюджет", "до 10 млн", {"budget_max": 10_000_000}),
        ("Бюджет", "от 3 млн", {"budget_min": 3_000_000}),
        ("Бюджет, тыс. руб.", "5000", {"budget_max": 5_000_000, "currency": "RUB"}),
        ("Бюджет до", "12 500 000 ₽", {"budget_max": 12_500_000, "currency": "RUB"}),
        ("Что хочет", "сдать", {"side": "landlord"}),
        ("Запрос", "двушка у парка", {"lead_note": "двушка у парка"}),
    ],
)
def test_the_cells_of_a_need(header: str, cell: str, lead: dict[str, Any]) -> None:
    found = plan(["ФИО", header], now=NOW).convert(["Анна", cell])
    assert found.lead == {"side": "buyer", **lead}
    assert not found.warnings


@pytest.mark.parametrize(
    ("header", "cell", "values"),
    [
        ("Телефон", "8 916 123 45 67 (жена); +7(495)222-33-44", {
            "phones": [{"value": "+79161234567", "label": "жена"}, {"value": "+74952223344"}],
        }),
        ("Контакт", "Пётр, 8-916-123-45-67", {"name": "Пётр", "phones": [{"value": "+79161234567"}]}),
        ("E-mail", "A@Example.com, b@ya.ru", {"emails": [{"value": "a@example.com"}, {"value": "b@ya.ru"}]}),
        ("Телеграм", "https://t.me/Ivan_Petrov", {"telegram": "ivan_petrov"}),
        ("Тип клиента", "Арендатор, покупатель", {"roles": ["tenant", "buyer"]}),
        ("Статус", "в работе", {"stage": "active"}),
        ("Менеджер", "Ольга", {"attributes": {"responsible": "Ольга"}}),
        ("Любимый цвет", "синий", {"attributes": {"Любимый цвет": "синий"}}),
    ],
)  # fmt: skip
def test_the_cells_of_a_client(header: str, cell: str, values: dict[str, Any]) -> None:
    found = plan(["Фамилия", header], now=NOW).convert(["Иванов", cell])
    assert {name: value for name, value in found.values.items() if name != "last_name"} == values
    assert not found.warnings


def test_what_cannot_be_read_is_kept_and_said(agency: Agency) -> None:
    report = bring(agency, "ФИО;Телефон;Статус;Бюджет до;Дата рождения\nАнна;нет такого;странный;много;31.02.1980\n")
    assert report.counts["created"] == 1
    assert len(report.warnings) == 4
    (one,) = agency.ask(clients)
    assert one["attributes"] == {
        "Телефон": "нет такого", "Статус": "странный", "Бюджет до": "много", "Дата рождения": "31.02.1980",
    }  # fmt: skip


@pytest.mark.parametrize("options", [{"mapping": {"ФИО": "salary"}}, {"mapping": {"Нет": "name"}},
                                     {"defaults": {"stage": "странный"}}])  # fmt: skip
def test_a_wrong_wish_is_refused(agency: Agency, options: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        bring(agency, "ФИО;Тел\nАнна;1\n", **options)


def test_headers_and_values_may_be_told(agency: Agency) -> None:
    bring(agency, "Как звать;X\nАнна;89161234567\n", mapping={"Как звать": "name", "X": "phones"},
          defaults={"source": "выставка", "roles": "продавец"})  # fmt: skip
    (one,) = agency.ask(clients)
    assert (one["name"], one["source"], one["roles"], len(one["phones"])) == ("Анна", "выставка", ["seller"], 1)


@given(st.lists(st.text(max_size=60), min_size=7, max_size=7))
def test_no_cell_breaks_the_reading(cells: list[str]) -> None:
    how = plan(["ФИО", "Телефон", "Бюджет", "Тег", "Дата рождения", "Telegram", "E-mail"], now=NOW)
    found = how.convert(cells)
    assert found.problems or found.values
