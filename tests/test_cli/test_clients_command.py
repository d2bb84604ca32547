"""`realty clients` as a person and a script use it."""

from __future__ import annotations

from typing import Any

from tests.command import Command


def add(realty: Command, *more: str) -> dict[str, Any]:
    line = ("clients", "add", "--name", "Пётр Иванов", "--phone", "8 916 123-45-67=жена", "--role", "buyer", *more)
    made: dict[str, Any] = realty(*line, "--json").json()
    return made


def test_a_client_is_entered_found_and_shown(realty_command: Command) -> None:
    made = add(realty_command, "--email", "P@example.com", "--tag", "ипотека", "--attr", "Этаж=не первый")
    assert (made["name"], made["phones"]) == ("Иванов Пётр", [{"value": "+79161234567", "label": "жена"}])
    assert (made["emails"][0]["value"], made["attributes"]) == ("p@example.com", {"Этаж": "не первый"})
    for words in (["8", "916", "123"], ["4567"], ["иванову"], ["--", "+7916"]):
        found = realty_command("--json", "clients", "search", *words).json()
        assert found["items"] == [made]
    listed = realty_command("clients", "list", "--role", "buyer", "--phone", "916123", "--json").json()
    assert (listed["items"], listed["total"]) == ([made], 1)
    assert realty_command("clients", "show", "1", "--json").json() == made
    shown = realty_command("--output", "table", "--lang", "ru", "clients", "show", "1").out
    assert "+7 916 123-45-67 (жена)" in shown
    assert "покупатель" in shown


def test_contacts_are_added_and_taken_off_in_any_notation(realty_command: Command) -> None:
    add(realty_command)
    body = realty_command("clients", "edit", "1", "--add-phone", "84952223344=рабочий", "--json").json()
    assert [one["value"] for one in body["phones"]] == ["+79161234567", "+74952223344"]
    body = realty_command("clients", "edit", "1", "--drop-phone", "8 (916) 123 45 67", "--json").json()
    assert body["phones"] == [{"value": "+74952223344", "label": "рабочий"}]
    body = realty_command("clients", "edit", "1", "--phone", "+79990001122", "--clear", "source", "--json").json()
    assert [one["value"] for one in body["phones"]] == ["+79990001122"]
    assert "phones.0.value" in realty_command("clients", "edit", "1", "--phone", "12", code=2).err


def test_what_was_said_is_logged_and_listed(realty_command: Command) -> None:
    add(realty_command)
    realty_command("clients", "leads", "add", "1", "--side", "buyer", "--budget", "12,5 млн")
    said = realty_command(
        "clients", "log", "1", "call", "Договорились", "посмотреть", "--seconds", "90", "--json"
    ).json()
    assert (said["text"], said["lead_id"], said["outcome"]) == ("Договорились посмотреть", 1, "two_way")
    assert realty_command("clients", "log", "1", "--json").json()["items"] == [said]
    assert realty_command("clients", "interactions", "list", "--channel", "call", "--json").json()["total"] == 1
    lead = realty_command("clients", "leads", "show", "1", "--json").json()
    assert (lead["stage"], lead["budget_max"], lead["first_response_at"]) == ("contacted", 12_500_000, said["at"])


def test_a_lead_goes_its_way(realty_command: Command) -> None:
    add(realty_command)
    realty_command("clients", "leads", "add", "1", "--side", "seller")
    refused = realty_command("--lang", "ru", "clients", "leads", "move", "1", "lost", code=None)
    assert (refused.code != 0, "почему" in refused.err) == (True, True)
    lost = realty_command("clients", "leads", "move", "1", "lost", "--reason", "передумали", "--json").json()
    assert (lost["stage"], lost["lost_reason"]) == ("lost", "передумали")
    refused = realty_command("--lang", "ru", "clients", "leads", "move", "1", "won", code=None)
    assert "«отказ»" in refused.err
    assert "«успех»" in refused.err
    steps = realty_command("clients", "leads", "history", "1", "--json").json()["entries"]
    assert [(step["old"], step["new"]) for step in steps] == [(None, "new"), ("new", "lost")]
    realty_command("clients", "leads", "delete", "1", "--yes")
    realty_command("clients", "leads", "restore", "1")
    assert realty_command("clients", "leads", "list", "--ended", "--json").json()["total"] == 1


def test_an_enquiry_is_safe_to_repeat(realty_command: Command) -> None:
    line = ("clients", "intake", "--phone", "89161234567", "--text", "Ещё продаётся?", "--source", "avito", "--json")
    first, again = realty_command(*line).json(), realty_command(*line).json()
    assert (first["created_client"], first["repeated"], again["repeated"]) == (True, False, True)
    assert (again["client"], again["lead"]) == (first["client"], first["lead"])
    told = realty_command(*line[:-1])
    assert "taken in before" in told.err


def test_the_bin_and_undo(realty_command: Command) -> None:
    add(realty_command)
    assert realty_command("clients", "delete", "1", code=None).code != 0  # asks, and there is nobody to ask
    realty_command("clients", "delete", "1", "--yes")
    assert realty_command("clients", "list", "--json").json()["total"] == 0
    assert realty_command("clients", "list", "--deleted", "--json").json()["total"] == 1
    realty_command("undo")
    assert realty_command("clients", "list", "--json").json()["total"] == 1


def test_stored_text_steers_no_terminal(realty_command: Command) -> None:
    refused = realty_command("clients", "add", "--name", "\x1b[31mКрасный", code=None)
    assert refused.code != 0
    realty_command("clients", "add", "--name", "[red]Иван[/red] :smile:")
    shown = realty_command("--output", "table", "clients", "list").out
    assert "[red]Иван[/red]" in shown
