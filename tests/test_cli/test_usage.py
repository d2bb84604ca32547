"""What the parser of the line refuses: told in the language of the caller, with what is wrong and what mends it."""

from __future__ import annotations

import pytest

from tests.test_cli.conftest import Line

#: The line, and what is said of it in English and in Russian.
CASES = (
    ("properties list --limt 3", "--limt: “realty properties list” has no such option. Did you mean: --limit",
     "--limt: У «realty properties list» нет такого параметра. Может быть: --limit"),
    ("properties list -Z", "-Z: “realty properties list” has no such option. What", "-Z: У «realty properties list»"),
    ("--nope", "--nope: “realty” has no such option", "--nope: У «realty» нет такого параметра"),
    ("properties show", "listing: This is required. What belongs there: realty properties show --help",
     "listing: Это надо указать обязательно"),
    ("deals add --kind", "--kind: A value has to follow", "--kind: После этого нужно значение"),
    ("init --yes=3", "--yes: It takes no value", "--yes: Значения здесь не бывает"),
    ("--quiet=1 version", "--quiet: It takes no value", "--quiet: Значения здесь не бывает"),
    ("properties show x", "listing: This must be a whole number.", "listing: "),
    ("auth users list --limit 1000", "--limit: It must be 100 or less.", "--limit: "),
    ("analytics metrics properties --deal foo", "--deal: It must be one of: sale, rent, daily_rent.", "--deal: "),
    ("propertis", "“realty” has no command “propertis”. Did you mean: properties?", "У «realty» нет команды"),
    ("events feeds zzz", "“realty events feeds” has no command “zzz”. What", "У «realty events feeds» нет команды"),
    ("events feeds", "Say what to do. What there is: realty events feeds --help", "Укажите, что сделать"),
    ("version a b", "“realty version” does not take “a b”", "«realty version» не принимает «a b»"),
)  # fmt: skip


@pytest.mark.parametrize(("typed", "english", "russian"), CASES, ids=[one[0] for one in CASES])
def test_a_wrong_line_is_told_in_the_callers_language(realty: Line, typed: str, english: str, russian: str) -> None:
    told = realty(*typed.split(), "--lang", "en", code=2)
    assert told.out == ""
    assert told.err.startswith(f"Error: {english}"), told.err
    for words, env in ((("--lang", "ru"), {}), ((), {"LC_ALL": "ru_RU.UTF-8"})):
        told = realty(*words, *typed.split(), code=2, env=env)
        assert told.err.startswith(f"Ошибка: {russian}"), told.err
        assert told.err.count("\n") == 1


@pytest.mark.parametrize(("group", "says"), [("", "Объекты: внести"), ("analytics", "Числа: сводка")])
def test_a_group_without_a_command_shows_its_help_in_the_callers_language(realty: Line, group: str, says: str) -> None:
    assert says in realty(*group.split(), code=2, env={"LC_ALL": "ru_RU.UTF-8"}).out
