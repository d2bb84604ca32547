"""What is read without pydantic is read as Typer reads it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Annotated, Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer._click.exceptions import BadParameter
from typer.main import get_command

from realty_cli.cli import exits
from realty_cli.cli.plain_types import read_plainly
from realty_cli.errors import Invalid
from realty_cli.kit.schema import validate
from realty_cli.properties.plain_filter import plain_filter
from realty_cli.properties.schemas.filters import PropertyFilter
from tests.conftest import Agency
from tests.test_properties.listings import create, found, numbers

_NAMES = ("text", "whole", "decimal", "bounded", "kind", "flag", "texts", "wholes", "place")


def _command(
    place: Annotated[str | None, typer.Argument()] = None,
    text: str | None = None,
    whole: int = 20,
    decimal: float | None = None,
    bounded: Annotated[int | None, typer.Option(min=1, max=5)] = None,
    kind: Annotated[Any, typer.Option(parser=str.upper)] = None,
    flag: bool | None = None,
    texts: list[str] | None = None,
    wholes: list[int] | None = None,
) -> None:
    """Every kind of parameter that the commands have."""


def _built() -> Any:
    app = typer.Typer()
    app.command()(_command)
    return get_command(app)


def _read(plainly: bool, args: list[str]) -> Any:
    command = _built()
    context = typer.Context(command)
    if plainly:
        read_plainly(command, context)
    try:
        made = command.make_context("x", list(args))
    except BadParameter as error:
        return error.format_message()
    return [(type(made.params[name]), made.params[name]) for name in _NAMES]


_VALUES = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.text(max_size=4).filter(lambda text: not text.startswith("-")),
    st.sampled_from([
        "007", "-0", "1_000", " 5", "5 ", "٣", "1e3", "1.", "+5", "0x10", "", "true", "inf", "5.0", "\udcff", "a\nb",
    ]),
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(_NAMES[:-1]), _VALUES), max_size=4))
def test_both_ways_are_equal(given_: list[tuple[str, str]]) -> None:
    args = [f"--{name}={value}" if name != "flag" else "--flag" for name, value in given_]
    assert repr(_read(True, args)) == repr(_read(False, args))


def test_arguments_too() -> None:
    for args in ([], ["x"], ["--", "-5"], ["=1"]):
        assert _read(True, args) == _read(False, args)


@pytest.mark.parametrize("line", [["list"], ["list", "-n5", "--no-total", "--sort", "price"], ["show", "1"]])
def test_pydantic_is_not_loaded_for_what_needs_no_checking(office: Agency, realty: Any, line: list[str]) -> None:
    office.do(create())
    code = (
        "import json, sys\nfrom realty_cli.cli.main import run\n"
        f"sys.argv = ['realty', 'properties', *{line!r}]\n"
        "try: run()\nexcept SystemExit: pass\n"
        "print(json.dumps(sorted({'pydantic', 'sqlalchemy'} & set(sys.modules))), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Flat" in ran.stdout
    assert json.loads(ran.stderr.splitlines()[-1]) == []


def test_plain_filters_find_what_checked_ones_find(agency: Agency) -> None:
    for title in ("alpha", "beta"):
        agency.do(create(title=title))
    for wanted in ({}, {"q": "alpha"}, {"ids": [2]}, {"deleted": True}):
        expected = agency.ask(lambda work, wanted=wanted: found(work, **wanted))
        got = agency.ask(lambda work, wanted=wanted: work.properties.page(plain_filter(**wanted), limit=100))
        assert numbers(got) == numbers(expected)


def test_words_that_need_a_check_get_it(office: Agency, realty: Any) -> None:
    with pytest.raises(Invalid):
        validate(PropertyFilter, {"q": "a\x00b"})
    for words in ("a\x07b", "x" * 1001):
        realty("search", words, code=exits.INVALID)
