"""Stored text on a terminal (items 169 to 171): it is shown, and steers nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from realty_cli.errors import Invalid
from realty_cli.kit.schema import validate
from realty_cli.properties.schemas.listing import PropertyCreate
from realty_cli.store import driver
from tests.command import Command
from tests.test_acceptance.faults import Forge
from tests.test_acceptance.terminals import MOVES, STYLE, Terminal

#: What a terminal obeys, each followed by a word that must be seen.
ESCAPES = {
    "title": "\x1b]0;owned\x07Seen",
    "clear": "\x1b[2J\x1b[HSeen",
    "colour": "\x1b[38;5;123mSeen",
    "clipboard": "\x1b]52;c;ZWNobyBvd25lZA==\x07Seen",
    "link": "\x1b]8;;file:///etc/passwd\x1b\\Seen\x1b]8;;\x1b\\",
    "answer": "\x1b[6n\x05Seen",
    "eight bits": "\x9b31m\x9d0;owned\x9c\x90q\x85Seen",
    "backspace": "Good\x08\x08\x08\x08\rSeen\x0b\x0c\x7f",
    "lines": "Seen\nOverwritten\r\x00",
}
BIDI = {
    "override": "Seen\u202egnp.exe\u202c",
    "isolate": "\u2066Seen\u2069\u2067\u2068",
    "zero width": "Se\u200ben\u200c\u200d\u200e\u200f\u2060\ufeff",
    "arabic mark": "Seen\u061c",
    "separators": "Seen\u2028\u2029",
}
MARKUP = {
    "colour": "[red]Seen[/red]",
    "end": "Seen [/] [/b] [/nothing]",
    "link": "[link=file:///etc/passwd]Seen[/link]",
    "emoji": ":bomb: Seen :pile_of_poo:",
    "open": "Seen [bold [[ ]] \\[x]",
    "style": "[@click=app.bell]Seen[/] [not a style]x",
    "format": "Seen {0.__class__} {name} %(x)s {{7*7}}",
}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
#: Columns of texts that a person writes.
TEXTS = (
    "title", "description", "city", "district", "street", "house", "flat", "address", "metro", "region", "country",
    "contact_name", "contact_phone", "external_id", "source", "source_url", "status_reason", "cadastral_number",
)  # fmt: skip


def put(store: Path, texts: list[str]) -> None:
    """Store texts in every column there is for them, past all checks; listing n has the n-th text."""
    connection = driver.sqlite.connect(str(store), isolation_level=None)
    try:
        for number, text in enumerate(texts, 1):
            values = dict.fromkeys(TEXTS, text) | {
                "tags": json.dumps([text]), "attributes": json.dumps({text: text}), "id": number,
            }  # fmt: skip
            sets = ", ".join(f"{name} = :{name}" for name in values if name != "id")
            connection.execute(f"UPDATE properties SET {sets} WHERE id = :id", values)
            for column in ("diff", "old_state"):
                _spoil(connection, number, column, {"title": text, "status_reason": text, "attributes": {text: text}})
            connection.execute("UPDATE property_statuses SET reason = ? WHERE property_id = ?", (text, number))
            connection.execute("UPDATE operations SET command = ? WHERE id = ?", (text, number))
        connection.execute("UPDATE accounts SET username = ?", (texts[0],))
    finally:
        connection.close()


def _spoil(connection: Any, listing: int, column: str, values: dict[str, object]) -> None:
    for seq, state in connection.execute(
        f"SELECT seq, {column} FROM changes WHERE object_id = ?", (listing,)
    ).fetchall():
        if state is not None:
            spoiled = json.dumps({**json.loads(state), **values})
            connection.execute(f"UPDATE changes SET {column} = ? WHERE seq = ?", (spoiled, seq))


@pytest.fixture(params=["escapes", "bidi", "markup"])
def hostile(request: pytest.FixtureRequest, forge: Forge, home: Path) -> tuple[Command, list[str]]:
    texts = list({"escapes": ESCAPES, "bidi": BIDI, "markup": MARKUP}[request.param].values())
    command = Command(home)
    assert forge.run("write", home, count=len(texts)) == 0
    numbers = [str(number) for number in range(1, len(texts) + 1)]
    for number in numbers:
        assert forge.run("reserve", home, listing_id=int(number)) == 0
    (home / "session").unlink()
    put(home / "realty.db", texts)
    return command, texts


def lines_of(texts: list[str]) -> list[tuple[str, ...]]:
    """Every command that prints stored text."""
    numbers = [str(number) for number in range(1, len(texts) + 1)]
    return [
        ("properties", "list"),
        *(("properties", "show", number) for number in numbers[:6]),
        *(("properties", "history", number) for number in numbers[:2]),
        *(("properties", "analyze", number) for number in numbers[:2]),
        ("properties", "stats"),
        ("properties", "duplicates"),
        ("properties", "search", "seen", "--facets"),
        ("search", "seen"),
        ("log",),
        ("log", "--changes"),
        ("undo", "--dry-run"),
        ("properties", "edit", "1", "--city", "x"),
        ("properties", "export"),
        ("doctor",),
        ("db", "info"),
    ]


#: Commands that answer with data in every form.
_DATA = [("properties", "list"), ("properties", "show", "1"), ("log", "--changes"), ("properties", "export")]


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "jsonl"])
def test_169_170_171_stored_text_on_a_terminal(hostile: tuple[Command, list[str]], forge: Forge, form: str) -> None:
    command, texts = hostile
    for arguments in lines_of(texts) if form in ("table", "tsv") else _DATA:
        seen, code = forge.on_terminal(command.home, ["--output", form, *arguments])
        assert code == 0, (arguments, seen)
        _steers_nothing(seen, arguments)
        if arguments[:2] == ("properties", "list") and form == "table":
            assert seen.count(b"Seen") + seen.count(b"Se\\u200ben") >= len(texts)
    for text in texts:  # markup and format fields stand as they are
        if not _FORBIDDEN.search(text) and "\n" not in text:
            shown = forge.on_terminal(command.home, ["--output", "tsv", "properties", "list"])[0].decode()
            assert text in shown


def _steers_nothing(seen: bytes, what: object) -> None:
    text = MOVES.sub(b"", STYLE.sub(b"", seen)).decode()
    found = _FORBIDDEN.search(text)
    assert found is None, (what, found, text)
    assert "\r" not in text.replace("\r\n", ""), what
    assert not any(b"123" in style for style in STYLE.findall(seen)), what


def test_169_171_stored_text_in_a_pipe(hostile: tuple[Command, list[str]], forge: Forge) -> None:
    """Tab-separated text is for people and scripts alike: one line a listing, and nothing that steers."""
    command, texts = hostile
    for arguments in lines_of(texts):
        if arguments[:2] == ("properties", "export"):
            continue  # data for a program, to the letter: the csv is tested under 129
        ran = forge.command(command, *arguments)
        for text in (ran.out, ran.err):
            assert _FORBIDDEN.search(text) is None, (arguments, text)
    listed = forge.command(command, "properties", "list").out.splitlines()
    assert len(listed) == len(texts)
    assert len({line.count("\t") for line in listed}) == 1


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_170_data_for_programs_is_the_stored_text_to_the_letter(
    hostile: tuple[Command, list[str]], forge: Forge, form: str
) -> None:
    command, texts = hostile
    out = forge.command(command, "--output", form, "properties", "list", "--sort", "id").out
    if form == "json":
        assert [item["title"] for item in json.loads(out)["items"]] == texts
    elif form == "jsonl":
        assert [json.loads(line)["title"] for line in out.splitlines()] == texts


def test_169_errors_and_prompts_show_what_was_typed_and_no_more(home: Path, forge: Forge) -> None:
    command = Command(home)
    assert forge.run("write", home, count=1) == 0
    for texts in (ESCAPES, BIDI, MARKUP):
        text = " ".join(texts.values()).replace("\x00", "")
        for arguments in (
            ["properties", "show", text],
            ["properties", "list", "--city", text, "--sort", text],
            ["properties", "list", "--cursor", text],
            ["properties", "list", "--status", text],
            ["properties", text],
            [text],
            ["--as", text, "log"],
            ["--lang", text, "log"],
            ["--output", text, "log"],
            ["--db", text, "log"],
            ["--db", "sqlite:///" + text, "log"],
            ["properties", "edit", "1", "--price", text],
            ["properties", "edit", "1", "--listed-at", text],
            ["properties", "edit", "1", "--attr", text],
            ["properties", "bulk", "--all", "--set", f"{text}=x"],
            ["properties", "import", f"/nowhere/{text}.csv"],
            ["properties", "import", f"/nowhere/x.{text}"],
            ["properties", "export", f"/nowhere/{text}.csv"],
            ["db", "restore", text],
            ["config", "get", text],
            ["config", "set", "timezone", text],
            ["completion", text],
        ):
            seen, code = forge.on_terminal(command.home, arguments)
            assert code in (2, 3, 4, 5, 9) or ("=" in text and "--attr" in arguments), (arguments, code, seen)
            assert b"Traceback" not in seen
            _steers_nothing(seen, arguments)


@pytest.mark.parametrize(
    "name", ["[red]x[red] [link=x]", "x\x1b]0;owned\x07", "x\u202e", "{task.description}", ":bomb:"]
)
def test_170_a_file_of_any_name_on_a_progress_bar(home: Path, tmp_path: Path, forge: Forge, name: str) -> None:
    """Its name and its cells go through bar, report, log, error and file of rejected rows."""
    file = tmp_path / f"{name}.csv"
    file.write_text(
        "Тип недвижимости,Тип сделки,Цена,Адрес\nКвартира,Продажа,5000000,Казань\n\x1b[2J,[/],[red]x,\u202e\n", "utf-8"
    )
    seen, code = forge.on_terminal(home, ["properties", "import", file])
    assert code == 8, seen
    _steers_nothing(seen, name)
    for arguments in (["log"], ["properties", "export", tmp_path / f"{name}.xlsx"], ["db", "backup", tmp_path / name]):
        seen, code = forge.on_terminal(home, arguments)
        assert code == 0, seen
        _steers_nothing(seen, arguments)


def test_169_controls_are_not_stored_in_the_first_place(quick_command: Command, tmp_path: Path) -> None:
    """By the schema, by the command and by an import: refused, or (in a cell) rejected with its reason."""
    for text in ESCAPES.values():
        if text == ESCAPES["lines"]:
            continue
        with pytest.raises(Invalid) as refused:
            validate(PropertyCreate, {"title": text, "property_type": "apartment", "deal_type": "sale"})
        assert refused.value.fields[0].code == "field.text_control"
    refused_too = quick_command(
        "properties", "add", "--title", "\x1b[2Jx", "--type", "room", "--deal", "sale", "--status", "draft", code=2
    )
    assert "U+001B" in refused_too.err
    file = tmp_path / "listings.csv"
    file.write_text(
        "Заголовок,Тип недвижимости,Тип сделки,Цена,Адрес\n\x1b]0;owned\x07x,Квартира,Продажа,5000000,Каз\x1bань\n",
        "utf-8",
    )
    quick_command("properties", "import", file, code=None)
    stored = quick_command("properties", "export", "--format", "jsonl").out
    assert "\\u001b" not in stored
    assert "\x1b" not in stored


def test_170_a_prompt_shows_markup_as_text(realty_command: Command, home: Path) -> None:
    terminal = Terminal(
        [*realty_command.line, "db", "restore", home / "[red]x[bold] \x1b[2J.db"], realty_command.environment()
    )
    assert terminal.end() == 2
    _steers_nothing(terminal.seen, "restore")
    backup = home / "[red]x[bold] \x1b[2J.db"
    realty_command("db", "backup", backup)
    terminal = Terminal([*realty_command.line, "db", "restore", backup], realty_command.environment())
    terminal.wait_for("[y/N]")
    terminal.type("n\n")
    assert terminal.end() == 1
    assert b"[red]x[bold]" in terminal.seen
    _steers_nothing(terminal.seen, "prompt")
