"""Every command explains itself, and the files that the program writes about itself are not stale."""

from __future__ import annotations

import re
import shlex
import tomllib
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from realty_cli.properties.kinds import DealType, Market, PropertyType, Status
from realty_cli.properties.schemas.listing import PropertyCreate, PropertyResponse
from tools import docs

ROOT = Path(__file__).resolve().parents[2]


@cache
def tree() -> tuple[docs.Command, ...]:
    return tuple(docs.commands())


def named(only_commands: bool) -> list[pytest.param]:  # type: ignore[valid-type]
    return [
        pytest.param(node, id=" ".join(node.words))
        for node in tree()
        if node.words and not (only_commands and node.is_group)
    ]


@pytest.mark.parametrize("node", named(only_commands=False))
def test_every_command_has_help(node: docs.Command) -> None:
    assert len(node.summary) > 10, node.words
    assert node.summary.endswith("."), node.summary


@pytest.mark.parametrize("node", named(only_commands=True))
def test_every_command_has_an_example_of_itself(node: docs.Command) -> None:
    words = shlex.split(node.example)
    assert words[: 1 + len(node.words)] == ["realty", *node.words], node.command.help


@pytest.mark.parametrize("node", named(only_commands=True))
def test_options_of_the_example_exist(node: docs.Command) -> None:
    known = {flag for one in node.parameters for flag in [*one.opts, *one.secondary_opts]}
    # Global options may stand anywhere.
    known |= {flag for one in tree()[0].parameters for flag in one.opts}
    used = {word.partition("=")[0] for word in shlex.split(node.example) if re.match(r"--?[a-z]", word)}
    assert used - known == set()


@pytest.mark.parametrize("node", named(only_commands=True))
def test_every_option_has_help(node: docs.Command) -> None:
    silent = [one.name for one in node.parameters if not one.help]
    assert silent == []


def test_generated_files_are_fresh() -> None:
    assert docs.stale() == [], "run: python tools/docs.py write"


def test_every_command_is_on_the_page() -> None:
    page = (ROOT / "docs/cli.md").read_text("utf-8")
    for node in tree()[1:]:
        assert f" realty {' '.join(node.words)}\n" in page


def test_the_glossary_names_every_field_and_kind() -> None:
    page = (ROOT / "docs/glossary.md").read_text("utf-8")
    named_there = set(re.findall(r"`([\w-]+)`", page))
    ours = {"version", "created_at", "updated_at", "id", "status_reason"}  # the store's own, which no agent speaks of
    fields = set(PropertyCreate.model_fields) | set(PropertyResponse.model_fields)
    assert fields - ours - named_there == set()
    assert {one.value for kind in (PropertyType, DealType, Status, Market) for one in kind} <= named_there


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    names = [*project["dependencies"], *chain.from_iterable(project["optional-dependencies"].values())]
    page = (ROOT / "docs/decisions/0002-dependencies.md").read_text("utf-8")
    explained = set(re.findall(r"^\| ([\w-]+) \|", page, re.M)) - {"package", "---"}
    assert {re.split(r"[\[>=;<]", name)[0] for name in names} == explained


def test_constraints_pin_what_is_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    lines = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    lines = [line for line in lines if "win32" not in line]
    pins = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = dict(line.split("==") for line in pins if line and not line.startswith("#"))
    assert [line for line in lines if re.split(r"[\[>=;<]", line)[0].lower() not in pinned] == []
    assert not [line for line in pins if "://" in line]


def test_every_decision_has_its_number_once() -> None:
    pages = sorted(path.name for path in (ROOT / "docs/decisions").glob("*.md"))
    assert [name[:4] for name in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]


def test_every_decision_named_in_the_code_exists() -> None:
    pages = {path.name for path in (ROOT / "docs/decisions").glob("*.md")}
    for path in [*(ROOT / "realty_cli").rglob("*.py"), ROOT / "pyproject.toml"]:
        for name in re.findall(r"docs/decisions/([\w-]+(?:\.md)?)", path.read_text("utf-8")):
            assert any(page.startswith(name) for page in pages), f"{path}: {name}"
