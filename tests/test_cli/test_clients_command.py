"""`realty clients` as a person and a script use it."""

from __future__ import annotations

from typing import Any

from tests.test_cli.conftest import Line


def add(realty: Line, *more: str) -> dict[str, Any]:
    line = ("clients", "add", "--name", "Пётр Иванов", "--phone", "8 916 123-45-67=жена", "--role", "buyer", *more)
    made: dict[str, Any] = realty(*line, "--json").json()
    return made


def test_a_client_is_entered_found_and_shown(realty: Line) -> None:
    made = add(realty, "--email", "P@example.com", "--tag", "ипотека", "--attr", "Этаж=не первый")
    assert (made["name"], made["phones"]) == ("Иванов Пётр", [{"value": "+79161234567", "label": "жена"}])
    assert (made["emails"][0]["value"], made["attributes"]) == ("p@example.com", {"Этаж": "не первый"})
    for words in (["8", "916", "123"], ["4567"], ["иванову"], ["--", "+7916"]):
        found = realty("--json", "clients", "search", *words).json()
        assert found["items"] == [made]
    listed = realty("clients", "list", "--role", "buyer", "--phone", "916123", "--json").json()
    assert (listed["items"], listed["total"]) == ([made], 1)
    assert realty("clients", "show", "1", "--json").json() == made
    shown = realty("--output", "table", "--lang", "ru", "clients", "show", "1").out
    assert "+7 916 123-45-67 (жена)" in shown
    assert "покупатель" in shown


def test_contacts_are_added_and_taken_off_in_any_notation(realty: Line) -> None:
    add(realty)
    body = realty("clients", "edit", "1", "--add-phone", "84952223344=рабочий", "--json").json()
    assert [one["value"] for one in body["phones"]] == ["+79161234567", "+74952223344"]
    body = realty("clients", "edit", "1", "--drop-phone", "8 (916) 123 45 67", "--json").json()
    assert body["phones"] == [{"value": "+74952223344", "label": "рабочий"}]
    body = realty("clients", "edit", "1", "--phone", "+79990001122", "--clear", "source", "--json").json()
    assert [one["value"] for one in body["phones"]] == ["+79990001122"]
    assert "phones.0.value" in realty("clients", "edit", "1", "--phone", "12", code=2).err


def test_what_was_said_is_logged_and_listed(realty: Line) -> None:
    add(realty)
    realty("clients", "leads", "add", "1", "--side", "buyer", "--budget", "12,5 млн")
    said = realty("clients", "log", "1", "call", "Договорились", "посмотреть", "--seconds", "90", "--json").json()
    assert (said["text"], said["lead_id"], said["outcome"]) == ("Договорились посмотреть", 1, "two_way")
    assert realty("clients", "log", "1", "--json").json()["items"] == [said]
    assert realty("clients", "interactions", "list", "--channel", "call", "--json").json()["total"] == 1
    lead = realty("clients", "leads", "show", "1", "--json").json()
    assert (lead["stage"], lead["budget_max"], lead["first_response_at"]) == ("contacted", 12_500_000, said["at"])


def test_a_lead_goes_its_way(realty: Line) -> None:
    add(realty)
    realty("clients", "leads", "add", "1", "--side", "seller")
    refused = realty("--lang", "ru", "clients", "leads", "move", "1", "lost", code=None)
    assert (refused.code != 0, "почему" in refused.err) == (True, True)
    lost = realty("clients", "leads", "move", "1", "lost", "--reason", "передумали", "--json").json()
    assert (lost["stage"], lost["lost_reason"]) == ("lost", "передумали")
    refused = realty("--lang", "ru", "clients", "leads", "move", "1", "won", code=None)
    assert "«отказ»" in refused.err
    assert "«успех»" in refused.err
    steps = realty("clients", "leads", "history", "1", "--json").json()["entries"]
    assert [(step["old"], step["new"]) for step in steps] == [(None, "new"), ("new", "lost")]
    realty("clients", "leads", "delete", "1", "--yes")
    realty("clients", "leads", "restore", "1")
    assert realty("clients", "leads", "list", "--ended", "--json").json()["total"] == 1


def test_an_enquiry_is_safe_to_repeat(realty: Line) -> None:
    line = ("clients", "intake", "--phone", "89161234567", "--text", "Ещё продаётся?", "--source", "avito", "--json")
    first, again = realty(*line).json(), realty(*line).json()
    assert (first["created_client"], first["repeated"], again["repeated"]) == (True, False, True)
    assert (again["client"], again["lead"]) == (first["client"], first["lead"])
    told = realty(*line[:-1])
    assert "taken in before" in told.err


def test_the_bin_and_undo(realty: Line) -> None:
    add(realty)
    assert realty("clients", "delete", "1", code=None).code != 0  # asks, and there is nobody to ask
    realty("clients", "delete", "1", "--yes")
    assert realty("clients", "list", "--json").json()["total"] == 0
    assert realty("clients", "list", "--deleted", "--json").json()["total"] == 1
    realty("undo")
    assert realty("clients", "list", "--json").json()["total"] == 1


def test_stored_text_steers_no_terminal(realty: Line) -> None:
    refused = realty("clients", "add", "--name", "\x1b[31mКрасный", code=None)
    assert refused.code != 0
    realty("clients", "add", "--name", "[red]Иван[/red] :smile:")
    shown = realty("--output", "table", "clients", "list").out
    assert "[red]Иван[/red]" in shown
