"""Languages: who chooses, what a header asks for, how a sentence is filled."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from realty_cli.analytics.schemas.reports import ReportContent
from realty_cli.errors import Invalid
from realty_cli.events.schemas.settings import CalendarSettingsUpdate
from realty_cli.kit.i18n import LANGUAGES, Translator, choose, fill, from_accept_language, mark, translator
from realty_cli.kit.messages import MESSAGES, message
from realty_cli.kit.schema import validate


@pytest.mark.parametrize(
    ("flag", "env", "language"),
    [
        ("ru", {"REALTY_LANG": "en"}, "ru"),
        ("RU_ru.UTF-8", {}, "ru"),
        (None, {"REALTY_LANG": "ru", "LC_ALL": "en_US.UTF-8"}, "ru"),
        (None, {"LC_ALL": "ru_RU.UTF-8", "LANG": "en_US.UTF-8"}, "ru"),
        (None, {"LC_MESSAGES": "ru_RU", "LANG": "C"}, "ru"),
        (None, {"LC_ALL": "", "LANG": "ru_RU.KOI8-R"}, "ru"),
        (None, {"LC_ALL": "de_DE.UTF-8", "LANG": "ru_RU"}, "en"),
        (None, {"LANG": "C.UTF-8"}, "en"),
        (None, {"REALTY_LANG": "xx"}, "en"),
        ("", {}, "en"),
        (None, {}, "en"),
    ],
)
def test_choose(flag, env, language):
    assert choose(flag=flag, env=env) == language


def test_an_unknown_flag_is_refused_and_names_the_choice():
    with pytest.raises(Invalid) as caught:
        choose(flag="de", env={})
    (problem,) = caught.value.fields
    assert (problem.field, problem.code) == ("lang", "language.unknown")
    assert message(problem.code, "en", **problem.params) == "There is no language “de” here. Choose one of: en, ru."


@pytest.mark.parametrize(
    ("schema", "given", "told"),
    [
        (ReportContent, {"report_type": "market", "compare": "x"}, "Допустимо одно из: previous, yoy, none."),
        (ReportContent, {"report_type": "market", "format": "doc"},
         "Допустимо одно из: json, csv, xlsx, pdf, html, md."),
        (CalendarSettingsUpdate, {"country": "R1"}, "Укажите страну двумя латинскими буквами, например RU или KZ."),
    ],
)  # fmt: skip
def test_what_is_allowed_is_told_without_english(schema, given, told):
    with pytest.raises(Invalid) as caught:
        validate(schema, given)
    (problem,) = caught.value.fields
    assert message(problem.code, "ru", **problem.params) == told


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("ru", "ru"),
        ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", "ru"),
        ("en;q=0.1, ru;q=0.9", "ru"),
        ("en;q=0.9, ru;q=0.1", "en"),
        ("ru, en", "ru"),
        ("de, ru;q=0.3", "ru"),
        ("de", "en"),
        ("*", "en"),
        ("en;q=0, *", "ru"),
        ("*;q=0.5, ru;q=0", "en"),
        ("RU;Q=0.5", "ru"),
        ("ru;q=2, en;q=0.1", "en"),
        ("ru;q=abc", "en"),
        (";;,,=;q=,ru", "ru"),
        ("en;q=0.5;q=0.9,ru;q=0.1", "ru"),
        ("x" * 100_000 + ",ru", "en"),
    ],
)
def test_accept_language(header, language):
    assert from_accept_language(header) == language


@given(st.text(max_size=60) | st.text(alphabet="enru*;q=.,0159- ", max_size=60))
@settings(deadline=None)
def test_any_header_gives_a_language(header):
    assert from_accept_language(header) in LANGUAGES


def test_sentences_come_in_russian_and_fall_back_to_english():
    assert translator("ru").text("This field is required.") == "Это поле обязательно."
    assert translator("en").text("This field is required.") == "This field is required."
    assert translator("ru").text("A sentence nobody translated: {x}", x=1) == "A sentence nobody translated: 1"
    assert translator("ru") is translator("ru")
    assert Translator("de").language == "en"
    assert translator("ru").text("") == ""
    assert mark("Price") == "Price"


@pytest.mark.parametrize(
    "value",
    ["{{7*7}}", "{0.__class__}", "{value}", "%(x)s", "%s", "{", "}", "\\1", "\\g<0>", "{value.__class__}", "{{"],
)
def test_templates_in_data_stay_literal(value):
    assert fill("a {value} b {other} c", {"value": value, "other": "{value}"}) == f"a {value} b {{value}} c"


@pytest.mark.parametrize(
    "sentence", ["{missing}", "{0}", "{}", "{a.b}", "{a[0]}", "{a!r:>9}", "{", "}", "}{", "{{a}", "%(a)s"]
)
def test_what_cannot_be_filled_stays_as_written(sentence):
    assert translator("ru").text(sentence, b=1) == sentence


@given(
    st.text(max_size=40), st.dictionaries(st.from_regex(r"[a-z]{1,3}", fullmatch=True), st.text(max_size=9), max_size=3)
)
@settings(deadline=None)
def test_filling_never_fails(sentence, params):
    fill(sentence, params)


def test_any_parameter_name_is_allowed():
    assert translator("en").text("{self} {msgid} {n}", self=1, msgid=2, n=3) == "1 2 3"
    assert message("nothing.of.the.sort", "ru", code=1, language=2) == "nothing.of.the.sort"


def test_lists_are_shown_with_commas():
    assert fill("{all}", {"all": ("a", "b")}) == "a, b"


@pytest.mark.parametrize("n", [0, 1, 2, 5, 11, 21])
def test_plural_of_an_unknown_sentence_is_english(n):
    assert translator("ru").plural("{n} zebra", "{n} zebras", n) == f"{n} zebra{'' if n == 1 else 's'}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", MESSAGES)
def test_every_message_names_no_code_and_ends_like_a_sentence(code, language):
    text = message(code, language)
    assert text != code
    if code.startswith("double."):  # the reasons for a likeness stand in a list
        return
    # A sentence, or one that ends with the command to give, after which a point would only be copied along.
    ending = r"(?:realty|pip|chmod|openssl|\{path\}) [^.]*$|: \{[a-z_]+\}[?)]?$|[:>]$"
    assert text[-1] in ".'" or re.search(ending, text), text
