"""The message catalogues under realty_cli/locale: `update`, `check`, `compile`.

update   collects the sentences and merges them into the po files, keeping every translation; one whose English has
         changed under the same code keeps its old translation, marked fuzzy, until somebody has read it
check    exit code 1 when a po file is stale, has untranslated or fuzzy entries, loses a placeholder, or when a mo file
         does not answer to its po file
compile  po to mo; fuzzy entries are left out

Sentences are: the values of MESSAGES; literal arguments of `_("...")`, `text("...")`, `plural("...", "...")` and the
other functions of SPOKEN, anywhere under realty_cli; and every help text of the command tree. A sentence that reaches
them through a variable is marked where it is written: `from realty_cli.kit.i18n import mark as _`.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "realty_cli"
LANGUAGES = ("en", "ru")
SOURCE_LANGUAGE = "en"
PLURAL_FORMS = {
    "en": "nplurals=2; plural=(n != 1);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
}
FORMS = {"en": 2, "ru": 3}
#: Functions that translate what they are given, and which of their arguments the sentence (and its plural) is.
SPOKEN: dict[str, tuple[int, ...]] = {
    "_": (0,),
    "text": (0,),
    "plural": (0, 1),
    "tell": (0,),
    "tell_many": (0, 1),
    "confirm": (2,),
    "prompt": (1,),
    "ask": (1,),
}


@dataclass
class Sentence:
    """One message id: its plural, the codes that say it, and the files that it stands in."""

    msgid: str
    plural: str = ""
    codes: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)


class Sentences(dict[str, Sentence]):
    def note(self, msgid: str, file: str, *, plural: str = "", code: str = "") -> None:
        if not msgid.strip():
            return
        sentence = self.setdefault(msgid, Sentence(msgid))
        sentence.plural = sentence.plural or plural
        sentence.files.add(file)
        if code:
            sentence.codes.add(code)


def collect(root: Path = ROOT) -> Sentences:
    """Every sentence of the package at `root`."""
    found = Sentences()
    messages = importlib.import_module("realty_cli.kit.messages").MESSAGES
    for code, sentence in messages.items():
        found.note(sentence, "realty_cli/kit/messages.py", code=code)
    for path in sorted((root / "realty_cli").rglob("*.py")):
        for msgid, plural in literals(path.read_text(encoding="utf-8")):
            found.note(msgid, path.relative_to(root).as_posix(), plural=plural)
    if importlib.util.find_spec("realty_cli.cli.main"):
        main = importlib.import_module("realty_cli.cli.main")
        for _, line in getattr(main, "COMMANDS", {}).values():
            found.note(line, "realty_cli/cli")
        for text in help_texts(main.app):
            found.note(text, "realty_cli/cli")
    return found


def literals(source: str) -> Iterator[tuple[str, str]]:
    """(sentence, plural or "") of every marked literal in Python source.

    A `text` that SQLAlchemy owns is not ours, nor is a literal in Cyrillic: message ids are English.
    """
    tree = ast.parse(source)
    foreign = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
        if _is_sql(node.module or "" if isinstance(node, ast.ImportFrom) else alias.name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        function = node.func
        if isinstance(function, ast.Attribute):
            name, owner = function.attr, function.value
            if isinstance(owner, ast.Name) and owner.id in foreign:
                continue
        elif isinstance(function, ast.Name) and function.id not in foreign:
            name = function.id
        else:
            continue
        places = SPOKEN.get(name, ())
        spoken = [node.args[place] for place in places if place < len(node.args)]
        strings = [arg.value for arg in spoken if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        if strings and len(strings) == len(places) and not re.search("[а-яё]", "".join(strings), re.IGNORECASE):
            yield strings[0], strings[1] if len(strings) > 1 else ""


def _is_sql(module: str) -> bool:
    return module.partition(".")[0] in ("sqlalchemy", "sqlmodel")


def help_texts(app: Any) -> Iterator[str]:
    """Every help text of a Typer application: commands, options, arguments, panels."""
    typer_main = importlib.import_module("typer.main")
    yield from _help_of(typer_main.get_command(app), None, "realty")


def _help_of(command: Any, parent: Any, name: str) -> Iterator[str]:
    context = command.context_class(command, parent=parent, info_name=name)
    for owner in (command, *command.get_params(context)):
        for attribute in ("help", "short_help", "epilog", "rich_help_panel"):
            text = getattr(owner, attribute, None)
            if isinstance(text, str):
                yield text
    if hasattr(command, "list_commands"):
        for child in command.list_commands(context):
            try:
                found = command.get_command(context, child)
            except ModuleNotFoundError as error:
                if not (error.name or "").startswith("realty_cli.cli."):
                    raise
                sys.stderr.write(f"{child}: {error}; its help is left out\n")
                continue
            yield from _help_of(found, context, child)


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{([a-z_][a-z0-9_]*)\}", text))


def po_path(language: str, root: Path = ROOT) -> Path:
    return root / "realty_cli" / "locale" / language / "LC_MESSAGES" / "realty.po"


def read(language: str, root: Path = ROOT) -> polib.POFile:
    path = po_path(language, root)
    catalogue = polib.pofile(str(path), wrapwidth=118) if path.exists() else polib.POFile(wrapwidth=118)
    # No dates and no tool versions: the same sentences always give the same bytes.
    catalogue.metadata = {
        "Project-Id-Version": "realty",
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS[language],
    }
    return catalogue


def merge(old: polib.POFile, sentences: Iterable[Sentence], language: str) -> polib.POFile:
    """The catalogue of `sentences` with what `old` has translated."""
    known = {entry.msgid: entry for entry in old}
    wanted = {sentence.msgid for sentence in sentences}
    by_code = {code: entry for entry in old for code in entry.comment.split() if entry.msgid not in wanted}
    merged = polib.POFile(wrapwidth=118)
    merged.metadata = old.metadata
    for sentence in sorted(sentences, key=lambda item: item.msgid):
        entry = polib.POEntry(
            msgid=sentence.msgid,
            msgid_plural=sentence.plural,
            comment=" ".join(sorted(sentence.codes)),
            occurrences=[(file, "") for file in sorted(sentence.files)],
        )
        before = known.get(sentence.msgid)
        renamed = next((by_code[code] for code in sorted(sentence.codes) if code in by_code), None)
        if before is not None:
            _keep(entry, before, language)
            entry.tcomment = before.tcomment
            if before.fuzzy:
                entry.flags, entry.previous_msgid = ["fuzzy"], before.previous_msgid
        elif language == SOURCE_LANGUAGE:
            _keep(entry, entry, language)
        elif renamed is not None and renamed.msgstr:
            entry.msgstr, entry.flags, entry.previous_msgid = renamed.msgstr, ["fuzzy"], renamed.msgid
        else:
            _keep(entry, polib.POEntry(), language)
        if language == SOURCE_LANGUAGE and not _translated(entry):
            _fill_source(entry)
        merged.append(entry)
    for entry in old:
        if entry.msgid not in wanted and _translated(entry) and language != SOURCE_LANGUAGE:
            gone = polib.POEntry(msgid=entry.msgid, msgid_plural=entry.msgid_plural, obsolete=True)
            gone.msgstr, gone.msgstr_plural, gone.comment = entry.msgstr, entry.msgstr_plural, entry.comment
            merged.append(gone)
    return merged


def _keep(entry: polib.POEntry, before: polib.POEntry, language: str) -> None:
    if entry.msgid_plural:
        entry.msgstr_plural = {form: before.msgstr_plural.get(form, "") for form in range(FORMS[language])}
    else:
        entry.msgstr = before.msgstr


def _fill_source(entry: polib.POEntry) -> None:
    if entry.msgid_plural:
        entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
    else:
        entry.msgstr = entry.msgid


def _translated(entry: polib.POEntry) -> bool:
    return all(entry.msgstr_plural.values()) if entry.msgstr_plural else bool(entry.msgstr)


def complaints(sentences: Sentences, root: Path = ROOT) -> Iterator[str]:
    """What is wrong with the catalogues, one line each; nothing when all is well."""
    for language in LANGUAGES:
        catalogue = read(language, root)
        current = [entry for entry in catalogue if not entry.obsolete]
        if str(merge(catalogue, list(sentences.values()), language)) != str(catalogue):
            yield f"{language}: the po file is stale; run: python tools/catalogue.py update"
        for entry in current:
            if entry.fuzzy:
                yield f"{language}: fuzzy: {entry.msgid}"
            elif not _translated(entry):
                yield f"{language}: not translated: {entry.msgid}"
            else:
                yield from _lost_placeholders(language, entry)
        mo = po_path(language, root).with_suffix(".mo")
        if not mo.exists() or mo.read_bytes() != catalogue.to_binary():
            yield f"{language}: the mo file is stale; run: python tools/catalogue.py compile"


def _lost_placeholders(language: str, entry: polib.POEntry) -> Iterator[str]:
    wanted = placeholders(entry.msgid) | placeholders(entry.msgid_plural)
    for text in entry.msgstr_plural.values() or [entry.msgstr]:
        # A plural form may say "one" in a word and leave the number out.
        if (have := placeholders(text)) != wanted and not (entry.msgid_plural and wanted - have == {"n"}):
            yield f"{language}: placeholders {sorted(have)} instead of {sorted(wanted)}: {entry.msgid}"


def update() -> int:
    sentences = collect()
    for language in LANGUAGES:
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = merge(read(language), list(sentences.values()), language)
        catalogue.save(str(path))
        for entry in catalogue:
            if not entry.obsolete and (entry.fuzzy or not _translated(entry)):
                sys.stdout.write(f"{language}: to translate: {entry.comment or entry.msgid}\n")
    return 0


def check() -> int:
    found = list(complaints(collect()))
    sys.stdout.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


def compile_all() -> int:
    for language in LANGUAGES:
        po_path(language).with_suffix(".mo").write_bytes(read(language).to_binary())
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="The message catalogues under realty_cli/locale.")
    parser.add_argument("action", choices=("update", "check", "compile"))
    action = parser.parse_args(arguments).action
    sys.path.insert(0, str(ROOT))
    return {"update": update, "check": check, "compile": compile_all}[action]()


if __name__ == "__main__":
    sys.exit(main())
