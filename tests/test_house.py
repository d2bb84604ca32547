"""The rules of the house: who may import whom, what a start loads, and that what is written twice agrees."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean

from realty_cli import errors
from realty_cli.analytics.catalogue import METRICS
from realty_cli.cli import exits
from realty_cli.cli.listing_view import _LABELS, WORDS
from realty_cli.cli.options import FIELDS, FILTERS
from realty_cli.kit.i18n import translator
from realty_cli.kit.messages import MESSAGES
from realty_cli.properties import kinds, record
from realty_cli.properties.schemas.filters import PropertyFilter
from realty_cli.properties.schemas.listing import PropertyCreate, PropertyResponse, PropertyUpdate
from realty_cli.properties.tables import PropertyRow
from realty_cli.settings import NAMES, Settings
from realty_cli.store import columns
from tools import docs

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "realty_cli"
SOURCES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 450
#: What costs more to import than most commands cost to run.
HEAVY = {
    "sqlmodel", "sqlalchemy", "alembic", "fastapi", "starlette", "uvicorn", "httpx", "numpy", "pandas", "matplotlib",
    "icalendar", "keyring", "openai", "bcrypt", "jwt", "segno", "PIL", "babel", "phonenumbers", "snowballstemmer",
    "pydantic_settings", "tomlkit",
}  # fmt: skip
ORM = {"sqlmodel", "sqlalchemy", "alembic"}


def loaded(code: str, watched: set[str]) -> set[str]:
    """Which of the watched modules a fresh Python has after running `code`."""
    program = (
        f"import sys\n{code}\nprint('LOADED', *sorted(set({sorted(watched)!r}) & set(sys.modules)), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    last = next(line for line in reversed(ran.stderr.splitlines()) if line.startswith("LOADED"))
    return set(last.split()[1:])


class TestImports:
    def test_contracts_hold(self) -> None:
        program = "from importlinter.cli import lint_imports_command; lint_imports_command()"
        ran = subprocess.run(
            [sys.executable, "-c", program, "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False
        )
        assert ran.returncode == 0, ran.stdout

    @pytest.mark.parametrize(
        "line",
        [["--help"], ["properties", "--help"], ["properties", "list", "--help"], ["properties", "import", "--help"],
         ["--lang", "ru", "properties", "edit", "--help"], ["deals", "--help"], ["deals", "add", "--help"],
         ["version"]],
        ids=" ".join,
    )  # fmt: skip
    def test_help_loads_nothing_heavy(self, line: list[str]) -> None:
        code = (
            f"import runpy; sys.argv = ['realty', *{line!r}]\n"
            "try:\n    runpy.run_module('realty_cli', run_name='__main__')\nexcept SystemExit: pass"
        )
        assert loaded(code, HEAVY) == set()

    @pytest.mark.parametrize(
        "module",
        [
            "realty_cli.app",
            "realty_cli.auth.access",
            "realty_cli.auth.accounts",
            "realty_cli.auth.gate",
            "realty_cli.auth.users",
            "realty_cli.clients.requests",
            "realty_cli.deals.service",
            "realty_cli.deals.undoing",
            "realty_cli.notify.delivery",
            "realty_cli.desk.undo",
            "realty_cli.properties.importing",
            "realty_cli.properties.photos",
            "realty_cli.properties.reads",
            "realty_cli.properties.service",
            "realty_cli.properties.undoing",
        ],
    )
    def test_commands_run_without_the_orm(self, module: str) -> None:
        assert loaded(f"import {module}", ORM) == set()

    def test_a_server_on_a_store_that_is_there_runs_without_the_orm(self, sqlite_template: Path) -> None:
        code = (
            "from pathlib import Path; from realty_cli.api.server import configuration, preload\n"
            "from realty_cli.api.sockets import Address; from realty_cli.app import Realty\n"
            "from realty_cli.settings import Settings; preload()\n"
            f"realty = Realty(Settings(home=Path({str(sqlite_template)!r}))); assert not realty.prepare()\n"
            "realty.connect().close(); configuration(realty, Address('127.0.0.1', 0, 1, None, None), None)"
        )
        assert loaded(code, ORM) == set()

    @pytest.mark.parametrize(
        "module",
        [
            *(f"properties.{name}" for name in ("kinds", "rules", "schemas.listing", "mapping", "duplicates")),
            *(f"clients.{name}" for name in ("matching", "request_kinds", "schemas.request")),
            *(f"deals.{name}" for name in ("kinds", "rules", "schemas.deal", "schemas.filters", "sharing")),
            *(f"auth.{name}" for name in ("passwords", "policy", "schemas.users", "telegram", "tokens", "totp")),
        ],
    )
    def test_rules_run_without_a_store(self, module: str) -> None:
        assert loaded(f"import realty_cli.{module}", {"realty_cli.store", "sqlite3", "pysqlite3"}) == set()

    def test_click_is_never_imported(self) -> None:
        assert [
            path for path in SOURCES if re.search(r"^\s*(import|from) click\b", path.read_text("utf-8"), re.M)
        ] == []


class TestFiles:
    def test_no_file_is_long(self) -> None:
        lengths = {path: path.read_text("utf-8").count("\n") for path in SOURCES}
        assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > LONGEST} == {}

    def test_no_vague_or_standard_names(self) -> None:
        taken = {"utils", "common", "helpers", "misc"} | (set(sys.stdlib_module_names) - {"__main__", "__future__"})
        assert {str(path.relative_to(ROOT)) for path in SOURCES if path.stem in taken} == set()

    def test_every_module_says_what_it_is(self) -> None:
        silent = [
            path
            for path in SOURCES
            if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
        ]
        assert silent == []


def all_kinds(kind: type[errors.RealtyError] = errors.RealtyError) -> Iterator[type[errors.RealtyError]]:
    for one in kind.__subclasses__():
        if one.__module__ == "realty_cli.errors":
            yield one
            yield from all_kinds(one)


class TestErrors:
    def test_exit_codes_cover_every_kind(self) -> None:
        assert set(all_kinds()) == set(exits.BY_KIND)

    def test_the_tree_is_drawn_as_it_is(self) -> None:
        drawn = re.findall(r"^ +[| ]*\+-- (\w+)", errors.__doc__ or "", re.M)
        assert sorted(drawn) == sorted(kind.__name__ for kind in all_kinds())

    def test_every_code_has_a_sentence(self) -> None:
        missing = {code: place for code, place in codes() if code not in MESSAGES}
        assert missing == {}

    def test_no_sentence_is_left_over(self) -> None:
        written = {
            node.value
            for path in SOURCES
            if not path.name.endswith("messages.py")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        beginnings = tuple(text for text in written if _BEGINNING.fullmatch(text))
        # Codes of `field.*` come from pydantic, those without a dot are the kinds' own.
        candidates = {code for code in MESSAGES if "." in code and not code.startswith("field.")}
        assert {code for code in candidates if code not in written and not code.startswith(beginnings)} == set()


class TestLanguages:
    def test_headings_are_marked_for_translation(self) -> None:
        """A column is a tuple of heading, view and raw value; an unmarked heading stays English in every language."""
        bare = [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.elts[0].value!r}"
            for path in SOURCES
            if path.parent.name == "cli"
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Tuple)
            and len(node.elts) == 3
            and isinstance(node.elts[0], ast.Constant)
            and isinstance(node.elts[1], ast.Lambda)
            and node.elts[0].value
            not in ("", "Field", "Value")  # the last two head csv only, which is never translated
        ]
        assert bare == []

    def test_everything_said_has_its_russian(self) -> None:
        said = {*WORDS.values(), *_LABELS.values(), *MESSAGES.values()}
        english = sorted(one for one in said if translator("ru").text(one) == one and re.search(r"[A-Za-z]{3}", one))
        assert english == []


_KINDS = {"RealtyError", *(kind.__name__ for kind in all_kinds())}
#: Where a literal code stands in calls of these; Pydantic's own errors are known to the catalogue as `field.<code>`.
_PLACES = {
    **dict.fromkeys(_KINDS, 0),
    "one": 1,
    "FieldProblem": 1,
    "RowProblem": 1,
    "kept": 2,
    "PydanticCustomError": 0,
}
_DOTTED = re.compile(r"[a-z_]+\.[a-z_0-9]*[a-z0-9]")
#: How a code begins whose end is computed: f"duplicate.price_{word}".
_BEGINNING = re.compile(r"[a-z_]+\.([a-z_0-9]*_)?")
#: Literals that look like codes and are none: what accounts may do, why a row became a draft, templates of reports and
#: settings of charts. Keys of metrics are none either.
_NO_CODES = re.compile(r"import\.no_price|sessions\.id|report\.(html|typ)|plan\.jpg|text\.(color|parse_math)")


def codes() -> Iterator[tuple[str, str]]:
    """Every message code that the package writes, and where."""
    prefixes = {code.partition(".")[0] for code in MESSAGES if "." in code} - {"field"}
    for path in SOURCES:
        if path.name in ("messages.py", "policy.py") or path.parent.name == "versions":  # names of tables
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            place = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Call) and (code := _literal_code(node)):
                yield code, place
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _DOTTED.fullmatch(node.value)
                and node.value.partition(".")[0] in prefixes
                and not _NO_CODES.fullmatch(node.value)
                and node.value not in METRICS
            ):
                yield node.value, place


def _literal_code(call: ast.Call) -> str | None:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if name == "one" and not (isinstance(function, ast.Attribute) and getattr(function.value, "id", "") == "Invalid"):
        return None
    place = _PLACES.get(name)
    if place is None or place >= len(call.args):
        return None
    code = call.args[place]
    if not isinstance(code, ast.Constant) or not isinstance(code.value, str):
        return None
    return f"field.{code.value}" if name == "PydanticCustomError" else code.value


class TestListing:
    """A field of a listing is written in the table, the record, the schemas and the options; all name the same ones."""

    def test_record_and_table_have_the_same_columns(self) -> None:
        assert list(record.COLUMNS) == list(PropertyRow.__table__.columns.keys())  # type: ignore[attr-defined]

    def test_record_knows_the_kinds_of_columns(self) -> None:
        table = PropertyRow.__table__.columns  # type: ignore[attr-defined]
        assert {name for name, column in table.items() if column.type is columns.Money} == record.MONEY
        assert {name for name, column in table.items() if isinstance(column.type, Boolean)} == record.FLAGS
        assert {name for name, column in table.items() if column.type is columns.Json} == record.JSON
        texts = {name for name, column in table.items() if column.type.python_type is str or name in record.JSON}
        assert set(table.keys()) - texts == record.NUMBERS

    def test_response_shows_what_the_record_shows(self) -> None:
        assert set(PropertyResponse.model_fields) == {*record.SHOWN, "days_on_market", "photos"}

    def test_creation_and_change_take_the_same_fields(self) -> None:
        assert set(PropertyCreate.model_fields) - {"status"} == set(PropertyUpdate.model_fields)
        assert set(PropertyCreate.model_fields) <= set(record.COLUMNS)

    def test_options_are_the_fields_of_a_listing(self) -> None:
        assert [one.field for one in FIELDS if one.field not in PropertyCreate.model_fields] == []
        assert set(PropertyCreate.model_fields) - {one.field for one in FIELDS} == {"status"}

    def test_options_are_the_parts_of_the_filter(self) -> None:
        assert {one.field for one in FILTERS} == set(PropertyFilter.model_fields) - {"q"}

    @pytest.mark.parametrize("table", [FIELDS, FILTERS], ids=["fields", "filters"])
    def test_no_flag_is_given_twice(self, table: Any) -> None:
        flags = [flag for one in table for part in one.flags or ("--" + one.field,) for flag in part.split("/")]
        assert len(flags) == len(set(flags))

    def test_every_field_shown_has_a_label(self) -> None:
        unlabelled = set(PropertyResponse.model_fields) - set(_LABELS)
        assert unlabelled == {"id", "title", "currency", "attributes", "photos"}

    def test_every_value_of_a_vocabulary_has_a_word(self) -> None:
        closed = [
            kinds.PropertyType,
            kinds.DealType,
            kinds.Status,
            kinds.Market,
            kinds.BuildingMaterial,
            kinds.Renovation,
        ]
        assert {member.value for one in closed for member in one} == set(WORDS)

    def test_every_status_has_its_moves(self) -> None:
        assert set(kinds.STATUS_MOVES) == set(kinds.Status)


class TestSettings:
    def test_every_setting_is_explained(self) -> None:
        comments = docs.setting_comments()
        assert [name for name in NAMES if not comments[name]] == []

    def test_every_setting_has_a_default(self) -> None:
        assert [one.name for one in fields(Settings) if one.name in NAMES and one.default is one.default_factory] == []
