"""The message catalogues: complete, compiled, and kept by tools/catalogue.py without losing a translation."""

from __future__ import annotations

import gettext
import importlib.util
import io
import sys
from pathlib import Path
from types import ModuleType

import polib
import pytest
import typer

from realty_cli.kit.i18n import LANGUAGES, LOCALE
from realty_cli.kit.messages import MESSAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("catalogue_tool", ROOT / "tools" / "catalogue.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def _po(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "realty.po"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_with_the_same_placeholders(tool, language):
    entries = {entry.msgid: entry for entry in _po(language)}
    for code, sentence in MESSAGES.items():
        assert sentence in entries, f"{code} is not in the catalogue; run: python tools/catalogue.py update"
        entry = entries[sentence]
        assert entry.msgstr, f"{code} is not translated"
        assert not entry.fuzzy, code
        assert tool.placeholders(entry.msgstr) == tool.placeholders(sentence), code
        if language == "ru":
            assert entry.msgstr != sentence, code


@pytest.mark.parametrize("language", LANGUAGES)
def test_mo_answers_to_po(language):
    mo = (LOCALE / language / "LC_MESSAGES" / "realty.mo").read_bytes()
    assert mo == _po(language).to_binary(), "run: python tools/catalogue.py compile"
    translations = gettext.GNUTranslations(io.BytesIO(mo))
    for entry in _po(language).translated_entries():
        if not entry.msgid_plural:
            assert translations.gettext(entry.msgid) == entry.msgstr


def test_english_says_every_sentence_as_it_is():
    """Which is why its catalogue is not read at run time."""
    for entry in _po("en").translated_entries():
        said = list(entry.msgstr_plural.values()) or [entry.msgstr]
        assert said == ([entry.msgid, entry.msgid_plural] if entry.msgid_plural else [entry.msgid])


def test_nothing_is_stale_or_untranslated(tool):
    assert list(tool.complaints(tool.collect())) == []


def test_literals_are_found_and_sql_is_not(tool):
    source = """
from sqlalchemy import text
import sqlalchemy as sa
_("Price")
t.text("Area {m2}", m2=1)
t.plural("{n} day", "{n} days", n)
text("SELECT 1")
sa.text("SELECT 2")
t.text(variable)
service.text("квартира у метро")
t.plural("only one", other, 1)
state.tell("Done.")
confirm(state, yes, "Sure?", id=1)
"""
    assert sorted(tool.literals(source)) == [
        ("Area {m2}", ""),
        ("Done.", ""),
        ("Price", ""),
        ("Sure?", ""),
        ("{n} day", "{n} days"),
    ]
    assert list(tool.literals('text("ours")')) == [("ours", "")]


def test_help_texts_are_found_in_a_tree_of_commands(tool):
    app, inner = typer.Typer(help="The whole.", epilog="Begin here."), typer.Typer(help="A part.")

    @inner.command("do", help="Does it.")
    def do(name: str = typer.Option("", help="Whose.", rich_help_panel="Who")) -> None: ...

    @app.command("other", help="Does another thing.")
    def other(what: str = typer.Argument(help="What.")) -> None: ...

    app.add_typer(inner, name="part")
    found = set(tool.help_texts(app))
    assert {
        "The whole.",
        "Begin here.",
        "A part.",
        "Does it.",
        "Whose.",
        "Who",
        "Does another thing.",
        "What.",
    } <= found


def _sentences(tool, *items):
    found = tool.Sentences()
    for msgid, code in items:
        found.note(msgid, "a.py", code=code)
    return list(found.values())


def test_update_keeps_translations_and_brings_back_those_that_return(tool):
    first = tool.merge(tool.read("ru", Path("/nowhere")), _sentences(tool, ("Hello {x}", "a"), ("Bye", "b")), "ru")
    for entry in first:
        entry.msgstr = {"Hello {x}": "Привет {x}", "Bye": "Пока"}[entry.msgid]
    without = tool.merge(first, _sentences(tool, ("Hello {x}", "a")), "ru")
    assert [(e.msgid, e.msgstr, bool(e.obsolete)) for e in without] == [
        ("Hello {x}", "Привет {x}", False),
        ("Bye", "Пока", True),
    ]
    again = tool.merge(without, _sentences(tool, ("Hello {x}", "a"), ("Bye", "b")), "ru")
    assert [(e.msgid, e.msgstr, bool(e.obsolete)) for e in again] == [
        ("Bye", "Пока", False),
        ("Hello {x}", "Привет {x}", False),
    ]


def test_a_changed_sentence_keeps_its_translation_fuzzy_until_read(tool):
    first = tool.merge(tool.read("ru", Path("/nowhere")), _sentences(tool, ("Hello", "a")), "ru")
    first[0].msgstr = "Привет"
    changed = tool.merge(first, _sentences(tool, ("Hello, friend", "a")), "ru")
    entry = next(e for e in changed if not e.obsolete)
    assert (entry.msgstr, entry.fuzzy, entry.previous_msgid) == ("Привет", True, "Hello")
    assert str(tool.merge(changed, _sentences(tool, ("Hello, friend", "a")), "ru")) == str(changed)
    assert b"\xd0\x9f" not in changed.to_binary()  # a fuzzy entry is not compiled


def test_complaints_name_what_is_wrong(tool, tmp_path):
    path = tool.po_path("ru", tmp_path)
    path.parent.mkdir(parents=True)
    sentences = tool.Sentences()
    for msgid in ("Hello {x}", "Bye", "New", "Old wording"):
        sentences.note(msgid, "a.py")
    sentences.note("{n} day", "a.py", plural="{n} days")
    po = tool.merge(tool.read("ru", tmp_path), list(sentences.values()), "ru")
    by_id = {entry.msgid: entry for entry in po}
    by_id["Hello {x}"].msgstr = "Привет {y}"
    by_id["Bye"].msgstr = "Пока"
    by_id["Old wording"].msgstr, by_id["Old wording"].flags = "Старое", ["fuzzy"]
    by_id["{n} day"].msgstr_plural = {0: "один день", 1: "{n} дня", 2: "{n} дней"}
    po.save(str(path))
    found = [line for line in tool.complaints(sentences, tmp_path) if line.startswith("ru")]
    assert found == [
        "ru: placeholders ['y'] instead of ['x']: Hello {x}",
        "ru: not translated: New",
        "ru: fuzzy: Old wording",
        "ru: the mo file is stale; run: python tools/catalogue.py compile",
    ]


def test_russian_plurals_have_three_forms(tool):
    po = tool.read("ru", Path("/nowhere"))
    po.append(
        polib.POEntry(
            msgid="{n} day", msgid_plural="{n} days", msgstr_plural={0: "{n} день", 1: "{n} дня", 2: "{n} дней"}
        )
    )
    translations = gettext.GNUTranslations(io.BytesIO(po.to_binary()))
    forms = {
        n: translations.ngettext("{n} day", "{n} days", n).split()[1] for n in (0, 1, 2, 4, 5, 11, 12, 21, 22, 111)
    }
    assert forms == {
        0: "дней", 1: "день", 2: "дня", 4: "дня", 5: "дней", 11: "дней", 12: "дней", 21: "день", 22: "дня", 111: "дней",
    }  # fmt: skip
