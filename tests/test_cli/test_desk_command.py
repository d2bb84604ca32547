"""`realty log`, `undo`, `search`: what was done, and done no longer."""

from __future__ import annotations

import pytest

from tests.conftest import Agency
from tests.test_cli.conftest import Line

ADD = ("properties", "add", "--type", "apartment", "--deal", "sale")


@pytest.fixture
def busy(realty: Line) -> Line:
    realty(*ADD, "-p", "5m", "--city", "Казань")
    realty("properties", "edit", 1, "-p", "4.9m", "--tag", "vip")
    realty("properties", "delete", 1, "--yes")
    return realty


def test_the_log_tells_who_did_what_by_which_command(busy: Line, office: Agency) -> None:
    body = busy.json("log")
    assert body == {"items": office.ask(lambda work: work.history.operations())}
    assert [one["command"] for one in body["items"]] == ["properties delete", "properties edit", "properties add"]
    assert {one["actor"] for one in body["items"]} == {"anna"}
    rows = [line.split("\t") for line in busy("log").out.splitlines()]
    assert [row[0] for row in rows] == ["3", "2", "1"]
    assert rows[0][4] == "property.delete:1"
    assert len(busy.json("log", "--limit", 1)["items"]) == 1
    assert len(busy.json("log", "--listing", 1)["items"]) == 3
    assert busy.json("log", "--listing", 99)["items"] == []
    assert busy.json("log", "--listing", 10**25)["items"] == []
    for limit in (0, 10_001, -1):
        busy("log", "--limit", limit, code=2)


def test_the_log_tells_every_single_change(busy: Line, office: Agency) -> None:
    body = busy.json("log", "--changes")
    assert body == office.ask(lambda work: work.history.changes(limit=20))
    edit = body["items"][1]
    assert (edit["old"]["price"], edit["diff"]["price"], edit["diff"]["tags"]) == (5_000_000, 4_900_000, ["vip"])
    assert busy.json("log", "--changes", "--since", body["next_since"]) == {
        "items": [],
        "next_since": body["next_since"],
        "more": False,
    }
    assert busy.json("log", "--since", 0) == body
    part = busy.json("log", "--since", 0, "--limit", 2)
    assert (part["items"], part["more"]) == (body["items"][:2], True)
    assert busy.json("log", "--since", part["next_since"])["items"] == body["items"][2:]
    assert "--since 2" in busy("log", "--since", 0, "--limit", 2, "--output", "table").err
    busy("log", "--since", -1, code=2)
    assert [one["operation_id"] for one in busy.json("log", "--operation", 2)["items"]] == [2]
    table = busy("log", "--changes", "--output", "table").out
    assert "price: 5000000 → 4900000" in " ".join(table.split())
    assert "import_hash" not in table


@pytest.mark.parametrize("lang", ["en", "ru"])
def test_the_log_as_a_table(busy: Line, lang: str) -> None:
    table = busy("log", "--output", "table", "--lang", lang).out
    assert "anna" in table
    assert ("property" in table) == (lang == "en")


def test_the_last_command_is_taken_back_and_done_again(busy: Line) -> None:
    would = busy.json("undo", "--dry-run")
    assert (would["undone"], would["command"]) == (3, "properties delete")
    assert busy.json("properties", "list")["total"] == 0
    done = busy.json("undo")
    assert (done["undone"], done["reverted"]) == (3, 1)
    assert busy.json("properties", "list")["total"] == 1
    again = busy("undo", done["operation_id"])
    assert "properties delete" in busy("log").out
    assert "realty undo" in again.err
    assert busy.json("properties", "list")["total"] == 0


def test_what_is_final_names_what_can_be_taken_back(busy: Line) -> None:
    busy("properties", "add", "--title", "x", "--type", "room", "--deal", "sale", "--price", "3m")
    busy("events", "feeds", "add", "phone")
    busy("events", "feeds", "revoke", 1, "--yes")
    said = busy("undo", "--lang", "en", code=5).err
    assert "No. 6 (events feeds revoke 1)" in said
    assert "realty undo 4" in said
    assert busy.json("undo", 4)["removed"] == 1


def test_commands_are_taken_back_one_after_the_other(busy: Line) -> None:
    for command in ("properties delete", "properties edit", "properties add"):
        assert busy.json("undo")["command"] == command
    assert "nothing" in busy("undo", code=4).err
    assert busy("undo", "--lang", "ru", code=4).err == "Ошибка: Отменять нечего.\n"


def test_what_something_stands_on_is_not_taken_back(busy: Line) -> None:
    ran = busy("undo", 1, code=5)
    assert "realty undo 3" in ran.err
    busy("undo", 99, code=4)
    busy("undo", 10**25, code=4)
    busy("undo", 0, code=4)
    busy("undo", "x", code=2)


def test_an_agent_sees_and_takes_back_only_his_own(busy: Line, office: Agency) -> None:
    office.add_account("boris")
    assert busy.json("log", "--as", "boris") == {"items": []}
    assert busy.json("log", "--changes", "--as", "boris")["items"] == []
    busy("undo", "--as", "boris", code=4)
    busy("undo", 3, "--as", "boris", code=4)
    busy(*ADD, "-p", "1", "--as", "boris")
    assert busy.json("log")["items"][0]["actor"] == "boris"
    busy("undo", 4, "--as", "anna")


def test_one_search_finds_everything(realty: Line, office: Agency) -> None:
    realty(*ADD, "-p", "5m", "--title", "Квартира на Лесной")
    realty("clients", "add", "--name", "Лесная Анна", "--phone", "8 916 123-45-67")
    realty("deals", "add", "--title", "Покупают на Лесной", "--kind", "sale", "--side", "buyer")
    body = realty.json("search", "лесной")
    assert body == office.ask(lambda work: work.search.everything("лесной"))
    assert [line.split("\t")[1] for line in realty("search", "лесной").out.splitlines()] == [
        "properties", "clients", "deals",
    ]  # fmt: skip
    table = realty("search", "лесной", "--output", "table").out
    assert ("Лесная Анна" in table, "Покупают на Лесной" in table) == (True, True)
    assert realty.json("search", "лесной", "--in", "clients")["total"] == 1
    assert realty.json("search", "лесной", "--deal", "sale").keys() >= {"items", "next_cursor"}
    realty("search", "лесной", "--in", "accounts", code=2)
    realty("search", "лесной", "-n", 0, code=2)
    assert "Nothing found." in realty("search", "нетничего", "--output", "table").err


def test_the_log_of_a_client_and_of_a_deal(realty: Line) -> None:
    realty(*ADD, "-p", "5m")
    realty("clients", "add", "--name", "Лесная Анна", "--phone", "8 916 123-45-67")
    realty("deals", "add", "--title", "Сделка", "--kind", "sale", "--side", "buyer")
    realty("deals", "edit", 1, "--amount", "5m")
    assert [one["command"] for one in realty.json("log", "--deal", 1)["items"]] == ["deals edit", "deals add"]
    assert [one["command"] for one in realty.json("log", "--client", 1)["items"]] == ["clients add"]
    assert [one["kind"] for one in realty.json("log", "--deal", 1, "--changes")["items"]] == ["deal", "deal"]
    assert "deal" in realty("log", "--deal", 1, "--output", "table").out
    realty("log", "--deal", 1, "--client", 1, code=2)
