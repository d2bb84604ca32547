"""What realty asks a person at a terminal, and what it makes of the answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Agency
from tests.test_cli.terminal import Terminal
from tests.test_properties.listings import create


def listing(office: Agency, number: int = 1) -> dict[str, Any]:
    shown: dict[str, Any] = office.ask(lambda work: work.properties.get(number, deleted=None))
    return shown


def test_a_listing_is_entered_by_answering(home: Path, office: Agency) -> None:
    with Terminal(home, "properties", "add") as terminal:
        terminal.expect("Kind of property (apartment, house, room,")
        terminal.type("castle\n")
        terminal.expect("“castle” does not fit here.")
        terminal.type("house\n")
        terminal.expect("Deal (sale, rent, daily rent) [sale]: ")
        terminal.type("\n")
        terminal.expect("Price: ")
        terminal.type("dear\n")
        terminal.expect("“dear” does not fit here.")
        terminal.type("5,5 млн\n")
        for question, answer in (("Rooms", ""), ("Area", "120,5"), ("Address", "Казань, ул. Мира, 5")):
            terminal.expect(question)
            terminal.type(answer + "\n")
        terminal.expect("Listing 1 is entered.")
        assert terminal.end() == 0
    made = listing(office)
    assert (made["property_type"], made["deal_type"], made["price"]) == ("house", "sale", 5_500_000)
    assert (made["rooms"], made["area_total"], made["address"]) == (None, 120.5, "Казань, ул. Мира, 5")


def test_in_russian_the_questions_and_the_answers_are_russian(home: Path, office: Agency) -> None:
    with Terminal(home, "properties", "add", "--lang", "ru") as terminal:
        terminal.expect("(квартира, дом, комната,")
        terminal.type("дом\n")
        terminal.expect("[продажа]: ")
        terminal.type("rent\n")
        terminal.expect("Цена: ")
        terminal.type("50 тыс\n")
        for _ in range(3):
            terminal.expect(": ")
            terminal.type("\n")
        terminal.expect("внесён")
        assert terminal.end() == 0
    assert (listing(office)["property_type"], listing(office)["deal_type"]) == ("house", "rent")


def test_only_what_was_not_given_is_asked(home: Path, office: Agency) -> None:
    with Terminal(home, "properties", "add", "-t", "room", "-d", "rent", "--status", "draft") as terminal:
        assert terminal.end() == 0
        assert "Price" not in terminal.shown.partition("Price of m²")[0].replace("Price ", "")
    assert listing(office)["status"] == "draft"


@pytest.mark.parametrize(
    ("answer", "goes", "lang"), [("y", True, "en"), ("ДА", True, "ru"), ("n", False, "en"), ("", False, "en")]
)
def test_a_deletion_is_asked_about(home: Path, office: Agency, answer: str, goes: bool, lang: str) -> None:
    office.do(create())
    with Terminal(home, "properties", "delete", "1", "--lang", lang) as terminal:
        terminal.expect("1?")
        terminal.type(answer + "\n")
        terminal.expect("In the bin: 1" if goes and lang == "en" else "корзине" if goes else "Nothing was changed.")
        assert (terminal.end() == 0) == goes
    assert (listing(office)["deleted_at"] is not None) == goes


@pytest.mark.parametrize("key", ["\x03", "\x04"])
def test_leaving_a_question_changes_nothing(home: Path, office: Agency, key: str) -> None:
    office.do(create())
    for words, question in (
        (["properties", "delete", "1"], "?"), (["properties", "add"], "Kind of property"),
        (["properties", "bulk", "--all", "--set", "city=x"], "?"), (["properties", "purge"], "?"),
    ):  # fmt: skip
        with Terminal(home, *words) as terminal:
            terminal.expect(question)
            terminal.type(key)
            code = terminal.end()
            assert code == (130 if key == "\x03" else 1), (words, code, terminal.shown)
            assert "Traceback" not in terminal.shown
            assert "mistake in realty" not in terminal.shown
    assert listing(office)["deleted_at"] is None
    assert office.ask(lambda work: work.db.value("SELECT count(*) FROM operations")) == 1


def test_the_first_account_is_named_by_its_owner(tmp_path: Path) -> None:
    home = tmp_path / "fresh"
    with Terminal(home, "init", LOGNAME="vera", USER="vera") as terminal:
        terminal.expect("Name of the first account [vera]: ")
        terminal.type("Вера Петровна\n")
        terminal.expect("You work as Вера Петровна.")
        assert terminal.end() == 0
    assert json.loads((home / "session").read_bytes()) == {"username": "Вера Петровна"}


def test_a_terminal_gets_a_table_that_no_title_can_steer(home: Path, office: Agency) -> None:
    office.do(create(title="[bold]x[/bold] \u202e\u200b :smile:", city="Казань"))
    with Terminal(home, "properties", "list", columns=120) as terminal:
        assert terminal.end() == 0
        assert "[bold]x[/bold]" in terminal.shown
        assert ":smile:" in terminal.shown
        assert not {"\u202e", "\u200b"} & set(terminal.shown)
        assert "Shown 1 of 1." in terminal.shown
    with Terminal(home, "properties", "list", "--json") as terminal:
        assert terminal.end() == 0
        assert '\n  "items": [' in terminal.shown.replace("\r\n", "\n"), "indented where a person reads it"
    with Terminal(home, "properties", "export") as terminal:
        assert terminal.end() == 0
        assert "\u202e" not in terminal.shown
